package ui

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"
)

// valueChange is one value that an act changed.
type valueChange struct{ name, before, after string }

// changesOf compares the state before and after an act, both JSON, value by value. Values that only the
// program reads are left out.
func changesOf(before, after string) []valueChange {
	was, is := map[string]string{}, map[string]string{}
	flatten(before, was)
	flatten(after, is)
	names := map[string]bool{}
	for name := range was {
		names[name] = true
	}
	for name := range is {
		names[name] = true
	}
	var out []valueChange
	for name := range names {
		if was[name] != is[name] && !internalValue(name) {
			out = append(out, valueChange{name, was[name], is[name]})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

// internalValue reports whether a value says nothing to a person.
func internalValue(path string) bool {
	last := strings.ToLower(path[strings.LastIndexByte(path, '.')+1:])
	return slices.Contains([]string{"version", "evidence", "candidates", "changedat", "modelid", "runid", "bits", "nullscore", "recordmodstamp"}, last)
}

// flatten writes a JSON value into paths and texts.
func flatten(text string, into map[string]string) {
	if text == "" {
		return
	}
	var value any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		into["value"] = text
		return
	}
	flattenValue("", value, into)
}

func flattenValue(path string, value any, into map[string]string) {
	join := func(name string) string {
		if path == "" {
			return name
		}
		return path + "." + name
	}
	switch value := value.(type) {
	case nil:
	case map[string]any:
		for name, inner := range value {
			flattenValue(join(name), inner, into)
		}
	case []any:
		for i, inner := range value {
			flattenValue(join(fmt.Sprint(i+1)), inner, into)
		}
	default:
		if path == "" {
			path = "value"
		}
		into[path] = fmt.Sprint(value)
	}
}

// changeLines draws what an act changed, at most so many lines; rest says where the others are.
func (s *Session) changeLines(e AuditEvent, w, most int, rest string) []string {
	t := s.Theme
	if !s.seesPersonal() {
		return []string{"  " + t.Quiet.Render("the values are hidden for your role")}
	}
	changes := changesOf(e.Before, e.After)
	if len(changes) == 0 {
		return []string{"  " + t.Quiet.Render("no value was kept")}
	}
	var lines []string
	for i, c := range changes {
		if i == most-1 && len(changes) > most {
			lines = append(lines, "  "+t.Quiet.Render(count(len(changes)-i, "more value", "more values")+rest))
			break
		}
		name := cut(clean(valueName(strings.TrimPrefix(c.name, "rows.1."))), 24)
		before, after := orDash(t, clean(s.readable(c.before))), orDash(t, clean(s.readable(c.after)))
		room := max(12, w-31) // for both; what one does not need is the other's
		before = cut(before, max(room/2, room-width(after)))
		lines = append(lines, "  "+t.Quiet.Render(fit(name, 25))+t.Text.Render(before+" "+t.Becomes+" "+cut(after, room-width(before))))
	}
	return lines
}

// valueName writes the path of a value as words: "decided by" of "DecidedBy".
func valueName(path string) string {
	var out strings.Builder
	var before rune
	for _, r := range path {
		switch {
		case r == '.' || r == '_':
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(before):
			out.WriteByte(' ')
		}
		out.WriteRune(unicode.ToLower(r))
		before = r
	}
	return out.String()
}

// readable writes a moment as a person reads it, in their zone, and leaves every other value as it is.
func (s *Session) readable(value string) string {
	at, err := time.Parse(time.RFC3339Nano, value)
	switch {
	case err != nil:
		return value
	case at.IsZero():
		return ""
	}
	return at.In(s.now().Location()).Format("2 Jan 2006 15:04:05")
}
