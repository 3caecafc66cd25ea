package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSeats(t *testing.T) {
	s := openTest(t)
	ana := Seat{ID: "s1", Email: "ana@acme.test", Name: "Ana", ProfileURL: "in/ana", UserID: "005A", Mapping: "email", MayAutosave: true, MayWriteback: true, AddedAt: clock}
	put := func(x Seat) error { return s.Write(t.Context(), func(tx *Tx) error { return tx.PutSeat(x) }) }
	given := ana
	given.Email = " Ana@Acme.TEST "
	if err := put(given); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func() (Seat, error){
		"by id": func() (Seat, error) { return s.Seat(t.Context(), "s1") }, "by e-mail": func() (Seat, error) { return s.SeatByEmail(t.Context(), "ANA@acme.test") },
	} {
		if got, err := read(); err != nil || got != ana {
			t.Errorf("%s: %s %v", name, cmp.Diff(ana, got), err)
		}
	}
	for name, bad := range map[string]Seat{
		"the e-mail of another":     {ID: "s2", Email: "ANA@acme.test"},
		"the user of another":       {ID: "s2", Email: "bo@acme.test", UserID: "005A", Mapping: "pinned"},
		"a user without a mapping":  {ID: "s2", Email: "bo@acme.test", UserID: "005B"},
		"a mapping without a user":  {ID: "s2", Email: "bo@acme.test", Mapping: "pinned"},
		"an unknown kind of map":    {ID: "s2", Email: "bo@acme.test", UserID: "005B", Mapping: "guess"},
		"a change into another's":   {ID: "s3", Email: "ana@acme.test"},
		"a change that loses a map": {ID: "s1", Email: "ana@acme.test", Mapping: "email"},
	} {
		if err := put(bad); !errors.Is(err, ErrConflict) || codeOf(err) != "store.conflict" {
			t.Errorf("%s: %v", name, err)
		}
	}
	person := addPerson(t, s, "in/bo", "Bo")
	write(t, s, func(tx *Tx) error {
		return errors.Join(tx.PutSeat(Seat{ID: "s2", Email: "a@acme.test", AddedAt: clock}), tx.PutSeat(Seat{ID: "s3", Email: "z@acme.test", AddedAt: clock}),
			tx.SetOptIn(OptIn{"s2", "note", clock}), tx.PutSeatConnection(SeatConnection{SeatID: "s3", PersonID: person}))
	})
	remove := func(id string) error { return s.Write(t.Context(), func(tx *Tx) error { return tx.DeleteSeat(id) }) }
	if err := remove("s3"); !errors.Is(err, ErrConflict) {
		t.Errorf("removing a seat with connections: %v", err)
	}
	if err := remove("s2"); err != nil {
		t.Errorf("removing a seat with nothing but a choice: %v", err)
	}
	if err := remove("s2"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removing it again: %v", err)
	}
	all, err := s.Seats(t.Context())
	if err != nil || len(all) != 2 || all[0].ID != "s1" || all[1].ID != "s3" {
		t.Errorf("seats by e-mail: %+v %v", all, err)
	}
}

func TestOptIns_S25(t *testing.T) {
	s := openTest(t)
	a, b := addSeat(t, s, "a@acme.test"), addSeat(t, s, "b@acme.test")
	if all, err := s.OptIns(t.Context(), ""); err != nil || len(all) != 0 {
		t.Errorf("new seats write back %+v (%v)", all, err)
	}
	write(t, s, func(tx *Tx) error {
		return errors.Join(tx.SetOptIn(OptIn{a, "note", clock}), tx.SetOptIn(OptIn{a, "call", clock}), tx.SetOptIn(OptIn{b, "note", clock}), tx.DeleteOptIn(a, "call"), tx.DeleteOptIn(b, "call"))
	})
	if got, err := s.OptIns(t.Context(), a); err != nil || len(got) != 1 || got[0] != (OptIn{a, "note", clock}) {
		t.Errorf("one seat: %+v %v", got, err)
	}
	if got, err := s.OptIns(t.Context(), ""); err != nil || len(got) != 2 {
		t.Errorf("all seats: %+v %v", got, err)
	}
	for name, bad := range map[string]OptIn{"an unknown kind": {a, "meeting", clock}, "no seat": {"none", "note", clock}} {
		if err := s.Write(t.Context(), func(tx *Tx) error { return tx.SetOptIn(bad) }); !errors.Is(err, ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConsoleUsers(t *testing.T) {
	s := openTest(t)
	seat := addSeat(t, s, "ana@acme.test")
	ana := ConsoleUser{Name: "ana", OSUser: "ana", Email: "ana@acme.test", Role: "member", SeatID: seat, PublicKey: "ssh-ed25519 AAAA", AddedAt: clock}
	put := func(x ConsoleUser) error {
		return s.Write(t.Context(), func(tx *Tx) error { return tx.PutConsoleUser(x) })
	}
	if err := errors.Join(put(ana), put(ConsoleUser{Name: "bo", Role: "admin", AddedAt: clock})); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func() (ConsoleUser, error){
		"by name":    func() (ConsoleUser, error) { return s.ConsoleUser(t.Context(), "ana") },
		"by account": func() (ConsoleUser, error) { return s.ConsoleUserByOS(t.Context(), "ana") },
		"by e-mail":  func() (ConsoleUser, error) { return s.ConsoleUserByEmail(t.Context(), " ANA@acme.test") },
	} {
		if got, err := read(); err != nil || got != ana {
			t.Errorf("%s: %s %v", name, cmp.Diff(ana, got), err)
		}
	}
	// Two people without an account or an e-mail address are no conflict, and are found by neither.
	if err := put(ConsoleUser{Name: "cy", Role: "support", AddedAt: clock}); err != nil {
		t.Error(err)
	}
	if _, err := s.ConsoleUserByOS(t.Context(), ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("no account: %v", err)
	}
	for name, bad := range map[string]ConsoleUser{
		"the account of another": {Name: "di", OSUser: "ana", Role: "member"}, "the e-mail of another": {Name: "di", Email: "Ana@acme.test", Role: "member"},
		"an unknown role": {Name: "di", Role: "root"}, "a seat that is not there": {Name: "di", Role: "member", SeatID: "none"},
	} {
		if err := put(bad); !errors.Is(err, ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	write(t, s, func(tx *Tx) error { return tx.DeleteConsoleUser("cy") })
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.DeleteConsoleUser("cy") }); !errors.Is(err, ErrNotFound) {
		t.Errorf("removing somebody again: %v", err)
	}
	if all, err := s.ConsoleUsers(t.Context()); err != nil || len(all) != 2 || all[0].Name != "ana" {
		t.Errorf("all: %+v %v", all, err)
	}
}
