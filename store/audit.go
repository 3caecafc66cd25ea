package store

import (
	"cmp"
	"context"
)

const auditColumns = "id, at, actor, role, via, act, subject, before, after, undoes, undone_by, approved_by"

func scanAudit(row scanner) (x AuditEvent, err error) {
	return x, row.Scan(&x.ID, timeDest{&x.At}, &x.Actor, &x.Role, &x.Via, &x.Act, &x.Subject, &x.Before, &x.After, textDest{&x.Undoes}, textDest{&x.UndoneBy}, textDest{&x.ApprovedBy})
}

// AddAudit appends an event and returns its id.
func (t *Tx) AddAudit(x AuditEvent) (id string, err error) {
	x.ID = cmp.Or(x.ID, NewID())
	if x.At.IsZero() {
		x.At = t.store.Now()
	}
	_, err = t.exec("INSERT INTO audit ("+auditColumns+") VALUES ("+marks(12)+")",
		x.ID, x.At.UnixMilli(), x.Actor, x.Role, x.Via, x.Act, x.Subject, x.Before, x.After, orNull(x.Undoes), orNull(x.UndoneBy), orNull(x.ApprovedBy))
	if err == nil && rehearsalOf(t.ctx) != nil {
		t.audited = append(t.audited, x)
	}
	return x.ID, err
}

// AuditEvent returns an event, or ErrNotFound.
func (s *Store) AuditEvent(ctx context.Context, id string) (AuditEvent, error) {
	return s.reader(ctx).AuditEvent(id)
}

// AuditEvent returns an event, or ErrNotFound.
func (r reader) AuditEvent(id string) (AuditEvent, error) {
	return one(r, scanAudit, "SELECT "+auditColumns+" FROM audit WHERE id = ?", id)
}

// MarkUndone keeps that the event by took the event id back; "" says that it stands again.
func (t *Tx) MarkUndone(id, by string) error {
	return t.execOne(ErrNotFound, "UPDATE audit SET undone_by = ? WHERE id = ?", orNull(by), id)
}

// AuditQuery asks for events; empty fields ask for all.
type AuditQuery struct {
	Actor, Subject string
	PageQuery
}

// Audit returns a page of events, the newest first.
func (s *Store) Audit(ctx context.Context, q AuditQuery) (Page[AuditEvent], error) {
	return page(s.reader(ctx), q.keyset(s.dialect), q.PageQuery, scanAudit, func(x AuditEvent) []any { return []any{x.ID} })
}

// NewestActs returns the newest limit events without the values before and after, which can be large; the newest first.
func (s *Store) NewestActs(ctx context.Context, limit int) ([]AuditEvent, error) {
	scan := func(row scanner) (x AuditEvent, err error) {
		return x, row.Scan(&x.ID, timeDest{&x.At}, &x.Actor, &x.Role, &x.Via, &x.Act, &x.Subject)
	}
	return list(s.reader(ctx), scan, "SELECT id, at, actor, role, via, act, subject FROM audit ORDER BY id DESC LIMIT ?", limit)
}

func (q AuditQuery) keyset(d dialect) keyset {
	k := keyset{table: "audit", columns: auditColumns, order: []orderColumn{{"id", true}}}
	k.equal(d, "audit_subject", "subject", q.Subject)
	k.equal(d, "audit_actor", "actor", q.Actor)
	return k
}

// NewestUndoable returns the newest event of actor that is one of the acts and stands, or ErrNotFound.
func (s *Store) NewestUndoable(ctx context.Context, actor string, acts []string) (AuditEvent, error) {
	args := []any{actor}
	for _, act := range acts {
		args = append(args, act)
	}
	return one(s.reader(ctx), scanAudit, "SELECT "+auditColumns+" FROM audit WHERE actor = ? AND undone_by IS NULL AND act IN ("+marks(len(acts))+") ORDER BY id DESC LIMIT 1", args...)
}
