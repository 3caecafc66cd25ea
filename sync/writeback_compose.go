package sync

import (
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// Lengths that Salesforce gives the fields we write, in UTF-16 units; describe overrides them.
const (
	maxSubject     = 255
	maxTitle       = 80
	maxDescription = 32000
)

// statusCompleted is the only Status the package's record types allow; a completed task
// also leaves its parents unlocked.
const statusCompleted = "Completed"

// Templates are the texts of what is written. {member} is the seat's name, {person} the other side's,
// {subject} the activity's own subject, {kind} its kind.
type Templates struct {
	Subject map[Kind]string // of a task; must contain the words "Sales Navigator"
	Title   string          // of a note
}

// DefaultTemplates keep the words "Sales Navigator" in every subject, which the package's own
// report of unresolved activities looks for.
func DefaultTemplates() Templates {
	return Templates{
		Subject: map[Kind]string{
			KindInMail:     "Sales Navigator InMail: {subject}",
			KindMessage:    "Sales Navigator message: {subject}",
			KindCall:       "Sales Navigator call: {subject}",
			KindPointDrive: "Sales Navigator PointDrive: {subject}",
		},
		Title: "{subject}",
	}
}

// outgoing is one activity with everything that decides what is written.
type outgoing struct {
	Kind       Kind
	OccurredAt time.Time
	Subject    string
	Body       string
	Member     string // name of the seat's member
	Person     string // name of the person or company
	OwnerID    string // CRM user the seat is mapped to (S80)
	Target     target
}

// writeRules are the org's and the admin's part in what is written.
type writeRules struct {
	Zone        *time.Location // of the integration user, or the setting writeback.timezone
	RecordTypes map[Kind]string
	Status      string // "" for the default
	CallDate    bool   // calls get an ActivityDate as well (decision 2)
	Templates   Templates
	Lengths     map[string]int // "Task.Subject" and so on, from describe
	KeyField    string         // unique external id field on Task, or ""
}

// compose makes the exact record that is sent: the listed fields of S123 to S126 and
// nothing else, save for the key field that decision 17 allows.
func compose(activity outgoing, rules writeRules, key string) Payload {
	if activity.Kind == KindNote {
		return composeNote(activity, rules)
	}
	fields := map[string]string{
		"OwnerId":     activity.OwnerID,
		"Subject":     rules.cut("Task.Subject", maxSubject, oneLine(rules.subject(activity))),
		"Status":      rules.status(),
		"Description": rules.cut("Task.Description", maxDescription, plainText(rules.description(activity))),
	}
	if activity.Kind != KindCall || rules.CallDate {
		fields["ActivityDate"] = activity.OccurredAt.In(rules.zone()).Format(time.DateOnly)
	}
	set(fields, "WhoId", activity.Target.WhoID)
	set(fields, "WhatId", activity.Target.WhatID)
	set(fields, "RecordTypeId", rules.RecordTypes[activity.Kind])
	if rules.KeyField != "" {
		fields[rules.KeyField] = key
	}
	return Payload{Object: "Task", Fields: fields}
}

func composeNote(activity outgoing, rules writeRules) Payload {
	title := fill(rules.templates().Title, activity)
	if strings.TrimSpace(title) == "" {
		title = "Sales Navigator note"
	}
	fields := map[string]string{
		"OwnerId": activity.OwnerID,
		"Title":   rules.cut("Note.Title", maxTitle, oneLine(title)),
		"Body":    rules.cut("Note.Body", maxDescription, plainText(activity.Body)),
	}
	set(fields, "ParentId", activity.Target.ParentID)
	return Payload{Object: "Note", Fields: fields}
}

// set leaves out an empty reference rather than sending an empty one.
func set(fields map[string]string, name, value string) {
	if value != "" {
		fields[name] = value
	}
}

func (r writeRules) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

func (r writeRules) status() string {
	if r.Status == "" {
		return statusCompleted
	}
	return r.Status
}

func (r writeRules) templates() Templates {
	if r.Templates.Subject == nil {
		return DefaultTemplates()
	}
	return r.Templates
}

func (r writeRules) subject(activity outgoing) string {
	filled := strings.TrimSpace(fill(r.templates().Subject[activity.Kind], activity))
	if !strings.Contains(filled, "Sales Navigator") {
		return strings.TrimSpace("Sales Navigator " + filled)
	}
	return filled
}

// description puts a call's start first, since a call has no date of its own (S126, decision 2).
func (r writeRules) description(activity outgoing) string {
	if activity.Kind != KindCall {
		return activity.Body
	}
	start := "Call started " + activity.OccurredAt.In(r.zone()).Format("2006-01-02 15:04 MST")
	if activity.Body == "" {
		return start
	}
	return start + "\n" + activity.Body
}

// fill puts an activity into a template. A subject that is empty becomes the other side's name.
func fill(template string, activity outgoing) string {
	subject := activity.Subject
	if strings.TrimSpace(subject) == "" {
		subject = "with " + activity.Person
		if activity.Person == "" {
			subject = activity.Kind.Label()
		}
	}
	return strings.NewReplacer(
		"{member}", activity.Member,
		"{person}", activity.Person,
		"{subject}", subject,
		"{kind}", activity.Kind.Label(),
	).Replace(template)
}

func (r writeRules) cut(field string, otherwise int, text string) string {
	limit := r.Lengths[field]
	if limit <= 0 {
		limit = otherwise
	}
	return cutText(text, limit)
}

// cutText shortens a text to at most limit UTF-16 units, which is how Salesforce counts, never
// inside a character, and shows the cut by an ellipsis.
func cutText(text string, limit int) string {
	if utf16Len(text) <= limit {
		return text
	}
	units, end := 0, 0
	for at, r := range text {
		width := utf16.RuneLen(r)
		if width < 0 {
			width = 1
		}
		if units+width > limit-1 {
			end = at
			break
		}
		units += width
	}
	return strings.TrimRight(text[:end], " \t\n") + "…"
}

func utf16Len(text string) int {
	if len(text) == utf8.RuneCountInString(text) {
		return len(text)
	}
	units := 0
	for _, r := range text {
		if width := utf16.RuneLen(r); width > 0 {
			units += width
		} else {
			units++
		}
	}
	return units
}

// oneLine makes a text fit for a field that is one line: white space becomes single blanks and
// control characters go.
func oneLine(text string) string {
	return strings.Join(strings.Fields(clean(text)), " ")
}

// plainText is a long text as Salesforce gives it back: LF line ends, no control
// characters, no white space around it. Comparing what was read back relies on it.
func plainText(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	return strings.TrimSpace(clean(text))
}

// clean drops control characters and bytes that are not UTF-8.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
}
