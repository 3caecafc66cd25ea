package logbook

import (
	"bytes"
	"log/slog"
	"regexp"
	"strings"
)

// Private takes out of what is logged whatever may be somebody's. An error with a code is told by that alone; of the
// text of another plain words are left.
func Private(_ []string, attr slog.Attr) slog.Attr {
	err, is := attr.Value.Any().(error)
	if !is {
		return attr
	}
	code, coded := codeOf(err)
	if !coded {
		code = words(err.Error())
	}
	attr.Value = slog.StringValue(code)
	return attr
}

var (
	quoted = regexp.MustCompile("\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|«[^»]*»")
	plain  = regexp.MustCompile(`^[a-z]{1,20}(-[a-z]{1,20})?[,.:;]?$`)
	number = regexp.MustCompile(`^\(?[0-9]{1,4}\)?[,.:;]?$`)
	object = regexp.MustCompile(`^(User|UserRole|Account|Contact|Lead|Opportunity|OpportunityContactRole|SQL|SQLITE_[A-Z]+|JSON|HTTP|TLS|EOF)[,.:;]?$`)
)

// mostWords is how much of a text is kept.
const mostWords = 40

// words leaves of a text its plain lower-case words, short numbers and the names of the org's objects. Whatever is
// quoted or has capitals, signs or many digits stands as "…": names, addresses, ids, paths, tokens.
func words(text string) string {
	var kept []string
	for _, word := range strings.Fields(quoted.ReplaceAllString(text, " … ")) {
		switch {
		case len(kept) >= mostWords:
			return strings.Join(kept, " ") + " …"
		case plain.MatchString(word), number.MatchString(word), object.MatchString(word):
			kept = append(kept, word)
		case len(kept) == 0 || kept[len(kept)-1] != "…":
			kept = append(kept, "…")
		}
	}
	return strings.Join(kept, " ")
}

// place is a line of a stack trace that says where in a source it is; what was passed is on other lines.
var place = regexp.MustCompile(`^\s+(\S+\.go:\d+)`)

// mostFrames is how many places of a stack are kept.
const mostFrames = 24

// frames are the places of a stack trace, the innermost first, without the folders above them.
func frames(stack []byte) string {
	var kept []string
	for line := range bytes.Lines(stack) {
		if found := place.FindSubmatch(line); found != nil && len(kept) < mostFrames {
			kept = append(kept, lastParts(string(found[1])))
		}
	}
	return strings.Join(kept, " ")
}

// lastParts leaves a file its folder.
func lastParts(path string) string {
	parts := strings.Split(path, "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}
