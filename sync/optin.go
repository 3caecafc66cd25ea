package sync

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"crmsync/store"
)

// optInState is what the audit trail keeps of an opt-in; nil when there is none.
type optInState struct {
	Since time.Time `json:"since"`
}

// OptIn turns writeback of one kind on or off for the actor's own seat, and for no other: there is no way to opt
// somebody else in, or several at once (S25, decision 11). It begins with the next activity (S10) and lasts until it is
// turned off. Turning it on needs the contract's switch and the kind's (S23; codes "optin.contract_off",
// "optin.kind_off").
func (e *Engine) OptIn(ctx context.Context, actor Actor, kind Kind, on bool) (auditID string, err error) {
	if err := ownSeat(actor); err != nil {
		return "", err
	}
	kind, err = ParseKind(string(kind))
	if err != nil {
		return "", err
	}
	if on {
		if err := e.mayOptIn(ctx, kind); err != nil {
			return "", err
		}
	}
	auditID, err = e.change(ctx, actor, ActOptIn, func(tx *store.Tx) (changed, error) {
		before, err := optInNow(tx, actor.Seat, kind)
		if err != nil {
			return changed{}, err
		}
		what := changed{Subject: optInSubject(actor.Seat, kind)}
		if before != nil {
			what.Before = *before
		}
		switch {
		case on && before != nil: // it lasts: asking again must not begin it anew
			what.After = *before
			return what, nil
		case on:
			after := optInState{Since: e.now().UTC().Truncate(time.Millisecond)}
			what.After = after
			return what, tx.SetOptIn(store.OptIn{SeatID: actor.Seat, Kind: string(kind), Since: after.Since})
		case before == nil:
			return what, nil
		}
		return what, tx.DeleteOptIn(actor.Seat, string(kind))
	})
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventSettings, Text: "opt-in"})
	return auditID, nil
}

func (e *Engine) mayOptIn(ctx context.Context, kind Kind) error {
	settings, err := e.settingsOf(ctx)
	switch {
	case err != nil:
		return err
	case !settings.Bool(SettingWriteEnabled):
		return fault("optin.contract_off", "An admin turns it on first: crmsync writeback enable.", "writeback is off for the contract")
	case !settings.Bool(SettingKindKey(string(kind))):
		return fault("optin.kind_off", "An admin turns it on first: crmsync writeback enable "+string(kind)+".", "writeback of %s is off", kind.Label())
	}
	return nil
}

func optInSubject(seat string, kind Kind) string { return "seat " + seat + " " + string(kind) }

// optInNow reads an opt-in; nil when there is none.
func optInNow(tx *store.Tx, seat string, kind Kind) (*optInState, error) {
	optIns, err := tx.OptIns(seat)
	if err != nil {
		return nil, fmt.Errorf("read the opt-ins: %w", err)
	}
	at := slices.IndexFunc(optIns, func(o store.OptIn) bool { return o.Kind == string(kind) })
	if at < 0 {
		return nil, nil
	}
	return &optInState{Since: optIns[at].Since}, nil
}

// restoreOptIn is the way back of an opt-in. An opt-in that comes back begins when it began.
func restoreOptIn(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	parts := strings.Fields(subject)
	if len(parts) != 3 {
		return errStale
	}
	seat, kind := parts[1], Kind(parts[2])
	present, err := optInNow(tx, seat, kind)
	if err != nil {
		return err
	}
	expected, there, err := decodeState[optInState](now)
	if err != nil {
		return err
	}
	if there != (present != nil) || there && !present.Since.Equal(expected.Since) {
		return errStale
	}
	wanted, there, err := decodeState[optInState](want)
	switch {
	case err != nil:
		return err
	case there:
		return tx.SetOptIn(store.OptIn{SeatID: seat, Kind: string(kind), Since: wanted.Since})
	}
	return tx.DeleteOptIn(seat, string(kind))
}

// OptIns lists the kinds that a seat has opted in for, and since when.
func (e *Engine) OptIns(ctx context.Context, seat string) (map[Kind]time.Time, error) {
	optIns, err := e.store.OptIns(ctx, seat)
	if err != nil {
		return nil, fmt.Errorf("read the opt-ins: %w", err)
	}
	since := make(map[Kind]time.Time, len(optIns))
	for _, optIn := range optIns {
		since[Kind(optIn.Kind)] = optIn.Since
	}
	return since, nil
}
