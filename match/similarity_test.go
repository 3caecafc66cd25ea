package match_test

import (
	"encoding/csv"
	"os"
	"testing"

	"pgregory.net/rapid"

	"crmsync/match"
)

// TestNamePairs measures the comparison of names alone on labelled pairs.
func TestNamePairs(t *testing.T) {
	f, err := os.Open("../../shared/data/names/pairs.csv")
	if err != nil {
		t.Skip("no data sets here")
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var scores []float64
	var same []bool
	for _, r := range rows[1:] {
		kind := match.Company
		if r[0] == "Person" {
			kind = match.Person
		}
		scores = append(scores, match.NameSimilarity(kind, r[1], r[2]))
		same = append(same, r[3] == "true")
	}
	best, at := 0.0, 0.0
	for _, threshold := range scores {
		if f := f1(scores, same, threshold); f > best {
			best, at = f, threshold
		}
	}
	t.Logf("best F1 %.4f at %.3f", best, at)
	for i, r := range rows[1:] {
		if os.Getenv("SHOW") != "" && (scores[i] >= at) != same[i] {
			t.Logf("%v %.3f %s | %s", same[i], scores[i], r[1], r[2])
		}
	}
	if best < 0.87 {
		t.Errorf("best F1 %.4f, want 0.87", best)
	}
}

func f1(scores []float64, same []bool, threshold float64) float64 {
	var hit, said, all float64
	for i, s := range scores {
		if same[i] {
			all++
		}
		if s >= threshold {
			said++
			if same[i] {
				hit++
			}
		}
	}
	return 2 * hit / (said + all)
}

func TestNameSimilarity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		for _, kind := range []match.Kind{match.Person, match.Company} {
			s := match.NameSimilarity(kind, a, b)
			if s < 0 || s > 1 {
				t.Fatalf("NameSimilarity(%q, %q) = %v", a, b, s)
			}
		}
	})
	if s := match.NameSimilarity(match.Person, "Frost, William W.", "William W Frost"); s != 1 {
		t.Error(s)
	}
}
