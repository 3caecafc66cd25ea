package eval_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmsync/match"
	"crmsync/match/eval"
)

// dataDir holds sets with known truth; tests that need it skip without it.
const dataDir = "../../../shared/data"

// floors are a little below what the model reaches on each set.
var floors = map[string]struct{ f1, auto float64 }{
	"openstates-hard": {.989, .998}, "openstates": {.9965, .999}, "openstates-full": {.9965, .999}, "synth20k/people": {.987, .996},
	"synth20k/companies": {.991, .99}, "listed": {.961, .99}, "chicago-sites": {.964, .96}, "fake1000": {.957, .99}, "febrl4": {.9895, .998},
}

func TestBench(t *testing.T) {
	if _, err := os.Stat(dataDir); err != nil {
		t.Skip("no data sets here")
	}
	if testing.Short() {
		t.Skip("slow")
	}
	err := eval.Bench(t.Context(), dataDir, func(l eval.Line) {
		r := l.Report
		t.Logf("%-20s P %.4f R %.4f F1 %.4f  auto P %.4f R %.4f  pairs %d  cpu %.1f s", l.Set, *r.Precision, *r.Recall, *r.F1,
			l.AutoPrecision, l.AutoRecall, r.Pairs, r.CPUSeconds)
		if floor := floors[l.Set]; *r.F1 < floor.f1 || l.AutoPrecision < floor.auto {
			t.Errorf("%s: F1 %.4f, auto precision %.4f, floor %v", l.Set, *r.F1, l.AutoPrecision, floor)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T, crm, directory, truth string) eval.Files {
	t.Helper()
	dir := t.TempDir()
	f := eval.Files{CRM: filepath.Join(dir, "crm.csv"), Directory: filepath.Join(dir, "directory.csv"), Positions: filepath.Join(dir, "positions.csv")}
	for path, text := range map[string]string{f.CRM: crm, f.Directory: directory, f.Positions: "MemberId,Company,Title,Current\nm1,Old Mill,,0\nm1,Acme,,1\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if truth != "" {
		f.Truth = filepath.Join(dir, "truth.csv")
		if err := os.WriteFile(f.Truth, []byte(truth), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

const (
	smallCRM = "\xef\xbb\xbfId,Object,FirstName,LastName,Company,Email\n1,Lead,Ada,Lovelace,Old Mill,ada@acme.com\n2,Contact,Grace,Hopper,Navy,\n3,Account,,,Acme,\n"
	smallDir = "MemberId,FirstName,LastName,Company,Email\nm1,Ada,Lovelace,Acme,ada@acme.com\nm2,Alan,Turing,\"Bletchley, Park\",\n"
)

func TestRun(t *testing.T) {
	var out bytes.Buffer
	f := files(t, smallCRM, smallDir, "Id,MemberId\n1,m1\n")
	f.Out = &out
	report, err := eval.Run(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if report.Records != 2 || report.Members != 2 || report.Links != 1 || *report.F1 != 1 || report.Threshold != .5 {
		t.Errorf("%+v", report)
	}
	if lines := strings.Split(out.String(), "\n"); lines[0] != "Id,MemberId,Probability,Band" || !strings.HasPrefix(lines[1], "1,m1,0.9") || !strings.HasSuffix(lines[1], ",review") {
		t.Error(out.String())
	}
	raw, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"records", "members", "pairs", "links", "review", "threshold", "seconds", "cpu_seconds", "peak_rss_bytes", "precision", "recall", "f1"} {
		if !strings.Contains(string(raw), `"`+key+`":`) {
			t.Errorf("no %s in %s", key, raw)
		}
	}
	f.Object, f.Truth = match.Company, ""
	report, err = eval.Run(t.Context(), f)
	if err != nil || report.Records != 1 || report.F1 != nil {
		t.Errorf("%+v %v", report, err)
	}
}

func TestBadFiles(t *testing.T) {
	for name, c := range map[string]struct{ crm, directory, want string }{
		"empty":      {"", smallDir, "the file is empty"},
		"no id":      {"Name\nx\n", smallDir, `crm.csv:1: no column "Id"`},
		"quote":      {"Id,LastName\n1,\"a\"b\n", smallDir, "crm.csv:2"},
		"too wide":   {"Id,LastName\n1,a,b,c\n", smallDir, "crm.csv:2: 4 cells"},
		"twice":      {smallCRM, "MemberId,LastName\nm,a\nm,b\n", `an id comes twice: "m"`},
		"no members": {smallCRM, "Id\n1\n", `directory.csv:1: no column "MemberId"`},
	} {
		_, err := eval.Run(t.Context(), files(t, c.crm, c.directory, ""))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		var hinted interface {
			Code() string
			Hint() string
		}
		if !errors.As(err, &hinted) || hinted.Code() == "" || hinted.Hint() == "" {
			t.Errorf("%s: %v has no code or hint", name, err)
		}
	}
	if _, err := eval.Run(t.Context(), eval.Files{CRM: "/nowhere/crm.csv", Directory: "/nowhere"}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestMeasure(t *testing.T) {
	truth := map[string][]string{"a": {"1"}, "b": {"1"}, "c": {"2"}}
	pairs := []eval.Pair{{RecordID: "a", MemberID: "1", Probability: .9}, {RecordID: "c", MemberID: "3", Probability: .6}, {RecordID: "c", MemberID: "2", Probability: .4}}
	if s := eval.Measure(truth, pairs, .5); s.Links != 2 || s.Precision != .5 || s.Recall != .5 || s.F1 != .5 {
		t.Errorf("%+v", s)
	}
}
