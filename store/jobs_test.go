package store

import (
	"errors"
	"testing"
	"time"
)

func TestJobsAreClaimedOnceAndLostWithTheLease(t *testing.T) {
	s := openTest(t)
	write(t, s, func(tx *Tx) error { return tx.PutJob(Job{Kind: "import", Every: 12 * time.Hour, RunAt: clock}) })
	first, err := s.ClaimJob(t.Context(), "one", clock, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ClaimJob(t.Context(), "two", clock, time.Minute); !errors.Is(err, ErrNotFound) {
		t.Errorf("a second claim: %v", err)
	}
	later := clock.Add(2 * time.Minute)
	second, err := s.ClaimJob(t.Context(), "two", later, time.Minute)
	if err != nil {
		t.Fatalf("after the lease: %v", err)
	}
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.FinishJob(first, later, "run") }); !errors.Is(err, ErrLost) {
		t.Errorf("the zombie finished: %v", err)
	}
	write(t, s, func(tx *Tx) error { return tx.FinishJob(second, later.Add(time.Hour), "run") })
	if job, err := s.Job(t.Context(), "import"); err != nil || job.Owner != "" || job.LastRun != "run" {
		t.Errorf("after the end: %+v %v", job, err)
	}
}

func TestSaveIsNotMadeTwice(t *testing.T) {
	s := openTest(t)
	seat := addSeat(t, s, "ana@acme.test")
	save := Save{SeatID: seat, MemberID: "m", RecordID: "003A", Object: "Contact", OpportunityID: "006A", SavedAt: clock}
	add := func() (added bool) {
		save.ID = NewID()
		write(t, s, func(tx *Tx) (err error) { added, err = tx.AddSave(save); return err })
		return added
	}
	if !add() {
		t.Fatal("the first save was not made")
	}
	page, err := s.Saves(t.Context(), SaveQuery{SeatID: seat})
	if err != nil || len(page.Rows) != 1 {
		t.Fatalf("saves: %+v %v", page, err)
	}
	write(t, s, func(tx *Tx) error { return tx.SetSaveRemoved(page.Rows[0].ID, "ana", true) })
	if add() {
		t.Error("a removed save was made again for the same opportunity")
	}
}
