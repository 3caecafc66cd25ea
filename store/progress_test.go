package store

import (
	"errors"
	"testing"
	"time"
)

// Only what the present owner of a job wrote under its lease is told.
func TestProgressHoldsForOneLease(t *testing.T) {
	st, ctx := openTest(t), t.Context()
	now := st.Now().UTC().Truncate(time.Millisecond)
	if err := st.Write(ctx, func(tx *Tx) error { return tx.PutJob(Job{Kind: "import", RunAt: now}) }); err != nil {
		t.Fatal(err)
	}
	told := func() []Progress {
		t.Helper()
		rows, err := st.Claimed(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if rows := told(); len(rows) != 0 {
		t.Errorf("nobody works, told %+v", rows)
	}
	first, err := st.ClaimJobKind(ctx, "import", "host/1", now, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if rows := told(); len(rows) != 1 || !rows[0].At.IsZero() || rows[0].Job.Owner != "host/1" {
		t.Errorf("before anything was written: %+v", rows)
	}
	wrote := Progress{Job: first, RunID: "r1", Work: "match", Object: "Contact", Step: "pages", Done: 7, Total: 9, Since: now, At: now.Add(time.Second)}
	put := func(x Progress) error {
		return st.Write(WithLease(ctx, x.Job), func(tx *Tx) error { return tx.PutProgress(x) })
	}
	if err := put(wrote); err != nil {
		t.Fatal(err)
	}
	if rows := told(); len(rows) != 1 || rows[0] != wrote {
		t.Errorf("told %+v, wrote %+v", rows, wrote)
	}
	second, err := st.ClaimJobKind(ctx, "import", "host/2", now.Add(time.Hour), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if rows := told(); len(rows) != 1 || rows[0].RunID != "" || rows[0].Job.Owner != second.Owner {
		t.Errorf("what another owner wrote is told: %+v", rows)
	}
	if err := put(wrote); !errors.Is(err, ErrLost) {
		t.Errorf("an owner who lost the lease wrote its progress: %v", err)
	}
}
