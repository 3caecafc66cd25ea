package sync

import (
	gosync "sync"
	"time"
)

// writing is what the engine keeps in memory for writeback: that a cycle runs, the facts of the
// org, and the gates that were asked last. All of it can be lost.
type writing struct {
	mu      gosync.Mutex
	running bool
	facts   orgFacts
	gates   string // digest of the gates for which the held rows were looked through
	drained time.Time
	moved   map[string]crmRecord // what became of records, as the org said when it refused them
}

// setMoved keeps what became of a record.
func (w *writing) setMoved(id string, became crmRecord) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.moved == nil {
		w.moved = map[string]crmRecord{}
	}
	w.moved[id] = became
}

// movedTo returns what became of a record, if the org was asked.
func (w *writing) movedTo(id string) (crmRecord, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	became, ok := w.moved[id]
	return became, ok
}

// leastPause is the shortest time between two scheduled drains (S83). Doubtful rows are looked for more often.
const leastPause = 2 * time.Minute

// mayDrain reports whether a scheduled cycle may send, and remembers that it does. A person who asks for a run is not
// kept waiting.
func (w *writing) mayDrain(now time.Time, asked bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	since := now.Sub(w.drained)
	if !asked && !w.drained.IsZero() && since >= 0 && since < leastPause {
		return false
	}
	w.drained = now
	return true
}

// begin claims the only cycle of this process; false when one runs.
func (w *writing) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running {
		return false
	}
	w.running = true
	return true
}

func (w *writing) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = false
}

// kept returns the facts of that org while they are fresh.
func (w *writing) kept(orgID string, now time.Time) (orgFacts, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	age := now.Sub(w.facts.readAt)
	fresh := w.facts.orgID == orgID && !w.facts.readAt.IsZero() && age >= 0 && age < factsLast
	return w.facts, fresh
}

func (w *writing) keep(facts orgFacts) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.facts = facts
}

// forget makes the next cycle ask the org again, as after a record type was refused.
func (w *writing) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.facts = orgFacts{}
}

// lookedThrough reports whether the held rows were looked through for these gates.
func (w *writing) lookedThrough(digest string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.gates == digest
}

func (w *writing) setLookedThrough(digest string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gates = digest
}
