package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// wellFormed reads a picture as XML and returns what its texts say and how many groups it has.
func wellFormed(t *testing.T, svg string) (texts string, groups int) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return texts, groups
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "g" {
				groups++
			}
		case xml.CharData:
			texts += string(token)
		}
	}
}

func TestLooksOfASequence(t *testing.T) {
	for text, want := range map[string]look{
		"x":                         {},
		"\x1b[1mx":                  {bold: true},
		"\x1b[1;38;5;75mx":          {bold: true, front: "#5fafff"},
		"\x1b[38;2;1;2;255;4mx":     {front: "#0102ff", under: true},
		"\x1b[48:5:232mx":           {back: "#080808"},
		"\x1b[31;92;7mx":            {front: "#23d18b", on: true},
		"\x1b[1;2;31m\x1b[mx":       {},
		"\x1b[38;5mx":               {front: "#000000"},
		"\x1b]8;;https://x\x1b\\x":  {},
		"\x1b[1m\x1b[22;39;49;27mx": {},
		"\x1b[999;38;9mx":           {},
		"\x1b[3;23mx":               {},
		"\x1b[41mx":                 {back: "#cd3131"},
		"\x1b[38;2;999;0;0mx":       {front: "#ff0000"},
		"\x1b[2J\x1b[Hx":            {},
		"\x1b[100;40mx":             {back: "#000000"},
	} {
		rows := readScreen(text)
		if len(rows) != 1 || len(rows[0]) != 1 || rows[0][0].text != "x" || rows[0][0].look != want {
			t.Errorf("%q: %+v, want %+v", text, rows, want)
		}
	}
}

// Wide characters take two cells, and every text stands in the picture as it is, made safe for XML.
func TestPictureHoldsTheText(t *testing.T) {
	rows := readScreen("Fumiko 佐藤 <b> & \x1b[31m│━━▅▒┊▌▏\x1b[m end\n\n  second\n")
	if len(rows) != 3 || len(rows[0]) != 30 || rows[0][7].text != "佐" || rows[0][8].text != "" {
		t.Fatalf("%d rows, the first of %d cells", len(rows), len(rows[0]))
	}
	texts, groups := wellFormed(t, picture{paper: dark, title: "A <title>", screens: []screen{{rows: rows}}}.svg())
	for _, want := range []string{"A <title>", "Fumiko", "佐", "<b>", "&", "end", "second"} {
		if !strings.Contains(texts, want) {
			t.Errorf("no %q in %q", want, texts)
		}
	}
	if groups != 1 || strings.ContainsAny(texts, "│━▅▒") {
		t.Errorf("%d groups, texts %q", groups, texts)
	}
}

// Several screens are shown in turn, each for its time; the first is there for those who do not animate.
func TestMovingPicture(t *testing.T) {
	p := picture{paper: bright, screens: []screen{{readScreen("one"), time.Second}, {readScreen("two"), 3 * time.Second}}}
	svg := p.svg()
	if _, groups := wellFormed(t, svg); groups != 2 {
		t.Errorf("%d groups", groups)
	}
	for _, want := range []string{".s0{visibility:visible}", "animation:4.00s step-end infinite", "@keyframes k1{0%{visibility:hidden}25.000%{visibility:visible}100.000%,100%{visibility:hidden}}"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestRunDrawsFiles(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "a.txt"), filepath.Join(dir, "a.svg")
	if err := os.WriteFile(in, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"-light", "-o", out, in, in + "@250"}); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(out); err != nil || !strings.Contains(string(text), "animation:1.75s") {
		t.Error(err)
	}
	for _, args := range [][]string{{}, {filepath.Join(dir, "none")}, {in + "@soon"}, {in + "@-1"}} {
		if run(args) == nil {
			t.Errorf("%q is drawn", args)
		}
	}
}
