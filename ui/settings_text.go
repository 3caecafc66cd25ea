package ui

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// The messages of the settings as text.
type (
	// textMsg carries the file that the editor is to open, and what the settings are now.
	textMsg struct {
		owner      *settings
		file, text string
		err        error
	}
	// editedMsg comes when the editor has ended.
	editedMsg struct {
		owner        *settings
		file, before string
		err          error
	}
	// readBackMsg carries what was written in the editor, and what it would change.
	readBackMsg struct {
		owner   *settings
		text    string // "": as it was
		config  crmsync.Config
		diff    crmsync.ConfigDiff
		effects map[string][]string // by what is changed
		err     error
	}
)

// editAction edits the settings as text.
func (c *settings) editAction() Action {
	return Action{ID: "setting.text", Act: crmsync.ActConfigImport, Keys: []string{"E"}, Group: "Decide", Name: "Settings: edit as text in your editor", Short: "edit as text", Verb: "edit the set-up",
		Why: c.noEditor, Do: c.openText, Shell: "crmsync config import FILE --yes"}
}

func (c *settings) noEditor() string {
	switch {
	case c.Actor.Via == "ssh":
		return "over SSH no editor is opened: it would run on the server"
	case c.editor == nil:
		return "no editor is known here; EDITOR names one"
	case c.Services.Setup == nil:
		return "the set-up cannot be read here"
	}
	return ""
}

// openText writes what is set up to a private file, or what was edited before and not applied.
func (c *settings) openText() tea.Cmd {
	screen, draft := c.screen, c.draft
	return func() tea.Msg {
		now, err := c.Services.Setup.Text(screen)
		if err != nil {
			return textMsg{owner: c, err: err}
		}
		text := now
		if draft != "" {
			text = draft
		}
		file, err := privateFile("crmsync-settings.toml", text)
		return textMsg{c, file, now, err}
	}
}

// texts takes the messages of the settings as text.
func (c *settings) texts(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case textMsg:
		if msg.owner != c {
			return nil
		}
		if msg.err != nil {
			return send(actedMsg{what: "open the settings in an editor", err: msg.err})
		}
		return c.editor.open(msg.file, func(err error) tea.Msg { return editedMsg{c, msg.file, msg.text, err} })
	case editedMsg:
		if msg.owner == c {
			return c.readBack(msg)
		}
	case readBackMsg:
		if msg.owner == c {
			return c.weigh(msg)
		}
	}
	return nil
}

// readBack reads what was written, works out what it would change, and removes the file.
func (c *settings) readBack(edited editedMsg) tea.Cmd {
	screen := c.ctx
	return func() tea.Msg {
		out := readBackMsg{owner: c, err: edited.err}
		if out.err == nil {
			out = c.compared(screen, edited)
		}
		if err := removePrivate(edited.file); err != nil {
			out.err = errors.Join(out.err, err)
		}
		return out
	}
}

func (c *settings) compared(ctx context.Context, edited editedMsg) readBackMsg {
	out := readBackMsg{owner: c, effects: map[string][]string{}}
	text, err := os.ReadFile(edited.file)
	if err != nil {
		out.err = err
		return out
	}
	if out.text = string(text); out.text == edited.before {
		out.text = ""
		return out
	}
	if out.config, out.diff, out.err = c.Services.Setup.Compare(ctx, edited.file); out.err != nil {
		return out
	}
	for _, change := range out.diff.Changes {
		key, isSetting := strings.CutPrefix(change.What, "setting ")
		if !isSetting || change.Problem != "" || c.Services.Settings == nil {
			continue
		}
		if out.effects[change.What], out.err = c.Services.Settings.Preview(ctx, key, change.After); out.err != nil {
			return out
		}
	}
	return out
}

// weigh shows what the text would change, or what is wrong with it; the text is kept until it is applied or dropped.
func (c *settings) weigh(msg readBackMsg) tea.Cmd {
	switch {
	case msg.err != nil && msg.text == "":
		return send(actedMsg{what: "edit the settings", err: msg.err})
	case msg.text == "":
		c.draft = ""
		return send(toastMsg{state: StateOff, text: "nothing was changed in the text"})
	}
	c.draft = msg.text
	if msg.err != nil {
		return c.editAgain("The text cannot be read", func(w int) []string { return c.faultLines(msg.text, msg.err, w) })
	}
	if msg.diff.Problem != "" {
		return c.editAgain("It cannot be set up so", func(w int) []string { return c.Session.diffLines(msg.diff, w, false) })
	}
	n := len(msg.diff.Changes)
	if n == 0 {
		c.draft = ""
		return send(toastMsg{state: StateOff, text: "everything is set up as the text says"})
	}
	return c.tell(openMsg{&confirm{Session: c.Session, title: "Apply " + count(n, "change", "changes"), act: crmsync.ActConfigImport, yes: "Apply " + number(n), note: "One undo takes all back.",
		lines: func(w int) []string { return c.effectLines(msg, w) },
		do: func() tea.Cmd {
			return c.act(applyText, "Set up as the text says: "+count(n, "change", "changes")+".", func(ctx context.Context) (string, error) {
				return c.Services.Setup.Import(ctx, msg.config)
			})
		}}})
}

// applyText is what an act on the text is called, in messages too.
const applyText = "apply the text"

// editAgain shows what is wrong and leads back to the editor.
func (c *settings) editAgain(title string, lines func(w int) []string) tea.Cmd {
	return c.tell(openMsg{&confirm{Session: c.Session, title: title, yes: "Edit again", note: "The text is kept.", line: "nothing has changed", lines: lines, do: c.openText}})
}

// faultLines is a fault with the line it is in.
func (c *settings) faultLines(text string, err error, w int) []string {
	var out []string
	for _, part := range wrap(clean(err.Error()), w) {
		out = append(out, c.Theme.Bad.Render(part))
	}
	if n, line := faultyLine(text, err); n > 0 {
		out = append(out, "", c.Theme.Quiet.Render("line "+strconv.Itoa(n)+":"), c.Theme.Text.Render(cut(clean(line), w)))
	}
	if hint := crmsync.HintOf(err); hint != "" {
		out = append(out, "")
		for _, part := range wrap(clean(hint), w) {
			out = append(out, c.Theme.Quiet.Render(part))
		}
	}
	return out
}

// faultyLine finds the line a fault is in: by the number that the message gives, else by the name that both hold.
func faultyLine(text string, err error) (int, string) {
	lines := strings.Split(text, "\n")
	if _, after, found := strings.Cut(err.Error(), "line "); found {
		digits := after[:len(after)-len(strings.TrimLeft(after, "0123456789"))]
		if n, err := strconv.Atoi(digits); err == nil && n >= 1 && n <= len(lines) {
			return n, lines[n-1]
		}
	}
	at := slices.IndexFunc(lines, func(line string) bool {
		name, _, assigned := strings.Cut(line, "=")
		name = strings.Trim(strings.TrimSpace(name), `"`)
		return assigned && name != "" && !strings.HasPrefix(name, "#") && strings.Contains(err.Error(), name)
	})
	if at < 0 {
		return 0, ""
	}
	return at + 1, lines[at]
}

// effectLines are the changes with what each setting would do.
func (c *settings) effectLines(msg readBackMsg, w int) []string {
	var out []string
	for _, change := range msg.diff.Changes {
		out = append(out, c.Session.diffLines(crmsync.ConfigDiff{Changes: []crmsync.ConfigChange{change}}, w, false)...)
		for _, effect := range msg.effects[change.What] {
			out = append(out, "   "+c.Theme.Quiet.Render(cut(clean(effect), w-3)))
		}
	}
	return out
}

// drop gives up what waits, and the text that was not applied.
func (c *settings) drop() tea.Cmd {
	clear(c.waiting)
	c.draft = ""
	return nil
}
