package normal

import (
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"

	"crmsync/assets/names"
)

// Mail is the normal form of an e-mail address. The zero value is none.
type Mail struct {
	Local  string // without +tag, lower case, ASCII
	Domain string // registered domain
	Free   bool   // a mailbox that anybody can have: the domain is no employer
}

// Address returns local@domain, or "".
func (m Mail) Address() string {
	if m.Local == "" {
		return ""
	}
	return m.Local + "@" + m.Domain
}

var freeMail = sync.OnceValue(func() map[string]bool { return setOf(names.FreeMail) })

// Email returns the normal form of an address, zero if there is none in s.
func Email(s string) Mail {
	s = strings.ToLower(strings.Trim(cut(s), " \t\r\n<>\"'();,"))
	s = strings.TrimPrefix(s, "mailto:")
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 {
		return Mail{}
	}
	local, _, _ := strings.Cut(s[:at], "+")
	local = keepMail(local)
	domain := registered(strings.Trim(s[at+1:], ". "))
	if local == "" || domain == "" || placeholders[local] && !freeMail()[domain] {
		return Mail{}
	}
	return Mail{Local: local, Domain: domain, Free: freeMail()[domain]}
}

func keepMail(s string) string {
	if !ascii(s) {
		s = strings.ToLower(latin(s))
	}
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("._-&=", r) {
			return r
		}
		return -1
	}, s)
}

// registered returns the domain that somebody registered: example.co.uk of
// mail.example.co.uk.
func registered(host string) string {
	if !ascii(host) {
		host = strings.ToLower(latin(host))
	}
	for i := range len(host) {
		c := host[i]
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '.') {
			return ""
		}
	}
	if strings.IndexByte(host, '.') <= 0 || strings.Contains(host, "..") || strings.HasSuffix(host, ".") {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return domain
}

// Registered returns the registered domain of a web site or host, "" if s is
// neither or belongs to a place where anybody has pages.
func Registered(s string) string {
	s = strings.ToLower(strings.TrimSpace(cut(s)))
	if _, after, ok := strings.Cut(s, "://"); ok {
		s = after
	}
	s = strings.TrimPrefix(s, "//")
	if i := strings.IndexAny(s, "/?#: "); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	domain := registered(strings.Trim(s, "."))
	if hosts[domain] || freeMail()[domain] {
		return ""
	}
	return domain
}

// hosts are sites that hold the pages of many companies.
var hosts = setOf("linkedin.com facebook.com twitter.com x.com instagram.com youtube.com google.com wikipedia.org crunchbase.com " +
	"wordpress.com blogspot.com wixsite.com github.com medium.com tumblr.com yelp.com bit.ly linktr.ee weebly.com example.com")

// Site returns the name part of a registered domain: "acme" of acme.co.uk.
func Site(domain string) string {
	name, _, _ := strings.Cut(domain, ".")
	return strings.ReplaceAll(name, "-", "")
}

// LocalWords splits the local part of an address at its signs and digits:
// "j.smith2" becomes "j", "smith".
func LocalWords(local string) []string {
	return strings.FieldsFunc(local, func(r rune) bool { return r < 'a' || r > 'z' })
}
