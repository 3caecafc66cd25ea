package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

func newMatch(a *app) *cobra.Command {
	return group("match", "Match CRM records with people and companies of the network",
		newMatchRun(a), newMatchList(a), newMatchQueue(a), newMatchReasons(a), newMatchShow(a), newMatchAccept(a), newMatchReject(a), newMatchNone(a),
		newMatchRematch(a), newMatchSearch(a), newMatchBulk(a), newMatchUndo(a), newMatchStats(a), newMatchTune(a), newMatchEval(a))
}

func newMatchRun(a *app) *cobra.Command {
	var full, noWait bool
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Run the matching now",
		Long:  "Matches what changed since the last run, or everything with --full. A running engine is handed the work, and this\ncommand waits for its end.",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			outcome, err := a.request(ctx, s, crmsync.JobMatch, crmsync.MatchOptions{Full: full}, !noWait)
			if err != nil {
				return err
			}
			if outcome.Handed && noWait {
				return &failure{code: "engine.running", message: "the running engine has the match run; it has not ended yet", hint: "see: crmsync status"}
			}
			report, ok := outcome.Report.(crmsync.MatchReport)
			if !ok {
				if report, err = left[crmsync.MatchReport](ctx, s, outcome.RunID); err != nil {
					return err
				}
			}
			if a.json {
				return a.printJSON(report)
			}
			a.printMatch(report)
			return a.nothingToMatch(ctx, s)
		}),
	}
	cmd.Flags().BoolVar(&full, "full", false, "train the model anew and match every record")
	cmd.Flags().BoolVar(&noWait, "no-wait", false, "do not wait for a running engine: exit code 8")
	return cmd
}

func (a *app) printMatch(report crmsync.MatchReport) {
	p, c := report.People, report.Companies
	a.printf("people     %9d records: %d auto, %d to review, %d none\n", p.Records, p.Auto, p.Review, p.None)
	a.printf("companies  %9d records: %d auto, %d to review, %d none\n", c.Records, c.Auto, c.Review, c.None)
	for _, alarm := range report.Alarms {
		a.printf("look: %s\n", printable(alarm.Text()))
	}
}

// nothingToMatch says what is missing when there is one side alone, or none.
func (a *app) nothingToMatch(ctx context.Context, s *session) error {
	records := int64(0)
	for _, object := range []string{"Contact", "Lead", "Account"} {
		n, err := s.store.CountRecords(ctx, object)
		if err != nil {
			return err
		}
		records += n
	}
	members, err := s.store.Members(ctx, store.MemberQuery{PageQuery: store.PageQuery{Limit: 1}})
	if err != nil {
		return err
	}
	if records == 0 {
		fmt.Fprintf(a.stderr, "there are no records to match; import them first: %s\n", a.onThisStore("import"))
	}
	if len(members.Rows) == 0 {
		fmt.Fprintf(a.stderr, "there is nobody in the network to match with; read files first: %s\n", a.onThisStore("network import FILE --seat EMAIL"))
	}
	return nil
}

func newMatchAccept(a *app) *cobra.Command {
	var note, member string
	cmd := &cobra.Command{
		Use:   "accept RECORD…",
		Short: "Accept the match that a record has",
		Long: "Accepts the matches of the records, one after the other, and stops at the first that fails. Where acts in bulk\n" +
			"need a second admin, several are one such act: all of it is done, or nothing. With --member the match is\n" +
			"accepted only as long as it is with that one; a record without a match takes its best candidate so.",
		Args: func(cmd *cobra.Command, args []string) error { return oneOfMember(cmd, member, args) },
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if member != "" {
				return a.acted(s.engine.AcceptSeen(ctx, s.actor, recordID(args[0]), note, &crmsync.Seen{MemberID: member}))
			}
			return a.marked(s.engine.DecideMarked(ctx, s.actor, markedOf(args), false, note))(args)
		}),
	}
	cmd.Flags().StringVar(&member, "member", "", "`id` of the member that the record is matched with, or its best candidate")
	noteFlag(cmd, &note)
	return cmd
}

// oneOfMember refuses more than one record beside a member.
func oneOfMember(cmd *cobra.Command, member string, args []string) error {
	if member != "" && len(args) > 1 {
		return usage(cmd, "--member is of one record, not of %d", len(args))
	}
	return someRecords(cmd, args)
}

func newMatchReject(a *app) *cobra.Command {
	var note, member string
	cmd := &cobra.Command{
		Use:   "reject RECORD…",
		Short: "Keep a record and its suggested member apart until undone",
		Long: "Rejects the suggestions of the records, one after the other, and stops at the first that fails. Where acts in bulk\n" +
			"need a second admin, several are one such act: all of it is done, or nothing.",
		Args: func(cmd *cobra.Command, args []string) error { return oneOfMember(cmd, member, args) },
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if member != "" {
				return a.acted(s.engine.Reject(ctx, s.actor, recordID(args[0]), member, note))
			}
			return a.marked(s.engine.DecideMarked(ctx, s.actor, markedOf(args), true, note))(args)
		}),
	}
	cmd.Flags().StringVar(&member, "member", "", "`id` of the member to keep apart (default: the one matched or suggested)")
	noteFlag(cmd, &note)
	return cmd
}

func newMatchNone(a *app) *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:   "none RECORD",
		Short: "Say that a record has no member at all",
		Args:  exactArgs("the id or address of a record"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			return a.acted(s.engine.NoMatch(ctx, s.actor, recordID(args[0]), note))
		}),
	}
	noteFlag(cmd, &note)
	return cmd
}

func newMatchRematch(a *app) *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:   "rematch RECORD MEMBER",
		Short: "Correct a match: choose the member yourself",
		Long:  "Your choice holds until it is undone; the engine will not change it.",
		Args:  exactArgs("the id or address of a record", "the id or profile address of a member"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			return a.acted(s.engine.Rematch(ctx, s.actor, recordID(args[0]), args[1], note))
		}),
	}
	noteFlag(cmd, &note)
	return cmd
}

func newMatchSearch(a *app) *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "search RECORD [TEXT]",
		Short: "Search the network for a record's member",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return usage(cmd, "%s takes the id or address of a record and, if wanted, a text", cmd.CommandPath())
			}
			return nil
		},
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			hits, err := s.engine.SearchDirectory(ctx, s.actor, strings.Join(args[1:], " "), recordID(args[0]))
			if err != nil {
				return err
			}
			return printRows(a, p, hits, []string{"SCORE", "NAME", "COMPANY", "TITLE", "WHY", "MEMBER"}, func(hit crmsync.DirectoryHit) []string {
				return []string{percent(hit.Probability), hit.Name, hit.Company, hit.Title, hit.Why, hit.MemberID}
			})
		}),
	}
	p.wholeFlags(cmd)
	return cmd
}

func newMatchUndo(a *app) *cobra.Command {
	cmd := newUndo(a)
	cmd.Short = "Take back your newest act, or the one named"
	return cmd
}

// newUndo is also the top-level command undo.
func newUndo(a *app) *cobra.Command {
	redo, to := false, undoTo{}
	cmd := &cobra.Command{
		Use:   "undo [EVENT]",
		Short: "Take back your newest act, the audit event named, or everything since a moment",
		Long: "Takes back your newest act, or the audit event named. With --to everything since an event or a time is taken\n" +
			"back, the newest first, all of it or nothing; --dry-run shows what that would be. It is refused, with the\n" +
			"reason, when one of the acts cannot be taken back: what was sent to the CRM, or deleted for good.",
		Example: "  crmsync undo\n  crmsync undo --to '2026-11-24 09:00' --dry-run",
		Args: func(cmd *cobra.Command, args []string) error {
			if to.moment != "" && (redo || len(args) > 0) {
				return usage(cmd, "--to takes back everything since a moment, and so neither an event nor --redo beside it")
			}
			if redo && len(args) > 0 {
				return usage(cmd, "--redo takes no event: it takes your newest undo back")
			}
			if len(args) > 1 {
				return usage(cmd, "%s takes one event at most", cmd.CommandPath())
			}
			return nil
		},
		RunE: a.dryOr(func() bool { return to.dry && to.moment == "" }, func(ctx context.Context, s *session, args []string) error {
			switch {
			case to.moment != "":
				return a.undoTo(ctx, s, to)
			case redo:
				return a.acted(s.engine.RedoLast(ctx, s.actor))
			case len(args) == 1:
				return a.acted(s.engine.Undo(ctx, s.actor, args[0]))
			}
			return a.acted(s.engine.UndoLast(ctx, s.actor))
		}),
	}
	cmd.Flags().BoolVar(&redo, "redo", false, "do again what you took back last")
	cmd.Flags().StringVar(&to.moment, "to", "", "everything since this `moment`: an audit event, which stays, or a time such as 2026-11-24T09:00:00Z or '2026-11-24 09:00'")
	cmd.Flags().BoolVar(&to.dry, "dry-run", false, "only show what would be taken back")
	return cmd
}

// markedOf are the records of a command line, to decide on together.
func markedOf(records []string) (pairs []crmsync.MarkedPair) {
	for _, record := range records {
		pairs = append(pairs, crmsync.MarkedPair{Record: recordID(record)})
	}
	return pairs
}

// marked prints the audit events of decisions on several records, and says how far they went when one failed.
func (a *app) marked(report crmsync.MarkedReport, err error) func(records []string) error {
	return func(records []string) error {
		for _, event := range report.Events {
			if err := a.acted(event, nil); err != nil {
				return err
			}
		}
		if report.Skipped > 0 && !a.json {
			a.printf("%s skipped: the same member was given to another of them\n", plural(report.Skipped, "record"))
		}
		if report.Already > 0 && !a.json {
			a.printf("%s decided so already; nothing was changed\n", plural(report.Already, "record"))
		}
		if done := len(report.Records) + report.Already; err != nil && done > 0 {
			return &inPart{fmt.Errorf("%d of %d done, then %s: %w", done, len(records), records[done], err)}
		}
		return err
	}
}

// someRecords refuses an empty list of records.
func someRecords(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage(cmd, "%s needs the id or address of a record", cmd.CommandPath())
	}
	return nil
}

func noteFlag(cmd *cobra.Command, note *string) {
	cmd.Flags().StringVar(note, "note", "", "`text` kept with the decision")
}

// recordID returns the Salesforce id in s, which may be an address of the record as a browser shows it,
// in Lightning (…/lightning/r/Contact/003…/view) or Classic (…/003…).
func recordID(s string) string {
	if !strings.Contains(s, "/") {
		return s
	}
	path, _, _ := strings.Cut(s, "?")
	for _, part := range strings.Split(path, "/") {
		if (len(part) == 15 || len(part) == 18) && strings.HasPrefix(part, "00") {
			return part
		}
	}
	return s
}

// percent returns a probability as a score of 0 to 100, cut and not rounded: 94.9 is below a threshold of 95.
func percent(p float64) string { return strconv.Itoa(int(100*p + 1e-9)) }

func plural(n int, one string) string { return crmsync.Counted(n, one, one+"s") }
