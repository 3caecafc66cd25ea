package network

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// PersonKey says who somebody is: their normalised profile address, and without
// one a hash of the seat that knows them, their name and the company they were
// first seen with. An importer keeps the company first seen: it looks a person
// without an address up by seat and name before it makes a new one.
func PersonKey(profileURL, seat, first, last, company string) string {
	if _, key, ok := NormalProfileURL(profileURL); ok {
		return key
	}
	return "hash/" + digest(normalText(seat), normalText(first), normalText(last), normalText(company))
}

// CompanyKey says which company it is: its normalised page address, else its
// registered domain, else its name in one normal form.
func CompanyKey(pageURL, domain, name string) string {
	if _, key, ok := NormalCompanyURL(pageURL); ok {
		return key
	}
	if domain = NormalDomain(domain); domain != "" {
		return "domain/" + domain
	}
	return "name/" + normalName(name)
}

// digest hashes texts to 32 hexadecimal digits; the lengths are part of it, so
// that moving a letter from one text to the next changes it.
func digest(texts ...string) string {
	hash := sha256.New()
	for _, text := range texts {
		hash.Write([]byte{byte(len(text) >> 16), byte(len(text) >> 8), byte(len(text))})
		hash.Write([]byte(text))
	}
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

// normalText is one form for texts that people see as the same: composed
// characters, lower case, single spaces.
func normalText(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(text))), " ")
}

// normalName is normalText without punctuation. Legal forms stay: leaving them
// off is the matcher's judgement, not an identity.
func normalName(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSymbol(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
	return normalText(text)
}

var profilePath = regexp.MustCompile(`^(in|pub|sales/people|sales/lead|sales/profile|talent/profile)/(.+)$`)

// NormalProfileURL brings the address of a profile into one form, whatever the
// scheme, "www." or language sub-domain, trailing slash, query, case or
// percent-encoding, and returns its key ("in/max-mustermann") too. Addresses of
// other sites are taken as they are, without scheme and query. It reports false
// for what is no address.
func NormalProfileURL(text string) (address, key string, ok bool) {
	host, path, ok := splitURL(text)
	if !ok {
		return "", "", false
	}
	if host != "linkedin.com" {
		if path == "" {
			return "", "", false
		}
		return "https://" + host + "/" + encodePath(path), "url/" + host + "/" + path, true
	}
	parts := profilePath.FindStringSubmatch(path)
	if parts == nil {
		return "", "", false
	}
	key = parts[1] + "/" + parts[2]
	if parts[1] != "pub" { // what follows the name is a language or a page of the profile
		slug, _, _ := strings.Cut(parts[2], "/")
		slug, _, _ = strings.Cut(slug, ",") // Sales Navigator adds a search token
		if key = parts[1] + "/" + slug; slug == "" {
			return "", "", false
		}
	}
	return "https://www.linkedin.com/" + encodePath(key), key, true
}

var companyPath = regexp.MustCompile(`^(?:sales/)?(company|school|showcase)/([^/]+)`)

// NormalCompanyURL does for the address of a company's page what
// [NormalProfileURL] does for profiles; other sites are refused.
func NormalCompanyURL(text string) (address, key string, ok bool) {
	host, path, ok := splitURL(text)
	if !ok || host != "linkedin.com" {
		return "", "", false
	}
	parts := companyPath.FindStringSubmatch(path)
	if parts == nil {
		return "", "", false
	}
	key = parts[1] + "/" + parts[2]
	return "https://www.linkedin.com/" + encodePath(key), key, true
}

// splitURL returns the host in lower case, with linkedin.com for all of its
// sub-domains, and the path, decoded and in lower case, without slashes at the
// ends.
func splitURL(text string) (host, path string, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsFunc(text, isSpaceOrControl) {
		return "", "", false
	}
	if lower := strings.ToLower(text); strings.HasPrefix(lower, "in/") || strings.HasPrefix(lower, "/in/") {
		text = "linkedin.com/" + strings.TrimPrefix(text, "/")
	}
	if scheme, rest, found := strings.Cut(text, "://"); found {
		if scheme = strings.ToLower(scheme); scheme != "http" && scheme != "https" {
			return "", "", false
		}
		text = rest
	}
	text, _, _ = strings.Cut(text, "#")
	text, _, _ = strings.Cut(text, "?")
	host, path, _ = strings.Cut(text, "/")
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for strings.HasPrefix(host, "www.") {
		host = strings.TrimPrefix(host, "www.")
	}
	if strings.Contains(host, "@") || strings.Contains(host, ":") || !strings.Contains(host, ".") || strings.Contains(host, "..") {
		return "", "", false
	}
	if host == "linkedin.com" || strings.HasSuffix(host, ".linkedin.com") {
		host = "linkedin.com"
	}
	path = decode(path)
	path = strings.ToLower(norm.NFC.String(path))
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return host, strings.Trim(path, "/"), true
}

// decode undoes percent-encoding, also when it was done twice; what is not
// valid stays.
func decode(path string) string {
	for range 2 {
		plain, err := url.PathUnescape(path)
		if err != nil || strings.ContainsFunc(plain, unicode.IsControl) || !isText(plain) {
			return path
		}
		path = plain
	}
	return path
}

func isText(text string) bool { return strings.ToValidUTF8(text, "") == text }

func encodePath(path string) string {
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// shared are sites that many companies give as their own.
var shared = map[string]bool{
	"linkedin.com": true, "facebook.com": true, "instagram.com": true, "twitter.com": true, "x.com": true, "youtube.com": true,
	"google.com": true, "wikipedia.org": true, "github.com": true, "xing.com": true, "linktr.ee": true, "bit.ly": true,
}

// NormalDomain returns the registered domain of an address or host in lower
// case, or "" if there is none or many companies share it.
func NormalDomain(text string) string {
	text = strings.TrimSpace(text)
	if _, after, found := strings.Cut(text, "@"); found && !strings.Contains(text, "/") {
		text = after
	}
	host, _, ok := splitURL(strings.TrimSuffix(text, "/"))
	if !ok {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil || shared[domain] {
		return ""
	}
	return domain
}

func isSpaceOrControl(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
