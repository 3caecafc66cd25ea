package sync

import (
	"context"
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

// TrialReport is what a trial did.
type TrialReport struct {
	ID      string      `json:"id"`
	Contact string      `json:"contact"` // id of the test contact
	Steps   []TrialStep `json:"steps"`
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
		return t.report, nil
	}
	// Whatever happened, also when the caller gave up: nothing stays behind.
	clearing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	removeErr := t.step(clearing, "remove contact and activities", func(ctx context.Context) (string, error) { return "", t.clear(ctx) })
	t.report.Removed = removeErr == nil
	return t.report, errors.Join(e.noteFailure(clearing, err), removeErr)
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
		return nil, fault("trial.not_synced", "Map it to an active CRM user: crmsync users.", "seat %s is not synced (S76)", t.seat.Email)
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

// step runs one step and keeps what it said.
func (t *trial) step(ctx context.Context, name string, do func(context.Context) (string, error)) error {
	began := t.engine.now()
	detail, err := do(ctx)
	if err != nil {
		detail = strings.TrimSpace(detail + " " + err.Error())
	}
	t.report.Steps = append(t.report.Steps, TrialStep{Name: name, OK: err == nil, Detail: detail, Took: t.engine.now().Sub(began)})
	t.engine.publish(Event{Kind: EventProgress, Job: JobWriteback, Run: t.state.ID, Step: name, Done: int64(len(t.report.Steps)), Total: 5})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// play makes the contact, writes, reads back and compares.
func (t *trial) play(ctx context.Context, kinds []Kind) error {
	ctx = salesforce.WithPurpose(ctx, salesforce.PurposeWrite)
	if err := t.step(ctx, "make the test contact", t.makeContact); err != nil {
		return err
	}
	payloads := make([]Payload, len(kinds))
	for i, kind := range kinds {
		payloads[i] = compose(outgoing{Kind: kind, OccurredAt: t.state.At, Subject: "trial " + kind.Label(), Body: trialBody, Member: t.seat.Name,
			Person: trialName, OwnerID: t.seat.UserID, Target: target{WhoID: t.state.Contact, ParentID: t.state.Contact}}, t.cycle.rules, t.state.ID+"/"+string(kind))
	}
	var unknown bool
	err := t.step(ctx, "write one activity of each kind", func(ctx context.Context) (detail string, err error) {
		detail, unknown, err = t.write(ctx, payloads)
		return detail, err
	})
	if err != nil && !unknown {
		return err
	}
	err = t.step(ctx, "read back and compare", func(ctx context.Context) (string, error) { return t.compare(ctx, payloads) })
	t.report.OK = err == nil
	return err
}

func (t *trial) makeContact(ctx context.Context) (string, error) {
	record := salesforce.NewRecord{Type: "Contact", Fields: []salesforce.FieldValue{
		{Name: "LastName", Value: trialName}, {Name: "Description", Value: trialBody + " " + t.state.ID}}}
	id, err := t.client.Create(ctx, record)
	if errors.Is(err, salesforce.ErrOutcomeUnknown) { // it may be there: the mark tells
		var found []string
		if found, err = t.marked(ctx); err == nil && len(found) > 0 {
			id = found[0]
		} else if err == nil {
			err = fault("trial.unknown", "Try again.", "Salesforce did not answer whether the test contact was made")
		}
	}
	if err != nil {
		return "", err
	}
	t.state.Contact, t.report.Contact = id, id
	if err := t.engine.store.Write(ctx, t.state.put); err != nil {
		return id, err
	}
	return id, atStep(ctx, stepTrialContact)
}

func (t *trial) write(ctx context.Context, payloads []Payload) (detail string, unknown bool, err error) {
	var items []sendable
	for _, payload := range payloads {
		items = append(items, sendable{Payload: payload})
	}
	for _, batch := range batches(items, pageSize) {
		records := make([]salesforce.NewRecord, len(batch))
		for i, item := range batch {
			records[i] = item.Payload.newRecord()
		}
		results, err := t.client.Insert(ctx, records)
		if err != nil {
			return "", errors.Is(err, salesforce.ErrOutcomeUnknown), err
		}
		for _, result := range results {
			if err := result.Err(); err != nil {
				return refusalCode(err) + " " + oneLine(refusalText(err)), false, err
			}
			detail += result.ID + " "
		}
	}
	return strings.TrimSpace(detail), false, atStep(ctx, stepTrialWritten)
}

// compare finds each payload among the contact's activities, all fields equal.
func (t *trial) compare(ctx context.Context, payloads []Payload) (string, error) {
	equal := 0
	for _, object := range []string{"Task", "Note"} {
		var doubts []doubt
		for i, payload := range payloads {
			if payload.Object == object {
				doubts = append(doubts, doubt{ID: fmt.Sprint(i), Payload: payload})
			}
		}
		if len(doubts) == 0 {
			continue
		}
		columns := readColumns(object, doubts)
		var rows []readRow
		for record, err := range t.client.Query(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+object+" WHERE "+parentField(object)+" = "+salesforce.Quote(t.state.Contact)) {
			if err != nil {
				return "", err
			}
			rows = append(rows, rowFrom(record, columns))
		}
		for _, one := range settle(doubts, rows, nil, t.state.At) {
			if one.Finding != foundWritten {
				return "", fault("trial.differs", "Look at what the org's automation does to such records.",
					"%s of the trial is %s: %s", object, one.Finding, strings.Join(one.Differs, ", "))
			}
			equal++
		}
	}
	return fmt.Sprintf("%d of %d equal in every field", equal, len(payloads)), nil
}

// parentField is where a record hangs on its contact.
func parentField(object string) string {
	if object == "Note" {
		return "ParentId"
	}
	return "WhoId"
}
