//go:build unix

package cli

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBenchConsole runs the measure of the console on a small store: its keys still lead where it takes them,
// everything was measured, and the bytes of a key, which no slow machine changes, are within their bounds.
func TestBenchConsole(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary and imports an org")
	}
	bin, home := buildWith(t), t.TempDir() // as it is used: the race detector slows every key
	cmd := exec.CommandContext(t.Context(), bin, "bench", "console", "--rows", "100", "--keys", "4", "--json")
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+filepath.Join(home, "config"), "XDG_DATA_HOME="+filepath.Join(home, "share"), "TMPDIR="+home)
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) && failed.ExitCode() == 1 && len(out) > 0 {
		err = nil // a bound in milliseconds or of memory was missed: this machine has other work
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got consoleBench
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got.FirstFrame <= 0 || got.Filled <= 0 || got.Status <= 0 || got.PeakRSS <= 0 || got.Key.Keys != 8 || got.Busy.Keys != 4 {
		t.Errorf("not everything was measured: %s", out)
	}
	if len(got.Bytes) != 6 {
		t.Errorf("%d kinds of keys counted, want cursor, scroll and page on two screens", len(got.Bytes))
	}
	for _, key := range got.Bytes {
		if key.Median <= 0 || key.Bound > 0 && key.Median > key.Bound {
			t.Errorf("%s, %s: %d bytes, bound %d", key.Screen, key.Key, key.Median, key.Bound)
		}
	}
}
