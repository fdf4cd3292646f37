package embedded

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gate is a log whose reader has stopped, until it is opened.
type gate struct {
	seen    seenLog
	stopped chan struct{}
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.stopped
	return g.seen.Write(p)
}

// While nobody reads the log, lines are kept up to a bound, the others are counted, and nobody waits.
func TestALogThatNobodyReads(t *testing.T) {
	g := &gate{stopped: make(chan struct{})}
	l := newServerLog(g, 1)
	l.start()
	const lines, size = 5000, 1000
	text := strings.Repeat("x", size)
	for range lines {
		l.fail("cid", 22, "%s", text)
	}
	close(g.stopped)
	l.stop()
	kept := strings.Count(g.seen.String(), text)
	if kept < logBuffer/(size+100) || kept > 2*logBuffer/size {
		t.Errorf("%d lines are kept", kept)
	}
	if l.lost != 0 || !strings.Contains(g.seen.String(), "lines found no room\n") {
		t.Error("nobody says that lines are lost")
	}
}

// A server whose log nobody reads serves, and stops.
func TestServingWithoutALog(t *testing.T) {
	stopped := &gate{stopped: make(chan struct{})}
	t.Cleanup(func() { close(stopped.stopped) }) // after the server has stopped
	r := start(t, Config{Log: stopped})
	p := r.publish(t, "s0")
	p.headers()
	p.frames(3)
	r.view(t, "s0").media()
	p.nc.Close()
	r.publish(t, "s0")
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"live/Ströme 1":            "live/Ströme 1",
		"a\nb\x7f":                 "a?b?",
		"\u0085\u2028\u202e\u200b": "????",
		"\xff\ufffd":               "??",
	} {
		if diff := cmp.Diff(want, printable(in)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}
