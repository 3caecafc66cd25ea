package ui

import (
	"slices"
	"testing"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// The list of matches goes through the reasons of having no member, each in words (beyond 2).
func TestWhyNotByReason(t *testing.T) {
	w := sampleWorld()
	w.matches = []Match{
		{Record: "0035g0000000000001", Object: "Contact", Name: "Tied Twice", State: "none", Reason: "tie"},
		{Record: "0035g0000000000002", Object: "Contact", Name: "Quite Alone", State: "none", Reason: "no_candidate"},
	}
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4", "w")
	c.sees("no member: two members fit equally well", "Tied Twice")
	c.lacks("Quite Alone")
	c.press("w", "w", "w", "w")
	c.sees("no member: nobody in the network", "Quite Alone")
	c.press("x")
	c.sees("to review")
}

// Every reason is one that the store can be asked for, and leaves only records without a member.
func TestReasonFiltersAskTheStore(t *testing.T) {
	for _, code := range matchReasons()[1:] {
		q := parseFilter("reason:" + code).query()
		if len(q.Reasons) != 1 || !slices.Equal(q.States, crmsync.UnmatchedStates) {
			t.Errorf("%s: %+v", code, q)
		}
	}
	q := MatchFilter{State: "none", Reason: "tie"}.query()
	if !slices.Equal(q.States, []store.MatchState{store.MatchNone}) {
		t.Errorf("%+v", q)
	}
}

// Support sees the seats by name: there is no column for what it may not see, and nothing to copy; what it may not do is
// told once.
func TestSupportSeesSeatsByName(t *testing.T) {
	w := sampleWorld()
	sam := crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport, Via: "console"}
	c := start(t, setup{services: w.services(), actor: sam})
	c.press("3")
	c.sees("CRM USER")
	c.lacks("EMAIL")
	c.press("y")
	c.sees("support sees names only")
	c = start(t, setup{services: w.services(), actor: sam})
	c.press("3", "]")
	c.sees("ask an admin to plan licences")
	c.lacks("plan licences or plan licences")
}
