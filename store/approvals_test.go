package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestApprovals(t *testing.T) {
	s := openTest(t)
	row := Approval{ID: "p1", Act: "match.bulk", Task: "match.bulk", Args: `{"MinScore":0.9}`, Summary: "accept 2 matches", Preview: []string{"Ann Okafor = Ann Okafor"}, Digest: "d",
		State: ApprovalWaiting, ProposedBy: "ana", OSUser: "ana", PublicKey: "ssh-ed25519 A", ProposedAt: clock, ExpiresAt: clock.Add(time.Hour)}
	other := Approval{ID: "p2", Act: "purge", Task: "purge", Args: "null", Preview: []string{}, State: ApprovalGranted, ProposedBy: "bea", ProposedAt: clock, ExpiresAt: clock.Add(time.Hour)}
	write(t, s, func(tx *Tx) error { return errors.Join(tx.PutApproval(row), tx.PutApproval(other)) })
	for _, want := range []Approval{row, other} {
		if got, err := s.Approval(t.Context(), want.ID); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s %v", cmp.Diff(want, got), err)
		}
	}
	if open, err := s.OpenApprovals(t.Context(), "bea"); err != nil || len(open) != 1 || open[0].ID != "p2" {
		t.Errorf("%+v %v", open, err)
	}
	for by, want := range map[string]int64{"ana": 0, "bea": 1} {
		if n, err := s.CountApprovals(t.Context(), by, clock); err != nil || n != want {
			t.Errorf("%s: %d wait, %v", by, n, err)
		}
	}
	if n, err := s.CountApprovals(t.Context(), "bea", row.ExpiresAt); err != nil || n != 0 {
		t.Errorf("%d wait when their time is over, %v", n, err)
	}
	write(t, s, func(tx *Tx) error {
		n, err := tx.EraseApprovals([]string{"Okafor", ""}, "erased", "")
		if n != 1 {
			t.Errorf("%d emptied", n)
		}
		return err
	})
	got, err := s.Approval(t.Context(), row.ID)
	if err != nil || got.State != ApprovalWithdrawn || got.Note != "erased" || got.Args != "null" || got.Summary+got.Digest != "" || len(got.Preview) > 0 || got.ProposedBy != "ana" {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.Approval(t.Context(), other.ID); err != nil || !cmp.Equal(got, other) {
		t.Errorf("%s %v", cmp.Diff(other, got), err)
	}
	if _, err := s.Approval(t.Context(), "p3"); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
}
