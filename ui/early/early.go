// Package early settles whether the terminal's background is dark before Bubble Tea's own package
// initialisation asks the terminal for it. That question costs one round trip on every subcommand,
// and five seconds on a terminal that never answers.
//
// Go initialises independent packages in import-path order, so this path, crmsync/ui/early, must sort
// before github.com/charmbracelet/bubbletea; whoever imports bubbletea imports this package too.
package early

import (
	"os"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

func init() {
	lipgloss.SetHasDarkBackground(Dark(os.Getenv("COLORFGBG")))
}

// Dark reports whether a COLORFGBG value ("foreground;background" or "foreground;other;background",
// palette indices) names a dark background. A value that is absent or unreadable counts as dark,
// which is what most terminals are.
func Dark(colorfgbg string) bool {
	background := colorfgbg[strings.LastIndexByte(colorfgbg, ';')+1:]
	return background != "7" && background != "15"
}
