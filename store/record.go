package store

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/zeebo/xxh3"
	"golang.org/x/text/unicode/norm"
)

// FieldValue is one field of a record, as Salesforce's CSV wrote it.
type FieldValue struct{ Name, Value string }

// Record is one imported row. Empty fields are left out of Fields.
type Record struct {
	Object, ID string
	Modstamp   time.Time // SystemModstamp
	Deleted    bool
	MasterID   string // the survivor it was merged into, or ""
	ChangedRun string // the run that changed it last
	Fields     []FieldValue
}

// Get returns a field's text, or "".
func (r Record) Get(field string) string {
	for _, f := range r.Fields {
		if f.Name == field {
			return f.Value
		}
	}
	return ""
}

// Flag returns a checkbox field.
func (r Record) Flag(field string) bool { return r.Get(field) == "true" }

// prefixes are the first three characters of ids, by object.
var prefixes = map[string]string{
	"001": "Account", "003": "Contact", "005": "User", "006": "Opportunity", "00E": "UserRole", "00K": "OpportunityContactRole", "00Q": "Lead",
}

// ObjectOf returns the object that a Salesforce id belongs to, or "" when it is none of the seven.
func ObjectOf(id string) string {
	if len(id) != 15 && len(id) != 18 {
		return ""
	}
	return prefixes[id[:3]]
}

// SortName returns the form of a name that lists are sorted and searched by: without marks and case, and
// with single spaces.
func SortName(name string) string {
	ascii := true
	for i := range len(name) {
		if name[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if !ascii {
		name = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
				return -1
			}
			return r
		}, norm.NFKD.String(name))
	}
	return strings.Join(strings.Fields(strings.ToLower(name)), " ")
}

// appendPayload encodes fields as pairs of length-prefixed texts.
func appendPayload(b []byte, fields []FieldValue) []byte {
	for _, f := range fields {
		b = binary.AppendUvarint(b, uint64(len(f.Name)))
		b = append(b, f.Name...)
		b = binary.AppendUvarint(b, uint64(len(f.Value)))
		b = append(b, f.Value...)
	}
	return b
}

var errPayload = errors.New("a record's payload is damaged")

// readPayload decodes what appendPayload made.
func readPayload(b []byte) ([]FieldValue, error) {
	var all []FieldValue
	whole := string(b) // one allocation; the fields share it
	for at := 0; at < len(b); {
		var f FieldValue
		for _, part := range []*string{&f.Name, &f.Value} {
			n, size := binary.Uvarint(b[at:])
			if size <= 0 || uint64(len(b)-at-size) < n {
				return nil, errPayload
			}
			at += size
			*part = whole[at : at+int(n)]
			at += int(n)
		}
		all = append(all, f)
	}
	return all, nil
}

func hashOf(payload []byte, deleted bool, master string) int64 {
	h := xxh3.Hash(payload) ^ xxh3.HashString(master)
	if deleted {
		h = ^h
	}
	return int64(h)
}

// incoming is a row of an import, taken apart.
type incoming struct {
	id, master string
	modstamp   int64
	deleted    bool
	fields     []FieldValue
}

// shape says where an import's columns go.
type shape struct {
	object          Object
	fields          []string
	id, stamp       int
	deleted, master int   // -1 when the object has none
	kept            []int // positions of the fields that the payload keeps
	missing         []string
}

func newShape(object Object, fields []string) (shape, error) {
	s := shape{object: object, fields: fields, id: slices.Index(fields, "Id"), stamp: slices.Index(fields, "SystemModstamp"),
		deleted: slices.Index(fields, "IsDeleted"), master: slices.Index(fields, "MasterRecordId")}
	if s.stamp < 0 {
		s.stamp = slices.Index(fields, "LastModifiedDate")
	}
	if s.id < 0 || s.stamp < 0 {
		return s, &Error{code: "store.columns", message: "an import of " + object.Name + " needs the columns Id and SystemModstamp or LastModifiedDate"}
	}
	for i, f := range fields {
		if f != "Id" && f != "IsDeleted" && f != "MasterRecordId" && f != "SystemModstamp" {
			s.kept = append(s.kept, i)
		}
	}
	for _, f := range object.Fields {
		if f != "Id" && !slices.Contains(fields, f) {
			s.missing = append(s.missing, f)
		}
	}
	return s, nil
}

func (s shape) take(row []string) (incoming, error) {
	if len(row) != len(s.fields) {
		return incoming{}, &Error{code: "store.columns", message: "a row of " + s.object.Name + " has another number of columns than its header"}
	}
	stamp, err := parseStamp(row[s.stamp])
	if err != nil {
		return incoming{}, &Error{code: "store.value", message: s.object.Name + " " + row[s.id] + ": " + s.fields[s.stamp] + " " + row[s.stamp] + " is no dateTime", cause: err}
	}
	in := incoming{id: strings.Clone(row[s.id]), modstamp: stamp.UnixMilli()}
	if s.deleted >= 0 {
		in.deleted = row[s.deleted] == "true"
	}
	if s.master >= 0 {
		in.master = strings.Clone(row[s.master])
	}
	in.fields = make([]FieldValue, 0, len(s.kept))
	for _, i := range s.kept {
		if row[i] != "" {
			in.fields = append(in.fields, FieldValue{s.fields[i], strings.Clone(row[i])})
		}
	}
	return in, nil
}

// parseStamp reads a dateTime as Bulk writes it, "…T06:25:12.000Z", or as REST does, "…T06:25:12.000+0000".
func parseStamp(text string) (time.Time, error) {
	t, err := time.Parse("2006-01-02T15:04:05.999Z07:00", text)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05.999-0700", text)
	}
	return t.UTC(), err
}

func (in incoming) get(field string) string {
	for _, f := range in.fields {
		if f.Name == field {
			return f.Value
		}
	}
	return ""
}

// sortName is the name that lists of the object are sorted by.
func (in incoming) sortName(object Object) string {
	parts := make([]string, 0, 2)
	for _, f := range object.sortBy {
		if v := in.get(f); v != "" {
			parts = append(parts, v)
		}
	}
	return SortName(strings.Join(parts, " "))
}
