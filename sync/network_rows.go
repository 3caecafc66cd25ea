package sync

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"crmsync/store"
	"crmsync/sync/network"
)

// networkImport writes the rows of network files within one transaction.
type networkImport struct {
	tx        *store.Tx
	seat      store.Seat
	gates     *gateBook
	now       time.Time
	source    string
	people    map[string]string // identity to id, for people met in this import
	companies map[string]string
	linked    map[string]connectedSince // person id to the seat's connection
	erased    map[string]bool           // digests of those who were erased
	consent   string
	report    NetworkReport
}

func newNetworkImport(tx *store.Tx, seat store.Seat, gates *gateBook, now time.Time) *networkImport {
	return &networkImport{tx: tx, seat: seat, gates: gates, now: now, people: map[string]string{}, companies: map[string]string{},
		linked: map[string]connectedSince{}, report: NetworkReport{Seat: seat.Email}}
}

// run writes the files in their order.
func (n *networkImport) run(ctx context.Context, actor Actor, files []networkFile, addSeat bool) error {
	if addSeat {
		if err := n.tx.PutSeat(n.seat); err != nil {
			return fmt.Errorf("add seat %s: %w", n.seat.Email, err)
		}
	}
	var err error
	if n.erased, err = n.tx.Erased(); err != nil {
		return fmt.Errorf("read who was erased: %w", err)
	}
	for _, file := range files {
		n.source = store.NewID()
		source := store.Source{ID: n.source, Kind: string(file.reader.Kind()), File: file.name, SHA256: file.sum, SeatID: n.seat.ID,
			ImportedAt: n.now, ImportedBy: actor.Name, Rows: int64(file.size.Rows), Consent: n.consent}
		if err := n.tx.PutSource(source); err != nil {
			return fmt.Errorf("keep the source %s: %w", file.name, err)
		}
		for row, err := range file.reader.Rows(ctx) {
			if err != nil {
				return err
			}
			if err := n.row(row); errors.Is(err, errErased) {
				n.report.Erased++
			} else if err != nil {
				return fmt.Errorf("%s:%d: %w", row.File, row.Line, err)
			}
		}
		n.report.Files = append(n.report.Files, NetworkFile{Name: file.name, Kind: source.Kind, Rows: file.size.Rows, Skipped: file.size.Skipped, SkippedAt: file.size.SkippedAt})
		if err := n.ownProfile(file.size.Own); err != nil {
			return err
		}
	}
	return n.tellApart()
}

func (n *networkImport) row(row network.Row) error {
	switch {
	case row.Person != nil:
		_, err := n.person(row.Person)
		return err
	case row.Company != nil:
		_, err := n.company(*row.Company)
		return err
	case row.Activity != nil:
		return n.activity(row.Activity)
	case row.Invitation != nil && row.Invitation.Person != nil:
		_, err := n.person(row.Invitation.Person)
		return err
	}
	return nil
}

// ownProfile keeps the seat's own profile address once a file has told it.
func (n *networkImport) ownProfile(own string) error {
	if own == "" || n.seat.ProfileURL != "" {
		return nil
	}
	n.seat.ProfileURL = own
	return n.tx.PutSeat(n.seat)
}

// person keeps a person, their company, positions and connection, and returns the person's id.
func (n *networkImport) person(p *network.Person) (string, error) {
	if id, met := n.people[p.Key]; met && !p.Connected && p.Company == "" {
		return id, nil
	}
	row := store.Person{Ident: p.Key, Name: p.Name, FirstName: p.FirstName, LastName: p.LastName,
		Headline: p.Headline, Title: p.Title, Company: p.Company, Email: p.Email, Phone: p.Phone, ProfileURL: p.ProfileURL,
		Industry: p.Industry, Location: p.Location, SourceID: n.source, ChangedAt: n.now,
		Place: store.Place{Street: p.Street, City: p.City, State: p.State, PostalCode: p.PostalCode, Country: p.Country}}
	if n.wasErased(row) {
		return "", errErased
	}
	if p.Company != "" {
		company, err := n.company(network.Company{Key: network.CompanyKey(p.CompanyURL, p.CompanyDomain, p.Company), Name: p.Company,
			PageURL: p.CompanyURL, Domain: p.CompanyDomain})
		if err != nil {
			return "", err
		}
		row.CompanyID = company
	}
	id, isChanged, err := n.tx.PutPerson(row)
	if err != nil {
		return "", fmt.Errorf("keep a person: %w", err)
	}
	if _, met := n.people[p.Key]; !met {
		n.report.People++
	}
	if isChanged {
		n.report.NewPeople++
	}
	n.people[p.Key] = id
	if err := n.positions(id, p); err != nil {
		return "", err
	}
	return id, n.connection(id, p)
}

// wasErased reports whether a person was erased, so that no file brings them back.
func (n *networkImport) wasErased(row store.Person) bool {
	return len(n.erased) > 0 && slices.ContainsFunc(tombstones(n.tx.Digest, row), func(digest string) bool { return n.erased[digest] })
}

func (n *networkImport) positions(id string, p *network.Person) error {
	positions := make([]store.Position, 0, len(p.Past)+1)
	if p.Company != "" {
		positions = append(positions, store.Position{PersonID: id, Company: p.Company, Title: p.Title, Current: true})
	}
	for _, past := range p.Past {
		positions = append(positions, store.Position{PersonID: id, Company: past.Company, Title: past.Title})
	}
	for _, position := range positions {
		if err := n.tx.PutPosition(position); err != nil {
			return fmt.Errorf("keep a position: %w", err)
		}
	}
	return nil
}

func (n *networkImport) connection(id string, p *network.Person) error {
	if !p.Connected {
		return nil
	}
	if err := n.tx.PutSeatConnection(store.SeatConnection{SeatID: n.seat.ID, PersonID: id, ConnectedAt: p.ConnectedOn}); err != nil {
		return fmt.Errorf("keep a connection: %w", err)
	}
	n.linked[id] = connectedSince{Known: true, On: p.ConnectedOn}
	n.report.Connections++
	return nil
}

// company keeps a company and returns its id. One that is known by another sign of the same name is the same: a
// person's cell gives no more than a name, a list of companies gives page and domain as well.
func (n *networkImport) company(c network.Company) (string, error) {
	if id, met := n.companies[c.Key]; met && c.Website == "" && c.PageURL == "" {
		return id, nil
	}
	row := store.Company{Ident: c.Key, Name: c.Name, Website: c.Website, Domain: c.Domain, PageURL: c.PageURL,
		Phone: c.Phone, Industry: c.Industry, Employees: int64(c.Employees), SourceID: n.source, ChangedAt: n.now,
		Place: store.Place{Street: c.Street, City: c.City, State: c.State, PostalCode: c.PostalCode, Country: c.Country}}
	known, err := n.namesake(row)
	if err != nil {
		return "", err
	}
	if known.ID != "" {
		row.Ident = known.Ident
		if nameOnly(c.Key) { // the cell of a person must not overwrite what a list of companies said
			n.companies[c.Key] = known.ID
			return known.ID, nil
		}
	}
	id, isChanged, err := n.tx.PutCompany(row)
	if err != nil {
		return "", fmt.Errorf("keep a company: %w", err)
	}
	if _, met := n.companies[c.Key]; !met {
		n.report.Companies++
	}
	if isChanged {
		n.report.NewCompany++
	}
	n.companies[c.Key] = id
	return id, nil
}

// namesake finds the company that a row is, by identity first. A row that has only a name is the first company of that
// name; a row that has more is one that had only a name so far.
func (n *networkImport) namesake(row store.Company) (store.Company, error) {
	same, err := n.tx.CompanyByIdent(row.Ident)
	if err == nil || !errors.Is(err, store.ErrNotFound) {
		return same, err
	}
	if !nameOnly(row.Ident) {
		named, err := n.tx.CompanyByIdent(network.CompanyKey("", "", row.Name))
		return named, ignoreNotFound(err)
	}
	named, err := n.tx.CompaniesBySortName(store.SortName(row.Name))
	if err != nil || len(named) == 0 {
		return store.Company{}, err
	}
	return named[0], nil
}

func nameOnly(key string) bool { return strings.HasPrefix(key, "name/") }

func ignoreNotFound(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// mailAddress checks and normalises an e-mail address.
func mailAddress(text string) (string, bool) {
	parsed, err := mail.ParseAddress(strings.TrimSpace(text))
	if err != nil || parsed.Name != "" {
		return "", false
	}
	return strings.ToLower(parsed.Address), true
}
