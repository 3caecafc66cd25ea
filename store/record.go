package store

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"
	"unicode"

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
		b = appendText(appendText(b, f.Name), f.Value)
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
