package match

import "math/bits"

// jaroWinkler is the similarity of two ASCII words, 0 to 1. Words over 64
// letters are compared by their first 64.
func jaroWinkler(a, b string) float64 {
	a, b = a[:min(64, len(a))], b[:min(64, len(b))]
	if a == b {
		return 1
	}
	if a == "" || b == "" {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	window := max(len(b)/2-1, 0)
	var usedA, usedB uint64
	matches := 0
	for i := range len(a) {
		lo, hi := max(0, i-window), min(len(b), i+window+1)
		for j := lo; j < hi; j++ {
			if usedB&(1<<j) == 0 && b[j] == a[i] {
				usedA |= 1 << i
				usedB |= 1 << j
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(transposed(a, b, usedA, usedB))/2)/m) / 3
	if jaro <= 0.7 {
		return jaro
	}
	prefix := 0
	for prefix < min(4, len(a)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// letterSet has a bit for each letter and for each group of digits of an ASCII
// word. It decides cheaply that two words cannot be alike.
func letterSet(s string) uint32 {
	var set uint32
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			set |= 1 << (c - 'a')
		case '0' <= c && c <= '9':
			set |= 1 << (26 + (c-'0')%6)
		}
	}
	return set
}

// jaroWinklerMost is at least the Jaro-Winkler similarity of two words of a-z
// and 0-9 with these sets: a letter that the other word lacks matches nothing.
func jaroWinklerMost(a, b string, setA, setB uint32) float64 {
	const rounding = 1e-9
	if a == b || max(len(a), len(b)) > 64 {
		return 1
	}
	matches := min(len(a)-bits.OnesCount32(setA&^setB), len(b)-bits.OnesCount32(setB&^setA))
	if matches <= 0 {
		return 0
	}
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + 1) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro) + rounding
}

// mayBeOneEdit is true of every two words that oneEdit is true of.
func mayBeOneEdit(setA, setB uint32) bool { return bits.OnesCount32(setA^setB) <= 2 }

// mayContain is true of every two words of which one contains the other.
func mayContain(setA, setB uint32) bool { return setA&^setB == 0 || setB&^setA == 0 }

// transposed counts matched letters that stand in another order.
func transposed(a, b string, usedA, usedB uint64) int {
	n, j := 0, 0
	for i := range len(a) {
		if usedA&(1<<i) == 0 {
			continue
		}
		for usedB&(1<<j) == 0 {
			j++
		}
		if a[i] != b[j] {
			n++
		}
		j++
	}
	return n
}

// oneEdit reports whether one letter put in, left out, changed or swapped with
// its neighbour makes b of a.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) {
		return true
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// fewEdits reports whether at most two letters put in, left out or changed make
// b of a.
func fewEdits(a, b string) bool {
	const most = 2
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > most || len(b) > 64 {
		return false
	}
	var before, row [65]uint8
	for j := range len(b) + 1 {
		before[j] = uint8(j)
	}
	for i := range len(a) {
		row[0] = uint8(i + 1)
		best := row[0]
		for j := range len(b) {
			cost := before[j]
			if a[i] != b[j] {
				cost = 1 + min(before[j], before[j+1], row[j])
			}
			row[j+1] = cost
			best = min(best, cost)
		}
		if best > most {
			return false
		}
		before = row
	}
	return before[len(b)] <= most
}
