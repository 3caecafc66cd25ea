package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// busyError is what the store says when another process holds it.
type busyError struct{}

func (busyError) Error() string { return "the store is busy: another process holds it" }
func (busyError) Code() string  { return "store.busy" }
func (busyError) Hint() string  { return "A backup or another command may be at work." }

// sizes are those that golden frames are kept of; oddSizes are drawn and checked as well.
var (
	sizes    = [][2]int{{60, 16}, {80, 24}, {120, 40}, {200, 60}}
	oddSizes = [][2]int{{61, 17}, {99, 25}, {101, 16}, {133, 51}, {20, 5}}
)

// resize gives the console another size.
func (c *console) resize(w, h int) {
	c.send(tea.WindowSizeMsg{Width: w, Height: h})
}

// TestFrames compares every place in every state at every size with its golden frames, one file a place. A
// state that looks mostly as usual is kept as the lines that differ.
func TestFrames(t *testing.T) {
	for _, p := range places() {
		t.Run(p.name, func(t *testing.T) {
			var out strings.Builder
			asUsual := map[[2]int][]string{}
			for _, state := range p.drawn() {
				c := p.in(t, state)
				for _, size := range sizes {
					if p.name != "too-small" {
						c.resize(size[0], size[1])
					}
					frame := c.app.View()
					checkFrame(t, p.name+", "+state, frame, c.app.width, c.app.height)
					lines := strings.Split(ansi.Strip(frame), "\n")
					for i := range lines {
						lines[i] = strings.TrimRight(lines[i], " ")
					}
					if state == usual {
						asUsual[size] = lines
					}
					writeFrame(&out, fmt.Sprintf("%s, %s, %dx%d", p.name, state, c.app.width, c.app.height), lines, asUsual[size], state == usual)
					if p.name == "too-small" {
						break
					}
				}
			}
			golden.RequireEqual(t, []byte(out.String()))
		})
	}
}

// drawn are the states of a place.
func (p place) drawn() []string {
	if p.states != nil {
		return p.states
	}
	return everyState()
}

// writeFrame writes a frame, or the lines in which it differs from the usual one.
func writeFrame(out *strings.Builder, title string, lines, asUsual []string, whole bool) {
	var differ []int
	for i := range lines {
		if i >= len(asUsual) || lines[i] != asUsual[i] {
			differ = append(differ, i)
		}
	}
	if whole || len(differ) > len(lines)/2 {
		fmt.Fprintf(out, "=== %s\n%s\n", title, strings.TrimRight(strings.Join(lines, "\n"), "\n"))
		return
	}
	fmt.Fprintf(out, "=== %s, as usual but for\n", title)
	for _, i := range differ {
		fmt.Fprintf(out, "%2d|%s\n", i+1, lines[i])
	}
}

// checkFrame checks that a frame has exactly h lines of exactly w columns, and that nothing from outside
// reaches the terminal as a control character.
func checkFrame(t *testing.T, name, frame string, w, h int) {
	t.Helper()
	lines := strings.Split(frame, "\n")
	if len(lines) != h {
		t.Errorf("%s at %dx%d: %d lines", name, w, h, len(lines))
	}
	for i, line := range lines {
		if got := ansi.StringWidth(line); got != w {
			t.Errorf("%s at %dx%d: line %d is %d columns wide: %q", name, w, h, i+1, got, ansi.Strip(line))
		}
		if at := strings.IndexFunc(ours.ReplaceAllString(line, ""), isHostile); at >= 0 {
			t.Errorf("%s at %dx%d: line %d sends %q", name, w, h, i+1, cut(ours.ReplaceAllString(line, "")[at:], 40))
		}
	}
}

// ours are the sequences that the console itself writes: styles and hyperlinks.
var ours = regexp.MustCompile("\x1b\\[[0-9;]*m|\x1b\\]8;[^\x1b\a]*(\x1b\\\\|\a)")

// isHostile reports whether a character steers the terminal, reorders text or cannot be seen.
func isHostile(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff || r == 0xfffd
}

// TestFramesFill checks frames at sizes nobody thought of as well.
func TestFramesFill(t *testing.T) {
	for _, p := range places() {
		for _, state := range p.apart() {
			c := p.in(t, state)
			for _, size := range oddSizes {
				c.resize(size[0], size[1])
				checkFrame(t, p.name+", "+state, c.app.View(), size[0], size[1])
			}
		}
	}
}

// TestGoldenFramesAreUsed finds golden files that no place makes any more.
func TestGoldenFramesAreUsed(t *testing.T) {
	wanted := map[string]bool{}
	for _, p := range places() {
		if wanted[p.name+".golden"] {
			t.Errorf("two places are called %s", p.name)
		}
		wanted[p.name+".golden"] = true
	}
	files, err := os.ReadDir(filepath.Join("testdata", "TestFrames"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !wanted[file.Name()] {
			t.Errorf("testdata/TestFrames/%s belongs to no place", file.Name())
		}
	}
}

// TestEveryScreenHasEveryState joins the table to the screens: each numbered screen and each part is drawn in
// each state, unless it is one of the few that cannot be empty, or read
// nothing of their own.
func TestEveryScreenHasEveryState(t *testing.T) {
	few := keys("home", "connect", "connect-fields", "matches-why-not", "shadow", "opps-saves", "trial")
	opened := map[string]bool{}
	for _, p := range screens() {
		if !slices.Contains(few, p.name) && p.states != nil {
			t.Errorf("%s is not drawn in every state", p.name)
		}
		key := "1"
		if len(p.open) > 0 {
			key = p.open[0]
		}
		opened[key] = true
	}
	c := start(t, setup{services: sampleWorld().services()})
	for _, tab := range c.app.tabs {
		if !opened[tab.key] {
			t.Errorf("no frame of %s", tab.name)
		}
	}
}
