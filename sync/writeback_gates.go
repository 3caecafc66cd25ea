package sync

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
)

// gateBook is the state of every gate at one moment.
type gateBook struct {
	connection store.Connection
	settings   Settings
	org        orgGates
	seats      map[string]seatGates
	people     map[string]store.Seat
}

// loadGates reads the gates. It makes no call to Salesforce: whether the package is there is what the last look at the org said.
func (e *Engine) loadGates(ctx context.Context) (*gateBook, error) {
	book := &gateBook{seats: map[string]seatGates{}, people: map[string]store.Seat{}}
	var err error
	if book.settings, err = e.settingsOf(ctx); err != nil {
		return nil, err
	}
	book.connection, err = e.store.Connection(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("read the connection: %w", err)
	}
	book.org = orgGates{
		Connected: book.connection.State == store.Connected || book.connection.State == store.Paused || book.connection.State == store.Revoked, // which another sign-in ends
		Package:   book.connection.HasPackage,
		Contract:  book.settings.Bool(SettingWriteEnabled),
		KindOn:    map[Kind]bool{},
		Offered:   map[Kind]bool{},
	}
	for _, kind := range Kinds() {
		book.org.KindOn[kind] = book.settings.Bool(SettingKindKey(string(kind)))
		book.org.Offered[kind] = true // told only by describe; asked again before sending
	}
	return book, e.loadSeatGates(ctx, book)
}

// loadSeatGates reads who is synced, allowed and opted in. Synced (S76) means mapped to an active CRM user that the import has seen.
func (e *Engine) loadSeatGates(ctx context.Context, book *gateBook) error {
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return fmt.Errorf("read the seats: %w", err)
	}
	for _, seat := range seats {
		synced, err := e.isSynced(ctx, seat)
		if err != nil {
			return err
		}
		book.people[seat.ID] = seat
		book.seats[seat.ID] = seatGates{Synced: synced, Allowed: seat.MayWriteback, OptedIn: map[Kind]time.Time{}}
	}
	optIns, err := e.store.OptIns(ctx, "")
	if err != nil {
		return fmt.Errorf("read the opt-ins: %w", err)
	}
	for _, optIn := range optIns {
		if gates, ok := book.seats[optIn.SeatID]; ok {
			gates.OptedIn[Kind(optIn.Kind)] = optIn.Since
		}
	}
	return nil
}

func (e *Engine) isSynced(ctx context.Context, seat store.Seat) (bool, error) {
	if seat.UserID == "" {
		return false, nil
	}
	user, err := e.store.Record(ctx, "User", seat.UserID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the user of seat %s: %w", seat.ID, err)
	}
	return !user.Deleted && user.Get("IsActive") == "true", nil
}

// closed asks the gates for one activity.
func (b *gateBook) closed(activity store.Activity) (Hold, bool) {
	return firstClosed(b.org, b.seats[activity.SeatID], activityGates{
		Kind:       Kind(activity.Kind),
		OccurredAt: activity.OccurredAt,
		HeldByHand: activity.HeldBy != "",
		Released:   !activity.ReleasedAt.IsZero(),
	})
}

// first is the outbox row of an activity that was just recorded.
func (b *gateBook) first(activity store.Activity, now time.Time) store.OutboxItem {
	item := store.OutboxItem{ActivityID: activity.ID, State: store.OutboxQueued, QueuedAt: now, NextAt: now,
		Object: Kind(activity.Kind).Object(), ChangedAt: now}
	if hold, closed := b.closed(activity); closed {
		item.State, item.Hold, item.QueuedAt, item.NextAt = store.OutboxHeld, hold.Code, time.Time{}, time.Time{}
	}
	return item
}

// digest is the same while every gate is the same.
func (b *gateBook) digest() (string, error) {
	encoded, err := json.Marshal(struct {
		Org   orgGates
		Seats map[string]seatGates
	}{b.org, b.seats})
	if err != nil {
		return "", fmt.Errorf("encode the gates: %w", err)
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:]), nil
}
