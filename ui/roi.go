package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// roi is what the network brought to the opportunities of a period, for those who may see it once consent is recorded.
type roi struct {
	stage
	period   crmsync.Period
	report   crmsync.ROIReport
	consent  crmsync.ROIConsent
	once           // of the report of the period
	refused  error // why there is no report, when that is no failure
	ask      int
	currency int // position of the currency shown
	cursor   int // of the people
	top      int
	fits     int
}

// roiMsg carries a report, or why there is none.
type roiMsg struct {
	owner   *roi
	ask     int
	report  crmsync.ROIReport
	consent crmsync.ROIConsent
	err     error
}

func newROI(s *Session) *roi {
	period, _ := crmsync.ParsePeriod("", s.now()) // the present quarter always is one
	return &roi{stage: stage{Session: s}, period: period}
}

// Title is the screen's name.
func (r *roi) Title() string { return "ROI" }

// Show makes the report anew: what it is made of may have changed.
func (r *roi) Show(ctx context.Context) tea.Cmd {
	r.show(ctx)
	return r.load()
}

func (r *roi) load() tea.Cmd {
	if !r.may(crmsync.ActROIReport) {
		return nil
	}
	r.ask++
	ask, screen, period := r.ask, r.screen, r.period
	return tea.Batch(r.begin(screen, r.Session), func() tea.Msg {
		consent, err := r.Services.ROI.Consent(screen)
		if err != nil {
			return roiMsg{owner: r, ask: ask, err: err}
		}
		report, err := r.Services.ROI.Report(screen, period)
		return roiMsg{r, ask, report, consent, err}
	})
}

// Reading is how it stands with the report.
func (r *roi) Reading() reading { return r.once.of("the report", r.load) }

// Update takes the report.
func (r *roi) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case roiMsg:
		if msg.owner == r && msg.ask == r.ask {
			r.take(msg)
			r.cursor = max(0, min(r.cursor, len(r.report.People)-1))
			r.currency = max(0, min(r.currency, len(r.report.Values)-1))
		}
	case actedMsg:
		if r.shown() {
			return r.load()
		}
	}
	return nil
}

// take keeps a report, or why there is none: without consent, or in another edition, nothing has failed.
func (r *roi) take(msg roiMsg) {
	r.refused = nil
	if code := crmsync.CodeOf(msg.err); code == "roi.edition" || code == "roi.no_consent" {
		r.refused, msg.err = msg.err, nil
	}
	if r.end(msg.err) {
		r.report, r.consent, r.once.known = msg.report, msg.consent, r.refused == nil
	}
}

// Actions choose the period and the currency, lead to the opportunities, and export.
func (r *roi) Actions() []Action {
	period := r.period.String()
	shift := func(n int) func() tea.Cmd {
		return func() tea.Cmd { r.period = r.period.Shift(n); r.once.known = false; return r.load() }
	}
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd { r.cursor = max(0, min(r.cursor+n, len(r.report.People)-1)); return nil }
	}
	turn, short := "on", "record consent"
	if r.consent.Given {
		turn, short = "off", "end consent"
	}
	list := "crmsync roi list " + period
	return []Action{
		{ID: "roi.before", Keys: []string{"left", "h"}, Group: "Move", Name: "ROI: the period before", Short: "period before", Local: true, Why: r.noReport, Do: shift(-1)},
		{ID: "roi.after", Keys: []string{"right", "l"}, Group: "Move", Name: "ROI: the period after", Short: "next period", Foot: true, Local: true, Why: r.noReport, Do: shift(1)},
		{ID: "roi.length", Keys: []string{"g"}, Group: "Show", Name: "ROI: month, quarter or year", Short: "length", Foot: true, Local: true, Why: r.noReport, Do: r.length},
		{ID: "roi.currency", Keys: []string{"x"}, Group: "Show", Name: "ROI: the next currency", Short: "currency", Local: true, Why: r.oneCurrency, Do: r.nextCurrency},
		{ID: "roi.person", Keys: []string{"enter"}, Group: "Show", Name: "ROI: the opportunities of this person", Short: "opportunities", Foot: true, Why: r.noPerson, Do: r.ofPerson, Shell: list + " --seat EMAIL"},
		{ID: "roi.sourced", Keys: []string{"s"}, Group: "Show", Name: "ROI: the sourced opportunities", Short: "sourced", Foot: true, Why: r.noReport, Do: r.deals("Sourced", crmsync.ROIDealQuery{Attribution: "sourced"}), Shell: list + " --attribution sourced"},
		{ID: "roi.influenced", Keys: []string{"i"}, Group: "Show", Name: "ROI: the influenced opportunities", Short: "influenced", Foot: true, Why: r.noReport, Do: r.deals("Influenced", crmsync.ROIDealQuery{Attribution: "influenced"}), Shell: list + " --attribution influenced"},
		{ID: "roi.neither", Keys: []string{"t"}, Group: "Show", Name: "ROI: the opportunities that are neither", Short: "neither", Why: r.noReport, Do: r.deals("Neither", crmsync.ROIDealQuery{Attribution: "neither"}), Shell: list + " --attribution neither"},
		{ID: "roi.export", Act: crmsync.ActROIReport, Keys: []string{"e"}, Group: "Out", Name: "ROI: export as HTML and CSV", Short: "export", Foot: true, Why: r.noExport, Do: r.export, Shell: "crmsync roi report " + period + " --html FILE --csv FILE"},
		{ID: "roi.definitions", Keys: []string{"D"}, Group: "Show", Name: "ROI: the definitions", Short: "definitions", Local: true, Why: r.noReport, Do: r.definitions},
		{ID: "roi.consent", Act: crmsync.ActROIConsent, Keys: []string{"c"}, Group: "Decide", Name: "ROI: " + short, Short: short, Foot: !r.consent.Given, Why: r.noConsent, Do: r.askConsent, Shell: "crmsync roi consent " + turn},
		{ID: "roi.reload", Keys: []string{"R"}, Group: "Everywhere", Name: "ROI: make it again", Short: "load again", Local: true, Do: r.load},
		{ID: "list.up", Keys: []string{"up", "k"}, Group: "Move", Name: "List: row up", Short: "row up", Local: true, Hidden: true, Do: move(-1)},
		{ID: "list.down", Keys: []string{"down", "j"}, Group: "Move", Name: "List: row down", Short: "row down", Local: true, Hidden: true, Do: move(1)},
	}
}

func (r *roi) noReport() string {
	if !r.once.known {
		return "there is no report"
	}
	return ""
}

func (r *roi) noPerson() string {
	if r.once.known && len(r.report.People) == 0 {
		return "no opportunity closes in the period"
	}
	return r.noReport()
}

func (r *roi) oneCurrency() string {
	if r.once.known && len(r.report.Values) < 2 {
		return "all values are in one currency"
	}
	return r.noReport()
}

func (r *roi) noExport() string {
	if r.Actor.Via == "ssh" {
		return "the file would be on the other machine: ssh HOST crmsync roi report --html - > roi.html"
	}
	return r.noReport()
}

func (r *roi) noConsent() string {
	if crmsync.CodeOf(r.refused) == "roi.edition" {
		return "ROI reports are part of the Enterprise edition: " + r.placeOf("Settings")
	}
	return ""
}

// length goes from the quarter to the year, from there to the month, and back.
func (r *roi) length() tea.Cmd {
	from := r.period.From
	text := from[:4]
	switch name := r.period.String(); {
	case strings.Contains(name, "Q"):
	case len(name) == len("2026"):
		text = from[:7]
	default:
		text = ""
	}
	within, _ := time.Parse(time.DateOnly, from)    // periods begin with a day
	r.period, _ = crmsync.ParsePeriod(text, within) // a year, a month, or the quarter of that day
	r.once.known = false
	return r.load()
}

func (r *roi) nextCurrency() tea.Cmd {
	r.currency = (r.currency + 1) % len(r.report.Values)
	return nil
}

// deals opens the opportunities that a query chooses.
func (r *roi) deals(title string, query crmsync.ROIDealQuery) func() tea.Cmd {
	return func() tea.Cmd {
		query.Period = r.period
		return r.tell(pushMsg{newROIDeals(r.Session, title, query)})
	}
}

func (r *roi) ofPerson() tea.Cmd {
	person := r.report.People[r.cursor]
	return r.deals("Of "+clean(person.Name), crmsync.ROIDealQuery{Owner: person.Owner})()
}

func (r *roi) export() tea.Cmd {
	report := r.report
	return func() tea.Msg {
		files, err := r.Services.ROI.Export(r.ctx, report)
		return actedMsg{text: "Wrote " + files, err: err, what: "export the report"}
	}
}

func (r *roi) definitions() tea.Cmd {
	return r.tell(openMsg{&notice{Session: r.Session, title: "Definitions", lines: func(w int) []string {
		var lines []string
		for _, definition := range r.report.Definitions {
			for i, line := range wrap(clean(definition), w-2) {
				lead := "  "
				if i == 0 {
					lead = "- "
				}
				lines = append(lines, r.Theme.Text.Render(lead+line))
			}
		}
		return lines
	}}})
}

// askConsent asks before the consent is recorded or taken back: it is the customer's, not the admin's own.
func (r *roi) askConsent() tea.Cmd {
	given := !r.consent.Given
	title, yes, done := "Record the customer's consent", "Record consent", "Consent to ROI reports recorded."
	lines := []string{"The customer agrees that imported data is analysed for ROI reports.", "Your name and the time are recorded with it.", "It can be taken back at any time; then no report is made."}
	if !given {
		title, yes, done = "Take the consent back", "Take back", "Consent to ROI reports taken back."
		lines = []string{"No ROI report is made from then on.", "Files that were exported before are not reached."}
	}
	return r.tell(openMsg{&confirm{Session: r.Session, title: title, yes: yes,
		lines: func(w int) []string {
			var out []string
			for _, line := range lines {
				out = append(out, wrap(line, w)...)
			}
			return out
		},
		do: func() tea.Cmd {
			return r.act("change the consent", done, func(ctx context.Context) (string, error) {
				return r.Services.ROI.SetConsent(ctx, given)
			})
		}}})
}

// Line says what the values are, and the period.
func (r *roi) Line() (left, right string) {
	right = r.period.String()
	if !r.once.known {
		return "", right
	}
	return "value from Opportunity." + clean(r.report.Revenue) + "; " + r.keyOf("roi.definitions") + " shows the definitions", right
}

// values are the sums of the currency shown, now and in the period before; ok is false when nothing has a value.
func (r *roi) values() (now, before crmsync.ROIValues, ok bool) {
	if r.currency >= len(r.report.Values) {
		return now, before, false
	}
	now = r.report.Values[r.currency]
	at := slices.IndexFunc(r.report.Before.Values, func(v crmsync.ROIValues) bool { return v.Currency == now.Currency })
	if at >= 0 {
		before = r.report.Before.Values[at]
	}
	return now, before, true
}
