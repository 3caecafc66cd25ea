package ui

import (
	"fmt"

	crmsync "crmsync/sync"
)

// firstStep is one step from an empty store to the first matches.
type firstStep struct {
	name  string
	where string // the key or the command that does it
	more  string // what else is good to know, where there is room
	done  bool
}

// firstSteps lead by the hand until the first import has ended. The demo stands beside the first: who has no org
// at hand needs none of them.
func (h *home) firstSteps() []firstStep {
	o := h.overview
	connected := o.Connected == ConnectedYes
	start := "once connected"
	if connected {
		start = h.keyOf("sync.now") + " starts it"
	}
	file := h.keyOf("network.import") + " reads one"
	if h.Services.Network == nil {
		file = "crmsync network import FILE"
	}
	return []firstStep{
		{name: "Connect an org", done: connected, where: h.placeOf("Connect") + ", or crmsync demo", more: ": all of this with an invented org, no account needed"},
		{name: "Read a network file", done: o.Network, where: file, more: ": a member's Connections.csv, or the whole archive from LinkedIn"},
		{name: "First import", where: start, more: ": reads seven objects, then matches; writes nothing to the CRM"},
		{name: "Review", where: h.placeOf("Matches"), more: ": what is not certain waits there with its evidence"},
	}
}

// firstLines draw the steps, the first that is not done marked as the next; or, for who may not connect an org, that
// an admin does.
func (h *home) firstLines(w int) []string {
	t := h.Theme
	if !h.may(crmsync.ActConnect) {
		return []string{t.heading("Last sync", "", w), "  " + t.Quiet.Render(cut("nothing was imported yet: an admin connects the org", w-3))}
	}
	lines := []string{t.heading("First steps", "", w)}
	next := true
	for i, s := range h.firstSteps() {
		label := fmt.Sprintf("%d %s", i+1, s.name)
		sign := t.Faint.Render(fit(t.mark(StateOff)+" "+label, 25))
		switch {
		case s.done:
			sign = t.Good.Render(fit(t.mark(StateGood)+" "+label, 25))
		case next:
			sign, next = t.Accent.Render(fit(t.Step+" "+label, 25)), false
		}
		where := s.where
		switch {
		case s.done:
			where = ""
		case width(where+s.more) <= w-30:
			where += s.more
		}
		lines = append(lines, "  "+sign+"  "+t.Quiet.Render(cut(where, w-30)))
	}
	return lines
}

// readsFile says how a network file is read here.
func (s *Session) readsFile() string {
	if s.Services.Network == nil {
		return "crmsync network import FILE --seat EMAIL reads a network file"
	}
	return s.keyOf("network.import") + " reads a network file"
}
