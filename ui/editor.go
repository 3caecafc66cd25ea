package ui

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// hostEditor is a person's own editor, in the terminal of the console. A session over SSH has none: it would run
// on the server, as the service.
type hostEditor struct {
	command string    // as in EDITOR, with its arguments
	in, out *os.File  // the terminal; nil: what the program has
	wire    io.Writer // for what the console must set while the editor has the screen
}

// editorOf is the editor that the options name, or nil.
func editorOf(command string, in io.Reader, out io.Writer, wire io.Writer) *hostEditor {
	if strings.TrimSpace(command) == "" {
		return nil
	}
	e := &hostEditor{command: command, wire: wire}
	e.in, _ = in.(*os.File)
	e.out, _ = out.(*os.File)
	return e
}

// open gives the screen to the editor with a file, and the screen back to the console after it.
func (e *hostEditor) open(file string, ended func(error) tea.Msg) tea.Cmd {
	cmd := exec.Command(e.command, file) //nolint:gosec // the person's own choice of editor
	if runtime.GOOS != "windows" {
		cmd = exec.Command("sh", "-c", e.command+` "$1"`, "sh", file) //nolint:gosec // EDITOR may hold arguments, as everywhere
	}
	cmd.Stderr = os.Stderr
	if e.in != nil {
		cmd.Stdin = e.in
	}
	if e.out != nil { // the editor wants the terminal itself, not what the frames go through
		cmd.Stdout, cmd.Stderr = e.out, e.out
	}
	return tea.Exec(&editorRun{cmd, e.wire}, ended)
}

// editorRun is one run of an editor.
type editorRun struct {
	*exec.Cmd
	wire io.Writer
}

// Run runs the editor with lines that wrap, as it expects them.
func (r *editorRun) Run() error {
	_, _ = io.WriteString(r.wire, ansi.SetModeAutoWrap) // a lost terminal ends the editor and the console by itself
	defer func() { _, _ = io.WriteString(r.wire, ansi.ResetModeAutoWrap) }()
	return r.Cmd.Run()
}

// SetStdin gives the editor the program's input, unless it has the terminal.
func (r *editorRun) SetStdin(in io.Reader) {
	if r.Stdin == nil {
		r.Stdin = in
	}
}

// SetStdout gives the editor the program's output, unless it has the terminal.
func (r *editorRun) SetStdout(out io.Writer) {
	if r.Stdout == nil {
		r.Stdout = out
	}
}

// SetStderr leaves errors where they go.
func (r *editorRun) SetStderr(io.Writer) {}

// privateFile writes text to a file in a directory of its own that only its owner can enter: what an editor
// leaves beside the file goes with the directory.
func privateFile(name, text string) (file string, err error) {
	dir, err := os.MkdirTemp("", "crmsync-")
	if err != nil {
		return "", err
	}
	file = filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		_ = os.RemoveAll(dir)
		return "", err
	}
	return file, nil
}

// removePrivate removes a private file with its directory.
func removePrivate(file string) error { return os.RemoveAll(filepath.Dir(file)) }
