package ui

import (
	"context"
	"errors"
	"slices"

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

// failureActions are the keys of a failure; they stand before the screen's own.
func (a *App) failureActions(r reading) []Action {
	report := func() string {
		text := crmsync.CodeOf(r.err) + ": " + clean(r.err.Error())
		if id := a.traceOf("load "+r.noun, r.err); id != "" {
			text += " (trace " + id + ")"
		}
		return text
	}
	return []Action{
		{ID: "error.again", Keys: []string{"R"}, Group: "Work", Name: "Failure: try again now", Short: "try again", Foot: true, Local: true, Hidden: true, Do: r.again},
		{ID: "error.show", Keys: []string{"e"}, Group: "Out", Name: "Failure: its details", Short: "details", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd {
			return a.tell(openMsg{&notice{Session: a.Session, title: "What failed", lines: func(w int) []string { return a.failureLines(r, w) }}})
		}},
		{ID: "error.copy", Keys: []string{"c"}, Group: "Out", Name: "Failure: copy it", Short: "copy report", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return send(copyMsg{report()}) }},
	}
}

// failureLines are the details of a failure.
func (a *App) failureLines(r reading, w int) []string {
	t := a.Theme
	lines := []string{t.Text.Render(cut("reading "+r.noun+" failed at "+a.retry.at.Format("2 Jan 2006 15:04:05"), w)), ""}
	for _, text := range []string{clean(r.err.Error()), clean(crmsync.HintOf(r.err))} {
		for _, line := range wrap(text, w) {
			lines = append(lines, t.Text.Render(line))
		}
	}
	lines = append(lines, "", t.Quiet.Render("code "+crmsync.CodeOf(r.err)))
	if id := a.traceOf("load "+r.noun, r.err); id != "" {
		lines = append(lines, t.Quiet.Render("trace "+id+", in the log:"), t.Quiet.Render(cutLeft(clean(a.log), w)))
	}
	return append(lines, t.Quiet.Render(cut("crmsync support-bundle FILE gathers what a report needs", w)))
}

// withoutKeysOf leaves out the actions whose keys mean something else first.
func withoutKeysOf(actions, first []Action) []Action {
	taken := map[string]bool{}
	for _, a := range first {
		for _, key := range a.Keys {
			taken[key] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(actions), func(a Action) bool {
		return slices.ContainsFunc(a.Keys, func(key string) bool { return taken[key] })
	})
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
