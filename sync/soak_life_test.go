package sync

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// life is what people do in an org: every kind of change, at random by seed.
type life struct {
	t         testing.TB
	org       *orgsim.Org
	random    *rand.Rand
	live      map[string][]string // ids by object, as of the last reading
	bin       []string            // ids in the recycle bin
	protected string              // the user that the import signs in as
	undeleted int                 // how many were taken out of the bin since the last reading
	binned    map[string]bool     // ids that were, or may have been, in the bin at some time
	done      map[string]int      // how often each kind of change was made
}

// awkward are values that have broken readers of CSV and terminals.
var awkward = []string{"plain", `"quoted", with a comma`, "two\nlines", "Windows\r\nlines", "a\ttab", "Größe £5 – ω", "مرحبا", "=1+1", "O'Brien & Söhne", "😀", `back\slash`, ""}

// knows takes over what the org holds now, and what may have been in the bin
// since the given time without having been seen there.
func (l *life) knows(all map[string]orgRows, since time.Time) {
	from := since.Add(-5 * time.Minute).Format("2006-01-02T15:04:05.000Z")
	l.live, l.bin = map[string][]string{}, nil
	for _, object := range objectNames {
		for _, row := range all[object] {
			if row.deleted {
				l.bin = append(l.bin, row.id)
			} else {
				l.live[object] = append(l.live[object], row.id)
			}
			if row.deleted || (l.undeleted > 0 && row.fields["SystemModstamp"] > from) {
				l.binned[row.id] = true
			}
		}
	}
	l.undeleted = 0
}

func (l *life) pick(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[l.random.IntN(len(ids))]
}

func (l *life) text() string { return awkward[l.random.IntN(len(awkward))] }

// changes are the kinds of change with their weights.
var changes = []struct {
	kind   string
	weight int
	make   func(*life) orgsim.Change
}{
	{"update", 30, (*life).update},
	{"create", 12, (*life).create},
	{"owner", 8, func(l *life) orgsim.Change {
		return orgsim.Change{ID: l.pick(l.live[l.one("Account", "Contact", "Lead", "Opportunity")]), Fields: fieldsOf("OwnerId", l.pick(l.live["User"]))}
	}},
	{"stage", 8, func(l *life) orgsim.Change {
		return orgsim.Change{ID: l.pick(l.live["Opportunity"]), Fields: fieldsOf("StageName", l.one("Prospecting", "Closed Won", "Closed Lost", "Qualification"))}
	}},
	{"delete", 9, func(l *life) orgsim.Change {
		return orgsim.Change{ID: l.pick(l.live[l.one("Contact", "Contact", "Lead", "Opportunity", "OpportunityContactRole", "Account")])}
	}},
	{"undelete", 6, func(l *life) orgsim.Change { return orgsim.Change{ID: l.pick(l.bin)} }},
	{"purge", 5, func(l *life) orgsim.Change { return orgsim.Change{ID: l.pick(l.bin)} }},
	{"merge", 5, func(l *life) orgsim.Change {
		object := l.one("Account", "Contact", "Lead")
		return orgsim.Change{ID: l.pick(l.live[object]), Into: l.pick(l.live[object])}
	}},
	{"convert", 5, func(l *life) orgsim.Change {
		change := orgsim.Change{ID: l.pick(l.live["Lead"])}
		if l.random.IntN(2) == 0 {
			change.Fields = fieldsOf("opportunity", "Deal "+l.text())
		}
		return change
	}},
}

func (l *life) one(names ...string) string { return names[l.random.IntN(len(names))] }

// happens makes one random change. What the org refuses, such as a merge of a
// record with itself, is no change.
func (l *life) happens() {
	n := l.random.IntN(88)
	for _, c := range changes {
		if n -= c.weight; n >= 0 {
			continue
		}
		change := c.make(l)
		change.Kind = c.kind
		result, err := l.org.Change(change)
		if err != nil {
			l.done["refused"]++
			return
		}
		l.done[c.kind]++
		switch c.kind {
		case "delete", "merge":
			l.bin = append(l.bin, change.ID)
		case "undelete":
			l.undeleted++
		case "create", "convert":
			for _, id := range result.IDs {
				l.live[store.ObjectOf(id)] = append(l.live[store.ObjectOf(id)], id)
			}
		}
		return
	}
}

func (l *life) update() orgsim.Change {
	fields := map[string][]string{
		"Account": {"Description", "BillingStreet", "Website", "Fax"}, "Contact": {"Description", "Title", "MailingStreet", "Department"},
		"Lead": {"Title", "Street", "Website"}, "Opportunity": {"Amount", "Name", "CloseDate"}, "OpportunityContactRole": {"Role", "IsPrimary"},
		"User": {"Title", "Department", "IsActive", "UserRoleId"}, "UserRole": {"Name"},
	}
	object := objectNames[l.random.IntN(len(objectNames))]
	field := l.one(fields[object]...)
	change := orgsim.Change{ID: l.pick(l.live[object]), Fields: map[string]json.RawMessage{}}
	if change.ID == l.protected {
		field = "Title"
	}
	var value any = l.text()
	switch field {
	case "Amount":
		value = []any{nil, 0, 12.5, 1e7, 123456789.12, 0.01, 35000}[l.random.IntN(7)]
	case "CloseDate":
		value = fmt.Sprintf("2027-%02d-%02d", 1+l.random.IntN(12), 1+l.random.IntN(28))
	case "IsActive", "IsPrimary":
		value = l.random.IntN(3) > 0
	case "Role":
		value = l.one("Evaluator", "Decision Maker", "Other")
	case "UserRoleId":
		value = l.pick(l.live["UserRole"])
	case "Name":
		value = "Name " + l.text()
	}
	text, err := json.Marshal(value)
	if err != nil {
		l.t.Fatal(err)
	}
	change.Fields[field] = text
	return change
}

func (l *life) create() orgsim.Change {
	object := l.one("Account", "Contact", "Lead", "Opportunity", "OpportunityContactRole")
	fields := map[string][]string{
		"Account":                {"Name", "New " + l.text()},
		"Contact":                {"LastName", "Neu " + l.text(), "AccountId", l.pick(l.live["Account"])},
		"Lead":                   {"LastName", "Lead " + l.text(), "Company", "Firm " + l.text()},
		"Opportunity":            {"Name", "Deal " + l.text(), "StageName", "Prospecting", "CloseDate", "2027-03-01", "AccountId", l.pick(l.live["Account"])},
		"OpportunityContactRole": {"OpportunityId", l.pick(l.live["Opportunity"]), "ContactId", l.pick(l.live["Contact"])},
	}
	return orgsim.Change{Object: object, Fields: fieldsOf(fields[object]...)}
}

// faults draws the scenarios of a round.
func (l *life) faults() (names []string) {
	all := orgsim.Scenarios()
	for range l.random.IntN(4) {
		scenario := all[l.random.IntN(len(all))]
		name := scenario.Name
		if name == "hidden-field" {
			name += "=" + l.one("Contact.Email", "Lead.Title", "Account.Website", "Opportunity.Amount", "User.Phone", "Contact.Description")
		}
		if name == "query-timeout" {
			name += "=" + l.one("10", "40", "100")
		}
		switch l.random.IntN(8) {
		case 0:
			name += ":*"
		case 1, 2, 3:
			name += fmt.Sprintf(":%d", 1+l.random.IntN(9))
		}
		if slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, scenario.Name) }) {
			continue
		}
		names = append(names, name)
	}
	return names
}
