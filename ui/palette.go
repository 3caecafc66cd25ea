package ui

import (
	"slices"
	"strings"

	crmsync "crmsync/sync"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/sahilm/fuzzy"
)

// palette finds any action by its name, shows its shell command, and runs it.
type palette struct {
	*Session
	all    []Action
	found  []Action
	field  *field
	cursor int
	top    int
	shell  bool // the shell command stays visible
}

// paletteRows is how many actions the palette shows at once.
const paletteRows = 10

func newPalette(s *Session, actions []Action) *palette {
	p := &palette{Session: s, field: newField(s.Theme, "type a few letters")}
	for _, a := range actions {
		if !a.Hidden && a.Name != "" {
			p.all = append(p.all, a)
		}
	}
	p.field.focus()
	p.find()
	return p
}

// find filters the actions by the letters typed, the best first.
func (p *palette) find() {
	p.cursor, p.top = 0, 0
	text := p.field.value()
	if text == "" {
		p.found = p.all
		return
	}
	names := make([]string, len(p.all))
	for i, a := range p.all {
		names[i] = a.Name + " " + a.Short + " " + strings.TrimPrefix(a.Shell, "crmsync ")
	}
	p.found = nil
	for _, hit := range fuzzy.Find(text, names) {
		p.found = append(p.found, p.all[hit.Index])
	}
	words := strings.ToLower(text)
	named := func(a Action) bool { return strings.Contains(strings.ToLower(a.Name+" "+a.Short), words) }
	slices.SortStableFunc(p.found, func(a, b Action) int { // whole words before scattered letters
		return boolOrder(named(a), named(b))
	})
	p.usualFirst(named)
}

// usualFirst puts the actions that do the same act into the order of their screen, which has the usual one before its
// variants, among the places that they have by the letters typed.
func (p *palette) usualFirst(named func(Action) bool) {
	places := map[crmsync.ActID][]int{}
	for i, a := range p.found {
		if a.Act != "" && named(a) {
			places[a.Act] = append(places[a.Act], i)
		}
	}
	ordered := slices.Clone(p.found)
	for act, at := range places {
		for _, a := range p.all {
			if len(at) > 0 && a.Act == act && named(a) && slices.ContainsFunc(p.found, func(b Action) bool { return b.ID == a.ID }) {
				ordered[at[0]], at = a, at[1:]
			}
		}
	}
	p.found = ordered
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Update types, chooses and runs.
func (p *palette) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch keyName(key) {
	case "esc":
		return p.tell(closeMsg{})
	case "up", "ctrl+p":
		p.cursor = max(0, p.cursor-1)
	case "down", "ctrl+n":
		p.cursor = max(0, min(p.cursor+1, len(p.found)-1))
	case "tab":
		p.shell = !p.shell
	case "ctrl+y":
		if p.cursor < len(p.found) && p.found[p.cursor].Shell != "" {
			return send(copyMsg{text: p.found[p.cursor].Shell})
		}
	case "enter":
		if p.cursor >= len(p.found) {
			return p.tell(closeMsg{})
		}
		p.tell(closeMsg{})
		return p.tell(runMsg{p.found[p.cursor]})
	default:
		p.field.key(key)
		p.find()
	}
	p.top = max(min(p.top, p.cursor), p.cursor-paletteRows+1)
	return nil
}

// View draws the field, the actions found and the shell command of the chosen one.
func (p *palette) View(w, h int) []string {
	t := p.Theme
	inner := min(58, w-8)
	rows := max(1, min(paletteRows, h-7))
	lines := []string{p.field.view(inner), ""}
	p.top = max(min(p.top, p.cursor), p.cursor-rows+1)
	for i := p.top; i < min(p.top+rows, len(p.found)); i++ {
		lines = append(lines, p.line(p.found[i], inner, i == p.cursor))
	}
	if len(p.found) == 0 {
		lines = append(lines, " "+t.Quiet.Render("nothing has that name"))
	}
	lines = append(lines, "", t.Quiet.Render(t.upDown()+" choose   enter run   tab show as a shell command"))
	if p.shell && p.cursor < len(p.found) {
		lines = append(lines, t.Faint.Render("$ ")+t.Text.Render(p.shellLine()))
	} else if p.cursor < len(p.found) {
		lines = append(lines, t.Faint.Render(p.reason()))
	}
	return t.box("Command", lines, inner, t.Border)
}

func (p *palette) shellLine() string {
	if shell := p.found[p.cursor].Shell; shell != "" {
		return shell
	}
	return "crmsync   # only moves inside the console"
}

// reason says why the chosen action is off, or what is done with its shell command.
func (p *palette) reason() string {
	a := p.found[p.cursor]
	switch {
	case !a.allowed(p.Actor):
		return p.Theme.Warn.Render("! " + refusal(p.Actor, a))
	case a.off() != "":
		return p.Theme.Warn.Render("! " + a.off())
	case a.Shell != "":
		return "$ " + a.Shell
	}
	return ""
}

func (p *palette) line(a Action, inner int, selected bool) string {
	key := ""
	if len(a.Keys) > 0 {
		key = p.Theme.keyLabel(a.Keys[0])
	}
	text := ends("  "+a.Name, " "+key+"  ", inner-1)
	if !selected && (!a.allowed(p.Actor) || a.off() != "") {
		text = p.Theme.Faint.Render(text)
	}
	if selected {
		return " " + p.Theme.Accent.Render(p.Theme.Cursor) + p.Theme.Selected.Render(fit(text[1:], inner-2))
	}
	return " " + fit(text, inner-1)
}

// Actions is nil: the screen's keys stay in the footer.
func (p *palette) Actions() []Action { return nil }

// Line is empty: the screen's line stays.
func (p *palette) Line() string { return "" }

// Guarded is false: it was asked for, and what is typed must arrive.
func (p *palette) Guarded() bool { return false }
