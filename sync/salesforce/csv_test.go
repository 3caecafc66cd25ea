package salesforce_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"crmsync/sync/salesforce"
)

// readAll reads every row as text.
func readAll(r io.Reader) (rows [][]string, err error) {
	reader := salesforce.NewCSVReader(r)
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		values := make([]string, len(row))
		for i, v := range row {
			values[i] = string(v)
		}
		rows = append(rows, values)
	}
}

func TestCSVReader(t *testing.T) {
	for name, tc := range map[string]struct {
		in   string
		want [][]string
	}{
		"quoted":                   {"\"a\",\"b\"\n\"1\",\"2\"\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"CRLF between rows":        {"a,b\r\n1,2\r\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"no break at the end":      {"a,b\n1,2", [][]string{{"a", "b"}, {"1", "2"}}},
		"CRLF inside is kept":      {"\"a\r\nb\"\n", [][]string{{"a\r\nb"}}},
		"lone CR and LF inside":    {"\"a\rb\nc\"\n", [][]string{{"a\rb\nc"}}},
		"doubled quotes":           {"\"say \"\"hi\"\"\",\"\"\"\"\n", [][]string{{`say "hi"`, `"`}}},
		"empty and null alike":     {"\"\",\n", [][]string{{"", ""}}},
		"comma inside":             {"\"a,b\",c\n", [][]string{{"a,b", "c"}}},
		"NUL is passed on":         {"\"a\x00b\"\n", [][]string{{"a\x00b"}}},
		"nothing":                  {"", nil},
		"one column, empty line":   {"\"a\"\n\n", [][]string{{"a"}, {""}}},
		"ends after comma":         {"a,", [][]string{{"a", ""}}},
		"doubled quote at the end": {"\"a\"\"\"", [][]string{{`a"`}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readAll(strings.NewReader(tc.in))
			if err != nil || !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got %q, %v; want %q", got, err, tc.want)
			}
		})
	}
}

func TestCSVReaderRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"open quote":                "\"a\",\"b",
		"text after quote":          "\"a\"b\n",
		"quote in bare value":       "a\"b\n",
		"lone CR between rows":      "\"a\"\r\"b\"\n",
		"CR at the end":             "\"a\"\r",
		"too few values":            "a,b\n1\n",
		"too many values":           "a,b\n1,2,3\n",
		"cut between quotes":        "\"a\",\"b\"\n\"1\",\"2",
		"blank line in two columns": "a,b\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(strings.NewReader(in))
			var broken *salesforce.CSVError
			if !errors.As(err, &broken) || broken.Row == 0 {
				t.Errorf("got %v, want a CSVError with its row", err)
			}
			if salesforce.Classify(err) != salesforce.ActionRetry {
				t.Errorf("a broken stream is classified as %v", salesforce.Classify(err))
			}
		})
	}
}

func TestCSVReaderHeader(t *testing.T) {
	r := salesforce.NewCSVReader(iotest.OneByteReader(strings.NewReader("\xef\xbb\xbf\"Id\",\"Näme\"\n\"1\",\"2\"\n")))
	columns, err := r.Header()
	if err != nil || !reflect.DeepEqual(columns, []string{"Id", "Näme"}) {
		t.Fatalf("header %q, %v", columns, err)
	}
	if row, err := r.Read(); err != nil || row.Text(1) != "2" {
		t.Errorf("row %q, %v", row, err)
	}
	if _, err := salesforce.NewCSVReader(strings.NewReader("")).Header(); !errors.Is(err, io.EOF) {
		t.Errorf("header of nothing: %v", err)
	}
}

func TestCSVReaderPassesReadErrors(t *testing.T) {
	broken := errors.New("broken")
	for n := range 12 {
		in := io.MultiReader(strings.NewReader("\"a\",\"b\"\r\n\"1"[:n]), iotest.ErrReader(broken))
		if _, err := readAll(in); !errors.Is(err, broken) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

// letters is an input without an end.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestCSVReaderBoundsARow(t *testing.T) {
	for _, begin := range []string{"\"", ""} {
		_, err := readAll(io.MultiReader(strings.NewReader(begin), io.LimitReader(letters{}, 80<<20)))
		if err == nil || !strings.Contains(err.Error(), "32 MiB") {
			t.Errorf("after %q: %v", begin, err)
		}
	}
}

// encode writes rows as Salesforce does: everything quoted.
func encode(rows [][]string, lineEnd string) string {
	var b strings.Builder
	for _, row := range rows {
		for i, v := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(v, `"`, `""`) + `"`)
		}
		b.WriteString(lineEnd)
	}
	return b.String()
}

func TestCSVReaderIsLossless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 5).Draw(t, "width")
		value := rapid.OneOf(rapid.String(), rapid.StringMatching("[\",\r\n\x00aé]{0,20}"), rapid.Just(strings.Repeat("long \"", 20_000)))
		rows := rapid.SliceOfN(rapid.SliceOfN(value, width, width), 0, 8).Draw(t, "rows")
		text := encode(rows, rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end"))
		var source io.Reader = strings.NewReader(text)
		switch rapid.IntRange(0, 2).Draw(t, "chunks") {
		case 1:
			source = iotest.HalfReader(source)
		case 2:
			source = iotest.DataErrReader(source)
		}
		got, err := readAll(source)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(rows) || (len(rows) > 0 && !reflect.DeepEqual(got, rows)) {
			t.Fatalf("got %q, want %q", got, rows)
		}
	})
}

func FuzzCSVReader(f *testing.F) {
	for _, seed := range []string{"", "a,b\n1,2\n", "\"a\"\"b\",\"\"\n", "\"a\r\nb\"\r\n", "\"", "a\"b", "\xef\xbb\xbfx", ",", "\n\n", "\r", "\"a\"\r\n\"b"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := readAll(bytes.NewReader(in))
		again, err2 := readAll(iotest.OneByteReader(bytes.NewReader(in)))
		if !reflect.DeepEqual(got, again) || fmt.Sprint(err) != fmt.Sprint(err2) {
			t.Fatalf("chunks matter: %q %v, %q %v", got, err, again, err2)
		}
		if err != nil {
			return
		}
		back, err := readAll(strings.NewReader(encode(got, "\n")))
		if err != nil || !reflect.DeepEqual(back, got) {
			t.Fatalf("%q came back as %q, %v", got, back, err)
		}
		// Where line ends are LF, the standard library must agree; it skips empty lines, we do not.
		if bytes.ContainsAny(in, "\r") || bytes.Contains(in, []byte("\n\n")) || bytes.HasPrefix(in, []byte("\n")) {
			return
		}
		theirs, err := csv.NewReader(bytes.NewReader(in)).ReadAll()
		if err != nil || (len(got) > 0 && !reflect.DeepEqual(theirs, got)) {
			t.Fatalf("encoding/csv reads %q, %v; we read %q", theirs, err, got)
		}
	})
}

// contactPage is a page of Contacts as a bulk result holds it.
func contactPage(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("\"Id\",\"Name\",\"Email\",\"Title\",\"MailingStreet\",\"Description\",\"CreatedDate\",\"SystemModstamp\"\n")
	for i := range rows {
		fmt.Fprintf(&b, "\"003000000000%03dAAA\",\"Person Number %d\",\"person.%d@example.com\",\"Head of \"\"Things\"\"\",\"1 Main Street\nFloor %d\",\"\",\"2023-10-22T06:25:12.000Z\",\"2023-10-22T06:25:12.000Z\"\n", i%1000, i, i, i)
	}
	return b.Bytes()
}

func BenchmarkCSVReader(b *testing.B) {
	page := contactPage(20_000)
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		r := salesforce.NewCSVReader(bytes.NewReader(page))
		for {
			if _, err := r.Read(); err != nil {
				break
			}
		}
	}
}

func BenchmarkEncodingCSV(b *testing.B) {
	page := contactPage(20_000)
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		r := csv.NewReader(bytes.NewReader(page))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); err != nil {
				break
			}
		}
	}
}
