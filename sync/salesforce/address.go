package salesforce

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// DefaultLoginHost is where production orgs and trials sign in. Orgs can forbid it and ask for their own My Domain.
const DefaultLoginHost = "https://login.salesforce.com"

// CheckAddress accepts the address of a host: https (also when no scheme is given), or http when the host is this
// machine; no user, query or fragment. It returns the address without a trailing slash.
func CheckAddress(address string) (string, error) {
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("%w: %q", ErrAddress, printable(withoutQuery(address)))
	}
	switch {
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return strings.TrimRight(u.String(), "/"), nil
	case u.Scheme == "http":
		return "", fmt.Errorf("%w: %s", ErrInsecure, printable(u.Host))
	}
	return "", fmt.Errorf("%w: %q is neither https nor http", ErrAddress, printable(u.Scheme))
}

// isLoopback says whether a host name means this machine without asking a resolver.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// withoutQuery cuts what may hold a code or token from an address that is shown in an error.
func withoutQuery(address string) string {
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		address = address[:i]
	}
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		address = address[i+1:]
	}
	return address
}
