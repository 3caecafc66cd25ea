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

// tokenPatience bounds what is done for a token after its caller has gone.
const tokenPatience = 30 * time.Second

// tokenStore keeps the one sign-in as a sealed value of the store. A save has
// reached the disk when it returns, as the store commits with full
// synchronisation.
type tokenStore struct {
	store *store.Store
	dir   string    // where processes lock each other out; "" = not at all
	since time.Time // of the connection that the sign-in belongs to; zero = whichever there is
}

// LoadToken returns the sign-in, or salesforce.ErrNoToken.
func (s tokenStore) LoadToken(ctx context.Context) (salesforce.Token, error) {
	sealed, err := s.store.Secret(ctx, secretToken)
	if errors.Is(err, store.ErrNotFound) {
		return salesforce.Token{}, salesforce.ErrNoToken
	}
	if err != nil {
		return salesforce.Token{}, fmt.Errorf("open the sign-in: %w", err)
	}
	var token salesforce.Token
	if err := json.Unmarshal(sealed, &token); err != nil {
		return salesforce.Token{}, fmt.Errorf("read the sign-in: %w", err)
	}
	return token, nil
}

// SaveToken replaces the sign-in. After a disconnect there is none to replace,
// and a refresh that was under way then must not bring it back. It is kept also
// for work that was taken away: the org knows no other token any more. The
// sign-in of a later connection is not replaced.
func (s tokenStore) SaveToken(ctx context.Context, token salesforce.Token) error {
	return s.store.Write(store.WithoutLease(ctx), func(tx *store.Tx) error {
		if _, err := tx.Secret(secretToken); errors.Is(err, store.ErrNotFound) {
			return salesforce.ErrNoToken
		} else if err != nil {
			return err
		}
		if current, err := isConnectedSince(tx, s.since); err != nil || !current {
			return errors.Join(err, salesforce.ErrNoToken)
		}
		if err := moveInstance(tx, token.InstanceURL); err != nil {
			return err
		}
		return putToken(tx, token)
	})
}

// moveInstance follows an org to another address, which the answer to a refresh
// tells: links to records lead there from now on.
func moveInstance(tx *store.Tx, instance string) error {
	connection, err := tx.Connection()
	if err != nil || instance == "" || connection.InstanceURL == instance {
		return ignoreNotFound(err)
	}
	connection.InstanceURL = instance
	return tx.PutConnection(connection)
}

// isConnectedSince tells whether the connection is still the one of a time.
func isConnectedSince(tx *store.Tx, since time.Time) (bool, error) {
	connection, err := tx.Connection()
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && (since.IsZero() || connection.ConnectedAt.Equal(since)), err
}

func putToken(tx *store.Tx, token salesforce.Token) error {
	plain, err := json.Marshal(token)
	if err != nil {
		return fmt.Errorf("keep the sign-in: %w", err)
	}
	return tx.PutSecret(secretToken, plain)
}

// memoryTokens is a sign-in that is being tried and is kept nowhere yet.
type memoryTokens struct{ token salesforce.Token }

// LoadToken returns the sign-in.
func (m *memoryTokens) LoadToken(context.Context) (salesforce.Token, error) {
	if m.token.AccessToken == "" {
		return salesforce.Token{}, salesforce.ErrNoToken
	}
	return m.token, nil
}

// SaveToken replaces it.
func (m *memoryTokens) SaveToken(_ context.Context, token salesforce.Token) error {
	m.token = token
	return nil
}
