package ui

import (
	"fmt"
	"strings"
)

// View draws the steps at the left of a wide window, in one line of a narrow one.
func (c *connect) View(w, h int) string {
	t := c.Theme
	if c.err != nil {
		return t.errorPage("The connection could not be read", c.err, w, h)
	}
	if w >= sideBySide {
		left := 25
		right := w - left - 3
		return page(beside(c.stepLines(left), c.stepView(right), " "+t.Line.Render(t.Upright), left, right+1, h), w, h)
	}
	lines := []string{" " + c.stepsInLine(), ""}
	return page(append(lines, c.stepView(w)...), w, h)
}

// stateOf is how far a step is.
func (c *connect) stateOf(s step) State {
	switch {
	case s == c.step:
		return StateRun
	case s < stepCheck && c.connected():
		return StateGood
	case s == stepCheck && c.checked && c.step > stepCheck:
		return StateGood
	case s == stepImport && !c.overview.SyncedAt.IsZero() && c.connected():
		return StateGood
	}
	return StateOff
}

func (c *connect) stepSign(s step, name string) string {
	t := c.Theme
	if s == c.step {
		return t.Accent.Render(t.Step + " " + name)
	}
	return t.sign(c.stateOf(s), name)
}

func (c *connect) stepsInLine() string {
	parts := make([]string, 0, steps)
	for s := range steps {
		parts = append(parts, c.stepSign(s, s.short()))
	}
	return strings.Join(parts, "  ")
}

func (c *connect) stepLines(w int) []string {
	t := c.Theme
	lines := []string{" " + t.Title.Render("Connect"), ""}
	for s := range steps {
		lines = append(lines, "  "+c.stepSign(s, fmt.Sprintf("%d %s", s+1, s.name())), "")
	}
	if !c.connected() {
		return lines
	}
	lines = append(lines, " "+t.Title.Render("Signed in as"))
	add := func(text string) {
		if text != "" {
			lines = append(lines, "  "+t.Quiet.Render(cut(clean(text), w-3)))
		}
	}
	lines = append(lines, "  "+t.Text.Render(cut(clean(c.state.User), w-3)))
	add(c.state.OrgName)
	add("org " + c.state.OrgID)
	if c.state.APIVersion != "" {
		add("API v" + c.state.APIVersion)
	}
	return append(lines, "", "  "+t.Key.Render("U")+t.Quiet.Render("  use another user"), "  "+t.Key.Render("D")+t.Quiet.Render("  disconnect…"))
}

// stepView draws the present step.
func (c *connect) stepView(w int) []string {
	switch c.step {
	case stepChoose:
		return c.chooseView(w)
	case stepSignIn:
		return c.signInView(w)
	case stepCheck:
		return c.checkView(w)
	case stepFields:
		return c.fieldsView(w)
	}
	return c.importView(w)
}

func (c *connect) chooseView(w int) []string {
	t := c.Theme
	lines := []string{t.heading("Which Salesforce org?", "production only", w), ""}
	names := []string{"Login host", "Consumer key", "Secret"}
	for i, f := range c.fields {
		cursor := " "
		if i == c.focus {
			cursor = t.Accent.Render(t.Cursor)
		}
		value := f.view(min(54, w-20))
		if i == 2 && !f.focused() && f.value() != "" {
			value = t.Quiet.Render("set")
		}
		lines = append(lines, " "+cursor+t.Text.Render(fit(names[i], 14))+" "+value, "")
	}
	for _, line := range []string{
		"The consumer key is of a connected app in your org; crmsync help connect shows how to make one in five minutes. No password is ever asked for.",
		"No org at hand? crmsync demo shows everything with an invented one.",
	} {
		for _, part := range wrap(line, w-4) {
			lines = append(lines, "  "+t.Quiet.Render(part))
		}
	}
	if c.state.State == ConnectedRevoked {
		lines = append(lines, "", "  "+t.Bad.Render(t.Marks.Bad+" The org took the authorisation back. Signing in again goes on where it stopped."))
	}
	return append(lines, c.failureLines(w)...)
}

func (c *connect) signInView(w int) []string {
	t := c.Theme
	lines := []string{t.heading("Sign in with your browser", "OAuth with PKCE", w), ""}
	if c.pending == nil {
		if c.failed == nil {
			lines = append(lines, "  "+t.Quiet.Render("asking for the address …"))
		}
		return append(lines, c.failureLines(w)...)
	}
	address := clean(c.pending.Address())
	lines = append(lines, "  "+t.Text.Render("1  Open this address, in a private window if you like:"), "")
	for _, part := range hardWrap(address, w-6) {
		lines = append(lines, "     "+t.link(t.Link.Render(part), address))
	}
	lines = append(lines, "", "  "+t.Text.Render("2  Sign in and allow access. The browser comes back here by itself."), "")
	if port := c.pending.Port(); port > 0 {
		lines = append(lines, "  "+t.Quiet.Render("   Over SSH? Run this on the machine with the browser first:"),
			"     "+t.Text.Render(fmt.Sprintf("ssh -L %d:127.0.0.1:%d HOST", port, port)), "")
	}
	lines = append(lines, "  "+t.Quiet.Render("   Or press ")+t.Key.Render("p")+t.Quiet.Render(" and paste the address the browser ended at:"), "     "+c.paste.view(min(70, w-8)))
	return append(lines, c.failureLines(w)...)
}

// hardWrap breaks an address into pieces of w columns.
func hardWrap(s string, w int) []string {
	var out []string
	for w > 0 && len(s) > w {
		out = append(out, s[:w])
		s = s[w:]
	}
	return append(out, s)
}

func (c *connect) failureLines(w int) []string {
	if c.failed == nil {
		return nil
	}
	lines := []string{""}
	for _, part := range wrap(failure("sign in", c.failed), w-4) {
		lines = append(lines, "  "+c.Theme.Bad.Render(part))
	}
	return lines
}

func (c *connect) checkView(w int) []string {
	t := c.Theme
	note := ""
	if c.checked {
		note = "checked " + c.doctor.At.In(c.now().Location()).Format("15:04:05")
	}
	lines := []string{t.heading("Can we work with this org?", note, w)}
	if w >= sideBySide-28 {
		lines = append(lines, "")
	}
	switch {
	case c.doubt != nil:
		for _, part := range wrap(failure("check", c.doubt), w-4) {
			lines = append(lines, "  "+t.Bad.Render(part))
		}
		return append(lines, "", "  "+t.Quiet.Render("r checks again"))
	case !c.checked:
		return append(lines, "  "+t.Quiet.Render("asking the org …"))
	}
	for i, check := range c.doctor.Checks {
		lines = append(lines, c.checkLine(check, w, i == c.cursor))
		if check.State == StateBad || check.State == StateWarn {
			if check.Blocks != "" && check.Blocks != "none" {
				lines = append(lines, spaces(20)+t.Faint.Render(cut("blocks "+clean(check.Blocks), w-22)))
			}
		}
	}
	if c.cursor < len(c.doctor.Checks) && c.doctor.Checks[c.cursor].Fix != "" {
		check := c.doctor.Checks[c.cursor]
		lines = append(lines, "")
		for i, part := range wrap(clean(check.Name)+": "+clean(check.Fix), w-4) {
			if i == 0 && strings.HasPrefix(part, clean(check.Name)+":") {
				rest := strings.TrimPrefix(part, clean(check.Name)+":")
				lines = append(lines, "  "+t.Info.Render(clean(check.Name)+":")+t.Text.Render(rest))
				continue
			}
			lines = append(lines, "  "+t.Text.Render(part))
		}
	}
	return lines
}

func (c *connect) checkLine(check Check, w int, selected bool) string {
	t := c.Theme
	name, detail := fit(clean(check.Name), 16), cut(clean(check.Detail), w-22)
	if selected {
		return " " + t.Accent.Render(t.Cursor) + t.Selected.Render(fit(t.mark(check.State)+" "+name+" "+detail, w-4))
	}
	return "  " + t.style(check.State).Render(t.mark(check.State)) + " " + t.Text.Render(name+" "+detail)
}

func (c *connect) fieldsView(w int) []string {
	t := c.Theme
	lines := []string{t.heading("What is imported", "seven objects, every 12 hours", w), ""}
	objects := []Field{
		{"Lead", "name, company, e-mail, phone, title, address, status, conversion"},
		{"Contact", "name, account, e-mail, phone, title, department, mailing address"},
		{"Account", "name, website, phone, industry, size, addresses, owner"},
		{"Opportunity", "account, amount, stage, close date, owner"},
		{"Contact role", "which contacts belong to which opportunity"},
		{"User", "name, e-mail, title, role, active or not: to map seats"},
		{"User role", "the role tree: to choose who gets a licence"},
	}
	for _, o := range objects {
		lines = append(lines, "  "+t.Text.Render(fit(o.Name, 16))+t.Quiet.Render(cut(o.Value, w-20)))
	}
	lines = append(lines, "")
	for _, part := range wrap("Only fields the integration user may read are asked for; the 117 fields are listed by crmsync help fields. Nothing is ever changed in these records. enter goes on.", w-4) {
		lines = append(lines, "  "+t.Quiet.Render(part))
	}
	return lines
}

func (c *connect) importView(w int) []string {
	t := c.Theme
	lines := []string{t.heading("First import", "", w), ""}
	h := home{Session: c.Session, running: c.running}
	switch {
	case c.running.running:
		lines = append(lines, h.progressLines(w)...)
		lines = append(lines, "", "  "+t.Quiet.Render("It goes on when you leave this screen; 1 Home shows it too."))
	case c.overview.SyncedAt.IsZero():
		lines = append(lines, "  "+t.Text.Render("Nothing was imported yet. enter starts the first import; it reads everything once."))
	default:
		lines = append(lines, "  "+t.sign(StateGood, "The first import is done."), "",
			"  "+t.Quiet.Render("Next: read a network file (crmsync network import FILE --seat EMAIL),"),
			"  "+t.Quiet.Render("then 4 Matches reviews what was found."))
	}
	if len(c.overview.Run.Objects) > 0 {
		lines = append(lines, "")
		for _, line := range h.runLines(w, 0) {
			lines = append(lines, line)
		}
	}
	return lines
}
