package ui

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// fakeEvents hands out what a test sends.
type fakeEvents chan crmsync.Event

func (f fakeEvents) Subscribe(context.Context) <-chan crmsync.Event { return f }

// Acts of other processes are told from the audit trail, once, in order; those that this process tells itself are not
// told twice, even when the trail has them first.
func TestActsOfOtherProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		rows := []store.AuditEvent{{ID: "1", Act: "match.accept"}}
		var broken error
		var mu sync.Mutex // of the two above
		set := func(change func()) {
			mu.Lock()
			defer mu.Unlock()
			change()
		}
		own := make(fakeEvents)
		events := acts{events: own, every: actsEvery, far: far{underWay: func(context.Context) ([]crmsync.Progress, error) { return nil, nil }}, newest: func(context.Context, int) ([]store.AuditEvent, error) {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(rows), broken
		}}.Subscribe(ctx)
		var got []string
		done := make(chan struct{})
		go func() {
			defer close(done)
			for e := range events {
				got = append(got, string(e.Kind)+" "+e.Audit+" "+e.Actor)
			}
		}()
		add := func(id, act, actor string) {
			set(func() {
				rows = append([]store.AuditEvent{{ID: id, Act: act, Actor: actor, Subject: "record 003"}}, rows...)
			})
		}
		add("2", "match.accept", "ana") // of this process: the trail is seen before the event comes
		time.Sleep(actsEvery + time.Millisecond)
		own <- crmsync.Event{Kind: crmsync.EventAudit, Audit: "2", Actor: "ana"}
		add("3", "match.reject", "kaja")
		add("4", "user.add", "kaja")
		set(func() { broken = errors.New("busy") })
		time.Sleep(actsEvery)
		set(func() { broken = nil })
		time.Sleep(5 * actsEvery)
		cancel()
		<-done
		want := []string{"audit 2 ana", "audit 3 kaja", "matches 3 kaja", "audit 4 kaja"}
		if !slices.Equal(got, want) {
			t.Errorf("told %q, wanted %q", got, want)
		}
	})
}

// Over a real store, an act done past the engine of this process is told, with who did it and to what.
func TestActsOfAnotherEngine(t *testing.T) {
	engine, st := openedEngine(t)
	trail := trail{newest: st.NewestActs}
	trail.begin(t.Context())
	other := crmsync.Actor{Name: "kaja", Role: crmsync.RoleAdmin, Via: "cli"}
	audit, err := engine.SetSetting(t.Context(), other, "match.accept", "97")
	if err != nil {
		t.Fatal(err)
	}
	if first := trail.news(t.Context()); len(first) != 0 {
		t.Errorf("told at the first look: %+v", first)
	}
	events := trail.news(t.Context())
	if len(events) != 2 || events[0].Audit != audit || events[0].Actor != "kaja" || events[0].Text != string(crmsync.ActSettingSet) || events[1].Kind != crmsync.EventSettings {
		t.Errorf("told %+v", events)
	}
	if again := trail.news(t.Context()); len(again) != 0 {
		t.Errorf("told twice: %+v", again)
	}
}
