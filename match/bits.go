package match

import (
	"math"
	"strconv"
)

// Bits is a weight of evidence in thousandths of a bit: log2 of a ratio of
// odds. Being whole numbers, weights add up exactly and in any order.
type Bits int32

// bitsOf rounds a weight in bits.
func bitsOf(x float64) Bits {
	const limit = 2_000_000
	x = math.Round(x * 1000)
	return Bits(max(-limit, min(limit, x)))
}

// Float returns the weight in bits.
func (b Bits) Float() float64 { return float64(b) / 1000 }

// String returns the weight with its sign and one decimal: "+12.4".
func (b Bits) String() string {
	s := strconv.FormatFloat(b.Float(), 'f', 1, 64)
	if b > 0 {
		return "+" + s
	}
	return s
}

// MarshalJSON writes bits as a decimal number with three places.
func (b Bits) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, b.Float(), 'f', -1, 64), nil
}
