package ui

import (
	"strings"
	"time"
)

// memberLine is one drawn line; item is the position among the items, -1 for none.
type memberLine struct {
	text string
	item int
}

// View draws two columns in a large window, one below the other in a small one.
func (m *member) View(w, h int) string {
	t := m.Theme
	switch {
	case !m.once.known:
		return page(append([]string{" " + t.Title.Render(cut(clean(m.name), w-2)), ""}, m.loading(m.once, w, h-2)...), w, h)
	}
	head := []string{m.head(w), ""}
	h -= len(head)
	if w >= sideBySide && h >= 26 {
		left := w * 46 / 100
		right := w - left - 2
		facts := texts(m.factLines(left - 1))
		body := beside(facts[:min(len(facts), h)], m.scrolled(m.itemSection(right-1), right, h), t.Line.Render(t.Upright)+" ", left, right, h)
		return page(append(head, body...), w, h+len(head))
	}
	lines := append(m.factLines(w), memberLine{"", -1})
	lines = append(lines, m.itemSection(w)...)
	return page(append(head, m.scrolled(lines, w, h)...), w, h+len(head))
}

func texts(lines []memberLine) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = line.text
	}
	return out
}

// scrolled draws the h lines round the cursor.
func (m *member) scrolled(lines []memberLine, w, h int) []string {
	m.rows = h
	at := 0
	for i, line := range lines {
		if line.item == m.cursor && line.item >= 0 {
			at = i
			break
		}
	}
	switch {
	case m.resting:
		m.top = 0
	case at < m.top:
		m.top = at
	case at >= m.top+h:
		m.top = at - h + 1
	}
	m.top = max(0, min(m.top, len(lines)-h))
	var out []string
	for _, line := range lines[m.top:min(len(lines), m.top+h)] {
		if line.item < 0 {
			out = append(out, line.text)
			continue
		}
		out = append(out, m.Theme.row(line.text, w, !m.resting && line.item == m.cursor))
	}
	return out
}

func (m *member) head(w int) string {
	t := m.Theme
	title := " " + t.Quiet.Render(m.Title()+" "+t.Crumb+" ") + t.Strong.Render(cut(clean(m.page.Name), w/2))
	return ends(title, t.Quiet.Render(cut(clean(m.page.Headline), max(0, w-width(title)-3)))+" ", w)
}

// factLines are what the CRM holds and what the network's files said.
func (m *member) factLines(w int) []memberLine {
	lines := m.linkedLines(w)
	lines = append(lines, m.wantingLines(w)...)
	lines = append(lines, "")
	lines = append(lines, m.networkLines(w)...)
	out := make([]memberLine, len(lines))
	for i, text := range lines {
		out[i] = memberLine{text, -1}
	}
	return out
}

// pairLines are a name and its value, broken where it is long.
func (m *member) pairLines(name, value string, w int) []string {
	var lines []string
	for _, part := range wrap(clean(value), w-16) {
		lines = append(lines, m.pairLine(name, part, w))
		name = ""
	}
	return lines
}

// pairLine is a name and its value in one line.
func (m *member) pairLine(name, value string, w int) string {
	return "  " + m.Theme.Quiet.Render(fit(name, 12)) + " " + m.Theme.Text.Render(cut(clean(value), w-16))
}

// linkedLines is the CRM record with the contact information that the CRM holds on it (S13), or that there is none (S59).
func (m *member) linkedLines(w int) []string {
	t, l := m.Theme, m.page.Linked
	if l.Record == "" {
		return []string{t.heading("In the CRM", "", w), "  " + t.sign(StateOff, "no record of the CRM is linked: no badge")}
	}
	lines := []string{
		t.heading("In the CRM", stateWord(l.State)+by(l.By), w),
		"  " + t.sign(StateGood, l.Object+" ") + t.Strong.Render(cut(clean(l.Name), w-32)) + "  " + t.scoreStyle(l.Score).Render(score(l.Score)),
	}
	if l.Address != "" {
		lines = append(lines, "  "+t.Quiet.Render(fit("badge", 12))+" "+t.link(t.Link.Render(cut(clean(l.Address), w-16)), l.Address))
	}
	if !m.seesPersonal() {
		return append(lines, "  "+t.Quiet.Render("contact information is hidden for your role"))
	}
	for _, f := range l.Contact {
		lines = append(lines, m.pairLine(f.Name, f.Value, w))
	}
	switch {
	case len(l.Contact) == 0:
		lines = append(lines, "  "+t.Quiet.Render("the CRM holds no contact information on this record"))
	default:
		lines = append(lines, "  "+t.Faint.Render(cut("held in "+l.Object+" "+clean(l.Record), w-4)))
	}
	if l.Opportunities > 0 {
		lines = append(lines, "  "+t.Quiet.Render(count(l.Opportunities, "open opportunity", "open opportunities")))
	}
	return lines
}

func by(who string) string {
	if who == "" {
		return ""
	}
	return " by " + clean(who)
}

// wantingLines are records that are suggested this member, or gave way to another record.
func (m *member) wantingLines(w int) []string {
	t := m.Theme
	if len(m.page.Wanting) == 0 {
		return nil
	}
	lines := []string{"", t.heading("Other records that want it", "one record has a member", w)}
	for i, r := range m.page.Wanting {
		if i == 5 {
			return append(lines, "  "+t.Quiet.Render(number(len(m.page.Wanting)-5)+" more"))
		}
		lines = append(lines, "  "+t.Text.Render(fit(clean(r.Name), max(8, w-32)))+" "+t.scoreStyle(r.Score).Render(score(r.Score))+"  "+t.sign(stateOf(r.State), stateWord(r.State)))
	}
	return lines
}

// networkLines are the row of the network, positions, connections and where the row came from.
func (m *member) networkLines(w int) []string {
	t, p := m.Theme, m.page
	if !m.seesPersonal() {
		return []string{t.heading("In the network", "", w), "  " + t.Quiet.Render("hidden for your role: names only")}
	}
	lines := []string{t.heading("In the network", "", w)}
	for _, f := range p.Facts {
		if strings.HasPrefix(f.Value, "http") {
			lines = append(lines, "  "+t.Quiet.Render(fit(f.Name, 12))+" "+t.link(t.Link.Render(cut(clean(f.Value), w-16)), f.Value))
			continue
		}
		lines = append(lines, m.pairLines(f.Name, f.Value, w)...)
	}
	for i, position := range p.Positions {
		name := ""
		if i == 0 {
			name = "positions"
		}
		when := "past"
		if position.Current {
			when = "now"
		}
		lines = append(lines, m.pairLines(name, joinWords(", ", position.Title, position.Company)+" ("+when+")", w)...)
	}
	for i, c := range p.Connections {
		name := ""
		if i == 0 {
			name = "connected"
		}
		value := "with " + c.Seat
		if !c.Since.IsZero() {
			value += " since " + c.Since.Format("2 Jan 2006")
		}
		lines = append(lines, m.pairLine(name, value, w))
	}
	if len(lines) == 1 {
		lines = append(lines, "  "+t.Quiet.Render("nothing but the name"))
	}
	if len(p.Read) > 0 {
		lines = append(lines, "", t.heading("Where it came from", "", w))
		for _, f := range p.Read {
			lines = append(lines, m.pairLine(f.Name, f.Value, w))
		}
	}
	return lines
}

// itemSection are the lines that can be chosen, with their headings.
func (m *member) itemSection(w int) []memberLine {
	t, p := m.Theme, m.page
	at := 0
	var lines []memberLine
	section := func(title, note, empty string, n int, draw func(int) string) {
		if len(lines) > 0 {
			lines = append(lines, memberLine{"", -1})
		}
		lines = append(lines, memberLine{t.heading(title, note, w), -1})
		if n == 0 {
			lines = append(lines, memberLine{"  " + t.Quiet.Render(cut(empty, w-3)), -1})
		}
		for i := range n {
			lines = append(lines, memberLine{draw(i), at})
			at++
		}
	}
	if !m.seesPersonal() {
		return nil
	}
	note := "newest first"
	if p.More {
		note = "the newest " + number(len(p.Activities))
	}
	section("Activities", note, "nobody of the team wrote, called or noted anything", len(p.Activities), func(i int) string { return m.activityLine(p.Activities[i], w) })
	section("Saved", "because of an open opportunity", "saved for nobody", len(p.Saves), func(i int) string { return m.saveLine(p.Saves[i], w) })
	section("Decided", m.keyOf("member.open")+" details, "+m.keyOf("undo")+" undo", "nobody decided anything; matches are the engine's", len(p.History), func(i int) string { return m.eventLine(p.History[i], w) })
	return lines
}

func (m *member) day(at time.Time) string { return stamp(at.In(m.now().Location()), m.now()) }

func (m *member) activityLine(a MemberActivity, w int) string {
	t := m.Theme
	state, word := outboxWord(a.State)
	if a.State == "" {
		state, word = StateOff, "not written"
	}
	text := t.Faint.Render(fit(m.day(a.At), 12)) + t.Text.Render(fit(a.Kind, 9)) + fit(t.sign(state, word), 14)
	return " " + text + t.Quiet.Render(cut(clean(joinWords(": ", a.By, a.Subject)), w-38))
}

func (m *member) saveLine(s Save, w int) string {
	t := m.Theme
	state, word := StateGood, "saved"
	at := s.At
	if !s.Removed.IsZero() {
		state, word, at = StateOff, "removed", s.Removed
	}
	return " " + t.Faint.Render(fit(m.day(at), 12)) + fit(t.sign(state, word), 12) + t.Text.Render(cut(clean(joinWords(", ", s.Owner, s.For)), w-27))
}

func (m *member) eventLine(e AuditEvent, w int) string {
	t := m.Theme
	what := e.What
	if e.Undone {
		what += " (taken back)"
	}
	return " " + t.Faint.Render(fit(m.day(e.At), 12)) + t.Quiet.Render(fit(clean(e.Who), 10)) + " " + t.Text.Render(cut(clean(what), w-27))
}

// itemLines are everything about one item, for the box that enter opens.
func (m *member) itemLines(chosen item, w int) []string {
	t := m.Theme
	var lines []string
	add := func(name, value string) {
		for i, part := range wrap(clean(value), w-15) {
			if i > 0 {
				name = ""
			}
			lines = append(lines, t.Quiet.Render(fit(name, 15))+t.Text.Render(part))
		}
	}
	full := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.In(m.now().Location()).Format("2 Jan 2006 15:04")
	}
	switch {
	case chosen.event != nil:
		return m.eventLines(*chosen.event, w)
	case chosen.save != nil:
		s := chosen.save
		add("for", s.Owner)
		add("because of", s.For)
		add("saved", full(s.At))
		add("removed", full(s.Removed))
		add("record", s.Record)
	case chosen.activity != nil:
		a := chosen.activity
		_, word := outboxWord(a.State)
		add("kind", a.Kind)
		add("when", full(a.At))
		add("by", a.By)
		add("subject", a.Subject)
		add("with the CRM", orDefault(word, "not written"))
		add("code", a.Code)
		add("why", a.Text)
		add("in the CRM", a.Address)
		lines = append(lines, "", t.Faint.Render("activity "+clean(a.ID)))
	}
	return lines
}
