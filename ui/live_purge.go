package ui

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// PurgePlan counts what a purge would delete.
func (c liveConnect) PurgePlan(ctx context.Context) (PurgePlan, error) {
	return PlanPurge(ctx, c.store)
}

// PlanPurge counts what a purge of a store would delete. A store that was never connected, or was purged, has no
// name of an organization in its plan.
func PlanPurge(ctx context.Context, st *store.Store) (PurgePlan, error) {
	connection, err := st.Connection(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return PurgePlan{}, err
	}
	plan := PurgePlan{OrgName: connection.OrgName}
	records := int64(0)
	for _, object := range store.Objects() {
		n, err := st.CountRecords(ctx, object.Name)
		if err != nil {
			return PurgePlan{}, err
		}
		records += n
	}
	counts, err := st.CountMatches(ctx)
	if err != nil {
		return PurgePlan{}, err
	}
	matches := int64(0)
	for _, states := range counts {
		for _, n := range states {
			matches += n
		}
	}
	outbox, err := st.CountOutbox(ctx)
	if err != nil {
		return PurgePlan{}, err
	}
	items := int64(0)
	for state, n := range outbox {
		items += n
		switch state {
		case store.OutboxQueued, store.OutboxHeld, store.OutboxFailed, store.OutboxSending, store.OutboxDoubtful:
			plan.Unsent += n
		case store.OutboxWritten, store.OutboxUnassigned:
			plan.Written += n
		case store.OutboxDropped:
		}
	}
	saves, err := st.CountSaves(ctx)
	if err != nil {
		return PurgePlan{}, err
	}
	people, err := st.CountPeople(ctx)
	if err != nil {
		return PurgePlan{}, err
	}
	plan.Items = []PurgeItem{{"CRM records of seven objects", records, ""}, {"Matches and decisions", matches, ""}, {"Saves", saves, ""}, {"Outbox", items, ""},
		{"Audit trail", -1, "who did what, no values"}, {"People of the network", people, "all of it"}, {"Seats, opt-ins, settings, users", -1, "all of it"}}
	return plan, nil
}

// Purge disconnects and deletes everything that came from the org.
func (c liveConnect) Purge(ctx context.Context, typed string) (PurgeReceipt, error) {
	r, err := c.engine.Purge(ctx, c.actor, typed)
	out := PurgeReceipt{Org: r.Organization, By: r.By, Audit: r.AuditID, At: r.At, Stopped: r.Stopped, Revoked: r.Revoked, Warning: r.Warning, FilesRead: r.FilesRead, Looked: r.Looked, FilesHolding: r.FilesHolding, Left: r.Left, Key: r.Key}
	for table, rows := range r.Removed {
		if rows > 0 {
			out.Removed = append(out.Removed, PurgeItem{What: table, Rows: rows})
		}
	}
	slices.SortFunc(out.Removed, func(a, b PurgeItem) int { return cmp.Compare(a.What, b.What) })
	return out, err
}

// Decisions gives every decision that a person made, for a file: what a purge deletes and nobody can derive again.
func (c liveConnect) Decisions(ctx context.Context, each func(cells []string) error) error {
	decisions, err := c.store.Decisions(ctx, store.DecisionQuery{})
	if err != nil {
		return err
	}
	for _, d := range decisions {
		if c.actor.Role == crmsync.RoleSupport {
			d.Note = ""
		}
		if err := each([]string{d.ID, d.RecordID, d.MemberID, string(d.Verdict), d.Actor, d.Note, strconv.Itoa(percentOf(d.Score)), moment(d.DecidedAt), moment(d.EndedAt), d.MovedFrom}); err != nil {
			return err
		}
	}
	return nil
}
