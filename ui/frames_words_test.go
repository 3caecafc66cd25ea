package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	relativeDate = regexp.MustCompile(`\b\d+ (s|min|h|days?|weeks?|months?) ago\b|\bjust now\b|\b(?i:yesterday)\b`)
	longNumber   = regexp.MustCompile(`(?:^|[\s(~+])(\d{4,})(?:$|[\s,;)%])`)
)

// Every frame keeps to the words agreed: a relative date stands in the header alone, since a table is read later than
// it was drawn; and a number has its thousands marked, so that it cannot be misread by a digit.
func TestFramesKeepToTheirWords(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "TestFrames", "*.golden"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		place, at := "", 0
		for line := range strings.Lines(string(text)) {
			if at++; strings.HasPrefix(line, "=== ") {
				place, at = strings.TrimSpace(line), 0
			}
			if found := relativeDate.FindString(line); found != "" && at > 1 {
				t.Errorf("%s, line %d: %q is no absolute date: %s", place, at, found, line)
			}
			for _, found := range longNumber.FindAllStringSubmatch(line, -1) {
				if n, err := strconv.Atoi(found[1]); at > 0 && (err != nil || n < 1900 || n > 2099) {
					t.Errorf("%s, line %d: %s lacks its thousands marks: %s", place, at, found[1], line)
				}
			}
		}
	}
}
