package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// query says a filter in the store's terms.
func (f OutboxFilter) query() store.OutboxQuery {
	switch {
	case f.Unassigned:
		return store.OutboxQuery{States: []store.OutboxState{store.OutboxUnassigned, store.OutboxHeld}, Hold: crmsync.HoldNoMatch.Code}
	case f.State == store.NoteInvisible:
		return store.OutboxQuery{Note: f.State}
	case f.State != "":
		return store.OutboxQuery{States: []store.OutboxState{store.OutboxState(f.State)}}
	}
	return store.OutboxQuery{}
}

// Outbox reads items, the one changed last first; or those that have no record yet, with whom the model would guess.
func (b liveWriteback) Outbox(ctx context.Context, filter OutboxFilter, seek Seek) (Page[OutboxItem], error) {
	connection, err := b.connection(ctx)
	if err != nil {
		return Page[OutboxItem]{}, err
	}
	if filter.State == onlyLate {
		return b.late(ctx, connection.InstanceURL, seek.Text)
	}
	q := filter.query()
	if b.actor.OwnOnly() {
		if q.SeatID = b.actor.Seat; q.SeatID == "" {
			return Page[OutboxItem]{}, nil
		}
	}
	q.PageQuery = pageQuery(seek)
	p, err := b.store.Outbox(ctx, q)
	if err != nil {
		return Page[OutboxItem]{}, err
	}
	rows := make([]OutboxItem, 0, len(p.Rows))
	for _, r := range p.Rows {
		item := b.item(r, connection.InstanceURL)
		if filter.Unassigned {
			if err := b.guess(ctx, &item); err != nil {
				return Page[OutboxItem]{}, err
			}
		}
		rows = append(rows, item)
	}
	return pageOf(p, seek, rows), nil
}

// CountOutbox counts the items in a state, or all, from the sums that are kept; what is picked by more than its state has no count.
func (b liveWriteback) CountOutbox(ctx context.Context, filter OutboxFilter) (int64, error) {
	q := filter.query()
	if q.Hold != "" || q.Note != "" || filter.State == onlyLate {
		return 0, errNotCounted
	}
	tallies, err := b.store.TallyOutbox(ctx)
	if err != nil {
		return 0, err
	}
	var n int64
	for _, x := range tallies {
		if (len(q.States) == 0 || slices.Contains(q.States, x.State)) && (!b.actor.OwnOnly() || x.SeatID == b.actor.Seat) {
			n += x.N
		}
	}
	return n, nil
}

// item says an item of the store as the actor may see it.
func (b liveWriteback) item(r store.OutboxRow, instance string) OutboxItem {
	item := outboxItem(r, instance, b.actor.Role != crmsync.RoleSupport)
	item.By = b.actor.Named(item.By)
	item.Own = b.actor.Seat != "" && b.actor.Seat == r.SeatID
	return item
}

// guess fills in the record that would suit a member best, when the model suggested one.
func (b liveWriteback) guess(ctx context.Context, item *OutboxItem) error {
	matches, err := b.store.MatchesOfMember(ctx, item.Member)
	if err != nil || len(matches) == 0 {
		return err
	}
	row, err := b.store.MatchRow(ctx, matches[0].RecordID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	item.Guess, item.GuessScore = row.RecordName, percentOf(matches[0].Score)
	return err
}

// outboxItem says an item of the store in the screens' terms; what was sent is shown to those who may see it.
func outboxItem(r store.OutboxRow, instance string, personal bool) OutboxItem {
	item := OutboxItem{ID: r.ActivityID, Kind: crmsync.Kind(r.Kind).Label(), Who: r.MemberName, By: r.SeatName, State: string(r.State), Tries: int(r.Attempts), Next: r.NextAt, At: r.OccurredAt,
		Code: r.ErrorCode, Text: r.ErrorText, Record: r.SalesforceID, Address: recordAddress(instance, r.Object, r.SalesforceID),
		Member: r.PersonID + r.CompanyID, Company: r.CompanyID != "", Hold: r.Hold, Target: r.RecordID}
	if hold, ok := crmsync.HoldByCode(r.Hold); ok && r.State == store.OutboxHeld {
		item.Code, item.Text, item.Fix = hold.Code, hold.Text, hold.Fix
	}
	if r.VerifyNote != "" && item.Text == "" {
		item.Text = r.VerifyNote
	}
	if crmsync.DeliveryOf(r.VerifyNote) == crmsync.DeliveryProven {
		if item.Text == r.VerifyNote {
			item.Text = "read back as it was sent"
		}
		item.Proof = "as it was sent, with this owner and record type, on a page that shows it"
	}
	if crmsync.DeliveryOf(r.VerifyNote) == crmsync.DeliveryInvisible && r.State == store.OutboxWritten {
		item.State, item.Fix = store.NoteInvisible, "Add the related lists Activity History and Notes & Attachments to the page layouts."
	}
	if personal {
		item.Fields = requestFields(r.Request)
	}
	return item
}

// requestFields takes the JSON that was, or would be, sent apart.
func requestFields(request []byte) []Field {
	var values map[string]any
	if json.Unmarshal(request, &values) != nil {
		return nil
	}
	fields := make([]Field, 0, len(values))
	for name, value := range values {
		if _, nested := value.(map[string]any); !nested && value != nil {
			fields = append(fields, Field{name, fmt.Sprint(value)})
		}
	}
	sort.Slice(fields, func(i, j int) bool { return fields[i].Name < fields[j].Name })
	return fields
}

// Retry sends an item again.
func (b liveWriteback) Retry(ctx context.Context, id string) (string, error) {
	return b.engine.RetryOutbox(ctx, b.actor, id)
}

// Drop gives an item up.
func (b liveWriteback) Drop(ctx context.Context, id string) (string, error) {
	return b.engine.DropOutbox(ctx, b.actor, id)
}

// Hold keeps one activity back.
func (b liveWriteback) Hold(ctx context.Context, id string) (string, error) {
	return b.engine.HoldActivity(ctx, b.actor, id, "")
}

// Release lets one's own activity go that was held by hand, or that is older than the opt-in.
func (b liveWriteback) Release(ctx context.Context, id string) (string, error) {
	return b.engine.ReleaseActivity(ctx, b.actor, id)
}

// PreviewRetry counts what failed, by code.
func (b liveWriteback) PreviewRetry(ctx context.Context) (RetryPreview, error) {
	p, err := b.engine.PreviewRetry(ctx, b.actor)
	out := RetryPreview{Items: p.Items}
	for _, g := range p.Groups {
		out.Groups = append(out.Groups, RetryGroup{Code: g.Code, Text: g.Text, N: g.N})
	}
	return out, err
}

// RetryAll queues everything that failed again.
func (b liveWriteback) RetryAll(ctx context.Context) (int64, error) {
	report, err := b.engine.RetryFailed(ctx, b.actor)
	return int64(report.Queued), err
}

// PreviewRemove reads a written record back and says whether it may be removed from the CRM.
func (b liveWriteback) PreviewRemove(ctx context.Context, id string) (RemovePreview, error) {
	report, err := b.engine.PreviewRemoveWritten(ctx, b.actor, []string{id})
	if err != nil {
		return RemovePreview{}, err
	}
	connection, err := b.store.Connection(ctx)
	if err != nil {
		return RemovePreview{}, err
	}
	row := report.Rows[0]
	return RemovePreview{Org: connection.OrgName, Object: row.Object, ID: row.ID, Kept: row.Kept}, nil
}

// Remove removes a written record from the CRM.
func (b liveWriteback) Remove(ctx context.Context, id, org string) error {
	_, err := b.engine.RemoveWritten(ctx, b.actor, []string{id}, org)
	return err
}
