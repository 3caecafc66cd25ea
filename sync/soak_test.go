package sync

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// The soak runs for a while, or for a number of rounds to repeat what was seen:
// go test ./sync -run Soak -timeout 0 -soak 2h.
var (
	soakFor    = flag.Duration("soak", 0, "how long the soak test runs by the wall clock; 0 is -soakrounds")
	soakRounds = flag.Int("soakrounds", 12, "how many imports the soak test makes when -soak is 0")
	soakSeed   = flag.Uint64("soakseed", 1, "what the soak test draws its faults and changes from")
)

// soak is an org that lives, imported every twelve hours by its clock while
// faults are switched on and off.
type soak struct {
	*harness
	life   *life
	gate   *gate
	apart  *independent
	start  time.Time
	faults map[string]int // how often each was switched on
	counts map[string]int // how imports ended, and what was seen
}

// An org that lives and fails in every way, imported twice a day for a long
// time: no import leaves the store with less or more than its watermark says,
// and the last one makes it equal to the org, row by row and field by field.
func TestSoak(t *testing.T) {
	t.Parallel()
	seed, began := *soakSeed, time.Now()
	rounds := 0
	again := func() string {
		return fmt.Sprintf("again: go test ./sync -run 'TestSoak$' -timeout 0 -soakseed %d -soakrounds %d", seed, rounds)
	}
	s := newSoak(t, seed)
	for ; !t.Failed() && (*soakFor == 0 && rounds < *soakRounds || time.Since(began) < *soakFor); rounds++ {
		s.round(seed, rounds)
	}
	if t.Failed() {
		rounds++
		t.Fatal(again())
	}
	s.settle()
	if t.Failed() {
		t.Fatal(again())
	}
	t.Logf("seed %d: %d imports in %v by the wall, %v by the org's clock", seed, rounds, time.Since(began).Round(time.Second), s.clock.Now().Sub(s.start).Round(time.Hour))
	t.Logf("the org's life: %v", s.life.done)
	t.Logf("%d of %d faults were switched on: %v", len(s.faults), len(orgsim.Scenarios()), s.faults)
	t.Logf("how imports ended, and what was seen: %v", s.counts)
}

func newSoak(t *testing.T, seed uint64) *soak {
	t.Helper()
	h := newHarness(t, orgsim.Config{Contacts: 120, Seed: seed})
	s := &soak{harness: h, gate: h.gated(), faults: map[string]int{}, counts: map[string]int{}, start: h.clock.Now()}
	h.page = 25
	h.engine = h.another()
	h.connect()
	s.apart = h.independent()
	connection, err := h.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.life = &life{t: t, org: h.org, protected: connection.UserID, done: map[string]int{}, binned: map[string]bool{}}
	s.life.knows(s.apart.all(), s.start)
	return s
}

// round lets half a day pass, imports under faults, and compares.
func (s *soak) round(seed uint64, round int) {
	s.t.Helper()
	random := rand.New(rand.NewPCG(seed, uint64(round)))
	s.life.random = random
	began := s.clock.Now()
	s.halfADay(random)
	faults := s.life.faults()
	for _, fault := range faults {
		name, _, _ := strings.Cut(fault, ":")
		name, _, _ = strings.Cut(name, "=")
		s.faults[name]++
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	crash := s.disturb(random, faults, cancel)
	report, err := s.engine.Import(ctx, s.admin, ImportOptions{Full: random.IntN(8) == 0})
	s.gate.watch(nil)
	s.scenarios()
	s.ended(report, err, ctx.Err() != nil)
	if crash {
		s.engine = s.another()
	}
	s.signInAgain()
	all := s.apart.all()
	s.holds(all)
	s.life.knows(all, began)
	if s.t.Failed() {
		s.t.Logf("round %d, faults %v, report %+v, %v", round, faults, report, err)
	}
}

// halfADay lets changes happen, some of them in the minutes before the import
// and some with a stamp that lies back.
func (s *soak) halfADay(random *rand.Rand) {
	s.t.Helper()
	pause := 12 * time.Hour
	switch random.IntN(30) {
	case 0:
		pause = 16 * 24 * time.Hour // longer than the org remembers deletions
	case 1, 2:
		pause = 3 * 24 * time.Hour
	}
	if random.IntN(4) == 0 {
		s.scenarios("late-commit")
	}
	moments := []time.Duration{0, pause}
	for range random.IntN(25) {
		moments = append(moments, time.Duration(random.Int64N(int64(pause))))
	}
	for range random.IntN(6) {
		moments = append(moments, pause-time.Duration(random.Int64N(int64(8*time.Minute))))
	}
	slices.Sort(moments)
	for i, at := range moments[1:] {
		s.clock.Advance(at - moments[i])
		s.life.happens()
	}
}

// disturb decides what happens while the import runs: faults from the start or
// from some request on, changes between two requests, an end of all sessions, a
// revocation, or the end of the importing process, which it tells.
func (s *soak) disturb(random *rand.Rand, faults []string, kill func()) (crash bool) {
	s.t.Helper()
	from, revoked, expired, killed := 0, -1, -1, -1
	if random.IntN(2) == 0 {
		from = random.IntN(40)
	}
	switch random.IntN(20) {
	case 0:
		revoked = random.IntN(40)
	case 1, 2:
		expired = random.IntN(40)
	case 3, 4:
		killed, crash = random.IntN(60), true
	}
	var lively []int
	for range random.IntN(8) {
		lively = append(lively, random.IntN(60))
	}
	s.scenarios()
	n := -1
	s.gate.watch(func(*http.Request) {
		n++
		switch n {
		case revoked:
			s.inside("revoke")
		case expired:
			s.inside("expire")
		case killed:
			s.counts["killed"]++
			kill()
		}
		if n == from {
			if err := s.org.SetScenarios(faults...); err != nil {
				s.t.Error(err)
			}
		}
		for _, at := range lively {
			if at == n {
				s.life.happens()
			}
		}
	})
	return crash
}

func (s *soak) inside(kind string) {
	s.counts[kind]++
	if _, err := s.org.Change(orgsim.Change{Kind: kind}); err != nil {
		s.t.Error(err)
	}
}

// ended counts how an import ended. Whatever it was, a user has to know it.
func (s *soak) ended(report ImportReport, err error, killed bool) {
	s.t.Helper()
	switch {
	case err == nil && report.OK:
		s.counts["ended well"]++
	case err == nil:
		s.counts["ended partly"]++
	default:
		s.counts["ended as a whole"]++
	}
	if killed {
		return
	}
	if err != nil && (CodeOf(err) == "internal" || HintOf(err) == "") {
		s.t.Errorf("an error without code or hint: %v", err)
	}
	for _, object := range report.Objects {
		if object.Error != nil {
			s.counts["seen "+object.Error.Code]++
			if object.Error.Code == "internal" {
				s.t.Errorf("%s: an error without a code: %+v", object.Object, *object.Error)
			}
		}
	}
}

// signInAgain does what a person does when the org has ended the sign-in.
func (s *soak) signInAgain() {
	s.t.Helper()
	connection, err := s.store.Connection(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if connection.State == store.Revoked {
		s.counts["signed in again"]++
		s.connect()
	}
}

// holds checks what must be true after every import, good or bad: what changed
// before a watermark is in as it is, and no live record is marked as deleted.
func (s *soak) holds(all map[string]orgRows) {
	s.t.Helper()
	for object, rows := range all {
		have, state := s.stored(object), s.importState(object)
		if state.Watermark.IsZero() {
			continue
		}
		skip := func(field string) bool { return !slices.Contains(state.Fields, field) }
		mark := state.Watermark.UTC().Format("2006-01-02T15:04:05.000Z")
		for _, row := range rows {
			record, is := have[row.id]
			switch {
			case row.fields["SystemModstamp"] > mark:
				if is && record.Deleted && !row.deleted && s.life.undeleted == 0 && !s.life.binned[row.id] {
					s.t.Errorf("%s %s is live and marked as deleted", object, row.id)
				}
			case !is && !row.deleted:
				s.t.Errorf("%s %s of %s is missing, the watermark is %s", object, row.id, row.fields["SystemModstamp"], mark)
			case is:
				if difference := row.differs(record, skip); difference != "" {
					s.t.Errorf("%s %s of %s, the watermark is %s: %s", object, row.id, row.fields["SystemModstamp"], mark, difference)
				}
			}
		}
	}
}

// settle ends the soak: half a day without changes and faults, and a week later
// the comparison of ids. Then store and org are the same.
func (s *soak) settle() {
	s.t.Helper()
	for _, pause := range []time.Duration{12 * time.Hour, 8 * 24 * time.Hour} {
		s.clock.Advance(pause)
		s.imports(ImportOptions{})
	}
	s.sameAsOrg(s.apart)
	rows := 0
	for _, object := range objectNames {
		rows += len(s.stored(object))
	}
	s.t.Logf("%d rows of seven objects are the org's, field by field", rows)
}
