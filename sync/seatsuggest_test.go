package sync

import "testing"

func TestLikeness(t *testing.T) {
	cases := []struct {
		seatEmail, seatName, userEmail, userName string
		score                                    int
	}{
		{"dana@acme.com", "Dana O'Neill", "dana@acme.com", "Dana ONeill", 99},
		{"dana@acme.com", "Dana Neil", "dana+crm@acme.com", "D. N.", 99},
		{"dana@acme.com", "Dana Neil", "d.neil@eu.acme.com", "Neil Dana", 95},
		{"dana@acme.com", "Dana Neil", "dana@acme.co.uk", "Dana Neil", 92},
		{"dana@acme.com", "Dana Neil", "dana@acme.co.uk", "Other One", 80},
		{"dana@acme.com", "José Nuñez", "jn@else.org", "Jose Nunez", 75},
		{"dneil@acme.com", "", "dana.x@acme.com", "Dana Neil", 70},
		{"x1@acme.com", "Ana Silva", "silva_a@acme.com", "A. S.", 70},
		{"dneil@other.com", "", "dana.x@acme.com", "Dana Neil", 0},
		{"dana@acme.com", "", "danna@acme.com", "X Y", 60},
		{"dana@acme.com", "", "dnaa@acme.com", "X Y", 60},
		{"dana@acme.com", "", "dena@acme.com", "X Y", 60},
		{"dana@acme.com", "", "denna@acme.com", "X Y", 0},
		{"dana@acme.com", "", "erik@acme.com", "", 0},
		{"bob@acme.com", "Robert Smith", "rs@acme.com", "Bob Smith", 55},
		{"hana@acme.com", "Hana Šimková-Ōno", "h@else.org", "Hana Simkova", 40},
		{"hana@acme.com", "Hana Šimková", "h@acme.com", "Erik Larsen", 0},
		{"dana@acme.com", "Dana Neil", "d@else.org", "Dana Larsen", 0},
		{"dana@acme.com", "", "danna@other.com", "", 0},
	}
	for _, c := range cases {
		why, score := likeness(c.seatEmail, c.seatName, c.userEmail, c.userName)
		if score != c.score || (score > 0) != (why != "") {
			t.Errorf("%s %q, %s %q: got %d (%s), want %d", c.seatEmail, c.seatName, c.userEmail, c.userName, score, why, c.score)
		}
	}
}
