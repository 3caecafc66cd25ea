package sync

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// gatedStep is one act of a level that needs a second admin.
type gatedStep struct {
	act     ActID
	prepare func()
	do      func() error
}

// gatedSteps are all of them, in an order in which one store can do them all.
func (s second) gatedSteps(identity string, backup BackupRequest) []gatedStep {
	ctx, e, org := s.t.Context(), s.engine, ""
	if connection, err := s.store.Connection(ctx); err == nil {
		org = connection.OrgName
	}
	written := s.add(KindNote, "to be removed")
	s.cycle()
	person, err := s.store.Person(ctx, s.linked.MemberID)
	if err != nil {
		s.t.Fatal(err)
	}
	second := func(_ any, err error) error { return err }
	return []gatedStep{
		{ActMatchBulk, func() { s.reviewed(3) }, func() error { return second(e.AcceptBulk(ctx, s.admin, everyReview)) }},
		{ActWritebackKind, nil, func() error { return second(e.SetKindSwitch(ctx, s.admin, KindCall, false)) }},
		{ActWritebackSwitch, nil, func() error { return second(e.SetContractSwitch(ctx, s.admin, false)) }},
		{ActWritebackSwitch, nil, func() error { return second(e.SetContractSwitch(ctx, s.admin, true)) }},
		{ActSeatMap, func() { s.unmapped() }, func() error { return second(e.AutoMap(ctx, s.admin)) }},
		{ActLicences, nil, func() error {
			plan, err := e.PlanLicences(ctx, LicenceChoice{Remove: []string{s.seat.Email}})
			if err != nil {
				return err
			}
			return second(e.ApplyLicences(ctx, s.admin, plan))
		}},
		{ActConfigImport, nil, func() error {
			text, err := e.ExportConfig(ctx)
			if err != nil {
				return err
			}
			config, err := ParseConfig(strings.Replace(text, "[settings]\n", "[settings]\n\"match.floor\" = \"33\"\n", 1))
			if err != nil {
				return err
			}
			return second(e.ImportConfig(ctx, s.admin, config))
		}},
		{ActSaveClean, func() { s.staleSave() }, func() error { _, _, err := e.CleanSaves(ctx, s.admin, "", ""); return err }},
		{ActOutboxRetry, func() { s.failedItem() }, func() error { return second(e.RetryFailed(ctx, s.admin)) }},
		{ActOutboxRetry, func() { s.failedItem() }, func() error { return second(e.RetryOutbox(ctx, s.admin, s.failed())) }},
		{ActTrialRun, nil, func() error {
			return second(e.RunTrial(ctx, s.admin, TrialOptions{Kinds: []Kind{KindNote}, Seat: s.trialSeat(), Keep: true}))
		}},
		{ActTrialRemove, nil, func() error { return second(e.RemoveTrial(ctx, s.admin)) }},
		{ActWrittenRemove, func() { s.must(e.SetSetting(ctx, s.admin, SettingDeleteOwn, "on")) }, func() error { return second(e.RemoveWritten(ctx, s.admin, []string{written}, org)) }},
		{ActPersonErase, nil, func() error { return second(e.ErasePerson(ctx, s.admin, person.ID, person.Name)) }},
		{ActDisconnect, nil, func() error { return second(e.Disconnect(ctx, s.admin)) }},
		{ActConnect, nil, func() error { return s.signIn() }},
		{ActPurge, nil, func() error { return second(e.Purge(ctx, s.admin, org)) }},
		{ActRestore, func() { s.backs(backup) }, func() error { return second(Restore(ctx, s.admin, s.restoring(identity, backup, s.store.Dir()))) }},
	}
}

func (s second) signIn() error {
	credentials, err := s.org.Credentials(s.server.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = s.engine.ConnectToken(s.t.Context(), s.admin, TokenSignIn{InstanceURL: credentials.InstanceURL, AccessToken: credentials.AccessToken,
		RefreshToken: credentials.RefreshToken, ClientID: credentials.ClientID, ClientSecret: credentials.ClientSecret})
	return err
}

// unmapped takes a seat's CRM user away.
func (s second) unmapped() {
	s.t.Helper()
	seat, err := s.store.Seat(s.t.Context(), s.seat.ID)
	if err != nil || seat.UserID == "" {
		s.t.Fatalf("%+v %v", seat, err)
	}
	seat.UserID, seat.Mapping = "", notMapped
	if err := s.store.Write(s.t.Context(), func(tx *store.Tx) error { return tx.PutSeat(seat) }); err != nil {
		s.t.Fatal(err)
	}
}

// staleSave keeps a save whose opportunity is not there.
func (s second) staleSave() {
	s.t.Helper()
	err := s.store.Write(s.t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddSave(store.Save{ID: store.NewID(), SeatID: s.seat.ID, MemberID: s.linked.MemberID, RecordID: s.linked.RecordID, Object: "Contact",
			OpportunityID: "006000000000001AAA", RunID: "run", SavedAt: s.clock.Now()})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// failedItem leaves an item of the outbox failed.
func (s second) failedItem() {
	s.t.Helper()
	err := s.store.Write(s.t.Context(), func(tx *store.Tx) error {
		items, err := tx.OutboxByState(store.OutboxHeld, "", 1)
		if err != nil || len(items) == 0 {
			return errors.Join(err, errors.New("nothing is held"))
		}
		items[0].State, items[0].Hold, items[0].ErrorCode = store.OutboxFailed, "", "SOME_CODE"
		return tx.PutOutbox(items[0])
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s second) failed() string {
	items, err := s.store.OutboxByState(s.t.Context(), store.OutboxFailed, "", 1)
	if err != nil || len(items) == 0 {
		s.t.Fatalf("nothing failed: %v", err)
	}
	return items[0].ActivityID
}

// trialSeat is a synced seat.
func (s second) trialSeat() string {
	seats, err := s.store.Seats(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, seat := range seats {
		if seat.UserID != "" && seat.Licensed() {
			return seat.ID
		}
	}
	return s.seat.ID
}

// Beyond 28: while the setting is on, every act of level bulk or forever is proposed, done by the approval of another
// admin as one act that names both, and never again. The steps are joined with the list of acts.
func TestSecondAdmin_beyond28_everyAct(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	identity, backup := vaultOf(t)
	steps := s.gatedSteps(identity, backup)
	for _, act := range Acts() {
		if act.Level >= Bulk && !slices.ContainsFunc(steps, func(step gatedStep) bool { return step.act == act.ID }) {
			t.Errorf("%s needs a second admin and is not tried here", act.ID)
		}
	}
	for _, step := range steps {
		if step.prepare != nil {
			step.prepare()
		}
		before, _ := s.eventsOf(step.act)
		row := s.waits(step.do())
		if again := s.waits(step.do()); again.ID != row.ID {
			t.Errorf("%s: proposed twice", step.act)
		}
		if n, _ := s.eventsOf(step.act); n != before || row.Act != string(step.act) {
			t.Fatalf("%s was done, or kept as %s", step.act, row.Act)
		}
		_, err := s.engine.Approve(t.Context(), s.admin, row.ID)
		s.code(err, "act.second_admin")
		report, err := s.engine.Approve(t.Context(), s.bea, row.ID)
		if err != nil {
			t.Fatalf("%s: %v (%s)", step.act, err, CodeOf(err))
		}
		if Granted(row) {
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v (%s)", step.act, err, CodeOf(err))
			}
		} else if report.Result == nil || report.Approval.State != store.ApprovalDone {
			t.Errorf("%s: %+v", step.act, report)
		}
		if step.act == ActRestore {
			s.open(s.store.Dir()) // it was restored under the open store
		}
		if n, event := s.eventsOf(step.act); n != before+1 || event.Actor != "ana" || event.ApprovedBy != "bea" {
			t.Errorf("%s: %d events, by %q, approved by %q", step.act, n-before, event.Actor, event.ApprovedBy)
		}
		if step.act != ActRestore {
			_, err = s.engine.Approve(t.Context(), s.bea, row.ID)
			s.code(err, "approval.settled")
		}
	}
}
