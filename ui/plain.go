package ui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	crmsync "crmsync/sync"
)

// The page that plain mode lays out: no second pane, and rows enough for one screen of a list.
const (
	plainWidth  = 78
	plainHeight = 30
)

// plainPatience is how long plain mode waits for what an act leads to before it asks the next question.
const plainPatience = 4 * time.Second

// Plain shows the console as lines of text and one question at a time, for screen readers and pipes: no
// alternate screen, no boxes, no colour, nothing that moves. The screens, the action table and the acts are
// those of Run. It ends with its input, when the person quits, or with ctx.
func Plain(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	input, output := o.streams()
	none := termenv.Ascii
	o.Mode, o.ASCII, o.Profile, o.NoDiff = ModeMono, true, &none, true
	session := newSession(ctx, o, io.Discard)
	session.Theme.links = false
	session.sleep, session.still = sleepShort, true
	p := &plain{app: newApp(session), out: output, answers: make(chan answer), events: make(chan tea.Msg)}
	p.app.copied = func(text string) { p.say("To copy: " + text) }
	p.app.width, p.app.height = plainWidth, plainHeight+6
	p.relay(ctx, o.Services.Events)
	err := p.converse(ctx, lines(ctx, input))
	p.app.stop(cancel)
	return err
}

// sleepShort is sleepFor without what only takes something off the screen again.
func sleepShort(ctx context.Context, d time.Duration) bool {
	return d <= time.Second && sleepFor(ctx, d)
}

// plain is one conversation.
type plain struct {
	app     *App
	out     io.Writer
	err     error // of the output
	answers chan answer
	events  chan tea.Msg
	working int // commands under way
	slow    int // of those, the ones that were waited for in vain
	ended   bool

	last  any      // the screen or dialog printed last
	lines []string // what it showed
	toast int
}

// answer is what a command came to.
type answer struct{ msg tea.Msg }

// lines reads the input by line; the channel closes at its end.
func lines(ctx context.Context, input io.Reader) <-chan string {
	out := make(chan string)
	go func() {
		defer close(out)
		scanner := bufio.NewScanner(input)
		for scanner.Scan() {
			select {
			case out <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// relay hands on the engine's events; progress is left out, since nothing moves here.
func (p *plain) relay(ctx context.Context, events EventService) {
	if events == nil {
		return
	}
	incoming := events.Subscribe(ctx)
	go func() {
		for event := range incoming {
			if event.Kind == crmsync.EventProgress {
				continue
			}
			select {
			case p.events <- eventMsg(event):
			case <-ctx.Done():
				return
			}
		}
	}()
}

// converse shows, asks and does until the end.
func (p *plain) converse(ctx context.Context, input <-chan string) error {
	p.start(ctx, p.app.Init())
	p.settle(ctx)
	p.say(squeeze(ansi.Strip(p.app.header(200))))
	for !p.ended && p.err == nil {
		p.show()
		p.ask()
		line, more := p.next(ctx, input)
		if !more {
			p.say("")
			return errors.Join(p.err, context.Cause(ctx))
		}
		p.take(ctx, line)
		p.settle(ctx)
	}
	return p.err
}

// next waits for a line, taking what happens meanwhile.
func (p *plain) next(ctx context.Context, input <-chan string) (string, bool) {
	for {
		select {
		case line, open := <-input:
			return line, open
		case a := <-p.answers:
			p.working--
			p.slow = min(p.slow, p.working)
			p.receive(ctx, a.msg)
		case msg := <-p.events:
			p.receive(ctx, msg)
		case <-ctx.Done():
			return "", false
		}
	}
}

// settle waits until what an act led to has come, for as long as the patience lasts.
func (p *plain) settle(ctx context.Context) {
	patience := time.NewTimer(plainPatience)
	defer patience.Stop()
	for p.working > p.slow && !p.ended {
		select {
		case a := <-p.answers:
			p.working--
			p.slow = min(p.slow, p.working)
			p.receive(ctx, a.msg)
		case msg := <-p.events:
			p.receive(ctx, msg)
		case <-patience.C:
			p.slow = p.working
			p.say("This takes longer. An empty line shows how it stands.")
		case <-ctx.Done():
			return
		}
	}
}

// start runs a command beside the conversation.
func (p *plain) start(ctx context.Context, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	p.working++
	go func() {
		msg := cmd()
		select {
		case p.answers <- answer{msg}:
		case <-ctx.Done():
		}
	}()
}

// receive gives the model what came.
func (p *plain) receive(ctx context.Context, msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			p.start(ctx, cmd)
		}
	case tea.QuitMsg:
		p.ended = true
	default:
		_, cmd := p.app.Update(msg)
		p.start(ctx, cmd)
	}
}

// say prints one line.
func (p *plain) say(text string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.out, text)
	}
}
