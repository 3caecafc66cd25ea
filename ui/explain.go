package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
)

// explainer reads the evidence of the row a cursor rests on, and keeps the newest few.
type explainer struct {
	*Session
	record  string // wanted
	ask     int    // generation
	cache   map[string]Explanation
	failed  error
	failing string // the record the failure is about
}

// keptExplanations bounds the cache.
const keptExplanations = 64

// restMsg comes when the cursor rested.
type restMsg struct {
	owner *explainer
	ask   int
}

// explainedMsg carries the evidence of one record.
type explainedMsg struct {
	owner       *explainer
	record      string
	explanation Explanation
	err         error
}

// rest asks for a record's evidence once the cursor stays on it.
func (e *explainer) rest(ctx context.Context, record string) tea.Cmd {
	if record == e.record {
		if _, ok := e.cache[record]; ok {
			return nil
		}
	}
	e.record = record
	e.ask++
	if _, ok := e.cache[record]; ok {
		return nil
	}
	return e.wait(ctx, drawAfter, restMsg{e, e.ask})
}

// update takes the explainer's own messages.
func (e *explainer) update(ctx context.Context, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case restMsg:
		if msg.owner == e && msg.ask == e.ask && e.Services.Matches != nil {
			return e.read(ctx, e.record)
		}
	case explainedMsg:
		if msg.owner != e {
			return nil
		}
		if msg.err != nil {
			e.failed, e.failing = msg.err, msg.record
			return nil
		}
		e.failing = ""
		if len(e.cache) >= keptExplanations {
			clear(e.cache)
		}
		e.cache[msg.record] = msg.explanation
	}
	return nil
}

func (e *explainer) read(ctx context.Context, record string) tea.Cmd {
	return func() tea.Msg {
		explanation, err := e.Services.Matches.Explain(ctx, record)
		return explainedMsg{e, record, explanation, err}
	}
}

// forget drops what was read, since something changed.
func (e *explainer) forget() { clear(e.cache) }

// of returns a record's evidence, when it was read.
func (e *explainer) of(record string) (Explanation, bool) {
	x, ok := e.cache[record]
	return x, ok
}

// failure returns why a record's evidence could not be read, or nil.
func (e *explainer) failure(record string) error {
	if e.failing != record || cancelled(e.failed) {
		return nil
	}
	return e.failed
}
