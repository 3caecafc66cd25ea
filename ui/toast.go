package ui

import "github.com/charmbracelet/x/ansi"

// toastMost is over how many lines a toast is spread at the most.
const toastMost = 4

// toastLines is the toast line; what went wrong, and what to do about it, is shown in full over several lines when one
// is too short for it: the end of such a sentence is what helps.
func (a *App) toastLines(w int) []string {
	line := a.toastLine(w)
	if f := a.sieve(); f != nil && f.editing() || a.toast.text == "" || a.toast.address != "" || a.toast.state == StateGood {
		return []string{line}
	}
	_, right := a.stand(w)
	room := w - 4
	text := clean(a.toast.text)
	if width(text) <= room-width(right)-2 {
		return []string{line}
	}
	parts := wrap(text, room)
	if len(parts) > toastMost {
		parts = append(parts[:toastMost-1], cut(ansi.Strip(parts[toastMost-1])+" …", room))
	}
	style := a.Theme.style(a.toast.state)
	lines := make([]string, len(parts))
	for i, part := range parts {
		lead := "   "
		if i == 0 {
			lead = " " + style.Render(a.Theme.mark(a.toast.state)) + " "
		}
		lines[i] = fit(lead+style.Render(part), w)
		if i == len(parts)-1 && width(part)+width(right)+5 < w {
			lines[i] = ends(lead+style.Render(part), a.Theme.Quiet.Render(right)+" ", w)
		}
	}
	return lines
}

// hush takes a refusal away: it was said of another screen, and hides what this one has to say.
func (a *App) hush() {
	if a.toast.state == StateWarn {
		a.toast = toastMsg{}
	}
}
