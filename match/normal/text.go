// Package normal gives every kind of value one normal form: person and company
// names, phone numbers, e-mail addresses, web sites, places, streets, titles
// and profile addresses. Two values that people would call the same have the
// same form; the comparison of forms is not its business.
//
// All forms are pure functions of the text, made of lower-case ASCII letters,
// digits and single spaces, and stable: a form of a form is itself.
package normal

import (
	"bytes"
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"
)

// MaxBytes is how much of a value is looked at. Longer values are absurd, and
// cutting them keeps the work on each value bounded.
const MaxBytes = 512

// Text is folded text with what folding lost.
type Text struct {
	Fold    string // words of a-z and 0-9, separated by one space
	Foreign bool   // some letters were not Latin and were transliterated
}

// Fold lower-cases, takes accents off, transliterates, and leaves words of a-z
// and 0-9 with one space between them. Apostrophes vanish, all other signs
// separate words.
func Fold(s string) string { return FoldText(s).Fold }

// FoldText is Fold and tells whether the text was in another script.
func FoldText(s string) Text {
	s = prepare(s)
	return Text{Fold: words(s, nil), Foreign: foreign(s)}
}

// prepare cuts absurd values and undoes what exports do to text.
func prepare(s string) string {
	s = cut(strings.TrimSpace(s))
	if i := strings.LastIndexByte(s, '&'); i >= 0 {
		if len(s) > MaxBytes-utf8.UTFMax && i > len(s)-longestEntity && !strings.Contains(s[i:], ";") {
			s = s[:i] // the cut went through an entity, of which letters would stay
		}
		s = html.UnescapeString(s)
	}
	return s
}

// longestEntity is how long the HTML entities are that exports write.
const longestEntity = 10

// cut shortens s to MaxBytes at a rune boundary.
func cut(s string) string {
	if len(s) <= MaxBytes {
		return s
	}
	end := MaxBytes
	for end > MaxBytes-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// foreign reports whether s holds letters outside the Latin script.
func foreign(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.ContainsFunc(s[i:], isForeign)
		}
	}
	return false
}

func isForeign(r rune) bool {
	return r >= 0x250 && unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r)
}

// words folds s. keep names ASCII signs that stay as words of their own.
func words(s string, keep func(byte) bool) string {
	if !ascii(s) {
		s = latin(s)
	}
	out := make([]byte, 0, len(s))
	gap := false
	for i := range len(s) {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case c == '\'' || c == '`':
			continue
		case keep != nil && keep(c):
			out = append(separate(out), c)
			gap = true
			continue
		default:
			gap = true
			continue
		}
		if gap {
			out = separate(out)
			gap = false
		}
		out = append(out, c)
	}
	if len(out) > MaxBytes { // other scripts grow when they are transliterated
		out = bytes.TrimRight(out[:MaxBytes], " ")
	}
	return string(out)
}

func separate(out []byte) []byte {
	if len(out) > 0 {
		return append(out, ' ')
	}
	return out
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// special are letters that decomposition leaves alone, and signs that join.
var special = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d",
	'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ı': "i", 'þ': "th", 'Þ': "th", 'ħ': "h", 'ŋ': "n",
	'’': "'", '‘': "'", 'ʼ': "'", 'ʻ': "'", '´': "'", '\u02b9': "'", '\u200b': "", '\u200c': "", '\u200d': "", '\ufeff': "", '\u00ad': "",
	'·': " ", '・': " ", '\u00a0': " ", '｜': " ", 'ь': "", 'ъ': "", 'Ь': "", 'Ъ': "",
}

// latin turns any text into ASCII.
func latin(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		case unicode.Is(unicode.Mn, r):
		default:
			latinRune(&b, r)
		}
	}
	return b.String()
}

func latinRune(b *strings.Builder, r rune) {
	if t, ok := special[r]; ok {
		b.WriteString(t)
		return
	}
	if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mc, r) {
		b.WriteByte(' ')
		return
	}
	for _, c := range []byte(unidecode.Unidecode(string(r))) {
		if c != '\'' && c != '`' && c != '"' && c < utf8.RuneSelf {
			b.WriteByte(c)
		}
	}
}

// placeholders are what people type when a field must not be empty.
var placeholders = setOf("unknown na none null nil test xxx xx xxxx tbd tba unbekannt inconnu desconocido sconosciuto onbekend " +
	"blank empty noname undefined notprovided notavailable anonymous dummy asdf todo keine missing unspecified")

// Missing reports whether a value says nothing: empty, only signs, or a
// placeholder such as "n/a" or "[not provided]".
func Missing(s string) bool {
	s = cut(s)
	var letters [longestPlaceholder]byte
	n := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case c >= utf8.RuneSelf || c == '&':
			joined := strings.ReplaceAll(Fold(s), " ", "")
			return joined == "" || placeholders[joined]
		default:
			continue
		}
		if n == len(letters) {
			return false
		}
		letters[n] = c
		n++
	}
	return n == 0 || placeholders[string(letters[:n])]
}

// longestPlaceholder is how many letters placeholders have at the most.
const longestPlaceholder = 12

func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// joinDotted makes one word of dotted letters: V.P. and C.E.O.
func joinDotted(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = strings.ReplaceAll(w, ".", dots(w))
	}
	return strings.Join(words, " ")
}
