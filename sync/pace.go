package sync

import (
	"context"
	"fmt"
	"math"
	"time"

	"crmsync/store"
)

// PaceRule is how long an activity may take from queued to written while everything is well (S83).
const PaceRule = 5 * time.Minute

// Pace is how fast activities get into the CRM (S83): from the moment they are queued, since what a gate or a
// person holds is not late. Ages are in seconds.
type Pace struct {
	Since     time.Time `json:"since"`     // of what was written
	Rule      float64   `json:"rule"`      // the longest that is allowed
	Written   int       `json:"written"`   // since then
	P50       float64   `json:"p50"`       // of them half took no longer
	P95       float64   `json:"p95"`       // of a hundred of them 95 took no longer
	Longest   float64   `json:"longest"`   // the oldest of them
	Late      int       `json:"late"`      // of them took longer than the rule
	Waiting   int64     `json:"waiting"`   // are queued, being sent or doubtful now
	Oldest    float64   `json:"oldest"`    // of those that wait
	WaitsLate int64     `json:"late_now"`  // of those that wait, longer than the rule
	Breaches  []Breach  `json:"breaches"`  // the late ones: first those that wait, then the newest
	Truncated bool      `json:"truncated"` // there are more breaches than are listed
}

// Breach is an activity that broke the rule.
type Breach struct {
	ID       string            `json:"id"`
	Kind     string            `json:"kind"`
	With     string            `json:"with"`
	By       string            `json:"by"`
	State    store.OutboxState `json:"state"`
	QueuedAt time.Time         `json:"queued_at"`
	EndedAt  time.Time         `json:"ended_at,omitzero"`
	Age      float64           `json:"age"` // seconds from queued to written, or until now
	Tries    int64             `json:"tries"`
	Why      string            `json:"why,omitempty"` // Salesforce's or our code of what last kept it
}

// Pace measures what was written in the time up to now, and what waits now. At most limit breaches are listed.
func (e *Engine) Pace(ctx context.Context, window time.Duration, limit int) (Pace, error) {
	now := e.now().UTC()
	pace := Pace{Since: now.Add(-window), Rule: PaceRule.Seconds(), Breaches: []Breach{}}
	ages, err := e.store.DeliveryAges(ctx, pace.Since)
	if err != nil {
		return pace, fmt.Errorf("read how long writing took: %w", err)
	}
	pace.measure(ages)
	waiting, err := e.store.WaitingOutbox(ctx, now.Add(-PaceRule))
	if err != nil {
		return pace, fmt.Errorf("count what waits: %w", err)
	}
	pace.Waiting, pace.WaitsLate = waiting.Items, waiting.Late
	if !waiting.Since.IsZero() {
		pace.Oldest = max(0, now.Sub(waiting.Since).Seconds())
	}
	rows, err := e.store.LateOutbox(ctx, pace.Since, now, PaceRule, limit)
	if err != nil {
		return pace, fmt.Errorf("read what took too long: %w", err)
	}
	for _, row := range rows {
		pace.Breaches = append(pace.Breaches, breachOf(row, now))
	}
	pace.Truncated = int64(pace.Late)+pace.WaitsLate > int64(len(pace.Breaches))
	return pace, nil
}

// measure takes the ages, in order.
func (p *Pace) measure(ages []time.Duration) {
	p.Written = len(ages)
	if p.Written == 0 {
		return
	}
	at := func(share float64) float64 { // the nearest rank
		return ages[max(0, int(math.Ceil(share*float64(len(ages))))-1)].Seconds()
	}
	p.P50, p.P95, p.Longest = at(0.50), at(0.95), ages[len(ages)-1].Seconds()
	for _, age := range ages {
		if age > PaceRule {
			p.Late++
		}
	}
}

func breachOf(row store.OutboxRow, now time.Time) Breach {
	breach := Breach{ID: row.ActivityID, Kind: row.Kind, With: row.MemberName, By: row.SeatName, State: row.State, QueuedAt: row.QueuedAt,
		Tries: row.Attempts, Why: row.ErrorCode}
	until := now
	if delivered(row.State) {
		breach.EndedAt, until = row.EndedAt, row.EndedAt
	}
	breach.Age = until.Sub(row.QueuedAt).Seconds()
	return breach
}

// Kept reports whether the rule is kept: 95 of a hundred were written in time, and nothing waits longer.
func (p Pace) Kept() bool { return p.P95 <= p.Rule && p.WaitsLate == 0 }
