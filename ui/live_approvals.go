package ui

import (
	"context"
	"encoding/json"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// liveApprovals reads what was proposed, and decides about it.
type liveApprovals struct{ live }

// Page reads one page, the newest first.
func (a liveApprovals) Page(ctx context.Context, seek Seek) (Page[Approval], error) {
	p, err := a.engine.Approvals(ctx, a.actor, "", pageQuery(seek))
	if err != nil {
		return Page[Approval]{}, err
	}
	rows := make([]Approval, 0, len(p.Rows))
	for _, row := range p.Rows {
		rows = append(rows, approvalOf(row))
	}
	return pageOf(p, seek, rows), nil
}

func approvalOf(x store.Approval) Approval {
	return Approval{ID: x.ID, Act: crmsync.ActID(x.Act), Summary: x.Summary, Preview: x.Preview, State: string(x.State), By: x.ProposedBy, At: x.ProposedAt,
		Expires: x.ExpiresAt, SettledBy: x.SettledBy, Settled: x.SettledAt, Note: x.Note, Event: x.EventID, Granted: crmsync.Granted(x)}
}

// Approve does what was proposed; audit is the event that takes it back, "" for what nothing takes back.
func (a liveApprovals) Approve(ctx context.Context, id string) (audit string, err error) {
	report, err := a.engine.Approve(ctx, a.actor, id)
	if act, _ := crmsync.LookAct(crmsync.ActID(report.Approval.Act)); act.Inverse == "" {
		return "", err
	}
	return report.Approval.EventID, err
}

// Refuse ends what somebody else proposed.
func (a liveApprovals) Refuse(ctx context.Context, id, why string) error {
	_, err := a.engine.Refuse(ctx, a.actor, id, why)
	return err
}

// Withdraw takes back what the actor proposed.
func (a liveApprovals) Withdraw(ctx context.Context, id string) error {
	_, err := a.engine.Withdraw(ctx, a.actor, id)
	return err
}

// secondAdmin reads whether acts need a second admin, and how many wait for this one.
func (h *liveHome) secondAdmin(ctx context.Context, o *Overview) error {
	on, err := h.setting(ctx, crmsync.SettingSecondAdmin)
	if err != nil {
		return err
	}
	o.SecondAdmin = on == "true"
	o.Approvals, err = h.engine.CountApprovals(ctx, h.actor)
	return err
}

// approvalWords say what somebody proposed or decided about, "" for other events.
func approvalWords(e store.AuditEvent) string {
	var after struct{ Act, Summary string }
	act, known := crmsync.LookAct(crmsync.ActID(e.Act))
	switch act.ID {
	case crmsync.ActPropose, crmsync.ActApprove, crmsync.ActRefuse, crmsync.ActWithdraw:
	default:
		known = false
	}
	if !known {
		return ""
	}
	if json.Unmarshal([]byte(e.After), &after) != nil || after.Act == "" {
		return act.Verb + " an act"
	}
	if after.Summary == "" {
		of, _ := crmsync.LookAct(crmsync.ActID(after.Act))
		after.Summary = of.Verb
	}
	return act.Verb + ": " + after.Summary
}
