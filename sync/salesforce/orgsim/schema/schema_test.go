package schema

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestID(t *testing.T) {
	// From Salesforce's own documents: 15 characters and their 18.
	for short, long := range map[string]string{"001D000000IRFma": "001D000000IRFmaIAH", "00Dx0000000BV7z": "00Dx0000000BV7zEAG", "005x00000012Q9P": "005x00000012Q9PAAU"} {
		if got := Canonical(short); got != long {
			t.Errorf("%s: %s, want %s", short, got, long)
		}
		if got := Canonical(strings.ToLower(long)); got != long {
			t.Errorf("case of %s is not restored: %s", strings.ToLower(long), got)
		}
	}
	for _, bad := range []string{"", "001", "001D000000IRFm!", "001D000000IRFma!!!", "001D000000IRFmaI"} {
		if _, _, ok := ParseID(bad); ok {
			t.Errorf("%q is taken for an id", bad)
		}
	}
}

func TestIDsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(0, 13_537_086_546_263_551).Draw(t, "n") // 62^9 - 1
		text := ID("003ab0", n).String()
		for _, form := range []string{text, text[:15], strings.ToUpper(text)} {
			if stem, got, ok := ParseID(form); !ok || stem != "003ab0" || got != n {
				t.Fatalf("%s: %s %d %t, want %d", form, stem, got, ok, n)
			}
		}
	})
}

func TestIDsSortLikeNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Uint64Range(0, 1<<50).Draw(t, "a"), rapid.Uint64Range(0, 1<<50).Draw(t, "b")
		if x, y := ID("003ab0", a).String()[:15], ID("003ab0", b).String()[:15]; (x < y) != (a < b) {
			t.Fatalf("%d %s, %d %s", a, x, b, y)
		}
	})
}

// TestDoubles checks numbers against what Java's Double.toString makes of them.
func TestDoubles(t *testing.T) {
	for number, want := range map[float64]string{
		0: "0.0", 1: "1.0", 35000: "35000.0", -3.25: "-3.25", 9999999: "9999999.0", 1e7: "1.0E7", 950000000: "9.5E8", 16147805824397: "1.6147805824397E13",
		0.001: "0.001", 0.0009: "9.0E-4", 0.1: "0.1", 123456.789: "123456.789", 1.5e300: "1.5E300", math.SmallestNonzeroFloat64: "5.0E-324",
	} {
		if got := Double(number).String(); got != want {
			t.Errorf("%v: %s, want %s", number, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-30_000_000_000, 200_000_000_000).Draw(t, "seconds"), 0).UTC()
		if got, want := DateTime(at).String(), at.Format("2006-01-02T15:04:05.000Z"); got != want {
			t.Fatalf("dateTime %s, want %s", got, want)
		}
		if got, want := Date(at).String(), at.Format(time.DateOnly); got != want {
			t.Fatalf("date %s, want %s", got, want)
		}
		if got := Date(at).Time(); !got.Equal(at.Truncate(24 * time.Hour)) {
			t.Fatalf("day of %s is %s", at, got)
		}
	})
}

func TestCSVAndJSON(t *testing.T) {
	at := time.Date(2023, 10, 22, 6, 25, 12, 0, time.UTC)
	cases := []struct {
		value     Value
		csv, json string
	}{
		{Text(""), `""`, `null`},
		{Value{}, `""`, `null`},
		{Text("a \"b\"\r\nc,<d>&é\u2028"), "\"a \"\"b\"\"\r\nc,<d>&é\u2028\"", `"a \"b\"\r\nc,<d>&é\u2028"`},
		{Text(`"`), `""""`, `"\""`},
		{Bool(false), `"false"`, `false`},
		{Int(1000), `"1000"`, `1000`},
		{Double(9.5e8), `"9.5E8"`, `9.5E8`},
		{DateTime(at), `"2023-10-22T06:25:12.000Z"`, `"2023-10-22T06:25:12.000+0000"`},
		{Date(at), `"2023-10-22"`, `"2023-10-22"`},
		{ID("001D00", 0), `"001D00000000000IAA"`, `"001D00000000000IAA"`},
	}
	for _, c := range cases {
		if got := string(c.value.AppendCSV(nil)); got != c.csv {
			t.Errorf("CSV %s, want %s", got, c.csv)
		}
		if got := string(c.value.AppendJSON(nil)); got != c.json || !json.Valid([]byte(got)) {
			t.Errorf("JSON %s, want %s", got, c.json)
		}
	}
}

// TestParseReadsWhatStringWrites matters to the journal, which keeps values as text.
func TestParseReadsWhatStringWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(-1e12, 4e12).Draw(t, "ms") / 1000 * 1000
		cases := map[Type]Value{
			TypeString: Text(rapid.String().Draw(t, "text")), TypeBoolean: Bool(rapid.Bool().Draw(t, "bool")), TypeInt: Int(int64(rapid.Int32().Draw(t, "int"))),
			TypeCurrency: Double(rapid.Float64Range(-1e15, 1e15).Draw(t, "double")), TypeDateTime: Milliseconds(ms), TypeDate: Date(time.UnixMilli(ms).UTC()),
			TypeRef: ID("003ab0", rapid.Uint64Range(0, 1<<40).Draw(t, "id")),
		}
		for kind, value := range cases {
			f := Field{Name: "X", Type: kind}
			got, err := f.Parse(value.String())
			if err != nil || Compare(got, value) != 0 || got.String() != value.String() {
				t.Fatalf("%s: %s read as %s, %v", kind, value, got, err)
			}
		}
	})
}

func TestEveryReferenceLeadsSomewhere(t *testing.T) {
	s := New(Options{Package: true, SyncKey: true})
	for _, object := range s.Objects {
		for i := range object.Fields {
			for _, target := range object.Fields[i].ReferenceTo {
				if _, ok := s.Object(target); !ok {
					t.Errorf("%s.%s refers to %s, which there is not", object.Name, object.Fields[i].Name, target)
				}
			}
		}
		for _, child := range object.Children {
			other, ok := s.Object(child.Object)
			if !ok || !other.Has(child.Field) {
				t.Errorf("%s has children %s.%s, which there are not", object.Name, child.Object, child.Field)
			}
		}
	}
}
