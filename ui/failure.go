package ui

import (
	"context"
	"errors"

	crmsync "crmsync/sync"
)

// failure is an error in one line: what was tried, what happened, what to do.
func failure(what string, err error) string {
	text := "could not " + what + ": " + clean(err.Error())
	if hint := crmsync.HintOf(err); hint != "" {
		text += ". " + clean(hint)
	}
	return text
}

// cancelled reports whether err only says that the screen was left.
func cancelled(err error) bool { return errors.Is(err, context.Canceled) }

// errorPage fills a pane with what failed, what is safe and what to do.
func (t *Theme) errorPage(title string, err error, w, h int) string {
	safe := "Your decisions are safe; nothing was lost."
	lines := []string{t.Bad.Render(t.Marks.Bad + " " + title), ""}
	for _, line := range wrap(clean(err.Error()), w-8) {
		lines = append(lines, t.Text.Render(line))
	}
	lines = append(lines, t.Text.Render(safe), "")
	if hint := crmsync.HintOf(err); hint != "" {
		for _, line := range wrap(clean(hint), w-8) {
			lines = append(lines, t.Quiet.Render(line))
		}
	}
	lines = append(lines, t.Quiet.Render("R tries again, e shows the details, c copies them."), "",
		t.Faint.Render("code "+crmsync.CodeOf(err)))
	return middle(lines, w, h)
}

// emptyPage fills a pane with why nothing is there and what next.
func (t *Theme) emptyPage(title string, lines []string, w, h int) string {
	out := []string{t.Good.Render(t.Marks.Good + " " + title), ""}
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
