package ui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// mine is what a seat holder sees and decides for themselves: nobody else can opt them in (S25).
type mine struct {
	stage
	once
	mine   Mine
	cursor int
}

// mineMsg carries what is one's own.
type mineMsg struct {
	owner *mine
	mine  Mine
	err   error
}

func newMine(s *Session) *mine { return &mine{stage: stage{Session: s}} }

// Title is the screen's name.
func (m *mine) Title() string { return "Mine" }

// Show reads what is one's own.
func (m *mine) Show(ctx context.Context) tea.Cmd {
	m.show(ctx)
	return m.load()
}

func (m *mine) load() tea.Cmd {
	if m.Actor.Seat == "" {
		return nil
	}
	screen := m.screen
	return tea.Batch(m.begin(screen, m.Session), func() tea.Msg {
		own, err := m.Services.Mine.Mine(screen)
		return mineMsg{m, own, err}
	})
}

// Reading is how it stands with the page.
func (m *mine) Reading() reading { return m.once.of("your page", m.load) }

// Update takes what was read.
func (m *mine) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case mineMsg:
		if msg.owner == m && m.end(msg.err) {
			m.follow(msg.mine)
		}
	case actedMsg:
		if m.shown() {
			return m.load()
		}
	}
	return nil
}

// Actions opt in and out, and hold single activities back or let them go (S24).
func (m *mine) Actions() []Action {
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd { m.cursor = max(0, min(m.cursor+n, m.rows()-1)); return nil }
	}
	kind, turn, id := "KIND", "on", "ID"
	if m.cursor < len(m.mine.Kinds) {
		kind, turn = m.mine.Kinds[m.cursor].Kind, onOff(!m.mine.Kinds[m.cursor].On)
	}
	item := m.item()
	if item != nil {
		id = ShellWord(item.ID)
	}
	return []Action{
		{ID: "writeback.optin", Act: crmsync.ActOptIn, Keys: []string{"space"}, Group: "Decide", Name: "Mine: write this kind back, or stop", Short: "on or off", Verb: "opt in", Foot: true, Why: m.noKind, Do: m.toggle, Shell: "crmsync me writeback " + turn + " " + kind},
		{ID: "activity.hold", Act: crmsync.ActActivityHold, Keys: []string{"h"}, Group: "Decide", Name: "Mine: hold this activity back", Short: "hold", Foot: true, Why: func() string { return whyNotHold(m.item()) }, Do: m.hold, Shell: "crmsync me hold " + id},
		{ID: "activity.release", Act: crmsync.ActActivityRelease, Keys: []string{"l"}, Group: "Decide", Name: "Mine: let this activity go", Short: "let go", Verb: "let it go", Foot: true, Why: func() string { return whyNotRelease(m.item()) }, Do: m.release, Shell: "crmsync me release " + id},
		{ID: "alert.read", Act: crmsync.ActAlertRead, Keys: []string{"a"}, Group: "Decide", Name: "Mine: mark all alerts as read", Short: "alerts read", Verb: "mark alerts as read", Foot: m.mine.Unread > 0, Why: m.noAlerts, Do: m.readAlerts, Shell: "crmsync me alerts read"},
		{ID: "activity.add", Act: crmsync.ActActivityAdd, Keys: []string{"+"}, Group: "Decide", Name: "Mine: add a note or a call", Short: "new note", Verb: "add an activity", Foot: m.mine.Seat != "", Why: m.noSeat, Do: m.addActivity, Shell: "crmsync activity add --kind note --with PERSON"},
		{ID: "mine.reload", Keys: []string{"R"}, Group: "Everywhere", Name: "Mine: load again", Short: "load again", Local: true, Do: m.load},
		{ID: "list.up", Keys: []string{"up", "k"}, Group: "Move", Name: "List: row up", Short: "row up", Local: true, Hidden: true, Do: move(-1)},
		{ID: "list.down", Keys: []string{"down", "j"}, Group: "Move", Name: "List: row down", Short: "row down", Local: true, Hidden: true, Do: move(1)},
	}
}

// rows are what the cursor walks: the kinds, then the activities that wait.
func (m *mine) rows() int { return len(m.mine.Kinds) + len(m.mine.Held) }

// item is the activity under the cursor, or nil while it is on a kind.
func (m *mine) item() *OutboxItem {
	at := m.cursor - len(m.mine.Kinds)
	if at < 0 || at >= len(m.mine.Held) {
		return nil
	}
	return &m.mine.Held[at]
}

func (m *mine) hold() tea.Cmd {
	item := *m.item()
	return m.act("hold the activity", "Held back: "+clean(item.Kind)+" with "+clean(item.Who)+".", func(ctx context.Context) (string, error) {
		return m.Services.Mine.Hold(ctx, item.ID)
	})
}

func (m *mine) release() tea.Cmd {
	item := *m.item()
	return m.act("let the activity go", "Let go: "+clean(item.Kind)+" with "+clean(item.Who)+".", func(ctx context.Context) (string, error) {
		return m.Services.Mine.Release(ctx, item.ID)
	})
}

func (m *mine) noKind() string {
	switch {
	case m.Actor.Seat == "":
		return "you have no seat, so there is nothing of yours to write"
	case m.cursor >= len(m.mine.Kinds):
		return "no kind is chosen"
	}
	return ""
}

func (m *mine) noAlerts() string {
	if m.mine.Unread == 0 {
		return "no alert is new to you"
	}
	return ""
}

func (m *mine) readAlerts() tea.Cmd {
	return m.act("mark the alerts", "Marked "+count(m.mine.Unread, "alert", "alerts")+" as read.", m.Services.Mine.ReadAlerts)
}

func (m *mine) toggle() tea.Cmd {
	k := m.mine.Kinds[m.cursor]
	done := "You write " + k.Label + " back from now on."
	if k.On {
		done = "You no longer write " + k.Label + " back."
	}
	return m.act("change your writeback", done, func(ctx context.Context) (string, error) {
		return m.Services.Mine.OptIn(ctx, k.Kind, !k.On)
	})
}

// follow takes what was read, with the cursor on the activity it was on where that still waits.
func (m *mine) follow(read Mine) {
	was := m.item()
	m.mine = read
	if was != nil {
		if at := slices.IndexFunc(read.Held, func(i OutboxItem) bool { return i.ID == was.ID }); at >= 0 {
			m.cursor = len(read.Kinds) + at
		}
	}
	m.cursor = max(0, min(m.cursor, m.rows()-1))
}

// Line says what an opt-in means, or what to do about the chosen activity.
func (m *mine) Line() (left, right string) {
	if item := m.item(); item != nil {
		if item.Fix != "" {
			return clean(item.Text + ": " + item.Fix), number(m.cursor-len(m.mine.Kinds)+1) + " of " + number(len(m.mine.Held))
		}
		return clean(item.Text), number(m.cursor-len(m.mine.Kinds)+1) + " of " + number(len(m.mine.Held))
	}
	return "an opt-in begins with your next activity and is yours alone", m.now().Format("15:04")
}

// View draws the kinds, what is held, and the saves.
func (m *mine) View(w, h int) string {
	t := m.Theme
	switch {
	case m.Actor.Seat == "":
		return t.emptyPage(StateOff, "You have no seat", []string{"This screen is for members of the sales team.", "", "crmsync user add NAME --role member --seat EMAIL binds a console user to a seat."}, w, h)
	case !m.once.known:
		return page(m.loading(m.once, w, h), w, h)
	}
	o := m.mine
	lines := []string{t.heading(clean(o.Name), clean(o.Mail), w), "  " + m.mapping(), "",
		"  " + t.Quiet.Render(fit("WRITE BACK", 14)+fit("YOU", 12)+"WHAT HAPPENS")}
	for i, k := range o.Kinds {
		lines = append(lines, m.kindLine(k, w, i == m.cursor))
	}
	if m.item() != nil { // what one is at comes first
		lines = append(lines, m.heldLines(w, h-len(lines))...)
		lines = append(lines, m.alertLines(w, h-len(lines))...)
	} else {
		lines = append(lines, m.alertLines(w, (h-len(lines))/2)...)
		lines = append(lines, m.heldLines(w, min(7, h-len(lines)))...)
	}
	if len(o.Saves) > 0 {
		lines = append(lines, "", t.heading("Saved for you", newest(len(o.Saves), "record", "records"), w))
		for _, s := range o.Saves[:min(len(o.Saves), max(0, h-len(lines)))] {
			lines = append(lines, "  "+t.Quiet.Render(fit(clean(s.Kind), 10))+t.Text.Render(fit(clean(s.Name), 30))+" "+t.Quiet.Render(cut(clean(s.For), w-44)))
		}
	}
	return page(lines, w, h)
}

// alertLines are the newest alerts, those not read marked, in at most room lines.
func (m *mine) alertLines(w, room int) []string {
	t := m.Theme
	if len(m.mine.Alerts) == 0 || room < 3 {
		return nil
	}
	word := "all read"
	if m.mine.Unread > 0 {
		word = number(m.mine.Unread) + " new"
	}
	lines := []string{"", t.heading("Alerts", word, w)}
	for _, alert := range m.mine.Alerts[:min(len(m.mine.Alerts), room-2)] {
		state, text := StateOff, t.Quiet
		if alert.New {
			state, text = StateOn, t.Text
		}
		lines = append(lines, "  "+t.style(state).Render(t.mark(state))+" "+t.Faint.Render(fit(stamp(alert.At.In(m.now().Location()), m.now()), 12))+
			text.Render(fit(clean(alert.About), min(36, w/3)))+" "+t.Quiet.Render(cut(clean(alert.Text), w-w/3-20)))
	}
	return lines
}

func (m *mine) mapping() string {
	t := m.Theme
	switch {
	case m.mine.CRMName == "":
		return t.sign(StateWarn, "you are mapped to no CRM user: nothing of yours can be written")
	case !m.mine.Allowed:
		return t.sign(StateWarn, "you are "+clean(m.mine.CRMName)+" in the CRM; an admin has not allowed writeback for your seat")
	}
	return t.sign(StateGood, "you are "+clean(m.mine.CRMName)+" in the CRM")
}

func (m *mine) kindLine(k MyKind, w int, selected bool) string {
	t := m.Theme
	state, word := StateOff, "off"
	if k.On {
		state, word = StateOn, "on"
	}
	what := "nothing is written"
	switch {
	case k.On && k.Why != "":
		what = k.Why
	case k.On && !k.Open:
		what = "waits: an admin has not turned this kind on"
	case k.On:
		what = "written since " + stamp(k.Since.In(m.now().Location()), m.now())
	}
	text := " " + t.Text.Render(fit(clean(k.Label), 14)) + fit(t.sign(state, word), 12) + t.Quiet.Render(cut(clean(what), w-30))
	return t.row(text, w, selected)
}

// heldLines are the activities that wait, in at most room lines, the chosen one among them.
func (m *mine) heldLines(w, room int) []string {
	t := m.Theme
	held := m.mine.Held
	if len(held) == 0 || room < 3 {
		return nil
	}
	at := m.cursor - len(m.mine.Kinds)
	shown := min(len(held), room-2)
	top := max(0, min(at-shown/2, len(held)-shown))
	lines := []string{"", t.heading("Waiting to be written", newest(len(held), "activity", "activities"), w)}
	for i, item := range held[top : top+shown] {
		state, word := outboxWord(item.State)
		text := " " + t.Faint.Render(fit(stamp(item.At.In(m.now().Location()), m.now()), 12)) + fit(t.sign(state, word), 11) + t.Text.Render(fit(clean(item.Kind+" "+item.Who), min(30, w/3))) + " " + t.Quiet.Render(cut(clean(item.Text), w-27-min(30, w/3)))
		lines = append(lines, t.row(text, w, top+i == at))
	}
	return lines
}

// newest counts what is shown, and says so when there may be more.
func newest(n int, one, many string) string {
	if n >= mineShown {
		return "the newest " + count(n, one, many)
	}
	return count(n, one, many)
}
