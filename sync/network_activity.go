package sync

import (
	"errors"
	"fmt"

	"crmsync/store"
	"crmsync/sync/network"
)

// activity keeps what the seat did, once, and puts it into the outbox: queued when every gate is open, else held with the reason.
func (n *networkImport) activity(a *network.Activity) error {
	n.report.Activities++
	row := store.Activity{ID: store.NewID(), Ident: a.Key, SeatID: n.seat.ID, OccurredAt: a.At, Duration: a.Duration,
		Subject: a.Subject, Body: a.Body, Conversation: a.Conversation, SourceID: n.source, AddedAt: n.now}
	var err error
	switch {
	case a.Person != nil:
		row.PersonID, err = n.person(a.Person)
	case a.Company != nil && a.Kind == network.ActivityNote:
		row.CompanyID, err = n.company(*a.Company)
	default:
		err = fault(codeAccountOnly, "Name a person, or make it a note.", "a %s needs a person; only notes can be written on a company", a.Kind)
	}
	if err != nil {
		return err
	}
	kind, err := n.kindOf(a, row.PersonID)
	if err != nil {
		return err
	}
	row.Kind = string(kind)
	added, err := n.tx.AddActivity(row)
	if err != nil {
		return fmt.Errorf("keep an activity: %w", err)
	}
	if !added {
		return nil
	}
	n.report.NewActivity++
	item := n.gates.first(row, n.now)
	if item.State == store.OutboxQueued {
		n.report.Queued++
	} else {
		n.report.Held++
	}
	if err := n.tx.PutOutbox(item); err != nil {
		return fmt.Errorf("queue an activity: %w", err)
	}
	return nil
}

// kindOf decides between InMail and message (S127); the other kinds are told by the file.
func (n *networkImport) kindOf(a *network.Activity, personID string) (Kind, error) {
	if a.Kind != network.ActivityMessage {
		return ParseKind(string(a.Kind))
	}
	connection, err := n.connected(personID)
	if err != nil {
		return "", err
	}
	return kindOfMessage(connection, a.At), nil
}

// connected is the seat's own connection with a person.
func (n *networkImport) connected(personID string) (connectedSince, error) {
	if known, ok := n.linked[personID]; ok {
		return known, nil
	}
	connection, err := connectionOf(n.tx, n.seat.ID, personID)
	if err != nil {
		return connectedSince{}, err
	}
	n.linked[personID] = connection
	return connection, nil
}

// seatConnections is where a seat's connection with a person is looked up: a store or a transaction.
type seatConnections interface {
	SeatConnection(seatID, personID string) (store.SeatConnection, error)
}

func connectionOf(in seatConnections, seatID, personID string) (connectedSince, error) {
	connection, err := in.SeatConnection(seatID, personID)
	if errors.Is(err, store.ErrNotFound) {
		return connectedSince{}, nil
	}
	if err != nil {
		return connectedSince{}, fmt.Errorf("look up a connection: %w", err)
	}
	return connectedSince{Known: true, On: connection.ConnectedAt}, nil
}

// tellApart decides again between InMail and message for what waits, after connections were read: messages may have
// been read before them. What was sent stays as it was sent.
func (n *networkImport) tellApart() error {
	if n.report.Connections == 0 {
		return nil
	}
	waiting, err := n.tx.WaitingMessages(n.seat.ID)
	if err != nil {
		return fmt.Errorf("read the messages that wait: %w", err)
	}
	for _, activity := range waiting {
		connection, err := n.connected(activity.PersonID)
		if err != nil {
			return err
		}
		kind := kindOfMessage(connection, activity.OccurredAt)
		if string(kind) == activity.Kind {
			continue
		}
		if err := n.tx.SetActivityKind(activity.ID, string(kind)); err != nil {
			return fmt.Errorf("change the kind of activity %s: %w", activity.ID, err)
		}
		activity.Kind = string(kind)
		item, err := n.tx.OutboxItem(activity.ID)
		if err != nil {
			return fmt.Errorf("read outbox row %s: %w", activity.ID, err)
		}
		if n.gates.place(&item, activity, n.now) {
			if err := n.tx.PutOutbox(item); err != nil {
				return err
			}
		}
	}
	return nil
}
