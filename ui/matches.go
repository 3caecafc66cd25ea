package ui

import (
	"context"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	crmsync "crmsync/sync"
)

// matchSource reads the list with a filter that stays as it was when the pager was made.
type matchSource struct {
	service MatchService
	filter  MatchFilter
}

// Page reads one page.
func (s matchSource) Page(ctx context.Context, seek Seek) (Page[Match], error) {
	return s.service.Page(ctx, s.filter, seek)
}

// Count counts the list.
func (s matchSource) Count(ctx context.Context) (int64, error) {
	return s.service.Count(ctx, s.filter)
}

// drawAfter is how long the cursor rests before the evidence of its row is read and drawn.
const drawAfter = 80 * time.Millisecond

// typeAfter is how long typing rests before a search runs.
const typeAfter = 80 * time.Millisecond

// matches is the review queue and every other list of matches.
type matches struct {
	stage
	list    list[Match]
	filter  MatchFilter
	start   MatchFilter // what a cleared filter goes back to
	before  MatchFilter // what esc in the field goes back to
	field   *field
	explain explainer
	marked  map[string]Match
	range0  int               // where a range of marks begins, -1 for none
	decided map[string]string // record id to the state this session gave it
	skipped map[string]bool
	arrived bool              // matches changed since the list was read, by the engine or by somebody else
	changed map[string]string // record id to who changed it elsewhere, and when
}

func newMatches(s *Session) *matches {
	start := MatchFilter{State: "review"}
	m := &matches{stage: stage{Session: s}, filter: start, start: start, field: newField(s.Theme, ""),
		marked: map[string]Match{}, decided: map[string]string{}, skipped: map[string]bool{}, changed: map[string]string{}, range0: -1}
	m.explain = explainer{Session: s, cache: map[string]Explanation{}}
	m.list = list[Match]{Session: s, lead: m.lead, leadPad: "   ", columns: m.columns()}
	m.list.more = []column[Match]{
		{title: "RECORD", cell: func(r *Match) string { return r.Record }}, {title: "OBJECT", cell: func(r *Match) string { return r.Object }},
		{title: "MEMBER", cell: func(r *Match) string { return r.Member }}, {title: "PERCENT", cell: func(r *Match) string { return strconv.Itoa(r.Score) }},
		{title: "REASON", cell: func(r *Match) string { return r.Reason }}, {title: "ADDRESS", cell: func(r *Match) string { return r.Address }}}
	m.list.pager = NewPager(matchSource{s.Services.Matches, start})
	return m
}

// Title is the screen's name.
func (m *matches) Title() string { return "Matches" }

// HelpNote explains the filter.
func (m *matches) HelpNote() string {
	return "Filter: object:contact status:review score:85..94 veolia   By shell: crmsync match --help"
}

// Show reads the list the first time, and again when reading was cut short.
func (m *matches) Show(ctx context.Context) tea.Cmd {
	m.show(ctx)
	if !m.list.pager.loaded || m.list.pager.err != nil || m.list.pager.busy {
		return m.reload()
	}
	return m.look()
}

func (m *matches) reload() tea.Cmd {
	m.prepare()
	return m.list.reload(m.screen)
}

// prepare forgets what the list read before showed.
func (m *matches) prepare() {
	m.arrived = false
	m.range0 = -1
	m.list.pager.source = matchSource{m.Services.Matches, m.filter}
	clear(m.decided)
	clear(m.changed)
}

func (m *matches) columns() []column[Match] {
	quiet := func(*Match) lipgloss.Style { return m.Theme.Quiet }
	return []column[Match]{
		{title: "CRM RECORD", width: 17, grow: 2, cell: func(r *Match) string { return r.Name }},
		{title: "DIRECTORY", width: 18, grow: 2, cell: func(r *Match) string { return orDash(m.Theme, r.MemberName) }},
		{title: "COMPANY", width: 16, grow: 2, from: 72, cell: func(r *Match) string { return r.Company }, style: quiet},
		{title: "STATE", width: 9, from: 56, cell: func(r *Match) string { return stateWord(m.state(r)) }, style: func(r *Match) lipgloss.Style { return m.Theme.style(stateOf(m.state(r))) }},
		{title: "SCORE", width: 6, right: true, cell: func(r *Match) string {
			if r.Score == 0 {
				return m.Theme.Dash
			}
			return score(r.Score)
		}, style: func(r *Match) lipgloss.Style {
			if r.Score == 0 {
				return m.Theme.Quiet
			}
			return m.Theme.scoreStyle(r.Score)
		}},
	}
}

func orDash(t *Theme, s string) string {
	if s == "" {
		return t.Dash
	}
	return s
}

// lead marks a row: x when marked, the new state's mark when decided since the list was read.
func (m *matches) lead(r *Match) string {
	mark := " "
	switch {
	case m.has(r):
		mark = "x"
	case m.decided[r.Record] != "":
		mark = m.Theme.mark(stateOf(m.decided[r.Record]))
	case m.skipped[r.Record]:
		mark = m.Theme.Dot
	}
	return " " + mark + " "
}

func (m *matches) has(r *Match) bool {
	_, ok := m.marked[r.Record]
	return ok
}

// state is the row's state, with what this session decided since.
func (m *matches) state(r *Match) string {
	if s := m.decided[r.Record]; s != "" {
		return s
	}
	return r.State
}

// Update takes what was read, the filter's letters, and what the engine reports.
func (m *matches) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := m.list.update(m.screen, msg); ok {
		return tea.Batch(cmd, m.look())
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return m.typed(msg)
	case searchMsg:
		if msg.owner == m && msg.text == m.field.value() {
			return m.apply(parseFilter(msg.text))
		}
	case eventMsg:
		if msg.Kind == crmsync.EventMatches {
			m.explain.forget()
			m.arrived = m.arrived || crmsync.RecordOfSubject(msg.Subject) == "" // of one record its audit event tells more
		}
	case elsewhereMsg:
		return m.elsewhere(crmsync.Event(msg))
	case changedMsg:
		return m.shows(msg)
	case decidedMsg:
		return m.settle(msg)
	case markedMsg:
		for record, state := range msg.states {
			m.decided[record] = state
		}
		return send(msg.acted)
	case actedMsg:
		m.explain.forget()
		if msg.redo || msg.what == "redo" || msg.what == "undo" {
			clear(m.decided)
			if m.shown() && msg.err == nil {
				return m.refresh()
			}
			m.arrived = true
		}
		return nil
	}
	return m.explain.update(m.screen, msg)
}

// currentRecord is the record under the cursor, or "".
func (m *matches) currentRecord() string {
	if r := m.list.current(); r != nil {
		return r.Record
	}
	return ""
}

// searchMsg comes when typing rested.
type searchMsg struct {
	owner Screen
	text  string
}

func (m *matches) typed(msg tea.KeyMsg) tea.Cmd {
	switch keyName(msg) {
	case "enter":
		m.field.blur()
		return m.apply(parseFilter(m.field.value()))
	case "esc":
		m.field.blur()
		return m.apply(m.before)
	}
	m.field.key(msg)
	return m.wait(m.screen, typeAfter, searchMsg{m, m.field.value()})
}

func (m *matches) apply(f MatchFilter) tea.Cmd {
	if f == m.filter {
		return nil
	}
	m.filter = f
	return m.reload()
}

// refresh reads the list anew and comes back to the same row number.
func (m *matches) refresh() tea.Cmd {
	m.prepare()
	return m.list.reloadAt(m.screen)
}

// look asks for the evidence of the row under the cursor, after a rest.
func (m *matches) look() tea.Cmd {
	r := m.list.current()
	if r == nil || !m.shown() {
		return nil
	}
	return m.explain.rest(m.screen, r.Record)
}

// Reading is how it stands with the list.
func (m *matches) Reading() reading { return m.list.reading("matches", m.refresh) }

// Editing is true while the filter is typed.
func (m *matches) Editing() bool { return m.field.focused() }

// Typing is what ends the typing.
func (m *matches) Typing() (enter, esc string) { return "filter", "take back" }

// Back clears the marks, then the filter.
func (m *matches) Back() (tea.Cmd, bool) {
	switch {
	case len(m.marked) > 0:
		clear(m.marked)
		return nil, true
	case m.filter != m.start:
		return m.apply(m.start), true
	}
	return nil, false
}

// Line is what waits, and the position.
func (m *matches) Line() (left, right string) {
	right = m.list.position()
	switch {
	case m.field.focused():
		return "enter applies the filter, esc drops it", right
	case len(m.marked) > 0:
		return count(len(m.marked), "match marked", "matches marked"), right
	case m.changed[m.currentRecord()] != "":
		return m.Theme.sign(StateRun, m.changed[m.currentRecord()]), right
	case m.arrived:
		return m.Theme.sign(StateRun, "matches changed; "+m.keyOf("match.reload")+" loads them"), right
	}
	return "", right
}
