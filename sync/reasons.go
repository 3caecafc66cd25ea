package sync

import (
	"context"
	"fmt"
	"slices"

	"crmsync/match"
	"crmsync/store"
)

// MatchReason is why a record has no member, or none yet.
type MatchReason struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// ReasonToReview is the reason of a record with a member that is suggested and not decided.
const ReasonToReview = "to_review"

// unmatchedReasons are all reasons there are, in the order in which a person would look at them.
var unmatchedReasons = []MatchReason{
	{string(match.Tie), "two members fit equally well"},
	{string(match.BelowThreshold), "the best candidate is too weak"},
	{string(match.LostOneToOne), "the member fits another record better"},
	{string(match.DuplicateOf), "another record of the same person or company has the member"},
	{string(match.NoCandidate), "nobody in the network shares a name, address or company with it"},
	{string(match.TooLittle), "the record holds too little to compare"},
	{string(match.RejectedByHand), "a person said no"},
	{string(match.Collision), "a newer decision gave the chosen member to another record"},
	{string(match.Suspended), "a person chose a member who is not in the network any more"},
	{string(match.Excluded), "the record takes no part: deleted, converted, a person account, or excluded"},
	{reasonMerged, "the record was merged into another"},
	{reasonConverted, "the lead was converted"},
	{ReasonToReview, "a member is suggested; a person decides"},
}

// UnmatchedReasons returns all reasons why a record can be without a member.
func UnmatchedReasons() []MatchReason { return slices.Clone(unmatchedReasons) }

// UnmatchedStates are the states of records without a member.
var UnmatchedStates = []store.MatchState{store.MatchReview, store.MatchRejected, store.MatchNone}

// ReasonOf is the reason of a record without a member; what the store says of one that has a member.
func ReasonOf(row store.Match) string {
	if row.Reason == "" && row.State == store.MatchReview {
		return ReasonToReview
	}
	return row.Reason
}

// KeptReasons turns reasons into those that matches keep, and refuses what is none.
func KeptReasons(codes []string) ([]string, error) {
	var kept []string
	for _, code := range codes {
		if !slices.ContainsFunc(unmatchedReasons, func(r MatchReason) bool { return r.Code == code }) {
			return nil, fault("match.invalid", "See: crmsync match reasons", "%q is no reason", code)
		}
		if code == ReasonToReview {
			code = ""
		}
		kept = append(kept, code)
	}
	return kept, nil
}

// ReasonCount is how many records of an object are without a member for a reason.
type ReasonCount struct {
	MatchReason
	Object string `json:"object"`
	Count  int64  `json:"count"`
}

// CountReasons counts the records without a member by reason and object; reasons that nobody has are left out.
func (e *Engine) CountReasons(ctx context.Context) ([]ReasonCount, error) {
	counts := map[string]map[string]int64{}
	objects := []string{"Contact", "Lead", "Account"}
	for _, object := range objects {
		tallies, err := e.store.MatchTallies(ctx, object)
		if err != nil {
			return nil, fmt.Errorf("count the matches: %w", err)
		}
		counts[object] = map[string]int64{}
		for _, tally := range tallies {
			if slices.Contains(UnmatchedStates, tally.State) {
				counts[object][ReasonOf(store.Match{State: tally.State, Reason: tally.Reason})] += tally.Count
			}
		}
	}
	var list []ReasonCount
	for _, reason := range unmatchedReasons {
		for _, object := range objects {
			if n := counts[object][reason.Code]; n > 0 {
				list = append(list, ReasonCount{MatchReason: reason, Object: object, Count: n})
			}
		}
	}
	return list, nil
}
