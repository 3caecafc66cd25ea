package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crmsync/store"
	"crmsync/sync/network"
)

// PersonActivity is an activity with a person, its text opened, and what became of it.
type PersonActivity struct {
	store.Activity
	Outbox *store.OutboxItem `json:",omitempty"`
}

// PersonWritten is a row in the CRM that tells of a person because we wrote it.
type PersonWritten struct {
	Object    string    `json:"object"`
	ID        string    `json:"id"`
	Activity  string    `json:"activity"`
	WrittenAt time.Time `json:"written_at"`
}

// PersonDossier is everything that is kept, and that was written, about one person of the network.
type PersonDossier struct {
	MadeAt      time.Time
	Person      store.Person
	Source      *store.Source `json:",omitempty"` // the file the person came from first
	Positions   []store.Position
	Connections []store.SeatConnection
	Matches     []store.Match  // CRM records linked to the person, or suggested
	Records     []store.Record // those records, as they were imported
	Competing   []string       // CRM records for which the person was looked at
	Decisions   []store.Decision
	Activities  []PersonActivity
	Saves       []store.Save
	Alerts      []store.Alert
	Audit       []store.AuditEvent
	Written     []PersonWritten // in the CRM
}

// LookPerson finds one person by id, by profile address, by e-mail address, or by the CRM record that is matched
// with them (codes "person.not_found", "person.ambiguous").
func (e *Engine) LookPerson(ctx context.Context, who string) (store.Person, error) {
	who = strings.TrimSpace(who)
	if record, ok := recordIn(who); ok {
		row, err := e.store.Match(ctx, record)
		if err == nil && row.MemberID != "" && row.Object != "Account" {
			return e.store.Person(ctx, row.MemberID)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return store.Person{}, err
		}
	}
	if strings.Contains(who, "@") {
		people, err := e.store.PeopleByEmail(ctx, who)
		if err != nil || len(people) == 1 {
			return first(people), err
		}
		if len(people) > 1 {
			return store.Person{}, fault("person.ambiguous", "Name one by id: "+idsOf(people)+".", "%d people have the e-mail address %s", len(people), who)
		}
	} else if person, err := e.findPerson(ctx, who); !errors.Is(err, store.ErrNotFound) {
		return person, err
	}
	return store.Person{}, fault("person.not_found", "Give an id, a profile address, an e-mail address, or the id of a CRM record matched with them; crmsync match search finds people by name.",
		"nobody in the network is %q", who)
}

func first(people []store.Person) store.Person {
	if len(people) == 0 {
		return store.Person{}
	}
	return people[0]
}

func idsOf(people []store.Person) string {
	ids := make([]string, len(people))
	for i, person := range people {
		ids[i] = person.ID
	}
	return strings.Join(ids, ", ")
}

// Person gathers everything that is kept, and that was written, about one person. Only an admin may: the texts
// of messages are among it.
func (e *Engine) Person(ctx context.Context, actor Actor, who string) (PersonDossier, error) {
	if err := Allowed(actor, ActPersonShow); err != nil {
		return PersonDossier{}, err
	}
	person, err := e.LookPerson(ctx, who)
	if err != nil {
		return PersonDossier{}, err
	}
	dossier := PersonDossier{MadeAt: e.now().UTC(), Person: person}
	for _, gather := range []func(context.Context, *PersonDossier) error{e.personNetwork, e.personMatches, e.personActivities, e.personTrail} {
		if err := gather(ctx, &dossier); err != nil {
			return PersonDossier{}, fmt.Errorf("gather what is kept of %s: %w", person.ID, err)
		}
	}
	_, err = e.change(ctx, actor, ActPersonShow, func(*store.Tx) (changed, error) { return changed{Subject: "person " + person.ID}, nil })
	return dossier, err
}

func (e *Engine) personNetwork(ctx context.Context, d *PersonDossier) (err error) {
	if d.Person.SourceID != "" {
		source, err := e.store.Source(ctx, d.Person.SourceID)
		if err != nil {
			return err
		}
		d.Source = &source
	}
	if d.Positions, err = e.store.Positions(ctx, d.Person.ID); err != nil {
		return err
	}
	d.Connections, err = e.store.SeatsConnected(ctx, d.Person.ID)
	return err
}

func (e *Engine) personMatches(ctx context.Context, d *PersonDossier) (err error) {
	if d.Matches, err = e.store.MatchesOfMember(ctx, d.Person.ID); err != nil {
		return err
	}
	for _, row := range d.Matches {
		record, err := e.store.Record(ctx, row.Object, row.RecordID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		d.Records = append(d.Records, record)
	}
	if d.Competing, err = e.store.RecordsCompeting(ctx, []string{d.Person.ID}); err != nil {
		return err
	}
	if d.Decisions, err = e.store.Decisions(ctx, store.DecisionQuery{MemberID: d.Person.ID}); err != nil {
		return err
	}
	if d.Saves, err = e.store.SavesOfMember(ctx, d.Person.ID); err != nil {
		return err
	}
	d.Alerts, err = e.store.AlertsAbout(ctx, d.Person.ID)
	return err
}

func (e *Engine) personActivities(ctx context.Context, d *PersonDossier) error {
	query := store.ActivityQuery{PersonID: d.Person.ID, PageQuery: store.PageQuery{Limit: 200}}
	for {
		page, err := e.store.Activities(ctx, query)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			activity := PersonActivity{Activity: row}
			item, err := e.store.OutboxItem(ctx, row.ID)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			if err == nil {
				activity.Outbox = &item
			}
			if item.SalesforceID != "" {
				d.Written = append(d.Written, PersonWritten{Object: item.Object, ID: item.SalesforceID, Activity: row.ID, WrittenAt: item.EndedAt})
			}
			d.Activities = append(d.Activities, activity)
		}
		if !page.More {
			return nil
		}
		query.After = page.Next
	}
}

// personTrail finds the audit events that name the person, their activities, saves or decisions, or quote their
// name or addresses.
func (e *Engine) personTrail(ctx context.Context, d *PersonDossier) (err error) {
	ids := []string{d.Person.ID}
	for _, activity := range d.Activities {
		ids = append(ids, activity.ID)
	}
	for _, save := range d.Saves {
		ids = append(ids, save.ID)
	}
	for _, decision := range d.Decisions {
		ids = append(ids, decision.ID)
	}
	d.Audit, err = e.store.AuditAbout(ctx, ids, quotedOf(d.Person))
	return err
}

// quotedOf are the texts by which an audit event may quote a person. A name of a few letters is left out: it
// would be found in other words.
func quotedOf(person store.Person) []string {
	return slices.DeleteFunc([]string{person.Name, person.Email, person.ProfileURL}, func(text string) bool { return len(text) < 6 })
}

// tombstones are the digests by which a person is known again after they were erased: the identity in the
// network, the profile address and the e-mail address.
func (e *Engine) tombstones(person store.Person) []string { return tombstones(e.store.Digest, person) }

func tombstones(digest func(string) string, person store.Person) []string {
	digests := []string{digest("ident " + person.Ident)}
	if _, key, ok := network.NormalProfileURL(person.ProfileURL); ok {
		digests = append(digests, digest("ident "+key))
	}
	if mail, ok := mailAddress(person.Email); ok {
		digests = append(digests, digest("mail "+mail))
	}
	return digests
}
