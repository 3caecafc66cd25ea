package sync

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// sales is a store with a few opportunities, each with an account and a contact of its own, so that what touches
// one touches no other.
type sales struct {
	*harness
	seat  string
	deals int
}

const (
	seated, unseated = "005000000000001AAA", "005000000000002AAA"
	q3               = "2026-Q3"
)

func newSales(t *testing.T) *sales {
	t.Helper()
	s := &sales{harness: offline(t), seat: store.NewID()}
	s.write(func(tx *store.Tx) error {
		return tx.PutSeat(store.Seat{ID: s.seat, Email: "hugo@acme.test", Name: "Hugo", UserID: seated, Mapping: "pinned", MayAutosave: true, AddedAt: s.clock.Now()})
	})
	s.put("User", []string{"Id", "SystemModstamp", "Name"}, []string{seated, stampText, "Hugo Weiß"}, []string{unseated, stampText, "Nina"})
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingEdition, EditionEnterprise))
	return s
}

const stampText = "2026-11-01T00:00:00.000Z"

func (s *sales) write(do func(tx *store.Tx) error) {
	s.t.Helper()
	if err := s.store.Write(s.t.Context(), do); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sales) put(object string, fields []string, rows ...[]string) {
	s.t.Helper()
	s.write(func(tx *store.Tx) error {
		_, err := tx.UpsertRecords(object, fields, func(yield func([]string, error) bool) {
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
		}, "run")
		return err
	})
}

// deal makes an opportunity and returns how to touch it.
func (s *sales) deal(owner, created, closes, state, currency, amount string) *dealt {
	s.t.Helper()
	s.deals++
	d := &dealt{sales: s, id: fmt.Sprintf("006%012dAAA", s.deals), account: fmt.Sprintf("001%012dAAA", s.deals), contact: fmt.Sprintf("003%012dAAA", s.deals)}
	closed, won := "false", "false"
	if state != "open" {
		closed = "true"
	}
	if state == "won" {
		won = "true"
	}
	s.put("Account", []string{"Id", "SystemModstamp", "Name"}, []string{d.account, stampText, "Account " + d.id})
	s.put("Contact", []string{"Id", "SystemModstamp", "LastName", "AccountId"}, []string{d.contact, stampText, "Contact " + d.id, d.account})
	s.put("Opportunity", []string{"Id", "SystemModstamp", "Name", "AccountId", "OwnerId", "StageName", "CreatedDate", "CloseDate", "IsClosed", "IsWon", "CurrencyIsoCode", "Amount"},
		[]string{d.id, stampText, "Deal " + d.id, d.account, owner, state, created, closes, closed, won, currency, amount})
	s.put("OpportunityContactRole", []string{"Id", "SystemModstamp", "OpportunityId", "ContactId"}, []string{fmt.Sprintf("00K%012dAAA", s.deals), stampText, d.id, d.contact})
	d.company, d.person = s.company("company "+d.id), s.person("person "+d.id)
	s.matched("Account", d.account, d.company, store.MatchAuto)
	s.matched("Contact", d.contact, d.person, store.MatchAccepted)
	return d
}

type dealt struct {
	*sales
	id, account, contact, company, person string
}

func moment(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return at
}

// note is an activity with the contact's person.
func (d *dealt) note(at string) *dealt {
	d.t.Helper()
	d.write(func(tx *store.Tx) error {
		_, err := tx.AddActivity(store.Activity{ID: store.NewID(), Ident: store.NewID(), Kind: "note", SeatID: d.seat, PersonID: d.person, OccurredAt: moment(at), Subject: "s", Body: "b", AddedAt: moment(at)})
		return err
	})
	return d
}

// save is a save of the account.
func (d *dealt) save(at string) *dealt {
	d.t.Helper()
	d.write(func(tx *store.Tx) error {
		_, err := tx.AddSave(store.Save{ID: store.NewID(), SeatID: d.seat, MemberID: d.company, OpportunityID: d.id, RecordID: d.account, Object: "Account", RunID: "r", SavedAt: moment(at)})
		return err
	})
	return d
}

// aQuarter is the case that the tests below compute by hand: two currencies, and touches at the edges of the windows.
func aQuarter(t *testing.T) *sales {
	s := newSales(t)
	// Exactly 90 days before its creation: sourced, and nothing after.
	s.deal(seated, "2026-06-10T12:00:00.000Z", "2026-07-01", "won", "EUR", "100.1").note("2026-03-12T12:00:00Z")
	// The first touch is too old to be the source; the last lies in the last minute of the close date.
	s.deal(seated, "2026-07-05T00:00:00.000Z", "2026-09-30", "lost", "USD", "2.0E2").note("2025-12-01T00:00:00Z").note("2026-09-30T23:59:00Z")
	// A save at the moment of creation influences, and is no activity.
	s.deal(unseated, "2026-08-01T00:00:00.000Z", "2026-08-31", "won", "EUR", "50.05").save("2026-08-01T00:00:00Z")
	// Open: sourced a moment before its creation, influenced up to now.
	s.deal(seated, "2026-06-01T00:00:00.000Z", "2026-09-15", "open", "EUR", "1000").note("2026-05-31T23:59:59Z").note("2026-11-24T08:59:59Z")
	// The day after the close date is too late; it has no value.
	s.deal(unseated, "2026-08-01T00:00:00.000Z", "2026-09-01", "lost", "USD", "").note("2026-09-02T00:00:00Z")
	// Outside: the quarter after, and the one before.
	s.deal(seated, "2026-06-01T00:00:00.000Z", "2026-10-01", "won", "EUR", "7").note("2026-06-02T00:00:00Z")
	s.deal(seated, "2026-06-01T00:00:00.000Z", "2026-06-30", "won", "USD", "10")
	return s
}

func (s *sales) report() ROIReport {
	s.t.Helper()
	period, err := ParsePeriod(q3, s.clock.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	report, err := s.engine.ROIReport(s.t.Context(), s.admin, period)
	if err != nil {
		s.t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	return report
}

// money writes sums as texts, so that they compare.
func money(values []ROIValues) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, v := range values {
		out[v.Currency] = map[string]string{"total": v.Total.String(), "won": v.Won.String(), "sourced": v.Sourced.String(), "sourced won": v.SourcedWon.String(),
			"influenced": v.Influenced.String(), "influenced won": v.InfluencedWon.String(), "both": v.Both.String(), "neither": v.Neither.String()}
	}
	return out
}

// S16, S88, decisions 6 and 13.
func TestROI_S16_S88_aQuarterByHand(t *testing.T) {
	s := aQuarter(t)
	s.must(s.engine.SetROIConsent(t.Context(), s.admin, true))
	report := s.report()
	figures := ROIFigures{Opportunities: 5, Open: 1, Won: 2, Lost: 2, Sourced: 2, Influenced: 3, Both: 1, BySaves: 1, Activities: 4, NoValue: 1,
		With: ROIClosing{Closed: 2, Won: 1, CycleDays: 21.5, days: 21.5}, Without: ROIClosing{Closed: 2, Won: 1, CycleDays: 31, days: 31}}
	if diff := cmp.Diff(figures, report.Figures, cmp.AllowUnexported(ROIClosing{})); diff != "" {
		t.Error(diff)
	}
	values := map[string]map[string]string{
		"EUR": {"total": "1150.15", "won": "150.15", "sourced": "1100.1", "sourced won": "100.1", "influenced": "1050.05", "influenced won": "50.05", "both": "1000", "neither": "0"},
		"USD": {"total": "200", "won": "0", "sourced": "0", "sourced won": "0", "influenced": "200", "influenced won": "0", "both": "0", "neither": "0"},
	}
	if diff := cmp.Diff(values, money(report.Values)); diff != "" {
		t.Error(diff)
	}
	if before := report.Before; before.Period.String() != "2026-Q2" || before.Figures.Opportunities != 1 || before.Values[0].Won.String() != "10" {
		t.Errorf("the period before: %+v", before)
	}
	var months []string
	for _, m := range report.Months {
		months = append(months, m.Month+" "+m.Currency+" "+m.With.String()+" "+m.Without.String())
	}
	if diff := cmp.Diff([]string{"2026-07 EUR 100.1 0", "2026-08 EUR 0 50.05"}, months); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]ROIBand{{0, 0, 2, 1}, {1, 4, 2, 1}, {5, 14, 0, 0}, {15, 0, 0, 0}}, report.Bands); diff != "" {
		t.Error(diff)
	}
	hugo := report.People[0]
	if len(report.People) != 2 || hugo.Name != "Hugo Weiß" || hugo.Seat != s.seat || hugo.Figures.Activities != 4 || report.People[1].Seat != "" {
		t.Errorf("people %+v", report.People)
	}
	text, err := json.Marshal(report)
	var read ROIReport
	if err != nil || json.Unmarshal(text, &read) != nil || read.Values[0].Total.String() != "1150.15" {
		t.Errorf("JSON %s, %v", text, err)
	}
}

// Decision 13: both windows are settings.
func TestROI_decision13_windowsAreSettings(t *testing.T) {
	s := aQuarter(t)
	s.must(s.engine.SetROIConsent(t.Context(), s.admin, true))
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingROISourced, "89"))
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingROIInfluenced, "30"))
	report := s.report()
	// The first loses its source; the third, saved 31 days before its end, its influence.
	if report.Figures.Sourced != 1 || report.Figures.Influenced != 2 || report.SourcedDays != 89 || report.InfluencedDays != 30 {
		t.Errorf("figures %+v", report.Figures)
	}
	if !slices.ContainsFunc(report.Definitions, func(d string) bool {
		return d == "Sourced: the first touch ever lies in the 89 days before the opportunity was created."
	}) {
		t.Errorf("definitions %q", report.Definitions)
	}
}

// S87, decisions 13 and 14: nothing is reported without the edition, the role and the recorded consent, and not after
// it is taken back.
func TestROI_S87_consent(t *testing.T) {
	s := aQuarter(t)
	ask := func(actor Actor) error {
		_, err := s.engine.ROIReport(t.Context(), actor, Period{"2026-07-01", "2026-10-01"})
		return err
	}
	s.code(ask(s.admin), "roi.no_consent")
	_, err := s.engine.SetSetting(t.Context(), s.admin, SettingROIConsent, "on")
	s.code(err, "settings.own_act")
	_, err = s.engine.SetROIConsent(t.Context(), Actor{Name: "mia", Role: RoleMember, Seat: s.seat}, true)
	s.code(err, "act.not_allowed")
	_, err = s.engine.SetROIConsent(t.Context(), s.admin, false)
	s.code(err, "roi.no_change")
	given := s.must(s.engine.SetROIConsent(t.Context(), s.admin, true))
	consent, err := s.engine.ROIConsent(t.Context())
	if err != nil || consent != (ROIConsent{Given: true, By: "ana", At: s.clock.Now()}) {
		t.Errorf("consent %+v, %v", consent, err)
	}
	if err := ask(s.admin); err != nil {
		t.Error(err)
	}
	s.code(ask(Actor{Name: "tom", Role: RoleTester}), "act.not_allowed")
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingEdition, EditionTeam))
	s.code(ask(s.admin), "roi.edition")
	_, _, err = s.engine.ROIDeals(t.Context(), s.admin, ROIDealQuery{})
	s.code(err, "roi.edition")
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingEdition, EditionEnterprise))
	s.must(s.engine.Undo(t.Context(), s.admin, given))
	s.code(ask(s.admin), "roi.no_consent")
	_, _, err = s.engine.ROIDealOf(t.Context(), s.admin, "006000000000001AAA")
	s.code(err, "roi.no_consent")
	_, err = s.engine.NoteROIExport(t.Context(), s.admin, Period{"2026-07-01", "2026-10-01"}, "html")
	s.code(err, "roi.no_consent")
}

// From percentage to opportunity to activity.
func TestROI_drillDown(t *testing.T) {
	s := aQuarter(t)
	s.must(s.engine.SetROIConsent(t.Context(), s.admin, true))
	period := Period{"2026-07-01", "2026-10-01"}
	names := func(query ROIDealQuery) (ids []string) {
		t.Helper()
		query.Period, query.Limit = period, 1
		for {
			deals, more, err := s.engine.ROIDeals(t.Context(), s.admin, query)
			if err != nil {
				t.Fatal(err)
			}
			for _, deal := range deals {
				ids = append(ids, deal.ID[14:15])
				query.After = deal.Cursor
			}
			if !more {
				return ids
			}
		}
	}
	cases := []struct {
		query ROIDealQuery
		want  []string
	}{
		{ROIDealQuery{}, []string{"1", "3", "5", "4", "2"}}, {ROIDealQuery{Attribution: "sourced"}, []string{"1", "4"}}, {ROIDealQuery{Attribution: "both"}, []string{"4"}},
		{ROIDealQuery{Attribution: "influenced", Result: "won"}, []string{"3"}}, {ROIDealQuery{Attribution: "neither"}, []string{"5"}}, {ROIDealQuery{Owner: unseated}, []string{"3", "5"}},
		{ROIDealQuery{Currency: "USD", HasCurrency: true}, []string{"5", "2"}}, {ROIDealQuery{Activity: "with", Result: "lost"}, []string{"2"}},
	}
	for _, c := range cases {
		if got := names(c.query); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.query, got, c.want)
		}
	}
	deal, touches, err := s.engine.ROIDealOf(t.Context(), s.admin, "006000000000004AAA")
	if err != nil || !deal.Sourced || !deal.Influenced || deal.Value.String() != "1000" || deal.OwnerName != "Hugo Weiß" || len(touches) != 2 {
		t.Fatalf("%+v %+v %v", deal, touches, err)
	}
	if first := touches[0]; first.Window != "sourced" || !first.First || first.By != "Hugo" || first.Kind != "note" || first.With != "Contact 006000000000004AAA" {
		t.Errorf("touch %+v", first)
	}
	if touches[1].Window != "influenced" || touches[1].First {
		t.Errorf("touch %+v", touches[1])
	}
	_, _, err = s.engine.ROIDealOf(t.Context(), s.admin, "006000000000999AAA")
	s.code(err, "roi.not_found")
	_, _, err = s.engine.ROIDeals(t.Context(), s.admin, ROIDealQuery{Period: period, After: "nowhere"})
	s.code(err, "usage.cursor")
	s.code(ROIDealQuery{Result: "maybe"}.Check(), "usage.roi")
}

// A report over an imported org reads everything, and its opportunities are those of the period.
func TestROI_overAnImportedOrg(t *testing.T) {
	h := connected(t, orgsim.Config{Contacts: 200})
	h.imports(ImportOptions{})
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingEdition, EditionEnterprise))
	h.must(h.engine.SetROIConsent(t.Context(), h.admin, true))
	report, err := h.engine.ROIReport(t.Context(), h.admin, Period{"2000-01-01", "2100-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	if all := int64(len(h.ids("Opportunity"))); report.Figures.Opportunities != all || all == 0 || report.Figures.NoCreation != 0 {
		t.Errorf("figures %+v, %d opportunities", report.Figures, all)
	}
}
