package world

import "time"

// Deals are in blocks of five on three accounts: two accounts have two deals.
const (
	dealBlock    = 5
	dealAccounts = 3
)

// dealCompany returns the company a deal is with.
func (w *World) dealCompany(deal int) int {
	place := deal % dealBlock
	return w.dealAccount.at(deal/dealBlock*dealAccounts + place%dealAccounts)
}

// deals returns the deals with a company, at most two; the inverse of
// dealCompany.
func (w *World) deals(company int) []int {
	place := w.dealAccount.inverse(company)
	deal := place/dealAccounts*dealBlock + place%dealAccounts
	var all []int
	for _, i := range []int{deal, deal + dealAccounts} {
		if i < w.layout.opportunities && (i == deal || place%dealAccounts < dealBlock-dealAccounts) {
			all = append(all, i)
		}
	}
	return all
}

func (w *World) dealGone(deal int) bool { return w.draw(topicOpportunity, -1-deal).chance(12) }

// Opportunity returns row i of Opportunity.
func (w *World) Opportunity(i int) Opportunity {
	d := w.draw(topicOpportunity, i)
	company := w.Company(w.dealCompany(i))
	o := Opportunity{Row: w.row(Opportunities, i, d), Owner: w.owner(d), Account: w.accountOf(company.Index), Currency: "USD"}
	o.Deleted = w.dealGone(i)
	o.Recent = w.recent(d, o.Row)
	stage := stages[d.below(len(stages)-2)]
	if d.chance(380) {
		stage = stages[len(stages)-1-d.below(2)]
	}
	o.Stage, o.Probability, o.Closed, o.Won = stage.Name, stage.Probability, stage.Closed, stage.Won
	o.Type, o.LeadSource = pick(d, opportunityTypes), pick(d, append(LeadSources(), ""))
	o.Name = company.Name + pick(d, []string{" – Pilot", " / Renewal 2027", " Calibration Line", ", 12 Sensors", " \"Phase 2\"", " Ersatzteile", " 更新", " Service Contract"})
	days := d.between(1, 240)
	o.CloseDate = w.today.AddDate(0, 0, days)
	if d.chance(60) {
		o.CloseDate = w.today.AddDate(0, 0, -days/4) // overdue
	}
	if o.Closed {
		o.CloseDate = o.Modified.Truncate(24 * time.Hour)
	}
	o.Amount = float64(power(3300+d.below(2700)) / 50 * 50)
	cents, empty := d.chance(100), d.chance(90)
	if cents {
		o.Amount += 0.99
	}
	if empty {
		o.Amount = 0
	}
	if w.multiCurrency {
		o.Currency = company.Currency
	}
	o.NextStep = pick(d, []string{"", "", "Send quote", "Call buyer, then legal", "Demo"})
	o.Description = description(d, company.Name, 120)
	return o
}

// ContactRole returns row i of OpportunityContactRole: the first row of a deal
// is for the first person of its account, the second for the next.
func (w *World) ContactRole(i int) ContactRole {
	d := w.draw(topicRole, i)
	l := &w.layout
	deal, turn := i%l.opportunities, i/l.opportunities
	r := ContactRole{Row: w.row(ContactRoles, i, d), Opportunity: deal, Primary: turn == 0 && d.chance(850), Role: pick(d, append(ContactRoleNames(), ""))}
	first, n := l.employees(w.dealCompany(deal))
	person := first
	for range turn {
		if person+1 < first+n {
			person++
		}
	}
	r.Deleted = w.dealGone(deal) || turn > 0 && person == first
	for w.contactGone(person) {
		r.Deleted, person = true, person-1 // ends at the first, who is never gone
	}
	r.Contact = w.contactOf(person)
	return r
}
