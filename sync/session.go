package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// The names of the sealed values.
const (
	secretToken  = "salesforce.token"
	secretApp    = "salesforce.app"
	secretBudget = "salesforce.calls"
)

// The flows of a connection, as the store keeps them.
const (
	flowRefresh = "refresh"
	flowJWT     = "jwt"
	flowClient  = "client"
	flowFixed   = "fixed"
)

// appSecrets is what of the app must not be read: sealed as one value.
type appSecrets struct {
	ClientSecret string `json:"client_secret,omitempty"`
	PrivateKey   string `json:"private_key,omitempty"` // PEM, for the JWT flow
}

// session is the open connection: one client for all goroutines, so that one
// refresh serves all who wait and the budget counts every call.
type session struct {
	client     *salesforce.Client
	tokens     *salesforce.TokenSource
	app        salesforce.App
	connection store.Connection
}

// client returns the client of the one connection (S44). It fails with
// "connect.none" when nobody has signed in and "connect.revoked" when the org
// refuses the sign-in.
func (e *Engine) client(ctx context.Context) (*salesforce.Client, store.Connection, error) {
	s, err := e.openSession(ctx)
	if err != nil {
		return nil, store.Connection{}, err
	}
	return s.client, s.connection, nil
}

// SignedIn returns nil while there is a sign-in that the org has not refused, else "connect.none" or "connect.revoked". It
// calls nobody.
func (e *Engine) SignedIn(ctx context.Context) error {
	_, err := e.signedIn(ctx)
	return err
}

func (e *Engine) signedIn(ctx context.Context) (store.Connection, error) {
	connection, err := e.store.Connection(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return connection, errNotConnected()
	case err != nil:
		return connection, fmt.Errorf("read the connection: %w", err)
	case connection.State == store.Disconnected:
		return connection, errNotConnected()
	case connection.State == store.Revoked:
		return connection, errRevokedSignIn(connection.Reason)
	}
	return connection, nil
}

func (e *Engine) openSession(ctx context.Context) (*session, error) {
	connection, err := e.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.session != nil && e.session.connection.ConnectedAt.Equal(connection.ConnectedAt) {
		e.session.connection = connection
		return e.session, e.adjustGovernor(ctx)
	}
	made, err := e.makeSession(ctx, connection)
	if err != nil {
		return nil, err
	}
	e.session = made
	return made, nil
}

func (e *Engine) makeSession(ctx context.Context, connection store.Connection) (*session, error) {
	secrets, err := e.appSecrets(ctx)
	if err != nil {
		return nil, err
	}
	app := salesforce.App{LoginHost: connection.LoginHost, ClientID: connection.ClientID, ClientSecret: secrets.ClientSecret,
		RedirectURL: connection.RedirectURL, HTTP: e.http, Now: e.now}
	grant, err := grantOf(connection, app, secrets)
	if err != nil {
		return nil, err
	}
	tokens := salesforce.NewTokenSource(salesforce.TokenSourceOptions{
		Grant: grant, Store: tokenStore{e.store, e.dir, connection.ConnectedAt}, Now: e.now, Sleep: e.sleep,
		OnRevoked: func(cause error) { e.signInRevoked(connection.ConnectedAt, cause) },
	})
	governor, err := e.openGovernor(ctx, connection)
	if err != nil {
		return nil, err
	}
	client, err := salesforce.New(salesforce.Options{Tokens: tokens, HTTP: e.http, Version: connection.APIVersion, Governor: governor, Now: e.now, Sleep: e.sleep, Log: e.log})
	if err != nil {
		return nil, err
	}
	return &session{client: client, tokens: tokens, app: app, connection: connection}, nil
}

func grantOf(connection store.Connection, app salesforce.App, secrets appSecrets) (salesforce.Grant, error) {
	switch connection.Flow {
	case flowJWT:
		key, err := salesforce.ParsePrivateKey([]byte(secrets.PrivateKey))
		if err != nil {
			return nil, err
		}
		return salesforce.JWTGrant{App: app, Username: connection.Username, Key: key}, nil
	case flowClient:
		return salesforce.ClientCredentialsGrant{App: app}, nil
	case flowFixed:
		return salesforce.FixedGrant{}, nil
	}
	return salesforce.RefreshGrant{App: app}, nil
}

func (e *Engine) appSecrets(ctx context.Context) (appSecrets, error) {
	var secrets appSecrets
	sealed, err := e.store.Secret(ctx, secretApp)
	if errors.Is(err, store.ErrNotFound) {
		return secrets, nil
	}
	if err != nil {
		return secrets, fmt.Errorf("open the app's secrets: %w", err)
	}
	return secrets, json.Unmarshal(sealed, &secrets)
}

// closeSession drops the open connection, so that the next use reads the store.
func (e *Engine) closeSession() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.session = nil
}

// noteFailure looks at an error of the client that ended some work: when it
// means that the sign-in is over, the connection becomes "revoked" and the
// error says so. Any other error is returned as it is.
func (e *Engine) noteFailure(ctx context.Context, err error) error {
	if !signInEnded(err) {
		return err
	}
	if markErr := e.markRevoked(context.WithoutCancel(ctx), time.Time{}, CodeOf(err)); markErr != nil {
		return errors.Join(err, markErr)
	}
	return err
}

// signInRevoked is called by the token source the moment the org refuses it. It
// says nothing about a connection that was made since.
func (e *Engine) signInRevoked(since time.Time, cause error) {
	ctx, cancel := context.WithTimeout(context.Background(), tokenPatience)
	defer cancel()
	if err := e.markRevoked(ctx, since, CodeOf(cause)); err != nil {
		e.log.Error("the revoked sign-in could not be recorded", "error", err)
	}
}

// markRevoked records the clean state of S47: no job runs, nothing is lost, and
// one event tells it.
func (e *Engine) markRevoked(ctx context.Context, since time.Time, reason string) error {
	was := store.Revoked
	err := e.store.Write(ctx, func(tx *store.Tx) error {
		if current, err := isConnectedSince(tx, since); err != nil || !current {
			return err
		}
		connection, err := tx.Connection()
		if err != nil {
			return err
		}
		was = connection.State
		if was != store.Connected && was != store.Paused {
			return nil
		}
		connection.State, connection.Reason, connection.ChangedAt = store.Revoked, reason, e.now().UTC()
		return tx.PutConnection(connection)
	})
	if err != nil {
		return err
	}
	e.closeSession()
	if was == store.Connected || was == store.Paused {
		e.publish(Event{Kind: EventConnection, Text: string(store.Revoked)})
	}
	return nil
}
