package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// SetupService is the contract's set-up as text.
type SetupService interface {
	Text(ctx context.Context) (string, error)
	Compare(ctx context.Context, file string) (crmsync.Config, crmsync.ConfigDiff, error) // a file of this machine
	Import(ctx context.Context, config crmsync.Config) (audit string, err error)
}

// contract shows the set-up as text, and what a file would change of it.
type contract struct {
	document
	text   string
	ask    int
	file   string // that was compared; "" = the text is shown
	config crmsync.Config
	diff   crmsync.ConfigDiff
}

// The messages of the screen.
type (
	contractMsg struct {
		owner *contract
		ask   int
		text  string
		err   error
	}
	comparedMsg struct {
		owner  *contract
		file   string
		config crmsync.Config
		diff   crmsync.ConfigDiff
		err    error
	}
)

// setupAction opens it from the settings.
func (c *settings) setupAction() Action {
	return Action{ID: "config.open", Keys: []string{"T"}, Group: "Show", Name: "Settings: the set-up as text", Short: "as text", Why: func() string {
		switch {
		case c.Services.Setup == nil:
			return "the set-up cannot be read here"
		case c.Actor.Role != crmsync.RoleAdmin && c.Actor.Role != crmsync.RoleTester:
			return "addresses of people are in it: ask an admin"
		}
		return ""
	}, Do: func() tea.Cmd {
		return c.tell(pushMsg{&contract{document: document{stage: stage{Session: c.Session}}}})
	}, Shell: "crmsync config export"}
}

// Title is the screen's name.
func (p *contract) Title() string { return "Set-up as text" }

// Show reads the text.
func (p *contract) Show(ctx context.Context) tea.Cmd {
	p.show(ctx)
	return p.load()
}

func (p *contract) load() tea.Cmd {
	p.ask++
	ask, screen := p.ask, p.screen
	return tea.Batch(p.begin(screen, p.Session), func() tea.Msg {
		text, err := p.Services.Setup.Text(screen)
		return contractMsg{p, ask, text, err}
	})
}

// Reading is how it stands with the text.
func (p *contract) Reading() reading { return p.once.of("the set-up", p.load) }

// Update takes the text, and what a file would change.
func (p *contract) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case contractMsg:
		if msg.owner == p && msg.ask == p.ask && p.end(msg.err) {
			p.text = msg.text
		}
	case comparedMsg:
		if msg.owner != p {
			return nil
		}
		if msg.err != nil {
			return send(actedMsg{err: msg.err, what: "read the file"})
		}
		p.file, p.config, p.diff, p.top = msg.file, msg.config, msg.diff, 0
	case actedMsg:
		if p.shown() && msg.err == nil {
			p.file = ""
			return p.load()
		}
	}
	return nil
}

// Back leaves the comparison.
func (p *contract) Back() (tea.Cmd, bool) {
	was := p.file != ""
	p.file, p.top = "", 0
	return nil, was
}

// Actions export, compare and apply.
func (p *contract) Actions() []Action {
	file := "FILE"
	if p.file != "" {
		file = ShellWord(p.file)
	}
	out := []Action{
		{ID: "config.compare", Act: crmsync.ActConfigImport, Keys: []string{"i"}, Group: "Decide", Name: "Set-up: see what a file would change", Short: "compare a file", Foot: true, Why: p.noDisk, Do: p.askFile, Shell: "crmsync config import " + file},
		{ID: "config.import", Act: crmsync.ActConfigImport, Keys: []string{"a"}, Group: "Decide", Name: "Set-up: set it up as the file says", Short: "apply", Foot: p.file != "", Why: p.cannotApply, Do: p.askApply, Shell: "crmsync config import " + file + " --yes"},
		{ID: "config.export", Keys: []string{"e"}, Group: "Out", Name: "Set-up: write it to a file", Short: "export", Foot: true, Why: p.cannotExport, Do: p.export, Shell: "crmsync config export"},
		{ID: "config.copy", Keys: []string{"y"}, Group: "Out", Name: "Set-up: copy the text", Short: "copy", Local: true, Why: p.notRead, Do: func() tea.Cmd { return send(copyMsg{p.text}) }},
	}
	moves := p.moves()
	for i := range moves {
		if moves[i].ID == "document.back" && p.file != "" && p.Sieve().text == "" {
			moves[i].Do = func() tea.Cmd { cmd, _ := p.Back(); return cmd }
		}
	}
	return append(out, moves...)
}

func (p *contract) notRead() string {
	if !p.once.known {
		return "the set-up was not read yet"
	}
	return ""
}

// noDisk says why no file of this machine is read: over SSH it would be the server's.
func (p *contract) noDisk() string {
	if p.Services.Files == nil {
		return "over SSH no file of the server is read; run crmsync config import there"
	}
	return ""
}

func (p *contract) cannotExport() string {
	if p.Services.Files == nil {
		return "no file can be written from here; " + p.keyOf("config.copy") + " copies the text"
	}
	return p.notRead()
}

func (p *contract) cannotApply() string {
	switch {
	case p.file == "":
		return "no file was compared yet; " + p.keyOf("config.compare") + " does"
	case p.diff.Problem != "":
		return "it cannot be applied: " + clean(p.diff.Problem)
	case len(p.diff.Changes) == 0:
		return "everything is set up as the file says"
	}
	return ""
}

func (p *contract) export() tea.Cmd {
	name, text := "crmsync-contract-"+p.now().Format("20060102-150405")+".toml", []byte(p.text)
	return func() tea.Msg {
		if err := p.writeFile(&name, text); err != nil {
			return actedMsg{err: err, what: "write the file"}
		}
		return openMsg{p.written("The set-up is in", name)}
	}
}

func (p *contract) askFile() tea.Cmd {
	ask := &prompt{Session: p.Session, title: "Compare a file", labels: []string{"File"}, fields: []*field{newField(p.Theme, "crmsync-contract.toml")}, yes: "compare", line: "nothing is changed by comparing",
		check: func(values []string) string {
			if values[0] == "" {
				return "the file is not named yet"
			}
			return ""
		},
		do: func(values []string) tea.Cmd {
			return func() tea.Msg {
				config, diff, err := p.Services.Setup.Compare(p.ctx, values[0])
				return comparedMsg{p, values[0], config, diff, err}
			}
		}}
	return ask.open()
}

func (p *contract) askApply() tea.Cmd {
	config, n := p.config, len(p.diff.Changes)
	return p.tell(openMsg{&confirm{Session: p.Session, title: "Apply a set-up", act: crmsync.ActConfigImport, yes: "Apply " + number(n), note: "One undo takes all back.",
		lines: func(w int) []string { return p.Session.diffLines(p.diff, w, true) },
		do: func() tea.Cmd {
			return p.act("apply the set-up", "Set up as the file says: "+count(n, "change", "changes")+".", func(ctx context.Context) (string, error) {
				return p.Services.Setup.Import(ctx, config)
			})
		}}})
}

// diffLines are what a file would change, in short or with the values in full.
func (s *Session) diffLines(diff crmsync.ConfigDiff, w int, short bool) []string {
	t := s.Theme
	var lines []string
	for _, c := range diff.Changes {
		if short {
			lines = append(lines, t.Text.Render(cut(clean(c.What), w*2/3))+" "+t.Strong.Render(cut(orDash(t, clean(c.After)), w/3-1)))
			continue
		}
		lines = append(lines, " "+t.Strong.Render(cut(clean(c.What), w-2)))
		for _, side := range []struct{ mark, text string }{{"-", c.Before}, {"+", c.After}} {
			style := t.Quiet
			if side.mark == "+" {
				style = t.Good
			}
			for i, part := range hardWrap(clean(side.text), w-6) {
				mark := side.mark
				if i > 0 {
					mark = " "
				}
				lines = append(lines, "   "+style.Render(mark+" "+part))
			}
		}
		for _, part := range wrap(clean(c.Problem), w-6) {
			if part != "" {
				lines = append(lines, "   "+t.Bad.Render(part))
			}
		}
	}
	return lines
}

// Line says what is shown.
func (p *contract) Line() (left, right string) {
	switch {
	case p.file == "":
		return "no secrets, no opt-ins and no consent are in it", p.position()
	case p.diff.Problem != "":
		return p.Theme.sign(StateBad, clean(p.diff.Problem)), p.position()
	case len(p.diff.Changes) == 0:
		return p.Theme.sign(StateGood, "everything is set up as the file says"), p.position()
	}
	return count(len(p.diff.Changes), "change", "changes") + "; nothing has changed yet", p.position()
}

// View draws the text, or what a file would change.
func (p *contract) View(w, h int) string {
	t := p.Theme
	if !p.once.known {
		return page(append([]string{" " + t.Title.Render("Set-up as text"), ""}, p.loading(p.once, w, h-2)...), w, h)
	}
	if p.file != "" {
		lines := p.Session.diffLines(p.diff, w, false)
		if len(lines) == 0 {
			lines = []string{"  " + t.sign(StateGood, "everything is set up as the file says")}
		}
		head := []string{t.heading("What "+cut(clean(p.file), w/2)+" would change", "esc leaves it", w), ""}
		return page(append(head, p.through(lines, h-len(head))...), w, h)
	}
	var lines []string
	for _, line := range strings.Split(strings.TrimRight(p.text, "\n"), "\n") {
		style := t.Text
		if strings.HasPrefix(line, "#") {
			style = t.Faint
		} else if strings.HasPrefix(line, "[") {
			style = t.Title
		}
		lines = append(lines, "  "+style.Render(cut(clean(line), w-3)))
	}
	head := []string{t.heading("Set-up as text", "what differs from the defaults, seats and users", w), ""}
	return page(append(head, p.through(lines, h-len(head))...), w, h)
}
