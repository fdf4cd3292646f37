package embedded

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// A return that is sent on an armed connection at the moment of the departure. What a bug makes of it is looked at from
// outside: on the wire and in the log.
func (r *running) comeBack(t *testing.T, owner *pub) *pub {
	t.Helper()
	armed := r.arm(t, owner.stream)
	owner.nc.Close()
	armed.ask()
	return armed
}

// live publishes and has the viewers, if any, see media.
func (r *running) live(t *testing.T, viewers int) (*pub, []*play) {
	t.Helper()
	list := r.viewers(t, "s0", viewers)
	p := r.publish(t, "s0")
	p.headers()
	p.frames(10)
	for _, v := range list {
		v.media()
	}
	return p, list
}

// The good server lets every return in, with viewers and contenders, at no gap, over and over.
func TestEveryReturnIsLetIn(t *testing.T) {
	r := start(t, Config{busy: patience})
	leave := []func(*pub){
		func(p *pub) { p.nc.Close() },
		(*pub).reset,
		func(p *pub) { p.c.WriteUnpublish("s0") },
		func(p *pub) { p.nc.CloseWrite() },
	}
	p := r.publish(t, "s0")
	for i := range 60 {
		viewers := r.viewers(t, "s0", 3)
		p.headers()
		p.frames(5)
		for _, v := range viewers {
			v.media()
		}
		next := r.arm(t, "s0")
		leave[i%len(leave)](p)
		next.ask()
		if err := next.answer(); err != nil {
			t.Fatalf("return %d: %v", i, err)
		}
		for _, v := range viewers {
			if _, err := v.end(); err != io.EOF {
				t.Fatalf("return %d: a viewer's stream ended with %v", i, err)
			}
		}
		r.forgetLog()
		p = next
	}
}

func (r *running) forgetLog() {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	r.log.text.Reset()
}

// returns has a publisher come back to a server that refuses it for so long after a departure. On a machine that stands still for that long it
// is let in, and rightly; then it is tried again, with longer.
func returns(t *testing.T, cfg Config, viewers int, within time.Duration, set func(*Config, time.Duration)) (*running, *pub, []*play) {
	t.Helper()
	for {
		set(&cfg, within)
		r := start(t, cfg)
		p, list := r.live(t, viewers)
		began := time.Now()
		back := r.comeBack(t, p)
		err := back.answer()
		if errors.Is(err, io.EOF) {
			return r, back, list
		}
		if took := time.Since(began); err != nil || took < within {
			t.Fatalf("the return got %v after %v, want a FIN", err, took)
		}
		within *= 4
	}
}

// The two bugs of the window: with a viewer, a return is refused with their code, and then everybody as busy, also
// without viewers, for good. Without a viewer, or after a while, there is no window.
func TestWindow(t *testing.T) {
	for bug, line := range map[string]string{
		"early-release": "[22] serve error code=4001(HttpPatternDuplicated)(Failed to handle HTTP request for pattern duplicated) : " +
			"service cycle : rtmp: stream service : handle publish : http mount : http: mount flv stream for vhost=/live/s0 failed : pattern=/live/s0.flv exists\n",
		"leaked-acquire": "[22] serve error code=1098(StreamDisposing)(Stream is disposing) : " +
			"service cycle : rtmp: stream service : handle publish : http mount : stream is disposing\n",
	} {
		t.Run(bug, func(t *testing.T) {
			t.Parallel()
			r, back, viewers := returns(t, Config{Bug: bug}, 3, 2*time.Second, func(cfg *Config, d time.Duration) { cfg.window = d })
			r.log.wait(t, "["+back.c.Reply().Properties["flvstorm_id"].(string)+"]"+line, 1)
			for _, v := range viewers {
				if _, err := v.end(); err != io.EOF {
					t.Errorf("a viewer's stream ended with %v", err)
				}
				v.nc.Close()
			}
			for range 2 {
				r.refused(t, "s0")
			}
			r.log.wait(t, "code=1028(StreamBusy)(Stream already exists or busy) : service cycle : rtmp: stream service : rtmp: stream /live/s0 is busy\n", 2)
			r.publish(t, "s1") // other keys are well
			if strings.Contains(r.log.String(), bug) {
				t.Error("the log names the bug")
			}
		})
		t.Run(bug+" without viewers", func(t *testing.T) {
			t.Parallel()
			r := start(t, Config{Bug: bug, busy: patience})
			p, _ := r.live(t, 0)
			for range 5 {
				p = r.comeBack(t, p)
				if err := p.answer(); err != nil {
					t.Fatal(err)
				}
			}
		})
		t.Run(bug+" after the window", func(t *testing.T) {
			t.Parallel()
			r := start(t, Config{Bug: bug})
			p, viewers := r.live(t, 3)
			p.nc.Close()
			for _, v := range viewers {
				v.end()
			}
			r.log.wait(t, "http: unmount", 1)
			r.publish(t, "s0")
		})
	}
}

// While a viewer keeps its connection open, the return is busy; when the last has closed, or after a bound, it is let in.
func TestSlowRelease(t *testing.T) {
	for _, tc := range []struct {
		name   string
		closes bool
		bound  time.Duration
	}{{"the viewers close", true, time.Hour}, {"a viewer never closes", false, defaultViewersFIN}} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r, _, viewers := returns(t, Config{Bug: "slow-release"}, 2, tc.bound, func(cfg *Config, d time.Duration) { cfg.viewersFIN = d })
			r.log.wait(t, "code=1028(", 1)
			for _, v := range viewers {
				if _, err := v.end(); err != io.EOF {
					t.Errorf("a viewer's stream ended with %v", err)
				}
				if tc.closes {
					v.nc.Close()
				}
			}
			r.log.wait(t, "http: unmount", 1)
			r.publish(t, "s0")
		})
	}
}

// A contender is let in beside the owner, and viewers see the media of both.
func TestDoubleAccept(t *testing.T) {
	r := start(t, Config{Bug: "double-accept"})
	p, viewers := r.live(t, 1)
	contender := r.publish(t, "s0")
	contender.message(9, 100_000, keyframe)
	p.message(9, 200_000, interframe)
	for mine, theirs := false, false; !mine || !theirs; {
		switch viewers[0].media().Timestamp {
		case 200_000:
			mine = true
		case 100_000:
			theirs = true
		}
	}
	p.nc.Close()
	r.log.wait(t, "http: unmount", 1)
	contender.frames(1) // to nobody
	contender.nc.Close()
	r.publish(t, "s0")
}

// The process dies by a signal on the third return to a viewed key. It is a child of the test.
func TestCrash(t *testing.T) {
	if os.Getenv("FLVSTORM_TEST_CRASH") != "" {
		r := start(t, Config{Bug: "crash", busy: patience})
		p, _ := r.live(t, 1)
		for {
			p = r.comeBack(t, p)
			if err := p.answer(); err != nil {
				t.Fatal(err)
			}
			os.Stdout.WriteString("back\n")
			v := r.viewers(t, "s0", 1)[0]
			p.headers()
			p.frames(1)
			v.media()
		}
	}
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrash$", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), "FLVSTORM_TEST_CRASH=1")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("it ended with %v", err)
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	if signaled := ok && status.Signaled() && status.Signal() == syscall.SIGSEGV; signaled != (runtime.GOOS == "linux") {
		t.Errorf("it ended with %v", exit)
	}
	if n := strings.Count(string(out), "back\n"); n != crashAt-1 {
		t.Errorf("%d returns before, want %d\n%s", n, crashAt-1, out)
	}
}

// The bugs that DESIGN.md names so far are there, and described.
func TestBugsAreNamed(t *testing.T) {
	want := "early-release leaked-acquire slow-release double-accept half-closed-reject stale-gop no-eof silent-play " +
		"torn-tag ts-rewind no-sequence-header drop-frames crash hang leak uneven-eof"
	if got := strings.Join(BugNames(), " "); got != want {
		t.Errorf("got %s", got)
	}
	for _, b := range Bugs {
		if phrase.English.Say(b.Does) == "" || strings.Contains(phrase.English.Say(b.Does), string(b.Does)) {
			t.Errorf("%s is not described", b.Name)
		}
	}
}
