package diffout

import (
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Writer is an output for tea.WithOutput. It is not safe for concurrent use, as the renderer writes from one
// goroutine at a time.
type Writer struct {
	out    io.Writer
	names  *table
	shown  []*row
	drawn  []string // the lines that Draw has drawn last; nil when another frame came since
	place  string   // where the renderer left the cursor, when that is not where it is
	buffer []byte   // the frame that is sent
	spare  []byte   // the same frame by another way
}

// New returns a Writer that thins frames out to out.
func New(out io.Writer) *Writer { return &Writer{out: out, names: newTable()} }

// Write sends the difference that a frame makes; what is no frame passes unchanged. It reports the length of
// p, or the error of the terminal.
func (w *Writer) Write(p []byte) (int, error) {
	f, ok := readFrame(string(p))
	if !ok {
		return w.pass(p)
	}
	w.drawn = nil
	if err := w.send(f); err != nil {
		return 0, err
	}
	return len(p), nil
}

// send sends the difference that a frame makes.
func (w *Writer) send(f frame) error {
	if w.names.full() {
		w.names = newTable()
		w.forget() // lines that the frame does not repeat stay as they are
	}
	next := w.rows(f)
	w.buffer = w.draw(w.buffer[:0], w.shown, next)
	if s, ok := w.scroll(next); ok {
		w.spare = w.draw(s.append(w.spare[:0]), s.moved(w.shown), next)
		if len(w.spare) < len(w.buffer) {
			w.buffer, w.spare = w.spare, w.buffer
		}
	}
	w.shown = next
	w.place = ansi.CursorPosition(0, len(f.lines))
	if len(w.buffer) == 0 {
		return nil
	}
	if _, err := w.out.Write(w.buffer); err != nil {
		w.forget()
		return err
	}
	return nil
}

// pass sends what is no frame, with the cursor where the renderer believes it to be. What may have changed
// the screen makes the next frame's rows unknown.
func (w *Writer) pass(p []byte) (int, error) {
	s := string(p)
	if w.place != "" {
		if _, err := io.WriteString(w.out, w.place); err != nil {
			return 0, err
		}
		w.place = ""
	}
	if !quiet(s) {
		w.forget()
	}
	return w.out.Write(p)
}

// quiet reports whether a sequence leaves the cells of the screen as they are: modes other than the
// alternate screen, titles and the clipboard.
func quiet(s string) bool {
	if strings.HasPrefix(s, "\x1b]") {
		return true
	}
	mode, ok := strings.CutPrefix(s, "\x1b[?")
	return ok && strings.Count(s, "\x1b") == 1 && !strings.HasPrefix(mode, "1049") && !strings.HasPrefix(mode, "47")
}

// forget makes every row unknown: it will be drawn whole.
func (w *Writer) forget() {
	w.drawn = nil
	for y := range w.shown {
		w.shown[y] = &row{}
	}
}

// rowAt is the row at y; rows never drawn are unknown.
func rowAt(shown []*row, y int) *row {
	if y < len(shown) {
		return shown[y]
	}
	return &row{}
}
