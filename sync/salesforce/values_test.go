package salesforce_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/sync/salesforce"
)

func TestParseDateTime(t *testing.T) {
	want := time.Date(2023, 10, 22, 6, 25, 12, 0, time.UTC)
	for _, text := range []string{"2023-10-22T06:25:12.000Z", "2023-10-22T06:25:12.000+0000", "2023-10-22T06:25:12Z", "2023-10-22T08:25:12.000+02:00", "2023-10-22T04:25:12.000-0200"} {
		if got, err := salesforce.ParseDateTime(text); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	if got, err := salesforce.ParseDateTime([]byte(nil)); err != nil || !got.IsZero() {
		t.Errorf("null: %v, %v", got, err)
	}
	for _, text := range []string{"2023-10-22", "22.10.2023", "1697955912000", "2023-13-22T06:25:12.000Z"} {
		if _, err := salesforce.ParseDateTime(text); err == nil || strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestParseDate(t *testing.T) {
	if got, err := salesforce.ParseDate("2026-11-01"); err != nil || got.Day() != 1 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := salesforce.ParseDate(""); err != nil || !got.IsZero() {
		t.Errorf("null: %v, %v", got, err)
	}
	if _, err := salesforce.ParseDate("01/11/2026"); err == nil {
		t.Error("another form is taken")
	}
}

// javaDouble writes a number as Double.toString does, from which Salesforce's CSV comes.
func javaDouble(x float64) string {
	if x == 0 {
		return "0.0"
	}
	if a := math.Abs(x); a >= 1e-3 && a < 1e7 {
		s := strconv.FormatFloat(x, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'E', -1, 64), "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(n)
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]float64{"35000.0": 35000, "9.5E8": 950_000_000, "1.6147805824397E13": 16147805824397, "9.0E-4": .0009, "1000": 1000, "-0.5": -.5} {
		if got, ok, err := salesforce.ParseNumber(text); err != nil || !ok || got != want {
			t.Errorf("%s: %v, %v, %v", text, got, ok, err)
		}
	}
	if _, ok, err := salesforce.ParseNumber(""); ok || err != nil {
		t.Error("null is no number")
	}
	for _, text := range []string{"12,5", "abc", "NaN", "Infinity", "1e999"} {
		if _, _, err := salesforce.ParseNumber(text); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Draw(t, "x")
		if got, ok, err := salesforce.ParseNumber(javaDouble(x)); err != nil || !ok || got != x {
			t.Fatalf("%s: %v, %v, %v", javaDouble(x), got, ok, err)
		}
	})
}

func TestParseInteger(t *testing.T) {
	for text, want := range map[string]int64{"1000": 1000, "3.0": 3, "1.0E7": 10_000_000, "-4": -4, "9223372036854775807": math.MaxInt64} {
		if got, ok, err := salesforce.ParseInteger(text); err != nil || !ok || got != want {
			t.Errorf("%s: %v, %v, %v", text, got, ok, err)
		}
	}
	for _, text := range []string{"3.5", "1.0E30", "x", "NaN"} {
		if _, _, err := salesforce.ParseInteger(text); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
	if _, ok, err := salesforce.ParseInteger([]byte("")); ok || err != nil {
		t.Error("null is no number")
	}
}

func TestCaseSafeID(t *testing.T) {
	for in, want := range map[string]string{"005A0000001a2bC": "005A0000001a2bCIAQ", "00D000000000062": "00D000000000062EAA", "00D000000000062EAA": "00D000000000062EAA", "005A0000001a2bCiaq": "005A0000001a2bCIAQ"} {
		if got, err := salesforce.CaseSafeID(in); err != nil || got != want {
			t.Errorf("%s: %s, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "003", "00D000000000062AAA", "00D00000000006'", "00D0000000000620"} {
		if _, err := salesforce.CaseSafeID(in); err == nil {
			t.Errorf("%q is taken", in)
		}
	}
}

func TestRowClone(t *testing.T) {
	row := salesforce.Row{[]byte("ab"), nil, []byte("c\x00d")}
	copied := row.Clone()
	row[0][0] = 'x'
	if copied.Text(0) != "ab" || copied.Text(1) != "" || copied.Text(2) != "cd" {
		t.Errorf("copy %q", copied)
	}
}

func FuzzValues(f *testing.F) {
	for _, seed := range []string{"", "2023-10-22T06:25:12.000Z", "9.5E8", "true", "00D000000000062EAA", "api-usage=25/5000; per-app-api-usage=17/250(appName=x)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, err := salesforce.ParseDateTime(s); err == nil && !at.IsZero() && at.Nanosecond()%1e6 == 0 && at.Year() < 10000 {
			if back, err := salesforce.ParseDateTime(salesforce.FormatDateTime(at)); err != nil || !back.Equal(at) {
				t.Fatalf("%q: %v became %v, %v", s, at, back, err)
			}
		}
		if id, err := salesforce.CaseSafeID(s); err == nil {
			if again, err := salesforce.CaseSafeID(id); err != nil || again != id {
				t.Fatalf("%q: %s became %s, %v", s, id, again, err)
			}
		}
		_, _, _ = salesforce.ParseNumber(s)
		_, _, _ = salesforce.ParseInteger(s)
		if u, ok := salesforce.ParseLimitInfo(s); ok && (u.Max <= 0 || u.Used < 0) {
			t.Fatalf("%q: %+v", s, u)
		}
	})
}
