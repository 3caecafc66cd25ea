package match

import (
	"cmp"
	"slices"
	"time"
)

// ruling is what the decisions about one record come to.
type ruling struct {
	must       string // the member it is tied to
	overridden bool
	noMatch    bool
	rejected   []string
	at         time.Time // of the tie or of noMatch
	modified   int64
}

func (r ruling) rejects(memberID string) bool { return slices.Contains(r.rejected, memberID) }

// rule sums up decisions, the newest last.
func rule(decisions []Decision) map[string]ruling {
	if len(decisions) == 0 {
		return nil
	}
	list := slices.Clone(decisions)
	slices.SortStableFunc(list, func(a, b Decision) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.RecordID, b.RecordID), cmp.Compare(a.MemberID, b.MemberID), cmp.Compare(a.Verdict, b.Verdict))
	})
	rulings := map[string]ruling{}
	for _, d := range list {
		r := rulings[d.RecordID]
		r.apply(d)
		rulings[d.RecordID] = r
	}
	return rulings
}

func (r *ruling) apply(d Decision) {
	switch {
	case d.Verdict.MustLink() && d.MemberID != "":
		r.must, r.overridden, r.noMatch = d.MemberID, d.Verdict == Override, false
		r.rejected = slices.DeleteFunc(slices.Clone(r.rejected), func(id string) bool { return id == d.MemberID })
		r.at, r.modified = d.At, d.Modified
	case d.Verdict == Reject && d.MemberID != "":
		if !r.rejects(d.MemberID) {
			r.rejected = append(slices.Clone(r.rejected), d.MemberID)
		}
		if r.must == d.MemberID {
			r.must = ""
		}
		if r.must == "" && !r.noMatch {
			r.at, r.modified = d.At, d.Modified
		}
	case d.Verdict == NoMatch:
		r.must, r.noMatch = "", true
		r.at, r.modified = d.At, d.Modified
	}
}

func sortDecisions(list []Decision) {
	slices.SortFunc(list, func(a, b Decision) int {
		return cmp.Or(cmp.Compare(a.RecordID, b.RecordID), cmp.Compare(a.MemberID, b.MemberID), a.At.Compare(b.At), cmp.Compare(a.Verdict, b.Verdict))
	})
}
