package sync

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"crmsync/match"
	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// upheaval changes records, members and decisions at random.
type upheaval struct {
	*harness
	t      *testing.T
	random *rand.Rand
	events []string // of decisions, to be undone
}

func TestIncrementalRunEqualsFullRun(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h, _ := peopled(t, orgsim.Config{Contacts: 240, Seed: seed})
			h.clock.Advance(time.Minute)
			u := &upheaval{harness: h, t: t, random: rand.New(rand.NewPCG(seed, 7))}
			if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{}); err != nil {
				t.Fatal(err)
			}
			var people, companies, changed int
			for range 12 {
				u.change()
				report, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
				if err != nil {
					t.Fatalf("%v (%s)", err, CodeOf(err))
				}
				t.Logf("companies %v %d %d people %v %d %d", report.Companies.Incremental, report.Companies.Judged, report.Companies.Changed, report.People.Incremental, report.People.Judged, report.People.Changed)
				if report.People.Incremental {
					people++
				}
				if report.Companies.Incremental {
					companies++
				}
				changed += report.People.Changed
				sameAsFull(t, h, report)
			}
			h.clock.Advance(time.Minute)
			if report := replayOf(t, h, ""); !report.Same {
				t.Errorf("the last run comes out otherwise when done again: %+v", report)
			}
			if people == 0 || companies == 0 || changed == 0 {
				t.Errorf("nothing was tried: %d runs of people, %d of companies, %d changed rows", people, companies, changed)
			}
		})
	}
}

// change makes a few changes, imports what happened in the org, and lets time pass.
func (u *upheaval) change() {
	u.clock.Advance(time.Minute)
	kinds := []func(){u.editRecord, u.editRecord, u.renameAccount, u.deleteRecord, u.mergeRecords, u.convertLead, u.editMember, u.newMember, u.moveMember, u.editCompany,
		u.moreOfOne, u.moreOfOne, u.erase, u.accept, u.reject, u.none, u.choose, u.choose, u.undo, u.undo}
	for range 1 + u.random.IntN(4) {
		kinds[u.random.IntN(len(kinds))]()
		u.clock.Advance(time.Second)
	}
	u.imports(ImportOptions{})
	u.clock.Advance(time.Minute)
}

// record is a random one that is there.
func (u *upheaval) record(object string) store.Record {
	u.t.Helper()
	var rows []store.Record
	for row, err := range u.store.EachRecord(u.t.Context(), object, store.RecordFilter{Live: true}) {
		if err != nil {
			u.t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows[u.random.IntN(len(rows))]
}

func (u *upheaval) person() store.Person {
	u.t.Helper()
	var rows []store.Person
	for row, err := range u.store.EachPerson(u.t.Context(), "") {
		if err != nil {
			u.t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows[u.random.IntN(len(rows))]
}

func (u *upheaval) happen(change orgsim.Change) {
	// A record that went meanwhile, or a merge the org refuses, is no change.
	_, err := u.org.Change(change)
	u.t.Logf("%s %s %s %v", change.Kind, change.ID, change.Into, err)
}

func (u *upheaval) editRecord() {
	contact, person := u.record("Contact"), u.person()
	edits := [][]string{{"LastName", person.LastName, "FirstName", person.FirstName}, {"Email", person.Email}, {"Title", person.Title},
		{"MailingCity", person.City}, {"LastName", "Quux"}, {"AccountId", u.record("Account").ID}}
	u.happen(orgsim.Change{Kind: "update", ID: contact.ID, Fields: fieldsOf(edits[u.random.IntN(len(edits))]...)})
}

func (u *upheaval) renameAccount() {
	u.happen(orgsim.Change{Kind: "update", ID: u.record("Account").ID, Fields: fieldsOf("Name", u.person().Company+" Holding")})
}

func (u *upheaval) deleteRecord() {
	u.happen(orgsim.Change{Kind: "delete", ID: u.record([]string{"Contact", "Lead"}[u.random.IntN(2)]).ID})
}

func (u *upheaval) mergeRecords() {
	u.happen(orgsim.Change{Kind: "merge", ID: u.record("Contact").ID, Into: u.record("Contact").ID})
}

func (u *upheaval) convertLead() { u.happen(orgsim.Change{Kind: "convert", ID: u.record("Lead").ID}) }

func (u *upheaval) write(change func(tx *store.Tx) error) {
	u.t.Helper()
	if err := u.store.Write(u.t.Context(), change); err != nil {
		u.t.Fatal(err)
	}
}

func (u *upheaval) editMember() {
	person, other := u.person(), u.person()
	person.LastName, person.Email = other.LastName, other.Email
	u.t.Logf("person %s is %s now", person.ID, person.LastName)
	u.write(func(tx *store.Tx) error { _, _, err := tx.PutPerson(person); return err })
}

// newMember is a second person who looks like a contact.
func (u *upheaval) newMember() {
	contact := u.record("Contact")
	u.t.Logf("another %s", contact.ID)
	u.write(func(tx *store.Tx) error {
		_, _, err := tx.PutPerson(store.Person{Ident: store.NewID(), Name: contact.Get("FirstName") + " " + contact.Get("LastName"), FirstName: contact.Get("FirstName"),
			LastName: contact.Get("LastName"), Company: contact.Get("Account.Name"), Title: contact.Get("Title")})
		return err
	})
}

func (u *upheaval) moveMember() {
	person, account := u.person(), u.record("Account")
	u.t.Logf("person %s was at %s", person.ID, account.Get("Name"))
	u.write(func(tx *store.Tx) error {
		return tx.PutPosition(store.Position{PersonID: person.ID, Company: account.Get("Name"), Title: "Engineer"})
	})
}

func (u *upheaval) editCompany() {
	account := u.record("Account")
	u.t.Logf("another %s", account.ID)
	u.write(func(tx *store.Tx) error {
		_, _, err := tx.PutCompany(store.Company{Ident: store.NewID(), Name: account.Get("Name"), Website: account.Get("Website")})
		return err
	})
}

// moreOfOne makes further records of somebody the CRM has already: rivals for one member.
func (u *upheaval) moreOfOne() {
	contact := u.record("Contact")
	for range 1 + u.random.IntN(3) {
		fields := []string{"FirstName", contact.Get("FirstName"), "LastName", contact.Get("LastName")}
		if u.random.IntN(2) == 0 {
			fields = append(fields, "AccountId", contact.Get("AccountId"))
		}
		u.happen(orgsim.Change{Kind: "create", Object: "Contact", ID: contact.ID, Fields: fieldsOf(fields...)})
	}
}

// erase forgets a person, whoever is linked with them.
func (u *upheaval) erase() {
	person := u.person()
	_, err := u.engine.ErasePerson(u.t.Context(), u.admin, person.ID, person.Name)
	u.t.Logf("erase %s %v", person.ID, err)
}

// row is the match of a random record.
func (u *upheaval) row() store.Match {
	rows := matchesOf(u.t, u.harness, []string{"Contact", "Contact", "Lead", "Account"}[u.random.IntN(4)])
	return rows[u.random.IntN(len(rows))]
}

// decided notes a decision; one that has no sense, such as accepting nothing, is none.
func (u *upheaval) decided(event string, err error) {
	u.t.Logf("decision %s %v", event, err)
	if err == nil {
		u.events = append(u.events, event)
	}
}

func (u *upheaval) accept() {
	u.decided(u.engine.Accept(u.t.Context(), u.admin, u.row().RecordID, ""))
}
func (u *upheaval) reject() {
	u.decided(u.engine.Reject(u.t.Context(), u.admin, u.row().RecordID, "", ""))
}
func (u *upheaval) none() {
	u.decided(u.engine.NoMatch(u.t.Context(), u.admin, u.row().RecordID, ""))
}

// choose gives a record a member that another has, or nobody.
func (u *upheaval) choose() {
	row, other := u.row(), u.row()
	member := other.MemberID
	if member == "" {
		member = u.person().ID
	}
	u.decided(u.engine.Rematch(u.t.Context(), u.admin, row.RecordID, member, ""))
}

func (u *upheaval) undo() {
	if len(u.events) == 0 {
		return
	}
	event := u.events[len(u.events)-1]
	u.events = u.events[:len(u.events)-1]
	_, err := u.engine.Undo(u.t.Context(), u.admin, event)
	u.t.Logf("undo %s %v", event, err)
}

// sameAsFull compares what the store has with a full run by the models that it has, and the counts with those of that.
func sameAsFull(t *testing.T, h *harness, report MatchReport) {
	t.Helper()
	standing, err := h.store.Decisions(t.Context(), store.DecisionQuery{Standing: true})
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]string{}
	for _, kind := range []match.Kind{match.Company, match.Person} {
		options, err := h.engine.matchOptions(t.Context(), kind, false)
		if err != nil || options.Model == nil {
			t.Fatalf("no frozen model: %v", err)
		}
		result, err := match.Run(t.Context(), match.Input{Kind: kind, Records: h.engine.crmRecords(t.Context(), kind, linked),
			Members: h.engine.networkMembers(t.Context(), kind), Decisions: decisionsOn(kind, standing)}, options)
		if err != nil {
			t.Fatal(err)
		}
		counts := report.People
		if kind == match.Company {
			counts = report.Companies
		}
		if want := countsOf(result.Stats, result.Model); want.Linked != counts.Linked || want.Records != counts.Records || want.None != counts.None ||
			want.Review != counts.Review || want.Excluded != counts.Excluded || want.Members != counts.Members || want.Percentage != counts.Percentage {
			counts.Figures = match.Figures{}
			t.Errorf("%s: counted %+v, a full run counts %+v", kind, counts, want)
		}
		for _, outcome := range result.Outcomes {
			if outcome.Linked() {
				linked[outcome.RecordID] = outcome.MemberID
			}
			want := matchRow(outcome, store.ObjectOf(outcome.RecordID), result.Model.ID(), "")
			got, err := h.store.Match(t.Context(), outcome.RecordID)
			if err != nil || !sameMatch(got, want) {
				t.Errorf("%s: incrementally %v,\nby a full run %v %v", outcome.RecordID, bare(got), bare(want), err)
			}
		}
	}
}

// bare is a row without what nobody can read.
func bare(row store.Match) string {
	return fmt.Sprint(row.State, row.Reason, row.MemberID, row.Score, row.RunID, match.Evidence(row.Evidence).Rows())
}
