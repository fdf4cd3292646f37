//go:build unix

package main

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

const (
	// runsAtMost is how often a run is made that does not come out right, and wrongAtMost how often it may come out wrong on a machine that ran.
	runsAtMost  = 10
	wrongAtMost = 3
)

// calmly makes a run until one comes out right. What comes out otherwise proves nothing where the machine, which is shared, stood still for
// longer than the right outcome needs. The ticks of a run tell that of flvstorm, and not of a server beside it that got no processor, so one
// that they don't tell of is no proof either; a few are. On a machine that stands still again and again nothing can be said.
func calmly(t testing.TB, within time.Duration, try func(*box) error) {
	t.Helper()
	for n, wrong := 1, 0; ; n++ {
		b := newBox(t)
		err := try(b)
		if err == nil {
			return
		}
		still := b.stoodStill("run")
		if still < within {
			wrong++
		}
		switch {
		case wrong == wrongAtMost:
			t.Fatalf("try %d, the machine stood still for at most %v: %v", n, still, err)
		case n == runsAtMost:
			t.Skipf("the machine stands still in every run, and this needs one without: %v", err)
		}
		t.Logf("try %d: the machine stood still for %v, so this proves nothing yet: %v", n, still, err)
	}
}

// insistently holds what runs on real sockets, by the clock of a machine that others share: body may fail there without any fault of ours, when
// a process had no processor for as long as a key lives. What fails every time fails.
func insistently(t *testing.T, body func(t testing.TB)) {
	t.Helper()
	for n := 1; n < wrongAtMost; n++ {
		a := &attempt{TB: t}
		over := make(chan struct{})
		go func() {
			defer close(over)
			defer a.cleanUp()
			body(a)
		}()
		<-over
		switch {
		case a.skipped != "":
			t.Skip(a.skipped)
		case !a.failed:
			return
		}
		t.Logf("try %d did not come out right, which proves nothing yet", n)
	}
	body(t)
}

// attempt is a test that may be made again: what fails in it is told, and fails nothing.
type attempt struct {
	testing.TB
	mu      sync.Mutex
	failed  bool
	skipped string
	undo    []func()
}

func (a *attempt) Fail() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failed = true
}

func (a *attempt) Failed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.failed
}

func (a *attempt) FailNow() {
	a.Fail()
	runtime.Goexit()
}

func (a *attempt) Error(args ...any) {
	a.Helper()
	a.Log(args...)
	a.Fail()
}

func (a *attempt) Errorf(format string, args ...any) {
	a.Helper()
	a.Logf(format, args...)
	a.Fail()
}

func (a *attempt) Fatal(args ...any) {
	a.Helper()
	a.Log(args...)
	a.FailNow()
}

func (a *attempt) Fatalf(format string, args ...any) {
	a.Helper()
	a.Logf(format, args...)
	a.FailNow()
}

func (a *attempt) SkipNow() { a.Skip("skipped") }

func (a *attempt) Skip(args ...any) {
	a.mu.Lock()
	a.skipped = fmt.Sprint(args...)
	a.mu.Unlock()
	runtime.Goexit()
}

func (a *attempt) Skipf(format string, args ...any) { a.Skip(fmt.Sprintf(format, args...)) }

func (a *attempt) Cleanup(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.undo = append(a.undo, f)
}

// cleanUp undoes what was done, the last first.
func (a *attempt) cleanUp() {
	for {
		a.mu.Lock()
		last := len(a.undo) - 1
		if last < 0 {
			a.mu.Unlock()
			return
		}
		f := a.undo[last]
		a.undo = slices.Delete(a.undo, last, last+1)
		a.mu.Unlock()
		f()
	}
}
