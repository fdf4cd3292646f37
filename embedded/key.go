package embedded

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// state is where a key stands in the life that every publish of it goes through:
//
//	idle ──acquire──► publishing ──release──► releasing ──the mount is gone──► idle
//
// A publish is let in only when the key is idle, and the key is idle only when no viewer of the publish before is left
// on it. Freeing the key any earlier is the bug that this tool exists to find; see bug_window.go for how it looks.
type state uint8

const (
	idle       state = iota // nobody publishes
	publishing              // the owner publishes
	releasing               // the owner has left; its mount still stands
)

func (s state) String() string { return [...]string{"idle", "publishing", "releasing"}[s] }

const (
	// busyPatience is how long a publish waits on a key that seems to be live. Its owner may have left already: the kernel
	// can deliver the end of one connection after the first packet of another, although it was sent before, and the
	// goroutine that reads the owner's connection may run later than the one that reads ours. The first takes less than
	// this; the second may take longer on a starved machine, but then it can be seen that the owner's reader has something
	// to do, and that is looked at every recheck from then on.
	busyPatience = 100 * time.Millisecond
	recheck      = 10 * time.Millisecond
	// releasePatience is how long a publish waits for a key that is known to be on its way to idle. Releasing takes
	// milliseconds, for taking a mount down waits for no viewer's socket; the bound is there for a server in trouble.
	releasePatience = 5 * time.Second
)

// key is one app/stream: what publishers contend for and viewers wait for. One lock guards its state.
type key struct {
	name  string // "live/s0"
	rules *rules
	refs  int // connections that use the key, guarded by keys.mu

	// Media of the key over all its publishes.
	received, sent meter
	frames         atomic.Int64

	mu      sync.Mutex
	state   state
	owner   *publication         // who publishes, or has just left; nil when idle
	mount   *mount               // where the owner's media goes; nil when idle
	waiting map[*viewer]struct{} // viewers that get the next publish
	changed chan struct{}        // closed at the next change of state; nil while nobody waits for one

	remembers memory
	kept      []*client // publishers that have left and whose connections a bug keeps
}

// memory is what a key remembers that it should have forgotten, or need not know. Only bugs write it.
type memory struct {
	standing *mount // outlived its publish
	accepted int    // publishes
	viewed   int    // publishes that ended with viewers
	ended    int    // viewers, by the end of a publish
	pictures int    // between keyframes
	stale    *batch // what the cache had of the last publish that ended with something in it
}

// rules are what all keys of a server go by.
type rules struct {
	absent     Absent
	bug        *Bug
	gather     time.Duration
	gopBytes   int
	maxWaiting int64
	waiting    atomic.Int64 // viewers that wait, on all keys
	log        *serverLog
	busy       time.Duration // see busyPatience

	// What only bugs use.
	hung       atomic.Bool     // see hang
	stopped    <-chan struct{} // closed when the server is stopped; set by Run
	window     time.Duration   // see defaultWindow
	viewersFIN time.Duration   // see defaultViewersFIN
}

// publication is one publish of a key, from the request to the departure.
type publication struct {
	*client
	leaving func() bool // says that the publisher has left or may have; see feed.leaving
	mount   *mount      // set by acquire
}

// sid is the key as the log has it, "/live/s0".
func (k *key) sid() string { return "/" + k.name }

// acquire makes p the owner of the key, or returns a *refusal. It waits while the key is being released, and for a moment
// while somebody publishes (see busyPatience).
func (k *key) acquire(ctx context.Context, p *publication) error {
	start := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	for k.state != idle {
		switch k.contend() {
		case letIn:
			p.mount = k.beside()
			return nil
		case refuse:
			return busy(k)
		}
		waited := time.Since(start)
		left := releasePatience - waited
		if k.state == publishing {
			if waited < k.rules.busy {
				left = k.rules.busy - waited
			} else if k.owner.leaving() {
				left = min(left, recheck)
			} else {
				left = 0
			}
		}
		if left <= 0 {
			return busy(k)
		}
		if err := k.wait(ctx, left); err != nil {
			return err
		}
	}
	k.owner = p
	k.become(publishing)
	if bug := k.rules.bug; bug != nil && bug.entered != nil {
		if err := bug.entered(k); err != nil {
			p.leaving = func() bool { return false } // it never gives the key back
			return err
		}
	}
	p.mount = newMount(k)
	k.mount = p.mount
	for v := range k.waiting {
		k.rules.waiting.Add(-1)
		v.mount, v.late = k.mount, false
		k.mount.join(v)
	}
	clear(k.waiting)
	return nil
}

// release ends p. When it returns no viewer is left on the mount of p, and the key is idle.
func (k *key) release(ctx context.Context, p *publication) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.owner != p || k.state != publishing {
		return
	}
	k.become(releasing)
	if bug := k.rules.bug; bug != nil && bug.unmount != nil {
		bug.unmount(ctx, k)
	} else {
		k.unmount(k.mount, (*viewer).hangUp)
	}
	// Under a bug the key may belong to somebody else by now.
	if k.owner == p {
		k.owner, k.mount = nil, nil
		k.become(idle)
	}
}

// unmount ends the viewers of m by end. Those who have not been served a byte go on waiting, as if they had come just now.
// It gives up the lock meanwhile, for a viewer that leaves by itself needs it.
func (k *key) unmount(m *mount, end func(*viewer)) {
	k.mu.Unlock()
	unserved := m.end(end)
	k.mu.Lock()
	for _, v := range unserved {
		v.mount = nil
		if !v.left {
			if a := k.await(v); a != attached {
				v.dismiss(a)
			}
		}
	}
}

// attachment is what came of a viewer's wish for a key.
type attachment uint8

const (
	attached attachment = iota // it gets the publish, or the next one
	absent                     // nobody publishes, and the policy is not to wait
	crowded                    // too many wait already
)

// attach gives v the publish of the key, or has it wait for the next one.
func (k *key) attach(v *viewer) attachment {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.state == publishing && k.mount != nil {
		if bug := k.rules.bug; bug != nil && bug.strays != nil && bug.strays(k, v) {
			return attached
		}
		v.mount, v.late = k.mount, true
		k.mount.join(v)
		return attached
	}
	return k.await(v)
}

// detach takes v off the key; its connection has ended.
func (k *key) detach(v *viewer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v.left = true
	if _, waits := k.waiting[v]; waits {
		delete(k.waiting, v)
		k.rules.waiting.Add(-1)
	}
	if v.mount != nil {
		v.mount.leave(v)
	}
}

// await has v wait for the next publish, with the lock held.
func (k *key) await(v *viewer) attachment {
	if k.rules.absent == NotFound {
		return absent
	}
	if k.rules.waiting.Add(1) > k.rules.maxWaiting {
		k.rules.waiting.Add(-1)
		return crowded
	}
	if k.waiting == nil {
		k.waiting = make(map[*viewer]struct{})
	}
	k.waiting[v] = struct{}{}
	return attached
}

// live says whether the key has a publisher.
func (k *key) live() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state == publishing && k.mount != nil
}

// clients returns who publishes the key, nil for nobody, and who views it or waits for it.
func (k *key) clients() (publisher *client, viewers []*client) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for v := range k.waiting {
		viewers = append(viewers, &v.client)
	}
	if k.state == publishing && k.mount != nil {
		publisher = k.owner.client
		viewers = k.mount.appendClients(viewers)
	}
	return publisher, viewers
}

// leftovers returns the publishers that have left and whose connections are kept.
func (k *key) leftovers() []*client {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kept
}

// parts returns app and stream.
func (k *key) parts() (app, stream string) {
	at := strings.LastIndexByte(k.name, '/')
	return k.name[:at], k.name[at+1:]
}

// blank says that the key remembers nothing, so that a new one could stand in its place.
func (k *key) blank() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state == idle && len(k.waiting) == 0 && k.remembers == memory{}
}

func (k *key) contend() verdict {
	if bug := k.rules.bug; bug != nil && bug.contend != nil {
		return bug.contend(k)
	}
	return takeTurn
}

// become changes the state and wakes who waits for that.
func (k *key) become(s state) {
	k.state = s
	if k.changed != nil {
		close(k.changed)
		k.changed = nil
	}
}

// wait gives up the lock until the state changes or d has passed.
func (k *key) wait(ctx context.Context, d time.Duration) error {
	if k.changed == nil {
		k.changed = make(chan struct{})
	}
	changed := k.changed
	k.mu.Unlock()
	defer k.mu.Lock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-changed:
		return nil
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keys holds the keys that somebody publishes, views or waits for.
type keys struct {
	rules rules
	mu    sync.Mutex
	all   map[string]*key
}

// hold returns the key of that name for as long as the caller uses it, until drop.
func (ks *keys) hold(name string) *key {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	k := ks.all[name]
	if k == nil {
		k = &key{name: name, rules: &ks.rules}
		ks.all[name] = k
	}
	k.refs++
	return k
}

// drop ends a use of k. A key that nobody uses is forgotten, so that asking for many names fills no memory.
func (ks *keys) drop(k *key) {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	k.refs--
	if k.refs == 0 && k.blank() {
		delete(ks.all, k.name)
	}
}

// list returns all keys, in no order.
func (ks *keys) list() []*key {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	list := make([]*key, 0, len(ks.all))
	for _, k := range ks.all {
		list = append(list, k)
	}
	return list
}
