package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// PutSource keeps where rows came from.
func (t *Tx) PutSource(x Source) error {
	_, err := t.exec("INSERT INTO source ("+sourceColumns+") VALUES ("+marks(9)+") ON CONFLICT (id) DO UPDATE SET row_count = excluded.row_count",
		x.ID, x.Kind, x.File, x.SHA256, orNull(x.SeatID), x.ImportedAt.UnixMilli(), x.ImportedBy, x.Rows, x.Consent)
	return err
}

// Sources returns where the network's rows came from, the newest first.
func (s *Store) Sources(ctx context.Context) ([]Source, error) {
	return list(s.reader(ctx), scanSource, "SELECT "+sourceColumns+" FROM source ORDER BY id DESC")
}

const sourceColumns = "id, kind, file, sha256, seat_id, imported_at, imported_by, row_count, consent"

func scanSource(row scanner) (x Source, err error) {
	return x, row.Scan(&x.ID, &x.Kind, &x.File, &x.SHA256, textDest{&x.SeatID}, timeDest{&x.ImportedAt}, &x.ImportedBy, &x.Rows, &x.Consent)
}

const companyColumns = "sort_name, id, ident, name, website, domain, page_url, phone, industry, employees, street, city, state, postal_code, country, source_id, changed_at"

var companyPut = putQuery("company", companyColumns)

func scanCompany(row scanner) (x Company, err error) {
	var employees *int64
	err = row.Scan(&x.SortName, &x.ID, &x.Ident, &x.Name, textDest{&x.Website}, textDest{&x.Domain}, textDest{&x.PageURL}, textDest{&x.Phone}, textDest{&x.Industry}, &employees,
		textDest{&x.Street}, textDest{&x.City}, textDest{&x.State}, textDest{&x.PostalCode}, textDest{&x.Country}, textDest{&x.SourceID}, timeDest{&x.ChangedAt})
	if employees != nil {
		x.Employees = *employees
	}
	return x, err
}

// Company returns a company, or ErrNotFound.
func (s *Store) Company(ctx context.Context, id string) (Company, error) {
	return s.reader(ctx).Company(id)
}

// Company returns a company, or ErrNotFound.
func (r reader) Company(id string) (Company, error) {
	return one(r, scanCompany, "SELECT "+companyColumns+" FROM company WHERE id = ?", id)
}

// CompanyByIdent returns the company with an identity in the network, or ErrNotFound.
func (s *Store) CompanyByIdent(ctx context.Context, ident string) (Company, error) {
	return s.reader(ctx).CompanyByIdent(ident)
}

// CompanyByIdent returns the company with an identity in the network, or ErrNotFound.
func (r reader) CompanyByIdent(ident string) (Company, error) {
	return one(r, scanCompany, "SELECT "+companyColumns+" FROM company WHERE ident = ?", ident)
}

// CompaniesBySortName returns the companies whose name has this sort form.
func (s *Store) CompaniesBySortName(ctx context.Context, sortName string) ([]Company, error) {
	return s.reader(ctx).CompaniesBySortName(sortName)
}

// CompaniesBySortName returns the companies whose name has this sort form.
func (r reader) CompaniesBySortName(sortName string) ([]Company, error) {
	return list(r, scanCompany, "SELECT "+companyColumns+" FROM company WHERE sort_name = ? ORDER BY id", sortName)
}

// EachCompany yields all companies by id, after the one named.
func (s *Store) EachCompany(ctx context.Context, after string) iter.Seq2[Company, error] {
	return each(s.reader(ctx), after, func(x Company) string { return x.ID }, scanCompany,
		"SELECT "+companyColumns+" FROM company WHERE id > ? ORDER BY id LIMIT "+fmt.Sprint(eachChunk))
}

// Companies returns a page of companies by name; text, if any, is how the name begins.
func (s *Store) Companies(ctx context.Context, text string, q PageQuery) (Page[Company], error) {
	return page(s.reader(ctx), nameList("company", companyColumns, text, s.dialect), q, scanCompany, func(x Company) []any { return []any{x.SortName, x.ID} })
}

// putQuery inserts a row with these columns, or overwrites the row that has its id.
func putQuery(table, columns string) string {
	names := strings.Split(columns, ", ")
	set := make([]string, 0, len(names))
	for _, name := range names {
		if name != "id" {
			set = append(set, name+" = excluded."+name)
		}
	}
	return "INSERT INTO " + table + " (" + columns + ") VALUES (" + marks(len(names)) + ") ON CONFLICT (id) DO UPDATE SET " + strings.Join(set, ", ")
}

// nameList is the list of people or companies by name; text, if any, is how the name begins.
func nameList(table, columns, text string, d dialect) keyset {
	k := keyset{table: table + d.indexed(table+"_name"), columns: columns, order: []orderColumn{{"sort_name", false}, {"id", false}}}
	k.beginning(text)
	return k
}

// PutCompany adds the company with this identity, or fills in what it says of the one that exists: an empty
// field keeps its old value. It returns the row's id and whether anything was added or changed.
func (t *Tx) PutCompany(x Company) (id string, changed bool, err error) {
	old, err := t.CompanyByIdent(x.Ident)
	switch {
	case errors.Is(err, ErrNotFound):
		x.ID = cmp.Or(x.ID, NewID())
	case err != nil:
		return "", false, err
	default:
		x = x.over(old)
		if x == old {
			return old.ID, false, nil
		}
	}
	if x.SortName == "" {
		x.SortName = SortName(x.Name)
	}
	var employees any
	if x.Employees > 0 {
		employees = x.Employees
	}
	_, err = t.exec(companyPut,
		x.SortName, x.ID, x.Ident, x.Name, orNull(x.Website), orNull(x.Domain), orNull(x.PageURL), orNull(x.Phone), orNull(x.Industry), employees,
		orNull(x.Street), orNull(x.City), orNull(x.State), orNull(x.PostalCode), orNull(x.Country), orNull(x.SourceID), t.store.Now().UnixMilli())
	return x.ID, true, err
}

// over returns x with the empty fields filled from old, whose row it is.
func (x Company) over(old Company) Company {
	x.ID, x.ChangedAt, x.SourceID = old.ID, old.ChangedAt, cmp.Or(old.SourceID, x.SourceID)
	x.Name, x.Website, x.Domain, x.PageURL = cmp.Or(x.Name, old.Name), cmp.Or(x.Website, old.Website), cmp.Or(x.Domain, old.Domain), cmp.Or(x.PageURL, old.PageURL)
	x.Phone, x.Industry, x.Employees, x.Place = cmp.Or(x.Phone, old.Phone), cmp.Or(x.Industry, old.Industry), cmp.Or(x.Employees, old.Employees), x.Place.over(old.Place)
	x.SortName = SortName(x.Name)
	return x
}

func (p Place) over(old Place) Place {
	if p == (Place{}) {
		return old // a place is kept whole: parts of two would make one that nobody is in
	}
	return p
}

const personColumns = "sort_name, id, ident, name, first_name, last_name, headline, title, company, company_id, email, phone, profile_url, industry, location, " +
	"street, city, state, postal_code, country, source_id, changed_at"

var personPut = putQuery("person", personColumns)

func scanPerson(row scanner) (x Person, err error) {
	return x, row.Scan(&x.SortName, &x.ID, &x.Ident, &x.Name, textDest{&x.FirstName}, textDest{&x.LastName}, textDest{&x.Headline}, textDest{&x.Title}, textDest{&x.Company}, textDest{&x.CompanyID},
		textDest{&x.Email}, textDest{&x.Phone}, textDest{&x.ProfileURL}, textDest{&x.Industry}, textDest{&x.Location},
		textDest{&x.Street}, textDest{&x.City}, textDest{&x.State}, textDest{&x.PostalCode}, textDest{&x.Country}, textDest{&x.SourceID}, timeDest{&x.ChangedAt})
}

// Person returns a person, or ErrNotFound.
func (s *Store) Person(ctx context.Context, id string) (Person, error) {
	return s.reader(ctx).Person(id)
}

// Person returns a person, or ErrNotFound.
func (r reader) Person(id string) (Person, error) {
	return one(r, scanPerson, "SELECT "+personColumns+" FROM person WHERE id = ?", id)
}

// PersonByIdent returns the person with an identity in the network, or ErrNotFound.
func (s *Store) PersonByIdent(ctx context.Context, ident string) (Person, error) {
	return s.reader(ctx).PersonByIdent(ident)
}

// PersonByIdent returns the person with an identity in the network, or ErrNotFound.
func (r reader) PersonByIdent(ident string) (Person, error) {
	return one(r, scanPerson, "SELECT "+personColumns+" FROM person WHERE ident = ?", ident)
}

// EachPerson yields all people by id, after the one named.
func (s *Store) EachPerson(ctx context.Context, after string) iter.Seq2[Person, error] {
	return each(s.reader(ctx), after, func(x Person) string { return x.ID }, scanPerson,
		"SELECT "+personColumns+" FROM person WHERE id > ? ORDER BY id LIMIT "+fmt.Sprint(eachChunk))
}

// People returns a page of people by name; text, if any, is how the name (family name first) begins.
func (s *Store) People(ctx context.Context, text string, q PageQuery) (Page[Person], error) {
	return page(s.reader(ctx), nameList("person", personColumns, text, s.dialect), q, scanPerson, func(x Person) []any { return []any{x.SortName, x.ID} })
}

// PutPerson adds the person with this identity, or fills in what it says of the one that exists: an empty
// field keeps its old value. It returns the row's id and whether anything was added or changed.
func (t *Tx) PutPerson(x Person) (id string, changed bool, err error) {
	old, err := t.PersonByIdent(x.Ident)
	switch {
	case errors.Is(err, ErrNotFound):
		x.ID = cmp.Or(x.ID, NewID())
	case err != nil:
		return "", false, err
	default:
		x = x.over(old)
		if x == old {
			return old.ID, false, nil
		}
	}
	if x.SortName == "" {
		x.SortName = x.sortName()
	}
	_, err = t.exec(personPut,
		x.SortName, x.ID, x.Ident, x.Name, orNull(x.FirstName), orNull(x.LastName), orNull(x.Headline), orNull(x.Title), orNull(x.Company), orNull(x.CompanyID),
		orNull(x.Email), orNull(x.Phone), orNull(x.ProfileURL), orNull(x.Industry), orNull(x.Location),
		orNull(x.Street), orNull(x.City), orNull(x.State), orNull(x.PostalCode), orNull(x.Country), orNull(x.SourceID), t.store.Now().UnixMilli())
	return x.ID, true, err
}

func (x Person) sortName() string {
	if x.LastName == "" && x.FirstName == "" {
		return SortName(x.Name)
	}
	return SortName(x.LastName + " " + x.FirstName)
}

// over returns x with the empty fields filled from old, whose row it is.
func (x Person) over(old Person) Person {
	x.ID, x.ChangedAt, x.SourceID = old.ID, old.ChangedAt, cmp.Or(old.SourceID, x.SourceID)
	x.Name, x.FirstName, x.LastName = cmp.Or(x.Name, old.Name), cmp.Or(x.FirstName, old.FirstName), cmp.Or(x.LastName, old.LastName)
	x.Headline, x.Title = cmp.Or(x.Headline, old.Headline), cmp.Or(x.Title, old.Title)
	if x.Company == "" {
		x.Company, x.CompanyID = old.Company, old.CompanyID
	} else if x.Company == old.Company {
		x.CompanyID = cmp.Or(x.CompanyID, old.CompanyID)
	}
	x.Email, x.Phone, x.ProfileURL = cmp.Or(x.Email, old.Email), cmp.Or(x.Phone, old.Phone), cmp.Or(x.ProfileURL, old.ProfileURL)
	x.Industry, x.Location, x.Place = cmp.Or(x.Industry, old.Industry), cmp.Or(x.Location, old.Location), x.Place.over(old.Place)
	x.SortName = x.sortName()
	return x
}

func scanPosition(row scanner) (x Position, err error) {
	return x, row.Scan(&x.PersonID, &x.Company, &x.Title, &x.Current)
}

// PutPosition keeps a person's position. The person counts as changed when it says something new.
func (t *Tx) PutPosition(x Position) error {
	n, err := t.exec("INSERT INTO position (person_id, company, title, is_current) VALUES (?, ?, ?, ?) ON CONFLICT (person_id, company, title) DO UPDATE SET is_current = excluded.is_current "+
		"WHERE position.is_current <> excluded.is_current", x.PersonID, x.Company, x.Title, flagOf(x.Current))
	if err == nil && n > 0 {
		_, err = t.exec("UPDATE person SET changed_at = ? WHERE id = ?", t.store.Now().UnixMilli(), x.PersonID)
	}
	return err
}

// Positions returns a person's positions, current ones first.
func (s *Store) Positions(ctx context.Context, personID string) ([]Position, error) {
	return list(s.reader(ctx), scanPosition, "SELECT person_id, company, title, is_current FROM position WHERE person_id = ? ORDER BY is_current DESC, company, title", personID)
}

// EachPosition yields all positions by person, after the person named.
func (s *Store) EachPosition(ctx context.Context, after string) iter.Seq2[Position, error] {
	return func(yield func(Position, error) bool) {
		for {
			people, err := list(s.reader(ctx), scanText, "SELECT DISTINCT person_id FROM position WHERE person_id > ? ORDER BY person_id LIMIT "+fmt.Sprint(eachChunk), after)
			if err != nil || len(people) == 0 {
				if err != nil {
					yield(Position{}, err)
				}
				return
			}
			last := people[len(people)-1]
			rows, err := list(s.reader(ctx), scanPosition, "SELECT person_id, company, title, is_current FROM position WHERE person_id > ? AND person_id <= ? ORDER BY person_id, company, title", after, last)
			if err != nil {
				yield(Position{}, err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
			after = last
		}
	}
}

// PutSeatConnection keeps that a person is a connection of a seat. A known date is never forgotten.
func (t *Tx) PutSeatConnection(x SeatConnection) error {
	_, err := t.exec("INSERT INTO seat_connection (seat_id, person_id, connected_at) VALUES (?, ?, ?) ON CONFLICT (seat_id, person_id) DO UPDATE SET connected_at = coalesce(excluded.connected_at, seat_connection.connected_at)",
		x.SeatID, x.PersonID, millis(x.ConnectedAt))
	return err
}

// SeatConnection returns the connection of a seat and a person, or ErrNotFound when they are not connected.
func (s *Store) SeatConnection(ctx context.Context, seatID, personID string) (SeatConnection, error) {
	return s.reader(ctx).SeatConnection(seatID, personID)
}

// SeatConnection returns the connection of a seat and a person, or ErrNotFound when they are not connected.
func (r reader) SeatConnection(seatID, personID string) (SeatConnection, error) {
	return one(r, func(row scanner) (x SeatConnection, err error) {
		return x, row.Scan(&x.SeatID, &x.PersonID, timeDest{&x.ConnectedAt})
	}, "SELECT seat_id, person_id, connected_at FROM seat_connection WHERE seat_id = ? AND person_id = ?", seatID, personID)
}
