package sync

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"crmsync/sync/salesforce"
)

// pageBuffer holds the rows of one page in one piece of memory, so that the
// connection is read to its end before the store's only writer is taken, and
// so that reading a page costs a handful of allocations.
type pageBuffer struct {
	columns []string
	bytes   []byte
	ends    []uint32 // end of each value in bytes, row by row
	rows    int
	after   salesforce.Cursor // the place behind this page
	number  int
}

func (b *pageBuffer) reset(columns []string) {
	b.columns = columns
	b.bytes = b.bytes[:0]
	b.ends = b.ends[:0]
	b.rows = 0
}

// add copies a row. Its length has to be that of the header, which the reader
// of the page has checked.
func (b *pageBuffer) add(row salesforce.Row) {
	for _, value := range row {
		if bytes.IndexByte(value, 0) >= 0 {
			value = bytes.ReplaceAll(value, []byte{0}, nil) // NUL occurs, and neither store nor terminal takes it
		}
		b.bytes = append(b.bytes, value...)
		b.ends = append(b.ends, uint32(len(b.bytes)))
	}
	b.rows++
}

// each yields the rows in order. The slice is valid until the next row is asked
// for; the texts in it are not changed afterwards.
func (b *pageBuffer) each() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		row := make([]string, len(b.columns))
		start := uint32(0)
		for ends := range slices.Chunk(b.ends, len(b.columns)) {
			text, from := string(b.bytes[start:ends[len(ends)-1]]), start
			for i, end := range ends {
				row[i] = text[start-from : end-from]
				start = end
			}
			if !yield(row) {
				return
			}
		}
	}
}

// column yields the values of one column in order. They may not be changed, and
// are gone with the page.
func (b *pageBuffer) column(n int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for at := n; at < len(b.ends); at += len(b.columns) {
			if !yield(b.value(at)) {
				return
			}
		}
	}
}

// value is the nth value of the page.
func (b *pageBuffer) value(n int) []byte {
	if n == 0 {
		return b.bytes[:b.ends[0]]
	}
	return b.bytes[b.ends[n-1]:b.ends[n]]
}

// last is a value of the last row. There has to be one.
func (b *pageBuffer) last(column int) string {
	return string(b.value(len(b.ends) - len(b.columns) + column))
}

// records yields the rows as the store takes them.
func (b *pageBuffer) records() iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for row := range b.each() {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// fill reads a result page to its end.
func (b *pageBuffer) fill(page *salesforce.ResultPage, want []string) error {
	if page.Columns != nil && !slices.Equal(page.Columns, want) {
		return fault("import.columns", "Run the import again; the org's fields changed while it was read.",
			"page %d has other columns than were asked for", page.Number)
	}
	b.reset(want)
	for row, err := range page.Rows() {
		if err != nil {
			return err
		}
		if b.add(row); len(b.bytes) > math.MaxInt32 {
			return fault("import.page", "Hide the longest text fields of the object from the integration user.", "page %d holds more than two gigabytes", page.Number)
		}
	}
	b.after = page.Next()
	b.number = page.Number
	return nil
}

// copyPages reads the pages of a result and hands each to write, one after the
// other. While one is written the next is read; two are held at most.
func copyPages(ctx context.Context, pages func(context.Context) iter.Seq2[*salesforce.ResultPage, error], columns []string, write func(context.Context, *pageBuffer) error) error {
	group, ctx := errgroup.WithContext(ctx)
	free := make(chan *pageBuffer, 2)
	free <- &pageBuffer{}
	free <- &pageBuffer{}
	full := make(chan *pageBuffer)
	group.Go(func() error {
		defer close(full)
		return fillPages(ctx, pages(ctx), columns, free, full)
	})
	group.Go(func() error {
		for page := range full {
			if err := write(ctx, page); err != nil {
				return err
			}
			free <- page
		}
		return nil
	})
	return group.Wait()
}

func fillPages(ctx context.Context, pages iter.Seq2[*salesforce.ResultPage, error], columns []string, free <-chan *pageBuffer, full chan<- *pageBuffer) error {
	for page, err := range pages {
		if err != nil {
			return err
		}
		var buffer *pageBuffer
		select {
		case buffer = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := buffer.fill(page, columns); err != nil {
			return fmt.Errorf("read page %d: %w", page.Number, err)
		}
		select {
		case full <- buffer:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
