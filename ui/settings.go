package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// settings are the contract's settings, in groups; a change waits until it is applied.
type settings struct {
	stage
	once
	all     []Setting
	cursor  int
	top     int
	waiting map[string]string
	field   *field
	draft   string // a text that was edited and not applied; "" = none
}

// settingsMsg carries the settings.
type settingsMsg struct {
	owner *settings
	all   []Setting
	err   error
}

func newSettings(s *Session) *settings {
	return &settings{stage: stage{Session: s}, waiting: map[string]string{}, field: newField(s.Theme, "")}
}

// Title is the screen's name.
func (c *settings) Title() string { return "Settings" }

// Show reads the settings.
func (c *settings) Show(ctx context.Context) tea.Cmd {
	c.show(ctx)
	return c.load()
}

func (c *settings) load() tea.Cmd {
	screen := c.screen
	return tea.Batch(c.begin(screen, c.Session), func() tea.Msg {
		all, err := c.Services.Settings.Settings(screen)
		return settingsMsg{c, all, err}
	})
}

// Reading is how it stands with the settings.
func (c *settings) Reading() reading { return c.once.of("the settings", c.load) }

// Update takes the settings and the letters of a value.
func (c *settings) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case settingsMsg:
		if msg.owner == c && c.end(msg.err) {
			c.all = msg.all
			c.cursor = max(0, min(c.cursor, len(c.all)-1))
		}
	case previewMsg:
		switch {
		case msg.owner != c || !c.shown() || cancelled(msg.err):
		case msg.err != nil:
			return send(actedMsg{what: "preview the settings", err: msg.err})
		default:
			return c.confirmed(msg.changes, msg.values, msg.effects)
		}
	case actedMsg:
		if msg.what == applyText && (msg.err == nil || crmsync.CodeOf(msg.err) == "approval.waiting") {
			c.draft = ""
		}
		if c.shown() {
			return c.load()
		}
	case tea.KeyMsg:
		switch keyName(msg) {
		case "enter":
			c.field.blur()
			c.change(c.field.value())
		case "esc":
			c.field.blur()
		default:
			c.field.key(msg)
		}
	default:
		return c.texts(msg)
	}
	return nil
}

// Editing is true while a value is typed.
func (c *settings) Editing() bool { return c.field.focused() }

// Typing is what ends the typing.
func (c *settings) Typing() (enter, esc string) { return "keep", "drop" }

func (c *settings) current() *Setting {
	if c.cursor < len(c.all) {
		return &c.all[c.cursor]
	}
	return nil
}

// change keeps a value for applying; the present value takes the change back.
func (c *settings) change(value string) {
	s := c.current()
	if s == nil {
		return
	}
	delete(c.waiting, s.Key)
	if value != s.Value {
		c.waiting[s.Key] = value
	}
}

// Actions change, apply and drop.
func (c *settings) Actions() []Action {
	key, value := "KEY", "VALUE"
	if s := c.current(); s != nil {
		key = s.Key
		if v, ok := c.waiting[key]; ok {
			value = v
		}
	}
	out := []Action{
		{ID: "setting.change", Act: crmsync.ActSettingSet, Keys: []string{"enter"}, Group: "Decide", Name: "Settings: change this one", Short: "change", Foot: true, Why: c.noRow, Do: c.edit, Shell: "crmsync settings set " + ShellWord(key) + " " + ShellWord(value)},
		{ID: "setting.set", Act: crmsync.ActSettingSet, Keys: []string{"w"}, Group: "Decide", Name: "Settings: apply what waits", Short: "apply", Foot: true, Why: c.noChange, Do: c.ask, Shell: "crmsync settings set " + ShellWord(key) + " " + ShellWord(value)},
		{ID: "setting.drop", Keys: []string{"d"}, Group: "Decide", Name: "Settings: drop what waits", Short: "drop", Foot: true, Local: true, Why: c.nothingToDrop, Do: c.drop},
		{ID: "setting.copy", Keys: []string{"y"}, Group: "Out", Name: "Settings: copy as a command", Short: "copy", Local: true, Why: c.noRow, Do: func() tea.Cmd {
			return send(copyMsg{"crmsync settings set " + ShellWord(c.current().Key) + " " + ShellWord(c.shownValue(*c.current()))})
		}},
		c.editAction(), c.setupAction(), c.upkeepAction(),
		{ID: "setting.reload", Keys: []string{"R"}, Group: "Everywhere", Name: "Settings: load again", Short: "load again", Local: true, Do: c.load},
	}
	return append(out, strides("list", "List", "row", func() int { return 10 }, func(n int) tea.Cmd {
		c.cursor = max(0, min(c.cursor+n, len(c.all)-1))
		return nil
	})...)
}

func (c *settings) noRow() string {
	if c.current() == nil {
		return "no setting is chosen"
	}
	return ""
}

func (c *settings) noChange() string {
	if len(c.waiting) == 0 {
		return "nothing waits"
	}
	return ""
}

func (c *settings) nothingToDrop() string {
	if c.draft != "" {
		return ""
	}
	return c.noChange()
}

// edit turns to the next choice, or opens the field.
func (c *settings) edit() tea.Cmd {
	s := c.current()
	if len(s.Choices) > 0 {
		c.change(next(s.Choices, c.shownValue(*s), 1))
		return nil
	}
	c.field.set(c.shownValue(*s))
	c.field.focus()
	return nil
}

func (c *settings) shownValue(s Setting) string {
	if v, ok := c.waiting[s.Key]; ok {
		return v
	}
	return s.Value
}

// previewMsg carries what each change would do, by key.
type previewMsg struct {
	owner   *settings
	changes []Setting
	values  map[string]string
	effects map[string][]string
	err     error
}

// ask reads what the changes would do before it asks.
func (c *settings) ask() tea.Cmd {
	changes := make([]Setting, 0, len(c.waiting))
	for _, s := range c.all {
		if _, ok := c.waiting[s.Key]; ok {
			changes = append(changes, s)
		}
	}
	values := map[string]string{}
	for k, v := range c.waiting {
		values[k] = v
	}
	screen := c.screen
	return func() tea.Msg {
		effects := map[string][]string{}
		for _, s := range changes {
			lines, err := c.Services.Settings.Preview(screen, s.Key, values[s.Key])
			if err != nil {
				return previewMsg{owner: c, err: err}
			}
			effects[s.Key] = lines
		}
		return previewMsg{c, changes, values, effects, nil}
	}
}

// confirmed shows every change with the value before and what it would do.
func (c *settings) confirmed(changes []Setting, values map[string]string, effects map[string][]string) tea.Cmd {
	t := c.Theme
	return c.tell(openMsg{&confirm{Session: c.Session, title: "Apply " + count(len(changes), "change", "changes"), yes: "Apply " + number(len(changes)), note: "Each can be undone.",
		lines: func(w int) []string {
			var lines []string
			for _, s := range changes {
				lines = append(lines, t.Text.Render(cut(clean(s.Group)+" "+t.Crumb+" "+clean(s.Name), w)),
					"  "+t.Strong.Render(cut(settingValue(t, s, values[s.Key]), w/2))+t.Quiet.Render("  was "+cut(settingValue(t, s, s.Value), w/3)))
				for _, effect := range effects[s.Key] {
					for _, part := range wrap(clean(effect), w-2) {
						lines = append(lines, "  "+t.Quiet.Render(part))
					}
				}
			}
			return lines
		},
		do: func() tea.Cmd { return c.apply(changes, values) }}})
}

// apply sets one after the other and stops at the first failure.
func (c *settings) apply(changes []Setting, values map[string]string) tea.Cmd {
	clear(c.waiting)
	return func() tea.Msg {
		out := actedMsg{what: "apply the settings", text: "Applied " + count(len(changes), "change", "changes") + "."}
		for _, s := range changes {
			id, err := c.Services.Settings.Set(c.ctx, s.Key, values[s.Key], &s.Value)
			if err != nil {
				out.err = err
				return out
			}
			out.audits = append(out.audits, id)
		}
		return out
	}
}

// Line counts what waits.
func (c *settings) Line() (left, right string) {
	right = number(min(c.cursor+1, len(c.all))) + " of " + number(len(c.all))
	switch {
	case c.Editing():
		return "enter keeps the value for applying, esc drops it", right
	case c.draft != "":
		return c.Theme.Warn.Render("! an edited text waits; " + c.keyOf("setting.text") + " goes on with it, " + c.keyOf("setting.drop") + " drops it"), right
	case len(c.waiting) > 0:
		return c.Theme.Warn.Render("! " + count(len(c.waiting), "change waits", "changes wait") + "; " + c.keyOf("setting.set") + " applies, " + c.keyOf("setting.drop") + " drops"), right
	}
	if s := c.current(); s != nil {
		return clean(s.Note), right // in full, where the list has no room for it
	}
	return "", right
}

// View draws the groups.
func (c *settings) View(w, h int) string {
	t := c.Theme
	if !c.once.known {
		return page(c.loading(c.once, w, h), w, h)
	}
	var lines []string
	at, group := 0, ""
	for i, s := range c.all {
		if s.Group != group {
			if group != "" {
				lines = append(lines, "")
			}
			group = s.Group
			lines = append(lines, " "+t.Title.Render(clean(group)))
		}
		if i == c.cursor {
			at = len(lines)
		}
		lines = append(lines, c.line(s, w, i == c.cursor))
	}
	c.top = max(min(c.top, at-1), at-h+2, 0)
	c.top = max(0, min(c.top, len(lines)-h))
	return page(lines[min(c.top, len(lines)):], w, h)
}

func (c *settings) line(s Setting, w int, selected bool) string {
	t := c.Theme
	name, value := fit(clean(s.Name), 24), settingValue(t, s, c.shownValue(s))
	room := c.valueRoom(w)
	if selected && c.Editing() {
		return t.Accent.Render(t.Cursor) + " " + t.Text.Render(name) + " " + c.field.view(min(60, w-30))
	}
	if _, changed := c.waiting[s.Key]; changed {
		text := " " + name + " " + value + "  " + t.Arrow + " was " + settingValue(t, s, s.Value)
		if selected {
			return t.row(text, w, true)
		}
		return " " + t.Warn.Render(cut(text, w-1))
	}
	text := " " + t.Text.Render(name+" "+fit(value, room))
	if w >= sideBySide { // else half of each would be cut off; the last line has the chosen one's in full
		text += "  " + t.Quiet.Render(cut(strings.TrimSpace(clean(s.Note)), w-room-30))
	}
	return t.row(text, w, selected)
}

// valueRoom is how wide the values are: all that is left where the notes are not shown, else as the widest of them.
func (c *settings) valueRoom(w int) int {
	if w < sideBySide {
		return max(8, w-28)
	}
	n := 8
	for _, s := range c.all {
		n = max(n, width(settingValue(c.Theme, s, c.shownValue(s))))
	}
	return min(n, 28, w/4)
}

// settingValue is a value in words: yes and no, the unit, a dash for none.
func settingValue(t *Theme, s Setting, value string) string {
	switch {
	case value == "":
		return t.Dash
	case value == "true" && len(s.Choices) == 2:
		return "yes"
	case value == "false" && len(s.Choices) == 2:
		return "no"
	case s.Unit != "":
		return clean(value) + " " + clean(s.Unit)
	}
	return clean(value)
}
