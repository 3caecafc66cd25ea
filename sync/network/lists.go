package network

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// openList opens a list of people or companies. Its header is the first line of
// which a column is known, by the map or by its name.
func openList(source Source, kind Kind, options Options) (*table, map[string]int, error) {
	fields := peopleFields
	if kind == KindCompanies {
		fields = companyFields
	}
	t, err := openTable(source, options.Limits, func(cells []string) bool { return isList(cells, fields, options.Mapping) })
	if err != nil {
		return nil, nil, err
	}
	at, err := options.Mapping.apply(source.Name(), t.header, fields)
	if err == nil {
		err = required(source.Name(), t.header, kind, at)
	}
	if err != nil {
		t.Close()
		return nil, nil, err
	}
	return t, at, nil
}

func isList(cells []string, fields []Field, mapping Mapping) bool {
	if mapping.names(cells) {
		return true
	}
	for _, cell := range cells {
		for _, field := range fields {
			if isNamed(cell, field.Name) {
				return true
			}
		}
	}
	return false
}

func required(file string, header []string, kind Kind, at map[string]int) error {
	if kind == KindCompanies {
		if at["name"] < 0 {
			return missing(file, header, "no column holds the name of the company")
		}
		return nil
	}
	if at["profile_url"] < 0 && at["full_name"] < 0 && at["last_name"] < 0 {
		return missing(file, header, "no column holds a profile address or a name")
	}
	return nil
}

func (p *pass) list(kind Kind) error {
	t, at, err := openList(p.source, kind, p.reader.options)
	if err != nil {
		return err
	}
	return p.rows(t, func() (bool, error) {
		row := p.at(t)
		if kind == KindCompanies {
			row.Company = p.company(t, at)
		} else {
			row.Person = p.person(t, at)
		}
		if row.Company == nil && row.Person == nil {
			p.skip(SkippedNoName)
			return true, nil
		}
		return p.yield(row), nil
	})
}

// person reads one row of a list; nil for one without name and profile.
func (p *pass) person(t *table, at map[string]int) *Person {
	cell := func(field string) string { return t.cell(at[field]) }
	person := &Person{
		FirstName: cell("first_name"), LastName: cell("last_name"), Name: cell("full_name"), Headline: cell("headline"), Title: cell("title"),
		Company: cell("company"), Email: cell("email"), Phone: cell("phone"), Street: cell("street"), City: cell("city"), State: cell("state"),
		PostalCode: cell("postal_code"), Country: cell("country"), Location: cell("location"), Industry: cell("industry"),
	}
	if person.FirstName == "" && person.LastName == "" {
		person.FirstName, person.LastName = splitName(person.Name)
	}
	if page := cell("company_url"); page != "" {
		address, _, ok := NormalCompanyURL(page)
		if person.CompanyURL = address; !ok {
			p.skip(SkippedValue)
		}
	}
	person.CompanyDomain = NormalDomain(cell("company_domain"))
	if day := cell("connected_on"); day != "" {
		on, ok := parseDay(day)
		if person.Connected, person.ConnectedOn = true, on; !ok {
			p.skip(SkippedDate)
		}
	}
	if past := (Position{cell("past_company"), cell("past_title")}); past != (Position{}) {
		person.Past = []Position{past}
	}
	p.identify(person, cell("profile_url"))
	if person.Name == "" && person.ProfileURL == "" {
		return nil
	}
	return person
}

// company reads one row of a list; nil for one without a name.
func (p *pass) company(t *table, at map[string]int) *Company {
	cell := func(field string) string { return t.cell(at[field]) }
	c := &Company{
		Name: cell("name"), Website: cell("website"), Domain: NormalDomain(cell("domain")), Phone: cell("phone"), Industry: cell("industry"),
		Street: cell("street"), City: cell("city"), State: cell("state"), PostalCode: cell("postal_code"), Country: cell("country"),
	}
	if c.Domain == "" {
		c.Domain = NormalDomain(c.Website)
	}
	if page := cell("page_url"); page != "" {
		address, _, ok := NormalCompanyURL(page)
		if c.PageURL = address; !ok {
			p.skip(SkippedValue)
		}
	}
	if number := cell("employees"); number != "" {
		n, ok := headcount(number)
		if c.Employees = n; !ok {
			p.skip(SkippedValue)
		}
	}
	if normalName(c.Name) == "" {
		return nil
	}
	c.Key = CompanyKey(c.PageURL, c.Domain, c.Name)
	return c
}

// thousands is a space between groups of digits.
var thousands = regexp.MustCompile(`(\d)[ \x{00a0}\x{202f}](\d{3})`)

// headcount reads "1,234", "51-200 employees", "10K+", "10.001+": of a range it
// takes the geometric middle, as sizes are compared by their ratio.
func headcount(text string) (int, bool) {
	var bounds []float64
	text = thousands.ReplaceAllString(text, "$1$2")
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == '–' || r == ' ' || unicode.Is(unicode.Pd, r) }) {
		scale := 1.0
		part = strings.TrimRight(part, "+")
		if short := strings.TrimRight(part, "kK"); short != part {
			part, scale = short, 1000
		}
		if scale == 1 {
			part = strings.Map(func(r rune) rune {
				if r == ',' || r == '.' || r == '\'' || r == '’' {
					return -1
				}
				return r
			}, part)
		}
		if n, err := strconv.ParseFloat(part, 64); err == nil && n >= 0 && n < 1e8 {
			bounds = append(bounds, n*scale)
		}
	}
	switch len(bounds) {
	case 1:
		return int(bounds[0]), true
	case 2:
		return int(math.Round(math.Sqrt(max(bounds[0], 1) * bounds[1]))), true
	}
	return 0, false
}
