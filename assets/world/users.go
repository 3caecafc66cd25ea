package world

import (
	"fmt"
	"strings"
)

// Organization is the invented company whose sales team and CRM this is.
type Organization struct{ Name, Domain, City, Country, Currency, TimeZone string }

// Organization returns the company whose CRM it is.
func (w *World) Organization() Organization {
	return Organization{Name: "Ostrevik Instruments", Domain: domain, City: "Gent", Country: "BE", Currency: "USD", TimeZone: "Europe/Brussels"}
}

const domain = "ostrevik.example"

type staffer struct{ first, last, title, department string }

// seats are the members of the sales team with a licence of the sales tool, in
// seat order. Their names are fixed so that a manual can speak of them.
var seats = []staffer{
	{"Mara", "Lindqvist", "Senior Account Executive", "Sales"},
	{"Tomás", "Arrieta", "Account Executive", "Sales"},
	{"Hana", "Šimková-Ōno", "Regional Sales Manager", "Sales"},
}

// The first users have fixed places.
const (
	integrationUser = 0
	adminUser       = 1
	firstSeatUser   = 2
	firstSalesUser  = 5
	departedUser    = 7 // left the company; still owns deals
)

// SeatUser returns the CRM user with seat s.
func (w *World) SeatUser(s int) int { return firstSeatUser + s }

// User returns row i of User.
func (w *World) User(i int) User {
	d := w.draw(topicUser, i)
	u := User{Row: w.row(Users, i, d), Active: true, Role: None, Seat: None}
	var who staffer
	switch {
	case i == integrationUser:
		who = staffer{"Integration", "User", "", ""}
	case i == adminUser:
		who = staffer{"Ilse", "Okonjo-Baert", "CRM Administrator", "Sales Operations"}
		u.Role = 1
	case i < firstSalesUser:
		u.Seat = i - firstSeatUser
		who = seats[u.Seat]
		u.Role = 5 + u.Seat
	default:
		culture := w.cultures.pick(d)
		given := culture.male
		if d.chance(500) {
			given = culture.female
		}
		who = staffer{pick(d, given).latin, culture.familyName(d).latin, pick(d, salesTitles), "Sales"}
		u.Role = 2 + d.below(w.layout.roles-2)
		u.Active = i != departedUser && !d.chance(90)
	}
	u.FirstName, u.LastName, u.Title, u.Department = who.first, who.last, who.title, who.department
	u.Name = u.FirstName + " " + u.LastName
	local := plain(who.first) + "." + plain(who.last)
	if i >= firstSalesUser {
		local += fmt.Sprint(i) // no two users share an address
	}
	u.Email = local + "@" + domain
	u.Username = local + "@" + strings.Replace(domain, "example", "crm.example", 1)
	if i != integrationUser {
		u.Phone = digits(d, "+32 9 555 1# ##")
	}
	if d.chance(400) && i != integrationUser {
		u.MobilePhone = digits(d, "+32 470 55 0# ##")
	}
	return u
}

var salesTitles = []string{"Account Executive", "Sales Development Representative", "Key Account Manager", "Sales Engineer", "Regional Sales Manager", "Inside Sales, D/A/CH"}

var roleTree = []struct {
	name   string
	parent int
}{
	{"CEO", None}, {"SVP, Sales & Marketing", 0}, {"VP, EMEA Sales", 1}, {"VP, Americas Sales", 1}, {"VP, APAC Sales", 1},
	{"DACH & Nordics Sales", 2}, {"Iberia & LATAM Sales", 3}, {"Japan & Korea Sales", 4}, {"US East Sales", 3}, {"France / Benelux Sales", 2},
	{"Marketing Team", 1}, {"Customer Support, International", 0},
}

// Role returns row i of UserRole.
func (w *World) Role(i int) Role {
	r := Role{Row: w.row(Roles, i, w.draw(topicRole, -1-i))}
	if i < len(roleTree) {
		r.Name, r.Parent = roleTree[i].name, roleTree[i].parent
	} else {
		r.Parent = 2 + i%8
		r.Name = fmt.Sprintf("Territory %d", i-len(roleTree)+1)
	}
	r.DeveloperName = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, r.Name)
	return r
}

// owner draws who owns a record: the seats have more than their share, and some
// records still belong to somebody who left.
func (w *World) owner(d *draw) int {
	roll, other := d.below(1000), d.below(w.layout.users-firstSalesUser)
	switch {
	case roll < 480:
		return firstSeatUser + roll%len(seats)
	case roll < 520:
		return departedUser
	}
	return firstSalesUser + other
}
