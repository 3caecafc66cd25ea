package normal_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"crmsync/match/normal"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"  Müller-Lüdenscheidt ": "muller ludenscheidt", "O&#8217;Donnell": "odonnell", "Łódź": "lodz", "Straße": "strasse",
		"Ивановъ": "ivanov", "\u202eevil": "evil", "a\x00b": "a b", "": "", "Trāl": "tral", "İstanbul": "istanbul",
	} {
		if got := normal.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPerson(t *testing.T) {
	for _, c := range []struct {
		first, last   string
		given, family []string
	}{
		{"Robert G.", "Ortt", []string{"robert", "g"}, []string{"ortt"}},
		{"Dr. Robert \"Bob\"", "Smith Jr.", []string{"robert", "bob"}, []string{"smith"}},
		{"", "Smith, John", []string{"john"}, []string{"smith"}},
		{"", "Ludwig van Beethoven", []string{"ludwig"}, []string{"beethoven"}},
		{"Ludwig", "van Beethoven", []string{"ludwig"}, []string{"beethoven"}},
		{"John Smith, PhD", "-", []string{"john"}, []string{"smith"}},
		{"Mary-Ann (Molly)", "O'Brien", []string{"mary", "ann", "molly"}, []string{"obrien"}},
		{"小明", "王", []string{"xiaoming"}, []string{"wang"}},
		{"[not provided]", "n/a", nil, nil},
	} {
		got := normal.Person(c.first, c.last)
		if !slices.Equal(got.Given, c.given) || !slices.Equal(got.Family, c.family) {
			t.Errorf("Person(%q, %q) = %q %q, want %q %q", c.first, c.last, got.Given, got.Family, c.given, c.family)
		}
	}
}

func TestCompany(t *testing.T) {
	for in, want := range map[string]string{
		"The Acme Corporation, Inc.": "acme", "J. P. Morgan & Co.": "jpmorgan", "AT&T Inc.": "att", "Smith & Jones LLP": "smithjones",
		"Siemens Aktiengesellschaft": "siemens", "Müller GmbH & Co. KG": "muller", "APPLE INC /CA/": "apple", "Petrobras S.A.": "petrobras",
		"FirstEnergy Corporation Common Stock": "firstenergy", "ООО Ромашка": "romashka", "Company": "company", "n/a": "", "Acme (UK) Ltd": "acme",
		"Wind Sp. z o.o.": "wind", "Açık A.Ş.": "acik",
	} {
		if got := normal.Company(in).Joined; got != want {
			t.Errorf("Company(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCompanyForm(t *testing.T) {
	for in, want := range map[string]string{
		"Acme Inc": "inc", "Acme": "", "Acme (UK) Ltd": "ltd (uk)", "Acme (Holding Company)": "", "Kroger Company (The)": "co", "Acme (Inc.)": "",
		"Crane Center (St. Martin)": "(st martin)",
	} {
		if got := normal.Company(in).Form; got != want {
			t.Errorf("form of %q = %q, want %q", in, got, want)
		}
	}
}

func TestFormal(t *testing.T) {
	for short, name := range map[string]string{"bob": "robert", "pete": "pedro", "pepe": "jose", "tonie": "antonio"} {
		if got := normal.Formal(short); !slices.Contains(got, name) {
			t.Errorf("%s is short for %v, not for %s", short, got, name)
		}
	}
	if got := normal.Formal("zebedee"); len(got) > 0 {
		t.Errorf("zebedee is short for %v", got)
	}
}

func TestContact(t *testing.T) {
	if got := normal.Email("Bob.Smith+crm@Mail.Example.CO.UK").Address(); got != "bob.smith@example.co.uk" {
		t.Error(got)
	}
	if !normal.Email("x.y@gmail.com").Free {
		t.Error("gmail.com is free mail")
	}
	for in, want := range map[string]uint64{
		"+1 (518) 455-2024": 5184552024, "518.455.2024 ext 12": 5184552024, "5344340": 5344340, "123": 0, "000-000-0000": 0, "+44 (0)20 7946 0000": 2079460000,
	} {
		want := want
		if in == "+44 (0)20 7946 0000" {
			want = 2079460000
		}
		if got := normal.Phone(in); got != want {
			t.Errorf("Phone(%q) = %d, want %d", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"https://www.acme.co.uk/about": "acme.co.uk", "acme.de": "acme.de", "http://linkedin.com/in/x": "", "No": "", "www.x.y.acme.com:80": "acme.com",
	} {
		if got := normal.Registered(in); got != want {
			t.Errorf("Registered(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"https://www.linkedin.com/in/Ada-L%C3%B6ve/?x=1": "in/ada-löve", "http://de.linkedin.com/company/acme/about": "company/acme", "foo": "",
		"linkedin.com/sales/lead/AbC,NAME": "lead/abc",
	} {
		if got := normal.Profile(in); got != want {
			t.Errorf("Profile(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlace(t *testing.T) {
	for in, want := range map[string]string{
		"USA": "US", "U.S.": "US", "England": "GB", "Deutschland": "DE", "Korea, Republic of": "KR", "Holland": "NL", "日本": "JP", "de": "DE", "Narnia": "",
	} {
		if got := normal.Country(in); got != want {
			t.Errorf("Country(%q) = %q, want %q", in, got, want)
		}
	}
	if a, b := normal.State("Calif", "US"), normal.State("CA", ""); a != "us ca" || b != a {
		t.Error(a, b)
	}
	if got := normal.State("CA", "CA"); got != "ca" {
		t.Errorf("California in Canada is %q", got)
	}
	if a, b := normal.City("St. Louis"), normal.City("Saint Louis City"); a != b {
		t.Error(a, b)
	}
	if got := normal.Street("1701 West 63rd Street, Suite 5"); got.Number != "1701" || got.Word != "63rd" || got.Line != "1701 w 63rd st" {
		t.Errorf("%+v", got)
	}
}

// Normal forms of normal forms are themselves, and no text breaks them.
func TestStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		f := normal.Fold(s)
		if again := normal.Fold(f); again != f {
			t.Fatalf("Fold(%q) = %q, again %q", s, f, again)
		}
		everything(s)
	})
}

func everything(s string) {
	normal.Person(s, s)
	normal.Person(s, "")
	normal.Company(s)
	normal.Email(s)
	normal.Phone(s)
	normal.Registered(s)
	normal.Profile(s)
	normal.Country(s)
	normal.State(s, "US")
	normal.City(s)
	normal.Postal(s)
	normal.Street(s)
	normal.Title(s)
	normal.Skeleton(normal.Fold(s))
	normal.Sound(normal.Fold(s))
}

func FuzzForms(f *testing.F) {
	for _, seed := range []string{"", "(\"", "O'", "/", "\\x\\", "a&b", "&#0;", "\xff", "@.", "https://", "+()", ".a.b.", "st st", "«»"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		everything(s)
		if f := normal.Fold(s); normal.Fold(f) != f {
			t.Fatalf("Fold(%q) = %q is not stable", s, f)
		}
	})
}
