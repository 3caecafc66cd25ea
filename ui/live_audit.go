package ui

import (
	"context"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// liveAudit reads the trail and takes acts back.
type liveAudit struct{ live }

// Page reads one page, the newest first.
func (a liveAudit) Page(ctx context.Context, filter AuditFilter, seek Seek) (Page[AuditEvent], error) {
	if a.actor.OwnOnly() {
		filter.Who = a.actor.Name
	}
	p, err := a.store.Audit(ctx, store.AuditQuery{Actor: filter.Who, Subject: filter.What, PageQuery: pageQuery(seek)})
	if err != nil {
		return Page[AuditEvent]{}, err
	}
	describe := a.describer()
	rows := make([]AuditEvent, 0, len(p.Rows))
	for _, e := range p.Rows {
		act, known := crmsync.LookAct(crmsync.ActID(e.Act))
		rows = append(rows, AuditEvent{ID: e.ID, At: e.At, Who: e.Actor, Via: e.Via, Act: e.Act, What: describe.event(ctx, e), Before: e.Before, After: e.After,
			Undone: e.UndoneBy != "", Undoable: known && act.Inverse != "" && e.UndoneBy == ""})
	}
	return pageOf(p, seek, rows), nil
}

// Count is not known: the trail is read by page, and its length shows at its end.
func (a liveAudit) Count(context.Context, AuditFilter) (int64, error) { return 0, errNotCounted }

// Undo takes one act back.
func (a liveAudit) Undo(ctx context.Context, audit string) (string, error) {
	return a.engine.Undo(ctx, a.actor, audit)
}

// UndoLast takes the actor's newest act back.
func (a liveAudit) UndoLast(ctx context.Context) (string, error) {
	return a.engine.UndoLast(ctx, a.actor)
}
