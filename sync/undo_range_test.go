package sync

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// Everything since a moment is taken back, whatever was changed, undone and redone since: the settings are what they
// were. A dry run changes nothing.
func TestUndoTo_bringsBackAnyMoment(t *testing.T) {
	h := offline(t)
	keys := []string{SettingImportHours, SettingMatchFloor, SettingOwnShare}
	rapid.Check(t, func(t *rapid.T) {
		state := func() (out [3]string) {
			for i, key := range keys {
				out[i] = h.setting(key)
			}
			return out
		}
		type point struct {
			event string
			state [3]string
		}
		h.clock.Advance(time.Minute)
		points := []point{{h.must(h.engine.SetSetting(h.t.Context(), h.admin, keys[0], "24")), state()}}
		var events []string
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			h.clock.Advance(time.Second)
			var event string
			if len(events) > 0 && rapid.Bool().Draw(t, "undo") {
				event, _ = h.engine.Undo(h.t.Context(), h.admin, rapid.SampledFrom(events).Draw(t, "event"))
			} else {
				event = h.must(h.engine.SetSetting(h.t.Context(), h.admin, rapid.SampledFrom(keys).Draw(t, "key"), rapid.SampledFrom([]string{"30", "40", "50"}).Draw(t, "value")))
			}
			if event != "" {
				events = append(events, event)
				points = append(points, point{event, state()})
			}
		}
		back := rapid.SampledFrom(points).Draw(t, "moment")
		now := state()
		preview, err := h.engine.UndoTo(h.t.Context(), h.admin, Moment{Event: back.event}, true)
		if err != nil || preview.Blocked || state() != now {
			t.Fatalf("preview %+v, %v", preview, err)
		}
		done, err := h.engine.UndoTo(h.t.Context(), h.admin, Moment{Event: back.event}, false)
		if err != nil || state() != back.state || len(done.Steps) != len(preview.Steps) {
			t.Fatalf("%v instead of %v: %+v, %v", state(), back.state, done, err)
		}
	})
}

// One act in the range that cannot be taken back stops all of it, and is named.
func TestUndoTo_allOrNothing(t *testing.T) {
	h := connected(t, orgsim.Config{})
	moment := Moment{At: h.clock.Now()}
	h.clock.Advance(time.Minute)
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingImportHours, "6"))
	if _, err := h.engine.Disconnect(t.Context(), h.admin); err != nil {
		t.Fatal(err)
	}
	done, err := h.engine.UndoTo(t.Context(), h.admin, moment, false)
	h.code(err, "undo.blocked")
	if !done.Blocked || h.setting(SettingImportHours) != "6" {
		t.Errorf("%+v", done)
	}
	done, err = h.engine.UndoTo(t.Context(), h.admin, moment, true)
	if err != nil || !done.Blocked || len(done.Steps) != 2 {
		t.Errorf("%+v, %v", done, err)
	}
	_, err = h.engine.UndoTo(t.Context(), h.admin, Moment{Event: "nothing"}, true)
	h.code(err, "undo.not_found")
}

// An undo is no way to opt somebody else in, by itself or in a range (S25, decision 11); the holder takes back their own.
func TestUndo_S25_nobodyOptsAnotherBackIn(t *testing.T) {
	h := offline(t)
	err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.PutSetting(SettingWriteEnabled, "true", "test"), tx.PutSetting(SettingKindKey(string(KindNote)), "true", "test"))
	})
	if err != nil {
		t.Fatal(err)
	}
	seat, _, err := h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: "ana@acme.com"})
	if err != nil {
		t.Fatal(err)
	}
	ana := Actor{Name: "ana", Role: RoleMember, Seat: seat, Via: "test"}
	on := h.must(h.engine.OptIn(t.Context(), ana, KindNote, true))
	out := h.must(h.engine.OptIn(t.Context(), ana, KindNote, false))
	_, err = h.engine.Undo(t.Context(), h.admin, out)
	h.code(err, "act.not_allowed")
	_, err = h.engine.UndoTo(t.Context(), h.admin, Moment{Event: on}, false)
	h.code(err, "undo.blocked")
	if in, err := h.engine.OptIns(t.Context(), seat); err != nil || len(in) > 0 {
		t.Fatalf("opted in for %v, %v", in, err)
	}
	h.must(h.engine.Undo(t.Context(), ana, out))
	if in, err := h.engine.OptIns(t.Context(), seat); err != nil || len(in) != 1 {
		t.Fatalf("opted in for %v, %v", in, err)
	}
}

// What something else needs by now is in the way of a restore, with a reason in words.
func TestUndoTo_neededSince(t *testing.T) {
	h := offline(t)
	moment := Moment{At: h.clock.Now()}
	h.clock.Advance(time.Minute)
	seat, added, err := h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: "ana@acme.com"})
	if err != nil {
		t.Fatal(err)
	}
	err = h.store.Write(t.Context(), func(tx *store.Tx) error {
		company, _, err := tx.PutCompany(store.Company{ID: store.NewID(), Ident: "acme", Name: "Acme"})
		if err != nil {
			return err
		}
		_, err = tx.AddActivity(store.Activity{ID: store.NewID(), Ident: "one", CompanyID: company, SeatID: seat, Kind: string(KindNote), OccurredAt: h.clock.Now()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.Undo(t.Context(), h.admin, added)
	h.code(err, "undo.stale")
	done, err := h.engine.UndoTo(t.Context(), h.admin, moment, true)
	if err != nil || !done.Blocked || strings.Contains(done.Steps[0].Why, "constraint") {
		t.Errorf("%+v, %v", done, err)
	}
	_, err = h.engine.UndoTo(t.Context(), h.admin, moment, false)
	h.code(err, "undo.blocked")
}
