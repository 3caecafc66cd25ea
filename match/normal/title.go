package normal

import "strings"

var titleWords = map[string]string{
	"vp": "vice president", "svp": "senior vice president", "evp": "executive vice president", "avp": "assistant vice president",
	"ceo": "chief executive officer", "cfo": "chief financial officer", "cto": "chief technology officer", "coo": "chief operating officer",
	"cio": "chief information officer", "cmo": "chief marketing officer", "cro": "chief revenue officer", "chro": "chief human resources officer",
	"ciso": "chief information security officer", "cpo": "chief product officer", "md": "managing director", "gm": "general manager",
	"mgr": "manager", "mgmt": "management", "dir": "director", "sr": "senior", "snr": "senior", "jr": "junior", "asst": "assistant", "assoc": "associate",
	"eng": "engineer", "engr": "engineer", "dev": "developer", "admin": "administrator", "exec": "executive", "pres": "president", "hr": "human resources",
	"it": "information technology", "ops": "operations", "mktg": "marketing", "acct": "account", "rep": "representative", "tech": "technical",
	"coord": "coordinator", "spec": "specialist", "supv": "supervisor", "swe": "software engineer", "bd": "business development", "pm": "project manager",
	"qa": "quality assurance", "ux": "user experience", "r": "research", "int": "international", "dept": "department", "prof": "professor",
}

var titleFillers = setOf("of the and for at in a an und de la le et y der die für fur to &")

// Title returns the words of a job title, abbreviations written out, without
// the employer after " at ".
func Title(s string) []string {
	if Missing(s) {
		return nil
	}
	s = prepare(s)
	for _, mark := range []string{" at ", " @ ", " @", " bei ", " chez ", " | "} {
		if i := strings.Index(strings.ToLower(s), mark); i > 2 && i < len(s) {
			s = s[:i]
		}
	}
	out := []string{}
	for w := range strings.FieldsSeq(expand(Fold(joinDotted(s)), titleWords)) {
		if !titleFillers[w] && len(out) < maxWords {
			out = append(out, w)
		}
	}
	return out
}
