package cli

import (
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mapFrom is the number of files from which on a package says which of them holds what.
const mapFrom = 40

// A large package's comment has a map of its files under "# Files": patterns, two spaces or more, what they hold. Every
// file is on it, and nothing that is not there.
func TestLargePackagesHaveAMapOfTheirFiles(t *testing.T) {
	maps := 0
	for dir, names := range sources(t) {
		patterns := filePatterns(t, dir, names)
		if len(patterns) == 0 {
			if len(names) >= mapFrom {
				t.Errorf("%s has %d files and no map of them under # Files in doc.go", dir, len(names))
			}
			continue
		}
		maps++
		on := map[string]bool{}
		for _, pattern := range patterns {
			found := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
				matched, err := path.Match(pattern+".go", name)
				if err != nil {
					t.Fatalf("%s: %v", pattern, err)
				}
				return !matched
			})
			if len(found) == 0 {
				t.Errorf("%s: the map names %s, and there is no such file", dir, pattern)
			}
			for _, name := range found {
				on[name] = true
			}
		}
		for _, name := range names {
			if name != "doc.go" && !on[name] {
				t.Errorf("%s/%s is not on the map of the package's files in doc.go", dir, name)
			}
		}
	}
	if maps == 0 {
		t.Error("no package has a map of its files")
	}
}

// filePatterns reads the map in a package's doc.go, or nil.
func filePatterns(t *testing.T, dir string, names []string) (patterns []string) {
	t.Helper()
	if !slices.Contains(names, "doc.go") {
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, dir, "doc.go"), nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(file.Doc.Text(), "# Files\n\n")
	if !found {
		return nil
	}
	for line := range strings.Lines(list) {
		row, indented := strings.CutPrefix(line, "\t")
		if !indented {
			break
		}
		files, _, _ := strings.Cut(row, "  ")
		patterns = append(patterns, strings.Split(files, ", ")...)
	}
	return patterns
}
