package soql

import (
	"strconv"
	"strings"
	"time"
)

// literal reads one value.
func (p *parser) literal() (Literal, *Error) {
	t := p.peek()
	switch t.kind {
	case quoted:
		p.next++
		return Literal{Kind: LiteralText, Text: t.text, At: t.at}, nil
	case number:
		p.next++
		return p.numeric(t)
	case word:
		return p.named(t)
	}
	return Literal{}, p.unexpected()
}

func (p *parser) named(t token) (Literal, *Error) {
	switch strings.ToUpper(t.text) {
	case "NULL":
		p.next++
		return Literal{Kind: LiteralNull, Text: t.text, At: t.at}, nil
	case "TRUE", "FALSE":
		p.next++
		return Literal{Kind: LiteralBool, Text: t.text, Bool: strings.EqualFold(t.text, "true"), At: t.at}, nil
	}
	unit, ok := periods[strings.ToUpper(t.text)]
	if !ok {
		return Literal{}, p.unexpected()
	}
	p.next++
	period := Period{Name: strings.ToUpper(t.text)}
	if unit.counted {
		if err := p.expect(":"); err != nil {
			return Literal{}, err
		}
		n, err := p.wholeNumber()
		if err != nil {
			return Literal{}, err
		}
		period.Count = min(n, maxPeriod)
	}
	return Literal{Kind: LiteralPeriod, Text: t.text, Period: period, At: t.at}, nil
}

// dateLayouts are how a dateTime may be written. Fractions of a second are accepted by time.Parse by itself.
var dateLayouts = []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00"}

func (p *parser) numeric(t token) (Literal, *Error) {
	l := Literal{Text: t.text, At: t.at}
	if day, err := time.Parse(time.DateOnly, t.text); err == nil {
		l.Kind, l.Time = LiteralDate, day
		return l, nil
	}
	for _, layout := range dateLayouts {
		if instant, err := time.Parse(layout, strings.ToUpper(t.text)); err == nil {
			l.Kind, l.Time = LiteralDateTime, instant.UTC()
			return l, nil
		}
	}
	n, err := strconv.ParseFloat(t.text, 64)
	if err != nil || strings.ContainsAny(t.text, "xXpP_") {
		return l, ErrorAt("MALFORMED_QUERY", p.text, t.at, t.shown())
	}
	l.Kind, l.Number = LiteralNumber, n
	return l, nil
}

// Period is a named stretch of time.
type Period struct {
	Name  string
	Count int
}

// maxPeriod bounds n of LAST_N_DAYS:n, so that no date leaves the calendar.
const maxPeriod = 100_000

// unit says what a named period is made of: so many units after the one of today, lasting so many.
type unit struct {
	of      string // day, week, month, quarter, year
	from    int
	length  int
	counted bool // n units, back (sign -1) or ahead (1)
	sign    int
}

var periods = map[string]unit{
	"YESTERDAY": {of: "day", from: -1, length: 1}, "TODAY": {of: "day", length: 1}, "TOMORROW": {of: "day", from: 1, length: 1},
	"LAST_WEEK": {of: "week", from: -1, length: 1}, "THIS_WEEK": {of: "week", length: 1}, "NEXT_WEEK": {of: "week", from: 1, length: 1},
	"LAST_MONTH": {of: "month", from: -1, length: 1}, "THIS_MONTH": {of: "month", length: 1}, "NEXT_MONTH": {of: "month", from: 1, length: 1},
	"LAST_QUARTER": {of: "quarter", from: -1, length: 1}, "THIS_QUARTER": {of: "quarter", length: 1}, "NEXT_QUARTER": {of: "quarter", from: 1, length: 1},
	"LAST_YEAR": {of: "year", from: -1, length: 1}, "THIS_YEAR": {of: "year", length: 1}, "NEXT_YEAR": {of: "year", from: 1, length: 1},
	"LAST_90_DAYS": {of: "day", from: -90, length: 91}, "NEXT_90_DAYS": {of: "day", from: 1, length: 90},
	"LAST_N_DAYS": {of: "day", counted: true, sign: -1}, "NEXT_N_DAYS": {of: "day", counted: true, sign: 1},
	"LAST_N_WEEKS": {of: "week", counted: true, sign: -1}, "NEXT_N_WEEKS": {of: "week", counted: true, sign: 1},
	"LAST_N_MONTHS": {of: "month", counted: true, sign: -1}, "NEXT_N_MONTHS": {of: "month", counted: true, sign: 1},
	"LAST_N_QUARTERS": {of: "quarter", counted: true, sign: -1}, "NEXT_N_QUARTERS": {of: "quarter", counted: true, sign: 1},
	"LAST_N_YEARS": {of: "year", counted: true, sign: -1}, "NEXT_N_YEARS": {of: "year", counted: true, sign: 1},
}

// Range returns the first instant of the period and the first after it, seen from now in its time zone.
func (p Period) Range(now time.Time) (from, until time.Time) {
	u := periods[p.Name]
	start := begin(u.of, now)
	switch {
	case u.counted && u.sign < 0 && u.of == "day": // the last n days end with today
		return shift("day", start, -p.Count), shift("day", start, 1)
	case u.counted && u.sign < 0:
		return shift(u.of, start, -p.Count), start
	case u.counted:
		return shift(u.of, start, 1), shift(u.of, start, 1+p.Count)
	}
	return shift(u.of, start, u.from), shift(u.of, start, u.from+u.length)
}

// begin returns the first instant of the unit now lies in. Weeks begin on Sunday.
func begin(of string, now time.Time) time.Time {
	year, month, day := now.Date()
	switch of {
	case "week":
		day -= int(now.Weekday())
	case "month":
		day = 1
	case "quarter":
		month, day = month-(month-1)%3, 1
	case "year":
		month, day = time.January, 1
	}
	return time.Date(year, month, day, 0, 0, 0, 0, now.Location())
}

func shift(of string, t time.Time, n int) time.Time {
	switch of {
	case "day":
		return t.AddDate(0, 0, n)
	case "week":
		return t.AddDate(0, 0, 7*n)
	case "month":
		return t.AddDate(0, n, 0)
	case "quarter":
		return t.AddDate(0, 3*n, 0)
	}
	return t.AddDate(n, 0, 0)
}
