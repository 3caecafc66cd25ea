package ui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// runLines is the table of the last import, or of the one that runs.
func (h *home) runLines(w, room int) []string {
	t, run := h.Theme, h.overview.Run
	now := h.now()
	note := ""
	switch {
	case run.Running:
		note = "started " + stamp(run.Started.In(now.Location()), now)
	case run.Broken:
		note = "broken off: its process has died"
	case !run.Ended.IsZero():
		note = "ended " + stamp(run.Ended.In(now.Location()), now) + ", took " + took(run.Ended.Sub(run.Started))
	}
	if h.overview.SyncedAt.IsZero() && len(run.Objects) == 0 && !h.running.running {
		return append(h.firstLines(w), h.problemLines(w)...)
	}
	lines := []string{t.heading("Last sync", note, w)}
	lines = append(lines, h.problemLines(w)...)
	if len(run.Objects) > 0 {
		lines = append(lines, h.runHeader(w))
	}
	for _, o := range run.Objects {
		lines = append(lines, h.runRow(o, w))
	}
	if h.running.running && room-len(lines) >= 3 {
		lines = append(lines, "")
		lines = append(lines, h.progressLines(w)...)
	}
	return lines
}

// problemMost is how many lines the reason of a run that did not end well may take.
const problemMost = 3

// problemLines say why the last import did not end well, and what to do.
func (h *home) problemLines(w int) []string {
	if h.overview.Run.Problem == "" || h.running.running {
		return nil
	}
	lines := wrap(clean(h.overview.Run.Problem), w-4)
	if len(lines) > problemMost {
		lines = append(lines[:problemMost-1], cut(strings.Join(lines[problemMost-1:], " "), w-4))
	}
	for i, line := range lines {
		if i == 0 {
			lines[i] = "  " + h.Theme.sign(StateBad, line)
			continue
		}
		lines[i] = "    " + h.Theme.Bad.Render(line)
	}
	return lines
}

// runWidths are the columns after the object's name that fit into w.
func runWidths(w int) (counts, details bool) { return w >= 72, w >= sideBySide }

func (h *home) runHeader(w int) string {
	counts, details := runWidths(w)
	cells := []string{fit("OBJECT", 12), fitRight("RECORDS", 8), fitRight("MATCHED", 8), spaces(10)}
	if counts {
		cells = append(cells, fitRight("NEW", 6), fitRight("CHANGED", 7))
	}
	if details {
		cells = append(cells, fitRight("REMOVED", 7), fitRight("API CALLS", 9), fitRight("TOOK", 8))
	}
	return "  " + h.Theme.Quiet.Render(strings.Join(append(cells, "STATE"), " "))
}

func (h *home) runRow(o RunObject, w int) string {
	t := h.Theme
	counts, details := runWidths(w)
	matched, bar := "", spaces(10)
	if o.Matched >= 0 && o.Records > 0 {
		matched, bar = figure(o.Matched, 8), t.bar(float64(o.Matched)/float64(max(1, o.Records-o.Apart)), 10, t.Bar)
	}
	name := strings.Join([]string{fit(objectLabel(clean(o.Object)), 12), fitRight(figure(o.Records, 8), 8), fitRight(matched, 8)}, " ")
	var cells []string
	if counts {
		cells = append(cells, fitRight(figure(o.New, 6), 6), fitRight(figure(o.Changed, 7), 7))
	}
	if details {
		cells = append(cells, fitRight(figure(o.Removed, 7), 7), fitRight(number(o.APICalls), 9), fitRight(took(o.Took), 8))
	}
	state, word := o.State, o.Word
	if h.running.running && h.running.object == o.Object {
		state, word = StateRun, h.running.step
		if share, ok := h.running.share(); ok {
			word = fmt.Sprintf("%d %%", int(share*100))
		}
		if h.running.silent {
			state = StateWarn
		}
	}
	line := "  " + t.Text.Render(name) + " " + bar + " " // the bar ends the style around it, so it stands between two
	if len(cells) > 0 {
		line += t.Text.Render(strings.Join(cells, " ")) + " "
	}
	return line + t.sign(state, clean(word))
}

// objectLabel is an object's name where twelve columns are all there is.
func objectLabel(object string) string {
	switch object {
	case "OpportunityContactRole":
		return "Contact role"
	case "UserRole":
		return "User role"
	}
	return object
}

// progressLines are the bar and the rate of the object that is being read.
func (h *home) progressLines(w int) []string {
	t, p := h.Theme, h.running
	name := objectLabel(clean(p.object))
	if name == "" {
		name = string(p.job)
	}
	if p.silent {
		return []string{"  " + t.Text.Render(name) + " " + t.Text.Render(number(p.done)+" so far"), "  " + t.sign(StateWarn, cut("no sign of life since "+h.clockOf(p.last)+": its process may be stuck", w-4))}
	}
	share, known := p.share()
	if !known {
		return []string{"  " + t.Text.Render(name) + " " + t.Info.Render(number(p.done)+" so far"), "  " + t.Quiet.Render(cut(h.comments(clean(p.step)), w-2))}
	}
	figures := number(p.done) + " of " + number(p.total)
	room := min(70, w-4-width(name)-width(figures)-3)
	lines := []string{"  " + t.Text.Render(name) + " " + t.bar(share, max(4, room), t.Bar) + " " + t.Text.Render(figures)}
	text := ""
	if rate, left, ok := p.rate(); ok {
		text = number(int64(rate)) + " a second"
		if left > 0 {
			text += ", " + took(left) + " left"
		}
	}
	if text = h.comments(text); text != "" {
		lines = append(lines, "  "+t.Quiet.Render(cut(text, w-2)))
	}
	return lines
}

// comments add to a line about the run how it is stopped, and that it is the last one.
func (h *home) comments(text string) string {
	parts := []string{text}
	if text == "" {
		parts = nil
	}
	if h.cannotStop() == "" && h.may(crmsync.ActRunStop) {
		parts = append(parts, h.keyOf("run.stop")+" stops it, losing nothing")
	}
	if h.running.paused || h.paused(h.running.job) {
		parts = append(parts, "the schedule is paused after it")
	}
	return strings.Join(parts, "; ")
}

// clockOf is a time to the second.
func (h *home) clockOf(at time.Time) string { return at.In(h.now().Location()).Format("15:04:05") }

// stopRun stops the import or the match run that is under way.
func (h *home) stopRun() tea.Cmd {
	job := h.running.job
	return h.act("stop the run", "Stopped; what was read is kept, and the next run goes on from there", func(ctx context.Context) (string, error) {
		return h.Services.Home.StopRun(ctx, job)
	})
}

// cannotStop says why nothing can be stopped now.
func (h *home) cannotStop() string {
	switch {
	case !h.running.running:
		return "nothing is running"
	case h.running.job == crmsync.JobWriteback:
		return "writeback finishes what it sends; crmsync schedule pause writeback starts no more"
	}
	return ""
}

// cannotRun says why no other work can begin.
func (h *home) cannotRun() string {
	switch {
	case h.Services.Home == nil:
		return "no engine here; crmsync match run does it"
	case h.running.running:
		return "a run is under way"
	}
	return ""
}

// cannotWrite says why nothing can be written now.
func (h *home) cannotWrite() string {
	switch {
	case h.known && h.overview.Connected != ConnectedYes:
		return "not connected: " + h.placeOf("Connect") + " leads there"
	case h.known && !h.overview.WritebackOn:
		return "writeback is off: " + h.placeOf("Writeback") + " turns it on"
	}
	return h.cannotRun()
}

// seatsAndActivity are the two small panes of a wide window.
func (h *home) seatsAndActivity(w int) []string {
	left := min(58, w-46) // the figures at the right are never cut
	right := w - left - 3
	return beside(h.seatLines(left), h.activityLines(right), h.Theme.Line.Render(h.Theme.Upright)+" ", left, right+1, 7)
}

func (h *home) seatLines(w int) []string {
	t, seats := h.Theme, h.overview.Seats
	share := 0.0
	if seats.Total > 0 {
		share = float64(seats.Mapped) / float64(seats.Total)
	}
	line := func(state State, text string, n int64) string {
		style := t.Text
		if state != StateNone {
			text = t.mark(state) + " " + text
			style = t.style(state)
		}
		return "  " + style.Render(fit(text, 20)) + t.Text.Render(fitRight(number(n), 7))
	}
	unmapped := StateWarn
	if seats.Unmapped == 0 {
		unmapped = StateOff
	}
	return []string{
		t.heading("Seats", number(seats.Mapped)+" of "+number(seats.Total)+" mapped", w),
		"  " + t.bar(share, w-4, t.Bar),
		"",
		line(StateNone, "mapped by e-mail", seats.ByMail),
		line(StateNone, "mapped by hand", seats.ByHand),
		line(unmapped, "no CRM user", seats.Unmapped),
	}
}

func (h *home) activityLines(w int) []string {
	t := h.Theme
	lines := []string{t.Title.Render("Activity, 14 days")}
	for _, series := range h.overview.Activity {
		lines = append(lines, " "+t.Text.Render(fit(clean(series.Name), 17))+" "+t.spark(series.Days)+t.Text.Render(fitRight(number(series.Total()), 9)))
	}
	return lines
}

// shortFigures are the same in two lines for a narrow window.
func (h *home) shortFigures(w int) []string {
	t, o := h.Theme, h.overview
	share := 0.0
	if o.Seats.Total > 0 {
		share = float64(o.Seats.Mapped) / float64(o.Seats.Total)
	}
	days := func(name string) string {
		for _, s := range o.Activity {
			if s.Name == name {
				return t.spark(s.Days)
			}
		}
		return ""
	}
	switched := t.sign(StateOff, "off")
	if o.WritebackOn {
		switched = t.sign(StateOn, "on")
	}
	failed := t.sign(StateGood, "none failed")
	if o.Failed > 0 {
		failed = t.sign(StateBad, number(o.Failed)+" failed")
	}
	seats := number(o.Seats.Mapped) + "/" + number(o.Seats.Total)
	return []string{
		"  " + t.Text.Render(fit("Seats "+seats, 14)) + " " + t.bar(share, 10, t.Bar) + "   " + t.Text.Render("Matches a day ") + days("matches made") + t.Quiet.Render("  14 days"),
		"  " + t.Text.Render(fit("Writeback", 14)) + " " + fit(switched, 10) + "   " + t.Text.Render("Items a day   ") + days("items written") + "  " + failed,
	}
}

// latest are the newest events, as many as fit.
func (h *home) latest(w, room int) []string {
	t := h.Theme
	if room < 2 || len(h.overview.Latest) == 0 {
		return nil
	}
	lines := []string{t.heading("Latest", h.placeOf("Audit"), w)}
	now := h.now()
	for _, l := range h.overview.Latest[:min(len(h.overview.Latest), room-1)] {
		lines = append(lines, latestLine(t, l, now, w))
	}
	return lines
}

func latestLine(t *Theme, l LatestLine, now time.Time, w int) string {
	return "  " + t.Faint.Render(fit(stamp(l.At.In(now.Location()), now), 7)) + t.Quiet.Render(fit(clean(l.Who), 14)) + " " + t.Text.Render(cut(clean(l.What), w-25))
}
