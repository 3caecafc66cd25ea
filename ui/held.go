package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// Held is everything that is kept, and was written, about one person.
type Held struct {
	ID, Name string
	Parts    []HeldPart
}

// HeldPart is one kind of it.
type HeldPart struct {
	Title, Note string
	Rows        []HeldRow
}

// HeldRow is one thing, with its text where it has one.
type HeldRow struct{ Name, Value, Text string }

// PersonService gathers everything about one person, for admins; the audit trail keeps that somebody looked.
type PersonService interface {
	Held(ctx context.Context, id string) (Held, error)
	Dossier(ctx context.Context, id string) (json []byte, err error)
	Erase(ctx context.Context, id, typedName string) (receipt []string, err error)
}

// held shows everything about one person, writes it to a file, or erases it.
type held struct {
	document
	id, name string
	kept     Held
	ask      int
}

// The messages of the screen.
type (
	heldMsg struct {
		owner *held
		ask   int
		all   Held
		err   error
	}
	erasedMsg struct {
		owner   *held
		receipt []string
		err     error
	}
)

// heldAction opens it from a person's page.
func (m *member) heldAction() Action {
	return Action{ID: "person.show", Act: crmsync.ActPersonShow, Keys: []string{"K"}, Group: "Out", Name: "Page: everything that is kept about this person", Short: "all that is kept", Why: func() string {
		switch {
		case m.company:
			return "this is a company; what is kept of a person can be shown"
		case m.Services.Person == nil:
			return "what is kept cannot be gathered here"
		}
		return ""
	}, Do: func() tea.Cmd {
		return m.tell(pushMsg{&held{document: document{stage: stage{Session: m.Session}}, id: m.id, name: m.page.Name}})
	}, Shell: "crmsync person show " + ShellWord(m.id)}
}

// Title is the screen's name.
func (p *held) Title() string { return "Kept" }

// Show gathers it.
func (p *held) Show(ctx context.Context) tea.Cmd {
	p.show(ctx)
	if p.once.known {
		return nil
	}
	return p.load()
}

func (p *held) load() tea.Cmd {
	p.ask++
	ask, screen := p.ask, p.screen
	return tea.Batch(p.begin(screen, p.Session), func() tea.Msg {
		all, err := p.Services.Person.Held(screen, p.id)
		return heldMsg{p, ask, all, err}
	})
}

// Reading is how it stands with it.
func (p *held) Reading() reading { return p.once.of("what is kept of "+clean(p.name), p.load) }

// Update takes what was gathered, and the end of an erasure.
func (p *held) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case heldMsg:
		if msg.owner == p && msg.ask == p.ask && p.end(msg.err) {
			p.kept = msg.all
		}
	case erasedMsg:
		if msg.owner == p {
			return p.erased(msg)
		}
	}
	return nil
}

// Actions write it to a file, or erase it.
func (p *held) Actions() []Action {
	who := ShellWord(p.id)
	return append([]Action{
		{ID: "person.export", Act: crmsync.ActPersonShow, Keys: []string{"e"}, Group: "Out", Name: "Person: write all of it to a file", Short: "export", Foot: true, Why: p.cannotExport, Do: p.export, Shell: "crmsync person export " + who},
		{ID: "person.erase", Act: crmsync.ActPersonErase, Keys: []string{"X"}, Group: "Decide", Name: "Person: erase all of it for good", Short: "erase", Foot: true, Why: p.notRead, Do: p.askErase, Shell: "crmsync person erase " + who},
		{ID: "person.reload", Keys: []string{"R"}, Group: "Everywhere", Name: "Person: gather again", Short: "gather again", Local: true, Hidden: true, Do: p.load},
	}, p.moves()...)
}

func (p *held) notRead() string {
	if !p.once.known {
		return "it was not gathered yet"
	}
	return ""
}

func (p *held) cannotExport() string {
	if p.Services.Files == nil {
		return "no file can be written from here: ssh HOST person show " + p.id + " --json"
	}
	return p.notRead()
}

func (p *held) export() tea.Cmd {
	name := "crmsync-person-" + p.now().Format("20060102-150405") + ".json"
	return func() tea.Msg {
		text, err := p.Services.Person.Dossier(p.ctx, p.id)
		if err == nil {
			err = p.writeFile(&name, text)
		}
		if err != nil {
			return actedMsg{err: err, what: "write the file"}
		}
		return openMsg{p.written("Everything about "+clean(p.kept.Name)+", the texts of messages too, is in", name)}
	}
}

// askErase asks for the person's name.
func (p *held) askErase() tea.Cmd {
	t, name := p.Theme, clean(p.kept.Name)
	ask := &prompt{Session: p.Session, title: "Erase for good", act: crmsync.ActPersonErase, labels: []string{"Type the name"}, fields: []*field{newField(t, "")}, yes: "erase", line: "nothing is erased yet",
		lines: func(w int) []string {
			lines := []string{t.Strong.Render(cut(name, w)), ""}
			for _, text := range []string{"Everything that is kept here about this person is deleted and overwritten; nothing takes that back. Digests stay, so that a later import does not bring the person back.",
				"What we wrote to the CRM stays there, and so do the CRM's own records. Backups made before still hold the person."} {
				for _, part := range wrap(text, w) {
					lines = append(lines, t.Text.Render(part))
				}
			}
			return lines
		},
		check: func(values []string) string {
			if values[0] != name {
				return "the name is not typed yet: " + name
			}
			return ""
		},
		do: func([]string) tea.Cmd {
			typed := p.kept.Name
			return func() tea.Msg {
				receipt, err := p.Services.Person.Erase(p.ctx, p.id, typed)
				return erasedMsg{p, receipt, err}
			}
		}}
	return ask.open()
}

// erased leaves the page of who is not there any more, with the receipt.
func (p *held) erased(msg erasedMsg) tea.Cmd {
	if msg.err != nil && len(msg.receipt) == 0 {
		return send(actedMsg{err: msg.err, what: "erase the person"})
	}
	p.tell(popMsg{})
	p.tell(popMsg{})
	p.tell(openMsg{&notice{Session: p.Session, title: "Erased", lines: func(w int) []string {
		var lines []string
		for _, text := range msg.receipt {
			for _, part := range wrap(clean(text), w) {
				lines = append(lines, p.Theme.Text.Render(part))
			}
		}
		return lines
	}}})
	return send(actedMsg{err: msg.err, what: "prove the erasure", text: "Erased " + clean(p.kept.Name)})
}

// Line says what it is, and how far it was read.
func (p *held) Line() (left, right string) {
	return "the audit trail keeps that you looked", p.position()
}

// View draws the parts, one below the other.
func (p *held) View(w, h int) string {
	t := p.Theme
	head := []string{" " + t.Quiet.Render("Person "+t.Crumb+" ") + t.Strong.Render(cut(clean(p.name), w/2)) + t.Quiet.Render(" "+t.Crumb+" all that is kept"), ""}
	if !p.once.known {
		return page(append(head, p.loading(p.once, w, h-2)...), w, h)
	}
	var lines []string
	for i, part := range p.kept.Parts {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, t.heading(clean(part.Title)+" "+number(len(part.Rows)), clean(part.Note), w))
		for _, row := range part.Rows {
			name := min(24, w/3)
			left := "  " + t.Quiet.Render(fit(clean(row.Name), name)) + " "
			for i, part := range wrap(orDash(t, clean(row.Value)), w-name-4) { // all that is kept is shown
				if i > 0 {
					left = spaces(name + 3)
				}
				lines = append(lines, left+t.Text.Render(part))
			}
			for _, text := range wrap(clean(row.Text), w-name-4) {
				if text != "" {
					lines = append(lines, "  "+fit("", name)+" "+t.Faint.Render(text))
				}
			}
		}
	}
	return page(append(head, p.through(lines, h-len(head))...), w, h)
}
