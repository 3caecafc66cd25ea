package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// stale are the saves that would not be made today. They stay until a person removes them (S21).
type stale struct {
	listing[StaleSave]
}

func newStale(s *Session) *stale {
	return &stale{newListing(s, "The stale saves", source[StaleSave]{
		page:  s.Services.Saves.Stale,
		total: s.Services.Saves.CountStale,
	}, []column[StaleSave]{
		{title: "SAVED FOR", width: 14, grow: 1, cell: func(r *StaleSave) string { return r.Seat }},
		{title: "RECORD", width: 16, grow: 1, cell: func(r *StaleSave) string { return r.Record }},
		{title: "BECAUSE OF", width: 16, grow: 2, from: 70, cell: func(r *StaleSave) string { return r.For }},
		{title: "SINCE", width: 8, from: 90, cell: func(r *StaleSave) string { return stamp(r.At.In(s.now().Location()), s.now()) }, style: quietly[StaleSave](s.Theme)},
		{title: "STALE", width: 24, grow: 1, cell: func(r *StaleSave) string { return s.Theme.mark(StateWarn) + " " + r.Why }},
	})}
}

// Title is the screen's name.
func (s *stale) Title() string { return "Stale saves" }

// Update takes rows and reads again after a change.
func (s *stale) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := s.list.update(s.screen, msg); ok {
		return cmd
	}
	switch msg := msg.(type) {
	case actedMsg:
		return s.changed()
	case eventMsg:
		if msg.Kind == crmsync.EventSaves {
			return s.arrived(0)
		}
	}
	return nil
}

// Actions remove one save or all that are stale.
func (s *stale) Actions() []Action {
	id := "SAVE"
	if r := s.list.current(); r != nil {
		id = ShellWord(r.ID)
	}
	return append([]Action{
		{ID: "save.remove", Act: crmsync.ActSaveRemove, Keys: []string{"d"}, Group: "Decide", Name: "Opps: remove this save", Short: "remove save", Verb: "remove a save", Foot: true, Why: s.none, Do: s.remove, Shell: "crmsync saves remove " + id},
		{ID: "save.clean", Act: crmsync.ActSaveClean, Keys: []string{"C"}, Group: "Decide", Name: "Opps: remove the stale saves", Short: "clean up", Verb: "remove stale saves", Foot: true, Why: s.none, Do: s.clean, Shell: "crmsync saves clean --apply"},
		{ID: "stale.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Opps: back to the opportunities", Short: "back", Foot: true, Local: true, Hidden: true, Do: s.leave},
	}, s.walk(nil)...)
}

func (s *stale) none() string {
	if s.list.current() == nil {
		return "no save is stale"
	}
	return ""
}

func (s *stale) remove() tea.Cmd {
	r := *s.list.current()
	return s.act("remove the save", "Removed "+clean(r.Record)+"; it is not saved again for this opportunity.", func(ctx context.Context) (string, error) {
		return s.Services.Saves.Remove(ctx, r.ID)
	})
}

// clean asks before it removes many.
func (s *stale) clean() tea.Cmd {
	whose := "of everybody"
	if s.Actor.Role != crmsync.RoleAdmin {
		whose = "of yours"
	}
	return s.tell(openMsg{&confirm{Session: s.Session, title: "Remove the stale saves", yes: "Remove", act: crmsync.ActSaveClean, note: "One undo takes all back.",
		lines: func(w int) []string {
			return append(wrap("All stale saves "+whose+" are removed, the newest 1,000 at most.", w),
				wrap("None of them is saved again for the same opportunity, also when its owner becomes the old one again.", w)...)
		},
		do: func() tea.Cmd {
			return s.act("remove the stale saves", "Removed the stale saves "+whose+".", s.Services.Saves.Clean)
		}}})
}

// Line says that nothing is removed by itself.
func (s *stale) Line() (left, right string) {
	return "a stale save stays until a person removes it", s.list.position()
}

// View draws the list.
func (s *stale) View(w, h int) string {
	if s.isEmpty() {
		return s.Theme.emptyPage(StateGood, "No save is stale", []string{"Every save belongs to an open opportunity of the seat it was made for."}, w, h)
	}
	lines := []string{s.Theme.heading("Opps "+s.Theme.Crumb+" stale saves", "would not be made today", w), ""}
	return page(append(lines, s.lines(w, h-len(lines))...), w, h)
}
