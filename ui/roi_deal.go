package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
	"crmsync/ui/report"
)

// roiDeal is one opportunity with every touch, and what each counts for.
type roiDeal struct {
	stage
	once
	deal    crmsync.ROIDeal
	touches []crmsync.ROITouch
	top     int
	fits    int
}

// roiDealMsg carries the touches.
type roiDealMsg struct {
	owner   *roiDeal
	deal    crmsync.ROIDeal
	touches []crmsync.ROITouch
	err     error
}

func newROIDeal(s *Session, deal crmsync.ROIDeal) *roiDeal {
	return &roiDeal{stage: stage{Session: s}, deal: deal}
}

// Title is the screen's name.
func (d *roiDeal) Title() string { return "ROI opportunity" }

// Show reads the touches.
func (d *roiDeal) Show(ctx context.Context) tea.Cmd {
	d.show(ctx)
	return d.load()
}

func (d *roiDeal) load() tea.Cmd {
	screen := d.screen
	return tea.Batch(d.begin(screen, d.Session), func() tea.Msg {
		deal, touches, err := d.Services.ROI.Deal(screen, d.deal.ID)
		return roiDealMsg{d, deal, touches, err}
	})
}

// Reading is how it stands with the opportunity.
func (d *roiDeal) Reading() reading { return d.once.of("the opportunity", d.load) }

// Update takes the touches.
func (d *roiDeal) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(roiDealMsg); ok && msg.owner == d && d.end(msg.err) {
		d.deal, d.touches = msg.deal, msg.touches
	}
	return nil
}

// Actions scroll and go back.
func (d *roiDeal) Actions() []Action {
	out := []Action{
		{ID: "roi.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "ROI: back to the opportunities", Short: "back", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return d.tell(popMsg{}) }},
	}
	out = append(out, d.opportunityActions("roi.deal", "ROI", func() string { return d.deal.ID })...)
	return append(out, strides("list", "List", "row", func() int { return d.fits }, func(n int) tea.Cmd {
		d.top = max(0, min(d.top+n, len(d.touches)-d.fits))
		return nil
	})...)
}

// Line counts the touches.
func (d *roiDeal) Line() (left, right string) {
	return "", count(len(d.touches), "touch", "touches")
}

// View draws the opportunity and its touches, the earliest first.
func (d *roiDeal) View(w, h int) string {
	t, x := d.Theme, d.deal
	value := "no value"
	if x.Value != nil {
		value = report.Amount(*x.Value, clean(x.Currency))
	}
	lines := []string{t.heading("ROI "+t.Crumb+" "+cut(clean(x.Name), w/2), countsAs(x), w),
		"  " + t.Text.Render(cut(clean(x.Result)+", "+value+", owner "+clean(x.OwnerName)+", created "+stamp(x.Created.In(d.now().Location()), d.now())+", closes "+clean(x.CloseDate), w-3)), ""}
	switch {
	case !d.once.known:
		return page(append(lines, d.loading(d.once, w, h-len(lines))...), w, h)
	case len(d.touches) == 0:
		return page(append(lines, "  "+t.Quiet.Render("nothing of the network touched it")), w, h)
	}
	seat := max(8, min(20, (w-52)/2))
	with := max(8, w-52-seat)
	lines = append(lines, t.Quiet.Render(cut("  "+fit("WHEN", 12)+fit("WHAT", 11)+fit("SEAT", seat)+fit("WITH", with)+"COUNTS", w)))
	d.fits = max(1, h-len(lines))
	d.top = max(0, min(d.top, len(d.touches)-d.fits))
	for _, touch := range d.touches[d.top:min(len(d.touches), d.top+d.fits)] {
		state, word := StateOff, "no: outside the windows"
		switch {
		case touch.Window == "sourced" && touch.First:
			state, word = StateGood, "as its source"
		case touch.Window == "sourced":
			state, word = StateOff, "before it, not the first"
		case touch.Window == "influenced":
			state, word = StateOn, "as an influence"
		}
		lines = append(lines, "  "+t.Faint.Render(fit(stamp(touch.At.In(d.now().Location()), d.now()), 12))+t.Text.Render(fit(clean(touch.Kind), 11)+fit(cut(clean(touch.By), seat-1), seat)+fit(cut(clean(touch.With), with-1), with))+t.sign(state, word))
	}
	return page(lines, w, h)
}
