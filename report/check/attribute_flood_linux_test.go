package check_test

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// A server that logs one refusal over and over, as fast as lines are taken, is judged in a moment: it was once a matter of
// the cube of the lines. What counts is the processor's time, of which others on the machine take none; and how it grows.
func TestFloodOfOneRefusal(t *testing.T) {
	p, _ := profile.Lookup("srs")
	m, err := p.Map()
	if err != nil {
		t.Fatal(err)
	}
	flood := func(lines int) time.Duration {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		began := threadTime(t)
		j := check.New(history.Header{Profile: m})
		for i := range lines {
			j.Step(history.Event{Seq: int64(i + 1), At: time.Duration(i) * 200 * time.Microsecond, What: history.LogLine{
				Line: "serve error code=1028", Level: "ERROR", ID: "7k2m", Rule: "publish-busy", Class: string(profile.Busy),
				Key: "live/s0", Peer: "127.0.0.1:50001",
			}})
		}
		j.Finish()
		return threadTime(t) - began
	}
	const few, many = 2_500, 20_000
	flood(few) // what is made once
	one, all := flood(few), flood(many)
	t.Logf("%v and %v", one, all)
	if all > 4*many/few*one {
		t.Errorf("%d lines of one connection took %v, and %d took %v", few, one, many, all)
	}
}

// threadTime is what this thread has had of a processor.
func threadTime(t *testing.T) time.Duration {
	t.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
