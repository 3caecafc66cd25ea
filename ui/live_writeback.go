package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// liveWriteback reads and changes what is written to the CRM.
type liveWriteback struct{ live }

// Types reads the switches and who opted in.
func (b liveWriteback) Types(ctx context.Context) (WritebackTypes, error) {
	settings, err := b.settings(ctx)
	if err != nil {
		return WritebackTypes{}, err
	}
	opted, err := b.store.OptIns(ctx, "")
	if err != nil {
		return WritebackTypes{}, err
	}
	seats, err := b.store.Seats(ctx)
	if err != nil {
		return WritebackTypes{}, err
	}
	out := WritebackTypes{On: settings[crmsync.SettingWriteEnabled] == "true", States: map[string]int64{}}
	for _, kind := range crmsync.Kinds() {
		k := WritebackKind{Kind: string(kind), Label: kind.Label(), Object: kind.Object(), On: settings[crmsync.SettingKindKey(string(kind))] == "true", Seats: int64(len(seats)), RecordType: recordTypeOf(kind, settings), Fields: fieldsOf(kind, settings)}
		for _, o := range opted {
			if o.Kind == k.Kind {
				k.People++
			}
		}
		out.Kinds = append(out.Kinds, k)
	}
	states, err := b.store.CountOutbox(ctx)
	if err != nil {
		return WritebackTypes{}, err
	}
	for state, n := range states {
		out.States[string(state)] = n
	}
	for name, series := range map[string]*Series{"items.written": &out.Written, "writes.failed": &out.Failed} {
		if series.Days, err = b.store.Daily(ctx, name, b.store.Now(), activityDays); err != nil {
			return WritebackTypes{}, err
		}
	}
	return out, nil
}

// recordTypeOf says which record type a kind is written with (decision 3).
func recordTypeOf(kind crmsync.Kind, settings map[string]string) string {
	if chosen := settings[crmsync.SettingRecordTypeKey(string(kind))]; chosen != "" {
		return chosen
	}
	if name := kind.RecordTypeName(); name != "" {
		return "LID " + name
	}
	return "the object's default"
}

// fieldsOf says what each field of the CRM row is filled from (S123 to S126, decision 20).
func fieldsOf(kind crmsync.Kind, settings map[string]string) []Field {
	if kind == crmsync.KindNote {
		return []Field{{"Title", "the note's title"}, {"Body", "the note's text"}, {"ParentId", "the matched contact, lead or account"}, {"OwnerId", "the member's CRM user"}}
	}
	subject := settings[crmsync.SettingSubjectKey(string(kind))]
	if subject == "" {
		subject = crmsync.DefaultTemplates().Subject[kind]
	}
	fields := []Field{{"Subject", subject}, {"Description", "the text"}, {"WhoId", "the matched contact, or the unconverted lead"}, {"WhatId", "that contact's account; empty for leads"}, {"OwnerId", "the member's CRM user"}}
	if kind != crmsync.KindCall || settings[crmsync.SettingCallDate] == "true" {
		fields = append(fields, Field{"ActivityDate", "the day, in the integration user's time zone"})
	}
	return fields
}

// SetContract switches writeback for the contract.
func (b liveWriteback) SetContract(ctx context.Context, on bool) (string, error) {
	return b.engine.SetContractSwitch(ctx, b.actor, on)
}

// SetKind switches one kind.
func (b liveWriteback) SetKind(ctx context.Context, kind string, on bool) (string, error) {
	parsed, err := crmsync.ParseKind(kind)
	if err != nil {
		return "", err
	}
	return b.engine.SetKindSwitch(ctx, b.actor, parsed, on)
}

// People reads every seat with the kinds it opted in for.
func (b liveWriteback) People(ctx context.Context, seek Seek) (Page[OptedPerson], error) {
	seats, err := b.store.Seats(ctx)
	if err != nil {
		return Page[OptedPerson]{}, err
	}
	opted, err := b.store.OptIns(ctx, "")
	if err != nil {
		return Page[OptedPerson]{}, err
	}
	names := b.users()
	rows := make([]OptedPerson, 0, len(seats))
	for _, s := range seats {
		row := OptedPerson{Name: nameOf(s), Synced: names.record(ctx, s.UserID).Flag("IsActive"), Allowed: s.MayWriteback}
		for _, o := range opted {
			if o.SeatID == s.ID {
				row.Kinds = append(row.Kinds, crmsync.Kind(o.Kind).Label())
				if row.Since.IsZero() || o.Since.Before(row.Since) {
					row.Since = o.Since
				}
			}
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b OptedPerson) int { return len(b.Kinds) - len(a.Kinds) })
	return cutPage(rows, seek), nil
}

// Outbox reads items, the one changed last first; or those that have no record yet.
func (b liveWriteback) Outbox(ctx context.Context, unassigned bool, seek Seek) (Page[OutboxItem], error) {
	q := store.OutboxQuery{PageQuery: pageQuery(seek)}
	if unassigned {
		q.States = []store.OutboxState{store.OutboxUnassigned, store.OutboxHeld}
	}
	connection, err := b.connection(ctx)
	if err != nil {
		return Page[OutboxItem]{}, err
	}
	p, err := b.store.Outbox(ctx, q)
	if err != nil {
		return Page[OutboxItem]{}, err
	}
	rows := make([]OutboxItem, 0, len(p.Rows))
	for _, r := range p.Rows {
		if unassigned && r.State == store.OutboxHeld && r.Hold != crmsync.HoldNoMatch.Code {
			continue
		}
		rows = append(rows, outboxItem(r, connection.InstanceURL, b.actor.Role != crmsync.RoleSupport))
	}
	return pageOf(p, seek, rows), nil
}

// outboxItem says an item of the store in the screens' terms; what was sent is shown to those who may see it.
func outboxItem(r store.OutboxRow, instance string, personal bool) OutboxItem {
	item := OutboxItem{ID: r.ActivityID, Kind: crmsync.Kind(r.Kind).Label(), Who: r.MemberName, By: r.SeatName, State: string(r.State), Tries: int(r.Attempts), Next: r.NextAt, At: r.OccurredAt,
		Code: r.ErrorCode, Text: r.ErrorText, Record: r.SalesforceID, Address: recordAddress(instance, r.Object, r.SalesforceID)}
	if hold, ok := crmsync.HoldByCode(r.Hold); ok && r.State == store.OutboxHeld {
		item.Code, item.Text, item.Fix = hold.Code, hold.Text, hold.Fix
	}
	if r.VerifyNote != "" && item.Text == "" {
		item.Text = r.VerifyNote
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
