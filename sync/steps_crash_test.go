//go:build unix

package sync

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// dies imports, and kills its process when the part it is told is over. It returns when that part never came.
func (o crashOrder) dies(ctx context.Context, engine *Engine) error {
	over := func(part string) {
		if part == o.Dies {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way
		}
	}
	_, run, err := engine.importRun(ctx, Actor{Name: "ana", Role: RoleAdmin}, ImportOptions{})
	if err != nil {
		return err
	}
	over("pages")
	if _, err := engine.Match(ctx, EngineActor, MatchOptions{Run: run.ID}); err != nil {
		return err
	}
	over("match")
	var report StepsReport
	for _, step := range engine.stepsAfter(run.ID, &report) {
		if err := step.do(ctx); err != nil {
			return err
		}
		over(step.name)
	}
	return fmt.Errorf("nothing is called %q", o.Dies)
}

// killedAfter runs an import in a process of its own that is killed after a part of it.
func (h *harness) killedAfter(part string) {
	h.t.Helper()
	order, err := json.Marshal(crashOrder{Dir: h.store.Dir(), Now: h.clock.Now(), Dies: part})
	if err != nil {
		h.t.Fatal(err)
	}
	child := exec.CommandContext(h.t.Context(), os.Args[0], "-test.run", "^TestCrashChild$")
	child.Env = append(os.Environ(), crashOrderName+"="+string(order))
	said, err := child.CombinedOutput()
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		h.t.Fatalf("the process was not killed: %v, %s", err, said)
	}
}

// What an import brought before it was killed is alerted, saved and counted by the next one, which brings nothing new:
// whichever of the steps was the last, nothing is lost and nothing is done twice.
func TestSteps_afterAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, part := range []string{"pages", "match", "badges", "contact information", "alerts", "auto-save", "search filters"} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			s := newSelling(t)
			for record, member := range map[string]string{s.contact: s.person, s.opportunity.AccountID: s.company} {
				s.matched(store.ObjectOf(record), record, member, store.MatchAccepted)
				s.decided(record, member)
			}
			s.syncs()
			made := s.happens(orgsim.Change{Kind: "update", ID: s.opportunity.ID, Fields: fieldsOf("CloseDate", "2027-06-30")},
				orgsim.Change{Kind: "update", ID: s.contact, Fields: fieldsOf("Phone", "+49 30 1234", "Email", "eva@example.com")},
				orgsim.Change{Kind: "create", Object: "Opportunity", Fields: fieldsOf("Name", "Second", "StageName", s.opportunity.Stage,
					"CloseDate", "2027-01-31", "OwnerId", s.other, "AccountId", s.opportunity.AccountID)})
			s.killedAfter(part)
			s.clock.Advance(12 * time.Hour)
			s.engine = s.another()
			report := s.syncs()
			for _, object := range report.Import.Objects {
				if object.Inserted+object.Updated+object.Deleted != 0 {
					t.Errorf("the import before kept nothing of %s: %+v", object.Object, object)
				}
			}
			told := 0
			for _, line := range s.feed(s.ownerSeat) {
				if strings.HasPrefix(line, "close_date | ") {
					told++
				}
			}
			if told != 1 {
				t.Errorf("the changed close date is told %d times: %q", told, s.feed(s.ownerSeat))
			}
			if saves := s.saved(made.IDs[0]); len(saves) != 1 || len(s.feed(s.other2)) != 1 {
				t.Errorf("saves of the new opportunity %v, feed %q", saves, s.feed(s.other2))
			}
			before := part == "pages" || part == "match" || part == "badges"
			if info := report.Steps.ContactInfo; before != (info == ContactCounts{Looked: 1, WithEmail: 1, WithPhone: 1}) || !before && info != (ContactCounts{}) {
				t.Errorf("contact information %+v", info)
			}
			if again := s.syncs(); again.Steps.Alerts != (AlertCounts{}) || again.Steps.ContactInfo != (ContactCounts{}) || again.Steps.AutoSave.Accounts+again.Steps.AutoSave.Contacts != 0 {
				t.Errorf("done twice: %+v", *again.Steps)
			}
		})
	}
}

// syncs does all that the schedule does for an import.
func (h *harness) syncs() SyncReport {
	h.t.Helper()
	outcome, err := h.engine.Request(h.t.Context(), h.admin, JobImport, ImportOptions{}, true)
	report, ok := outcome.Report.(SyncReport)
	if err != nil || !ok || report.Steps == nil {
		h.t.Fatalf("%+v, %v", outcome, err)
	}
	return report
}
