package normal_test

import (
	"regexp"
	"strings"
	"testing"

	"crmsync/match/normal"
)

// What comes off a person's name is no part of it, and what is left is never nothing. What can be a name is one when it is
// written like one, or when there is no other.
func TestPersonParts(t *testing.T) {
	for _, c := range []struct{ first, last, want string }{
		{"Jack", "Ma", "jack||ma"}, {"Jack", "MA", "jack||ma"}, {"Van Anh", "Do", "van anh||do"}, {"Ram", "KC", "ram||kc"}, {"", "Yo Yo Ma", "yo yo||ma"},
		{"John Smith", "MA", "john||smith"}, {"Samuel", "Mba", "samuel||mba"}, {"Samuel Okon", "Mba", "samuel||okon"}, {"Samuel", "MBA", "samuel||"}, {"John", "Smith MA", "john||smith"}, {"John Smith", "M.A.", "john||smith"}, {"Lisa", "Wong, MA", "lisa||wong"},
		{"John Smith", "PhD", "john||smith"}, {"John Smith", "Ph.D.", "john||smith"}, {"Ann", "Jr.", "ann||"},
		{"Hon. Rev. Ann", "Lee, M.D., Ph.D.", "ann||lee"}, {"Ann", "Smith, Jr., M.D.", "ann||smith"}, {"Ann", "Lee M.B.A.", "ann||lee"}, {"", "Ann Lee M.D.", "ann||lee"},
		{"", "Ann Lee, MBA, CPA, CFA, PMP", "ann||lee"}, {"M.A.", "Lee", "m a||lee"}, {"", "Ma, Jack", "jack||ma"},
		{"Ann (She/Her)", "Lee", "ann||lee"}, {"Ann", "Lee (they/them)", "ann||lee"}, {"Ann (He)", "Lee", "ann he||lee"}, {"Li (Her Majesty)", "Xu", "li her majesty||xu"},
		{"Robert 'Bob'", "Smith", "robert bob||smith"}, {"Juan", "de la Cruz", "juan|de la|cruz"},
	} {
		if got := writePerson(normal.Person(c.first, c.last)); got != c.want {
			t.Errorf("Person(%q, %q) = %q, want %q", c.first, c.last, got, c.want)
		}
	}
}

// Phone numbers are shown in E.164, of the record's country when they name none; what is no number stays as it is.
func TestPhoneDisplay(t *testing.T) {
	for _, c := range []struct{ phone, country, want string }{
		{"(415) 555-2671", "USA", "+14155552671"}, {"0044 20 7946 0958", "United Kingdom", "+442079460958"}, {"020 7946 0958", "England", "+442079460958"},
		{"+49 (0)30 901820", "US", "+4930901820"}, {"030 901820", "Deutschland", "+4930901820"}, {"415-555-2671 x12", "US", "+14155552671 ext. 12"},
		{"415-555-2671", "", "415-555-2671"}, {"call me", "US", "call me"}, {"", "US", ""}, {"12", "US", "12"}, {"415-555-2671; 415-555-2672", "US", "415-555-2671; 415-555-2672"},
	} {
		if got := normal.PhoneDisplay(c.phone, c.country); got != c.want {
			t.Errorf("PhoneDisplay(%q, %q) = %q, want %q", c.phone, c.country, got, c.want)
		}
	}
}

// Whatever is written there, a number is shown as it is or as E.164, and what was shown stays so.
func FuzzPhoneDisplay(f *testing.F) {
	for _, seed := range []string{"+1 415 555 2671", "(415) 555-2671 ext. 5", "1-800-FLOWERS", "+", "٠٤١٥٥٥٥٢٦٧١"} {
		f.Add(seed, "US")
	}
	shown := regexp.MustCompile(`^\+[0-9]{6,17}( ext\. [0-9]{1,20})?$`)
	f.Fuzz(func(t *testing.T, s, country string) {
		got := normal.PhoneDisplay(s, country)
		if got != s && !shown.MatchString(got) {
			t.Fatalf("PhoneDisplay(%q, %q) = %q", s, country, got)
		}
		if again := normal.PhoneDisplay(got, country); again != got {
			t.Fatalf("PhoneDisplay(%q, %q) = %q, and of that %q", s, country, got, again)
		}
	})
}

// Legal forms of other scripts come off at either end, without a space too, and never to nothing.
func TestScriptForms(t *testing.T) {
	for _, c := range []struct{ name, same string }{
		{"株式会社日立製作所", "日立製作所"}, {"日立製作所株式会社", "日立製作所"}, {"株式会社 日立製作所", "日立製作所"}, {"㈱日立製作所", "日立製作所"}, {"（株）日立製作所", "日立製作所"},
		{"Acme 株式会社", "Acme"}, {"华为技术有限公司", "华为技术"}, {"腾讯控股股份有限公司", "腾讯控股"}, {"주식회사 카카오", "카카오"}, {"(주)카카오", "카카오"},
		{"ООО «Ромашка»", "Ромашка"}, {"Ромашка ООО", "Ромашка"}, {"ПАО Сбербанк", "Сбербанк"},
		{"АО «Тинькофф»", "Тинькофф"}, {"Тинькофф, АО", "Тинькофф"}, {"Общество с ограниченной ответственностью «Ромашка»", "Ромашка"}, {"Акционерное общество Ромашка", "Ромашка"},
		{"ТОВ Ромашка", "Ромашка"}, {"Софарма АД", "Софарма"}, {"טבע בע\"מ", "טבע"}, {"ΟΤΕ Α.Ε.", "ΟΤΕ"}, {"บริษัท ปตท จำกัด (มหาชน)", "ปตท"}, {"บริษัทปตท จำกัด", "ปตท"},
		{"Аорта", "аорта"}, {"PT Astra International Tbk", "Astra International"}, {"SARL Dupont", "Dupont"}, {"A. O. Smith", "AO Smith"}, {"SAS Institute", "S A S Institute"},
	} {
		if a, b := normal.Company(c.name).Joined, normal.Company(c.same).Joined; a != b || a == "" {
			t.Errorf("Company(%q) = %q, of %q %q", c.name, a, c.same, b)
		}
	}
	for _, form := range []string{"株式会社", "ООО", "«ООО»", "АО АО", "จำกัด (มหาชน)", "בע\"מ"} {
		if got := normal.Company(form).Joined; got == "" {
			t.Errorf("of %q nothing is left", form)
		}
	}
	if got := normal.Company("A. O. Smith").Joined; got != "aosmith" {
		t.Errorf("A. O. Smith is %q", got)
	}
}

// Abbreviations of titles are written out, with and without full stops.
func TestTitle(t *testing.T) {
	for in, want := range map[string]string{
		"C.E.O.": "chief executive officer", "V.P. of Sales": "vice president sales", "SVP, Sales & Mktg at Acme": "senior vice president sales marketing",
		"Sr. Mgr": "senior manager", "Dir.": "director", "Director @Acme": "director", "n/a": "",
	} {
		if got := strings.Join(normal.Title(in), " "); got != want {
			t.Errorf("Title(%q) = %q, want %q", in, got, want)
		}
	}
}

// Legal forms of many languages come off, again and again, never to nothing.
func TestLegalForms(t *testing.T) {
	for _, form := range []string{"S.p.A.", "Spółka z o.o.", "Société Anonyme", "S. de R.L. de C.V.", "S.A. de C.V.", "Gesellschaft mit beschränkter Haftung", "Società per Azioni", "Pty Ltd", "Oy", "K.K.", "Sdn Bhd", "B.V.", "Co., Ltd.",
		"d.o.o.", "s.r.o.", "GmbH & Co. KGaA", "A/S", "Private Limited", "P.L.C.", "Inc. Ltd. LLC", "CORP /DE/", "CORP \\DE\\", "INC/NEW/"} {
		if got := normal.Company("Acme " + form).Joined; got != "acme" {
			t.Errorf("Company(%q) = %q", "Acme "+form, got)
		}
		if len(normal.Company(form).Words) == 0 {
			t.Errorf("of %q nothing is left", form)
		}
	}
}

// States of the large countries have one form, by code, name or dotted code.
func TestStates(t *testing.T) {
	for _, c := range []struct{ country, state, want string }{
		{"US", "N.Y.", "us ny"}, {"", "N.Y.", "us ny"}, {"US", "D.C.", "us dc"}, {"CA", "Québec", "ca qc"}, {"AU", "New South Wales", "au nsw"}, {"IN", "MH", "in mh"},
		{"DE", "Bavaria", "de by"}, {"DE", "Bayern", "de by"}, {"BR", "São Paulo", "br sp"}, {"", "Ontario", "ca on"}, {"CA", "CA", "ca"},
	} {
		if got := normal.State(c.state, c.country); got != c.want {
			t.Errorf("State(%q, %q) = %q, want %q", c.state, c.country, got, c.want)
		}
	}
}

// Skeletons of transliterations of one name are equal.
func TestSkeletons(t *testing.T) {
	for _, pair := range [][2]string{{"mohammed", "muhammad"}, {"alrashid", "elrashid"}, {"hussein", "hussain"}} {
		if a, b := normal.Skeleton(pair[0]), normal.Skeleton(pair[1]); a != b {
			t.Errorf("%s has %q, %s has %q", pair[0], a, pair[1], b)
		}
	}
}
