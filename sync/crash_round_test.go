package sync

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	gosync "sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// crash kills processes that work on one store and one org, and compares the two.
type crash struct {
	*harness
	random   *rand.Rand
	wire     *wire
	member   Actor
	with     string // the person that activities are with; "" = imports are killed
	life     *life
	apart    *independent
	blind    bool
	complain func(format string, args ...any)
	dir      string
	rounds   int
	usual    time.Duration   // how long a process takes that is left alone
	known    map[string]bool // activities that were acknowledged since the last comparison
	after    string          // the newest activity of the last comparison
	since    time.Time       // the last comparison
	figures  crashFigures
}

// crashFigures are what a crash test reports.
type crashFigures struct {
	Rounds, Kills, Stops, Faults, Activities, Records, Doubtful int
	Lost, Doubled, Stuck                                        int
}

func (f *crashFigures) add(other crashFigures) {
	f.Rounds += other.Rounds
	f.Kills += other.Kills
	f.Stops += other.Stops
	f.Faults += other.Faults
	f.Activities += other.Activities
	f.Records += other.Records
	f.Doubtful += other.Doubtful
	f.Lost += other.Lost
	f.Doubled += other.Doubled
	f.Stuck += other.Stuck
}

// String implements fmt.Stringer.
func (f crashFigures) String() string {
	return fmt.Sprintf("%d rounds, %d kills, %d stopped by SIGTERM, %d faults on the wire, %d activities, %d records compared, %d doubtful on the way; %d lost, %d doubled, %d stuck",
		f.Rounds, f.Kills, f.Stops, f.Faults, f.Activities, f.Records, f.Doubtful, f.Lost, f.Doubled, f.Stuck)
}

func newCrash(t *testing.T, h *harness, seed uint64) *crash {
	t.Helper()
	return &crash{harness: h, random: rand.New(rand.NewPCG(seed, 5)), complain: t.Errorf, known: map[string]bool{}, usual: 150 * time.Millisecond}
}

// begin puts the wire before the org and leaves the store to the processes.
func (c *crash) begin() *crash {
	c.t.Helper()
	// The server asks from its own goroutines, and c.random is of this one.
	c.wire = newWire(c.org.Handler(), c.clock.Now, func() time.Duration { return rand.N(10 * time.Minute) })
	c.front.set(c.wire)
	c.dir, c.since = c.store.Dir(), c.clock.Now()
	c.closeStore()
	return c
}

func (c *crash) closeStore() {
	c.t.Helper()
	if err := c.store.Close(); err != nil {
		c.t.Fatal(err)
	}
}

// order is what the process of this round does.
func (c *crash) order() crashOrder {
	order := crashOrder{Dir: c.dir, Now: c.clock.Now(), Times: 1 + c.random.IntN(2), Page: c.page, Blind: c.blind}
	if c.with == "" {
		order.Jobs, order.Full = []JobKind{JobImport}, c.random.IntN(8) == 0
		return order
	}
	order.Jobs = []JobKind{JobWriteback}
	if c.random.IntN(10) == 0 { // a clock that is ahead of the org's
		order.Now = order.Now.Add(time.Duration(c.random.Int64N(int64(15 * time.Minute))))
	}
	if c.random.IntN(10) == 0 {
		order.Jobs = []JobKind{JobImport, JobWriteback}
	}
	order.Member, order.With, order.Adds = c.member, c.with, 1+c.random.IntN(3)
	order.Label = fmt.Sprint("round ", c.rounds)
	return order
}

// strikes draws what happens on the wire, to the requests that write or to all, and whether it kills.
func (c *crash) strikes() (strikes map[int]wireStrike, writes, kills bool) {
	if c.blind {
		return map[int]wireStrike{1: strikeKillAfter}, true, true
	}
	strikes, writes = map[int]wireStrike{}, c.random.IntN(3) > 0
	last := 14
	switch {
	case c.with == "":
		last, writes = 60, false
	case writes:
		last = 4
	}
	for range c.random.IntN(3) {
		strikes[1+c.random.IntN(last)] = wireFaults[c.random.IntN(len(wireFaults))]
	}
	c.figures.Faults += len(strikes)
	if kills = c.random.IntN(2) == 0; kills {
		strikes[1+c.random.IntN(last)] = wireKills[c.random.IntN(len(wireKills))]
	}
	return strikes, writes, kills
}

// round starts a process, kills it, and keeps what it acknowledged.
func (c *crash) round() {
	c.t.Helper()
	c.rounds++
	c.clock.Advance(time.Second + time.Duration(c.random.Int64N(int64(3*time.Minute))))
	c.wire.arrive()
	if c.life != nil {
		for range c.random.IntN(4) {
			c.life.happens()
		}
	}
	order, err := json.Marshal(c.order())
	if err != nil {
		c.t.Fatal(err)
	}
	child := exec.CommandContext(c.t.Context(), os.Args[0], "-test.run", "^TestCrashChild$")
	child.Env = append(os.Environ(), crashOrderName+"="+string(order))
	var said bytes.Buffer
	child.Stdout, child.Stderr = &said, os.Stderr
	strikes, writes, byWire := c.strikes()
	end := c.ending(child)
	c.wire.round(strikes, writes, end.now)
	began := time.Now()
	if err := child.Start(); err != nil {
		c.t.Fatal(err)
	}
	close(end.begun)
	if !byWire && c.random.IntN(5) > 0 {
		timer := time.AfterFunc(time.Duration(c.random.Int64N(int64(c.usual))), end.now)
		defer timer.Stop()
	}
	err = child.Wait()
	c.wire.quiet()
	c.figures.Rounds++
	switch state := child.ProcessState; {
	case err == nil && end.stopped():
		c.figures.Stops++
		if took := end.took(); took > stopPatience {
			c.complain("round %d: it took %v to stop", c.rounds, took)
		}
	case err == nil:
		c.usual += (time.Since(began) - c.usual) / 8
	case state != nil && !state.Exited():
		c.figures.Kills++
	default:
		c.t.Fatalf("round %d: the process ended by itself: %v\n%s", c.rounds, err, said.String())
	}
	c.heard(said.String())
}

// stopPatience is how long a process may take to stop when it is asked to.
const stopPatience = 10 * time.Second

// ending ends a process once, by kill -9 or by asking it to stop.
type ending struct {
	child *exec.Cmd
	begun chan struct{} // closed when it runs
	stop  bool          // ask
	once  gosync.Once
	at    atomic.Int64 // when it was asked, in nanoseconds
}

func (c *crash) ending(child *exec.Cmd) *ending {
	return &ending{child: child, begun: make(chan struct{}), stop: c.random.IntN(5) == 0 && !c.blind}
}

func (e *ending) now() {
	e.once.Do(func() {
		<-e.begun
		if e.stop {
			e.at.Store(time.Now().UnixNano())
			_ = e.child.Process.Signal(syscall.SIGTERM)
			return
		}
		_ = e.child.Process.Kill()
	})
}

// stopped reports whether the process was asked to stop.
func (e *ending) stopped() bool { return e.at.Load() != 0 }

// took is the time since it was asked.
func (e *ending) took() time.Duration { return time.Since(time.Unix(0, e.at.Load())) }

// heard keeps what a process has acknowledged. A line that the kill has cut says nothing.
func (c *crash) heard(said string) {
	c.t.Helper()
	for line := range strings.Lines(said) {
		if body, ok := strings.CutPrefix(line, saidAdded); ok && strings.HasSuffix(body, "\n") {
			c.known[strings.TrimSpace(body)] = true
		}
		if text, ok := strings.CutPrefix(line, saidError); ok && strings.HasPrefix(text, "internal ") {
			c.complain("round %d: an error without a code: %s", c.rounds, text)
		}
	}
}
