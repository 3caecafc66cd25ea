package ui

import (
	"errors"

	crmsync "crmsync/sync"
)

// needsSecond reports whether an act would be proposed to a second admin instead of done.
func (s *Session) needsSecond(id crmsync.ActID) bool {
	act, known := crmsync.LookAct(id)
	return known && s.overview.SecondAdmin && act.Level >= crmsync.Bulk
}

// secondLines say in a dialog that its act is only proposed; none when it is done at once.
func (s *Session) secondLines(id crmsync.ActID, w int) []string {
	if !s.needsSecond(id) {
		return nil
	}
	lines := []string{""}
	for _, part := range wrap("Needs a second admin: it is proposed now, and done when another admin approves it within a day.", w) {
		lines = append(lines, s.Theme.Warn.Render(part))
	}
	return lines
}

// proposed is the toast of an act that was proposed instead of done, and what happens next.
func (s *Session) proposed(err error) (toastMsg, bool) {
	var waiting *crmsync.Waiting
	if !errors.As(err, &waiting) {
		return toastMsg{}, false
	}
	return toastMsg{state: StateOn, text: "Proposed; another admin approves it (" + s.placeOf("Audit") + ", " + s.keyOf("audit.approvals") + "): " + clean(waiting.Approval.Summary)}, true
}
