package salesforce

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Wanted are the fields an import asks of an object.
type Wanted struct {
	Fields      []string // the object's own, in the order to be read
	Bookkeeping []string // read where the object has them: IsDeleted, SystemModstamp, MasterRecordId, …
}

// Selection is what can be read of an object: the wanted fields that describe shows to the user.
type Selection struct {
	Object     string
	Fields     []string // the SELECT list: Id first, each field once
	Hidden     []string // wanted but not shown: no access, or not in this org
	Lost       []string // hidden now and read last time: their old values are to be kept
	New        []string // read now and not last time: one full pass is due
	Refused    []string // wanted but of a type that Bulk does not give, such as an address
	Calculated []string // formulas: they change without moving the stamp and need a slow full pass
	Stamp      string   // the field windows go by; "" when the object has none: read it whole
	HasDeleted bool     // the object has IsDeleted
}

// notInBulk are the types a bulk query refuses.
var notInBulk = []string{"address", "location", "base64", "complexvalue", "json"}

// stamps in the order of preference: SystemModstamp moves with every change and cannot be back-dated.
var stamps = []string{"SystemModstamp", "LastModifiedDate", "CreatedDate"}

// Select joins what is wanted with what describe shows. previous is the SELECT list of the last run, nil at the first.
func Select(d *Describe, wanted Wanted, previous []string) (*Selection, error) {
	if !d.Queryable {
		return nil, fmt.Errorf("%s: %w: it is not queryable for the integration user", d.Name, ErrSelect)
	}
	if _, ok := d.Field("Id"); !ok {
		return nil, fmt.Errorf("%s: %w: it shows no Id", d.Name, ErrSelect)
	}
	s := &Selection{Object: d.Name, Fields: []string{"Id"}}
	for _, name := range wanted.Fields {
		if !s.add(d, name) {
			s.Hidden = append(s.Hidden, name)
		}
	}
	for _, name := range wanted.Bookkeeping {
		s.add(d, name)
	}
	for _, name := range stamps {
		if f, ok := d.Field(name); ok && f.Filterable {
			s.Stamp = name
			s.add(d, name)
			break
		}
	}
	_, s.HasDeleted = d.Field("IsDeleted")
	s.compare(wanted, previous)
	return s, nil
}

// add puts a field into the SELECT list and says whether the object shows it.
func (s *Selection) add(d *Describe, name string) bool {
	f, ok := d.Field(name)
	if !ok {
		return false
	}
	switch {
	case slices.Contains(notInBulk, strings.ToLower(f.Type)):
		if !slices.Contains(s.Refused, name) {
			s.Refused = append(s.Refused, name)
		}
	case !slices.Contains(s.Fields, name):
		s.Fields = append(s.Fields, name)
		if f.Calculated {
			s.Calculated = append(s.Calculated, name)
		}
	}
	return true
}

func (s *Selection) compare(wanted Wanted, previous []string) {
	if previous == nil {
		return
	}
	for _, name := range s.Fields {
		if !slices.Contains(previous, name) {
			s.New = append(s.New, name)
		}
	}
	for _, name := range previous {
		stillWanted := slices.Contains(wanted.Fields, name) || slices.Contains(wanted.Bookkeeping, name)
		if stillWanted && !slices.Contains(s.Fields, name) {
			s.Lost = append(s.Lost, name)
		}
	}
}

// Window returns the query for what changed in (after, until]. A zero after has no lower bound; without a stamp field
// the whole object is read. There is no ORDER BY and no LIMIT: both would switch off Salesforce's chunking.
func (s *Selection) Window(after, until time.Time) string {
	return where("SELECT "+strings.Join(s.Fields, ", ")+" FROM "+s.Object, s.span(after, until))
}

// All returns the query for the whole object.
func (s *Selection) All() string { return s.Window(time.Time{}, time.Time{}) }

// IDs returns the query for every Id of the object, for reconciliation.
func (s *Selection) IDs() string { return "SELECT Id FROM " + s.Object }

// IDPage is IDs for at most limit records after an Id, in the order of Ids.
func (s *Selection) IDPage(afterID string, limit int) (string, error) {
	return s.keyset(s.IDs(), nil, afterID, limit)
}

// CountCreated returns the query that counts the live records created by a moment; see Client.Count.
func (s *Selection) CountCreated(until time.Time) string {
	return "SELECT COUNT() FROM " + s.Object + " WHERE CreatedDate <= " + FormatDateTime(until)
}

// Page returns the query for at most limit records of the window (after, until] behind an Id, in the order of Ids: a
// very large window in bounded jobs. afterID "" is the beginning.
func (s *Selection) Page(afterID string, after, until time.Time, limit int) (string, error) {
	return s.keyset("SELECT "+strings.Join(s.Fields, ", ")+" FROM "+s.Object, s.span(after, until), afterID, limit)
}

func (s *Selection) keyset(soql string, conditions []string, afterID string, limit int) (string, error) {
	if afterID != "" {
		id, err := CaseSafeID(afterID)
		if err != nil {
			return "", fmt.Errorf("page of %s: %w", s.Object, err)
		}
		conditions = append(conditions, "Id > '"+id+"'")
	}
	return where(soql, conditions) + " ORDER BY Id LIMIT " + strconv.Itoa(limit), nil
}

// span returns the conditions of a window; a zero bound is none.
func (s *Selection) span(after, until time.Time) (conditions []string) {
	if s.Stamp == "" {
		return nil
	}
	if !after.IsZero() {
		conditions = append(conditions, s.Stamp+" > "+FormatDateTime(after))
	}
	if !until.IsZero() {
		conditions = append(conditions, s.Stamp+" <= "+FormatDateTime(until))
	}
	return conditions
}

func where(soql string, conditions []string) string {
	if len(conditions) == 0 {
		return soql
	}
	return soql + " WHERE " + strings.Join(conditions, " AND ")
}

const (
	// WindowLag is how far behind the server's clock a window ends: records are committed late, with older stamps.
	WindowLag = 5 * time.Minute
	// WindowOverlap is how far a window reaches back before the last one's end.
	WindowOverlap = 10 * time.Minute
)

// NewWindow returns the bounds (after, until] of the next window from the last one's end and the server's clock. A
// zero watermark means everything.
func NewWindow(watermark, server time.Time) (after, until time.Time) {
	if !watermark.IsZero() {
		after = watermark.Add(-WindowOverlap)
	}
	return after.UTC(), server.Add(-WindowLag).UTC()
}

// Quote writes a text as a SOQL string literal.
func Quote(text string) string {
	return "'" + soqlEscapes.Replace(text) + "'"
}

var soqlEscapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\b", `\b`, "\f", `\f`, "\x00", "")
