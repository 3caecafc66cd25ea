package normal_test

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"crmsync/match/normal"
)

// form is one kind of value written out as one text, so that all kinds can be
// held to the same rules.
type form struct {
	write  func(s string) string
	signs  string // that it may hold beside a-z, 0-9 and spaces
	repeat bool   // a form of a form is itself
	sample []string
}

var forms = map[string]form{
	"text":    {normal.Fold, "", true, []string{"  Müller-Lüdenscheidt ", "O&#8217;Donnell", "\u202eevil", "日本"}},
	"person":  {func(s string) string { return writePerson(normal.Person("", s)) }, "|", false, []string{"Dr. Ludwig van Beethoven, PhD", "Smith, John", "Robert \"Bob\" O'Neil Jr.", "王小明"}},
	"company": {func(s string) string { return strings.Join(normal.Company(s).Words, " ") }, "", false, []string{"The Acme Corporation, Inc.", "AT&T", "J. P. Morgan & Co.", "ООО Ромашка", "APPLE INC /CA/"}},
	"email":   {func(s string) string { return normal.Email(s).Address() }, "@.-_+!#$%&'*/=?^`{|}~", true, []string{"Bob.Smith+crm@Mail.Example.CO.UK", "a@b", "@", "x@@y.com"}},
	"phone":   {func(s string) string { return strconv.FormatUint(normal.Phone(s), 10) }, "", true, []string{"+1 (518) 455-2024", "518.455.2024 ext 12", "+44 (0)20 7946 0000", "0"}},
	"website": {normal.Registered, ".-_", true, []string{"https://www.acme.co.uk/about", "WWW.X.Y.acme.com:80", "No", "http://"}},
	"country": {normal.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", true, []string{"USA", "Deutschland", "Korea, Republic of", "Narnia"}},
	"state":   {func(s string) string { return normal.State(s, "US") }, "", false, []string{"Calif", "CA", "New York", "??"}},
	"city":    {normal.City, "", true, []string{"St. Louis", "Saint Louis City", "MÜNCHEN", "-"}},
	"postal":  {normal.Postal, "", true, []string{"60609-1234", "SW1A 1AA", " 0 "}},
	"street":  {func(s string) string { return normal.Street(s).Line }, "", false, []string{"1701 West 63rd Street, Suite 5", "3E Miller Bldg.; 11 Bladen St.", "#"}},
	"title":   {func(s string) string { return strings.Join(normal.Title(s), " ") }, "", false, []string{"SVP, Sales & Mktg at Acme", "C.E.O.", "Sr. Mgr"}},
	"sound":   {func(s string) string { return eachWord(s, normal.Sound) }, "", false, []string{"Schmidt", "Chung", "x"}},
	"bones":   {func(s string) string { return eachWord(s, normal.Skeleton) }, "", false, []string{"al-Rashid", "Mohammed", "aeiou"}},
}

func writePerson(n normal.Name) string {
	return strings.Join([]string{strings.Join(n.Given, " "), strings.Join(n.Particles, " "), strings.Join(n.Family, " ")}, "|")
}

func eachWord(s string, form func(string) string) string {
	var out []string
	for w := range strings.FieldsSeq(normal.Fold(s)) {
		out = append(out, form(w))
	}
	return strings.Join(strings.Fields(strings.Join(out, " ")), " ")
}

// hold fails if a form breaks a rule for a text.
func hold(t interface{ Errorf(string, ...any) }, name, s string) {
	f := forms[name]
	got := f.write(s)
	for _, r := range got {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != ' ' && !strings.ContainsRune(f.signs, r) {
			t.Errorf("%s of %q is %q, which holds %q", name, s, got, r)
			return
		}
	}
	if strings.Contains(got, "  ") || strings.Trim(got, " ") != got {
		t.Errorf("%s of %q is %q: spaces", name, s, got)
	}
	if len(got) > 4*normal.MaxBytes {
		t.Errorf("%s of %d bytes has %d", name, len(s), len(got))
	}
	if again := f.write(got); f.repeat && again != got {
		t.Errorf("%s of %q is %q, of that %q", name, s, got, again)
	}
	if spaced := f.write("  " + s + "\t\n"); len(s) < normal.MaxBytes/2 && spaced != got {
		t.Errorf("%s of %q is %q, with spaces around it %q", name, s, got, spaced)
	}
}

// text draws what people and machines put into fields of a CRM.
func text(samples []string) *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9 .,'"()/&@+-]{0,40}`),
		rapid.Custom(func(t *rapid.T) string {
			return rapid.SampledFrom(samples).Draw(t, "a") + rapid.SampledFrom([]string{"", " ", ", ", "\x00", "é", "(x)", "."}).Draw(t, "between") + rapid.SampledFrom(samples).Draw(t, "b")
		}))
}

// Every kind of value keeps to its letters, its length and itself.
func TestForms(t *testing.T) {
	for name, f := range forms {
		t.Run(name, func(t *testing.T) {
			for _, s := range f.sample {
				hold(t, name, s)
				hold(t, name, strings.Repeat(s, 100_000/len(s)))
			}
			rapid.Check(t, func(t *rapid.T) { hold(t, name, text(f.sample).Draw(t, "s")) })
		})
	}
}

// A value is missing if its letters are none or those of a placeholder.
func TestMissing(t *testing.T) {
	for s, want := range map[string]bool{"": true, " - ": true, "N/A": true, "[not provided]": true, "Not Available": true, "n&#47;a": true, "\u202e": true,
		"Nathan": false, "not provided by Ada": false, "ñ/a": true, "x": false, "XXX": true, strings.Repeat(".", 600) + "x": true, "日本": false} {
		if got := normal.Missing(s); got != want {
			t.Errorf("Missing(%q) = %v", s, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := text([]string{"n/a", "unknown", "not available", "Smith"}).Draw(t, "s")
		if normal.Missing(s) != normal.Missing(normal.Fold(s)) {
			t.Errorf("Missing(%q) is not that of %q", s, normal.Fold(s))
		}
	})
}

// What the case of letters says is lost in every form.
func TestFormsIgnoreCase(t *testing.T) {
	for name, f := range forms {
		rapid.Check(t, func(t *rapid.T) {
			s := rapid.StringMatching(`[a-z]{2,9}( [a-z]{2,9}){0,3}`).Draw(t, "s")
			if a, b := f.write(s), f.write(strings.ToUpper(s)); a != b {
				t.Errorf("%s of %q is %q, in capitals %q", name, s, a, b)
			}
		})
	}
}

func fuzz(f *testing.F, name string) {
	for _, s := range append([]string{"", "\xff", "&#0;", "(\"", "\u202e", " . "}, forms[name].sample...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { hold(t, name, s) })
}

func FuzzText(f *testing.F)     { fuzz(f, "text") }
func FuzzPerson(f *testing.F)   { fuzz(f, "person") }
func FuzzCompany(f *testing.F)  { fuzz(f, "company") }
func FuzzEmail(f *testing.F)    { fuzz(f, "email") }
func FuzzPhone(f *testing.F)    { fuzz(f, "phone") }
func FuzzWebsite(f *testing.F)  { fuzz(f, "website") }
func FuzzCountry(f *testing.F)  { fuzz(f, "country") }
func FuzzState(f *testing.F)    { fuzz(f, "state") }
func FuzzCity(f *testing.F)     { fuzz(f, "city") }
func FuzzPostal(f *testing.F)   { fuzz(f, "postal") }
func FuzzStreet(f *testing.F)   { fuzz(f, "street") }
func FuzzTitle(f *testing.F)    { fuzz(f, "title") }
func FuzzSound(f *testing.F)    { fuzz(f, "sound") }
func FuzzSkeleton(f *testing.F) { fuzz(f, "bones") }
