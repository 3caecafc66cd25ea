package match

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/zeebo/xxh3"
)

// QuestionKind says why a pair is asked about.
type QuestionKind uint8

// The kinds of questions. Only the first are picked for what they teach; the others are picked by chance, since
// a calibration that knows nothing but doubtful pairs is wrong about the sure ones of either end.
const (
	AskTelling QuestionKind = iota // in review, and the model is least sure of it
	AskWaiting                     // in review, any
	AskLink                        // linked by the model: an audit
	AskWeak                        // the best candidate of a record, and below the threshold of review
	questionKinds
)

// String names the kind.
func (k QuestionKind) String() string {
	return [questionKinds]string{"least sure", "in review", "linked", "below"}[k]
}

// Question is a pair that somebody is asked about so that the model learns from the answer.
type Question struct {
	RecordID, MemberID string
	Probability        float64
	Kind               QuestionKind
}

// Questions returns up to n pairs to be judged, of the four kinds in turn as long as there are some: nobody knows
// beforehand at which end of the scale a model is wrong. What is telling comes by doubt, of many kinds of evidence
// rather than many of one; the rest by the hash of the record's id, the same each time. The best candidate
// of a record without a member is asked about as it stands in the outcome: whoever does not want to be asked about members that
// other records have leaves those out.
func Questions(outcomes iter.Seq[Outcome], n int) []Question {
	var of [questionKinds][]Question
	var review []Outcome
	for o := range outcomes {
		switch {
		case o.Forced:
		case o.State == Review && o.MemberID != "":
			review = append(review, o)
		case o.State == Auto:
			of[AskLink] = append(of[AskLink], Question{o.RecordID, o.MemberID, o.Probability, AskLink})
		case o.State == None && o.Reason == BelowThreshold && o.RunnerUp.Probability > 0:
			of[AskWeak] = append(of[AskWeak], Question{o.RecordID, o.RunnerUp.MemberID, o.RunnerUp.Probability, AskWeak})
		}
	}
	for _, o := range review {
		of[AskWaiting] = append(of[AskWaiting], Question{o.RecordID, o.MemberID, o.Probability, AskWaiting})
	}
	of[AskTelling] = telling(review)
	for _, list := range of[AskWaiting:] {
		byChance(list)
	}
	return inTurn(of, n)
}

// inTurn takes one of each kind, again and again, up to n, and no record twice.
func inTurn(of [questionKinds][]Question, n int) []Question {
	out, asked := []Question{}, map[string]bool{}
	for left := true; left; {
		left = false
		for k, list := range of {
			for len(list) > 0 && asked[list[0].RecordID] {
				list = list[1:]
			}
			if len(list) > 0 && len(out) < n {
				out, asked[list[0].RecordID], left = append(out, list[0]), true, true
				list = list[1:]
			}
			of[k] = list
		}
	}
	return out
}

// byChance sorts by the hash of the record's id.
func byChance(list []Question) {
	slices.SortFunc(list, func(a, b Question) int {
		return cmp.Or(cmp.Compare(xxh3.HashString(a.RecordID), xxh3.HashString(b.RecordID)), cmp.Compare(a.RecordID, b.RecordID))
	})
}

// telling sorts records in review by how much a decision would teach: uncertain ones first, of many kinds rather
// than of one.
func telling(review []Outcome) []Question {
	type entry struct {
		Question
		weight float64
		kind   string
	}
	list := make([]entry, len(review))
	for i, o := range review {
		list[i] = entry{Question{o.RecordID, o.MemberID, o.Probability, AskTelling}, entropy(o.Probability), o.Evidence.pattern()}
	}
	slices.SortFunc(list, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.RecordID, b.RecordID))
	})
	seen := map[string]int{}
	for i := range list {
		list[i].weight *= math.Pow(0.7, float64(seen[list[i].kind]))
		seen[list[i].kind]++
	}
	slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(b.weight, a.weight) })
	out := make([]Question, len(list))
	for i := range list {
		out[i] = list[i].Question
	}
	return out
}

func entropy(p float64) float64 {
	if p <= 0 || p >= 1 {
		return 0
	}
	return -p*math.Log2(p) - (1-p)*math.Log2(1-p)
}

// pattern is the levels of the evidence without their weights.
func (e Evidence) pattern() string {
	var b []byte
	for _, r := range e.Rows() {
		b = append(b, byte(r.Field), r.Level)
	}
	return string(b)
}
