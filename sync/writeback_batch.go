package sync

import (
	"slices"
	"time"

	"crmsync/store"
)

// sendable is one activity that is ready to be sent, with the row of the outbox it belongs to.
type sendable struct {
	ID      string // of the outbox row
	Tries   int    // this one included
	Payload Payload
	Record  string           // the CRM record it goes to, or ""
	item    store.OutboxItem // the row as it was read, in its queue

	happened time.Time // when the activity did
}

// assigned reports whether the payload goes to a record.
func (s sendable) assigned() bool { return s.Payload.parent() != "" }

// batches groups what is to be sent into requests: one object each, since a collection may alternate between
// types only a few times, and neighbours by parent, so that two requests seldom want the same row locks.
func batches(items []sendable, size int) [][]sendable {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b sendable) int {
		for _, by := range []func(sendable) string{
			func(s sendable) string { return s.Payload.Object },
			func(s sendable) string { return s.Payload.Fields["WhatId"] },
			func(s sendable) string { return s.Payload.parent() },
		} {
			if order := compareText(by(a), by(b)); order != 0 {
				return order
			}
		}
		return 0
	})
	var grouped [][]sendable
	for start := 0; start < len(items); {
		end := start + 1
		for end < len(items) && end-start < size && items[end].Payload.Object == items[start].Payload.Object {
			end++
		}
		grouped = append(grouped, items[start:end])
		start = end
	}
	return grouped
}
