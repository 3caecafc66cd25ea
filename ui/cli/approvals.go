package cli

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// approvalLine is a proposed act, as --json prints it.
type approvalLine struct {
	ID         string    `json:"approval"`
	Act        string    `json:"act"`
	Summary    string    `json:"summary"`
	Preview    []string  `json:"preview"`
	State      string    `json:"state"`
	ProposedBy string    `json:"proposed_by"`
	ProposedAt time.Time `json:"proposed_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	SettledBy  string    `json:"settled_by,omitempty"`
	SettledAt  time.Time `json:"settled_at,omitzero"`
	Note       string    `json:"note,omitempty"`
	Event      string    `json:"event,omitempty"`
	Granted    bool      `json:"proposer_does_it"` // once it is approved; else approving does it
}

func approvalLineOf(x store.Approval) approvalLine {
	return approvalLine{x.ID, x.Act, x.Summary, append([]string{}, x.Preview...), string(x.State), x.ProposedBy, x.ProposedAt, x.ExpiresAt, x.SettledBy, x.SettledAt, x.Note, x.EventID, crmsync.Granted(x)}
}

func (x approvalLine) cells() []string {
	return []string{when(x.ProposedAt), x.ProposedBy, x.State, orDash(shorten(x.Summary, 60)), orDash(x.SettledBy), x.ID}
}

func newApprovals(a *app) *cobra.Command {
	var waiting bool
	p := paging{}
	list := &cobra.Command{
		Use:   "list",
		Short: "List the acts that were proposed, the newest first",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			state := store.ApprovalState("")
			if waiting {
				state = store.ApprovalWaiting
			}
			page, err := s.engine.Approvals(ctx, s.actor, state, p.query())
			if err != nil {
				return err
			}
			if waiting {
				page.Rows = slices.DeleteFunc(page.Rows, func(row store.Approval) bool { return row.State != store.ApprovalWaiting })
			}
			return printPage(a, mapRows(page, approvalLineOf), []string{"PROPOSED", "BY", "STATE", "WHAT", "DECIDED BY", "APPROVAL"}, approvalLine.cells)
		}),
	}
	listed := listing("approvals", "Acts that need a second admin", list, newApprovalsShow(a), newApprovalsApprove(a), newApprovalsRefuse(a), newApprovalsWithdraw(a))
	listed.Long = "With the setting " + crmsync.SettingSecondAdmin + " on, bulk acts and those that nothing takes back are proposed; another admin\napproves them within a day. See: crmsync help approvals"
	for _, cmd := range []*cobra.Command{list, listed} {
		cmd.Flags().BoolVar(&waiting, "waiting", false, "only what waits for a second admin")
		p.flags(cmd)
	}
	return listed
}

// whichApproval is what an argument stands for.
const whichApproval = "the id of a proposal; see: crmsync approvals list"

func newApprovalsShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show APPROVAL",
		Short: "Show what was proposed, and what would be done",
		Args:  exactArgs(whichApproval),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			row, err := s.engine.LookApproval(ctx, s.actor, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(approvalLineOf(row))
			}
			a.printApproval(row)
			return nil
		}),
	}
}

func (a *app) printApproval(row store.Approval) {
	a.printf("%s\n", printable(orDash(row.Summary)))
	for _, line := range row.Preview {
		a.printf("  %s\n", printable(line))
	}
	a.printf("proposed by %s at %s, %s\n", printable(row.ProposedBy), when(row.ProposedAt), row.State)
	switch row.State {
	case store.ApprovalWaiting:
		a.printf("until %s another admin can: crmsync approvals approve %s\n", when(row.ExpiresAt), row.ID)
	case store.ApprovalGranted:
		a.printf("approved by %s; until %s %s does it by the same command again\n", printable(row.SettledBy), when(row.ExpiresAt), printable(row.ProposedBy))
	case store.ApprovalInterrupted:
		a.printf("approved by %s, and cut off: crmsync approvals approve %s goes on with it\n", printable(row.SettledBy), row.ID)
	case store.ApprovalRunning, store.ApprovalDone, store.ApprovalRefused, store.ApprovalWithdrawn, crmsync.ApprovalExpired:
		if row.SettledBy != "" {
			a.printf("decided by %s at %s\n", printable(row.SettledBy), when(row.SettledAt))
		}
	}
	if row.Note != "" {
		a.printf("! %s\n", printable(row.Note))
	}
	if row.EventID != "" {
		a.printf("audit event %s\n", row.EventID)
	}
}

func newApprovalsApprove(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "approve APPROVAL",
		Short: "Approve what another admin proposed, which does it",
		Long: "Shows what was proposed, asks, and does it in the name of the one who proposed it; the audit trail names both.\n" +
			"When something else would be done by now it is refused, and has to be proposed again.\n\n" +
			"A sign-in and a restore need what is not kept: approved, the one who proposed them does them by the same\n" +
			"command again.",
		Example: "  crmsync approvals approve 0193…\n  crmsync approvals approve 0193… --yes --json",
		Args:    exactArgs(whichApproval),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if err := crmsync.Allowed(s.actor, crmsync.ActApprove); err != nil {
				return err
			}
			row, err := s.engine.LookApproval(ctx, s.actor, args[0])
			if err != nil {
				return err
			}
			if !yes && (row.State == store.ApprovalWaiting || row.State == store.ApprovalInterrupted) {
				if err := a.askApproval(row); err != nil {
					return err
				}
			}
			report, err := s.engine.Approve(ctx, s.actor, row.ID)
			if err != nil {
				return err
			}
			return a.printApproved(report)
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// askApproval shows what would be done and asks for a yes.
func (a *app) askApproval(row store.Approval) error {
	if !a.terminal() {
		return &failure{code: "usage.approve", message: "approving asks on a terminal", hint: "by script: crmsync approvals approve " + row.ID + " --yes"}
	}
	a.printApproval(row)
	if act, _ := crmsync.LookAct(crmsync.ActID(row.Act)); act.Level == crmsync.Forever {
		fmt.Fprintf(a.stderr, "\nNothing takes this back.")
	}
	fmt.Fprintf(a.stderr, "\nApprove it? yes or no: ")
	if line, _ := bufio.NewReader(a.stdin).ReadString('\n'); strings.TrimSpace(line) != "yes" {
		return &failure{code: "approval.left", message: "nothing was decided; it still waits", hint: "to refuse it: crmsync approvals refuse " + row.ID}
	}
	return nil
}

func (a *app) printApproved(report crmsync.ApprovalReport) error {
	row := report.Approval
	if a.json {
		return a.printJSON(struct {
			Approval approvalLine `json:"approval"`
			Result   any          `json:"result,omitempty"`
		}{approvalLineOf(row), report.Result})
	}
	if row.State == store.ApprovalGranted {
		a.printf("approved: %s; until %s %s does it by the same command again\n", printable(row.Summary), when(row.ExpiresAt), printable(row.ProposedBy))
		return nil
	}
	a.printf("done: %s\n", printable(orDash(row.Summary)))
	if receipt, ok := report.Result.(crmsync.Receipt); ok {
		return a.printReceipt(receipt)
	}
	if crmsync.Reversible(crmsync.ActID(row.Act)) {
		a.printf("%s\n", a.undoWith(row.EventID))
	}
	return nil
}

func newApprovalsRefuse(a *app) *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use:   "refuse APPROVAL",
		Short: "Refuse what another admin proposed",
		Args:  exactArgs(whichApproval),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			row, err := s.engine.Refuse(ctx, s.actor, args[0], why)
			return a.printDecided(row, err)
		}),
	}
	cmd.Flags().StringVar(&why, "why", "", "`reason`, for the one who proposed it")
	return cmd
}

func newApprovalsWithdraw(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "withdraw APPROVAL",
		Short: "Take back what you proposed",
		Args:  exactArgs(whichApproval),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			row, err := s.engine.Withdraw(ctx, s.actor, args[0])
			return a.printDecided(row, err)
		}),
	}
}

func (a *app) printDecided(row store.Approval, err error) error {
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(approvalLineOf(row))
	}
	a.printf("%s: %s\n", row.State, printable(orDash(row.Summary)))
	return nil
}

// printWaiting prints an act that was proposed instead of done, and what happens next. The exit code is that of work
// that has not ended.
func (a *app) printWaiting(waiting *crmsync.Waiting) {
	if a.json {
		_ = a.printJSON(map[string]approvalLine{"proposed": approvalLineOf(waiting.Approval)})
		return
	}
	a.printf("%s\n  %s\n", printable(waiting.Error()), printable(waiting.Hint()))
}
