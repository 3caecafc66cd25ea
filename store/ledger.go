package store

import "context"

// StaleReason says why a save would not be made today, or is "" when it would.
type StaleReason string

// The reasons, of which a save has the first that holds.
const (
	StaleGone   StaleReason = "opportunity gone"
	StaleClosed StaleReason = "opportunity closed"
	StaleOwner  StaleReason = "owner changed"
	StaleRole   StaleReason = "no longer part of the opportunity"
	StaleMatch  StaleReason = "no longer matched"
)

// LedgerSave is a save with what is known today of what it was made for.
type LedgerSave struct {
	Save
	Stale       StaleReason // only of saves that stand
	Opportunity string      // its name, or ""
	OwnerID     string      // its owner today
}

// LedgerQuery asks for saves that stand; empty fields ask for all.
type LedgerQuery struct {
	SeatID string
	Stale  bool        // only those that would not be made today
	Reason StaleReason // only those stale for this reason
	PageQuery
}

// ledger is every save that stands, judged by what the CRM says today. An opportunity's owner is compared with the CRM
// user that the seat is mapped to.
const ledger = `(SELECT s.id, s.seat_id, s.member_id, s.record_id, s.object, s.opportunity_id, s.run_id, s.saved_at, s.removed_at, s.removed_by,
 CASE WHEN o.id IS NULL OR o.is_deleted = 1 THEN 'opportunity gone'
  WHEN o.is_closed = 1 THEN 'opportunity closed'
  WHEN coalesce(o.owner_id, '') <> coalesce(seat.user_id, '') THEN 'owner changed'
  WHEN s.object = 'Account' AND coalesce(o.account_id, '') <> s.record_id OR s.object = 'Contact' AND NOT EXISTS
   (SELECT 1 FROM crm_contact_role r WHERE r.opportunity_id = s.opportunity_id AND r.contact_id = s.record_id AND r.is_deleted = 0) THEN 'no longer part of the opportunity'
  WHEN m.record_id IS NULL OR coalesce(m.person_id, m.company_id, '') <> s.member_id OR m.state NOT IN ('auto', 'accepted', 'overridden') THEN 'no longer matched'
  ELSE '' END AS stale, o.name AS opportunity, o.owner_id AS owner
 FROM save s JOIN seat ON seat.id = s.seat_id LEFT JOIN crm_opportunity o ON o.id = s.opportunity_id LEFT JOIN match m ON m.record_id = s.record_id
 WHERE s.removed_at IS NULL) AS ledger`

func scanLedger(row scanner) (x LedgerSave, err error) {
	return x, row.Scan(&x.ID, &x.SeatID, &x.MemberID, &x.RecordID, &x.Object, &x.OpportunityID, &x.RunID, timeDest{&x.SavedAt}, timeDest{&x.RemovedAt}, textDest{&x.RemovedBy},
		&x.Stale, textDest{&x.Opportunity}, textDest{&x.OwnerID})
}

// SaveLedger returns a page of the saves that stand, the newest first. Text is looked for in the names of the seat and of
// its CRM user, of the record, and of the opportunity, and in why it is stale.
func (s *Store) SaveLedger(ctx context.Context, q LedgerQuery) (Page[LedgerSave], error) {
	return page(s.reader(ctx), q.keyset(s.dialect), q.PageQuery, scanLedger, func(x LedgerSave) []any { return []any{x.ID} })
}

func (q LedgerQuery) keyset(d dialect) keyset {
	k := keyset{table: ledger, columns: saveColumns + ", stale, opportunity, owner", order: []orderColumn{{"id", true}}, texts: ledgerTexts(d)}
	if q.SeatID != "" {
		k.and("seat_id = ?", q.SeatID)
	}
	switch {
	case q.Reason != "":
		k.and("stale = ?", string(q.Reason))
	case q.Stale:
		k.and("stale <> ''")
	}
	return k
}

// StaleSaves returns the ids of saves that a query chooses, the newest first; at most limit.
func (r reader) StaleSaves(q LedgerQuery, limit int) ([]string, error) {
	q.Stale = true
	k := q.keyset(r.store.dialect)
	k.columns = "id"
	sql, args, err := k.query(PageQuery{Limit: limit})
	if err != nil {
		return nil, err
	}
	ids, err := list(r, scanText, sql, args...)
	return ids[:min(len(ids), limit)], err
}

// CountStaleSaves returns how many saves would not be made today, by reason; of one seat, or of all for "".
func (s *Store) CountStaleSaves(ctx context.Context, seatID string) (map[StaleReason]int64, error) {
	type counted struct {
		reason StaleReason
		n      int64
	}
	rows, err := list(s.reader(ctx), func(row scanner) (x counted, err error) {
		return x, row.Scan(&x.reason, &x.n)
	}, "SELECT stale, count(*) FROM "+ledger+" WHERE stale <> '' AND (? = '' OR seat_id = ?) GROUP BY stale", seatID, seatID)
	counts := map[StaleReason]int64{}
	for _, row := range rows {
		counts[row.reason] = row.n
	}
	return counts, err
}
