package match

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJaroWinkler(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"martha", "marhta", 0.9611}, {"dwayne", "duane", 0.84}, {"dixon", "dicksonx", 0.8133}, {"", "", 1}, {"a", "", 0}, {"abc", "xyz", 0},
	} {
		if got := jaroWinkler(c.a, c.b); math.Abs(got-c.want) > 0.0001 {
			t.Errorf("jaroWinkler(%q, %q) = %.4f, want %.4f", c.a, c.b, got, c.want)
		}
	}
	if got := jaroWinkler(strings.Repeat("a", 500), strings.Repeat("a", 600)); got != 1 {
		t.Errorf("long words: %v", got)
	}
}

// The fast tests of one and two edits agree with counting edits.
func TestEdits(t *testing.T) {
	word := rapid.StringMatching("[abc]{0,7}")
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		n := edits(a, b)
		if got := oneEdit(a, b); got != (n <= 1) {
			t.Fatalf("oneEdit(%q, %q) = %v, %d edits", a, b, got, n)
		}
		if s := jaroWinkler(a, b); s != jaroWinkler(b, a) || s < 0 || s > 1 || (s == 1) != (a == b) {
			t.Fatalf("jaroWinkler(%q, %q) = %v", a, b, s)
		}
		if fewEdits(a, b) && n > 2 {
			t.Fatalf("fewEdits(%q, %q), %d edits", a, b, n)
		}
	})
}

// Probabilities of a record sum to one, whatever the weights.
func TestShareOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []scored
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			list = append(list, scored{bits: Bits(rapid.Int32Range(-40_000, 60_000).Draw(t, "bits"))})
		}
		sum := shareOut(list, Bits(rapid.Int32Range(-25_000, -1000).Draw(t, "prior")))
		for _, s := range list {
			sum += s.prob
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("sum %v", sum)
		}
	})
}

func TestGoodTuring(t *testing.T) {
	var values []uint64
	for v := range uint64(100) {
		for range 1 + v/20 {
			values = append(values, v)
		}
	}
	f := newFrequency(len(values), len(values), values)
	if f.count(99) != 5 || f.count(0) != 1 || f.count(12345) != 1 {
		t.Error(f.count(99), f.count(0))
	}
	if once, five := f.share(0), f.share(99); once <= 0 || once >= five {
		t.Errorf("a value seen once has share %v, one seen five times %v", once, five)
	}
}
