package sync

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"crmsync/match"
	"crmsync/store"
)

// Rival is another record that wants the same member, or would if nobody else did.
type Rival struct {
	RecordID string  `json:"record"`
	Name     string  `json:"name"`
	State    string  `json:"state"`
	Score    float64 `json:"score"`           // that it is this member, as if no other record wanted it
	Holds    bool    `json:"holds,omitempty"` // the member is this record's
	Why      string  `json:"why"`             // why it holds the member, or does not
}

// rivals are the other records that compete for a member, the best first.
func (e *Engine) rivals(ctx context.Context, member, record string) ([]Rival, error) {
	competing, err := e.store.RecordsCompeting(ctx, []string{member})
	if err != nil {
		return nil, fmt.Errorf("read who competes for %s: %w", member, err)
	}
	wanting, err := e.store.MatchesOfMember(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("read who wants %s: %w", member, err)
	}
	for _, row := range wanting {
		competing = append(competing, row.RecordID)
	}
	competing = slices.DeleteFunc(distinctIDs(competing), func(id string) bool { return id == record })
	rows, err := e.store.MatchesByID(ctx, competing)
	if err != nil {
		return nil, fmt.Errorf("read the matches of rivals: %w", err)
	}
	rivals := make([]Rival, 0, len(rows))
	for _, row := range rows {
		rival := rivalOf(row, member)
		held, err := e.store.Record(ctx, row.Object, row.RecordID)
		if ignoreNotFound(err) != nil {
			return nil, fmt.Errorf("read %s: %w", row.RecordID, err)
		}
		if err == nil {
			rival.Name = recordName(held)
		}
		rivals = append(rivals, rival)
	}
	slices.SortFunc(rivals, func(a, b Rival) int {
		return cmp.Or(cmp.Compare(holdRank(b), holdRank(a)), cmp.Compare(b.Score, a.Score), cmp.Compare(a.RecordID, b.RecordID))
	})
	return rivals, nil
}

func holdRank(r Rival) int {
	if r.Holds {
		return 1
	}
	return 0
}

func rivalOf(row store.Match, member string) Rival {
	rival := Rival{RecordID: row.RecordID, State: string(row.State), Holds: row.State.Live() && row.MemberID == member}
	if row.MemberID == member {
		rival.Score = asProbability(row.Score)
	}
	for _, candidate := range decodeCandidates(row.Candidates) {
		if candidate.MemberID == member {
			rival.Score = max(rival.Score, candidate.Probability)
		}
	}
	rival.Why = rivalWhy(row, member)
	return rival
}

// rivalWhy says why a record holds a member, or why not.
func rivalWhy(row store.Match, member string) string {
	switch {
	case row.State.Live() && row.MemberID == member && row.State != store.MatchAuto:
		return "a person gave it the member"
	case row.State.Live() && row.MemberID == member && row.Reason == reasonForced:
		return "its id in the CRM names the member"
	case row.State.Live() && row.MemberID == member:
		return "fits the member best"
	case row.State.Live():
		return "has another member"
	case row.State == store.MatchReview && row.MemberID == member:
		return "suggested, not decided"
	}
	if why := match.WhyNot(outcomeOf(row)); why != "" {
		return why
	}
	return "the model finds it less likely"
}
