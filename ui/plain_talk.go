package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// show prints what is in front: all of it when it is new, else the lines that are new, and the toast.
func (p *plain) show() {
	front, title, now := p.front()
	if front != p.last {
		p.say("")
		p.say(title)
		for _, line := range now {
			p.say(line)
		}
	} else {
		for _, line := range news(p.lines, now, p.app.Theme.Cursor) {
			p.say(line)
		}
	}
	p.last, p.lines = front, now
	if p.app.toastID != p.toast {
		p.toast = p.app.toastID
		text := squeeze(ansi.Strip(p.app.Theme.sign(p.app.toast.state, clean(p.app.toast.text))))
		if p.app.toast.state == StateGood && len(p.app.undo) > 0 {
			text += " (undo takes it back)"
		}
		p.say(text)
	}
}

// front is the dialog or screen in front, its title and its lines without frames.
func (p *plain) front() (front any, title string, lines []string) {
	if n := len(p.app.dialogs); n > 0 {
		top := p.app.dialogs[n-1]
		title, lines = unboxed(top.View(plainWidth, plainHeight))
		return top.dialog, "Question: " + title, lines
	}
	screen := p.app.screen()
	for _, line := range strings.Split(ansi.Strip(p.app.body(plainWidth, plainHeight)), "\n") {
		if line = strings.TrimRight(line, " "); strings.Trim(line, " -=|+") != "" {
			lines = append(lines, line)
		}
	}
	if left, right := p.app.stand(plainWidth); left != "" || right != "" {
		if text := squeeze(ansi.Strip(left + "  " + right)); text != "" {
			lines = append(lines, text)
		}
	}
	return screen, "Screen: " + screen.Title(), lines
}

// unboxed takes the frame off a box drawn with ASCII marks.
func unboxed(box []string) (title string, lines []string) {
	for i, line := range box {
		line = strings.TrimSpace(ansi.Strip(line))
		if i == 0 || i == len(box)-1 {
			title += strings.Trim(line, "+- ")
			continue
		}
		if line = strings.TrimRight(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return title, lines
}

// news are the lines that were not there before. A line that only lost the cursor is no news.
func news(before, now []string, cursor string) []string {
	plainly := func(line string) string { return strings.TrimSpace(strings.Replace(line, cursor, " ", 1)) }
	known := map[string]bool{}
	for _, line := range before {
		known[line] = true
		if strings.Contains(line, cursor) {
			known[plainly(line)] = true
		}
	}
	var out []string
	for _, line := range now {
		if !known[line] && (strings.Contains(line, cursor) || !known[plainly(line)]) {
			out = append(out, line)
		}
	}
	return out
}

// squeeze leaves one blank between words.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// ask prints the question.
func (p *plain) ask() {
	question := "Command (? lists them): "
	switch {
	case p.confirming() != nil:
		question = "yes or no: "
	case len(p.app.dialogs) > 0:
		question = "Text or key (esc closes): "
	case p.editing():
		question = "Text (an empty line leaves): "
	}
	if p.err == nil {
		_, p.err = fmt.Fprint(p.out, question)
	}
}

func (p *plain) confirming() *confirm {
	if n := len(p.app.dialogs); n > 0 {
		c, _ := p.app.dialogs[n-1].dialog.(*confirm)
		return c
	}
	return nil
}

func (p *plain) editing() bool {
	e, ok := p.app.screen().(editor)
	return ok && e.Editing()
}

// take does what a line says.
func (p *plain) take(ctx context.Context, line string) {
	line = strings.TrimSpace(line)
	switch {
	case len(p.app.dialogs) > 0:
		p.answer(ctx, line)
	case p.editing():
		p.write(ctx, line)
	case line == "":
		p.last = nil // all of it is printed again
	case line == "?" || strings.EqualFold(line, "help"):
		p.list()
	default:
		action, ok := p.command(line)
		if !ok {
			p.say("There is no " + clean(line) + " here; ? lists the commands.")
			return
		}
		p.receive(ctx, runMsg{action})
	}
}

// answer gives a line to the dialog in front: a key by its name, else text. The question was read, so no key
// is too early.
func (p *plain) answer(ctx context.Context, line string) {
	top := p.app.dialogs[len(p.app.dialogs)-1]
	top.settled = true
	if p.confirming() != nil {
		switch strings.ToLower(line) {
		case "yes", "y":
			line = "y"
		case "no", "n", "":
			line = "n"
		}
	}
	if key, ok := keyNamed(line); ok {
		p.receive(ctx, key)
		return
	}
	p.receive(ctx, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(line), Paste: true})
}

// write replaces the text of the field that is open, and enters it.
func (p *plain) write(ctx context.Context, line string) {
	if line == "" || line == "esc" {
		p.receive(ctx, tea.KeyMsg{Type: tea.KeyEsc})
		return
	}
	p.receive(ctx, tea.KeyMsg{Type: tea.KeyCtrlU})
	p.receive(ctx, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(line), Paste: true})
	p.receive(ctx, tea.KeyMsg{Type: tea.KeyEnter})
}

// command finds the action that a line names: by key, by the word of the footer, by name or by id.
func (p *plain) command(line string) (Action, bool) {
	actions := p.app.actions()
	if action, ok := findAction(actions, line); ok {
		return action, true
	}
	at := slices.IndexFunc(actions, func(a Action) bool {
		return strings.EqualFold(a.Short, line) || strings.EqualFold(a.Name, line) || a.ID == line
	})
	if at < 0 {
		return Action{}, false
	}
	return actions[at], true
}

// list prints the commands that can be given now, in the groups of the help.
func (p *plain) list() {
	for _, group := range grouped(p.app.actions()) {
		p.say(group.name + ":")
		for _, a := range group.actions {
			line := "  " + a.Keys[0] + ": " + a.Short
			switch {
			case !a.allowed(p.app.Actor):
				line += " (" + refusal(p.app.Actor, a) + ")"
			case a.off() != "":
				line += " (not now: " + a.off() + ")"
			}
			p.say(line)
		}
	}
}
