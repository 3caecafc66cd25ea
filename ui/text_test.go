package ui

import (
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

func FuzzClean(f *testing.F) {
	for _, name := range hostile {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Fatalf("%q keeps %U", s, r)
			}
		}
		if clean(got) != got {
			t.Fatalf("%q is not clean after one pass: %q", s, got)
		}
		if ansi.Strip(got) != got {
			t.Fatalf("%q holds a terminal sequence: %q", s, got)
		}
	})
}

func TestFitIsExact(t *testing.T) {
	for _, name := range hostile {
		for w := range 30 {
			for _, text := range []string{fit(clean(name), w), fitRight(clean(name), w), center(clean(name), w), ends(clean(name), "right", w)} {
				if got := width(text); got != w {
					t.Errorf("%q in %d columns takes %d", name, w, got)
				}
			}
		}
	}
}

func TestOverlayKeepsWidth(t *testing.T) {
	under := []string{fit("佐藤 文子佐藤 文子佐藤 文子", 26), fit("\x1b[31mred all along\x1b[m", 26), fit("plain", 26)}
	for x := range 20 {
		for i, line := range overlay(under, []string{"[box]", "[box]", "[box]"}, x, 0, 26) {
			if width(line) != 26 || !strings.Contains(ansi.Strip(line), "[box]") {
				t.Errorf("at %d, line %d: %q is %d columns wide", x, i, line, width(line))
			}
		}
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{number(0), "0"}, {number(999), "999"}, {number(1204), "1,204"}, {number(-1234567), "-1,234,567"},
		{count(1, "match", "matches"), "1 match"}, {count(3, "match", "matches"), "3 matches"},
		{oneIn(-14), "1 in 16,384"}, {odds(3.3), "9.8 to 1 for"}, {odds(-10), "1,024 to 1 against"}, {odds(0), "even odds"},
		{score(97), "A  97"}, {score(100), "A 100"}, {score(86), "B  86"}, {score(3), "D   3"},
		{MatchFilter{Object: "Lead", State: "review", Min: 85, Max: 94, Text: "veolia"}.String(), "object:lead status:review score:85..94 veolia"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if got := percent(0.9499); got != 94 {
		t.Errorf("0.9499 is shown as %d: nothing below a threshold may be shown as having reached it", got)
	}
}

func TestFilterReadsWhatItWrites(t *testing.T) {
	for _, f := range []MatchFilter{{}, {Object: "Contact"}, {State: "none", Text: "two words"}, {Min: 85, Max: 94}, {Min: 50}} {
		if got := parseFilter(f.String()); got != f {
			t.Errorf("%+v came back as %+v", f, got)
		}
	}
}

// A figure that does not fit is told in thousands or millions, which a cut one is not.
func TestFigure(t *testing.T) {
	for _, row := range []struct {
		n    int64
		w    int
		want string
	}{{0, 6, "0"}, {99999, 6, "99,999"}, {612480, 6, "612k"}, {612480, 7, "612,480"}, {12_345_678, 7, "12,345k"}, {12_345_678, 6, "12M"}, {1_234_567, 8, "1,234k"}} {
		if got := figure(row.n, row.w); got != row.want {
			t.Errorf("%d in %d columns: %q, not %q", row.n, row.w, got, row.want)
		}
	}
}
