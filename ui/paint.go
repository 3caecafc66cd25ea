package ui

import (
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"crmsync/ui/diffout"
)

// frameEvery is the least time between two frames.
const frameEvery = time.Second / framesPerSecond

// painter sends a frame of the console as soon as it was made, and the newest one a little later when frames
// come too fast. Bubble Tea's renderer waits for its next tick, on average 4 ms of the 16 that a key has. It
// stays in place for everything else (the alternate screen, the cursor, the mouse, the size): it is given a
// view that changes with the size alone, and so draws only when the screen must be drawn whole.
type painter struct {
	out  *guarded
	thin *diffout.Writer
	now  func() time.Time

	// Under the lock of out.
	view          string
	width, height int
	sizes         int         // how many sizes there have been
	drawn         time.Time   // when the last frame was sent
	later         *time.Timer // a frame is due; nil when none is
	ready         bool        // the screen is ours and has this size
}

// show sends the view, or keeps it until a frame is due or the screen is ready. It returns what Bubble Tea's renderer
// is to draw: another text at each size, since it forgets what it drew as soon as it hears of a new size, may draw the
// view of the old one once more before it gets that of the new, and would then find the same text no reason to draw.
func (p *painter) show(view string, width, height int) (forRenderer string) {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	if width != p.width || height != p.height {
		p.width, p.height, p.ready = width, height, false // until the renderer draws at the new size
		p.sizes++
	}
	forRenderer = strconv.Itoa(p.sizes)
	if view == p.view {
		return forRenderer
	}
	p.view = view
	if !p.ready || p.later != nil {
		return forRenderer
	}
	if left := frameEvery - p.now().Sub(p.drawn); left > 0 {
		p.later = time.AfterFunc(left, p.due)
		return forRenderer
	}
	p.draw()
	return forRenderer
}

// due sends the frame that was held back.
func (p *painter) due() {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	p.later = nil
	if p.ready {
		p.draw()
	}
}

func (p *painter) draw() {
	_ = p.thin.Draw(p.view, p.width) // a lost terminal ends the program by itself
	p.drawn = p.now()
}

// Write takes what the renderer writes, under the lock of out: a frame of its own means that the screen must be
// drawn whole, and everything else passes.
func (p *painter) Write(b []byte) (int, error) {
	if !diffout.IsFrame(b) {
		if strings.Contains(string(b), ansi.ResetModeAltScreenSaveCursor) {
			p.ready = false // the screen is no longer ours
		}
		return p.thin.Write(b)
	}
	if p.width == 0 {
		return len(b), nil // nothing was shown yet
	}
	p.ready = true
	p.thin.Forget()
	if err := p.thin.Draw(p.view, p.width); err != nil {
		return 0, err
	}
	p.drawn = p.now()
	return len(b), nil
}

// stop drops a frame that is still due.
func (p *painter) stop() {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	p.ready = false
	if p.later != nil {
		p.later.Stop()
	}
}

// painted is the console with a painter: Bubble Tea asks for its view after every message.
type painted struct {
	*App
	painter *painter
}

// Update takes a message.
func (p painted) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := p.App.Update(msg)
	return p, cmd
}

// View sends the frame. What it returns is never seen: the painter takes the renderer's frames for its own.
func (p painted) View() string {
	if p.width <= 0 || p.height <= 0 {
		return "0"
	}
	return p.painter.show(p.App.View(), p.width, p.height)
}
