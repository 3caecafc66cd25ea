package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// work names a kind of scheduled work in the plural.
func work(kind crmsync.JobKind) string {
	if kind == crmsync.JobImport {
		return "imports"
	}
	return "writeback"
}

// paused reports whether the schedule starts no more of a kind of work.
func (h *home) paused(kind crmsync.JobKind) bool {
	if kind == crmsync.JobWriteback {
		return h.overview.WritebackPaused
	}
	return h.overview.ImportsPaused
}

// scheduled is the action that pauses a kind of work, or resumes it where it is paused.
func (h *home) scheduled(kind crmsync.JobKind, key string) Action {
	verb, act, isPaused := "pause", crmsync.ActSchedulePause, h.paused(kind)
	if isPaused {
		verb, act = "resume", crmsync.ActScheduleResume
	}
	return Action{ID: "schedule." + string(kind), Act: act, Keys: []string{key}, Group: "Work", Name: "Schedule: " + verb + " " + work(kind), Short: verb + " " + work(kind), Foot: isPaused && kind == crmsync.JobImport,
		Why: func() string { return h.cannotSchedule(kind) }, Do: func() tea.Cmd { return h.schedule(kind) }, Shell: "crmsync schedule " + verb + " " + string(kind)}
}

// cannotSchedule says why a kind of work can be neither paused nor resumed.
func (h *home) cannotSchedule(kind crmsync.JobKind) string {
	switch {
	case h.Services.Home == nil:
		return "no engine here; crmsync schedule pause " + string(kind) + " does it"
	case !h.known:
		return "the schedule is not read yet"
	case kind == crmsync.JobWriteback && !h.overview.WritebackOn && !h.overview.WritebackPaused:
		return "writeback is off: " + h.placeOf("Writeback") + " turns it on"
	}
	return ""
}

// schedule pauses a kind of work, or resumes it.
func (h *home) schedule(kind crmsync.JobKind) tea.Cmd {
	if h.paused(kind) {
		return h.act("resume "+work(kind), "Resumed "+work(kind)+".", func(ctx context.Context) (string, error) {
			return h.Services.Home.Resume(ctx, kind)
		})
	}
	return h.act("pause "+work(kind), "Paused "+work(kind)+"; what runs goes on to its end.", func(ctx context.Context) (string, error) {
		return h.Services.Home.Pause(ctx, kind)
	})
}

// pausedWords say what is paused.
var pausedWords = map[crmsync.JobKind]string{crmsync.JobImport: "imports are paused", crmsync.JobWriteback: "writeback is paused"}

// pausedNeeds are the lines of what is paused: nobody else resumes it.
func (h *home) pausedNeeds() []need {
	var out []need
	for _, kind := range []crmsync.JobKind{crmsync.JobImport, crmsync.JobWriteback} {
		if !h.paused(kind) {
			continue
		}
		n := need{state: StateWarn, text: pausedWords[kind]}
		if h.may(crmsync.ActScheduleResume) {
			n.where, n.open = h.keyOf("schedule."+string(kind))+" resumes", func() tea.Cmd { return h.schedule(kind) }
		}
		out = append(out, n)
	}
	return out
}
