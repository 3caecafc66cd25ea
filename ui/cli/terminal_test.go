package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"crmsync/ui/uitest"
)

// build makes the real binary, with the race detector when the test has it.
func build(t *testing.T) string {
	t.Helper()
	if raceEnabled {
		return buildWith(t, "-race")
	}
	return buildWith(t)
}

// buildWith makes the real binary with flags of go build.
func buildWith(t *testing.T, flags ...string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "crmsync")
	cmd := exec.Command("go", append(append([]string{"build", "-o", bin}, flags...), ".")...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building: %v: %s", err, out)
	}
	return bin
}

// scriptedEditor is an editor that looks at its terminal, waits for a line, and changes a setting.
func scriptedEditor(t *testing.T) string {
	t.Helper()
	script := filepath.Join(t.TempDir(), "editor")
	text := "#!/bin/sh\nset -e\ntest -t 0 && test -t 1\necho the editor has a terminal of $(stty size | cut -d' ' -f2)\nread line\n" +
		"sed 's/^\\[settings\\]$/[settings]\\n\"match.floor\" = \"33\"/' \"$1\" > \"$1.new\"\nmv \"$1.new\" \"$1\"\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return script
}

// TestConsoleInATerminal drives the real binary as a person does: demo, review, undo, resize, quit.
func TestConsoleInATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary and imports an org")
	}
	bin, home := build(t), t.TempDir()
	environment := []string{"XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "XDG_DATA_HOME=" + filepath.Join(home, "share"), "VISUAL=" + scriptedEditor(t)}
	term := uitest.Start(t, 120, 40, environment, bin, "demo", "--size", "600")
	term.Wait("Needs you")
	term.Wait("connected")
	term.Type("4")
	term.Wait("best first")
	term.Wait("1 of ")
	term.Type("jjjj") // one write, four keys
	term.Wait("5 of ")
	term.Type("a")
	term.Wait("Accepted ")
	term.Type("u")
	term.Wait("Taken back")
	term.Type("y") // tmux takes no clipboard from an escape sequence, as it is set by default
	term.Wait("copied http")
	term.WaitCopied("http")
	term.Type("8")
	term.Wait("Accept alone from")
	term.Type("E")
	term.Wait("the editor has a terminal of 120") // and after a key the console has it again
	term.Keys("Enter")
	term.Wait("Apply 1 change")
	term.Wait("setting match.floor")
	for range 500 { // a dialog that has just opened takes no key for a moment
		if term.Keys("Escape"); strings.Contains(term.Screen(), "an edited text waits") {
			break
		}
	}
	term.Wait("an edited text waits")
	term.Type("d4")
	term.Wait("best first")
	term.Type(":")
	term.Wait("Command")
	term.Keys("Escape")
	term.Resize(50, 10)
	term.Wait("the console needs 60 x 16")
	term.Resize(80, 24)
	term.Wait("SCORE")
	term.Keys("C-c")
	term.Wait("This demo is kept. Go on with: crmsync --dir ")
	term.Wait("EXIT 0")
}

// TestStatusAsksTheTerminalNothing runs a command on a terminal that answers no question.
func TestStatusAsksTheTerminalNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary")
	}
	if _, err := exec.LookPath("script"); err != nil {
		t.Skip("script(1) is not installed")
	}
	bin, home := build(t), t.TempDir()
	cmd := exec.Command("script", "-qec", bin+" version; "+bin+" status", os.DevNull)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home)
	out, _ := cmd.CombinedOutput() // status exits 10: no org is connected
	if !strings.Contains(string(out), "no org is connected") || strings.Contains(string(out), "\x1b") {
		t.Errorf("the terminal saw %q; a question to it would be waited for", out)
	}
}

// TestPlainThroughAPipe talks with the real binary without a terminal.
func TestPlainThroughAPipe(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary and imports an org")
	}
	home := t.TempDir()
	cmd := exec.Command(build(t), "demo", "--size", "300")
	cmd.Env = append(os.Environ(), "ACCESSIBLE=1", "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home)
	cmd.Stdin = strings.NewReader("matches\naccept\nundo\nq\nq\n")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Screen: Matches") || !strings.Contains(string(out), "Accepted ") || !strings.Contains(string(out), "Taken back") || !strings.Contains(string(out), "Go on with: crmsync --dir ") || strings.Contains(string(out), "\x1b") {
		t.Errorf("%v; it said:\n%s", err, out)
	}
}
