package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// writebackStatus is how writeback stands: what `writeback status --json` prints.
type writebackStatus struct {
	Items map[store.OutboxState]int64 `json:"items"`
	Pace  crmsync.Pace                `json:"pace"`
	// Proofs counts what did not prove well when it was read back.
	Proofs map[crmsync.Delivery]int64 `json:"proofs"`
}

func newWritebackStatus(a *app) *cobra.Command {
	window, late := 24*time.Hour, uint16(10)
	cmd := &cobra.Command{
		Use:   "status",
		Short: "How writeback stands: items by state, how fast they are written, what was late",
		Long: "Counts the items of the outbox by state, and measures how long activities take from queued to written\n" +
			"against the five minutes that are allowed. What a gate or a person holds is not late.",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if window <= 0 {
				return &failure{code: "cli.usage", message: "--window takes a time above zero", hint: "for instance: --window 24h"}
			}
			counts, err := s.store.CountOutbox(ctx)
			if err != nil {
				return err
			}
			pace, err := s.engine.Pace(ctx, window, int(late))
			if err != nil {
				return err
			}
			proofs, err := s.engine.Deliveries(ctx)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(writebackStatus{Items: counts, Pace: pace, Proofs: proofs})
			}
			var rows [][]string
			for _, state := range outboxStates {
				rows = append(rows, []string{string(state), fmt.Sprint(counts[state])})
			}
			if err := a.table([]string{"STATE", "ITEMS"}, rows); err != nil {
				return err
			}
			a.printProofs(proofs)
			return a.printPace(pace, window)
		}),
	}
	cmd.Flags().DurationVar(&window, "window", window, "measure what was written in this `time` up to now")
	cmd.Flags().Uint16Var(&late, "late", late, "list at most `n` items that were late")
	return cmd
}

// printProofs tells of what was written and did not prove well.
func (a *app) printProofs(proofs map[crmsync.Delivery]int64) {
	for _, one := range []struct {
		delivery crmsync.Delivery
		text     string
	}{
		{crmsync.DeliveryInvisible, "written, but no page layout of its record shows it: crmsync writeback outbox --state invisible; the fix: crmsync doctor"},
		{crmsync.DeliveryDiffers, "written, but not as it was sent: somebody or a flow changed it"},
		{crmsync.DeliveryDeleted, "written, and deleted in Salesforce since"},
		{crmsync.DeliveryGone, "written, and not found when it was read back"},
	} {
		if n := proofs[one.delivery]; n > 0 {
			a.printf("! %s %s\n", plural(int(n), "item"), one.text)
		}
	}
}

func (a *app) printPace(pace crmsync.Pace, window time.Duration) error {
	a.printf("\nFrom queued to written, in the last %s (at most %s is allowed):\n", inWords(window.Seconds()), inWords(pace.Rule))
	if pace.Written == 0 {
		a.printf("  nothing was written\n")
	} else {
		a.printf("  %s written: half within %s, 95 of 100 within %s, the slowest in %s; %d late\n",
			plural(pace.Written, "item"), inWords(pace.P50), inWords(pace.P95), inWords(pace.Longest), pace.Late)
	}
	if pace.Waiting > 0 {
		a.printf("  %s on the way, the oldest for %s; %d of them too long\n", plural(int(pace.Waiting), "item"), inWords(pace.Oldest), pace.WaitsLate)
	}
	if len(pace.Breaches) == 0 {
		return nil
	}
	a.printf("\n")
	var rows [][]string
	for _, b := range pace.Breaches {
		rows = append(rows, []string{inWords(b.Age), string(b.State), b.Kind, b.With, b.By, fmt.Sprint(b.Tries), b.Why, b.ID})
	}
	if err := a.table([]string{"TOOK", "STATE", "KIND", "WITH", "BY", "TRIES", "WHY", "ACTIVITY"}, rows); err != nil {
		return err
	}
	if pace.Truncated {
		a.printf("There are more: --late %s\n", strconv.Itoa(10*len(pace.Breaches)))
	}
	return nil
}

// inWords says a time in its two largest units.
func inWords(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	hours, minutes := int(d.Hours()), int(d.Minutes())%60
	switch {
	case hours >= 48:
		return fmt.Sprintf("%d d %d h", hours/24, hours%24)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%d min %d s", minutes, int(d.Seconds())%60)
	}
	return fmt.Sprintf("%.1f s", seconds)
}
