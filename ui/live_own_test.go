package ui

import (
	"errors"
	"testing"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// Decision 15: of the trail and the outbox a member sees their own, whatever the filter says.
func TestLive_membersSeeTheirOwn(t *testing.T) {
	_, st := openedEngine(t)
	company := store.NewID()
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	seats := map[string]string{"hugo@acme.example": store.NewID(), "ana@acme.example": store.NewID()}
	err := st.Write(t.Context(), func(tx *store.Tx) error {
		if _, _, err := tx.PutCompany(store.Company{ID: company, Name: "Acme"}); err != nil {
			return err
		}
		for email, seat := range seats {
			if err := tx.PutSeat(store.Seat{ID: seat, Email: email}); err != nil {
				return err
			}
			if _, err := tx.AddAudit(store.AuditEvent{At: at, Actor: email, Role: "member", Via: "cli", Act: string(crmsync.ActOptIn), Subject: "seat"}); err != nil {
				return err
			}
			activity := store.NewID()
			if _, err := tx.AddActivity(store.Activity{ID: activity, SeatID: seat, Kind: "note", OccurredAt: at, Subject: "Note", Ident: activity, CompanyID: company, AddedAt: at}); err != nil {
				return err
			}
			if err := tx.PutOutbox(store.OutboxItem{ActivityID: activity, State: store.OutboxQueued, Object: "Note", QueuedAt: at, NextAt: at, ChangedAt: at}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[crmsync.Role]int{crmsync.RoleAdmin: 2, crmsync.RoleMember: 1} {
		l := live{store: st, actor: crmsync.Actor{Name: "hugo@acme.example", Role: role, Seat: seats["hugo@acme.example"], Via: "console"}}
		trail, err := liveAudit{l}.Page(t.Context(), AuditFilter{}, Seek{Edge: First, Limit: 10})
		if err != nil || len(trail.Rows) != want {
			t.Errorf("%s sees %d acts, want %d, %v", role, len(trail.Rows), want, err)
		}
		items, err := liveWriteback{l}.Outbox(t.Context(), OutboxFilter{}, Seek{Edge: First, Limit: 10})
		if err != nil || len(items.Rows) != want {
			t.Errorf("%s sees %d items, want %d, %v", role, len(items.Rows), want, err)
		}
		for state, n := range map[string]int{"": want, "queued": want, "written": 0} {
			if got, err := (liveWriteback{l}).CountOutbox(t.Context(), OutboxFilter{State: state}); err != nil || got != int64(n) {
				t.Errorf("%s counts %d items of state %q, want %d, %v", role, got, state, n, err)
			}
		}
		if _, err := (liveWriteback{l}).CountOutbox(t.Context(), OutboxFilter{Unassigned: true}); !errors.Is(err, errNotCounted) {
			t.Errorf("what is unassigned is counted: %v", err)
		}
	}
}
