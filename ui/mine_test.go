package ui

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/exp/teatest"
	"github.com/muesli/termenv"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// S24, decision 23: what waits is chosen one by one and let go or held, and the cursor stays on it.
func TestMineHoldsAndReleasesOneByOne(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("0", "h")
	c.sees("no item is chosen")
	c.press("j", "j", "j")
	c.sees("2 of 3")
	c.press("l")
	c.sees("Let go: Message with")
	w.mine.Held = append(slices.Clone(w.mine.Held[:1]), w.mine.Held[2], w.mine.Held[1])
	w.mine.Held[2].State = "queued"
	c.press("R")
	c.sees("3 of 3") // still on the one that was let go
	c.press("l")
	c.sees("it is not held")
	c.press("h")
	c.sees("Held back: Message with")
	c.press("space")
	c.sees("no kind is chosen")
	if want := []string{"release mine act-7", "hold mine act-7"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// Journey: a member opens the console for the first time, is told that an admin must begin, turns one kind on
// for themselves once one has, takes it back by undo, and turns it on and off again.
func TestJourneyOptIn(t *testing.T) {
	engine, st := openedEngine(t)
	member := crmsync.Actor{Name: "hugo", Role: crmsync.RoleMember, Seat: store.NewID(), Via: "console"}
	err := st.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutSeat(store.Seat{ID: member.Seat, Email: "hugo@acme.test", Name: "Hugo Weiß", UserID: "005000000000001AAA", Mapping: "pinned", MayAutosave: true, MayWriteback: true, AddedAt: time.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	opted := func() int {
		all, err := st.OptIns(t.Context(), member.Seat)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	renderer := lipgloss.NewRenderer(&bytes.Buffer{})
	renderer.SetColorProfile(termenv.ANSI256)
	session := &Session{Theme: NewTheme(renderer, ModeDark, UnicodeMarks()), Services: Live(engine, st, member), Actor: member, Now: time.Now, ctx: t.Context(), sleep: sleepFor}
	m := teatest.NewTestModel(t, newApp(session), teatest.WithInitialTermSize(100, 30))
	until(t, m, "not connected")
	m.Type("0")
	until(t, m, "Hugo Weiß", "WRITE BACK", "nothing is written")
	if n := opted(); n != 0 {
		t.Fatalf("%d kinds are on before anybody turned one on (S25)", n)
	}
	m.Send(keyOf("space"))
	until(t, m, "writeback is off for the contract")
	if n := opted(); n != 0 {
		t.Fatalf("%d kinds are on before the contract allows any", n)
	}
	err = st.Write(t.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.PutSetting(crmsync.SettingWriteEnabled, "true", "ana"), tx.PutSetting(crmsync.SettingKindKey(string(crmsync.Kinds()[0])), "true", "ana"))
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Send(keyOf("space"))
	until(t, m, "back from now on", "written since")
	if n := opted(); n != 1 {
		t.Errorf("%d kinds are on, want 1", n)
	}
	m.Type("u")
	until(t, m, "Taken back.", "nothing is written") // and the row shows it, so that the next key turns it on
	if n := opted(); n != 0 {
		t.Errorf("%d kinds are on after the undo", n)
	}
	m.Send(keyOf("space"))
	until(t, m, "back from now on", "written since")
	m.Send(keyOf("space"))
	until(t, m, "You no longer write")
	if n := opted(); n != 0 {
		t.Errorf("%d kinds are on at the end", n)
	}
	m.Type("qq")
	m.WaitFinished(t, teatest.WithFinalTimeout(5*time.Second))
}
