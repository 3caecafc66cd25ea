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
	partTrial
	partShadow
	partOutbox
	partUnassigned
	partCount
)

func partNames() []string {
	return []string{"Types", "People", "Trial", "Shadow", "Outbox", "Unassigned"}
}

// writeback is what is written to the CRM: kinds, people, the outbox, and what has no record yet.
type writeback struct {
	stage
	part       int
	once       // of the kinds
	types      WritebackTypes
	cursor     int
	people     listing[OptedPerson]
	trial      *trial
	shadow     *shadow
	outbox     listing[OutboxItem]
	unassigned listing[OutboxItem]
	filter     OutboxFilter // of the outbox
}

// typesMsg carries the kinds.
type typesMsg struct {
	owner *writeback
	types WritebackTypes
	err   error
}

func newWriteback(s *Session) *writeback {
	b := &writeback{stage: stage{Session: s}, trial: &trial{stage: stage{Session: s}}, shadow: &shadow{stage: stage{Session: s}, filter: newSieve(s)}}
	b.people = newListing(s, "The people", source[OptedPerson]{page: s.Services.Writeback.People}, b.peopleColumns())
	b.people.list.inMemory()
	b.outbox = newListing(s, "The outbox", source[OutboxItem]{page: func(ctx context.Context, seek Seek) (Page[OutboxItem], error) {
		return s.Services.Writeback.Outbox(ctx, b.filter, seek)
	}, total: func(ctx context.Context) (int64, error) {
		return s.Services.Writeback.CountOutbox(ctx, b.filter)
	}}, b.outboxColumns())
	b.unassigned = newListing(s, "The unassigned activities", source[OutboxItem]{page: func(ctx context.Context, seek Seek) (Page[OutboxItem], error) {
		return s.Services.Writeback.Outbox(ctx, OutboxFilter{Unassigned: true}, seek)
	}}, b.unassignedColumns())
	for _, l := range []*listing[OutboxItem]{&b.outbox, &b.unassigned} {
		l.list.more = []column[OutboxItem]{{title: "ACTIVITY", cell: func(r *OutboxItem) string { return r.ID }}, {title: "AT", cell: func(r *OutboxItem) string { return moment(r.At) }},
			{title: "ANSWER", cell: func(r *OutboxItem) string { return r.Text }}, {title: "IN THE CRM", cell: func(r *OutboxItem) string { return r.Record }}}
	}
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
	b.trial.Hide()
	b.shadow.Hide()
	b.outbox.Hide()
	b.unassigned.Hide()
	b.stage.Hide()
}

// enter reads the kinds and the part in front.
func (b *writeback) enter() tea.Cmd {
	screen := b.screen
	types := tea.Batch(b.begin(screen, b.Session), func() tea.Msg {
		types, err := b.Services.Writeback.Types(screen)
		return typesMsg{b, types, err}
	})
	switch b.part {
	case partPeople:
		return tea.Batch(types, b.people.Show(screen))
	case partTrial:
		return tea.Batch(types, b.trial.Show(screen))
	case partShadow:
		return tea.Batch(types, b.shadow.Show(screen))
	case partOutbox:
		return tea.Batch(types, b.outbox.Show(screen))
	case partUnassigned:
		return tea.Batch(types, b.unassigned.Show(screen))
	}
	return types
}

// Reading is how it stands with the part in front.
func (b *writeback) Reading() reading {
	switch b.part {
	case partPeople:
		return b.people.Reading()
	case partTrial:
		return b.trial.Reading()
	case partShadow:
		return b.shadow.Reading()
	case partOutbox:
		return b.outbox.Reading()
	case partUnassigned:
		return b.unassigned.Reading()
	}
	return b.once.of("the kinds", b.enter)
}

// Sieve is the filter of the list in front; the kinds are too few for one.
func (b *writeback) Sieve() *sieve {
	switch b.part {
	case partPeople:
		return b.people.Sieve()
	case partShadow:
		return b.shadow.Sieve()
	case partOutbox:
		return b.outbox.Sieve()
	case partUnassigned:
		return b.unassigned.Sieve()
	}
	return nil
}

// Part opens a part by its name.
func (b *writeback) Part(name string) tea.Cmd {
	names := map[string]int{"types": partTypes, "people": partPeople, "trial": partTrial, "shadow": partShadow, "outbox": partOutbox, "unassigned": partUnassigned}
	if part, ok := names[name]; ok {
		b.part = part
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
	return tea.Batch(b.news(msg), b.trial.Update(msg), b.shadow.Update(msg))
}

// news takes the kinds and what was changed.
func (b *writeback) news(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case typesMsg:
		if msg.owner == b && b.end(msg.err) {
			b.types = msg.types
			b.cursor = max(0, min(b.cursor, len(b.types.Kinds)-1))
		}
	case actedMsg:
		b.people.stale, b.outbox.stale, b.unassigned.stale = true, true, true
		if b.shown() {
			return b.enter()
		}
	case eventMsg:
		if msg.Kind == crmsync.EventOutbox {
			return tea.Batch(b.outbox.arrived(0), b.unassigned.arrived(0))
		}
	}
	return nil
}

// News says that the list in front changed since it was read.
func (b *writeback) News() string {
	switch b.part {
	case partOutbox:
		return b.outbox.News()
	case partUnassigned:
		return b.unassigned.News()
	}
	return ""
}

// arrived notes that the list in front changed.
func (b *writeback) arrived(n int) tea.Cmd {
	switch b.part {
	case partOutbox:
		return b.outbox.arrived(n)
	case partUnassigned:
		return b.unassigned.arrived(n)
	}
	return b.Reading().again()
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
	var out []Action
	switch b.part {
	case partTypes:
		out = b.typeActions()
	case partPeople:
		out = b.people.walk(nil)
	case partTrial:
		out = b.trial.Actions()
	case partShadow:
		out = b.shadow.Actions()
	case partOutbox:
		out = append(append(b.itemActions(&b.outbox), b.manyActions()...), b.outbox.walk(nil)...)
	case partUnassigned:
		out = append(b.itemActions(&b.unassigned), b.unassigned.walk(nil)...)
	}
	return append(out, b.turns()...)
}

func (b *writeback) turns() []Action {
	return turnActions("writeback.part", "Writeback", "crmsync writeback status", func(n int) tea.Cmd {
		b.part = (b.part + n + partCount) % partCount
		return b.enter()
	})
}

// Table is what can be done in all parts.
func (b *writeback) Table() []Action {
	out := append(inPart("types", b.typeActions()), inPart("trial", b.trial.Actions())...)
	out = append(out, inPart("shadow", b.shadow.Actions())...)
	out = append(out, inPart("outbox", b.itemActions(&b.outbox))...)
	out = append(out, inPart("outbox", b.manyActions())...)
	return append(out, b.turns()...)
}

// Line says what the part is about.
func (b *writeback) Line() (left, right string) {
	switch b.part {
	case partPeople:
		return b.optInLine(), b.people.list.position()
	case partTrial:
		return b.trial.line()
	case partShadow:
		return b.shadow.line()
	case partOutbox:
		if b.filter.State == onlyLate {
			return "only what took longer than " + paceRule() + " in the last 24 hours; " + b.keyOf("outbox.state") + " shows the next, " + b.keyOf("console.back") + " all", b.outbox.list.position()
		}
		if b.filter.State != "" {
			_, word := outboxWord(b.filter.State)
			return "only what stands so: " + word + "; " + b.keyOf("outbox.state") + " shows the next, " + b.keyOf("console.back") + " all", b.outbox.list.position()
		}
		return "written every 2 to 5 minutes, adding only", b.outbox.list.position()
	case partUnassigned:
		return "assign written ones in the CRM; notes wait here for a match", b.unassigned.list.position()
	}
	if len(b.types.Kinds) == 0 {
		return "", ""
	}
	return "", number(b.cursor+1) + " of " + number(len(b.types.Kinds))
}
