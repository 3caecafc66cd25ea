package world

import (
	"strings"
	"time"
)

// Seat is a member of the sales team with a licence of the sales tool. Its
// e-mail is that of a CRM user.
type Seat struct {
	Index, User             int
	Name, Email, ProfileURL string
}

// Seat returns seat s; 0 ≤ s < Counts().Seats.
func (w *World) Seat(s int) Seat {
	u := w.User(w.SeatUser(s))
	return Seat{Index: s, User: w.SeatUser(s), Name: u.Name, Email: u.Email, ProfileURL: "https://www.linkedin.com/in/" + slug(u.Name) + "-ostrevik"}
}

// Member is a person as the network shows them.
type Member struct {
	Index int

	FirstName, LastName, Name, ProfileURL string
	Email                                 string // rarely given
	Headline, Position, Company           string
	CompanyIndex                          int // the company of this world behind Company, or None
	Location, City, Country               string
	Past                                  []Position
}

// Member returns member m of the network; 0 ≤ m < Counts().Members.
func (w *World) Member(m int) Member {
	p := w.person(w.layout.personOf(m))
	d := w.draw(topicMember, m)
	out := Member{Index: m, ProfileURL: w.profileURL(&p), CompanyIndex: p.current.Index, Past: p.former(w)}
	out.FirstName, out.LastName = displayed(d, &p)
	out.Name = full(out.FirstName, out.LastName)
	out.Position, out.Company = p.now.long, shown(d, p.current)
	if d.chance(250) {
		out.Position = p.now.short
	}
	if d.chance(25) { // between jobs
		out.Position, out.Company, out.CompanyIndex = "", "", None
	}
	out.Headline = headline(d, out)
	out.City, out.Country = p.current.City, p.current.Country
	out.Location = out.City + ", " + out.Country
	switch roll := d.below(1000); {
	case roll < 22:
		out.Email = p.corporate(w, p.current)
	case roll < 45:
		out.Email = p.free()
	}
	return out
}

// displayed is the name on a profile: often in the own script, sometimes with
// titles, a nickname or a picture.
func displayed(d *draw, p *person) (first, last string) {
	first, last = p.first.latin, p.last.latin
	script, extra := d.below(100), d.below(1000)
	switch {
	case script < 32:
		first, last = p.first.native, p.last.native
	case script < 42 && p.culture.script != "latin":
		last += " (" + p.last.native + " " + p.first.native + ")"
	}
	switch {
	case extra < 40 && p.nick.latin != p.first.latin:
		first = p.nick.latin
	case extra < 60 && p.nick.latin != p.first.latin:
		first += " “" + p.nick.latin + "”"
	case extra < 85:
		last += pick(d, []string{", MBA", ", PhD", ", PMP®", " ✔", " – hiring!"})
	case extra < 97:
		first += " " + pick(d, []string{"🚀", "🌍", "👩🏽\u200d💻", "🇺🇦"})
	case extra < 110 && p.second.latin != "":
		first += " " + p.second.latin
	case extra < 120 && last != "":
		last = string([]rune(last)[:1]) + "."
	}
	return first, last
}

// shown is how people name their employer.
func shown(d *draw, c Company) string {
	stem, _, _ := strings.Cut(c.Name, " ")
	switch roll := d.below(100); {
	case roll < 62:
		return c.Name
	case roll < 82:
		return c.LegalName
	case roll < 90 && c.Native != "":
		return c.Native
	case roll < 94:
		return stem
	}
	return c.Name
}

func headline(d *draw, m Member) string {
	text := pick(d, []string{"%p at %c", "%p | %c", "%p @ %c – making things work", "%p", "Helping teams grow 🚀 | %p at %c", "Speaker. Parent. \"%p\" at %c, ex-other things"})
	if m.Position == "" {
		return "Open to work"
	}
	return strings.NewReplacer("%p", m.Position, "%c", m.Company).Replace(text)
}

// Where members stand in the directory: the connections of the seats overlap by
// a fifth, and the list of people begins a little before they end.
const maxConnections = 25_000 // the network allows 30,000

func (w *World) connections() int { return min(w.layout.members*32/100, maxConnections) }

// firstConnection is the place of a seat's newest connection in the directory.
func (w *World) firstConnection(seat int) int { return seat * w.connections() * 4 / 5 }

// firstListed is the place of the first person of the list of people.
func (w *World) firstListed() int {
	return (w.firstConnection(len(seats)-1) + w.connections()) * 19 / 20
}

// directory returns the member at a place of the directory.
func (w *World) directory(place int) Member { return w.Member(w.memberOrder.at(place)) }

// connected is the day of connection n of a seat: the newest come first, and
// the pace grows with the years.
func (w *World) connected(seat, n int) time.Time {
	all := max(w.connections(), 1)
	days := n*n*3200/(all*all) + n*20/all + seat
	return w.today.AddDate(0, 0, -1-days)
}

// Listed reports whether a company stands in companies.csv.
func (w *World) Listed(company int) bool { return company%4 != 3 }
