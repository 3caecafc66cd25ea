package normal

// Skeleton is what is left of a folded word when vowels are gone: consonants
// with runs collapsed. Transliterations of one name differ in vowels first.
func Skeleton(word string) string {
	if len(word) > 4 && (word[:2] == "al" || word[:2] == "el") && word[2] != 'e' && word[2] != 'i' && word[2] != 'a' {
		word = word[1:]
	}
	var out [32]byte
	n := 0
	for i := range len(word) {
		c := word[i]
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y', 'w', 'h', ' ':
			continue
		case 'q', 'c':
			c = 'k'
		case 'z':
			c = 's'
		case 'v':
			c = 'f'
		case 'p':
			c = 'b'
		}
		if n > 0 && out[n-1] == c || n == len(out) {
			continue
		}
		out[n] = c
		n++
	}
	return string(out[:n])
}

// Sound is a phonetic code of a folded word for names of European languages:
// words that sound alike usually have the same code.
func Sound(word string) string {
	var out [16]byte
	n := 0
	for i := 0; i < len(word) && n < len(out); i++ {
		c := sound(word, i)
		if c == 0 || n > 0 && out[n-1] == c {
			continue
		}
		out[n] = c
		n++
	}
	return string(out[:n])
}

// sound returns the code of the letter at i, 0 for silent ones.
func sound(word string, i int) byte {
	next, before := at(word, i+1), at(word, i-1)
	switch c := word[i]; c {
	case 'a', 'e', 'i', 'o', 'u', 'y', 'j':
		if i == 0 {
			if c == 'y' || c == 'j' {
				return 'j'
			}
			return 'a'
		}
		return 0
	case 'w':
		if i == 0 {
			return 'f'
		}
		return 0
	case 'h':
		if i == 0 {
			return 'h'
		}
		return 0
	case 'v', 'f':
		return 'f'
	case 'p':
		if next == 'h' {
			return 'f'
		}
		return 'p'
	case 'c':
		return soundC(word, i, next)
	case 'k', 'q':
		if i == 0 && next == 'n' {
			return 0
		}
		return 'k'
	case 'g':
		if next == 'h' && i > 0 || i == 0 && next == 'n' {
			return 0
		}
		return 'k'
	case 's', 'z', 'x':
		if c == 's' && next == 'c' && at(word, i+2) == 'h' {
			return 0
		}
		return 's'
	case 'd', 't':
		if c == 't' && next == 'z' || c == 'd' && next == 't' {
			return 0
		}
		return 't'
	case 'm':
		if before == 'm' {
			return 0
		}
		return c
	default: // b, l, n, r: as they are
		return c
	}
}

func soundC(word string, i int, next byte) byte {
	switch next {
	case 'h':
		if i > 0 && word[i-1] == 's' {
			return 's'
		}
		return 'k'
	case 'e', 'i', 'y':
		return 's'
	}
	return 'k'
}

func at(word string, i int) byte {
	if i < 0 || i >= len(word) {
		return 0
	}
	return word[i]
}
