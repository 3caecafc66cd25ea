package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
)

func newDemo(a *app) *cobra.Command {
	var (
		once bool
		size string
	)
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show all of it: the built-in org, a sample network, matches, a writeback",
		Long: "Starts the built-in Salesforce org, signs in to it by OAuth, imports all seven objects, reads a sample\n" +
			"network, matches, saves, writes a first note and a first message back, and opens the console on the result.\n" +
			"Everything is real but the people: they and their companies are invented. No account is needed.\n\n" +
			"The demo keeps its data in a directory of its own and makes it anew each time, unless --dir names one.",
		Example: "  crmsync demo\n  crmsync demo --once --json --size medium",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			contacts, err := parseSize(size)
			if err != nil {
				return err
			}
			return a.demo(cmd.Context(), contacts, once || !a.terminal() && !a.plainly())
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "print a summary and end instead of opening the console")
	cmd.Flags().StringVar(&size, "size", "small", "small (3,000 Contacts), medium (50,000) or a `number` of Contacts")
	return cmd
}

// demoSummary is what the demo did, as --once --json prints it.
type demoSummary struct {
	Import    map[string]demoObject `json:"import"`
	Match     demoMatch             `json:"match"`
	Saves     int64                 `json:"saves"`
	Writeback demoWriteback         `json:"writeback"`
	APICalls  int64                 `json:"api_calls"`
	Seconds   float64               `json:"seconds"`
}

type demoObject struct {
	Records int64 `json:"records"`
}

type demoMatch struct {
	People    demoOutcomes `json:"people"`
	Companies demoOutcomes `json:"companies"`
}

type demoOutcomes struct {
	Records int64 `json:"records"`
	Auto    int64 `json:"auto"`
	Review  int64 `json:"review"`
	None    int64 `json:"none"`
}

type demoWriteback struct {
	Written int64 `json:"written"`
	Failed  int64 `json:"failed"`
}

func (a *app) demo(ctx context.Context, contacts int, once bool) (err error) {
	began := time.Now()
	dir, err := a.demoDir()
	if err != nil {
		return err
	}
	s, summary, err := a.openDemo(ctx, dir, contacts)
	if s != nil {
		defer func() { err = errors.Join(err, s.close()) }()
	}
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	summary.Seconds = time.Since(began).Round(time.Millisecond).Seconds()
	switch {
	case a.json:
		err = a.printJSON(summary)
	case once:
		a.printDemo(summary)
	}
	if err != nil || once {
		return err
	}
	if err := a.consoleOn(ctx, s); err != nil {
		return err
	}
	if !a.json {
		a.printf("This demo is kept. Go on with: %s\n", a.onThisStore(""))
	}
	return nil
}

// openDemo makes the demo in dir and plays it, or goes on with the one that --dir names.
func (a *app) openDemo(ctx context.Context, dir string, contacts int) (*session, demoSummary, error) {
	existing, err := readDemo(dir)
	if err != nil {
		return nil, demoSummary{}, err
	}
	if a.dir != "" && existing != nil {
		s, err := a.open(ctx)
		if err != nil {
			return nil, demoSummary{}, err
		}
		summary, err := s.again(ctx)
		return s, summary, err
	}
	if err := makeDemoDir(dir); err != nil {
		return nil, demoSummary{}, err
	}
	a.dir = dir
	play, err := a.makeDemo(ctx, dir, contacts)
	if err != nil {
		return nil, demoSummary{}, err
	}
	summary, err := play.run(ctx)
	return play.session, summary, err
}

func (a *app) printDemo(s demoSummary) {
	a.printf("imported from the built-in org\n")
	for _, object := range objectNames() {
		a.printf("  %-24s %9d records\n", object, s.Import[object].Records)
	}
	a.printf("matched with the sample network\n")
	for _, kind := range []struct {
		name     string
		outcomes demoOutcomes
	}{{"people", s.Match.People}, {"companies", s.Match.Companies}} {
		o := kind.outcomes
		a.printf("  %-24s %9d records: %d auto, %d to review, %d without\n", kind.name, o.Records, o.Auto, o.Review, o.None)
	}
	a.printf("saved for owners of open opportunities: %d\n", s.Saves)
	a.printf("written back: %s, %d failed\n", plural(int(s.Writeback.Written), "item"), s.Writeback.Failed)
	a.printf("%s, %.1f s\n\nGo on with: %s\n", plural(int(s.APICalls), "API call"), s.Seconds, a.onThisStore(""))
}

// terminal reports whether the console can be opened: standard input and output are a terminal.
func (a *app) terminal() bool {
	return isTerminal(a.stdin) && isTerminal(a.stdout)
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}
