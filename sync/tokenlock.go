package sync

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"crmsync/sync/salesforce"
)

// tokenLockName is the file that a process holds locked while it renews the
// sign-in.
const tokenLockName = "signin.lock"

const (
	tokenLockEvery = 20 * time.Millisecond // how often the lock is tried for
	tokenLockMost  = 2 * time.Minute       // a refresh with all its tries ends before
)

var _ salesforce.TokenLocker = tokenStore{}

// LockToken waits for the sole right to renew the sign-in. A refresh token that
// two processes send at once is taken for stolen where the org rotates it, and
// ends every session: the engine and a command beside it take turns. The lock
// ends with the process, however it ends. A store without a directory has none.
func (s tokenStore) LockToken(ctx context.Context) (release func() error, err error) {
	if s.dir == "" {
		return func() error { return nil }, nil
	}
	file, err := os.OpenFile(filepath.Join(s.dir, tokenLockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the sign-in: %w", err)
	}
	patience := time.NewTimer(tokenLockMost)
	defer patience.Stop()
	for {
		taken, err := lockFile(file)
		switch {
		case err != nil:
			file.Close()
			return nil, fmt.Errorf("lock the sign-in: %w", err)
		case taken:
			return file.Close, nil
		}
		select {
		case <-time.After(tokenLockEvery):
		case <-patience.C:
			file.Close()
			return nil, fault("connect.busy", "Another crmsync on this store is renewing it and does not end; look for one that is stopped.", "the sign-in is being renewed by another process")
		case <-ctx.Done():
			file.Close()
			return nil, ctx.Err()
		}
	}
}
