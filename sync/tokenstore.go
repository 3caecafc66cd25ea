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
type tokenStore struct{ store *store.Store }

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
// and a refresh that was under way then must not bring it back.
func (s tokenStore) SaveToken(ctx context.Context, token salesforce.Token) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Secret(secretToken); errors.Is(err, store.ErrNotFound) {
			return salesforce.ErrNoToken
		} else if err != nil {
			return err
		}
		return putToken(tx, token)
	})
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
