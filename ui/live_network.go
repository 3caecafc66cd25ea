package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// liveNetwork reads the network's people and companies.
type liveNetwork struct{ live }

func (f NetworkFilter) query() store.MemberQuery {
	return store.MemberQuery{Companies: f.Companies, Text: f.Text, Linked: store.Linked(f.CRM)}
}

// Page reads one page, by name. Support staff see names (decision 15).
func (n liveNetwork) Page(ctx context.Context, filter NetworkFilter, seek Seek) (Page[NetworkRow], error) {
	connection, err := n.connection(ctx)
	if err != nil {
		return Page[NetworkRow]{}, err
	}
	q := filter.query()
	q.PageQuery = pageQuery(seek)
	read := func() (store.Page[store.MemberRow], error) { return n.store.Members(ctx, q) }
	if q.Text != "" || q.Linked != "" {
		all := read
		read = func() (store.Page[store.MemberRow], error) { return through(ctx, n.turn, all) }
	}
	p, err := read()
	if err != nil {
		return Page[NetworkRow]{}, err
	}
	rows := make([]NetworkRow, 0, len(p.Rows))
	for _, r := range p.Rows {
		row := NetworkRow{ID: r.ID, Name: r.Name, Title: r.Title, Company: r.Company, Place: r.Place, Record: r.RecordID, Object: r.RecordObject,
			State: string(r.State), Score: percentOf(r.Score), Address: recordAddress(connection.InstanceURL, r.RecordObject, r.RecordID)}
		if n.actor.Role == crmsync.RoleSupport {
			row.Title, row.Place = "", ""
		}
		rows = append(rows, row)
	}
	return pageOf(p, seek, rows), nil
}

// Count counts what the filter takes.
func (n liveNetwork) Count(ctx context.Context, filter NetworkFilter) (int64, error) {
	return through(ctx, n.turn, func() (int64, error) { return n.store.CountMembers(ctx, filter.query()) })
}

// memberShown is how many activities, saves and decisions a page shows.
const memberShown = 50

// Member reads everything that is known of a person or company.
func (n liveNetwork) Member(ctx context.Context, company bool, id string) (Member, error) {
	out, sourceID, err := n.facts(ctx, company, id)
	if errors.Is(err, store.ErrNotFound) {
		return Member{}, errMemberGone
	}
	if err != nil {
		return Member{}, err
	}
	for _, read := range []func(context.Context, *Member) error{
		func(ctx context.Context, m *Member) error { return n.provenance(ctx, sourceID, m) },
		n.records, n.activities, n.saves, n.history,
	} {
		if err := read(ctx, &out); err != nil {
			return Member{}, fmt.Errorf("read what is known of %s: %w", out.Name, err)
		}
	}
	if n.actor.Role == crmsync.RoleSupport {
		out = Member{Company: out.Company, ID: out.ID, Name: out.Name, Linked: LinkedRecord{Record: out.Linked.Record, Object: out.Linked.Object, Name: out.Linked.Name,
			Address: out.Linked.Address, State: out.Linked.State, Score: out.Linked.Score}, Wanting: out.Wanting}
	}
	return out, nil
}

// errMemberGone says that a member was erased since it was listed.
var errMemberGone = errors.New("the network does not have it any more: it was erased since the list was read")

// facts reads the row of the network itself.
func (n liveNetwork) facts(ctx context.Context, company bool, id string) (out Member, sourceID string, err error) {
	out = Member{Company: company, ID: id}
	add := func(name, value string) {
		if value != "" {
			out.Facts = append(out.Facts, Field{name, value})
		}
	}
	if company {
		c, err := n.store.Company(ctx, id)
		if err != nil {
			return Member{}, "", err
		}
		out.Name, out.Headline = c.Name, c.Industry
		add("page", c.PageURL)
		add("website", orDefault(c.Website, c.Domain))
		add("phone", crmsync.ShownPhone(c.Phone, c.Country))
		if c.Employees > 0 {
			add("employees", number(c.Employees))
		}
		add("place", placeOf(c.Place, ""))
		return out, c.SourceID, nil
	}
	p, err := n.store.Person(ctx, id)
	if err != nil {
		return Member{}, "", err
	}
	out.Name, out.Headline = p.Name, joinWords(", ", orDefault(p.Title, p.Headline), p.Company)
	add("profile", p.ProfileURL)
	add("e-mail", p.Email)
	add("phone", crmsync.ShownPhone(p.Phone, p.Country))
	add("industry", p.Industry)
	add("place", placeOf(p.Place, p.Location))
	if out.Positions, err = n.positions(ctx, id); err != nil {
		return Member{}, "", err
	}
	out.Connections, err = n.connections(ctx, id)
	return out, p.SourceID, err
}

func (n liveNetwork) positions(ctx context.Context, id string) ([]Position, error) {
	rows, err := n.store.Positions(ctx, id)
	out := make([]Position, 0, len(rows))
	for _, p := range rows {
		out = append(out, Position{Company: p.Company, Title: p.Title, Current: p.Current})
	}
	return out, err
}

func (n liveNetwork) connections(ctx context.Context, id string) ([]Connected1st, error) {
	rows, err := n.store.SeatsConnected(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]Connected1st, 0, len(rows))
	for _, c := range rows {
		seat, err := n.store.Seat(ctx, c.SeatID)
		if err != nil {
			return nil, err
		}
		out = append(out, Connected1st{Seat: nameOf(seat), Since: c.ConnectedAt})
	}
	return out, nil
}

// provenance says which file the row came from, who read it and when.
func (n liveNetwork) provenance(ctx context.Context, id string, out *Member) error {
	s, err := n.store.Source(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	out.Read = []Field{{"file", s.File}, {"kind", s.Kind}, {"read", s.ImportedAt.UTC().Format("2 Jan 2006 15:04 MST") + " by " + s.ImportedBy}, {"sha-256", s.SHA256}}
	if s.SeatID != "" {
		if seat, err := n.store.Seat(ctx, s.SeatID); err == nil {
			out.Read = append(out.Read, Field{"of", nameOf(seat)})
		}
	}
	return nil
}

func placeOf(p store.Place, otherwise string) string {
	return orDefault(joinWords(", ", p.Street, strings.TrimSpace(p.PostalCode+" "+p.City), p.State, p.Country), otherwise)
}

// joinWords joins the texts that are not empty.
func joinWords(separator string, texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, separator)
}

// Import reads a file of a member's network. Over SSH no file of the machine is read: it is not the person's own.
func (n liveNetwork) Import(ctx context.Context, file, seat string) (NetworkRead, error) {
	if n.actor.Via == "ssh" {
		return NetworkRead{}, errNoFilesBySSH
	}
	report, err := n.engine.ImportNetwork(ctx, n.actor, crmsync.NetworkRequest{Files: []string{file}, Seat: seat, As: "auto"})
	if err != nil {
		return NetworkRead{}, err
	}
	var out NetworkRead
	for _, f := range report.Files {
		out.Lines = append(out.Lines, f.Name+": "+f.Kind+", "+count(f.Rows, "row", "rows"))
	}
	out.Lines = append(out.Lines, count(report.People, "person", "people")+", "+number(report.NewPeople)+" new or changed; "+count(report.Companies, "company", "companies")+"; "+
		count(report.Connections, "connection", "connections"), count(report.Activities, "activity", "activities")+", "+number(report.NewActivity)+" new: "+number(report.Queued)+" queued, "+number(report.Held)+" held")
	return out, nil
}

// errNoFilesBySSH says where a file is read instead.
var errNoFilesBySSH = errors.New("over SSH no file of the server is read; run crmsync network import there")
