package network

import "time"

// Kind is a kind of file.
type Kind string

// The kinds of files. KindAuto stands for whatever [Detect] finds.
const (
	KindAuto        Kind = "auto"
	KindConnections Kind = "connections" // Connections.csv
	KindMessages    Kind = "messages"    // messages.csv
	KindInvitations Kind = "invitations" // Invitations.csv
	KindArchive     Kind = "archive"     // the .zip with all three
	KindPeople      Kind = "people"      // a list of people, any columns
	KindCompanies   Kind = "companies"   // a list of companies, any columns
	KindActivities  Kind = "activities"  // JSON lines of our own, see [Activity]
)

// Kinds returns all kinds, KindAuto first.
func Kinds() []Kind {
	return []Kind{KindAuto, KindConnections, KindMessages, KindInvitations, KindArchive, KindPeople, KindCompanies, KindActivities}
}

// ParseKind reads the name of a kind as a user types it.
func ParseKind(name string) (Kind, error) {
	var names []string
	for _, kind := range Kinds() {
		if string(kind) == name {
			return kind, nil
		}
		names = append(names, string(kind))
	}
	return "", fault("", 0, CodeKind, "Use one of the kinds named above.", "there is no kind %q of network file; the kinds are %s", name, quoteList(names))
}

// Row is one row of a file. Exactly one of the pointers is set. The row and
// what it points to belong to the receiver.
type Row struct {
	File string // the file, inside an archive the member's name
	Line int    // the first line of the row, from 1

	Person     *Person
	Company    *Company
	Activity   *Activity
	Invitation *Invitation
}

// Person is somebody in the network, as far as one row tells. Empty is not
// known.
type Person struct {
	Key string // who it is, see [PersonKey]

	FirstName, LastName, Name     string
	Headline, Title               string
	Company, CompanyURL           string // CompanyURL is normalised
	CompanyDomain                 string
	Email, Phone                  string
	ProfileURL                    string // normalised
	Street, City, State           string
	PostalCode, Country, Location string // Location is free text such as "Greater Leeds"
	Industry                      string

	Connected   bool       // a first-degree connection of the seat
	ConnectedOn time.Time  // the day, in UTC; zero if Connected but the day is not known
	Past        []Position // former jobs
}

// Position is a former job.
type Position struct{ Company, Title string }

// Company is a company in the network. Empty and 0 are not known.
type Company struct {
	Key string // which it is, see [CompanyKey]

	Name, Website, Domain, PageURL           string // PageURL is normalised
	Phone, Industry                          string
	Street, City, State, PostalCode, Country string

	Employees int
}

// ActivityKind is what the seat's member did.
type ActivityKind string

// The kinds of activities. A message from an archive may turn out to be an
// InMail: that depends on whether its recipient was a connection at the time,
// which the importer knows.
const (
	ActivityMessage    ActivityKind = "message"
	ActivityInMail     ActivityKind = "inmail"
	ActivityNote       ActivityKind = "note"
	ActivityCall       ActivityKind = "call"
	ActivityPointDrive ActivityKind = "pointdrive"
)

// Activity is one thing that the seat's member did with one person or company.
// A message to several people is one activity for each.
type Activity struct {
	// Key is the same whenever the activity is read again, from the same file
	// or from a newer archive.
	Key string

	Kind         ActivityKind
	At           time.Time // UTC
	Subject      string
	Body         string
	Conversation string
	Duration     time.Duration // of a call
	Attachments  []string

	Person  *Person  // whom it is with
	Company *Company // instead of Person, for notes on a company
}

// Invitation is an invitation to connect, sent or received by the seat.
type Invitation struct {
	At       time.Time
	Outgoing bool
	Message  string
	Person   *Person // the other side
}

// The reasons under which rows are counted in [Summary.Skipped].
const (
	SkippedReceived    = "received"     // a message that the seat received
	SkippedDraft       = "draft"        // a message that was not sent
	SkippedEmpty       = "empty"        // a message without text, subject or attachment
	SkippedSelf        = "self"         // a message of the seat to itself
	SkippedNoRecipient = "no_recipient" // the archive does not say to whom
	SkippedNoName      = "no_name"      // neither a name nor a profile: closed accounts
	SkippedDuplicate   = "duplicate"    // the same message a second time
	SkippedFile        = "file"         // a file of an archive that holds nothing for us
	SkippedDate        = "date"         // not the row, only its date, which cannot be read
	SkippedValue       = "value"        // not the row, only a number or address that cannot be read
)

// Column says what became of a column.
type Column struct{ Name, Field string } // Field is "" for a column that is not read

// Summary counts what one pass over a file found.
type Summary struct {
	Kind                                             Kind
	Rows, People, Companies, Activities, Invitations int
	Skipped                                          map[string]int      // by reason
	SkippedAt                                        map[string][]string // the first places of each reason: "line 5", in an archive "messages.csv line 5"
	Files                                            []string            // read from an archive
	Columns                                          []Column
	Own                                              string // profile of the seat found in the messages
}

// skippedPlaces is how many places of each reason a Summary names.
const skippedPlaces = 5

// skip counts a row that is left out, or a cell of it; place says where it stands, "" for a whole file.
func (s *Summary) skip(reason, place string) {
	if s.Skipped == nil {
		s.Skipped, s.SkippedAt = make(map[string]int), make(map[string][]string)
	}
	s.Skipped[reason]++
	if at := s.SkippedAt[reason]; place != "" && len(at) < skippedPlaces {
		s.SkippedAt[reason] = append(at, place)
	}
}
