// Package uitest drives a program in a real terminal, for tests: a private tmux server with one window.
package uitest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is how long Wait waits. Machines that test are slow at times.
const patience = 60 * time.Second

// Terminal is a program running in a terminal of its own.
type Terminal struct {
	t      testing.TB
	socket string
}

// Start runs a command in a new terminal of width by height, and ends it with the test. The environment's
// variables are added to the test's own. When the command ends, the screen shows "EXIT" and its code. The
// test is skipped where there is no tmux.
func Start(t testing.TB, width, height int, environment []string, command ...string) *Terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	dir, err := os.MkdirTemp("", "uitest") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	term := &Terminal{t: t, socket: filepath.Join(dir, "s")}
	t.Cleanup(func() {
		term.keep(os.Getenv("SHOTS"))
		_ = term.command("kill-server").Run() // it may have ended by itself
		os.RemoveAll(dir)
	})
	script := "env TERM=xterm-256color " + quoted(environment) + " " + quoted(command) + "; echo EXIT $?; sleep 600"
	term.run("new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), script)
	return term
}

func quoted(words []string) string {
	var all []string
	for _, word := range words {
		all = append(all, "'"+strings.ReplaceAll(word, "'", `'\''`)+"'")
	}
	return strings.Join(all, " ")
}

func (term *Terminal) command(args ...string) *exec.Cmd {
	cmd := exec.Command("tmux", append([]string{"-S", term.socket, "-f", os.DevNull}, args...)...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TMUX") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	return cmd
}

func (term *Terminal) run(args ...string) string {
	term.t.Helper()
	out, err := term.command(args...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v: %s", args[0], err, out)
	}
	return string(out)
}

// Screen returns what the terminal shows, as text.
func (term *Terminal) Screen() string {
	term.t.Helper()
	return term.run("capture-pane", "-p")
}

// Styled returns what the terminal shows with its colours and styles, as escape sequences.
func (term *Terminal) Styled() string {
	term.t.Helper()
	return term.run("capture-pane", "-e", "-p")
}

// keep writes the last screen of a test that failed into a folder, for the program in picture to draw; a folder that
// is not named keeps nothing.
func (term *Terminal) keep(folder string) {
	if folder == "" || !term.t.Failed() {
		return
	}
	screen, err := term.command("capture-pane", "-e", "-p").Output()
	if err != nil {
		return // it has ended
	}
	file := filepath.Join(folder, strings.ReplaceAll(term.t.Name(), "/", "-")+".ansi")
	if err := os.WriteFile(file, screen, 0o600); err != nil {
		term.t.Logf("its last screen is not kept: %v", err)
		return
	}
	term.t.Logf("its last screen: %s", file)
}

// Wait waits until the screen shows text, and fails with the screen when it does not.
func (term *Terminal) Wait(text string) {
	term.t.Helper()
	screen := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if screen = term.Screen(); strings.Contains(screen, text) {
			return
		}
	}
	term.t.Fatalf("the screen does not show %q:\n%s", text, screen)
}

// WaitCopied waits until tmux holds a copied text that contains text, and fails when it does not.
func (term *Terminal) WaitCopied(text string) {
	term.t.Helper()
	var held []byte
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		held, _ = term.command("show-buffer").Output() // fails while there is none
		if strings.Contains(string(held), text) {
			return
		}
	}
	term.t.Fatalf("%q was not copied, but %q", text, held)
}

// Type types text at once, as one write of a fast typist or a slow line.
func (term *Terminal) Type(text string) {
	term.t.Helper()
	term.run("send-keys", "-l", text)
}

// Keys presses keys by tmux's names, such as "Enter", "Escape" and "C-c".
func (term *Terminal) Keys(names ...string) {
	term.t.Helper()
	term.run(append([]string{"send-keys"}, names...)...)
}

// Resize gives the terminal another size.
func (term *Terminal) Resize(width, height int) {
	term.t.Helper()
	term.run("resize-window", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height))
}

// Close takes the terminal away, as a lost line does.
func (term *Terminal) Close() {
	term.t.Helper()
	term.run("kill-server")
}
