package ui

import (
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// home is the first screen: what needs a person, the last import, seats, activity, the latest events.
type home struct {
	*Session
	running *progress
	cursor  int
}

func newHome(s *Session, running *progress) *home { return &home{Session: s, running: running} }

// Title is the screen's name.
func (h *home) Title() string { return "Home" }

// Reading is how it stands with the overview, which the root reads.
func (h *home) Reading() reading {
	r := h.looking.of("the overview", func() tea.Cmd { return h.tell(lookMsg{}) })
	r.known = h.known
	return r
}

// Update keeps the cursor on a line when there are fewer.
func (h *home) Update(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(overviewMsg); ok {
		h.cursor = min(h.cursor, max(0, len(h.needs())-1))
	}
	return nil
}

// need is one line of what needs a person.
type need struct {
	state  State
	text   string
	where  string // the way there, in words
	visit  gotoMsg
	open   func() tea.Cmd // instead of a visit
	share  float64        // of a bar instead of the way; 0 for none
	beside string         // the bar, where there is room
}

// needs lists what needs a person, the most urgent first.
func (h *home) needs() []need {
	o := h.overview
	var out []need
	add := func(when bool, state State, text, where string, visit gotoMsg) {
		if when {
			out = append(out, need{state: state, text: text, where: where, visit: visit})
		}
	}
	crumb := " " + h.Theme.Crumb + " "
	add(o.NoRoom != "", StateBad, o.NoRoom, h.placeOf("Connect"), gotoMsg{tab: tabConnect})
	add(o.Connected == ConnectedNone, StateWarn, "not connected to a CRM", h.placeOf("Connect"), gotoMsg{tab: tabConnect})
	add(o.Connected == ConnectedRevoked && len(o.Refused) == 0, StateBad, "the CRM took the authorisation back: sign in again", h.placeOf("Connect"), gotoMsg{tab: tabConnect})
	for i, line := range o.Refused {
		add(true, []State{StateBad, StateWarn}[min(i, 1)], line, h.placeOf("Connect"), gotoMsg{tab: tabConnect})
	}
	add(o.Budget != "", StateWarn, o.Budget, h.placeOf("Connect"), gotoMsg{tab: tabConnect})
	add(o.Connected == ConnectedPaused, StateWarn, "the connection is paused", h.placeOf("Connect"), gotoMsg{tab: tabConnect})
	add(o.Connected == ConnectedYes && o.SyncedAt.IsZero() && !h.running.running, StateWarn, "nothing was imported yet", h.placeOf("Connect")+crumb+"First import", gotoMsg{tab: tabConnect})
	if !o.Network && h.Services.Network != nil {
		out = append(out, need{state: StateWarn, text: "no network file was read yet", where: h.keyOf("network.import") + " reads one", open: func() tea.Cmd { return h.tell(pushMsg{newReader(h.Session)}) }})
	}
	out = append(out, h.pausedNeeds()...)
	add(o.Approvals > 0, StateWarn, count(o.Approvals, "act waits for a second admin", "acts wait for a second admin"), h.placeOf("Audit")+crumb+"approvals", gotoMsg{tabAudit, "approvals"})
	add(o.Review > 0, StateWarn, count(o.Review, "match waits for review", "matches wait for review"), h.placeOf("Matches"), gotoMsg{tab: tabMatches})
	add(o.Failed > 0, StateWarn, count(o.Failed, "writeback item failed for good", "writeback items failed for good"), h.placeOf("Writeback")+crumb+"Outbox", gotoMsg{tabWriteback, "outbox"})
	add(o.Unassigned > 0, StateWarn, count(o.Unassigned, "activity has no match", "activities have no match"), h.placeOf("Writeback")+crumb+"Unassigned", gotoMsg{tabWriteback, "unassigned"})
	add(o.Seats.Unmapped > 0, StateWarn, count(o.Seats.Unmapped, "seat has no CRM user", "seats have no CRM user"), h.placeOf("Users"), gotoMsg{tab: tabUsers})
	for _, alarm := range o.Alarms {
		add(true, StateWarn, clean(alarm), h.placeOf("Matches"), gotoMsg{tab: tabMatches})
	}
	add(o.Stale > 0, StateWarn, count(o.Stale, "save is stale", "saves are stale"), h.placeOf("Opps")+crumb+"stale saves", gotoMsg{tabOpps, "stale"})
	add(o.Alerts > 0, StateOn, count(o.Alerts, "alert is new to you", "alerts are new to you"), h.placeOf("Mine"), gotoMsg{tab: tabMine})
	add(len(out) == 0, StateGood, "nothing waits for you", h.placeOf("Matches"), gotoMsg{tab: tabMatches})
	if o.APIMax > 0 {
		share := float64(o.APIUsed) / float64(o.APIMax)
		state := StateGood
		if share >= 0.8 {
			state = StateWarn
		}
		coming := ""
		if o.APIImport > 0 {
			coming = "next import " + about(o.APIImport) + ", our next 24 h " + about(o.APIDay)
		}
		out = append(out, need{state: state, share: max(share, 0.001), beside: coming, visit: gotoMsg{tab: tabConnect},
			text: number(o.APIUsed) + " of " + number(o.APIMax) + " CRM API calls used today"})
	}
	return out
}

// Actions are the keys of Home.
func (h *home) Actions() []Action {
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd {
			h.cursor = max(0, min(h.cursor+n, len(h.needs())-1))
			return nil
		}
	}
	return []Action{
		{ID: "list.up", Keys: []string{"up", "k"}, Group: "Move", Name: "List: row up", Short: "row up", Local: true, Hidden: true, Do: move(-1)},
		{ID: "list.down", Keys: []string{"down", "j"}, Group: "Move", Name: "List: row down", Short: "row down", Local: true, Hidden: true, Do: move(1)},
		{ID: "screen.any", Keys: []string{h.tabKeys()}, Group: "Move", Name: "Go to a screen", Short: "screen", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return nil }},
		{ID: "home.open", Keys: []string{"enter"}, Group: "Move", Name: "Home: open what is chosen", Short: "open", Foot: true, Local: true, Do: func() tea.Cmd {
			needs := h.needs()
			switch {
			case h.cursor >= len(needs):
				return nil
			case needs[h.cursor].open != nil:
				return needs[h.cursor].open()
			}
			return h.tell(needs[h.cursor].visit)
		}},
		{ID: "run.stop", Act: crmsync.ActRunStop, Keys: []string{"c"}, Group: "Work", Name: "Sync: stop what runs", Short: "stop", Foot: h.cannotStop() == "", Why: h.cannotStop,
			Do: h.stopRun, Shell: "crmsync schedule stop import"},
		{ID: "home.runs", Keys: []string{"r"}, Group: "Show", Name: "Home: every run, with its counts and errors", Short: "runs", Foot: true, Why: h.noRuns, Do: func() tea.Cmd { return h.tell(pushMsg{newRuns(h.Session)}) }, Shell: "crmsync runs"},
		{ID: "match.run", Act: crmsync.ActMatchRun, Keys: []string{"m"}, Group: "Work", Name: "Matches: match what is new now", Short: "match now", Verb: "match", Why: h.cannotRun,
			Do: func() tea.Cmd { return h.runNow(crmsync.JobMatch) }, Shell: "crmsync match run"},
		{ID: "writeback.run", Act: crmsync.ActWritebackRun, Keys: []string{"w"}, Group: "Work", Name: "Writeback: write what is queued now", Short: "write now", Verb: "write back", Why: h.cannotWrite,
			Do: func() tea.Cmd { return h.runNow(crmsync.JobWriteback) }, Shell: "crmsync writeback run"},
		h.scheduled(crmsync.JobImport, "p"),
		h.scheduled(crmsync.JobWriteback, "P"),
	}
}

func (h *home) noRuns() string {
	if h.Services.Runs == nil {
		return "runs cannot be read here"
	}
	return ""
}

// Line says when the next import comes, and the time.
func (h *home) Line() (left, right string) {
	now := h.now()
	right = now.Format("15:04")
	o := h.overview
	switch {
	case !h.known || h.running.running || o.SyncEvery == 0:
		return "", right
	case o.Connected != ConnectedYes:
		return "nothing is synced until a CRM is connected", right
	case o.EngineAway:
		return "no engine runs: crmsync serve is one, so is the next console", right
	case o.ImportsPaused:
		return "imports are paused; " + h.keyOf("schedule.import") + " resumes them", right
	}
	next := o.NextSync.In(now.Location())
	when := next.Format("15:04")
	if !sameDay(next, now) {
		when = next.Format("2 Jan 15:04")
	}
	return fmt.Sprintf("next sync %s, each %s", when, every(o.SyncEvery)), right
}

// every writes an interval: "12 h", "3 min".
func every(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d min", d/time.Minute)
}

// View draws the page from the top down and leaves out below what does not fit.
func (h *home) View(w, height int) string {
	if !h.known {
		return page(h.Session.loading(h.looking, w, height), w, height)
	}
	lines := h.needLines(w)
	if w >= leastWidth+20 || height > 12 {
		lines = append(lines, "")
	}
	lines = append(lines, h.runLines(w, height-len(lines))...)
	rest := height - len(lines)
	switch {
	case w >= sideBySide && rest >= 9:
		lines = append(lines, "")
		lines = append(lines, h.seatsAndActivity(w)...)
		lines = append(lines, "")
		lines = append(lines, h.latest(w, height-len(lines))...)
	case rest >= 3:
		lines = append(lines, "")
		lines = append(lines, h.shortFigures(w)...)
		if rest >= 8 {
			lines = append(lines, "")
			lines = append(lines, h.latest(w, height-len(lines))...)
		}
	}
	return page(lines, w, height)
}

// sideBySide is the least width at which a second pane stands beside the first.
const sideBySide = 100

func (h *home) needLines(w int) []string {
	t := h.Theme
	lines := []string{" " + t.Title.Render("Needs you")}
	text := min(51, w-26)
	for i, n := range h.needs() {
		mark := t.mark(n.state) + " " + n.text
		line := "    " + t.style(n.state).Render(fit(mark, text-1))
		where := n.where
		if i == h.cursor {
			line = "  " + t.Accent.Render(t.Cursor) + t.Selected.Render(fit(" "+mark, text))
			if where != "" {
				where = "enter: " + where
			}
		}
		side := t.Quiet.Render(where)
		if n.share > 0 {
			side = t.bar(n.share, 10, t.style(n.state))
			if w >= sideBySide {
				side += "  " + t.Quiet.Render(n.beside)
			}
		}
		lines = append(lines, line+"  "+side)
	}
	return lines
}

// tabKeys are the keys of the screens; who has a seat has one more.
func (h *home) tabKeys() string {
	if h.Actor.Seat != "" {
		return "0-9"
	}
	return "1-9"
}
