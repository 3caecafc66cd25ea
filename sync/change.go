package sync

import (
	"context"
	"encoding/json"
	"fmt"

	"crmsync/store"
)

// changed is what an act did to one subject, for the audit trail and the undo.
// Before and After are kept as JSON; nil stands for "was not there".
type changed struct {
	Subject string
	Before  any
	After   any
}

// change is the one way to change anything: it checks the act's roles, and in
// one transaction makes the change and appends the audit event with what was
// before. It returns the event's id, which is what an undo asks for.
func (e *Engine) change(ctx context.Context, actor Actor, id ActID, do func(tx *store.Tx) (changed, error)) (auditID string, err error) {
	return e.changeBy(ctx, e.store.Write, actor, id, do)
}

// changeBy is change by one of the store's ways to write.
func (e *Engine) changeBy(ctx context.Context, write func(context.Context, func(tx *store.Tx) error) error, actor Actor, id ActID, do func(tx *store.Tx) (changed, error)) (auditID string, err error) {
	if err := Allowed(actor, id); err != nil {
		return "", err
	}
	subject := ""
	err = write(ctx, func(tx *store.Tx) error {
		what, err := do(tx)
		if err != nil {
			return err
		}
		subject = what.Subject
		auditID, err = e.audit(tx, actor, id, what, "")
		return err
	})
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventAudit, Text: string(id), Actor: actor.Name, Subject: subject, Audit: auditID})
	return auditID, nil
}

// audit appends an event in the caller's transaction. An act that needs a second admin and has none fails here.
func (e *Engine) audit(tx *store.Tx, actor Actor, id ActID, what changed, undoes string) (auditID string, err error) {
	before, err := encodeState(what.Before)
	if err != nil {
		return "", fmt.Errorf("audit %s: %w", id, err)
	}
	after, err := encodeState(what.After)
	if err != nil {
		return "", fmt.Errorf("audit %s: %w", id, err)
	}
	event := store.AuditEvent{
		ID: store.NewID(), At: e.now().UTC(), Actor: actor.Name, Role: string(actor.Role), Via: actor.Via, Act: string(id),
		Subject: what.Subject, Before: string(before), After: string(after), Undoes: undoes,
	}
	if err := e.underApproval(tx, actor, id, &event); err != nil {
		return "", err
	}
	return tx.AddAudit(event)
}

// encodeState writes a state as JSON. What is JSON already is kept as it is.
func encodeState(state any) (json.RawMessage, error) {
	switch given := state.(type) {
	case nil:
		return json.RawMessage("null"), nil
	case json.RawMessage:
		return given, nil
	}
	return json.Marshal(state)
}

// decodeState reads a state that encodeState wrote. there is false for "was not
// there".
func decodeState[T any](raw json.RawMessage) (state T, there bool, err error) {
	if len(raw) == 0 || string(raw) == "null" {
		return state, false, nil
	}
	if err := json.Unmarshal(raw, &state); err != nil {
		return state, false, fmt.Errorf("read the state kept in the audit trail: %w", err)
	}
	return state, true, nil
}
