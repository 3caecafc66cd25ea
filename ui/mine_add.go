package ui

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// addActivity asks for a note or a call of the actor's own seat. Messages come from the archive.
func (m *mine) addActivity() tea.Cmd {
	t := m.Theme
	kind := newField(t, "note or call")
	kind.set(string(crmsync.KindNote))
	ask := &prompt{Session: m.Session, title: "Add a note or a call", act: crmsync.ActActivityAdd, yes: "add", line: "nothing is added yet",
		labels: []string{"Kind", "With", "Subject", "Text", "Minutes"},
		fields: []*field{kind, newField(t, "profile address, or id of the CRM record"), newField(t, "one line, may stay empty"), newField(t, "what it was about"), newField(t, "how long a call took, may stay empty")},
		lines:  m.quietLines("It is written to the CRM as soon as everything that holds it is open. Only a note may be with a company."),
		check:  addCheck,
		do: func(v []string) tea.Cmd {
			added := crmsync.NewActivity{Kind: crmsync.Kind(strings.TrimSpace(v[0])), With: strings.TrimSpace(v[1]), At: m.now(), Subject: strings.TrimSpace(v[2]), Body: strings.TrimSpace(v[3])}
			added.Duration, _ = minutes(v[4])
			return m.act("add the activity", "Added the "+string(added.Kind)+".", func(ctx context.Context) (string, error) {
				return "", m.Services.Mine.Add(ctx, added)
			})
		}}
	return ask.open()
}

// addCheck says why an activity cannot be added as it stands; "" when it can.
func addCheck(v []string) string {
	if kind := crmsync.Kind(strings.TrimSpace(v[0])); kind != crmsync.KindNote && kind != crmsync.KindCall {
		return "the kind is note or call; messages come from the archive"
	}
	if strings.TrimSpace(v[1]) == "" {
		return "whom it was with is missing: a profile address or the id of a CRM record"
	}
	if _, ok := minutes(v[4]); !ok {
		return "minutes are a whole number, such as 12"
	}
	return ""
}

// minutes reads a whole number of minutes; an empty text is none.
func minutes(text string) (time.Duration, bool) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, true
	}
	d, err := time.ParseDuration(text + "m")
	return d, err == nil && d >= 0 && !strings.ContainsAny(text, ".hms")
}

// noSeat says why nothing of one's own can be added.
func (m *mine) noSeat() string {
	if m.Actor.Seat == "" {
		return "you have no seat, so there is nothing of yours to write"
	}
	return ""
}
