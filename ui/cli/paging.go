package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"crmsync/store"
)

// wholeFlags are the flags of a list that is short and read whole: seats, settings, the schedule. It shows all rows
// unless --limit says how many.
func (p *paging) wholeFlags(cmd *cobra.Command) {
	p.flags(cmd)
	limit := cmd.Flags().Lookup("limit")
	p.limit, limit.DefValue, limit.Usage = 0, "0", "`number` of rows at the most (default all)"
}

// pageOf cuts the rows that p asks for out of a list that was read whole. Its cursor is the place of the last row, so
// that it means another row once the list has grown or shrunk above it.
func pageOf[T any](p paging, rows []T) (store.Page[T], error) {
	from := 0
	if p.cursor != "" {
		n, err := strconv.Atoi(p.cursor)
		if err != nil || n < 1 {
			return store.Page[T]{}, &failure{code: "store.cursor", message: fmt.Sprintf("%q is no place in this list", p.cursor), hint: "take the one that the list before printed after --cursor"}
		}
		from = min(n, len(rows))
	}
	to := len(rows)
	if p.limit > 0 {
		to = min(to, from+int(p.limit))
	}
	page := store.Page[T]{Rows: rows[from:to], More: to < len(rows)}
	if page.More {
		page.Next = store.Cursor(strconv.Itoa(to))
	}
	return page, nil
}

// printRows prints what p asks for of a list that was read whole, as printPage prints a page.
func printRows[T any](a *app, p paging, rows []T, header []string, cells func(T) []string) error {
	page, err := pageOf(p, rows)
	if err != nil {
		return err
	}
	return printPage(a, page, header, cells)
}

// printMapped is printRows with each row turned into the line that is printed.
func printMapped[T, U any](a *app, p paging, rows []T, line func(T) U, header []string, cells func(U) []string) error {
	page, err := pageOf(p, rows)
	if err != nil {
		return err
	}
	return printPage(a, mapRows(page, line), header, cells)
}
