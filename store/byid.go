package store

import (
	"context"
	"slices"
)

// idsAtOnce is how many ids or keys one statement asks for.
const idsAtOnce = 200

// listIn returns the rows of a query that ends in "IN " for many values, asked for in chunks.
func listIn[T, V any](r reader, scan func(scanner) (T, error), query string, values []V, suffix string) ([]T, error) {
	var all []T
	for chunk := range slices.Chunk(values, idsAtOnce) {
		args := make([]any, len(chunk))
		for i, value := range chunk {
			args[i] = value
		}
		rows, err := list(r, scan, query+" ("+marks(len(chunk))+")"+suffix, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// RecordsByID returns an object's records with these ids, deleted or not, in no order; ids that are not known are passed over.
func (s *Store) RecordsByID(ctx context.Context, object string, ids []string) ([]Record, error) {
	o, ok := ObjectNamed(object)
	if !ok {
		return nil, ErrNotFound
	}
	return listIn(s.reader(ctx), scanRecord(o.Name, o.joined()), recordQuery(o, "")+" WHERE r.id IN", ids, "")
}

// PeopleByID returns the people with these ids, in no order; ids that are not known are passed over.
func (s *Store) PeopleByID(ctx context.Context, ids []string) ([]Person, error) {
	return listIn(s.reader(ctx), scanPerson, "SELECT "+personColumns+" FROM person WHERE id IN", ids, "")
}

// PositionsOf returns the positions of these people, those of one person together and in the order of EachPosition.
func (s *Store) PositionsOf(ctx context.Context, personIDs []string) ([]Position, error) {
	return listIn(s.reader(ctx), scanPosition, "SELECT person_id, company, title, is_current FROM position WHERE person_id IN", personIDs, " ORDER BY person_id, company, title")
}

// CompaniesByID returns the companies with these ids, in no order; ids that are not known are passed over.
func (s *Store) CompaniesByID(ctx context.Context, ids []string) ([]Company, error) {
	return listIn(s.reader(ctx), scanCompany, "SELECT "+companyColumns+" FROM company WHERE id IN", ids, "")
}

// MatchesByID returns what is known of the members of these records, in no order.
func (s *Store) MatchesByID(ctx context.Context, recordIDs []string) ([]Match, error) {
	return listIn(s.reader(ctx), scanMatch, "SELECT "+matchColumns+" FROM match WHERE record_id IN", recordIDs, "")
}

// ContactsOf returns the ids of the contacts of these accounts, deleted ones too.
func (s *Store) ContactsOf(ctx context.Context, accountIDs []string) ([]string, error) {
	return listIn(s.reader(ctx), scanText, "SELECT id FROM crm_contact WHERE account_id IN", accountIDs, "")
}
