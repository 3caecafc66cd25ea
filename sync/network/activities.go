package network

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
)

// ActivityFormat describes our own format for activities that no archive holds,
// for help pages. Its examples are read by a test.
const ActivityFormat = `Activities are read from a file of JSON lines (NDJSON): one object on each line, in UTF-8.

{"kind":"note","at":"2026-11-20T10:04:00+01:00","person":{"url":"https://www.linkedin.com/in/max"},"subject":"Visit","body":"Saw the line."}
{"kind":"call","id":"pbx-4711","at":"2026-11-20T11:00:00Z","person":{"first_name":"Ann","last_name":"Lee","company":"Alvabex"},"duration":"12m30s"}
{"kind":"note","at":"2026-11-20T12:00:00Z","company":{"domain":"alvabex.example","name":"Alvabex"},"body":"New plant in spring."}

kind          note, call, message, inmail or pointdrive
at            when, as RFC 3339 with a zone
person        url, or name, or first_name and last_name; also company, title, email
company       url of its page, or domain, or name; for notes only, instead of person
subject, body the texts; a note or message needs one of them
duration      of a call, such as 12m30s
conversation  a name that joins messages
attachments   a list of addresses
id            your own number: with it the activity stays the same one when it is read again with another text
`

// activityLine is one line of that format.
type activityLine struct {
	Kind         ActivityKind `json:"kind"`
	ID           string       `json:"id"`
	At           string       `json:"at"`
	Person       *personLine  `json:"person"`
	Company      *companyLine `json:"company"`
	Subject      string       `json:"subject"`
	Body         string       `json:"body"`
	Conversation string       `json:"conversation"`
	Duration     string       `json:"duration"`
	Attachments  []string     `json:"attachments"`
}

type personLine struct {
	URL       string `json:"url"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Name      string `json:"name"`
	Company   string `json:"company"`
	Title     string `json:"title"`
	Email     string `json:"email"`
}

type companyLine struct {
	URL    string `json:"url"`
	Domain string `json:"domain"`
	Name   string `json:"name"`
}

const hintActivity = "One JSON object a line, such as {\"kind\":\"note\",\"at\":\"2026-11-20T10:00:00Z\",\"person\":{\"url\":\"https://www.linkedin.com/in/…\"},\"body\":\"…\"}."

func (p *pass) activities() error {
	t, err := openText(p.source, p.reader.options.Limits)
	if err != nil {
		return err
	}
	defer t.Close()
	from, seen := bufio.NewReaderSize(t, 64<<10), make(occurrences)
	for line := 1; ; line++ {
		if err := p.context.Err(); err != nil {
			return err
		}
		t.record = t.total - int64(from.Buffered())
		text, err := readLine(from, p.reader.options.Limits.RecordBytes)
		if err != nil && !errors.Is(err, io.EOF) {
			return unreadable(p.source.Name(), err)
		}
		last := err != nil
		if strings.TrimSpace(text) != "" {
			activity, err := p.activity(text, line)
			if err != nil {
				return err
			}
			p.line = line
			if !seen.unique(activity) {
				p.skip(SkippedDuplicate)
			} else if !p.yield(Row{File: p.source.Name(), Line: line, Activity: activity}) {
				return nil
			}
		}
		if last {
			return nil
		}
	}
}

func (p *pass) activity(text string, line int) (*Activity, error) {
	var in activityLine
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&in)
	if err == nil && decoder.More() {
		err = errors.New("something follows the object")
	}
	if err != nil {
		_, column := jsonPlace([]byte(text), err)
		message := strings.TrimPrefix(err.Error(), "json: ")
		return nil, &Error{File: p.source.Name(), Line: line, Column: column, Message: message, code: CodeJSON, hint: hintActivity, cause: err}
	}
	wrong := func(code, format string, values ...any) error {
		return fault(p.source.Name(), line, code, hintActivity, format, values...)
	}
	at, err := time.Parse(time.RFC3339Nano, in.At)
	if err != nil {
		return nil, wrong(CodeDate, "the time \"at\" %q is not RFC 3339 with a zone", in.At)
	}
	a := &Activity{Kind: in.Kind, At: at.UTC(), Subject: in.Subject, Body: in.Body, Conversation: in.Conversation, Attachments: in.Attachments}
	switch in.Kind {
	case ActivityNote, ActivityCall, ActivityMessage, ActivityInMail, ActivityPointDrive:
	default:
		return nil, wrong(CodeValue, "there is no kind %q of activity; the kinds are note, call, message, inmail, pointdrive", in.Kind)
	}
	if in.Duration != "" {
		if a.Duration, err = time.ParseDuration(in.Duration); err != nil || a.Duration < 0 {
			return nil, wrong(CodeValue, "the duration %q is not like \"12m30s\"", in.Duration)
		}
	}
	if a.Body == "" && a.Subject == "" && in.Kind != ActivityCall && in.Kind != ActivityPointDrive {
		return nil, wrong(CodeRequired, "a %s needs a \"body\" or a \"subject\"", in.Kind)
	}
	if a.Person, a.Company, err = p.whom(in, wrong); err != nil {
		return nil, err
	}
	a.Key = p.activityKey(in, a)
	return a, nil
}

func (p *pass) activityKey(in activityLine, a *Activity) string {
	seat, whom := normalText(p.reader.options.Seat), ""
	if a.Person != nil {
		whom = a.Person.Key
	} else {
		whom = a.Company.Key
	}
	if in.ID != "" {
		return string(in.Kind) + "/" + digest(seat, "id", in.ID, whom)
	}
	return string(in.Kind) + "/" + digest(seat, "", a.At.Format(time.RFC3339Nano), whom, a.Subject, a.Body)
}

// whom reads the person or the company that an activity is with.
func (p *pass) whom(in activityLine, wrong func(code, format string, values ...any) error) (*Person, *Company, error) {
	switch {
	case in.Person != nil && in.Company != nil:
		return nil, nil, wrong(CodeValue, "an activity is with a \"person\" or a \"company\", not both")
	case in.Person == nil && in.Company == nil:
		return nil, nil, wrong(CodeRequired, "neither \"person\" nor \"company\" is given")
	case in.Company != nil && in.Kind != ActivityNote:
		return nil, nil, wrong(CodeValue, "only a note can be about a company; a %s is with a person", in.Kind)
	}
	if in.Company != nil {
		c := &Company{Name: in.Company.Name, Domain: NormalDomain(in.Company.Domain)}
		address, _, ok := NormalCompanyURL(in.Company.URL)
		if c.PageURL = address; !ok && in.Company.URL != "" {
			return nil, nil, wrong(CodeValue, "%q is no address of a company's page", in.Company.URL)
		}
		if c.PageURL == "" && c.Domain == "" && normalName(c.Name) == "" {
			return nil, nil, wrong(CodeRequired, "the company has neither \"url\" nor \"domain\" nor \"name\"")
		}
		c.Key = CompanyKey(c.PageURL, c.Domain, c.Name)
		return nil, c, nil
	}
	who := in.Person
	person := &Person{FirstName: who.FirstName, LastName: who.LastName, Name: who.Name, Company: who.Company, Title: who.Title, Email: who.Email}
	if person.FirstName == "" && person.LastName == "" {
		person.FirstName, person.LastName = splitName(who.Name)
	}
	if _, _, ok := NormalProfileURL(who.URL); !ok && who.URL != "" {
		return nil, nil, wrong(CodeValue, "%q is no address of a profile", who.URL)
	}
	p.identify(person, who.URL)
	if person.ProfileURL == "" && normalText(person.Name) == "" {
		return nil, nil, wrong(CodeRequired, "the person has neither \"url\" nor a name")
	}
	return person, nil, nil
}

// jsonOffset returns how many bytes were read before an error of
// encoding/json, or 0.
func jsonOffset(err error) int64 {
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return syntax.Offset
	case errors.As(err, &mistyped):
		return mistyped.Offset
	}
	return 0
}

// isActivities reports whether a file begins like JSON lines.
func isActivities(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(head, []byte("{"))
}
