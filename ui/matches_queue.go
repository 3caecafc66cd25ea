package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// newTelling are the matches with the queue of telling pairs.
func newTelling(s *Session) *matches {
	m := newMatches(s)
	m.filter.Telling = true
	return m
}

// queueActions turn to the few pairs of which a decision teaches most and back. There o overrides: the three answers
// to a pair are c, o and r, beside j and k, and no hand leaves the keys.
func (m *matches) queueActions() []Action {
	teach := Action{ID: "match.queue", Keys: []string{"t"}, Group: "Filter", Name: "Matches: the pairs that teach most", Short: "most telling", Local: true, Do: m.toggleQueue, Shell: "crmsync match queue"}
	if !m.filter.Telling {
		return []Action{teach}
	}
	teach.Name, teach.Short = "Matches: all that wait for review again", "all again"
	return []Action{
		{ID: "queue.override", Act: crmsync.ActMatchRematch, Keys: []string{"o"}, Group: "Decide", Name: "Matches: override with another match", Short: "override", Foot: true, Why: m.noRow, Do: m.rematch, Shell: m.shell("rematch") + " MEMBER"},
		teach,
	}
}

// acceptKeys are a and c, which the queue shows as confirm's.
func (m *matches) acceptKeys() []string {
	if m.filter.Telling {
		return []string{"c", "a"}
	}
	return []string{"a", "c"}
}

// linkAction is the way to the record's address, whose key gives way in the queue to the answer that is asked for more
// often.
func (m *matches) linkAction() Action {
	a := Action{ID: "match.link", Keys: []string{"o"}, Group: "Out", Name: "Matches: link to the record in the CRM", Short: "link", Foot: !m.may(crmsync.ActMatchAccept), Local: true, Why: m.noRow, Do: m.link}
	if m.filter.Telling {
		a.ID, a.Keys = "queue.link", []string{"L"}
	}
	return a
}

func (m *matches) toggleQueue() tea.Cmd {
	f := MatchFilter{State: "review", Object: m.filter.Object, Telling: !m.filter.Telling}
	return m.apply(f)
}
