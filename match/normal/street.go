package normal

import "strings"

// StreetForm is the normal form of a street address.
type StreetForm struct {
	Line   string // number and street with words abbreviated alike, no unit
	Number string // house number
	Word   string // the street's own name: the longest word that is no type or direction
}

var streetWords = map[string]string{
	"street": "st", "str": "st", "avenue": "ave", "av": "ave", "road": "rd", "boulevard": "blvd", "lane": "ln", "drive": "dr",
	"court": "ct", "crt": "ct", "place": "pl", "square": "sq", "parkway": "pkwy", "highway": "hwy", "terrace": "ter", "circle": "cir",
	"circuit": "cct", "crescent": "cres", "close": "cl", "north": "n", "south": "s", "east": "e", "west": "w", "suite": "ste",
	"apartment": "apt", "floor": "fl", "building": "bldg", "room": "rm", "saint": "st", "first": "1st", "second": "2nd", "third": "3rd",
	"fourth": "4th", "fifth": "5th", "strasse": "st", "straat": "st", "rua": "r", "calle": "c", "po": "pobox", "expressway": "expy",
}

var streetTypes = setOf("st ave rd blvd ln dr ct pl sq pkwy hwy ter cir cct cres cl n s e w ne nw se sw ste apt fl bldg rm unit via rue r c pobox box " +
	"expy way the de la le du of suite no number flat level villa")

var unitWords = setOf("ste apt unit fl rm bldg flat level suite")

// Street returns the normal form of a street, zero if there is none.
func Street(s string) StreetForm {
	if Missing(s) {
		return StreetForm{}
	}
	words := strings.Fields(expand(Fold(streetTail(s)), streetWords))
	form := StreetForm{}
	line := words[:0:0]
	for i := 0; i < len(words); i++ {
		w := words[i]
		if unitWords[w] && len(line) > 0 {
			i++
			continue
		}
		w = strings.TrimSuffix(w, "strasse")
		if w == "" {
			continue
		}
		line = append(line, w)
		digits := w[0] >= '0' && w[0] <= '9'
		switch {
		case digits && form.Number == "" && !ordinal(w):
			form.Number = w
		case !streetTypes[w] && (len(w) > len(form.Word) || form.Word == "") && (!digits || ordinal(w)):
			form.Word = w
		}
	}
	form.Line = strings.Join(line, " ")
	return form
}

// streetTail leaves out what follows a semicolon or a line break: offices write
// city and state there.
func streetTail(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, ";\n"); i > 4 {
		return s[:i]
	}
	return s
}

func ordinal(w string) bool {
	n := len(w)
	if n < 3 || w[0] < '0' || w[0] > '9' {
		return false
	}
	switch w[n-2:] {
	case "st", "nd", "rd", "th":
		return true
	}
	return false
}

// StreetType reports whether a word of a StreetForm's line says only what kind
// of street or unit it is.
func StreetType(word string) bool { return streetTypes[word] }
