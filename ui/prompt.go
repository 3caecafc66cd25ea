package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// prompt asks for one line or a few of them before something is done.
type prompt struct {
	*Session
	title  string
	act    crmsync.ActID // what it asks about, where that may need a second admin
	lines  func(w int) []string
	labels []string
	fields []*field
	focus  int
	yes    string                       // what enter does, a verb
	line   string                       // that nothing has happened yet
	check  func(values []string) string // why not yet; "" when it can be done
	do     func(values []string) tea.Cmd
}

// quietLines are the quiet text above the fields of a prompt.
func (s *Session) quietLines(text string) func(w int) []string {
	return func(w int) []string {
		var lines []string
		for _, part := range wrap(text, w) {
			lines = append(lines, s.Theme.Quiet.Render(part))
		}
		return lines
	}
}

// needs makes a check of a prompt: as long as the field at the place of a text is empty, the text says why not yet.
func needs(missing ...string) func(values []string) string {
	return func(values []string) string {
		for i, why := range missing {
			if strings.TrimSpace(values[i]) == "" {
				return why
			}
		}
		return ""
	}
}

// open puts the cursor into the first field and the prompt on top.
func (p *prompt) open() tea.Cmd {
	p.fields[0].focus()
	return p.tell(openMsg{p})
}

func (p *prompt) values() []string {
	out := make([]string, len(p.fields))
	for i, f := range p.fields {
		out[i] = f.value()
	}
	return out
}

// turn moves the cursor to another field.
func (p *prompt) turn(n int) {
	p.fields[p.focus].blur()
	p.focus = (p.focus + n + len(p.fields)) % len(p.fields)
	p.fields[p.focus].focus()
}

// Update takes the letters; enter goes to the next field, and from the last one does it.
func (p *prompt) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch keyName(key) {
	case "esc":
		return p.tell(closeMsg{})
	case "tab", "down":
		p.turn(1)
	case "shift+tab", "up":
		p.turn(-1)
	case "enter":
		if p.focus < len(p.fields)-1 {
			p.turn(1)
			return nil
		}
		return p.accept()
	default:
		p.fields[p.focus].key(key)
	}
	return nil
}

func (p *prompt) accept() tea.Cmd {
	values := p.values()
	if p.check != nil {
		if why := p.check(values); why != "" {
			return send(toastMsg{state: StateWarn, text: why})
		}
	}
	p.tell(closeMsg{})
	return p.do(values)
}

// View draws what is asked, and the fields.
func (p *prompt) View(w, h int) []string {
	t := p.Theme
	inner := min(64, w-8)
	var lines []string
	if p.lines != nil {
		lines = p.lines(inner)
	}
	second := p.secondLines(p.act, inner)
	lines = lines[:min(len(lines), max(0, h-3-len(second)-2*len(p.fields)))]
	lines = append(lines, second...)
	if len(lines) > 0 {
		lines = append(lines, "")
	}
	for i, f := range p.fields {
		label := fit(p.labels[i], 0)
		if p.labels[i] != "" {
			label = t.Quiet.Render(fit(p.labels[i], min(20, inner/3))) + " "
		}
		lines = append(lines, label+f.view(inner-min(20, inner/3)-2))
	}
	return t.box(p.title, lines, inner, t.Warning)
}

// Actions are the keys of the prompt: enter does it from the last field only.
func (p *prompt) Actions() []Action {
	nothing := func() tea.Cmd { return nil }
	yes := p.yes
	if p.needsSecond(p.act) {
		yes = "propose: " + yes
	}
	if p.focus < len(p.fields)-1 {
		yes = "next"
	}
	out := []Action{{ID: "dialog.yes", Keys: []string{"enter"}, Short: yes, Foot: true, Local: true, Do: nothing}}
	if len(p.fields) > 1 {
		out = append(out, Action{ID: "dialog.field", Keys: []string{"tab"}, Short: "other field", Foot: true, Local: true, Do: nothing})
	}
	return append(out, Action{ID: "dialog.no", Keys: []string{"esc"}, Short: "cancel", Foot: true, Local: true, Do: nothing})
}

// Line says that nothing has happened yet.
func (p *prompt) Line() string { return p.line }

// Guarded is true: the question must be read before it is answered.
func (p *prompt) Guarded() bool { return true }
