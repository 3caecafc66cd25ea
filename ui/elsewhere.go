package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// deciding notes that this session is about to decide on a record, so that the event of it is known as its own.
func (s *Session) deciding(record string) {
	if s.own == nil {
		s.own = map[string]int{}
	}
	s.own[record]++
}

// decidedNot takes the note back when the act failed: no event comes.
func (s *Session) decidedNot(record string) {
	if s.own[record]--; s.own[record] <= 0 {
		delete(s.own, record)
	}
}

// isOwn reports whether an event only tells what this session did, and forgets the note.
func (s *Session) isOwn(event crmsync.Event) bool {
	record := crmsync.RecordOfSubject(event.Subject)
	if s.own[record] > 0 {
		s.decidedNot(record)
		return true
	}
	return event.Actor == s.Actor.Name && (record == "" || event.Text == string(crmsync.ActUndo))
}

// who is the person of an event, as this session calls them.
func (s *Session) who(event crmsync.Event) string {
	if event.Actor == s.Actor.Name {
		return "you, elsewhere,"
	}
	return clean(event.Actor)
}

// clock is the minute of an event, or of now when it has no time.
func (s *Session) clock(at time.Time) string {
	if at.IsZero() {
		at = s.now()
	}
	return at.In(s.now().Location()).Format("15:04")
}

// elsewhereMsg is an act that another session did.
type elsewhereMsg crmsync.Event

// elsewhere reads again what is in front when somebody else did one of its acts, and says who. The matches look
// after single rows themselves.
func (a *App) elsewhere(event crmsync.Event) tea.Cmd {
	screen, ok := a.screen().(watched)
	if _, rows := a.screen().(*matches); !ok || rows || !a.performs(crmsync.ActID(event.Text)) {
		return nil
	}
	verb := "changed this"
	if act, ok := crmsync.LookAct(crmsync.ActID(event.Text)); ok && act.ID != crmsync.ActUndo && act.ID != crmsync.ActSettingSet {
		verb = act.Verb
	}
	said := a.who(event) + " " + verb + " at " + a.clock(event.At)
	if list, ok := a.screen().(announcer); ok {
		cmd := list.arrived(0)
		if news := list.News(); news != "" {
			return tea.Batch(cmd, a.say(toastMsg{state: StateRun, text: said + "; " + a.keyOf("list.reload") + " loads it"}))
		}
		return tea.Batch(cmd, a.say(toastMsg{state: StateRun, text: said + "; this shows it as it is now"}))
	}
	return tea.Batch(screen.Reading().again(), a.say(toastMsg{state: StateRun, text: said + "; this shows it as it is now"}))
}

// performs reports whether the act is one that the screen in front offers; an undo may be of any.
func (a *App) performs(act crmsync.ActID) bool {
	for _, action := range tableOf(a.screen()) {
		if action.Act == act || act == crmsync.ActUndo && action.Act != "" {
			return true
		}
	}
	return false
}

// changedMsg carries a record that somebody else decided on, as it is now.
type changedMsg struct {
	owner       *matches
	record, who string
	explanation Explanation
	err         error
}

// changeOf says what an act did to a match.
func changeOf(event crmsync.Event) string {
	switch crmsync.ActID(event.Text) {
	case crmsync.ActMatchAccept:
		return "accepted it"
	case crmsync.ActMatchReject:
		return "rejected it"
	case crmsync.ActMatchRematch:
		return "chose another match"
	case crmsync.ActMatchNone:
		return "said that there is no match"
	case crmsync.ActUndo:
		return "took a decision back"
	}
	return "changed it"
}

// elsewhere reads the row that somebody else decided on; what is not held is only counted as news.
func (m *matches) elsewhere(event crmsync.Event) tea.Cmd {
	record := crmsync.RecordOfSubject(event.Subject)
	if record == "" {
		return nil
	}
	if m.held(record) == nil {
		m.arrived = true
		return nil
	}
	return m.lookAgain(m.ctx, record, m.who(event)+" "+changeOf(event)+" at "+m.clock(event.At))
}

// lookAgain reads one row's match.
func (m *matches) lookAgain(ctx context.Context, record, who string) tea.Cmd {
	return func() tea.Msg {
		explanation, err := m.Services.Matches.Explain(ctx, record)
		return changedMsg{m, record, who, explanation, err}
	}
}

// held is the row of a record, when the list holds it.
func (m *matches) held(record string) *Match {
	for i := range m.list.pager.pages {
		for j := range m.list.pager.pages[i].Rows {
			if row := &m.list.pager.pages[i].Rows[j]; row.Record == record {
				return row
			}
		}
	}
	return nil
}

// shows puts a row as it is now, and says who changed it: at once when the cursor is on it.
func (m *matches) shows(msg changedMsg) tea.Cmd {
	row := m.held(msg.record)
	if msg.owner != m || row == nil {
		return nil
	}
	if msg.err != nil {
		m.arrived = true
		return nil
	}
	x := msg.explanation
	row.State, row.Member, row.MemberName, row.Score = x.State, x.Member, x.MemberName, 0
	if x.Member != "" {
		row.Score = percent(x.Probability)
	}
	m.decided[msg.record] = x.State
	m.changed[msg.record] = msg.who
	delete(m.marked, msg.record)
	m.explain.cache[msg.record] = x
	if current := m.list.current(); current == nil || current.Record != msg.record || !m.shown() {
		return nil
	}
	return send(msg.toast())
}

// toast says who changed it.
func (msg changedMsg) toast() tea.Msg {
	return toastMsg{state: StateRun, text: msg.who + "; this shows it as it is now"}
}
