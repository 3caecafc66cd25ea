package ui

import (
	"context"
	"slices"

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
	tallies, err := b.store.TallyOutbox(ctx)
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
		for _, x := range tallies {
			if x.Kind == k.Kind {
				k.tally(x)
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
	if out.Pace, err = b.engine.Pace(ctx, paceWindow, 0); err != nil {
		return WritebackTypes{}, err
	}
	for name, series := range map[string]*Series{"items.written": &out.Written, "writes.failed": &out.Failed} {
		if series.Days, err = b.store.Daily(ctx, name, b.store.Now(), activityDays); err != nil {
			return WritebackTypes{}, err
		}
	}
	return out, nil
}

// tally adds a count of the outbox to a kind's.
func (k *WritebackKind) tally(x store.OutboxTally) {
	switch x.State {
	case store.OutboxWritten, store.OutboxUnassigned:
		k.Written += x.N
		if x.Last.After(k.Last) {
			k.Last = x.Last
		}
	case store.OutboxFailed, store.OutboxDoubtful:
		k.Failed += x.N
	case store.OutboxHeld:
		k.Held += x.N
	case store.OutboxQueued, store.OutboxSending, store.OutboxDropped:
	}
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
	tallies, err := b.store.TallyOutbox(ctx)
	if err != nil {
		return Page[OptedPerson]{}, err
	}
	names := b.users()
	rows := make([]OptedPerson, 0, len(seats))
	for _, s := range seats {
		row := OptedPerson{Name: b.seatLabel(s), Synced: names.record(ctx, s.UserID).Flag("IsActive"), Allowed: s.MayWriteback}
		for _, o := range opted {
			if o.SeatID == s.ID {
				row.Kinds = append(row.Kinds, crmsync.Kind(o.Kind).Label())
				if row.Since.IsZero() || o.Since.Before(row.Since) {
					row.Since = o.Since
				}
			}
		}
		for _, x := range tallies {
			if x.SeatID == s.ID && (x.State == store.OutboxWritten || x.State == store.OutboxUnassigned) {
				row.Written += x.N
			}
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b OptedPerson) int { return len(b.Kinds) - len(a.Kinds) })
	return cutPage(rows, seek), nil
}
