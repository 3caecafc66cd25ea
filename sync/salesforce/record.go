package salesforce

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// Record is one record of a REST answer, field by field as it came. A name with dots, such as Owner.Name, reaches into
// related records. Field names are case-sensitive, as describe spells them.
type Record map[string]json.RawMessage

// raw finds the value of a path; nil when it is absent or null.
func (r Record) raw(path string) json.RawMessage {
	name, rest, nested := strings.Cut(path, ".")
	value := r[name]
	if bytes.Equal(value, []byte("null")) {
		return nil
	}
	if !nested {
		return value
	}
	var related Record
	if len(value) == 0 || json.Unmarshal(value, &related) != nil {
		return nil
	}
	return related.raw(rest)
}

// Text returns the value as a bulk result would write it, without NUL; "" for null.
func (r Record) Text(path string) string { return Text(r.value(path)) }

// Bool returns true when the value is true.
func (r Record) Bool(path string) bool { return bytes.Equal(r.raw(path), []byte("true")) }

// Time returns a dateTime or date in UTC; the zero time for null and for what is neither.
func (r Record) Time(path string) time.Time {
	value := r.value(path)
	if t, err := ParseDateTime(value); err == nil {
		return t
	}
	t, _ := ParseDate(value)
	return t
}

// Integer returns a whole number; 0 for null and for what is none.
func (r Record) Integer(path string) int64 {
	n, _, _ := ParseInteger(r.value(path))
	return n
}

// Row returns the values of the columns as a bulk result would write them, null as "", so that small results of REST
// and large ones of Bulk take the same way.
func (r Record) Row(columns []string) Row {
	row := make(Row, len(columns))
	for i, column := range columns {
		row[i] = r.value(column)
	}
	return row
}

// value returns the text of a scalar: strings unquoted, numbers and booleans as written.
func (r Record) value(path string) []byte {
	raw := r.raw(path)
	if len(raw) == 0 || raw[0] != '"' {
		return raw
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return nil
	}
	return []byte(text)
}
