package ui

import (
	"context"
	"strings"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// actsEvery is how often the audit trail is asked for acts of other processes.
const actsEvery = 2 * time.Second

// actsHeld is how many of the newest acts are compared at a time; of more that came at once the older are not told.
const actsHeld = 64

// acts are the engine's events together with what other processes do on the same store: their acts, such as those of a
// command in another window, are in the audit trail only, and how far their runs are is in the store.
type acts struct {
	events EventService
	newest func(ctx context.Context, limit int) ([]store.AuditEvent, error)
	every  time.Duration
	far    far
}

// Subscribe returns events from now on; the channel closes when ctx ends.
func (a acts) Subscribe(ctx context.Context) <-chan crmsync.Event {
	own, out := a.events.Subscribe(ctx), make(chan crmsync.Event)
	trail := trail{newest: a.newest}
	trail.begin(ctx)
	far := a.far
	go func() {
		defer close(out)
		tick, look := time.NewTicker(a.every), time.NewTicker(runsEvery)
		defer tick.Stop()
		defer look.Stop()
		for {
			var events []crmsync.Event
			select {
			case event, open := <-own:
				if !open {
					return
				}
				trail.told(event.Audit)
				events = []crmsync.Event{event}
			case <-tick.C:
				events = trail.news(ctx)
			case <-look.C:
				events = far.news(ctx)
			case <-ctx.Done():
				return
			}
			for _, event := range events {
				select {
				case out <- event:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out
}

// trail finds in the audit trail what nobody has told of.
type trail struct {
	newest func(ctx context.Context, limit int) ([]store.AuditEvent, error)
	known  map[string]bool // of the newest acts, those that were there or were told
	waits  map[string]bool // seen once: this process may still tell of them itself
}

// begin takes what is there as known.
func (t *trail) begin(ctx context.Context) {
	t.known, t.waits = map[string]bool{}, map[string]bool{}
	rows, err := t.newest(ctx, actsHeld)
	if err != nil {
		return // what is there is told of as if it were new, which only reads more
	}
	for _, row := range rows {
		t.known[row.ID] = true
	}
}

// told notes an act that the engine of this process told of.
func (t *trail) told(audit string) {
	if audit != "" {
		t.known[audit] = true
	}
}

// news are the acts that were in the trail at the last look already and that nobody told of, the oldest first. A trail
// that cannot be read now is read the next time.
func (t *trail) news(ctx context.Context) []crmsync.Event {
	rows, err := t.newest(ctx, actsHeld)
	if err != nil {
		return nil
	}
	known, waits := map[string]bool{}, map[string]bool{}
	var events []crmsync.Event
	for i := len(rows) - 1; i >= 0; i-- {
		row := rows[i]
		switch {
		case t.known[row.ID]:
			known[row.ID] = true
		case !t.waits[row.ID]:
			waits[row.ID] = true
		default:
			known[row.ID] = true
			events = append(events, eventsOf(row)...)
		}
	}
	t.known, t.waits = known, waits
	return events
}

// eventsOf are the events that the engine that did the act told of.
func eventsOf(row store.AuditEvent) []crmsync.Event {
	event := crmsync.Event{At: row.At, Kind: crmsync.EventAudit, Text: row.Act, Actor: row.Actor, Subject: row.Subject, Audit: row.ID}
	kinds := map[string]crmsync.EventKind{"match": crmsync.EventMatches, "save": crmsync.EventSaves, "alert": crmsync.EventSaves, "setting": crmsync.EventSettings,
		"writeback": crmsync.EventOutbox, "outbox": crmsync.EventOutbox, "activity": crmsync.EventOutbox, "connect": crmsync.EventConnection, "disconnect": crmsync.EventConnection, "approval": crmsync.EventApprovals}
	part, _, _ := strings.Cut(row.Act, ".")
	kind, more := kinds[part]
	if !more {
		return []crmsync.Event{event}
	}
	second := event
	second.Kind = kind
	return []crmsync.Event{event, second}
}
