package ui

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	crmsync "crmsync/sync"
)

// failure is an error in one line: what was tried, what happened, what to do.
func failure(what string, err error) string {
	text := "could not " + what + ": " + clean(err.Error())
	if crmsync.CodeOf(err) == "approval.waiting" {
		text = clean(err.Error())
	}
	if hint := crmsync.HintOf(err); hint != "" {
		text += ". " + clean(hint)
	}
	return text
}

// wentWrong is failure with the id that finds what nobody foresaw in the log.
func (s *Session) wentWrong(what string, err error) string {
	text := failure(what, err)
	if crmsync.CodeOf(err) != "internal" || cancelled(err) {
		return text
	}
	if id := s.traceOf(what, err); id != "" {
		text += ". Trace " + id + " in the log"
	}
	return text
}

// traceOf writes a failure to the log, once, and returns the id that finds it there; "" when there is no log.
func (s *Session) traceOf(what string, err error) string {
	if s.trace == nil || err == nil {
		return ""
	}
	return s.trace(what, err)
}

// cancelled reports whether err only says that the screen was left.
func cancelled(err error) bool { return errors.Is(err, context.Canceled) }

// errorPage fills a pane with what failed, what is safe, what to do, and when it is tried again.
func (a *App) errorPage(noun string, err error, w, h int) string {
	t, room := a.Theme, w-8
	lines := []string{t.Bad.Render(t.Marks.Bad + " " + upperFirst(noun) + " could not be loaded"), ""}
	add := func(style lipgloss.Style, text string) {
		for _, line := range wrap(text, room) {
			lines = append(lines, style.Render(line))
		}
	}
	add(t.Text, clean(err.Error()))
	if hint := crmsync.HintOf(err); hint != "" {
		add(t.Quiet, clean(hint))
	}
	add(t.Text, "Your decisions are safe; nothing was lost.")
	lines = append(lines, "")
	add(t.Quiet, a.nextTry())
	lines = append(lines, "")
	for _, line := range a.whereToLook(noun, err, room) {
		lines = append(lines, t.Faint.Render(line))
	}
	return middle(lines, w, h)
}

// whereToLook are the code of a failure, when it was, and where the log tells more: in one line, or in two.
func (a *App) whereToLook(noun string, err error, w int) []string {
	line := "code " + crmsync.CodeOf(err) + "   failed " + a.retry.at.Format("15:04:05")
	id := a.traceOf("load "+noun, err)
	if id == "" {
		return []string{line}
	}
	log := "trace " + id + "   log " + clean(a.log)
	if whole := line + "   " + log; width(whole) <= w {
		return []string{whole}
	}
	return []string{line, cutLeft(log, w)}
}

// cutLeft leaves of a text that is too wide its beginning and its end, as of a path.
func cutLeft(text string, w int) string {
	over := width(text) - w
	if over <= 0 {
		return text
	}
	head := w / 3
	return cut(text, head) + ansi.TruncateLeft(text, over+head, "")
}

// mishap is a failure that is shown, with what its keys need.
type mishap struct {
	what  string // what was tried, after "to": "accept the match"
	err   error
	at    time.Time
	safe  string         // what is not lost by it
	again func() tea.Cmd // tries it again; nil where that is the person's own to do
}

// mishapOf is the failure of a reading.
func (a *App) mishapOf(r reading) *mishap {
	return &mishap{"load " + r.noun, r.err, a.retry.at, "Your decisions are safe; nothing was lost.", r.again}
}

// failedActing is the toast of an act that failed.
func (a *App) failedActing(what string, err error) toastMsg {
	return toastMsg{state: StateBad, text: a.wentWrong(what, err), failed: &mishap{what: what, err: err, at: a.now(), safe: "What was decided before is kept."}}
}

// mishap is the failure that is shown: on the page, in the line above the keys, or in a toast.
func (a *App) mishap() *mishap {
	r, failed := a.trouble()
	switch {
	case failed && !r.known:
		return a.mishapOf(r)
	case a.toast.text != "":
		return a.toast.failed
	case failed:
		return a.mishapOf(r)
	}
	return nil
}

// failureActions are the keys of a failure; they stand before the screen's own.
func (a *App) failureActions(m *mishap) []Action {
	report := func() string {
		text := crmsync.CodeOf(m.err) + ": " + clean(m.err.Error())
		if id := a.traceOf(m.what, m.err); id != "" {
			text += " (trace " + id + ")"
		}
		return text
	}
	out := []Action{
		{ID: "error.show", Keys: []string{"e"}, Group: "Out", Name: "Failure: its details", Short: "details", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd {
			return a.tell(openMsg{&notice{Session: a.Session, title: "What failed", lines: func(w int) []string { return a.failureLines(m, w) }}})
		}},
		{ID: "error.copy", Keys: []string{"c"}, Group: "Out", Name: "Failure: copy it", Short: "copy report", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return send(copyMsg{report()}) }},
	}
	if m.again == nil {
		return out
	}
	return append([]Action{{ID: "error.again", Keys: []string{"R"}, Group: "Work", Name: "Failure: try again now", Short: "try again", Foot: true, Local: true, Hidden: true, Do: m.again}}, out...)
}

// failureLines are the details of a failure.
func (a *App) failureLines(m *mishap, w int) []string {
	t := a.Theme
	lines := []string{t.Text.Render(cut("could not "+m.what+" at "+m.at.In(a.now().Location()).Format("2 Jan 2006 15:04:05"), w)), ""}
	for _, text := range []string{clean(m.err.Error()), m.safe, clean(crmsync.HintOf(m.err))} {
		for _, line := range wrap(text, w) {
			lines = append(lines, t.Text.Render(line))
		}
	}
	lines = append(lines, "", t.Quiet.Render("code "+crmsync.CodeOf(m.err)))
	if id := a.traceOf(m.what, m.err); id != "" {
		lines = append(lines, t.Quiet.Render("trace "+id+", in the log:"), t.Quiet.Render(cutLeft(clean(a.log), w)))
	}
	return append(lines, t.Quiet.Render(cut("crmsync support-bundle FILE gathers what a report needs", w)))
}

// withoutKeysOf takes the keys that mean something else first; what has none left is still in the palette.
func withoutKeysOf(actions, first []Action) []Action {
	taken := map[string]bool{}
	for _, a := range first {
		for _, key := range a.Keys {
			taken[key] = true
		}
	}
	out := make([]Action, 0, len(actions))
	for _, a := range actions {
		keys := slices.DeleteFunc(slices.Clone(a.Keys), func(key string) bool { return taken[key] })
		if len(keys) == 0 && len(a.Keys) > 0 {
			if a.Hidden {
				continue
			}
			a.Foot = false
		}
		a.Keys = keys
		out = append(out, a)
	}
	return out
}

// emptyPage fills a pane with why nothing is there and what next. The state says whether that is good, since all is
// done, or only off.
func (t *Theme) emptyPage(state State, title string, lines []string, w, h int) string {
	out := []string{t.sign(state, title), ""}
	for _, line := range lines {
		for _, part := range wrap(line, w-8) {
			out = append(out, t.Quiet.Render(part))
		}
	}
	return middle(out, w, h)
}

// middle centres lines in a pane.
func middle(lines []string, w, h int) string {
	out := make([]string, 0, h)
	for range max(0, (h-len(lines))/2) {
		out = append(out, "")
	}
	for _, line := range lines {
		out = append(out, center(line, w))
	}
	return page(out, w, h)
}
