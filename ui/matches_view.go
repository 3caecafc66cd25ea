package ui

import (
	"strings"
)

// View draws the list, with the evidence beside it in a wide window and below it in a narrow one.
func (m *matches) View(w, h int) string {
	t := m.Theme
	if m.list.pager.empty() {
		if m.field.focused() {
			return page([]string{m.fieldLine(w)}, w, 1) + "\n" + m.emptyView(w, h-1)
		}
		return m.emptyView(w, h)
	}
	if w >= sideBySide {
		left := w * 43 / 100
		right := w - left - 2
		return page(beside(m.listLines(left, h, true), m.detailLines(right, h), t.Line.Render(t.Upright)+" ", left, right, h), w, h)
	}
	below := m.narrowDetail(w, h-6)
	lines := m.listLines(w, h-len(below), false)
	for len(lines) < h-len(below) {
		lines = append(lines, "")
	}
	return page(append(lines, below...), w, h)
}

// listLines are the filter, the column titles and the rows.
func (m *matches) listLines(w, h int, wide bool) []string {
	var lines []string
	if m.field.focused() {
		lines = append(lines, m.fieldLine(w))
	} else if wide {
		text := m.filter.describe()
		if width(text) > w-2 {
			text = strings.TrimSuffix(text, ", best first")
		}
		lines = append(lines, " "+m.Theme.Quiet.Render(cut(text, w-2)))
	} else {
		lines = append(lines, m.filterLine(w))
	}
	if wide {
		lines = append(lines, "")
	}
	lines = append(lines, m.list.header(w))
	return append(lines, m.list.rows(w, h-len(lines))...)
}

// fieldLine is the filter while it is typed.
func (m *matches) fieldLine(w int) string {
	return " " + m.Theme.Key.Render("/ ") + m.field.view(w-4)
}

// filterLine is the filter as words and values, for the narrow layout.
func (m *matches) filterLine(w int) string {
	t := m.Theme
	object := m.filter.Object
	if object == "" {
		object = "all"
	}
	line := " " + t.Quiet.Render("object ") + t.Text.Render(object) + t.Quiet.Render("  status ") + t.Text.Render(m.filter.status())
	if m.filter.Text != "" {
		line += t.Quiet.Render("  text ") + t.Text.Render(clean(m.filter.Text))
	}
	order := m.filter.order() + " "
	if m.filter.Reason != "" {
		order = ""
	}
	return ends(line, t.Quiet.Render(order), w)
}

// detailLines are the comparison and the evidence of the row under the cursor.
func (m *matches) detailLines(w, h int) []string {
	r := m.list.current()
	if r == nil {
		return nil
	}
	x, ok := m.explain.of(r.Record)
	if !ok {
		return m.pendingLines(r, w)
	}
	return detailOf(m.Theme, x, m.seesPersonal(), w, h)
}

// pendingLines is what is known of a row before its evidence was read.
func (m *matches) pendingLines(r *Match, w int) []string {
	t := m.Theme
	lines := []string{t.Title.Render(cut(pairTitle(t, r.Name, r.MemberName, m.state(r)), w)), " " + t.scoreLine(r.Score, 0, 0)}
	if err := m.explain.failure(r.Record); err != nil {
		lines = append(lines, "", "  "+t.Bad.Render(t.Marks.Bad+" the evidence could not be read"))
		for _, line := range wrap(clean(err.Error()), w-4) {
			lines = append(lines, "  "+t.Quiet.Render(line))
		}
	}
	return lines
}

// pairTitle names the two sides; a pair that nobody and no rule has settled is a question.
func pairTitle(t *Theme, name, member, state string) string {
	switch {
	case member == "":
		return clean(name) + ": no match"
	case state == "none":
		return clean(name) + ": no match, best " + clean(member)
	case state == "rejected":
		return clean(name) + " " + t.Differ + " " + clean(member)
	case state == "review":
		return clean(name) + " " + t.Same + " " + clean(member) + " ?"
	}
	return clean(name) + " " + t.Same + " " + clean(member) + ", " + stateWord(state)
}

// scoreLine is the letter, the number, the bar, the score from which pairs are linked and the runner-up; 0 leaves one out.
func (t *Theme) scoreLine(n, linked, second int) string {
	line := t.scoreStyle(n).Render(score(n)) + " " + t.bar(float64(n)/100, 20, t.Bar)
	if linked > 0 {
		line += t.Quiet.Render("  linked from " + number(linked))
	}
	if second > 0 {
		line += "   " + t.Quiet.Render("2nd best candidate "+number(second))
	}
	return line
}

// detailOf draws one explanation into at most h lines of w columns.
func detailOf(t *Theme, x Explanation, personal bool, w, h int) []string {
	lines := []string{t.Title.Render(cut(pairTitle(t, x.Name, x.MemberName, x.State), w))}
	if x.Member == "" {
		lines = append(lines, "")
		for _, line := range wrap(clean(x.Why), w-3) {
			lines = append(lines, " "+t.Quiet.Render(line))
		}
		return append(lines, historyLines(t, x, w)...)
	}
	lines = append(lines, " "+t.scoreLine(percent(x.Probability), percent(x.LinkedFrom), percent(x.RunnerUp)))
	sides, fall := t.comparison(x, w, personal), t.waterfall(x, w-1)
	blank := []string{""}
	if over := 5 + len(sides) + len(fall) - h; over > 0 { // the evidence and its total stay, the rest gives way
		blank = nil
		sides = sides[:max(0, len(sides)-max(0, over-2))]
	}
	lines = append(append(lines, blank...), sides...)
	lines = append(append(lines, blank...), ends(t.Title.Render("Why"), t.Quiet.Render("evidence in bits; +1 doubles the odds")+" ", w))
	lines = append(lines, fall...)
	if len(lines)+3 <= h {
		lines = append(lines, "")
		if x.Opportunities > 0 {
			lines = append(lines, " "+t.Quiet.Render("Accepting also links "+count(x.Opportunities, "open opportunity", "open opportunities")+"."))
		}
		lines = append(lines, " "+t.Quiet.Render("Rejecting keeps this pair apart until you undo it."))
	}
	lines = append(lines, rivalLines(t, x, w)...)
	return append(lines, historyLines(t, x, w)...)
}

// rivalLines are the other records that want the same member; one of all can have it (S19, S20).
func rivalLines(t *Theme, x Explanation, w int) []string {
	if len(x.Rivals) == 0 {
		return nil
	}
	lines := []string{"", t.Title.Render("Other records that want " + cut(clean(x.MemberName), w-28))}
	for _, r := range x.Rivals[:min(5, len(x.Rivals))] {
		lines = append(lines, " "+t.Text.Render(fit(clean(r.Name), 28))+" "+t.scoreStyle(r.Score).Render(score(r.Score))+"  "+t.sign(stateOf(r.State), stateWord(r.State)))
	}
	return lines
}

func historyLines(t *Theme, x Explanation, w int) []string {
	if len(x.History) == 0 {
		return nil
	}
	lines := []string{"", t.Title.Render("Earlier decisions on this record")}
	for _, l := range x.History[:min(6, len(x.History))] {
		lead := " " + t.Faint.Render(fit(l.At.Format("2 Jan 15:04"), 13)) + t.Quiet.Render(fit(clean(l.Who), 9))
		for _, part := range wrap(clean(l.What), max(8, w-26)) { // a note is read whole
			lines = append(lines, lead+t.Text.Render(part))
			lead = spaces(23)
		}
	}
	return lines
}

// narrowDetail is the evidence below the list: a title and the waterfall, when there is room for most of it.
func (m *matches) narrowDetail(w, room int) []string {
	t := m.Theme
	r := m.list.current()
	if r == nil || room < 6 {
		return nil
	}
	title := clean(r.Object) + " " + t.Strong.Render(clean(r.Name)) + "  " + t.Same + "  " + t.Strong.Render(clean(orDash(t, r.MemberName)))
	right := t.scoreStyle(r.Score).Render(score(r.Score)) + " " + t.bar(float64(r.Score)/100, 8, t.Bar)
	lines := []string{ends(" "+title, right+" ", w)}
	x, ok := m.explain.of(r.Record)
	if !ok {
		if err := m.explain.failure(r.Record); err != nil {
			return append(lines, " "+t.Bad.Render(cut(m.wentWrong("read the evidence", err), w-2)))
		}
		return append(lines, strings.Split(page(nil, w, min(room-1, 11)), "\n")...)
	}
	if x.Member == "" {
		for _, line := range wrap(clean(x.Why), w-3) {
			lines = append(lines, " "+t.Quiet.Render(line))
		}
		return lines[:min(len(lines), room)]
	}
	fall := t.waterfall(x, w-2)
	for i := range fall {
		fall[i] = " " + fall[i]
	}
	if over := len(fall) + 1 - room; over > 0 { // the least telling rows give way, the total stays
		fall = append(fall[:len(fall)-1-over], fall[len(fall)-1])
	}
	return append(lines, fall...)
}

// emptyView says why nothing is shown and what next.
func (m *matches) emptyView(w, h int) string {
	if m.filter != m.start {
		return m.Theme.emptyPage(StateOff, "Nothing fits the filter", []string{m.filter.describe(), "", m.keyOf("match.clear") + " clears the filter"}, w, h)
	}
	if m.known && m.overview.SyncedAt.IsZero() {
		return m.Theme.emptyPage(StateOff, "Nothing to review yet", []string{"Matches come with the first import and a network file.", "",
			m.placeOf("Connect") + " leads to the import", m.readsFile()}, w, h)
	}
	if m.known && !m.overview.Network {
		return m.Theme.emptyPage(StateOff, "Nothing to review yet", []string{"Matches come with a network file, and none was read.", "", m.readsFile()}, w, h)
	}
	return m.Theme.emptyPage(StateGood, "Nothing to review", []string{"Every record is matched, rejected, or below the floor.", "",
		m.keyOf("match.state") + " shows the other states   " + m.keyOf("screen.Audit") + " what was decided"}, w, h)
}
