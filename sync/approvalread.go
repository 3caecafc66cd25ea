package sync

import (
	"context"
	"slices"
	"strings"

	"crmsync/store"
)

// Approvals lists proposed acts, the newest first; of one state, or of all for "". Support sees no
// addresses; members see what they proposed and nobody has settled, on one page.
func (e *Engine) Approvals(ctx context.Context, actor Actor, state store.ApprovalState, query store.PageQuery) (store.Page[store.Approval], error) {
	var page store.Page[store.Approval]
	var err error
	switch {
	case actor.Role != RoleMember && actor.Role.Valid():
		page, err = e.store.Approvals(ctx, state, query)
	case query.After == "" && query.Before == "":
		page.Rows, err = e.store.OpenApprovals(ctx, actor.Name)
		slices.Reverse(page.Rows)
	}
	for i, row := range page.Rows {
		page.Rows[i] = asSeenBy(actor, row)
		page.Rows[i].State = ApprovalState(row, e.now())
	}
	return page, err
}

// LookApproval returns one proposed act (code "approval.not_found").
func (e *Engine) LookApproval(ctx context.Context, actor Actor, id string) (store.Approval, error) {
	row, err := e.approval(ctx, id)
	if err == nil && !mayLook(actor, row) {
		err = fault("approval.not_found", "See crmsync approvals list.", "you have no proposal %q", id)
	}
	if err != nil {
		return store.Approval{}, err
	}
	row = asSeenBy(actor, row)
	row.State = ApprovalState(row, e.now())
	return row, nil
}

// CountApprovals counts what waits for the actor to approve: none for who is no admin.
func (e *Engine) CountApprovals(ctx context.Context, actor Actor) (int64, error) {
	if !actor.Role.Valid() || Allowed(actor, ActApprove) != nil {
		return 0, nil
	}
	return e.store.CountApprovals(ctx, actor.Name, e.now())
}

// NeedsSecond tells whether an act would be proposed instead of done now.
func (e *Engine) NeedsSecond(ctx context.Context, id ActID) (bool, error) {
	settings, err := e.settingsOf(ctx)
	act, _ := LookAct(id)
	return err == nil && act.Level >= Bulk && settings.Bool(SettingSecondAdmin), err
}

func mayLook(actor Actor, row store.Approval) bool {
	return actor.Role != RoleMember && actor.Role.Valid() || actor.Name == row.ProposedBy
}

// asSeenBy leaves out what a role may not see: support sees names, and no addresses (decision 15).
func asSeenBy(actor Actor, row store.Approval) store.Approval {
	if actor.Role != RoleSupport {
		return row
	}
	row.Args, row.Summary = "null", withoutAddresses(row.Summary)
	lines := make([]string, len(row.Preview))
	for i, line := range row.Preview {
		lines[i] = withoutAddresses(line)
	}
	row.Preview = lines
	return row
}

func withoutAddresses(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if strings.Contains(word, "@") {
			words[i] = "(address)"
		}
	}
	return strings.Join(words, " ")
}
