package sync

import "testing"

var fiveStages = []Stage{
	{Name: "Negotiation", Label: "Negotiation/Review", Order: 4},
	{Name: "Prospecting", Order: 1},
	{Name: "Qualification", Order: 2},
	{Name: "Closed Won", Order: 8, Closed: true, Won: true},
	{Name: "Proposal", Order: 3},
}

func TestStageRule_S110c(t *testing.T) {
	cases := []struct {
		name, chosen, stage string
		closed              bool
		want                string
	}{
		{"first stage by default", "", "Prospecting", false, ""},
		{"a stage the org no longer lists, by default", "", "Old stage", false, ""},
		{"closed never counts", "", "Closed Won", true, "closed"},
		{"closed wins over stage", "Proposal", "Negotiation", true, "closed"},
		{"at the threshold", "Proposal", "Proposal", false, ""},
		{"past the threshold", "Proposal", "Negotiation", false, ""},
		{"past the threshold, by label", "Proposal", "Negotiation/Review", false, ""},
		{"before the threshold", "Proposal", "Qualification", false, "before stage"},
		{"unknown stage is not guessed", "Proposal", "Old stage", false, "unknown stage"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rule, known := newStageRule(fiveStages, c.chosen)
			if !known {
				t.Fatal("the chosen stage is one of the org's")
			}
			if got := rule.judge(c.closed, c.stage); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestStageRule_chosenStageIsGone(t *testing.T) {
	rule, known := newStageRule(fiveStages, "Retired stage")
	if known {
		t.Fatal("it is not one of the org's stages")
	}
	if got := rule.judge(false, "Negotiation"); got != "before stage" {
		t.Errorf("got %q: nothing may be on the list until a person decides", got)
	}
}
