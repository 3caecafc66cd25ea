package store

import (
	"context"
	"errors"
	"slices"
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

// What a process writes under a lease that it has lost is not kept, whether another took the work over or everything was
// taken from everybody.
func TestNothingIsWrittenWithoutTheLease(t *testing.T) {
	for name, take := range map[string]func(t *testing.T, s *Store){
		"taken over": func(t *testing.T, s *Store) {
			if _, err := s.ClaimJobKind(t.Context(), "import", "two", clock.Add(2*time.Minute), time.Minute); err != nil {
				t.Fatal(err)
			}
		},
		"seized": func(t *testing.T, s *Store) {
			write(t, s, func(tx *Tx) error {
				kinds, err := tx.SeizeJobs("run.purged", "deleted")
				if err == nil && !slices.Equal(kinds, []string{"import"}) {
					t.Errorf("seized %v", kinds)
				}
				return err
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t)
			write(t, s, func(tx *Tx) error {
				return tx.PutJob(Job{Kind: "import", Every: 12 * time.Hour, RunAt: clock, Request: "{}"})
			})
			job, err := s.ClaimJob(t.Context(), "one", clock, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			leased := WithLease(t.Context(), job)
			run := Run{ID: NewID(), Kind: "import", State: RunRunning, StartedAt: clock}
			begin := func(tx *Tx) error { return tx.PutRun(run) }
			if err := s.Write(leased, begin); err != nil {
				t.Fatalf("with the lease: %v", err)
			}
			if err := s.RenewJob(leased, job, clock.Add(time.Minute)); err != nil {
				t.Fatalf("a renewal: %v", err)
			}
			take(t, s)
			called := false
			for _, ctx := range []context.Context{leased, context.WithoutCancel(leased)} {
				if err := s.Write(ctx, func(*Tx) error { called = true; return nil }); !errors.Is(err, ErrLost) || called {
					t.Errorf("without the lease: %v", err)
				}
			}
			if err := s.Write(WithoutLease(leased), func(tx *Tx) error { return tx.EndLostRun(run.ID, clock) }); err != nil {
				t.Errorf("what needs no lease: %v", err)
			}
			want := map[string]string{"taken over": "store.lost", "seized": "run.purged"}[name]
			if ended, err := s.Run(t.Context(), run.ID); err != nil || ended.State != RunFailed || ended.ErrorCode != want || ended.EndedAt.IsZero() {
				t.Errorf("the run is %+v, %v", ended, err)
			}
			now, err := s.Job(t.Context(), "import")
			if err != nil || name == "seized" && (now.Owner != "" || now.Request != "" || now.LastRun != run.ID) {
				t.Errorf("the job is %+v, %v", now, err)
			}
		})
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
