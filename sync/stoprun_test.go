package sync

import (
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// Whoever stops an import, in the process that does it or in another, what was read stays, nothing more is written, it
// does not begin again by itself at once, and the next one ends with all of the org.
func TestStopRun(t *testing.T) {
	for name, elsewhere := range map[string]bool{"here": false, "in another process": true} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, orgsim.Config{Contacts: 400})
			h.page = 40
			h.engine = h.another()
			h.connect()
			stopper := h.engine
			if elsewhere {
				stopper = h.another()
			}
			h.code(stopOf(stopper.StopRun(t.Context(), h.admin, JobImport)), "run.idle")
			events := h.engine.Events().Subscribe(t.Context())
			stopped, ended := make(chan error, 1), make(chan Event, 1)
			go func() {
				for event := range events {
					switch {
					case event.Object == "Contact" && event.Step == "pages" && event.Done >= 80 && len(stopped) == 0:
						stopped <- stopOf(stopper.StopRun(t.Context(), h.admin, JobImport))
					case event.Kind == EventRunEnded && event.Job == JobImport:
						ended <- event
						return
					}
				}
			}()
			if _, err := h.engine.Request(t.Context(), h.admin, JobImport, ImportOptions{}, true); err == nil {
				t.Error("the import that was stopped ended well")
			}
			if err := <-stopped; err != nil {
				t.Fatal(err)
			}
			if event := <-ended; event.Err != nil || event.Text != string(store.RunCancelled) {
				t.Errorf("the console is told of a failure: %+v", event)
			}
			run, err := h.store.LastRun(t.Context(), string(JobImport))
			if err != nil || run.State != store.RunCancelled || run.ErrorCode != codeStopped || run.EndedAt.IsZero() {
				t.Errorf("run %+v, %v", run, err)
			}
			kept, err := h.store.CountRecords(t.Context(), "Contact")
			if err != nil || kept < 40 {
				t.Errorf("%d contacts are kept, %v", kept, err)
			}
			if err := h.engine.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			if again, err := h.store.CountRecords(t.Context(), "Contact"); err != nil || again != kept {
				t.Errorf("it went on by itself: %d contacts, then %d, %v", kept, again, err)
			}
			if _, err := h.engine.Request(t.Context(), h.admin, JobImport, ImportOptions{}, true); err != nil {
				t.Fatal(err)
			}
			h.equalToOrg()
		})
	}
}

func stopOf(_ string, err error) error { return err }

// Writeback is not stopped in the middle of what it sends, and only admins stop anything.
func TestStopRun_refused(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.code(stopOf(h.engine.StopRun(t.Context(), h.admin, JobWriteback)), "run.unstoppable")
	h.code(stopOf(h.engine.StopRun(t.Context(), Actor{Name: "sam", Role: RoleSupport}, JobImport)), "act.not_allowed")
}
