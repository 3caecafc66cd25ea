package match

import (
	"testing"

	"pgregory.net/rapid"
)

// What decides cheaply that two words are not alike is never wrong about it.
func TestCheapBounds(t *testing.T) {
	word := rapid.StringMatching(`[a-e0-9]{0,9}|[a-z]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		x, y := letterSet(a), letterSet(b)
		if most := jaroWinklerMost(a, b, x, y); most < jaroWinkler(a, b) {
			t.Errorf("%q %q: bound %v under %v", a, b, most, jaroWinkler(a, b))
		}
		if oneEdit(a, b) && !mayBeOneEdit(x, y) {
			t.Errorf("%q %q are one edit apart", a, b)
		}
		if cut := a[:len(a)/2]; !mayContain(letterSet(cut), x) {
			t.Errorf("%q contains %q", a, cut)
		}
	})
}
