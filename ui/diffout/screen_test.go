package diffout_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"crmsync/ui/diffout"
)

// TestDrawnScreens draws random views, whole on one terminal and by differences on the other, with resizes and
// with other output in between: both show the same.
func TestDrawnScreens(t *testing.T) {
	w, h := 100, 30
	r := rand.New(rand.NewPCG(5, 9))
	both, world := newTerminals(w, h), newScreens(r)
	if _, err := io.WriteString(both.filter, ansi.ResetModeAutoWrap); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(both.plain, ansi.ResetModeAutoWrap); err != nil {
		t.Fatal(err)
	}
	for i := range *rounds {
		switch {
		case i%37 == 36:
			w, h = 60+r.IntN(80), 16+r.IntN(30)
			both.resize(w, h)
			both.filter.Forget()
		case i%29 == 28: // something clears the screen
			if _, err := io.WriteString(both.filter, ansi.EraseEntireScreen); err != nil {
				t.Fatal(err)
			}
		}
		view := world.next(w, h, fmt.Sprintf("(%d)", i))
		whole := ansi.EraseEntireScreen
		for y, line := range strings.Split(view, "\n") {
			whole += ansi.CursorPosition(1, y+1) + line + "\x1b[m" + ansi.ResetHyperlink()
		}
		if _, err := io.WriteString(both.plain, whole); err != nil {
			t.Fatal(err)
		}
		if err := both.filter.Draw(view, w); err != nil {
			t.Fatal(err)
		}
		if d := both.difference(); d != "" {
			t.Fatalf("screen %d, %dx%d: %s", i, w, h, d)
		}
	}
	before := both.thinLen
	if err := both.filter.Draw("one\ntwo", w); err != nil {
		t.Fatal(err)
	}
	drawn := both.thinLen
	if err := both.filter.Draw("one\ntwo", w); err != nil {
		t.Fatal(err)
	}
	if drawn == before || both.thinLen != drawn {
		t.Errorf("the first view took %d bytes and the same again %d", drawn-before, both.thinLen-drawn)
	}
}

func TestIsFrame(t *testing.T) {
	for text, want := range map[string]bool{
		ansi.CursorHomePosition + "\r \x1b[K" + ansi.CursorPosition(0, 1): true,
		ansi.CursorHomePosition:         false,
		ansi.SetModeAltScreenSaveCursor: false,
	} {
		if diffout.IsFrame([]byte(text)) != want {
			t.Errorf("%q is a frame: %t, want %t", text, !want, want)
		}
	}
}
