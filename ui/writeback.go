package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// The parts of the writeback screen.
const (
	partTypes = iota
	partPeople
	partOutbox
	partUnassigned
	partCount
)

func partNames() []string { return []string{"Types", "People", "Outbox", "Unassigned"} }

// writeback is what is written to the CRM: kinds, people, the outbox, and what has no record yet.
type writeback struct {
	stage
	part       int
	types      WritebackTypes
	known      bool
	err        error
	cursor     int
	people     listing[OptedPerson]
	outbox     listing[OutboxItem]
	unassigned listing[OutboxItem]
}

// typesMsg carries the kinds.
type typesMsg struct {
	owner *writeback
	types WritebackTypes
	err   error
}

func newWriteback(s *Session) *writeback {
	b := &writeback{stage: stage{Session: s}}
	b.people = newListing(s, "The people", source[OptedPerson]{page: s.Services.Writeback.People}, b.peopleColumns())
	b.outbox = newListing(s, "The outbox", source[OutboxItem]{page: func(ctx context.Context, seek Seek) (Page[OutboxItem], error) {
		return s.Services.Writeback.Outbox(ctx, false, seek)
	}}, b.outboxColumns())
	b.unassigned = newListing(s, "The unassigned activities", source[OutboxItem]{page: func(ctx context.Context, seek Seek) (Page[OutboxItem], error) {
		return s.Services.Writeback.Outbox(ctx, true, seek)
	}}, b.unassignedColumns())
	return b
}

// Title is the screen's name.
func (b *writeback) Title() string { return "Writeback" }

// Show reads the part in front.
func (b *writeback) Show(ctx context.Context) tea.Cmd {
	b.show(ctx)
	return b.enter()
}

// Hide ends what the parts were reading.
func (b *writeback) Hide() {
	b.people.Hide()
	b.outbox.Hide()
	b.unassigned.Hide()
	b.stage.Hide()
}

// enter reads the kinds and the part in front.
func (b *writeback) enter() tea.Cmd {
	screen := b.screen
	types := func() tea.Msg {
		types, err := b.Services.Writeback.Types(screen)
		return typesMsg{b, types, err}
	}
	switch b.part {
	case partPeople:
		return tea.Batch(types, b.people.Show(screen))
	case partOutbox:
		return tea.Batch(types, b.outbox.Show(screen))
	case partUnassigned:
		return tea.Batch(types, b.unassigned.Show(screen))
	}
	return types
}

// Part opens a part by its name.
func (b *writeback) Part(name string) tea.Cmd {
	switch name {
	case "types":
		b.part = partTypes
	case "outbox":
		b.part = partOutbox
	case "unassigned":
		b.part = partUnassigned
	}
	return b.enter()
}

// Update takes what the parts read, and news.
func (b *writeback) Update(msg tea.Msg) tea.Cmd {
	for _, update := range []func(context.Context, tea.Msg) (tea.Cmd, bool){b.people.list.update, b.outbox.list.update, b.unassigned.list.update} {
		if cmd, ok := update(b.context(), msg); ok {
			return cmd
		}
	}
	switch msg := msg.(type) {
	case typesMsg:
		if msg.owner == b && !cancelled(msg.err) {
			b.types, b.err, b.known = msg.types, msg.err, msg.err == nil
			b.cursor = max(0, min(b.cursor, len(b.types.Kinds)-1))
		}
	case actedMsg:
		b.people.stale, b.outbox.stale, b.unassigned.stale = true, true, true
		if b.shown() {
			return b.enter()
		}
	case eventMsg:
		if msg.Kind == crmsync.EventOutbox {
			b.outbox.stale, b.unassigned.stale = true, true
		}
	}
	return nil
}

// context is the screen's, or the session's before it was first shown.
func (b *writeback) context() context.Context {
	if b.screen != nil {
		return b.screen
	}
	return b.ctx
}

// Actions are those of the part in front.
func (b *writeback) Actions() []Action {
	turn := func(n int) func() tea.Cmd {
		return func() tea.Cmd { b.part = (b.part + n + partCount) % partCount; return b.enter() }
	}
	var out []Action
	switch b.part {
	case partTypes:
		out = b.typeActions()
	case partPeople:
		out = b.people.walk(nil)
	case partOutbox:
		out = append(b.outboxActions(&b.outbox), b.outbox.walk(nil)...)
	case partUnassigned:
		out = append(b.outboxActions(&b.unassigned), b.unassigned.walk(nil)...)
	}
	return append(out,
		Action{ID: "writeback.part", Keys: []string{"]", "tab"}, Group: "Move", Name: "Writeback: next part", Short: "next part", Foot: true, Local: true, Do: turn(1), Shell: "crmsync writeback status"},
		Action{ID: "writeback.part.back", Keys: []string{"[", "shift+tab"}, Group: "Move", Name: "Writeback: part before", Short: "part before", Local: true, Hidden: true, Do: turn(-1)},
	)
}

// Table is what can be done in all parts.
func (b *writeback) Table() []Action {
	in := func(part string, actions []Action) []Action {
		for i := range actions {
			actions[i].Part = part
		}
		return actions
	}
	return append(in("types", b.typeActions()), in("outbox", b.outboxActions(&b.outbox))...)
}

func (b *writeback) typeActions() []Action {
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd { b.cursor = max(0, min(b.cursor+n, len(b.types.Kinds)-1)); return nil }
	}
	kind, turn := "KIND", enableDisable(false)
	if k := b.kind(); k != nil {
		kind, turn = k.Kind, enableDisable(k.On)
	}
	return []Action{
		{ID: "writeback.kind", Act: crmsync.ActWritebackKind, Keys: []string{"space"}, Group: "Decide", Name: "Writeback: turn this kind on or off", Short: "kind on/off", Foot: true, Why: b.lockedKind, Do: b.askKind, Shell: "crmsync writeback " + turn + " " + kind},
		{ID: "writeback.switch", Act: crmsync.ActWritebackSwitch, Keys: []string{"W"}, Group: "Decide", Name: "Writeback: turn all of it on or off", Short: "all on/off", Foot: true, Why: b.notRead, Do: b.askContract, Shell: "crmsync writeback " + enableDisable(b.types.On)},
		{ID: "list.up", Keys: []string{"up", "k"}, Group: "Move", Name: "List: row up", Short: "row up", Local: true, Hidden: true, Do: move(-1)},
		{ID: "list.down", Keys: []string{"down", "j"}, Group: "Move", Name: "List: row down", Short: "row down", Local: true, Hidden: true, Do: move(1)},
	}
}

func (b *writeback) kind() *WritebackKind {
	if b.cursor < len(b.types.Kinds) {
		return &b.types.Kinds[b.cursor]
	}
	return nil
}

func (b *writeback) notRead() string {
	if !b.known {
		return "the kinds were not read yet"
	}
	return ""
}

func (b *writeback) lockedKind() string {
	k := b.kind()
	switch {
	case k == nil:
		return "no kind is chosen"
	case k.Locked != "" && !k.On:
		return k.Locked
	}
	return ""
}

// askKind previews a kind's switch: it is outward, so it is confirmed.
func (b *writeback) askKind() tea.Cmd {
	k := *b.kind()
	verb, text := "Turn on", k.Label+" is written to "+k.Object+" for everyone who opted in for it: "+number(k.People)+" of "+count(k.Seats, "seat", "seats")+" now. Nobody is opted in by this."
	if k.On {
		verb, text = "Turn off", "New activities of this kind are held, not lost. What was written stays."
	}
	return b.tell(openMsg{b.question(verb+" "+k.Label, verb, text, func() tea.Cmd {
		return b.act("switch "+k.Label, k.Label+" is "+onOff(!k.On)+".", func(ctx context.Context) (string, error) {
			return b.Services.Writeback.SetKind(ctx, k.Kind, !k.On)
		})
	})})
}

// askContract previews the contract's switch.
func (b *writeback) askContract() tea.Cmd {
	on := b.types.On
	verb, text := "Turn on", "Kinds that are on are then written for members who opted in. Each member still decides alone."
	if on {
		verb, text = "Turn off", "Nothing is written any more; activities are held and can be written later."
	}
	return b.tell(openMsg{b.question(verb+" writeback", verb, text, func() tea.Cmd {
		return b.act("switch writeback", "Writeback is "+onOff(!on)+".", func(ctx context.Context) (string, error) {
			return b.Services.Writeback.SetContract(ctx, !on)
		})
	})})
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func (b *writeback) question(title, yes, text string, do func() tea.Cmd) *confirm {
	return &confirm{Session: b.Session, title: title, yes: yes, note: "Can be undone.", do: do, lines: func(w int) []string {
		var lines []string
		for _, part := range wrap(text, w) {
			lines = append(lines, b.Theme.Text.Render(part))
		}
		return lines
	}}
}

// outboxActions retry and drop the chosen item.
func (b *writeback) outboxActions(l *listing[OutboxItem]) []Action {
	id := "ID"
	if r := l.list.current(); r != nil {
		id = shellWord(r.ID)
	}
	inState := func(what string, states ...string) func() string {
		return func() string {
			r := l.list.current()
			if r == nil {
				return "no item is chosen"
			}
			for _, s := range states {
				if r.State == s {
					return ""
				}
			}
			return "an item that is " + r.State + " cannot be " + what
		}
	}
	return []Action{
		{ID: "outbox.retry", Act: crmsync.ActOutboxRetry, Keys: []string{"r"}, Group: "Decide", Name: "Outbox: retry this item", Short: "retry", Foot: true, Why: inState("retried", "failed", "doubtful"), Do: func() tea.Cmd { return b.askRetry(*l.list.current()) }, Shell: "crmsync writeback retry " + id},
		{ID: "outbox.drop", Act: crmsync.ActOutboxDrop, Keys: []string{"d"}, Group: "Decide", Name: "Outbox: drop this item", Short: "drop", Foot: true, Why: inState("dropped", "held", "queued", "failed", "doubtful"), Do: func() tea.Cmd { return b.drop(*l.list.current()) }, Shell: "crmsync writeback drop " + id},
		{ID: "outbox.show", Keys: []string{"enter"}, Group: "Out", Name: "Outbox: everything about this item", Short: "details", Foot: true, Local: true, Why: func() string {
			if l.list.current() == nil {
				return "no item is chosen"
			}
			return ""
		}, Do: func() tea.Cmd { return b.open(*l.list.current()) }, Shell: "crmsync writeback outbox"},
		{ID: "outbox.link", Keys: []string{"o"}, Group: "Out", Name: "Outbox: link to the record in the CRM", Short: "link", Local: true, Why: func() string {
			if r := l.list.current(); r == nil || r.Address == "" {
				return "the item has no record yet"
			}
			return ""
		}, Do: func() tea.Cmd { return linkTo(l.list.current().Address) }},
		{ID: "outbox.copy", Keys: []string{"y"}, Group: "Out", Name: "Outbox: copy the record's address", Short: "copy link", Local: true, Why: func() string {
			if r := l.list.current(); r == nil || r.Address == "" {
				return "the item has no record yet"
			}
			return ""
		}, Do: func() tea.Cmd { return send(copyMsg{l.list.current().Address}) }},
	}
}

func (b *writeback) askRetry(r OutboxItem) tea.Cmd {
	text := "The item is sent again as it is."
	if r.State == "doubtful" {
		text = "Salesforce may have it already: the answer was lost. Sending again can make a second copy. Look in the CRM first."
	}
	return b.tell(openMsg{b.question("Retry "+clean(r.Kind)+" to "+clean(r.Who), "Retry 1", text, func() tea.Cmd {
		return b.act("retry the item", "Queued again.", func(ctx context.Context) (string, error) { return b.Services.Writeback.Retry(ctx, r.ID) })
	})})
}

func (b *writeback) drop(r OutboxItem) tea.Cmd {
	return b.act("drop the item", "Dropped "+clean(r.Kind)+" to "+clean(r.Who)+".", func(ctx context.Context) (string, error) { return b.Services.Writeback.Drop(ctx, r.ID) })
}

// Line says what the part is about.
func (b *writeback) Line() (left, right string) {
	switch b.part {
	case partPeople:
		return "opt-in belongs to each member; nobody can set it for them", b.people.list.position()
	case partOutbox:
		return "written every 2 to 5 minutes, adding only", b.outbox.list.position()
	case partUnassigned:
		return "assign written ones in the CRM; notes wait here for a match", b.unassigned.list.position()
	}
	if len(b.types.Kinds) == 0 {
		return "", ""
	}
	return "", number(b.cursor+1) + " of " + number(len(b.types.Kinds))
}
