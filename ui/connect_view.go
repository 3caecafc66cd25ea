package ui

import (
	"fmt"
	"slices"
	"strings"

	"crmsync/store"
)

// View draws the steps at the left of a wide window, in one line of a narrow one.
func (c *connect) View(w, h int) string {
	t := c.Theme
	if !c.once.known {
		return page(append([]string{" " + c.stepsInLine(), ""}, c.loading(c.once, w, h-2)...), w, h)
	}
	if w >= sideBySide {
		left := 25
		right := w - left - 3
		return page(beside(c.stepLines(left), c.stepView(right, h), " "+t.Line.Render(t.Upright), left, right+1, h), w, h)
	}
	lines := []string{" " + c.stepsInLine(), ""}
	return page(append(lines, c.stepView(w, h-len(lines))...), w, h)
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
	case s >= stepFields && !c.overview.SyncedAt.IsZero() && c.connected(): // what was imported had its fields settled
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
	return append(lines, "", "  "+t.Key.Render(c.keyOf("connect.other"))+t.Quiet.Render("  use another user"), "  "+t.Key.Render(c.keyOf("disconnect"))+t.Quiet.Render("  disconnect"))
}

// stepView draws the present step.
func (c *connect) stepView(w, h int) []string {
	switch c.step {
	case stepChoose:
		return c.chooseView(w)
	case stepSignIn:
		return c.signInView(w)
	case stepCheck:
		return c.checkView(w, h)
	case stepFields:
		return c.fieldsView(w, h)
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
		lines = append(lines, "", "  "+t.Bad.Render(t.Marks.Bad+" The org took the authorisation back.")+t.Quiet.Render(" ")+t.Key.Render(c.keyOf("connect"))+t.Quiet.Render(" signs in again."))
		for _, line := range c.state.Refused {
			lines = append(lines, "    "+t.Text.Render(cut(clean(line), w-5)))
		}
		lines = append(lines, "    "+t.Quiet.Render("All goes on where it stopped; nothing that waits runs out."))
	}
	return append(lines, c.failureLines(w)...)
}

func (c *connect) signInView(w int) []string {
	t := c.Theme
	if c.pending != nil && c.pending.Address() == "" {
		return append([]string{t.heading("Sign in as the last time", "no browser needed", w), "", "  " + t.Quiet.Render("asking the org …")}, c.failureLines(w)...)
	}
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
	lines = append(lines, "  "+t.Quiet.Render("   Or press ")+t.Key.Render(c.keyOf("connect.paste"))+t.Quiet.Render(" and paste the address the browser ended at:"), "     "+c.paste.view(min(70, w-8)))
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
	for _, part := range wrap(c.wentWrong("sign in", c.failed), w-4) {
		lines = append(lines, "  "+c.Theme.Bad.Render(part))
	}
	return lines
}

func (c *connect) checkView(w, h int) []string {
	t := c.Theme
	note := ""
	if c.checked {
		note = "checked " + c.doctor.At.In(c.now().Location()).Format("15:04:05")
	}
	lines := []string{t.heading("Can we work with this org?", note, w)}
	switch {
	case c.doubt != nil:
		for _, part := range wrap(c.wentWrong("check", c.doubt), w-4) {
			lines = append(lines, "  "+t.Bad.Render(part))
		}
		return append(lines, "", "  "+t.Quiet.Render(c.keyOf("doctor")+" checks again"))
	case !c.checked:
		return append(lines, "", "  "+t.Quiet.Render("asking the org …"))
	}
	fix := c.fixLines(w)
	room := h - len(lines) - len(fix)
	list, at := c.checkLines(w, room)
	if len(list) < room { // an empty line below the heading when there is space for it
		lines = append(lines, "")
		room--
	}
	from := max(0, min(at-room/2, len(list)-room))
	lines = append(lines, list[from:min(len(list), from+max(1, room))]...)
	return append(lines, fix...)
}

// checkLines is one line per requirement or field, more where one blocks something or the cursor's has more to say
// than fits into a line and there is room to show it, and where the cursor's is.
func (c *connect) checkLines(w, room int) (lines []string, at int) {
	for i, check := range c.checks() {
		if i == c.cursor {
			at = len(lines)
		}
		var rest []string
		if said := wrap(clean(check.Detail), w-24); i == c.cursor && len(said) > 1 && len(said) <= room-room/2 {
			check.Detail, rest = said[0], said[1:]
		}
		lines = append(lines, c.checkLine(check, w, i == c.cursor))
		for _, more := range rest {
			lines = append(lines, spaces(21)+c.Theme.Text.Render(more))
		}
		if check.Blocks != "" && (check.State == StateBad || check.State == StateWarn) {
			word := "blocks "
			if check.State == StateWarn {
				word = "leaves out "
			}
			lines = append(lines, spaces(20)+c.Theme.Faint.Render(cut(word+clean(check.Blocks), w-22)))
		}
	}
	return lines, at
}

// fixLines is what mends the requirement under the cursor.
func (c *connect) fixLines(w int) []string {
	t := c.Theme
	checks := c.checks()
	if c.cursor >= len(checks) || checks[c.cursor].Fix == "" {
		return nil
	}
	check := checks[c.cursor]
	name := clean(check.Name) + ":"
	lines := []string{""}
	for i, part := range wrap(name+" "+clean(check.Fix), w-4) {
		if rest, ok := strings.CutPrefix(part, name); ok && i == 0 {
			lines = append(lines, "  "+t.Info.Render(name)+t.Text.Render(rest))
			continue
		}
		lines = append(lines, "  "+t.Text.Render(part))
	}
	return lines
}

func (c *connect) checkLine(check Check, w int, selected bool) string {
	t := c.Theme
	name, detail := fit(objectLabel(clean(check.Name)), 16), cut(clean(check.Detail), w-22)
	if check.Part {
		name = fit("  "+clean(check.Name), 16)
	}
	if selected {
		return " " + t.Accent.Render(t.Cursor) + t.Selected.Render(fit(t.mark(check.State)+" "+name+" "+detail, w-4))
	}
	return "  " + t.style(check.State).Render(t.mark(check.State)) + " " + t.Text.Render(name+" "+detail)
}

// fieldsView shows what is imported, and how the fields stand with what the org lets be read.
func (c *connect) fieldsView(w, h int) []string {
	t := c.Theme
	lines := []string{t.heading("What is imported", "seven objects, every 12 hours", w)}
	if len(c.doctor.Fields) == 0 {
		return append(append(lines, ""), c.annexLines(w)...)
	}
	var note []string
	for _, part := range wrap("Only fields the integration user may read are asked for; nothing is ever changed in these records.", w-4) {
		note = append(note, "  "+t.Quiet.Render(part))
	}
	fix := c.fixLines(w)
	list, at := c.checkLines(w, h-len(lines)-len(fix))
	if len(lines)+len(list)+len(fix)+len(note)+2 <= h {
		return slices.Concat(append(lines, ""), list, fix, []string{""}, note)
	}
	room := max(1, h-len(lines)-len(fix))
	from := max(0, min(at-room/2, len(list)-room))
	return slices.Concat(lines, list[from:min(len(list), from+room)], fix)
}

// annexLines are the fields that are asked for, while the org was not asked what may be read.
func (c *connect) annexLines(w int) []string {
	t := c.Theme
	var lines []string
	for _, object := range store.Objects() {
		text := count(len(object.Fields), "field", "fields") + ": " + strings.Join(object.Fields, ", ")
		lines = append(lines, "  "+t.Text.Render(fit(objectLabel(object.Name), 14))+t.Quiet.Render(cut(text, w-18)))
	}
	lines = append(lines, "")
	for _, part := range wrap("Only fields the integration user may read are asked for; besides them the columns that tell what changed and what was deleted. Nothing is ever changed in these records. enter goes on.", w-4) {
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
		lines = append(lines, "", "  "+t.Quiet.Render("It goes on when you leave this screen; "+c.placeOf("Home")+" shows it too."))
	case c.overview.SyncedAt.IsZero():
		lines = append(lines, "  "+t.Text.Render("Nothing was imported yet. enter starts the first import; it reads everything once."))
	default:
		lines = append(lines, "  "+t.sign(StateGood, "The first import is done."), "",
			"  "+t.Quiet.Render("Next: read a network file (crmsync network import FILE --seat EMAIL),"),
			"  "+t.Quiet.Render("then "+c.placeOf("Matches")+" reviews what was found."))
	}
	if len(c.overview.Run.Objects) > 0 {
		lines = append(lines, "")
		lines = append(lines, h.runLines(w, 0)...)
	}
	return lines
}
