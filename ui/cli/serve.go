package cli

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	crmsync "crmsync/sync"
)

func newServe(a *app) *cobra.Command {
	watch := crmsync.WatchOptions{}
	var (
		address, metrics string
		idle             time.Duration
	)
	logLevel, logFormat := "info", "text"
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the schedule: imports every 12 hours, writeback every few minutes",
		Long: "Runs the engine of this store until interrupted. One process at a time is a store's engine; others hand it their work.\n" +
			"The flags can be set once for this machine: crmsync help settings.",
		Args: noArgs,
	}
	run := a.do(func(ctx context.Context, s *session, _ []string) error {
		if idle <= 0 {
			return &failure{code: "cli.usage", message: "--idle takes a time above zero", hint: "for instance: --idle 30m"}
		}
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return s.engine.Run(ctx) })
		if watch.Dir != "" {
			group.Go(func() error { return s.engine.Watch(ctx, s.actor, watch, nil) })
		}
		if address != "" {
			group.Go(func() error { return a.serveSSH(ctx, s, address, idle) })
		}
		if metrics != "" {
			group.Go(func() error { return a.serveMetrics(ctx, s, metrics) })
		}
		return s.watched(func() error {
			if err := group.Wait(); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		})
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for flag, listen := range map[string]string{"ssh": address, "metrics": metrics} {
			if _, _, err := net.SplitHostPort(listen); listen != "" && err != nil {
				return usage(cmd, "--%s takes an address with a port such as 127.0.0.1:2222, not %q", flag, listen)
			}
		}
		address, metrics = onThisMachine(address), onThisMachine(metrics)
		a.log = a.logger(logLevel, logFormat)
		return run(cmd, args)
	}
	cmd.Flags().StringVar(&address, "ssh", "", "`address` to serve the console at over SSH, for instance 127.0.0.1:2222; a port alone, as in :2222, is for this machine; crmsync key add lets people in")
	cmd.Flags().StringVar(&metrics, "metrics", "", "`address` to serve figures for Prometheus at, without names or texts, for instance 127.0.0.1:9464")
	cmd.Flags().DurationVar(&idle, "idle", 30*time.Minute, "end an SSH session after so long without a key")
	cmd.Flags().Var(choiceFlag{&logLevel, logLevels}, "log", "what to say on standard error, without personal data: "+anyOf(logLevels))
	cmd.Flags().Var(choiceFlag{&logFormat, logFormats}, "log-format", "how to say it: "+anyOf(logFormats))
	cmd.Flags().StringVar(&watch.Dir, "watch", "", "`folder` to import network files from as well; see crmsync network watch")
	return cmd
}

// onThisMachine is an address to listen on: a port alone, as in ":2222", is for this machine. Who wants others to reach
// it names an address of theirs, or 0.0.0.0.
func onThisMachine(address string) string {
	if strings.HasPrefix(address, ":") {
		return "127.0.0.1" + address
	}
	return address
}
