package match

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// namesakes are people of whom several have one name, so that records have more
// than one candidate, and some records are nobody.
func namesakes(n int) Input {
	var records []Record
	var members []Member
	for i := range n {
		m := Member{ID: fmt.Sprintf("m%03d", i), FirstName: letters(i % 40), LastName: letters(500 + i%40), Company: letters(i) + " works", City: "Austin"}
		r := Record{ID: fmt.Sprintf("r%03d", i), FirstName: m.FirstName, LastName: m.LastName}
		switch i % 3 {
		case 0:
			r.Company = m.Company
		case 1:
			r.City = "Austin"
		default:
			r.LastName = letters(2000 + i)
		}
		records, members = append(records, r), append(members, m)
	}
	return Input{Records: Slice(records), Members: Slice(members)}
}

// What a record might be, "not in the directory" included, has probability 1 in
// all, whether or not people's decisions corrected it. Of that the outcome lists
// what counts: at most twelve candidates, and none that is too weak.
func TestProbabilitiesSumToOne(t *testing.T) {
	in := namesakes(300)
	plain := trained(t, in, Options{})
	calibrated := *plain
	calibrated.calibration = calibration{a: -.5, b: .8, c: 1.2, n: 100}
	for name, model := range map[string]*Model{"plain": plain, "calibrated": &calibrated} {
		p, err := newProblem(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.useModel(t.Context(), model); err != nil {
			t.Fatal(err)
		}
		k, several, best := p.newWorker(), 0, 0.0
		for i := range p.records {
			p.findCandidates(k, &p.records[i], &ruling{})
			none := shareOut(k.found, k.w.prior)
			all := topOf(k.found, p.members)
			p.calibrateTop(all, &none)
			var want []float64
			sum := none
			for _, s := range all {
				if sum += s.prob; s.prob > PairFloor && len(want) < MaxCandidates {
					want = append(want, s.prob)
				}
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Fatalf("%s: %s has %.12f in all", name, p.records[i].id, sum)
			}
			v := p.score(k, &p.records[i])
			if len(v.candidates) != len(want) || v.none != none {
				t.Fatalf("%s: %s has %d candidates of %d", name, p.records[i].id, len(v.candidates), len(want))
			}
			for n, c := range v.candidates {
				if best = max(best, c.Probability); c.Probability != want[n] {
					t.Fatalf("%s: %s has %v, not %v", name, p.records[i].id, c.Probability, want[n])
				}
			}
			if len(want) > 1 {
				several++
			}
		}
		if several < 50 || best < .5 {
			t.Errorf("%d records have several candidates, the best has %.2f", several, best)
		}
	}
}

// everything is an outcome with a row for each level of each field, and the two
// sides of which every text is its own field's name.
func everything() (Record, Member, Outcome) {
	var r Record
	var m Member
	for side, v := range map[string]reflect.Value{"crm": reflect.ValueOf(&r).Elem(), "member": reflect.ValueOf(&m).Elem()} {
		for i := range v.NumField() {
			if v.Field(i).Kind() == reflect.String {
				v.Field(i).SetString("<" + side + v.Type().Field(i).Name + ">@x")
			}
		}
	}
	m.Positions = []Position{{Company: "<memberPast>", Title: "<memberPastTitle>"}}
	var rows []EvidenceRow
	for f := range fieldCount {
		for l := range max(1, len(levelNames[f])) {
			rows = append(rows, EvidenceRow{Field: f, Level: uint8(l), Bits: Bits(f) + 1})
		}
	}
	c := Candidate{MemberID: m.ID, Probability: .9, Evidence: newEvidence(-13_100, rows)}
	c.Bits = c.Evidence.Total()
	o := Outcome{RecordID: r.ID, State: Auto, MemberID: m.ID, Probability: .9, Bits: c.Bits, Evidence: c.Evidence, NotInDirectory: .04,
		Candidates: []Candidate{c, {MemberID: "other", Probability: .06, Evidence: newEvidence(-13_100, rows[1:2])}}}
	return r, m, o
}

// textOf is all that an explanation says, in both its forms.
func textOf(t *testing.T, model *Model, r Record, m Member, o Outcome) string {
	t.Helper()
	x := Explain(model, r, m, o)
	raw, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("\\u003c", "<", "\\u003e", ">").Replace(string(raw))
	return text + x.Why() + WhyNot(o)
}

// A field that is blanked before the call because the viewer may not see it is in
// no part of the text, neither as itself nor by way of another row.
func TestExplanationShowsNothingThatWasBlanked(t *testing.T) {
	r, m, o := everything()
	model := trained(t, namesakes(60), Options{Version: "v"})
	whole := textOf(t, model, r, m, o)
	shown := 0
	for side, v := range map[string]reflect.Value{"crm": reflect.ValueOf(&r).Elem(), "member": reflect.ValueOf(&m).Elem()} {
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).Kind() != reflect.String || name == "ID" {
				continue
			}
			mark, before := "<"+side+name+">", v.Field(i).String()
			if strings.Contains(whole, mark) {
				shown++
			}
			v.Field(i).SetString("")
			if strings.Contains(textOf(t, model, r, m, o), mark) {
				t.Errorf("%s of the %s side is told though it was blanked", name, side)
			}
			v.Field(i).SetString(before)
		}
	}
	if shown < 20 || !strings.Contains(whole, "<memberPast>") {
		t.Errorf("only %d fields are told at all", shown)
	}
	m.Positions = nil
	if strings.Contains(textOf(t, model, r, m, o), "<memberPast") {
		t.Error("past positions are told though they were left out")
	}
}

// The explanation has the names and the sums of its contract.
func TestExplanationAsWritten(t *testing.T) {
	r, m, o := everything()
	raw, err := json.Marshal(Explain(trained(t, namesakes(60), Options{Version: "2026-11-22"}), r, m, o))
	if err != nil {
		t.Fatal(err)
	}
	var x struct {
		CRMID, MemberID, State, Model string
		Prob, NotInDirectory          float64
		Bits, PriorBits               json.Number
		Rows                          []map[string]any
		RunnerUp                      struct {
			MemberID string
			Prob     float64
			Differs  []string
		}
	}
	var names map[string]any
	if err := json.Unmarshal(raw, &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &names); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"crmId", "memberId", "prob", "bits", "priorBits", "model", "rows", "runnerUp", "notInDirectory", "state"} {
		if _, has := names[name]; !has {
			t.Errorf("no %q among %v", name, slices.Sorted(maps.Keys(names)))
		}
	}
	for _, name := range []string{"field", "crm", "member", "level", "m", "u", "bits"} {
		if _, has := x.Rows[0][name]; !has {
			t.Errorf("no %q among %v", name, x.Rows[0])
		}
	}
	sum := -13_100
	for _, row := range x.Rows {
		sum += int(math.Round(1000 * row["bits"].(float64)))
	}
	if bits, _ := x.Bits.Float64(); int(math.Round(1000*bits)) != sum {
		t.Errorf("prior and rows come to %d thousandths, bits are %s", sum, x.Bits)
	}
	if x.RunnerUp.MemberID != "other" || x.RunnerUp.Prob != .06 || !slices.Contains(x.RunnerUp.Differs, "last") || !strings.HasPrefix(x.Model, "2026-11-22/") {
		t.Errorf("%+v", x)
	}
}
