package ui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// step is one step of the wizard.
type step int

// The steps, in order.
const (
	stepChoose step = iota
	stepSignIn
	stepCheck
	stepFields
	stepImport
	steps
)

func (s step) name() string {
	return [...]string{"Choose the CRM", "Sign in", "Requirements", "Fields and objects", "First import"}[s]
}

func (s step) short() string {
	return [...]string{"CRM", "Sign in", "Requirements", "Fields", "First import"}[s]
}

// connect leads from nothing to a first import, and away again.
type connect struct {
	stage
	running *progress
	step    step
	fields  []*field // login host, client id, client secret
	paste   *field
	focus   int // field under the cursor in the first step
	pending PendingSignIn
	waiting bool
	pasting bool
	failed  error // of the sign-in
	state   Connection
	once    // of the connection
	doctor  Doctor
	checked bool
	doubt   error // why the requirements could not be checked
	looking bool
	cursor  int
	ask     int
}

// The messages of the wizard; each carries its owner and generation.
type (
	connectionMsg struct {
		owner      *connect
		connection Connection
		err        error
	}
	pendingMsg struct {
		owner   *connect
		ask     int
		pending PendingSignIn
		err     error
	}
	signedMsg struct {
		owner *connect
		ask   int
		err   error
	}
	doctorMsg struct {
		owner  *connect
		ask    int
		doctor Doctor
		err    error
	}
)

// usualHost is Salesforce's own login host.
const usualHost = "https://login.salesforce.com"

func newConnect(s *Session, running *progress) *connect {
	c := &connect{stage: stage{Session: s}, running: running, paste: newField(s.Theme, "paste the address the browser ended at")}
	for _, hint := range []string{usualHost, "the consumer key of your connected app", "only when the app has one"} {
		c.fields = append(c.fields, newField(s.Theme, hint))
	}
	c.fields[0].set(usualHost)
	c.fields[2].secret = true
	return c
}

// Title is the screen's name.
func (c *connect) Title() string { return "Connect" }

// HelpNote names the guides (S36, S110e).
func (c *connect) HelpNote() string {
	return "Guides: crmsync help install-classic, crmsync help install-lightning, crmsync help connect"
}

// Show reads where the connection stands.
func (c *connect) Show(ctx context.Context) tea.Cmd {
	c.show(ctx)
	return c.read()
}

func (c *connect) read() tea.Cmd {
	screen := c.screen
	return tea.Batch(c.once.begin(screen, c.Session), func() tea.Msg {
		connection, err := c.Services.Connect.Connection(screen)
		return connectionMsg{c, connection, err}
	})
}

// Reading is how it stands with the connection.
func (c *connect) Reading() reading { return c.once.of("the connection", c.read) }

// Update takes what the steps wait for.
func (c *connect) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case connectionMsg:
		if msg.owner == c && !cancelled(msg.err) {
			return c.learn(msg)
		}
	case pendingMsg:
		if msg.owner == c && msg.ask == c.ask {
			return c.opened(msg)
		}
	case signedMsg:
		if msg.owner == c && msg.ask == c.ask {
			return c.signed(msg.err)
		}
	case doctorMsg:
		if msg.owner == c && msg.ask == c.ask && !cancelled(msg.err) {
			c.looking, c.checked, c.doctor, c.doubt = false, msg.err == nil, msg.doctor, msg.err
			c.cursor = firstProblem(c.checks())
		}
	case eventMsg:
		if c.shown() && (msg.Kind == crmsync.EventConnection || msg.Kind == crmsync.EventRunEnded) {
			return c.read()
		}
	case actedMsg:
		if c.shown() {
			return c.read()
		}
	case tea.KeyMsg:
		return c.typed(msg)
	}
	return nil
}

// learn goes to the step that fits the connection.
func (c *connect) learn(msg connectionMsg) tea.Cmd {
	first := !c.once.known
	if !c.end(msg.err) {
		return nil
	}
	before := c.state.State
	c.state = msg.connection
	switch c.state.State {
	case ConnectedYes, ConnectedPaused:
		if first || before != c.state.State {
			c.step = stepCheck
			return c.check()
		}
	case ConnectedRevoked, ConnectedNone:
		if c.state.LoginHost != "" && first {
			c.fields[0].set(c.state.LoginHost)
			c.fields[1].set(c.state.ClientID)
		}
		if c.step > stepSignIn {
			c.step = stepChoose
		}
	}
	return nil
}

// begin asks for the address to open in the browser.
func (c *connect) begin() tea.Cmd {
	c.ask++
	c.failed, c.waiting = nil, true
	c.step = stepSignIn
	ask := c.ask
	in := SignIn{LoginHost: c.fields[0].value(), ClientID: c.fields[1].value(), ClientSecret: c.fields[2].value()}
	in.Again = c.state.State == ConnectedRevoked && in.LoginHost == c.state.LoginHost && in.ClientID == c.state.ClientID && in.ClientSecret == ""
	return func() tea.Msg {
		pending, err := c.Services.Connect.SignIn(c.ctx, in)
		return pendingMsg{c, ask, pending, err}
	}
}

// opened shows the address and waits for the browser to come back.
func (c *connect) opened(msg pendingMsg) tea.Cmd {
	if msg.err != nil {
		c.failed, c.waiting = msg.err, false
		return nil
	}
	c.pending = msg.pending
	ask, pending := c.ask, c.pending
	return func() tea.Msg { return signedMsg{c, ask, pending.Wait(c.ctx)} }
}

// signed ends the sign-in.
func (c *connect) signed(err error) tea.Cmd {
	c.drop()
	if err != nil {
		if cancelled(err) {
			return nil
		}
		c.failed = err
		return send(toastMsg{state: StateBad, text: c.wentWrong("sign in", err)})
	}
	return tea.Batch(send(actedMsg{text: "Signed in", what: "sign in"}), c.read())
}

// drop ends a sign-in that is under way.
func (c *connect) drop() {
	c.waiting, c.pasting = false, false
	c.paste.blur()
	c.paste.set("")
	if c.pending != nil {
		_ = c.pending.Close() // nothing was kept yet
		c.pending = nil
	}
}

// typed gives letters to the field that has the focus.
func (c *connect) typed(msg tea.KeyMsg) tea.Cmd {
	f := c.focused()
	if f == nil {
		return nil
	}
	switch keyName(msg) {
	case "esc":
		f.blur()
		return nil
	case "enter":
		f.blur()
		if f == c.paste {
			return c.pasted()
		}
		if c.focus < len(c.fields)-1 {
			c.focus++
			c.fields[c.focus].focus()
		}
		return nil
	case "tab", "down":
		if f != c.paste {
			f.blur()
			c.focus = (c.focus + 1) % len(c.fields)
			c.fields[c.focus].focus()
		}
		return nil
	}
	f.key(msg)
	return nil
}

// pasted hands the redirected address over.
func (c *connect) pasted() tea.Cmd {
	address := strings.TrimSpace(c.paste.value())
	if address == "" || c.pending == nil {
		return nil
	}
	ask, pending := c.ask, c.pending
	return func() tea.Msg { return signedMsg{c, ask, pending.Paste(c.ctx, address)} }
}

func (c *connect) focused() *field {
	if c.paste.focused() {
		return c.paste
	}
	for _, f := range c.fields {
		if f.focused() {
			return f
		}
	}
	return nil
}

// Editing is true while a field has the focus.
func (c *connect) Editing() bool { return c.focused() != nil }

// check asks the org whether we can work with it.
func (c *connect) check() tea.Cmd {
	c.ask++
	c.looking = true
	ask, screen := c.ask, c.screen
	return func() tea.Msg {
		doctor, err := c.Services.Connect.Doctor(screen)
		return doctorMsg{c, ask, doctor, err}
	}
}

// firstProblem is the first row that blocks something, or the first of all.
func firstProblem(checks []Check) int {
	for i, check := range checks {
		if check.State == StateBad {
			return i
		}
	}
	return 0
}

// Back leaves a sign-in that is under way.
func (c *connect) Back() (tea.Cmd, bool) {
	if c.waiting {
		c.ask++
		c.drop()
		c.step = stepChoose
		return nil, true
	}
	return nil, false
}

// Line counts what is not met, and says which step this is.
func (c *connect) Line() (left, right string) {
	right = fmt.Sprintf("step %d of %d", c.step+1, steps)
	bad := 0
	for _, check := range c.doctor.Checks {
		if check.State == StateBad {
			bad++
		}
	}
	switch {
	case c.Editing():
		return "enter goes on, esc leaves the field", right
	case c.step == stepCheck && c.checked && bad > 0:
		return c.Theme.sign(StateWarn, fmt.Sprintf("%d of %d requirements not met", bad, len(c.doctor.Checks))), right
	case c.step == stepCheck && c.checked:
		return c.Theme.sign(StateGood, "all requirements are met"), right
	case c.waiting:
		return c.Theme.sign(StateRun, "waiting for the browser"), right
	}
	return "", right
}
