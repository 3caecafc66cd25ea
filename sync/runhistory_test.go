package sync

import (
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// The history tells every run with its counts, and its ids are those that replay takes.
func TestRunsTellWhatWasDone(t *testing.T) {
	h, _ := peopled(t, orgsim.Config{Contacts: 60})
	h.clock.Advance(13 * time.Hour)
	outcome, err := h.engine.Request(t.Context(), h.admin, JobImport, ImportOptions{Full: true}, true)
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	page, err := h.engine.Runs(t.Context(), "", store.PageQuery{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[JobKind]RunSummary{}
	for _, run := range page.Rows {
		if _, newer := kinds[run.Kind]; !newer {
			kinds[run.Kind] = run
		}
		if run.State != "done" || run.Seconds < 0 || run.EndedAt.IsZero() {
			t.Errorf("%+v", run)
		}
	}
	imported, matched := kinds[JobImport], kinds[JobMatch]
	if imported.ID != outcome.RunID || imported.Match != matched.ID || !imported.Replays || !matched.Replays {
		t.Errorf("import %+v\nmatch %+v", imported, matched)
	}
	if imported.Counts["fetched"] == 0 || imported.Counts["fetched"] != imported.Counts["unchanged"]+imported.Counts["new"]+imported.Counts["changed"] || imported.APICalls == 0 {
		t.Errorf("import %+v", imported)
	}
	if matched.Counts["records"] == 0 || matched.Counts["records"] < matched.Counts["auto"]+matched.Counts["review"]+matched.Counts["none"] {
		t.Errorf("match %+v", matched)
	}
	for _, run := range []RunSummary{imported, matched} {
		if report := replayOf(t, h, run.ID); !report.Same || report.Run != matched.ID {
			t.Errorf("replay of %s: %+v", run.Kind, report)
		}
	}
	details, err := h.engine.RunDetails(t.Context(), imported.ID)
	if err != nil || len(details.Objects) != len(store.Objects()) || len(details.Report) == 0 {
		t.Errorf("%+v %v", details, err)
	}
	only, err := h.engine.Runs(t.Context(), JobMatch, store.PageQuery{Limit: 10})
	if err != nil || len(only.Rows) != 1 {
		t.Errorf("matches alone: %+v %v", only.Rows, err)
	}
	_, err = h.engine.RunDetails(t.Context(), "nothing")
	h.code(err, "run.not_found")
}

// An import that was cut off has no report, and tells what it read all the same.
func TestACutOffRunTellsWhatItRead(t *testing.T) {
	h := connected(t, orgsim.Config{})
	run := store.Run{ID: store.NewID(), Kind: string(JobImport), State: store.RunFailed, Actor: "ada", StartedAt: h.clock.Now(), ErrorCode: "run.interrupted", ErrorText: "cut off"}
	err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.PutRun(run); err != nil {
			return err
		}
		return tx.PutRunObject(store.RunObject{RunID: run.ID, Object: "Lead", State: store.RunFailed, Fetched: 7, Inserted: 3, Unchanged: 4, ErrorCode: "network.timeout", ErrorText: "no answer"})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	d, err := h.engine.RunDetails(t.Context(), run.ID)
	if err != nil || d.Counts["fetched"] != 7 || d.Counts["new"] != 3 || d.Counts["objects_failed"] != 1 || d.ErrorCode != "run.interrupted" || d.Replays {
		t.Errorf("%+v %v", d, err)
	}
	if len(d.Objects) != 1 || d.Objects[0].Error == nil || d.Objects[0].Error.Code != "network.timeout" {
		t.Errorf("%+v", d.Objects)
	}
}
