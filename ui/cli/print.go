package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	crmsync "crmsync/sync"
)

// printable returns s without anything that could steer a terminal: control characters, including
// those of C1, and the marks that reorder text become spaces; line breaks stay out of one-line fields.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f', r == '\u061c':
			return -1
		}
		return r
	}, s)
}

// printJSON writes v as one line of JSON.
func (a *app) printJSON(v any) error {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// printf writes to standard output, for people, as sprintf does.
func (a *app) printf(format string, args ...any) {
	fmt.Fprint(a.stdout, sprintf(format, args...))
}

// sprintf is fmt.Sprintf for people: whole numbers have their thousands marked. Numbers that are typed again, as in a
// command, are passed as text.
func sprintf(format string, args ...any) string {
	if false {
		_ = fmt.Sprintf(format, args...) // lets go vet look at the callers
	}
	return fmt.Sprintf(format, figures(args)...)
}

// figures are the arguments of a format, the whole numbers among them with their thousands marked.
func figures(args []any) []any {
	out := slices.Clone(args)
	for i, arg := range out {
		switch n := arg.(type) {
		case int:
			out[i] = figure(n)
		case int64:
			out[i] = figure(n)
		}
	}
	return out
}

// figure is a whole number that %d writes with its thousands marked.
type figure int64

// Format writes the number as wide as the verb asks for.
func (f figure) Format(s fmt.State, verb rune) {
	if verb != 'd' {
		fmt.Fprintf(s, fmt.FormatString(s, verb), int64(f))
		return
	}
	width, _ := s.Width()
	fmt.Fprintf(s, "%*s", width, crmsync.Thousands(int64(f)))
}

// decimal returns a number as a cell.
func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
