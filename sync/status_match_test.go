package sync

import (
	"math"
	"testing"

	"crmsync/match"
	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// Duplicates and records that take no part count neither as matched nor as not;
// what waits for review is expected to be true as often as it says.
func TestStatusCountsDuplicatesNeitherWay(t *testing.T) {
	s := Status{Matches: map[string]int64{}, Percentages: map[string]float64{}, Expected: map[string]float64{}}
	s.countMatches("Contact", []store.MatchTally{
		{State: store.MatchAuto, Count: 50, Score: 49_500_000}, {State: store.MatchAccepted, Count: 10, Score: 3_000_000},
		{State: store.MatchReview, Count: 20, Score: 12_500_000}, {State: store.MatchNone, Reason: string(match.NoCandidate), Count: 20},
		{State: store.MatchNone, Reason: string(match.DuplicateOf), Count: 40}, {State: store.MatchNone, Reason: string(match.Excluded), Count: 7},
		{State: store.MatchNone, Reason: reasonMerged, Count: 3},
	})
	s.countMatches("Lead", []store.MatchTally{{State: store.MatchNone, Reason: string(match.DuplicateOf), Count: 4}})
	if s.Percentages["Contact"] != 60 || s.Expected["Contact"] != 12.5 || s.Matches["none"] != 74 {
		t.Errorf("%+v", s)
	}
	if _, has := s.Percentages["Lead"]; has {
		t.Error("a percentage of nothing")
	}
}

// The status and the match run say the same percentage.
func TestStatusAgreesWithTheMatchRun(t *testing.T) {
	h, _, report := matched(t, orgsim.Config{Contacts: 150})
	s, err := h.engine.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Percentages["Account"], report.Companies.Percentage; math.Abs(got-want) > 1e-9 || want == 0 {
		t.Errorf("%.3f %% of the accounts, the run says %.3f", got, want)
	}
	if got, want := s.Expected["Contact"]+s.Expected["Lead"], report.People.Expected; math.Abs(got-want) > .01 {
		t.Errorf("%.3f expected in review, the run says %.3f", got, want)
	}
	stored, err := h.engine.matchStats(t.Context(), match.Person) // what an incremental run says
	if err != nil || math.Abs(stored.Expected-report.People.Expected) > .01 || math.Abs(stored.Percentage()-report.People.Percentage) > 1e-9 {
		t.Errorf("of what is stored %.3f %% and %.3f expected, %v; the run says %.3f and %.3f", stored.Percentage(), stored.Expected, err, report.People.Percentage, report.People.Expected)
	}
}
