package match

import "slices"

// missing is the level of a field that a side does not have.
const missing uint8 = 0xff

// vector is what comparing a record with a member found.
type vector struct {
	level [fieldCount]uint8
	u     [fieldCount]Bits // log2 of the share of members that agree as well by chance
	gate  gate
}

// gate says how far evidence that belongs to a post or a household counts.
type gate uint8

const (
	gateOpen     gate = iota
	gateStreet        // one name differs: cap what belongs to a post
	gateAll           // one name differs and the address is shared: cap it too
	gateShut          // both names differ
	gateNameless      // no name can be compared
	gateSite          // two companies share nothing but an address
)

// Caps of the name gate.
const (
	gateCap  Bits = 6000
	gateMost Bits = -5000
	// namelessMost is the most that a pair without names can come to, prior
	// included: worth a look, never a link.
	namelessMost Bits = 3000
)

var (
	gatedPost = []Field{FieldTitle, FieldOrg, FieldDomain, FieldPhone, FieldArea}
	gatedHome = append(slices.Clone(gatedPost), FieldStreet)
	gatedSite = []Field{FieldStreet, FieldArea}
)

// fields are those whose agreement a gate caps.
func (g gate) fields() []Field {
	switch g {
	case gateAll:
		return gatedHome
	case gateSite:
		return gatedSite
	}
	return gatedPost
}

func (v *vector) reset() {
	for f := range v.level {
		v.level[f] = missing
	}
	v.gate = gateOpen
}

func (v *vector) set(f Field, level uint8, u Bits) {
	v.level[f], v.u[f] = level, u
}

// bits returns the weight of one field.
func (w *weights) bits(v *vector, f Field) Bits {
	if v.level[f] == missing {
		return 0
	}
	b := w.m[f][v.level[f]] - v.u[f]
	if f == FieldOrg || f == FieldEmail {
		// A value that is somewhat alike never says less than one that is not.
		worst := uint8(len(levelNames[f]) - 1)
		b = max(b, w.m[f][worst]-w.u[f][worst])
	}
	return b
}

// score adds up the fields and applies the name gate.
func (w *weights) score(v *vector) Bits {
	var total Bits
	for f := range fieldCount {
		total += w.bits(v, f)
	}
	return total + w.gateBits(v, total)
}

// gateBits is what the name gate takes from a total.
func (w *weights) gateBits(v *vector, total Bits) Bits {
	if v.gate == gateOpen {
		return 0
	}
	switch v.gate {
	case gateShut:
		return min(0, gateMost-total)
	case gateNameless:
		return min(0, namelessMost-w.prior-total)
	}
	// What agrees is capped; what contradicts is not set off by it, and counts.
	var agrees Bits
	for _, f := range v.gate.fields() {
		agrees += max(0, w.bits(v, f))
	}
	return min(0, gateCap-agrees)
}

// rows writes the score out.
func (w *weights) rows(v *vector) []EvidenceRow {
	rows := make([]EvidenceRow, 0, 8)
	var total Bits
	for f := range fieldCount {
		if v.level[f] != missing {
			rows = append(rows, EvidenceRow{Field: f, Level: v.level[f], Bits: w.bits(v, f)})
			total += w.bits(v, f)
		}
	}
	if g := w.gateBits(v, total); g != 0 {
		level := uint8(0)
		switch v.gate {
		case gateShut:
			level = 1
		case gateNameless:
			level = 2
		}
		rows = append(rows, EvidenceRow{Field: FieldGate, Level: level, Bits: g})
	}
	return rows
}
