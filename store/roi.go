package store

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// OpportunitiesClosing yields the opportunities, open or closed, whose close date lies from the day from on and before
// the day to ("2026-07-01"), in the order of their close dates. Memory does not grow with their number.
func (s *Store) OpportunitiesClosing(ctx context.Context, from, to string) iter.Seq2[Record, error] {
	return s.OpportunitiesClosingAfter(ctx, from, "", to)
}

// OpportunitiesClosingAfter yields what OpportunitiesClosing does after the opportunity afterID, whose close date is from.
func (s *Store) OpportunitiesClosingAfter(ctx context.Context, from, afterID, to string) iter.Seq2[Record, error] {
	return chunks(func(last *Record) ([]Record, error) {
		day, id := from, afterID
		if last != nil {
			day, id = last.Get("CloseDate"), last.ID
		}
		return list(s.reader(ctx), scanRecord("Opportunity", false), closingQuery(s.dialect), day, id, to)
	})
}

func closingQuery(d dialect) string {
	return "SELECT " + recordColumns + " FROM crm_opportunity" + d.indexed("crm_opportunity_close") +
		" WHERE is_deleted = 0 AND (close_date, id) > (?, ?) AND close_date < ? ORDER BY close_date, id LIMIT " + fmt.Sprint(eachChunk)
}

// OpportunityRole says that a contact has a role in an opportunity.
type OpportunityRole struct{ OpportunityID, ContactID string }

// RolesOfOpportunities returns who has a role in these opportunities.
func (s *Store) RolesOfOpportunities(ctx context.Context, opportunityIDs []string) ([]OpportunityRole, error) {
	return listIn(s.reader(ctx), func(row scanner) (x OpportunityRole, err error) {
		return x, row.Scan(&x.OpportunityID, textDest{&x.ContactID})
	}, "SELECT DISTINCT opportunity_id, contact_id FROM crm_contact_role WHERE is_deleted = 0 AND contact_id IS NOT NULL AND opportunity_id IN", opportunityIDs, "")
}

// Touch is an activity with a member of the network, or a save of a record, without its texts.
type Touch struct {
	ID, Kind, SeatID string
	Subject          string // the member of an activity, the record of a save
	At               time.Time
}

func scanTouch(row scanner) (x Touch, err error) {
	return x, row.Scan(&x.ID, &x.Kind, &x.SeatID, &x.Subject, timeDest{&x.At})
}

// ActivitiesWith returns all activities with these people or companies, in no order.
func (s *Store) ActivitiesWith(ctx context.Context, memberIDs []string) ([]Touch, error) {
	people, err := listIn(s.reader(ctx), scanTouch, "SELECT id, kind, seat_id, person_id, occurred_at FROM activity"+s.dialect.indexed("activity_person")+" WHERE person_id IN", memberIDs, "")
	if err != nil {
		return nil, err
	}
	companies, err := listIn(s.reader(ctx), scanTouch, "SELECT id, kind, seat_id, company_id, occurred_at FROM activity"+s.dialect.indexed("activity_company")+" WHERE company_id IN", memberIDs, "")
	return append(people, companies...), err
}

// SavesOf returns all saves of these records, removed ones too, as touches of the kind "save", in no order.
func (s *Store) SavesOf(ctx context.Context, recordIDs []string) ([]Touch, error) {
	return listIn(s.reader(ctx), scanTouch, "SELECT id, 'save', seat_id, record_id, saved_at FROM save"+s.dialect.indexed("save_record")+" WHERE record_id IN", recordIDs, "")
}
