package cli

import (
	"cmp"
	"fmt"
	"os"

	"crmsync/store"
	"crmsync/ui/cli/machine"
)

// ballastVariable names how much of the disk the engine keeps to finish with when it is full.
const ballastVariable = "CRMSYNC_BALLAST"

// ballastBytes reads $CRMSYNC_BALLAST, else the machine's settings: a number with KiB, MiB or GiB, or 0 for none;
// store.DefaultBallast without either.
func ballastBytes(settings machine.Settings) (int64, error) {
	settled, _ := settings.Text(machine.Ballast)
	text := cmp.Or(os.Getenv(ballastVariable), settled)
	if text == "" {
		return store.DefaultBallast, nil
	}
	n, err := machine.Bytes(text)
	if err != nil {
		return 0, &failure{code: "cli.usage", message: fmt.Sprintf("%s=%q is no size", ballastVariable, text), hint: "Write it like this: " + ballastVariable + "=64MiB, or 0 for none."}
	}
	return n, nil
}
