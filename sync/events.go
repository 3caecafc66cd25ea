package sync

import (
	"context"
	gosync "sync"
	"time"
)

// EventKind says what an event is about.
type EventKind string

// The kinds of events. Progress may be dropped in favour of newer progress of
// the same run and object; every other kind reaches every subscriber.
const (
	EventProgress   EventKind = "progress"
	EventRunStarted EventKind = "run.started"
	EventRunEnded   EventKind = "run.ended"
	EventMatches    EventKind = "matches"
	EventOutbox     EventKind = "outbox"
	EventConnection EventKind = "connection"
	EventSettings   EventKind = "settings"
	EventSaves      EventKind = "saves"
	EventAudit      EventKind = "audit"
	EventApprovals  EventKind = "approvals" // an act was proposed, or one was settled
	EventTrial      EventKind = "trial"     // a step of a trial begins, or with a Text or an Err has ended
)

// Event tells listeners what the engine does. It carries counts and ids, and of people
// only who acted.
type Event struct {
	At       time.Time
	Kind     EventKind
	Job      JobKind // what runs, for run and progress events
	Run      string  // id of the run
	Object   string  // Salesforce object the progress is about, or ""
	Step     string  // what the run is doing: "describe", "pages", "badges" …
	Done     int64
	Total    int64     // 0 when not known
	Since    time.Time // when the object and step of a progress event began
	Silent   bool      // of progress of another process: there was no sign of life for too long
	Paused   bool      // of progress of another process: the schedule starts no more after it
	APICalls int64
	Err      error  // why a run failed, or nil
	Text     string // one short line for a log, or ""
	Actor    string // who did an act, or ""
	Subject  string // what an act was done to, as in the audit trail: "record 003…"
	Audit    string // id of the act's audit event, or ""
}

// Events is the broker between the engine and those who watch it. The zero
// value is ready for use. Publishing never blocks.
type Events struct {
	mu          gosync.Mutex
	subscribers map[*subscriber]struct{}
}

// progressKey names the progress of which only the newest is worth delivering.
type progressKey struct{ run, object string }

// subscriber holds what one listener has not taken yet. Progress is replaced
// in place, so the queue grows only with events that must be delivered.
type subscriber struct {
	mu       gosync.Mutex
	queue    []Event
	progress map[progressKey]int // index in queue
	wake     chan struct{}
}

// Subscribe returns a channel of events from now on. It is closed when ctx
// ends; a slow reader loses stale progress and nothing else.
func (b *Events) Subscribe(ctx context.Context) <-chan Event {
	s := &subscriber{progress: map[progressKey]int{}, wake: make(chan struct{}, 1)}
	b.mu.Lock()
	if b.subscribers == nil {
		b.subscribers = map[*subscriber]struct{}{}
	}
	b.subscribers[s] = struct{}{}
	b.mu.Unlock()

	out := make(chan Event)
	go func() {
		defer close(out)
		defer b.drop(s)
		s.deliver(ctx, out)
	}()
	return out
}

// Publish hands the event to every subscriber.
func (b *Events) Publish(event Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range b.subscribers {
		s.add(event)
	}
}

func (b *Events) drop(s *subscriber) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.subscribers, s)
}

func (s *subscriber) add(event Event) {
	s.mu.Lock()
	key := progressKey{event.Run, event.Object}
	at, waiting := s.progress[key]
	switch {
	case event.Kind == EventProgress && waiting:
		s.queue[at] = event
	case event.Kind == EventProgress:
		s.progress[key] = len(s.queue)
		s.queue = append(s.queue, event)
	default:
		s.queue = append(s.queue, event)
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// take empties the queue.
func (s *subscriber) take() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.queue
	s.queue = nil
	clear(s.progress)
	return taken
}

func (s *subscriber) deliver(ctx context.Context, out chan<- Event) {
	for {
		for _, event := range s.take() {
			select {
			case out <- event:
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
			return
		}
	}
}
