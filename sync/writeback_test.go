package sync

import (
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

func TestWritebackWritesTasksAndNotes_S77_S78_S79_S80(t *testing.T) {
	w := writers(t, orgsim.Config{})
	note, call := w.add(KindNote, "a note"), w.add(KindCall, "a call")
	message := w.add(KindMessage, "a message")
	report := w.cycle()
	if report.Written != 3 || report.Failed != 0 || report.Verified != 3 {
		t.Fatalf("%+v", report)
	}
	for _, id := range []string{note, call, message} {
		if item := w.wants(id, store.OutboxWritten); item.VerifyNote != proofEqual || item.SalesforceID == "" {
			t.Errorf("%+v", item)
		}
	}
	contact, err := w.store.Record(t.Context(), "Contact", w.linked.RecordID)
	if err != nil {
		t.Fatal(err)
	}
	connection, err := w.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.once("Note", "a note")
	for _, row := range w.written("Note")["a note"] {
		if row.Text("ParentId") != w.linked.RecordID || row.Text("OwnerId") != w.seat.UserID || row.Text("CreatedById") != connection.UserID {
			t.Errorf("note %v", row)
		}
	}
	w.once("Task", "a message")
	for _, row := range w.written("Task")["a message"] {
		if row.Text("WhoId") != w.linked.RecordID || row.Text("WhatId") != contact.Get("AccountId") || row.Text("OwnerId") != w.seat.UserID {
			t.Errorf("task %v, contact's account %s", row, contact.Get("AccountId"))
		}
		if !strings.Contains(row.Text("Subject"), "Sales Navigator") || row.Text("RecordTypeId") == "" || row.Text("Status") != "Completed" {
			t.Errorf("task %v", row)
		}
	}
	for body, rows := range w.written("Task") {
		if strings.HasSuffix(body, "a call") && rows[0].Text("ActivityDate") != "" {
			t.Error("a call carries an ActivityDate (S126)")
		}
	}
}

func TestIdleCycleMakesNoCall_S83(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.add(KindNote, "one")
	w.cycle()
	before := w.engine.session.client.Calls()
	for range 3 {
		w.clock.Advance(3 * time.Minute)
		if report := w.cycle(); report.APICalls != 0 || report.Run != "" {
			t.Errorf("an idle cycle did something: %+v", report)
		}
	}
	if after := w.engine.session.client.Calls(); after != before {
		t.Errorf("%d calls by idle cycles", after-before)
	}
}

func TestScheduledCyclesSendAtMostEveryTwoMinutes_S83(t *testing.T) {
	w := writers(t, orgsim.Config{})
	scheduled := func() WritebackReport {
		report, err := w.engine.WritebackCycle(t.Context(), EngineActor)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	w.add(KindNote, "one")
	w.clock.Advance(leastPause)
	if report := scheduled(); report.Written != 1 {
		t.Fatalf("%+v", report)
	}
	w.add(KindNote, "two")
	w.clock.Advance(leastPause - time.Second)
	if report := scheduled(); report.Written != 0 || report.Queued != 1 {
		t.Fatalf("too early: %+v", report)
	}
	w.clock.Advance(time.Second)
	if report := scheduled(); report.Written != 1 {
		t.Fatalf("%+v", report)
	}
}

func TestDoubtfulRowsBringTheNextCycleForward_Decision17(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.add(KindNote, "a note")
	w.fault("drop-connection=composite:1")
	w.cycle()
	next, err := w.engine.nextRun(t.Context(), JobWriteback, w.clock.Now(), 0, nil)
	if err != nil || !next.Equal(w.clock.Now().Add(lookAgain)) {
		t.Errorf("the next cycle is at %s, now it is %s (%v)", next, w.clock.Now(), err)
	}
}

func TestUnmatchedIsWrittenUnassigned_S81_S82(t *testing.T) {
	w := writers(t, orgsim.Config{})
	stranger := otherPerson(t, w.harness)
	message, note := w.addWith(KindMessage, stranger.ID, "to a stranger"), w.addWith(KindNote, stranger.ID, "about a stranger")
	report := w.cycle()
	if report.Unassigned != 1 || report.Written != 0 {
		t.Fatalf("%+v", report)
	}
	w.wants(message, store.OutboxUnassigned)
	if item := w.wants(note, store.OutboxHeld); item.Hold != HoldNoMatch.Code {
		t.Errorf("the note is held by %s", item.Hold)
	}
	for _, row := range w.written("Task")["to a stranger"] {
		if row.Text("WhoId") != "" || row.Text("WhatId") != "" {
			t.Errorf("the tool guessed: %v", row)
		}
	}
	// Once the person is matched, the note goes; the task stays for a person to assign in the CRM.
	record := oneMatch(t, w.harness, "Contact", store.MatchNone)
	w.must(w.engine.Rematch(t.Context(), w.admin, record.RecordID, stranger.ID, ""))
	w.cycle()
	w.wants(note, store.OutboxWritten)
	w.wants(message, store.OutboxUnassigned)
}

func TestAccountTakesNotesOnly_S75(t *testing.T) {
	w := writers(t, orgsim.Config{})
	account := oneMatch(t, w.harness, "Account", store.MatchAuto)
	for _, kind := range []Kind{KindMessage, KindInMail, KindCall} {
		_, err := w.engine.AddActivity(t.Context(), w.member, NewActivity{Kind: kind, With: account.MemberID, Body: "to the company"})
		w.code(err, "activity.account_only")
	}
	note := w.addWith(KindNote, account.RecordID, "on the company")
	w.cycle()
	w.wants(note, store.OutboxWritten)
	for _, row := range w.written("Note")["on the company"] {
		if row.Text("ParentId") != account.RecordID {
			t.Errorf("note %v", row)
		}
	}
}

func TestOptInNeedsTheSwitches_S23_S25(t *testing.T) {
	h, seat, _ := matched(t, orgsim.Config{})
	member := memberOf(seat)
	_, err := h.engine.OptIn(t.Context(), member, KindNote, true)
	h.code(err, "optin.contract_off")
	_, err = h.engine.SetContractSwitch(t.Context(), member, true)
	h.code(err, "act.not_allowed") // S8
	if _, err := h.engine.SetContractSwitch(t.Context(), h.admin, true); err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.OptIn(t.Context(), member, KindNote, true)
	h.code(err, "optin.kind_off")
	if _, err := h.engine.SetKindSwitch(t.Context(), h.admin, KindNote, true); err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.OptIn(t.Context(), h.admin, KindNote, true)
	h.code(err, "seat.none") // an admin without a seat opts nobody in
	if optIns, err := h.engine.OptIns(t.Context(), seat.ID); err != nil || len(optIns) != 0 {
		t.Fatalf("a new user's default is off for every kind: %v %v", optIns, err)
	}
	event, err := h.engine.OptIn(t.Context(), member, KindNote, true)
	if err != nil {
		t.Fatal(err)
	}
	since, err := h.engine.OptIns(t.Context(), seat.ID)
	if err != nil || len(since) != 1 {
		t.Fatalf("%v %v", since, err)
	}
	h.clock.Advance(time.Hour)
	if _, err := h.another().OptIn(t.Context(), member, KindNote, true); err != nil { // S10, S26: sticky, also after a restart
		t.Fatal(err)
	}
	if again, err := h.engine.OptIns(t.Context(), seat.ID); err != nil || !again[KindNote].Equal(since[KindNote]) {
		t.Errorf("asking again began it anew: %v %v", again, since)
	}
	if _, err := h.engine.Undo(t.Context(), member, event); err != nil {
		t.Errorf("undo: %v (%s)", err, CodeOf(err))
	}
}

func TestWhatHappenedBeforeTheOptInStaysHeld_S10(t *testing.T) {
	w := writers(t, orgsim.Config{})
	before := 0
	for item, err := range eachHeld(t, w, HoldBefore) {
		if err != nil {
			t.Fatal(err)
		}
		_ = item
		before++
	}
	if before == 0 {
		t.Fatal("the archive's messages are not held as from before the opt-in")
	}
	if report := w.cycle(); report.Written+report.Unassigned != 0 {
		t.Fatalf("%+v", report)
	}
	var one store.OutboxItem
	for item := range eachHeld(t, w, HoldBefore) {
		one = item
		break
	}
	_, err := w.engine.ReleaseActivity(t.Context(), w.admin, one.ActivityID)
	w.code(err, "act.not_allowed") // only the member, one by one (decision 23)
	w.must(w.engine.ReleaseActivity(t.Context(), w.member, one.ActivityID))
	if report := w.cycle(); report.Written+report.Unassigned != 1 {
		t.Fatalf("%+v", report)
	}
}

func TestSwitchedOffMidwayHoldsAndGoesOn_S11_S24(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.must(w.engine.SetKindSwitch(t.Context(), w.admin, KindCall, false))
	call, note := w.add(KindCall, "a call"), w.add(KindNote, "a note")
	w.must(w.engine.HoldActivity(t.Context(), w.member, note, "not this one"))
	if report := w.cycle(); report.Written != 0 {
		t.Fatalf("%+v", report)
	}
	if item := w.wants(call, store.OutboxHeld); item.Hold != HoldKind.Code {
		t.Errorf("held by %s", item.Hold)
	}
	if item := w.wants(note, store.OutboxHeld); item.Hold != HoldByHand.Code {
		t.Errorf("held by %s", item.Hold)
	}
	w.must(w.engine.SetKindSwitch(t.Context(), w.admin, KindCall, true))
	w.must(w.engine.UndoLast(t.Context(), w.member)) // the hold
	if report := w.cycle(); report.Written != 2 {
		t.Fatalf("%+v", report)
	}
	w.must(w.engine.OptIn(t.Context(), w.member, KindNote, false))
	later := w.add(KindNote, "after turning it off")
	w.cycle()
	if item := w.wants(later, store.OutboxHeld); item.Hold != HoldOptIn.Code {
		t.Errorf("held by %s", item.Hold)
	}
}

func TestNoPackageNoWriteback_S34(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{NoPackage: true})
	_, err := h.engine.SetContractSwitch(t.Context(), h.admin, true)
	h.code(err, "writeback.no_package")
}

// The built-in org has PointDrive's record types but does not give them to the integration user, as most orgs today.
func TestPointDriveNeedsItsRecordType_Decision1(t *testing.T) {
	h := connected(t, orgsim.Config{})
	_, err := h.engine.SetKindSwitch(t.Context(), h.admin, KindPointDrive, true)
	h.code(err, "writeback.no_record_type")
	if _, err := h.engine.SetKindSwitch(t.Context(), h.admin, KindPointDrive, false); err != nil {
		t.Errorf("turning it off needs nothing: %v", err)
	}
}

func TestMergedAndConvertedTargets_S122(t *testing.T) {
	w := writers(t, orgsim.Config{})
	var other string
	for _, row := range matchesOf(t, w.harness, "Contact") {
		if row.RecordID != w.linked.RecordID && !row.State.Live() {
			other = row.RecordID
			break
		}
	}
	note, message := w.add(KindNote, "to the survivor"), w.add(KindMessage, "to the survivor too")
	// The contact is merged away in the org, which our import has not seen yet: the org says so and is asked where to.
	if _, err := w.org.Change(orgsim.Change{Kind: "merge", ID: w.linked.RecordID, Into: other}); err != nil {
		t.Fatal(err)
	}
	if report := w.cycle(); report.Written != 2 {
		t.Fatalf("%+v", report)
	}
	w.wants(note, store.OutboxWritten)
	w.wants(message, store.OutboxWritten)
	for _, row := range w.written("Note")["to the survivor"] {
		if row.Text("ParentId") != other {
			t.Errorf("written to %s, the survivor is %s", row.Text("ParentId"), other)
		}
	}
	// When the import has seen it, the match and what people decided have moved as well.
	w.clock.Advance(10 * time.Minute)
	w.imports(ImportOptions{})
	w.engine = w.another()
	later := w.add(KindNote, "after the import")
	w.cycle()
	w.wants(later, store.OutboxWritten)
	for _, row := range w.written("Note")["after the import"] {
		if row.Text("ParentId") != other {
			t.Errorf("written to %s, the survivor is %s", row.Text("ParentId"), other)
		}
	}
}

func TestDeletedTargetLeavesTheTaskUnassigned_S81(t *testing.T) {
	w := writers(t, orgsim.Config{})
	message, note := w.add(KindMessage, "a message"), w.add(KindNote, "a note")
	if _, err := w.org.Change(orgsim.Change{Kind: "delete", ID: w.linked.RecordID}); err != nil {
		t.Fatal(err)
	}
	w.cycle()
	w.wants(message, store.OutboxUnassigned)
	if item := w.wants(note, store.OutboxHeld); item.Hold != HoldNoMatch.Code {
		t.Errorf("held by %s", item.Hold)
	}
}

func TestConvertedLeadGoesToItsContact_S122(t *testing.T) {
	w := writers(t, orgsim.Config{})
	lead := oneMatch(t, w.harness, "Lead", store.MatchAuto)
	message := w.addWith(KindMessage, lead.MemberID, "to the lead")
	result, err := w.org.Change(orgsim.Change{Kind: "convert", ID: lead.RecordID})
	if err != nil {
		t.Fatal(err)
	}
	w.cycle()
	w.wants(message, store.OutboxWritten)
	for _, row := range w.written("Task")["to the lead"] {
		if contact := row.Text("WhoId"); contact != result.IDs[1] {
			t.Errorf("written to %s, the lead became %v", contact, result.IDs)
		}
	}
}
