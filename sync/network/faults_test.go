package network

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// A broken file gives one clear error with its code, its true place and what to
// do; nothing of it is half imported by anyone who checks first.
func TestFaults(t *testing.T) {
	const header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	const messages = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
	good := "Ann,Lee,https://www.linkedin.com/in/ann,,Acme,CTO,05 Mar 2024\n"
	tests := []struct {
		name, file, content string
		options             Options
		code, where, says   string
	}{
		{"empty", "a.csv", "", Options{}, CodeKind, "a.csv: ", "empty"},
		{"PDF", "Connections.csv", "%PDF-1.7\n%…", Options{}, CodeKind, "Connections.csv: ", "PDF"},
		{"web page", "Connections.csv", "<!DOCTYPE html><html><body>Sign in", Options{}, CodeKind, "Connections.csv: ", "web page"},
		{"picture", "a.csv", "\x89PNG\r\n\x1a\n", Options{}, CodeKind, "a.csv: ", "picture"},
		{"old spreadsheet", "a.xls", "\xd0\xcf\x11\xe0\xa1\xb1", Options{}, CodeKind, "a.xls: ", "spreadsheet"},
		{"spreadsheet as people", "a.xlsx", "PK\x03\x04xx", Options{Kind: KindPeople}, CodeKind, "a.xlsx: ", "spreadsheet"},
		{"gzip", "a.csv.gz", "\x1f\x8b\x08", Options{}, CodeKind, "a.csv.gz: ", "gzip"},
		{"binary", "a.csv", header + "Ann,L\x00ee,,,,,\n", Options{}, CodeKind, "a.csv:2: ", "NUL"},
		{"other table", "a.csv", "id,amount\n1,20\n", Options{}, CodeHeader, "a.csv: ", `"id", "amount"`},
		{"prose", "a.csv", "Dear all,\nplease find attached.\n", Options{}, CodeHeader, "a.csv: ", "no header"},
		{"messages as connections", "m.csv", messages, Options{Kind: KindConnections}, CodeHeader, "m.csv: ", `"CONVERSATION ID"`},
		{"connections as messages", "c.csv", header + good, Options{Kind: KindMessages}, CodeHeader, "c.csv: ", `"First Name"`},
		{"Latin-1", "c.csv", header + good + "Ren\xe9,Petit,,,,,\n", Options{}, CodeCharset, "c.csv:3: ", "0xE9"},
		{"cut in a character", "c.csv", header + "Ren\xc3", Options{}, CodeCharset, "c.csv:2: ", "0xC3"},
		{"open quote at the end", "c.csv", header + good + "Bob,\"Roe,,,,,\n" + strings.Repeat(good, 3), Options{}, CodeQuote, "c.csv:3:5: ", "never closed"},
		{"open quote closed by the next", "c.csv", preamble + header + good + "Bob,Roe,,,\"Acme,CTO,05 Mar 2024\nEve,Poe,,,\"Bcme, Inc\",CTO,05 Mar 2024\n", Options{}, CodeQuote, "c.csv:6:11: ", "line 7"},
		{"quote in a text", "c.csv", header + good + good + "Bob \"B\" X,Roe,,,,,\n", Options{}, CodeQuote, "c.csv:4:5: ", "middle of a text"},
		{"quote below a long cell", "c.csv", header + "Bob,Roe,,,\"two\nlines\",x\"y,\n", Options{}, CodeQuote, "c.csv:3:9: ", "middle of a text"},
		{"too many cells", "c.csv", header + "Ann,Lee,,,Acme, Inc,CTO,05 Mar 2024\n", Options{}, CodeRow, "c.csv:2: ", "8 cells"},
		{"no seat", "c.csv", header, Options{Seat: " "}, CodeSeat, "c.csv: ", "whose file"},
		{"time of a message", "m.csv", messages + "1,,Ann,https://www.linkedin.com/in/ann,Bob,https://www.linkedin.com/in/bob,yesterday,,Hi,INBOX\n", Options{}, CodeDate, "m.csv:2: ", "yesterday"},
		{"zone of a message", "m.csv", messages + "1,,Ann,https://www.linkedin.com/in/ann,Bob,https://www.linkedin.com/in/bob,2024-03-05 10:00:00 XYZ,,Hi,INBOX\n", Options{}, CodeDate, "m.csv:2: ", "XYZ"},
		{"too large", "c.csv", header + strings.Repeat(good, 100), Options{Limits: Limits{FileBytes: 4000}}, CodeSize, "c.csv: ", "larger"},
		{"row too long", "c.csv", header + good + "\"" + strings.Repeat("x\n", 60_000), Options{Limits: Limits{RecordBytes: 10_000}}, CodeSize, "c.csv:", "longer"},
		{"direction", "i.csv", "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\nA,B,\"7/8/26, 3:43 PM\",,SIDEWAYS,,\n", Options{}, CodeValue, "i.csv:2: ", "SIDEWAYS"},
		{"time of an invitation", "i.csv", "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\nA,B,soon,,OUTGOING,,\n", Options{}, CodeDate, "i.csv:2: ", "soon"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := read(t, test.file, test.content, test.options)
			wantFault(t, err, test.code, test.where, test.says)
		})
	}
}

func wantFault(t *testing.T, err error, code, where, says string) {
	t.Helper()
	var fault *Error
	if !errors.As(err, &fault) {
		t.Fatalf("got %v, want an *Error with %s", err, code)
	}
	if fault.Code() != code || !strings.HasPrefix(fault.Error(), where) || !strings.Contains(fault.Error(), says) {
		t.Errorf("got %s %q\nwant %s %q … %q", fault.Code(), fault.Error(), code, where, says)
	}
	if fault.Hint() == "" && code != CodeSize {
		t.Errorf("%q says not what to do", fault.Error())
	}
}

type broken struct{ after int }

func (broken) Name() string                   { return "broken.csv" }
func (b broken) Open() (io.ReadCloser, error) { return io.NopCloser(&brokenReader{b.after}), nil }

type brokenReader struct{ left int }

var errDisk = errors.New("input/output error")

func (b *brokenReader) Read(p []byte) (int, error) {
	const text = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAnn,Lee,,,,,\n"
	if b.left <= 0 {
		return 0, errDisk
	}
	b.left--
	return copy(p, text), nil
}

func TestReadErrorsAreKept(t *testing.T) {
	r, err := Open(t.Context(), broken{1}, Options{Seat: seat, Kind: KindConnections})
	if err == nil {
		_, err = r.Check(t.Context())
	}
	if !errors.Is(err, errDisk) {
		t.Fatalf("the cause is lost: %v", err)
	}
	wantFault(t, err, CodeRead, "broken.csv: ", "input/output")
}

func TestMissingFile(t *testing.T) {
	_, err := Open(t.Context(), File("/does/not/exist.csv"), Options{Seat: seat})
	wantFault(t, err, CodeRead, "exist.csv: ", "no such file")
}
