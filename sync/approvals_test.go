package sync

import (
	"errors"
	"slices"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// second is a harness in which bulk and forever acts need a second admin: ana proposes, bea approves.
type second struct {
	*writer
	bea Actor
}

// fourEyes adds admins to a harness and switches the second admin on.
func fourEyes(w *writer) second {
	w.t.Helper()
	for _, name := range []string{"ana", "bea"} {
		w.must(w.engine.AddUser(w.t.Context(), w.admin, NewUser{Name: name, OSUser: name, Role: RoleAdmin}))
	}
	w.clock.Advance(time.Minute)
	w.must(w.engine.SetSetting(w.t.Context(), w.admin, SettingSecondAdmin, "on"))
	w.clock.Advance(time.Minute)
	return second{w, Actor{Name: "bea", Role: RoleAdmin, Via: "ssh"}}
}

// waits fails the test unless an act was proposed instead of done, and returns the proposal.
func (s second) waits(err error) store.Approval {
	s.t.Helper()
	var waiting *Waiting
	if !errors.As(err, &waiting) {
		s.t.Fatalf("got %v (%s), want a proposal", err, CodeOf(err))
	}
	row := waiting.Approval
	if row.Summary == "" || row.ProposedBy == "" || row.ExpiresAt.Sub(row.ProposedAt) != ApprovalTime || !strings.Contains(HintOf(err), row.ID) {
		s.t.Fatalf("proposal %+v", row)
	}
	return row
}

// eventsOf counts the audit events of an act, and returns the newest.
func (s second) eventsOf(id ActID) (n int, newest store.AuditEvent) {
	s.t.Helper()
	page, err := s.store.Audit(s.t.Context(), store.AuditQuery{PageQuery: store.PageQuery{Limit: 1000}})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, event := range slices.Backward(page.Rows) {
		if event.Act == string(id) {
			n, newest = n+1, event
		}
	}
	return n, newest
}

func (s second) state(id string) store.ApprovalState {
	s.t.Helper()
	row, err := s.store.Approval(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return ApprovalState(row, s.clock.Now())
}

// reviewed makes a suggestion out of an automatic match, so that a bulk act has something to accept.
func (s second) reviewed(n int) {
	s.t.Helper()
	rows := matchesOf(s.t, s.harness, "Account")
	rows = slices.DeleteFunc(rows, func(row store.Match) bool { return row.State != store.MatchAuto })
	if len(rows) < n {
		s.t.Fatalf("%d accounts are matched", len(rows))
	}
	for i := range rows[:n] {
		rows[i].State = store.MatchReview
	}
	if err := s.store.Write(s.t.Context(), func(tx *store.Tx) error { return tx.PutMatches(rows[:n]) }); err != nil {
		s.t.Fatal(err)
	}
}

var everyReview = BulkFilter{Object: "Account", MinScore: 0.1}

// One approval is one act: of two admins who approve at once, one does it, and the other is told who did.
func TestSecondAdmin_approvedTwiceAtOnceIsDoneOnce(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	s.must(s.engine.AddUser(t.Context(), s.admin, NewUser{Name: "cem", OSUser: "cem", Role: RoleAdmin}))
	s.clock.Advance(time.Minute)
	s.reviewed(3)
	_, err := s.engine.AcceptBulk(t.Context(), s.admin, everyReview)
	row := s.waits(err)
	engines := []*Engine{s.engine, s.another()}
	errs := make([]error, 2)
	var both gosync.WaitGroup
	for i, name := range []string{"bea", "cem"} {
		both.Go(func() {
			_, errs[i] = engines[i].Approve(t.Context(), Actor{Name: name, Role: RoleAdmin}, row.ID)
		})
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || CodeOf(errors.Join(errs...)) != "approval.settled" {
		t.Fatalf("%v and %v", errs[0], errs[1])
	}
	if n, _ := s.eventsOf(ActMatchBulk); n != 1 || s.state(row.ID) != store.ApprovalDone {
		t.Errorf("done %d times, %s", n, s.state(row.ID))
	}
}

// What would be done is compared with what was seen: another match makes a new proposal necessary.
func TestSecondAdmin_refusedWhenSomethingElseWouldBeDone(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	s.reviewed(2)
	_, err := s.engine.AcceptBulk(t.Context(), s.admin, everyReview)
	row := s.waits(err)
	s.reviewed(4)
	_, err = s.engine.Approve(t.Context(), s.bea, row.ID)
	s.code(err, "approval.changed")
	after, err := s.store.Approval(t.Context(), row.ID)
	if n, _ := s.eventsOf(ActMatchBulk); n != 0 || err != nil || after.State != store.ApprovalRefused || after.Note == "" {
		t.Errorf("done %d times; %+v %v", n, after, err)
	}
	_, err = s.engine.AcceptBulk(t.Context(), s.admin, everyReview)
	if fresh := s.waits(err); fresh.ID == row.ID {
		t.Error("the old proposal was taken for a new one")
	}
}

func TestSecondAdmin_expiryRefusalWithdrawal(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	propose := func(on bool) store.Approval {
		t.Helper()
		_, err := s.engine.SetKindSwitch(t.Context(), s.admin, KindCall, on)
		return s.waits(err)
	}
	expired := propose(false)
	s.clock.Advance(ApprovalTime)
	_, err := s.engine.Approve(t.Context(), s.bea, expired.ID)
	s.code(err, "approval.expired")
	_, err = s.engine.Refuse(t.Context(), s.bea, expired.ID, "")
	s.code(err, "approval.expired")
	refused := propose(false)
	if refused.ID == expired.ID {
		t.Fatal("an expired proposal came back")
	}
	_, err = s.engine.Refuse(t.Context(), s.admin, refused.ID, "")
	s.code(err, "act.second_admin")
	if row, err := s.engine.Refuse(t.Context(), s.bea, refused.ID, "not on a Friday"); err != nil || row.Note != "not on a Friday" || row.SettledBy != "bea" {
		t.Errorf("%+v %v", row, err)
	}
	withdrawn := propose(false)
	_, err = s.engine.Withdraw(t.Context(), s.bea, withdrawn.ID)
	s.code(err, "act.not_allowed")
	if _, err := s.engine.Withdraw(t.Context(), s.admin, withdrawn.ID); err != nil {
		t.Error(err)
	}
	_, err = s.engine.Approve(t.Context(), s.bea, withdrawn.ID)
	s.code(err, "approval.settled")
	_, err = s.engine.Approve(t.Context(), s.bea, "no such")
	s.code(err, "approval.not_found")
	if n, _ := s.eventsOf(ActWritebackKind); n != 4 { // those of the harness
		t.Errorf("%d switches", n)
	}
	s.code(ignoreReport(s.engine.Approve(t.Context(), s.member, propose(false).ID)), "act.not_allowed")
}

func ignoreReport(_ ApprovalReport, err error) error { return err }

// The same person under two names is no second admin, as far as it can be known.
func TestSecondAdmin_isSomebodyElse(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	_, err := s.engine.SetKindSwitch(t.Context(), s.admin, KindCall, false)
	row := s.waits(err)
	s.clock.Advance(time.Minute)
	for _, user := range []store.ConsoleUser{
		{Name: "eve", OSUser: "eve", Role: "admin", AddedAt: s.clock.Now()},
		{Name: "ana2", PublicKey: "", OSUser: "", Role: "support", AddedAt: s.clock.Now().Add(-time.Hour)},
	} {
		if err := s.store.Write(t.Context(), func(tx *store.Tx) error { return tx.PutConsoleUser(user) }); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"ana", "eve", "nobody"} {
		_, err := s.engine.Approve(t.Context(), Actor{Name: name, Role: RoleAdmin}, row.ID)
		s.code(err, "act.second_admin")
	}
	// Who proposed it takes another name since: the same user of the machine.
	err = s.store.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.DeleteConsoleUser("ana"); err != nil {
			return err
		}
		return tx.PutConsoleUser(store.ConsoleUser{Name: "ana2", OSUser: "ana", Role: "admin", AddedAt: row.ProposedAt.Add(-time.Hour)})
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.engine.Approve(t.Context(), Actor{Name: "ana2", Role: RoleAdmin}, row.ID)
	s.code(err, "act.second_admin")
	_, err = s.engine.Approve(t.Context(), s.bea, row.ID)
	s.code(err, "approval.proposer_gone")
}

// The setting guards itself: two admins to switch it on, a second one to switch it off, whichever way is tried.
func TestSecondAdmin_setting(t *testing.T) {
	w := writers(t, orgsim.Config{})
	_, err := w.engine.SetSetting(t.Context(), w.admin, SettingSecondAdmin, "on")
	w.code(err, "approval.two_admins")
	s := fourEyes(w)
	_, err = s.engine.RemoveUser(t.Context(), s.admin, "bea")
	s.code(err, "approval.two_admins")
	_, on := s.eventsOf(ActSettingSet)
	_, err = s.engine.SetSetting(t.Context(), s.admin, SettingSecondAdmin, "off")
	off := s.waits(err)
	_, err = s.engine.Undo(t.Context(), s.admin, on.ID)
	s.waits(err)
	_, err = s.engine.UndoTo(t.Context(), s.admin, Moment{At: on.At.Add(-time.Second)}, false)
	s.code(err, "undo.blocked")
	if settings, _ := s.engine.settingsOf(t.Context()); !settings.Bool(SettingSecondAdmin) {
		t.Fatal("it is off")
	}
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingMatchFloor, "30")) // what is not about it stays undoable at once
	if _, err := s.engine.Approve(t.Context(), s.bea, off.ID); err != nil {
		t.Fatal(err)
	}
	if settings, _ := s.engine.settingsOf(t.Context()); settings.Bool(SettingSecondAdmin) {
		t.Error("it is still on")
	}
	s.must(s.engine.SetContractSwitch(t.Context(), s.admin, false))
}

// A set-up as text carries the setting, and is refused where there would be no second admin.
func TestSecondAdmin_config(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	text, err := s.engine.ExportConfig(t.Context())
	if err != nil || !strings.Contains(text, "\"contract.second_admin\" = \"true\"") {
		t.Fatalf("%v in %s", err, text)
	}
	alone := offline(t)
	config, err := ParseConfig("format = 1\n[settings]\n\"contract.second_admin\" = \"true\"\n")
	if err != nil {
		t.Fatal(err)
	}
	diff, err := alone.engine.DiffConfig(t.Context(), config)
	if err != nil || !strings.Contains(diff.Problem, "at least two admins") {
		t.Errorf("%+v %v", diff, err)
	}
	// With it off in the file, importing the file is itself proposed.
	if config, err = ParseConfig(strings.Replace(text, "\"contract.second_admin\" = \"true\"\n", "", 1)); err != nil {
		t.Fatal(err)
	}
	_, err = s.engine.ImportConfig(t.Context(), s.admin, config)
	if _, err := s.engine.Approve(t.Context(), s.bea, s.waits(err).ID); err != nil {
		t.Fatal(err)
	}
	_, event := s.eventsOf(ActConfigImport)
	undo := s.harness.must(s.engine.Undo(t.Context(), s.admin, event.ID)) // switches it on again
	_, err = s.engine.Undo(t.Context(), s.admin, undo)
	s.waits(err)
}

// An approved bulk act is taken back by one undo, at once; doing it again needs a second admin again.
func TestSecondAdmin_undoAndRedo(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	s.reviewed(3)
	_, err := s.engine.AcceptBulk(t.Context(), s.admin, everyReview)
	report, err := s.engine.Approve(t.Context(), s.bea, s.waits(err).ID)
	if err != nil || report.Result.(BulkReport).Accepted == 0 {
		t.Fatalf("%+v %v", report, err)
	}
	undo := s.harness.must(s.engine.UndoLast(t.Context(), s.admin))
	_, err = s.engine.Undo(t.Context(), s.admin, undo)
	redo := s.waits(err)
	if _, err := s.engine.Approve(t.Context(), s.bea, redo.ID); err != nil {
		t.Fatal(err)
	}
	preview, err := s.engine.PreviewBulk(t.Context(), s.admin, everyReview)
	if err != nil || preview.Count != 0 {
		t.Errorf("%d wait after the redo, %v", preview.Count, err)
	}
}

// An act whose work comes after its event is gone on with when its process died, and by no other way done again.
func TestSecondAdmin_interruptedIsGoneOnWith(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	first, other := s.add(KindNote, "first"), s.add(KindNote, "other")
	s.cycle()
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingDeleteOwn, "on"))
	connection, err := s.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.engine.RemoveWritten(t.Context(), s.admin, []string{first, other}, connection.OrgName)
	row := s.waits(err)
	// The process died after the event and the first row: that is what is kept then.
	client, _, err := s.engine.client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Delete(t.Context(), "Note", s.item(first).SalesforceID); err != nil {
		t.Fatal(err)
	}
	if err := s.engine.markRemoved(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	err = s.store.Write(t.Context(), func(tx *store.Tx) error {
		row.State, row.SettledBy, row.SettledAt = store.ApprovalRunning, "bea", s.clock.Now()
		return tx.PutApproval(row)
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.engine.Approve(t.Context(), s.bea, row.ID)
	s.code(err, "approval.settled")
	s.clock.Advance(resumeAfter)
	if report, err := s.engine.Approve(t.Context(), s.bea, row.ID); err != nil || report.Approval.State != store.ApprovalDone {
		t.Fatalf("%+v %v", report, err)
	}
	for _, id := range []string{first, other} {
		s.wants(id, store.OutboxDropped)
	}
}

// Decision 21: a purge leaves no value in a proposal, and nothing that could still be approved.
func TestSecondAdmin_decision21_purgeEmptiesProposals(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	s.reviewed(2)
	_, err := s.engine.AcceptBulk(t.Context(), s.admin, everyReview)
	bulk := s.waits(err)
	connection, err := s.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.engine.Purge(t.Context(), s.admin, connection.OrgName)
	purge := s.waits(err)
	report, err := s.engine.Approve(t.Context(), s.bea, purge.ID)
	if err != nil {
		t.Fatal(err)
	}
	if receipt := report.Result.(Receipt); receipt.By != "ana, approved by bea" || receipt.FilesHolding != 0 {
		t.Errorf("%+v", receipt)
	}
	for id, want := range map[string]store.ApprovalState{bulk.ID: store.ApprovalWithdrawn, purge.ID: store.ApprovalDone} {
		row, err := s.store.Approval(t.Context(), id)
		if err != nil || row.State != want || row.Args != "null" || row.Summary+row.Digest != "" || len(row.Preview) != 0 || row.ProposedBy != "ana" || row.Act == "" {
			t.Errorf("%+v %v", row, err)
		}
	}
}

// Erasing a person empties the proposals that name them, the one to erase them as well.
func TestSecondAdmin_erasedPersonLeavesProposals(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	person, err := s.store.Person(t.Context(), s.linked.MemberID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.engine.ErasePerson(t.Context(), s.admin, person.ID, person.Name)
	row := s.waits(err)
	if !strings.Contains(row.Summary, person.Name) {
		t.Fatalf("%+v", row)
	}
	if _, err := s.engine.Approve(t.Context(), s.bea, row.ID); err != nil {
		t.Fatal(err)
	}
	after, err := s.store.Approval(t.Context(), row.ID)
	if err != nil || after.State != store.ApprovalDone || after.Args != "null" || after.Summary != "" {
		t.Errorf("%+v %v", after, err)
	}
	if about, err := s.store.AuditAbout(t.Context(), []string{person.ID}, quotedOf(person)); err != nil || len(about) != 0 {
		t.Errorf("the trail still names them: %+v %v", about, err)
	}
}
