package network

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type entry struct{ name, content string }

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func wholeArchive(t testing.TB) []byte {
	return zipped(t,
		entry{"Basic_Export/messages.csv", fmt.Sprintf(conversation(",ATTACHMENTS"), mara, ann, bob)},
		entry{"Basic_Export/Profile.csv", "First Name,Last Name\nMara,L\n"},
		entry{"Basic_Export/Connections.csv", preamble + "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAnn,Lee," + ann + ",,Acme,CTO,01 Mar 2026\n"},
		entry{"Basic_Export/Invitations.csv", "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\nMara,Ann,\"2/8/26, 3:43 PM\",,OUTGOING," + mara + "," + ann + "\n"},
		entry{"__MACOSX/._messages.csv", "\x00"},
	)
}

// The golden order of a whole archive: people, invitations, then messages.
func TestArchive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Basic_LinkedInDataExport.zip")
	if err := os.WriteFile(file, wholeArchive(t), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, source := range []Source{File(file), Bytes("Basic_LinkedInDataExport.zip", wholeArchive(t))} {
		r, err := Open(t.Context(), source, Options{Seat: seat})
		if err != nil {
			t.Fatal(err)
		}
		for pass := range 2 { // the second pass reads everything again
			var got []string
			for row, err := range r.Rows(t.Context()) {
				switch {
				case err != nil:
					t.Fatal(err)
				case row.Person != nil:
					got = append(got, fmt.Sprintf("%s:%d person %s", row.File, row.Line, row.Person.Key))
				case row.Invitation != nil:
					got = append(got, fmt.Sprintf("%s:%d invitation %s", row.File, row.Line, row.Invitation.Person.Key))
				case row.Activity != nil:
					got = append(got, fmt.Sprintf("%s:%d message to %s", row.File, row.Line, row.Activity.Person.Key))
				}
			}
			const zip = "Basic_LinkedInDataExport.zip/"
			want := []string{
				zip + "Connections.csv:5 person in/ann", zip + "Invitations.csv:2 invitation in/ann", zip + "messages.csv:2 message to in/ann",
				zip + "messages.csv:5 message to in/ann", zip + "messages.csv:5 message to in/bob",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pass %d: %s", pass, diff)
			}
			s := r.Summary()
			if r.Kind() != KindArchive || s.Own != mara || s.Skipped[SkippedFile] != 2 || s.Skipped[SkippedReceived] != 1 || len(s.Files) != 3 {
				t.Errorf("%+v", s)
			}
		}
	}
}

// A file under another name is known by its header.
func TestArchiveWithOtherNames(t *testing.T) {
	data := zipped(t, entry{"Kontakte.csv", "Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am\nAnn,Lee,,,,,\n"},
		entry{"Positions.csv", "Company Name,Title,Description,Location,Started On,Finished On\nA,B,C,D,E,F\n"}, entry{"Broken.csv", "\xff\xfe\x00"})
	rows, summary := mustRead(t, "a.zip", string(data), Options{})
	if len(rows) != 1 || rows[0].Person == nil || summary.Skipped[SkippedFile] != 2 {
		t.Errorf("%+v, %+v", rows, summary)
	}
}

func TestArchiveFaults(t *testing.T) {
	good := wholeArchive(t)
	locked := slices.Clone(good)
	for at := 0; ; { // set the bit of encryption in all directory entries
		i := bytes.Index(locked[at:], []byte("PK\x01\x02"))
		if i < 0 {
			break
		}
		at += i + 8
		locked[at] |= 1
	}
	damaged := slices.Clone(good)
	if i := bytes.Index(damaged, []byte("Connections.csv")); i > 0 {
		for k := range 20 {
			damaged[i+20+k] ^= 0x55
		}
	}
	bomb := zipped(t, entry{"Connections.csv", "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n" + strings.Repeat("Ann,Lee,,,,,\n", 500_000)})
	nested := zipped(t, entry{"Connections.csv", preamble + "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAnn,\"Lee,,,,,\n"})
	tests := []struct {
		name        string
		data        []byte
		limits      Limits
		code, where string
		says        string
	}{
		{"cut short", good[:len(good)-40], Limits{}, CodeArchive, "a.zip: ", "complete"},
		{"spreadsheet", zipped(t, entry{"xl/workbook.xml", "x"}, entry{"[Content_Types].xml", "x"}), Limits{}, CodeArchive, "a.zip: ", "workbook.xml"},
		{"encrypted", locked, Limits{}, CodeArchive, "a.zip/", "encrypted"},
		{"damaged", damaged, Limits{}, CodeArchive, "a.zip/Connections.csv: ", "damaged"},
		{"bomb", bomb, Limits{}, CodeRatio, "a.zip/Connections.csv: ", "compressed"},
		{"too large together", good, Limits{ArchiveBytes: 700}, CodeSize, "a.zip: ", "together"},
		{"too large", good, Limits{FileBytes: 100}, CodeSize, "a.zip: ", "larger"},
		{"too many", good, Limits{ArchiveFiles: 2}, CodeSize, "a.zip: ", "5 files"},
		{"fault inside", nested, Limits{}, CodeQuote, "a.zip/Connections.csv:5:5: ", "never closed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := read(t, "a.zip", string(test.data), Options{Limits: test.limits})
			wantFault(t, err, test.code, test.where, test.says)
		})
	}
}

// The directory of an archive can lie about sizes; the stream is bounded too.
func TestArchiveThatLiesAboutItsSize(t *testing.T) {
	data := zipped(t, entry{"Connections.csv", "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n" + strings.Repeat("Ann,Lee,,,,,\n", 500_000)})
	i := bytes.LastIndex(data, []byte("PK\x01\x02"))
	copy(data[i+24:], []byte{100, 0, 0, 0}) // uncompressed size in the directory
	_, _, err := read(t, "a.zip", string(data), Options{})
	if err == nil {
		t.Fatal("a file far larger than its directory says was read to the end")
	}
	t.Log(err)
}
