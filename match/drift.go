package match

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Figures are the numbers of a run by which drift is seen.
type Figures struct {
	MatchRate  float64 `json:"match_rate"`  // Stats.Percentage / 100
	MeanScore  float64 `json:"mean_score"`  // of the links
	RejectRate float64 `json:"reject_rate"` // of the decisions since the run before
	Decisions  int     `json:"decisions"`   // that RejectRate is of; 0 if nothing was decided yet
	// Filled is the share of records, and of members, that hold a kind of value:
	// "crm company", "directory e-mail".
	Filled map[string]float64 `json:"filled"`
}

// FiguresOf makes the figures of a run. Decisions are those made since the run
// before.
func FiguresOf(s Stats, decisions []Decision) Figures {
	f := Figures{MatchRate: s.Percentage() / 100, MeanScore: s.MeanScore, Filled: s.Filled, Decisions: len(decisions)}
	for _, d := range decisions {
		if !d.Verdict.MustLink() {
			f.RejectRate += 1 / float64(len(decisions))
		}
	}
	return f
}

// Alarm is a step change of a figure.
type Alarm struct {
	Figure string  `json:"figure"` // match_rate, mean_score, reject_rate or a column
	Before float64 `json:"before"`
	Now    float64 `json:"now"`
	Cause  string  `json:"cause"` // the likely one, for people
}

// NoCause is the cause of an alarm that no column explains.
const NoCause = "no column changed; look at the newest decisions and imports"

// Drift compares the figures of a run with those of the runs before it, oldest
// first, and returns what changed in a step.
func Drift(history []Figures, now Figures) []Alarm {
	if len(history) == 0 {
		return nil
	}
	history = history[max(0, len(history)-10):]
	columns := emptied(history, now)
	cause := NoCause
	if len(columns) > 0 {
		cause = columns[0].Cause
	}
	var out []Alarm
	for _, f := range []struct {
		name string
		of   func(Figures) float64
		step float64
		down bool
	}{
		{"match_rate", func(f Figures) float64 { return f.MatchRate }, 0.05, true},
		{"mean_score", func(f Figures) float64 { return f.MeanScore }, 0.02, true},
		{"reject_rate", func(f Figures) float64 { return f.RejectRate }, 0.10, false},
	} {
		before := history
		if f.name == "reject_rate" {
			before = decided(history) // the first decisions differ from none
		}
		if len(before) == 0 {
			continue
		}
		mean, deviation := spread(before, f.of)
		change := f.of(now) - mean
		if f.down {
			change = math.Abs(change)
		}
		if change > max(f.step, 3*deviation) {
			out = append(out, Alarm{Figure: f.name, Before: mean, Now: f.of(now), Cause: cause})
		}
	}
	return append(out, columns...)
}

// decided are the runs before which somebody had decided something.
func decided(history []Figures) []Figures {
	return slices.DeleteFunc(slices.Clone(history), func(f Figures) bool { return f.Decisions == 0 })
}

// emptied lists columns that hold much less than before, the worst first.
func emptied(history []Figures, now Figures) []Alarm {
	var out []Alarm
	for _, column := range slices.Sorted(maps.Keys(history[len(history)-1].Filled)) {
		mean, _ := spread(history, func(f Figures) float64 { return f.Filled[column] })
		if share := now.Filled[column]; mean >= 0.05 && share < 0.6*mean {
			out = append(out, Alarm{Figure: column, Before: mean, Now: share, Cause: fmt.Sprintf(
				"%s is filled in %.0f %% of rows, before in %.0f %%: a field that went empty or was hidden from the sync", column, 100*share, 100*mean)})
		}
	}
	slices.SortStableFunc(out, func(a, b Alarm) int {
		if a.Now/a.Before < b.Now/b.Before {
			return -1
		}
		return 1
	})
	return out
}

func spread(history []Figures, of func(Figures) float64) (mean, deviation float64) {
	for _, f := range history {
		mean += of(f) / float64(len(history))
	}
	for _, f := range history {
		deviation += (of(f) - mean) * (of(f) - mean) / float64(len(history))
	}
	return mean, math.Sqrt(deviation)
}

// filled counts which values the two sides hold.
func filled(records, members []entity) map[string]float64 {
	out := map[string]float64{}
	for side, list := range map[string][]entity{"crm": records, "directory": members} {
		var n [len(columnNames)]int
		for i := range list {
			for c, has := range list[i].columns() {
				if has {
					n[c]++
				}
			}
		}
		for c, name := range columnNames {
			if len(list) > 0 {
				out[side+" "+name] = float64(n[c]) / float64(len(list))
			}
		}
	}
	return out
}

var columnNames = [...]string{"first name", "last name", "company", "title", "e-mail", "phone", "street", "place", "state", "country", "website"}

// columns says which kinds of values e has.
func (e *entity) columns() [len(columnNames)]bool {
	return [...]bool{e.given > 0, e.family > 0, e.org != 0, e.title != 0, e.local != 0, e.phone != 0, e.street != 0,
		e.city != 0 || e.postal != 0, e.state != 0, e.country != 0, e.web != 0}
}
