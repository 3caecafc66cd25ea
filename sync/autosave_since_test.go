package sync

import (
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// TestAutoSaveLooksAtWhatChanged follows every way in which a decision of auto-save can become another one.
func TestAutoSaveLooksAtWhatChanged(t *testing.T) {
	s := newSelling(t)
	s.clock.Advance(time.Minute)
	all := s.steps().AutoSave.Opportunities
	if all < 2 {
		t.Fatalf("%d opportunities are open", all)
	}
	second := ""
	for opportunity, err := range s.store.EachOpenOpportunity(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if opportunity.ID != s.opportunity.ID {
			second = opportunity.ID
		}
	}
	for _, step := range []struct {
		name   string
		change func()
		least  int64
		most   int64
	}{
		{"nothing", func() {}, 0, 0},
		{"an opportunity", func() {
			s.happens(orgsim.Change{Kind: "update", ID: second, Fields: fieldsOf("CloseDate", "2031-01-01")})
		}, 1, 1},
		{"nothing again", func() {}, 0, 0},
		{"the match of an account", func() {
			s.matched("Account", s.opportunity.AccountID, s.harness.company("globex"), store.MatchOverridden)
		}, 1, all - 1},
		{"the match of a contact", func() { s.matched("Contact", s.contact, s.harness.person("zoe"), store.MatchOverridden) }, 1, all - 1},
		{"a seat", func() { s.seatOf(s.thirdUser()) }, all, all},
		{"a week", func() { s.clock.Advance(8 * 24 * time.Hour) }, all, all},
		{"the clock was set back", func() { s.clock.Advance(-48 * time.Hour) }, all, all},
	} {
		s.clock.Advance(time.Minute)
		step.change()
		s.clock.Advance(time.Minute)
		if looked := s.steps().AutoSave.Opportunities; looked < step.least || looked > step.most {
			t.Errorf("%s: %d opportunities were looked at, want %d to %d", step.name, looked, step.least, step.most)
		}
	}
	for _, member := range []string{s.harness.company("globex"), s.harness.person("zoe")} {
		if _, ok := s.saved(s.opportunity.ID)[[2]string{s.ownerSeat, member}]; !ok {
			t.Errorf("the new match is not saved: %v", s.saved(s.opportunity.ID))
		}
	}
}

// thirdUser is a user without a seat.
func (s *selling) thirdUser() string {
	for _, id := range s.ids("User") {
		if id != s.owner && id != s.other && s.activeUser(id) {
			return id
		}
	}
	s.t.Fatal("the org has only two users")
	return ""
}
