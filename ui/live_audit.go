package ui

import (
	"context"
	"encoding/json"
	"strings"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// liveAudit reads the trail and takes acts back.
type liveAudit struct{ live }

// Page reads one page, the newest first.
func (a liveAudit) Page(ctx context.Context, filter AuditFilter, seek Seek) (Page[AuditEvent], error) {
	p, err := a.store.Audit(ctx, store.AuditQuery{Actor: filter.Who, Subject: filter.What, PageQuery: pageQuery(seek)})
	if err != nil {
		return Page[AuditEvent]{}, err
	}
	describe := a.describer()
	rows := make([]AuditEvent, 0, len(p.Rows))
	for _, e := range p.Rows {
		act, known := crmsync.LookAct(crmsync.ActID(e.Act))
		rows = append(rows, AuditEvent{ID: e.ID, At: e.At, Who: e.Actor, Via: e.Via, Act: e.Act, What: describe.event(ctx, e), Before: e.Before, After: e.After,
			Undone: e.UndoneBy != "", Undoable: known && act.Inverse != "" && e.UndoneBy == ""})
	}
	return pageOf(p, seek, rows), nil
}

// Count is not known: the trail is read by page, and its length shows at its end.
func (a liveAudit) Count(context.Context, AuditFilter) (int64, error) { return 0, errNotCounted }

// Undo takes one act back.
func (a liveAudit) Undo(ctx context.Context, audit string) (string, error) {
	return a.engine.Undo(ctx, a.actor, audit)
}

// UndoLast takes the actor's newest act back.
func (a liveAudit) UndoLast(ctx context.Context) (string, error) {
	return a.engine.UndoLast(ctx, a.actor)
}

// describer puts audit events into words; names are read once each.
type describer struct {
	live
	names map[string]string
}

func (l live) describer() *describer { return &describer{live: l, names: map[string]string{}} }

// event says what was done, and to whom or what.
func (d *describer) event(ctx context.Context, e store.AuditEvent) string {
	verb := e.Act
	if act, ok := crmsync.LookAct(crmsync.ActID(e.Act)); ok {
		verb = act.Verb
	}
	if setting := settingEvent(e); setting != "" {
		return verb + " " + setting
	}
	return strings.TrimSpace(verb + " " + d.subject(ctx, e.Subject))
}

// settingEvent says which setting became what, "" for other events.
func settingEvent(e store.AuditEvent) string {
	var after struct{ Value *string }
	switch crmsync.ActID(e.Act) {
	case crmsync.ActSettingSet, crmsync.ActWritebackKind, crmsync.ActWritebackSwitch:
	default:
		return ""
	}
	value := "the default"
	if json.Unmarshal([]byte(e.After), &after) == nil && after.Value != nil {
		value = orDefault(*after.Value, "nothing")
	}
	name := e.Subject
	switch crmsync.ActID(e.Act) {
	case crmsync.ActWritebackSwitch:
		return onOff(value == "true")
	case crmsync.ActWritebackKind:
		name = crmsync.Kind(strings.TrimPrefix(e.Subject, crmsync.SettingKindKey(""))).Label()
		return name + " " + onOff(value == "true")
	}
	return name + " to " + value
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// subject turns ids into names where there are any: "record 003…" becomes the record's name.
func (d *describer) subject(ctx context.Context, subject string) string {
	if name, ok := d.names[subject]; ok {
		return name
	}
	name := d.named(ctx, subject)
	d.names[subject] = name
	return name
}

func (d *describer) named(ctx context.Context, subject string) string {
	kind, id, _ := strings.Cut(subject, " ")
	switch kind {
	case "record":
		row, err := d.store.MatchRow(ctx, id)
		if err != nil || row.RecordName == "" {
			return subject
		}
		if row.MemberName != "" {
			return row.RecordName + " = " + row.MemberName
		}
		return row.RecordName
	case "seat":
		seatID, rest, _ := strings.Cut(id, " ")
		if seat, err := d.store.Seat(ctx, seatID); err == nil {
			return strings.TrimSpace("of " + nameOf(seat) + " " + rest)
		}
	}
	if kind == "activity" || kind == "outbox" {
		if text := d.activity(ctx, id); text != "" {
			return text
		}
	}
	if seat, err := d.store.Seat(ctx, subject); err == nil {
		return "of " + nameOf(seat)
	}
	return subject
}

// activity says an activity by its kind and the other side: "Note to Ann Okafor".
func (d *describer) activity(ctx context.Context, id string) string {
	a, err := d.store.Activity(ctx, id)
	if err != nil {
		return ""
	}
	object, member := "Contact", a.PersonID
	if a.CompanyID != "" {
		object, member = "Account", a.CompanyID
	}
	return crmsync.Kind(a.Kind).Label() + " to " + d.memberName(ctx, object, member)
}

// nameOf is a seat's name, or its e-mail when it has none.
func nameOf(seat store.Seat) string {
	if seat.Name != "" {
		return seat.Name
	}
	return seat.Email
}
