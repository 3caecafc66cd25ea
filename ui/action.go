package ui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// Action is one thing a person can do in the console. Keys, footer, help, palette, refusals and the shell
// command shown beside it all come from this row; who may do it comes from its act alone.
type Action struct {
	ID     string         // stable name, such as "match.accept"
	Act    crmsync.ActID  // the act it performs; "" when it only looks or moves
	Keys   []string       // as Bubble Tea names them; the first is the one shown
	Group  string         // column of the help
	Name   string         // in the palette: "Matches: accept"
	Short  string         // in the footer: "accept"
	Verb   string         // after "to", where the short word is no verb
	Foot   bool           // shown in the footer
	Local  bool           // moves inside the console: no shell command says the same
	Why    func() string  // why it is off at the moment; "" or nil when it is on
	Do     func() tea.Cmd // never nil
	Shell  string         // the same by shell
	Part   string         // of its screen, where the screen has parts
	Hidden bool           // not offered in the palette: moves and marks
}

// off returns why the action cannot be used now, or "".
func (a Action) off() string {
	if a.Why == nil {
		return ""
	}
	return a.Why()
}

// allowed reports whether the actor may perform the action's act.
func (a Action) allowed(actor crmsync.Actor) bool {
	return a.Act == "" || crmsync.Allowed(actor, a.Act) == nil
}

// findAction returns the first action with the key.
func findAction(actions []Action, key string) (Action, bool) {
	at := slices.IndexFunc(actions, func(a Action) bool { return slices.Contains(a.Keys, key) })
	if at < 0 {
		return Action{}, false
	}
	return actions[at], true
}

// keyName is a key message's name in the action table.
func keyName(key tea.KeyMsg) string {
	if name := key.String(); name != " " {
		return name
	}
	return "space"
}

// keyLabel is how a key is written on the screen.
func (t *Theme) keyLabel(name string) string {
	switch name {
	case "up":
		return t.Up
	case "down":
		return t.Down
	case "left":
		return t.Left
	case "right":
		return t.Right
	case "pgdown":
		return "pgdn"
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok && len(letter) == 1 && letter != "a" && letter != "l" {
		return "^" + letter
	}
	return name
}

// verb is the action after "to": "ask an admin to accept".
func (a Action) verb() string {
	if a.Verb != "" {
		return a.Verb
	}
	return strings.ToLower(a.Short)
}

// refusal says who can help when a role may not do an act.
func refusal(actor crmsync.Actor, action Action) string {
	act, ok := crmsync.LookAct(action.Act)
	if !ok {
		return "this cannot be done here"
	}
	verb := action.verb()
	if actor.Role == crmsync.RoleSupport {
		return "read only: ask an admin to " + verb
	}
	names := make([]string, len(act.Roles))
	for i, role := range act.Roles {
		names[i] = string(role)
	}
	return "to " + verb + " is for " + strings.Join(names, ", ") + ": ask one of them"
}

// upDown is how both arrow keys are written as one.
func (t *Theme) upDown() string {
	if len(t.Up) > 1 && t.Up[0] < 0x80 {
		return t.Up + "/" + t.Down // words
	}
	return t.Up + t.Down
}
