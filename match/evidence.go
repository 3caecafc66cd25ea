package match

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Evidence is the stored form of a score: the prior and one row per field that
// was compared. It needs no model to be read. The zero value holds nothing.
type Evidence []byte

// EvidenceRow is the weight of one field.
type EvidenceRow struct {
	Field Field
	Level uint8
	Bits  Bits
}

// LevelName returns the level's name for people, such as "exact".
func (r EvidenceRow) LevelName() string {
	if r.Field < fieldCount && int(r.Level) < len(levelNames[r.Field]) {
		return levelNames[r.Field][r.Level]
	}
	return "unknown"
}

// ErrEvidence is returned for bytes that are not evidence.
var ErrEvidence = errors.New("match: not evidence")

const evidenceVersion = 1

// newEvidence writes the prior and the rows.
func newEvidence(prior Bits, rows []EvidenceRow) Evidence {
	b := make([]byte, 0, 4+5*len(rows))
	b = append(b, evidenceVersion)
	b = binary.AppendVarint(b, int64(prior))
	for _, r := range rows {
		b = append(b, byte(r.Field), r.Level)
		b = binary.AppendVarint(b, int64(r.Bits))
	}
	return b
}

// Decode returns the prior and the rows, or ErrEvidence.
func (e Evidence) Decode() (Bits, []EvidenceRow, error) {
	if len(e) == 0 {
		return 0, nil, nil
	}
	if e[0] != evidenceVersion {
		return 0, nil, fmt.Errorf("%w: version %d", ErrEvidence, e[0])
	}
	prior, rest, err := cutBits(e[1:])
	if err != nil {
		return 0, nil, err
	}
	var rows []EvidenceRow
	for len(rest) > 0 {
		if len(rest) < 3 {
			return 0, nil, fmt.Errorf("%w: cut short", ErrEvidence)
		}
		row := EvidenceRow{Field: Field(rest[0]), Level: rest[1]}
		if row.Bits, rest, err = cutBits(rest[2:]); err != nil {
			return 0, nil, err
		}
		rows = append(rows, row)
	}
	return prior, rows, nil
}

func cutBits(b []byte) (Bits, []byte, error) {
	v, n := binary.Varint(b)
	if n <= 0 || v != int64(Bits(v)) {
		return 0, nil, fmt.Errorf("%w: bad number", ErrEvidence)
	}
	return Bits(v), b[n:], nil
}

// Prior returns the prior, 0 for bytes that are not evidence.
func (e Evidence) Prior() Bits {
	prior, _, _ := e.Decode()
	return prior
}

// Rows returns the rows, nil for bytes that are not evidence.
func (e Evidence) Rows() []EvidenceRow {
	_, rows, _ := e.Decode()
	return rows
}

// Total returns the prior and all rows added up.
func (e Evidence) Total() Bits {
	total, rows, _ := e.Decode()
	for _, r := range rows {
		total += r.Bits
	}
	return total
}
