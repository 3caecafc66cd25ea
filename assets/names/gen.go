//go:build ignore

// This program writes nicknames.txt and countries.txt. It reads, in the folder
// given by -from, the packages "nicknames" 1.0.1 of PyPI (unpacked wheel) and
// "i18n-iso-countries" 7.14.0 of npm:
//
//	pip download --no-deps nicknames==1.0.1 && unzip nicknames-*.whl
//	npm install --ignore-scripts i18n-iso-countries@7.14.0
package main

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// languages whose country names are kept.
var languages = strings.Fields("en de fr es it pt nl sv da nb fi pl cs hu ro tr ru uk ja zh ko ar he el bg hr sk sl sr ca id ms vi th hi et lv lt fa")

func main() {
	from := flag.String("from", ".", "folder with the two packages")
	flag.Parse()
	if err := nicknames(filepath.Join(*from, "nicknames", "names.csv")); err != nil {
		log.Fatal(err)
	}
	if err := countries(filepath.Join(*from, "node_modules", "i18n-iso-countries", "langs")); err != nil {
		log.Fatal(err)
	}
}

// nicknames writes one line per formal name: the name, then its short forms.
func nicknames(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return err
	}
	short := map[string][]string{}
	for _, row := range rows[1:] {
		if row[1] == "has_nickname" && !slices.Contains(short[row[0]], row[2]) {
			short[row[0]] = append(short[row[0]], row[2])
		}
	}
	var lines []string
	for name, list := range short {
		slices.Sort(list)
		lines = append(lines, name+" "+strings.Join(list, " "))
	}
	slices.Sort(lines)
	return os.WriteFile("nicknames.txt", []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}

// countries writes one line per code and name: "DE<TAB>Deutschland".
func countries(dir string) error {
	seen := map[string]bool{}
	for _, language := range languages {
		raw, err := os.ReadFile(filepath.Join(dir, language+".json"))
		if err != nil {
			return err
		}
		var file struct{ Countries map[string]any }
		if err := json.Unmarshal(raw, &file); err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		for code, value := range file.Countries {
			names, many := value.([]any)
			if !many {
				names = []any{value}
			}
			for _, name := range names {
				seen[code+"\t"+name.(string)] = true
			}
		}
	}
	lines := make([]string, 0, len(seen))
	for line := range seen {
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return os.WriteFile("countries.txt", []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}
