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

// Rematch judges again what a change touches. Scored again are the changed
// records and those that share a key with a changed member or are tied to one.
// Their rivals keep the claims that the source has of the last run, and are
// looked at only as far as members change hands. The outcomes are those a full
// run with the same model would give; all other records keep theirs. Records
// that are gone have no outcome. Stats count the returned outcomes only.
func Rematch(ctx context.Context, kind Kind, change Change, src Source, o Options) (*Result, error) {
	if o.Model == nil {
		return nil, ErrNoModel
	}
	if o.Model.kind != kind {
		return nil, fmt.Errorf("match: the model is for %s records, the change is of %s records", o.Model.kind, kind)
	}
	if o.Thresholds == (Thresholds{}) {
		o.Thresholds = DefaultThresholds
	}
	d := &delta{kind: kind, model: o.Model, src: src, thresholds: o.Thresholds, exists: map[string]bool{}, contest: newContest(src, reachOfRivals*o.Reach)}
	ids, err := d.touched(ctx, change)
	if err != nil {
		return nil, err
	}
	if o.Reach > 0 && len(ids) > o.Reach {
		return nil, ErrReach
	}
	for some := range slices.Chunk(ids, scoredAtOnce) {
		if err := d.score(ctx, some); err != nil {
			return nil, err
		}
	}
	return d.resolve(ctx, ids)
}

// reachOfRivals is how many rivals cost about as much to follow as one record to
// score.
const reachOfRivals = 10

// scoredAtOnce is how many records are scored with the members they may be in
// memory.
const scoredAtOnce = 1000

// delta is what a change moves.
type delta struct {
	kind       Kind
	model      *Model
	src        Source
	thresholds Thresholds
	exists     map[string]bool // members that decisions name and the directory has
	contest    *contest

	records   []entity // scored ones, later those concerned too
	verdicts  []verdict
	decisions []Decision
	pairs     int
}

// touched are the records that the change may score otherwise.
func (d *delta) touched(ctx context.Context, change Change) ([]string, error) {
	ids := slices.Clone(change.Records)
	keys := slices.Clone(change.Keys)
	for m, err := range d.src.MembersByID(ctx, change.Members) {
		if err != nil {
			return nil, err
		}
		keys = append(keys, MemberKeys(d.kind, m)...)
	}
	if keys = d.model.light(keys); len(keys) > 0 {
		for id, err := range d.src.RecordIDsByKey(ctx, keys) {
			if err != nil {
				return nil, err
			}
			ids = append(ids, id)
		}
	}
	if len(change.Members) == 0 {
		return distinct(ids), nil
	}
	for claim, err := range d.src.Claims(ctx, nil, change.Members) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, claim.RecordID)
	}
	decisions, err := d.src.Decisions(ctx, nil, change.Members)
	for _, one := range decisions {
		if one.Verdict.MustLink() {
			ids = append(ids, one.RecordID)
		}
	}
	return distinct(ids), err
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

// score scores records with all members that they may be.
func (d *delta) score(ctx context.Context, ids []string) error {
	decisions, err := d.decided(ctx, ids)
	if err != nil {
		return err
	}
	p, err := d.problem(ctx, ids, decisions)
	if err != nil {
		return err
	}
	verdicts, err := p.scoreAll(ctx, nil)
	if err != nil {
		return err
	}
	d.pairs += p.pairs
	for i := range p.records {
		if must := p.rulings[p.records[i].id].must; must != "" {
			d.exists[must] = findEntity(p.members, must) >= 0
		}
	}
	d.records, d.verdicts = append(d.records, p.records...), append(d.verdicts, verdicts...)
	return nil
}

// decided reads the decisions about records.
func (d *delta) decided(ctx context.Context, ids []string) ([]Decision, error) {
	all, err := d.src.Decisions(ctx, ids, nil)
	if err != nil {
		return nil, err
	}
	asked := map[string]bool{}
	for _, id := range ids {
		asked[id] = true
	}
	all = slices.DeleteFunc(slices.Clone(all), func(x Decision) bool { return !asked[x.RecordID] })
	d.decisions = append(d.decisions, all...)
	return all, nil
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

// resolve lets the scored records compete with all others, and makes the
// outcomes of them and of whom that concerns.
func (d *delta) resolve(ctx context.Context, ids []string) (*Result, error) {
	p := &problem{kind: d.kind, model: d.model, rulings: rule(d.decisions), records: d.records}
	exists := func(id string) bool { return d.exists[id] }
	standings := make([]Standing, len(d.records))
	var claims []Claim
	for i := range d.records {
		standings[i] = p.standing(i, &d.verdicts[i], exists)
		claims = append(claims, standings[i].claims(d.records[i].id, d.verdicts[i].candidates)...)
	}
	c := d.contest
	if err := c.enter(ctx, ids, claims); err != nil {
		return nil, err
	}
	if err := c.settle(ctx); err != nil {
		return nil, err
	}
	more, err := d.concerned(ctx, c.concerned(asClaimed(d.thresholds.Review)-1))
	if err != nil {
		return nil, err
	}
	p.records, p.rulings = d.records, rule(d.decisions)
	return d.outcomes(ctx, p, append(standings, more...))
}

// concerned adds records that are not scored again, as the last run judged them.
func (d *delta) concerned(ctx context.Context, ids []string) ([]Standing, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := d.contest.know(ctx, ids); err != nil {
		return nil, err
	}
	if _, err := d.decided(ctx, ids); err != nil {
		return nil, err
	}
	kept := map[string]Outcome{}
	for o, err := range d.src.Outcomes(ctx, ids) {
		if err != nil {
			return nil, err
		}
		kept[o.RecordID] = o
	}
	standings := make([]Standing, len(ids))
	for i, id := range ids {
		o, known := kept[id]
		if !known {
			return nil, fmt.Errorf("%w: no outcome of record %s is kept", ErrReach, id)
		}
		s := d.contest.standing(id)
		standings[i] = s
		d.records = append(d.records, entity{id: id, fields: s.Fields, modified: s.Modified})
		d.verdicts = append(d.verdicts, verdict{candidates: o.Candidates, forced: s.Named, none: o.NotInDirectory})
	}
	return standings, nil
}

// outcomes says what the contest came to.
func (d *delta) outcomes(ctx context.Context, p *problem, standings []Standing) (*Result, error) {
	a := &assignment{member: make([]string, len(p.records)), holder: map[string]int{}}
	if err := d.contest.meet(ctx, d.wanted()); err != nil {
		return nil, err
	}
	places := make(map[string]int, len(p.records))
	for i := range p.records {
		places[p.records[i].id] = i
	}
	n := len(p.records)
	for member, claim := range d.contest.holder {
		i, known := places[claim.RecordID]
		if !known { // its outcome is not asked for, only its name
			i = len(p.records)
			places[claim.RecordID], p.records = i, append(p.records, entity{id: claim.RecordID})
		}
		a.holder[member] = i
		if i < n {
			a.member[i] = member
		}
	}
	res := &Result{Kind: d.kind, Model: d.model, Outcomes: make([]Outcome, n)}
	for i := range n {
		res.Outcomes[i] = p.outcome(i, &d.verdicts[i], a, d.thresholds)
		standings[i].Held = a.member[i]
		res.Outcomes[i].Standing = standings[i]
	}
	slices.SortFunc(res.Outcomes, func(x, y Outcome) int { return cmp.Compare(x.RecordID, y.RecordID) })
	res.Stats = Count(res.Outcomes)
	res.Stats.Pairs = d.pairs
	return res, nil
}

// wanted are the members that records would like best: an outcome names who has
// them.
func (d *delta) wanted() []string {
	var ids []string
	for i := range d.verdicts {
		if best := d.verdicts[i].candidates; len(best) > 0 {
			ids = append(ids, best[0].MemberID)
		}
	}
	return ids
}
