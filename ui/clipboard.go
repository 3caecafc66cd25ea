package ui

import (
	"context"
	"os/exec"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// clipboardPatience is how long a clipboard command may take.
const clipboardPatience = 2 * time.Second

// clipboardBy gives what is copied to a command on its standard input, besides the terminal's own way. When the command
// fails nothing is lost: the text went to the terminal as well, and is shown.
func clipboardBy(ctx context.Context, command []string) func(text string) tea.Cmd {
	return func(text string) tea.Cmd {
		if len(command) == 0 {
			return nil
		}
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(ctx, clipboardPatience)
			defer cancel()
			cmd := exec.CommandContext(ctx, command[0], command[1:]...)
			cmd.Stdin = strings.NewReader(clean(text))
			_ = cmd.Run() // see above
			return nil
		}
	}
}
