package sync

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Period is a range of days: from the first on, and before To. Days are written as 2026-07-01.
type Period struct {
	From string `json:"from"`
	To   string `json:"before"`
}

var (
	quarterText = regexp.MustCompile(`^(\d{4})-?[Qq]([1-4])$`)
	monthText   = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	yearText    = regexp.MustCompile(`^\d{4}$`)
	rangeText   = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$`)
)

// ParsePeriod reads a quarter (2026-Q3), a month (2026-09), a year (2026) or the first and the last day
// (2026-07-01..2026-09-15). An empty text is the quarter of now.
func ParsePeriod(text string, now time.Time) (Period, error) {
	invalid := fault("usage.period", "For instance 2026-Q3, 2026-09, 2026 or 2026-07-01..2026-09-15.", "%q is no period", text)
	if text == "" {
		return monthsFrom(now.Year(), (int(now.Month())-1)/3*3+1, 3), nil
	}
	if m := quarterText.FindStringSubmatch(text); m != nil {
		return monthsFrom(atoi(m[1]), (atoi(m[2])-1)*3+1, 3), nil
	}
	if m := monthText.FindStringSubmatch(text); m != nil {
		if month := atoi(m[2]); month >= 1 && month <= 12 {
			return monthsFrom(atoi(m[1]), month, 1), nil
		}
		return Period{}, invalid
	}
	if yearText.MatchString(text) {
		return monthsFrom(atoi(text), 1, 12), nil
	}
	if m := rangeText.FindStringSubmatch(text); m != nil {
		from, errFrom := time.Parse(time.DateOnly, m[1])
		last, errLast := time.Parse(time.DateOnly, m[2])
		if errFrom == nil && errLast == nil && !last.Before(from) {
			return Period{m[1], last.AddDate(0, 0, 1).Format(time.DateOnly)}, nil
		}
	}
	return Period{}, invalid
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits) // the pattern has digits only
	return n
}

func monthsFrom(year, month, n int) Period {
	from := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	return Period{from.Format(time.DateOnly), from.AddDate(0, n, 0).Format(time.DateOnly)}
}

// days returns the two ends; a period that ParsePeriod did not make may have none.
func (p Period) days() (from, to time.Time) {
	from, _ = time.Parse(time.DateOnly, p.From)
	to, _ = time.Parse(time.DateOnly, p.To)
	return from, to
}

// months returns how many whole calendar months the period is, or 0.
func (p Period) months() int {
	from, to := p.days()
	if from.Day() != 1 || to.Day() != 1 {
		return 0
	}
	return (to.Year()-from.Year())*12 + int(to.Month()-from.Month())
}

// Shift returns the period n lengths later, or earlier: the next quarter for a quarter.
func (p Period) Shift(n int) Period {
	from, to := p.days()
	if months := p.months(); months > 0 {
		return monthsFrom(from.Year(), int(from.Month())+n*months, months)
	}
	length := int(to.Sub(from)/(24*time.Hour)) * n
	return Period{from.AddDate(0, 0, length).Format(time.DateOnly), to.AddDate(0, 0, length).Format(time.DateOnly)}
}

// String writes the period in the form that ParsePeriod reads.
func (p Period) String() string {
	from, to := p.days()
	switch months := p.months(); {
	case months == 3 && (from.Month()-1)%3 == 0:
		return fmt.Sprintf("%d-Q%d", from.Year(), (from.Month()-1)/3+1)
	case months == 1:
		return from.Format("2006-01")
	case months == 12 && from.Month() == 1:
		return from.Format("2006")
	}
	return p.From + ".." + to.AddDate(0, 0, -1).Format(time.DateOnly)
}
