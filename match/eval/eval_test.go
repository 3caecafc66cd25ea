package eval_test

import (
	"os"
	"testing"

	"crmsync/match/eval"
)

// dataDir holds sets with known truth; tests that need it skip without it.
const dataDir = "../../../shared/data"

func TestBench(t *testing.T) {
	if _, err := os.Stat(dataDir); err != nil {
		t.Skip("no data sets here")
	}
	err := eval.Bench(t.Context(), dataDir, func(l eval.Line) {
		r := l.Report
		t.Logf("%-20s P %.4f R %.4f F1 %.4f  auto P %.4f R %.4f  pairs %d  cpu %.1f s", l.Set, *r.Precision, *r.Recall, *r.F1, l.AutoPrecision, l.AutoRecall, r.Pairs, r.CPUSeconds)
	})
	if err != nil {
		t.Fatal(err)
	}
}
