package sync

import (
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// Status says how it stands with the org's calls, what is to come, and which class of calls goes on how far.
func TestStatusForecastsTheAllowance(t *testing.T) {
	h := connected(t, orgsim.Config{Contacts: 30})
	if _, err := h.engine.Import(t.Context(), h.admin, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	begin := func(ago time.Duration, calls int64) {
		t.Helper()
		err := h.store.Write(t.Context(), func(tx *store.Tx) error {
			h.clock.Advance(-ago)
			defer h.clock.Advance(ago)
			return tx.PutRun(store.Run{ID: store.NewID(), Kind: string(JobWriteback), State: store.RunDone, StartedAt: h.clock.Now(), APICalls: calls, Summary: "{}"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	begin(25*time.Hour, 1000)
	begin(2*time.Hour, 30)
	status, err := h.engine.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := status.Allowance
	if a == nil || status.APIMax != 100_000 || status.Budget.Own == 0 || status.ImportCalls == 0 || a.Frees == 0 {
		t.Fatalf("%+v, %+v", a, status)
	}
	if a.NextDay != 2*int64(status.ImportCalls)+30 || a.Forecast != max(0, status.APIUsed-status.Budget.Own)+a.NextDay {
		t.Errorf("two imports and what writing took in the last day: %+v", a)
	}
	if a.DeferPause != 80 || a.DeferResume != 75 || a.EssentialTo != 95 {
		t.Errorf("%+v", a)
	}
}
