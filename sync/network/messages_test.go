package network

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	mara = "https://www.linkedin.com/in/mara"
	ann  = "https://www.linkedin.com/in/ann"
	bob  = "https://www.linkedin.com/in/bob"
)

var messageHeader = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"

// conversation is rows in the given form of the header's end.
func conversation(extra string) string {
	end := map[string]string{"": "", ",ATTACHMENTS": ",", ",IS MESSAGE DRAFT": ",No", ",IS MESSAGE DRAFT,IS CONVERSATION DRAFT": ",No,No"}[extra]
	return messageHeader + extra + "\n" +
		"c1,,Mara L,%[1]s,Ann Lee,%[2]s,2026-03-05 10:00:00 UTC,,\"Hi Ann,\nlunch?\",INBOX" + end + "\n" +
		"c1,,Ann Lee,%[2]s,Mara L,%[1]s,2026-03-05 10:05:00 UTC,,Yes,INBOX" + end + "\n" +
		"c2,Group,Mara L,%[1]s,\"Ann Lee,Bob Roe\",\"%[2]s,%[3]s\",2026-03-06 11:00:00 UTC,Plan,Hello both,INBOX" + end + "\n"
}

func TestMessagesVariants(t *testing.T) {
	for _, extra := range []string{"", ",ATTACHMENTS", ",IS MESSAGE DRAFT", ",IS MESSAGE DRAFT,IS CONVERSATION DRAFT"} {
		for _, form := range []string{"plain", "bom", "crlf"} {
			t.Run(form+extra, func(t *testing.T) {
				content := fmt.Sprintf(conversation(extra), mara, ann, bob)
				switch form {
				case "bom":
					content = "\ufeff" + content
				case "crlf":
					content = strings.ReplaceAll(content, "\n", "\r\n")
				}
				rows, summary := mustRead(t, "messages.csv", content, Options{})
				if len(rows) != 3 || summary.Own != mara || !maps.Equal(summary.Skipped, map[string]int{SkippedReceived: 1}) {
					t.Fatalf("%d rows, %+v", len(rows), summary)
				}
				first := rows[0].Activity
				want := Activity{
					Key: first.Key, Kind: ActivityMessage, At: time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC), Body: "Hi Ann,\nlunch?", Conversation: "c1",
					Person: &Person{Key: "in/ann", FirstName: "Ann", LastName: "Lee", Name: "Ann Lee", ProfileURL: ann}, Attachments: []string{},
				}
				if diff := cmp.Diff(want, *first); diff != "" {
					t.Error(diff)
				}
				if rows[0].Line != 2 || rows[1].Line != 5 || rows[2].Line != 5 {
					t.Errorf("lines %d %d %d, want 2 5 5", rows[0].Line, rows[1].Line, rows[2].Line)
				}
				if rows[1].Activity.Person.Name != "Ann Lee" || rows[2].Activity.Person.Key != "in/bob" {
					t.Errorf("recipients %+v, %+v", rows[1].Activity.Person, rows[2].Activity.Person)
				}
			})
		}
	}
}

func line(values ...string) string {
	for i := range values {
		values[i] = "\"" + strings.ReplaceAll(values[i], "\"", "\"\"") + "\""
	}
	return strings.Join(values, ",") + "\n"
}

func TestMessagesLeaveOut(t *testing.T) {
	content := messageHeader + ",ATTACHMENTS,IS MESSAGE DRAFT\n" +
		line("c", "", "Mara", mara, "Ann", ann, "2026-03-05 10:00:00 UTC", "", "one", "INBOX", "", "No") +
		line("c", "", "Mara", mara, "Ann", ann, "2026-03-05 10:00:00 UTC", "", "one", "INBOX", "", "No") + // twice in the file
		line("c", "", "Mara", mara, "Ann", ann, "2026-03-05 10:00:00 UTC", "", "two", "INBOX", "", "No") + // another in the same second
		line("c", "", "Mara", mara, "Ann", ann, "2026-03-05 10:01:00 UTC", "", "draft", "INBOX", "", "Yes") +
		line("c", "", "Mara", mara, "Ann", ann, "2026-03-05 10:02:00 UTC", "", "", "INBOX", "", "No") +
		line("c", "", "Mara", mara, "Ann", ann, "2026-03-05 10:03:00 UTC", "", "", "INBOX", "https://x.example/a.pdf", "No") +
		line("c", "", "Mara", mara, "Mara", mara, "2026-03-05 10:04:00 UTC", "", "to self", "INBOX", "", "No") +
		line("c", "", "Mara", mara, "", "", "2026-03-05 10:05:00 UTC", "", "to nobody", "INBOX", "", "No") +
		line("c", "", "Ann", ann, "Mara", mara, "2026-03-05 10:06:00 UTC", "", "answer", "INBOX", "", "No") +
		line("c", "", "LinkedIn Member", "", "Mara", mara, "2026-03-05 10:07:00 UTC", "", "closed account", "INBOX", "", "No")
	rows, summary := mustRead(t, "messages.csv", content, Options{})
	want := map[string]int{SkippedDuplicate: 1, SkippedDraft: 1, SkippedEmpty: 1, SkippedSelf: 1, SkippedNoRecipient: 1, SkippedReceived: 2}
	if diff := cmp.Diff(want, summary.Skipped); diff != "" {
		t.Error(diff)
	}
	keys := make(map[string]bool)
	for _, row := range rows {
		keys[row.Activity.Key] = true
	}
	if len(rows) != 3 || len(keys) != 3 {
		t.Errorf("%d rows with %d keys, want 3 and 3", len(rows), len(keys))
	}
}

// Reading again, and reading a newer archive with more in it and the old texts
// edited, gives the same keys.
func TestMessageKeysAreStable(t *testing.T) {
	keys := func(content string) []string {
		rows, _ := mustRead(t, "messages.csv", content, Options{Own: mara})
		var all []string
		for _, row := range rows {
			all = append(all, row.Activity.Key)
		}
		return all
	}
	old := fmt.Sprintf(conversation(""), mara, ann, bob)
	newer := strings.ReplaceAll(old, "lunch?", "lunch? (edited)")
	newer = strings.Replace(newer, "\nc1", "\n"+strings.TrimSuffix(line("c9", "", "Mara L", "http://linkedin.com/in/Mara/", "Bob", bob, "2026-09-09 09:09:09 UTC", "", "new", "INBOX"), "\n")+"\nc1", 1)
	got := keys(newer)
	if len(got) != 4 || !slices.Equal(keys(old), got[1:]) {
		t.Errorf("keys changed: %q, %q", keys(old), got)
	}
}

func TestOwnProfile(t *testing.T) {
	row := func(from, fromURL, to, toURL string) string {
		return line("c", "", from, fromURL, to, toURL, "2026-03-05 10:00:00 UTC", "", from+to, "INBOX")
	}
	header := messageHeader + "\n"
	mostReceived := header + row("Ann", ann, "Mara", mara) + row("Bob", bob, "Mara", mara) + row("Bob", bob, "Mara", mara) + row("Mara", mara, "Ann", ann)
	if _, summary := mustRead(t, "messages.csv", mostReceived, Options{}); summary.Own != mara || summary.Activities != 1 {
		t.Errorf("who takes part in all is the owner: %+v", summary)
	}
	even := header + row("Mara", mara, "Ann", ann)
	if _, summary := mustRead(t, "messages.csv", header+row("Mara", mara, "Ann", ann)+row("Mara", mara, "Ann", ann), Options{}); summary.Own != mara {
		t.Errorf("who sent more is the owner: %+v", summary)
	}
	evenly := strings.ReplaceAll(even, mara, "https://www.linkedin.com/in/m-l-1") + row("Ann", ann, "Mara", "https://www.linkedin.com/in/m-l-1")
	_, _, err := read(t, "messages.csv", evenly, Options{})
	wantFault(t, err, CodeSeat, "messages.csv: ", "cannot be told")
	if _, summary := mustRead(t, "messages.csv", even+row("Ann", ann, "Mara", mara), Options{Seat: "mara@ostrevik.example"}); summary.Own != mara {
		t.Errorf("the address of the seat decides: %+v", summary)
	}
	_, _, err = read(t, "messages.csv", mostReceived, Options{Own: "https://www.linkedin.com/in/someone-else"})
	wantFault(t, err, CodeSeat, "messages.csv: ", "not the messages of this seat")
}

// Archives without addresses are read by names.
func TestMessagesWithoutAddresses(t *testing.T) {
	content := "CONVERSATION ID,FROM,TO,DATE,SUBJECT,CONTENT\n" +
		"c,Mara L,Ann Lee,2019-03-05 10:00:00 UTC,,one\nc,Ann Lee,Mara L,2019-03-05 10:01:00 UTC,,two\nd,Mara L,Bob,2019-03-05 10:02:00 UTC,,three\n"
	rows, summary := mustRead(t, "messages.csv", content, Options{})
	if len(rows) != 2 || summary.Skipped[SkippedReceived] != 1 || rows[0].Activity.Person.Key != PersonKey("", seat, "Ann", "Lee", "") {
		t.Errorf("%+v, %+v", rows, summary)
	}
}

func TestInvitations(t *testing.T) {
	content := "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n" +
		"Mara L,Ann Lee,\"7/8/26, 3:43\u202fPM\",\"Hello,\nAnn\",OUTGOING," + mara + "," + ann + "\n" +
		"Bob Roe,Mara L,\"12/31/25, 11:59 PM\",,INCOMING," + bob + "," + mara + "\n"
	zone := time.FixedZone("", 2*3600)
	rows, summary := mustRead(t, "Invitations.csv", content, Options{Location: zone})
	if summary.Kind != KindInvitations || summary.Invitations != 2 {
		t.Fatalf("%+v", summary)
	}
	out, in := rows[0].Invitation, rows[1].Invitation
	if !out.Outgoing || out.Person.Key != "in/ann" || out.Message != "Hello,\nAnn" || !out.At.Equal(time.Date(2026, 7, 8, 13, 43, 0, 0, time.UTC)) {
		t.Errorf("%+v", out)
	}
	if in.Outgoing || in.Person.Name != "Bob Roe" || !in.At.Equal(time.Date(2025, 12, 31, 21, 59, 0, 0, time.UTC)) {
		t.Errorf("%+v", in)
	}
}
