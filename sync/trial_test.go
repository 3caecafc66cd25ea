package sync

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// left counts what trials have left in the org.
func left(t *testing.T, h *harness) int {
	t.Helper()
	client, _, err := h.engine.client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tr := &trial{engine: h.engine, client: client}
	contacts, err := tr.marked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := len(contacts)
	for _, contact := range contacts {
		for _, object := range []string{"Task", "Note"} {
			ids, err := tr.ids(t.Context(), object, parentField(object)+" = '"+contact+"'")
			if err != nil {
				t.Fatal(err)
			}
			n += len(ids)
		}
	}
	return n
}

func TestTrialWithSwitchesOff_S106(t *testing.T) {
	h, seat := peopled(t, orgsim.Config{})
	tester := Actor{Name: "tess", Role: RoleTester, Seat: seat.ID}
	report, err := h.engine.RunTrial(t.Context(), tester, TrialOptions{Keep: true})
	if err != nil || !report.OK {
		t.Fatalf("%+v %v (%s)", report, err, CodeOf(err))
	}
	if n := left(t, h); n != 1+4 {
		t.Errorf("one contact and one activity of each kind: %d rows", n)
	}
	if _, ok, err := h.engine.Trial(t.Context()); !ok || err != nil {
		t.Errorf("the trial is not listed: %v %v", ok, err)
	}
	// A second trial does not add a second contact.
	if report, err = h.engine.RunTrial(t.Context(), tester, TrialOptions{Kinds: []Kind{KindNote}, Keep: true}); err != nil || !report.OK {
		t.Fatalf("%+v %v", report, err)
	}
	if n := left(t, h); n != 2 {
		t.Errorf("%d rows", n)
	}
	if _, err := h.engine.RemoveTrial(t.Context(), tester); err != nil {
		t.Fatal(err)
	}
	if n := left(t, h); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if _, ok, _ := h.engine.Trial(t.Context()); ok {
		t.Error("the trial is still listed")
	}
	if counts, err := h.store.CountOutbox(t.Context()); err != nil || counts[store.OutboxWritten] != 0 {
		t.Errorf("the trial went through the outbox: %v %v", counts, err)
	}
}

func TestTrialRemovesItselfEvenWhenItFails_S106(t *testing.T) {
	h, seat := peopled(t, orgsim.Config{})
	tester := Actor{Name: "tess", Role: RoleTester, Seat: seat.ID}
	_, err := h.engine.RunTrial(t.Context(), memberOf(seat), TrialOptions{})
	h.code(err, "act.not_allowed")
	_, err = h.engine.RunTrial(t.Context(), h.admin, TrialOptions{})
	h.code(err, "trial.no_seat")
	report, err := h.engine.RunTrial(t.Context(), tester, TrialOptions{})
	if err != nil || !report.OK || !report.Removed || left(t, h) != 0 {
		t.Fatalf("%+v %v", report, err)
	}
	for _, fault := range []string{"validation-rule", "lost-reply:1", "drop-connection=composite:1"} {
		if err := h.org.SetScenarios(fault); err != nil {
			t.Fatal(err)
		}
		_, _ = h.engine.RunTrial(t.Context(), tester, TrialOptions{})
		if err := h.org.SetScenarios(); err != nil {
			t.Fatal(err)
		}
		if n := left(t, h); n != 0 {
			t.Errorf("%s: %d rows are left", fault, n)
		}
	}
}

func TestTrialKilledMidwayIsCleanedUpByTheNext_S106(t *testing.T) {
	for _, step := range []string{stepTrialContact, stepTrialWritten} {
		h, seat := peopled(t, orgsim.Config{})
		tester := Actor{Name: "tess", Role: RoleTester, Seat: seat.ID}
		tr, err := h.engine.newTrial(t.Context(), tester, TrialOptions{})
		if err != nil {
			t.Fatal(err)
		}
		tr.state = trialState{ID: store.NewID(), At: h.clock.Now()}
		ctx := withSteps(t.Context(), func(at string) error {
			if at == step {
				return errDied
			}
			return nil
		})
		if err := tr.play(ctx, []Kind{KindNote, KindCall}); !errors.Is(err, errDied) {
			t.Fatalf("it did not die at %s: %v", step, err)
		}
		if left(t, h) == 0 {
			t.Fatal("nothing was made")
		}
		h.engine = h.another()
		if report, err := h.engine.RunTrial(t.Context(), tester, TrialOptions{}); err != nil || !report.OK {
			t.Fatalf("%+v %v", report, err)
		}
		if n := left(t, h); n != 0 {
			t.Errorf("%s: %d rows are left", step, n)
		}
	}
}

func TestShadowSendsNothing(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.must(w.engine.SetKindSwitch(t.Context(), w.admin, KindNote, false))
	w.add(KindNote, "a note")
	w.add(KindMessage, "a message")
	items, err := w.engine.Shadow(t.Context(), w.admin, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		if item.With == "" {
			t.Errorf("%s of %s: it does not say with whom", item.Kind, item.Member)
		}
	}
	var paged []ShadowItem
	for q := (store.PageQuery{Limit: 1}); ; {
		page, err := w.engine.ShadowPage(t.Context(), w.admin, q)
		if err != nil || len(page.Rows) > 1 {
			t.Fatalf("%d rows: %v", len(page.Rows), err)
		}
		paged = append(paged, page.Rows...)
		if q.After = page.Next; !page.More {
			break
		}
	}
	if !reflect.DeepEqual(paged, items) {
		t.Errorf("by pages %+v, at once %+v", paged, items)
	}
	var shown []string
	for _, item := range items {
		var request map[string]any
		if item.Request != nil && json.Unmarshal(item.Request, &request) != nil {
			t.Errorf("no request: %s", item.Request)
		}
		for _, field := range []string{"Body", "Description"} {
			if text, ok := request[field].(string); ok && (text == "a note" || text == "a message") {
				shown = append(shown, text+" "+item.Hold)
				if len(item.Problems) != 0 {
					t.Errorf("%s: %v", text, item.Problems)
				}
			}
		}
	}
	if got := strings.Join(shown, ", "); got != "a message , a note held.kind" {
		t.Errorf("shown: %s", got)
	}
	if rows := w.written("Task")["a message"]; len(rows) != 0 {
		t.Error("it was sent")
	}
	w.clock.Advance(time.Minute)
	w.cycle()
	w.once("Task", "a message")
}

// Every step is told when it begins and when it ends, in order, and the trial is kept among the runs with what it sent.
func TestTrialTellsItsSteps_S106(t *testing.T) {
	h, seat := peopled(t, orgsim.Config{})
	tester := Actor{Name: "tess", Role: RoleTester, Seat: seat.ID}
	events := h.engine.Events().Subscribe(t.Context())
	report, err := h.engine.RunTrial(t.Context(), tester, TrialOptions{Kinds: []Kind{KindCall, KindNote}})
	if err != nil || !report.OK || !report.Removed {
		t.Fatalf("%+v %v", report, err)
	}
	var begun, ended []string
	for len(ended) < len(TrialSteps()) {
		event := <-events
		switch {
		case event.Kind != EventTrial:
		case event.Text == "" && event.Err == nil:
			begun = append(begun, event.Step)
		default:
			ended = append(ended, event.Step)
		}
	}
	if !slices.Equal(begun, TrialSteps()) || !slices.Equal(ended, TrialSteps()) {
		t.Errorf("begun %q, ended %q", begun, ended)
	}
	if len(report.Sent) != 2 || report.Sent[0].ID == "" || report.Sent[1].Object != "Note" || len(report.Sent[1].Request) == 0 {
		t.Errorf("sent %+v", report.Sent)
	}
	runs, err := h.store.Runs(t.Context(), string(JobTrial), store.PageQuery{})
	var kept TrialReport
	if err != nil || len(runs.Rows) != 1 || runs.Rows[0].State != store.RunDone || json.Unmarshal([]byte(runs.Rows[0].Summary), &kept) != nil || !kept.OK || len(kept.Steps) != len(TrialSteps()) {
		t.Errorf("kept %+v %v", runs.Rows, err)
	}
}
