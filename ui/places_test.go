package ui

import (
	"slices"
	"testing"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// place is a screen, a part of one or a dialog: the keys that open it and what is done there.
type place struct {
	name   string
	open   []string        // the keys that open it
	then   []string        // the keys pressed there, where there is something to press them on
	ready  func(*console)  // what is prepared last
	world  func() *world   // nil: the sample
	states []string        // nil: every state
	typed  bool            // then is typed into a field, which a role that is refused does not have
	make   func(*services) // what the fakes lack
}

// services is what a place is given, for changing.
type services = Services

// The states that a place is drawn in; "too small" is a place of its own.
const (
	usual    = "usual"
	loading  = "loading"
	empty    = "empty"
	failed   = "error"
	away     = "stale"     // no engine runs: what is shown may be old
	readOnly = "read only" // support
	tester   = "tester"
	aMember  = "member"
	running  = "running"
)

func everyState() []string {
	return []string{usual, loading, empty, failed, away, readOnly, tester, aMember, running}
}

// lasting are the states of what reads nothing of its own.
func lasting() []string { return []string{usual, away, readOnly, tester, aMember, running} }

// filled are the states of what is never empty.
func filled() []string {
	return slices.DeleteFunc(everyState(), func(state string) bool { return state == empty })
}

// asked are the states of what asks before an act: refused for some.
func asked() []string { return []string{usual, readOnly, aMember} }

func keys(names ...string) []string { return names }

// places is the table of everything the console can show.
func places() []place {
	return append(append(append(screens(), above()...), dialogsOpen()...), moments()...)
}

// screens are the numbered screens with their parts.
func screens() []place {
	return []place{
		{name: "home", states: filled()},
		{name: "connect", open: keys("2"), states: filled()},
		{name: "connect-fields", open: keys("2", "]"), then: keys("j"), states: keys(usual, aMember)},
		{name: "users", open: keys("3"), then: keys("j")},
		{name: "users-roles", open: keys("3", "]"), then: keys("j", "j", "space")},
		{name: "users-licences", open: keys("3", "[")},
		{name: "matches", open: keys("4"), then: keys("j", "j")},
		{name: "matches-why-not", open: keys("4"), then: keys("w", "w"), world: unmatchedWorld, states: keys(usual, empty, readOnly)},
		{name: "writeback", open: keys("5"), then: keys("j")},
		{name: "people", open: keys("5", "]"), then: keys("j")},
		{name: "trial", open: keys("5", "]", "]"), states: filled()},
		{name: "shadow", open: keys("5", "]", "]", "]"), states: lasting()},
		{name: "shadow-done", open: keys("5", "]", "]", "]", "enter"), then: keys("j")},
		{name: "shadow-sum", open: keys("5", "]", "]", "]", "a"), then: keys("j")},
		{name: "outbox", open: keys("5", "[", "["), then: keys("j")},
		{name: "unassigned", open: keys("5", "["), then: keys("j")},
		{name: "opps", open: keys("6"), then: keys("j")},
		{name: "opps-saves", open: keys("6"), then: keys("tab", "j"), states: lasting()},
		{name: "roi", open: keys("7")},
		{name: "settings", open: keys("8"), then: keys("j", "enter")},
		{name: "audit", open: keys("9"), then: keys("j")},
		{name: "mine", open: keys("0")},
	}
}

// above are the screens that open above another.
func above() []place {
	return []place{
		{name: "matches-detail", open: keys("4", "enter"), states: lasting()},
		{name: "matches-telling", open: keys("4", "t"), then: keys("j"), states: keys(usual, empty, readOnly)},
		{name: "thresholds", open: keys("4", "T"), then: keys("k", "k"), states: keys(usual, loading, empty, failed, readOnly)},
		{name: "rematch", open: keys("4", "m"), then: keys("j"), states: keys(usual, loading, failed, away, running)},
		{name: "duplicates", open: keys("4", "D"), then: keys("j"), states: keys(usual, loading, failed, away, running)},
		{name: "tie", open: keys("5", "[", "m"), then: keys("j"), states: keys(usual, loading, failed)},
		{name: "stale-saves", open: keys("6", "t"), then: keys("j")},
		{name: "approvals", open: keys("9", "v"), then: keys("j"), world: proposing},
		{name: "runs", open: keys("r"), then: keys("j")},
		{name: "run", open: keys("r", "j", "enter"), states: keys(usual, failed)},
		{name: "roi-deals", open: keys("7", "i"), then: keys("j"), states: keys(usual, loading, failed, away, tester)},
		{name: "roi-deal", open: keys("7", "i", "enter"), states: keys(usual, loading, failed, away, tester)},
		{name: "search", open: keys("F")},
		{name: "search-in", open: keys("F"), then: keys("down", "c", "/", "o", "k"), states: keys(usual, empty)},
		{name: "search-companies", open: keys("F", "down", "]"), then: keys("j"), states: keys(usual)},
		{name: "person", open: keys("F", "enter"), then: keys("j", "j", "j", "j", "j", "j", "j", "j"), states: keys(usual, loading, failed, away, readOnly, tester, aMember, running)},
		{name: "person-outside", open: keys("F", "down", "j", "enter"), states: keys(usual, readOnly)},
		{name: "company", open: keys("F", "down", "]", "enter"), states: keys(usual, loading, failed, readOnly)},
		{name: "person-kept", open: keys("F", "enter", "K"), then: keys("j", "j"), states: keys(usual, loading, failed, away, running)},
		{name: "person-erase", typed: true, open: keys("F", "enter", "K"), then: keys("X", "D"), states: keys(usual)},
		{name: "set-up", open: keys("8", "T"), states: keys(usual, loading, failed, away, readOnly, running)},
		{name: "set-up-searched", open: keys("8", "T"), then: keys("/", "a", "m", "enter", "n"), states: keys(usual)},
		{name: "set-up-compared", open: keys("8", "T"), then: keys("i", "x", "enter"), states: keys(usual)},
		{name: "set-up-apply", open: keys("8", "T"), then: keys("i", "x", "enter", "a"), states: keys(usual)},
		{name: "backup", open: keys("8", "B"), states: keys(usual, readOnly)},
		{name: "backup-asked", typed: true, open: keys("8", "B"), then: keys("b", "tab", "p", "a", "s", "s"), states: keys(usual)},
		{name: "verified", open: keys("8", "B"), then: keys("v"), states: keys(usual)},
		{name: "purge", typed: true, open: keys("2", "P"), then: keys("A", "c", "m"), states: keys(usual, loading, failed, away, readOnly, running)},
		{name: "purge-done", open: keys("2", "P"), then: keys("A", "c", "m", "e", "tab", "tab", "enter"), states: keys(usual)},
		{name: "reader", typed: true, open: keys("I"), then: keys("a", "tab", "b"), states: lasting()},
	}
}

// dialogsOpen are the questions, the palette and the help.
func dialogsOpen() []place {
	return []place{
		{name: "palette", then: keys(":", "s", "y", "n", "c", "tab"), states: asked()},
		{name: "help", open: keys("4"), then: keys("?"), states: asked()},
		{name: "help-searched", open: keys("4"), then: keys("?", "/", "m", "a", "r", "k", "enter"), states: keys(usual)},
		{name: "thresholds-set", open: keys("4", "T"), then: keys("k", "k", "w"), states: asked()},
		{name: "bulk", open: keys("4"), then: keys("b"), states: keys(usual, readOnly)},
		{name: "matches-marked", open: keys("4"), then: keys("space", "a", "a", "r"), typed: true, states: asked()},
		{name: "accept-marked", open: keys("4"), then: keys("space", "space", "A"), states: asked()},
		{name: "retry-all", open: keys("5", "[", "["), then: keys("A"), states: asked()},
		{name: "remove-written", typed: true, open: keys("5", "[", "["), then: keys("X", "A", "c"), world: writtenWorld("written"), states: asked()},
		{name: "remove-kept", open: keys("5", "[", "["), then: keys("X"), world: writtenWorld("unassigned"), states: keys(usual)},
		{name: "trial-preview", open: keys("5", "]", "]"), then: keys("enter"), states: asked()},
		{name: "disconnect", open: keys("2"), then: keys("D"), states: asked()},
		{name: "users-plan", open: keys("3", "]"), then: keys("j", "j", "space", "p"), states: asked()},
		{name: "audit-undo", open: keys("9"), then: keys("u"), world: bulkDone, states: asked()},
		{name: "auto-map", open: keys("3"), then: keys("A"), states: asked()},
		{name: "seat-new", open: keys("3", "+"), states: keys(usual)},
		{name: "seat-edit", open: keys("3", "E"), then: keys("tab"), states: keys(usual)},
		{name: "user-new", typed: true, open: keys("3", "C"), then: keys("a", "n", "a", "enter"), states: keys(usual)},
		{name: "user-key", typed: true, open: keys("3", "K"), then: keys("a", "n", "a", "tab", "k"), states: keys(usual)},
		{name: "user-remove", open: keys("3", "D"), states: keys(usual)},
		{name: "note-new", open: keys("0", "+"), then: keys("tab", "tab", "tab", "tab"), states: keys(aMember)},
		{name: "licences-plan", open: keys("3", "["), then: keys("p"), states: asked()},
		{name: "stale-clean", open: keys("6", "t"), then: keys("C"), states: asked()},
		{name: "approve", open: keys("9", "v"), then: keys("a"), world: proposing, states: asked()},
		{name: "refuse", open: keys("9", "v"), then: keys("x", "n", "o"), typed: true, world: proposing, states: asked()},
		{name: "bulk-help", open: keys("4"), then: keys("b", "?"), states: keys(usual)},
		{name: "bulk-proposed", open: keys("4"), then: keys("b"), world: proposing, states: keys(usual)},
		{name: "purge-proposed", typed: true, open: keys("2", "P"), then: keys("A", "c", "m", "e", "tab", "tab"), world: proposing, states: keys(usual)},
		{name: "written-proposed", typed: true, open: keys("5", "[", "["), then: keys("X"), world: func() *world { w := writtenWorld("written")(); w.overview.SecondAdmin = true; return w }, states: keys(usual)},
		{name: "roi-consent", open: keys("7"), then: keys("c"), states: asked()},
		{name: "settings-apply", open: keys("8"), then: keys("j", "enter", "w"), states: asked()},
		{name: "audit-details", open: keys("9"), then: keys("enter"), states: keys(usual)},
		{name: "export", open: keys("4"), then: keys("e"), states: asked()},
		{name: "demo-menu", then: keys("!"), states: keys(usual), make: func(s *services) { s.Demo = demoFake{sampleWorld()} }},
		{name: "error-details", open: keys("6"), states: keys(failed), ready: func(c *console) { c.press("e") }},
	}
}

// moments are what only happens for a while, and installations that are not the usual one.
func moments() []place {
	return []place{
		{name: "users-filter", open: keys("3"), then: keys("/", "c", "h", "l", "o"), typed: true, states: keys(usual, readOnly)},
		{name: "outbox-filtered", open: keys("5", "[", "["), then: keys("/", "c", "h", "l", "o", "enter"), states: keys(usual)},
		{name: "audit-news", open: keys("9"), then: keys("j"), states: keys(usual, readOnly), ready: func(c *console) {
			for range 12 {
				c.send(byKaja(crmsync.ActSeatPin, "seat seat-1"))
			}
		}},
		{name: "outbox-news", open: keys("5", "[", "["), then: keys("j"), states: keys(usual), ready: func(c *console) { c.send(eventMsg{Kind: crmsync.EventOutbox}) }},
		{name: "opps-filter-none", open: keys("6"), then: keys("/", "z", "z", "z", "enter"), states: keys(usual)},
		{name: "too-small", states: keys(usual), ready: func(c *console) { c.app.width, c.app.height = 59, 15 }},
		{name: "connect-choose", open: keys("2"), world: unconnectedWorld, states: keys(usual, readOnly, aMember)},
		{name: "connect-signin", open: keys("2"), world: unconnectedWorld, states: keys(usual), ready: func(c *console) {
			screen := c.app.tabs[tabConnect].top().(*connect)
			screen.step, screen.waiting, screen.pending = stepSignIn, true, &pendingFake{world: unconnectedWorld()}
		}},
		{name: "home-paused", world: pausedWorld, states: keys(usual, readOnly, running)},
		{name: "home-silent", states: keys(usual), ready: func(c *console) {
			importUnderWay(c)
			c.send(eventMsg{Kind: crmsync.EventProgress, Job: crmsync.JobImport, Run: "r", Object: "Contact", Step: "pages", At: testNow.Add(-time.Minute), Done: 434100, Total: 612480, Silent: true})
		}},
		{name: "home-broken", world: brokenWorld, states: keys(usual)},
		{name: "first-run", world: func() *world { return &world{overview: Overview{Connected: ConnectedNone}} }, states: keys(usual, readOnly, aMember)},
		{name: "home-unreachable", world: unreachableWorld, states: keys(usual, aMember)},
		{name: "trial-running", open: keys("5", "]", "]"), states: keys(usual), ready: trialUnderWay},
		{name: "trial-done", open: keys("5", "]", "]"), then: keys("enter", "y"), states: keys(usual)},
		{name: "roi-other-currency", open: keys("7"), then: keys("x"), states: keys(usual)},
		{name: "roi-no-consent", open: keys("7"), world: withoutConsent, states: keys(usual, tester)},
		{name: "proposed", open: keys("4"), world: proposing, states: keys(usual), ready: func(c *console) {
			c.send(actedMsg{what: "accept in bulk", err: &crmsync.Waiting{Approval: store.Approval{Summary: "accept 214 matches with a score of at least 95 %"}}})
		}},
		{name: "someone-else", open: keys("4"), then: keys("j"), states: keys(usual), ready: func(c *console) { c.send(byKaja(crmsync.ActMatchReject, "record 0035g0000000000001")) }},
		{name: "data-is-old", open: keys("4"), states: keys(usual), ready: func(c *console) {
			w := c.app.Services.Matches.(matchFake).world
			w.err = busyError{}
			c.press("R")
		}},
		{name: "failed-act", open: keys("4"), states: keys(usual), ready: func(c *console) {
			c.send(actedMsg{what: "accept the match", err: busyError{}})
		}},
	}
}

func unconnectedWorld() *world {
	w := sampleWorld()
	w.conn = Connection{State: ConnectedNone}
	w.overview = Overview{Connected: ConnectedNone}
	return w
}

// unreachableWorld has an import that found out at its second object that the org cannot be reached.
func unreachableWorld() *world {
	w := sampleWorld()
	for i := range w.overview.Run.Objects[1:] {
		o := &w.overview.Run.Objects[1+i]
		o.New, o.Changed, o.Removed, o.APICalls, o.Took, o.State, o.Word = 0, 0, 0, 0, 0, StateBad, "salesforce.unreachable"
	}
	w.overview.Run.Problem = "import UserRole: cannot reach acme.my.salesforce.com: dial tcp: lookup acme.my.salesforce.com: no such host. " +
		"Check the name acme.my.salesforce.com, the network and the proxy (HTTPS_PROXY) of this machine; it is tried again."
	return w
}

// pausedWorld has a schedule that starts nothing.
func pausedWorld() *world {
	w := sampleWorld()
	w.overview.ImportsPaused, w.overview.WritebackPaused, w.overview.NextSync = true, true, time.Time{}
	return w
}

// brokenWorld has an import whose process has died at the contacts.
func brokenWorld() *world {
	w := sampleWorld()
	w.overview.EngineAway = true
	w.overview.Run.Broken, w.overview.Run.Ended = true, time.Time{}
	w.overview.Run.Objects = slices.Clone(w.overview.Run.Objects)
	for i := range w.overview.Run.Objects {
		switch o := &w.overview.Run.Objects[i]; o.Object {
		case "Contact":
			o.State, o.Word = StateWarn, "broken off"
		case "Lead", "Opportunity":
			o.State, o.Word = StateOff, "not read"
		}
	}
	return w
}

// unmatchedWorld has records without a member, for the reasons that there are.
func unmatchedWorld() *world {
	w := sampleWorld()
	for i := range w.matches {
		w.matches[i].State, w.matches[i].Reason = "none", matchReasons()[1+i%(len(matchReasons())-1)]
		w.matches[i].Member, w.matches[i].MemberName, w.matches[i].Score = "", "", 0
		x := w.explain[w.matches[i].Record]
		x.Member, x.MemberName, x.State, x.Why = "", "", "none", "two members fit equally well: "+hostile[i%len(hostile)]
		w.explain[w.matches[i].Record] = x
	}
	return w
}

// bulkDone is the world in which the newest act was one of many.
func bulkDone() *world {
	w := sampleWorld()
	w.audit[0].Act, w.audit[0].What, w.audit[0].Undoable = string(crmsync.ActMatchBulk), "accepted 214 matches in bulk", true
	return w
}

// writtenWorld has one activity, which was written.
func writtenWorld(state string) func() *world {
	return func() *world {
		w := sampleWorld()
		for _, r := range w.outbox {
			if r.State == "written" {
				r.State = state
				w.outbox = []OutboxItem{r}
			}
		}
		return w
	}
}

func trialUnderWay(c *console) {
	screen := c.app.tabs[tabWriteback].top().(*writeback)
	screen.trial.begin()
	screen.trial.running = true
	for i, step := range crmsync.TrialSteps()[:3] {
		c.send(eventMsg{Kind: crmsync.EventTrial, Step: step, Done: int64(i)})
		c.send(eventMsg{Kind: crmsync.EventTrial, Step: step, Done: int64(i), Text: "done"})
	}
	c.send(eventMsg{Kind: crmsync.EventTrial, Step: crmsync.TrialWrite, Done: 3})
}

// importUnderWay is an import that has read seven of ten contacts.
func importUnderWay(c *console) {
	began := testNow.Add(-188 * time.Second)
	c.send(eventMsg{Kind: crmsync.EventRunStarted, Job: crmsync.JobImport, Run: "r", At: began})
	c.send(eventMsg{Kind: crmsync.EventProgress, Job: crmsync.JobImport, Run: "r", Object: "Contact", Step: "pages", At: began, Done: 1, Total: 612480})
	c.send(eventMsg{Kind: crmsync.EventProgress, Job: crmsync.JobImport, Run: "r", Object: "Contact", Step: "pages", At: testNow, Done: 434100, Total: 612480})
}

// taken is how many of the keys are pressed in a state.
func (p place) taken(state string) int {
	if p.typed && slices.Contains(keys(readOnly, tester, aMember), state) {
		return 0
	}
	return len(p.then)
}

// in opens the place in a state.
func (p place) in(t *testing.T, state string) *console {
	w := sampleWorld()
	if p.world != nil {
		w = p.world()
	}
	actor := admin()
	switch state {
	case empty:
		w = &world{overview: w.overview, conn: w.conn, consent: w.consent, explain: map[string]Explanation{}}
	case away:
		w.overview.EngineAway = true
	case readOnly:
		actor = crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport, Via: "console"}
	case tester:
		actor = crmsync.Actor{Name: "tess", Role: crmsync.RoleTester, Via: "console"}
	case aMember:
		actor = crmsync.Actor{Name: "hugo", Role: crmsync.RoleMember, Seat: "seat-1", Via: "console"}
	}
	services := w.services()
	if p.make != nil {
		p.make(&services)
	}
	last := len(p.open) - 1
	c := begin(t, setup{services: services, actor: actor})
	c.held = last < 0 && state == loading
	if last < 0 && state == failed {
		w.err = busyError{}
	}
	c.run(c.app.Init())
	for i, key := range p.open {
		if i == last && state == loading {
			c.held = true
		}
		if i == last && state == failed {
			w.err = busyError{}
		}
		c.press(key)
	}
	switch state {
	case loading:
		c.now = c.now.Add(time.Second)
	case running:
		importUnderWay(c)
	}
	if state != loading && state != failed {
		c.press(p.then[:p.taken(state)]...)
	}
	if p.ready != nil {
		p.ready(c)
	}
	return c
}
