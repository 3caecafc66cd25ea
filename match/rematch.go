package match

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
)

// ErrNoModel is returned when an incremental run has no frozen model.
var ErrNoModel = errors.New("match: an incremental run needs the model of the last full run")

// Rematch judges again what a change touches: the changed records, the records
// that share a key with a changed member, and every record that competes with
// one of these for a member. The outcomes are those a full run with the same
// model would give; all other records keep theirs. Records that are gone have
// no outcome. Stats count the returned outcomes only.
func Rematch(ctx context.Context, kind Kind, change Change, src Source, o Options) (*Result, error) {
	if o.Model == nil {
		return nil, ErrNoModel
	}
	if o.Model.kind != kind {
		return nil, fmt.Errorf("match: the model is for %s records, the change is of %s records", o.Model.kind, kind)
	}
	d := &delta{kind: kind, model: o.Model, src: src, records: map[string]bool{}, members: map[string]bool{}, exists: map[string]bool{}}
	if err := d.touched(ctx, change); err != nil {
		return nil, err
	}
	for len(d.queue) > 0 {
		if err := d.round(ctx); err != nil {
			return nil, err
		}
	}
	return d.finish(o)
}

// delta is the closure of a change.
type delta struct {
	kind    Kind
	model   *Model
	src     Source
	queue   []string        // records to score
	records map[string]bool // ever queued
	members map[string]bool // whose competitors are known
	exists  map[string]bool // members that decisions name and the directory has

	scored    []judgedRecord
	decisions []Decision
	pairs     int
}

type judgedRecord struct {
	entity
	verdict
}

func (d *delta) push(id string) {
	if !d.records[id] {
		d.records[id] = true
		d.queue = append(d.queue, id)
	}
}

// touched queues the records that the change may alter directly.
func (d *delta) touched(ctx context.Context, change Change) error {
	for _, id := range change.Records {
		d.push(id)
	}
	keys := slices.Clone(change.Keys)
	for m, err := range d.src.MembersByID(ctx, change.Members) {
		if err != nil {
			return err
		}
		keys = append(keys, MemberKeys(d.kind, m)...)
	}
	if keys = d.model.light(keys); len(keys) > 0 {
		for id, err := range d.src.RecordIDsByKey(ctx, keys) {
			if err != nil {
				return err
			}
			d.push(id)
		}
	}
	return d.compete(ctx, change.Records, change.Members)
}

// light sorts keys and leaves out those that the model does not follow.
func (m *Model) light(keys []uint64) []uint64 {
	slices.Sort(keys)
	keys = slices.Compact(keys)
	return slices.DeleteFunc(keys, func(k uint64) bool { return !m.Follows(k) })
}

// Follows reports whether members are looked up by a key: not by one that too
// many of them had when the model was trained.
func (m *Model) Follows(key uint64) bool {
	_, heavy := slices.BinarySearch(m.heavy, key)
	return !heavy
}

// compete queues all records that had, or are tied to, one of the members, and
// goes on to the members these records had.
func (d *delta) compete(ctx context.Context, records, members []string) error {
	for len(records)+len(members) > 0 {
		fresh := slices.DeleteFunc(slices.Clone(members), func(id string) bool { return d.members[id] })
		for _, id := range fresh {
			d.members[id] = true
		}
		if len(records)+len(fresh) == 0 {
			return nil
		}
		next := map[string]bool{}
		for o, err := range d.src.Outcomes(ctx, records, fresh) {
			if err != nil {
				return err
			}
			d.push(o.RecordID)
			for _, m := range o.memberIDs() {
				if !d.members[m] {
					next[m] = true
				}
			}
		}
		if err := d.tied(ctx, fresh); err != nil {
			return err
		}
		records, members = nil, slices.Sorted(maps.Keys(next))
	}
	return nil
}

// memberIDs are all members that the record had a hold on.
func (o *Outcome) memberIDs() []string {
	var out []string
	if o.MemberID != "" {
		out = append(out, o.MemberID)
	}
	for _, c := range o.Candidates {
		if c.MemberID != o.MemberID {
			out = append(out, c.MemberID)
		}
	}
	return out
}

// tied queues the records that decisions tie to one of the members.
func (d *delta) tied(ctx context.Context, members []string) error {
	if len(members) == 0 {
		return nil
	}
	list, err := d.src.Decisions(ctx, nil, members)
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.Verdict.MustLink() {
			d.push(one.RecordID)
		}
	}
	return nil
}

// round scores the queued records and queues their competitors.
func (d *delta) round(ctx context.Context) error {
	ids := d.queue
	d.queue = nil
	decisions, err := d.src.Decisions(ctx, ids, nil)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, id := range ids {
		asked[id] = true
	}
	decisions = slices.DeleteFunc(slices.Clone(decisions), func(x Decision) bool { return !asked[x.RecordID] })
	d.decisions = append(d.decisions, decisions...)
	p, err := d.problem(ctx, ids, decisions)
	if err != nil {
		return err
	}
	verdicts, err := p.scoreAll(ctx, nil)
	if err != nil {
		return err
	}
	d.pairs += p.pairs
	members := map[string]bool{}
	for i := range p.records {
		d.scored = append(d.scored, judgedRecord{p.records[i], verdicts[i]})
		for _, c := range verdicts[i].candidates {
			members[c.MemberID] = true
		}
		if must := p.rulings[p.records[i].id].must; must != "" {
			members[must] = true
			d.exists[must] = findEntity(p.members, must) >= 0
		}
	}
	return d.compete(ctx, nil, slices.Sorted(maps.Keys(members)))
}

// problem loads records and all members that share a key with one of them.
func (d *delta) problem(ctx context.Context, ids []string, decisions []Decision) (*problem, error) {
	var records []Record
	var keys []uint64
	for r, err := range d.src.RecordsByID(ctx, ids) {
		if err != nil {
			return nil, err
		}
		records = append(records, r)
		keys = append(keys, Keys(d.kind, r)...)
	}
	rulings := rule(decisions)
	must := map[string]bool{}
	for _, r := range rulings {
		if r.must != "" {
			must[r.must] = true
		}
	}
	members := map[string]Member{}
	for _, seq := range []iter.Seq2[Member, error]{
		d.src.MembersByKey(ctx, d.model.light(keys)), d.src.MembersByID(ctx, slices.Sorted(maps.Keys(must))),
	} {
		for m, err := range seq {
			if err != nil {
				return nil, err
			}
			members[m.ID] = m
		}
	}
	p, err := newProblem(ctx, Input{
		Kind: d.kind, Records: Slice(records), Members: Slice(slices.Collect(maps.Values(members))), Decisions: decisions,
	})
	if err != nil {
		return nil, err
	}
	return p, p.useModel(ctx, d.model)
}

// finish lets the scored records compete.
func (d *delta) finish(o Options) (*Result, error) {
	slices.SortFunc(d.scored, func(a, b judgedRecord) int { return cmp.Compare(a.id, b.id) })
	p := &problem{kind: d.kind, model: d.model, rulings: rule(d.decisions)}
	verdicts := make([]verdict, len(d.scored))
	for i := range d.scored {
		p.records = append(p.records, d.scored[i].entity)
		verdicts[i] = d.scored[i].verdict
	}
	t := o.Thresholds
	if t == (Thresholds{}) {
		t = DefaultThresholds
	}
	a := assign(p.records, verdicts, p.rulings, func(id string) bool { return d.exists[id] })
	res := &Result{Kind: d.kind, Model: d.model, Outcomes: make([]Outcome, len(p.records))}
	for i := range p.records {
		res.Outcomes[i] = p.outcome(i, &verdicts[i], a, t)
	}
	res.Stats = Count(res.Outcomes)
	res.Stats.Pairs = d.pairs
	return res, nil
}
