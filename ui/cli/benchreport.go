package cli

import (
	"fmt"
)

// reportConsole prints what was measured beside its bounds, and fails when one is missed.
func (a *app) reportConsole(b *consoleBench) error {
	var rows [][]string
	missed := 0
	line := func(what string, value, bound float64, unit string) {
		state := ""
		if bound > 0 {
			state = "ok"
			if value > bound {
				state, missed = "MISSED", missed+1
			}
		}
		limit := ""
		if bound > 0 {
			limit = fmt.Sprintf("%.0f %s", bound, unit)
		}
		rows = append(rows, []string{what, fmt.Sprintf("%.1f %s", value, unit), limit, state})
	}
	line("first frame", b.FirstFrame, boundFirstFrame, "ms")
	line("Home with its figures", b.Filled, 0, "ms")
	line(fmt.Sprintf("key to frame, middle of %d", b.Key.Keys), b.Key.P50, 0, "ms")
	line("key to frame, p99", b.Key.P99, boundKey, "ms")
	line(fmt.Sprintf("while searching, middle of %d", b.Busy.Keys), b.Busy.P50, 0, "ms")
	line("while searching, p99", b.Busy.P99, boundKey, "ms")
	line("peak memory", float64(b.PeakRSS)/(1<<20), boundMemory/(1<<20), "MiB")
	for _, m := range b.Bytes {
		line(m.Screen+": "+m.Key, float64(m.Median), float64(m.Bound), "bytes")
	}
	line("crmsync status", b.Status, boundStatus, "ms")
	if a.json {
		if err := a.printJSON(b); err != nil {
			return err
		}
	} else {
		if err := a.table([]string{"", "MEASURED", "BOUND", ""}, rows); err != nil {
			return err
		}
		a.printf("%d cores, %d matches and members\n", b.Cores, b.Rows)
	}
	if missed > 0 {
		return &failure{code: "bench.missed", message: fmt.Sprintf("%d of the console's bounds missed", missed), hint: "other work on this machine slows every figure but the bytes"}
	}
	return nil
}
