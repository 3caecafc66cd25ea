package match_test

import (
	"slices"
	"testing"
	"time"

	"crmsync/match"
)

// namesakeInput is a record that two members fit equally well, among others.
func namesakeInput(decisions ...match.Decision) match.Input {
	w := newWorld(81, 120)
	for _, id := range []string{"one", "two"} {
		w.members = append(w.members, match.Member{ID: id, FirstName: "Quirin", LastName: "Featherstone", Company: "Quill Nursery", Title: "VP Sales", City: "Leeds"})
	}
	w.records = append(w.records, match.Record{ID: "r", FirstName: "Quirin", LastName: "Featherstone", Company: "Quill Nursery", Title: "VP Sales", City: "Leeds", Modified: 5})
	return w.input(decisions...)
}

// Two who fit equally well share the probability and wait for a person. Of a pair
// kept apart nothing is left to share: the other has it all.
func TestARejectedPairIsDroppedBeforeProbabilitiesAreShared(t *testing.T) {
	got := byID(run(t, namesakeInput(), match.Options{}).Outcomes)["r"]
	if got.State != match.Review || got.Reason != match.Tie || got.Probability < .4 || got.Probability > .5 || got.RunnerUp.Probability != got.Probability {
		t.Fatalf("two who fit equally well: %s %s %.3f, then %.3f", got.State, got.Reason, got.Probability, got.RunnerUp.Probability)
	}
	no := match.Decision{RecordID: "r", MemberID: "one", Verdict: match.Reject, At: time.Unix(1, 0)}
	got = byID(run(t, namesakeInput(no), match.Options{}).Outcomes)["r"]
	if got.State != match.Auto || got.MemberID != "two" || got.Probability < .95 {
		t.Errorf("one of the two rejected: %s %q %.3f", got.State, got.MemberID, got.Probability)
	}
	if slices.ContainsFunc(got.Candidates, func(c match.Candidate) bool { return c.MemberID == "one" }) {
		t.Error("the rejected member is still a candidate")
	}
}

// A record that changed after the decision that rules it is flagged, and stays as
// decided, whatever the decision was; the flag goes with a new decision.
func TestChangedAfterAnyDecision(t *testing.T) {
	for _, verdict := range []match.Verdict{match.Accept, match.Override, match.Reject, match.NoMatch} {
		d := match.Decision{RecordID: "r", MemberID: "one", Verdict: verdict, At: time.Unix(1, 0), Modified: 5}
		if verdict == match.NoMatch {
			d.MemberID = ""
		}
		fresh := byID(run(t, namesakeInput(d), match.Options{}).Outcomes)["r"]
		d.Modified = 4
		late := byID(run(t, namesakeInput(d), match.Options{}).Outcomes)["r"]
		if fresh.Stale || !late.Stale || late.State != fresh.State || late.MemberID != fresh.MemberID {
			t.Errorf("%s: %s %q %v before the change, %s %q %v after", verdict, fresh.State, fresh.MemberID, fresh.Stale, late.State, late.MemberID, late.Stale)
		}
		again := d
		again.At, again.Modified = time.Unix(2, 0), 5
		if got := byID(run(t, namesakeInput(d, again), match.Options{}).Outcomes)["r"]; got.Stale {
			t.Errorf("%s: decided again, and still flagged", verdict)
		}
	}
}

// A later decision takes the place of an earlier one, in whatever order they come.
func TestLaterDecisionsSupersede(t *testing.T) {
	at := func(n int, member string, v match.Verdict) match.Decision {
		return match.Decision{RecordID: "r", MemberID: member, Verdict: v, At: time.Unix(int64(n), 0)}
	}
	for name, c := range map[string]struct {
		decisions []match.Decision
		state     match.State
		member    string
	}{
		"accept, then another":          {[]match.Decision{at(1, "one", match.Accept), at(2, "two", match.Override)}, match.Overridden, "two"},
		"accept, then rejected":         {[]match.Decision{at(1, "one", match.Accept), at(2, "one", match.Reject)}, match.Auto, "two"},
		"accept, then the other not":    {[]match.Decision{at(1, "one", match.Accept), at(2, "two", match.Reject)}, match.Accepted, "one"},
		"nobody, then accept":           {[]match.Decision{at(1, "", match.NoMatch), at(2, "one", match.Accept)}, match.Accepted, "one"},
		"nobody, then one rejected":     {[]match.Decision{at(1, "", match.NoMatch), at(2, "one", match.Reject)}, match.Rejected, ""},
		"rejected, then accept":         {[]match.Decision{at(1, "one", match.Reject), at(2, "one", match.Accept)}, match.Accepted, "one"},
		"rejected, accept of the other": {[]match.Decision{at(1, "one", match.Reject), at(2, "two", match.Accept)}, match.Accepted, "two"},
		"both rejected":                 {[]match.Decision{at(1, "one", match.Reject), at(2, "two", match.Reject)}, match.Rejected, ""},
	} {
		for range 2 {
			got := byID(run(t, namesakeInput(c.decisions...), match.Options{}).Outcomes)["r"]
			if got.State != c.state || got.MemberID != c.member {
				t.Errorf("%s: %s %q", name, got.State, got.MemberID)
			}
			slices.Reverse(c.decisions)
		}
	}
}

// A member that leaves suspends the decision, and brings it back when it returns.
func TestSuspendedUntilTheMemberReturns(t *testing.T) {
	yes := match.Decision{RecordID: "r", MemberID: "one", Verdict: match.Accept, At: time.Unix(1, 0)}
	in := namesakeInput(yes)
	model := run(t, in, match.Options{}).Model
	var left []match.Member
	for m := range in.Members {
		if m.ID != "one" {
			left = append(left, m)
		}
	}
	gone := in
	gone.Members = match.Slice(left)
	if got := byID(run(t, gone, match.Options{Model: model}).Outcomes)["r"]; got.State != match.None || got.Reason != match.Suspended || got.MemberID != "" {
		t.Errorf("the member left: %s %s %q", got.State, got.Reason, got.MemberID)
	}
	if got := byID(run(t, in, match.Options{Model: model}).Outcomes)["r"]; got.State != match.Accepted || got.MemberID != "one" {
		t.Errorf("the member is back: %s %q", got.State, got.MemberID)
	}
}
