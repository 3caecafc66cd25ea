package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	gosync "sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	crmsync "crmsync/sync"
	"crmsync/ui/diffout"
)

// Options are what a console needs to run. Nothing in them is shared with another session by this package.
type Options struct {
	Services  Services
	Actor     crmsync.Actor
	Mode      Mode // colours; "" is auto
	ASCII     bool // marks
	ColorFGBG string
	Profile   *termenv.Profile // nil: as the output is
	Input     io.Reader        // nil: standard input
	Output    io.Writer        // nil: standard output
	Now       func() time.Time // nil: the clock, in local time
	Width     int              // the first size, where the input does not tell; 0: asked
	Height    int
	Sizes     <-chan Size // later sizes, for a terminal that is not this machine's; nil: asked
	Term      string      // the kind of terminal, as TERM names it
	NoDiff    bool        // frames go to the terminal as the renderer writes them
	Keys      Bindings
	Mouse     bool                                              // on from the start
	Trace     func(what string, err error) string               // writes a failure to the log, and returns the id that finds it there; nil: there is no log
	Fault     func(what string, value any, stack []byte) string // the same for a fault of the program
	Log       string                                            // where that log is
	Editor    string                                            // command for editing text in this terminal; "" over SSH, where it would run on the server
	Clipboard []string                                          // command that takes what is copied on its standard input, with its arguments; none over SSH
}

// Size is a terminal's size in cells.
type Size struct{ Width, Height int }

// differs reports whether frames are sent as differences: terminals not known to scroll a part of the screen
// and to keep hyperlinks get whole frames.
func (o Options) differs() bool {
	if o.NoDiff {
		return false
	}
	kind, _, _ := strings.Cut(o.Term, "-")
	switch kind {
	case "xterm", "tmux", "screen", "alacritty", "foot", "wezterm", "ghostty", "rxvt", "st", "konsole", "vte", "gnome", "linux", "iterm", "iterm2", "contour", "kitty", "mintty", "putty":
		return true
	}
	return false
}

// streams are where keys come from and frames go to: the process's own unless told otherwise.
func (o Options) streams() (input io.Reader, output io.Writer) {
	input, output = os.Stdin, os.Stdout
	if o.Input != nil {
		input = o.Input
	}
	if o.Output != nil {
		output = o.Output
	}
	return input, output
}

// framesPerSecond is how often a frame is drawn at most.
const framesPerSecond = 120

// progressEvery is how often progress of the engine reaches the screen: motion costs bytes.
const progressEvery = 500 * time.Millisecond

// Run shows the console until the person quits, ctx ends, or the terminal is lost.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	input, output := o.streams()
	out := guard(output, o.differs())
	app := newApp(newSession(ctx, o, output))
	app.editor = editorOf(o.Editor, input, output, out)
	app.copied = func(text string) { out.copy(text) }
	app.clip = clipboardBy(ctx, o.Clipboard)
	app.width, app.height, app.mouse = o.Width, o.Height, o.Mouse
	alive, kill := context.WithCancel(context.WithoutCancel(ctx))
	defer kill()
	model := &sturdy{Model: out.painted(app), tell: o.Fault, log: o.Log}
	program := tea.NewProgram(model, append(o.programOptions(alive), tea.WithInput(input), tea.WithOutput(out.writer()))...)

	model.quit = program.Quit

	// Terminals disagree on the width of some scripts. Without wrapping, a row that is wider than reckoned is
	// cut at the edge and cannot push the frame up.
	_, _ = out.Write([]byte(ansi.ResetModeAutoWrap))
	defer func() { _, _ = out.Write([]byte(ansi.SetModeAutoWrap)) }()

	defer context.AfterFunc(ctx, func() {
		time.AfterFunc(quitPatience, kill) // when a terminal that takes nothing holds it up
		program.Quit()
	})()
	relayed := relay(ctx, o.Services.Events, program)
	resized := resize(ctx, o.Sizes, program)
	_, err := program.Run()
	app.stop(cancel)
	out.stop()
	<-relayed
	<-resized
	if fault := model.ended(); fault != nil {
		return fault
	}
	if err != nil && !errors.Is(err, tea.ErrProgramKilled) && !errors.Is(err, tea.ErrInterrupted) {
		return fmt.Errorf("the console ended: %w", err)
	}
	return nil
}

// quitPatience is how long a program that was told to quit may take before it is killed.
const quitPatience = 2 * time.Second

// programOptions are those that do not depend on input and output; the program is killed when ctx ends. Killed, Bubble
// Tea closes its input while it may still be read, so whoever ends a program tells it to quit first. Signals are the
// caller's: Bubble Tea's own handler waits for ever for its message to be taken by a program that has ended.
func (o Options) programOptions(ctx context.Context) []tea.ProgramOption {
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithAltScreen(), tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler(), tea.WithFilter(mouseFilter(time.Now))}
	if o.Mouse {
		options = append(options, tea.WithMouseCellMotion())
	}
	return options
}

// resize hands sizes to the program from its own goroutine. The channel closes when it has ended.
func resize(ctx context.Context, sizes <-chan Size, program *tea.Program) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case size, open := <-sizes:
				if !open {
					return
				}
				program.Send(tea.WindowSizeMsg{Width: size.Width, Height: size.Height})
			case <-ctx.Done():
				return
			}
		}
	}()
	return done
}

// newSession makes what the screens share.
func newSession(ctx context.Context, o Options, output io.Writer) *Session {
	renderer := lipgloss.NewRenderer(output)
	if o.Profile != nil {
		renderer.SetColorProfile(*o.Profile)
	}
	mode := ModeFor(o.Mode, o.ColorFGBG)
	renderer.SetHasDarkBackground(mode != ModeLight)
	marks := UnicodeMarks()
	if o.ASCII {
		marks = ASCIIMarks()
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	return &Session{Theme: NewTheme(renderer, mode, marks), Services: o.Services, Actor: o.Actor, Now: now, ctx: ctx, sleep: sleepFor, smooth: o.differs(), bindings: o.Keys, trace: o.Trace, log: o.Log}
}

// relay hands the engine's events to the program from its own goroutine; progress of the same object is
// merged to two frames a second, every other event arrives at once. The channel closes when it has ended.
func relay(ctx context.Context, events EventService, program *tea.Program) <-chan struct{} {
	done := make(chan struct{})
	if events == nil {
		close(done)
		return done
	}
	incoming := events.Subscribe(ctx)
	go func() {
		defer close(done)
		merge(incoming, progressEvery, func(e crmsync.Event) { program.Send(eventMsg(e)) })
	}()
	return done
}

// merge passes events on until the channel closes, progress at most once in every.
func merge(incoming <-chan crmsync.Event, every time.Duration, pass func(crmsync.Event)) {
	var held *crmsync.Event
	var due <-chan time.Time
	for {
		select {
		case event, open := <-incoming:
			if !open {
				return
			}
			if event.Kind == crmsync.EventProgress {
				if held == nil {
					due = time.After(every)
				}
				held = &event
				continue
			}
			if held != nil {
				pass(*held)
				held, due = nil, nil
			}
			pass(event)
		case <-due:
			pass(*held)
			held, due = nil, nil
		}
	}
}

// guarded is an output on which frames and clipboard sequences do not mix.
type guarded struct {
	mu   gosync.Mutex
	out  io.Writer
	wire io.Writer // out, or the painter, which thins the frames on their way there
}

// guard makes an output safe to share; with differences, frames are thinned out.
func guard(out io.Writer, differences bool) *guarded {
	g := &guarded{out: out, wire: out}
	if differences {
		g.wire = &painter{out: g, thin: diffout.New(out), now: time.Now}
	}
	return g
}

// painted is the model to run: one that sends its frames by itself, where frames are thinned out.
func (g *guarded) painted(app *App) tea.Model {
	if p, ok := g.wire.(*painter); ok {
		return painted{App: app, painter: p}
	}
	return app
}

// stop sends no more frames.
func (g *guarded) stop() {
	if p, ok := g.wire.(*painter); ok {
		p.stop()
	}
}

// Write writes one piece whole.
func (g *guarded) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wire.Write(p)
}

// guardedFile is a guarded terminal: Bubble Tea asks it for its size and mode.
type guardedFile struct {
	*os.File
	*guarded
}

// Write writes through the guard.
func (f guardedFile) Write(p []byte) (int, error) { return f.guarded.Write(p) }

// WriteString writes through the guard.
func (f guardedFile) WriteString(s string) (int, error) { return f.guarded.Write([]byte(s)) }

// writer is what the program writes to: a file stays one.
func (g *guarded) writer() io.Writer {
	if file, ok := g.out.(*os.File); ok {
		return guardedFile{File: file, guarded: g}
	}
	return g
}

// copy puts text into the terminal's clipboard (OSC 52). A terminal may
// refuse, so the text is always shown as well.
func (g *guarded) copy(text string) {
	_, _ = g.Write([]byte(ansi.SetSystemClipboard(clean(text)))) // a lost terminal ends the program by itself
}
