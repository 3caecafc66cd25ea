package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	crmsync "crmsync/sync"
)

// number writes n with thousands marks.
func number[N int | int64](n N) string { return crmsync.Thousands(n) }

// figure is number within w columns: in thousands or millions where it does not fit, never cut.
func figure[N int | int64](n N, w int) string {
	text := number(n)
	for _, unit := range []string{"k", "M", "G"} {
		if len(text) <= w {
			break
		}
		n /= 1000
		text = number(n) + unit
	}
	return text
}

// money writes an amount that is kept as digits, with thousands marks and its currency.
func money(amount, currency string) string {
	whole, rest, fraction := strings.Cut(clean(amount), ".")
	if n, err := strconv.ParseInt(whole, 10, 64); err == nil {
		whole = number(n)
	}
	if fraction {
		whole += "." + rest
	}
	return strings.TrimSpace(clean(currency) + " " + whole)
}

// about writes a figure that is an estimate.
func about(n int64) string { return "~" + number(n) }

// count writes n and the word in its number: "1 match", "3 matches".
func count[N int | int64](n N, one, many string) string { return crmsync.Counted(n, one, many) }

// took writes how long something lasted.
func took(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Round(time.Second)/time.Second))
	case d < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d m %02d s", int(d/time.Minute), int(d%time.Minute/time.Second))
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d h %02d m", int(d/time.Hour), int(d%time.Hour/time.Minute))
}

// ago writes a past moment relative to now; only the header uses it.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d/time.Minute))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d/time.Hour))
	}
	return fmt.Sprintf("%d days ago", int(d/(24*time.Hour)))
}

// stamp writes a moment absolutely: the time today, else the day.
func stamp(t, now time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case sameDay(t, now):
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

// stampSeconds is stamp with the seconds, for the audit trail.
func stampSeconds(t, now time.Time) string {
	if sameDay(t, now) {
		return t.Format("15:04:05")
	}
	return stamp(t, now)
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}

// percent is the score shown for a probability: whole percents, rounded down, so that what is shown as 95
// is at least 95.
func percent(probability float64) int {
	return min(100, max(0, int(math.Floor(probability*100+1e-9))))
}

// band is the letter of a score: A from 95, B from 85, C from 70, D below.
func band(score int) string {
	switch {
	case score >= 95:
		return "A"
	case score >= 85:
		return "B"
	case score >= 70:
		return "C"
	}
	return "D"
}

// odds says in words what a total of evidence bits means, such as "10 to 1 for"; cut and not rounded, as the
// score beside it.
func odds(bits float64) string {
	side := "for"
	if bits < 0 {
		side, bits = "against", -bits
	}
	if bits < 0.05 {
		return "even odds"
	}
	times := math.Exp2(bits)
	switch {
	case times < 10:
		return strconv.FormatFloat(math.Floor(times*10+1e-9)/10, 'f', 1, 64) + " to 1 " + side
	case times < 1e6:
		return number(int64(math.Floor(times+1e-9))) + " to 1 " + side
	}
	return "over a million to 1 " + side
}

// oneIn says a prior in words, such as "1 in 16,384".
func oneIn(bits float64) string {
	if bits >= 0 {
		return odds(bits)
	}
	return "1 in " + number(int64(math.Floor(math.Exp2(min(-bits, 62))+1e-6)))
}
