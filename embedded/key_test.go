package embedded

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// newKey returns a key without a server around it.
func newKey(bug *Bug) *key {
	ks := &keys{all: make(map[string]*key)}
	ks.rules.bug, ks.rules.busy = bug, busyPatience
	return ks.hold("live/s0")
}

// slowly is a key whose mount takes as long as that to go.
func slowly(d time.Duration) *Bug {
	return &Bug{unmount: func(_ context.Context, k *key) {
		k.mu.Unlock()
		<-time.After(d)
		k.mu.Lock()
		k.unmount(k.mount, (*viewer).hangUp)
	}}
}

func newPublication(leaving func() bool) *publication {
	return &publication{client: &client{}, leaving: leaving}
}

func TestAcquire(t *testing.T) {
	const never = time.Hour
	for _, tc := range []struct {
		name     string
		releases time.Duration // when the owner's end is read; the return comes at 0
		takes    time.Duration // how long releasing takes
		gone     bool          // the owner's connection has ended
		want     time.Duration // when the return is answered
		busy     bool
	}{
		{name: "a contender for a live key", releases: never, want: busyPatience, busy: true},
		{name: "the owner's end is read after the return came", releases: busyPatience / 2, want: busyPatience / 2},
		{name: "the owner's end is read late, but has come", releases: time.Second, gone: true, want: time.Second},
		{name: "the owner's end has come and is never read", releases: never, gone: true, want: releasePatience, busy: true},
		{name: "while it is released", takes: time.Second, want: time.Second},
		{name: "released too slowly", takes: never, want: releasePatience, busy: true},
		{name: "read late and released slowly", releases: busyPatience / 2, takes: time.Second, want: busyPatience/2 + time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newKey(slowly(tc.takes))
				ctx := t.Context()
				owner := newPublication(func() bool { return tc.gone })
				if err := k.acquire(ctx, owner); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				var leaving sync.WaitGroup
				leaving.Go(func() {
					<-time.After(tc.releases)
					k.release(ctx, owner)
				})
				if tc.releases == 0 {
					synctest.Wait() // it leaves first
				}
				err := k.acquire(ctx, newPublication(nil))
				var no *refusal
				if tc.busy != (errors.As(err, &no) && no.code == 1028) || !tc.busy && err != nil {
					t.Errorf("got %v, want busy: %v", err, tc.busy)
				}
				if took := time.Since(began); took != tc.want {
					t.Errorf("answered after %v, want %v", took, tc.want)
				}
				leaving.Wait()
			})
		})
	}
}

func TestAcquireEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKey(slowly(time.Hour))
		owner := newPublication(nil)
		if err := k.acquire(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
		var leaving sync.WaitGroup
		leaving.Go(func() { k.release(t.Context(), owner) })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := k.acquire(ctx, newPublication(nil)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		leaving.Wait()
	})
}

// Publishers come and go as they like, each at most once at a time on the key. There are never two owners, each has a mount
// of its own, and who comes back to a key that nobody holds any more is let in.
func TestNeverTwoOwners(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type visit struct{ come, stay time.Duration }
		ms := rapid.Custom(func(rt *rapid.T) time.Duration {
			return time.Duration(rapid.IntRange(0, 300).Draw(rt, "ms")) * time.Millisecond
		})
		visits := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) visit {
			return visit{ms.Draw(rt, "come"), ms.Draw(rt, "stay")}
		}), 1, 12).Draw(rt, "visits")
		teardown := ms.Draw(rt, "teardown")
		var problem atomic.Value
		synctest.Test(t, func(t *testing.T) {
			k := newKey(slowly(teardown))
			var owners, held atomic.Int64
			var all sync.WaitGroup
			for _, v := range visits {
				all.Go(func() {
					<-time.After(v.come)
					p := newPublication(func() bool { return false })
					held.Add(1)
					err := k.acquire(t.Context(), p)
					if err != nil {
						if held.Add(-1) == 0 {
							problem.Store("refused although nobody else was there")
						}
						return
					}
					if n := owners.Add(1); n != 1 {
						problem.Store(fmt.Sprintf("%d owners", n))
					}
					if p.mount == nil || p.mount.ended || p.mount != k.mount {
						problem.Store("the owner has no mount of its own")
					}
					<-time.After(v.stay)
					owners.Add(-1)
					k.release(t.Context(), p)
					held.Add(-1)
				})
			}
			all.Wait()
			if k.state != idle || k.owner != nil || k.mount != nil {
				problem.Store("in the end the key is " + k.state.String())
			}
			if err := k.acquire(t.Context(), newPublication(nil)); err != nil {
				problem.Store("the key is not free in the end")
			}
		})
		if p := problem.Load(); p != nil {
			rt.Fatal(p)
		}
	})
}

// A key is forgotten when the last connection that used it is gone.
func TestKeysAreForgotten(t *testing.T) {
	for _, bug := range []*Bug{nil, &earlyRelease, &crash} {
		forgotten(t, bug)
	}
}

func forgotten(t *testing.T, bug *Bug) {
	t.Helper()
	ks := &keys{all: make(map[string]*key)}
	ks.rules.bug = bug
	a, b := ks.hold("live/a"), ks.hold("live/a")
	if a != b {
		t.Error("two keys of one name")
	}
	ks.drop(a)
	if len(ks.all) != 1 {
		t.Error("forgotten while in use")
	}
	ks.drop(b)
	if len(ks.all) != 0 {
		t.Error("not forgotten")
	}
}
