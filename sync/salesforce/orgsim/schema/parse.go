package schema

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// instantLayouts are the ways a dateTime may be written in a request.
var instantLayouts = []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.DateOnly}

// ParseInstant reads a dateTime as a request may write it.
func ParseInstant(text string) (time.Time, error) {
	for _, layout := range instantLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no dateTime", text)
}

// Parse reads the value of a field from its text, as CSV, JSON strings and the journal write it. An empty text is null.
func (f *Field) Parse(text string) (Value, error) {
	if text == "" {
		return Value{}, nil
	}
	switch f.Type {
	case TypeID, TypeRef:
		return ParseValue(text), nil
	case TypeBoolean:
		b, err := strconv.ParseBool(strings.ToLower(text))
		return Bool(b), err
	case TypeInt:
		n, err := strconv.ParseFloat(text, 64)
		if err == nil && (n != math.Trunc(n) || n < math.MinInt32 || n > math.MaxInt32) {
			err = fmt.Errorf("%q is no xsd:int", text)
		}
		return Int(int64(n)), err
	case TypeDouble, TypeCurrency, TypePercent:
		n, err := strconv.ParseFloat(text, 64)
		if err == nil && (math.IsNaN(n) || math.IsInf(n, 0)) {
			err = fmt.Errorf("%q is no xsd:double", text)
		}
		return Double(n), err
	case TypeDate:
		t, err := time.Parse(time.DateOnly, strings.TrimSuffix(text, "Z"))
		return Date(t), err
	case TypeDateTime:
		t, err := ParseInstant(text)
		return DateTime(t), err
	}
	return Text(text), nil
}
