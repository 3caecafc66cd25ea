package ui

import (
	"context"
	"encoding/json"
	"strings"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// describer puts audit events into words; names are read once each.
type describer struct {
	live
	names map[string]string
}

func (l live) describer() *describer { return &describer{live: l, names: map[string]string{}} }

// Describe says in one line what an audit event did, in the words of the console, and with the names as they are
// kept: clean them before they go to a terminal.
func Describe(ctx context.Context, st *store.Store, e store.AuditEvent) string {
	return live{store: st}.describer().event(ctx, e)
}

// event says what was done, and to whom or what.
func (d *describer) event(ctx context.Context, e store.AuditEvent) string {
	if e.Act == string(crmsync.ActUndo) {
		return d.takenBack(ctx, e)
	}
	if words := approvalWords(e); words != "" {
		return words
	}
	if e.ApprovedBy != "" {
		by := e.ApprovedBy
		e.ApprovedBy = ""
		return d.event(ctx, e) + ", approved by " + by
	}
	if words := settingWords(e); words != "" {
		return words
	}
	if words := d.seatWords(ctx, e); words != "" {
		return words
	}
	verb := e.Act
	if act, ok := crmsync.LookAct(crmsync.ActID(e.Act)); ok {
		verb = act.Verb
	}
	switch crmsync.ActID(e.Act) {
	case crmsync.ActActivityAdd, crmsync.ActActivityHold, crmsync.ActActivityRelease:
		verb = strings.TrimSuffix(verb, " activity")
		if crmsync.ActID(e.Act) == crmsync.ActActivityHold {
			verb = "held back"
		}
	case crmsync.ActMatchBulk, crmsync.ActSeatMap:
		return verb + ", " + e.Subject
	case crmsync.ActTrialRun, crmsync.ActTrialRemove, crmsync.ActLicences:
		return verb
	}
	return strings.TrimSpace(verb + " " + d.subject(ctx, e.Subject))
}

// takenBack says which act an undo took back; an undo of an undo did it again.
func (d *describer) takenBack(ctx context.Context, e store.AuditEvent) string {
	words := "took back: "
	for e.Act == string(crmsync.ActUndo) {
		before, err := d.store.AuditEvent(ctx, e.Undoes)
		if err != nil {
			return "took back an act"
		}
		if before.Act == string(crmsync.ActUndo) {
			words = map[string]string{"took back: ": "did again: ", "did again: ": "took back: "}[words]
		}
		e = before
	}
	return words + d.event(ctx, e)
}

// settingWords says which setting or switch became what, "" for other events.
func settingWords(e store.AuditEvent) string {
	var after struct{ Value *string }
	value := "the default"
	if json.Unmarshal([]byte(e.After), &after) == nil && after.Value != nil {
		value = orDefault(*after.Value, "nothing")
	}
	switch crmsync.ActID(e.Act) {
	case crmsync.ActSettingSet:
		return "set " + e.Subject + " to " + value
	case crmsync.ActWritebackSwitch:
		return "turned writeback " + onOff(value == "true")
	case crmsync.ActWritebackKind:
		return "turned " + crmsync.Kind(strings.TrimPrefix(e.Subject, crmsync.SettingKindKey(""))).Label() + " writeback " + onOff(value == "true")
	}
	return ""
}

// seatWords says what was done to a seat, "" for other events.
func (d *describer) seatWords(ctx context.Context, e store.AuditEvent) string {
	id, rest, _ := strings.Cut(strings.TrimPrefix(e.Subject, "seat "), " ")
	words := map[crmsync.ActID]string{
		crmsync.ActSeatAdd: "added the seat of ", crmsync.ActSeatRemove: "removed the seat of ", crmsync.ActSeatAllow: "changed what may be done by ", crmsync.ActSeatEdit: "changed name or profile address of ",
		crmsync.ActSeatPin: "mapped to a CRM user: ", crmsync.ActNetworkImport: "read a network file of ",
	}[crmsync.ActID(e.Act)]
	switch {
	case crmsync.ActID(e.Act) == crmsync.ActOptIn:
		return "turned own " + crmsync.Kind(rest).Label() + " writeback " + onOff(e.After != "" && e.After != "null")
	case words == "":
		return ""
	}
	return words + d.seatName(ctx, id, e)
}

// seatName is a seat's name; of one that was removed since, what the event kept.
func (d *describer) seatName(ctx context.Context, id string, e store.AuditEvent) string {
	if seat, err := d.store.Seat(ctx, id); err == nil {
		return d.seatLabel(seat)
	}
	for _, kept := range []string{e.After, e.Before} {
		var seat store.Seat
		if json.Unmarshal([]byte(kept), &seat) == nil && nameOf(seat) != "" {
			return d.seatLabel(seat)
		}
	}
	return "a seat"
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
		return d.record(ctx, id)
	case "activity", "outbox":
		return d.activity(ctx, id)
	case "person":
		return orDefault(d.memberName(ctx, "Contact", id), subject)
	}
	if save, err := d.store.Save(ctx, subject); err == nil {
		return "of " + d.record(ctx, save.RecordID)
	}
	if c, err := d.store.Connection(ctx); err == nil && c.OrgID == subject {
		return orDefault(c.OrgName, subject)
	}
	return subject
}

// record is a record's name with its member's, or its id when the record is gone.
func (d *describer) record(ctx context.Context, id string) string {
	row, err := d.store.MatchRow(ctx, id)
	switch {
	case err != nil || row.RecordName == "":
		return id
	case row.MemberName != "":
		return row.RecordName + " = " + row.MemberName
	}
	return row.RecordName
}

// activity says an activity by its kind and the other side: "a note on Ann Okafor".
func (d *describer) activity(ctx context.Context, id string) string {
	a, err := d.store.Activity(ctx, id)
	if err != nil {
		return "an activity that is gone"
	}
	object, member := "Contact", a.PersonID
	if a.CompanyID != "" {
		object, member = "Account", a.CompanyID
	}
	return activityWords(crmsync.Kind(a.Kind)) + " " + orDefault(d.memberName(ctx, object, member), "somebody")
}

// activityWords is a kind with its article and the word before the other side's name.
func activityWords(kind crmsync.Kind) string {
	switch kind {
	case crmsync.KindInMail:
		return "an InMail to"
	case crmsync.KindMessage:
		return "a message to"
	case crmsync.KindCall:
		return "a call with"
	case crmsync.KindNote:
		return "a note on"
	case crmsync.KindPointDrive:
		return "a PointDrive view by"
	}
	return "an activity with"
}

// seat is what a seat is called, or its id when it is gone.
func (d *describer) seat(ctx context.Context, id string) string {
	seat, err := d.store.Seat(ctx, id)
	if err != nil {
		return id
	}
	return orDefault(d.seatLabel(seat), id)
}

// nameOf is a seat's name, or its e-mail when it has none.
func nameOf(seat store.Seat) string {
	if seat.Name != "" {
		return seat.Name
	}
	return seat.Email
}

// seatLabel is what the actor may see a seat called.
func (l live) seatLabel(seat store.Seat) string { return l.actor.Named(nameOf(seat)) }
