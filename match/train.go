package match

import (
	"context"
	"math"
	"runtime"
	"sync/atomic"

	"github.com/zeebo/xxh3"
)

const (
	samplePairs   = 400_000 // compared at random to estimate u
	sampleRecords = 20_000  // whose candidates EM looks at
	rounds        = 12
	strength      = 10.0 // records that the start values of m are worth
	startPrior    = 0.6
)

// Train learns a model from an input without matching it.
func Train(ctx context.Context, in Input, o Options) (*Model, error) {
	p, err := newProblem(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := p.train(ctx, o); err != nil {
		return nil, err
	}
	return p.model, nil
}

// train counts, samples and runs EM. It leaves model and index in p.
func (p *problem) train(ctx context.Context, o Options) error {
	m := &Model{kind: p.kind, version: o.Version, members: len(p.members), records: len(p.records), prior: startPrior,
		m: startM(p.kind), u: startU, calibration: noCalibration}
	if o.Learned != nil && o.Learned.kind == p.kind {
		m.calibration, m.learned = o.Learned.calibration, o.Learned.learned
	}
	p.model = m
	p.countValues()
	m.weigh(p.lex)
	var err error
	if p.index, m.heavy, err = newIndexAndHeavy(ctx, p.lex, p.kind, p.records, p.members); err != nil {
		return err
	}
	if err := p.sampleU(ctx); err != nil {
		return err
	}
	if err := p.sampleKin(ctx); err != nil {
		return err
	}
	all, err := p.gatherEM(ctx)
	if err != nil {
		return err
	}
	if err := p.expectMaximise(ctx, all); err != nil {
		return err
	}
	if p.learnDomains(all) {
		if err := p.relearn(ctx, all); err != nil {
			return err
		}
	}
	p.calibrate()
	encoded, err := m.MarshalBinary()
	m.name(encoded)
	return err
}

// countValues counts the values of the directory.
func (p *problem) countValues() {
	for kind := range valueKinds {
		side := p.members
		if kind == valueRecordWord || kind == valueRecordPhone {
			side = p.records
		}
		p.model.freq[kind] = gather(p.lex, kind, side)
	}
}

// sampleU estimates how often each level comes about by chance, from pairs
// that hashing picks.
func (p *problem) sampleU(ctx context.Context) error {
	nr, nm := uint64(len(p.records)), uint64(len(p.members))
	if nr == 0 || nm == 0 {
		return nil
	}
	n := int(min(samplePairs, 2*nr*nm))
	var counts [fieldCount][maxLevels]atomic.Int64
	w := p.model.weights()
	comparers := make([]*comparer, runtime.GOMAXPROCS(0))
	err := parallel(ctx, n, func(worker, from, to int) {
		if comparers[worker] == nil {
			comparers[worker] = newComparer(p.lex, p.model)
		}
		c := comparers[worker]
		var v vector
		for i := from; i < to; i++ {
			r := &p.records[mix(101, uint64(i))%nr]
			m := &p.members[mix(103, uint64(i))%nm]
			c.compareAll(r, m, &v)
			if w.score(&v)+w.prior > 0 {
				continue // probably one and the same
			}
			for f := range fieldCount {
				if l := v.level[f]; l != missing {
					counts[f][l].Add(1)
				}
			}
		}
	})
	if err != nil {
		return err
	}
	for f := range fieldCount {
		p.setU(f, &counts[f])
	}
	return nil
}

// sampleDomain is sampleU for the mail domain alone, after something was
// learned about domains.
func (p *problem) sampleDomain(ctx context.Context) error {
	nr, nm := uint64(len(p.records)), uint64(len(p.members))
	n := int(min(samplePairs, 2*nr*nm))
	var counts [maxLevels]atomic.Int64
	comparers := make([]*comparer, runtime.GOMAXPROCS(0))
	err := parallel(ctx, n, func(worker, from, to int) {
		if comparers[worker] == nil {
			comparers[worker] = newComparer(p.lex, p.model)
		}
		c := comparers[worker]
		var v vector
		for i := from; i < to; i++ {
			r := &p.records[mix(101, uint64(i))%nr]
			if r.domain == 0 && r.web == 0 {
				continue
			}
			v.reset()
			m := &p.members[mix(103, uint64(i))%nm]
			c.org(r, m, &v)
			c.domain(r, m, &v)
			if l := v.level[FieldDomain]; l != missing {
				counts[l].Add(1)
			}
		}
	})
	p.setU(FieldDomain, &counts)
	return err
}

// relearn fits the model again after something was learned about mail domains.
func (p *problem) relearn(ctx context.Context, all []emRecord) error {
	if err := p.sampleDomain(ctx); err != nil {
		return err
	}
	c := newComparer(p.lex, p.model)
	for i := range all {
		for k := range all[i].pairs {
			pair := &all[i].pairs[k]
			pair.level[FieldDomain] = missing
			c.domain(&p.records[i], &p.members[pair.member], &pair.vector)
		}
	}
	return p.expectMaximise(ctx, all)
}

func (p *problem) setU(f Field, counts *[maxLevels]atomic.Int64) {
	var total float64
	for l := range maxLevels {
		total += float64(counts[l].Load())
	}
	if f == FieldOrder || f == FieldGate || f == FieldCalibration || total < 100 {
		return
	}
	levels := len(levelNames[f])
	for l := range levels {
		if f == FieldWeb && l == int(webEnding) {
			continue
		}
		p.model.u[f][l] = (float64(counts[l].Load()) + 0.5) / (total + 0.5*float64(levels))
	}
}

// emPair is one pair that EM weighs.
type emPair struct {
	vector
	member uint32
	fixed  bool // known from a decision to be right
}

// emRecord is the pairs of one record of the sample: none if it is nobody.
type emRecord struct{ pairs []emPair }

// inSample picks records by the hash of their id.
func (p *problem) inSample(id string) bool {
	n := len(p.records)
	return n <= sampleRecords || xxh3.HashString(id)%uint64(n) < sampleRecords
}

// gatherEM compares the records of the sample with their candidates and keeps
// the pairs that could matter.
func (p *problem) gatherEM(ctx context.Context) ([]emRecord, error) {
	all := make([]emRecord, len(p.records))
	workers := make([]*worker, runtime.GOMAXPROCS(0))
	w := p.model.weights()
	err := parallel(ctx, len(p.records), func(n, from, to int) {
		if workers[n] == nil {
			workers[n] = p.newWorker()
		}
		for i := from; i < to; i++ {
			if r := &p.records[i]; !r.excluded && p.inSample(r.id) {
				all[i].pairs = p.emPairs(workers[n], w, r)
			}
		}
	})
	return all, err
}

// emPairs are the pairs of one record that could matter. What a person decided is
// certain: the pair alone, however little it has in common, or none.
func (p *problem) emPairs(k *worker, w *weights, r *entity) []emPair {
	var v vector
	ruling := p.rulings[r.id]
	if ruling.must != "" && !ruling.noMatch {
		j := findEntity(p.members, ruling.must)
		if j < 0 {
			return nil // the member left the directory
		}
		if !k.compare(r, &p.members[j], &v) {
			k.compareAll(r, &p.members[j], &v)
		}
		return []emPair{{vector: v, member: uint32(j), fixed: true}}
	}
	if ruling.noMatch {
		return nil
	}
	const least Bits = -16_000
	var pairs []emPair
	k.out = p.index.candidates(k.keyer, r, k.out)
	for n, j := range k.out {
		if n%fetchAhead == 0 {
			k.fetch(p.members, k.out[n:min(n+fetchAhead, len(k.out))])
		}
		m := &p.members[j]
		if !ruling.rejects(m.id) && k.compare(r, m, &v) && w.score(&v)+w.prior > least {
			pairs = append(pairs, emPair{vector: v, member: j})
		}
	}
	return pairs
}

// expectMaximise fits m and the prior.
func (p *problem) expectMaximise(ctx context.Context, all []emRecord) error {
	n := 0
	for i := range p.records {
		if r := &p.records[i]; !r.excluded && p.inSample(r.id) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	start := p.model.m
	for range rounds {
		sums, found, err := p.expect(ctx, all)
		if err != nil {
			return err
		}
		p.maximise(&start, sums)
		p.model.prior = clamp((found+strength*startPrior)/(float64(n)+strength), 0.01, 0.995)
	}
	return nil
}

type levelSums [fieldCount][maxLevels]float64

// expect weighs every pair under the model as it stands. Sums are of whole
// numbers, so that their order does not matter.
func (p *problem) expect(ctx context.Context, all []emRecord) (*levelSums, float64, error) {
	const scale = 1 << 24
	var sums [fieldCount][maxLevels]atomic.Int64
	var found atomic.Int64
	w := p.model.weights()
	err := parallel(ctx, len(all), func(_, from, to int) {
		var local [fieldCount][maxLevels]int64
		var odds []float64
		for i := from; i < to; i++ {
			odds = w.posterior(&all[i], odds)
			for k := range all[i].pairs {
				share := int64(math.Round(odds[k] * scale))
				found.Add(share)
				for f, l := range all[i].pairs[k].level {
					if l != missing {
						local[f][l] += share
					}
				}
			}
		}
		for f := range local {
			for l, n := range local[f] {
				if n != 0 {
					sums[f][l].Add(n)
				}
			}
		}
	})
	out := new(levelSums)
	for f := range sums {
		for l := range sums[f] {
			out[f][l] = float64(sums[f][l].Load()) / scale
		}
	}
	return out, float64(found.Load()) / scale, err
}

// posterior returns the probability of each pair of a record.
func (w *weights) posterior(r *emRecord, out []float64) []float64 {
	out = out[:0]
	sum, fixed := 1.0, -1
	for k := range r.pairs {
		odds := math.Exp2((w.score(&r.pairs[k].vector) + w.prior).Float())
		if r.pairs[k].fixed {
			fixed = k
		}
		out = append(out, odds)
		sum += odds
	}
	for k := range out {
		out[k] /= sum
		if fixed >= 0 {
			out[k] = 0
		}
	}
	if fixed >= 0 {
		out[fixed] = 1
	}
	return out
}

// maximise sets m to what was seen, held back by the start values.
func (p *problem) maximise(start *[fieldCount][maxLevels]float64, sums *levelSums) {
	for f := range fieldCount {
		total := 0.0
		for l := range maxLevels {
			total += sums[f][l]
		}
		for l := range len(levelNames[f]) {
			if !fixedM(p.kind, f, uint8(l)) {
				m := (strength*start[f][l] + sums[f][l]) / (strength + total)
				p.model.m[f][l] = max(m, leastM(p.kind, f, uint8(l)))
			}
		}
	}
}
