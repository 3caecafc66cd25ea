package ui

import tea "github.com/charmbracelet/bubbletea"

// open shows everything about one item of the outbox.
func (b *writeback) open(r OutboxItem) tea.Cmd {
	t := b.Theme
	return b.tell(openMsg{&notice{Session: b.Session, title: "Outbox", lines: func(w int) []string {
		state, word := outboxWord(r.State)
		lines := []string{t.Strong.Render(cut(clean(r.Kind+" to "+r.Who), w)), t.sign(state, word) + t.Quiet.Render("  "+count(r.Tries, "try", "tries")+"  by "+clean(r.By)), ""}
		add := func(name, value string) {
			for i, part := range wrap(clean(value), w-15) {
				if i > 0 {
					name = ""
				}
				lines = append(lines, t.Quiet.Render(fit(name, 15))+t.Text.Render(part))
			}
		}
		if b.seesPersonal() {
			for _, f := range r.Fields {
				add(f.Name, f.Value)
			}
		}
		add("record", r.Record)
		add("read back", r.Proof)
		add("code", r.Code)
		add("answer", r.Text)
		add("what to do", r.Fix)
		return append(lines, "", t.Faint.Render("activity "+clean(r.ID)))
	}}})
}
