package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// shadowSum is what a shadow run over everything that waits found, in place of the requests of the first ones.
type shadowSum struct {
	reading once
	found   crmsync.ShadowSummary
	ask     int
	at      time.Time
	front   bool // the sum is shown, not the requests
	top     int
	rows    int // lines that are seen
	lines   int // lines there are
}

// shadowSumMsg carries the sum.
type shadowSumMsg struct {
	owner *shadow
	ask   int
	sum   crmsync.ShadowSummary
	err   error
}

// summing looks at everything that waits; with many activities it takes a while, and leaving the screen ends it.
func (p *shadow) summing() tea.Cmd {
	p.sum.front, p.sum.top = true, 0
	p.sum.ask++
	ask, screen := p.sum.ask, p.screen
	return tea.Batch(p.sum.reading.begin(screen, p.Session), func() tea.Msg {
		sum, err := p.Services.Writeback.ShadowSum(screen)
		return shadowSumMsg{p, ask, sum, err}
	})
}

// take keeps the sum.
func (s *shadowSum) take(msg shadowSumMsg, now time.Time) {
	if msg.ask == s.ask && s.reading.end(msg.err) {
		s.found, s.at = msg.sum, now
	}
}

// scroll moves the lines by n.
func (s *shadowSum) scroll(n int) { s.top = max(0, min(s.top+n, s.lines-s.rows)) }

// Back leaves the sum for the requests.
func (p *shadow) Back() (tea.Cmd, bool) {
	was := p.sum.front
	p.sum.front = false
	return nil, was
}

// sumAction sums up everything that waits.
func (p *shadow) sumAction() Action {
	return Action{ID: "writeback.shadow.all", Act: crmsync.ActWritebackShadow, Keys: []string{"a"}, Group: "Decide", Name: "Writeback: shadow run over all that waits, summed up", Short: "sum of all", Verb: "run the shadow", Foot: true,
		Why: p.cannotRun, Do: p.summing, Shell: "crmsync writeback shadow --all"}
}

// sumLine says how writing everything would go.
func (p *shadow) sumLine() (left, right string) {
	s := &p.sum
	if s.lines > s.rows {
		right = "line " + number(s.top+1) + " of " + number(s.lines)
	}
	switch found := s.found; {
	case !s.reading.since.IsZero():
		return p.Theme.sign(StateRun, "looking at all that waits, sending nothing"), right
	case !s.reading.known:
		return "nothing is sent", right
	case found.Refused > 0:
		return p.Theme.sign(StateBad, count(found.Refused, "activity", "activities")+" the org would refuse"), right
	case found.Looked > 0:
		return p.Theme.sign(StateGood, "the org would take all of them"), right
	}
	return "nothing is sent", right
}

// sumView draws the sum, from the line it was moved to.
func (p *shadow) sumView(w, h int) []string {
	t, s := p.Theme, &p.sum
	note := "switches and opt-ins are shown, not obeyed"
	if s.reading.known {
		note = "checked " + s.at.Format("15:04:05")
	}
	lines := []string{t.heading("All that waits, summed up", note, w), ""}
	room := h - len(lines)
	switch {
	case !s.reading.known:
		s.lines = 0
		return append(lines, p.loading(s.reading, w, room)...)
	case s.found.Looked == 0:
		s.lines = 0
		return append(lines, "  "+t.sign(StateGood, "nothing is queued or held"))
	}
	all := p.sumLines(w)
	s.lines, s.rows = len(all), max(1, room)
	s.scroll(0)
	return append(lines, all[s.top:min(len(all), s.top+s.rows)]...)
}

func (p *shadow) sumLines(w int) []string {
	t, found := p.Theme, p.sum.found
	takes := "the org would take"
	if found.Unassigned > 0 {
		takes += ", " + number(found.Unassigned) + " of them unassigned"
	}
	lines := t.tally(StateOff, found.Looked, "queued or held", w)
	lines = append(lines, t.tally(StateGood, found.Fine, takes, w)...)
	if found.Refused > 0 {
		lines = append(lines, t.tally(StateBad, found.Refused, "the org would refuse", w)...)
	}
	lines = append(lines, t.tallied(StateBad, "What the org would refuse", found.Problems, w)...)
	lines = append(lines, t.tallied(StateWarn, "What is done otherwise than one may expect", found.Notes, w)...)
	return append(lines, t.tallied(StateOff, "What keeps them at present", found.Holds, w)...)
}

// tallied writes counts with what they count, under a title.
func (t *Theme) tallied(state State, title string, counts map[string]int, w int) []string {
	if len(counts) == 0 {
		return nil
	}
	lines := []string{"", " " + t.Strong.Render(cut(title, w-2))}
	for _, x := range crmsync.Tallies(counts) {
		lines = append(lines, t.tally(state, x.Count, x.Text, w)...)
	}
	return lines
}

// tally writes a count with what it counts.
func (t *Theme) tally(state State, n int, text string, w int) (lines []string) {
	lead := "  " + t.style(state).Render(t.mark(state)) + t.Text.Render(fitRight(figure(n, 9), 10)) + "  "
	for i, part := range wrap(clean(text), w-16) {
		if i > 0 {
			lead = spaces(width(lead))
		}
		lines = append(lines, lead+t.Quiet.Render(part))
	}
	return lines
}

// givenUp forgets runs that ended with the screen they were asked from: their answers never come.
func (p *shadow) givenUp(ctx context.Context) {
	p.show(ctx)
	p.since, p.sum.reading.since = time.Time{}, time.Time{}
}
