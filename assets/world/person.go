package world

import (
	"net/url"
	"strconv"
	"strings"
)

// Position is one job of a person.
type Position struct {
	Company      string
	CompanyIndex int
	Title        string
}

// person is who somebody really is. Records and profiles are views of it, each
// with its own age and faults.
type person struct {
	index   int
	culture *culture
	female  bool

	first, second, last word
	nick                word // how friends say the first name; equal to first without one
	birth               word // family name before marriage; equal to last without one

	home    Company // where the CRM met the person
	current Company // where the person works now
	moved   bool    // current is not home
	title   title   // at home
	now     title   // at current
}

// title is a job in the two ways people write it.
type title struct{ long, short string }

var levels = []title{
	{"Manager", "Mgr"}, {"Senior Manager", "Sr. Manager"}, {"Director", "Dir."}, {"Vice President", "VP"}, {"Head", "Head"},
	{"Coordinator", "Coord."}, {"Specialist", "Specialist"}, {"Assistant Manager", "Asst. Mgr"}, {"Lead", "Lead"},
}

var functions = []title{
	{"Sales", "Sales"}, {"Procurement", "Procurement"}, {"Operations", "Ops"}, {"Information Technology", "IT"}, {"Finance", "Finance"},
	{"Human Resources", "HR"}, {"Logistics", "Logistics"}, {"Quality", "Quality"}, {"Engineering", "Engineering"},
	{"Research & Development", "R&D"}, {"Marketing", "Marketing"}, {"Supply Chain", "Supply Chain"}, {"Customer Success", "CS"},
	{"Business Development", "BizDev"}, {"Product Management", "Product"},
}

var chiefs = []title{
	{"Chief Executive Officer", "CEO"}, {"Chief Financial Officer", "CFO"}, {"Chief Operating Officer", "COO"},
	{"Chief Technology Officer", "CTO"}, {"Chief Information Officer", "CIO"}, {"Managing Director", "MD"}, {"Owner", "Owner"},
}

func newTitle(d *draw, c *culture) title {
	switch roll := d.below(100); {
	case roll < 12:
		return pick(d, chiefs)
	case roll < 30:
		job := pick(d, c.jobs)
		return title{job, job}
	}
	level, function := pick(d, levels), pick(d, functions)
	switch level.long {
	case "Head", "Vice President", "Director":
		return title{level.long + " of " + function.long, level.short + " " + function.short}
	}
	return title{function.long + " " + level.long, function.short + " " + level.short}
}

// works returns the company the CRM knows a person from.
func (w *World) works(index int) int {
	l := &w.layout
	if index < l.contactPersons {
		company, _ := employer(index)
		return company
	}
	d := w.draw(topicLink, index)
	own := l.accountCompanies + (index-l.contactPersons)/3
	if index >= l.contactPersons+l.leadPersons {
		own = l.accountCompanies + l.leadCompanies + (index-l.contactPersons-l.leadPersons)/4
	}
	if d.chance(380) && l.accountCompanies > 0 {
		return d.below(l.accountCompanies)
	}
	return own
}

func (w *World) person(index int) person {
	d := w.draw(topicPerson, index)
	p := person{index: index, home: w.Company(w.works(index))}
	p.culture = p.home.culture
	if d.chance(220) {
		p.culture = w.cultures.pick(d)
	}
	p.female = d.chance(500)
	given := p.culture.male
	if p.female {
		given = p.culture.female
	}
	p.first, p.second = pick(d, given), pick(d, given)
	if d.chance(880) || p.second.latin == p.first.latin {
		p.second = word{}
	}
	p.last = p.culture.familyName(d)
	p.nick, p.birth = p.first, p.last
	if nick := pick(d, p.first.nick); nick.latin != "" {
		p.nick = nick
	}
	if other := p.culture.familyName(d); p.female && d.chance(60) {
		p.birth = other
	}
	p.career(w)
	return p
}

// familyName takes a whole name, or makes one of two halves: without that a
// large world would have only a handful of names per country.
func (c *culture) familyName(d *draw) word {
	whole := pick(d, c.family)
	head, tail := pick(d, c.heads), pick(d, c.tails)
	double := d.chance(25)
	if len(c.heads) > 0 && !d.chance(380) {
		whole = word{native: head.native + tail.native, latin: head.latin + tail.latin}
	}
	if other := pick(d, c.family); double && c.script == "latin" && !strings.Contains(whole.latin, "-") && other.latin != whole.latin {
		whole = word{native: whole.native + "-" + other.native, latin: whole.latin + "-" + other.latin}
	}
	return whole
}

func (p *person) career(w *World) {
	d := w.draw(topicCareer, p.index)
	p.title = newTitle(d, p.home.culture)
	p.now, p.current = p.title, p.home
	if p.moved = d.chance(130); p.moved {
		p.current = w.Company(d.below(w.layout.companies))
		p.moved = p.current.Index != p.home.Index
		p.now = newTitle(d, p.current.culture)
	} else if d.chance(150) {
		p.now = newTitle(d, p.home.culture) // promoted since
	}
}

// former are the jobs before the current one, newest first.
func (p *person) former(w *World) []Position {
	d := w.draw(topicCareer, -1-p.index)
	var jobs []Position
	if p.moved {
		jobs = append(jobs, Position{p.home.Name, p.home.Index, p.title.long})
	}
	for range d.below(3) {
		before := w.Company(d.below(w.layout.companies))
		jobs = append(jobs, Position{before.Name, before.Index, newTitle(d, before.culture).long})
	}
	return jobs
}

// corporate is the person's address at a company of the world.
func (p *person) corporate(w *World, at Company) string {
	last := p.last.latin
	if p.culture.code == "de" || p.culture.code == "no" {
		last = spell(last)
	}
	return mailLocal(w.mailStyle(at.Index), p.first.latin, last) + "@" + at.Domain
}

// free is the person's private address. Gmail allows no underscore and Yahoo no
// hyphen, so that none of these can belong to anybody.
func (p *person) free() string {
	first, last := plain(p.nick.latin), plain(p.last.latin)
	if p.index%3 == 0 {
		return first + "-" + last + strconv.Itoa(60+p.index%40) + "@yahoo.com"
	}
	return first + "_" + last + strconv.Itoa(p.index%97) + "@gmail.com"
}

// profileURL is unique: its suffix is a permutation of the index (of fewer than
// four thousand million persons).
func (w *World) profileURL(p *person) string {
	suffix := strconv.FormatInt(int64(w.slugOrder.at(p.index))+1<<28, 16)
	name := slug(p.first.latin + " " + p.last.latin)
	if p.culture.script != "latin" && p.index%9 == 4 {
		name = url.PathEscape(strings.ToLower(strings.ReplaceAll(p.first.native+"-"+p.last.native, " ", "-")))
	} else if p.index%5 == 1 {
		return "https://www.linkedin.com/in/" + plain(p.first.latin+p.last.latin) + suffix
	}
	return "https://www.linkedin.com/in/" + name + "-" + suffix
}
