package normal_test

import (
	"strings"
	"testing"

	"crmsync/match/normal"
)

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
	for _, form := range []string{"S.p.A.", "Pty Ltd", "Oy", "K.K.", "Sdn Bhd", "B.V.", "Co., Ltd.",
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
