package cli

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowedImports says which of our packages each of our packages may import (a trailing "/..." stands
// for a whole tree). ui/cli, the composition root, may import everything and is not listed.
var allowedImports = map[string][]string{
	"crmsync":                            {"crmsync/ui/cli"},
	"crmsync/assets/...":                 {"crmsync/assets/..."},
	"crmsync/match":                      {"crmsync/match/normal", "crmsync/assets/..."},
	"crmsync/match/normal":               {"crmsync/assets/..."},
	"crmsync/match/eval":                 {"crmsync/match", "crmsync/match/normal"},
	"crmsync/store/baddisk":              {},
	"crmsync/store":                      {"crmsync/store/vault", "crmsync/assets/..."},
	"crmsync/store/vault":                {"crmsync/assets/..."},
	"crmsync/sync":                       {"crmsync/match", "crmsync/match/normal", "crmsync/store", "crmsync/sync/salesforce", "crmsync/sync/network", "crmsync/assets/..."},
	"crmsync/sync/network":               {"crmsync/assets/..."},
	"crmsync/sync/salesforce":            {},
	"crmsync/sync/salesforce/orgsim/...": {"crmsync/assets/...", "crmsync/sync/salesforce/orgsim/..."},
	"crmsync/ui":                         {"crmsync/sync", "crmsync/store", "crmsync/ui/diffout", "crmsync/ui/early", "crmsync/ui/report"},
	"crmsync/ui/diffout":                 {},
	"crmsync/ui/early":                   {},
	"crmsync/ui/report":                  {"crmsync/sync"},
	"crmsync/ui/sshd":                    {"crmsync/ui", "crmsync/ui/early"},
	"crmsync/ui/uitest":                  {"crmsync/ui/early"},
	"crmsync/ui/uitest/picture":          {},
}

// topLevel is all that may lie at the top of the project besides dot files.
var topLevel = []string{"main.go", "ui", "sync", "match", "store", "assets", "go.mod", "go.sum", "README.md", "LICENSE"}

func TestImportRules(t *testing.T) {
	seen := 0
	for dir, file := range sources(t) {
		for _, name := range file {
			seen++
			pkg := path.Join("crmsync", filepath.ToSlash(dir))
			imports := importsOf(t, filepath.Join(root, dir, name))
			if !strings.HasPrefix(pkg, "crmsync/ui/cli") {
				checkImports(t, pkg, name, imports)
			}
			if slices.Contains(imports, "github.com/charmbracelet/bubbletea") && !importsEarly(t, dir, file) {
				t.Errorf("%s imports bubbletea but not crmsync/ui/early: Bubble Tea would ask the terminal for its background at start", pkg)
			}
		}
	}
	if seen < 5 {
		t.Fatalf("only %d source files found below %s: the rules were not tested", seen, root)
	}
}

func checkImports(t *testing.T, pkg, name string, imports []string) {
	t.Helper()
	allowed, ok := rulesFor(pkg)
	if !ok {
		t.Errorf("package %s has no import rule: add it to the layout or move it", pkg)
		return
	}
	for _, imported := range imports {
		if imported != "crmsync" && !strings.HasPrefix(imported, "crmsync/") {
			continue
		}
		if !slices.ContainsFunc(allowed, func(rule string) bool { return covers(rule, imported) }) {
			t.Errorf("%s/%s imports %s, which %s may not", pkg, name, imported, pkg)
		}
	}
}

func rulesFor(pkg string) ([]string, bool) {
	if allowed, ok := allowedImports[pkg]; ok {
		return allowed, true
	}
	for rule, allowed := range allowedImports {
		if strings.HasSuffix(rule, "/...") && covers(rule, pkg) {
			return allowed, true
		}
	}
	return nil, false
}

// covers reports whether rule, a path or a tree "path/...", contains pkg.
func covers(rule, pkg string) bool {
	tree, isTree := strings.CutSuffix(rule, "/...")
	return pkg == rule || isTree && (pkg == tree || strings.HasPrefix(pkg, tree+"/"))
}

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) && name != "crmsync" {
			t.Errorf("%s lies at the top level, which holds only %s and dot files", name, strings.Join(topLevel, " "))
		}
	}
}

// root is the top of the project, seen from this package's folder, where tests run.
const root = "../.."

// sources returns the names of the Go files that are not tests, by folder.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && p != "."):
			return fs.SkipDir
		case strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go"):
			files[path.Dir(p)] = append(files[path.Dir(p)], path.Base(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var imports []string
	for _, spec := range parsed.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		imports = append(imports, p)
	}
	return imports
}

func importsEarly(t *testing.T, dir string, names []string) bool {
	t.Helper()
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.Contains(importsOf(t, filepath.Join(root, dir, name)), "crmsync/ui/early")
	})
}
