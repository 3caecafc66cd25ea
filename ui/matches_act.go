package ui

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// decidedMsg tells what became of one record.
type decidedMsg struct {
	record, state string
	acted         actedMsg
}

// Actions are the keys of the list.
func (m *matches) Actions() []Action {
	moves := m.list.moves(func() context.Context { return m.screen }, m.moved)
	hits := hitActions(func() string {
		if m.filter == m.start {
			return notFiltered(m.Session, "match.filter")
		}
		return ""
	}, func(n int) tea.Cmd { return tea.Batch(m.list.move(m.screen, n), m.moved()) })
	return slices.Concat(m.queueActions(), m.decisions(), moves, hits, m.looks())
}

// moved follows the cursor: the range of marks and the evidence.
func (m *matches) moved() tea.Cmd {
	if m.range0 >= 0 {
		for i := min(m.range0, m.list.cursor); i <= max(m.range0, m.list.cursor); i++ {
			if r := m.list.pager.At(i); r != nil {
				m.marked[r.Record] = *r
			}
		}
	}
	return m.look()
}

func (m *matches) decisions() []Action {
	return []Action{
		{ID: "match.accept", Act: crmsync.ActMatchAccept, Keys: m.acceptKeys(), Group: "Decide", Name: "Matches: accept this match", Short: "accept", Foot: true,
			Why: m.cannotAccept, Do: m.accept, Shell: m.shell("accept")},
		{ID: "match.reject", Act: crmsync.ActMatchReject, Keys: []string{"r"}, Group: "Decide", Name: "Matches: reject this match", Short: "reject", Foot: true,
			Why: m.cannotReject, Do: m.reject, Shell: m.shell("reject")},
		{ID: "match.skip", Keys: []string{"s"}, Group: "Decide", Name: "Matches: skip, ask later", Short: "skip", Foot: m.may(crmsync.ActMatchAccept), Local: true,
			Why: m.noRow, Do: m.skip},
		{ID: "undo", Act: crmsync.ActUndo, Keys: []string{"u"}, Group: "Decide", Short: "undo", Foot: m.noRow() == "" && m.may(crmsync.ActMatchAccept), Hidden: true, Do: func() tea.Cmd { return m.tell(undoMsg{}) }, Why: m.noAudit, Shell: "crmsync undo"},
		{ID: "match.rematch", Act: crmsync.ActMatchRematch, Keys: []string{"m"}, Group: "Decide", Name: "Matches: choose another match", Short: "re-match", Foot: !m.filter.Telling,
			Why: m.noRow, Do: m.rematch, Shell: m.shell("rematch") + " MEMBER"},
		m.judgeAction(),
		{ID: "match.court", Act: crmsync.ActMatchRematch, Keys: []string{"D"}, Group: "Decide", Name: "Matches: the records that compete for this person", Short: "duplicates", Verb: "settle duplicates",
			Why: m.noMember, Do: m.court, Shell: m.shell("show")},
		{ID: "match.bulk", Act: crmsync.ActMatchBulk, Keys: []string{"b"}, Group: "Many", Name: "Matches: accept in bulk by score", Short: "bulk", Verb: "accept in bulk", Foot: true, Why: m.noRow,
			Do: func() tea.Cmd { return m.tell(openMsg{newBulk(m.Session, m.filter.Object)}) }, Shell: "crmsync match bulk --dry-run"},
		{ID: "match.accept.marked", Act: crmsync.ActMatchAccept, Keys: []string{"A"}, Group: "Many", Name: "Matches: accept the marked", Short: "accept marked", Verb: "accept the marked",
			Why: m.noMarks, Do: func() tea.Cmd { return m.askMarked(true) }, Shell: "crmsync match accept RECORD…"},
		{ID: "match.reject.marked", Act: crmsync.ActMatchReject, Keys: []string{"X"}, Group: "Many", Name: "Matches: reject the marked", Short: "reject marked", Verb: "reject the marked",
			Why: m.noMarks, Do: func() tea.Cmd { return m.askMarked(false) }, Shell: "crmsync match reject RECORD…"},
	}
}

// undoMsg asks the root to take back what was done last.
type undoMsg struct{}

func (m *matches) noAudit() string {
	if m.Services.Audit == nil {
		return "undo needs the audit trail, which is not here"
	}
	return ""
}

func (m *matches) looks() []Action {
	mark := func(id, short, key string, do func() tea.Cmd) Action {
		return Action{ID: "mark." + id, Keys: []string{key}, Group: "Mark", Name: "Matches: " + short, Short: short, Local: true, Hidden: true, Do: do}
	}
	look := func(id, name, short, key string, do func() tea.Cmd) Action {
		return Action{ID: id, Keys: []string{key}, Group: "Out", Name: "Matches: " + name, Short: short, Foot: !m.may(crmsync.ActMatchAccept), Local: true, Why: m.noRow, Do: do}
	}
	return append(m.thresholdActions(), []Action{
		mark("one", "mark", "space", m.mark),
		mark("range", "mark a range", "v", m.markRange),
		mark("shown", "mark all shown", "ctrl+a", m.markShown),
		look("match.show", "show everything about this match", "details", "enter", m.open),
		{ID: "match.member", Keys: []string{"p"}, Group: "Out", Name: "Matches: the page of the person or company", Short: "page", Local: true, Why: m.noMember, Do: m.openMember},
		m.linkAction(),
		look("match.copy", "copy the record's address", "copy link", "y", m.copy),
		{ID: "match.filter", Keys: []string{"/"}, Group: "Everywhere", Name: "Matches: filter", Short: "filter", Foot: true, Local: true, Do: m.edit, Shell: "crmsync match list"},
		{ID: "match.object", Keys: []string{"]"}, Group: "Filter", Name: "Matches: next kind of record", Short: "next kind", Local: true, Do: func() tea.Cmd { return m.turn(1) }},
		{ID: "match.object.back", Keys: []string{"["}, Group: "Filter", Name: "Matches: kind of record before", Short: "kind before", Local: true, Hidden: true, Do: func() tea.Cmd { return m.turn(-1) }},
		{ID: "match.state", Keys: []string{"f"}, Group: "Filter", Name: "Matches: next state", Short: "next state", Foot: m.filter == m.start && m.noRow() != "" && m.list.pager.err == nil, Local: true, Do: func() tea.Cmd {
			f := m.filter
			f.State = next(matchStates(), f.State, 1)
			return m.apply(f)
		}},
		{ID: "match.reason", Keys: []string{"w"}, Group: "Filter", Name: "Matches: why not, the next reason of having no member", Short: "why not", Local: true, Shell: "crmsync match list --unmatched --reason REASON", Do: func() tea.Cmd {
			f := m.filter
			f.State, f.Reason = "", next(matchReasons(), f.Reason, 1)
			if f.Reason == "" {
				f = m.start
			}
			return m.apply(f)
		}},
		{ID: "match.clear", Keys: []string{"x"}, Group: "Filter", Name: "Matches: clear the filter", Short: "clear filter", Foot: m.filter != m.start && m.noRow() != "", Local: true, Do: func() tea.Cmd { return m.apply(m.start) }},
		{ID: "match.reload", Keys: []string{"R"}, Group: "Filter", Name: "Matches: load again", Short: "load again", Foot: m.arrived, Local: true, Do: m.refresh},
		m.exportAction(func() exporter { return m.list.exporter("The matches") }),
	}...)
}

func (m *matches) noRow() string {
	if m.list.current() == nil {
		return "no match is chosen"
	}
	return ""
}

func (m *matches) noMember() string {
	r := m.list.current()
	if r == nil {
		return "no match is chosen"
	}
	return m.Session.noMember(r.Member)
}

func (m *matches) openMember() tea.Cmd {
	r := m.list.current()
	return m.Session.openMember(r.Object == "Account", r.Member, r.MemberName)
}

func (m *matches) noMarks() string {
	if len(m.marked) == 0 {
		return "nothing is marked; " + m.keyOf("mark.one") + " marks"
	}
	return ""
}

func (m *matches) cannotAccept() string {
	r := m.list.current()
	switch {
	case r == nil:
		return "no match is chosen"
	case r.Member == "":
		return "there is nobody to accept; " + m.keyOf("match.rematch") + " searches the directory"
	case m.state(r) == "accepted" || m.state(r) == "overridden":
		return "it is accepted already"
	}
	return ""
}

func (m *matches) cannotReject() string {
	r := m.list.current()
	switch {
	case r == nil:
		return "no match is chosen"
	case r.Member == "":
		return "there is nobody to reject"
	case m.state(r) == "rejected":
		return "it is rejected already"
	}
	return ""
}

func (m *matches) shell(verb string) string {
	if r := m.list.current(); r != nil {
		line := "crmsync match " + verb + " " + ShellWord(r.Record)
		if r.Member != "" && r.State == "none" && (verb == "accept" || verb == "reject") { // the best candidate is not what the record has
			line += " --member " + ShellWord(r.Member)
		}
		return line
	}
	return "crmsync match " + verb + " RECORD"
}

func (m *matches) accept() tea.Cmd {
	r := m.seen(*m.list.current())
	return m.decide(r, "accepted", "accept the match", "Accepted "+pair(r)+".", func(ctx context.Context) (string, error) {
		return m.Services.Matches.Accept(ctx, r, "")
	})
}

func (m *matches) reject() tea.Cmd {
	r := m.seen(*m.list.current())
	return m.decide(r, "rejected", "reject the match", "Rejected "+pair(r)+".", func(ctx context.Context) (string, error) {
		return m.Services.Matches.Reject(ctx, r, "")
	})
}

// seen is a row as it stands on the screen, with what this session decided since; a decision holds against that.
func (m *matches) seen(r Match) Match {
	r.State = m.state(&r)
	if r.State == "rejected" {
		r.Member = ""
	}
	return r
}

func pair(r Match) string { return clean(r.Name) + " = " + clean(r.MemberName) }

// decide marks the row at once, moves on, and lets the store catch up; a failure puts the mark back.
func (m *matches) decide(r Match, state, what, done string, perform func(context.Context) (string, error)) tea.Cmd {
	m.decided[r.Record] = state
	delete(m.changed, r.Record)
	m.deciding(r.Record)
	delete(m.marked, r.Record)
	move := m.list.move(m.screen, 1)
	act := func() tea.Msg {
		audit, err := perform(m.ctx)
		return decidedMsg{record: r.Record, state: state, acted: actedMsg{text: done, audit: audit, err: err, what: what}}
	}
	return tea.Batch(act, move, m.look())
}

// settle takes the store's answer to a decision and hands it on to the root.
func (m *matches) settle(msg decidedMsg) tea.Cmd {
	switch {
	case msg.acted.err != nil:
		m.decidedNot(msg.record)
		delete(m.decided, msg.record)
		if crmsync.CodeOf(msg.acted.err) == "match.changed" {
			return tea.Batch(send(msg.acted), m.lookAgain(m.ctx, msg.record, clean(msg.acted.err.Error())))
		}
	default:
		m.decided[msg.record] = msg.state
	}
	return send(msg.acted)
}

func (m *matches) skip() tea.Cmd {
	m.skipped[m.list.current().Record] = true
	return tea.Batch(m.list.move(m.screen, 1), m.look())
}

func (m *matches) rematch() tea.Cmd {
	return m.tell(pushMsg{newRematch(m.Session, *m.list.current())})
}

func (m *matches) open() tea.Cmd { return m.tell(pushMsg{newDetail(m, *m.list.current())}) }

// court shows the records that want the same member, and gives it to the one that is chosen.
func (m *matches) court() tea.Cmd {
	r := m.list.current()
	return m.tell(pushMsg{newTie(m.Session, r.Object == "Account", r.Member, r.MemberName)})
}

func (m *matches) copy() tea.Cmd {
	r := m.list.current()
	if r.Address == "" {
		return send(copyMsg{r.Record})
	}
	return send(copyMsg{r.Address})
}

// link shows the badge: the way to the record in the CRM (S7).
func (m *matches) link() tea.Cmd {
	r := m.list.current()
	if r.Address == "" {
		return send(toastMsg{state: StateWarn, text: "there is no address: the CRM is not connected"})
	}
	return linkTo(r.Address)
}

func (m *matches) edit() tea.Cmd {
	m.field.set(strings.TrimLeft(m.filter.String()+" ", " "))
	m.field.focus()
	m.before = m.filter
	return nil
}

func (m *matches) turn(step int) tea.Cmd {
	f := m.filter
	f.Object = next(matchObjects(), f.Object, step)
	return m.apply(f)
}

func (m *matches) mark() tea.Cmd {
	if r := m.list.current(); r != nil {
		if m.has(r) {
			delete(m.marked, r.Record)
		} else {
			m.marked[r.Record] = *r
		}
		return tea.Batch(m.list.move(m.screen, 1), m.look())
	}
	return nil
}

func (m *matches) markRange() tea.Cmd {
	if m.range0 >= 0 {
		m.range0 = -1
		return nil
	}
	m.range0 = m.list.cursor
	return m.moved()
}

func (m *matches) markShown() tea.Cmd {
	for i := m.list.top; i < m.list.top+m.list.height; i++ {
		if r := m.list.pager.At(i); r != nil {
			m.marked[r.Record] = *r
		}
	}
	return nil
}

// askMarked previews a decision on everything marked.
func (m *matches) askMarked(accept bool) tea.Cmd {
	rows := make([]Match, 0, len(m.marked))
	for _, r := range m.marked {
		if r.Member != "" {
			rows = append(rows, r)
		}
	}
	verb := "Reject"
	if accept {
		verb = "Accept"
	}
	title, note, act := verb+" the marked", "Each can be undone.", crmsync.ActID("")
	if len(rows) > 1 && m.needsSecond(crmsync.ActMatchBulk) {
		note, act = "One undo takes all of it back.", crmsync.ActMatchBulk
	}
	return m.tell(openMsg{&confirm{Session: m.Session, title: title, act: act, yes: verb + " " + number(len(rows)),
		note: note, lines: func(w int) []string { return markedLines(m.Theme, rows, w) },
		do: func() tea.Cmd { return m.decideMarked(rows, accept) }}})
}
