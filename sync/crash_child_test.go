package sync

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"crmsync/store"
)

// crashOrderName is the environment variable that tells a child process what to do.
const crashOrderName = "CRMSYNC_TEST_CRASH"

// crashOrder is what a child process does until it is killed.
type crashOrder struct {
	Dir    string
	Now    time.Time // where its clock begins
	Since  time.Time // when that was, for processes that share a clock; zero = when it starts
	Jobs   []JobKind // what it does, in this order, Times times
	Times  int
	Full   bool   // whole imports
	Page   int    // rows of an import's page
	Member Actor  // whose activities it records
	With   string // the person they are with
	Label  string // begins the text of each activity
	Adds   int    // how many it records before each turn
	Alone  bool   // takes no lock, as an engine on a database server
	Dies   string // instead of all that: imports, and is killed after this part of what follows the pages
	Blind  bool   // sends again whatever an earlier process left unanswered: what must be found
}

// The child says on a line of its own what it has done, so that the parent knows it after the kill.
const (
	saidAdded = "added "
	saidError = "error "
)

// TestCrashChild is the process that is killed.
func TestCrashChild(t *testing.T) {
	text := os.Getenv(crashOrderName)
	if text == "" {
		t.Skip("runs as the child of the crash tests")
	}
	var order crashOrder
	if err := json.Unmarshal([]byte(text), &order); err != nil {
		t.Fatal(err)
	}
	began := order.Since
	if began.IsZero() {
		began = time.Now()
	}
	var slept atomic.Int64
	now := func() time.Time { return order.Now.Add(time.Since(began) + time.Duration(slept.Load())) }
	key := testKey()
	opened, err := store.Open(t.Context(), store.Options{Dir: order.Dir, Key: &key, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	lock := order.Dir
	if order.Alone {
		lock = ""
	}
	engine, err := New(Options{Store: opened, Dir: lock, PageRows: order.Page, Now: now,
		Sleep: func(ctx context.Context, d time.Duration) error { slept.Add(int64(d)); return ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(t.Context(), syscall.SIGTERM) // as the command line does
	defer stop()
	if order.Dies != "" {
		t.Fatal(order.dies(ctx, engine))
	}
	for turn := range order.Times {
		if err := order.turn(ctx, engine, turn); err != nil && ctx.Err() == nil {
			fmt.Println(saidError + CodeOf(err) + " " + oneLine(err.Error()))
		}
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
}

// turn records activities and does each job once.
func (o crashOrder) turn(ctx context.Context, engine *Engine, turn int) error {
	for i := range o.Adds {
		body, kind := fmt.Sprintf("%s-%d-%d", o.Label, turn, i), KindNote
		if i%2 == 1 {
			kind = KindMessage
		}
		if _, err := engine.AddActivity(ctx, o.Member, NewActivity{Kind: kind, With: o.With, Subject: "about " + body, Body: body}); err != nil {
			return err
		}
		fmt.Println(saidAdded + body)
	}
	if o.Blind {
		if err := resendBlindly(ctx, engine.store); err != nil {
			return err
		}
	}
	for _, job := range o.Jobs {
		var options any
		if job == JobImport {
			options = ImportOptions{Full: o.Full}
		}
		if _, err := engine.Request(ctx, Actor{Name: "ana", Role: RoleAdmin}, job, options, true); err != nil {
			return err
		}
	}
	return nil
}

// resendBlindly does what must never be done.
func resendBlindly(ctx context.Context, s *store.Store) error {
	return s.Write(ctx, func(tx *store.Tx) error {
		for _, state := range []store.OutboxState{store.OutboxSending, store.OutboxDoubtful} {
			items, err := tx.OutboxByState(state, "", 1000)
			if err != nil {
				return err
			}
			for _, item := range items {
				item.State, item.NextAt = store.OutboxQueued, item.SentAt
				if err := tx.PutOutbox(item); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
