package match

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrModel is returned for bytes that are not a model of this version.
var ErrModel = errors.New("match: not a model")

const modelMagic = "crmsync-model\x02"

// MarshalBinary writes the model. Equal models give equal bytes.
func (m *Model) MarshalBinary() ([]byte, error) {
	b := []byte(modelMagic)
	b = append(b, byte(m.kind))
	b = binary.AppendUvarint(b, uint64(len(m.version)))
	b = append(b, m.version...)
	b = binary.AppendUvarint(b, uint64(m.members))
	b = binary.AppendUvarint(b, uint64(m.records))
	b = appendFloat(b, m.prior)
	b = append(b, byte(fieldCount), maxLevels, byte(valueKinds))
	for f := range fieldCount {
		for l := range maxLevels {
			b = appendFloat(appendFloat(b, m.m[f][l]), m.u[f][l])
		}
	}
	for i := range m.freq {
		b = m.freq[i].appendTo(b)
	}
	b = appendSorted(b, m.heavy)
	b = appendFloat(appendFloat(appendFloat(b, m.calibration.a), m.calibration.b), m.calibration.c)
	b = binary.AppendUvarint(b, uint64(m.calibration.n))
	b = binary.AppendUvarint(b, uint64(len(m.learned)))
	for _, d := range m.learned {
		b = binary.LittleEndian.AppendUint64(b, d.domain)
		b = binary.LittleEndian.AppendUint64(b, d.company)
	}
	if m.kind == Company {
		b = m.kin.appendTo(b)
	}
	return b, nil
}

func appendFloat(b []byte, x float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
}

// appendSorted writes sorted numbers as differences.
func appendSorted(b []byte, list []uint64) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	before := uint64(0)
	for _, v := range list {
		b = binary.AppendUvarint(b, v-before)
		before = v
	}
	return b
}

func (f *frequency) appendTo(b []byte) []byte {
	b = appendFloat(appendFloat(appendFloat(b, f.total), f.once), f.twice)
	b = appendSorted(b, f.keys)
	for _, c := range f.counts {
		b = binary.AppendUvarint(b, uint64(c))
	}
	return b
}

// UnmarshalBinary reads what MarshalBinary wrote, or returns ErrModel.
func (m *Model) UnmarshalBinary(b []byte) error {
	if len(b) < len(modelMagic) || string(b[:len(modelMagic)]) != modelMagic {
		return fmt.Errorf("%w: unknown version", ErrModel)
	}
	r := reader{b: b[len(modelMagic):]}
	out := Model{kind: Kind(r.byte())}
	out.version = string(r.bytes(r.length(1)))
	out.members, out.records = int(r.uint()), int(r.uint())
	out.prior = r.float()
	if r.byte() != byte(fieldCount) || r.byte() != maxLevels || r.byte() != byte(valueKinds) {
		return fmt.Errorf("%w: other fields", ErrModel)
	}
	for f := range fieldCount {
		for l := range maxLevels {
			out.m[f][l], out.u[f][l] = r.float(), r.float()
		}
	}
	for i := range out.freq {
		out.freq[i].readFrom(&r)
	}
	out.heavy = r.sorted()
	out.calibration = calibration{a: r.float(), b: r.float(), c: r.float(), n: int(r.uint())}
	for range r.length(16) {
		out.learned = append(out.learned, domainCompany{r.fixed(), r.fixed()})
	}
	if out.kind == Company && len(r.b) > 0 { // models of older versions have none
		out.kin.readFrom(&r)
	}
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("%w: damaged", ErrModel)
	}
	out.name(b)
	*m = out
	return nil
}

func (f *frequency) readFrom(r *reader) {
	f.total, f.once, f.twice = r.float(), r.float(), r.float()
	f.keys = r.sorted()
	f.counts = make([]uint32, len(f.keys))
	for i := range f.counts {
		f.counts[i] = uint32(r.uint())
	}
}

// reader reads until the bytes are bad, then gives zeros.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) bytes(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad = true
		return make([]byte, min(n, 8))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() byte { return r.bytes(1)[0] }

func (r *reader) fixed() uint64 { return binary.LittleEndian.Uint64(r.bytes(8)) }

func (r *reader) float() float64 { return math.Float64frombits(r.fixed()) }

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if r.bad || n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// length reads a number of things of at least size bytes each.
func (r *reader) length(size int) int {
	n := r.uint()
	if n > uint64(len(r.b)/size) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *reader) sorted() []uint64 {
	list := make([]uint64, r.length(1))
	before := uint64(0)
	for i := range list {
		before += r.uint()
		list[i] = before
	}
	return list
}
