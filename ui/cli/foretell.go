package cli

import (
	"context"

	crmsync "crmsync/sync"
	"crmsync/ui"
)

// foretold is what disconnecting would do, for scripts.
type foretold struct {
	DryRun       bool          `json:"dry_run"` // always true: nothing was changed
	Act          crmsync.ActID `json:"act"`
	Organization string        `json:"organization"`
	SecondAdmin  bool          `json:"second_admin"` // it would be proposed to one
	Items        []foretoldRow `json:"items"`
	Unsent       int64         `json:"unsent"`       // items of the outbox that wait, or with --purge are never sent
	Written      int64         `json:"written_stay"` // tasks and notes that stay in the CRM
}

// foretoldRow is one kind of what the store holds, and what would become of it.
type foretoldRow struct {
	What string `json:"what"`
	Rows *int64 `json:"rows,omitempty"` // none where it is not counted
	Fate string `json:"fate"`
}

// foretell says what disconnecting would do, with or without deleting, by the same counts as the console's page of
// the purge. It is refused as the act would be; the name of the organization may be left out, since nothing is
// deleted.
func (a *app) foretell(ctx context.Context, s *session, purge bool, org string) error {
	act := crmsync.ActDisconnect
	if purge {
		act = crmsync.ActPurge
	}
	if err := crmsync.Allowed(s.actor, act); err != nil {
		return err
	}
	plan, err := ui.PlanPurge(ctx, s.store)
	if err != nil {
		return err
	}
	switch {
	case plan.OrgName == "":
		return &failure{code: "connect.none", message: "this store was never connected, or was purged already", hint: "there is nothing to disconnect or delete"}
	case org != "" && org != plan.OrgName:
		return &failure{code: "usage.purge_name", message: printable(org) + " is not the name of the organization", hint: "its name is " + printable(plan.OrgName)}
	}
	out := foretold{DryRun: true, Act: act, Organization: plan.OrgName, Unsent: plan.Unsent, Written: plan.Written}
	if out.SecondAdmin, err = s.engine.NeedsSecond(ctx, act); err != nil {
		return err
	}
	for _, item := range plan.Items {
		out.Items = append(out.Items, fateOf(item, purge))
	}
	if a.json {
		return a.printJSON(out)
	}
	a.printForetold(out, purge)
	return nil
}

func fateOf(item ui.PurgeItem, purge bool) foretoldRow {
	row := foretoldRow{What: item.What, Fate: "stays"}
	if item.Rows >= 0 {
		row.Rows = &item.Rows
	}
	switch {
	case purge && item.Kept != "":
		row.Fate = "stays: " + item.Kept
	case purge:
		row.Fate = "deleted"
	}
	return row
}

func (a *app) printForetold(out foretold, purge bool) {
	a.printf("would be: the tokens for %s are revoked at Salesforce and deleted here\n", printable(out.Organization))
	for _, row := range out.Items {
		rows := "-"
		if row.Rows != nil {
			rows = crmsync.Thousands(*row.Rows)
		}
		a.printf("  %-32s %11s  %s\n", row.What, rows, row.Fate)
	}
	switch {
	case out.Unsent > 0 && purge:
		a.printf("%s in the outbox would never be sent\n", crmsync.Counted(out.Unsent, "item", "items"))
	case out.Unsent > 0:
		a.printf("%s in the outbox would wait until the org is connected again\n", crmsync.Counted(out.Unsent, "item", "items"))
	}
	if out.Written > 0 {
		a.printf("%s that crmsync wrote stay in Salesforce\n", crmsync.Counted(out.Written, "task or note", "tasks and notes"))
	}
	if out.SecondAdmin {
		a.printf("it would be proposed to a second admin first\n")
	}
	a.printf("nothing has changed\n")
}
