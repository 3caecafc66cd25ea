package machine

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// parse reads the text of a file. The library proves that it is TOML (no key twice, no broken string); its syntax tree
// is then walked, since only there every value has its line.
func parse(name string, text []byte) (Settings, error) {
	settings := Settings{file: name, values: map[string]value{}}
	var whole map[string]any
	if err := toml.Unmarshal(text, &whole); err != nil {
		return settings, notTOML(name, err)
	}
	walk := &walker{settings: settings}
	walk.parser.Reset(text)
	for walk.parser.NextExpression() {
		if err := walk.expression(walk.parser.Expression()); err != nil {
			return settings, err
		}
	}
	if err := walk.parser.Error(); err != nil {
		return settings, notTOML(name, err)
	}
	return settings, nil
}

func notTOML(name string, err error) error {
	wrong := &Wrong{File: name, Reason: strings.TrimPrefix(err.Error(), "toml: "), code: "machine.invalid", hint: helpHint}
	var at *toml.DecodeError
	if errors.As(err, &at) {
		wrong.Line, _ = at.Position()
	}
	return wrong
}

// walker goes through the syntax tree of a file.
type walker struct {
	parser   unstable.Parser
	section  []string // of the last [section]
	settings Settings
}

func (w *walker) expression(node *unstable.Node) error {
	switch node.Kind {
	case unstable.Table:
		keys, line := w.keys(node.Key())
		w.section = keys
		if name := strings.Join(keys, "."); !isSection(name) {
			return w.wrong(line, helpHint, "there is no section [%s]; there are %s", name, sectionList())
		}
		return nil
	case unstable.ArrayTable:
		keys, line := w.keys(node.Key())
		name := strings.Join(keys, ".")
		return w.wrong(line, "write it with single brackets: ["+name+"]", "[[%s]] is a list, and no section is one", name)
	case unstable.KeyValue:
		return w.keyValue(w.section, node)
	default: // comments
		return nil
	}
}

// keyValue takes one setting, or the settings of an inline table.
func (w *walker) keyValue(section []string, node *unstable.Node) error {
	keys, line := w.keys(node.Key())
	path := append(append([]string{}, section...), keys...)
	name := strings.Join(path, ".")
	node = node.Value()
	if node.Kind == unstable.InlineTable {
		if !isSection(name) {
			return w.wrong(line, helpHint, "there is no section %s; there are %s", name, sectionList())
		}
		for children := node.Children(); children.Next(); {
			if child := children.Node(); child.Kind == unstable.KeyValue {
				if err := w.keyValue(path, child); err != nil {
					return err
				}
			}
		}
		return nil
	}
	key, known := Find(name)
	if !known {
		return w.wrong(line, unknownHint(name), "there is no setting %s", name)
	}
	text, err := key.read(node)
	if err != nil {
		return w.wrong(line, "for instance: "+key.Line(), "%s %s", name, err)
	}
	w.settings.values[name] = value{text, line}
	return nil
}

// keys returns the parts of a dotted key, and the line of the first.
func (w *walker) keys(parts unstable.Iterator) (keys []string, line int) {
	for parts.Next() {
		part := parts.Node()
		if line == 0 {
			line = w.parser.Shape(part.Raw).Start.Line
		}
		keys = append(keys, string(part.Data))
	}
	return keys, line
}

func (w *walker) wrong(line int, hint, format string, args ...any) error {
	return &Wrong{File: w.settings.file, Line: line, Reason: fmt.Sprintf(format, args...), code: "machine.invalid", hint: hint}
}

// unknownHint names the setting of the same last name, or those of the section.
func unknownHint(name string) string {
	section, last, _ := strings.Cut(name, ".")
	var inSection []string
	for _, key := range Keys() {
		_, ending, _ := strings.Cut(key.Name, ".")
		if ending == last || ending == name {
			return "did you mean " + key.Name + "? " + helpHint
		}
		if strings.HasPrefix(key.Name, section+".") {
			inSection = append(inSection, ending)
		}
	}
	if len(inSection) > 0 {
		return "[" + section + "] has " + strings.Join(inSection, ", ") + "; " + helpHint
	}
	return helpHint
}
