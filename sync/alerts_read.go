package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
)

// AlertView is an alert in words.
type AlertView struct {
	ID          string          `json:"alert"`
	Seat        string          `json:"seat"`
	Kind        store.AlertKind `json:"kind"`
	At          time.Time       `json:"at"`
	Read        time.Time       `json:"read_at,omitzero"`
	About       string          `json:"about"` // name of the opportunity, or of the account
	Text        string          `json:"text"`
	Account     string          `json:"account,omitempty"`
	Opportunity string          `json:"opportunity,omitempty"`
	Before      string          `json:"before,omitempty"`
	After       string          `json:"after,omitempty"`
}

// Alerts lists a page of alerts, the newest first. Who is neither admin nor tester sees those of their own seat only.
func (e *Engine) Alerts(ctx context.Context, actor Actor, query store.AlertQuery) (store.Page[AlertView], error) {
	if actor.Role != RoleAdmin && actor.Role != RoleTester && (actor.Seat == "" || query.SeatID != actor.Seat) {
		return store.Page[AlertView]{}, fault("act.not_allowed", "Your own are in crmsync me alerts.", "alerts of others are for admins and testers")
	}
	page, err := e.store.Alerts(ctx, query)
	if err != nil {
		return store.Page[AlertView]{}, err
	}
	views := store.Page[AlertView]{First: page.First, Next: page.Next, More: page.More}
	names := e.names()
	for _, alert := range page.Rows {
		view, err := alertView(ctx, names, alert)
		if err != nil {
			return store.Page[AlertView]{}, err
		}
		views.Rows = append(views.Rows, view)
	}
	return views, nil
}

func alertView(ctx context.Context, names *recordNames, alert store.Alert) (AlertView, error) {
	view := AlertView{ID: alert.ID, Seat: alert.SeatID, Kind: alert.Kind, At: alert.At, Read: alert.ReadAt, Account: alert.AccountID, Opportunity: alert.OpportunityID,
		Before: alert.Before, After: alert.After}
	var err error
	object, about := "Opportunity", alert.OpportunityID
	if alert.Kind == store.AlertAccountOwner {
		object, about = "Account", alert.AccountID
	}
	if view.About, err = names.of(ctx, object, about); err != nil {
		return view, err
	}
	switch alert.Kind {
	case store.AlertSaved:
		view.Text, err = names.ofSave(ctx, alert.SaveID)
		view.Text = "saved " + view.Text
	case store.AlertStage:
		view.Text = "stage: " + fromTo(alert.Before, alert.After)
	case store.AlertAmount:
		view.Text = "amount: " + fromTo(withCurrency(alert.Before, alert.Currency), withCurrency(alert.After, alert.Currency))
	case store.AlertCloseDate:
		view.Text = "close date: " + fromTo(alert.Before, alert.After)
	case store.AlertOwner, store.AlertAccountOwner:
		view.Before, err = names.of(ctx, "User", alert.Before)
		if err == nil {
			view.After, err = names.of(ctx, "User", alert.After)
		}
		view.Text = "owner: " + fromTo(view.Before, view.After)
	}
	return view, err
}

func fromTo(before, after string) string {
	return nameOr(before, "none") + " to " + nameOr(after, "none")
}

func withCurrency(amount, currency string) string {
	if amount == "" || currency == "" {
		return amount
	}
	return currency + " " + amount
}

// recordNames reads names of records once each; one that is not there is called by its id.
type recordNames struct {
	engine *Engine
	known  map[string]string
}

func (e *Engine) names() *recordNames { return &recordNames{engine: e, known: map[string]string{}} }

func (n *recordNames) of(ctx context.Context, object, id string) (string, error) {
	if name, ok := n.known[id]; ok || id == "" {
		return name, nil
	}
	record, err := n.engine.store.Record(ctx, object, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", fmt.Errorf("read %s %s: %w", object, id, err)
	}
	name := id
	if err == nil {
		name = nameOr(labelOf(record), id)
	}
	n.known[id] = name
	return name, nil
}

// labelOf is the name a record goes by: a person's two names, everything else's Name.
func labelOf(record store.Record) string {
	if record.Object == "Contact" || record.Object == "Lead" {
		return recordName(record)
	}
	return record.Get("Name")
}

// ofSave is the name of what was saved.
func (n *recordNames) ofSave(ctx context.Context, id string) (string, error) {
	save, err := n.engine.store.Save(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return "a record", nil
	}
	if err != nil {
		return "", err
	}
	return n.of(ctx, save.Object, save.RecordID)
}

// alertsAtOnce bounds how many alerts one act marks.
const alertsAtOnce = 1000

// alertState is what the audit trail keeps of marking alerts.
type alertState struct {
	Alerts []string `json:"alerts"`
	Read   bool     `json:"read"`
}

// MarkAlerts marks alerts of the actor's own seat as read, or as unread again; with no ids, all that are unread (the
// newest 1,000). Nobody marks another's.
func (e *Engine) MarkAlerts(ctx context.Context, actor Actor, ids []string, read bool) (auditID string, err error) {
	act := ActAlertRead
	if !read {
		act = ActAlertUnread
	}
	if actor.Seat == "" {
		return "", fault("seat.none", "An admin gives you one: crmsync user add NAME --seat EMAIL.", "you have no seat, and so no alerts")
	}
	auditID, err = e.change(ctx, actor, act, func(tx *store.Tx) (changed, error) {
		marked, err := alertsToMark(tx, actor.Seat, ids, read)
		if err != nil {
			return changed{}, err
		}
		if len(marked) == 0 {
			return changed{}, fault("alert.no_change", "", "there is nothing to mark")
		}
		for _, id := range marked {
			if err := tx.SetAlertRead(id, read); err != nil {
				return changed{}, err
			}
		}
		return changed{Subject: "seat " + actor.Seat, Before: alertState{marked, !read}, After: alertState{marked, read}}, nil
	})
	if err == nil {
		e.publish(Event{Kind: EventSaves})
	}
	return auditID, err
}

// alertsToMark finds those of the ids that are not marked so yet.
func alertsToMark(tx *store.Tx, seat string, ids []string, read bool) ([]string, error) {
	if len(ids) == 0 && read {
		return tx.UnreadAlerts(seat, alertsAtOnce)
	}
	if len(ids) > alertsAtOnce {
		return nil, fault("usage.alerts", "Name fewer, or none for all.", "at most %d alerts are marked at once", alertsAtOnce)
	}
	var marked []string
	for _, id := range ids {
		alert, err := tx.Alert(id)
		if errors.Is(err, store.ErrNotFound) || err == nil && alert.SeatID != seat {
			return nil, fault("alert.not_found", "See crmsync me alerts.", "you have no alert %q", id)
		}
		if err != nil {
			return nil, err
		}
		if alert.ReadAt.IsZero() == read {
			marked = append(marked, id)
		}
	}
	return marked, nil
}

// restoreAlerts is the way back of marking alerts.
func restoreAlerts(_ context.Context, tx *store.Tx, _ string, _, want json.RawMessage) error {
	wanted, _, err := decodeState[alertState](want)
	if err != nil {
		return err
	}
	for _, id := range wanted.Alerts {
		if err := tx.SetAlertRead(id, wanted.Read); ignoreNotFound(err) != nil {
			return err
		}
	}
	return nil
}
