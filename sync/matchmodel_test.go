package sync

import (
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// A model is frozen for a week, then trained anew; in between it is the same for
// every run, unless one is asked for or the directory outgrows it.
func TestModelIsFrozenForAWeek(t *testing.T) {
	h, _, first := matched(t, orgsim.Config{Contacts: 90})
	run := func(options MatchOptions) string {
		t.Helper()
		report, err := h.engine.Match(t.Context(), h.admin, options)
		if err != nil {
			t.Fatal(err)
		}
		return report.People.Model
	}
	h.clock.Advance(6 * 24 * time.Hour)
	if got := run(MatchOptions{}); got != first.People.Model {
		t.Errorf("after six days %s took the place of %s", got, first.People.Model)
	}
	h.clock.Advance(24 * time.Hour)
	second := run(MatchOptions{})
	if second == first.People.Model {
		t.Errorf("after a week it is still %s", second)
	}
	h.clock.Advance(24 * time.Hour)
	third := run(MatchOptions{Full: true})
	if third == second {
		t.Errorf("a full run was asked for, and it is still %s", third)
	}
	err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		for i := range 200 {
			name := "Quirin" + string(rune('a'+i%26)) + string(rune('a'+i/26))
			if _, _, err := tx.PutPerson(store.Person{Ident: name, Name: name, SortName: name}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(24 * time.Hour)
	if got := run(MatchOptions{}); got == third {
		t.Errorf("the directory is three times as large, and it is still %s", got)
	}
}
