package sync

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/store/baddisk"
	"crmsync/sync/salesforce/orgsim"
)

// The disk runs full, or fails, at some moment of an import, at any. The import ends with the reason, which stands in its
// run and in the status; no watermark is ahead of its rows; and with space again the next import ends with the store equal to the org.
func TestDiskFailsDuringAnImport(t *testing.T) {
	baddisk.Under(t, t.TempDir()) // in its place before tests run side by side
	for _, failure := range []struct {
		kind baddisk.Failure
		code string
	}{{baddisk.Full, "store.full"}, {baddisk.Broken, "store.disk"}} {
		for _, after := range []int{0, 40, 150, 400} {
			t.Run(fmt.Sprint(failure.code, " after ", after), func(t *testing.T) {
				t.Parallel()
				h := newHarness(t, orgsim.Config{Contacts: 200})
				disk := baddisk.Under(t, h.store.Dir())
				h.page = 30
				h.engine = h.another()
				h.connect()
				disk.FailAfter(after, failure.kind)
				report, err := h.engine.Import(t.Context(), h.admin, ImportOptions{})
				failed := disk.Heal()
				if cause := errors.Join(err, firstError(report, nil)); failed > 0 && CodeOf(cause) != failure.code {
					t.Fatalf("%d operations failed: %v (%s)", failed, cause, CodeOf(cause))
				} else if failed == 0 {
					t.Logf("the import needs fewer operations than %d", after)
				}
				for _, object := range objectNames {
					n, err := h.store.CountRecords(t.Context(), object)
					if mark := h.importState(object).Watermark; err != nil || (!mark.IsZero() && n == 0) {
						t.Errorf("%s: the watermark is ahead of %d rows, %v", object, n, err)
					}
				}
				h.clock.Advance(time.Minute)
				h.imports(ImportOptions{})
				h.equalToOrg()
			})
		}
	}
}

// The disk fails at any moment of writeback: also when Salesforce has said yes and that cannot be kept. With a disk again,
// everything is written once.
func TestDiskFailsDuringWriteback_ExactlyOnce(t *testing.T) {
	baddisk.Under(t, t.TempDir()) // in its place before tests run side by side
	for _, failure := range []baddisk.Failure{baddisk.Full, baddisk.Broken} {
		for after := 0; after < 24; after += 2 {
			t.Run(fmt.Sprintf("failure %d after %d operations", failure, after), func(t *testing.T) {
				t.Parallel()
				diskFailsDuringWriteback(t, failure, after)
			})
		}
	}
}

func diskFailsDuringWriteback(t *testing.T, failure baddisk.Failure, after int) {
	w := writers(t, orgsim.Config{})
	var bodies []string
	for i := range 3 {
		bodies = append(bodies, fmt.Sprint("note ", i))
		w.add(KindNote, bodies[i])
	}
	disk := baddisk.Under(t, w.store.Dir())
	disk.FailAfter(after, failure)
	_, err := w.engine.WritebackCycle(t.Context(), w.admin)
	if disk.Heal() > 0 && (err == nil || !strings.HasPrefix(CodeOf(err), "store.")) {
		t.Errorf("%v (%s)", err, CodeOf(err))
	}
	w.settleAll()
	w.once("Note", bodies...)
	if counts, err := w.store.CountOutbox(t.Context()); err != nil || counts[store.OutboxWritten] != 3 {
		t.Errorf("%v %v", counts, err)
	}
}
