package sync

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"crmsync/match"
	"crmsync/store"
)

// ShadowItem is one activity as it would be written: the exact request, and what in the org speaks against it.
type ShadowItem struct {
	ActivityID string          `json:"activity"`
	Kind       Kind            `json:"kind"`
	Member     string          `json:"member"`
	With       string          `json:"with,omitempty"` // the person or company at the other side
	State      string          `json:"state"`          // of the outbox row: queued or held
	Hold       string          `json:"hold,omitempty"` // why it would not go now
	Object     string          `json:"object"`
	Request    json.RawMessage `json:"request"`
	Unassigned bool            `json:"unassigned"`
	Problems   []string        `json:"problems"`        // what the org would refuse, as far as describe tells
	Notes      []string        `json:"notes,omitempty"` // what is done otherwise than one may expect
}

// Shadow runs writeback up to the point of sending: for at most limit activities that are queued or held it returns the exact
// request, checked against the org's describe, and sends nothing. Gates are shown and not obeyed, so that an admin sees
// what would be written before anything is switched on.
func (e *Engine) Shadow(ctx context.Context, actor Actor, limit int) ([]ShadowItem, error) {
	page, err := e.ShadowPage(ctx, actor, store.PageQuery{Limit: limit})
	return page.Rows, err
}

// ShadowPage is Shadow for the page that q asks for; of q, Limit and After count.
func (e *Engine) ShadowPage(ctx context.Context, actor Actor, q store.PageQuery) (store.Page[ShadowItem], error) {
	page := store.Page[ShadowItem]{Rows: []ShadowItem{}}
	c, err := e.shadowCycle(ctx, actor)
	if err != nil {
		return page, err
	}
	rows, err := e.waiting(ctx, q.After, q.Limit+1)
	if err != nil {
		return page, err
	}
	if page.More = len(rows) > q.Limit; page.More {
		rows = rows[:q.Limit]
		last := rows[len(rows)-1]
		page.Next = store.Cursor(string(last.State) + "." + last.ActivityID)
	}
	for _, row := range rows {
		item, err := c.shadow(ctx, row)
		if err != nil {
			return page, err
		}
		page.Rows = append(page.Rows, item)
	}
	return page, nil
}

// errShadowCursor tells of a cursor that no page of the shadow run gave.
var errShadowCursor = fault("store.cursor", "take the one that the list before ended with", "this is no place in the list of what waits")

// waiting returns up to limit items of the outbox that are queued or held, the queued ones first, after a cursor of
// ShadowPage: a state and the id of an activity.
func (e *Engine) waiting(ctx context.Context, after store.Cursor, limit int) ([]store.OutboxItem, error) {
	from, id, _ := strings.Cut(string(after), ".")
	states := []store.OutboxState{store.OutboxQueued, store.OutboxHeld}
	if after != "" {
		at := slices.Index(states, store.OutboxState(from))
		if at < 0 || id == "" {
			return nil, errShadowCursor
		}
		states = states[at:]
	}
	var items []store.OutboxItem
	for _, state := range states {
		rows, err := e.store.OutboxByState(ctx, state, id, limit-len(items))
		if err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
		items, id = append(items, rows...), ""
	}
	return items, nil
}

func (c *cycle) shadow(ctx context.Context, row store.OutboxItem) (ShadowItem, error) {
	activity, err := c.engine.store.Activity(ctx, row.ActivityID)
	if err != nil {
		return ShadowItem{}, fmt.Errorf("read activity %s: %w", row.ActivityID, err)
	}
	item := ShadowItem{ActivityID: row.ActivityID, Kind: Kind(activity.Kind), Member: nameOr(c.gates.people[activity.SeatID].Name, c.gates.people[activity.SeatID].Email),
		State: string(row.State), Problems: []string{}}
	side := match.Person
	if activity.CompanyID != "" {
		side = match.Company
	}
	other, err := c.engine.memberView(ctx, side, cmp.Or(activity.PersonID, activity.CompanyID))
	if err != nil {
		return ShadowItem{}, fmt.Errorf("read whom activity %s is with: %w", row.ActivityID, err)
	}
	item.With = other.Name
	if hold, closed := c.gates.closed(activity); closed {
		item.Hold = hold.Code
	}
	one, waits, err := c.payloadFor(ctx, activity)
	if err != nil {
		return ShadowItem{}, err
	}
	if waits.Event != "" && item.Hold == "" {
		item.Hold = waits.Code
	}
	if one.Payload.Object == "" {
		item.Object = item.Kind.Object()
		item.Problems = append(item.Problems, waits.Code)
		return item, nil
	}
	if item.Request, err = one.Payload.request(); err != nil {
		return ShadowItem{}, err
	}
	item.Object, item.Unassigned = one.Payload.Object, !one.assigned()
	item.Problems = append(item.Problems, c.facts.problems(one.Payload)...)
	if one.Payload.Object == "Task" && one.Payload.Fields["RecordTypeId"] == "" {
		item.Notes = append(item.Notes, c.facts.noRecordType(item.Kind, c.gates.settings.Text(SettingRecordTypeKey(activity.Kind))))
	}
	if item.Unassigned {
		item.Notes = append(item.Notes, "no record is matched: it is written unassigned")
	}
	if !c.gates.seats[activity.SeatID].Synced {
		item.Problems = append(item.Problems, "OwnerId: the seat has no active CRM user")
	}
	return item, nil
}

// problems lists what describe says against a payload.
func (f *orgFacts) problems(payload Payload) []string {
	var found []string
	if !f.createable[payload.Object] {
		found = append(found, payload.Object+": the integration user may not create it")
	}
	for _, name := range payload.names() {
		if !f.createable[payload.Object+"."+name] {
			found = append(found, name+": hidden from the integration user, or not to be set")
		}
	}
	if status := payload.Fields["Status"]; payload.Object == "Task" && !f.statuses[status] {
		found = append(found, "Status: "+status+" is not a value of this org")
	}
	for _, name := range f.required[payload.Object] {
		if payload.Fields[name] == "" {
			found = append(found, name+": the org requires it and crmsync does not fill it")
		}
	}
	slices.Sort(found)
	return found
}
