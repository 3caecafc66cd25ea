package sync

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	gosync "sync"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// Options are what an Engine is made of. Only Store is required.
type Options struct {
	Store  *store.Store
	HTTP   *http.Client     // for Salesforce; nil = a client with the right timeouts
	Now    func() time.Time // nil = time.Now
	Log    *slog.Logger     // nil = silent
	Dir    string           // where the engine's lock is, the store's directory; "" = no lock is taken
	Sleep  func(ctx context.Context, d time.Duration) error
	After  func(d time.Duration) <-chan time.Time // for the loop's waits; nil = time.After
	Random func() float64                         // evenly in [0, 1), for jitter; nil = math/rand

	// Ballast is how many bytes are kept on the disk of the store to finish with when it is full (store.DefaultBallast); 0 = none.
	Ballast int64

	PageRows int // rows of an import's page, and so of a transaction; 0 = 10,000
}

// Engine does everything that happens between the two sides. It is safe for
// use by several goroutines.
type Engine struct {
	store   *store.Store
	http    *http.Client
	now     func() time.Time
	log     *slog.Logger
	dir     string
	sleep   func(ctx context.Context, d time.Duration) error
	after   func(d time.Duration) <-chan time.Time
	random  func() float64
	ballast int64         // bytes kept to finish with on a full disk
	page    int           // rows of an import's page
	heavy   chan struct{} // holds one element while an import or a match run is under way here
	events  Events
	writing writing       // what writeback keeps in memory
	wake    chan struct{} // a job was made due in this process
	tally   tally
	telling time.Duration // between two times that progress is written down

	mu       gosync.Mutex
	session  *session // the open connection, nil when there is none
	governor *salesforce.Governor
	failures map[JobKind]int                     // in a row
	stops    map[JobKind]context.CancelCauseFunc // of the work under way in this process
}

// New makes an Engine over an open store. It starts nothing; see [Engine.Run].
func New(o Options) (*Engine, error) {
	if o.Store == nil {
		return nil, fault("engine.no_store", "", "an engine needs an open store")
	}
	e := &Engine{
		store: o.Store, http: o.HTTP, now: o.Now, log: o.Log, dir: o.Dir, sleep: o.Sleep, after: o.After, random: o.Random,
		page: o.PageRows, ballast: o.Ballast, heavy: make(chan struct{}, 1),
		wake: make(chan struct{}, 1), tally: tally{newest: map[JobKind]Event{}}, telling: tellEvery, failures: map[JobKind]int{}, stops: map[JobKind]context.CancelCauseFunc{},
	}
	if e.http == nil {
		e.http = salesforce.NewHTTPClient(salesforce.HTTPOptions{})
	}
	if e.now == nil {
		e.now = time.Now
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if e.sleep == nil {
		e.sleep = sleepFor
	}
	if e.page <= 0 || e.page > pageRows {
		e.page = pageRows
	}
	if e.after == nil {
		e.after = time.After
	}
	if e.random == nil {
		e.random = rand.Float64
	}
	return e, nil
}

// Events is where the engine tells what it does.
func (e *Engine) Events() *Events { return &e.events }

// publish stamps an event and hands it out.
func (e *Engine) publish(event Event) {
	event.At = e.now().UTC()
	e.tally.note(&event)
	e.logRun(event)
	e.events.Publish(event)
}

// logRun says in the log that a run has begun, and how it ended.
func (e *Engine) logRun(event Event) {
	switch event.Kind {
	case EventRunStarted:
		e.log.Info("a run has begun", "kind", string(event.Job), "run", event.Run)
	case EventRunEnded:
		told := []any{"kind", string(event.Job), "run", event.Run, "api_calls", event.APICalls}
		if event.Err == nil {
			e.log.Info("a run has ended", told...)
			return
		}
		told = append(told, "code", CodeOf(event.Err))
		if CodeOf(event.Err) == codeUnexpected {
			told = append(told, "error", event.Err)
		}
		e.log.Error("a run has failed", told...)
	default:
	}
}

func sleepFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
