package ui

import (
	"context"

	crmsync "crmsync/sync"
)

type liveAccess struct{ live }

// Add lets somebody use the console.
func (a liveAccess) Add(ctx context.Context, user crmsync.NewUser) (string, error) {
	return a.engine.AddUser(ctx, a.actor, user)
}

// SetKey gives somebody another key.
func (a liveAccess) SetKey(ctx context.Context, name, publicKey string) (string, error) {
	return a.engine.SetUserKey(ctx, a.actor, name, publicKey)
}

// Remove takes somebody's access away.
func (a liveAccess) Remove(ctx context.Context, name string) (string, error) {
	return a.engine.RemoveUser(ctx, a.actor, name)
}
