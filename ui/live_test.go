package ui

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/store/vault"
	crmsync "crmsync/sync"
)

// opened is an engine over an empty store of its own.
func openedEngine(t *testing.T) (*crmsync.Engine, *store.Store) {
	t.Helper()
	key := vault.Key{Bytes: bytes.Repeat([]byte("k"), 32), Source: "test"}
	dir := filepath.Join(t.TempDir(), "data")
	st, err := store.Open(t.Context(), store.Options{Dir: dir, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	engine, err := crmsync.New(crmsync.Options{Store: st, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return engine, st
}

// The pager walks a list of the real store from end to end, and back, without a gap or a repeat.
func TestLivePagesJoin(t *testing.T) {
	_, st := openedEngine(t)
	const rows = 700
	began := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	err := st.Write(t.Context(), func(tx *store.Tx) error {
		for i := range rows {
			if _, err := tx.AddAudit(store.AuditEvent{ID: fmt.Sprintf("e%04d", i), At: began.Add(time.Duration(i) * time.Minute), Actor: "ana", Role: "admin", Via: "cli", Act: string(crmsync.ActSettingSet), Subject: fmt.Sprint(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	l := liveAudit{live{store: st, actor: admin()}}
	src := source[AuditEvent]{page: func(ctx context.Context, seek Seek) (Page[AuditEvent], error) {
		return l.Page(ctx, AuditFilter{}, seek)
	},
		total: func(context.Context) (int64, error) { return rows, nil }}
	for _, forward := range []bool{true, false} {
		edge := First
		if !forward {
			edge = Last
		}
		seek, got := Seek{Edge: edge, Limit: 128}, []string(nil)
		for {
			page, err := src.Page(t.Context(), seek)
			if err != nil {
				t.Fatal(err)
			}
			ids := make([]string, 0, len(page.Rows))
			for _, e := range page.Rows {
				ids = append(ids, e.ID)
			}
			if forward {
				got = append(got, ids...)
				seek = Seek{Edge: After, Cursor: page.After, Limit: 128}
			} else {
				got = append(ids, got...)
				seek = Seek{Edge: Before, Cursor: page.Prior, Limit: 128}
			}
			if seek.Cursor == "" {
				break
			}
		}
		if len(got) != rows {
			t.Fatalf("forward %v: %d rows of %d", forward, len(got), rows)
		}
		for i, id := range got {
			if want := fmt.Sprintf("e%04d", rows-1-i); id != want {
				t.Fatalf("forward %v: row %d is %s, want %s (the newest first)", forward, i, id, want)
			}
		}
	}
}

// Rows that are read whole are cut into the same kind of pages.
func TestCutPagesJoin(t *testing.T) {
	rows := make([]int, 500)
	for i := range rows {
		rows[i] = i
	}
	p := NewPager[int](source[int]{page: func(_ context.Context, seek Seek) (Page[int], error) { return cutPage(rows, seek), nil },
		total: func(context.Context) (int64, error) { return int64(len(rows)), nil }})
	settleAll(p, p.Reload(t.Context()))
	for _, top := range []int{0, 100, 300, 480, 200, 0} {
		for cmd := p.Seen(t.Context(), top, 20); cmd != nil; cmd = p.Seen(t.Context(), top, 20) {
			settleAll(p, cmd)
		}
		for i := top; i < top+20; i++ {
			if row := p.At(i); row == nil || *row != i {
				t.Fatalf("position %d holds %v", i, row)
			}
		}
	}
}

// Every screen works on an empty store: nothing fails, and what to do next is said.
func TestLiveEmptyStore(t *testing.T) {
	engine, st := openedEngine(t)
	c := start(t, setup{services: Live(engine, st, admin())})
	c.sees("not connected to a CRM")
	for key, words := range map[string]string{"2": "Which Salesforce org?", "3": "No seat yet", "4": "Nothing to review", "5": "writeback is off", "6": "no open opportunity", "8": "Match floor", "9": "Nothing was done yet"} {
		c.press(key)
		c.sees(words)
	}
}

// A setting changed in the console is changed in the store, audited, and taken back by u.
func TestLiveSettingAndUndo(t *testing.T) {
	engine, st := openedEngine(t)
	c := start(t, setup{services: Live(engine, st, admin()), w: 100, h: 40})
	c.press("8")
	for range 4 {
		c.press("j")
	}
	c.sees("Match floor              20 %")
	c.press("enter", "backspace", "backspace", "3", "0", "enter", "w", "y")
	c.sees("Applied 1 change.")
	if s, err := st.Setting(t.Context(), crmsync.SettingMatchFloor); err != nil || s.Value != "30" {
		t.Fatalf("the store holds %+v, %v", s, err)
	}
	c.press("9")
	c.sees("set match.floor to 30", "can undo")
	c.press("8", "u")
	c.sees("Taken back.")
	if _, err := st.Setting(t.Context(), crmsync.SettingMatchFloor); err == nil {
		t.Error("the setting still stands")
	}
}

// Over SSH nothing is written to the server's disk.
func TestNoFilesOverSSH(t *testing.T) {
	_, st := openedEngine(t)
	if filesOf(st, crmsync.Actor{Via: "ssh"}) != nil || filesOf(st, crmsync.Actor{Via: "console"}) == nil {
		t.Error("files go to the disk of the person who asks, or nowhere")
	}
}
