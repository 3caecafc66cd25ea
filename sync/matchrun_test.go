package sync

import (
	"testing"
	"time"

	"crmsync/match"
	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// matched is a harness after its first match run.
func matched(t testing.TB, config orgsim.Config) (*harness, store.Seat, MatchReport) {
	t.Helper()
	h, seat := peopled(t, config)
	report, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
	if err != nil {
		t.Fatalf("match: %v (%s)", err, CodeOf(err))
	}
	return h, seat, report
}

// matchesOf reads all rows of an object.
func matchesOf(t testing.TB, h *harness, object string) []store.Match {
	t.Helper()
	var rows []store.Match
	for row, err := range h.store.EachMatch(t.Context(), object, "") {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// oneMatch returns a row of an object in a state.
func oneMatch(t testing.TB, h *harness, object string, state store.MatchState) store.Match {
	t.Helper()
	for _, row := range matchesOf(t, h, object) {
		if row.State == state {
			return row
		}
	}
	t.Fatalf("no %s is %s", object, state)
	return store.Match{}
}

// otherPerson returns a person that no record holds.
func otherPerson(t *testing.T, h *harness) store.Person {
	t.Helper()
	for person, err := range h.store.EachPerson(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.store.MatchOfMember(t.Context(), person.ID); err != nil {
			return person
		}
	}
	t.Fatal("every person is held")
	return store.Person{}
}

func TestMatchLinksPeopleAndCompanies_S3_S49(t *testing.T) {
	h, _, report := matched(t, orgsim.Config{Contacts: 150})
	t.Logf("%+v", report)
	if report.People.Auto == 0 || report.People.None == 0 || report.Companies.Linked == 0 {
		t.Errorf("nothing is linked: %+v", report)
	}
	sum := report.People.Auto + report.People.Review + report.People.None + report.People.Rejected + report.People.Accepted + report.People.Overridden
	if sum != report.People.Records {
		t.Errorf("%d records, %d in a state", report.People.Records, sum)
	}
	contacts, leads := matchesOf(t, h, "Contact"), matchesOf(t, h, "Lead")
	if len(contacts)+len(leads) != report.People.Records {
		t.Errorf("%d rows for %d records", len(contacts)+len(leads), report.People.Records)
	}
	held := map[string]string{}
	for _, row := range append(contacts, leads...) {
		if !row.State.Live() {
			continue
		}
		if other := held[row.MemberID]; other != "" {
			t.Errorf("%s and %s hold one person (S19)", other, row.RecordID)
		}
		held[row.MemberID] = row.RecordID
		if row.Score == 0 || len(row.Evidence) == 0 {
			t.Errorf("%s carries no score (S50): %+v", row.RecordID, row)
		}
	}
}

func TestMatchWritesOnlyWhatChanged(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 70})
	again, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if again.People.Changed != 0 || again.Companies.Changed != 0 {
		t.Errorf("the same inputs changed rows: %+v", again)
	}
}

func TestDecisionsAreStickyAndUndone_S63_S136(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	stranger := otherPerson(t, h)
	event, err := h.engine.Rematch(t.Context(), h.admin, "https://x.lightning.force.com/lightning/r/Contact/"+row.RecordID+"/view", stranger.ID, "met them")
	if err != nil {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	check := func(when string, state store.MatchState, member string) {
		t.Helper()
		now, err := h.store.Match(t.Context(), row.RecordID)
		if err != nil {
			t.Fatal(err)
		}
		if now.State != state || now.MemberID != member {
			t.Fatalf("%s: %s %s, want %s %s", when, now.State, now.MemberID, state, member)
		}
	}
	check("at once", store.MatchOverridden, stranger.ID)
	for _, full := range []bool{false, true} {
		if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{Full: full}); err != nil {
			t.Fatal(err)
		}
		check("after a run", store.MatchOverridden, stranger.ID)
	}
	undo, err := h.engine.Undo(t.Context(), h.admin, event)
	if err != nil {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	check("undone", row.State, row.MemberID)
	if _, err := h.engine.Undo(t.Context(), h.admin, undo); err != nil {
		t.Fatalf("redo: %v (%s)", err, CodeOf(err))
	}
	check("done again", store.MatchOverridden, stranger.ID)
	if _, err := h.engine.UndoLast(t.Context(), h.admin); err != nil {
		t.Fatal(err)
	}
	if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{}); err != nil {
		t.Fatal(err)
	}
	check("undone and run", row.State, row.MemberID)
}

func TestRematchTakesTheMemberAtOnce_S19(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	var auto []store.Match
	for _, row := range matchesOf(t, h, "Contact") {
		if row.State == store.MatchAuto {
			auto = append(auto, row)
		}
	}
	if len(auto) < 2 {
		t.Fatal("too few links")
	}
	winner, loser := auto[0], auto[1]
	if _, err := h.engine.Rematch(t.Context(), h.admin, winner.RecordID, loser.MemberID, ""); err != nil {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	now, err := h.store.Match(t.Context(), loser.RecordID)
	if err != nil || now.State != store.MatchNone || now.Reason != string(match.LostOneToOne) || now.DuplicateOf != winner.RecordID {
		t.Fatalf("the loser is %+v %v", now, err)
	}
	h.clock.Advance(time.Minute)
	// A person's own choice does not vanish: it goes to review when another takes its member.
	if _, err := h.engine.Rematch(t.Context(), h.admin, loser.RecordID, loser.MemberID, ""); err != nil {
		t.Fatal(err)
	}
	now, err = h.store.Match(t.Context(), winner.RecordID)
	if err != nil || now.State != store.MatchReview || now.Reason != string(match.Collision) {
		t.Fatalf("the first winner is %+v %v", now, err)
	}
	if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{}); err != nil {
		t.Fatal(err)
	}
	now, err = h.store.Match(t.Context(), loser.RecordID)
	if err != nil || !now.State.Live() || now.MemberID != loser.MemberID {
		t.Fatalf("after a run the newest choice is %+v %v", now, err)
	}
}

func TestRejectedPairStaysApart(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	if _, err := h.engine.Reject(t.Context(), h.admin, row.RecordID, "", "not her"); err != nil {
		t.Fatal(err)
	}
	for _, full := range []bool{false, true} {
		if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{Full: full}); err != nil {
			t.Fatal(err)
		}
		if now, err := h.store.Match(t.Context(), row.RecordID); err != nil || now.MemberID == row.MemberID {
			t.Fatalf("the pair is back: %+v %v", now, err)
		}
	}
	if _, err := h.engine.NoMatch(t.Context(), h.admin, row.RecordID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{}); err != nil {
		t.Fatal(err)
	}
	if now, err := h.store.Match(t.Context(), row.RecordID); err != nil || now.MemberID != "" || now.State.Live() {
		t.Fatalf("nobody was wanted: %+v %v", now, err)
	}
}

// A person may change their mind about a pair as often as they like; the newest judgement stands (S62, S136), and each is
// taken back by itself.
func TestJudgingAPairAgain_S136(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	var events []string
	var states []store.MatchState
	did := func(event string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("step %d: %v (%s)", len(events), err, CodeOf(err))
		}
		now, err := h.store.Match(t.Context(), row.RecordID)
		if err != nil {
			t.Fatal(err)
		}
		events, states = append(events, event), append(states, now.State)
		h.clock.Advance(time.Second)
	}
	did(h.engine.Accept(t.Context(), h.admin, row.RecordID, ""))
	did(h.engine.Accept(t.Context(), h.admin, row.RecordID, "still"))
	did(h.engine.Reject(t.Context(), h.admin, row.RecordID, "", "no"))
	did(h.engine.Reject(t.Context(), h.admin, row.RecordID, row.MemberID, "no indeed"))
	did(h.engine.NoMatch(t.Context(), h.admin, row.RecordID, ""))
	did(h.engine.NoMatch(t.Context(), h.admin, row.RecordID, ""))
	did(h.engine.Rematch(t.Context(), h.admin, row.RecordID, row.MemberID, "after all"))
	if states[6] != store.MatchOverridden {
		t.Errorf("the last choice is %s", states[6])
	}
	for _, full := range []bool{false, true} {
		if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{Full: full}); err != nil {
			t.Fatal(err)
		}
		if now, err := h.store.Match(t.Context(), row.RecordID); err != nil || now.State != store.MatchOverridden || now.MemberID != row.MemberID {
			t.Fatalf("after a run it is %+v, %v", now, err)
		}
	}
	for i := len(events) - 1; i > 0; i-- {
		if _, err := h.engine.Undo(t.Context(), h.admin, events[i]); err != nil {
			t.Fatalf("undo of step %d: %v (%s)", i, err, CodeOf(err))
		}
		if now, err := h.store.Match(t.Context(), row.RecordID); err != nil || now.State != states[i-1] {
			t.Fatalf("step %d undone: %+v, %v; want %s", i, now, err, states[i-1])
		}
	}
}

func TestOnlyTheTwoPairings_S3(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 70})
	account := matchesOf(t, h, "Account")[0]
	_, err := h.engine.Rematch(t.Context(), h.admin, account.RecordID, otherPerson(t, h).ID, "")
	h.code(err, "match.pairing")
	_, err = h.engine.Rematch(t.Context(), h.admin, account.RecordID, "nobody", "")
	h.code(err, "company.not_found")
	_, err = h.engine.Accept(t.Context(), h.admin, "what", "")
	h.code(err, "record.not_found")
}

func TestMembersMatchCaseByCaseOnly_S62(t *testing.T) {
	h, seat, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	if _, err := h.engine.Accept(t.Context(), memberOf(seat), row.RecordID, ""); err != nil {
		t.Errorf("a member may correct one match: %v", err)
	}
	_, err := h.engine.AcceptBulk(t.Context(), memberOf(seat), BulkFilter{MinScore: 0.5})
	h.code(err, "act.not_allowed")
	support := Actor{Name: "sue", Role: RoleSupport}
	_, err = h.engine.Accept(t.Context(), support, row.RecordID, "")
	h.code(err, "act.not_allowed")
}

func TestBulkAcceptIsOneUndo(t *testing.T) {
	h, _, report := matched(t, orgsim.Config{Contacts: 300})
	if report.People.Review == 0 {
		t.Skip("nothing to review in this world")
	}
	filter := BulkFilter{MinScore: 0.2}
	preview, err := h.engine.PreviewBulk(t.Context(), h.admin, filter)
	if err != nil || preview.Count == 0 || len(preview.Sample) == 0 {
		t.Fatalf("%+v %v", preview, err)
	}
	done, err := h.engine.AcceptBulk(t.Context(), h.admin, filter)
	if err != nil {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	if done.Accepted+done.Skipped != preview.Count {
		t.Errorf("%d were promised, %+v", preview.Count, done)
	}
	if _, err := h.engine.Undo(t.Context(), h.admin, done.Event); err != nil {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	after, err := h.engine.PreviewBulk(t.Context(), h.admin, filter)
	if err != nil || after.Count != preview.Count {
		t.Errorf("after the undo %d wait, before %d (%v)", after.Count, preview.Count, err)
	}
}

func TestSearchDirectoryFindsByNameAndByRecord(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	person, err := h.store.Person(t.Context(), row.MemberID)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", person.Name} {
		hits, err := h.engine.SearchDirectory(t.Context(), h.admin, text, row.RecordID)
		if err != nil || len(hits) == 0 {
			t.Fatalf("%q: %v %v", text, hits, err)
		}
		if hits[0].MemberID != row.MemberID || hits[0].HolderID != row.RecordID {
			t.Errorf("%q finds %+v first", text, hits[0])
		}
	}
}
