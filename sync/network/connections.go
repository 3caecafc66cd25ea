package network

import "strings"

var connectionFields = []string{"first_name", "last_name", "profile_url", "email", "company", "title", "connected_on"}

// isConnections recognises the header of Connections.csv in any language: both
// name columns and the day of connection. (The column of addresses is missing
// in old archives.)
func isConnections(cells []string) bool {
	return hasColumn(cells, "first_name") && hasColumn(cells, "last_name") && hasColumn(cells, "connected_on")
}

func hasColumn(cells []string, field string) bool {
	for _, cell := range cells {
		if isNamed(cell, field) {
			return true
		}
	}
	return false
}

func openConnections(source Source, limits Limits) (*table, map[string]int, error) {
	t, err := openTable(source, limits, func(cells []string) bool {
		// Chosen by the user, the file may also be one without the day.
		return isConnections(cells) || hasColumn(cells, "first_name") && hasColumn(cells, "last_name") && len(cells) > 3
	})
	if err != nil {
		return nil, nil, err
	}
	return t, columns(t.header, connectionFields...), nil
}

func (p *pass) connections() error {
	t, at, err := openConnections(p.source, p.reader.options.Limits)
	if err != nil {
		return err
	}
	return p.rows(t, func() (bool, error) {
		person := &Person{
			FirstName: t.cell(at["first_name"]), LastName: t.cell(at["last_name"]), Company: t.cell(at["company"]),
			Title: t.cell(at["title"]), Email: t.cell(at["email"]), Connected: true,
		}
		url := t.cell(at["profile_url"])
		p.identify(person, url)
		if person.Name == "" && person.ProfileURL == "" {
			p.skip(SkippedNoName)
			return true, nil
		}
		if day := t.cell(at["connected_on"]); day != "" {
			on, ok := parseDay(day)
			if !ok {
				p.skip(SkippedDate)
			}
			person.ConnectedOn = on
		}
		row := p.at(t)
		row.Person = person
		return p.yield(row), nil
	})
}

// identify fills in what follows from the names and the address.
func (p *pass) identify(person *Person, url string) {
	if person.Name == "" {
		person.Name = strings.TrimSpace(person.FirstName + " " + person.LastName)
	}
	address, key, ok := NormalProfileURL(url)
	person.ProfileURL = address
	if !ok && url != "" {
		p.skip(SkippedValue)
	}
	if person.Email != "" && !strings.Contains(person.Email, "@") {
		person.Email = ""
		p.skip(SkippedValue)
	}
	if person.Key = key; !ok {
		person.Key = PersonKey("", p.reader.options.Seat, person.FirstName, person.LastName, person.Company)
	}
}

// splitName divides a full name as well as can be told from the text alone.
func splitName(full string) (first, last string) {
	full = strings.Join(strings.Fields(full), " ")
	if last, first, found := strings.Cut(full, ", "); found && !strings.ContainsAny(first, ".,") && len(first) > 4 {
		return first, last
	}
	i := strings.LastIndexByte(full, ' ')
	if i < 0 {
		return "", full
	}
	return full[:i], full[i+1:]
}
