package sync

import (
	"slices"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// feed returns a seat's alerts in words, the newest first.
func (s *selling) feed(seat string) []string {
	s.t.Helper()
	page, err := s.engine.Alerts(s.t.Context(), s.admin, store.AlertQuery{SeatID: seat})
	if err != nil {
		s.t.Fatal(err)
	}
	var words []string
	for _, view := range page.Rows {
		words = append(words, string(view.Kind)+" | "+view.About+" | "+view.Text)
	}
	return words
}

// S6, decision 16: each auto-save makes an entry in its owner's feed, once.
func TestAlerts_S6_eachSave(t *testing.T) {
	s := newSelling(t)
	steps := s.steps()
	if steps.Alerts != (AlertCounts{Saved: 2}) {
		t.Errorf("alerts %+v", steps.Alerts)
	}
	feed := s.feed(s.ownerSeat)
	account, contact := s.record("Account", s.opportunity.AccountID), s.record("Contact", s.contact)
	for _, name := range []string{account.Get("Name"), recordName(contact)} {
		if want := "saved | " + s.opportunity.Name + " | saved " + name; !slices.Contains(feed, want) {
			t.Errorf("feed %q lacks %q", feed, want)
		}
	}
	if again := s.steps(); again.Alerts != (AlertCounts{}) || len(s.feed(s.ownerSeat)) != 2 || len(s.feed(s.other2)) != 0 {
		t.Errorf("alerts again %+v, feeds %q, %q", again.Alerts, s.feed(s.ownerSeat), s.feed(s.other2))
	}
}

// Decision 16: changes of stage, amount, close date and ownership on a saved account reach whoever has it saved.
func TestAlerts_decision16_changesOnSavedAccounts(t *testing.T) {
	s := newSelling(t)
	s.steps()
	id, another := s.opportunity.ID, "Proposal/Price Quote"
	if s.opportunity.Stage == another {
		another = "Negotiation/Review"
	}
	s.happens(orgsim.Change{Kind: "update", ID: id, Fields: fieldsOf("StageName", another, "Amount", "777.5", "CloseDate", "2027-06-30")})
	s.happens(orgsim.Change{Kind: "owner", ID: s.opportunity.AccountID, Fields: fieldsOf("OwnerId", s.other)})
	s.happens(orgsim.Change{Kind: "update", ID: s.elsewhere(), Fields: fieldsOf("Amount", "1")})
	steps := s.steps()
	if steps.Alerts != (AlertCounts{Stage: 1, Amount: 1, CloseDate: 1, Owner: 1}) {
		t.Errorf("alerts %+v", steps.Alerts)
	}
	feed := s.feed(s.ownerSeat)
	account, newOwner := s.record("Account", s.opportunity.AccountID).Get("Name"), s.record("User", s.other).Get("Name")
	want := []string{
		"stage | " + s.opportunity.Name + " | stage: " + s.opportunity.Stage + " to " + another,
		"close_date | " + s.opportunity.Name + " | close date: " + s.opportunity.CloseDate + " to 2027-06-30",
	}
	for _, line := range want {
		if !slices.Contains(feed, line) {
			t.Errorf("feed %q lacks %q", feed, line)
		}
	}
	if !slices.ContainsFunc(feed, func(line string) bool {
		return line[:13] == "account_owner" && line[len(line)-len(newOwner):] == newOwner
	}) {
		t.Errorf("feed %q does not say that %s has a new owner", feed, account)
	}
	if again := s.steps(); again.Alerts != (AlertCounts{}) {
		t.Errorf("told twice: %+v", again.Alerts)
	}
}

// elsewhere is an open opportunity of an account that nobody saved.
func (s *selling) elsewhere() string {
	s.t.Helper()
	for opportunity, err := range s.store.EachOpenOpportunity(s.t.Context()) {
		if err != nil {
			s.t.Fatal(err)
		}
		if opportunity.AccountID != s.opportunity.AccountID {
			return opportunity.ID
		}
	}
	s.t.Fatal("the org has one account only")
	return ""
}

// An import whose steps never came leaves its changes to the next one; what changed back in between is not told.
func TestAlerts_stepsThatNeverCame(t *testing.T) {
	s := newSelling(t)
	s.steps()
	s.happens(orgsim.Change{Kind: "update", ID: s.opportunity.ID, Fields: fieldsOf("CloseDate", "2027-06-30")})
	s.imports(ImportOptions{})
	if steps := s.steps(); steps.Alerts != (AlertCounts{CloseDate: 1}) {
		t.Errorf("alerts %+v", steps.Alerts)
	}
	s.happens(orgsim.Change{Kind: "update", ID: s.opportunity.ID, Fields: fieldsOf("CloseDate", "2027-07-31")})
	s.imports(ImportOptions{})
	s.happens(orgsim.Change{Kind: "update", ID: s.opportunity.ID, Fields: fieldsOf("CloseDate", "2027-06-30")})
	if steps := s.steps(); steps.Alerts != (AlertCounts{}) {
		t.Errorf("alerts %+v", steps.Alerts)
	}
}

// A new save of an account that changed with the same import is told of the save alone, and a seat whose save was
// removed of nothing.
func TestAlerts_onlyWhoHasItSaved(t *testing.T) {
	s := newSelling(t)
	s.steps()
	save := s.saved(s.opportunity.ID)[[2]string{s.ownerSeat, s.company}]
	s.must(s.engine.RemoveSave(t.Context(), Actor{Name: "hugo", Role: RoleMember, Seat: s.ownerSeat}, save.ID))
	s.happens(orgsim.Change{Kind: "update", ID: s.opportunity.ID, Fields: fieldsOf("CloseDate", "2027-06-30", "OwnerId", s.other)})
	steps := s.steps()
	if steps.Alerts != (AlertCounts{Saved: 2}) || len(s.feed(s.other2)) != 2 || len(s.feed(s.ownerSeat)) != 2 {
		t.Errorf("alerts %+v, feeds %q, %q", steps.Alerts, s.feed(s.ownerSeat), s.feed(s.other2))
	}
}

// The revenue field chosen anew is no change of an amount.
func TestAlerts_anotherRevenueFieldIsNoChange(t *testing.T) {
	s := newSelling(t)
	s.steps()
	teller := &alertTeller{engine: s.engine, runID: "r", revenue: "Amount", counts: &AlertCounts{}}
	before := watchedNow(s.record("Opportunity", s.opportunity.ID), teller.revenue)
	after := watchedNow(s.record("Opportunity", s.opportunity.ID), "ExpectedRevenue")
	if alerts := changesOf(s.record("Opportunity", s.opportunity.ID), before, after); len(alerts) != 0 {
		t.Errorf("alerts %+v", alerts)
	}
	for _, same := range [][2]string{{"100", "100.0"}, {"1.0E2", "100"}, {"", ""}} {
		if !sameNumber(same[0], same[1]) {
			t.Errorf("%q and %q are one number", same[0], same[1])
		}
	}
	if sameNumber("", "0") || sameNumber("99", "100") {
		t.Error("two numbers are taken for one")
	}
}

// A seat holder reads their own feed, marks it, and takes the mark back; nobody reads or marks another's.
func TestAlerts_readAndUnread(t *testing.T) {
	s := newSelling(t)
	s.steps()
	owner, stranger := Actor{Name: "hugo", Role: RoleMember, Seat: s.ownerSeat}, Actor{Name: "mia", Role: RoleMember, Seat: s.other2}
	_, err := s.engine.Alerts(t.Context(), stranger, store.AlertQuery{SeatID: s.ownerSeat})
	s.code(err, "act.not_allowed")
	_, err = s.engine.Alerts(t.Context(), stranger, store.AlertQuery{})
	s.code(err, "act.not_allowed")
	page, err := s.engine.Alerts(t.Context(), owner, store.AlertQuery{SeatID: s.ownerSeat, Unread: true})
	if err != nil || len(page.Rows) != 2 {
		t.Fatalf("%+v, %v", page, err)
	}
	_, err = s.engine.MarkAlerts(t.Context(), stranger, []string{page.Rows[0].ID}, true)
	s.code(err, "alert.not_found")
	s.must(s.engine.MarkAlerts(t.Context(), owner, []string{page.Rows[0].ID}, true))
	all := s.must(s.engine.MarkAlerts(t.Context(), owner, nil, true))
	_, err = s.engine.MarkAlerts(t.Context(), owner, nil, true)
	s.code(err, "alert.no_change")
	s.unread(0)
	s.must(s.engine.Undo(t.Context(), owner, all))
	s.unread(1)
	s.must(s.engine.MarkAlerts(t.Context(), owner, []string{page.Rows[0].ID}, false))
	s.unread(2)
}

func (s *selling) unread(want int64) {
	s.t.Helper()
	if n, err := s.store.CountUnreadAlerts(s.t.Context(), s.ownerSeat); err != nil || n != want {
		s.t.Errorf("%d unread, %v; want %d", n, err, want)
	}
}

// Decision 21: alerts go with a purge.
func TestAlerts_decision21_purged(t *testing.T) {
	s := newSelling(t)
	s.steps()
	connection, err := s.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := s.engine.Purge(t.Context(), s.admin, connection.OrgName)
	if err != nil || receipt.Removed["alert"] != 2 || receipt.Removed["alert_watch"] == 0 || receipt.FilesHolding != 0 {
		t.Errorf("receipt %+v, %v", receipt, err)
	}
	mark, err := s.store.AlertMark(t.Context())
	if mark != "" || err != nil || len(s.feed(s.ownerSeat)) != 0 {
		t.Errorf("mark %q, %v, feed %q", mark, err, s.feed(s.ownerSeat))
	}
}
