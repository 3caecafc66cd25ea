package sync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"crmsync/sync/salesforce"
)

// step runs one step, tells when it begins and ends, and keeps what it said.
func (t *trial) step(ctx context.Context, name string, do func(context.Context) (string, error)) error {
	began := t.engine.now()
	at := Event{Kind: EventTrial, Run: t.state.ID, Step: name, Done: int64(len(t.report.Steps)), Total: int64(len(TrialSteps()))}
	t.engine.publish(at)
	detail, err := do(ctx)
	at.Text, at.Err = detail, err
	if err != nil {
		detail = strings.TrimSpace(detail + " " + err.Error())
	}
	t.report.Steps = append(t.report.Steps, TrialStep{Name: name, OK: err == nil, Detail: detail, Took: t.engine.now().Sub(began)})
	at.Done, at.Text = int64(len(t.report.Steps)), nameOr(at.Text, "done")
	t.engine.publish(at)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// play makes the contact, writes, reads back and compares.
func (t *trial) play(ctx context.Context, kinds []Kind) error {
	ctx = salesforce.WithPurpose(ctx, salesforce.PurposeWrite)
	if err := t.step(ctx, TrialMake, t.makeContact); err != nil {
		return err
	}
	to := target{WhoID: t.state.Contact, ParentID: t.state.Contact}
	err := t.step(ctx, TrialMatch, func(context.Context) (string, error) {
		return "with the test person of " + cmp.Or(t.seat.Name, t.seat.Email) + ", by hand", nil
	})
	if err != nil {
		return err
	}
	err = t.step(ctx, TrialQueue, func(context.Context) (string, error) { return t.queue(kinds, to) })
	if err != nil {
		return err
	}
	var unknown bool
	err = t.step(ctx, TrialWrite, func(ctx context.Context) (detail string, err error) {
		detail, unknown, err = t.write(ctx)
		return detail, err
	})
	if err != nil && !unknown { // without an answer, reading back tells
		return err
	}
	if err := t.step(ctx, TrialRead, t.readBack); err != nil {
		return err
	}
	err = t.step(ctx, TrialCompare, func(context.Context) (string, error) { return t.compare() })
	t.report.OK = err == nil
	return err
}

// queue composes the requests of the trial, as the outbox does for real activities.
func (t *trial) queue(kinds []Kind, to target) (string, error) {
	labels := make([]string, len(kinds))
	for i, kind := range kinds {
		payload := compose(outgoing{Kind: kind, OccurredAt: t.state.At, Subject: "trial " + kind.Label(), Body: trialBody, Member: t.seat.Name,
			Person: trialName, OwnerID: t.seat.UserID, Target: to}, t.cycle.rules, t.state.ID+"/"+string(kind))
		request, err := payload.request()
		if err != nil {
			return "", err
		}
		t.payloads = append(t.payloads, payload)
		t.report.Sent = append(t.report.Sent, TrialSent{Kind: kind, Object: payload.Object, Request: request})
		labels[i] = kind.Label()
	}
	return strings.Join(labels, ", "), nil
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

func (t *trial) write(ctx context.Context) (detail string, unknown bool, err error) {
	items := make([]sendable, len(t.payloads))
	for i, payload := range t.payloads {
		items[i] = sendable{Payload: payload}
	}
	written := 0
	for _, batch := range batches(items, pageSize) {
		records := make([]salesforce.NewRecord, len(batch))
		for i, item := range batch {
			records[i] = item.Payload.newRecord()
		}
		results, err := t.client.Insert(ctx, records)
		if err != nil {
			return "", errors.Is(err, salesforce.ErrOutcomeUnknown), err
		}
		for i, result := range results {
			if err := result.Err(); err != nil {
				return refusalCode(err) + " " + oneLine(refusalText(err)), false, err
			}
			t.wrote(batch[i].Payload, result.ID)
			written++
		}
	}
	return fmt.Sprintf("%d of %d accepted", written, len(t.payloads)), false, atStep(ctx, stepTrialWritten)
}

// wrote keeps the id that a request was given.
func (t *trial) wrote(payload Payload, id string) {
	for i := range t.payloads {
		if t.payloads[i].fingerprint() == payload.fingerprint() {
			t.report.Sent[i].ID = id
		}
	}
}

// doubts are the trial's payloads of one object, as the reading back of real activities takes them.
func (t *trial) doubts(object string) (doubts []doubt) {
	for i, payload := range t.payloads {
		if payload.Object == object {
			doubts = append(doubts, doubt{ID: fmt.Sprint(i), Payload: payload})
		}
	}
	return doubts
}

// readBack reads what hangs on the contact now.
func (t *trial) readBack(ctx context.Context) (string, error) {
	t.rows = map[string][]readRow{}
	read := 0
	for _, object := range []string{"Task", "Note"} {
		doubts := t.doubts(object)
		if len(doubts) == 0 {
			continue
		}
		columns := readColumns(object, doubts)
		for record, err := range t.client.Query(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+object+" WHERE "+parentField(object)+" = "+salesforce.Quote(t.state.Contact)) {
			if err != nil {
				return "", err
			}
			t.rows[object] = append(t.rows[object], rowFrom(record, columns))
			read++
		}
	}
	return fmt.Sprintf("%d found", read), nil
}

// compare finds each payload among what was read back, all fields equal.
func (t *trial) compare() (string, error) {
	equal := 0
	for _, object := range []string{"Task", "Note"} {
		for _, one := range settle(t.doubts(object), t.rows[object], nil, t.state.At) {
			if one.Finding != foundWritten {
				return "", fault("trial.differs", "Look at what the org's automation does to such records.",
					"%s of the trial is %s: %s", object, one.Finding, strings.Join(one.Differs, ", "))
			}
			equal++
		}
	}
	return fmt.Sprintf("%d of %d equal in every field", equal, len(t.payloads)), nil
}

// parentField is where a record hangs on its contact.
func parentField(object string) string {
	if object == "Note" {
		return "ParentId"
	}
	return "WhoId"
}
