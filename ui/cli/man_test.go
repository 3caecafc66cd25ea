package cli

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"crmsync/assets/help"
)

// The manual tells of every command that does something, of every exit code, and holds nothing that roff would take
// for a request of its own.
func TestManual(t *testing.T) {
	code, page, errs := call(t, t.TempDir(), "man")
	if code != ExitOK {
		t.Fatal(errs)
	}
	everyCommand(func(cmd *cobra.Command) {
		if cmd.Runnable() && !cmd.HasAvailableSubCommands() && cmd.IsAvailableCommand() && !strings.Contains(page, ".SS "+roff(cmd.CommandPath())) {
			t.Errorf("nothing of %s", cmd.CommandPath())
		}
	})
	for _, exit := range exits {
		if !strings.Contains(page, fmt.Sprintf(".B %d\n", exit.code)) {
			t.Errorf("nothing of exit code %d", exit.code)
		}
	}
	requests := ".TH .SH .SS .TP .PP .B .I .RI .br .nf .fi .nh .ad"
	for line := range strings.Lines(page) {
		if word, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(word, ".") && !strings.Contains(requests+" ", word+" ") {
			t.Errorf("%q is taken for a request", line)
		}
	}
	if groff, err := exec.LookPath("groff"); err == nil {
		format := exec.CommandContext(t.Context(), groff, "-man", "-Tutf8", "-Kutf8", "-ww")
		format.Stdin = strings.NewReader(page)
		var warned strings.Builder
		format.Stderr = &warned
		if out, err := format.Output(); err != nil || warned.Len() > 0 || len(out) < 20_000 {
			t.Errorf("groff: %v, %d bytes: %.600s", err, len(out), warned.String())
		}
	}
}

func TestRoffTakesNoRequests(t *testing.T) {
	for text, want := range map[string]string{
		".sh rm": `\&.sh rm`, "'so x": `\&'so x`, `a\b`: `a\eb`, "--all": `\-\-all`, "ok\n.x": "ok\n\\&.x", "wait…": "wait...",
	} {
		if got := roff(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// The help of scripts has the exit codes as they are.
func TestExitCodesAreTold(t *testing.T) {
	topic, _ := help.Find("scripts")
	for _, exit := range exits {
		if !strings.Contains(topic.Text, fmt.Sprintf("%4d  %s\n", exit.code, exit.text)) {
			t.Errorf("help scripts does not say: %4d  %s", exit.code, exit.text)
		}
	}
}
