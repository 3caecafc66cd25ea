package match

import (
	"context"
	"runtime"
)

// problem is one input in compact form, with what was learned about it.
type problem struct {
	kind      Kind
	lex       *lexicon
	records   []entity // by id
	members   []entity // by id
	decisions []Decision
	rulings   map[string]ruling
	model     *Model
	index     *index
	pairs     int // compared
}

// newProblem reads an input.
func newProblem(ctx context.Context, in Input) (*problem, error) {
	p := &problem{kind: in.Kind, lex: newLexicon(), decisions: in.Decisions, rulings: rule(in.Decisions)}
	var err error
	if p.members, err = load(ctx, p.lex, in.Kind, in.Members, (*preparer).member); err != nil {
		return nil, err
	}
	if p.records, err = load(ctx, p.lex, in.Kind, in.Records, (*preparer).record); err != nil {
		return nil, err
	}
	p.lex.forget()
	return p, nil
}

// useModel prepares a problem for a frozen model.
func (p *problem) useModel(ctx context.Context, m *Model) error {
	p.model = m
	m.weigh(p.lex)
	var err error
	p.index, err = newIndex(ctx, p.lex, p.kind, m.heavy, p.records, p.members)
	return err
}

// worker is what one goroutine needs to score records.
type worker struct {
	*comparer
	keyer *keyer
	out   []uint32
	found []scored
	pairs int
}

func (p *problem) newWorker() *worker {
	return &worker{comparer: newComparer(p.lex, p.model), keyer: newKeyer(p.lex, p.kind)}
}

// scored is a candidate of a record.
type scored struct {
	member uint32
	forced bool // an id in the CRM names it
	bits   Bits // of the fields and the gate
	prob   float64
	vector
}

// scoreAll scores each record. Excluded ones have no candidates.
func (p *problem) scoreAll(ctx context.Context, progress func(done, total int)) ([]verdict, error) {
	out := make([]verdict, len(p.records))
	workers := make([]*worker, runtime.GOMAXPROCS(0))
	tell := newTeller(len(p.records), progress)
	err := parallel(ctx, len(p.records), func(n, from, to int) {
		if workers[n] == nil {
			workers[n] = p.newWorker()
		}
		for i := from; i < to; i++ {
			out[i] = p.score(workers[n], &p.records[i])
		}
		tell.add(to - from)
	})
	for _, k := range workers {
		if k != nil {
			p.pairs += k.pairs
		}
	}
	return out, err
}
