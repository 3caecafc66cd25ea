package sync

import (
	"cmp"
	"slices"
)

// Stage is one stage of the org's sales process, from OpportunityStage.
type Stage struct {
	Name   string // the value opportunities carry in StageName
	Label  string
	Order  int // SortOrder
	Closed bool
	Won    bool
}

// stageRule decides which open opportunities are on the opportunity list
// (S110c, decision 8): those whose stage is at or past a chosen one.
type stageRule struct {
	from   int            // position of the chosen stage
	order  map[string]int // stage name to position
	always bool           // no stage was chosen: every open opportunity is on the list
}

// newStageRule makes the rule from the org's stages and the chosen stage ("" =
// the first one, so that every open opportunity counts). known is false when
// the chosen stage is not one of the org's: then nothing but a person may
// decide, and no opportunity is on the list.
func newStageRule(stages []Stage, chosen string) (rule stageRule, known bool) {
	sorted := slices.Clone(stages)
	slices.SortStableFunc(sorted, func(a, b Stage) int { return cmp.Compare(a.Order, b.Order) })
	rule.order = make(map[string]int, 2*len(sorted))
	for i, stage := range sorted {
		if _, taken := rule.order[stage.Label]; !taken && stage.Label != "" {
			rule.order[stage.Label] = i
		}
	}
	for i, stage := range sorted {
		rule.order[stage.Name] = i
	}
	if chosen == "" {
		rule.always = true
		return rule, true
	}
	rule.from, known = rule.order[chosen]
	if !known {
		rule.from = len(sorted)
	}
	return rule, known
}

// The reasons why an opportunity is not on the list; "" means it is.
const (
	offListClosed       = "closed"
	offListBeforeStage  = "before stage"
	offListUnknownStage = "unknown stage"
)

// judge returns "" when an opportunity of this state is on the list, else the
// reason why not.
func (r stageRule) judge(closed bool, stage string) string {
	if closed {
		return offListClosed
	}
	if r.always {
		return ""
	}
	at, known := r.order[stage]
	switch {
	case !known:
		return offListUnknownStage
	case at < r.from:
		return offListBeforeStage
	}
	return ""
}
