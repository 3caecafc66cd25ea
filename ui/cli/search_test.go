package cli

import (
	"strings"
	"testing"
)

// demoSearch is S12: exactly three settings of the filter, and each side of it is the rest of the other.
func demoSearch(t *testing.T, home, dir string) {
	count := func(args ...string) int {
		t.Helper()
		code, out, errs := call(t, home, append([]string{"search", "--json", "--limit", "5000", "--dir", dir}, args...)...)
		if code != ExitOK {
			t.Fatalf("search %v: %d %s", args, code, errs)
		}
		return strings.Count(out, `"name"`)
	}
	for _, of := range [][]string{{}, {"--companies"}} {
		all, in, out := count(of...), count(append(of, "--in-crm")...), count(append(of, "--not-in-crm")...)
		if in == 0 || out == 0 || in+out != all {
			t.Errorf("%v: %d in the CRM and %d not, of %d", of, in, out, all)
		}
	}
	if code, _, errs := call(t, home, "search", "--in-crm", "--not-in-crm", "--dir", dir); code != ExitUsage {
		t.Errorf("both at once: %d %s", code, errs)
	}
}
