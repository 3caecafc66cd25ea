package match

import "sync"

// teller reports progress from many goroutines, one at a time.
type teller struct {
	mu          sync.Mutex
	done, total int
	f           func(done, total int)
}

func newTeller(total int, f func(done, total int)) *teller { return &teller{total: total, f: f} }

func (t *teller) add(n int) {
	if t.f == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done += n
	t.f(t.done, t.total)
}
