package world

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var letters = strings.NewReplacer(
	"ß", "ss", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D", "ð", "d", "þ", "th", "ı", "i", "æ", "ae", "Æ", "Ae", "œ", "oe",
	"ʼ", "'", "’", "'",
)

var german = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "å", "aa", "Å", "Aa")

// fold drops diacritics and spells special letters out: "Müller" -> "Muller".
func fold(text string) string {
	text = letters.Replace(text)
	if isASCII(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text))
}

// spell is fold as Germans and Scandinavians write it without their letters:
// "Müller" -> "Mueller".
func spell(text string) string { return fold(german.Replace(norm.NFC.String(text))) }

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// plain keeps the ASCII letters and digits of a folded text, in lower case:
// what an e-mail address or a profile address is made of.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, fold(text))
}

// slug joins the plain words of a text with hyphens.
func slug(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == ',' || r == '.' })
	kept := words[:0]
	for _, word := range words {
		if word = plain(word); word != "" {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, "-")
}

// digits fills each # of a pattern.
func digits(d *draw, pattern string) string {
	out := []byte(pattern)
	for i, c := range out {
		if c == '#' {
			out[i] = byte('0' + d.below(10))
		}
	}
	return string(out)
}

// number fills each # of a street pattern with a number without leading zero.
func number(d *draw, pattern string) string {
	var out strings.Builder
	for i, part := range strings.Split(pattern, "#") {
		if i > 0 {
			out.WriteString(strconv.Itoa(d.between(1, 199)))
		}
		out.WriteString(part)
	}
	return out.String()
}
