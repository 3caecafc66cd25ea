package ui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
	"crmsync/ui/report"
)

// roiDeals are the opportunities behind a figure of a report; one of them opens with what touched it.
type roiDeals struct {
	stage
	once
	title  string
	query  crmsync.ROIDealQuery
	rows   []crmsync.ROIDeal // those of all that the filter takes
	all    []crmsync.ROIDeal
	more   bool
	filter *sieve
	cursor int
	top    int
	fits   int
}

// dealsShown is how many opportunities are read; the command line pages through all.
const dealsShown = 500

// roiDealsMsg carries the opportunities.
type roiDealsMsg struct {
	owner *roiDeals
	rows  []crmsync.ROIDeal
	more  bool
	err   error
}

func newROIDeals(s *Session, title string, query crmsync.ROIDealQuery) *roiDeals {
	query.Limit = dealsShown
	return &roiDeals{stage: stage{Session: s}, title: title, query: query, filter: newSieve(s)}
}

// Title is the screen's name.
func (d *roiDeals) Title() string { return "ROI opportunities" }

// Show reads the opportunities.
func (d *roiDeals) Show(ctx context.Context) tea.Cmd {
	d.show(ctx)
	if d.once.known {
		return nil
	}
	return d.load()
}

func (d *roiDeals) load() tea.Cmd {
	screen := d.screen
	return tea.Batch(d.begin(screen, d.Session), func() tea.Msg {
		rows, more, err := d.Services.ROI.Deals(screen, d.query)
		return roiDealsMsg{d, rows, more, err}
	})
}

// Reading is how it stands with the opportunities.
func (d *roiDeals) Reading() reading { return d.once.of("the opportunities", d.load) }

// Update takes the opportunities.
func (d *roiDeals) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(roiDealsMsg); ok && msg.owner == d && d.end(msg.err) {
		d.all, d.more = msg.rows, msg.more
		d.sift()
	}
	return nil
}

// sift keeps the opportunities that the filter takes.
func (d *roiDeals) sift() {
	d.rows = slices.DeleteFunc(slices.Clone(d.all), func(x crmsync.ROIDeal) bool {
		return !d.filter.takes(clean(x.Name), clean(x.OwnerName), x.CloseDate, x.Result, countsAs(x))
	})
	d.cursor = max(0, min(d.cursor, len(d.rows)-1))
}

// Sieve is the filter of what was read.
func (d *roiDeals) Sieve() *sieve {
	d.filter.ctx = func() context.Context { return d.screen }
	d.filter.reload = func() tea.Cmd { d.cursor = 0; d.sift(); return nil }
	d.filter.few = func() bool { return d.once.known && len(d.all) == 0 }
	d.filter.among = ""
	if d.more {
		d.filter.among = " among the first " + number(len(d.all))
	}
	return d.filter
}

// leave clears the filter, or else goes back to the report.
func (d *roiDeals) leave() tea.Cmd {
	if cmd, done := d.Sieve().back(); done {
		return cmd
	}
	return d.tell(popMsg{})
}

// Actions walk the opportunities and open one.
func (d *roiDeals) Actions() []Action {
	id := "OPPORTUNITY"
	if d.cursor < len(d.rows) {
		id = ShellWord(d.rows[d.cursor].ID)
	}
	out := []Action{
		{ID: "roi.deal", Keys: []string{"enter"}, Group: "Show", Name: "ROI: what touched this opportunity", Short: "touches", Foot: true, Why: d.noDeal, Do: d.open, Shell: "crmsync roi show " + id},
		{ID: "roi.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "ROI: back to the report", Short: "back", Foot: true, Local: true, Hidden: true, Do: d.leave},
		{ID: "roi.reload", Keys: []string{"R"}, Group: "Everywhere", Name: "ROI: read again", Short: "load again", Local: true, Do: d.load},
	}
	out = append(out, d.opportunityActions("roi.deals", "ROI", func() string {
		if d.cursor < len(d.rows) {
			return d.rows[d.cursor].ID
		}
		return ""
	})...)
	step := func(n int) tea.Cmd {
		d.cursor = max(0, min(d.cursor+n, len(d.rows)-1))
		return nil
	}
	out = append(append(out, d.Sieve().action()), d.Sieve().hits(step)...)
	return append(out, strides("list", "List", "row", func() int { return d.fits }, step)...)
}

func (d *roiDeals) noDeal() string {
	if d.cursor >= len(d.rows) {
		return "no opportunity is chosen"
	}
	return ""
}

func (d *roiDeals) open() tea.Cmd { return d.tell(pushMsg{newROIDeal(d.Session, d.rows[d.cursor])}) }

// Line says where one is.
func (d *roiDeals) Line() (left, right string) {
	if d.more {
		left = "the first " + number(len(d.rows)) + "; the rest: crmsync roi list " + d.query.Period.String()
	}
	if len(d.rows) > 0 {
		right = number(d.cursor+1) + " of " + number(len(d.rows))
	}
	return left, right
}

// View draws the opportunities.
func (d *roiDeals) View(w, h int) string {
	t := d.Theme
	if !d.once.known {
		return page(append([]string{t.heading("ROI "+t.Crumb+" "+d.title, d.query.Period.String(), w), ""}, d.loading(d.once, w, h-2)...), w, h)
	}
	owner, money, last := 0, 16, 10
	switch {
	case w >= 100:
		owner = 18
	case w < 76: // the activities are left out
		money, last = 13, 0
	}
	name := w - 35 - owner - money - last
	lines := []string{t.heading("ROI "+t.Crumb+" "+d.title, d.query.Period.String(), w), "",
		t.Quiet.Render(cut("  "+fit("OPPORTUNITY", name)+fit("OWNER", owner)+fit("CLOSES", 11)+fit("RESULT", 7)+fitRight("VALUE", money)+"  "+fit("COUNTS AS", 12)+fitRight("ACTIVITIES", last), w))}
	if len(d.rows) == 0 && len(d.all) > 0 {
		return page(append(lines, d.filter.noHit()), w, h)
	}
	if len(d.rows) == 0 {
		return page(append(lines, "  "+t.Quiet.Render("none in this period")), w, h)
	}
	d.fits = max(1, h-len(lines))
	d.top = max(min(d.top, d.cursor), d.cursor-d.fits+1, 0)
	for i := d.top; i < min(len(d.rows), d.top+d.fits); i++ {
		x := d.rows[i]
		value := ""
		if x.Value != nil {
			value = report.Amount(*x.Value, clean(x.Currency))
		}
		text := " " + fit(fit(clean(x.Name), name-1), name) + fit(fit(clean(x.OwnerName), owner-1), owner) + fit(clean(x.CloseDate), 11) + fit(clean(x.Result), 7) + fitRight(value, money) + "  " + fit(countsAs(x), 12) + fitRight(number(x.Activities), last)
		lines = append(lines, t.row(t.Text.Render(text), w, i == d.cursor))
	}
	return page(lines, w, h)
}

// countsAs says an opportunity's attribution in words.
func countsAs(d crmsync.ROIDeal) string {
	switch {
	case d.Sourced && d.Influenced:
		return "both"
	case d.Sourced:
		return "sourced"
	case d.Influenced:
		return "influenced"
	}
	return "neither"
}
