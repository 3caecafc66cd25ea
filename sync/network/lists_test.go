package network

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPeopleByGuess(t *testing.T) {
	content := "First Name;Last Name;Title;Company;Email;Person Linkedin Url;Company Linkedin Url;Website;City;State;Country;Notes\n" +
		"Ann;Lee;CTO;Alvabex;ann@alvabex.example;http://www.linkedin.com/in/Ann;https://www.linkedin.com/company/alvabex/;https://www.alvabex.example;Leeds;;UK;x\n"
	rows, summary := mustRead(t, "apollo.csv", content, Options{})
	want := Person{
		Key: "in/ann", FirstName: "Ann", LastName: "Lee", Name: "Ann Lee", Title: "CTO", Company: "Alvabex", Email: "ann@alvabex.example", ProfileURL: ann,
		CompanyURL: "https://www.linkedin.com/company/alvabex", CompanyDomain: "alvabex.example", City: "Leeds", Country: "UK",
	}
	if summary.Kind != KindPeople || len(rows) != 1 {
		t.Fatalf("%+v", summary)
	}
	if diff := cmp.Diff(want, *rows[0].Person); diff != "" {
		t.Error(diff)
	}
	if last := summary.Columns[len(summary.Columns)-1]; last != (Column{"Notes", ""}) {
		t.Errorf("the column that is not read is reported as %+v", last)
	}
}

func TestPeopleByMap(t *testing.T) {
	m, err := ReadMapping(Bytes("map.json", []byte(`{"Wer": "full_name", "WO ARBEITET": "company", "Seit": "connected_on", "Title": "-"}`)))
	if err != nil {
		t.Fatal(err)
	}
	content := "Liste der Kontakte\n\nWer,Wo arbeitet,Seit,Title,Ort\n\"Lee, Annabel\",Alvabex,5. März 2024,ignored,Leeds\n山田太郎,,,,\n"
	rows, summary := mustRead(t, "liste.csv", content, Options{Mapping: m})
	if summary.Kind != KindPeople || len(rows) != 2 {
		t.Fatalf("%+v", summary)
	}
	p := rows[0].Person
	if p.FirstName != "Annabel" || p.LastName != "Lee" || p.Title != "" || p.City != "Leeds" || !p.Connected || !p.ConnectedOn.Equal(time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)) || rows[0].Line != 4 {
		t.Errorf("line %d: %+v", rows[0].Line, p)
	}
	if q := rows[1].Person; q.LastName != "山田太郎" || q.Connected {
		t.Errorf("%+v", q)
	}
}

func TestMappingFaults(t *testing.T) {
	const content = "Wer,Wo,Ort\nAnn Lee,Alvabex,Leeds\n"
	tests := []struct {
		name      string
		kind      Kind
		mapping   Mapping
		code, say string
	}{
		{"unknown column", KindPeople, Mapping{"Wer": "full_name", "Firma": "company"}, CodeColumn, `"Wer", "Wo", "Ort"`},
		{"unknown field", KindPeople, Mapping{"Wer": "fullname"}, CodeMapping, "full_name"},
		{"twice", KindPeople, Mapping{"Wer": "full_name", "Wo": "full_name"}, CodeMapping, "two columns"},
		{"required of people", KindPeople, Mapping{"Wo": "company"}, CodeRequired, `"Wer", "Wo", "Ort"`},
		{"required of companies", KindCompanies, Mapping{"Ort": "city"}, CodeRequired, "name of the company"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := read(t, "liste.csv", content, Options{Kind: test.kind, Mapping: test.mapping})
			wantFault(t, err, test.code, "liste.csv: ", test.say)
		})
	}
	for text, where := range map[string]string{"": "m.json: ", "{\n \"a\": 1}": "m.json:2:", "[]": "m.json:1:", "{}": "m.json: ", "{\"a\":\n\"b\"": "m.json:2:"} {
		_, err := ReadMapping(Bytes("m.json", []byte(text)))
		wantFault(t, err, CodeMapping, where, "map")
	}
}

func TestCompanies(t *testing.T) {
	content := "Company Name,Domain,Website,LinkedIn URL,Number of Employees,Country\n" +
		"Alvabex Ltd,,https://www.alvabex.example/en,https://www.linkedin.com/company/Alvabex/,51-200 employees,UK\n" +
		"Belmora,belmora.example,,,\"1,200\",\n,x.example,,,,\nCeldane,,,no address,many,\n"
	rows, summary := mustRead(t, "accounts.csv", content, Options{})
	if summary.Kind != KindCompanies || len(rows) != 3 {
		t.Fatalf("%d %+v", len(rows), summary)
	}
	want := []Company{
		{Key: "company/alvabex", Name: "Alvabex Ltd", Website: "https://www.alvabex.example/en", Domain: "alvabex.example", PageURL: "https://www.linkedin.com/company/alvabex", Employees: 101, Country: "UK"},
		{Key: "domain/belmora.example", Name: "Belmora", Domain: "belmora.example", Employees: 1200},
		{Key: "name/celdane", Name: "Celdane"},
	}
	for i, row := range rows {
		if diff := cmp.Diff(want[i], *row.Company); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff(map[string]int{SkippedNoName: 1, SkippedValue: 2}, summary.Skipped); diff != "" {
		t.Error(diff)
	}
}

func TestHeadcount(t *testing.T) {
	for text, want := range map[string]int{"12": 12, "1,234": 1234, "1.234": 1234, "10K+": 10000, "1.5K": 1500, "10,001+": 10001, "1001-5000": 2237, "51–200 employees": 101, "0-1": 1, "1 234": 1234, "12\u202f345 Mitarbeiter": 12345} {
		if got, ok := headcount(text); ok && got != want {
			t.Errorf("%q gave %d, want %d", text, got, want)
		}
	}
	for _, text := range []string{"", "many", "-", "1-2-3"} {
		if got, ok := headcount(text); ok {
			t.Errorf("%q was taken as %d", text, got)
		}
	}
}

func TestEveryFieldCanBeGuessed(t *testing.T) {
	for _, field := range slices.Concat(peopleFields, companyFields) {
		if guesses(field.Name)[0] == "" || field.Text == "" {
			t.Errorf("%q has no guess or text", field.Name)
		}
		for _, guess := range guesses(field.Name) {
			if headerText(guess) != guess {
				t.Errorf("%s: %q can never be found, its normal form is %q", field.Name, guess, headerText(guess))
			}
		}
	}
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name, content string
		want          Kind
	}{
		{"x.csv", "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n", KindConnections},
		{"x.csv", messageHeader + "\n", KindMessages},
		{"x.csv", "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n", KindInvitations},
		{"x.csv", "Full Name,Headline,Profile URL\n", KindPeople},
		{"x.csv", "First Name,Last Name,Company,Email\n", KindPeople},
		{"x.csv", "Account Name,Website,Employees\n", KindCompanies},
		{"companies.csv", "Name,Domain\n", KindCompanies},
		{"x.csv", "Name,Company,URL\n", KindPeople},
		{"x.ndjson", "\n {\"kind\":\"note\"}", KindActivities},
		{"x.zip", "PK\x03\x04", KindArchive},
	}
	for _, test := range tests {
		if got, err := detect(Bytes(test.name, []byte(test.content)), nil, DefaultLimits()); err != nil || got != test.want {
			t.Errorf("%q is %q (%v), want %q", test.content, got, err, test.want)
		}
	}
}

// A map for one file does no harm to an archive's file beside it.
func TestDetectWithMap(t *testing.T) {
	const header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	for column, want := range map[string]Kind{"Firma": KindConnections, "Position": KindPeople} {
		got, err := detect(Bytes("x.csv", []byte(header)), Mapping{column: "title"}, DefaultLimits())
		if err != nil || got != want {
			t.Errorf("with a map of %q it is %q (%v), want %q", column, got, err, want)
		}
	}
}

func TestParseKind(t *testing.T) {
	for _, kind := range Kinds() {
		if got, err := ParseKind(string(kind)); err != nil || got != kind {
			t.Errorf("%q gave %q, %v", kind, got, err)
		}
	}
	_, err := ParseKind("conections")
	wantFault(t, err, CodeKind, "there is no kind", "connections")
}
