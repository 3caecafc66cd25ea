package sync

import (
	"context"
	"fmt"

	"crmsync/store"
)

// lookup is what composing a page of activities needs from the store, read for all of them at once. It
// serves one page: what is not in it is read by itself.
type lookup struct {
	activities map[string]store.Activity
	links      map[string]store.Match // by member; a member that was looked for and has none has an empty one
	records    map[string]crmRecord
	names      map[string]string // of people and companies
}

// lookUp reads what the items of a page need.
func (c *cycle) lookUp(ctx context.Context, items []store.OutboxItem) error {
	look := &lookup{activities: map[string]store.Activity{}, links: map[string]store.Match{}, records: map[string]crmRecord{}, names: map[string]string{}}
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.ActivityID
	}
	activities, err := c.engine.store.ActivitiesByID(ctx, ids)
	if err != nil {
		return fmt.Errorf("read what is due: %w", err)
	}
	people, companies := map[string]bool{}, map[string]bool{}
	for _, activity := range activities {
		look.activities[activity.ID] = activity
		if activity.PersonID != "" {
			people[activity.PersonID] = true
		} else {
			companies[activity.CompanyID] = true
		}
	}
	if err := look.readNames(ctx, c.engine.store, people, companies); err != nil {
		return err
	}
	if err := look.readLinks(ctx, c.engine.store); err != nil {
		return err
	}
	c.look = look
	return nil
}

func (l *lookup) readNames(ctx context.Context, s *store.Store, people, companies map[string]bool) error {
	found, err := s.PeopleByID(ctx, keysOf(people))
	if err != nil {
		return fmt.Errorf("read the people of what is due: %w", err)
	}
	for _, person := range found {
		l.names[person.ID] = person.Name
	}
	firms, err := s.CompaniesByID(ctx, keysOf(companies))
	if err != nil {
		return fmt.Errorf("read the companies of what is due: %w", err)
	}
	for _, company := range firms {
		l.names[company.ID] = company.Name
	}
	return nil
}

// readLinks reads the live matches of the members, the records they lead to, and the accounts of those.
func (l *lookup) readLinks(ctx context.Context, s *store.Store) error {
	members := make([]string, 0, len(l.names))
	for id := range l.names {
		l.links[id] = store.Match{}
		members = append(members, id)
	}
	links, err := s.MatchesOfMembers(ctx, members)
	if err != nil {
		return fmt.Errorf("read the matches of what is due: %w", err)
	}
	ids := map[string]map[string]bool{}
	for _, link := range links {
		l.links[firstText(link.MemberID)] = link
		addID(ids, link.Object, link.RecordID)
	}
	for _, object := range []string{"Lead", "Contact", "Account"} { // a contact's account is known after the contact
		records, err := s.RecordsByID(ctx, object, keysOf(ids[object]))
		if err != nil {
			return fmt.Errorf("read the records of what is due: %w", err)
		}
		for _, record := range records {
			l.records[record.ID] = crmRecordOf(record)
			if account := record.Get("AccountId"); account != "" {
				addID(ids, "Account", account)
			}
		}
	}
	return nil
}

func addID(ids map[string]map[string]bool, object, id string) {
	if ids[object] == nil {
		ids[object] = map[string]bool{}
	}
	ids[object][id] = true
}

func keysOf(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	return keys
}

// link is the record that a member is linked to; ok is false when the page does not know.
func (l *lookup) link(member string) (link store.Match, ok bool) {
	if l == nil {
		return store.Match{}, false
	}
	link, ok = l.links[member]
	return link, ok
}

// name is the name of a member; ok is false when the page does not know.
func (l *lookup) name(member string) (name string, ok bool) {
	if l == nil {
		return "", false
	}
	name, ok = l.names[member]
	return name, ok
}

// activity returns an activity of the page.
func (c *cycle) activity(ctx context.Context, id string) (store.Activity, error) {
	if c.look != nil {
		if activity, ok := c.look.activities[id]; ok {
			return activity, nil
		}
	}
	activity, err := c.engine.store.Activity(ctx, id)
	if err != nil {
		return activity, fmt.Errorf("read activity %s: %w", id, err)
	}
	return activity, nil
}

// targetOf chooses where an activity goes in the CRM. Not ok means that it has to wait: a note without a record.
func (c *cycle) targetOf(ctx context.Context, activity store.Activity) (target, bool, error) {
	link, ok := c.look.link(memberOfActivity(activity))
	if !ok {
		var err error
		if link.Object, link.RecordID, _, err = c.engine.liveRecord(ctx, activity); err != nil {
			return target{}, false, err
		}
	}
	return chooseTarget(ctx, c.find, Kind(activity.Kind), link.Object, link.RecordID)
}

// otherSide is the name of the person or company an activity is about.
func (c *cycle) otherSide(ctx context.Context, activity store.Activity) (string, error) {
	if name, ok := c.look.name(memberOfActivity(activity)); ok {
		return name, nil
	}
	if activity.PersonID != "" {
		person, err := c.engine.store.Person(ctx, activity.PersonID)
		if err != nil {
			return "", fmt.Errorf("read person %s: %w", activity.PersonID, err)
		}
		return person.Name, nil
	}
	company, err := c.engine.store.Company(ctx, activity.CompanyID)
	if err != nil {
		return "", fmt.Errorf("read company %s: %w", activity.CompanyID, err)
	}
	return company.Name, nil
}

// find looks a record up in what the org said since the import, and in what was imported.
func (c *cycle) find(ctx context.Context, object, id string) (crmRecord, bool, error) {
	if became, ok := c.engine.writing.movedTo(id); ok {
		return became, true, nil
	}
	if c.look != nil {
		if record, ok := c.look.records[id]; ok {
			return record, true, nil
		}
	}
	return c.engine.findRecord(ctx, object, id)
}

// memberOfActivity is the person or company an activity is with.
func memberOfActivity(activity store.Activity) string {
	return firstText(activity.PersonID, activity.CompanyID)
}
