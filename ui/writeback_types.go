package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// typeActions switch kinds and the whole.
func (b *writeback) typeActions() []Action {
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd { b.cursor = max(0, min(b.cursor+n, len(b.types.Kinds)-1)); return nil }
	}
	kind, turn := "KIND", enableDisable(false)
	if k := b.kind(); k != nil {
		kind, turn = k.Kind, enableDisable(k.On)
	}
	return []Action{
		{ID: "writeback.kind", Act: crmsync.ActWritebackKind, Keys: []string{"space"}, Group: "Decide", Name: "Writeback: turn this kind on or off", Short: "kind on/off", Verb: "switch a kind", Foot: true, Why: b.lockedKind, Do: b.askKind, Shell: "crmsync writeback " + turn + " " + kind},
		{ID: "writeback.switch", Act: crmsync.ActWritebackSwitch, Keys: []string{"W"}, Group: "Decide", Name: "Writeback: turn all of it on or off", Short: "all on/off", Verb: "switch writeback", Foot: true, Why: b.notRead, Do: b.askContract, Shell: "crmsync writeback " + enableDisable(b.types.On)},
		{ID: "writeback.late", Keys: []string{"L"}, Group: "Show", Name: "Writeback: what took too long", Short: "late", Foot: b.isLate(), Why: b.nothingLate, Do: b.showLate, Shell: "crmsync writeback status"},
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
	return b.tell(openMsg{b.question(crmsync.ActWritebackKind, verb+" "+k.Label, verb, text, func() tea.Cmd {
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
	return b.tell(openMsg{b.question(crmsync.ActWritebackSwitch, verb+" writeback", verb, text, func() tea.Cmd {
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

func (b *writeback) question(act crmsync.ActID, title, yes, text string, do func() tea.Cmd) *confirm {
	return &confirm{Session: b.Session, title: title, yes: yes, act: act, note: "Can be undone.", do: do, lines: func(w int) []string {
		var lines []string
		for _, part := range wrap(text, w) {
			lines = append(lines, b.Theme.Text.Render(part))
		}
		return lines
	}}
}
