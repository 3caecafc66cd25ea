package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"crmsync/store"
)

// restore brings a subject from the state it has now to the one that is wanted,
// both as the audit event keeps them. It fails with errStale when the subject
// is not in the state "now" any more: somebody changed it again since.
type restore func(ctx context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error

// restoreOf finds how an act is taken back.
func restoreOf(id ActID) (restore, bool) {
	if do, ok := engineRestores[id]; ok {
		return do, true
	}
	do, ok := writebackRestores[id]
	return do, ok
}

// Reversible reports whether an act has a way back with Engine.Undo; an undo itself has.
func Reversible(id ActID) bool {
	_, ok := restoreOf(id)
	return ok || id == ActUndo
}

// engineRestores are the ways back of this half's acts.
var engineRestores = map[ActID]restore{
	ActSettingSet:     restoreSetting,
	ActROIConsent:     restoreSetting,
	ActUserAdd:        restoreUser,
	ActUserRemove:     restoreUser,
	ActUserKey:        restoreUserKey,
	ActSeatAdd:        restoreSeat,
	ActSeatRemove:     restoreSeat,
	ActSeatAllow:      restoreSeat,
	ActSeatEdit:       restoreSeat,
	ActSeatPin:        restoreSeat,
	ActSeatMap:        restoreLicences,
	ActLicences:       restoreLicences,
	ActConfigImport:   restoreConfig,
	ActSaveRemove:     restoreSave,
	ActSaveRestore:    restoreSave,
	ActSaveClean:      restoreClean,
	ActAlertRead:      restoreAlerts,
	ActAlertUnread:    restoreAlerts,
	ActSchedulePause:  restorePause,
	ActScheduleResume: restorePause,
}

// Undo takes back what an audit event did: the state before it is put back, and
// that is an audit event of its own. Undoing an undo is the redo. Members undo
// their own acts only. It returns the new event's id.
func (e *Engine) Undo(ctx context.Context, actor Actor, auditID string) (string, error) {
	if err := Allowed(actor, ActUndo); err != nil {
		return "", err
	}
	event, err := e.store.AuditEvent(ctx, auditID)
	if errors.Is(err, store.ErrNotFound) {
		return "", fault("undo.not_found", "See crmsync audit for the list.", "there is no audit event %q", auditID)
	}
	if err != nil {
		return "", err
	}
	root, err := e.rootAct(ctx, event)
	if err != nil {
		return "", err
	}
	if err := mayUndo(actor, event, root); err != nil {
		return "", err
	}
	do, ok := restoreOf(root)
	if !ok {
		return "", fault("undo.impossible", "", "%s cannot be undone", root)
	}
	again, err := e.doesAgain(ctx, event, root)
	if err != nil {
		return "", err
	}
	if again || actor.approval != nil {
		if actor, err = e.undoing(ctx, actor, event, root); err != nil {
			return "", err
		}
	}
	var undoID string
	err = e.store.Write(ctx, func(tx *store.Tx) error {
		undoID, err = e.undoIn(ctx, tx, actor, event, do)
		return err
	})
	if errors.Is(err, errSwitchesOff) {
		if _, proposed := e.undoing(ctx, actor, event, root); proposed != nil {
			err = proposed
		}
	}
	for _, known := range []error{errStale, errNeeded} {
		if errors.Is(err, known) {
			return "", fault("undo.stale", "Look at it as it is now, and change it directly.", "%s %s cannot be undone: %w", root, event.Subject, known)
		}
	}
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventAudit, Text: string(ActUndo), Actor: actor.Name, Subject: event.Subject, Audit: undoID})
	return undoID, nil
}

// undoIn takes an event back in the caller's transaction.
func (e *Engine) undoIn(ctx context.Context, tx *store.Tx, actor Actor, event store.AuditEvent, do restore) (undoID string, err error) {
	err = keepsSecond(tx, actor, func() error {
		return do(ctx, tx, event.Subject, json.RawMessage(event.After), json.RawMessage(event.Before))
	})
	if err == nil {
		err = keepsTwoAdmins(tx)
	}
	if errors.Is(err, store.ErrConflict) {
		return "", fmt.Errorf("%s: %w", event.Subject, errNeeded)
	}
	if err != nil {
		return "", err
	}
	undoID, err = e.audit(tx, actor, ActUndo, changed{Subject: event.Subject, Before: json.RawMessage(event.After), After: json.RawMessage(event.Before)}, event.ID)
	if err != nil {
		return "", err
	}
	if event.Undoes != "" {
		// A redo: what was taken back stands again.
		if err := tx.MarkUndone(event.Undoes, ""); err != nil {
			return "", err
		}
	}
	return undoID, tx.MarkUndone(event.ID, undoID)
}

// UndoLast takes back the actor's own newest act that can be and was not yet.
func (e *Engine) UndoLast(ctx context.Context, actor Actor) (string, error) {
	var acts []string
	for _, act := range Acts() {
		if act.Inverse != "" && act.ID != ActUndo {
			acts = append(acts, string(act.ID))
		}
	}
	event, err := e.store.NewestUndoable(ctx, actor.Name, acts)
	if errors.Is(err, store.ErrNotFound) {
		return "", fault("undo.nothing", "", "there is nothing of yours to undo")
	}
	if err != nil {
		return "", err
	}
	undone, err := e.Undo(ctx, actor, event.ID)
	if CodeOf(err) == "undo.stale" {
		err = fault("undo.stale", HintOf(err)+" An older act is named by its event: crmsync audit, then crmsync undo EVENT.", "%w", err)
	}
	return undone, err
}

// redoReach is how many of an actor's newest events RedoLast looks through.
const redoReach = 1000

// RedoLast takes back the actor's own newest undo that stands: what it took back is done again.
func (e *Engine) RedoLast(ctx context.Context, actor Actor) (string, error) {
	query := store.AuditQuery{Actor: actor.Name, PageQuery: store.PageQuery{Limit: 100}}
	for seen := 0; seen < redoReach; {
		page, err := e.store.Audit(ctx, query)
		if err != nil {
			return "", err
		}
		for _, event := range page.Rows {
			if event.Act != string(ActUndo) || event.UndoneBy != "" {
				continue
			}
			takesBack, err := e.takesBack(ctx, event)
			if err != nil {
				return "", err
			}
			if takesBack {
				return e.Undo(ctx, actor, event.ID)
			}
		}
		if seen += len(page.Rows); !page.More {
			break
		}
		query.After = page.Next
	}
	return "", fault("redo.nothing", "", "you took nothing back that could be done again")
}

// takesBack reports whether an undo takes an act back: an undo of an undo is a redo, and so on.
func (e *Engine) takesBack(ctx context.Context, event store.AuditEvent) (bool, error) {
	back := false
	for event.Act == string(ActUndo) && event.Undoes != "" {
		back = !back
		var err error
		if event, err = e.store.AuditEvent(ctx, event.Undoes); err != nil {
			return false, err
		}
	}
	return back, nil
}

// rootAct follows a chain of undos and redos back to the act itself.
func (e *Engine) rootAct(ctx context.Context, event store.AuditEvent) (ActID, error) {
	for event.Act == string(ActUndo) && event.Undoes != "" {
		var err error
		if event, err = e.store.AuditEvent(ctx, event.Undoes); err != nil {
			return "", err
		}
	}
	return ActID(event.Act), nil
}

// mayOptBackIn keeps everybody but its holder from taking a seat's opt-out back: an undo is no way to opt somebody else
// in (decision 11).
func mayOptBackIn(actor Actor, event store.AuditEvent, root ActID) error {
	if root != ActOptIn || event.Subject == "" {
		return nil
	}
	_, on, err := decodeState[optInState](json.RawMessage(event.Before))
	if err != nil || !on {
		return err
	}
	if seat := strings.Fields(event.Subject); len(seat) > 1 && seat[1] == actor.Seat {
		return nil
	}
	return fault("act.not_allowed", "They do it themselves: crmsync me writeback on KIND.", "nobody but its holder opts a seat in again")
}

func mayUndo(actor Actor, event store.AuditEvent, root ActID) error {
	if event.UndoneBy != "" {
		return fault("undo.done", "Undo that undo to have it again.", "it was undone already, by event %s", event.UndoneBy)
	}
	if err := Allowed(actor, root); err != nil {
		return err
	}
	if actor.Role != RoleAdmin && event.Actor != actor.Name {
		return fault("act.not_allowed", "Ask them or an admin.", "this was done by %s; you can undo your own acts", event.Actor)
	}
	return mayOptBackIn(actor, event, root)
}
