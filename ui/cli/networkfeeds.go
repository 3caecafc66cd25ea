package cli

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

// portabilityTokenVariable is the environment variable that may hold a member's token, for timers without a terminal.
const portabilityTokenVariable = "CRMSYNC_PORTABILITY_TOKEN"

func newNetworkPortability(a *app) *cobra.Command {
	cmd := portabilityCommand()
	seat := cmd.Flags().String("seat", "", "`email` of the seat whose token it is")
	cmd.RunE = a.do(func(ctx context.Context, s *session, _ []string) error {
		if *seat == "" {
			return &failure{code: "cli.usage", message: "--seat is needed: whose token is it?", hint: "for instance: --seat ana@acme.com"}
		}
		return a.portability(ctx, s, cmd, *seat)
	})
	return cmd
}

func newMePortability(a *app) *cobra.Command {
	cmd := portabilityCommand()
	cmd.RunE = a.do(func(ctx context.Context, s *session, _ []string) error {
		if s.actor.Seat == "" {
			return errNoSeat()
		}
		return a.portability(ctx, s, cmd, s.actor.Seat)
	})
	return cmd
}

func portabilityCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "portability",
		Short: "Read a member's data from LinkedIn's Member Data Portability API",
		Long: "Reads connections, invitations and messages with the member's own token and imports them as the files of\n" +
			"their archive. LinkedIn gives such tokens to members in the European Economic Area and Switzerland. The token\n" +
			"is read from standard input, or from " + portabilityTokenVariable + ", used once and not kept.",
		Example: "  crmsync me portability < token.txt",
		Args:    noArgs,
	}
	cmd.Flags().String("host", "", "`URL` of another server of this API")
	return cmd
}

func (a *app) portability(ctx context.Context, s *session, cmd *cobra.Command, seat string) error {
	token := os.Getenv(portabilityTokenVariable)
	if token == "" {
		text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), 64<<10))
		if err != nil {
			return err
		}
		token = string(text)
	}
	host, err := cmd.Flags().GetString("host")
	if err != nil {
		return err
	}
	report, err := s.engine.ImportPortability(ctx, s.actor, crmsync.PortabilityRequest{Seat: seat, Token: strings.TrimSpace(token), Host: host})
	if err != nil {
		return err
	}
	return a.printNetwork(report)
}

func newNetworkWatch(a *app) *cobra.Command {
	options := crmsync.WatchOptions{}
	cmd := &cobra.Command{
		Use:   "watch FOLDER",
		Short: "Import the network files that are put into a folder",
		Long: "In FOLDER each seat has a folder named by its e-mail address. A file put there is imported for that seat once\n" +
			"it is no more being written, and moved to done/ in the seat's folder, or to failed/ with a text that says what is\n" +
			"wrong. Runs until interrupted; crmsync serve --watch FOLDER does the same beside the schedule.",
		Args: exactArgs("a folder"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if options.Every < 0 {
				return &failure{code: "cli.usage", message: "--every takes a time above zero", hint: "for instance: --every 10s"}
			}
			options.Dir = args[0]
			failed := 0
			err := s.engine.Watch(ctx, s.actor, options, func(file crmsync.WatchedFile) {
				if file.Error != "" {
					failed++
				}
				a.printWatched(file)
			})
			if err == nil && failed > 0 && options.Once {
				return &failure{code: "watch.failed", message: plural(failed, "file") + " could not be imported", hint: "what is wrong stands beside each of them in failed/"}
			}
			return err
		}),
	}
	cmd.Flags().BoolVar(&options.Once, "once", false, "import what lies there now and return")
	cmd.Flags().DurationVar(&options.Every, "every", 0, "time between two looks (default 10s)")
	return cmd
}

// printWatched prints a line for each file, as it comes.
func (a *app) printWatched(file crmsync.WatchedFile) {
	switch {
	case a.json:
		if err := a.printJSON(file); err != nil {
			a.printf("%s\n", err)
		}
	case file.Error != "":
		a.printf("%s: not imported: %s\n", printable(file.File), printable(file.Error))
	default:
		a.printf("%s: people %d (%d new or changed), activities %d (%d new)\n", printable(file.File),
			file.Report.People, file.Report.NewPeople, file.Report.Activities, file.Report.NewActivity)
	}
}
