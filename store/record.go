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

// SortName returns the form of a name that lists are sorted and searched by: in lower case, with single
// spaces, without accents, and with letters such as ł and ß spelled as people type them. Marks are taken
// from Latin, Greek, Cyrillic, Hebrew and Arabic letters only; elsewhere they are part of the letter.
func SortName(name string) string {
	if !isASCII(name) {
		name = withoutMarks(name)
	}
	return strings.Join(strings.Fields(strings.ToLower(name)), " ")
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// markedScripts are the scripts whose marks a reader leaves out when typing.
var markedScripts = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic}

// plainLetters spells the letters that have no decomposition.
var plainLetters = strings.NewReplacer("ł", "l", "Ł", "l", "ø", "o", "Ø", "o", "đ", "d", "Đ", "d", "ð", "d", "Ð", "d", "þ", "th", "Þ", "th",
	"ß", "ss", "ẞ", "ss", "æ", "ae", "Æ", "ae", "œ", "oe", "Œ", "oe", "ı", "i", "ħ", "h", "Ħ", "h")

func withoutMarks(name string) string {
	var b strings.Builder
	marked := false // the letter before may be freed of its marks
	for _, r := range norm.NFKD.String(name) {
		switch {
		case unicode.Is(unicode.Cf, r), marked && unicode.Is(unicode.Mn, r):
			continue
		case !unicode.IsMark(r):
			marked = unicode.In(r, markedScripts...)
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(plainLetters.Replace(b.String()))
}

var errPayload = errors.New("a record's payload is damaged")

// readPayload decodes a payload: pairs of length-prefixed texts, the names and values of fields that are not
// empty.
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
