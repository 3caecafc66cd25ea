package sync

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"crmsync/store"
)

// The editions of the network's tool that the contract may have (S27).
const (
	EditionTeam       = "Team"
	EditionEnterprise = "Enterprise"
)

// LicenceHolder is a person with a licence, or one who could have it.
type LicenceHolder struct {
	Seat   string    `json:"seat,omitempty"` // id of the seat; "" for one that is not made yet
	Email  string    `json:"email"`
	Name   string    `json:"name"`
	UserID string    `json:"crm_user,omitempty"`
	Role   string    `json:"role,omitempty"`
	Writes bool      `json:"writes,omitempty"` // opted in to writeback, so that losing the licence ends it
	Why    string    `json:"why,omitempty"`
	Since  time.Time `json:"since,omitzero"` // of the reason, where it is known
}

// LicenceCost is what licences cost a year. Amounts are empty while the contract's settings do not say.
type LicenceCost struct {
	Each       string `json:"each,omitempty"`
	Currency   string `json:"currency,omitempty"`
	Before     string `json:"before,omitempty"`
	After      string `json:"after,omitempty"`
	Difference string `json:"difference,omitempty"`
}

// LicenceInventory is what the contract has and what is in use.
type LicenceInventory struct {
	Edition  string          `json:"edition"`
	Total    int             `json:"total"` // 0 = the contract's settings do not say
	Used     int             `json:"used"`
	Free     int             `json:"free"` // below zero when more are in use than the contract has
	Cost     LicenceCost     `json:"cost"` // of those in use
	Lost     []LicenceHolder `json:"lost"` // with a licence, yet unable to write back, and since when
	Inactive int             `json:"inactive"`
	Ended    []LicenceHolder `json:"ended"` // had a licence once; their history stays
}

// Licences returns the licence inventory.
func (e *Engine) Licences(ctx context.Context) (LicenceInventory, error) {
	people, err := e.licencePeople(ctx)
	if err != nil {
		return LicenceInventory{}, err
	}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return LicenceInventory{}, err
	}
	losses, err := e.store.SeatLosses(ctx)
	if err != nil {
		return LicenceInventory{}, err
	}
	writes, err := e.writers(ctx)
	if err != nil {
		return LicenceInventory{}, err
	}
	used := people.licensed()
	out := LicenceInventory{Edition: settings.Text(SettingEdition), Total: settings.Int(SettingLicences), Used: used, Cost: licenceCost(settings, used, used)}
	if out.Total > 0 {
		out.Free = out.Total - used
	}
	for _, seat := range people.seats {
		loss, lost := losses[seat.ID]
		holder := people.holder(seat, writes)
		if lost {
			holder.Why, holder.Since = LossText(loss.Reason), loss.Since
		}
		switch {
		case !seat.Licensed():
			holder.Since = seat.UnlicensedAt
			out.Ended = append(out.Ended, holder)
		case lost:
			out.Lost = append(out.Lost, holder)
		}
		if seat.Licensed() && people.inactive(seat) {
			out.Inactive++
		}
	}
	return out, nil
}

// holder describes the holder of a seat.
func (p *licencePeople) holder(seat store.Seat, writes map[string]bool) LicenceHolder {
	user := p.byID[seat.UserID]
	return LicenceHolder{Seat: seat.ID, Email: seat.Email, Name: cmp.Or(seat.Name, user.Name, seat.Email), UserID: seat.UserID,
		Role: p.roleName(user.RoleID), Writes: writes[seat.ID]}
}

// inactive reports whether a seat is mapped to a CRM user who is inactive or gone (S121).
func (p *licencePeople) inactive(seat store.Seat) bool {
	return seat.UserID != "" && !p.byID[seat.UserID].Active
}

// writers are the seats that opted in to writeback of some kind.
func (e *Engine) writers(ctx context.Context) (map[string]bool, error) {
	optIns, err := e.store.OptIns(ctx, "")
	if err != nil {
		return nil, err
	}
	writes := map[string]bool{}
	for _, optIn := range optIns {
		writes[optIn.SeatID] = true
	}
	return writes, nil
}

// licenceCost works out what licences cost before and after a change.
func licenceCost(settings Settings, before, after int) LicenceCost {
	cost := LicenceCost{Each: settings.Text(SettingLicenceCost), Currency: settings.Text(SettingCurrency)}
	each, err := parseAmount(cost.Each)
	if err != nil || cost.Each == "" {
		return LicenceCost{Currency: cost.Currency}
	}
	cost.Before, cost.After = formatAmount(each*int64(before)), formatAmount(each*int64(after))
	cost.Difference = formatAmount(each * int64(after-before))
	return cost
}

// roomForLicences refuses more licences than the contract has (code "licences.limit").
func roomForLicences(tx *store.Tx, more int) error {
	total, err := licenceTotal(tx)
	if err != nil || total == 0 {
		return err
	}
	used, err := licencesUsed(tx)
	if err == nil && used+more > total {
		return overLimit(used+more, total)
	}
	return err
}

func licencesUsed(tx *store.Tx) (int, error) {
	seats, err := tx.Seats()
	if err != nil {
		return 0, err
	}
	return (&licencePeople{seats: seats}).licensed(), nil
}

func overLimit(after, total int) error {
	return fault("licences.limit", "Take some away first, or correct the contract: crmsync settings set "+SettingLicences+" N.",
		"%d licences are more than the %d that the contract has", after, total)
}

func licenceTotal(tx *store.Tx) (int, error) {
	row, err := tx.Setting(SettingLicences)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(row.Value)
}

// byEmail puts holders into the order in which they are shown.
func byEmail(holders []LicenceHolder) {
	slices.SortFunc(holders, func(a, b LicenceHolder) int {
		return cmp.Or(strings.Compare(a.Email, b.Email), strings.Compare(a.UserID, b.UserID))
	})
}
