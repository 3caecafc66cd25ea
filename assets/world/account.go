package world

import "strings"

// accountOf returns the account of a company that has one: the first, if there
// are duplicates.
func (w *World) accountOf(company int) int {
	return row(w.accountCompany.inverse(company), accountBlock)
}

// Account returns row i of Account.
func (w *World) Account(i int) Account {
	ordinal, first := primary(i, accountBlock)
	d := w.draw(topicAccount, i)
	if !first {
		ordinal = d.below(w.layout.accountCompanies)
	}
	company := w.Company(w.accountCompany.at(ordinal))
	a := Account{Row: w.row(Accounts, i, d), Company: company.Index, Owner: w.owner(d), Parent: None, Currency: "USD"}
	a.Recent = w.recent(d, a.Row)
	a.Name = accountName(d, company)
	a.Website, a.Phone, a.Industry, a.Type = company.Website, company.Phone, company.Industry, pick(d, accountTypes)
	a.Rating = pick(d, []string{"Hot", "Warm", "Cold", "", ""})
	a.Ownership = pick(d, []string{"Public", "Private", "Subsidiary", "", ""})
	a.TickerSymbol, a.Employees, a.Revenue = company.Ticker, company.Employees, company.Revenue
	a.Billing = companyAddress(d, company)
	if d.chance(350) {
		a.Shipping = a.Billing
	}
	if d.chance(120) {
		a.Fax = strings.TrimRight(company.Phone, "0123456789") + digits(d, "##")
	}
	if w.multiCurrency {
		a.Currency = company.Currency
	}
	a.Description = description(d, company.Name, 180)
	if company.Parent != None && company.Parent < w.layout.accountCompanies {
		a.Parent = w.accountOf(company.Parent)
	}
	w.thinAccount(d, &a)
	if !first {
		if d.chance(400) {
			a.Deleted, a.Master = true, row(ordinal, accountBlock)
		} else if d.chance(150) {
			a.Deleted = true
		}
	}
	return a
}

// accountName is how somebody typed the company's name.
func accountName(d *draw, c Company) string {
	stem, _, _ := strings.Cut(c.Name, " ")
	switch roll := d.below(100); {
	case roll < 45:
		return c.LegalName
	case roll < 66:
		return c.Name
	case roll < 71 && c.Native != "":
		return c.Native
	case roll < 75 && len(c.Name) > len(stem)+3:
		return stem
	case roll < 80:
		return strings.ToUpper(c.Name)
	case roll < 83:
		return fold(c.LegalName)
	case roll < 86:
		return c.LegalName + " (" + c.City + ")"
	case roll < 88:
		return "  " + c.Name + " "
	case roll < 90:
		return "\"" + c.Name + "\", " + c.nation.forms[0]
	case roll < 92:
		return strings.ReplaceAll(c.LegalName, " ", "\u00a0")
	case roll < 94:
		return c.LegalName + " – do not use – see HQ"
	}
	return c.LegalName
}

func companyAddress(d *draw, c Company) Address {
	a := Address{Street: c.Street, City: c.City, State: c.State, PostalCode: c.PostalCode, Country: c.Country}
	switch roll := d.below(100); {
	case roll < 12:
		a.Street = c.Street + "\n" + pick(d, []string{"3rd floor", "Gebäude B", "Bât. C, Hall 4", "c/o Goods In", "「第二ビル」"})
	case roll < 16:
		a.Street = c.Name + "\r\n" + c.Street
	case roll < 20:
		a.Street = ""
	}
	switch roll := d.below(100); {
	case roll < 25:
		a.Country = c.nation.own
	case roll < 35:
		a.Country = c.CountryCode
	case roll < 40:
		a.Country = ""
	}
	if d.chance(100) {
		a.State = ""
	}
	if d.chance(120) {
		a.PostalCode = ""
	}
	return a
}

// thinAccount takes away what nobody filled in.
func (w *World) thinAccount(d *draw, a *Account) {
	for _, field := range []struct {
		text  *string
		share int
	}{{&a.Website, 180}, {&a.Phone, 200}, {&a.Industry, 150}, {&a.Type, 100}, {&a.TickerSymbol, 300}, {&a.Description, 500}} {
		if d.chance(field.share) {
			*field.text = ""
		}
	}
	if d.chance(300) {
		a.Employees = 0
	}
	if roll := d.below(100); roll < 35 {
		a.Revenue = 0
	} else if roll < 60 {
		a.Revenue = float64(magnitude(int(a.Revenue))) // somebody guessed
	}
	if d.chance(120) {
		a.Billing = Address{}
	}
}
