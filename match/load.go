package match

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
)

// InputError is returned for an input that cannot be linked.
type InputError struct {
	What string
	ID   string
}

// Error says what is wrong with which record or member.
func (e *InputError) Error() string {
	return fmt.Sprintf("match: %s %q", e.What, e.ID)
}

// Code returns the error's stable name.
func (e *InputError) Code() string { return "match.input" }

// Hint says what to do.
func (e *InputError) Hint() string {
	return "Every record and every member needs an id of its own."
}

// load makes entities of a sequence and sorts them by id.
func load[T any](ctx context.Context, lex *lexicon, kind Kind, values iter.Seq2[T, error], prepare func(*preparer, *T) entity) ([]entity, error) {
	const piece = 256
	type job struct {
		place int
		list  []T
	}
	jobs := make(chan job)
	var (
		mu    sync.Mutex
		done  [][]entity
		group sync.WaitGroup
	)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			p := newPreparer(lex, kind)
			for j := range jobs {
				out := make([]entity, len(j.list))
				for i := range j.list {
					out[i] = prepare(p, &j.list[i])
				}
				mu.Lock()
				done = append(done, make([][]entity, max(0, j.place+1-len(done)))...)
				done[j.place] = out
				mu.Unlock()
			}
		})
	}
	place := 0
	err := read(ctx, values, piece, func(list []T) {
		jobs <- job{place, list}
		place++
	})
	close(jobs)
	group.Wait()
	if err != nil {
		return nil, err
	}
	return sorted(done)
}

// read cuts a sequence into pieces.
func read[T any](ctx context.Context, values iter.Seq2[T, error], piece int, send func([]T)) error {
	if values == nil {
		return nil
	}
	list := make([]T, 0, piece)
	for v, err := range values {
		if err != nil {
			return err
		}
		list = append(list, v)
		if len(list) == piece {
			if err := ctx.Err(); err != nil {
				return err
			}
			send(list)
			list = make([]T, 0, piece)
		}
	}
	if len(list) > 0 {
		send(list)
	}
	return ctx.Err()
}

func sorted(pieces [][]entity) ([]entity, error) {
	n := 0
	for _, p := range pieces {
		n += len(p)
	}
	all := make([]entity, 0, n)
	for i, p := range pieces {
		all = append(all, p...)
		pieces[i] = nil
	}
	byID := func(a, b entity) int { return cmp.Compare(a.id, b.id) }
	if !slices.IsSortedFunc(all, byID) {
		slices.SortFunc(all, byID)
	}
	for i := range all {
		if all[i].id == "" {
			return nil, &InputError{What: "an id is empty:", ID: ""}
		}
		if i > 0 && all[i].id == all[i-1].id {
			return nil, &InputError{What: "an id comes twice:", ID: all[i].id}
		}
	}
	return all, nil
}

// findEntity returns the place of an id in sorted entities, -1 if absent.
func findEntity(all []entity, id string) int {
	i, ok := slices.BinarySearchFunc(all, id, func(e entity, id string) int { return cmp.Compare(e.id, id) })
	if !ok {
		return -1
	}
	return i
}
