package ui

import (
	"context"
	"io"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/muesli/termenv"

	crmsync "crmsync/sync"
)

// screenOf is what one session wrote, for waiting on it.
type screenOf struct {
	mu   gosync.Mutex
	news *gosync.Cond
	text strings.Builder
	term *vt.Emulator
	gone bool
}

func newScreenOf(w, h int) *screenOf {
	s := &screenOf{term: vt.NewEmulator(w, h)}
	s.news = gosync.NewCond(&s.mu)
	return s
}

func (s *screenOf) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.news.Broadcast()
	s.text.Write(p)
	return s.term.Write(p)
}

// until waits until the terminal shows words, and reports whether it did before the session ended.
func (s *screenOf) until(words string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !strings.Contains(s.term.String(), words) {
		if s.gone {
			return false
		}
		s.news.Wait()
	}
	return true
}

func (s *screenOf) raw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// session is one person at a console of their own.
type sessionOf struct {
	*screenOf
	keys  *io.PipeWriter
	ended chan error
}

func open(ctx context.Context, o Options) *sessionOf {
	input, keys := io.Pipe()
	s := &sessionOf{screenOf: newScreenOf(o.Width, o.Height), keys: keys, ended: make(chan error, 1)}
	o.Input, o.Output = input, s
	go func() {
		err := Run(ctx, o)
		s.mu.Lock()
		s.gone = true
		s.news.Broadcast()
		s.mu.Unlock()
		input.Close()
		s.ended <- err
	}()
	return s
}

// Two people use one store from one process, with other roles, sizes and colours. The race detector watches;
// neither sees the other's person or colours, and what one does reaches the other as news.
func TestTwoSessions(t *testing.T) {
	engine, st := openedEngine(t)
	support := crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport, Via: "console"}
	boss := crmsync.Actor{Name: "ana", Role: crmsync.RoleAdmin, Via: "console"}
	colour, none := termenv.ANSI256, termenv.Ascii
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	a := open(ctx, Options{Services: Live(engine, st, boss), Actor: boss, Profile: &colour, Mode: ModeLight, Width: 120, Height: 40, Term: "xterm-256color"})
	b := open(ctx, Options{Services: Live(engine, st, support), Actor: support, Profile: &none, ASCII: true, Width: 80, Height: 24})
	var both gosync.WaitGroup
	for _, s := range []*sessionOf{a, b} {
		both.Go(func() {
			s.until("not connected")
			for _, step := range [][2]string{{"3?", "Keys on Users"}, {"?9?", "Keys on Audit"}, {"?8?", "Keys on Settings"}, {"?4?", "Keys on Matches"}, {"?:", "Command"}} {
				if _, err := io.WriteString(s.keys, step[0]); err != nil {
					t.Errorf("writing %q: %v", step[0], err)
					return
				}
				if !s.until(step[1]) {
					t.Errorf("after %q there is no %q", step[0], step[1])
					return
				}
			}
			_, _ = io.WriteString(s.keys, "\x03") // it may be gone already
		})
	}
	both.Wait()
	for name, s := range map[string]*sessionOf{"ana": a, "sam": b} {
		if err := <-s.ended; err != nil {
			t.Errorf("%s's console ended with %v", name, err)
		}
	}
	if text := ansi.Strip(b.raw()); strings.Contains(text, "ana") || !strings.Contains(text, "read only") || strings.Contains(b.raw(), "38;5;") {
		t.Errorf("sam's console shows somebody else's person or colours")
	}
	if text := a.raw(); !strings.Contains(ansi.Strip(text), "ana") || !strings.Contains(text, "38;5;") {
		t.Errorf("ana's console lacks her name or colours")
	}
}
