package ui

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

// apart are the states of a place that draw something of their own; the others differ in a line or two.
func (p place) apart() []string {
	return slices.DeleteFunc(slices.Clone(p.drawn()), func(state string) bool {
		return slices.Contains(keys(away, tester, aMember, running), state) && p.name != "home"
	})
}

// wear gives a console another theme, as a terminal of the profile would have it.
func (c *console) wear(profile termenv.Profile, mode Mode, ascii bool) {
	renderer := lipgloss.NewRenderer(&strings.Builder{})
	renderer.SetColorProfile(profile)
	marks := UnicodeMarks()
	if ascii {
		marks = ASCIIMarks()
	}
	*c.app.Theme = *NewTheme(renderer, mode, marks)
}

var sgr = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// attributes are the numbers of the styles of a frame; a colour by index or by its parts is one of them.
func attributes(frame string) []string {
	var out []string
	for _, m := range sgr.FindAllStringSubmatch(frame, -1) {
		numbers := strings.Split(m[1], ";")
		for i := 0; i < len(numbers); i++ {
			n := numbers[i]
			if (n == "38" || n == "48") && i+1 < len(numbers) {
				end := min(len(numbers), i+map[string]int{"5": 3, "2": 5}[numbers[i+1]])
				n, i = strings.Join(numbers[i:end], ";"), end-1
			}
			if n != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// isColour reports whether a style is a colour and not a weight.
func isColour(attribute string) bool {
	first, _, _ := strings.Cut(attribute, ";")
	n, _ := strconv.Atoi(first)
	return n >= 30 && n <= 49 || n >= 90 && n <= 107
}

// TestThemes draws every place in every theme: the words and marks are the same in each, so that no colour
// carries a meaning alone; without colour there is none; a theme uses only what its terminal knows.
func TestThemes(t *testing.T) {
	dark, light := regexp.MustCompile(`^[34]8;5;\d+$`), regexp.MustCompile(`^[34]8;5;\d+$`)
	sixteen, full := regexp.MustCompile(`^(3[0-7]|4[0-7]|9[0-7]|10[0-7])$`), regexp.MustCompile(`^[34]8;(5;\d+|2;\d+;\d+;\d+)$`)
	themes := []struct {
		name    string
		profile termenv.Profile
		mode    Mode
		colours *regexp.Regexp // nil: none
	}{
		{"NO_COLOR", termenv.Ascii, ModeDark, nil}, {"mono", termenv.ANSI256, ModeMono, nil}, {"dark", termenv.ANSI256, ModeDark, dark},
		{"light", termenv.ANSI256, ModeLight, light}, {"16 colours", termenv.ANSI, ModeDark, sixteen}, {"true colour", termenv.TrueColor, ModeDark, full},
	}
	for _, p := range places() {
		for _, state := range p.apart() {
			c := p.in(t, state)
			if p.name != "too-small" {
				c.resize(80, 24)
			}
			want := c.text()
			for _, theme := range themes {
				c.wear(theme.profile, theme.mode, false)
				frame := c.app.View()
				if ansi.Strip(frame) != want {
					t.Errorf("%s, %s: the words differ in %s", p.name, state, theme.name)
				}
				for _, attribute := range attributes(frame) {
					if isColour(attribute) && (theme.colours == nil || !theme.colours.MatchString(attribute)) {
						t.Errorf("%s, %s: %s has the colour %s", p.name, state, theme.name, attribute)
					}
				}
			}
		}
	}
}

// TestStateIsNeverColourAlone checks what is drawn in one of the four state colours: it has a word or a
// number, it is a bar, or it is a state's mark with a word beside it.
func TestStateIsNeverColourAlone(t *testing.T) {
	palette := DarkPalette()
	states := map[string]bool{}
	for _, c := range []lipgloss.TerminalColor{palette.Good, palette.Warn, palette.Bad} {
		states[fmt.Sprintf("38;5;%v", c)] = true
	}
	marks := UnicodeMarks()
	bars := strings.Join(append([]string{marks.BarFull, marks.BarRest, marks.Block, marks.Shade, marks.Even, marks.Upright, marks.TopLeft, marks.TopRight, marks.BottomLeft, marks.BottomRight, " "}, marks.Spark...), "")
	run := regexp.MustCompile("\x1b\\[([0-9;]*)m([^\x1b]*)")
	for _, p := range places() {
		for _, state := range p.apart() {
			c := p.in(t, state)
			c.resize(max(c.app.width, 120), max(c.app.height, 40))
			c.wear(termenv.ANSI256, ModeDark, false)
			for _, line := range strings.Split(c.app.View(), "\n") {
				for _, m := range run.FindAllStringSubmatchIndex(line, -1) {
					text := line[m[4]:m[5]]
					if !slices.ContainsFunc(attributes(line[m[0]:m[1]]), func(a string) bool { return states[a] }) || hasWord(text) || strings.Trim(text, bars) == "" {
						continue
					}
					if after := ansi.Strip(line[m[5]:]); !hasWord(cut(after, 24)) {
						t.Errorf("%s, %s: %q has a colour and no word beside it: %q", p.name, state, text, ansi.Strip(line))
					}
				}
			}
		}
	}
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// changed is the place over data in which every text is changed.
func (p place) changed(change func(string) string) place {
	usual := p.world
	p.world = func() *world {
		w := sampleWorld()
		if usual != nil {
			w = usual()
		}
		everyText(reflect.ValueOf(w), change)
		w.texts = change
		return w
	}
	return p
}

// TestASCII draws every place over data in ASCII with the ASCII marks: not one other byte is sent.
func TestASCII(t *testing.T) {
	ascii := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= ' ' && r < 0x7f {
				return r
			}
			return 'x'
		}, s)
	}
	for _, p := range places() {
		for _, state := range p.apart() {
			c := p.changed(ascii).in(t, state)
			for _, size := range [][2]int{{60, 16}, {100, 30}} {
				if p.name != "too-small" {
					c.resize(size[0], size[1])
				}
				c.wear(termenv.Ascii, ModeDark, true)
				for _, line := range strings.Split(c.app.View(), "\n") {
					if at := strings.IndexFunc(ours.ReplaceAllString(line, ""), func(r rune) bool { return r >= 0x7f }); at >= 0 {
						t.Errorf("%s, %s at %v: not ASCII: %q", p.name, state, size, ansi.Strip(line))
						break
					}
				}
			}
		}
	}
}

// TestPoisonedData draws every place with hostile text in every text of the data, not only in names: no
// control character comes through and every line keeps its width.
func TestPoisonedData(t *testing.T) {
	poison := func(s string) string {
		if s == "" {
			return s
		}
		return s + "\x1b]0;gone\a\x1b[2J\u202eEvil\n\t\u200b\u2066\x9b31m\u0301佐"
	}
	for _, p := range places() {
		for _, state := range p.apart() {
			c := p.changed(poison).in(t, state)
			for _, size := range [][2]int{{100, 30}} {
				if p.name != "too-small" {
					c.resize(size[0], size[1])
				}
				checkFrame(t, p.name+", "+state+", poisoned", c.app.View(), c.app.width, c.app.height)
			}
		}
	}
}

// retext changes the texts of rows that a fake has just made, where a test wants other texts.
func (w *world) retext(rows any) {
	if w.texts != nil {
		everyText(reflect.ValueOf(rows), w.texts)
	}
}

// everyText changes every text that a value holds, in rows, maps and below pointers.
func everyText(v reflect.Value, change func(string) string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Kind() == reflect.Pointer {
			everyText(v.Elem(), change)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Field(i); field.CanSet() {
				everyText(field, change)
			} else if field.CanAddr() {
				everyText(reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem(), change)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			everyText(v.Index(i), change)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			everyText(value, change)
			v.SetMapIndex(key, value)
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(change(v.String()))
		}
	}
}
