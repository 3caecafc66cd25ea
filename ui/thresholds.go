package ui

import (
	"context"
	"fmt"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// thresholds is the bench of the two thresholds: what each would give on the pairs of which the truth is known, what
// moving it would gain and break, and which pairs that is.
type thresholds struct {
	stage
	once
	report  crmsync.TuneReport
	floor   bool // the threshold from which pairs are shown, not the one from which they are linked
	cursor  int
	top     int
	ask     int     // the newest question for pairs
	pairs   []Match // that the chosen threshold would move
	pairsOf int     // the question that was answered
	failed  error
}

// The messages of the bench.
type (
	tuneMsg struct {
		owner  *thresholds
		report crmsync.TuneReport
		err    error
	}
	movedMsg struct {
		owner *thresholds
		ask   int
		rows  []Match
		err   error
	}
	movedRestMsg struct {
		owner *thresholds
		ask   int
	}
)

// movedRest is how long the cursor rests before the pairs of a threshold are read.
const movedRest = 80 * time.Millisecond

// movedShown is how many of them are read.
const movedShown = 40

// thresholdActions lead from the matches to the bench.
func (m *matches) thresholdActions() []Action {
	return []Action{{ID: "match.tune", Act: crmsync.ActSettingSet, Keys: []string{"T"}, Group: "Many", Name: "Matches: thresholds, what others would gain and break", Short: "thresholds", Verb: "weigh thresholds",
		Do: func() tea.Cmd { return m.tell(pushMsg{newThresholds(m.Session)}) }, Shell: "crmsync match tune"}}
}

func newThresholds(s *Session) *thresholds { return &thresholds{stage: stage{Session: s}} }

// Title is the screen's name.
func (b *thresholds) Title() string { return "Thresholds" }

// Show measures once.
func (b *thresholds) Show(ctx context.Context) tea.Cmd {
	b.show(ctx)
	return b.load()
}

func (b *thresholds) load() tea.Cmd {
	screen := b.screen
	return tea.Batch(b.begin(screen, b.Session), func() tea.Msg {
		report, err := b.Services.Matches.Tune(screen)
		return tuneMsg{b, report, err}
	})
}

// Reading is how it stands with the measurement.
func (b *thresholds) Reading() reading { return b.once.of("the thresholds", b.load) }

// Update takes the measurement and the pairs.
func (b *thresholds) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tuneMsg:
		if msg.owner == b && b.end(msg.err) {
			b.report = msg.report
			return b.toNow()
		}
	case movedRestMsg:
		if msg.owner == b && msg.ask == b.ask && b.shown() {
			return b.readMoved()
		}
	case movedMsg:
		if msg.owner == b && msg.ask == b.ask && !cancelled(msg.err) {
			b.pairs, b.failed, b.pairsOf = msg.rows, msg.err, msg.ask
		}
	case actedMsg:
		if b.shown() && msg.err == nil {
			return b.load()
		}
	}
	return nil
}

// threshold is the one that is looked at.
func (b *thresholds) threshold() crmsync.TuneThreshold {
	if b.floor {
		return b.report.Review
	}
	return b.report.Accept
}

// toNow puts the cursor at the present threshold.
func (b *thresholds) toNow() tea.Cmd {
	for i, point := range b.threshold().Curve {
		if point.Threshold == b.threshold().Current.Threshold {
			b.cursor = i
		}
	}
	return b.moved()
}

// point is the threshold under the cursor.
func (b *thresholds) point() (crmsync.TunePoint, bool) {
	curve := b.threshold().Curve
	if b.cursor >= len(curve) {
		return crmsync.TunePoint{}, false
	}
	return curve[b.cursor], true
}

// move goes to another threshold.
func (b *thresholds) move(n int) tea.Cmd {
	b.cursor = max(0, min(b.cursor+n, len(b.threshold().Curve)-1))
	return b.moved()
}

// moved asks for the pairs of the chosen threshold, after a rest.
func (b *thresholds) moved() tea.Cmd {
	b.ask++
	if _, ok := b.filter(); !ok {
		b.pairs, b.failed, b.pairsOf = nil, nil, b.ask
		return nil
	}
	return b.wait(b.screen, movedRest, movedRestMsg{b, b.ask})
}

func (b *thresholds) readMoved() tea.Cmd {
	filter, ok := b.filter()
	if !ok {
		return nil
	}
	screen, ask := b.screen, b.ask
	return func() tea.Msg {
		p, err := b.Services.Matches.Page(screen, filter, Seek{Edge: Last, Limit: movedShown})
		return movedMsg{b, ask, p.Rows, err}
	}
}

// filter is the list of the pairs that the chosen threshold would move; false when it moves none that are listed:
// pairs below the floor have not been suggested yet.
func (b *thresholds) filter() (MatchFilter, bool) {
	point, ok := b.point()
	now, at := percent(b.threshold().Current.Threshold), percent(point.Threshold)
	switch {
	case !ok || point.Gained+point.Lost == 0 || b.floor && at < now:
		return MatchFilter{}, false
	case at < now:
		return MatchFilter{State: "review", Min: at, Max: now - 1}, true
	case b.floor:
		return MatchFilter{State: "review", Min: now, Max: at - 1}, true
	}
	return MatchFilter{State: "auto", Min: now, Max: at - 1}, true
}

// Actions move along the curve, list the pairs and set the threshold.
func (b *thresholds) Actions() []Action {
	shell, value := "crmsync match tune", "PERCENT"
	if point, ok := b.point(); ok {
		value = strconv.Itoa(percent(point.Threshold))
		shell += map[bool]string{false: " --accept ", true: " --review "}[b.floor] + value
	}
	out := []Action{
		{ID: "tune.list", Keys: []string{"enter"}, Group: "Show", Name: "Thresholds: list and judge the pairs that would move", Short: "list the pairs", Foot: true, Why: b.noPairs, Do: b.openPairs, Shell: shell + " --pairs 1000"},
		{ID: "tune.apply", Act: crmsync.ActSettingSet, Keys: []string{"w"}, Group: "Decide", Name: "Thresholds: set the chosen one", Short: "set", Verb: "set a threshold", Foot: true, Why: b.notMoved, Do: b.apply, Shell: "crmsync settings set " + b.key() + " " + value},
		{ID: "tune.other", Keys: []string{"tab", "shift+tab"}, Group: "Show", Name: "Thresholds: the other threshold", Short: "other threshold", Foot: true, Local: true, Do: func() tea.Cmd { b.floor = !b.floor; return b.toNow() }},
		{ID: "tune.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Thresholds: back to the matches", Short: "back", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return b.tell(popMsg{}) }},
	}
	return append(out, strides("list", "List", "row", func() int { return 10 }, b.move)...)
}

func (b *thresholds) key() string {
	if b.floor {
		return crmsync.SettingMatchFloor
	}
	return crmsync.SettingMatchAccept
}

func (b *thresholds) noPairs() string {
	if _, ok := b.filter(); ok {
		return ""
	}
	if point, ok := b.point(); ok && point.Gained > 0 {
		return "they are not suggested yet; crmsync match tune --review lists them"
	}
	return "this threshold moves no pair"
}

func (b *thresholds) notMoved() string {
	if point, ok := b.point(); !ok || point.Threshold == b.threshold().Current.Threshold {
		return "this is the present threshold"
	}
	return ""
}

// openPairs lists the pairs as matches, where they can be judged.
func (b *thresholds) openPairs() tea.Cmd {
	filter, _ := b.filter()
	list := newMatches(b.Session)
	list.filter, list.start = filter, filter
	list.list.pager.source = matchSource{b.Services.Matches, filter}
	return b.tell(pushMsg{list})
}

// apply asks before it sets the threshold.
func (b *thresholds) apply() tea.Cmd {
	point, _ := b.point()
	key, value, seen := b.key(), strconv.Itoa(percent(point.Threshold)), strconv.Itoa(percent(b.threshold().Current.Threshold))
	return b.tell(openMsg{&confirm{Session: b.Session, title: "Set " + key + " to " + value, yes: "Set", act: crmsync.ActSettingSet, note: "It can be undone.",
		lines: func(w int) []string {
			return append(wrap(b.effect(point), w), wrap("The next match run goes by it.", w)...)
		},
		do: func() tea.Cmd {
			return b.act("set the threshold", fmt.Sprintf("Set %s to %s; the next match run goes by it.", key, value), func(ctx context.Context) (string, error) {
				return b.Services.Settings.Set(ctx, key, value, &seen)
			})
		}}})
}
