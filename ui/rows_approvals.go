package ui

import (
	"time"

	crmsync "crmsync/sync"
)

// Approval is an act that was proposed to a second admin, and what became of it.
type Approval struct {
	ID        string
	Act       crmsync.ActID
	Summary   string   // in a line
	Preview   []string // what would be done, in words and counts
	State     string   // "waiting", "granted", "running", "interrupted", "done", "refused", "withdrawn" or "expired"
	By        string   // who proposed it
	At        time.Time
	Expires   time.Time
	SettledBy string
	Settled   time.Time
	Note      string // why it was refused, or ended
	Event     string // audit event of the act
	Granted   bool   // once it is approved the one who proposed it does it
}

// waits reports whether it can be approved or refused.
func (a *Approval) waits() bool { return a.State == "waiting" || a.State == "interrupted" }

// word says where it stands.
func (a *Approval) word() (State, string) {
	switch a.State {
	case "waiting":
		return StateWarn, "waits"
	case "granted":
		return StateOn, "approved"
	case "running":
		return StateRun, "under way"
	case "interrupted":
		return StateBad, "cut off"
	case "done":
		return StateGood, "done"
	}
	return StateOff, a.State
}
