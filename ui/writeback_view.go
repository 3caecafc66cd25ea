package ui

import (
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"crmsync/store"
)

// View draws the parts' names and the part in front.
func (b *writeback) View(w, h int) string {
	t := b.Theme
	lines := []string{b.partLine(w), ""}
	switch b.part {
	case partPeople:
		if b.people.isEmpty() {
			return page(append(lines, "  "+t.Quiet.Render("no seat yet; crmsync users add EMAIL adds one")), w, h)
		}
		return page(append(lines, b.people.lines(w, h-2)...), w, h)
	case partTrial:
		return page(append(lines, b.trial.view(w, h-2)...), w, h)
	case partShadow:
		return page(append(lines, b.shadow.view(w, h-2)...), w, h)
	case partOutbox:
		return page(append(lines, b.outboxView(&b.outbox, "The outbox is empty: nothing waits, nothing failed.", w, h-2)...), w, h)
	case partUnassigned:
		return page(append(lines, b.outboxView(&b.unassigned, "Nothing is without a record.", w, h-2)...), w, h)
	}
	return page(append(lines, b.typesView(w, h-2)...), w, h)
}

func (b *writeback) partLine(w int) string {
	t := b.Theme
	parts := make([]string, 0, partCount)
	for i, name := range partNames() {
		switch n := b.overview.Failed; {
		case i == partOutbox && n > 0:
			name += " " + number(n)
		case i == partUnassigned && b.overview.Unassigned > 0:
			name += " " + number(b.overview.Unassigned)
		}
		if i == b.part {
			parts = append(parts, t.Accent.Render(t.Step+" "+name))
		} else {
			parts = append(parts, "  "+t.Quiet.Render(name))
		}
	}
	line := "  " + strings.Join(parts, "  ")
	if width(line) > w {
		for i := range parts {
			parts[i] = strings.TrimPrefix(parts[i], "  ")
		}
		line = " " + strings.Join(parts, "  ")
	}
	return line
}

// typesView is the table of kinds, the mapping of the chosen one and what a switch does.
func (b *writeback) typesView(w, h int) []string {
	t := b.Theme
	if !b.once.known {
		return b.loading(b.once, w, h)
	}
	kind := max(12, w/6)
	head := fit("ACTIVITY", kind) + " " + fit("ON", 11) + " " + fit("WRITES TO", 10) + " " + fitRight("PEOPLE", 9)
	if w >= 72 {
		head += fitRight("WRITTEN", 9) + fitRight("FAILED", 8) + fitRight("HELD", 7)
	}
	if w >= sideBySide {
		head += fitRight("LAST", 10) + "  " + "RECORD TYPE"
	}
	switched := t.sign(StateOff, "writeback is off for the contract")
	if b.types.On {
		switched = t.sign(StateOn, "writeback is on for the contract")
	}
	lines := []string{ends("  "+switched, b.week()+" ", w)}
	if pace := b.pace(w - 3); pace != "" {
		lines = append(lines, "  "+pace)
	}
	lines = append(lines, "", "  "+t.Quiet.Render(head))
	for i := range b.types.Kinds {
		lines = append(lines, t.row(" "+b.kindRow(&b.types.Kinds[i], kind, w), w, i == b.cursor))
	}
	lines = append(lines, "")
	if k := b.kind(); k != nil {
		lines = append(lines, b.mapping(k, w)...)
	}
	if h-len(lines) >= 6 {
		lines = append(lines, "", " "+t.Title.Render("What a switch does"))
		for _, line := range []string{
			"Contract: whether anything is written at all.",
			"On: whether this kind is written. Turning it off holds new items; nothing is lost.",
			"People: each member must also opt in alone (" + b.placeOf("Mine") + "). Nobody can do it for them.",
		} {
			lines = append(lines, say(t.Quiet, line, w)...)
		}
	}
	return lines
}

// week is what was written and what failed in the last days, all kinds together.
func (b *writeback) week() string {
	t := b.Theme
	if len(b.types.Written.Days) == 0 {
		return ""
	}
	line := t.Quiet.Render("14 days ") + t.spark(b.types.Written.Days) + t.Text.Render(" "+number(b.types.Written.Total())+" written")
	if n := b.types.Failed.Total(); n > 0 {
		line += t.Quiet.Render(", ") + t.sign(StateBad, number(n)+" failed")
	}
	return line
}

func (b *writeback) kindRow(k *WritebackKind, kind, w int) string {
	t := b.Theme
	state, word := StateOff, "off"
	switch {
	case k.On:
		state, word = StateOn, "on"
	case k.Locked != "":
		word = "locked"
	}
	text := t.Text.Render(fit(clean(k.Label), kind)) + " " + fit(t.sign(state, word), 11) + " " + t.Text.Render(fit(clean(k.Object), 10)+" "+fitRight(number(k.People)+"/"+number(k.Seats), 9))
	if w >= 72 {
		failed := t.Text
		if k.Failed > 0 {
			failed = t.Bad
		}
		text += t.Text.Render(fitRight(number(k.Written), 9)) + failed.Render(fitRight(number(k.Failed), 8)) + t.Quiet.Render(fitRight(number(k.Held), 7))
	}
	if w >= sideBySide {
		text += t.Quiet.Render(fitRight(orDash(t, b.since(k.Last)), 10) + "  " + cut(orDash(t, clean(k.RecordType)), max(0, w-73-kind)))
	}
	return text
}

func (b *writeback) since(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return stamp(at.In(b.now().Location()), b.now())
}

// mapping tells what each field of the CRM row is filled from.
func (b *writeback) mapping(k *WritebackKind, w int) []string {
	t := b.Theme
	lines := []string{t.heading(clean(k.Label), "what is written", w)}
	for _, f := range k.Fields {
		lines = append(lines, "  "+t.Text.Render(fit(clean(f.Name), 15))+" "+t.Quiet.Render(t.Arrow)+" "+t.Text.Render(cut(clean(f.Value), w-22)))
	}
	if k.Locked != "" && !k.On {
		lines = append(lines, "  "+t.Warn.Render(cut("! "+clean(k.Locked), w-4)))
	}
	return lines
}

func (b *writeback) peopleColumns() []column[OptedPerson] {
	t := b.Theme
	state := func(r *OptedPerson) (State, string) {
		switch {
		case len(r.Kinds) > 0 && !r.Synced:
			return StateWarn, "no CRM user"
		case len(r.Kinds) > 0 && !r.Allowed:
			return StateWarn, "not allowed"
		case len(r.Kinds) > 0:
			return StateOn, "in"
		}
		return StateOff, "not in"
	}
	return []column[OptedPerson]{
		{title: "PERSON", width: 20, grow: 1, cell: func(r *OptedPerson) string { return r.Name }},
		{title: "OPT-IN", width: 14, cell: func(r *OptedPerson) string { s, word := state(r); return t.mark(s) + " " + word },
			style: func(r *OptedPerson) lipgloss.Style { s, _ := state(r); return t.style(s) }},
		{title: "KINDS", width: 14, grow: 2, cell: func(r *OptedPerson) string { return orDash(t, strings.Join(r.Kinds, ", ")) }},
		{title: "SINCE", width: 12, from: 76, right: true, cell: func(r *OptedPerson) string { return orDash(t, b.since(r.Since)) }, style: quietly[OptedPerson](t)},
		{title: "WRITTEN", width: 9, from: 66, right: true, cell: func(r *OptedPerson) string { return number(r.Written) }},
	}
}

// outboxWord is how an item stands, in a word.
func outboxWord(state string) (State, string) {
	switch state {
	case "failed":
		return StateBad, "gave up"
	case "doubtful":
		return StateWarn, "doubtful"
	case "sending":
		return StateRun, "sending"
	case "queued":
		return StateOff, "waits"
	case "held":
		return StateOff, "held"
	case "written":
		return StateGood, "written"
	case "unassigned":
		return StateWarn, "no record"
	case store.NoteInvisible:
		return StateWarn, "invisible"
	}
	return StateOff, clean(state)
}

func (b *writeback) stateColumn() column[OutboxItem] {
	t := b.Theme
	return column[OutboxItem]{title: "STATE", width: 11, cell: func(r *OutboxItem) string { s, word := outboxWord(r.State); return t.mark(s) + " " + word },
		style: func(r *OutboxItem) lipgloss.Style { s, _ := outboxWord(r.State); return t.style(s) }}
}

func (b *writeback) outboxColumns() []column[OutboxItem] {
	t := b.Theme
	return []column[OutboxItem]{
		b.stateColumn(),
		{title: "WHAT", width: 20, grow: 2, cell: func(r *OutboxItem) string { return toward(r.Kind, r.Who) }},
		{title: "BY", width: 14, grow: 1, from: 90, cell: func(r *OutboxItem) string { return r.By }},
		{title: "TRIES", width: 5, right: true, cell: func(r *OutboxItem) string { return number(r.Tries) }},
		{title: "NEXT", width: 9, right: true, cell: func(r *OutboxItem) string { return orDash(t, b.since(r.Next)) }},
		{title: "LAST ANSWER", width: 16, grow: 1, from: 78, cell: func(r *OutboxItem) string { return r.Code }, style: quietly[OutboxItem](t)},
	}
}

// toward is what goes to whom, as far as that is known.
func toward(what, who string) string {
	if who == "" {
		return what
	}
	return what + " to " + who
}

func (b *writeback) unassignedColumns() []column[OutboxItem] {
	return []column[OutboxItem]{
		{title: "WHEN", width: 11, cell: func(r *OutboxItem) string { return b.since(r.At) }, style: quietly[OutboxItem](b.Theme)},
		{title: "OWNER", width: 14, grow: 1, cell: func(r *OutboxItem) string { return r.By }},
		{title: "WHO", width: 18, grow: 2, cell: func(r *OutboxItem) string { return r.Who }},
		{title: "TYPE", width: 10, cell: func(r *OutboxItem) string { return r.Kind }},
		{title: "BEST GUESS", width: 20, grow: 1, from: 90, cell: func(r *OutboxItem) string {
			if r.Guess == "" {
				return "none"
			}
			return r.Guess + "  " + score(r.GuessScore)
		}, style: quietly[OutboxItem](b.Theme)},
		b.stateColumn(),
	}
}

// outboxView is a list of items with the chosen one below.
func (b *writeback) outboxView(l *listing[OutboxItem], empty string, w, h int) []string {
	t := b.Theme
	if l.isEmpty() {
		return []string{"  " + t.sign(StateGood, empty)}
	}
	below := min(6, h/3)
	lines := l.lines(w, min(h-below, max(2, l.list.pager.Rows()+1)))
	r := l.list.current()
	if r == nil {
		return lines
	}
	_, word := outboxWord(r.State)
	lines = append(lines, "", t.heading(cut(clean(r.Kind+" to "+r.Who), w/2), word+", "+count(r.Tries, "try", "tries"), w))
	text := strings.TrimSpace(r.Code + " " + r.Text)
	for _, part := range wrap(clean(text), w-4) {
		lines = append(lines, "  "+t.Text.Render(part))
	}
	if r.Fix != "" {
		lines = append(lines, "  "+t.Quiet.Render(cut(clean(r.Fix), w-4)))
	}
	return lines
}

// optInLine says who may opt somebody in, and where one's own is.
func (b *writeback) optInLine() string {
	if b.Actor.Seat != "" {
		return "opt-in belongs to each member; yours: " + b.placeOf("Mine")
	}
	return "opt-in belongs to each member; nobody can set it for them"
}
