package ui

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/teatest"
	"github.com/muesli/termenv"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// fakeEditor is an editor that does one step of a shell script each time it is opened, and notes what it was given.
func fakeEditor(t *testing.T, steps ...string) (command, notes string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the editor is a shell script")
	}
	dir := t.TempDir()
	notes = filepath.Join(dir, "notes")
	script := "#!/bin/sh\nset -e\ncd '" + dir + "'\nn=$(cat count 2>/dev/null || echo 0)\necho $((n+1)) > count\nls -l \"$1\" | cut -c1-10 >> notes\necho \"$1\" >> notes\ncat \"$1\" >> notes\ncase $n in\n"
	for i, step := range steps {
		script += string(rune('0'+i)) + ") " + step + ";;\n"
	}
	command = filepath.Join(dir, "editor")
	if err := os.WriteFile(command, []byte(script+"esac\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return command, notes
}

// Journey: the settings are edited as text; a slip is shown with its line and the text is not lost; what it would
// change is shown before it is applied, one undo takes it back, and no file is left.
func TestJourneySettingsInAnEditor(t *testing.T) {
	engine, st := openedEngine(t)
	actor := admin()
	err := st.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutConsoleUser(store.ConsoleUser{Name: actor.Name, Role: string(crmsync.RoleAdmin), OSUser: "ana", AddedAt: time.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	floor := func() string {
		value, err := (live{engine: engine}).setting(t.Context(), crmsync.SettingMatchFloor)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	before := floor()
	command, notes := fakeEditor(t,
		`sed 's/^\[settings\]$/[settings]\n"match.floor" = "33"\n"match.flor" = "34"/' "$1" > t; cat t > "$1"`,
		`grep -v flor "$1" > t; cat t > "$1"`)
	renderer := lipgloss.NewRenderer(&bytes.Buffer{})
	renderer.SetColorProfile(termenv.ANSI256)
	var looks atomic.Int64
	clock := func() time.Time { return testNow.Add(time.Duration(looks.Add(1)) * time.Second) } // no key is part of another's grace
	session := &Session{Theme: NewTheme(renderer, ModeDark, UnicodeMarks()), Services: Live(engine, st, actor), Actor: actor, Now: clock, ctx: t.Context(), sleep: sleepFor,
		editor: editorOf(command, nil, nil, &bytes.Buffer{})}
	m := teatest.NewTestModel(t, newApp(session), teatest.WithInitialTermSize(100, 30))
	until(t, m, "not connected")
	m.Type("8")
	until(t, m, "Matching")
	m.Type("E")
	until(t, m, "The text cannot be read", "match.flor", "line ")
	if floor() != before {
		t.Fatal("a text that cannot be read changed something")
	}
	m.Type("y")
	until(t, m, "Apply 1 change")
	if floor() != before {
		t.Fatal("the preview changed something")
	}
	m.Type("y")
	until(t, m, "Set up as the text says")
	if floor() != "33" {
		t.Errorf("the floor is %s, want 33", floor())
	}
	m.Type("u")
	until(t, m, "Taken back.")
	if floor() != before {
		t.Errorf("after the undo the floor is %s, want %s", floor(), before)
	}
	m.Send(tea.KeyMsg{Type: tea.KeyCtrlC})
	m.WaitFinished(t, teatest.WithFinalTimeout(5*time.Second))
	checkNotes(t, notes)
}

// checkNotes reads what the editor was given: private files, the second with what the first held, and both gone.
func checkNotes(t *testing.T, notes string) {
	t.Helper()
	text, err := os.ReadFile(notes)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), "-rw-------\n") != 2 {
		t.Errorf("the files were not private:\n%s", text)
	}
	if !strings.Contains(string(text), `"match.flor" = "34"`) {
		t.Errorf("the text with the slip was lost:\n%s", text)
	}
	for line := range strings.Lines(string(text)) {
		if file := strings.TrimSpace(line); strings.HasSuffix(file, "crmsync-settings.toml") {
			if _, err := os.Stat(filepath.Dir(file)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is left: %v", file, err)
			}
		}
	}
}

// Over SSH, and where no editor is known, the action is off and says why; a text that waits can be dropped.
func TestEditorIsOff(t *testing.T) {
	visitor := admin()
	visitor.Via = "ssh"
	c := start(t, setup{services: sampleWorld().services(), actor: visitor})
	c.press("8", "E")
	c.sees("over SSH no editor is opened")
	c = start(t, setup{services: sampleWorld().services()})
	c.press("8", "E")
	c.sees("EDITOR names one")
	s := c.app.screen().(*settings)
	s.draft = "format = 1"
	c.now = c.now.Add(time.Minute)
	c.send(expireMsg(c.app.toastID))
	c.sees("an edited text waits")
	c.press("d")
	c.lacks("an edited text waits")
}

// What is wrong with a text is found in it by the number of a line, or by a name.
func TestFaultyLine(t *testing.T) {
	text := "format = 1\n[settings]\n\"match.floor\" = \"x\"\n"
	for _, c := range []struct {
		err  string
		want int
	}{{"toml: line 2 (last key \"format\"): expected", 2}, {"match.floor is no number", 3}, {"toml: line 99: beyond", 0}, {"nothing of it", 0}} {
		if got, _ := faultyLine(text, errors.New(c.err)); got != c.want {
			t.Errorf("%q is in line %d, want %d", c.err, got, c.want)
		}
	}
	app := start(t, setup{services: sampleWorld().services()}).app
	s := &settings{stage: stage{Session: app.Session}}
	if got := ansi.Strip(strings.Join(s.faultLines("a = \x1b[2Jb\n", errors.New("a is wrong"), 40), "\n")); strings.Contains(got, "\x1b") || !strings.Contains(got, "line 1") {
		t.Errorf("the fault is shown as %q", got)
	}
}
