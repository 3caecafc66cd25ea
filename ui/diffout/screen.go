package diffout

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Draw sends what turns the screen into a view of full lines, none wider than the window. It does for a
// program that draws by itself what Write does with the renderer's frames; both may be used in turn.
func (w *Writer) Draw(view string, width int) error {
	lines := strings.Split(view, "\n")
	f := frame{lines: make([]string, len(lines)), below: len(w.shown) > len(lines)}
	for y, line := range lines {
		if y < len(w.drawn) && w.drawn[y] == line {
			continue // an empty line of a frame is one that has not changed
		}
		f.lines[y] = line
		if ansi.StringWidth(line) < width {
			f.lines[y] += ansi.EraseLineRight
		}
	}
	if err := w.send(f); err != nil {
		return err
	}
	w.drawn = lines
	return nil
}

// Forget makes every row unknown, since something else has changed the screen: the next frame is sent whole.
func (w *Writer) Forget() { w.forget() }

// IsFrame reports whether one Write of the renderer is a frame.
func IsFrame(p []byte) bool {
	_, ok := readFrame(string(p))
	return ok
}
