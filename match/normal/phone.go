package normal

import "strings"

// Phone returns the last ten digits of a number as a whole number, without its
// extension; 0 if there are fewer than seven digits behind leading zeros, or they are all the same.
// Ten digits leave country and trunk prefixes out of the comparison.
func Phone(s string) uint64 {
	s = strings.ToLower(cut(s))
	for _, mark := range []string{"ext", "x", "#", ";", "durchwahl", "poste"} {
		if i := strings.Index(s, mark); i >= 7 {
			s = s[:i]
		}
	}
	s = strings.Replace(s, "(0)", "", 1)
	var digits [32]byte
	n := 0
	for _, r := range s {
		d, ok := digit(r)
		if !ok {
			continue
		}
		if n == len(digits) {
			return 0
		}
		digits[n] = d
		n++
	}
	if n < 7 || n > 18 {
		return 0
	}
	return number(digits[max(0, n-10):n])
}

func number(digits []byte) uint64 {
	var v uint64
	same := true
	for _, d := range digits {
		v = v*10 + uint64(d)
		same = same && d == digits[0]
	}
	if same || v < 1_000_000 {
		return 0
	}
	return v
}

// digit understands the decimal digits of common scripts.
func digit(r rune) (byte, bool) {
	for _, zero := range [...]rune{'0', '０', '٠', '۰', '०'} {
		if zero <= r && r <= zero+9 {
			return byte(r - zero), true
		}
	}
	return 0, false
}
