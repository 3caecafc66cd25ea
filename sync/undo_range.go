package sync

import (
	"context"
	"errors"
	"slices"
	"time"

	"crmsync/store"
)

// Moment is a point of the audit trail: right after an event, or a time.
type Moment struct {
	Event string
	At    time.Time
}

// UndoStep is one event since a moment, and what a restore to it does with the event.
type UndoStep struct {
	Event   string    `json:"event"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Act     ActID     `json:"act"`
	Subject string    `json:"subject,omitempty"`
	Undone  string    `json:"undone_by,omitempty"` // the event that took it back; "" in a preview
	Why     string    `json:"why,omitempty"`       // why it cannot be taken back
}

// UndoRange is what a restore to a moment takes back, in that order.
type UndoRange struct {
	Steps   []UndoStep `json:"steps"`
	Left    int        `json:"left"` // acts that change nothing one would want back, such as runs; they stay
	Blocked bool       `json:"blocked"`
	DryRun  bool       `json:"dry_run"`
}

// errPreview ends the transaction of a preview.
var errPreview = errors.New("this was a preview")

// UndoTo takes back everything since a moment, the newest first, in one transaction: all of it or nothing. What was
// taken back since then is done again. It is refused (code "undo.blocked") when one of the acts cannot be taken back;
// the steps say which, and why. A dry run does the same and keeps nothing.
func (e *Engine) UndoTo(ctx context.Context, actor Actor, to Moment, dryRun bool) (UndoRange, error) {
	if err := Allowed(actor, ActUndo); err != nil {
		return UndoRange{}, err
	}
	events, err := e.eventsSince(ctx, to)
	if err != nil {
		return UndoRange{}, err
	}
	plan, roots, err := e.planUndo(ctx, actor, events)
	plan.DryRun = dryRun
	if err != nil || len(plan.Steps) == 0 {
		return plan, err
	}
	err = e.store.Write(ctx, func(tx *store.Tx) error {
		for i := range plan.Steps {
			step := &plan.Steps[i]
			if step.Why != "" {
				continue
			}
			event, err := tx.AuditEvent(step.Event)
			if err != nil {
				return err
			}
			step.Undone, err = e.undoIn(ctx, tx, actor, event, roots[i])
			if errors.Is(err, errStale) || errors.Is(err, errSwitchesOff) || errors.Is(err, errNeeded) {
				step.Why, step.Undone = err.Error(), ""
			} else if err != nil {
				return err
			}
		}
		if plan.block(); plan.Blocked || dryRun {
			return errPreview
		}
		return nil
	})
	if errors.Is(err, errPreview) {
		for i := range plan.Steps {
			plan.Steps[i].Undone = ""
		}
		err = nil
	}
	if err == nil && plan.Blocked && !dryRun {
		err = plan.refusal()
	}
	if err == nil && !dryRun {
		e.publish(Event{Kind: EventAudit, Text: string(ActUndo)})
	}
	return plan, err
}

func (u *UndoRange) block() {
	for _, step := range u.Steps {
		u.Blocked = u.Blocked || step.Why != ""
	}
}

// refusal names the newest act that is in the way.
func (u *UndoRange) refusal() error {
	for _, step := range u.Steps {
		if step.Why != "" {
			return fault("undo.blocked", "Choose a later moment, or take back single events; crmsync undo --to MOMENT --dry-run shows all.",
				"nothing was taken back: %s of %s at %s is in the way: %s", step.Act, step.Actor, step.At.Format(time.RFC3339), step.Why)
		}
	}
	return nil
}

// eventsSince reads the trail back to a moment, the newest first.
func (e *Engine) eventsSince(ctx context.Context, to Moment) (events []store.AuditEvent, err error) {
	if to.Event != "" {
		if _, err := e.store.AuditEvent(ctx, to.Event); errors.Is(err, store.ErrNotFound) {
			return nil, fault("undo.not_found", "See crmsync audit for the list.", "there is no audit event %q", to.Event)
		} else if err != nil {
			return nil, err
		}
	}
	query := store.AuditQuery{PageQuery: store.PageQuery{Limit: 200}}
	for {
		page, err := e.store.Audit(ctx, query)
		if err != nil {
			return nil, err
		}
		for _, event := range page.Rows {
			if to.Event != "" && event.ID <= to.Event || to.Event == "" && !event.At.After(to.At) {
				return events, nil
			}
			events = append(events, event)
		}
		if !page.More {
			return events, nil
		}
		query.After = page.Next
	}
}

// planUndo decides what happens to each event; a step that can be taken back has its way back at the same place.
func (e *Engine) planUndo(ctx context.Context, actor Actor, events []store.AuditEvent) (plan UndoRange, ways []restore, err error) {
	plan.Steps = []UndoStep{}
	for _, event := range standing(events) {
		root, err := e.rootAct(ctx, event)
		if err != nil {
			return plan, nil, err
		}
		step := UndoStep{Event: event.ID, At: event.At, Actor: event.Actor, Act: ActID(event.Act), Subject: event.Subject}
		way, ok := restoreOf(root)
		switch act, _ := LookAct(root); {
		case !ok && act.Level == Plain:
			plan.Left++
			continue
		case !ok:
			step.Why = "what it did left the building, or was deleted for good"
		default:
			event.UndoneBy = "" // what took it back is gone through before it
			if err := e.mayUndoHere(ctx, actor, event, root); err != nil {
				step.Why = err.Error()
			}
		}
		plan.Steps, ways = append(plan.Steps, step), append(ways, way)
	}
	plan.block()
	return plan, ways, nil
}

// standing returns the events to go back through, the newest first: all but those that were taken back before anything
// else happened to their subject. Where something did happen in between, both the event and its undo are gone through,
// since only then each finds its subject as it left it.
func standing(events []store.AuditEvent) []store.AuditEvent {
	type placed struct {
		store.AuditEvent
		at int
	}
	bySubject := map[string][]placed{}
	dropped := map[string]placed{} // by the undo that dropped it
	for at, event := range slices.Backward(events) {
		open := bySubject[event.Subject]
		again, isRedo := dropped[event.Undoes]
		switch last := len(open) - 1; {
		case event.Undoes != "" && last >= 0 && open[last].ID == event.Undoes:
			dropped[event.ID] = open[last]
			open = open[:last]
		case event.Undoes != "" && isRedo:
			again.at = at
			open = append(open, again)
		default:
			open = append(open, placed{event, at})
		}
		bySubject[event.Subject] = open
	}
	var all []placed
	for _, open := range bySubject {
		all = append(all, open...)
	}
	slices.SortFunc(all, func(a, b placed) int { return a.at - b.at }) // events lie the newest first
	left := make([]store.AuditEvent, len(all))
	for i, one := range all {
		left[i] = one.AuditEvent
	}
	return left
}
