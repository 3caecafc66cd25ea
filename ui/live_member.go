package ui

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// records reads the CRM records that are linked with a member, or want it.
func (n liveNetwork) records(ctx context.Context, out *Member) error {
	connection, err := n.connection(ctx)
	if err != nil {
		return err
	}
	matches, err := n.store.MatchesOfMember(ctx, out.ID)
	if err != nil {
		return err
	}
	for _, m := range matches {
		row, err := n.store.MatchRow(ctx, m.RecordID)
		if errors.Is(err, store.ErrNotFound) {
			continue // deleted since
		}
		if err != nil {
			return err
		}
		if !m.State.Live() {
			out.Wanting = append(out.Wanting, Rival{Record: m.RecordID, Name: row.RecordName, State: string(m.State), Score: percentOf(m.Score)})
			continue
		}
		opportunities, err := n.store.CountOpenOpportunitiesOf(ctx, m.RecordID)
		if err != nil {
			return err
		}
		out.Linked = LinkedRecord{Record: m.RecordID, Object: m.Object, Name: row.RecordName, Address: recordAddress(connection.InstanceURL, m.Object, m.RecordID), State: string(m.State),
			Score: percentOf(m.Score), By: m.DecidedBy, Contact: n.contact(ctx, m.Object, m.RecordID), ChangedAt: m.ChangedAt, Opportunities: int64(opportunities)}
	}
	return nil
}

// activities reads the newest activities with a member, each with its place in the outbox.
func (n liveNetwork) activities(ctx context.Context, out *Member) error {
	connection, err := n.connection(ctx)
	if err != nil {
		return err
	}
	q := store.ActivityQuery{PersonID: out.ID, PageQuery: store.PageQuery{Limit: memberShown}}
	if out.Company {
		q.PersonID, q.CompanyID = "", out.ID
	}
	p, err := n.store.Activities(ctx, q)
	if err != nil {
		return err
	}
	out.More = p.More
	for _, a := range p.Rows {
		row := MemberActivity{ID: a.ID, Kind: crmsync.Kind(a.Kind).Label(), Subject: a.Subject, At: a.OccurredAt}
		if seat, err := n.store.Seat(ctx, a.SeatID); err == nil {
			row.By = nameOf(seat)
		}
		item, err := n.store.OutboxItem(ctx, a.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err == nil {
			sent := outboxItem(store.OutboxRow{OutboxItem: item, Kind: a.Kind}, connection.InstanceURL, false)
			row.State, row.Code, row.Text, row.Address = sent.State, sent.Code, sent.Text, sent.Address
		}
		out.Activities = append(out.Activities, row)
	}
	return nil
}

// saves reads what was saved of a member's records, for whom.
func (n liveNetwork) saves(ctx context.Context, out *Member) error {
	if out.Linked.Record == "" {
		return nil
	}
	p, err := n.store.Saves(ctx, store.SaveQuery{RecordID: out.Linked.Record, PageQuery: store.PageQuery{Limit: memberShown}})
	if err != nil {
		return err
	}
	for _, s := range p.Rows {
		row := n.save(ctx, s)
		if seat, err := n.store.Seat(ctx, s.SeatID); err == nil {
			row.Owner = nameOf(seat)
		}
		out.Saves = append(out.Saves, row)
	}
	return nil
}

// history reads what was decided on the records of a member, the newest first.
func (n liveNetwork) history(ctx context.Context, out *Member) error {
	about := map[string]bool{}
	for _, r := range out.Wanting {
		about[r.Record] = true
	}
	if out.Linked.Record != "" {
		about[out.Linked.Record] = true
	}
	decisions, err := n.store.DecisionsAbout(ctx, nil, []string{out.ID})
	if err != nil {
		return err
	}
	for _, d := range decisions {
		about[d.RecordID] = true
	}
	trail := liveAudit(n)
	for record := range about {
		p, err := trail.Page(ctx, AuditFilter{What: "record " + record}, Seek{Edge: First, Limit: memberShown})
		if err != nil {
			return err
		}
		out.History = append(out.History, p.Rows...)
	}
	slices.SortFunc(out.History, func(a, b AuditEvent) int { return cmp.Compare(b.ID, a.ID) })
	out.History = out.History[:min(len(out.History), memberShown)]
	return nil
}
