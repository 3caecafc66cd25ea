package sync

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// The reply is lost after the org has committed: the row is found by reading back, at once, and not sent again.
func TestLostReplyAfterCommitIsFound_Decision17(t *testing.T) {
	w := writers(t, orgsim.Config{})
	note, message := w.add(KindNote, "a note"), w.add(KindMessage, "a message")
	w.fault("lost-reply:2")
	report := w.cycle()
	if report.Written != 2 || report.Doubtful != 0 {
		t.Fatalf("%+v", report)
	}
	w.wants(note, store.OutboxWritten)
	w.wants(message, store.OutboxWritten)
	w.once("Note", "a note")
	w.once("Task", "a message")
}

// The connection dies before the org has read the request. That cannot be told from a lost reply, so nothing is sent again
// before eleven minutes have passed.
func TestLostRequestIsSentAgainAfterElevenMinutes_Decision17(t *testing.T) {
	w := writers(t, orgsim.Config{})
	note := w.add(KindNote, "a note")
	w.fault("drop-connection=composite:1")
	if report := w.cycle(); report.Doubtful != 1 || report.Written != 0 {
		t.Fatalf("%+v", report)
	}
	w.wants(note, store.OutboxDoubtful)
	for range 10 {
		w.clock.Advance(time.Minute)
		if report := w.cycle(); report.Written != 0 || report.Doubtful != 1 {
			t.Fatalf("%+v", report)
		}
	}
	w.clock.Advance(time.Minute)
	if report := w.cycle(); report.Written != 1 || report.Doubtful != 0 {
		t.Fatalf("after eleven minutes: %+v", report)
	}
	w.once("Note", "a note")
}

// A row that a flow of the org rewrote is not sent again by itself, however long it takes.
func TestRewrittenRowStaysForAPerson_Decision17(t *testing.T) {
	w := writers(t, orgsim.Config{})
	message := w.add(KindMessage, "a message")
	w.fault("lost-reply:1", "drop-connection=queryAll:9")
	_, err := w.engine.WritebackCycle(t.Context(), w.admin)
	if err == nil {
		t.Fatal("reading back worked in spite of the fault")
	}
	w.wants(message, store.OutboxDoubtful)
	w.fault()
	rows := w.written("Task")["a message"]
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	change := orgsim.Change{Kind: "update", ID: rows[0].Text("Id")}
	change.Fields = map[string]json.RawMessage{"Subject": json.RawMessage(`"LinkedIn: rewritten"`)}
	if _, err := w.org.Change(change); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		w.clock.Advance(time.Hour)
		w.cycle()
	}
	item := w.wants(message, store.OutboxDoubtful)
	if item.ErrorCode != "ALTERED" || !strings.Contains(item.ErrorText, "Subject") {
		t.Errorf("%s %s", item.ErrorCode, item.ErrorText)
	}
	if len(w.written("Task")["a message"]) != 1 {
		t.Error("it was sent again")
	}
}

// Good rows of a batch are written, bad ones keep their reason, locked ones are tried again.
func TestPartialBatch(t *testing.T) {
	w := writers(t, orgsim.Config{})
	var ids []string
	for i := range 5 {
		ids = append(ids, w.add(KindNote, fmt.Sprintf("note %d", i)))
	}
	w.fault("lock-row:2")
	if report := w.cycle(); report.Written != 3 || report.Retried != 2 {
		t.Fatalf("%+v", report)
	}
	w.clock.Advance(time.Minute)
	if report := w.cycle(); report.Written != 2 {
		t.Fatalf("%+v", report)
	}
	for i, id := range ids {
		w.wants(id, store.OutboxWritten)
		w.once("Note", fmt.Sprintf("note %d", i))
	}
}

// A record type that was taken away since describe was read: the org is asked again and the default is used (decision 3).
func TestVanishedRecordTypeFallsBackToTheDefault_Decision3(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.add(KindMessage, "with a record type")
	w.cycle()
	w.fault("no-record-type")
	message := w.add(KindMessage, "without")
	if report := w.cycle(); report.Written != 1 || report.Failed != 0 || report.Retried != 1 {
		t.Fatalf("%+v %+v", report, w.item(message))
	}
	w.once("Task", "with a record type", "without")
}

func TestRefusedForGoodWaitsForAPerson(t *testing.T) {
	w := writers(t, orgsim.Config{})
	message := w.add(KindMessage, "a message")
	w.fault("validation-rule")
	if report := w.cycle(); report.Failed != 1 {
		t.Fatalf("%+v", report)
	}
	if item := w.wants(message, store.OutboxFailed); item.ErrorCode != "FIELD_CUSTOM_VALIDATION_EXCEPTION" || item.ErrorText == "" {
		t.Errorf("%s %q", item.ErrorCode, item.ErrorText)
	}
	w.fault()
	w.clock.Advance(time.Hour)
	if report := w.cycle(); report.Written != 0 {
		t.Fatalf("it was tried again by itself: %+v", report)
	}
	w.must(w.engine.RetryOutbox(t.Context(), w.admin, message))
	if report := w.cycle(); report.Written != 1 {
		t.Fatalf("%+v", report)
	}
	w.once("Task", "a message")
}

// What is the org's fault is not the rows': they wait, uncounted, and the cycle says why it ended.
func TestOrgWideRefusalsKeepTheQueue(t *testing.T) {
	for _, fault := range []string{"storage-full", "api-disabled=composite:1", "total-requests=composite:1", "html-503=composite:1"} {
		t.Run(fault, func(t *testing.T) {
			w := writers(t, orgsim.Config{})
			note := w.add(KindNote, "a note")
			w.fault(fault)
			_, _ = w.engine.WritebackCycle(t.Context(), w.admin)
			item := w.item(note)
			if item.State != store.OutboxQueued && item.State != store.OutboxDoubtful || item.State == store.OutboxQueued && item.Attempts != 0 {
				t.Fatalf("%s after %d tries: %s", item.State, item.Attempts, item.ErrorCode)
			}
			w.fault()
			w.clock.Advance(time.Hour)
			w.settleAll()
			w.wants(note, store.OutboxWritten)
			w.once("Note", "a note")
		})
	}
}

func TestDropIsFinalUntilUndone(t *testing.T) {
	w := writers(t, orgsim.Config{})
	note := w.add(KindNote, "a note")
	w.must(w.engine.DropOutbox(t.Context(), w.admin, note))
	if report := w.cycle(); report.Written != 0 {
		t.Fatalf("%+v", report)
	}
	w.wants(note, store.OutboxDropped)
	w.must(w.engine.UndoLast(t.Context(), w.admin))
	if report := w.cycle(); report.Written != 1 {
		t.Fatalf("%+v", report)
	}
	_, err := w.engine.RetryOutbox(t.Context(), w.admin, note)
	w.code(err, "outbox.move") // what is written is never sent again
}

// errDied is how a process dies between two steps.
var errDied = errors.New("the process died")

// A process that dies at any step, again and again, loses nothing and doubles nothing.
func TestKilledBetweenSteps_ExactlyOnce(t *testing.T) {
	for _, step := range writebackSteps {
		t.Run(step, func(t *testing.T) {
			w := writers(t, orgsim.Config{})
			var bodies []string
			for i := range 3 {
				body := fmt.Sprintf("note %d", i)
				w.add(KindNote, body)
				bodies = append(bodies, body)
			}
			w.add(KindMessage, "a message")
			died := 0
			for range 3 {
				ctx := withSteps(t.Context(), func(at string) error {
					if at == step {
						died++
						return errDied
					}
					return nil
				})
				if _, err := w.engine.WritebackCycle(ctx, w.admin); err != nil && !errors.Is(err, errDied) {
					t.Fatal(err)
				}
				w.engine = w.another()
				w.clock.Advance(time.Minute)
			}
			if died == 0 && step != stepSettled {
				t.Fatalf("no cycle came to the step %s", step)
			}
			w.settleAll()
			w.once("Note", bodies...)
			w.once("Task", "a message")
			if counts, err := w.store.CountOutbox(t.Context()); err != nil || counts[store.OutboxSending] != 0 || counts[store.OutboxDoubtful] != 0 {
				t.Errorf("something is stuck: %v %v", counts, err)
			}
		})
	}
}

// Random faults of the org, random deaths of the engine and random holds and retries, on an org and a store that are compared at the end.
func TestExactlyOnceUnderRandomFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred rounds")
	}
	w := writers(t, orgsim.Config{})
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		w.fault()
		var bodies []string
		for i := range rapid.IntRange(1, 6).Draw(rt, "activities") {
			body := fmt.Sprintf("round %d note %d", round, i)
			w.add(KindNote, body)
			bodies = append(bodies, body)
		}
		for range rapid.IntRange(1, 5).Draw(rt, "cycles") {
			w.fault(rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"lost-reply:1", "drop-connection=composite:1", "lock-row:1",
				"html-503=composite:1", "server-error=composite:1", "drop-connection=queryAll:1", "expire-session:1"}), 0, 3, rapid.ID[string]).Draw(rt, "faults")...)
			death := rapid.SampledFrom(append([]string{""}, writebackSteps...)).Draw(rt, "death")
			ctx := withSteps(t.Context(), func(at string) error {
				if at == death {
					return errDied
				}
				return nil
			})
			_, _ = w.engine.WritebackCycle(ctx, w.admin) // whatever it says, the end is compared
			if death != "" {
				w.engine = w.another()
			}
			w.clock.Advance(time.Duration(rapid.IntRange(0, 12).Draw(rt, "minutes")) * time.Minute)
		}
		w.fault()
		w.settleAll()
		found := w.written("Note")
		for _, body := range bodies {
			if len(found[body]) != 1 {
				rt.Fatalf("%q stands %d times in the org", body, len(found[body]))
			}
		}
		counts, err := w.store.CountOutbox(t.Context())
		if err != nil || counts[store.OutboxFailed]+counts[store.OutboxDoubtful]+counts[store.OutboxSending]+counts[store.OutboxQueued] != 0 {
			rt.Fatalf("something is stuck: %v %v", counts, err)
		}
	})
}

func TestStepsAreInOrder(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.add(KindNote, "a note")
	var seen []string
	ctx := withSteps(t.Context(), func(at string) error {
		seen = append(seen, at)
		return nil
	})
	if _, err := w.engine.WritebackCycle(ctx, w.admin); err != nil {
		t.Fatal(err)
	}
	want := []string{stepRecovered, stepAdmitted, stepIntended, stepAnswered, stepConcluded, stepProven}
	if !slices.Equal(seen, want) {
		t.Errorf("steps %v, want %v", seen, want)
	}
}
