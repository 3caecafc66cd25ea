package world

import (
	"strconv"
	"strings"
)

// Company is an invented firm as it really is; the CRM and the network each
// know a part of it.
type Company struct {
	Index     int
	Name      string // as people write it: "Velquora Logistik"
	LegalName string // with its legal form: "Velquora Logistik GmbH"
	Native    string // in the script of its country, or ""
	Domain    string
	Website   string
	PageURL   string // of its page in the network
	Industry  string
	Phone     string // the switchboard

	Street, City, State, PostalCode string
	Country                         string // English name
	CountryCode                     string // ISO 3166 alpha-2

	Currency  string // ISO 4217, of its country
	Employees int
	Revenue   float64 // US dollars in a year
	Ticker    string  // "" if not listed
	Parent    int     // the company it is a branch of, or None

	culture *culture
	nation  *country
}

var industries = []string{
	"Agriculture", "Apparel", "Banking", "Biotechnology", "Chemicals", "Communications", "Construction", "Consulting", "Education",
	"Electronics", "Energy", "Engineering", "Entertainment", "Environmental", "Finance", "Food & Beverage", "Government", "Healthcare",
	"Hospitality", "Insurance", "Machinery", "Manufacturing", "Media", "Not For Profit", "Recreation", "Retail", "Shipping", "Technology",
	"Telecommunications", "Transportation", "Utilities", "Other",
}

// Industries returns the picklist of Account.Industry and Lead.Industry.
func Industries() []string { return append([]string(nil), industries...) }

// later are the second names of companies once all coined stems are used.
var later = []string{"", "North", "Delta", "Pacific", "Union", "Prime", "Atlas", "Orbit", "Meridian", "Summit", "Harbor", "Cedar", "Apex", "Boreal", "Cobalt", "Ember"}

const (
	branchBlock = 16 // in each block of companies ...
	branchPlace = 9  // ... this one is a branch of the one before
)

// stem coins the first word of a company's name in three scripts.
func (w *World) stem(company int) (latin, cyrillic, katakana, second string) {
	c := w.cultures
	generation, place := company/c.stems(), w.stemOrder.at(company%c.stems())
	head := c.head[place%len(c.head)]
	place /= len(c.head)
	middle, end := c.middle[place%len(c.middle)], c.end[place/len(c.middle)]
	split := func(word word) (string, string) {
		cyrillic, katakana, _ := strings.Cut(word.latin, "=")
		return cyrillic, katakana
	}
	for _, part := range []word{head, middle, end} {
		a, b := split(part)
		latin, cyrillic, katakana = latin+part.native, cyrillic+a, katakana+b
	}
	second = later[generation%len(later)]
	if round := generation / len(later); round > 0 {
		second = strings.TrimSpace(second + " " + strconv.Itoa(round+1))
	}
	return latin, cyrillic, katakana, second
}

// Company returns company i of the world; 0 ≤ i < Counts().Companies.
func (w *World) Company(i int) Company {
	d := w.draw(topicCompany, i)
	culture := w.cultures.pick(d)
	nation := culture.country(d)
	c := Company{Index: i, Parent: None, culture: culture, nation: nation, Country: nation.name, CountryCode: nation.code, Currency: nation.currency}
	field, form := pick(d, culture.fields), pick(d, nation.forms)
	named := i
	if i%branchBlock == branchPlace {
		c.Parent, named = i-1, i-1
	}
	latin, cyrillic, katakana, second := w.stem(named)
	words := []string{latin}
	if second != "" {
		words = append(words, second)
	}
	switch {
	case c.Parent != None:
		words = append(words, nation.name)
	case d.chance(700):
		words = append(words, field)
	}
	c.Name = strings.Join(words, " ")
	c.LegalName = legal(c.Name, form)
	c.Native = nativeName(culture, cyrillic, katakana, form, field)
	c.Domain = slug(strings.Join([]string{latin, second}, " ")) + ".example"
	c.PageURL = "https://www.linkedin.com/company/" + strings.TrimSuffix(c.Domain, ".example")
	if c.Parent != None {
		c.PageURL += "-" + strings.ToLower(nation.code)
	}
	c.Website = pick(d, []string{"https://www.%", "http://www.%", "www.%", "%", "https://%/", "https://www.%/en/home?utm_source=crm"})
	c.Website = strings.Replace(c.Website, "%", c.Domain, 1)
	c.fill(d)
	return c
}

// legal puts the legal form where it belongs: "PT Alvabex", "Alvabex GmbH".
func legal(name, form string) string {
	switch form {
	case "PT", "ТОВ", "ТОО", "(주)":
		return form + " " + name
	case "株式会社", "有限公司":
		return name + form
	}
	return name + " " + form
}

func nativeName(c *culture, cyrillic, katakana, form, field string) string {
	switch c.script {
	case "cyrillic":
		if isASCII(form) {
			return cyrillic
		}
		return form + " «" + cyrillic + "»"
	case "han":
		if c.code == "ja" && !isASCII(field) {
			return "株式会社" + katakana + field
		}
	}
	return ""
}

func (c *Company) fill(d *draw) {
	place := pick(d, c.nation.places)
	c.City, c.State = place.city, place.state
	c.PostalCode = digits(d, place.postcode)
	c.Phone = digits(d, place.phone)
	c.Street = number(d, pick(d, c.culture.streets))
	c.Industry = pick(d, industries)
	c.Employees = power(1000 + d.below(3500))
	c.Revenue = float64(c.Employees * d.between(60, 320) * 1000)
	if d.chance(80) {
		c.Ticker = strings.ToUpper(c.Domain[:4])
	}
}

// mailStyle is how the addresses of a company are made of names.
func (w *World) mailStyle(company int) int { return w.draw(topicLink, company).below(6) }

func mailLocal(style int, first, last string) string {
	switch first, last = plain(first), plain(last); {
	case first == "" || last == "":
		return first + last
	case style == 1:
		return first[:1] + last
	case style == 2:
		return first[:1] + "." + last
	case style == 3:
		return last + "." + first
	case style == 4:
		return first + "_" + last
	default:
		return first + "." + last
	}
}
