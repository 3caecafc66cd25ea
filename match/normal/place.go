package normal

import (
	"strings"
	"sync"

	"crmsync/assets/names"
)

// Country returns the ISO 3166-1 alpha-2 code of a country in any of many
// languages, or "".
func Country(s string) string {
	f := Fold(s)
	if f == "" {
		return ""
	}
	return countries()[f]
}

var countries = sync.OnceValue(func() map[string]string {
	table := map[string]string{}
	for _, file := range []string{names.Countries, names.MoreCountries} {
		for line := range strings.Lines(file) {
			code, name, ok := strings.Cut(strings.TrimSpace(line), "\t")
			if !ok {
				continue
			}
			table[strings.ToLower(code)] = code
			table[Fold(name)] = code
		}
	}
	for three, two := range alpha3 {
		table[three] = two
	}
	delete(table, "")
	return table
})

// alpha3 are the three-letter codes that people write.
var alpha3 = map[string]string{
	"usa": "US", "gbr": "GB", "deu": "DE", "ger": "DE", "fra": "FR", "esp": "ES", "ita": "IT", "nld": "NL", "bra": "BR", "ind": "IN",
	"chn": "CN", "jpn": "JP", "kor": "KR", "can": "CA", "aus": "AU", "mex": "MX", "che": "CH", "aut": "AT", "bel": "BE", "swe": "SE",
	"nor": "NO", "dnk": "DK", "fin": "FI", "pol": "PL", "prt": "PT", "irl": "IE", "rus": "RU", "tur": "TR", "zaf": "ZA", "nzl": "NZ",
	"sgp": "SG", "are": "AE", "sau": "SA", "arg": "AR", "chl": "CL", "col": "CO", "isr": "IL", "cze": "CZ", "hun": "HU", "rou": "RO",
}

type stateKey struct{ country, name string }

var states = sync.OnceValue(func() map[stateKey]string {
	table := map[stateKey]string{}
	for line := range strings.Lines(names.States) {
		country, list, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		for entry := range strings.SplitSeq(list, ";") {
			code, name, _ := strings.Cut(entry, " ")
			form := strings.ToLower(country + " " + code)
			table[stateKey{country, Fold(code)}] = form
			table[stateKey{country, Fold(name)}] = form
			full := stateKey{"", Fold(name)}
			if _, taken := table[full]; !taken && len(name) > 3 {
				table[full] = form
			}
		}
	}
	return table
})

// State returns the normal form of a state or region. Known states of large
// countries become "us ca"; others are folded text. An unknown country is
// taken from the state's full name, or for two letters assumed to be the USA.
func State(s, country string) string {
	f := Fold(joinDotted(s))
	if f == "" || Missing(s) {
		return ""
	}
	if code, ok := states()[stateKey{country, f}]; ok {
		return code
	}
	if country == "" {
		if code, ok := states()[stateKey{"US", f}]; ok && len(f) == 2 {
			return code
		}
		if _, country, ok := strings.Cut(f, " "); ok && len(f) == 5 && len(country) == 2 {
			if code, ok := states()[stateKey{strings.ToUpper(f[:2]), f[3:]}]; ok {
				return code
			}
		}
	}
	for _, off := range []string{"state of ", "province of ", "region "} {
		f = strings.TrimPrefix(f, off)
	}
	for _, off := range []string{" state", " province", " region", " county"} {
		f = strings.TrimSuffix(f, off)
	}
	return f
}

// StateCountry returns the country of a state's normal form, "" if it does not
// tell.
func StateCountry(state string) string {
	if len(state) > 3 && state[2] == ' ' {
		if country := strings.ToUpper(state[:2]); country == "US" || country == "CA" || country == "AU" || country == "DE" || country == "BR" || country == "IN" {
			if _, ok := states()[stateKey{country, state[3:]}]; ok {
				return country
			}
		}
	}
	return ""
}

// City returns the normal form of a city.
func City(s string) string {
	if Missing(s) {
		return ""
	}
	f := Fold(s)
	for _, off := range []string{" metropolitan area", " metro area", " area", " city", " township", " district"} {
		if t := strings.TrimSuffix(f, off); t != "" {
			f = t
		}
	}
	for _, off := range []string{"greater ", "city of ", "the "} {
		if t := strings.TrimPrefix(f, off); t != "" {
			f = t
		}
	}
	return expand(f, cityWords)
}

var cityWords = map[string]string{"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount", "n": "north", "s": "south", "e": "east", "w": "west"}

// Postal returns the normal form of a postal code: letters and digits without
// spaces, and for US codes the first five digits.
func Postal(s string) string {
	if Missing(s) {
		return ""
	}
	digits, _, _ := strings.Cut(strings.TrimSpace(s), "-")
	f := strings.ReplaceAll(Fold(s), " ", "")
	if d := Fold(digits); len(f) == 9 && len(d) == 5 && numeric(f) {
		return d
	}
	if len(f) > 10 || len(f) < 3 {
		return ""
	}
	return f
}

func numeric(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// expand replaces whole words.
func expand(f string, table map[string]string) string {
	changed := false
	words := strings.Fields(f)
	for i, w := range words {
		if long, ok := table[w]; ok {
			words[i] = long
			changed = true
		}
	}
	if !changed {
		return f
	}
	return strings.Join(words, " ")
}
