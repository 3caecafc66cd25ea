package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// liveUsers reads and changes seats. Seats are few, so they are read whole and cut into pages.
type liveUsers struct{ live }

// Page reads seats with their CRM users.
func (u liveUsers) Page(ctx context.Context, filter UserFilter, seek Seek) (Page[User], error) {
	rows, err := u.seats(ctx, filter)
	if err != nil {
		return Page[User]{}, err
	}
	return cutPage(rows, seek), nil
}

// Count counts the seats the filter takes.
func (u liveUsers) Count(ctx context.Context, filter UserFilter) (int64, error) {
	rows, err := u.seats(ctx, filter)
	return int64(len(rows)), err
}

func (u liveUsers) seats(ctx context.Context, filter UserFilter) ([]User, error) {
	seats, err := u.store.Seats(ctx)
	if err != nil {
		return nil, err
	}
	losses, err := u.store.SeatLosses(ctx)
	if err != nil {
		return nil, err
	}
	names := u.users()
	rows := make([]User, 0, len(seats))
	for _, s := range seats {
		record := names.record(ctx, s.UserID)
		row := User{Seat: s.ID, Name: u.actor.Named(orDefault(s.Name, orDefault(record.Get("Name"), s.Email))), Mail: u.actor.Address(s.Email), CRMUser: s.UserID, CRMName: record.Get("Name"), Active: record.Flag("IsActive"), Autosave: s.MayAutosave, Writeback: s.MayWriteback, Unlicensed: !s.Licensed()}
		if loss, lost := losses[s.ID]; lost {
			row.Loss, row.LossSince = crmsync.LossText(loss.Reason), loss.Since
		}
		if crmsync.Allowed(u.actor, crmsync.ActSeatEdit) == nil {
			row.Profile = s.ProfileURL
		}
		if s.Mapping == "pinned" {
			row.MappedBy = "hand"
		}
		if filter.Show == "unmapped" && s.UserID != "" || filter.Show == "inactive" && (s.UserID == "" || row.Active) {
			continue
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b User) int {
		return strings.Compare(strings.ToLower(a.Name+a.Seat), strings.ToLower(b.Name+b.Seat))
	})
	return rows, nil
}

// Allow sets what a seat may use.
func (u liveUsers) Allow(ctx context.Context, seat string, autosave, writeback bool) (string, error) {
	return u.engine.AllowSeat(ctx, u.actor, seat, autosave, writeback)
}

// Edit mends a seat's name and the address of its holder's profile.
func (u liveUsers) Edit(ctx context.Context, seat string, edit crmsync.SeatEdit) (string, error) {
	return u.engine.EditSeat(ctx, u.actor, seat, edit)
}

// Add adds a seat.
func (u liveUsers) Add(ctx context.Context, seat crmsync.NewSeat) (string, error) {
	_, audit, err := u.engine.AddSeat(ctx, u.actor, seat)
	return audit, err
}

// Remove removes a seat that nothing refers to.
func (u liveUsers) Remove(ctx context.Context, seat string) (string, error) {
	return u.engine.RemoveSeat(ctx, u.actor, seat)
}

// Pin maps a seat to a CRM user, named by id, or by a part of the name or e-mail that only one has.
func (u liveUsers) Pin(ctx context.Context, seat, crmUser string) (string, error) {
	return u.engine.PinSeat(ctx, u.actor, seat, crmUser)
}

// Roles reads the CRM's role tree.
func (u liveUsers) Roles(ctx context.Context) ([]crmsync.RoleNode, error) { return u.engine.Roles(ctx) }

// Licences reads what the contract has and who cannot use theirs.
func (u liveUsers) Licences(ctx context.Context) (crmsync.LicenceInventory, error) {
	inventory, err := u.engine.Licences(ctx)
	return inventory.SeenBy(u.actor), err
}

// PlanLicences works out what a choice would change.
func (u liveUsers) PlanLicences(ctx context.Context, choice crmsync.LicenceChoice) (crmsync.LicencePlan, error) {
	return u.engine.PlanLicences(ctx, choice)
}

// ApplyLicences does what a plan says.
func (u liveUsers) ApplyLicences(ctx context.Context, plan crmsync.LicencePlan) (string, error) {
	return u.engine.ApplyLicences(ctx, u.actor, plan)
}

// liveMine reads and decides what is the actor's own.
type liveMine struct{ live }

// mineShown is how many saves and held activities are shown.
const mineShown = 50

// Mine reads the actor's own page.
func (m liveMine) Mine(ctx context.Context) (Mine, error) {
	seat, err := m.store.Seat(ctx, m.actor.Seat)
	if err != nil {
		return Mine{}, fmt.Errorf("read your seat: %w", err)
	}
	out := Mine{Seat: seat.ID, Name: nameOf(seat), Mail: seat.Email, CRMName: m.users().name(ctx, seat.UserID), Allowed: seat.MayWriteback}
	if out.Kinds, err = m.kinds(ctx, seat); err != nil {
		return Mine{}, err
	}
	saves, err := m.store.Saves(ctx, store.SaveQuery{SeatID: seat.ID, PageQuery: store.PageQuery{Limit: mineShown}})
	if err != nil {
		return Mine{}, err
	}
	for _, s := range saves.Rows {
		out.Saves = append(out.Saves, m.save(ctx, s))
	}
	if err := m.alerts(ctx, &out); err != nil {
		return Mine{}, err
	}
	out.Held, err = m.waiting(ctx, seat)
	return out, err
}

// waiting are the actor's activities that are not written yet: those that are held, then those in the queue.
func (m liveMine) waiting(ctx context.Context, seat store.Seat) ([]OutboxItem, error) {
	var out []OutboxItem
	for _, state := range []store.OutboxState{store.OutboxHeld, store.OutboxQueued} {
		items, err := m.store.Outbox(ctx, store.OutboxQuery{States: []store.OutboxState{state}, SeatID: seat.ID, PageQuery: store.PageQuery{Limit: mineShown}})
		if err != nil {
			return nil, err
		}
		for _, row := range items.Rows {
			item := outboxItem(row, "", false)
			item.Own = true
			out = append(out, item)
		}
	}
	return out, nil
}

// Hold keeps one of the actor's activities from being written.
func (m liveMine) Hold(ctx context.Context, activity string) (string, error) {
	return m.engine.HoldActivity(ctx, m.actor, activity, "")
}

// Release lets one of the actor's activities go.
func (m liveMine) Release(ctx context.Context, activity string) (string, error) {
	return m.engine.ReleaseActivity(ctx, m.actor, activity)
}

// alertsShown is how many alerts are shown.
const alertsShown = 20

// alerts reads the newest entries of the actor's feed.
func (m liveMine) alerts(ctx context.Context, out *Mine) error {
	var err error
	if out.Unread, err = m.store.CountUnreadAlerts(ctx, out.Seat); err != nil {
		return err
	}
	page, err := m.engine.Alerts(ctx, m.actor, store.AlertQuery{SeatID: out.Seat, PageQuery: store.PageQuery{Limit: alertsShown}})
	if err != nil {
		return err
	}
	for _, alert := range page.Rows {
		out.Alerts = append(out.Alerts, Alert{ID: alert.ID, At: alert.At, New: alert.Read.IsZero(), About: alert.About, Text: alert.Text})
	}
	return nil
}

// Add records a note or a call of the actor's own seat.
func (m liveMine) Add(ctx context.Context, activity crmsync.NewActivity) error {
	_, err := m.engine.AddActivity(ctx, m.actor, activity)
	return err
}

// ReadAlerts marks everything in the actor's feed as read.
func (m liveMine) ReadAlerts(ctx context.Context) (string, error) {
	return m.engine.MarkAlerts(ctx, m.actor, nil, true)
}

func (m liveMine) kinds(ctx context.Context, seat store.Seat) ([]MyKind, error) {
	settings, err := m.settings(ctx)
	if err != nil {
		return nil, err
	}
	opted, err := m.store.OptIns(ctx, seat.ID)
	if err != nil {
		return nil, err
	}
	var out []MyKind
	for _, kind := range crmsync.Kinds() {
		k := MyKind{Kind: string(kind), Label: kind.Label()}
		k.Open = settings[crmsync.SettingWriteEnabled] == "true" && settings[crmsync.SettingKindKey(string(kind))] == "true"
		for _, o := range opted {
			if o.Kind == k.Kind {
				k.On, k.Since = true, o.Since
			}
		}
		if k.On && seat.UserID == "" {
			k.Why = crmsync.HoldSeat.Text
		} else if k.On && !seat.MayWriteback {
			k.Why = crmsync.HoldSeatAllowed.Text
		}
		out = append(out, k)
	}
	return out, nil
}

// settings reads every setting's present value.
func (l live) settings(ctx context.Context) (map[string]string, error) {
	all, err := l.engine.Settings(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(all))
	for _, s := range all {
		out[s.Key] = s.Value
	}
	return out, nil
}

// OptIn turns a kind on or off for the actor's own seat, and no other.
func (m liveMine) OptIn(ctx context.Context, kind string, on bool) (string, error) {
	parsed, err := crmsync.ParseKind(kind)
	if err != nil {
		return "", err
	}
	return m.engine.OptIn(ctx, m.actor, parsed, on)
}
