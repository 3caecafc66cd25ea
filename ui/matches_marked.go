package ui

import (
	"cmp"
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// markedLines shows what is marked, the best first, in at most eleven lines.
func markedLines(t *Theme, rows []Match, w int) []string {
	slices.SortFunc(rows, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Record, b.Record))
	})
	lines := []string{t.Text.Render(count(len(rows), "match is marked and names", "matches are marked and name") + " somebody:"), ""}
	for i, r := range rows {
		if i == 8 {
			lines = append(lines, t.Quiet.Render("  … "+number(len(rows)-8)+" more"))
			break
		}
		lines = append(lines, "  "+t.Text.Render(fit(pair(r), w-10))+" "+t.scoreStyle(r.Score).Render(score(r.Score)))
	}
	return lines
}

// markedMsg tells how a decision on the marked ended.
type markedMsg struct {
	states map[string]string
	acted  actedMsg
}

// decideMarked decides on what is marked: one by one, each with its own audit line, up to the first failure; as one act
// where that needs a second admin.
func (m *matches) decideMarked(rows []Match, accept bool) tea.Cmd {
	clear(m.marked)
	m.range0 = -1
	for i := range rows {
		rows[i] = m.seen(rows[i])
		m.deciding(rows[i].Record)
	}
	return func() tea.Msg {
		out := markedMsg{states: map[string]string{}}
		what, state, verb := "reject the marked", "rejected", "Rejected "
		if accept {
			what, state, verb = "accept the marked", "accepted", "Accepted "
		}
		report, err := m.Services.Matches.DecideMarked(m.ctx, rows, accept)
		for _, record := range report.Records {
			out.states[record] = state
		}
		out.acted = actedMsg{text: verb + count(len(report.Records), "match", "matches") + ".", what: what, audits: report.Events, err: err}
		if report.Skipped > 0 {
			out.acted.text += " " + number(report.Skipped) + " skipped: the same member was given to another of them."
		}
		if report.Already > 0 {
			out.acted.text += " " + number(report.Already) + " decided so already."
		}
		if err != nil && len(report.Records) > 0 {
			out.acted.what += " (" + number(len(report.Records)) + " of " + number(len(rows)) + " done)"
		}
		return out
	}
}
