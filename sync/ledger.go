package sync

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"crmsync/store"
)

// LedgerLine says who had what saved, why, and why it would not be saved today.
type LedgerLine struct {
	Save        string            `json:"save"`
	SavedAt     time.Time         `json:"saved_at"`
	Seat        string            `json:"seat"`
	SeatName    string            `json:"seat_name"`
	Object      string            `json:"object"`
	Record      string            `json:"record"`
	RecordName  string            `json:"record_name"`
	Opportunity string            `json:"opportunity"`
	For         string            `json:"for"` // the opportunity's name
	Owner       string            `json:"owner_today"`
	OwnerName   string            `json:"owner_name"`
	Stale       store.StaleReason `json:"stale,omitempty"`
}

// SaveLedger lists who was saved for what and why, and which saves are stale now. A stale save stays: only a person
// removes it (S21). Who is neither admin nor tester sees those of their own seat.
func (e *Engine) SaveLedger(ctx context.Context, actor Actor, query store.LedgerQuery) (store.Page[LedgerLine], error) {
	if actor.Role != RoleAdmin && actor.Role != RoleTester && (actor.Seat == "" || query.SeatID != actor.Seat) {
		return store.Page[LedgerLine]{}, fault("act.not_allowed", "Your own are in crmsync me saves.", "saves of others are for admins and testers")
	}
	page, err := e.store.SaveLedger(ctx, query)
	if err != nil {
		return store.Page[LedgerLine]{}, fmt.Errorf("read the saves: %w", err)
	}
	lines := store.Page[LedgerLine]{First: page.First, Next: page.Next, More: page.More}
	names, seats := e.names(), map[string]string{}
	for _, save := range page.Rows {
		line := LedgerLine{Save: save.ID, SavedAt: save.SavedAt, Seat: save.SeatID, Object: save.Object, Record: save.RecordID, Opportunity: save.OpportunityID,
			For: nameOr(save.Opportunity, save.OpportunityID), Owner: save.OwnerID, Stale: save.Stale}
		if _, known := seats[save.SeatID]; !known {
			seat, err := e.store.Seat(ctx, save.SeatID)
			if ignoreNotFound(err) != nil {
				return lines, err
			}
			seats[save.SeatID] = nameOr(seat.Name, seat.Email)
		}
		line.SeatName = seats[save.SeatID]
		if line.RecordName, err = names.of(ctx, save.Object, save.RecordID); err != nil {
			return lines, err
		}
		if line.OwnerName, err = names.of(ctx, "User", save.OwnerID); err != nil {
			return lines, err
		}
		lines.Rows = append(lines.Rows, line)
	}
	return lines, nil
}

// cleanAtOnce bounds how many saves one clean-up removes.
const cleanAtOnce = 1000

// cleanState is what the audit trail keeps of a clean-up.
type cleanState struct {
	Saves   []string `json:"saves"`
	Removed bool     `json:"removed"`
	By      string   `json:"by,omitempty"`
}

// CleanSaves removes stale saves, the newest 1,000 at most: of the actor's own seat, or for an admin of any. What is
// removed is not saved again for the same opportunity, and Undo brings all of it back. It is never done by itself.
func (e *Engine) CleanSaves(ctx context.Context, actor Actor, seat string, reason store.StaleReason) (removed int, auditID string, err error) {
	if actor.Role != RoleAdmin && (actor.Seat == "" || seat != actor.Seat) {
		return 0, "", fault("act.not_allowed", "Clean up your own, or ask an admin.", "these saves are other members'")
	}
	if err := Allowed(actor, ActSaveClean); err != nil {
		return 0, "", err
	}
	which := cleanArgs{seat, reason}
	if actor, err = e.secondAdmin(ctx, actor, taskClean, which, func() (sight, error) { return e.cleanSight(ctx, which) }); err != nil {
		return 0, "", err
	}
	auditID, err = e.change(ctx, actor, ActSaveClean, func(tx *store.Tx) (changed, error) {
		ids, err := tx.StaleSaves(store.LedgerQuery{SeatID: seat, Reason: reason}, cleanAtOnce)
		if err == nil {
			err = actor.approval.same(sight{Basis: ids})
		}
		if err != nil {
			return changed{}, err
		}
		if len(ids) == 0 {
			return changed{}, fault("save.no_change", "", "no save is stale")
		}
		for _, id := range ids {
			if err := tx.SetSaveRemoved(id, actor.Name, true); err != nil {
				return changed{}, err
			}
		}
		removed = len(ids)
		return changed{Subject: fmt.Sprintf("%d saves", len(ids)), Before: cleanState{ids, false, ""}, After: cleanState{ids, true, actor.Name}}, nil
	})
	if err == nil {
		e.publish(Event{Kind: EventSaves})
	}
	return removed, auditID, err
}

// restoreClean is the way back of a clean-up, and forward again. A save that somebody put back or removed since is
// left as it is.
func restoreClean(_ context.Context, tx *store.Tx, _ string, now, want json.RawMessage) error {
	wanted, _, err := decodeState[cleanState](want)
	if err != nil {
		return err
	}
	was, _, err := decodeState[cleanState](now)
	if err != nil {
		return err
	}
	for _, id := range wanted.Saves {
		save, err := tx.Save(id)
		if err != nil || stateOfSave(save) != (saveState{was.Removed, was.By}) {
			if ignoreNotFound(err) != nil {
				return err
			}
			continue
		}
		if err := tx.SetSaveRemoved(id, wanted.By, wanted.Removed); err != nil {
			return err
		}
	}
	return nil
}
