package salesforce

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Usage is the org's API use of the rolling 24 hours, as Sforce-Limit-Info tells it.
type Usage struct {
	Used, Max       int64  // of the whole org
	AppUsed, AppMax int64  // of this app, where the org limits it; AppMax 0 means not told
	AppName         string // of the app, as the org knows it
	At              time.Time
}

// ParseLimitInfo reads a Sforce-Limit-Info header, such as
// "api-usage=25/5000; per-app-api-usage=17/250(appName=sample-connected-app)".
func ParseLimitInfo(header string) (usage Usage, ok bool) {
	for part := range strings.SplitSeq(header, ";") {
		name, value, found := strings.Cut(strings.TrimSpace(part), "=")
		if !found {
			continue
		}
		value, app, _ := strings.Cut(value, "(")
		used, limit, valid := parseShare(value)
		if !valid {
			continue
		}
		switch name {
		case "api-usage":
			usage.Used, usage.Max, ok = used, limit, true
		case "per-app-api-usage":
			usage.AppUsed, usage.AppMax = used, limit
			usage.AppName = strings.TrimSuffix(strings.TrimPrefix(app, "appName="), ")")
		}
	}
	return usage, ok
}

func parseShare(text string) (used, limit int64, ok bool) {
	left, right, found := strings.Cut(text, "/")
	used, err1 := strconv.ParseInt(strings.TrimSpace(left), 10, 64)
	limit, err2 := strconv.ParseInt(strings.TrimSpace(right), 10, 64)
	return used, limit, found && err1 == nil && err2 == nil && used >= 0 && limit > 0
}

// Purpose says what a call is for, which decides how long the budget lets it through.
type Purpose int

// The purposes. PurposeDefault means what the method usually does: inserts write, everything else reads.
const (
	PurposeDefault Purpose = iota
	PurposeRead            // paused from the Reads share on
	PurposeWrite           // goes on to the Writes share
	PurposeControl         // never held back: ending a job, looking at the limits, signing in
)

type purposeKey struct{}

// WithPurpose makes the calls under ctx count as p, such as the reading back that a write needs.
func WithPurpose(ctx context.Context, p Purpose) context.Context {
	return context.WithValue(ctx, purposeKey{}, p)
}

func purposeOf(ctx context.Context, usual Purpose) Purpose {
	if p, ok := ctx.Value(purposeKey{}).(Purpose); ok && p != PurposeDefault && usual != PurposeControl {
		return p
	}
	if usual == PurposeDefault {
		return PurposeRead
	}
	return usual
}

// BudgetLevel is what the budget permits at the moment.
type BudgetLevel int

// The levels, in the order they are reached.
const (
	BudgetOK          BudgetLevel = iota
	BudgetWarning                 // permitted, and worth showing
	BudgetReadsPaused             // only writes go on
	BudgetStopped                 // only control goes on
)

// String returns the level as it is shown.
func (l BudgetLevel) String() string {
	switch l {
	case BudgetOK:
		return "ok"
	case BudgetWarning:
		return "warning"
	case BudgetReadsPaused:
		return "reads paused"
	}
	return "stopped"
}

// HourCalls is how many calls we sent within one hour, for keeping across restarts.
type HourCalls struct {
	Hour  time.Time `json:"hour"` // its beginning, UTC
	Calls int64     `json:"calls"`
}

// Budget is the state of the API allowance.
type Budget struct {
	Used, Max   int64       // of the org; Max 0 means not known yet
	Own, OwnMax int64       // our calls of the last 24 hours and our ceiling
	App, AppMax int64       // the app's calls, by the org's count, and its limit; AppMax 0 means that there is none
	Share       float64     // the largest of Used/Max, Own/OwnMax and App/AppMax
	Level       BudgetLevel // what is permitted
	FreesAt     time.Time   // when the oldest of our hours leaves the window; zero when we sent nothing
	At          time.Time   // of the newest answer that told the org's use
}

// BudgetShares are what a Governor permits; zero means the default.
type BudgetShares struct {
	Ceiling float64 // our own part of the org's allowance; .10
	Warn    float64 // share from which the level is a warning; .80
	Reads   float64 // share from which reads pause; .80
	Writes  float64 // share from which writes stop; .95
	Resume  float64 // share below which paused reads go on; .75
}

// WithDefaults fills in what was left open.
func (s BudgetShares) WithDefaults() BudgetShares {
	for _, d := range []struct {
		field *float64
		value float64
	}{{&s.Ceiling, .10}, {&s.Warn, .80}, {&s.Reads, .80}, {&s.Writes, .95}, {&s.Resume, .75}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return s
}

// Words say how full the fuller meter is.
func (b Budget) Words() string {
	if b.Max > 0 && float64(b.Used)/float64(b.Max) >= b.Share {
		return fmt.Sprintf("the org has used %d of its %d API calls of the last 24 hours", b.Used, b.Max)
	}
	if b.AppMax > 0 && float64(b.App)/float64(b.AppMax) >= b.Share {
		return fmt.Sprintf("the app has used %d of the %d API calls that the org allows it in 24 hours", b.App, b.AppMax)
	}
	return fmt.Sprintf("%d of our own %d API calls of the last 24 hours are used", b.Own, b.OwnMax)
}

// GovernorOptions are the parts of a Governor.
type GovernorOptions struct {
	BudgetShares
	Spent []HourCalls      // what was sent before this start
	Now   func() time.Time // nil means time.Now
	// OnChange is called when the level changes, outside of any lock.
	OnChange func(Budget)
}

// Governor keeps us within a part of the org's API allowance and leaves the rest to others. Two meters are watched:
// the org's use, told with every answer, and our own calls against our ceiling; the fuller one decides.
type Governor struct {
	o GovernorOptions

	mu    sync.Mutex
	usage Usage
	spent []HourCalls // ascending, at most 25
	level BudgetLevel
	probe time.Time // when a held-back call was last let through to look at the meter
}

// probeEvery is how old the org's meter may grow while calls are held back: without calls nothing would tell that the
// allowance has freed.
const probeEvery = 15 * time.Minute

// NewGovernor returns a Governor. Until an answer has told the org's allowance it permits everything.
func NewGovernor(o GovernorOptions) *Governor {
	o.BudgetShares = o.WithDefaults()
	if o.Now == nil {
		o.Now = time.Now
	}
	g := &Governor{o: o, spent: append([]HourCalls(nil), o.Spent...)}
	return g
}

// Adjust changes what is permitted from now on.
func (g *Governor) Adjust(shares BudgetShares) {
	g.mu.Lock()
	g.o.BudgetShares = shares.WithDefaults()
	g.mu.Unlock()
	g.Budget()
}

// Allow returns nil when a call of the purpose may be sent, else a *BudgetError.
func (g *Governor) Allow(p Purpose) error {
	b := g.Budget()
	switch {
	case p == PurposeControl, b.Level < BudgetReadsPaused:
		return nil
	case p == PurposeWrite && b.Level < BudgetStopped:
		return nil
	}
	if g.mayProbe() {
		return nil
	}
	return &BudgetError{Budget: b, Purpose: p}
}

// mayProbe lets one call through when the org's meter, and not our own, holds calls back and has not been read for long.
func (g *Governor) mayProbe() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.o.Now()
	if b := g.measure(); float64(b.Own)/float64(max(1, b.OwnMax)) >= g.o.Reads {
		return false
	}
	if now.Sub(g.usage.At) < probeEvery || now.Sub(g.probe) < probeEvery {
		return false
	}
	g.probe = now
	return true
}

// Observe takes the org's use from an answer.
func (g *Governor) Observe(u Usage) {
	g.mu.Lock()
	g.usage = u
	g.mu.Unlock()
	g.Budget()
}

// Budget returns the state at this moment.
func (g *Governor) Budget() Budget {
	g.mu.Lock()
	b := g.measure()
	changed := b.Level != g.level
	g.level = b.Level
	g.mu.Unlock()
	if changed && g.o.OnChange != nil {
		g.o.OnChange(b)
	}
	return b
}

// Spent returns our calls by the hour of the last 24 hours, to be kept and given to the next Governor.
func (g *Governor) Spent() []HourCalls {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget()
	return append([]HourCalls(nil), g.spent...)
}

// spend counts calls that are being sent; fewer than none takes back what never left.
func (g *Governor) spend(calls int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	hour := g.o.Now().UTC().Truncate(time.Hour)
	if n := len(g.spent); n > 0 && g.spent[n-1].Hour.Equal(hour) {
		g.spent[n-1].Calls = max(0, g.spent[n-1].Calls+calls)
		return
	}
	if calls > 0 {
		g.spent = append(g.spent, HourCalls{Hour: hour, Calls: calls})
	}
}

// forget drops the hours that left the window. A day's window holds 24 whole hours and the begun one.
func (g *Governor) forget() {
	oldest := g.o.Now().UTC().Truncate(time.Hour).Add(-24 * time.Hour)
	for len(g.spent) > 0 && g.spent[0].Hour.Before(oldest) {
		g.spent = g.spent[1:]
	}
}

func (g *Governor) measure() Budget {
	g.forget()
	b := Budget{Used: g.usage.Used, Max: g.usage.Max, App: g.usage.AppUsed, AppMax: g.usage.AppMax, At: g.usage.At}
	for _, h := range g.spent {
		b.Own += h.Calls
	}
	if len(g.spent) > 0 {
		b.FreesAt = g.spent[0].Hour.Add(25 * time.Hour)
	}
	if b.Max == 0 {
		return b
	}
	b.OwnMax = max(1, int64(g.o.Ceiling*float64(b.Max)))
	b.Share = max(float64(b.Used)/float64(b.Max), float64(b.Own)/float64(b.OwnMax))
	if b.AppMax > 0 {
		b.Share = max(b.Share, float64(b.App)/float64(b.AppMax))
	}
	b.Level = g.levelAt(b.Share)
	return b
}

// levelAt keeps a pause until the share has fallen clearly below, so that it does not flutter.
func (g *Governor) levelAt(share float64) BudgetLevel {
	switch {
	case share >= g.o.Writes:
		return BudgetStopped
	case share >= g.o.Reads, g.level >= BudgetReadsPaused && share >= g.o.Resume:
		return BudgetReadsPaused
	case share >= g.o.Warn:
		return BudgetWarning
	}
	return BudgetOK
}

// BudgetError means that a call was held back.
type BudgetError struct {
	Budget  Budget
	Purpose Purpose
}

// Error says how full the meter is.
func (e *BudgetError) Error() string { return fmt.Sprintf("%v: %s", ErrBudget, e.Budget.Words()) }

// Unwrap makes it an ErrBudget.
func (e *BudgetError) Unwrap() error { return ErrBudget }

// Code returns salesforce.budget.
func (e *BudgetError) Code() string { return codeOf(ErrBudget) }

// Hint says when it goes on.
func (e *BudgetError) Hint() string { return ErrBudget.(*fault).hint }
