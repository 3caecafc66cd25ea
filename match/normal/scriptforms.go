package normal

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// scriptForms are legal forms in scripts that write them without a space before or behind the name, with their spelling in
// Latin letters. A longer one stands before one that it contains.
var scriptForms = []struct{ text, form string }{
	{"股份有限公司", "gufen"}, {"有限责任公司", "youxian"}, {"有限責任公司", "youxian"}, {"股份公司", "gufen"}, {"有限公司", "youxian"},
	{"株式会社", "kk"}, {"株式會社", "kk"}, {"有限会社", "yk"}, {"合同会社", "gk"}, {"(株)", "kk"}, {"(有)", "yk"}, {"(同)", "gk"},
	{"주식회사", "jusik"}, {"유한회사", "yuhan"}, {"(주)", "jusik"}, {"(유)", "yuhan"},
}

// wordForms are legal forms in scripts that set them off by a space or a quote. As letters of this script they are the form
// at either end: АО Тинькофф has one, A. O. Smith has none.
var wordForms = []struct{ text, form string }{
	{"общество с ограниченной ответственностью", "ooo"}, {"публичное акционерное общество", "pao"}, {"открытое акционерное общество", "oao"},
	{"закрытое акционерное общество", "zao"}, {"непубличное акционерное общество", "nao"}, {"акционерное общество", "ao"},
	{"товариство з обмеженою відповідальністю", "tov"}, {"приватне акціонерне товариство", "prat"}, {"публічне акціонерне товариство", "pat"},
	{"ооо", "ooo"}, {"оао", "oao"}, {"зао", "zao"}, {"пао", "pao"}, {"нао", "nao"}, {"ао", "ao"}, {"ип", "ip"}, {"тоо", "too"}, {"тов", "tov"}, {"прат", "prat"},
	{"пат", "pat"}, {"оод", "ood"}, {"еоод", "eood"}, {"ад", "ad"}, {"еад", "ead"}, {"доо", "doo"},
	{"בע\"מ", "ltd"}, {"בע״מ", "ltd"}, {"ش.م.م", "llc"}, {"ش.م.ع", "psc"}, {"ذ.م.م", "llc"},
	{"α.ε.", "ae"}, {"αε", "ae"}, {"ε.π.ε.", "epe"}, {"επε", "epe"}, {"ι.κ.ε.", "ike"}, {"ικε", "ike"},
	{"(มหาชน)", "plc"}, {norm.NFKC.String("จำกัด"), "ltd"}, {"บริษัท", "co"},
}

// scriptForm takes such forms off both ends of a company's name, never to nothing. The name must hold text in such a script.
func scriptForm(s string) (name, form string) {
	s = norm.NFKC.String(s) // ㈱ and （株） are (株)
	var forms []string
	for {
		rest, one := wordForm(s)
		if one == "" {
			break
		}
		s, forms = rest, append(forms, one)
	}
	if rest, one := unspacedForm(s); one != "" {
		s, forms = rest, append(forms, one)
	}
	slices.Sort(forms)
	return s, strings.Join(slices.Compact(forms), " ")
}

// wordForm takes one of wordForms off an end of the name.
func wordForm(s string) (rest, form string) {
	for _, one := range wordForms {
		if end := len(one.text); len(s) > end && strings.EqualFold(s[:end], one.text) && apart(s[end:], utf8.DecodeRuneInString) {
			if rest = strings.TrimSpace(s[end:]); Fold(rest) != "" {
				return rest, one.form
			}
		}
		if start := len(s) - len(one.text); start > 0 && strings.EqualFold(s[start:], one.text) && apart(s[:start], utf8.DecodeLastRuneInString) {
			if rest = strings.TrimSpace(s[:start]); Fold(rest) != "" {
				return rest, one.form
			}
		}
	}
	return s, ""
}

// apart reports whether what is next to a form is no letter of the same word. Thai writes no spaces between words.
func apart(s string, next func(string) (rune, int)) bool {
	r, _ := next(s)
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) || unicode.Is(unicode.Thai, r)
}

// unspacedForm takes one of scriptForms off an end of the name.
func unspacedForm(s string) (name, form string) {
	for _, one := range scriptForms {
		for _, cut := range []func(string, string) (string, bool){strings.CutPrefix, strings.CutSuffix} {
			if rest, ok := cut(s, one.text); ok && strings.TrimSpace(rest) != "" {
				return strings.TrimSpace(rest), one.form
			}
		}
	}
	return s, ""
}
