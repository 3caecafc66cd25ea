package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// Columns stand below each other whatever the script of a name is, and no line ends in blanks.
func TestTablesAlign(t *testing.T) {
	var out bytes.Buffer
	a := &app{stdout: &out}
	rows := [][]string{{"有限公司 Ltd", "1", "auto"}, {"Ann", "22", ""}, {"שרה לוי", "3", "none"}}
	if err := a.table([]string{"NAME", "N", "STATE"}, rows); err != nil {
		t.Fatal(err)
	}
	at := -1
	for i, line := range strings.Split(strings.TrimRight(out.String(), "\n"), "\n") {
		if strings.HasSuffix(line, " ") {
			t.Errorf("%q ends in a blank", line)
		}
		cell := append([]string{"N"}, "1", "22", "3")[i]
		before, _, _ := strings.Cut(line, "  "+cell)
		width := ansi.StringWidth(before[:len(strings.TrimRight(before, " "))]) // the cell itself
		width += ansi.StringWidth(before) - width
		if at < 0 {
			at = width
		}
		if width != at {
			t.Errorf("%q: the second column begins at %d, not %d", line, width, at)
		}
	}
}

// Whatever the widths, narrowing fits the room or takes nothing, and touches no id.
func TestTablesFitTheTerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		widths := rapid.SliceOfN(rapid.IntRange(1, 80), 1, 9).Draw(t, "widths")
		whole := rapid.SliceOfN(rapid.Bool(), len(widths), len(widths)).Draw(t, "whole")
		room := rapid.IntRange(20, 200).Draw(t, "room")
		was := slices.Clone(widths)
		narrow(widths, whole, room)
		total := -tableGap
		for i, w := range widths {
			total += w + tableGap
			if w > was[i] || w != was[i] && (whole[i] || w < leastColumn) {
				t.Fatalf("column %d went from %d to %d", i, was[i], w)
			}
		}
		if total > room && !slices.Equal(widths, was) {
			t.Fatalf("%v take %d of %d, and gave for nothing", widths, total, room)
		}
	})
}

func TestIdentitiesStayWhole(t *testing.T) {
	lines := [][]string{{"NAME", "RECORD", "N"}, {"Ann Okafor of Lagos", "003vw0000000004AAA", "1"}, {"Bo", "003vw0000000005AAA", "2"}}
	if got := identities(lines); !slices.Equal(got, []bool{false, true, false}) {
		t.Errorf("%v", got)
	}
}

// A list that is written as comma-separated values names each column once: programs find them by name.
func TestColumnsAreNamedOnce(t *testing.T) {
	for name, list := range exportables {
		seen := map[string]bool{}
		for _, column := range list.header {
			if seen[column] || column == "" {
				t.Errorf("%s has the column %q twice, or one without a name", name, column)
			}
			seen[column] = true
		}
	}
}

// Into a pipe a line of the status is written whole, whatever its length.
func TestLabelledLinesIntoAPipe(t *testing.T) {
	var out bytes.Buffer
	a := &app{stdout: &out}
	a.labelled("disk       %s", strings.Repeat("much room ", 20))
	a.hanging("! ", "a problem")
	if got := out.String(); strings.Count(got, "\n") != 2 || !strings.HasPrefix(got, "disk       much") || !strings.HasSuffix(got, "\n! a problem\n") {
		t.Errorf("%q", got)
	}
}
