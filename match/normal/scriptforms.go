package normal

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// scriptForms are legal forms in scripts that write them without a space before or behind the name, with their spelling in
// Latin letters. A longer one stands before one that it contains.
var scriptForms = []struct{ text, form string }{
	{"股份有限公司", "gufen"}, {"有限责任公司", "youxian"}, {"有限責任公司", "youxian"}, {"股份公司", "gufen"}, {"有限公司", "youxian"},
	{"株式会社", "kk"}, {"株式會社", "kk"}, {"有限会社", "yk"}, {"合同会社", "gk"}, {"(株)", "kk"}, {"(有)", "yk"}, {"(同)", "gk"},
	{"주식회사", "jusik"}, {"유한회사", "yuhan"}, {"(주)", "jusik"}, {"(유)", "yuhan"},
}

// scriptForm takes such a form off either end of a company's name, never to nothing. The name must hold text in such a script.
func scriptForm(s string) (name, form string) {
	s = norm.NFKC.String(s) // ㈱ and （株） are (株)
	for _, one := range scriptForms {
		for _, cut := range []func(string, string) (string, bool){strings.CutPrefix, strings.CutSuffix} {
			if rest, ok := cut(s, one.text); ok && strings.TrimSpace(rest) != "" {
				return strings.TrimSpace(rest), one.form
			}
		}
	}
	return s, ""
}
