package sync

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"crmsync/store"
	"crmsync/sync/network"
)

// NewActivity is an activity that a member adds by hand; no export of the network carries notes and calls.
type NewActivity struct {
	Kind     Kind
	With     string // id, profile address or Salesforce record of a person, or of a company for a note
	At       time.Time
	Duration time.Duration // of a call
	Subject  string
	Body     string
}

// AddActivity records an activity of the actor's own seat and puts it into the outbox. Whether a written message is an
// InMail or a message is decided by the seat's connections (S127). Only a note may go to a company (S75,
// code "activity.account_only"). It returns the activity's id.
func (e *Engine) AddActivity(ctx context.Context, actor Actor, added NewActivity) (id string, err error) {
	if err := ownSeat(actor); err != nil {
		return "", err
	}
	row, err := e.newActivity(ctx, actor, added)
	if err != nil {
		return "", err
	}
	book, err := e.loadGates(ctx)
	if err != nil {
		return "", err
	}
	_, err = e.change(ctx, actor, ActActivityAdd, func(tx *store.Tx) (changed, error) {
		isNew, err := tx.AddActivity(row)
		if err != nil {
			return changed{}, fmt.Errorf("keep the activity: %w", err)
		}
		if !isNew {
			return changed{}, fault("activity.exists", "See crmsync activity list.", "the same activity was added before")
		}
		item := book.first(row, e.now().UTC())
		if err := tx.PutOutbox(item); err != nil {
			return changed{}, err
		}
		return changed{Subject: activitySubject(row.ID), After: holdState{}}, nil
	})
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventOutbox, Done: 1})
	return row.ID, nil
}

// ownSeat refuses an actor without a seat: activities and opt-ins belong to seats (S25).
func ownSeat(actor Actor) error {
	if actor.Seat == "" {
		return fault("seat.none", "An admin binds your user to your seat: crmsync user add.", "%s has no seat of their own", nameOr(actor.Name, "the actor"))
	}
	return nil
}

// newActivity checks what a member gave and makes the row of it.
func (e *Engine) newActivity(ctx context.Context, actor Actor, added NewActivity) (store.Activity, error) {
	kind, err := ParseKind(string(added.Kind))
	if err != nil {
		return store.Activity{}, err
	}
	now := e.now().UTC()
	row := store.Activity{ID: store.NewID(), Kind: string(kind), SeatID: actor.Seat, OccurredAt: added.At.UTC(), Duration: added.Duration,
		Subject: strings.TrimSpace(added.Subject), Body: strings.TrimSpace(added.Body), AddedAt: now}
	if added.At.IsZero() {
		row.OccurredAt = now
	}
	if row.Subject == "" && row.Body == "" {
		return store.Activity{}, fault("activity.empty", "Give a subject or a text.", "a %s without subject and text says nothing", kind.Label())
	}
	if row.OccurredAt.After(now.Add(readBackSlack)) {
		return store.Activity{}, fault("activity.future", "Give the time at which it happened.", "%s is in the future", row.OccurredAt.Format(time.RFC3339))
	}
	row.PersonID, row.CompanyID, err = e.otherEnd(ctx, added.With)
	if err != nil {
		return store.Activity{}, err
	}
	if row.CompanyID != "" && !kind.AllowsAccount() {
		return store.Activity{}, fault(codeAccountOnly, "Name a person, or make it a note.", "only notes can be written to a company, not %s", kind.Label())
	}
	if kind == KindMessage || kind == KindInMail {
		connection, err := e.store.SeatConnection(ctx, actor.Seat, row.PersonID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return store.Activity{}, fmt.Errorf("look up a connection: %w", err)
		}
		row.Kind = string(kindOfMessage(connectedSince{Known: err == nil, On: connection.ConnectedAt}, row.OccurredAt))
	}
	row.Ident = activityIdent(row)
	return row, nil
}

// activityIdent makes adding the same thing twice harmless.
func activityIdent(row store.Activity) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%q%q%q%q%d%q%q", row.SeatID, row.Kind, row.PersonID, row.CompanyID, row.OccurredAt.UnixMilli(), row.Subject, row.Body)
	return "hand/" + hex.EncodeToString(hash.Sum(nil))[:32]
}

// otherEnd finds the person or company that a text names: by id, by profile or page address, or by the Salesforce record matched with them.
func (e *Engine) otherEnd(ctx context.Context, with string) (personID, companyID string, err error) {
	with = strings.TrimSpace(with)
	if record, ok := recordIn(with); ok {
		match, err := e.store.Match(ctx, record)
		switch {
		case errors.Is(err, store.ErrNotFound) || err == nil && !match.State.Live():
			return "", "", fault("match.not_found", "Match it first: crmsync match rematch.", "record %s is matched with nobody of the network", record)
		case err != nil:
			return "", "", fmt.Errorf("read the match of %s: %w", record, err)
		case match.Object == "Account":
			return "", match.MemberID, nil
		}
		return match.MemberID, "", nil
	}
	if person, err := e.findPerson(ctx, with); !errors.Is(err, store.ErrNotFound) {
		return person.ID, "", err
	}
	if company, err := e.findCompany(ctx, with); !errors.Is(err, store.ErrNotFound) {
		return "", company.ID, err
	}
	return "", "", fault("person.not_found", "Give an id or a profile address that was imported; see crmsync match search.", "there is no person or company %q", with)
}

// findPerson finds a person by id or profile address, or returns store.ErrNotFound.
func (e *Engine) findPerson(ctx context.Context, named string) (store.Person, error) {
	if _, key, ok := network.NormalProfileURL(named); ok {
		return e.store.PersonByIdent(ctx, key)
	}
	return e.store.Person(ctx, named)
}

// findCompany finds a company by id or page address, or returns store.ErrNotFound.
func (e *Engine) findCompany(ctx context.Context, named string) (store.Company, error) {
	if _, key, ok := network.NormalCompanyURL(named); ok {
		return e.store.CompanyByIdent(ctx, key)
	}
	return e.store.Company(ctx, named)
}

// recordIn finds a Salesforce id in a text: the id itself, or a record's address in Lightning or Classic.
func recordIn(text string) (id string, ok bool) {
	path, _, _ := strings.Cut(text, "?")
	for _, part := range strings.Split(path, "/") {
		if (len(part) == 15 || len(part) == 18) && store.ObjectOf(part) != "" {
			return part, true
		}
	}
	return "", false
}
