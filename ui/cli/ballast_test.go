package cli

import (
	"testing"

	"crmsync/store"
	"crmsync/ui/cli/machine"
)

func TestBallastSize(t *testing.T) {
	for text, want := range map[string]int64{"": store.DefaultBallast, "0": 0, "4096": 4096, "64KiB": 64 << 10, "1 GiB": 1 << 30, "16MiB": 16 << 20,
		"-1": -1, "64MB": -1, "much": -1, "KiB": -1, "9223372036854775807GiB": -1} {
		t.Setenv(ballastVariable, text)
		if got, err := ballastBytes(machine.Settings{}); (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: %d %v, want %d", text, got, err, want)
		}
	}
}
