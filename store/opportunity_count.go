package store

import "context"

// CountOpenOpportunitiesOf returns how many open opportunities a contact or account is part of: by contact role, or as
// the opportunity's account (S118).
func (s *Store) CountOpenOpportunitiesOf(ctx context.Context, recordID string) (int, error) {
	n, err := one(s.reader(ctx), scanInt, "SELECT count(*) FROM crm_opportunity o WHERE o.is_closed = 0 AND o.is_deleted = 0 AND (o.account_id = ?"+
		" OR o.id IN (SELECT r.opportunity_id FROM crm_contact_role r WHERE r.contact_id = ? AND r.is_deleted = 0))", recordID, recordID)
	return int(n), err
}

// CountOpenOpportunities returns how many rows OpenOpportunities has in all. It reads the index of that list alone.
func (s *Store) CountOpenOpportunities(ctx context.Context) (int64, error) {
	return one(s.reader(ctx), scanInt, "SELECT count(*) FROM crm_opportunity"+s.dialect.indexed("crm_opportunity_open")+" WHERE is_closed = 0 AND is_deleted = 0")
}
