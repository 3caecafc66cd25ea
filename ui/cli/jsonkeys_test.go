package cli

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	crmsync "crmsync/sync"
)

// jsonSinks are the functions that print JSON; the value is their last argument, of printPage the second.
var jsonSinks = map[string]int{"printJSON": 0, "printPage": 1, "Marshal": 0, "MarshalIndent": 0, "Encode": 0}

// notPrinted are JSON texts that no command prints: files of the demo, and requests to its org.
var notPrinted = map[string]bool{"demoorg.go": true, "demolife.go": true, "benchorg.go": true}

// snake is how keys are written.
var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// Every type that a command prints as JSON has keys in snake_case, all the way down: the code of this package is read,
// and the types of what it prints, wherever they are declared.
func TestKeysOfAllJSON(t *testing.T) {
	files, info, fset := checkedPackage(t)
	keys := &keyCheck{t: t, info: info, seen: map[types.Type]bool{}}
	found := 0
	for _, file := range files {
		name := filepath.Base(fset.Position(file.Pos()).Filename)
		if notPrinted[name] {
			continue
		}
		ast.Inspect(file, func(node ast.Node) bool {
			call, is := node.(*ast.CallExpr)
			if !is {
				return true
			}
			at, sink := jsonSinks[calledName(call.Fun)]
			if !sink || at >= len(call.Args) {
				return true
			}
			found++
			keys.where = fset.Position(call.Pos()).String()
			if _, slice := info.TypeOf(call.Args[at]).Underlying().(*types.Slice); slice && calledName(call.Fun) == "printJSON" {
				keys.wrong("", "a list is printed as one array; it is one object a line: printPage")
			}
			keys.value(call.Args[at])
			return true
		})
	}
	if found < 60 {
		t.Errorf("only %d places print JSON: they were not found", found)
	}
	if len(keys.seen) < 60 {
		t.Errorf("only %d types are printed: they were not found", len(keys.seen))
	}
}

func calledName(fun ast.Expr) string {
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	case *ast.IndexExpr:
		return calledName(fun.X)
	}
	return ""
}

// keyCheck walks the types that are printed.
type keyCheck struct {
	t     *testing.T
	info  *types.Info
	where string
	seen  map[types.Type]bool
}

func (k *keyCheck) wrong(path, format string, args ...any) {
	k.t.Errorf("%s: %s: %s", k.where, strings.TrimPrefix(path, "."), fmt.Sprintf(format, args...))
}

// value checks what an expression prints. A map that is written out is checked key by key.
func (k *keyCheck) value(e ast.Expr) {
	kind := k.info.TypeOf(e)
	if m, is := kind.Underlying().(*types.Map); is && types.IsInterface(m.Elem()) {
		literal, written := e.(*ast.CompositeLit)
		if !written {
			k.wrong("", "a map of anything is printed: %s", kind)
			return
		}
		for _, element := range literal.Elts {
			pair := element.(*ast.KeyValueExpr)
			if text := k.info.Types[pair.Key].Value; text == nil || !snake.MatchString(constant.StringVal(text)) {
				k.wrong("", "key %v", pair.Key)
			}
			k.value(pair.Value)
		}
		return
	}
	if literal, written := e.(*ast.CompositeLit); written && isMap(kind) {
		for _, element := range literal.Elts {
			if text := k.info.Types[element.(*ast.KeyValueExpr).Key].Value; text != nil && !snake.MatchString(constant.StringVal(text)) {
				k.wrong("", "key %s", text)
			}
		}
	}
	k.typed(kind, "")
}

func isMap(kind types.Type) bool { _, is := kind.Underlying().(*types.Map); return is }

// ownKeys are our types that write themselves, with the test that looks at their keys.
var ownKeys = map[string]string{"crmsync/sync.PersonDossier": "TestPersonDossierHasSnakeCaseKeysOnly", "crmsync/sync.Scheduled": "TestKeysOfWhatWritesItself",
	"crmsync/sync.Money": "a text", "crmsync/match.Bits": "a number"}

// typed checks a type and all that it holds.
func (k *keyCheck) typed(kind types.Type, path string) {
	if k.seen[kind] {
		return
	}
	k.seen[kind] = true
	if writesItself(kind) {
		if name := types.Unalias(kind).String(); strings.HasPrefix(strings.TrimLeft(name, "*"), "crmsync/") && ownKeys[strings.TrimLeft(name, "*")] == "" {
			k.wrong(path, "%s writes itself, and no test looks at its keys", name)
		}
		return
	}
	if named, is := types.Unalias(kind).(*types.Named); is && named.Obj().Name() == "Page" && named.TypeArgs().Len() == 1 {
		k.typed(named.TypeArgs().At(0), path) // its rows are printed
		return
	}
	switch u := kind.Underlying().(type) {
	case *types.Pointer:
		k.typed(u.Elem(), path)
	case *types.Slice:
		k.typed(u.Elem(), path)
	case *types.Array:
		k.typed(u.Elem(), path)
	case *types.Map:
		k.typed(u.Elem(), path)
	case *types.Struct:
		k.fields(u, path)
	case *types.Interface:
		// What an approved act returned is what its own command prints, and is checked there.
		if _, is := types.Unalias(kind).(*types.TypeParam); !is && path != ".Result" {
			k.wrong(path, "anything is printed: %s", kind)
		}
	}
}

func (k *keyCheck) fields(u *types.Struct, path string) {
	for i := range u.NumFields() {
		field := u.Field(i)
		name, _, _ := strings.Cut(reflect.StructTag(u.Tag(i)).Get("json"), ",")
		switch {
		case name == "-":
			continue
		case field.Embedded() && name == "":
			k.typed(field.Type(), path)
			continue
		case !field.Exported():
			continue
		case !snake.MatchString(name):
			k.wrong(path+"."+field.Name(), "its key is %q", name)
		}
		k.typed(field.Type(), path+"."+field.Name())
	}
}

func TestKeysOfWhatWritesItself(t *testing.T) {
	text, err := json.Marshal(crmsync.Scheduled{Kind: crmsync.JobImport, Every: time.Hour, Next: time.Unix(1, 0), LastRun: "run", Running: true})
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`"([^"]*)":`).FindAllSubmatch(text, -1)
	for _, key := range found {
		if !snake.Match(key[1]) {
			t.Errorf("key %q", key[1])
		}
	}
	if len(found) < 4 {
		t.Errorf("%s", text)
	}
}

// writesItself reports whether a type says itself how it is written, as times do.
func writesItself(kind types.Type) bool {
	for _, method := range []string{"MarshalJSON", "MarshalText"} {
		if object, _, _ := types.LookupFieldOrMethod(kind, true, nil, method); object != nil {
			return true
		}
	}
	return false
}

// checkedPackage reads the code of this package with its types. Those of other packages come from the build cache.
func checkedPackage(t *testing.T) ([]*ast.File, *types.Info, *token.FileSet) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Export,GoFiles,Dir,DepOnly", ".").Output()
	if err != nil {
		t.Skipf("the go command is needed: %v", err)
	}
	exports, fset := map[string]string{}, token.NewFileSet()
	var files []*ast.File
	for list := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath, Export, Dir string
			GoFiles                 []string
			DepOnly                 bool
		}
		if err := list.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if p.DepOnly {
			continue
		}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
	if _, err := config.Check("crmsync/ui/cli", fset, files, info); err != nil {
		t.Fatal(err)
	}
	return files, info, fset
}
