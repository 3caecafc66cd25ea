package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unmannerly is what the console's code does not do, and why.
var unmannerly = map[string]*regexp.Regexp{
	"its goroutine outlives the screen; wait ends with a context":   regexp.MustCompile(`\btea\.(Tick|Every)\(`),
	"it does not work without a display; the terminal copies":       regexp.MustCompile(`atotto/clipboard`),
	"the lists of bubbles hold all rows and are slow":               regexp.MustCompile(`charmbracelet/bubbles/(list|table)"`),
	"words that say nothing are in no name":                         regexp.MustCompile(`(?m)^(func|type)( \([^)]*\))? \w*(Manager|Helper|Util)\b`),
	"over SSH it would run on the server; hostEditor asks for that": regexp.MustCompile(`\btea\.ExecProcess\(`),
}

// The sources of the console and of its server do none of it.
func TestSourcesKeepTheManners(t *testing.T) {
	for _, folder := range []string{".", "sshd", "cli"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no sources in %s: %v", folder, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for why, pattern := range unmannerly {
				if found := pattern.Find(text); found != nil {
					t.Errorf("%s has %q: %s", file, found, why)
				}
			}
		}
	}
}

// What is typed is never taken for the keys of a failure.
func TestFailureLeavesLettersAlone(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("6", "/")
	c.send(actedMsg{what: "accept the match", err: busyError{}})
	c.press("e", "c")
	c.lacks("What failed")
	if f := c.app.sieve(); f == nil || !f.editing() || f.field.value() != "ec" {
		t.Errorf("the filter did not get the letters: %v %q", f != nil, c.app.View())
	}
}
