package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// paceWindow is the time of which the pace is measured, up to now.
const paceWindow = 24 * time.Hour

// onlyLate narrows the outbox to what took, or is taking, longer than S83 allows. It is no state of an item.
const onlyLate = "late"

// lateShown is how many late items are listed; the command line lists as many as one likes.
const lateShown = 200

// late reads the items that broke the rule: first those that wait, then the newest. They are one page.
func (b liveWriteback) late(ctx context.Context, instance, text string) (Page[OutboxItem], error) {
	now := b.store.Now()
	rows, err := b.store.LateOutbox(ctx, now.Add(-paceWindow), now, crmsync.PaceRule, lateShown)
	if err != nil {
		return Page[OutboxItem]{}, err
	}
	var page Page[OutboxItem]
	for _, r := range rows {
		if !b.actor.OwnOnly() || b.actor.Seat != "" && r.SeatID == b.actor.Seat {
			if item := b.item(r, instance); standsIn(text, item.Who, item.By, item.Kind, item.State, item.Code) {
				page.Rows = append(page.Rows, item)
			}
		}
	}
	return page, nil
}

// pace says in a line of at most w columns how fast activities get into the CRM, and how many were too slow. Where
// there is no room for all of it the half goes first: whether the rule is kept always stands.
func (b *writeback) pace(w int) string {
	t, p := b.Theme, b.types.Pace
	if p.Written == 0 && p.Waiting == 0 {
		return ""
	}
	most := "95 of 100 within " + tookSeconds(p.P95)
	ways := []string{"half within " + tookSeconds(p.P50) + ", " + most, most}
	if p.Written == 0 {
		most = count(p.Waiting, "item is", "items are") + " on the way"
		ways = []string{most + ", the oldest for " + tookSeconds(p.Oldest), most}
	}
	kept := t.Quiet.Render(", ") + t.sign(StateGood, "none over "+paceRule())
	if b.isLate() {
		kept = t.Quiet.Render(", ") + t.sign(StateWarn, number(int64(p.Late)+p.WaitsLate)+" late") + t.Quiet.Render(" ") + t.Key.Render(b.keyOf("writeback.late"))
	}
	line := ""
	for _, way := range ways {
		if line = t.Quiet.Render("24 hours: ") + t.Text.Render(way) + kept; width(line) <= w {
			break
		}
	}
	return line
}

// paceRule writes the time S83 allows, which is a whole number of minutes.
func paceRule() string { return number(int64(crmsync.PaceRule.Minutes())) + " min" }

// tookSeconds writes a time that comes in seconds; none is under a millisecond.
func tookSeconds(s float64) string {
	return took(max(time.Millisecond, time.Duration(s*float64(time.Second))))
}

func (b *writeback) isLate() bool { return b.types.Pace.Late > 0 || b.types.Pace.WaitsLate > 0 }

func (b *writeback) nothingLate() string {
	if !b.isLate() {
		return "nothing took longer than " + paceRule() + " in the last 24 hours"
	}
	return ""
}

// showLate opens the outbox, narrowed to what was late.
func (b *writeback) showLate() tea.Cmd {
	b.part, b.filter.State, b.outbox.stale = partOutbox, onlyLate, true
	return b.enter()
}
