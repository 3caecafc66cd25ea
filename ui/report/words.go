// Package report writes ROI reports for people: as text for a terminal, as CSV and as one self-contained HTML file.
// It only says what the figures of package sync are; it computes none.
package report

import (
	"fmt"
	"strings"
	"unicode"

	crmsync "crmsync/sync"
)

// Percent writes a rate from 0 to 1, or a dash when there is none.
func Percent(rate float64, ok bool) string {
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%.0f %%", 100*rate)
}

// Rate writes a win rate, or a dash when nothing is closed.
func Rate(c crmsync.ROIClosing) string { return Percent(c.WinRate()) }

// Days writes a mean cycle time, or a dash when nothing was won.
func Days(c crmsync.ROIClosing) string {
	if c.Won == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f days", c.CycleDays)
}

// Amount writes a value with its currency; an org with one currency only has no code.
func Amount(m crmsync.Money, currency string) string {
	if currency == "" {
		return m.Text()
	}
	return Clean(currency) + " " + m.Text()
}

// All joins with and without: how the closed opportunities went altogether.
func All(f crmsync.ROIFigures) crmsync.ROIClosing {
	return crmsync.ROIClosing{Closed: f.With.Closed + f.Without.Closed, Won: f.With.Won + f.Without.Won}
}

// Change says how a value went on from the period before, or "" when there is nothing to compare with.
func Change(now, before float64, name string) string {
	switch {
	case before <= 0:
		return ""
	case now >= 10*before:
		return fmt.Sprintf("%.0f times %s", now/before, name)
	case now >= before:
		return fmt.Sprintf("up %.0f %% on %s", 100*(now-before)/before, name)
	}
	return fmt.Sprintf("down %.0f %% on %s", 100*(before-now)/before, name)
}

// valuesOf finds the sums of a currency; the zero value when there are none.
func valuesOf(values []crmsync.ROIValues, currency string) crmsync.ROIValues {
	for _, v := range values {
		if v.Currency == currency {
			return v
		}
	}
	return crmsync.ROIValues{Currency: currency}
}

// BandName says a band of activities: "none", "1 to 4", "15 or more".
func BandName(b crmsync.ROIBand) string {
	switch {
	case b.From == 0:
		return "none"
	case b.To == 0:
		return fmt.Sprintf("%d or more", b.From)
	}
	return fmt.Sprintf("%d to %d", b.From, b.To)
}

// bandRate is the win rate of a band.
func bandRate(b crmsync.ROIBand) (float64, bool) {
	return crmsync.ROIClosing{Closed: b.Closed, Won: b.Won}.WinRate()
}

// Clean returns a name without anything that could steer a terminal or turn the order of a line.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}

// consentLine says who recorded the consent.
func consentLine(c crmsync.ROIConsent) string {
	return "consent recorded by " + Clean(c.By) + " on " + c.At.Format("2 January 2006, 15:04 MST")
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
