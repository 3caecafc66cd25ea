package store

import (
	"context"
	"time"
)

const decisionColumns = "id, record_id, member_id, verdict, actor, note, score, model_id, record_modstamp, decided_at, ended_at, ended_by, moved_from"

func scanDecision(row scanner) (x Decision, err error) {
	return x, row.Scan(&x.ID, &x.RecordID, textDest{&x.MemberID}, &x.Verdict, &x.Actor, &x.Note, &x.Score, &x.ModelID, timeDest{&x.RecordModstamp},
		timeDest{&x.DecidedAt}, timeDest{&x.EndedAt}, textDest{&x.EndedBy}, textDest{&x.MovedFrom})
}

// Decision returns a decision, or ErrNotFound.
func (s *Store) Decision(ctx context.Context, id string) (Decision, error) {
	return s.reader(ctx).Decision(id)
}

// Decision returns a decision, or ErrNotFound.
func (r reader) Decision(id string) (Decision, error) {
	return one(r, scanDecision, "SELECT "+decisionColumns+" FROM decision WHERE id = ?", id)
}

// DecisionQuery asks for decisions; empty fields ask for all.
type DecisionQuery struct {
	RecordID, MemberID string
	Standing           bool      // not ended
	Since              time.Time // decided at or after it, or the zero time
}

// Decisions returns decisions, the oldest first.
func (s *Store) Decisions(ctx context.Context, q DecisionQuery) ([]Decision, error) {
	return s.reader(ctx).Decisions(q)
}

// Decisions returns decisions, the oldest first.
func (r reader) Decisions(q DecisionQuery) ([]Decision, error) {
	where, args := "1 = 1", []any(nil)
	if q.RecordID != "" {
		where, args = where+" AND record_id = ?", append(args, q.RecordID)
	}
	if q.MemberID != "" {
		where, args = where+" AND member_id = ?", append(args, q.MemberID)
	}
	if !q.Since.IsZero() {
		where, args = where+" AND decided_at >= ?", append(args, q.Since.UnixMilli())
	}
	if q.Standing {
		where += " AND ended_at IS NULL"
	}
	return list(r, scanDecision, "SELECT "+decisionColumns+" FROM decision WHERE "+where+" ORDER BY decided_at, id", args...)
}

// PutDecision keeps a new decision. Two standing ones on the same pair are a conflict.
func (t *Tx) PutDecision(x Decision) error {
	_, err := t.exec("INSERT INTO decision ("+decisionColumns+") VALUES ("+marks(13)+")",
		x.ID, x.RecordID, orNull(x.MemberID), string(x.Verdict), x.Actor, x.Note, x.Score, x.ModelID, millis(x.RecordModstamp),
		x.DecidedAt.UnixMilli(), millis(x.EndedAt), orNull(x.EndedBy), orNull(x.MovedFrom))
	return err
}

// EndDecision ends a standing decision, by a later one or an undo.
func (t *Tx) EndDecision(id, by string) error {
	return t.execOne(ErrNotFound, "UPDATE decision SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL", t.store.Now().UnixMilli(), by, id)
}

// ReopenDecision makes an ended decision stand again.
func (t *Tx) ReopenDecision(id string) error {
	return t.execOne(ErrNotFound, "UPDATE decision SET ended_at = NULL, ended_by = NULL WHERE id = ? AND ended_at IS NOT NULL", id)
}

// MoveDecision gives a decision to the record that its record was merged into or converted to.
func (t *Tx) MoveDecision(id, recordID string) error {
	return t.execOne(ErrNotFound, "UPDATE decision SET moved_from = record_id, record_id = ? WHERE id = ?", recordID, id)
}

const modelColumns = "id, kind, made_at, run_id, bytes"

func scanModel(row scanner) (x Model, err error) {
	return x, row.Scan(&x.ID, &x.Kind, timeDest{&x.MadeAt}, &x.RunID, &x.Bytes)
}

// PutModel keeps a model; one that is kept already stays as it is, since its id names its content.
func (t *Tx) PutModel(x Model) error {
	_, err := t.exec("INSERT INTO model ("+modelColumns+") VALUES ("+marks(5)+") ON CONFLICT (id) DO NOTHING", x.ID, x.Kind, x.MadeAt.UnixMilli(), x.RunID, x.Bytes)
	return err
}

// Model returns a model, or ErrNotFound.
func (s *Store) Model(ctx context.Context, id string) (Model, error) {
	return one(s.reader(ctx), scanModel, "SELECT "+modelColumns+" FROM model WHERE id = ?", id)
}

// NewestModel returns the newest model for "person" or "company", or ErrNotFound.
func (s *Store) NewestModel(ctx context.Context, kind string) (Model, error) {
	return one(s.reader(ctx), scanModel, "SELECT "+modelColumns+" FROM model WHERE kind = ? ORDER BY made_at DESC, id DESC LIMIT 1", kind)
}
