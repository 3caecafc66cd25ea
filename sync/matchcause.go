package sync

import (
	"fmt"
	"math"
	"strings"

	"crmsync/match"
)

// A figure that steps although no column changed has other causes, which the runs themselves tell: a model that was trained
// anew, or a directory that grew or shrank.

// judged is a run whose proposals a figure counts.
type judged struct {
	model   string
	members int
}

// directoryStep is by which share the directory must grow or shrink to be named as a cause.
const directoryStep = 0.2

// stepCause names what changed between the last of the earlier runs and this one, or returns match.NoCause. Decisions
// between two runs judge what the earlier of them proposed, so that their rate lags by a run.
func stepCause(figure string, earlier []MatchCounts, now MatchCounts) string {
	runs := append(earlier[:len(earlier):len(earlier)], now)
	if figure == "reject_rate" {
		runs = earlier
	}
	if len(runs) < 2 {
		return match.NoCause
	}
	before, after := runs[len(runs)-2], runs[len(runs)-1]
	return causeBetween(figure, judged{before.Model, before.Members}, judged{after.Model, after.Members})
}

func causeBetween(figure string, before, after judged) string {
	var causes []string
	if before.model != after.model && before.model != "" {
		text := fmt.Sprintf("the model was trained anew (%s, before %s)", after.model, before.model)
		if figure == "reject_rate" {
			text = fmt.Sprintf("they judge what a newly trained model proposed (%s, before %s)", after.model, before.model)
		}
		causes = append(causes, text)
	}
	if change := float64(after.members-before.members) / math.Max(1, float64(before.members)); math.Abs(change) >= directoryStep {
		causes = append(causes, fmt.Sprintf("the directory went from %d to %d members", before.members, after.members))
	}
	if len(causes) == 0 {
		return match.NoCause
	}
	return strings.Join(causes, "; ")
}
