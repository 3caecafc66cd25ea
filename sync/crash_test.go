package sync

import (
	"flag"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// crashRounds is how often each crash test starts the process that it kills:
//
//	go test ./sync -run Crash -rounds 10000 -timeout 0
var crashRounds = flag.Int("rounds", 16, "rounds of each crash test")

// crashEpoch is the number of rounds on one org and one store; then both are made anew, so that a round
// costs the same in a long run as in a short one.
const crashEpoch = 500

// crashCompare is the number of rounds after which store and org are compared.
const crashCompare = 8

// crashed runs the rounds of a crash test and logs its figures.
func crashed(t *testing.T, begin func(*testing.T, uint64) *crash) crashFigures {
	t.Helper()
	if testing.Short() {
		t.Skip("starts processes")
	}
	var sum crashFigures
	began, seed := time.Now(), uint64(time.Now().UnixNano())
	for done := 0; done < *crashRounds && !t.Failed(); done += crashEpoch {
		rounds := min(crashEpoch, *crashRounds-done)
		t.Run("", func(t *testing.T) {
			c := begin(t, seed+uint64(done))
			for n := 1; n <= rounds && !t.Failed(); n++ {
				c.round()
				if n%crashCompare == 0 || n == rounds {
					c.compare()
				}
			}
			sum.add(c.figures)
		})
		t.Logf("%v after %v; seed %d", sum, time.Since(began).Round(time.Second), seed)
	}
	return sum
}

// The importing process is killed at any moment, at any request and inside any answer. After
// each comparison the store is the org, field by field.
func TestCrash_import(t *testing.T) {
	sum := crashed(t, newImportCrash)
	if sum.Kills == 0 || sum.Records == 0 {
		t.Errorf("the kills show nothing: %v", sum)
	}
}

// The process that writes back is killed at any moment, before, inside and after any answer, while replies are
// lost and requests are committed up to ten minutes after their connection died. Every activity whose recording was
// acknowledged stands in the org exactly once, and nothing is stuck.
func TestCrash_writeback(t *testing.T) {
	sum := crashed(t, newWritebackCrash)
	if sum.Kills == 0 || sum.Activities == 0 || sum.Doubtful == 0 {
		t.Errorf("the kills show nothing: %v", sum)
	}
}

// The comparison sees what it is for: a process that sends again what an earlier one left unanswered doubles.
func TestCrash_showsBlindResending(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	c := newWritebackCrash(t, 1)
	c.blind = true
	c.complain = func(string, ...any) {}
	for range 12 {
		c.round()
	}
	c.compare()
	if c.figures.Doubled == 0 {
		t.Errorf("nothing was found twice although everything unanswered was sent again: %v", c.figures)
	}
}

// newWritebackCrash begins an epoch of writeback on an org of its own.
func newWritebackCrash(t *testing.T, seed uint64) *crash {
	t.Helper()
	w := writers(t, orgsim.Config{StaticRefresh: true, DailyRequests: 1 << 30})
	c := newCrash(t, w.harness, seed)
	c.member, c.with = w.member, w.linked.MemberID
	return c.begin()
}

// newImportCrash begins an epoch of imports on an org of its own, in which people work.
func newImportCrash(t *testing.T, seed uint64) *crash {
	t.Helper()
	h := newHarness(t, orgsim.Config{Contacts: 90, StaticRefresh: true, DailyRequests: 1 << 30})
	h.page = 15
	h.engine = h.another()
	h.connect()
	c := newCrash(t, h, seed)
	c.apart = h.independent()
	connection, err := h.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.life = &life{t: t, org: h.org, protected: connection.UserID, done: map[string]int{}, binned: map[string]bool{}, random: c.random}
	c.life.knows(c.apart.all(), h.clock.Now())
	return c.begin()
}
