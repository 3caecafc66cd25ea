package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// writtenHint finds a key that a text writes out: "u takes it back", "; / searches", "2 Connect". Enter and esc are the same everywhere.
var writtenHint = regexp.MustCompile(`(?:^|[ ;:(.])(?:[B-Zb-z/]|\^[a-z]|space|left|right) [a-z]+s\b|(?:^|[ ;:(.])[0-9] (?:Home|Connect|Users|Matches|Writeback|Opps|ROI|Settings|Audit|Mine)\b`)

// sourceTexts calls see with every text in the sources of the console, and where it stands; key is the name of the field
// that it is the value of, if any.
func sourceTexts(t *testing.T, see func(at token.Position, key, text string)) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		keys := map[ast.Expr]string{}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok {
					keys[n.Value] = key.Name
				}
			case *ast.BasicLit:
				if n.Kind != token.STRING {
					break
				}
				text, err := strconv.Unquote(n.Value)
				if err != nil {
					t.Fatal(err)
				}
				see(positions.Position(n.Pos()), keys[n], text)
			}
			return true
		})
	}
}

// No text of the console writes a key out, in whatever state it is shown: it asks for the key that is bound.
func TestNoTextWritesAKey(t *testing.T) {
	sourceTexts(t, func(at token.Position, _, text string) {
		if hint := writtenHint.FindString(text); hint != "" {
			t.Errorf("%s: %q names a key that may be bound to something else", at, hint)
		}
	})
}

// notBound are actions whose keys no file changes: those of dialogs, of the demo, and those that stand in for another.
var notBound = regexp.MustCompile(`^(dialog|bulk|export|plan|demo)\b|^(purge\.open|save\.open|detail\.back)$`)

// Every action of every screen is in the tables of keys, and so in the list of keys and in the file that binds them.
func TestEveryActionCanBeBound(t *testing.T) {
	known, seen := map[string]bool{}, 0
	for _, table := range keyTables() {
		for _, a := range table {
			known[a.ID] = true
		}
	}
	sourceTexts(t, func(at token.Position, key, id string) {
		if key != "ID" || notBound.MatchString(id) {
			return
		}
		if seen++; !known[id] {
			t.Errorf("%s: %s has a key that cannot be bound", at, id)
		}
	})
	if seen < 100 {
		t.Errorf("only %d actions were found", seen)
	}
}
