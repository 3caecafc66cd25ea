package normal

import (
	"net/url"
	"strings"
)

// Profile returns the normal form of the address of a profile: "in/name" for a
// person, "company/name" for a company, without host, country or query. It is
// "" if s is no such address.
func Profile(s string) string {
	s = strings.TrimSpace(cut(s))
	i := strings.Index(strings.ToLower(s), "linkedin.com/")
	if i < 0 {
		return ""
	}
	path := s[i+len("linkedin.com/"):]
	if j := strings.IndexAny(path, "?#"); j >= 0 {
		path = path[:j]
	}
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	for k := 0; k+1 < len(parts); k++ {
		kind := strings.ToLower(parts[k])
		if kind == "sales" {
			continue
		}
		if form := profileKinds[kind]; form != "" {
			return form + "/" + slug(parts[k+1])
		}
	}
	return ""
}

var profileKinds = map[string]string{
	"in": "in", "pub": "in", "people": "in", "lead": "lead",
	"company": "company", "companies": "company", "school": "company", "showcase": "company", "account": "account",
}

func slug(part string) string {
	if plain, err := url.PathUnescape(part); err == nil {
		part = plain
	}
	part, _, _ = strings.Cut(part, ",")
	return strings.ToLower(strings.TrimSpace(part))
}
