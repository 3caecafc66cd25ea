package world

import "time"

// contactGone reports whether the first contact of a person was deleted. The
// first person of a company keeps hers, so that every account has a live one.
func (w *World) contactGone(person int) bool {
	_, place := employer(person)
	return place > 0 && w.draw(topicContact, -1-person).chance(14)
}

// contactOf returns the first contact of a person who has one.
func (w *World) contactOf(person int) int {
	return row(w.contactPerson.inverse(person), contactBlock)
}

// Contact returns row i of Contact.
func (w *World) Contact(i int) Contact {
	ordinal, first := primary(i, contactBlock)
	d := w.draw(topicContact, i)
	if !first {
		ordinal = d.below(w.layout.contactPersons)
	}
	index := w.contactPerson.at(ordinal)
	p := w.person(index)
	c := Contact{Row: w.row(Contacts, i, d), Owner: w.owner(d), Account: w.accountOf(p.home.Index), Member: w.layout.memberOf(index)}
	c.Recent = w.recent(d, c.Row)
	c.FirstName, c.LastName = typed(d, &p)
	c.Name = full(c.FirstName, c.LastName)
	c.Salutation = pick(d, salutations(p.female))
	c.Title, c.Email, c.Phone = jobTitle(d, &p), w.recordEmail(d, &p, 190), recordPhone(d, &p)
	c.Department = pick(d, []string{"", "", "Sales", "Purchasing", "IT", "Finance", "F&E / R&D", "生産管理", "Dépt. \"Achats\""})
	if d.chance(150) {
		c.Mobile = digits(d, pick(d, p.home.nation.places).phone)
	}
	if d.chance(60) {
		c.Fax = p.home.Phone + "9"
	}
	c.LeadSource = pick(d, append(LeadSources(), "", ""))
	c.Description = description(d, c.Name, 160)
	c.Mailing = homeAddress(d, &p)
	if c.LastName != p.last.latin && d.chance(20) {
		c.LastName, c.Name = "[not provided]", full(c.FirstName, "[not provided]")
	}
	if alone := d.chance(30); alone && !first {
		c.Account = None
	}
	w.endContact(d, &c, index, first)
	return c
}

func (w *World) endContact(d *draw, c *Contact, person int, first bool) {
	merged, deleted := d.chance(300), d.chance(90)
	switch gone := w.contactGone(person); {
	case first:
		c.Deleted = gone
	case merged && !gone:
		c.Deleted, c.Master = true, w.contactOf(person)
	default:
		c.Deleted = deleted
	}
}

func salutations(female bool) []string {
	if female {
		return []string{"Ms.", "Mrs.", "Dr.", "", ""}
	}
	return []string{"Mr.", "Dr.", "Prof.", "", ""}
}

// Lead returns row i of Lead.
func (w *World) Lead(i int) Lead {
	ordinal, first := primary(i, leadBlock)
	d := w.draw(topicLead, i)
	index := w.layout.contactPersons + ordinal
	if !first {
		index = w.contactPerson.at(d.below(w.layout.contactPersons))
	}
	p := w.person(index)
	l := Lead{
		Row: w.row(Leads, i, d), Owner: w.owner(d), Member: w.layout.memberOf(index),
		ConvertedAccount: None, ConvertedContact: None, ConvertedOpportunity: None,
	}
	l.Recent = w.recent(d, l.Row)
	l.FirstName, l.LastName = typed(d, &p)
	l.Name = full(l.FirstName, l.LastName)
	l.Company = accountName(d, p.home)
	l.Title, l.Email, l.Phone = jobTitle(d, &p), w.recordEmail(d, &p, 120), recordPhone(d, &p)
	l.Address = homeAddress(d, &p)
	if d.chance(300) {
		l.Website = p.home.Website
	}
	if d.chance(400) {
		l.Industry = p.home.Industry
	}
	if d.chance(200) {
		l.Employees, l.Revenue = p.home.Employees, p.home.Revenue
	}
	l.LeadSource = pick(d, append(LeadSources(), ""))
	l.Rating = pick(d, []string{"Hot", "Warm", "Cold", "", ""})
	l.Status = pick(d, []string{leadStatuses[0], leadStatuses[0], leadStatuses[1], leadStatuses[1], leadStatuses[3]})
	l.Description = description(d, l.Name, 140)
	l.Unread = l.Status == leadStatuses[0] && d.chance(400)
	w.endLead(d, &l, index, first)
	return l
}

// endLead converts half of the leads whose person has a contact, and deletes a
// few of the others.
func (w *World) endLead(d *draw, l *Lead, person int, first bool) {
	converted, deleted, days := d.chance(520), d.chance(15), d.between(1, 300)
	if first || !converted || w.contactGone(person) {
		l.Deleted = deleted
		return
	}
	l.Converted, l.Status, l.Unread = true, leadStatuses[2], false
	l.ConvertedDate = newer(l.Modified.AddDate(0, 0, -days), l.Created).Truncate(24 * time.Hour)
	company, _ := employer(person)
	l.ConvertedContact, l.ConvertedAccount = w.contactOf(person), w.accountOf(company)
	if deals := w.deals(company); len(deals) > 0 && !w.dealGone(deals[0]) {
		l.ConvertedOpportunity = deals[0]
	}
}
