package world

import "math/bits"

// draw is a stream of pseudo-random values that belongs to one thing: the same
// seed, topic and index always give the same stream, whatever was asked before.
// That is what makes random access possible without keeping anything.
type draw struct{ state uint64 }

// mix is the finaliser of SplitMix64: every bit of x moves about half of the
// bits of the result.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// topic separates the streams of different things with the same index.
type topic uint64

const (
	topicCompany topic = iota + 1
	topicPerson
	topicCareer
	topicAccount
	topicContact
	topicLead
	topicOpportunity
	topicRole
	topicUser
	topicMember
	topicThread
	topicStamp
	topicPermute
	topicLink
)

func (w *World) draw(t topic, index int) *draw {
	return &draw{state: mix(w.seed ^ mix(uint64(t)*0x9e3779b97f4a7c15^uint64(index)))}
}

func (d *draw) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return mix(d.state)
}

// below returns a value in 0..n-1, and 0 for n < 1.
func (d *draw) below(n int) int {
	if n < 1 {
		return 0
	}
	high, _ := bits.Mul64(d.next(), uint64(n))
	return int(high)
}

// between returns a value in low..high.
func (d *draw) between(low, high int) int { return low + d.below(high-low+1) }

// chance reports true in so many of a thousand cases. It always takes exactly
// one value, so that a changed share moves nothing that is drawn later.
func (d *draw) chance(perMille int) bool { return d.below(1000) < perMille }

func pick[T any](d *draw, from []T) T {
	var none T
	if len(from) == 0 {
		d.next()
		return none
	}
	return from[d.below(len(from))]
}

// tenths are the powers of ten from 0 to 1 in tenths, in thousandths.
var tenths = [...]int{1000, 1259, 1585, 1995, 2512, 3162, 3981, 5012, 6310, 7943, 10000}

// power returns about 10 to the power of so many thousandths: sizes and sums of
// money are spread by their magnitude. It reckons in integers, so that every
// machine makes the same world.
func power(thousandths int) int {
	whole, rest := thousandths/1000, thousandths%1000
	low, high := tenths[rest/100], tenths[rest/100+1]
	value := low + (high-low)*(rest%100)/100
	for range whole {
		value *= 10
	}
	return value / 1000
}

// magnitude returns the power of ten nearest to n by ratio; 1 for n < 4.
func magnitude(n int) int {
	value := 1
	for n*1000 >= value*3162 {
		value *= 10
	}
	return value
}

// permute maps 0..n-1 onto itself: a four-round Feistel network over the next
// even power of two, walked until the result falls inside. The inverse runs the
// rounds backwards. Both take constant expected time and no memory.
type permute struct {
	key  uint64
	n    uint64
	half uint
	mask uint64
}

func newPermute(key uint64, n int) permute {
	half := uint(1)
	for uint64(1)<<(2*half) < uint64(n) {
		half++
	}
	return permute{key: key, n: uint64(n), half: half, mask: 1<<half - 1}
}

func (p permute) round(r, x uint64) uint64 { return mix(p.key^r<<56^x) & p.mask }

func (p permute) at(index int) int {
	x := uint64(index)
	for {
		left, right := x>>p.half, x&p.mask
		for r := range uint64(4) {
			left, right = right, left^p.round(r, right)
		}
		if x = left<<p.half | right; x < p.n {
			return int(x)
		}
	}
}

func (p permute) inverse(value int) int {
	x := uint64(value)
	for {
		left, right := x>>p.half, x&p.mask
		for r := 3; r >= 0; r-- {
			left, right = right^p.round(uint64(r), left), left
		}
		if x = left<<p.half | right; x < p.n {
			return int(x)
		}
	}
}
