package ui

import (
	"cmp"
	"context"
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

// decideMarked decides one by one, each with its own audit line, and stops at the first failure.
func (m *matches) decideMarked(rows []Match, accept bool) tea.Cmd {
	clear(m.marked)
	m.range0 = -1
	for i := range rows {
		rows[i] = m.seen(rows[i])
		m.deciding(rows[i].Record)
	}
	return func() tea.Msg {
		out := markedMsg{states: map[string]string{}}
		what, state := "reject the marked", "rejected"
		if accept {
			what, state = "accept the marked", "accepted"
		}
		for _, r := range rows {
			audit, err := m.decideOne(m.ctx, r, accept)
			if err != nil {
				out.acted = actedMsg{err: err, audits: out.acted.audits, what: what + " (" + number(len(out.states)) + " of " + number(len(rows)) + " done)"}
				return out
			}
			out.states[r.Record] = state
			out.acted.audits = append(out.acted.audits, audit)
		}
		verb := "Rejected "
		if accept {
			verb = "Accepted "
		}
		out.acted.text, out.acted.what = verb+count(len(rows), "match", "matches")+".", what
		return out
	}
}

func (m *matches) decideOne(ctx context.Context, r Match, accept bool) (string, error) {
	if accept {
		return m.Services.Matches.Accept(ctx, r, "")
	}
	return m.Services.Matches.Reject(ctx, r, "")
}
