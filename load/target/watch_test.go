package target

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// fate is how a made-up server meets a fresh connection.
type fate string

const (
	answers   fate = "answers"
	refuses   fate = "refuses"
	isSilent  fate = "is silent"
	hangsUp   fate = "hangs up"
	notThere  fate = "is not there" // packets get no answer
	ourLimits fate = "we have no descriptors"
)

// madeUp is a server whose fate changes.
type madeUp struct {
	mu    sync.Mutex
	rtmp  fate
	play  fate
	dials map[string]int
	open  atomic.Int32
	most  int32
	sides sync.WaitGroup
}

func (m *madeUp) set(rtmp, play fate) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rtmp, m.play = rtmp, play
}

func (m *madeUp) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	m.mu.Lock()
	f := m.rtmp
	if addr == "play:80" {
		f = m.play
	}
	m.dials[addr]++
	m.most = max(m.most, m.open.Add(1))
	m.mu.Unlock()
	failed := func(err error) (net.Conn, error) {
		m.open.Add(-1)
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	switch f {
	case refuses:
		return failed(syscall.ECONNREFUSED)
	case ourLimits:
		return failed(syscall.EMFILE)
	case notThere:
		<-ctx.Done()
		return failed(ctx.Err())
	}
	ours, theirs := net.Pipe()
	m.sides.Go(func() {
		defer theirs.Close()
		if f == hangsUp {
			return
		}
		buf := make([]byte, 4096)
		for {
			if _, err := theirs.Read(buf); err != nil {
				return
			}
			if f == answers {
				theirs.Write(append([]byte{rtmpVersion}, buf[:2*sizeC1]...))
			}
		}
	})
	return &counted{Conn: ours, open: &m.open}, nil
}

// counted is a connection that is counted while it is open.
type counted struct {
	net.Conn
	open *atomic.Int32
	once sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

// watching is a Watch at work in a bubble, over a server that answers.
func watching(t *testing.T) (*Watch, *madeUp, *historytest.Notes, func()) {
	server := &madeUp{rtmp: answers, play: answers, dials: map[string]int{}}
	sink := historytest.New()
	w := NewWatch(WatchConfig{RTMP: "rtmp:1935", Play: "play:80", Sink: sink, Dial: server.dial})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	return w, server, sink, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		server.sides.Wait()
	}
}

// probes says each probe and when it was told, in ms.
func probes(n *historytest.Notes) []string {
	var said []string
	for _, e := range n.All() {
		if p, ok := e.What.(history.Probe); ok {
			said = append(said, fmt.Sprintf("%d %s", e.At.Milliseconds(), p.Result))
		}
	}
	return said
}

// traffic touches the watch as an old connection would, for a while.
func traffic(w *Watch, d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		w.Touch()
	}
}

func TestWatch(t *testing.T) {
	tests := []struct {
		name  string
		story func(w *Watch, m *madeUp)
		want  []string
		death Death
	}{
		{
			name:  "traffic flows: no probe is needed",
			story: func(w *Watch, m *madeUp) { traffic(w, 20*time.Second) },
		},
		{
			name: "nothing flows, the server answers: a look now and then",
			story: func(w *Watch, m *madeUp) {
				w.Touch()
				time.Sleep(10 * time.Second)
			},
			want: []string{"3000 alive", "6000 alive", "9000 alive"},
		},
		{
			name: "a failed connection, the server answers",
			story: func(w *Watch, m *madeUp) {
				w.Report(history.WireTimeout)
				traffic(w, time.Second)
			},
			want: []string{"0 alive"},
		},
		{
			name: "refusals by status and closes are no trouble",
			story: func(w *Watch, m *madeUp) {
				w.Report(history.WireStatus)
				w.Report(history.WireEOF)
				w.Report(history.WireReset)
				traffic(w, time.Second)
			},
		},
		{
			name: "it dies",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(refuses, refuses)
				for range 100 {
					w.Report(history.WireRefused)
				}
				time.Sleep(10 * time.Second)
			},
			want:  []string{"1000 refused", "1250 refused", "1500 refused"},
			death: Refusing,
		},
		{
			name: "it dies, and the players notice first",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(refuses, refuses)
				w.Players().Report(history.WireRefused)
				time.Sleep(4 * time.Millisecond)
				w.Report(history.WireRefused)
				time.Sleep(10 * time.Second)
			},
			want:  []string{"1004 refused", "1254 refused", "1504 refused"},
			death: Refusing,
		},
		{
			name: "it restarts",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(refuses, refuses)
				w.Report(history.WireRefused)
				time.Sleep(300 * time.Millisecond)
				m.set(answers, answers)
				traffic(w, 2*time.Second)
			},
			want: []string{"1000 refused", "1250 refused", "1500 alive"},
		},
		{
			name: "it hangs, and somebody's handshake times out",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(isSilent, isSilent)
				time.Sleep(500 * time.Millisecond)
				w.Report(history.WireTimeout)
				time.Sleep(10 * time.Second)
			},
			want:  []string{"2500 silent", "3500 silent", "4500 silent"},
			death: Silent,
		},
		{
			name: "it hangs, and nobody says so",
			story: func(w *Watch, m *madeUp) {
				traffic(w, 10*time.Second)
				m.set(isSilent, isSilent)
				time.Sleep(10 * time.Second)
			},
			want:  []string{"12500 silent", "13500 silent", "14500 silent"},
			death: Silent,
		},
		{
			name: "fresh connections get no answer while old ones flow",
			story: func(w *Watch, m *madeUp) {
				m.set(isSilent, answers)
				w.Report(history.WireTimeout)
				traffic(w, 4900*time.Millisecond)
				m.set(answers, answers)
				traffic(w, 3*time.Second)
			},
			want: []string{"1000 silent", "2000 silent", "3000 silent", "4000 silent", "5000 silent", "5000 alive"},
		},
		{
			name: "the network is gone",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(notThere, notThere)
				w.Report(history.WireUnreachable)
				time.Sleep(10 * time.Second)
			},
			want:  []string{"2000 silent", "3000 silent", "4000 silent"},
			death: Silent,
		},
		{
			name: "a full server closes fresh connections and serves the old ones",
			story: func(w *Watch, m *madeUp) {
				m.set(hangsUp, answers)
				w.Report(history.WireTimeout)
				traffic(w, 4*time.Second)
			},
			want: []string{"0 alive"},
		},
		{
			name: "a proxy stands before a dead server",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(hangsUp, hangsUp)
				time.Sleep(10 * time.Second)
			},
			// At the first look, at 2500, the quiet is too short: it might be a full server.
			want:  []string{"4000 refused", "4250 refused", "4500 refused"},
			death: Refusing,
		},
		{
			name: "a proxy stands before a dead server, and publishers ran into its time limit",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(hangsUp, hangsUp)
				w.Report(history.WireTimeout)
				time.Sleep(10 * time.Second)
			},
			// What flowed up to now may still flow, so the gate opens; then it falls silent.
			want:  []string{"1000 alive", "4000 refused", "4250 refused", "4500 refused"},
			death: Refusing,
		},
		{
			name: "a balancer before a dead server hangs up, and then only takes connections",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(hangsUp, hangsUp)
				time.Sleep(3100 * time.Millisecond)
				m.set(isSilent, isSilent)
				time.Sleep(1100 * time.Millisecond)
				m.set(hangsUp, hangsUp)
				time.Sleep(10 * time.Second)
			},
			want:  []string{"4000 refused", "5250 silent", "5250 silent", "5500 silent"},
			death: Silent,
		},
		{
			name: "a server behind a proxy restarts by itself",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(hangsUp, hangsUp)
				time.Sleep(3400 * time.Millisecond)
				m.set(answers, answers)
				traffic(w, 2*time.Second)
			},
			want: []string{"4000 refused", "4250 refused", "4500 alive"},
		},
		{
			name: "a balancer before a dead server takes connections and says nothing",
			story: func(w *Watch, m *madeUp) {
				traffic(w, time.Second)
				m.set(isSilent, isSilent)
				time.Sleep(10 * time.Second)
			},
			want:  []string{"4000 silent", "5000 silent", "6000 silent"},
			death: Silent,
		},
		{
			name: "what we lack says nothing of the server",
			story: func(w *Watch, m *madeUp) {
				m.set(ourLimits, answers)
				w.Report(history.WireRefused)
				traffic(w, 900*time.Millisecond)
				m.set(answers, answers)
				traffic(w, time.Second)
			},
			want: []string{"1000 alive"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, server, sink, stop := watching(t)
				tt.story(w, server)
				if w.Death() != tt.death {
					t.Errorf("death %q, want %q", w.Death(), tt.death)
				}
				stop()
				if diff := cmp.Diff(tt.want, probes(sink)); diff != "" {
					t.Errorf("probes (-want +got):\n%s", diff)
				}
				if server.most > 1 {
					t.Errorf("%d probes at once", server.most)
				}
			})
		})
	}
}

// TestWatchScaled: a server that is three times slower than usual gets three times as long.
func TestWatchScaled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &madeUp{rtmp: isSilent, play: answers, dials: map[string]int{}}
		sink := historytest.New()
		w := NewWatch(WatchConfig{RTMP: "rtmp:1935", Sink: sink, Dial: server.dial, Scale: 3})
		w.Touch()
		w.Run(t.Context())
		server.sides.Wait()
		want := []string{"12000 silent", "15000 silent", "18000 silent"}
		if diff := cmp.Diff(want, probes(sink)); diff != "" || w.Death() != Silent {
			t.Errorf("death %q, probes (-want +got):\n%s", w.Death(), diff)
		}
	})
}

// TestDoors: the gate of the side that fails is closed, that of the other is not, and it opens when a probe gets through.
func TestDoors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, server, sink, stop := watching(t)
		defer stop()
		through := func(wait func(context.Context) error) time.Duration {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			began := sink.Now()
			if err := wait(ctx); err != nil {
				return -1
			}
			return sink.Now() - began
		}
		server.set(answers, refuses)
		w.Players().Report(history.WireRefused)
		go func() {
			time.Sleep(900 * time.Millisecond)
			server.set(answers, answers)
		}()
		if d := through(w.Wait); d != 0 {
			t.Errorf("publishers waited %v for the players' server", d)
		}
		if d := through(w.Players().Wait); d != time.Second {
			t.Errorf("players waited %v, want 1s", d)
		}
		if n := server.dials["play:80"]; n != 5 {
			t.Errorf("%d probes of the players' server, want 5", n)
		}
		server.set(refuses, answers)
		w.Report(history.WireRefused)
		if d := through(w.Players().Wait); d != 0 {
			t.Errorf("players waited %v for the publishers' server", d)
		}
		if d := through(w.Wait); d != -1 {
			t.Errorf("publishers got through after %v", d)
		}
		<-w.Dead()
		if d := through(w.Players().Wait); d != -1 {
			t.Errorf("players got through to a dead server after %v", d)
		}
	})
}

// TestThousandAtTheGate: however many actors wait and complain, there is one probe at a time.
func TestThousandAtTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, server, _, stop := watching(t)
		w.Touch()
		server.set(isSilent, answers)
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				w.Report(history.WireTimeout)
				if err := w.Wait(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(1700 * time.Millisecond)
		server.set(answers, answers)
		wg.Wait()
		stop()
		if server.most != 1 || server.dials["rtmp:1935"] != 3 {
			t.Errorf("%d probes, %d at once", server.dials["rtmp:1935"], server.most)
		}
	})
}

// TestPlayersAlone: where there is no RTMP, the players' address tells of the server's life.
func TestPlayersAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &madeUp{rtmp: answers, play: answers, dials: map[string]int{}}
		sink := historytest.New()
		w := NewWatch(WatchConfig{Play: "play:80", Sink: sink, Dial: server.dial})
		ctx, cancel := context.WithCancel(t.Context())
		defer server.sides.Wait()
		defer cancel()
		go w.Run(ctx)
		time.Sleep(20 * time.Second)
		if n := len(server.dials); n > 0 {
			t.Errorf("it was probed at %v although nothing had failed", server.dials)
		}
		w.Players().Report(history.WireRefused)
		time.Sleep(5 * time.Second)
		if w.Death() != "" {
			t.Error("a server that takes connections is dead")
		}
		server.set(answers, notThere)
		w.Players().Report(history.WireTimeout)
		time.Sleep(20 * time.Second)
		if w.Death() != "" {
			t.Error("a server that nobody hears of is dead: it may only be far away")
		}
		server.set(answers, refuses)
		time.Sleep(5 * time.Second)
		if w.Death() != Refusing {
			t.Errorf("a server that refuses everything is %q", w.Death())
		}
	})
}

// TestStanding: a server that lets nobody in any more is full for as long as old connections take what is sent.
func TestStanding(t *testing.T) {
	for _, f := range []fate{hangsUp, isSilent} {
		synctest.Test(t, func(t *testing.T) {
			var standing atomic.Bool
			standing.Store(true)
			server := &madeUp{rtmp: answers, play: answers, dials: map[string]int{}}
			w := NewWatch(WatchConfig{RTMP: "rtmp:1935", Play: "play:80", Sink: historytest.New(), Dial: server.dial, Standing: standing.Load})
			ctx, cancel := context.WithCancel(t.Context())
			defer server.sides.Wait()
			defer cancel()
			go w.Run(ctx)
			server.set(f, answers)
			w.Report(history.WireTimeout)
			time.Sleep(time.Minute)
			if w.Death() != "" {
				t.Errorf("a server that %s and reads what is sent is %q", f, w.Death())
			}
			standing.Store(false)
			time.Sleep(time.Minute)
			if w.Death() == "" {
				t.Errorf("a server that %s and reads nothing any more lives", f)
			}
		})
	}
}
