package sync

import (
	"context"
	"errors"
	"fmt"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// DisconnectReport says how a disconnect went at the org's side.
type DisconnectReport struct {
	AuditID string `json:"audit_id"`
	Revoked bool   `json:"revoked"` // the org confirmed that the tokens are dead
	Warning string `json:"warning,omitempty"`
}

// Disconnect ends the sign-in: tokens are revoked at Salesforce and then
// deleted here, and nothing is imported or sent any more. All data stays (S98).
// When the org cannot be reached the tokens are deleted all the same, and the
// report says that they have to be revoked there.
func (e *Engine) Disconnect(ctx context.Context, actor Actor) (DisconnectReport, error) {
	if err := Allowed(actor, ActDisconnect); err != nil {
		return DisconnectReport{}, err
	}
	actor, err := e.secondAdmin(ctx, actor, taskDisconnect, struct{}{}, func() (sight, error) { return e.disconnectSight(ctx) })
	if err != nil {
		return DisconnectReport{}, err
	}
	var report DisconnectReport
	if err := e.revokeAtOrg(ctx); err != nil {
		report.Warning = "Salesforce could not be told (" + err.Error() + "); revoke the app there in Setup > Connected Apps OAuth Usage"
	} else {
		report.Revoked = true
	}
	report.AuditID, err = e.change(ctx, actor, ActDisconnect, func(tx *store.Tx) (changed, error) {
		connection, err := tx.Connection()
		if errors.Is(err, store.ErrNotFound) {
			return changed{}, errNotConnected()
		}
		if err != nil {
			return changed{}, err
		}
		what := changed{Subject: connection.OrgID, Before: connectionFacts(connection)}
		connection.State, connection.Reason, connection.ChangedAt = store.Disconnected, "by "+actor.Name, e.now().UTC()
		what.After = connectionFacts(connection)
		if err := tx.PutConnection(connection); err != nil {
			return changed{}, err
		}
		for _, name := range []string{secretToken, secretApp} {
			if err := tx.DeleteSecret(name); err != nil && !errors.Is(err, store.ErrNotFound) {
				return changed{}, err
			}
		}
		return what, nil
	})
	if err != nil {
		return DisconnectReport{}, err
	}
	e.closeSession()
	e.publish(Event{Kind: EventConnection, Text: string(store.Disconnected)})
	return report, nil
}

// revokeAtOrg tells the org that the sign-in is over. A refresh that is under
// way has its end first, else the token it brings would stay alive.
func (e *Engine) revokeAtOrg(ctx context.Context) error {
	tokens := tokenStore{store: e.store, dir: e.dir}
	release, err := tokens.LockToken(ctx)
	if err != nil {
		return err
	}
	defer release()
	token, err := tokens.LoadToken(ctx)
	if errors.Is(err, salesforce.ErrNoToken) {
		return nil
	}
	if err != nil {
		return err
	}
	connection, err := e.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	secrets, err := e.appSecrets(ctx)
	if err != nil {
		return err
	}
	app := salesforce.App{LoginHost: connection.LoginHost, ClientID: connection.ClientID, ClientSecret: secrets.ClientSecret, HTTP: e.http, Now: e.now}
	if err := app.Revoke(ctx, token); err != nil {
		return fmt.Errorf("revoke the sign-in: %w", err)
	}
	return nil
}
