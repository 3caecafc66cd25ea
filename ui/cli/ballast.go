package cli

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"crmsync/store"
)

// ballastVariable names how much of the disk the engine keeps to finish with when it is full.
const ballastVariable = "CRMSYNC_BALLAST"

// ballastBytes reads $CRMSYNC_BALLAST: a number with KiB, MiB or GiB, or 0 for none; store.DefaultBallast without it.
func ballastBytes() (int64, error) {
	text := os.Getenv(ballastVariable)
	if text == "" {
		return store.DefaultBallast, nil
	}
	number, unit := strings.TrimSpace(text), int64(1)
	for suffix, bytes := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if before, found := strings.CutSuffix(number, suffix); found {
			number, unit = strings.TrimSpace(before), bytes
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit/4 {
		return 0, &failure{code: "cli.usage", message: fmt.Sprintf("%s=%q is no size", ballastVariable, text), hint: "Write it like this: " + ballastVariable + "=64MiB, or 0 for none."}
	}
	return n * unit, nil
}
