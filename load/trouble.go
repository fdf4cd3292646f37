package load

import (
	"sync"
	"time"
)

// trouble counts our own failures and says once a second how many there were.
type trouble struct {
	n    int64
	told time.Duration
	any  bool
}

// count takes one and returns how many to tell now, 0 for none.
func (t *trouble) count(now time.Duration) int64 {
	t.n++
	if t.any && now-t.told < time.Second {
		return 0
	}
	n := t.n
	t.n, t.told, t.any = 0, now, true
	return n
}

// Trouble counts what several goroutines lack.
type Trouble struct {
	mu sync.Mutex
	trouble
}

// Count takes one and returns how many to tell now, 0 for none.
func (t *Trouble) Count(now time.Duration) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count(now)
}
