package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	gosync "sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// The terminal of a measure, and how long it waits.
const (
	benchColumns = 120
	benchLines   = 40
	benchQuiet   = 220 * time.Millisecond // after the last byte, everything that a key leads to has come
	benchPatient = 30 * time.Second
)

// benchTerminal is this program in a terminal that answers nothing.
type benchTerminal struct {
	cmd   *exec.Cmd
	file  *os.File
	began time.Time
	ended chan struct{} // closed when there is no more output

	mu    gosync.Mutex
	all   []byte
	last  time.Time     // when the newest byte came
	fresh chan struct{} // holds one element after new output

	screen *vt.Emulator      // what a person would see
	sought func(string) bool // what a key should lead to; nil once that is seen
	seen   time.Time         // when the bytes came that showed it
}

// startInTerminal starts this program with arguments.
func startInTerminal(ctx context.Context, args ...string) (*benchTerminal, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	t := &benchTerminal{cmd: exec.CommandContext(ctx, self, args...), ended: make(chan struct{}), fresh: make(chan struct{}, 1),
		screen: vt.NewEmulator(benchColumns, benchLines)}
	t.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=", "NO_COLOR=", "CRMSYNC_NO_DIFF=", "ACCESSIBLE=")
	t.began = time.Now()
	if t.file, err = pty.StartWithSize(t.cmd, &pty.Winsize{Rows: benchLines, Cols: benchColumns}); err != nil {
		return nil, fmt.Errorf("opening a terminal: %w", err)
	}
	go t.read()
	return t, nil
}

// read keeps what the program writes, until its end of the terminal is closed.
func (t *benchTerminal) read() {
	defer close(t.ended)
	piece := make([]byte, 64<<10)
	for {
		n, err := t.file.Read(piece)
		t.take(piece[:n])
		select {
		case t.fresh <- struct{}{}:
		default:
		}
		if err != nil {
			return // on Linux an error, not the end of the file, says that nobody writes any more
		}
	}
}

// take keeps output, draws it, and notes when it showed what was sought.
func (t *benchTerminal) take(piece []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all, t.last = append(t.all, piece...), time.Now()
	_, _ = t.screen.Write(piece) // it holds the screen in memory and refuses nothing
	if t.sought != nil && t.sought(t.screen.String()) {
		t.sought, t.seen = nil, t.last
	}
}

// written returns how much was written so far and when the newest byte came.
func (t *benchTerminal) written() (int, time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.all), t.last
}

// wait returns when the output from a position on held text, styles and moves left out.
func (t *benchTerminal) wait(ctx context.Context, from int, text string) (time.Time, error) {
	patience := time.After(benchPatient)
	for {
		t.mu.Lock()
		found, at := bytes.Contains([]byte(ansi.Strip(string(t.all[from:]))), []byte(text)), t.last
		t.mu.Unlock()
		if found {
			return at, nil
		}
		select {
		case <-t.fresh:
		case <-t.ended:
			return at, fmt.Errorf("the console ended before it showed %q", text)
		case <-patience:
			return at, fmt.Errorf("the console does not show %q", text)
		case <-ctx.Done():
			return at, ctx.Err()
		}
	}
}

// press writes keys at once and returns how long it took until the bytes were there that made the screen show
// what it should; whatever else is drawn meanwhile does not count.
func (t *benchTerminal) press(ctx context.Context, keys string, shows func(string) bool) (time.Duration, error) {
	t.mu.Lock()
	t.sought = shows
	t.mu.Unlock()
	began := time.Now()
	if _, err := t.file.WriteString(keys); err != nil {
		return 0, err
	}
	patience := time.After(benchPatient)
	for {
		t.mu.Lock()
		waits, at := t.sought != nil, t.seen
		t.mu.Unlock()
		if !waits {
			return at.Sub(began), nil
		}
		select {
		case <-t.fresh:
		case <-t.ended:
			return 0, fmt.Errorf("the console ended at the key %q", keys)
		case <-patience:
			return 0, fmt.Errorf("the key %q did not show what it should:\n%s", keys, t.text())
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// text is the screen as it is.
func (t *benchTerminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.String()
}

// rest returns once nothing was written for a while.
func (t *benchTerminal) rest(ctx context.Context) error {
	for {
		_, last := t.written()
		left := benchQuiet - time.Since(last)
		if left <= 0 {
			return nil
		}
		select {
		case <-time.After(left):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// peak is the most memory that the program has had, in bytes; 0 where the system does not tell.
func (t *benchTerminal) peak() int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, after, _ := bytes.Cut(text, []byte("VmHWM:"))
	var kib int64
	_, _ = fmt.Sscan(string(after), &kib) // not told: 0
	return kib << 10
}

// end waits for the program to end.
func (t *benchTerminal) end() error {
	err := t.cmd.Wait()
	<-t.ended
	return errors.Join(err, t.file.Close())
}
