package schema

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// Kind says what a Value holds.
type Kind uint8

// The kinds of values a field can hold.
const (
	KindNull Kind = iota
	KindText
	KindID
	KindBool
	KindInt
	KindDouble
	KindDate
	KindDateTime
)

// Value is one field of one record. Its zero value is null, which is also what Salesforce keeps for an empty text.
// It is small and made without allocation, since a bulk export makes millions of them.
type Value struct {
	kind Kind
	bits uint64 // bool, int, double bits, days or milliseconds since 1970, or the number of an id
	text string // text, or the first six characters of an id
}

// Text returns a text value; an empty text is null.
func Text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{kind: KindText, text: s}
}

// ID returns the id of the n-th record whose ids begin with stem (see Stem).
func ID(stem string, n uint64) Value { return Value{kind: KindID, bits: n, text: stem} }

// Bool returns a boolean value.
func Bool(b bool) Value {
	if b {
		return Value{kind: KindBool, bits: 1}
	}
	return Value{kind: KindBool}
}

// Int returns an integer value (xsd:int).
func Int(n int64) Value { return Value{kind: KindInt, bits: uint64(n)} }

// Double returns a number, currency or percent value.
func Double(f float64) Value { return Value{kind: KindDouble, bits: math.Float64bits(f)} }

// Date returns the day of t in UTC; the zero time is null.
func Date(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	seconds := t.Unix()
	days := seconds / 86400
	if seconds%86400 < 0 {
		days--
	}
	return Value{kind: KindDate, bits: uint64(days)}
}

// DateTime returns the instant t to the second, as Salesforce keeps it; the zero time is null.
func DateTime(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	return Milliseconds(t.Unix() * 1000)
}

// Milliseconds returns the instant ms milliseconds after 1970.
func Milliseconds(ms int64) Value { return Value{kind: KindDateTime, bits: uint64(ms)} }

// Kind returns what v holds.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.kind == KindNull }

// IsTrue reports whether v is the boolean true.
func (v Value) IsTrue() bool { return v.kind == KindBool && v.bits == 1 }

// Float returns the number v holds, 0 if it holds none.
func (v Value) Float() float64 {
	switch v.kind {
	case KindDouble:
		return math.Float64frombits(v.bits)
	case KindInt:
		return float64(int64(v.bits))
	}
	return 0
}

// Number returns the integer v holds: of an int, an id (its number), a date (days) or a dateTime (milliseconds).
func (v Value) Number() int64 { return int64(v.bits) }

// Time returns the instant of a date or dateTime, the zero time for anything else.
func (v Value) Time() time.Time {
	switch v.kind {
	case KindDate:
		return time.Unix(int64(v.bits)*86400, 0).UTC()
	case KindDateTime:
		return time.UnixMilli(int64(v.bits)).UTC()
	}
	return time.Time{}
}

// String returns v as it stands in a CSV of the Bulk API, without quotes.
func (v Value) String() string {
	if v.kind == KindText {
		return v.text
	}
	return string(v.appendPlain(nil, "Z"))
}

// AppendCSV appends v as the Bulk API writes it: always quoted, quotes doubled, null as "", numbers as Java's
// Double.toString, dateTimes ending in Z.
func (v Value) AppendCSV(dst []byte) []byte {
	dst = append(dst, '"')
	if v.kind != KindText {
		return append(v.appendPlain(dst, "Z"), '"')
	}
	rest := v.text
	for {
		quote := strings.IndexByte(rest, '"')
		if quote < 0 {
			break
		}
		dst = append(append(dst, rest[:quote+1]...), '"')
		rest = rest[quote+1:]
	}
	return append(append(dst, rest...), '"')
}

// AppendJSON appends v as the REST API writes it: dateTimes end in +0000.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case KindNull:
		return append(dst, "null"...)
	case KindBool, KindInt, KindDouble:
		return v.appendPlain(dst, "")
	case KindText:
		return appendJSONText(dst, v.text)
	}
	return append(v.appendPlain(append(dst, '"'), "+0000"), '"')
}

// MarshalJSON writes v as the REST API does.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// appendJSONText quotes s without escaping <, > and &, as Salesforce does.
func appendJSONText(dst []byte, s string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return append(dst, `""`...)
	}
	return append(dst, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}

func (v Value) appendPlain(dst []byte, zone string) []byte {
	switch v.kind {
	case KindText:
		return append(dst, v.text...)
	case KindID:
		return appendID(dst, v.text, v.bits)
	case KindBool:
		return strconv.AppendBool(dst, v.bits == 1)
	case KindInt:
		return strconv.AppendInt(dst, int64(v.bits), 10)
	case KindDouble:
		return appendDouble(dst, math.Float64frombits(v.bits))
	case KindDate:
		return appendDay(dst, int64(v.bits))
	case KindDateTime:
		return append(appendInstant(dst, int64(v.bits)), zone...)
	}
	return dst
}

// appendDouble writes x as Java's Double.toString does: 35000.0, 9.5E8, 9.0E-4.
func appendDouble(dst []byte, x float64) []byte {
	if x == 0 {
		return append(dst, "0.0"...)
	}
	start := len(dst)
	if abs := math.Abs(x); abs >= 1e-3 && abs < 1e7 {
		dst = strconv.AppendFloat(dst, x, 'f', -1, 64)
		if bytes.IndexByte(dst[start:], '.') < 0 {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'E', -1, 64), "E")
	dst = append(dst, mantissa...)
	if !strings.Contains(mantissa, ".") {
		dst = append(dst, ".0"...)
	}
	n, _ := strconv.Atoi(exponent) // FormatFloat wrote it
	return strconv.AppendInt(append(dst, 'E'), int64(n), 10)
}

// civil returns the date of the day days after 1970-01-01 in the proleptic Gregorian calendar.
func civil(days int64) (year, month, day int64) {
	z := days + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	ofEra := z - era*146097
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	dayOfYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*shifted+2)/5 + 1
	month = shifted + 3
	if month > 12 {
		month -= 12
	}
	year = yearOfEra + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

func appendDay(dst []byte, days int64) []byte {
	year, month, day := civil(days)
	dst = appendDigits(dst, year, 4)
	dst = appendDigits(append(dst, '-'), month, 2)
	return appendDigits(append(dst, '-'), day, 2)
}

func appendInstant(dst []byte, ms int64) []byte {
	days := ms / 86_400_000
	if ms%86_400_000 < 0 {
		days--
	}
	rest := ms - days*86_400_000
	dst = append(appendDay(dst, days), 'T')
	dst = appendDigits(dst, rest/3_600_000, 2)
	dst = appendDigits(append(dst, ':'), rest/60_000%60, 2)
	dst = appendDigits(append(dst, ':'), rest/1000%60, 2)
	return appendDigits(append(dst, '.'), rest%1000, 3)
}

func appendDigits(dst []byte, n int64, width int) []byte {
	for scale := int64(math.Pow10(width - 1)); scale > 0; scale /= 10 {
		dst = append(dst, byte('0'+n/scale%10))
	}
	return dst
}

// Compare orders a and b as SOQL does: null first, numbers by size, text without regard to case, ids byte by byte.
func Compare(a, b Value) int {
	if a.kind == KindNull || b.kind == KindNull {
		return cmp.Compare(min(a.kind, 1), min(b.kind, 1))
	}
	switch {
	case a.kind == KindID && b.kind == KindID:
		return cmp.Or(strings.Compare(a.text, b.text), cmp.Compare(a.bits, b.bits))
	case a.kind == KindID || b.kind == KindID:
		return strings.Compare(Canonical(a.String()), Canonical(b.String()))
	case a.kind == KindText || b.kind == KindText:
		return compareFold(a.String(), b.String())
	case a.kind == KindDouble || b.kind == KindDouble:
		return cmp.Compare(a.Float(), b.Float())
	case a.kind != b.kind: // a date against a dateTime
		return a.Time().Compare(b.Time())
	}
	return cmp.Compare(int64(a.bits), int64(b.bits))
}

func compareFold(a, b string) int {
	if a == b || strings.EqualFold(a, b) {
		return 0
	}
	return strings.Compare(strings.ToLower(a), strings.ToLower(b))
}

// Stem returns the first six characters of an id.
func (v Value) Stem() string { return v.text }
