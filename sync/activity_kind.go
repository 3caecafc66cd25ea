package sync

import (
	"strings"
	"time"
)

// Kind is one of the five activities that can be written back (S9).
type Kind string

// The five kinds. PointDrive is off unless the org has its record types.
const (
	KindInMail     Kind = "inmail"
	KindMessage    Kind = "message"
	KindCall       Kind = "call"
	KindNote       Kind = "note"
	KindPointDrive Kind = "pointdrive"
)

// Kinds lists every kind in the order in which screens show them.
func Kinds() []Kind {
	return []Kind{KindMessage, KindInMail, KindNote, KindCall, KindPointDrive}
}

// ParseKind returns the kind of that name; an error with the code "activity.kind" lists the names there are.
func ParseKind(name string) (Kind, error) {
	names := make([]string, 0, len(Kinds()))
	for _, kind := range Kinds() {
		if strings.EqualFold(string(kind), name) {
			return kind, nil
		}
		names = append(names, string(kind))
	}
	return "", fault("activity.kind", "Use one of: "+strings.Join(names, ", ")+".", "there is no kind of activity %q", name)
}

// Object is the Salesforce object a kind is written as: Note for notes, Task for the others (S77, S78).
func (k Kind) Object() string {
	if k == KindNote {
		return "Note"
	}
	return "Task"
}

// Label is the kind's name in a sentence.
func (k Kind) Label() string {
	switch k {
	case KindInMail:
		return "InMail"
	case KindMessage:
		return "Message"
	case KindCall:
		return "Call"
	case KindNote:
		return "Note"
	case KindPointDrive:
		return "PointDrive"
	}
	return string(k)
}

// RecordTypeName is the DeveloperName, in the LID namespace, of the record type that the
// managed package ships for the kind; empty where it ships none (calls) or where the
// object has no record types (notes).
func (k Kind) RecordTypeName() string {
	switch k {
	case KindInMail:
		return "InMail"
	case KindMessage:
		return "Message"
	case KindPointDrive:
		return "PointDrive_Presentation_Viewed"
	case KindCall, KindNote:
	}
	return ""
}

// NeedsRecordType reports whether the kind exists only in orgs that have its record type (decision 1).
func (k Kind) NeedsRecordType() bool { return k == KindPointDrive }

// AllowsAccount reports whether a company alone may be the target: notes only (S75).
func (k Kind) AllowsAccount() bool { return k == KindNote }

// connectedSince says since when a seat is connected with a person, as its own archive tells.
type connectedSince struct {
	Known bool      // the person is among the seat's connections
	On    time.Time // the day of Connected On; zero where the archive has none
}

// kindOfMessage tells an InMail from a message (S127, decision 23): a message goes to a person who
// was a connection of that very seat at the time sent. The archive gives a day, so the whole
// day counts as connected; a connection without a day counts as an old one.
func kindOfMessage(connection connectedSince, sent time.Time) Kind {
	if !connection.Known {
		return KindInMail
	}
	if connection.On.IsZero() {
		return KindMessage
	}
	day := connection.On.UTC().Truncate(24 * time.Hour)
	if sent.UTC().Before(day) {
		return KindInMail
	}
	return KindMessage
}
