package sync

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/store/baddisk"
	"crmsync/sync/salesforce/orgsim"
)

// testBallast is enough for all small changes of a test.
const testBallast = 512 << 10

// fullDisk leaves a store with its ballast made on a disk that has only so much room beside it.
func (h *harness) fullDisk(room int64) {
	h.t.Helper()
	h.disk, h.ballast = baddisk.Under(h.t, h.store.Dir()), testBallast
	h.engine = h.another()
	if err := h.engine.room(); err != nil {
		h.t.Fatal(err)
	}
	h.disk.Leave(room)
}

// waitsForRoom checks that nothing begins on the full disk, and that everybody is told why.
func (h *harness) waitsForRoom() {
	h.t.Helper()
	for _, kind := range []JobKind{JobImport, JobMatch, JobWriteback} {
		if _, err := h.engine.Request(h.t.Context(), h.admin, kind, nil, true); CodeOf(err) != "store.full" || !strings.Contains(HintOf(err), "1024 KiB") {
			h.t.Errorf("%s begins on a full disk: %v (%s) %s", kind, err, CodeOf(err), HintOf(err))
		}
	}
	status, err := h.engine.Status(h.t.Context())
	if err != nil || status.Healthy || !status.Disk.Short() || !slices.ContainsFunc(status.Problems, func(p string) bool { return strings.HasPrefix(p, "the disk is full") }) {
		h.t.Errorf("the status says nothing of the full disk: %+v %v", status, err)
	}
	if check := h.engine.checkDisk(); check.State != CheckFail || check.Blocks != BlocksEverything || check.Fix == "" {
		h.t.Errorf("the doctor: %+v", check)
	}
}

// The disk runs full between Salesforce's answer and its being kept: the ballast makes room for it, the cycle ends as on any other
// disk, and no other begins until there is room again.
func TestBallastKeepsWhatSalesforceAnswered(t *testing.T) {
	baddisk.Under(t, t.TempDir()) // in its place before tests run side by side
	for _, room := range []int64{0, 8 << 10, 30 << 10, 60 << 10} {
		t.Run(fmt.Sprint(room), func(t *testing.T) {
			t.Parallel()
			w := writers(t, orgsim.Config{})
			var bodies []string
			for i := range 3 {
				bodies = append(bodies, fmt.Sprint("note ", i))
				w.add(KindNote, bodies[i])
			}
			w.fullDisk(room)
			if report := w.cycle(); report.Queued != 0 || report.Doubtful != 0 {
				t.Errorf("the cycle left something open: %+v", report)
			}
			w.once("Note", bodies...)
			if counts, err := w.store.CountOutbox(t.Context()); err != nil || counts[store.OutboxWritten] != 3 {
				t.Errorf("%v %v", counts, err)
			}
			if ballast, err := w.store.Ballast(); err != nil || ballast.Held != 0 {
				t.Fatalf("the disk was not full: %+v %v", ballast, err)
			}
			w.waitsForRoom()
			w.disk.Heal()
			w.clock.Advance(time.Minute)
			if _, err := w.engine.Request(t.Context(), w.admin, JobWriteback, nil, true); err != nil {
				t.Errorf("with room again: %v", err)
			}
			if disk, err := w.engine.Disk(); err != nil || disk.Reserve != testBallast || disk.Short() || w.engine.checkDisk().State != CheckOK {
				t.Errorf("the reserve was not made again: %+v %v", disk, err)
			}
		})
	}
}

// An import that runs full does not eat the ballast up: it ends with its reason in its run, at once, and goes on when there is room.
func TestBallastLetsAnImportEnd(t *testing.T) {
	baddisk.Under(t, t.TempDir())
	for _, room := range []int64{0, 100 << 10, 400 << 10} {
		t.Run(fmt.Sprint(room), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, orgsim.Config{Contacts: 400})
			h.page = 100
			h.connect()
			h.fullDisk(room)
			h.engine = h.another()
			report, err := h.engine.Import(t.Context(), h.admin, ImportOptions{})
			if cause := errors.Join(err, firstError(report, nil)); CodeOf(cause) != "store.full" {
				t.Fatalf("%v (%s)", cause, CodeOf(cause))
			}
			run, err := h.store.LastRun(t.Context(), string(JobImport))
			if err != nil || run.EndedAt.IsZero() || run.ErrorCode != "store.full" || (run.State != store.RunFailed && run.State != store.RunPartial) {
				t.Errorf("the run does not say how it ended: %+v %v", run, err)
			}
			if ballast, err := h.store.Ballast(); err != nil || ballast.Held != 0 {
				t.Fatalf("the end found room elsewhere: %+v %v", ballast, err)
			} else if ballast.Free < testBallast/4 {
				t.Errorf("the import ate %d of the ballast's %d bytes", testBallast-ballast.Free, testBallast)
			}
			h.waitsForRoom()
			h.disk.Heal()
			h.clock.Advance(time.Minute)
			if _, err := h.engine.Request(t.Context(), h.admin, JobImport, nil, true); err != nil {
				t.Fatal(err)
			}
			h.equalToOrg()
		})
	}
}
