package sync

import (
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// selling is a harness with an open opportunity that has an account and a
// contact, both matched, and seats for its owner and another user.
type selling struct {
	*harness
	opportunity       store.Opportunity
	contact           string
	person, company   string
	owner, other      string // CRM users
	ownerSeat, other2 string // seats
}

func newSelling(t *testing.T) *selling {
	t.Helper()
	s := &selling{harness: connected(t, orgsim.Config{Contacts: 200})}
	s.imports(ImportOptions{})
	for opportunity, err := range s.store.EachOpenOpportunity(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		roles, err := s.store.ContactRoles(t.Context(), opportunity.ID)
		if err != nil {
			t.Fatal(err)
		}
		if opportunity.AccountID != "" && len(roles) > 0 && s.activeUser(opportunity.OwnerID) {
			s.opportunity, s.contact, s.owner = opportunity, roles[0].ContactID, opportunity.OwnerID
			break
		}
	}
	if s.contact == "" {
		t.Fatal("the org has no open opportunity with an account and a contact")
	}
	for _, id := range s.ids("User") {
		if id != s.owner && s.activeUser(id) {
			s.other = id
			break
		}
	}
	s.person, s.company = s.harness.person("eva"), s.harness.company("acme")
	s.matched("Contact", s.contact, s.person, store.MatchAuto)
	s.matched("Account", s.opportunity.AccountID, s.company, store.MatchAuto)
	s.ownerSeat, s.other2 = s.seatOf(s.owner), s.seatOf(s.other)
	return s
}

func (s *selling) activeUser(id string) bool {
	user, err := s.store.Record(s.t.Context(), "User", id)
	return err == nil && user.Get("IsActive") == "true" && user.Get("Email") != ""
}

func (s *selling) seatOf(user string) string {
	s.t.Helper()
	id, audit, err := s.engine.AddSeat(s.t.Context(), s.admin, NewSeat{Email: s.record("User", user).Get("Email")})
	s.must(audit, err)
	return id
}

// steps imports what changed and does the steps.
func (s *selling) steps() StepsReport {
	s.t.Helper()
	report := s.imports(ImportOptions{})
	steps, err := s.engine.AfterImport(s.t.Context(), report.RunID)
	if err != nil {
		s.t.Fatal(err)
	}
	return steps
}

// saved returns the live saves of the opportunity, as seat and member.
func (s *selling) saved(opportunity string) map[[2]string]store.Save {
	s.t.Helper()
	page, err := s.store.Saves(s.t.Context(), store.SaveQuery{OpportunityID: opportunity, PageQuery: store.PageQuery{Limit: 100}})
	if err != nil {
		s.t.Fatal(err)
	}
	saves := map[[2]string]store.Save{}
	for _, save := range page.Rows {
		if save.RemovedAt.IsZero() {
			saves[[2]string{save.SeatID, save.MemberID}] = save
		}
	}
	return saves
}

// S67, S55: the four steps, each with counters; S4: account and contact are
// saved for the owner.
func TestSteps_S67_S4(t *testing.T) {
	s := newSelling(t)
	steps := s.steps()
	if steps.Badges.Contacts != 1 || steps.Badges.Accounts != 1 || steps.Badges.Added != 2 {
		t.Errorf("badges %+v", steps.Badges)
	}
	if steps.Filters.InCRM != 1 || steps.Filters.NotInCRM != 0 {
		t.Errorf("filters %+v", steps.Filters)
	}
	if steps.AutoSave.Accounts != 1 || steps.AutoSave.Contacts != 1 || steps.AutoSave.Skipped[noSaveNoSeat] == 0 {
		t.Errorf("auto-save %+v", steps.AutoSave)
	}
	saves := s.saved(s.opportunity.ID)
	for _, member := range []string{s.person, s.company} {
		if _, ok := saves[[2]string{s.ownerSeat, member}]; !ok {
			t.Errorf("%s is not saved for the owner: %v", member, saves)
		}
	}
	if again := s.steps(); again.AutoSave.Accounts+again.AutoSave.Contacts != 0 {
		t.Errorf("saved again: %+v", again.AutoSave)
	}
}

// S7, S32, S57: the badge leads to the record, in both interfaces; S59: what
// is not matched has none.
func TestBadge_S7_S32_S59(t *testing.T) {
	s := newSelling(t)
	badge, err := s.engine.BadgeOf(t.Context(), s.person)
	if err != nil || badge.Classic != s.server.URL+"/"+s.contact || badge.Lightning != s.server.URL+"/lightning/r/Contact/"+s.contact+"/view" {
		t.Errorf("badge %+v, %v", badge, err)
	}
	_, err = s.engine.BadgeOf(t.Context(), s.harness.person("nobody"))
	s.code(err, "badge.not_found")
}

// S21: the owner changes; the old owner's save remains, the new one gets one.
func TestAutosave_S21_S71_ownerChangesInTheOrg(t *testing.T) {
	s := newSelling(t)
	s.steps()
	s.happens(orgsim.Change{Kind: "owner", ID: s.opportunity.ID, Fields: fieldsOf("OwnerId", s.other)})
	s.steps()
	saves := s.saved(s.opportunity.ID)
	for _, seat := range []string{s.ownerSeat, s.other2} {
		if _, ok := saves[[2]string{seat, s.person}]; !ok {
			t.Errorf("seat %s has no save: %v", seat, saves)
		}
	}
}

// S21: the opportunity closes; nothing is unsaved.
func TestAutosave_S21_closingUnsavesNothing(t *testing.T) {
	s := newSelling(t)
	s.steps()
	s.happens(orgsim.Change{Kind: "stage", ID: s.opportunity.ID, Fields: fieldsOf("StageName", "Closed Won")})
	steps := s.steps()
	if len(s.saved(s.opportunity.ID)) != 2 || steps.AutoSave.Accounts+steps.AutoSave.Contacts != 0 {
		t.Errorf("saves %v, steps %+v", s.saved(s.opportunity.ID), steps.AutoSave)
	}
}

// S22: a new open opportunity of a new owner with the same contact.
func TestAutosave_S22_newOpportunityInTheOrg(t *testing.T) {
	s := newSelling(t)
	s.steps()
	made := s.happens(orgsim.Change{Kind: "create", Object: "Opportunity", Fields: fieldsOf("Name", "Second", "StageName", s.opportunity.Stage,
		"CloseDate", "2027-01-31", "OwnerId", s.other, "AccountId", s.opportunity.AccountID)})
	s.clock.Advance(-6 * time.Hour)
	s.happens(orgsim.Change{Kind: "create", Object: "OpportunityContactRole", Fields: fieldsOf("OpportunityId", made.IDs[0], "ContactId", s.contact)})
	s.steps()
	if _, ok := s.saved(made.IDs[0])[[2]string{s.other2, s.person}]; !ok {
		t.Errorf("no save for the new owner: %v", s.saved(made.IDs[0]))
	}
	if len(s.saved(s.opportunity.ID)) != 2 {
		t.Error("the first owner's saves changed")
	}
}

// Decision 10: what its owner removed is not made again; the owner can undo.
func TestAutosave_decision10_ownerRemoves(t *testing.T) {
	s := newSelling(t)
	s.steps()
	save := s.saved(s.opportunity.ID)[[2]string{s.ownerSeat, s.person}]
	stranger := Actor{Name: "mia", Role: RoleMember, Seat: s.other2}
	_, err := s.engine.RemoveSave(t.Context(), stranger, save.ID)
	s.code(err, "act.not_allowed")
	owner := Actor{Name: "hugo", Role: RoleMember, Seat: s.ownerSeat}
	removed := s.must(s.engine.RemoveSave(t.Context(), owner, save.ID))
	steps := s.steps()
	if len(s.saved(s.opportunity.ID)) != 1 || steps.AutoSave.Skipped[noSaveRemoved] != 1 {
		t.Errorf("saves %v, skipped %v", s.saved(s.opportunity.ID), steps.AutoSave.Skipped)
	}
	s.must(s.engine.Undo(t.Context(), owner, removed))
	if len(s.saved(s.opportunity.ID)) != 2 {
		t.Error("the undo did not bring it back")
	}
}

// S110a: a seat that may not use auto-save gets none; S110c: the stage rule.
func TestAutosave_S110(t *testing.T) {
	s := newSelling(t)
	s.must(s.engine.AllowSeat(t.Context(), s.admin, s.ownerSeat, false, true))
	steps := s.steps()
	if len(s.saved(s.opportunity.ID)) != 0 || steps.AutoSave.Skipped[noSaveNotAllowed] == 0 {
		t.Errorf("steps %+v", steps.AutoSave)
	}
	s.must(s.engine.AllowSeat(t.Context(), s.admin, s.ownerSeat, true, true))
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingAutoSave, "off"))
	if steps := s.steps(); !steps.AutoSave.Off || len(s.saved(s.opportunity.ID)) != 0 {
		t.Errorf("steps %+v", steps.AutoSave)
	}
}
