package sshd

import (
	"context"
	"io"
	"sync/atomic"
	"time"
)

// keys reads what the visitor types and remembers when that was. The socket's own timeout cannot tell a forgotten
// session from a used one: every frame that is written renews it.
type keys struct {
	from io.Reader
	last atomic.Int64 // UnixNano
}

// watchKeys ends the session by calling end once nothing was typed for idle.
func watchKeys(ctx context.Context, from io.Reader, idle time.Duration, end func()) io.Reader {
	k := &keys{from: from}
	k.last.Store(time.Now().UnixNano())
	go func() {
		timer := time.NewTimer(idle)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			left := idle - time.Since(time.Unix(0, k.last.Load()))
			if left <= 0 {
				end()
				return
			}
			timer.Reset(left)
		}
	}()
	return k
}

// Read implements io.Reader.
func (k *keys) Read(p []byte) (int, error) {
	n, err := k.from.Read(p)
	if n > 0 {
		k.last.Store(time.Now().UnixNano())
	}
	return n, err
}
