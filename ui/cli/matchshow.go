package cli

import (
	"fmt"
	"math"
	"strings"

	crmsync "crmsync/sync"
)

// waterfallWidth is how many characters the bars of the evidence take.
const waterfallWidth = 36

// printExplanation prints why a record has its member, or has none, as the console shows it.
func (a *app) printExplanation(x crmsync.Explanation) error {
	a.printf("%s %s  %s\n", x.Object, x.RecordID, printable(x.RecordName))
	if x.Badge != nil {
		a.printf("  Lightning  %s\n  Classic    %s\n", printable(x.Badge.Lightning), printable(x.Badge.Classic))
	}
	for _, f := range x.Contact {
		a.printf("  %-10s %s\n", printable(f.Name), printable(f.Value))
	}
	state := x.State
	if x.DecidedBy != "" {
		state += " by " + x.DecidedBy
	}
	if x.Member.ID == "" {
		a.printf("%s: %s\n", state, printable(x.Why))
		return nil
	}
	a.printf("= %s, %s  (%s)\n%s, score %s", printable(x.Member.Name), orDash(x.Member.Company), x.Member.ID, state, percent(x.Probability))
	a.printf(" (linked from %s, shown from %s)", percent(x.LinkedFrom), percent(x.ShownFrom))
	if x.RunnerUp.ID != "" {
		a.printf(", next best %s %s", printable(x.RunnerUp.Name), percent(x.RunnerUpScore))
	}
	a.printf("\n")
	if x.Why != "" {
		a.printf("%s\n", printable(x.Why))
	}
	a.printf("\n")
	if err := a.table([]string{"EVIDENCE", "LEVEL", "BITS", "", "CRM", "", "NETWORK"}, explanationRows(x)); err != nil {
		return err
	}
	if x.Stale {
		a.printf("\n! the record changed after a person decided\n")
	}
	for _, d := range x.Decisions {
		a.printf("%s  %s %s\n", when(d.At), printable(d.Who), printable(d.What))
	}
	return a.printCourt(x)
}

// printCourt lists the records that compete for the member, who has it and why, and how to give it to another.
func (a *app) printCourt(x crmsync.Explanation) error {
	if len(x.Rivals) == 0 {
		return nil
	}
	a.printf("\n%s for %s:\n", plural(len(x.Rivals)+1, "record"), printable(x.Member.Name))
	mark := func(holds bool) string {
		if holds {
			return "holds it"
		}
		return ""
	}
	live := x.State == "auto" || x.State == "accepted" || x.State == "overridden"
	rows := [][]string{{x.RecordID, x.RecordName, percent(x.Probability), mark(live), x.State, shorten(x.Why, 60)}}
	for _, r := range x.Rivals {
		rows = append(rows, []string{r.RecordID, r.Name, percent(r.Score), mark(r.Holds), r.State, shorten(r.Why, 60)})
	}
	if err := a.table([]string{"RECORD", "CRM", "SCORE", "", "STATE", "WHY"}, rows); err != nil {
		return err
	}
	a.printf("give it to another: crmsync match rematch RECORD %s\n", x.Member.ID)
	return nil
}

// explanationRows returns the prior, every piece of evidence and the total, with bars that run from where
// the row before ended, so that the total reads as where they end.
func explanationRows(x crmsync.Explanation) [][]string {
	low, high, at := math.Min(0, x.Prior), math.Max(0, x.Total), x.Prior
	for _, row := range x.Rows {
		at += row.Bits
		low, high = math.Min(low, at), math.Max(high, at)
	}
	bar := func(from, to float64) string {
		place := func(bits float64) int { return int(math.Round((bits - low) / (high - low) * waterfallWidth)) }
		start, end, mark := place(from), place(to), "█"
		if end < start {
			start, end, mark = end, start, "░"
		}
		return strings.Repeat(" ", start) + strings.Repeat(mark, max(end-start, 0))
	}
	if high == low {
		bar = func(float64, float64) string { return "" }
	}
	rows := [][]string{{"prior", "", fmt.Sprintf("%+.1f", x.Prior), "", "", "", ""}}
	at = x.Prior
	for _, row := range x.Rows {
		rows = append(rows, []string{row.Label, row.Level, fmt.Sprintf("%+.1f", row.Bits), bar(at, at+row.Bits), shorten(row.Record, 30), sideMark(row.Sides), shorten(row.Member, 30)})
		at += row.Bits
	}
	return append(rows, []string{"total", odds(x.Total), fmt.Sprintf("%+.1f", x.Total), "", "", "", ""})
}

func sideMark(sides string) string {
	switch sides {
	case "same":
		return "="
	case "alike":
		return "≈"
	case "differ":
		return "≠"
	}
	return ""
}

// odds says in words what so many bits of evidence mean.
func odds(bits float64) string {
	if bits < 0 {
		return fmt.Sprintf("%.0f to 1 against", math.Floor(math.Exp2(-bits)+1e-9))
	}
	return fmt.Sprintf("%.0f to 1 for", math.Floor(math.Exp2(bits)+1e-9))
}
