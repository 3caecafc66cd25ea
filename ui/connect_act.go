package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// Actions are the keys of the present step.
func (c *connect) Actions() []Action {
	out := []Action{
		{ID: "connect.next", Keys: []string{"enter"}, Group: "Decide", Name: "Connect: go on", Short: "next", Foot: true, Local: true, Hidden: true, Do: c.goOn},
		{ID: "connect", Act: crmsync.ActConnect, Keys: []string{"s"}, Group: "Decide", Name: "Connect: sign in to Salesforce", Short: "sign in", Foot: c.step == stepChoose,
			Why: c.cannotSignIn, Do: c.begin, Shell: "crmsync connect"},
		{ID: "connect.paste", Act: crmsync.ActConnect, Keys: []string{"p"}, Group: "Decide", Name: "Connect: paste the redirected address", Short: "paste address", Verb: "paste the address", Foot: c.waiting,
			Why: c.nothingWaits, Do: func() tea.Cmd { c.paste.focus(); return nil }, Shell: "crmsync connect"},
		{ID: "doctor", Keys: []string{"r"}, Group: "Decide", Name: "Connect: check the requirements again", Short: "check again", Foot: c.step == stepCheck,
			Why: c.notConnected, Do: func() tea.Cmd { c.step = stepCheck; return c.check() }, Shell: "crmsync doctor"},
		{ID: "connect.import", Act: crmsync.ActImportRun, Keys: []string{"i"}, Group: "Decide", Name: "Connect: import now", Short: "import now", Foot: c.step >= stepFields,
			Why: c.cannotImport, Do: c.importNow, Shell: "crmsync import"},
		{ID: "connect.other", Act: crmsync.ActConnect, Keys: []string{"U"}, Group: "Decide", Name: "Connect: use another user", Short: "other user", Verb: "sign in as another user", Why: c.notConnected,
			Do: func() tea.Cmd { c.step = stepChoose; return nil }, Shell: "crmsync connect"},
		{ID: "connect.copy", Keys: []string{"y", "c"}, Group: "Out", Name: "Connect: copy the address", Short: "copy", Foot: c.waiting || c.step == stepCheck, Local: true, Why: c.nothingToCopy,
			Do: func() tea.Cmd { return send(copyMsg{c.copyable()}) }},
		{ID: "disconnect", Act: crmsync.ActDisconnect, Keys: []string{"D"}, Group: "Many", Name: "Connect: disconnect CRM sync", Short: "disconnect", Foot: c.step >= stepCheck,
			Why: c.notConnected, Do: c.askDisconnect, Shell: "crmsync disconnect"},
		{ID: "purge", Act: crmsync.ActPurge, Keys: []string{"P"}, Group: "Many", Name: "Connect: delete all previously imported CRM data", Short: "purge",
			Why: c.nothingToPurge, Do: c.openPurge, Shell: "crmsync disconnect --purge"},
		{ID: "connect.guides", Keys: []string{"H"}, Group: "Out", Name: "Connect: the guides, for Classic and for Lightning", Short: "guides", Foot: c.step == stepChoose || c.step == stepCheck, Local: true, Why: c.noGuides, Do: c.showGuides, Shell: "crmsync help connect"},
		{ID: "connect.step.next", Keys: []string{"]", "tab"}, Group: "Move", Name: "Connect: next step", Short: "next step", Local: true, Hidden: true, Do: func() tea.Cmd { c.turn(1); return nil }},
		{ID: "connect.step.back", Keys: []string{"[", "shift+tab"}, Group: "Move", Name: "Connect: step before", Short: "step before", Local: true, Hidden: true, Do: func() tea.Cmd { c.turn(-1); return nil }},
		{ID: "list.up", Keys: []string{"up", "k"}, Group: "Move", Name: "List: row up", Short: "row up", Local: true, Hidden: true, Do: func() tea.Cmd { c.move(-1); return nil }},
		{ID: "list.down", Keys: []string{"down", "j"}, Group: "Move", Name: "List: row down", Short: "row down", Local: true, Hidden: true, Do: func() tea.Cmd { c.move(1); return nil }},
	}
	return out
}

// connected reports whether there is a connection to show.
func (c *connect) connected() bool {
	return c.known && (c.state.State == ConnectedYes || c.state.State == ConnectedPaused)
}

func (c *connect) notConnected() string {
	if !c.connected() {
		return "not connected yet: " + c.keyOf("connect") + " signs in"
	}
	return ""
}

func (c *connect) nothingToPurge() string {
	if !c.known || c.state.OrgName == "" {
		return "nothing was imported here, so there is nothing to delete"
	}
	return ""
}

func (c *connect) openPurge() tea.Cmd { return c.tell(pushMsg{newPurge(c.Session)}) }

func (c *connect) noGuides() string {
	if len(c.Services.Guides) == 0 {
		return "no guide is here; crmsync help connect has them"
	}
	return ""
}

// showGuides shows how to connect, and how the package is installed in Classic and in Lightning (S36, S110e).
func (c *connect) showGuides() tea.Cmd {
	t := c.Theme
	return c.tell(openMsg{&notice{Session: c.Session, title: "Guides", lines: func(w int) []string {
		var lines []string
		for _, g := range c.Services.Guides {
			lines = append(lines, t.Title.Render(g.Title), "")
			for _, line := range strings.Split(strings.TrimSpace(g.Text), "\n") {
				if clean(line) == "" {
					lines = append(lines, "")
					continue
				}
				for _, part := range wrap(strings.TrimRight(line, " "), w) {
					lines = append(lines, t.Text.Render(part))
				}
			}
			lines = append(lines, "")
		}
		return lines
	}}})
}

func (c *connect) cannotImport() string {
	switch {
	case c.Services.Home == nil:
		return "no engine here; crmsync import runs one"
	case c.running.running:
		return "a run is under way"
	}
	return c.notConnected()
}

func (c *connect) cannotSignIn() string {
	switch {
	case c.waiting:
		return "a sign-in is under way; esc leaves it"
	case c.fields[1].value() == "":
		return "the consumer key is missing: " + c.keyOf("connect.next") + " writes it"
	}
	return ""
}

func (c *connect) nothingWaits() string {
	if c.pending == nil {
		return "no sign-in is under way; " + c.keyOf("connect") + " begins one"
	}
	return ""
}

func (c *connect) nothingToCopy() string {
	if c.copyable() == "" {
		return "there is no address here"
	}
	return ""
}

func (c *connect) copyable() string {
	switch {
	case c.pending != nil:
		return c.pending.Address()
	case c.cursor < len(c.checks()):
		return c.checks()[c.cursor].Fix
	}
	return ""
}

// goOn is enter: it edits, signs in, or goes to the next step.
func (c *connect) goOn() tea.Cmd {
	switch c.step {
	case stepChoose:
		if !c.may(crmsync.ActConnect) {
			return send(toastMsg{state: StateWarn, text: "read only: ask an admin to connect"})
		}
		if c.focus == len(c.fields)-1 && c.fields[1].value() != "" && c.fields[2].value() == "" || c.fields[1].value() != "" && c.focus > 0 {
			return c.begin()
		}
		c.fields[c.focus].focus()
	case stepSignIn:
		if c.pending != nil {
			c.paste.focus()
		}
	case stepImport:
		if c.cannotImport() == "" && c.may(crmsync.ActImportRun) {
			return c.importNow()
		}
	case stepCheck, stepFields:
		c.turn(1)
	}
	return nil
}

// turn goes to another step that makes sense now.
func (c *connect) turn(n int) {
	to := max(stepChoose, min(steps-1, c.step+step(n)))
	if to == stepSignIn && !c.waiting {
		to = max(stepChoose, min(steps-1, to+step(n)))
	}
	if to > stepSignIn && !c.connected() {
		return
	}
	if c.step = to; c.step == stepCheck || c.step == stepFields {
		c.cursor = firstProblem(c.checks())
	}
}

// checks are the rows of the present step: requirements, or fields.
func (c *connect) checks() []Check {
	switch c.step {
	case stepCheck:
		return c.doctor.Checks
	case stepFields:
		return c.doctor.Fields
	}
	return nil
}

func (c *connect) move(n int) {
	if c.step == stepChoose {
		c.focus = max(0, min(c.focus+n, len(c.fields)-1))
		return
	}
	c.cursor = max(0, min(c.cursor+n, len(c.checks())-1))
}

func (c *connect) importNow() tea.Cmd {
	c.step = stepImport
	return c.syncNow()
}

// askDisconnect is the first of the two steps of S97. Deleting what was imported is the second; it is its own choice (S98).
func (c *connect) askDisconnect() tea.Cmd {
	t := c.Theme
	ask := &confirm{Session: c.Session, title: crmsync.LabelDisconnect, yes: "Disconnect", act: crmsync.ActDisconnect, note: "Keeps everything.",
		lines: func(w int) []string {
			lines := []string{t.Text.Render("Disconnect from ") + t.Strong.Render(cut(clean(c.state.OrgName), w-20)) + t.Text.Render("?"), ""}
			for _, line := range []string{"The tokens are revoked at Salesforce and deleted here. Importing and writing stop.", "Everything imported stays, so that reconnecting is quick."} {
				for _, part := range wrap(line, w) {
					lines = append(lines, t.Quiet.Render(part))
				}
			}
			lines = append(lines, "", t.Key.Render("P")+"  "+t.Text.Render(crmsync.LabelPurge+" …"))
			for _, part := range wrap(crmsync.WarnPurge, w-3) {
				lines = append(lines, "   "+t.Faint.Render(part))
			}
			return lines
		},
		do: func() tea.Cmd {
			return c.act("disconnect", "Disconnected; everything imported stays", func(ctx context.Context) (string, error) {
				return "", c.Services.Connect.Disconnect(ctx)
			})
		}}
	ask.more = []Action{{ID: "purge.open", Keys: []string{"P"}, Short: "delete as well", Foot: true, Local: true, Do: func() tea.Cmd {
		c.tell(closeMsg{})
		if !c.may(crmsync.ActPurge) {
			return send(toastMsg{state: StateWarn, text: "deleting is for admins: ask one of them"})
		}
		return c.openPurge()
	}}}
	return c.tell(openMsg{ask})
}
