package match_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"crmsync/match"
)

func asksAbout(id string, state match.State, p float64) match.Outcome {
	o := match.Outcome{RecordID: id, State: state, MemberID: "m" + id, Probability: p}
	if state == match.None {
		o.MemberID, o.Probability, o.Reason = "", 0, match.BelowThreshold
		o.RunnerUp = match.Candidate{MemberID: "m" + id, Probability: p}
	}
	return o
}

// The kinds come in turn, the least sure first, and when one runs out the others go on.
func TestQuestionsComeInTurn(t *testing.T) {
	outcomes := []match.Outcome{asksAbout("sure", match.Review, .9), asksAbout("even", match.Review, .5), asksAbout("less", match.Review, .7),
		asksAbout("link", match.Auto, .99), asksAbout("link2", match.Auto, .98), asksAbout("weak", match.None, .1)}
	got := match.Questions(slices.Values(outcomes), 10)
	var kinds []match.QuestionKind
	for _, q := range got {
		kinds = append(kinds, q.Kind)
		if q.MemberID != "m"+q.RecordID {
			t.Errorf("asked about %+v", q)
		}
	}
	want := []match.QuestionKind{match.AskTelling, match.AskWaiting, match.AskLink, match.AskWeak, match.AskTelling, match.AskLink}
	if got[0].RecordID != "even" || !slices.Equal(kinds, want) {
		t.Errorf("%+v", got)
	}
	if got[3].Probability != .1 {
		t.Errorf("the weak pair has probability %v", got[3].Probability)
	}
}

// What an id in the CRM settled, what a person settled, and whoever has no candidate, is not asked about.
func TestQuestionsLeaveOutWhatIsSettled(t *testing.T) {
	forced := asksAbout("forced", match.Auto, 1)
	forced.Forced = true
	alone := asksAbout("alone", match.None, 0)
	alone.RunnerUp, alone.Reason = match.Candidate{}, match.NoCandidate
	loser := asksAbout("loser", match.None, .8)
	loser.Reason = match.LostOneToOne
	outcomes := []match.Outcome{forced, alone, loser, asksAbout("taken", match.Accepted, .9), asksAbout("no", match.Rejected, .3)}
	if got := match.Questions(slices.Values(outcomes), 10); len(got) != 0 {
		t.Errorf("asked about %+v", got)
	}
}

// Whatever the outcomes and their order: no record twice, no more than asked for, all if there are fewer, and the same each time.
func TestQuestionsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states := rapid.SliceOf(rapid.SampledFrom([]match.State{match.Review, match.Auto, match.None})).Draw(t, "states")
		n := rapid.IntRange(0, 30).Draw(t, "n")
		var outcomes []match.Outcome
		for i, state := range states {
			outcomes = append(outcomes, asksAbout(fmt.Sprint(i), state, float64(i%97+1)/100))
		}
		got := match.Questions(slices.Values(outcomes), n)
		if len(got) != min(n, len(outcomes)) {
			t.Fatalf("%d questions of %d outcomes, %d wanted", len(got), len(outcomes), n)
		}
		seen := map[string]bool{}
		for _, q := range got {
			if seen[q.RecordID] {
				t.Fatalf("%s twice", q.RecordID)
			}
			seen[q.RecordID] = true
		}
		slices.Reverse(outcomes)
		if again := match.Questions(slices.Values(outcomes), n); !slices.Equal(again, got) {
			t.Fatalf("in another order: %v, then %v", got, again)
		}
	})
}
