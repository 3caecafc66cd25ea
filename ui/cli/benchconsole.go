package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"
)

// consoleBench is what bench console measured. Times are in milliseconds.
type consoleBench struct {
	Cores      int     `json:"cores"`
	Rows       int     `json:"rows"` // matches, and members
	FirstFrame float64 `json:"first_frame_ms"`
	Filled     float64 `json:"first_data_ms"` // until Home has its figures
	Status     float64 `json:"status_ms"`     // of crmsync status, from start to end
	PeakRSS    int64   `json:"peak_rss_bytes"`
	Key        spread  `json:"key_to_frame_ms"`
	Busy       spread  `json:"key_to_frame_while_searching_ms"`
	Bytes      []moved `json:"bytes_per_key"`

	pushes int // how many keys are pressed on each list for its times, and at most for its bytes
}

// spread is the middle and the slow end of many times.
type spread struct {
	Keys int     `json:"keys"`
	P50  float64 `json:"p50"`
	P99  float64 `json:"p99"`
	Most float64 `json:"most"`
}

// moved is what one kind of key costs on the wire, with all that it leads to.
type moved struct {
	Screen string `json:"screen"`
	Key    string `json:"key"`
	Median int    `json:"median"`
	Most   int    `json:"most"`
	Bound  int    `json:"bound"` // of the median
}

// The bounds of bench console.
const (
	boundFirstFrame = 100.0
	boundKey        = 16.0
	boundStatus     = 50.0
	boundMemory     = 60 << 20
)

func newBenchConsole(a *app) *cobra.Command {
	var (
		rows   int
		keep   string
		pushes int
	)
	cmd := &cobra.Command{
		Use:   "console",
		Short: "Measure the console in a real terminal, on a large store",
		Long: "Starts this program in a terminal of 120 by 40 that answers no question, on a store with as many matches and\n" +
			"members as asked for, and presses keys. Exit code 1 when a bound of the console is missed. The store is made\n" +
			"first; --keep names a directory where it stays, to be used again.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			dir := keep
			if dir == "" {
				if dir, err = os.MkdirTemp("", "crmsync-bench-"); err != nil {
					return err
				}
				defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
			}
			at, err := a.openBenchStore(cmd.Context(), dir, rows)
			if err != nil {
				return err
			}
			bench := &consoleBench{Cores: runtime.NumCPU(), Rows: rows, pushes: pushes}
			if err := bench.run(cmd.Context(), at); err != nil {
				return err
			}
			return a.reportConsole(bench)
		},
	}
	rows, pushes = 1_000_000, 600
	cmd.Flags().Var((*countFlag)(&rows), "rows", "`number` of matches and of members")
	cmd.Flags().StringVar(&keep, "keep", "", "`directory` of the store, kept for the next time")
	cmd.Flags().Var((*countFlag)(&pushes), "keys", "`number` of keys pressed on each list, and while a search runs")
	return cmd
}

// run measures everything.
func (b *consoleBench) run(ctx context.Context, dir string) error {
	if _, err := statusTime(ctx, dir); err != nil { // a store that was kept may be of an older version, and is brought up to date
		return err
	}
	if err := b.starts(ctx, dir); err != nil {
		return err
	}
	t, err := startInTerminal(ctx, "--dir", dir)
	if err != nil {
		return err
	}
	if err := errors.Join(b.keysOf(ctx, t), t.quit()); err != nil {
		return err
	}
	return b.status(ctx, dir)
}

// starts measures the first frame: the median of several starts.
func (b *consoleBench) starts(ctx context.Context, dir string) error {
	var first, filled []float64
	for range 7 {
		t, err := startInTerminal(ctx, "--dir", dir)
		if err != nil {
			return err
		}
		shown, err := t.wait(ctx, 0, "Matches")
		if err != nil {
			return errors.Join(err, t.quit())
		}
		full, err := t.wait(ctx, 0, "Needs you")
		first, filled = append(first, milliseconds(shown.Sub(t.began))), append(filled, milliseconds(full.Sub(t.began)))
		if err := errors.Join(err, t.rest(ctx), t.quit()); err != nil {
			return err
		}
	}
	b.FirstFrame, b.Filled = median(first), median(filled)
	return nil
}

// quit presses ctrl+c and waits for the end.
func (t *benchTerminal) quit() error {
	_, err := t.file.WriteString("\x03")
	return errors.Join(err, t.end())
}

// status measures crmsync status on a terminal that answers nothing.
func (b *consoleBench) status(ctx context.Context, dir string) error {
	var times []float64
	for range 15 {
		took, err := statusTime(ctx, dir)
		if err != nil {
			return err
		}
		times = append(times, milliseconds(took))
	}
	b.Status = median(times)
	return nil
}

// statusTime runs crmsync status once.
func statusTime(ctx context.Context, dir string) (time.Duration, error) {
	t, err := startInTerminal(ctx, "--dir", dir, "status")
	if err != nil {
		return 0, err
	}
	var failed *exec.ExitError
	if err := t.end(); err != nil && !errors.As(err, &failed) { // it may say that the sync is not healthy
		return 0, err
	}
	return time.Since(t.began), nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

func spreadOf(all []float64) spread {
	slices.Sort(all)
	return spread{Keys: len(all), P50: all[len(all)/2], P99: all[(len(all)*99+99)/100-1], Most: all[len(all)-1]}
}
