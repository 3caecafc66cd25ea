package ui

import (
	"strings"
	"time"

	"crmsync/ui/report"

	crmsync "crmsync/sync"
)

// View draws the figures, the charts and the people, or why there are none.
func (r *roi) View(w, h int) string {
	t := r.Theme
	switch {
	case !r.may(crmsync.ActROIReport):
		return t.emptyPage(StateOff, "ROI reports are for admins", []string{"Ask an admin for one; crmsync roi report --html FILE writes it as a file."}, w, h)
	case crmsync.CodeOf(r.refused) == "roi.edition":
		return t.emptyPage(StateOff, "Not part of this contract's edition", []string{clean(r.refused.Error()) + ".", "", clean(crmsync.HintOf(r.refused))}, w, h)
	case crmsync.CodeOf(r.refused) == "roi.no_consent":
		return t.emptyPage(StateOff, "No consent is recorded", append([]string{"With the customer's approval, imported data may be used for reports on how the network sourced and influenced opportunities.",
			"", r.keyOf("roi.consent") + " records the consent once the customer has given it."}, r.lastConsent()...), w, h)
	case !r.once.known:
		return page(append([]string{t.heading("What the seats brought in", r.span(), w), ""}, r.loading(r.once, w, h-2)...), w, h)
	}
	lines := []string{t.heading("What the seats brought in", r.span(), w), ""}
	if r.report.Figures.Opportunities == 0 {
		return page(append(lines, "  "+t.Quiet.Render("no opportunity closes in "+r.period.String()+"; "+r.keyOf("roi.before")+" shows the period before")), w, h)
	}
	if h < lowPage {
		lines = append(lines[:1], r.fewCards(w)...)
	} else {
		lines = append(lines, r.cards(w)...)
	}
	if rest := h - len(lines); rest >= 14 {
		lines = append(lines, r.monthLines(w, min(12, rest-9))...)
	}
	if rest := h - len(lines); rest >= 16 {
		lines = append(lines, r.bandLines(w)...)
	}
	return page(append(lines, r.peopleLines(w, h-len(lines))...), w, h)
}

// lowPage is the height under which the people take the room of the counts.
const lowPage = 13

// fewCards are the four figures alone, a line each.
func (r *roi) fewCards(w int) []string {
	cards, _ := r.figures()
	return r.Theme.cardLines(cards, "", w)[:len(cards)]
}

// lastConsent says who took the consent back.
func (r *roi) lastConsent() []string {
	if r.consent.At.IsZero() {
		return nil
	}
	return []string{"", "taken back by " + clean(r.consent.By) + ", " + stamp(r.consent.At.In(r.now().Location()), r.now())}
}

// span is the period in words, and the currency shown.
func (r *roi) span() string {
	from, errFrom := time.Parse(time.DateOnly, r.period.From)
	to, errTo := time.Parse(time.DateOnly, r.period.To)
	text := r.period.String()
	if last := to.AddDate(0, 0, -1); errFrom == nil && errTo == nil && from.Day() == 1 && last.Year() == from.Year() && last.Month() != from.Month() {
		text = from.Format("Jan") + "–" + last.Format("Jan 2006")
	} else if errFrom == nil && last.Month() == from.Month() && from.Day() == 1 && to.Day() == 1 {
		text = from.Format("January 2006")
	}
	text += ", all teams"
	if now, _, ok := r.values(); ok && now.Currency != "" {
		text += ", " + clean(now.Currency)
		if n := len(r.report.Values); n > 1 {
			text += " (x: " + number(r.currency+1) + " of " + number(n) + ")"
		}
	}
	return text
}

// card is one figure with what it compares to.
type card struct{ name, figure, note string }

// figures are the four figures, and the counts they come from.
func (r *roi) figures() (cards []card, counts string) {
	f, before := r.report.Figures, r.report.Before
	now, was, valued := r.values()
	influenced, sourced := card{"Influenced", number(f.Influenced), ""}, card{"Sourced", number(f.Sourced), ""}
	if valued {
		influenced = card{"Influenced", report.Amount(now.Influenced, clean(now.Currency)), report.Change(now.Influenced.Float(), was.Influenced.Float(), clean(before.Period.String()))}
		sourced = card{"Sourced", report.Amount(now.Sourced, clean(now.Currency)), report.Change(now.Sourced.Float(), was.Sourced.Float(), clean(before.Period.String()))}
	}
	cards = []card{influenced, sourced, {"Win rate", report.Rate(f.With), report.Rate(f.Without) + " without"}, {"Cycle", report.Days(f.With), report.Days(f.Without) + " without"}}
	counts = number(f.Opportunities) + " opportunities: " + number(f.Won) + " won, " + number(f.Lost) + " lost, " + number(f.Open) + " open; sourced " + number(f.Sourced) +
		", influenced " + number(f.Influenced) + ", both " + number(f.Both) + "; by saves alone " + number(f.BySaves)
	return cards, counts
}

func (r *roi) cards(w int) []string {
	t := r.Theme
	cards, counts := r.figures()
	if w < 72 {
		return t.cardLines(cards, counts, w)
	}
	each := min(24, (w-2)/len(cards))
	row := func(text func(card) string) string {
		line := "  "
		for _, c := range cards {
			line += fit(cut(text(c), each-1), each)
		}
		return line
	}
	lines := []string{t.Quiet.Render(row(func(c card) string { return c.name })), t.Strong.Render(row(func(c card) string { return c.figure })),
		t.Quiet.Render(row(func(c card) string { return c.note }))}
	return append(append(lines, say(t.Faint, counts, w)...), "")
}

// cardLines are the figures below each other, for a narrow window: no figure is ever cut.
func (t *Theme) cardLines(cards []card, counts string, w int) []string {
	var lines []string
	for _, c := range cards {
		lines = append(lines, "  "+t.Quiet.Render(fit(c.name, 12))+t.Strong.Render(fit(c.figure, 20))+t.Quiet.Render(cut(c.note, w-36)))
	}
	return append(append(lines, say(t.Faint, counts, w)...), "")
}

// monthLines are what was won by month, in the currency shown, in at most room lines: the latest months.
func (r *roi) monthLines(w, room int) []string {
	t := r.Theme
	now, _, ok := r.values()
	var months []crmsync.ROIMonth
	most := 0.0
	for _, m := range r.report.Months {
		if ok && m.Currency == now.Currency {
			months = append(months, m)
			most = max(most, m.With.Float()+m.Without.Float())
		}
	}
	if most <= 0 || room < 3 {
		return nil
	}
	months = months[max(0, len(months)-room+2):]
	lines := []string{t.heading("Closed won by month", t.BarFull+" with activity  "+t.BarRest+" without", w)}
	wide := max(8, w-44)
	for _, m := range months {
		label := clean(m.Month)
		if day, err := time.Parse("2006-01", m.Month); err == nil {
			label = day.Format("Jan")
		}
		with, without := int(m.With.Float()/most*float64(wide)+.5), int(m.Without.Float()/most*float64(wide)+.5)
		without = min(without, wide-min(with, wide))
		bars := t.Good.Render(strings.Repeat(t.BarFull, max(0, min(with, wide)))) + t.Quiet.Render(strings.Repeat(t.BarRest, max(0, without)))
		lines = append(lines, "  "+t.Text.Render(fit(label, 5))+fit(bars, wide+1)+" "+t.Text.Render(cut(m.With.Text()+" + "+m.Without.Text(), 34)))
	}
	return append(lines, "")
}

func (r *roi) bandLines(w int) []string {
	t := r.Theme
	closed := r.report.Figures.With.Closed + r.report.Figures.Without.Closed
	lines := []string{t.heading("Win rate by number of activities", count(closed, "closed opportunity", "closed opportunities"), w)}
	for _, b := range r.report.Bands {
		rate, ok := crmsync.ROIClosing{Closed: b.Closed, Won: b.Won}.WinRate()
		lines = append(lines, "  "+t.Text.Render(fit(report.BandName(b), 12))+t.bar(rate, min(40, w-34), t.Info)+t.Text.Render(fitRight(report.Percent(rate, ok), 7))+"  "+t.Quiet.Render(count(b.Closed, "opp", "opps")))
	}
	return append(lines, "")
}

// peopleLines are the owners, those who won most first, scrolled to the cursor.
func (r *roi) peopleLines(w, room int) []string {
	t := r.Theme
	if room < 3 {
		return nil
	}
	name := max(14, min(30, w-59))
	value := 16
	if w < name+57 {
		value = 0 // an amount that is cut tells nothing
	}
	head := "  " + fit("PERSON", name) + fitRight("ACTIVITIES", 11) + fitRight("OPPS", 6) + fitRight("WON", 6) + fitRight("WITH", 7) + fitRight("WITHOUT", 9) + fitRight("WON VALUE", value)
	lines := []string{t.heading("By person", "those who won most first", w), t.Quiet.Render(cut(head, w))}
	r.fits = room - len(lines)
	r.top = max(min(r.top, r.cursor), r.cursor-r.fits+1, 0)
	now, _, _ := r.values()
	for i := r.top; i < min(len(r.report.People), r.top+r.fits); i++ {
		p := r.report.People[i]
		label := clean(p.Name)
		if p.Seat == "" {
			label = cut(label, name-10) + " (no seat)"
		}
		won := ""
		for _, v := range p.Values {
			if v.Currency == now.Currency && !v.Won.IsZero() {
				won = report.Amount(v.Won, clean(v.Currency))
			}
		}
		text := " " + fit(label, name) + fitRight(number(p.Figures.Activities), 11) + fitRight(number(p.Figures.Opportunities), 6) + fitRight(number(p.Figures.Won), 6) +
			fitRight(report.Rate(p.Figures.With), 7) + fitRight(report.Rate(p.Figures.Without), 9) + fitRight(won, value)
		lines = append(lines, t.row(t.Text.Render(text), w, i == r.cursor))
	}
	return lines
}
