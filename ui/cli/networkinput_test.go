package cli

import (
	"bytes"
	"strings"
	"testing"
)

// A file named - is standard input, and what is left out of it names its lines.
func TestNetworkImportFromStandardInput(t *testing.T) {
	home := t.TempDir()
	if code, _, errs := call(t, home, "init"); code != ExitOK {
		t.Fatal(errs)
	}
	const rows = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n" +
		"Ann,Lee,https://www.linkedin.com/in/ann-lee,,Acme,CTO,sometime in spring\n"
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"network", "import", "-", "--seat", "ana@example.com"}, strings.NewReader(rows), &out, &errs); code != ExitOK {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	if text := out.String(); !strings.Contains(text, "standard input: connections, 1 row") || !strings.Contains(text, "left out 1: date (line 2)") {
		t.Error(text)
	}
	if code, _, said := call(t, home, "search", "ann", "--json"); code != ExitOK {
		t.Error(said)
	}
	code, _, said := call(t, home, "match", "run")
	if code != ExitOK || !strings.Contains(said, "no records to match") || strings.Contains(said, "nobody in the network") {
		t.Errorf("exit %d: %s", code, said)
	}
}
