package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// notice shows lines and closes on any of the usual keys.
type notice struct {
	*Session
	title string
	lines func(w int) []string
	from  int
	fits  int
	look  search
	field *field // while what is looked for is typed; nil before the first time
}

// Update scrolls or closes.
func (n *notice) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	if n.field != nil && n.field.focused() {
		n.typed(key)
		return nil
	}
	if n.searches(keyName(key)) {
		return nil
	}
	switch keyName(key) {
	case "esc", "q", "enter", "?":
		if n.look.text != "" && keyName(key) == "esc" {
			n.look.begin("")
			return nil
		}
		return n.tell(closeMsg{})
	case "down", "j":
		n.from++
	case "up", "k":
		n.from = max(0, n.from-1)
	case "pgdown", "ctrl+f", "space":
		n.from += max(1, n.fits)
	case "pgup", "ctrl+b":
		n.from = max(0, n.from-max(1, n.fits))
	case "ctrl+d":
		n.from += max(1, n.fits/2)
	case "ctrl+u":
		n.from = max(0, n.from-max(1, n.fits/2))
	case "g", "home":
		n.from = 0
	case "G", "end":
		n.from = utmost // View brings it back to the last page
	}
	return nil
}

// View draws the lines that fit.
func (n *notice) View(w, h int) []string {
	inner := min(76, w-8)
	lines := n.lines(inner)
	n.fits = max(1, h-3)
	n.from = max(0, min(n.look.scan(lines, n.from, n.fits), len(lines)-n.fits))
	shown := slices.Clone(lines[n.from:min(len(lines), n.from+n.fits)])
	for i, line := range shown {
		shown[i] = n.look.marked(n.Theme, n.from+i, line)
	}
	if below := n.below(inner, len(lines) > n.fits); below != "" {
		shown = append(shown, below)
	}
	return n.Theme.box(n.title, shown, inner, n.Theme.Border)
}

// Actions is nil: the screen's keys stay in the footer.
// searches begins a search, or goes on with it, when the key is one of those that do so in lists.
func (n *notice) searches(key string) bool {
	switch {
	case slices.Contains(n.keysOf("list.filter"), key):
		n.field = newField(n.Theme, "what to look for")
		n.field.focus()
	case slices.Contains(n.keysOf("hit.next"), key):
		n.from = n.look.seek(1, n.from, n.fits)
	case slices.Contains(n.keysOf("hit.previous"), key):
		n.from = n.look.seek(-1, n.from, n.fits)
	default:
		return false
	}
	return true
}

// typed takes a letter of what is looked for.
func (n *notice) typed(key tea.KeyMsg) {
	switch keyName(key) {
	case "enter":
		n.field.blur()
		n.look.begin(n.field.value())
	case "esc":
		n.field.blur()
	default:
		n.field.key(key)
	}
}

// below is the line under the text: what is looked for, how that stands, or that there is more.
func (n *notice) below(w int, more bool) string {
	switch {
	case n.field != nil && n.field.focused():
		return n.Theme.Key.Render("/ ") + n.field.view(w-2)
	case n.look.text != "":
		return n.Theme.Quiet.Render(cut(n.look.said(w, n.keyOf("hit.next"), n.keyOf("hit.previous"), n.keyOf("console.back")), w))
	case more:
		return n.Theme.Faint.Render("… " + n.Theme.upDown() + " for the rest, " + n.keyOf("list.filter") + " searches")
	}
	return ""
}

func (n *notice) Actions() []Action { return nil }

// Line is empty: the screen's line stays.
func (n *notice) Line() string { return "" }

// Guarded is false: it asks nothing.
func (n *notice) Guarded() bool { return false }
