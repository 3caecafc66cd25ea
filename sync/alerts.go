package sync

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"crmsync/store"
)

// AlertCounts are the counters of the alert step (S6, decision 16): entries made in the alert feeds of seats.
type AlertCounts struct {
	Saved     int64 `json:"saved"` // one for each auto-save of the run
	Stage     int64 `json:"stage"`
	Amount    int64 `json:"amount"`
	CloseDate int64 `json:"close_date"`
	Owner     int64 `json:"owner"` // of an account or of one of its opportunities
}

// alertBatch is how many changed records are looked at in one transaction.
const alertBatch = 200

// stepAlerts tells the seats that have an account among their saves what changed on it: the stage, amount, close
// date and owner of its opportunities, and its own owner. It looks at what the imports since the last time changed
// and at nothing else. Being cut short loses nothing and tells nothing twice: what was told and what it was told
// about are written in one transaction.
func (e *Engine) stepAlerts(ctx context.Context, runID string) (AlertCounts, error) {
	var counts AlertCounts
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return counts, err
	}
	mark, err := e.store.AlertMark(ctx)
	if err != nil {
		return counts, fmt.Errorf("read how far alerts were made: %w", err)
	}
	if runID < mark {
		mark = "" // the clock was set back: compare all with what it was like
	}
	teller := &alertTeller{engine: e, runID: runID, revenue: settings.Text(SettingRevenueField), counts: &counts}
	for _, changes := range []iter.Seq2[store.Record, error]{e.store.SavedAccountsChanged(ctx, mark), e.store.OpportunitiesOfSavedChanged(ctx, mark)} {
		if err := teller.all(ctx, changes); err != nil {
			return counts, err
		}
	}
	return counts, e.store.Write(ctx, func(tx *store.Tx) error { return tx.SetAlertMark(runID) })
}

// alertTeller makes the alerts of one run.
type alertTeller struct {
	engine  *Engine
	runID   string
	revenue string // the field of the amount
	counts  *AlertCounts
}

func (t *alertTeller) all(ctx context.Context, changes iter.Seq2[store.Record, error]) error {
	var batch []store.Record
	for record, err := range changes {
		if err != nil {
			return err
		}
		if batch = append(batch, record); len(batch) == alertBatch {
			if err := t.tell(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return t.tell(ctx, batch)
}

// tell compares a batch with what it was like, and writes the alerts and what it is like now.
func (t *alertTeller) tell(ctx context.Context, batch []store.Record) error {
	if len(batch) == 0 {
		return nil
	}
	ids, accounts := make([]string, len(batch)), make([]string, len(batch))
	for i, record := range batch {
		ids[i], accounts[i] = record.ID, watchedAccount(record)
	}
	before, err := t.engine.store.WatchedByID(ctx, ids)
	if err != nil {
		return err
	}
	seats, err := t.engine.store.SeatsSaving(ctx, accounts)
	if err != nil {
		return err
	}
	var made AlertCounts
	err = t.engine.store.Write(ctx, func(tx *store.Tx) error {
		made = AlertCounts{}
		for i, record := range batch {
			now := watchedNow(record, t.revenue)
			if was, ok := before[record.ID]; ok {
				for _, alert := range changesOf(record, was, now) {
					if err := t.add(tx, seats[accounts[i]], alert, &made); err != nil {
						return err
					}
				}
			}
			if err := tx.Watch(now); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		t.counts.add(made)
	}
	return err
}

// add puts an alert into the feed of each seat.
func (t *alertTeller) add(tx *store.Tx, seats []string, alert store.Alert, made *AlertCounts) error {
	for _, seat := range seats {
		alert.ID, alert.SeatID, alert.RunID, alert.At = store.NewID(), seat, t.runID, t.engine.now().UTC()
		if err := tx.AddAlert(alert); err != nil {
			return err
		}
		made.count(alert.Kind)
	}
	return nil
}

func watchedAccount(record store.Record) string {
	if record.Object == "Account" {
		return record.ID
	}
	return record.Get("AccountId")
}

// watchedNow is what alerts compare of a record. The amount carries the name of its field: amounts of two fields,
// before and after the setting was changed, say nothing about each other.
func watchedNow(record store.Record, revenue string) store.Watched {
	amount := revenue + "=" + record.Get(revenue)
	return store.Watched{RecordID: record.ID, OwnerID: record.Get("OwnerId"), Stage: record.Get("StageName"), CloseDate: record.Get("CloseDate"), Amount: &amount}
}

// changesOf lists what changed on a record.
func changesOf(record store.Record, was, now store.Watched) []store.Alert {
	var alerts []store.Alert
	change := func(kind store.AlertKind, before, after string) {
		if before == after {
			return
		}
		alert := store.Alert{Kind: kind, AccountID: watchedAccount(record), Before: before, After: after}
		if record.Object != "Account" {
			alert.OpportunityID = record.ID
		}
		if kind == store.AlertAmount {
			alert.Currency = record.Get("CurrencyIsoCode")
		}
		alerts = append(alerts, alert)
	}
	if record.Object == "Account" {
		change(store.AlertAccountOwner, was.OwnerID, now.OwnerID)
		return alerts
	}
	change(store.AlertStage, was.Stage, now.Stage)
	change(store.AlertCloseDate, was.CloseDate, now.CloseDate)
	change(store.AlertOwner, was.OwnerID, now.OwnerID)
	if was.Amount == nil || now.Amount == nil {
		return alerts
	}
	oldField, before, _ := strings.Cut(*was.Amount, "=")
	newField, after, _ := strings.Cut(*now.Amount, "=")
	if oldField == newField && !sameNumber(before, after) {
		change(store.AlertAmount, before, after)
	}
	return alerts
}

// sameNumber tells whether two texts are one number: the org writes 100, 100.0 and 1.0E2 by turns.
func sameNumber(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil {
		return a == b
	}
	return x == y
}

func (c *AlertCounts) count(kind store.AlertKind) {
	switch kind {
	case store.AlertSaved:
		c.Saved++
	case store.AlertStage:
		c.Stage++
	case store.AlertAmount:
		c.Amount++
	case store.AlertCloseDate:
		c.CloseDate++
	case store.AlertOwner, store.AlertAccountOwner:
		c.Owner++
	}
}

func (c *AlertCounts) add(other AlertCounts) {
	c.Saved += other.Saved
	c.Stage += other.Stage
	c.Amount += other.Amount
	c.CloseDate += other.CloseDate
	c.Owner += other.Owner
}

// alertOfSave tells the seat about a save, and watches a saved account from now on. It belongs to the transaction
// that makes the save.
func alertOfSave(tx *store.Tx, save store.Save, revenue string) error {
	alert := store.Alert{ID: store.NewID(), SeatID: save.SeatID, Kind: store.AlertSaved, OpportunityID: save.OpportunityID, SaveID: save.ID, RunID: save.RunID, At: save.SavedAt}
	if save.Object != "Account" {
		return tx.AddAlert(alert)
	}
	alert.AccountID = save.RecordID
	if err := tx.AddAlert(alert); err != nil {
		return err
	}
	account, err := tx.Record("Account", save.RecordID)
	if err != nil {
		return ignoreNotFound(err)
	}
	opportunities, err := tx.OpportunitiesOf(save.RecordID)
	if err != nil {
		return err
	}
	for _, record := range append(opportunities, account) {
		if err := tx.Watch(watchedNow(record, revenue)); err != nil {
			return err
		}
	}
	return nil
}
