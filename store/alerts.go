package store

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// AlertKind says what an alert is about.
type AlertKind string

// The kinds of alerts: a record was saved for the seat, or something of a saved account changed.
const (
	AlertSaved        AlertKind = "saved"
	AlertStage        AlertKind = "stage"
	AlertAmount       AlertKind = "amount"
	AlertCloseDate    AlertKind = "close_date"
	AlertOwner        AlertKind = "owner"         // of an opportunity of the account
	AlertAccountOwner AlertKind = "account_owner" // of the account itself
)

// Alert is one entry of a seat's alert feed (S6).
type Alert struct {
	ID, SeatID               string
	Kind                     AlertKind
	AccountID, OpportunityID string // the account is "" for a saved contact, the opportunity for an account's owner
	SaveID                   string // of a saved record, else ""
	Before, After            string // the values, as the org gave them
	Currency                 string // of amounts, or ""
	RunID                    string // the import that found it
	At, ReadAt               time.Time
}

const alertColumns = "id, seat_id, kind, account_id, opportunity_id, save_id, before, after, currency, run_id, at, read_at"

func scanAlert(row scanner) (x Alert, err error) {
	return x, row.Scan(&x.ID, &x.SeatID, &x.Kind, &x.AccountID, &x.OpportunityID, &x.SaveID, &x.Before, &x.After, &x.Currency, &x.RunID, timeDest{&x.At}, timeDest{&x.ReadAt})
}

// AddAlert puts an entry into a seat's feed.
func (t *Tx) AddAlert(x Alert) error {
	_, err := t.exec("INSERT INTO alert ("+alertColumns+") VALUES ("+marks(12)+")",
		x.ID, x.SeatID, string(x.Kind), x.AccountID, x.OpportunityID, x.SaveID, x.Before, x.After, x.Currency, x.RunID, x.At.UnixMilli(), millis(x.ReadAt))
	return err
}

// Alert returns an alert, or ErrNotFound.
func (r reader) Alert(id string) (Alert, error) {
	return one(r, scanAlert, "SELECT "+alertColumns+" FROM alert WHERE id = ?", id)
}

// AlertQuery asks for alerts; an empty seat asks for all.
type AlertQuery struct {
	SeatID string
	Unread bool
	PageQuery
}

// Alerts returns a page of alerts, the newest first.
func (s *Store) Alerts(ctx context.Context, q AlertQuery) (Page[Alert], error) {
	return page(s.reader(ctx), q.keyset(s.dialect), q.PageQuery, scanAlert, func(x Alert) []any { return []any{x.ID} })
}

func (q AlertQuery) keyset(d dialect) keyset {
	k := keyset{table: "alert", columns: alertColumns, order: []orderColumn{{"id", true}}}
	index := "alert_seat"
	if q.Unread {
		index = "alert_unread"
	}
	k.equal(d, index, "seat_id", q.SeatID)
	if q.Unread {
		k.and("read_at IS NULL")
	}
	return k
}

// UnreadAlerts returns the ids of a seat's alerts that were not read, the newest first; at most limit.
func (r reader) UnreadAlerts(seatID string, limit int) ([]string, error) {
	return list(r, scanText, "SELECT id FROM alert WHERE seat_id = ? AND read_at IS NULL ORDER BY id DESC LIMIT ?", seatID, limit)
}

// CountUnreadAlerts returns how many alerts of a seat were not read, or of all seats for "".
func (s *Store) CountUnreadAlerts(ctx context.Context, seatID string) (int64, error) {
	if seatID == "" {
		return one(s.reader(ctx), scanInt, "SELECT count(*) FROM alert WHERE read_at IS NULL")
	}
	return one(s.reader(ctx), scanInt, "SELECT count(*) FROM alert WHERE seat_id = ? AND read_at IS NULL", seatID)
}

// SetAlertRead keeps that an alert was read now, or that it was not.
func (t *Tx) SetAlertRead(id string, read bool) error {
	var at any
	if read {
		at = t.store.Now().UnixMilli()
	}
	return t.execOne(ErrNotFound, "UPDATE alert SET read_at = ? WHERE id = ?", at, id)
}

// Watched is what a saved account, or an opportunity of one, was like when alerts were last made.
type Watched struct {
	RecordID, OwnerID, Stage, CloseDate string
	Amount                              *string // nil = not known
}

// Watch keeps what a record is like now.
func (t *Tx) Watch(x Watched) error {
	_, err := t.exec("INSERT INTO alert_watch (record_id, owner_id, stage, amount, close_date) VALUES (?, ?, ?, ?, ?) ON CONFLICT (record_id) DO UPDATE SET "+
		"owner_id = excluded.owner_id, stage = excluded.stage, amount = excluded.amount, close_date = excluded.close_date", x.RecordID, x.OwnerID, x.Stage, x.Amount, x.CloseDate)
	return err
}

// WatchedByID returns what is kept of these records, by id; those not watched are missing.
func (s *Store) WatchedByID(ctx context.Context, ids []string) (map[string]Watched, error) {
	rows, err := listIn(s.reader(ctx), func(row scanner) (x Watched, err error) {
		return x, row.Scan(&x.RecordID, &x.OwnerID, &x.Stage, &x.Amount, &x.CloseDate)
	}, "SELECT record_id, owner_id, stage, amount, close_date FROM alert_watch WHERE record_id IN", ids, "")
	found := make(map[string]Watched, len(rows))
	for _, row := range rows {
		found[row.RecordID] = row
	}
	return found, err
}

// AlertMark returns the import run up to which changes were looked at, or "".
func (s *Store) AlertMark(ctx context.Context) (string, error) {
	mark, err := one(s.reader(ctx), scanText, "SELECT coalesce(max(run_id), '') FROM alert_mark")
	return mark, err
}

// SetAlertMark keeps up to which import run changes were looked at.
func (t *Tx) SetAlertMark(runID string) error {
	_, err := t.exec("INSERT INTO alert_mark (only_one, run_id) VALUES (1, ?) ON CONFLICT (only_one) DO UPDATE SET run_id = excluded.run_id", runID)
	return err
}

// OpportunitiesOf returns an account's opportunities that are not deleted, closed ones too.
func (r reader) OpportunitiesOf(accountID string) ([]Record, error) {
	return list(r, scanRecord("Opportunity", false), "SELECT "+recordColumns+" FROM crm_opportunity WHERE account_id = ? AND is_deleted = 0", accountID)
}

// SeatsSaving returns which seats have each of these accounts among their saves; what its owner removed does not count.
func (s *Store) SeatsSaving(ctx context.Context, accountIDs []string) (map[string][]string, error) {
	rows, err := listIn(s.reader(ctx), func(row scanner) (x [2]string, err error) {
		return x, row.Scan(&x[0], &x[1])
	}, "SELECT DISTINCT record_id, seat_id FROM save WHERE object = 'Account' AND removed_at IS NULL AND record_id IN", accountIDs, " ORDER BY record_id, seat_id")
	seats := map[string][]string{}
	for _, row := range rows {
		seats[row[0]] = append(seats[row[0]], row[1])
	}
	return seats, err
}

// SavedAccountsChanged yields the saved accounts that an import run after afterRun changed.
func (s *Store) SavedAccountsChanged(ctx context.Context, afterRun string) iter.Seq2[Record, error] {
	return s.changedOnSaved(ctx, "Account", "r.id", afterRun)
}

// OpportunitiesOfSavedChanged yields the opportunities of saved accounts that an import run after afterRun changed.
func (s *Store) OpportunitiesOfSavedChanged(ctx context.Context, afterRun string) iter.Seq2[Record, error] {
	return s.changedOnSaved(ctx, "Opportunity", "r.account_id", afterRun)
}

// changedOnSaved reads what changed along the index of runs, so that it costs what changed and not what there is.
func (s *Store) changedOnSaved(ctx context.Context, object, account, afterRun string) iter.Seq2[Record, error] {
	o, _ := ObjectNamed(object)
	return chunks(func(last *Record) ([]Record, error) {
		run, id := afterRun, "\U0010ffff"
		if last != nil {
			run, id = last.ChangedRun, last.ID
		}
		return list(s.reader(ctx), scanRecord(object, false), changedOnSavedQuery(o, account, s.dialect), run, id)
	})
}

func changedOnSavedQuery(o Object, account string, d dialect) string {
	return recordQuery(o, d.indexed(o.table+"_run")) + " WHERE (r.changed_run, r.id) > (?, ?) AND r.is_deleted = 0 AND EXISTS (SELECT 1 FROM save" + d.indexed("save_record") +
		" WHERE save.record_id = " + account + " AND save.object = 'Account' AND save.removed_at IS NULL) ORDER BY r.changed_run, r.id LIMIT " + fmt.Sprint(eachChunk)
}
