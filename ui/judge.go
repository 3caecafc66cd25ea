package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// judgements are what a person can say of a pair, by the word that is typed.
var judgements = []string{"accept", "reject", "no match"}

// judgementOf is the judgement that the letters begin, or "".
func judgementOf(typed string) string {
	typed = strings.ToLower(strings.TrimSpace(typed))
	for _, j := range judgements {
		if typed != "" && strings.HasPrefix(j, typed) {
			return j
		}
	}
	return ""
}

// judgeAction judges a pair with a note, also one that was judged before: the newest judgement ends the one before,
// and the history keeps both with who and when.
func (m *matches) judgeAction() Action {
	return Action{ID: "match.judge", Act: crmsync.ActMatchAccept, Keys: []string{"J"}, Group: "Decide", Name: "Matches: judge with a note, or judge again", Short: "with a note", Verb: "judge with a note",
		Why: m.noMember, Do: m.judge, Shell: m.shell("accept") + " --note TEXT"}
}

// judge asks for the judgement and the note, below what was decided before.
func (m *matches) judge() tea.Cmd {
	r := *m.list.current()
	usual := "accept"
	if s := m.state(&r); s == "accepted" || s == "auto" || s == "overridden" {
		usual = "reject"
	}
	verdict, note := newField(m.Theme, strings.Join(judgements, ", ")), newField(m.Theme, "why, for the history")
	verdict.set(usual)
	ask := &prompt{Session: m.Session, title: "Judge " + cut(pair(r), 40), act: crmsync.ActMatchAccept, labels: []string{"Judgement", "Note"}, fields: []*field{verdict, note}, yes: "judge",
		line: "nothing has changed yet; " + m.keyOf("undo") + " takes a judgement back",
		lines: func(w int) []string {
			x, read := m.explain.of(r.Record)
			if !read || len(x.History) == 0 {
				return []string{m.Theme.Quiet.Render("Nobody has judged this record before.")}
			}
			return historyLines(m.Theme, x, w)[1:]
		},
		check: func(values []string) string {
			if judgementOf(values[0]) == "" {
				return "a judgement is one of " + strings.Join(judgements, ", ")
			}
			return ""
		},
		do: func(values []string) tea.Cmd { return m.judged(r, judgementOf(values[0]), values[1]) }}
	return ask.open()
}

// judged does what was said. A pair that was rejected is no longer on the record, so accepting it chooses it anew.
func (m *matches) judged(r Match, judgement, note string) tea.Cmd {
	seen := m.seen(r)
	switch {
	case judgement == "no match":
		return m.decide(r, "none", "say that there is no match", clean(r.Name)+" has no match.", func(ctx context.Context) (string, error) {
			return m.Services.Matches.NoMatch(ctx, r.Record, note)
		})
	case judgement == "reject" && seen.Member == "":
		return send(toastMsg{state: StateWarn, text: "it is rejected already"})
	case judgement == "reject":
		return m.decide(seen, "rejected", "reject the match", "Rejected "+pair(r)+".", func(ctx context.Context) (string, error) {
			return m.Services.Matches.Reject(ctx, seen, note)
		})
	case seen.Member == "":
		return m.decide(r, "overridden", "change the match", "Chose "+clean(r.MemberName)+" for "+clean(r.Name)+".", func(ctx context.Context) (string, error) {
			return m.Services.Matches.Rematch(ctx, r.Record, r.Member, note)
		})
	}
	return m.decide(seen, "accepted", "accept the match", "Accepted "+pair(r)+".", func(ctx context.Context) (string, error) {
		return m.Services.Matches.Accept(ctx, seen, note)
	})
}
