package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"crmsync/store"
	crmsync "crmsync/sync"
)

func newUsers(a *app) *cobra.Command {
	var p paging
	list := &cobra.Command{
		Use:   "list",
		Short: "List seats and the CRM users they are mapped to",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			seats, err := s.store.Seats(ctx)
			if err != nil {
				return err
			}
			for i := range seats {
				seats[i].Email, seats[i].Name = s.actor.Address(seats[i].Email), s.actor.Named(seats[i].Name)
			}
			losses, err := s.store.SeatLosses(ctx)
			if err != nil {
				return err
			}
			lines := func(x store.Seat) seatLine { return seatLineOf(x).loses(losses) }
			return printMapped(a, p, seats, lines, []string{"EMAIL", "NAME", "CRM USER", "MAPPED BY", "AUTO-SAVE", "WRITEBACK", "SEAT"}, seatLine.cells)
		}),
	}
	p.wholeFlags(list)
	var name, profile string
	add := &cobra.Command{
		Use:   "add EMAIL",
		Short: "Add a seat; it is mapped to the CRM user with the same e-mail",
		Args:  exactArgs("an e-mail address"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			_, event, err := s.engine.AddSeat(ctx, s.actor, crmsync.NewSeat{Email: args[0], Name: name, ProfileURL: profile})
			return a.acted(event, err)
		}),
	}
	add.Flags().StringVar(&profile, "profile", "", "`address` of the seat holder's profile, by which their own messages are told from those of others")
	add.Flags().StringVar(&name, "name", "", "the seat holder's `name`")
	pin := &cobra.Command{
		Use:   "map EMAIL USER",
		Short: "Map a seat to a CRM user by hand",
		Long:  "Maps the seat with the address EMAIL to a CRM user, named by id, or by a part of the name or e-mail address\nthat only one has: crmsync users find TEXT lists them.",
		Args:  exactArgs("a seat's e-mail address", "the id or e-mail address of a CRM user"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			return a.acted(s.engine.PinSeat(ctx, s.actor, args[0], recordID(args[1])))
		}),
	}
	return listing("users", "Seats and CRM users", list, add, newUsersEdit(a), pin, newUsersAllow(a), newUsersRemove(a), newUsersSuggest(a), newUsersFind(a), newUsersAutomap(a))
}

func newUsersAllow(a *app) *cobra.Command {
	var autosave, writeback, dryRun bool
	cmd := &cobra.Command{
		Use:     "allow EMAIL",
		Short:   "Say whether a seat may use auto-save and writeback",
		Long:    "Says whether a seat may use auto-save and writeback. What is not named stays as it is.",
		Example: "  crmsync users allow ana@acme.com --autosave --writeback=false",
		Args:    exactArgs("a seat's e-mail address"),
	}
	flags := cmd.Flags()
	flags.BoolVar(&autosave, "autosave", false, "may use auto-save")
	flags.BoolVar(&dryRun, "dry-run", false, "say what it would change, and change nothing")
	flags.BoolVar(&writeback, "writeback", false, "may use writeback, once opted in")
	cmd.RunE = a.do(func(ctx context.Context, s *session, args []string) error {
		if !flags.Changed("autosave") && !flags.Changed("writeback") {
			return usage(cmd, "nothing to change: give --autosave, --writeback or both")
		}
		seat, err := s.seat(ctx, args[0])
		if err != nil {
			return err
		}
		if !flags.Changed("autosave") {
			autosave = seat.MayAutosave
		}
		if !flags.Changed("writeback") {
			writeback = seat.MayWriteback
		}
		if dryRun {
			preview, err := s.engine.PreviewAllow(ctx, seat.ID, autosave)
			return a.printPreview(preview, err)
		}
		return a.acted(s.engine.AllowSeat(ctx, s.actor, seat.ID, autosave, writeback))
	})
	return cmd
}

func newUser(a *app) *cobra.Command {
	var p paging
	list := &cobra.Command{
		Use:   "list",
		Short: "List who may use this store",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			users, err := s.store.ConsoleUsers(ctx)
			if err != nil {
				return err
			}
			for i := range users {
				users[i].Email = s.actor.Address(users[i].Email)
			}
			return printMapped(a, p, users, userLineOf, []string{"NAME", "ROLE", "OS USER", "EMAIL", "SEAT"}, userLine.cells)
		}),
	}
	p.wholeFlags(list)
	remove := &cobra.Command{
		Use:   "remove NAME",
		Short: "Take somebody's access away",
		Args:  exactArgs("a name"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			return a.acted(s.engine.RemoveUser(ctx, s.actor, args[0]))
		}),
	}
	return listing("user", "People who may use the console", list, newUserAdd(a), remove)
}

func newUserAdd(a *app) *cobra.Command {
	var user crmsync.NewUser
	var role string
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Let somebody use the console, or change their role, seat or address",
		Long: "Lets somebody use the console. Of somebody who is a user already, what the flags name is changed, and the\n" +
			"rest stays as it is. --os-user says whose local commands are theirs; over SSH it is their key: crmsync key add.",
		Example: "  crmsync user add ana --role admin --os-user ana\n  crmsync user add ana --seat ana@acme.com",
		Args:    exactArgs("a name"),
	}
	flags := cmd.Flags()
	cmd.RunE = a.do(func(ctx context.Context, s *session, args []string) error {
		user.Name, user.Role = args[0], crmsync.Role(role)
		if _, err := s.store.ConsoleUser(ctx, user.Name); err == nil {
			if change, any := userChange(flags, user); any {
				return a.acted(s.engine.ChangeUser(ctx, s.actor, user.Name, change))
			}
		}
		return a.acted(s.engine.AddUser(ctx, s.actor, user))
	})
	flags.StringVar(&role, "role", "member", "admin, tester, support or member")
	flags.StringVar(&user.OSUser, "os-user", "", "their `user` on this machine")
	flags.StringVar(&user.Email, "email", "", "their e-mail `address`")
	flags.StringVar(&user.Seat, "seat", "", "`email` of their own seat")
	return cmd
}

// userChange is what the flags name of a user; any tells whether there is something.
func userChange(flags *pflag.FlagSet, user crmsync.NewUser) (change crmsync.UserChange, any bool) {
	if any = flags.Changed("role"); any {
		change.Role = &user.Role
	}
	for _, one := range []struct {
		flag  string
		value *string
		into  **string
	}{{"os-user", &user.OSUser, &change.OSUser}, {"email", &user.Email, &change.Email}, {"seat", &user.Seat, &change.Seat}} {
		if flags.Changed(one.flag) {
			*one.into, any = one.value, true
		}
	}
	return change, any
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func newAudit(a *app) *cobra.Command {
	var q store.AuditQuery
	p := paging{}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "List what was done, and by whom",
		Long:  "Lists the audit trail, the newest first: what was done, by whom, to what. A member sees their own acts.",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			q.PageQuery = p.query()
			if err := s.ownAudit(&q); err != nil {
				return err
			}
			page, err := s.store.Audit(ctx, q)
			if err != nil {
				return err
			}
			return printPage(a, mapRows(page, s.auditLineOf), auditHeader, func(line auditLine) []string {
				line.Subject = shorten(line.Subject, 50)
				return line.cells()
			})
		}),
	}
	cmd.Flags().StringVar(&q.Actor, "who", "", "only what this `person` did")
	cmd.Flags().StringVar(&q.Subject, "subject", "", "only what was done to this `subject`")
	p.flags(cmd)
	return cmd
}

var (
	auditHeader  = []string{"AT", "WHO", "ROLE", "DID", "TO", "UNDONE", "EVENT"}
	outboxHeader = []string{"STATE", "KIND", "WITH", "BY", "TRIES", "SALESFORCE", "WHY", "ACTIVITY"}
)

// ownAudit narrows the trail to what the actor may see: a member sees their own acts.
func (s *session) ownAudit(q *store.AuditQuery) error {
	if !s.actor.OwnOnly() {
		return nil
	}
	if q.Actor != "" && q.Actor != s.actor.Name {
		return &failure{code: "act.not_allowed", message: "members see what they did themselves", hint: "Leave --who out, or ask an admin."}
	}
	q.Actor = s.actor.Name
	return nil
}

// ownOutbox narrows the outbox to what the actor may see: a member sees their own items.
func (s *session) ownOutbox(q *store.OutboxQuery) error {
	if !s.actor.OwnOnly() {
		return nil
	}
	if q.SeatID = s.actor.Seat; q.SeatID == "" {
		return errNoSeat()
	}
	return nil
}

var outboxStates = []store.OutboxState{
	store.OutboxHeld, store.OutboxQueued, store.OutboxSending, store.OutboxWritten, store.OutboxUnassigned, store.OutboxFailed, store.OutboxDoubtful, store.OutboxDropped,
}

func newWritebackOutbox(a *app) *cobra.Command {
	var states []string
	p := paging{}
	cmd := &cobra.Command{
		Use:   "outbox",
		Short: "List items, the one changed last first",
		Long:  "Lists the items of the outbox, the one changed last first. A member sees their own.",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			q := store.OutboxQuery{PageQuery: p.query()}
			if err := s.ownOutbox(&q); err != nil {
				return err
			}
			for _, name := range states {
				if name == store.NoteInvisible && len(states) == 1 {
					q.Note = name
					continue
				}
				if !slices.Contains(outboxStates, store.OutboxState(name)) {
					return &failure{code: "cli.usage", message: fmt.Sprintf("--state %q is no state of an item", name), hint: "states: " + stateNames(outboxStates)}
				}
				q.States = append(q.States, store.OutboxState(name))
			}
			page, err := s.store.Outbox(ctx, q)
			if err != nil {
				return err
			}
			return printPage(a, mapRows(page, s.outboxLineOf), outboxHeader, outboxLine.cells)
		}),
	}
	cmd.Flags().StringSliceVar(&states, "state", nil, "only these `states`: "+stateNames(outboxStates)+"; or invisible, which is what was written and stands on no page")
	p.flags(cmd)
	return cmd
}
