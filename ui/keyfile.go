package ui

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// KeyFile is the name of the file in the data directory that gives actions other keys.
const KeyFile = "keys.toml"

// Bindings are the keys that a person chose, by the id of the action; no key at all takes it off the keyboard.
type Bindings map[string][]string

// KeyFileError says what is wrong with a file of keys, and in which line.
type KeyFileError struct {
	Line int
	What string
}

// Error tells the line and what is wrong there.
func (e *KeyFileError) Error() string { return fmt.Sprintf("%s line %d: %s", KeyFile, e.Line, e.What) }

// Code is "keys.file".
func (e *KeyFileError) Code() string { return "keys.file" }

// Hint says what helps.
func (e *KeyFileError) Hint() string {
	return "Mend or remove that line; crmsync keys prints every action with its keys."
}

// ReadKeys reads a file of keys: TOML of lines such as match.accept = "a" or "list.down" = ["down", "j"], with
// tables and comments. An action or key that does not exist, and a key that would mean two things on one
// screen, is a *KeyFileError.
func ReadKeys(text string) (Bindings, error) {
	out := Bindings{}
	at := map[string]int{}
	section := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if name, ok := strings.CutPrefix(line, "["); ok {
			if section, ok = strings.CutSuffix(name, "]"); !ok {
				return nil, &KeyFileError{i + 1, "a table is written [name]"}
			}
			section += "."
			continue
		}
		id, keys, err := readBinding(line)
		if err != "" {
			return nil, &KeyFileError{i + 1, err}
		}
		id = section + id
		if at[id] != 0 {
			return nil, &KeyFileError{i + 1, fmt.Sprintf("%s stands in line %d already", id, at[id])}
		}
		out[id], at[id] = keys, i+1
	}
	return out, out.check(at)
}

// readBinding reads one line; wrong says what is not right about it.
func readBinding(line string) (id string, keys []string, wrong string) {
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		return "", nil, "a line is written action = \"key\""
	}
	id = strings.Trim(strings.TrimSpace(name), `"'`)
	// A string may hold a number sign, so a comment is what follows the value.
	decoder := json.NewDecoder(strings.NewReader(value))
	var parsed any
	if decoder.Decode(&parsed) != nil {
		return "", nil, `the key is written "a", several ["a", "ctrl+a"], none []`
	}
	rest := strings.TrimSpace(value[decoder.InputOffset():])
	if rest != "" && rest[0] != '#' {
		return "", nil, fmt.Sprintf("%q follows the key", clean(rest))
	}
	values, many := parsed.([]any)
	if !many {
		values = []any{parsed}
	}
	for _, v := range values {
		key, ok := v.(string)
		if _, known := keyNamed(key); !ok || !known {
			return "", nil, fmt.Sprintf("%q is no key; keys are letters, and names such as enter, ctrl+d, pgdown, space, f5", clean(fmt.Sprint(v)))
		}
		if key == "ctrl+c" {
			return "", nil, "ctrl+c always ends the console"
		}
		keys = append(keys, key)
	}
	return id, keys, ""
}

// check looks for actions that do not exist, that could not be reached any more, and for keys that mean two
// things; at has the line of each action.
func (b Bindings) check(at map[string]int) error {
	known := map[string]Action{}
	tables := keyTables()
	for _, table := range tables {
		for _, a := range table {
			known[a.ID] = a
		}
	}
	ids := make([]string, 0, len(b))
	for id := range b {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y string) int { return at[x] - at[y] })
	for _, id := range ids {
		action, ok := known[id]
		if !ok {
			return &KeyFileError{at[id], "there is no action " + clean(id)}
		}
		if len(b[id]) == 0 && (action.Hidden || action.Name == "" || id == "console.palette" || id == "console.quit") {
			return &KeyFileError{at[id], id + " needs a key: nothing else reaches it"}
		}
	}
	for _, id := range ids {
		for _, table := range tables {
			if key, other := b.clash(id, table); other != "" {
				return &KeyFileError{at[id], fmt.Sprintf("%q would mean both %s and %s", key, id, other)}
			}
		}
	}
	return nil
}

// clash finds a key of a rebound action that means another action of the same table as well, which it did not
// before.
func (b Bindings) clash(id string, table []Action) (key, other string) {
	at := slices.IndexFunc(table, func(a Action) bool { return a.ID == id })
	if at < 0 {
		return "", ""
	}
	own := table[at]
	for _, a := range table {
		if a.ID == id || a.Part != "" && own.Part != "" && a.Part != own.Part {
			continue
		}
		for _, key := range b[id] {
			if slices.Contains(b.keys(a), key) && !(slices.Contains(own.Keys, key) && slices.Contains(a.Keys, key)) {
				return key, a.ID
			}
		}
	}
	return "", ""
}

// keys are the keys of an action.
func (b Bindings) keys(a Action) []string {
	if keys, ok := b[a.ID]; ok {
		return keys
	}
	return a.Keys
}

// bind gives the actions of a table the keys that were chosen.
func (b Bindings) bind(actions []Action) []Action {
	if len(b) == 0 {
		return actions
	}
	for i := range actions {
		actions[i].Keys = b.keys(actions[i])
	}
	return actions
}

// keyTables are the tables of all screens, each with what holds everywhere.
func keyTables() [][]Action {
	s := bareSession()
	s.Services = anyServices()
	app := newApp(s)
	var out [][]Action
	for _, t := range app.tabs {
		out = append(out, append(tableOf(t.top()), app.global()...))
	}
	for _, above := range screensAbove(s) {
		out = append(out, append(above.Actions(), app.global()...))
	}
	return append(out, append(app.failureActions(app.mishapOf(reading{again: app.readOverview})), app.global()...))
}

// KeyBinding is an action of the console with the keys it has.
type KeyBinding struct {
	Action string   `json:"action"`
	Keys   []string `json:"keys"`
	What   string   `json:"what"`
}

// KeyBindings returns every action that a file of keys can bind, each once.
func KeyBindings() (all []KeyBinding) {
	seen := map[string]bool{}
	for _, table := range keyTables() {
		for _, a := range table {
			unnamed := func(key string) bool { _, ok := keyNamed(key); return !ok } // such as the digits of a choice, all at once
			if seen[a.ID] || len(a.Keys) == 0 || slices.ContainsFunc(a.Keys, unnamed) {
				continue
			}
			seen[a.ID] = true
			what := a.Name
			if what == "" {
				what = a.Short
			}
			all = append(all, KeyBinding{a.ID, a.Keys, what})
		}
	}
	return all
}

// KeyTemplate is a file of keys that changes nothing: every action with the keys it has, commented out.
func KeyTemplate() string {
	var b strings.Builder
	b.WriteString("# Keys of the console. Take the # away and change the key; several are [\"a\", \"b\"], none is [].\n")
	for _, a := range KeyBindings() {
		quoted, _ := json.Marshal(a.Keys) // strings always have a form in JSON, which is TOML's as well
		fmt.Fprintf(&b, "# %s = %s  # %s\n", a.Action, quoted, a.What)
	}
	return b.String()
}
