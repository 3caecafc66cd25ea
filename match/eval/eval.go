package eval

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"crmsync/match"
)

// Files says what to evaluate.
type Files struct {
	CRM, Directory string
	Positions      string // may be empty
	Truth          string // may be empty
	Object         match.Kind
	Threshold      float64   // of links in the report; 0 means 0.5
	Out            io.Writer // gets the pairs; may be nil
}

// Report is what an evaluation measured.
type Report struct {
	Records    int      `json:"records"`
	Members    int      `json:"members"`
	Pairs      int      `json:"pairs"` // compared
	Links      int      `json:"links"` // at or above the threshold
	Review     int      `json:"review"`
	Threshold  float64  `json:"threshold"`
	Seconds    float64  `json:"seconds"`
	CPUSeconds float64  `json:"cpu_seconds"`
	PeakRSS    int64    `json:"peak_rss_bytes"`
	Precision  *float64 `json:"precision,omitempty"`
	Recall     *float64 `json:"recall,omitempty"`
	F1         *float64 `json:"f1,omitempty"`
}

// Pair is one line of the answer.
type Pair struct {
	RecordID, MemberID string
	Probability        float64
	Auto               bool
}

// Run matches the files and measures the answer.
func Run(ctx context.Context, f Files) (Report, error) {
	report, _, err := run(ctx, f)
	return report, err
}

func run(ctx context.Context, f Files) (Report, *match.Result, error) {
	if f.Threshold == 0 {
		f.Threshold = 0.5
	}
	start, cpu := time.Now(), processTime()
	jobs, err := readPositions(f.Positions)
	if err != nil {
		return Report{}, nil, err
	}
	res, err := match.Run(ctx, match.Input{
		Kind: f.Object, Records: records(f.CRM, f.Object), Members: members(f.Directory, jobs),
	}, match.Options{})
	if err != nil {
		return Report{}, nil, err
	}
	pairs := Pairs(res)
	r := Report{
		Records: res.Stats.Records, Members: res.Stats.Members, Pairs: res.Stats.Pairs, Threshold: f.Threshold,
		Seconds: time.Since(start).Seconds(), CPUSeconds: (processTime() - cpu).Seconds(), PeakRSS: PeakRSS(),
	}
	for _, p := range pairs {
		if p.Probability >= f.Threshold {
			r.Links++
		}
		if !p.Auto {
			r.Review++
		}
	}
	if f.Out != nil {
		if err := Write(f.Out, pairs); err != nil {
			return Report{}, nil, err
		}
	}
	if f.Truth == "" {
		return r, res, nil
	}
	truth, err := readTruth(f.Truth)
	if err != nil {
		return Report{}, nil, err
	}
	s := Measure(truth, pairs, f.Threshold)
	r.Precision, r.Recall, r.F1 = &s.Precision, &s.Recall, &s.F1
	return r, res, nil
}

// Pairs returns the one-to-one pairs of a result, best first.
func Pairs(res *match.Result) []Pair {
	var out []Pair
	for i := range res.Outcomes {
		o := &res.Outcomes[i]
		if o.MemberID != "" && (o.Linked() || o.State == match.Review) {
			out = append(out, Pair{o.RecordID, o.MemberID, o.Probability, o.Linked()})
		}
	}
	slices.SortFunc(out, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.RecordID, b.RecordID))
	})
	return out
}

// Write writes pairs as CSV.
func Write(w io.Writer, pairs []Pair) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "Id,MemberId,Probability,Band")
	for _, p := range pairs {
		band := "review"
		if p.Auto {
			band = "auto"
		}
		fmt.Fprintf(b, "%s,%s,%s,%s\n", cell(p.RecordID), cell(p.MemberID), strconv.FormatFloat(p.Probability, 'f', 6, 64), band)
	}
	return b.Flush()
}

// cell quotes what would break a line of CSV.
func cell(s string) string {
	for _, r := range s {
		if r == '"' || r == ',' || r == '\n' || r == '\r' {
			return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		}
	}
	return s
}

// Score is precision, recall and their harmonic mean.
type Score struct {
	Links             int
	Precision, Recall float64
	F1                float64
}

// Measure counts pairs at or over a threshold. Precision is over links, recall
// over members that have at least one record.
func Measure(truth map[string][]string, pairs []Pair, threshold float64) Score {
	members := map[string]bool{}
	for _, list := range truth {
		for _, m := range list {
			members[m] = true
		}
	}
	s := Score{Precision: 1}
	right := 0
	for _, p := range pairs {
		if p.Probability < threshold {
			continue
		}
		s.Links++
		if slices.Contains(truth[p.RecordID], p.MemberID) {
			right++
		}
	}
	if s.Links > 0 {
		s.Precision = float64(right) / float64(s.Links)
	}
	if len(members) > 0 {
		s.Recall = float64(right) / float64(len(members))
	}
	if s.Precision+s.Recall > 0 {
		s.F1 = 2 * s.Precision * s.Recall / (s.Precision + s.Recall)
	}
	return s
}
