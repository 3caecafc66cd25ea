package diffout_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"crmsync/ui/diffout"
	_ "crmsync/ui/early"
)

var rounds = flag.Int("rounds", 60, "screens drawn at each size")

// shown is a model that shows what it is sent.
type shown string

func (m shown) Init() tea.Cmd { return nil }

func (m shown) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if next, ok := msg.(shown); ok {
		return next, nil
	}
	return m, nil
}

func (m shown) View() string { return string(m) }

// terminals are one terminal that gets what the renderer writes and one that gets the thinned stream.
type terminals struct {
	mu                sync.Mutex
	wrote             *sync.Cond
	plain, thin       *vt.Emulator
	filter            *diffout.Writer
	plainLen, thinLen int
}

func newTerminals(w, h int) *terminals {
	t := &terminals{plain: vt.NewEmulator(w, h), thin: vt.NewEmulator(w, h)}
	t.wrote = sync.NewCond(&t.mu)
	t.filter = diffout.New(writerFunc(func(p []byte) (int, error) {
		t.thinLen += len(p)
		return t.thin.Write(p)
	}))
	return t
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func (t *terminals) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer t.wrote.Broadcast()
	t.plainLen += len(p)
	if n, err := t.plain.Write(p); err != nil {
		return n, err
	}
	return t.filter.Write(p)
}

// wait returns once the plain terminal shows the text.
func (t *terminals) wait(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !strings.Contains(t.plain.String(), text) {
		t.wrote.Wait()
	}
}

func (t *terminals) resize(w, h int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.plain.Resize(w, h)
	t.thin.Resize(w, h)
}

// difference says where the two terminals differ, or "".
func (t *terminals) difference() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for y := range t.plain.Height() {
		for x := range t.plain.Width() {
			if want, got := visible(t.plain, x, y), visible(t.thin, x, y); want != got {
				return fmt.Sprintf("row %d, column %d is %s, want %s\nplain:\n%s\nthin:\n%s", y, x, got, want, t.plain.String(), t.thin.String())
			}
		}
	}
	return ""
}

// visible is what one cell shows. On a blank only the background, lines and the link can be seen.
func visible(e *vt.Emulator, x, y int) string {
	c := e.CellAt(x, y)
	if c == nil {
		return "no cell"
	}
	content, style := c.Content, c.Style
	if content == "" && c.Width == 1 {
		content = " "
	}
	if content == " " {
		style.Fg = nil
		style.Attrs &^= 1 | 2 | 4 // bold, faint, italic
	}
	return fmt.Sprintf("%q %d %q %q", content, c.Width, style.String(), c.Link)
}

// TestSameScreen draws random screens with the real renderer on two terminals: the one behind the filter
// shows the same cells, styles and links.
func TestSameScreen(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}, {61, 17}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			same(t, rand.New(rand.NewPCG(uint64(size[0]), 7)), size[0], size[1])
		})
	}
}

func same(t *testing.T, r *rand.Rand, w, h int) {
	both := newTerminals(w, h)
	if _, err := io.WriteString(both, ansi.ResetModeAutoWrap); err != nil { // as the console does
		t.Fatal(err)
	}
	input, close := io.Pipe()
	program := tea.NewProgram(shown(""), tea.WithAltScreen(), tea.WithInput(input), tea.WithOutput(both), tea.WithFPS(120), tea.WithoutSignals())
	ended := make(chan error, 1)
	go func() {
		_, err := program.Run()
		ended <- err
	}()
	program.Send(tea.WindowSizeMsg{Width: w, Height: h})
	world := newScreens(r)
	for i := range *rounds {
		if i%37 == 36 {
			w, h = 60+r.IntN(80), 16+r.IntN(30)
			both.resize(w, h)
			program.Send(tea.WindowSizeMsg{Width: w, Height: h})
		}
		if i%29 == 28 {
			program.Send(tea.ClearScreen())
		}
		mark := fmt.Sprintf("(%d)", i)
		program.Send(shown(world.next(w, h, mark)))
		both.wait(mark)
		if d := both.difference(); d != "" {
			t.Fatalf("screen %d, %dx%d: %s", i, w, h, d)
		}
	}
	program.Quit()
	close.Close()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if both.thinLen*4 > both.plainLen*3 { // most of these screens have little in common with the one before
		t.Errorf("%d bytes of %d were sent", both.thinLen, both.plainLen)
	}
}

// screens makes lists with a cursor that walk, scroll and jump, and screens of odd text.
type screens struct {
	*rand.Rand
	top, cursor int
}

func newScreens(r *rand.Rand) *screens { return &screens{Rand: r} }

var oddities = []string{
	"佐藤 健太", "e\u0301a\u0300", "👩\u200d👩\u200d👧 family", "शिक्षा", "שלום", "ภาษาไทย", "🇩🇪 flag", "✓ ! ✗ ● ○ ↻", "한국어", "plain", "──────", "",
}

func (s *screens) next(w, h int, mark string) string {
	switch s.IntN(10) {
	case 0:
		s.cursor = s.IntN(90_000)
		s.top = max(0, s.cursor-s.IntN(h))
	case 1:
		s.top, s.cursor = s.top+h-6, s.cursor+h-6
	case 2, 3:
		n := 1 + s.IntN(4)
		s.top, s.cursor = s.top+n, s.cursor+n
	case 4:
		s.top, s.cursor = max(0, s.top-2), max(0, s.cursor-2)
	case 5:
		return s.odd(w, h, mark)
	default:
		s.cursor++
	}
	if s.cursor < s.top || s.cursor >= s.top+h-4 {
		s.top = max(0, s.cursor-h/2)
	}
	lines := []string{ansi.Truncate(" \x1b[1mlist\x1b[m "+mark, w, ""), strings.Repeat("─", w)}
	for y := range h - 3 {
		lines = append(lines, s.item(s.top+y, s.top+y == s.cursor, w))
	}
	if s.IntN(3) == 0 {
		lines = lines[:len(lines)-s.IntN(4)]
	}
	return strings.Join(append(lines, fmt.Sprintf(" %d of 90,000", s.cursor)), "\n")
}

// item is one line of the list, some padded to the width, some with a link, the one at the cursor selected.
func (s *screens) item(n int, selected bool, w int) string {
	name := oddities[n%len(oddities)]
	text := fmt.Sprintf(" %-6d \x1b[3%dm%s\x1b[m\x1b[38;5;%dm row %x\x1b[0m", n, n%8, name, 16+n%200, n*7919)
	if n%3 == 0 {
		text += ansi.SetHyperlink(fmt.Sprintf("https://example.org/%d", n)) + "\x1b[4mopen\x1b[m" + ansi.ResetHyperlink()
	}
	if n%2 == 0 {
		text += strings.Repeat(" ", max(0, w-4-ansi.StringWidth(text))) + "\x1b[1;2;3mend\x1b[22;23m"
	}
	if selected {
		text = ansi.Strip(text)
		return "\x1b[1;38;5;255;48;2;31;52;80m" + ansi.Truncate(text+strings.Repeat(" ", w), w, "") + "\x1b[m"
	}
	return ansi.Truncate(text, w, "…")
}

// odd is a screen of anything: wide characters at every place, attributes, sequences that are no colours.
func (s *screens) odd(w, h int, mark string) string {
	lines := []string{mark}
	for range s.IntN(h - 2) { // the mark and the end are lines as well
		line := ""
		for ansi.StringWidth(line) < s.IntN(w+1) {
			word := oddities[s.IntN(len(oddities))]
			switch s.IntN(6) {
			case 0:
				word = fmt.Sprintf("\x1b[%d;%dm%s", 1+s.IntN(9), 40+s.IntN(8), word)
			case 1:
				word = "\x1b[0m" + word + " "
			case 2:
				word = ansi.SetHyperlink("https://example.org/"+fmt.Sprint(s.IntN(9)), "id=7") + word + ansi.ResetHyperlink()
			case 3:
				word = strings.Repeat(" ", s.IntN(30)) + word
			}
			line += word + "\x1b[2;9m.\x1b[22;29m"
		}
		lines = append(lines, ansi.Truncate(line, w, "")+"\x1b[m")
	}
	return strings.Join(append(lines, "end"), "\n") // the renderer cuts a last line as wide as the window when rows below it go
}

// TestPassesWhatIsNoFrame checks that control sequences reach the terminal as they are, after the cursor has
// been put where the renderer believes it to be.
func TestPassesWhatIsNoFrame(t *testing.T) {
	var out bytes.Buffer
	w := diffout.New(&out)
	clipboard := ansi.SetSystemClipboard("name@example.org")
	for _, s := range []string{ansi.SetModeAltScreenSaveCursor, ansi.CursorHomePosition, ansi.HideCursor, clipboard, "\r"} {
		out.Reset()
		if n, err := io.WriteString(w, s); n != len(s) || err != nil || out.String() != s {
			t.Errorf("%q became %q, %d, %v", s, out.String(), n, err)
		}
	}
	frame := ansi.CursorHomePosition + "\rone\x1b[K\r\ntwo\x1b[K" + ansi.CursorPosition(0, 2)
	if _, err := io.WriteString(w, frame); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if _, err := io.WriteString(w, clipboard); err != nil || out.String() != ansi.CursorPosition(0, 2)+clipboard {
		t.Errorf("the clipboard became %q, %v", out.String(), err)
	}
	out.Reset()
	again := ansi.CursorHomePosition + "\n\x1b[1mtwo\x1b[m!\x1b[K" + ansi.CursorPosition(0, 2)
	if _, err := io.WriteString(w, again); err != nil || out.String() != "\x1b[2H\x1b[1mtwo\x1b[m!" {
		t.Errorf("the difference is %q, %v", out.String(), err)
	}
}

// TestLostTerminal checks that an error of the terminal is reported, and that all is drawn again after it.
func TestLostTerminal(t *testing.T) {
	lost := errors.New("the terminal is gone")
	var out bytes.Buffer
	fail := true
	w := diffout.New(writerFunc(func(p []byte) (int, error) {
		if fail {
			return 0, lost
		}
		return out.Write(p)
	}))
	frame := ansi.CursorHomePosition + "\rone\x1b[K\r\ntwo\x1b[K" + ansi.CursorPosition(0, 2)
	if _, err := io.WriteString(w, frame); !errors.Is(err, lost) {
		t.Fatalf("the error is %v", err)
	}
	fail = false
	if _, err := io.WriteString(w, frame); err != nil || !strings.Contains(out.String(), "one") || !strings.Contains(out.String(), "two") {
		t.Errorf("after the error %q was drawn, %v", out.String(), err)
	}
}
