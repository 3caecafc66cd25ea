package cli

import (
	"bytes"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// The variables that turn colours off and on are obeyed alike over SSH and, through termenv, by a local console. The
// output of the local one is no terminal here, so that it has colour only when that is forced.
func TestColourVariables(t *testing.T) {
	for _, c := range []struct {
		name, term    string
		variables     map[string]string
		remote, local termenv.Profile
	}{
		{"nothing said", "xterm-256color", nil, termenv.ANSI256, termenv.Ascii},
		{"true colour", "xterm-256color", map[string]string{"COLORTERM": "truecolor"}, termenv.TrueColor, termenv.Ascii},
		{"NO_COLOR", "xterm-256color", map[string]string{"NO_COLOR": "1"}, termenv.Ascii, termenv.Ascii},
		{"CLICOLOR=0", "xterm-256color", map[string]string{"CLICOLOR": "0"}, termenv.Ascii, termenv.Ascii},
		{"CLICOLOR=1", "xterm-256color", map[string]string{"CLICOLOR": "1"}, termenv.ANSI256, termenv.Ascii},
		{"dumb", "dumb", nil, termenv.Ascii, termenv.Ascii},
		{"forced", "dumb", map[string]string{"CLICOLOR_FORCE": "1"}, termenv.ANSI, termenv.ANSI},
		{"not forced", "dumb", map[string]string{"CLICOLOR_FORCE": "0"}, termenv.Ascii, termenv.Ascii},
		{"forced against CLICOLOR=0", "dumb", map[string]string{"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, termenv.ANSI, termenv.ANSI},
		{"forced against NO_COLOR", "dumb", map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, termenv.Ascii, termenv.Ascii},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range []string{"NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM"} {
				t.Setenv(name, c.variables[name])
			}
			t.Setenv("TERM", c.term)
			if got := profileFor(c.term, func(name string) string { return c.variables[name] }); got != c.remote {
				t.Errorf("over SSH it is %s, want %s", got.Name(), c.remote.Name())
			}
			if got := lipgloss.NewRenderer(&bytes.Buffer{}).ColorProfile(); got != c.local {
				t.Errorf("of a local console it is %s, want %s", got.Name(), c.local.Name())
			}
		})
	}
}
