package machine

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Bytes reads a size: a number with KiB, MiB or GiB, or of bytes.
func Bytes(text string) (int64, error) {
	number, unit := strings.TrimSpace(text), int64(1)
	for suffix, bytes := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if before, found := strings.CutSuffix(number, suffix); found {
			number, unit = strings.TrimSpace(before), bytes
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit/4 {
		return 0, fmt.Errorf("%q is no size", text)
	}
	return n * unit, nil
}

func size(text string) error {
	if _, err := Bytes(text); err != nil {
		return fmt.Errorf("takes a size such as 64MiB, or 0 for none, not %q", text)
	}
	return nil
}

// cacheSize bounds the cache: below a mebibyte a list stutters, above a gibibyte the four readers eat the machine.
func cacheSize(text string) error {
	if n, err := Bytes(text); err != nil || n < 1<<20 || n > 1<<30 {
		return fmt.Errorf("takes a size from 1MiB to 1GiB, not %q", text)
	}
	return nil
}

func oneLine(text string) error {
	if text == "" {
		return errors.New("is empty; leave the line out instead")
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return errors.New("has a line break or another control character in it")
	}
	return nil
}

// address is where to listen: host and port, the host perhaps empty.
func address(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("takes an address with a port, not %q", text)
	}
	return oneLine(text)
}

func webAddress(text string) error {
	if at, err := url.Parse(text); err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" || at.User != nil {
		return fmt.Errorf("takes an address that begins with https://, not %q", text)
	}
	return nil
}

// proxy does not repeat what it refuses: there may be a password in it.
func proxy(text string) error {
	at, err := url.Parse(text)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" && at.Scheme != "socks5" {
		return errors.New("takes the address of a proxy that begins with http://, https:// or socks5://")
	}
	return nil
}

func hasPassword(address string) bool {
	at, err := url.Parse(address)
	if err != nil || at.User == nil {
		return false
	}
	_, has := at.User.Password()
	return has
}
