package salesforce

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Row is one row of a result: raw values in the order of the columns, "" for null. Salesforce does not tell null and
// empty text apart, and a NUL in a text is passed through.
type Row [][]byte

// Text returns a copy of a value without NUL bytes.
func (r Row) Text(i int) string { return Text(r[i]) }

// Clone returns a copy that stays valid when the reader goes on.
func (r Row) Clone() Row {
	size := 0
	for _, v := range r {
		size += len(v)
	}
	buffer, row := make([]byte, 0, size), make(Row, len(r))
	for i, v := range r {
		start := len(buffer)
		buffer = append(buffer, v...)
		row[i] = buffer[start:len(buffer):len(buffer)]
	}
	return row
}

// Text returns a copy of a value without NUL bytes, which databases and terminals do not bear.
func Text(value []byte) string {
	if bytes.IndexByte(value, 0) < 0 {
		return string(value)
	}
	return string(bytes.ReplaceAll(value, []byte{0}, nil))
}

// errValue is the kind of all value errors. The value itself stays out of the text: it may be personal data.
var errValue = errors.New("not a Salesforce value")

// dateTimes are the forms seen: Bulk writes Z, REST +0000; the colon form is ISO's.
var dateTimes = [...]string{"2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999Z07:00"}

// ParseDateTime reads a dateTime of Bulk (…Z) or REST (…+0000) and returns it in UTC; "" is the zero time.
func ParseDateTime[T string | []byte](value T) (time.Time, error) {
	if len(value) == 0 {
		return time.Time{}, nil
	}
	text := string(value)
	for _, form := range dateTimes {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%w: dateTime", errValue)
}

// FormatDateTime writes a dateTime as a SOQL literal: UTC with milliseconds and Z, never an offset, whose plus sign a
// URL would turn into a space.
func FormatDateTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// ParseDate reads a date as midnight UTC; "" is the zero time.
func ParseDate[T string | []byte](value T) (time.Time, error) {
	if len(value) == 0 {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, string(value))
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: date", errValue)
	}
	return t, nil
}

// ParseNumber reads a number, which Salesforce writes as Java does: 35000.0, 9.5E8. ok is false for "".
func ParseNumber[T string | []byte](value T) (number float64, ok bool, err error) {
	if len(value) == 0 {
		return 0, false, nil
	}
	number, err = strconv.ParseFloat(string(value), 64)
	if err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		return 0, false, fmt.Errorf("%w: number", errValue)
	}
	return number, true, nil
}

// ParseInteger reads a whole number, which standard integer fields sometimes write as 3.0. ok is false for "".
func ParseInteger[T string | []byte](value T) (number int64, ok bool, err error) {
	if len(value) == 0 {
		return 0, false, nil
	}
	if number, err = strconv.ParseInt(string(value), 10, 64); err == nil {
		return number, true, nil
	}
	f, _, err := ParseNumber(value)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return 0, false, fmt.Errorf("%w: whole number", errValue)
	}
	return int64(f), true, nil
}

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

// CaseSafeID returns the 18-character form of a 15- or 18-character record id. The three letters added tell which of
// the 15 are capitals; an id of 18 whose letters disagree is refused.
func CaseSafeID(id string) (string, error) {
	if len(id) != 15 && len(id) != 18 {
		return "", fmt.Errorf("%w: record id of %d characters", errValue, len(id))
	}
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return "", fmt.Errorf("%w: record id", errValue)
		}
	}
	full := id[:15] + idSuffix(id)
	if len(id) == 18 && !strings.EqualFold(id[15:], full[15:]) {
		return "", fmt.Errorf("%w: record id", errValue)
	}
	return full, nil
}

func idSuffix(id string) string {
	var suffix [3]byte
	for block := range 3 {
		bits := 0
		for i := range 5 {
			if c := id[block*5+i]; c >= 'A' && c <= 'Z' {
				bits |= 1 << i
			}
		}
		suffix[block] = idAlphabet[bits]
	}
	return string(suffix[:])
}
