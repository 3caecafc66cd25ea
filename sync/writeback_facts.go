package sync

import (
	"context"
	"fmt"
	"time"

	"crmsync/sync/salesforce"
)

// factsLast is how long what describe said of the org is relied upon.
const factsLast = time.Hour

// orgFacts is what writing needs to know of an org. Reading it takes a few calls, so it is kept for an hour.
type orgFacts struct {
	orgID       string
	readAt      time.Time
	recordTypes []salesforce.RecordType // of Task
	lengths     map[string]int          // "Task.Subject"
	statuses    map[string]bool         // valid values of Task.Status
	keyFields   map[string]bool         // fields of Task that can carry our key
	createable  map[string]bool         // "Task", "Task.Subject": what the integration user may write
	required    map[string][]string     // by object: fields without which nothing is created
	pages       map[string]pageView     // of parents, as far as they were asked for; used by one cycle at a time
}

// readOrgFacts asks the org.
func readOrgFacts(ctx context.Context, client *salesforce.Client, orgID string, now time.Time) (orgFacts, error) {
	facts := orgFacts{orgID: orgID, readAt: now, lengths: map[string]int{}, statuses: map[string]bool{},
		keyFields: map[string]bool{}, createable: map[string]bool{}, required: map[string][]string{}, pages: map[string]pageView{}}
	for _, object := range []string{"Task", "Note"} {
		described, err := client.Describe(ctx, object)
		if err != nil {
			return orgFacts{}, err
		}
		facts.add(described)
		if object != "Task" {
			continue
		}
		if facts.recordTypes, err = client.RecordTypes(ctx, described); err != nil {
			return orgFacts{}, fmt.Errorf("read the record types of Task: %w", err)
		}
	}
	return facts, nil
}

func (f *orgFacts) add(described *salesforce.Describe) {
	f.createable[described.Name] = described.Createable
	for _, field := range described.Fields {
		name := described.Name + "." + field.Name
		f.createable[name] = field.Createable
		if field.Createable && !field.Nillable && !field.DefaultOnNew && field.Type != "boolean" {
			f.required[described.Name] = append(f.required[described.Name], field.Name)
		}
		if field.Length > 0 {
			f.lengths[name] = field.Length
		}
		if name == "Task.Status" {
			for _, value := range field.Picklist {
				f.statuses[value.Value] = value.Active
			}
		}
	}
	for _, field := range described.KeyFields() {
		if described.Name == "Task" {
			f.keyFields[field.Name] = true
		}
	}
}

// recordType finds the record type a kind is written with: the one the admin chose, else the package's own
// by namespace and developer name, never by label. Empty means the object's default.
func (f *orgFacts) recordType(kind Kind, chosen string) string {
	for _, recordType := range f.recordTypes {
		usable := recordType.Active && recordType.Available
		if usable && chosen != "" && (sameID(recordType.ID, chosen) || recordType.FullName() == chosen) {
			return recordType.ID
		}
	}
	for _, recordType := range f.recordTypes {
		usable := recordType.Active && recordType.Available
		if usable && recordType.Namespace == "LID" && recordType.DeveloperName == kind.RecordTypeName() && kind.RecordTypeName() != "" {
			return recordType.ID
		}
	}
	return ""
}

// rulesFrom joins the org's facts with the admin's settings.
func rulesFrom(facts orgFacts, settings Settings, userZone string) writeRules {
	rules := writeRules{RecordTypes: map[Kind]string{}, Lengths: facts.lengths, CallDate: settings.Bool(SettingCallDate),
		Templates: DefaultTemplates(), Zone: time.UTC}
	for _, name := range []string{settings.Text(SettingWriteTimezone), userZone} {
		if zone, err := time.LoadLocation(name); err == nil && name != "" {
			rules.Zone = zone
			break
		}
	}
	for _, kind := range Kinds() {
		if kind.Object() == "Task" {
			if id := facts.recordType(kind, settings.Text(SettingRecordTypeKey(string(kind)))); id != "" {
				rules.RecordTypes[kind] = id
			}
		}
		template := settings.Text(SettingSubjectKey(string(kind)))
		switch {
		case template == "":
		case kind == KindNote:
			rules.Templates.Title = template
		default:
			rules.Templates.Subject[kind] = template
		}
	}
	if !facts.statuses[statusCompleted] {
		rules.Status = firstOf(facts.statuses)
	}
	if field := settings.Text(SettingSyncKeyField); facts.keyFields[field] {
		rules.KeyField = field
	}
	return rules
}

// firstOf returns the first valid value in the order of the alphabet, or "" when there is none.
func firstOf(values map[string]bool) string {
	first := ""
	for value, valid := range values {
		if valid && (first == "" || value < first) {
			first = value
		}
	}
	return first
}

// load makes the client's side of a cycle ready: facts, at most an hour old, and the rules that follow from them.
func (c *cycle) load(ctx context.Context) error {
	facts, err := c.engine.orgFacts(ctx, c.client, c.gates.connection.OrgID)
	if err != nil {
		return err
	}
	c.facts = facts
	c.rules = rulesFrom(facts, c.gates.settings, c.gates.connection.TimeZone)
	return nil
}

// orgFacts returns the facts of the org, read anew when they are old or another org's.
func (e *Engine) orgFacts(ctx context.Context, client *salesforce.Client, orgID string) (orgFacts, error) {
	now := e.now()
	if facts, ok := e.writing.kept(orgID, now); ok {
		return facts, nil
	}
	facts, err := readOrgFacts(ctx, client, orgID, now)
	if err != nil {
		return orgFacts{}, err
	}
	e.writing.keep(facts)
	return facts, nil
}
