package network

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// readAny reads a file as the fuzzer made it. Whatever it is, the reader either
// delivers rows or names a fault with a code; two passes agree; and each row
// lies inside the file.
func readAny(t *testing.T, name, content string, kind Kind) {
	limits := Limits{FileBytes: 1 << 20, RecordBytes: 1 << 16, ArchiveBytes: 1 << 21}
	r, err := Open(t.Context(), Bytes(name, []byte(content)), Options{Seat: seat, Kind: kind, Limits: limits})
	if err != nil {
		coded(t, err)
		return
	}
	first, err := fingerprint(t.Context(), t, r, content)
	coded(t, err)
	second, again := fingerprint(t.Context(), t, r, content)
	if first != second || (err == nil) != (again == nil) {
		t.Fatalf("two passes differ:\n%s (%v)\n%s (%v)", first, err, second, again)
	}
}

func coded(t *testing.T, err error) {
	t.Helper()
	var fault *Error
	if err != nil && (!errors.As(err, &fault) || !strings.HasPrefix(fault.Code(), "network.") || fault.Message == "") {
		t.Fatalf("an error without code or text: %#v", err)
	}
}

func fingerprint(ctx context.Context, t *testing.T, r *Reader, content string) (string, error) {
	var out strings.Builder
	lines := strings.Count(content, "\n") + 1
	for row, err := range r.Rows(ctx) {
		if err != nil {
			return out.String(), err
		}
		if r.Kind() != KindArchive && !strings.HasPrefix(content, "\xff\xfe") && !strings.HasPrefix(content, "\xfe\xff") && (row.Line < 1 || row.Line > lines) {
			t.Fatalf("row in line %d of %d", row.Line, lines)
		}
		key := ""
		switch {
		case row.Person != nil:
			key = row.Person.Key
		case row.Company != nil:
			key = row.Company.Key
		case row.Activity != nil:
			key = row.Activity.Key
		case row.Invitation != nil:
			key = row.Invitation.Person.Key
		}
		if key == "" {
			t.Fatalf("a row without identity: %+v", row)
		}
		fmt.Fprintf(&out, "%d %s\n", row.Line, key)
	}
	return out.String(), nil
}

func FuzzConnections(f *testing.F) {
	const header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	f.Add(preamble + header + "Max,Müller," + ann + ",max@acme.example,\"ACME, GmbH\",CTO,05 Mar 2024\n,,,,,,\n")
	f.Add("\ufeffVorname;Nachname;URL;Verbunden am\r\nMax;\"a \"\"b\"\" \r\nc\";in/x;5. März 2024\r\n")
	f.Add(header + "Ann,\"Lee,,,\n")
	f.Add(header + "Ann,Le\"e,,,\n")
	f.Add(header + "\"a\"b,c\n")
	f.Add(utf16LE(header + "Max,M,,,,,\n"))
	f.Fuzz(func(t *testing.T, content string) { readAny(t, "Connections.csv", content, KindConnections) })
}

func FuzzMessages(f *testing.F) {
	for _, extra := range []string{"", ",ATTACHMENTS", ",IS MESSAGE DRAFT,IS CONVERSATION DRAFT"} {
		f.Add(fmt.Sprintf(conversation(extra), mara, ann, bob))
	}
	f.Add("FROM,TO,DATE,CONTENT\na,b,2024-01-01 00:00:00 UTC,c\n")
	f.Fuzz(func(t *testing.T, content string) { readAny(t, "messages.csv", content, KindMessages) })
}

func FuzzAnything(f *testing.F) {
	f.Add("x.csv", "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\nA,B,\"7/8/26, 3:43 PM\",,OUTGOING,,\n")
	f.Add("people.csv", "Name\tTitle\tEmployees\nAnn Lee\tCTO\t5\n")
	f.Add("companies.csv", "Company,Website,Employees\nA,https://a.example,51-200\n")
	f.Add("a.ndjson", `{"kind":"note","at":"2026-11-20T10:00:00Z","person":{"name":"Ann"},"body":"x"}`)
	f.Add("a.zip", string(wholeArchive(f)))
	f.Fuzz(func(t *testing.T, name, content string) { readAny(t, name, content, KindAuto) })
}

func FuzzProfileURL(f *testing.F) {
	for _, text := range []string{ann, "in/x", "https://de.linkedin.com/in/%E5%B1%B1?x", "https://www.linkedin.com/pub/a/1/2/3", "http://x.example/%2525", "https://www.linkedin.com/company/a"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, normal := range []func(string) (string, string, bool){NormalProfileURL, NormalCompanyURL} {
			url, key, ok := normal(text)
			if !ok {
				continue
			}
			if again, same, ok := normal(url); !ok || again != url || same != key {
				t.Fatalf("%q -> %q (%q) -> %q (%q) %v", text, url, key, again, same, ok)
			}
		}
		NormalDomain(text)
		parseDay(text)
	})
}
