package ui

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// rendererFrame is what Bubble Tea's renderer writes for the view it is given.
var rendererFrame = ansi.CursorHomePosition + "\r" + "1" + ansi.EraseLineRight + ansi.CursorPosition(0, 1)

// newPainted is a painter on an output that is kept, with a clock that the test moves.
func newPainted(t *testing.T) (p *painter, sent func() string, pass func(time.Duration)) {
	t.Helper()
	var out bytes.Buffer
	g := guard(&out, true)
	p = g.wire.(*painter)
	now := testNow
	p.now = func() time.Time { return now }
	sent = func() string {
		defer out.Reset()
		return out.String()
	}
	return p, sent, func(d time.Duration) { now = now.Add(d) }
}

func write(t *testing.T, p *painter, text string) {
	t.Helper()
	if _, err := io.WriteString(p.out, text); err != nil {
		t.Fatal(err)
	}
}

func TestAFrameIsSentAtOnce(t *testing.T) {
	p, sent, pass := newPainted(t)
	p.show("one\ntwo", 20, 2)
	if got := sent(); got != "" {
		t.Errorf("%q was sent before the screen was ready", got)
	}
	write(t, p, rendererFrame)
	if got := ansi.Strip(sent()); got != "one\r\ntwo" {
		t.Errorf("the ready screen got %q", got)
	}
	pass(time.Second)
	p.show("one\ntwos", 20, 2)
	if got := ansi.Strip(sent()); got != "s" {
		t.Errorf("the next frame sent %q at once", got)
	}
	p.show("one\ntwos!", 20, 2) // much too soon
	p.show("one\ntwos!?", 20, 2)
	p.out.mu.Lock()
	held := p.later != nil && p.later.Stop() // the test's clock decides when it is due
	p.out.mu.Unlock()
	if got := sent(); !held || got != "" {
		t.Errorf("a frame much too soon sent %q", got)
	}
	p.due()
	if got := ansi.Strip(sent()); got != "!?" {
		t.Errorf("the frame that was due sent %q", got)
	}
}

func TestNothingIsDrawnOnAScreenThatIsNotOurs(t *testing.T) {
	p, sent, pass := newPainted(t)
	p.show("one", 20, 1)
	write(t, p, rendererFrame)
	write(t, p, ansi.ResetModeAltScreenSaveCursor)
	sent()
	pass(time.Second)
	p.show("two", 20, 1)
	p.due()
	if got := sent(); got != "" {
		t.Errorf("after the end of the alternate screen %q was sent", got)
	}
	write(t, p, ansi.SetModeAltScreenSaveCursor)
	write(t, p, rendererFrame)
	sent()
	pass(time.Second)
	p.show("three", 30, 1) // a new size
	if got := sent(); got != "" {
		t.Errorf("before the renderer was told of the size %q was sent", got)
	}
	write(t, p, rendererFrame)
	if got := ansi.Strip(sent()); got != "three" {
		t.Errorf("the new size got %q", got)
	}
	p.out.stop()
	pass(time.Second)
	p.show("four", 30, 1)
	if got := sent(); got != "" {
		t.Errorf("after the end %q was sent", got)
	}
}

// The renderer is given another text at each size, also at one that there was before, and the same while the size stays:
// it draws, and tells by that that the screen is ready, only what differs from what it drew last.
func TestEverySizeIsAnotherViewForTheRenderer(t *testing.T) {
	p, _, _ := newPainted(t)
	given := map[string]bool{}
	for i, width := range []int{20, 30, 20, 50, 20, 30} {
		text := p.show("one", width, 2)
		if given[text] {
			t.Errorf("size %d: the renderer was given %q before", i, text)
		}
		if again := p.show("two", width, 2); again != text {
			t.Errorf("at the same size the renderer is given %q, then %q", text, again)
		}
		given[text] = true
	}
}
