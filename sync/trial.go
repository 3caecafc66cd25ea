package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// TrialOptions say what a trial writes.
type TrialOptions struct {
	Kinds []Kind // none = the kinds that are on, or all but PointDrive when none is
	Seat  string // whose activities they are; "" = the tester's own
	Keep  bool   // leave contact and activities in the org until RemoveTrial
}

// TrialStep is one step of a trial.
type TrialStep struct {
	Name   string        `json:"name"`
	OK     bool          `json:"ok"`
	Detail string        `json:"detail"`
	Took   time.Duration `json:"took"`
}

// The steps of a trial, in order. The last comes whatever happened before it, unless the trial is kept.
const (
	TrialMake    = "make the test contact"
	TrialMatch   = "match it"
	TrialQueue   = "queue one activity of each kind"
	TrialWrite   = "write them"
	TrialRead    = "read them back"
	TrialCompare = "compare every field"
	TrialRemove  = "remove contact and activities"
)

// TrialSteps returns the names of a trial's steps, in order.
func TrialSteps() []string {
	return []string{TrialMake, TrialMatch, TrialQueue, TrialWrite, TrialRead, TrialCompare, TrialRemove}
}

// TrialSent is one request of a trial.
type TrialSent struct {
	Kind    Kind            `json:"kind"`
	Object  string          `json:"object"`
	ID      string          `json:"id"` // in the org, "" when it was not written
	Request json.RawMessage `json:"request"`
}

// TrialReport is what a trial did.
type TrialReport struct {
	ID      string      `json:"id"`
	Contact string      `json:"contact"` // id of the test contact
	Steps   []TrialStep `json:"steps"`
	Sent    []TrialSent `json:"sent"`    // the exact requests
	OK      bool        `json:"ok"`      // every activity was written and read back equal
	Removed bool        `json:"removed"` // nothing of it is left in the org
	Event   string      `json:"event"`
}

// trialName marks a test contact. The mark is the only name under which one is ever made, looked for or removed.
const trialName = "Zz Sync Test"

const trialBody = "This is a trial by crmsync. It is deleted at the end."

// trial is a rehearsal of writeback with a test contact, the one exception to adding nothing but activities (S106, decision 12).
type trial struct {
	engine *Engine
	client *salesforce.Client
	cycle  *cycle
	seat   store.Seat
	state  trialState
	report TrialReport

	payloads []Payload
	rows     map[string][]readRow // read back, by object
}

// RunTrial makes one marked contact, writes one activity of each kind to it, reads them back, compares every field,
// and removes all of it again unless it is to be kept. It needs the connection, the application and a synced
// seat; switches may be off and nobody has to opt in, since nothing goes to anybody but the test contact. What an
// earlier trial left behind is removed first: there is one test contact at most.
func (e *Engine) RunTrial(ctx context.Context, actor Actor, options TrialOptions) (TrialReport, error) {
	if err := Allowed(actor, ActTrialRun); err != nil {
		return TrialReport{}, err
	}
	t, err := e.newTrial(ctx, actor, options)
	if err != nil {
		return TrialReport{}, err
	}
	kinds, err := t.kinds(options.Kinds)
	if err != nil {
		return TrialReport{}, err
	}
	actor, err = e.secondAdmin(ctx, actor, taskTrial, options, func() (sight, error) { return trialSight(t.seat, kinds, options.Keep), nil })
	if err != nil {
		return TrialReport{}, err
	}
	if err := t.clear(ctx); err != nil {
		return TrialReport{}, fmt.Errorf("remove what an earlier trial left: %w", err)
	}
	t.state = trialState{ID: store.NewID(), By: actor.Name, At: e.now().UTC()}
	t.report = TrialReport{ID: t.state.ID}
	t.report.Event, err = e.change(ctx, actor, ActTrialRun, func(tx *store.Tx) (changed, error) {
		return changed{Subject: "trial " + t.state.ID, After: t.state}, t.state.put(tx)
	})
	if err != nil {
		return TrialReport{}, err
	}
	err = t.play(ctx, kinds)
	if options.Keep && err == nil {
		return t.report, e.keepTrial(ctx, actor, t, nil)
	}
	// Whatever happened, also when the caller gave up: nothing stays behind.
	clearing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	removeErr := t.step(clearing, TrialRemove, func(ctx context.Context) (string, error) { return "nothing is left", t.clear(ctx) })
	t.report.Removed = removeErr == nil
	err = errors.Join(e.noteFailure(clearing, err), removeErr)
	return t.report, errors.Join(err, e.keepTrial(clearing, actor, t, err))
}

// RemoveTrial removes the test contact and everything written to it.
func (e *Engine) RemoveTrial(ctx context.Context, actor Actor) (auditID string, err error) {
	if err := Allowed(actor, ActTrialRemove); err != nil {
		return "", err
	}
	client, _, err := e.client(ctx)
	if err != nil {
		return "", err
	}
	t := &trial{engine: e, client: client}
	actor, err = e.secondAdmin(ctx, actor, taskTrialRemove, struct{}{}, func() (sight, error) { return t.leftSight(ctx) })
	if err != nil {
		return "", err
	}
	if err := t.clear(ctx); err != nil {
		return "", e.noteFailure(ctx, err)
	}
	return e.change(ctx, actor, ActTrialRemove, func(tx *store.Tx) (changed, error) {
		return changed{Subject: "trial"}, nil
	})
}

func (e *Engine) newTrial(ctx context.Context, actor Actor, options TrialOptions) (*trial, error) {
	t := &trial{engine: e, cycle: &cycle{engine: e}}
	var err error
	if t.cycle.gates, err = e.loadGates(ctx); err != nil {
		return nil, err
	}
	if t.client, _, err = e.client(ctx); err != nil {
		return nil, err
	}
	if !t.cycle.gates.org.Package {
		return nil, fault("writeback.no_package", HoldPackage.Fix, "%s", HoldPackage.Text)
	}
	named := firstText(options.Seat, actor.Seat)
	for _, seat := range t.cycle.gates.people {
		if seat.ID == named || strings.EqualFold(seat.Email, named) {
			t.seat = seat
		}
	}
	switch {
	case named == "" || t.seat.ID == "":
		return nil, fault("trial.no_seat", "Name a synced seat: --seat EMAIL.", "the trial needs a seat that owns its activities")
	case !t.cycle.gates.seats[t.seat.ID].Synced:
		return nil, fault("trial.not_synced", "Map it to an active CRM user: crmsync users.", "seat %s is not synced", t.seat.Email)
	}
	t.cycle.client = t.client
	return t, e.noteFailure(ctx, t.cycle.load(salesforce.WithPurpose(ctx, salesforce.PurposeWrite)))
}

// kinds are those that were asked for, those that are on, or all that the org can take.
func (t *trial) kinds(asked []Kind) ([]Kind, error) {
	var kinds []Kind
	for _, kind := range asked {
		known, err := ParseKind(string(kind))
		if err != nil {
			return nil, err
		}
		kinds = append(kinds, known)
	}
	for _, kind := range Kinds() {
		if len(asked) == 0 && t.cycle.gates.org.KindOn[kind] {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		kinds = slices.DeleteFunc(Kinds(), Kind.NeedsRecordType)
	}
	for _, kind := range kinds {
		if kind.NeedsRecordType() && t.cycle.rules.RecordTypes[kind] == "" {
			return nil, fault("writeback.no_record_type", HoldRecordType.Fix, "the org has no record type for %s", kind.Label())
		}
	}
	return kinds, nil
}
