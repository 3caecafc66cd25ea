package schema

import (
	"strings"
)

// alphabet is the order of the digits of a record id.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// checks is the order of the letters that make an id safe where case is lost.
const checks = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

// stemLength and numberLength are the two parts of the 15 characters: key prefix and instance, then a counter.
const (
	stemLength   = 6
	numberLength = 9
)

// Stem returns the first six characters of the ids with the key prefix in the org whose instance has two characters.
func Stem(prefix, instance string) string { return prefix + instance + "0" }

// digitOf is the value of each character of the alphabet, 255 for any other.
var digitOf = func() (table [256]byte) {
	for i := range table {
		table[i] = 255
	}
	for i := range len(alphabet) {
		table[alphabet[i]] = byte(i)
	}
	return table
}()

// appendID appends the 18 characters of an id: 15 that count, 3 that say which of them are capitals.
func appendID(dst []byte, stem string, n uint64) []byte {
	start := len(dst)
	dst = append(dst, stem...)
	var number [numberLength]byte
	for i := numberLength - 1; i >= 0; i-- {
		number[i] = alphabet[n%62]
		n /= 62
	}
	dst = append(dst, number[:]...)
	return appendChecksum(dst, dst[start:])
}

// appendChecksum appends the three letters for the 15 characters of id.
func appendChecksum(dst, id []byte) []byte {
	for group := 0; group+5 <= len(id) && group < 15; group += 5 {
		capitals := 0
		for bit, c := range id[group : group+5] {
			if c >= 'A' && c <= 'Z' {
				capitals |= 1 << bit
			}
		}
		dst = append(dst, checks[capitals])
	}
	return dst
}

// Canonical returns the 18 characters of a well-formed id of 15 or 18 characters, the case of which it restores from
// the checksum, and any other text as it is.
func Canonical(id string) string {
	if !isAlphanumeric(id) {
		return id
	}
	switch len(id) {
	case 15:
		return string(appendChecksum([]byte(id), []byte(id)))
	case 18:
		if restored, ok := restoreCase(id); ok {
			return restored
		}
	}
	return id
}

func isAlphanumeric(s string) bool {
	for i := range len(s) {
		if digitOf[s[i]] == 255 {
			return false
		}
	}
	return true
}

func restoreCase(id string) (string, bool) {
	out := []byte(id[:15])
	for group := range 3 {
		capitals := strings.IndexByte(checks, upper(id[15+group]))
		if capitals < 0 {
			return "", false
		}
		for bit := range 5 {
			c := &out[group*5+bit]
			if capitals&(1<<bit) != 0 {
				*c = upper(*c)
			} else {
				*c = lower(*c)
			}
		}
	}
	full := appendChecksum(out, out)
	return string(full), strings.EqualFold(string(full[15:]), id[15:])
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 32
	}
	return c
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 32
	}
	return c
}

// ParseID takes an id of 15 or 18 characters apart into its stem and number. A malformed one is not ok.
func ParseID(id string) (stem string, n uint64, ok bool) {
	if len(id) != 15 && len(id) != 18 {
		return "", 0, false
	}
	full := Canonical(id)
	if len(full) != 18 || !isAlphanumeric(full) {
		return "", 0, false
	}
	if string(appendChecksum(nil, []byte(full[:15]))) != full[15:] {
		return "", 0, false
	}
	for _, c := range []byte(full[stemLength:15]) {
		n = n*62 + uint64(digitOf[c])
	}
	return full[:stemLength], n, true
}

// ParseValue returns the id as a value; a malformed one stays text.
func ParseValue(id string) Value {
	if stem, n, ok := ParseID(id); ok {
		return ID(stem, n)
	}
	return Text(id)
}
