package machine

import (
	"fmt"
	"net/url"
	"strings"
)

// Template returns a file that sets nothing: each setting stands in it as a comment, with what it does.
func Template() []byte {
	var b strings.Builder
	b.WriteString("# Settings of this machine. Those of the contract are in the store: crmsync settings list\n" +
		"# A flag goes before the environment, the environment before this file. More: crmsync help settings\n")
	last := ""
	for _, key := range Keys() {
		if section, _, _ := strings.Cut(key.Name, "."); section != last {
			last = section
			fmt.Fprintf(&b, "\n[%s]\n", section)
		} else {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "# %s (default %s)\n# %s\n", key.About, key.Default, key.Line())
	}
	return []byte(b.String())
}

// HelpLines returns what the help says of each setting, in lines of at most 80 columns.
func HelpLines() []string {
	var lines []string
	last := ""
	for _, key := range Keys() {
		if section, _, _ := strings.Cut(key.Name, "."); section != last {
			last = section
			lines = append(lines, "", "["+section+"]")
		}
		lines = append(lines, key.Line(), "    "+key.About)
		more := "    default " + key.Default
		if before := key.Before(); before != "" {
			more += "; before it go " + before
		}
		lines = append(lines, more)
	}
	return lines
}

// Told is a setting of the file as it may be shown to others: what names a person, a place or an organization is given
// by its length only.
type Told struct {
	Key    string `json:"key"`
	Value  string `json:"value,omitempty"`
	Length int    `json:"length,omitempty"`
	Line   int    `json:"line"`
}

// Tell returns what the file sets, fit to be shown to others.
func (s Settings) Tell() []Told {
	told := []Told{}
	for _, key := range Keys() {
		v, set := s.values[key.Name]
		switch {
		case !set:
		case key.Shown:
			told = append(told, Told{Key: key.Name, Value: v.text, Line: v.line})
		default:
			told = append(told, Told{Key: key.Name, Length: len(v.text), Line: v.line})
		}
	}
	return told
}

// Hidden returns a value fit for a screen: without the password that the address of a proxy may hold.
func (k Key) Hidden(text string) string {
	if !k.secret(text) {
		return text
	}
	at, err := url.Parse(text)
	if err != nil {
		return "…"
	}
	return at.Redacted()
}
