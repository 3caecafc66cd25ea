package ui

import (
	"context"

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
	rows   []crmsync.ROIDeal
	more   bool
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
	return &roiDeals{stage: stage{Session: s}, title: title, query: query}
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
		d.rows, d.more = msg.rows, msg.more
		d.cursor = max(0, min(d.cursor, len(d.rows)-1))
	}
	return nil
}

// Actions walk the opportunities and open one.
func (d *roiDeals) Actions() []Action {
	id := "OPPORTUNITY"
	if d.cursor < len(d.rows) {
		id = ShellWord(d.rows[d.cursor].ID)
	}
	out := []Action{
		{ID: "roi.deal", Keys: []string{"enter"}, Group: "Show", Name: "ROI: what touched this opportunity", Short: "touches", Foot: true, Why: d.noDeal, Do: d.open, Shell: "crmsync roi show " + id},
		{ID: "roi.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "ROI: back to the report", Short: "back", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return d.tell(popMsg{}) }},
		{ID: "roi.reload", Keys: []string{"R"}, Group: "Everywhere", Name: "ROI: read again", Short: "load again", Local: true, Do: d.load},
	}
	return append(out, strides("list", "List", "row", func() int { return d.fits }, func(n int) tea.Cmd {
		d.cursor = max(0, min(d.cursor+n, len(d.rows)-1))
		return nil
	})...)
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
