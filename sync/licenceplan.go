package sync

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"crmsync/store"
)

// LicenceChoice says who is to have a licence.
type LicenceChoice struct {
	Roles        []string `json:"roles,omitempty"`         // everyone active in these roles and below; by id, name or path (S120)
	Add          []string `json:"add,omitempty"`           // e-mail addresses or ids of CRM users
	Remove       []string `json:"remove,omitempty"`        // e-mail addresses or ids of seats or CRM users
	Only         bool     `json:"only,omitempty"`          // nobody else keeps a licence
	DropInactive bool     `json:"drop_inactive,omitempty"` // take it from inactive CRM users (S121)
}

// LicencePlan is what a choice would change. Nothing is changed by making one.
type LicencePlan struct {
	Choice   LicenceChoice   `json:"choice"`
	MadeAt   time.Time       `json:"made_at"`
	Basis    string          `json:"basis"` // digest of what it was worked out from
	Added    []LicenceHolder `json:"added"`
	Removed  []LicenceHolder `json:"removed"`
	Skipped  []LicenceHolder `json:"skipped"`  // chosen, yet unable to get one
	Inactive []LicenceHolder `json:"inactive"` // keep a licence although their CRM user is inactive
	Before   int             `json:"before"`
	After    int             `json:"after"`
	Total    int             `json:"total"` // 0 = not known
	Cost     LicenceCost     `json:"cost"`
	Problem  string          `json:"problem,omitempty"` // why it cannot be applied
}

// PlanLicences works out what a choice would change: who gets a licence and who loses it, what that costs, and
// whether the contract has as many. A choice by role needs the Enterprise edition (S28; code
// "licences.edition").
func (e *Engine) PlanLicences(ctx context.Context, choice LicenceChoice) (LicencePlan, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return LicencePlan{}, err
	}
	if len(choice.Roles) > 0 && settings.Text(SettingEdition) != EditionEnterprise {
		return LicencePlan{}, fault("licences.edition", "Name people with --add and --remove; if the contract is Enterprise, say so: crmsync settings set "+SettingEdition+" Enterprise.",
			"licences by role are part of the Enterprise edition; the contract is %s", settings.Text(SettingEdition))
	}
	people, err := e.licencePeople(ctx)
	if err != nil {
		return LicencePlan{}, err
	}
	writes, err := e.writers(ctx)
	if err != nil {
		return LicencePlan{}, err
	}
	planner := &licencePlanner{people: people, writes: writes, choice: choice, chosen: map[string]string{}, keeps: map[string]bool{}}
	if err := planner.choose(); err != nil {
		return LicencePlan{}, err
	}
	plan := planner.plan()
	plan.MadeAt = e.now().UTC()
	plan.Total = settings.Int(SettingLicences)
	plan.Cost = licenceCost(settings, plan.Before, plan.After)
	if plan.Total > 0 && plan.After > plan.Total && plan.After > plan.Before {
		plan.Problem = overLimit(plan.After, plan.Total).Error()
	}
	plan.Basis, err = planBasis(plan)
	return plan, err
}

// planBasis is a digest of all that a plan says, so that an old plan is known as such.
func planBasis(plan LicencePlan) (string, error) {
	plan.MadeAt, plan.Basis = time.Time{}, ""
	text, err := json.Marshal(plan)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

// licencePlanner works out one plan.
type licencePlanner struct {
	people  *licencePeople
	writes  map[string]bool
	choice  LicenceChoice
	chosen  map[string]string // CRM user -> why
	keeps   map[string]bool   // seats chosen by themselves, whatever they are mapped to
	removes map[string]bool   // seats
}

// choose reads the choice: roles first, then people.
func (p *licencePlanner) choose() error {
	nodes := p.people.tree()
	for _, which := range namedRoles(nodes, p.choice.Roles) {
		at, err := findRole(nodes, which)
		if err != nil {
			return err
		}
		below := rolesBelow(nodes, at)
		for _, user := range p.people.users {
			if slices.Contains(below, user.RoleID) && user.Active {
				p.chosen[user.ID] = "role " + nodes[at].Name
			}
		}
	}
	for _, who := range p.choice.Add {
		if err := p.add(who); err != nil {
			return err
		}
	}
	p.removes = map[string]bool{}
	for _, who := range p.choice.Remove {
		seat, err := p.seat(who)
		if err != nil {
			return err
		}
		p.removes[seat.ID] = true
	}
	return nil
}

// add chooses one CRM user, or one seat that had a licence.
func (p *licencePlanner) add(who string) error {
	who = strings.ToLower(strings.TrimSpace(who))
	var found []crmUser
	for _, user := range p.people.users {
		if strings.ToLower(user.ID) == who || user.Email == who && user.Active {
			found = append(found, user)
		}
	}
	switch {
	case len(found) == 1:
		p.chosen[found[0].ID] = "named"
		return nil
	case len(found) > 1:
		return fault("licences.ambiguous", "Name one by the id of the CRM user.", "%d active CRM users have the e-mail address %s", len(found), who)
	}
	if seat, ok := p.people.byMail[who]; ok {
		p.keeps[seat.ID] = true
		return nil
	}
	return fault("licences.not_found", "Licences go to users of the CRM; import first if they are new there.", "no active CRM user has the e-mail address or id %q", who)
}

// seat finds a seat by e-mail, by its id or by its CRM user.
func (p *licencePlanner) seat(who string) (store.Seat, error) {
	who = strings.ToLower(strings.TrimSpace(who))
	for _, seat := range p.people.seats {
		if seat.Email == who || seat.ID == who || strings.ToLower(seat.UserID) == who {
			return seat, nil
		}
	}
	return store.Seat{}, fault("seat.not_found", "See crmsync users.", "there is no seat %q", who)
}

// plan compares the choice with the seats there are.
func (p *licencePlanner) plan() LicencePlan {
	plan := LicencePlan{Choice: p.choice, Before: p.people.licensed(), Added: []LicenceHolder{}, Removed: []LicenceHolder{}, Skipped: []LicenceHolder{}, Inactive: []LicenceHolder{}}
	taken := map[string]bool{}
	for _, user := range p.people.users {
		if why, chosen := p.chosen[user.ID]; chosen {
			p.give(&plan, user, why, taken)
		}
	}
	for _, seat := range p.people.seats {
		p.judge(&plan, seat)
	}
	for _, holders := range [][]LicenceHolder{plan.Added, plan.Removed, plan.Skipped, plan.Inactive} {
		byEmail(holders)
	}
	plan.After = plan.Before + len(plan.Added) - len(plan.Removed)
	return plan
}

// give adds a chosen CRM user who has no licence.
func (p *licencePlanner) give(plan *LicencePlan, user crmUser, why string, taken map[string]bool) {
	holder := LicenceHolder{Email: user.Email, Name: user.Name, UserID: user.ID, Role: p.people.roleName(user.RoleID), Why: why}
	seat, has := p.people.seatOf(user)
	other, mailTaken := p.people.byMail[user.Email]
	switch {
	case has && p.removes[seat.ID]:
		holder.Why = "removed by the same choice"
		plan.Skipped = append(plan.Skipped, holder)
	case has && seat.Licensed():
		p.keeps[seat.ID] = true // also one that is not mapped, yet has the user's e-mail
	case !user.Active:
		holder.Why = "inactive in the CRM"
		plan.Skipped = append(plan.Skipped, holder)
	case has:
		holder.Seat, holder.Email = seat.ID, seat.Email
		plan.Added = append(plan.Added, holder)
	case user.Email == "":
		holder.Why = "no e-mail address in the CRM"
		plan.Skipped = append(plan.Skipped, holder)
	case mailTaken || taken[user.Email]:
		holder.Why = "that e-mail address is the seat of another CRM user"
		if mailTaken {
			holder.Seat = other.ID
		}
		plan.Skipped = append(plan.Skipped, holder)
	default:
		taken[user.Email] = true
		plan.Added = append(plan.Added, holder)
	}
}

// judge says what becomes of a seat that there is.
func (p *licencePlanner) judge(plan *LicencePlan, seat store.Seat) {
	holder := p.people.holder(seat, p.writes)
	_, chosen := p.chosen[seat.UserID]
	inactive := p.people.inactive(seat)
	switch {
	case !seat.Licensed():
		if p.keeps[seat.ID] && !p.removes[seat.ID] {
			holder.Why = "named"
			plan.Added = append(plan.Added, holder)
		}
		return
	case p.removes[seat.ID]:
		holder.Why = "named"
	case p.choice.DropInactive && inactive:
		holder.Why = "inactive in the CRM"
	case p.choice.Only && !chosen && !p.keeps[seat.ID]:
		holder.Why = "not among the chosen"
	case inactive:
		plan.Inactive = append(plan.Inactive, holder)
		return
	default:
		return
	}
	plan.Removed = append(plan.Removed, holder)
}
