package match

import (
	"context"
	"math"
	"runtime"
	"sync/atomic"

	"github.com/zeebo/xxh3"
)

// Fields of companies whose names are alike are not independent: branches of an
// agency have its switchboard, subsidiaries their parent's web site, and all of
// them its trade and town. How often that is so can be seen in the directory,
// whose members are different companies: what such members have in common
// counts for no more between a record and a member.

// kinship is the u of each level among different companies, by the level of
// their names. Zero is not known.
type kinship [maxLevels][fieldCount][maxLevels]float64

// kinFields are the fields that companies of like names share.
var kinFields = [...]Field{FieldPhone, FieldStreet, FieldArea, FieldWeb, FieldSize, FieldIndustry}

const (
	kinMembers = 4000 // are compared with those of like names
	// kinStrength is how many pairs of members, each counted from both ends, it
	// takes to be believed as much as pairs by chance.
	kinStrength = 40
)

// kin raises the u of what companies of like names have in common to what it is
// among such companies of the directory.
func (c *comparer) kin(v *vector) {
	org := v.level[FieldOrg]
	if org == missing {
		return
	}
	for _, f := range kinFields {
		if l := v.level[f]; l != missing {
			v.u[f] = max(v.u[f], c.w.kin[org][f][l])
		}
	}
}

type kinCounts [maxLevels][fieldCount][maxLevels]atomic.Int64

// sampleKin counts what members of like names have in common.
func (p *problem) sampleKin(ctx context.Context) error {
	if p.kind != Company {
		return nil
	}
	var counts kinCounts
	workers := make([]*worker, runtime.GOMAXPROCS(0))
	n := uint64(len(p.members))
	err := parallel(ctx, len(p.members), func(w, from, to int) {
		if workers[w] == nil {
			workers[w] = p.newWorker()
		}
		for i := from; i < to; i++ {
			if n <= kinMembers || xxh3.HashString(p.members[i].id)%n < kinMembers {
				p.countKin(workers[w], i, &counts)
			}
		}
	})
	if err == nil {
		p.setKin(&counts)
	}
	return err
}

// countKin compares a member with those that share a key of its name. By keys
// of other fields it would find only members that share these.
func (p *problem) countKin(k *worker, i int, counts *kinCounts) {
	m := &p.members[i]
	if m.org == 0 {
		return
	}
	k.out = p.index.candidates(k.keyer, &entity{org: m.org}, k.out)
	var v vector
	for _, j := range k.out {
		other := &p.members[j]
		if int(j) == i || other.org == 0 {
			continue
		}
		k.compareAll(m, other, &v)
		org := v.level[FieldOrg]
		if org == orgDifferent || org <= orgClose && v.level[FieldStreet] <= streetNumber {
			continue // one name at one address is one company, entered twice
		}
		for _, f := range kinFields {
			if l := v.level[f]; l != missing {
				counts[org][f][l].Add(1)
			}
		}
	}
}

// setKin turns counts into shares, held back by those of pairs by chance.
func (p *problem) setKin(counts *kinCounts) {
	for org := range counts {
		for _, f := range kinFields {
			total := 0.0
			for l := range counts[org][f] {
				total += float64(counts[org][f][l].Load())
			}
			for l := range levelNames[f] {
				p.model.kin[org][f][l] = (float64(counts[org][f][l].Load()) + kinStrength*p.model.u[f][l]) / (total + kinStrength)
			}
		}
	}
}

// weigh is log2 of each u.
func (k *kinship) weigh(out *[maxLevels][fieldCount][maxLevels]Bits) {
	for org := range k {
		for _, f := range kinFields {
			for l, u := range k[org][f] {
				out[org][f][l] = bitsOf(math.Log2(math.Max(u, 1e-9)))
			}
		}
	}
}

func (k *kinship) appendTo(b []byte) []byte {
	for org := range k {
		for _, f := range kinFields {
			for _, u := range k[org][f] {
				b = appendFloat(b, u)
			}
		}
	}
	return b
}

func (k *kinship) readFrom(r *reader) {
	for org := range k {
		for _, f := range kinFields {
			for l := range k[org][f] {
				k[org][f][l] = r.float()
			}
		}
	}
}
