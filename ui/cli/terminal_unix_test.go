//go:build unix

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"crmsync/ui/uitest"
)

// coloured finds a colour among escape sequences: 30 to 49 and 90 to 107 of SGR.
var coloured = regexp.MustCompile(`\x1b\[([0-9;]*;)?([34][0-8]|9[0-7]|10[0-7])[;m]`)

// TestConsoleEndures drives the real binary through what terminals do to programs: a burst of keys, a storm of
// sizes, SIGTERM, and the loss of the terminal. It always ends, and leaves the store and the terminal usable.
func TestConsoleEndures(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary and imports an org")
	}
	bin, home := build(t), t.TempDir()
	dir := filepath.Join(home, "demo")
	environment := []string{"XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "XDG_DATA_HOME=" + filepath.Join(home, "share")}
	term := uitest.Start(t, 120, 40, environment, bin, "demo", "--dir", dir, "--size", "600")
	term.Wait("Needs you")
	term.Type("4" + strings.Repeat("j", 30) + strings.Repeat("k", 10)) // one write, before the list was read
	term.Wait("SCORE")
	term.Wait("21 of ")
	for i := range 24 {
		term.Resize(60+i*4, 16+i)
	}
	term.Resize(50, 12)
	term.Wait("the console needs 60 x 16")
	term.Resize(100, 30)
	term.Wait("SCORE")
	term.Wait("21 of ")
	if screen := term.Screen(); strings.Count(screen, "1 Home") != 1 || strings.Count(screen, "? help") != 1 {
		t.Errorf("the storm of sizes left this:\n%s", screen)
	}
	endBy := func(how func(pid int) error) {
		t.Helper()
		pid := consolePid(t, dir)
		if err := how(pid); err != nil {
			t.Fatal(err)
		}
		waitGone(t, pid)
	}
	endBy(func(pid int) error { return syscall.Kill(pid, syscall.SIGTERM) })
	term.Wait("EXIT 0")

	again := uitest.Start(t, 80, 24, append(environment, "NO_COLOR=1"), bin, "--dir", dir)
	again.Wait("Needs you")
	if screen := again.Styled(); coloured.MatchString(screen) {
		t.Errorf("with NO_COLOR the screen has colours:\n%q", screen)
	}
	endBy(func(int) error { again.Close(); return nil }) // the terminal goes away under it

	cmd := exec.Command(bin, "--dir", dir, "status")
	cmd.Env = append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "connected") {
		t.Errorf("after the terminal was lost: %v, %s", err, out)
	}
}

// consolePid is the process that is the engine of the store in dir.
func consolePid(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "store", "crmsync.lock"))
	if err != nil {
		t.Fatal(err)
	}
	_, number, _ := strings.Cut(strings.TrimSpace(string(text)), "/") // host/pid
	pid, err := strconv.Atoi(number)
	if err != nil {
		t.Fatalf("the lock holds %q", text)
	}
	return pid
}

// waitGone waits until a process has ended.
func waitGone(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if syscall.Kill(pid, 0) != nil {
			return
		}
	}
	t.Fatalf("process %d has not ended", pid)
}
