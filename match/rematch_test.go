package match_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/match"
)

// memory is a source that holds everything in maps.
type memory struct {
	kind                     match.Kind
	records                  map[string]match.Record
	members                  map[string]match.Member
	outcomes                 map[string]match.Outcome
	decisions                []match.Decision
	keysAsked, outcomesAsked int
}

func (s *memory) RecordsByID(_ context.Context, ids []string) iter.Seq2[match.Record, error] {
	return values(s.records, ids)
}

func (s *memory) MembersByID(_ context.Context, ids []string) iter.Seq2[match.Member, error] {
	return values(s.members, ids)
}

func values[T any](all map[string]T, ids []string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, id := range ids {
			if v, ok := all[id]; ok && !yield(v, nil) {
				return
			}
		}
	}
}

func (s *memory) MembersByKey(_ context.Context, keys []uint64) iter.Seq2[match.Member, error] {
	s.keysAsked += len(keys)
	return func(yield func(match.Member, error) bool) {
		for _, m := range s.members {
			if meet(match.MemberKeys(s.kind, m), keys) && !yield(m, nil) {
				return
			}
		}
	}
}

func (s *memory) RecordIDsByKey(_ context.Context, keys []uint64) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for id, r := range s.records {
			if meet(match.Keys(s.kind, r), keys) && !yield(id, nil) {
				return
			}
		}
	}
}

func meet(a, b []uint64) bool {
	return slices.ContainsFunc(a, func(k uint64) bool {
		_, found := slices.BinarySearch(b, k)
		return found
	})
}

func (s *memory) Claims(_ context.Context, records, members []string) iter.Seq2[match.Claim, error] {
	return func(yield func(match.Claim, error) bool) {
		for id, o := range s.outcomes {
			for _, c := range o.Claims() {
				if (slices.Contains(records, id) || slices.Contains(members, c.MemberID)) && !yield(c, nil) {
					return
				}
			}
		}
	}
}

func (s *memory) Outcomes(_ context.Context, records []string) iter.Seq2[match.Outcome, error] {
	return func(yield func(match.Outcome, error) bool) {
		for _, id := range records {
			if o, ok := s.outcomes[id]; ok {
				s.outcomesAsked++
				if o.Standing = (match.Standing{}); !yield(o, nil) { // no source keeps it but in the claims
					return
				}
			}
		}
	}
}

func (s *memory) Decisions(_ context.Context, records, members []string) ([]match.Decision, error) {
	var out []match.Decision
	for _, d := range s.decisions {
		if slices.Contains(records, d.RecordID) || slices.Contains(members, d.MemberID) {
			out = append(out, d)
		}
	}
	return out, nil
}

func (s *memory) input() match.Input {
	return match.Input{Kind: s.kind, Records: match.Slice(slices.Collect(maps.Values(s.records))), Members: match.Slice(slices.Collect(maps.Values(s.members))),
		Decisions: s.decisions}
}

// apply does what a caller does with the outcomes of an incremental run.
func (s *memory) apply(change match.Change, res *match.Result) {
	for _, id := range change.Records {
		delete(s.outcomes, id)
	}
	for _, o := range res.Outcomes {
		s.outcomes[o.RecordID] = o
	}
}

func newMemory(w *world, outcomes []match.Outcome) *memory {
	s := &memory{kind: w.kind, records: map[string]match.Record{}, members: map[string]match.Member{}, outcomes: byID(outcomes)}
	for _, r := range w.records {
		s.records[r.ID] = r
	}
	for _, m := range w.members {
		s.members[m.ID] = m
	}
	return s
}

// An incremental run ends where a full run with the same model ends.
func TestIncrementalEqualsFull(t *testing.T) {
	w := newWorld(21, 120)
	base := run(t, w.input(), match.Options{})
	rapid.Check(t, func(t *rapid.T) { editedAsFull(t, w, base.Model, base.Outcomes) })
}

// newCrowd makes a directory of few who are much alike, and a CRM that has several
// records for each and knows little of any: most of them want the same members.
func newCrowd(seed uint64) *world {
	r := rand.New(rand.NewPCG(seed, 3))
	w := &world{}
	some := func(list ...string) string { return list[r.IntN(len(list))] }
	for i := range 12 {
		w.members = append(w.members, match.Member{ID: fmt.Sprintf("m%05d", i), FirstName: some("Robert", "William", "Thomas"), LastName: some("Smith", "Smyth", "Brown"),
			Company: some("Acme Logistics", "Cobalt Systems", "Granite Bank"), City: some("Austin", "Leeds"), Title: some("VP Sales", "Software Engineer")})
	}
	for i := range 50 {
		m := w.members[r.IntN(len(w.members))]
		rec := match.Record{ID: fmt.Sprintf("003%012d", i), Object: "Contact", FirstName: m.FirstName, LastName: m.LastName, Modified: int64(r.IntN(3))}
		if r.IntN(3) > 0 {
			rec.Company = m.Company
		}
		if r.IntN(3) > 0 {
			rec.City, rec.Title = m.City, m.Title
		}
		if r.IntN(12) == 0 {
			rec.MemberToken = w.members[r.IntN(len(w.members))].ID
		}
		w.records = append(w.records, rec)
	}
	return w
}

// So it does where nearly all records compete with each other, and most get
// nobody.
func TestIncrementalEqualsFullInACrowd(t *testing.T) {
	model := run(t, newWorld(21, 120).input(), match.Options{}).Model
	w := newCrowd(1)
	base := run(t, w.input(), match.Options{Model: model})
	var claims, held int
	for _, o := range base.Outcomes {
		claims += len(o.Claims())
		if o.Standing.Held != "" {
			held++
		}
	}
	if claims < 2*len(w.records) || held < 6 {
		t.Errorf("the crowd does not compete: %d claims, %d members held", claims, held)
	}
	rapid.Check(t, func(t *rapid.T) { editedAsFull(t, w, model, base.Outcomes) })
}

// editedAsFull changes a world step by step and judges each change both ways.
func editedAsFull(t *rapid.T, w *world, model *match.Model, outcomes []match.Outcome) {
	s := newMemory(w, outcomes)
	for step := range rapid.IntRange(1, 3).Draw(t, "steps") {
		change := edit(t, s, w, step)
		res, err := match.Rematch(context.Background(), s.kind, change, s, match.Options{Model: model})
		if err != nil {
			t.Fatal(err)
		}
		s.apply(change, res)
		full, err := match.Run(context.Background(), s.input(), match.Options{Model: model})
		if err != nil {
			t.Fatal(err)
		}
		compare(t, s.outcomes, byID(full.Outcomes))
	}
}

func compare(t *rapid.T, got, want map[string]match.Outcome) {
	if len(got) != len(want) {
		t.Fatalf("%d outcomes, want %d", len(got), len(want))
	}
	for id, w := range want {
		if g := got[id]; fmt.Sprint(g) != fmt.Sprint(w) {
			t.Fatalf("incremental:\n%v\nfull:\n%v", g, w)
		}
	}
}

// edit changes records, members and decisions at random.
func edit(t *rapid.T, s *memory, w *world, step int) match.Change {
	var c match.Change
	recordIDs, memberIDs := slices.Sorted(maps.Keys(s.records)), slices.Sorted(maps.Keys(s.members))
	for range rapid.IntRange(1, 4).Draw(t, "edits") {
		recordID := rapid.SampledFrom(recordIDs).Draw(t, "record")
		memberID := rapid.SampledFrom(memberIDs).Draw(t, "member")
		switch rapid.SampledFrom([]string{"record", "record", "record", "record", "member", "member", "decide", "decide", "take back"}).Draw(t, "kind") {
		case "record":
			s.editRecord(t, recordID, memberID, rapid.SampledFrom(recordIDs).Draw(t, "twin"))
			c.Records = append(c.Records, recordID)
		case "member":
			if m, ok := s.members[memberID]; ok {
				c.Keys = append(c.Keys, match.MemberKeys(s.kind, m)...)
			}
			s.editMember(t, memberID, w)
			c.Members = append(c.Members, memberID)
		case "decide":
			s.decide(t, recordID, memberID, step)
			c.Records = append(c.Records, recordID)
		case "take back":
			if len(s.decisions) > 0 {
				c.Records = append(c.Records, s.decisions[0].RecordID)
				s.decisions = s.decisions[1:]
			}
		}
	}
	return c
}

// editRecord changes a record, brings it back, or deletes it.
func (s *memory) editRecord(t *rapid.T, id, memberID, twin string) {
	r := s.records[id]
	switch rapid.SampledFrom([]string{"renamed", "gone", "id named", "as its twin"}).Draw(t, "edit") {
	case "renamed": // as the member
		m := s.members[memberID]
		r.FirstName, r.LastName = m.FirstName, m.LastName
		if s.kind == match.Company {
			r.Company = m.Company
		}
		r.Modified++
	case "gone":
		delete(s.records, id)
		return
	case "id named": // an id in the CRM names the member
		r.MemberToken = memberID
	case "as its twin": // but for its id
		r = s.records[twin]
	}
	r.ID = id
	s.records[id] = r
}

// editMember makes a member another one of the world, or deletes it.
func (s *memory) editMember(t *rapid.T, id string, w *world) {
	if rapid.Bool().Draw(t, "leaves") {
		delete(s.members, id)
		return
	}
	other := w.members[rapid.IntRange(0, len(w.members)-1).Draw(t, "other")]
	other.ID = id
	s.members[id] = other
}

// decide decides about a record, rejecting what was proposed for it.
func (s *memory) decide(t *rapid.T, recordID, memberID string, step int) {
	d := match.Decision{RecordID: recordID, MemberID: memberID, At: time.Unix(int64(100*step+len(s.decisions)), 0),
		Verdict: match.Verdict(rapid.IntRange(1, 4).Draw(t, "verdict"))}
	if o := s.outcomes[recordID]; o.MemberID != "" && d.Verdict == match.Reject {
		d.MemberID = o.MemberID
	}
	s.decisions = append(s.decisions, d)
}

func TestRematchIsSmall(t *testing.T) {
	w := newWorld(22, 600)
	base := run(t, w.input(), match.Options{})
	s := newMemory(w, base.Outcomes)
	r := w.records[5]
	r.Title = "Something Else"
	s.records[r.ID] = r
	res, err := match.Rematch(t.Context(), match.Person, match.Change{Records: []string{r.ID}}, s, match.Options{Model: base.Model})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Outcomes) == 0 || len(res.Outcomes) > len(w.records)/4 {
		t.Errorf("%d of %d records touched", len(res.Outcomes), len(w.records))
	}
}

func TestRematchNeedsTheModel(t *testing.T) {
	if _, err := match.Rematch(t.Context(), match.Person, match.Change{}, newMemory(&world{}, nil), match.Options{}); !errors.Is(err, match.ErrNoModel) {
		t.Error(err)
	}
	m := run(t, match.Input{Kind: match.Company}, match.Options{}).Model
	if _, err := match.Rematch(t.Context(), match.Person, match.Change{}, newMemory(&world{}, nil), match.Options{Model: m}); err == nil {
		t.Error("a model of companies took people")
	}
}

func TestSearchByHand(t *testing.T) {
	w := newWorld(23, 300)
	res := run(t, w.input(), match.Options{})
	m := w.members[17]
	for _, text := range []string{m.FirstName + " " + m.LastName, m.LastName, m.LastName + ", " + m.FirstName} {
		keys := match.SearchKeys(match.Person, text)
		var found []match.Member
		for _, x := range w.members {
			if meet(match.MemberKeys(match.Person, x), keys) {
				found = append(found, x)
			}
		}
		hits, err := match.Search(res.Model, match.Record{}, text, match.Slice(found), 10)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(hits, func(h match.Hit) bool { return h.MemberID == m.ID && h.Why != "" && h.Evidence.Total() == h.Bits }) {
			t.Errorf("%q did not find %s among %d", text, m.ID, len(found))
		}
	}
	hits, err := match.Search(res.Model, w.records[0], "", match.Slice(w.members), 3)
	if err != nil || len(hits) != 3 {
		t.Fatal(hits, err)
	}
	if truth := w.truth[w.records[0].ID]; truth != "" && hits[0].MemberID != truth {
		t.Errorf("first hit %s, want %s", hits[0].MemberID, truth)
	}
}

func FuzzModel(f *testing.F) {
	m := run(f, newWorld(24, 40).input(), match.Options{Version: "x"}).Model
	b, err := m.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		var m match.Model
		if err := m.UnmarshalBinary(b); err != nil {
			if !errors.Is(err, match.ErrModel) {
				t.Fatal(err)
			}
			return
		}
		again, err := m.MarshalBinary()
		if err != nil || len(again) > len(b) || !bytes.HasPrefix(again, []byte("crmsync-model")) {
			t.Fatal(err, len(again), len(b))
		}
	})
}

func FuzzEvidence(f *testing.F) {
	f.Add([]byte{1, 0, 3, 2, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		e := match.Evidence(b)
		total := e.Prior()
		for _, row := range e.Rows() {
			total += row.Bits
			if row.LevelName() == "" || row.Field.String() == "" || row.Field.Label() == "" {
				t.Fatal("a row without a name")
			}
		}
		if _, _, err := e.Decode(); err == nil && total != e.Total() {
			t.Fatal(total, e.Total())
		}
	})
}
