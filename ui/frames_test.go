package ui

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	crmsync "crmsync/sync"
)

var sizes = [][2]int{{60, 16}, {80, 24}, {120, 40}, {200, 60}}

// scene is one screen in one state.
type scene struct {
	name string
	make func(*testing.T, int, int) *console
}

func scenes() []scene {
	open := func(w *world, keys ...string) func(*testing.T, int, int) *console {
		return func(t *testing.T, width, height int) *console {
			c := start(t, setup{services: w.services(), w: width, h: height})
			c.press(keys...)
			return c
		}
	}
	as := func(role crmsync.Role, keys ...string) func(*testing.T, int, int) *console {
		return func(t *testing.T, width, height int) *console {
			c := start(t, setup{services: sampleWorld().services(), actor: crmsync.Actor{Name: "sam", Role: role}, w: width, h: height})
			c.press(keys...)
			return c
		}
	}
	failing := sampleWorld()
	failing.err = errors.New("the store answered: database is locked (5)")
	unconnected := sampleWorld()
	unconnected.conn = Connection{State: ConnectedNone}
	unconnected.overview = Overview{Connected: ConnectedNone}
	return append(plainScenes(open), []scene{
		{"home-running", func(t *testing.T, w, h int) *console {
			c := start(t, setup{services: sampleWorld().services(), w: w, h: h})
			c.send(eventMsg{Kind: crmsync.EventRunStarted, Job: crmsync.JobImport, Run: "r", At: testNow.Add(-188 * time.Second)})
			c.send(eventMsg{Kind: crmsync.EventProgress, Job: crmsync.JobImport, Run: "r", Object: "Contact", Step: "pages", At: testNow.Add(-188 * time.Second), Done: 1, Total: 612480})
			c.send(eventMsg{Kind: crmsync.EventProgress, Job: crmsync.JobImport, Run: "r", Object: "Contact", Step: "pages", At: testNow, Done: 434100, Total: 612480})
			return c
		}},
		{"home-empty", open(&world{overview: Overview{Connected: ConnectedNone}})},
		{"home-error", open(failing)},
		{"trial-running", func(t *testing.T, w, h int) *console {
			c := start(t, setup{services: sampleWorld().services(), w: w, h: h})
			c.press("5", "]", "]")
			screen := c.app.tabs[tabWriteback].top().(*writeback)
			screen.trial.begin()
			screen.trial.running = true
			for i, step := range crmsync.TrialSteps()[:3] {
				c.send(eventMsg{Kind: crmsync.EventTrial, Step: step, Done: int64(i)})
				c.send(eventMsg{Kind: crmsync.EventTrial, Step: step, Done: int64(i), Text: "done"})
			}
			c.send(eventMsg{Kind: crmsync.EventTrial, Step: crmsync.TrialWrite, Done: 3})
			return c
		}},
		{"connect", open(sampleWorld(), "2")},
		{"connect-choose", open(unconnected, "2")},
		{"connect-signin", func(t *testing.T, w, h int) *console {
			c := start(t, setup{services: unconnected.services(), w: w, h: h})
			c.press("2")
			screen := c.app.tabs[tabConnect].top().(*connect)
			screen.step, screen.waiting, screen.pending = stepSignIn, true, &pendingFake{world: unconnected}
			return c
		}},
		{"connect-disconnect", open(sampleWorld(), "2", "D")},
		{"reader", open(sampleWorld(), "I", "a", "tab", "b")},
		{"purge", open(sampleWorld(), "2", "D", "P", "A", "c", "m")},
		{"purge-done", open(sampleWorld(), "2", "P", "A", "c", "m", "e", "tab", "tab", "enter")},
		{"stale-saves", open(sampleWorld(), "6", "t", "j")},
		{"stale-none", open(&world{overview: sampleWorld().overview}, "6", "t")},
		{"roi-other-currency", open(sampleWorld(), "7", "x")},
		{"roi-deals", open(sampleWorld(), "7", "i", "j")},
		{"roi-deal", open(sampleWorld(), "7", "i", "enter")},
		{"roi-consent", open(sampleWorld(), "7", "c")},
		{"roi-no-consent", open(withoutConsent(), "7")},
		{"roi-empty", open(&world{overview: sampleWorld().overview, consent: sampleWorld().consent}, "7")},
		{"roi-error", open(failing, "7")},
		{"roi-readonly", as(crmsync.RoleSupport, "7")},
		{"matches-empty", open(&world{overview: sampleWorld().overview}, "4")},
		{"matches-error", open(failing, "4")},
		{"search-empty", open(&world{overview: sampleWorld().overview}, "F")},
		{"search-error", open(failing, "F")},
		{"matches-readonly", as(crmsync.RoleSupport, "4")},
		{"matches-loading", func(t *testing.T, w, h int) *console {
			c := start(t, setup{services: sampleWorld().services(), w: w, h: h})
			c.app.Update(keyOf("4")) // its commands are not run: nothing has arrived
			c.now = c.now.Add(time.Second)
			return c
		}},
	}...)
}

// plainScenes are the screens as they are most of the time.
func plainScenes(open func(*world, ...string) func(*testing.T, int, int) *console) []scene {
	return []scene{
		{"home", open(sampleWorld())},
		{"users", open(sampleWorld(), "3")},
		{"users-roles", open(sampleWorld(), "3", "]", "j", "j", "space")},
		{"users-plan", open(sampleWorld(), "3", "]", "j", "j", "space", "p")},
		{"users-licences", open(sampleWorld(), "3", "[")},
		{"matches", open(sampleWorld(), "4", "j", "j")},
		{"matches-marked", open(sampleWorld(), "4", "space", "a", "a", "r")},
		{"matches-detail", open(sampleWorld(), "4", "enter")},
		{"bulk", open(sampleWorld(), "4", "b")},
		{"rematch", open(sampleWorld(), "4", "m", "j")},
		{"palette", open(sampleWorld(), ":", "s", "y", "n", "c", "tab")},
		{"help", open(sampleWorld(), "4", "?")},
		{"writeback", open(sampleWorld(), "5")},
		{"people", open(sampleWorld(), "5", "]")},
		{"outbox", open(sampleWorld(), "5", "[", "[")},
		{"unassigned", open(sampleWorld(), "5", "[")},
		{"trial", open(sampleWorld(), "5", "]", "]")},
		{"trial-preview", open(sampleWorld(), "5", "]", "]", "enter")},
		{"trial-done", open(sampleWorld(), "5", "]", "]", "enter", "y")},
		{"shadow", open(sampleWorld(), "5", "]", "]", "]")},
		{"shadow-done", open(sampleWorld(), "5", "]", "]", "]", "enter", "j")},
		{"retry-all", open(sampleWorld(), "5", "[", "[", "A")},
		{"tie", open(sampleWorld(), "5", "[", "m")},
		{"opps", open(sampleWorld(), "6", "j")},
		{"roi", open(sampleWorld(), "7")},
		{"settings", open(sampleWorld(), "8", "j", "enter")},
		{"audit", open(sampleWorld(), "9")},
		{"mine", open(sampleWorld(), "0")},
		{"search", open(sampleWorld(), "F")},
		{"search-in", open(sampleWorld(), "F", "c", "/", "o", "k")},
		{"person", open(sampleWorld(), "F", "enter", "j", "j", "j", "j", "j", "j", "j")},
		{"person-outside", open(sampleWorld(), "F", "j", "enter")},
	}
}

// TestFrames compares every screen and state with its golden frame, styles left out.
func TestFrames(t *testing.T) {
	for _, s := range scenes() {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s-%dx%d", s.name, size[0], size[1]), func(t *testing.T) {
				frame := s.make(t, size[0], size[1]).text()
				lines := strings.Split(frame, "\n")
				for i := range lines {
					lines[i] = strings.TrimRight(lines[i], " ")
				}
				golden.RequireEqual(t, []byte(strings.Join(lines, "\n")+"\n"))
			})
		}
	}
}

// TestFramesFill checks that every frame has exactly h lines of exactly w columns, with and without colour
// and Unicode marks, at sizes nobody thought of as well.
func TestFramesFill(t *testing.T) {
	more := append([][2]int{{61, 17}, {79, 23}, {99, 25}, {100, 30}, {101, 16}, {133, 51}, {20, 5}}, sizes...)
	for _, s := range scenes() {
		for _, size := range more {
			c := s.make(t, size[0], size[1])
			lines := strings.Split(c.app.View(), "\n")
			if len(lines) != size[1] {
				t.Errorf("%s at %v: %d lines", s.name, size, len(lines))
			}
			for i, line := range lines {
				if w := ansi.StringWidth(line); w != size[0] {
					t.Errorf("%s at %v: line %d is %d columns wide: %q", s.name, size, i, w, ansi.Strip(line))
				}
			}
		}
	}
}

// TestNoHostileText checks that nothing from outside reaches the terminal as a control character.
func TestNoHostileText(t *testing.T) {
	for _, s := range scenes() {
		for _, r := range s.make(t, 120, 40).text() {
			if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r == 0x200b {
				t.Errorf("%s shows %U", s.name, r)
			}
		}
	}
}

// TestGoldenFramesAreUsed finds golden files that no scene makes any more.
func TestGoldenFramesAreUsed(t *testing.T) {
	wanted := map[string]bool{}
	for _, s := range scenes() {
		for _, size := range sizes {
			wanted[fmt.Sprintf("%s-%dx%d.golden", s.name, size[0], size[1])] = true
		}
	}
	files, err := os.ReadDir(filepath.Join("testdata", "TestFrames"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !wanted[file.Name()] {
			t.Errorf("testdata/TestFrames/%s belongs to no scene", file.Name())
		}
	}
}
