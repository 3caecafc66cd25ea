package sync

import (
	"strings"
	"testing"

	"crmsync/match"
)

// TestDriftNamesTheCause steps a figure for different reasons and reads what the alarm says.
func TestDriftNamesTheCause(t *testing.T) {
	run := func(model string, members int, rate, reject float64) MatchCounts {
		return MatchCounts{Model: model, Members: members, Figures: match.Figures{MatchRate: rate, MeanScore: .98, RejectRate: reject, Decisions: 40}}
	}
	cases := map[string]struct {
		earlier []MatchCounts
		now     MatchCounts
		figure  string
		cause   string
	}{
		"the model":          {[]MatchCounts{run("a", 1000, .7, .1), run("a", 1010, .71, .1)}, run("b", 1010, .55, .1), "match_rate", "the model was trained anew (b, before a)"},
		"a larger directory": {[]MatchCounts{run("a", 1000, .7, .1), run("a", 1000, .7, .1)}, run("a", 3000, .9, .1), "match_rate", "the directory went from 1000 to 3000 members"},
		"both": {[]MatchCounts{run("a", 1000, .7, .1), run("a", 1000, .7, .1)}, run("b", 3000, .9, .1), "match_rate",
			"the model was trained anew (b, before a); the directory went from 1000 to 3000 members"},
		"decisions on what a new model proposed": {[]MatchCounts{run("a", 1000, .7, .1), run("a", 1000, .7, .1), run("b", 1000, .7, .1)},
			run("b", 1000, .7, .5), "reject_rate", "they judge what a newly trained model proposed (b, before a)"},
		"decisions on what the usual model proposed": {[]MatchCounts{run("a", 1000, .7, .1), run("a", 1000, .7, .1)}, run("b", 1000, .7, .5), "reject_rate", match.NoCause},
		"nothing that is known":                      {[]MatchCounts{run("a", 1000, .7, .1), run("a", 1000, .7, .1)}, run("a", 1000, .55, .1), "match_rate", match.NoCause},
		"a model long before":                        {[]MatchCounts{run("a", 1000, .7, .1), run("b", 1000, .7, .1)}, run("b", 1000, .55, .1), "match_rate", match.NoCause},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			report := MatchReport{Alarms: drift(match.Person, c.earlier, c.now)}
			alarm, found := alarmOf(report, c.figure)
			if !found || alarm.Cause != c.cause || !strings.Contains(alarm.Text(), c.cause) {
				t.Errorf("got %+v, expected the cause %q", report.Alarms, c.cause)
			}
		})
	}
	emptied := run("b", 1000, .5, .1)
	emptied.Figures.Filled = map[string]float64{"crm e-mail": 0}
	before := run("a", 1000, .7, .1)
	before.Figures.Filled = map[string]float64{"crm e-mail": .8}
	if alarm, _ := alarmOf(MatchReport{Alarms: drift(match.Person, []MatchCounts{before, before}, emptied)}, "match_rate"); !strings.Contains(alarm.Cause, "e-mail") {
		t.Errorf("a column that went empty comes first: %+v", alarm)
	}
}
