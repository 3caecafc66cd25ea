package ui

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// shadow is the part of Writeback that shows the exact requests of what is queued or held, with what the org
// would say against each field, and sends nothing.
type shadow struct {
	stage
	once
	items  []ShadowItem // those of all that the filter takes
	all    []ShadowItem
	filter *sieve
	ask    int
	at     time.Time
	cursor int
	top    int
	rows   int
	sum    shadowSum
}

// shadowMsg carries the requests.
type shadowMsg struct {
	owner *shadow
	ask   int
	items []ShadowItem
	err   error
}

// Show keeps what was read; reading asks the org, so it is done when asked for. A run under way goes on while its
// screen is in front.
func (p *shadow) Show(ctx context.Context) tea.Cmd {
	if p.screen == nil || p.screen.Err() != nil {
		p.givenUp(ctx)
	}
	return nil
}

func (p *shadow) run() tea.Cmd {
	p.sum.front = false
	p.ask++
	ask, screen := p.ask, p.screen
	return tea.Batch(p.begin(screen, p.Session), func() tea.Msg {
		items, err := p.Services.Writeback.Shadow(screen)
		return shadowMsg{p, ask, items, err}
	})
}

// Reading is how it stands with the run that is in front; it asks the org, but changes nothing.
func (p *shadow) Reading() reading {
	if p.sum.front {
		return p.sum.reading.of("the sum of all that waits", p.summing)
	}
	return p.once.of("the shadow run", p.run)
}

// Update takes the requests, and the sum.
func (p *shadow) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shadowMsg:
		if msg.owner == p && msg.ask == p.ask {
			if p.end(msg.err) {
				p.all, p.at = msg.items, p.now()
				p.sift()
			}
		}
	case shadowSumMsg:
		if msg.owner == p {
			p.sum.take(msg, p.now())
		}
	}
	return nil
}

// sift keeps the requests that the filter takes.
func (p *shadow) sift() {
	p.items = slices.DeleteFunc(slices.Clone(p.all), func(x ShadowItem) bool {
		_, now := outboxWord(x.State)
		return !p.filter.takes(clean(x.Kind), withWhom(x), now)
	})
	p.cursor = max(0, min(p.cursor, len(p.items)-1))
}

// Sieve is the filter of the requests; the sum has none.
func (p *shadow) Sieve() *sieve {
	if p.sum.front || !p.once.known {
		return nil
	}
	p.filter.ctx = func() context.Context { return p.screen }
	p.filter.reload = func() tea.Cmd { p.cursor, p.top = 0, 0; p.sift(); return nil }
	p.filter.few = func() bool { return len(p.all) == 0 }
	return p.filter
}

// Actions run it and walk.
func (p *shadow) Actions() []Action {
	out := []Action{
		{ID: "writeback.shadow", Act: crmsync.ActWritebackShadow, Keys: []string{"enter"}, Group: "Decide", Name: "Writeback: shadow run, send nothing", Short: "shadow run", Verb: "run the shadow", Foot: true, Why: p.cannotRun, Do: p.run, Shell: "crmsync writeback shadow"},
		p.sumAction(),
	}
	step := func(n int) tea.Cmd {
		if p.sum.front {
			p.sum.scroll(n)
			return nil
		}
		p.cursor = max(0, min(p.cursor+n, len(p.items)-1))
		return nil
	}
	if f := p.Sieve(); f != nil {
		out = append(append(out, f.action()), f.hits(step)...)
	}
	return append(out, strides("list", "List", "row", p.pageful, step)...)
}

// pageful is how far a page goes in what is in front.
func (p *shadow) pageful() int {
	if p.sum.front {
		return p.sum.rows - 1
	}
	return p.rows - 1
}

func (p *shadow) cannotRun() string {
	switch {
	case !p.since.IsZero(), !p.sum.reading.since.IsZero():
		return "a shadow run is under way"
	case p.Session.known && p.overview.Connected != ConnectedYes:
		return "not connected: " + p.placeOf("Connect") + " leads there"
	}
	return ""
}

// line counts what differs.
func (p *shadow) line() (left, right string) {
	if p.sum.front {
		return p.sumLine()
	}
	if len(p.items) > 0 {
		right = number(p.cursor+1) + " of " + number(len(p.items))
	}
	bad := 0
	for _, x := range p.items {
		if x.Differs > 0 {
			bad++
		}
	}
	switch {
	case !p.since.IsZero():
		return p.Theme.sign(StateRun, "composing, and asking the org what it takes"), right
	case bad > 0:
		return p.Theme.sign(StateBad, count(bad, "request", "requests")+" the org would refuse"), right
	case p.once.known && len(p.items) > 0:
		return p.Theme.sign(StateGood, "the org would take all of them"), right
	}
	return "nothing is sent", right
}

// view draws the list, and the request of the row under the cursor beside or below it.
func (p *shadow) view(w, h int) []string {
	if p.sum.front {
		return p.sumView(w, h)
	}
	t := p.Theme
	note := "switches and opt-ins are shown, not obeyed"
	if p.once.known {
		note = "checked " + p.at.Format("15:04:05")
	}
	lines := []string{t.heading("What would be written, exactly", note, w), ""}
	switch {
	case !p.once.known && !p.since.IsZero():
		return append(lines, p.loading(p.once, w, h-len(lines))...)
	case !p.once.known:
		lines = append(lines, say(t.Text, "A shadow run makes the requests of what is queued or held, holds them against the org's describe, and names every field that the org would refuse. It sends nothing.", w)...)
		if p.may(crmsync.ActWritebackShadow) {
			lines = append(lines, "", "  "+t.Key.Render(p.keyOf("writeback.shadow"))+t.Quiet.Render(" runs it for the first "+number(shadowShown)), "  "+t.Key.Render(p.keyOf("writeback.shadow.all"))+t.Quiet.Render(" sums up all that waits"))
		}
		return lines
	case len(p.items) == 0 && len(p.all) > 0:
		return append(lines, p.filter.noHit())
	case len(p.items) == 0:
		return append(lines, "  "+t.sign(StateGood, "nothing is queued or held"))
	}
	room := h - len(lines)
	if w >= sideBySide+10 { // both panes need their names whole
		left := w * 48 / 100
		right := w - left - 2
		return append(lines, beside(p.list(left, room), p.whole(p.request(right-1), room), t.Line.Render(t.Upright)+" ", left, right, room)...)
	}
	below := p.request(w)
	lines = append(lines, p.list(w, max(3, room-len(below)-1))...)
	return append(append(lines, ""), p.whole(below, h-len(lines)-1)...)
}

// withWhom is whose activity it is, and with whom.
func withWhom(x ShadowItem) string {
	if x.With == "" {
		return clean(x.Member)
	}
	return clean(x.Member) + " with " + clean(x.With)
}

func (p *shadow) list(w, h int) []string {
	t := p.Theme
	of := max(8, w-37)
	lines := []string{"   " + t.Quiet.Render(fit("ORG SAYS", 13)+fit("KIND", 11)+fit("WHO", of)+"NOW")}
	p.rows = max(1, min(len(p.items), h-1))
	p.top = max(0, min(p.top, len(p.items)-p.rows))
	p.top = max(min(p.top, p.cursor), p.cursor-p.rows+1)
	for i := p.top; i < min(p.top+p.rows, len(p.items)); i++ {
		x := p.items[i]
		state, word := StateGood, "takes it"
		if x.Differs > 0 {
			state, word = StateBad, count(x.Differs, "problem", "problems")
		}
		_, now := outboxWord(x.State)
		lines = append(lines, t.row("  "+fit(t.sign(state, word), 13)+t.Text.Render(fit(clean(x.Kind), 11)+fit(cut(withWhom(x), of-1), of))+t.Quiet.Render(cut(now, 9)), w, i == p.cursor))
	}
	return lines
}

// whole are the lines where they fit into h, and else as many as do, and how many more there are.
func (p *shadow) whole(lines []string, h int) []string {
	if len(lines) <= h || h < 1 {
		return lines
	}
	return append(slices.Clip(lines[:h-1]), "  "+p.Theme.Quiet.Render("… "+count(len(lines)-h+1, "more line", "more lines")+": a higher window shows them"))
}

// request is the request of the row under the cursor, field by field, with what the org says against each.
func (p *shadow) request(w int) []string {
	t := p.Theme
	if p.cursor >= len(p.items) {
		return nil
	}
	x := p.items[p.cursor]
	where := "to " + x.Object
	if x.Unassigned {
		where += ", unassigned"
	}
	lines := append([]string{t.heading(clean(x.Kind), where, w)}, p.remarks(x, w)...)
	for _, f := range x.Fields {
		mark, style := t.Good.Render(t.Same), t.Text
		if f.Problem != "" {
			mark, style = t.Bad.Render(t.Differ), t.Bad
		}
		value := clean(f.Value)
		if !p.seesPersonal() && (f.Name == "Description" || f.Name == "Body" || f.Name == "Subject" || f.Name == "Title") {
			value = "hidden for your role"
		}
		lines = append(lines, "  "+mark+" "+t.Quiet.Render(fit(f.Name, 14))+" "+style.Render(cut(value, w-20)))
		if f.Problem != "" {
			for _, part := range wrap("the org: "+clean(f.Problem), w-8) {
				lines = append(lines, "      "+t.Bad.Render(part))
			}
		}
	}
	return lines
}

// remarks are what holds for a request as a whole: they come first, lest they are cut off.
func (p *shadow) remarks(x ShadowItem, w int) []string {
	t := p.Theme
	var lines []string
	for _, problem := range x.Problems {
		for _, part := range wrap(t.Marks.Bad+" "+clean(problem), w-4) {
			lines = append(lines, "  "+t.Bad.Render(part))
		}
	}
	if x.Hold != "" {
		for _, part := range wrap("it would not go now: "+clean(x.Hold), w-4) {
			lines = append(lines, "  "+t.Warn.Render(part))
		}
	}
	for _, note := range x.Notes {
		for _, part := range wrap(clean(note), w-4) {
			lines = append(lines, "  "+t.Quiet.Render(part))
		}
	}
	return lines
}
