package cli

import "testing"

// What is printed for people has its whole numbers marked, as wide as asked for; text and other numbers stay.
func TestSprintf(t *testing.T) {
	for want, got := range map[string]string{
		"1,234 of 5,000,000":   sprintf("%d of %d", 1234, int64(5_000_000)),
		"   12,345|999|-1,000": sprintf("%9d|%d|%d", 12345, 999, -1000),
		"25.5 % of 12345":      sprintf("%.1f %% of %s", 25.5, "12345"),
		"12345":                sprintf("%v", 12345),
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
