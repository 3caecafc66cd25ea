package normal

import (
	"slices"
	"strings"
	"sync"

	"crmsync/assets/names"
)

// CompanyName is the normal form of a company's name.
type CompanyName struct {
	Words   []string // without legal form, "the" and "and"
	Joined  string   // Words without spaces
	Acronym string   // first letters of three or more words
	Form    string   // legal form and branch in brackets that were taken off, in one spelling
	Foreign bool
}

// companyWords are abbreviations of words that many names have.
var companyWords = map[string]string{
	"intl": "international", "int": "international", "mfg": "manufacturing", "svc": "services", "svcs": "services", "service": "services",
	"assoc": "associates", "natl": "national", "univ": "university", "ctr": "center", "centre": "center", "hosp": "hospital", "mgmt": "management",
	"mgt": "management", "sys": "systems", "system": "systems", "technology": "technologies", "solution": "solutions",
	"grp": "group", "hldgs": "holdings", "hldg": "holdings", "holding": "holdings", "fin": "financial", "finl": "financial", "pharma": "pharmaceuticals",
	"pharmaceutical": "pharmaceuticals", "inds": "industries", "industry": "industries", "labs": "laboratories", "lab": "laboratories", "elec": "electric",
	"mtn": "mountain", "bros": "brothers", "st": "saint", "ft": "fort", "mt": "mount", "dept": "department", "muni": "municipal",
	"partner": "partners", "product": "products", "enterprise": "enterprises", "property": "properties",
	"resource": "resources", "restaurant": "restaurants", "foundation": "fdn", "assn": "association", "insur": "insurance", "ins": "insurance",
	"comm": "communications", "communication": "communications", "engg": "engineering", "engr": "engineering", "dev": "development",
}

// maxWords bounds the words of a company name that are looked at.
const maxWords = 12

var legalForms = sync.OnceValue(func() map[string]bool { return setOf(names.Legal) })

// softForms are forms that are also plain words: they come off the end only.
var fillers = setOf("the and und et y e of for a an de la le der die das del di da do dos")

// phrases are legal forms of several words, and words by which exchanges
// describe what is listed.
var phrases = []string{
	"open joint stock company", "public joint stock company", "closed joint stock company", "joint stock company", "limited liability company",
	"common shares of beneficial interest", "public limited company", "public ltd co", "common stock", "common shares", "ordinary shares", "ordinary share", "american depositary shares", "american depositary share",
	"depositary shares", "class a", "class b", "class c", "units", "warrants", "warrant", "capital stock", "subordinate voting shares",
	"common share", "shares of beneficial interest", "new common", "ads", "adr", "new", "voting", "non voting", "sponsored adr", "common", "reit", "par", "sp zoo", "sp z oo",
	"spolka z oo", "spolka zoo", "spolka z ograniczona odpowiedzialnoscia", "spolka akcyjna", "societe anonyme", "societe par actions simplifiee", "societe a responsabilite limitee",
	"sociedad anonima", "sociedad limitada", "sociedad de responsabilidad limitada", "sociedade anonima", "s de rl de cv", "s de rl", "sa de cv", "sab de cv", "sapi de cv",
	"societa per azioni", "societa a responsabilita limitata", "gesellschaft mit beschrankter haftung", "gesellschaft mit beschraenkter haftung", "besloten vennootschap", "naamloze vennootschap",
	"limited liability partnership", "kabushiki kaisha",
}

// phraseLists are the words of phrases.
var phraseLists = func() (out [][]string) {
	for _, phrase := range phrases {
		out = append(out, strings.Fields(phrase))
	}
	return out
}()

// Company returns the normal form of a company's name.
func Company(s string) CompanyName {
	s = prepare(s)
	if Missing(s) {
		return CompanyName{}
	}
	foreign, scripted := foreign(s), ""
	if foreign {
		s, scripted = scriptForm(s)
	}
	s, branch := brackets(secMark(s))
	list := joinLetters(strings.Fields(words(ampersand(strings.ReplaceAll(s, ".", dots(s))), nil)))
	if len(list) > maxWords {
		list = list[:maxWords]
	}
	list, form := stripForms(list)
	if short := dropRepeat(list); len(short) < len(list) {
		list, form = stripForms(short)
	}
	list = dropFillers(list)
	for i, w := range list {
		if long, ok := companyWords[w]; ok && i > 0 {
			list[i] = long
		}
	}
	form = strings.TrimSpace(form + " " + scripted)
	if branch != "" {
		form = strings.TrimSpace(form + " (" + branch + ")")
	}
	return CompanyName{
		Words: list, Joined: strings.Join(list, ""), Acronym: acronym(list), Form: form, Foreign: foreign,
	}
}

// dots says what a full stop stands for: nothing in S.A. or Amazon.com's
// "L.L.C.", which are letters; a gap elsewhere.
func dots(s string) string {
	for i := 0; i+3 < len(s); i++ {
		if letter(s[i]) && s[i+1] == '.' && letter(s[i+2]) && s[i+3] == '.' && (i == 0 || !letter(s[i-1])) {
			return ""
		}
	}
	return " "
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// secMark takes off what the SEC writes behind a name: "/DE/", "\DE", "/".
func secMark(s string) string {
	s = strings.TrimRight(s, "/\\ ")
	i := strings.LastIndexAny(s, "/\\")
	if i < 3 {
		return s
	}
	mark := s[i+1:]
	if len(mark) == 2 && mark == strings.ToUpper(mark) || strings.EqualFold(mark, "new") || strings.EqualFold(mark, "adr") || strings.EqualFold(mark, "fi") {
		return s[:i]
	}
	return s
}

// brackets takes out what stands in brackets behind a name, usually a country, a
// branch or an abbreviation, and turns a lost apostrophe back into one.
func brackets(s string) (name, inside string) {
	if i := strings.IndexByte(s, '('); i > 2 {
		if j := strings.IndexByte(s[i:], ')'); j > 0 {
			inside = branch(s[i+1 : i+j])
			s = s[:i] + " " + s[i+j+1:]
		}
	}
	return strings.ReplaceAll(s, "?s ", "'s "), inside
}

// branch is what tells two companies of one name apart among words in brackets:
// not "(The)", a legal form, or how a share is described.
func branch(s string) string {
	list := dropFillers(strings.Fields(Fold(s)))
	if list, _ = stripForms(list); len(list) == 1 && (fillers[list[0]] || legalForms()[list[0]] || phraseWords(append([]string{""}, list...)) > 0) {
		return ""
	}
	return strings.Join(list, " ")
}

// ampersand joins letters around a sign, as in AT&T and P&G; between words the
// sign separates.
func ampersand(s string) string {
	for i := 1; i+1 < len(s); i++ {
		if s[i] == '&' && letter(s[i-1]) && letter(s[i+1]) && run(s[:i], true) <= 2 && run(s[i+1:], false) <= 2 {
			s = s[:i] + s[i+1:]
		}
	}
	return s
}

// run counts letters at the end or at the start of s.
func run(s string, end bool) int {
	n := 0
	for n < len(s) {
		c := s[n]
		if end {
			c = s[len(s)-1-n]
		}
		if !letter(c) {
			break
		}
		n++
	}
	return n
}

// joinLetters makes one word of single letters in a row: J P Morgan.
func joinLetters(list []string) []string {
	out := list[:0:0]
	open := false
	for _, w := range list {
		single := len(w) == 1 && letter(w[0])
		if single && open {
			out[len(out)-1] += w
		} else {
			out = append(out, w)
		}
		open = single
	}
	return out
}

// stripForms takes legal forms and descriptions of securities off the end,
// again and again, and "the" off the front, never to nothing.
func stripForms(list []string) ([]string, string) {
	var form []string
	for len(list) > 1 {
		n := phraseWords(list)
		if n == 0 && legalForms()[list[len(list)-1]] {
			n = 1
			form = append(form, oneForm(list[len(list)-1]))
		}
		if n == 0 || n >= len(list) {
			break
		}
		list = list[:len(list)-n]
	}
	list, front := stripFront(list)
	form = append(form, front...)
	slices.Sort(form)
	return list, strings.Join(slices.Compact(form), " ")
}

// stripFront takes off forms that some languages write first.
func stripFront(list []string) ([]string, []string) {
	for _, phrase := range phraseLists[:5] {
		if n := len(phrase); n < len(list) && slices.Equal(list[:n], phrase) {
			return list[n:], nil
		}
	}
	if len(list) > 1 && frontForms[list[0]] {
		return list[1:], list[:1]
	}
	return list, nil
}

var frontForms = setOf("ooo oao zao pao pt sarl eurl selarl")

// sameForms are spellings of one legal form.
var sameForms = map[string]string{
	"incorporated": "inc", "incorporation": "inc", "corporation": "corp", "limited": "ltd", "company": "co", "companies": "co", "cos": "co",
	"aktiengesellschaft": "ag", "holding": "holdings", "grp": "group", "ltda": "lda", "limitada": "lda", "private": "pvt", "aktiebolag": "ab",
}

func oneForm(w string) string {
	if f, ok := sameForms[w]; ok {
		return f
	}
	return w
}

func phraseWords(list []string) int {
	for _, phrase := range phraseLists {
		if n := len(phrase); n < len(list) && slices.Equal(list[len(list)-n:], phrase) {
			return n
		}
	}
	return 0
}

func dropFillers(list []string) []string {
	out := make([]string, 0, len(list))
	for _, w := range list {
		if !fillers[w] {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return list
	}
	return out
}

func acronym(list []string) string {
	if len(list) < 3 {
		return ""
	}
	letters := make([]byte, 0, len(list))
	for _, w := range list {
		letters = append(letters, w[0])
	}
	return string(letters)
}

// dropRepeat takes a second writing of the same name out: "Acme Fund Acme Fund".
func dropRepeat(list []string) []string {
	for n := 2; n < len(list); n++ {
		if rest := list[n:]; len(rest) <= n && slices.Equal(rest, list[:len(rest)]) {
			return list[:n:n]
		}
	}
	return list
}
