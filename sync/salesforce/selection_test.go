package salesforce_test

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/sync/salesforce"
)

func describe(names ...string) *salesforce.Describe {
	d := &salesforce.Describe{Name: "Contact", Queryable: true}
	for _, name := range names {
		kind := "string"
		if name == "MailingAddress" {
			kind = "address"
		}
		d.Fields = append(d.Fields, salesforce.Field{Name: name, Type: kind, Filterable: true, Calculated: strings.HasPrefix(name, "Formula")})
	}
	return d
}

func TestSelect(t *testing.T) {
	wanted := salesforce.Wanted{Fields: []string{"Id", "Email", "MailingAddress", "Title", "Formula__c", "Phone"}, Bookkeeping: []string{"IsDeleted", "SystemModstamp", "MasterRecordId"}}
	d := describe("Id", "Title", "Email", "MailingAddress", "Formula__c", "IsDeleted", "SystemModstamp", "LastModifiedDate", "Secret__c")
	s, err := salesforce.Select(d, wanted, []string{"Id", "Email", "Phone", "Dropped__c", "IsDeleted", "SystemModstamp"})
	if err != nil {
		t.Fatal(err)
	}
	want := &salesforce.Selection{Object: "Contact", Fields: []string{"Id", "Email", "Title", "Formula__c", "IsDeleted", "SystemModstamp"}, Hidden: []string{"Phone"},
		Lost: []string{"Phone"}, New: []string{"Title", "Formula__c"}, Refused: []string{"MailingAddress"}, Calculated: []string{"Formula__c"}, Stamp: "SystemModstamp", HasDeleted: true}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
	first, _ := salesforce.Select(d, wanted, nil)
	if first.New != nil || first.Lost != nil {
		t.Errorf("the first run compares with nothing: %+v", first)
	}
}

func TestSelectFallsBack(t *testing.T) {
	d := describe("Id", "Name", "LastModifiedDate", "SystemModstamp")
	d.Fields[3].Filterable = false
	s, err := salesforce.Select(d, salesforce.Wanted{Fields: []string{"Name"}}, nil)
	if err != nil || s.Stamp != "LastModifiedDate" || !reflect.DeepEqual(s.Fields, []string{"Id", "Name", "LastModifiedDate"}) {
		t.Errorf("got %+v, %v", s, err)
	}
	s, err = salesforce.Select(describe("Id", "Name"), salesforce.Wanted{Fields: []string{"Name"}}, nil)
	if err != nil || s.Stamp != "" || s.Window(time.Now(), time.Now()) != "SELECT Id, Name FROM Contact" {
		t.Errorf("without a stamp: %+v, %v", s, err)
	}
	closed := describe("Id")
	closed.Queryable = false
	for _, d := range []*salesforce.Describe{closed, describe("Name")} {
		if _, err := salesforce.Select(d, salesforce.Wanted{}, nil); !errors.Is(err, salesforce.ErrSelect) {
			t.Errorf("got %v", err)
		}
	}
}

func TestWindows(t *testing.T) {
	s, err := salesforce.Select(describe("Id", "SystemModstamp"), salesforce.Wanted{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	server := time.Date(2026, 11, 1, 1, 0, 0, 0, time.FixedZone("CET", 3600))
	after, until := salesforce.NewWindow(server.Add(-12*time.Hour), server)
	for got, want := range map[string]string{
		s.Window(after, until):       "SELECT Id, SystemModstamp FROM Contact WHERE SystemModstamp > 2026-10-31T11:50:00.000Z AND SystemModstamp <= 2026-10-31T23:55:00.000Z",
		s.Window(time.Time{}, until): "SELECT Id, SystemModstamp FROM Contact WHERE SystemModstamp <= 2026-10-31T23:55:00.000Z",
		s.All():                      "SELECT Id, SystemModstamp FROM Contact",
		s.IDs():                      "SELECT Id FROM Contact",
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if first, _ := salesforce.NewWindow(time.Time{}, server); !first.IsZero() {
		t.Errorf("an absent watermark means everything, not %v", first)
	}
	page, err := s.Page("003000000000001AAA", time.Time{}, until, 500_000)
	if want := "SELECT Id, SystemModstamp FROM Contact WHERE SystemModstamp <= 2026-10-31T23:55:00.000Z AND Id > '003000000000001AAA' ORDER BY Id LIMIT 500000"; err != nil || page != want {
		t.Errorf("got %s, %v", page, err)
	}
	if _, err := s.Page("' OR Id != '", time.Time{}, until, 1); err == nil {
		t.Error("an id that is none went into a query")
	}
}

func TestQuote(t *testing.T) {
	if got := salesforce.Quote("D'Cruz \\ \"x\"\n"); got != `'D\'Cruz \\ \"x\"\n'` {
		t.Errorf("got %s", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		quoted := salesforce.Quote(rapid.String().Draw(t, "text"))
		inside := strings.NewReplacer(`\\`, "", `\'`, "").Replace(quoted[1 : len(quoted)-1])
		if strings.ContainsAny(inside, "'\n\r\x00") || strings.HasSuffix(inside, `\`) {
			t.Fatalf("%s is not one literal", quoted)
		}
	})
}

func TestLiteralsSurviveAnAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds, offset := rapid.Int64Range(0, 4_000_000_000).Draw(t, "seconds"), rapid.IntRange(-12*3600, 14*3600).Draw(t, "offset")
		at := time.Unix(seconds, 0).In(time.FixedZone("", offset))
		literal := salesforce.FormatDateTime(at)
		if unescaped, _ := url.QueryUnescape(literal); unescaped != literal || !strings.HasSuffix(literal, "Z") {
			t.Fatalf("%s changes in an address", literal)
		}
		if back, err := salesforce.ParseDateTime(literal); err != nil || !back.Equal(at) {
			t.Fatalf("%s came back as %v, %v", literal, back, err)
		}
	})
}
