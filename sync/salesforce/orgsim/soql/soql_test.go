package soql

import (
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	good := []string{
		"SELECT Id FROM Account",
		"select id,Name from Account where Name = 'D\\'Cruz' and IsDeleted = false order by Name desc nulls last, Id limit 10 offset 5",
		"SELECT COUNT() FROM Lead WHERE NOT (Status = 'a' OR Status != 'b')",
		"SELECT COUNT(Id) n, COUNT(Email) FROM Contact",
		"SELECT FIELDS(ALL) FROM Contact LIMIT 200",
		"SELECT c.Account.Owner.Name FROM Contact c WHERE c.Account.Name LIKE 'A%'",
		"SELECT Id FROM Contact WHERE SystemModstamp > 2026-11-01T00:00:00.000Z AND SystemModstamp <= 2026-11-02T00:00:00+01:00",
		"SELECT Id FROM Opportunity WHERE CloseDate = LAST_N_DAYS:30 AND Amount >= -1.5e3 AND Name NOT IN ('a', 'b')",
		"SELECT Id FROM Task WHERE ActivityDate = 2026-11-20 AND WhoId = null",
		"SELECT Id,\n\tName\nFROM Account FOR VIEW",
		"SELECT Id FROM Account USING SCOPE everything",
	}
	for _, text := range good {
		if _, err := Parse(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	cases := map[string]string{
		"":                                           "<EOF>",
		"SELECT":                                     "<EOF>",
		"SELECT FROM Account":                        "unexpected token: 'FROM'",
		"SELECT Id Name FROM Account":                "unexpected token: 'Name'",
		"SELECT Id FROM":                             "<EOF>",
		"SELECT Id FROM Account WHERE":               "<EOF>",
		"SELECT Id FROM Account WHERE Name":          "<EOF>",
		"SELECT Id FROM Account WHERE Name = ":       "<EOF>",
		"SELECT Id FROM Account WHERE Name = foo":    "unexpected token: 'foo'",
		"SELECT Id FROM Account WHERE Name = 'open":  "mismatched character",
		"SELECT Id FROM Account WHERE Name = 'a\\q'": "Illegal character sequence",
		"SELECT Id FROM Account WHERE a = 1 AND b = 2 OR c = 3":                        "unexpected token: 'OR'",
		"SELECT Id FROM Account LIMIT many":                                            "unexpected token: 'many'",
		"SELECT Id FROM Account LIMIT -1":                                              "unexpected token: '-1'",
		"SELECT Id FROM Account OFFSET 2001":                                           "Maximum SOQL offset",
		"SELECT Id FROM Account; DROP":                                                 "unexpected token: ';'",
		"SELECT Id FROM Account WHERE x = 12abc":                                       "unexpected token: '12abc'",
		"SELECT SUM(Amount) FROM Opportunity":                                          "unexpected token: 'SUM'",
		"SELECT Name FROM Account GROUP BY Name":                                       "GROUP BY",
		"SELECT Id FROM Account WHERE " + strings.Repeat("(", 100) + "a=1":             "nested too deeply",
		"SELECT Id FROM Account WHERE " + strings.Repeat("NOT ", 100) + "a=1":          "nested too deeply",
		"SELECT Id FROM Account WHERE Name = '" + strings.Repeat("x", MaxLength) + "'": "100000 characters",
	}
	for text, want := range cases {
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %s", text, err, want)
		}
	}
}

func TestErrorText(t *testing.T) {
	_, err := Parse("SELECT Id,\n Foo Bar FROM Account")
	want := "MALFORMED_QUERY: \nSELECT Id,  Foo Bar FROM Account\n                ^\nERROR at Row:2:Column:6\nunexpected token: 'Bar'"
	if err == nil || err.Error() != want {
		t.Errorf("got %q\nwant %q", err, want)
	}
}

func TestPeriods(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 22, 30, 0, 0, zone) // a Tuesday
	cases := map[Period][2]string{
		{"TODAY", 0}:             {"2026-11-24", "2026-11-25"},
		{"YESTERDAY", 0}:         {"2026-11-23", "2026-11-24"},
		{"THIS_WEEK", 0}:         {"2026-11-22", "2026-11-29"},
		{"LAST_MONTH", 0}:        {"2026-10-01", "2026-11-01"},
		{"THIS_QUARTER", 0}:      {"2026-10-01", "2027-01-01"},
		{"NEXT_YEAR", 0}:         {"2027-01-01", "2028-01-01"},
		{"LAST_90_DAYS", 0}:      {"2026-08-26", "2026-11-25"},
		{"LAST_N_DAYS", 7}:       {"2026-11-17", "2026-11-25"},
		{"NEXT_N_DAYS", 2}:       {"2026-11-25", "2026-11-27"},
		{"LAST_N_MONTHS", 2}:     {"2026-09-01", "2026-11-01"},
		{"NEXT_N_QUARTERS", 1}:   {"2027-01-01", "2027-04-01"},
		{"LAST_N_DAYS", 100_000}: {"1753-02-08", "2026-11-25"},
	}
	for period, want := range cases {
		from, until := period.Range(now)
		if got := [2]string{from.Format(time.DateOnly), until.Format(time.DateOnly)}; got != want {
			t.Errorf("%v: %v, want %v", period, got, want)
		}
	}
}

// FuzzParse checks that no text makes the parser panic or hang, and that errors are Salesforce's.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"SELECT Id FROM Account", "SELECT a.b.c FROM X x WHERE NOT(a='\\'' OR b IN (1,2.5,null)) ORDER BY a DESC LIMIT 1 OFFSET 2",
		"SELECT COUNT() FROM T WHERE d > 2026-01-01T00:00:00Z", "SELECT (SELECT Id FROM Contacts), TYPEOF What WHEN A THEN b END FROM T", "SELECT FIELDS(ALL) FROM é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text)
		if err != nil {
			if _, ok := err.(*Error); !ok {
				t.Fatalf("error of type %T", err)
			}
			return
		}
		if q.From == "" || !q.Count && len(q.Select) == 0 {
			t.Fatalf("a query without object or selection: %+v", q)
		}
	})
}
