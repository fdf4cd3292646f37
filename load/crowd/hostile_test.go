package crowd

import (
	"fmt"
	"math"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// total adds up the samples of a manner as they are taken.
type total struct {
	history.CrowdSample
	refused map[string]int64
}

func (r *running) total(into *total, m load.Manner) *total {
	for _, s := range r.Sample() {
		if s.Manner != string(m) {
			continue
		}
		sum := into.CrowdSample
		into.CrowdSample = s // what stands now
		into.Joined += sum.Joined
		into.Left += sum.Left
		into.Asked += sum.Asked
		into.Opened += sum.Opened
		into.Began += sum.Began
		into.Ended += sum.Ended
		into.Torn += sum.Torn
		into.Bad += sum.Bad
		into.Limited += sum.Limited
		into.Tags += sum.Tags
		into.Bytes += sum.Bytes
		if into.refused == nil {
			into.refused = map[string]int64{}
		}
		for by, n := range s.Refused {
			into.refused[by] += n
		}
	}
	return into
}

// TestHostileServers: what a server may send, and what is counted of it. None of it stops a player from asking again.
func TestHostileServers(t *testing.T) {
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	opened := head + string(flv.AppendHeader(nil, true, true))
	say := func(text string) script {
		return func(s *side, n int) {
			s.request()
			s.say(text)
		}
	}
	tests := []struct {
		name   string
		server script
		ends   string // a line of the player's
		bad    bool   // something is counted that is no FLV
	}{
		{"an endless head", func(s *side, n int) {
			s.request()
			s.say("HTTP/1.1 200 OK\r\n")
			for line := strings.Repeat("X-Header: and so on\r\n", 100); ; {
				if _, err := s.Write([]byte(line)); err != nil {
					return
				}
			}
		}, "1 refused: malformed head too long", false},
		{"an endless line", say("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100_000)), "1 refused: malformed line of the head too long", false},
		{"no HTTP", say("hello\r\n"), "1 refused: malformed malformed status line", false},
		{"a chunk that overflows", say(chunked + "fffffffffffffffff\r\n"), "1 ended: malformed, 0 frames", true},
		{"no FLV", say(head + "<html></html>"), "1 ended: malformed, 0 frames", true},
		{"garbage behind the header", say(opened + strings.Repeat("\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0b", 9)),
			"1 ended: malformed, 0 frames", true},
		{"a tag of 16 MiB that never comes", say(opened + "\x09\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x17\x01"), "1 ended: eof, 0 frames, torn", false},
		{"a hang-up behind the head", say(head), "1 ended: eof, 0 frames", false},
		{"sent away", say("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\n\r\n"), "1 refused: status 302", false},
		{"sent round and round", say("HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n"), "1 refused: status 302", false},
	}
	for _, engine := range engines() {
		for _, tt := range tests {
			t.Run(engine+"/"+tt.name, func(t *testing.T) {
				t.Cleanup(func() { goleak.VerifyNone(t) })
				r := run(t, Config{Engine: engine})
				seat := seatAt(listen(t, tt.server))
				r.Join(seat)
				r.until(t, seat.Actor, tt.ends)
				r.until(t, seat.Actor, "2 asks")
				var sum total
				if r.total(&sum, load.Prompt); (sum.Bad > 0) != tt.bad {
					t.Errorf("%d bad", sum.Bad)
				}
			})
		}
	}
}

// TestBadTags: a session goes on behind tags that are none.
func TestBadTags(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			r := run(t, Config{Engine: engine})
			seat := seatAt(listen(t, func(s *side, n int) {
				s.play(3, 1)
				s.Write(flv.AppendTag(nil, 3, 0, []byte("what")))
				s.Write(frames(s.clip, 1, 1)[0])
				s.gone()
			}))
			r.Join(seat)
			var sum total
			historytest.Eventually(t, "four frames and one bad", func() bool {
				r.total(&sum, load.Prompt)
				return sum.Tags >= 4
			})
			if sum.Tags != 4 || sum.Bad != 1 || sum.Ended != 0 {
				t.Errorf("%d frames, %d bad, %d ended", sum.Tags, sum.Bad, sum.Ended)
			}
		})
	}
}

// TestServerThatResetsSome: it resets every third connection in the middle of the stream; the others play.
func TestServerThatResetsSome(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Cleanup(func() { goleak.VerifyNone(t) })
			r := run(t, Config{Engine: engine})
			addr := listen(t, func(s *side, n int) {
				s.play(3, 1)
				if n%3 == 0 && n <= 30 {
					s.reset()
					return
				}
				s.gone()
			})
			for i := range 30 {
				seat := seatAt(addr)
				seat.Actor = fmt.Sprint("play/live/s0/", i)
				r.Join(seat)
			}
			var sum total
			historytest.Eventually(t, "all play", func() bool {
				r.total(&sum, load.Prompt)
				return sum.Playing+sum.Dry == 30 && sum.Opened >= 40
			})
			if sum.Ended != sum.Opened-30 || sum.Wanted != 30 || sum.Joined != 30 {
				t.Errorf("%+v", sum)
			}
		})
	}
}

// TestServerThatIsFull: it takes so many and hangs up on the others at once.
func TestServerThatIsFull(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Cleanup(func() { goleak.VerifyNone(t) })
			r := run(t, Config{Engine: engine})
			var open atomic.Int32
			addr := listen(t, func(s *side, n int) {
				if open.Add(1) > 20 {
					open.Add(-1)
					s.request()
					s.say("HTTP/1.1 503 Full\r\nContent-Length: 0\r\n\r\n")
					return
				}
				s.play(3, 1)
				s.gone()
			})
			for range 30 {
				r.Join(seatAt(addr))
			}
			var sum total
			historytest.Eventually(t, "20 play, the others are refused again and again", func() bool {
				r.total(&sum, load.Prompt)
				return sum.Playing+sum.Dry == 20 && sum.refused["503"] >= 50
			})
			if sum.Ended != 0 || sum.Opened != 20 {
				t.Errorf("%+v", sum)
			}
		})
	}
}

// lock is a gate that a test opens.
type lock struct {
	mu      sync.Mutex
	shut    bool
	reports []history.Wire
}

func (l *lock) Open() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.shut
}

func (l *lock) Report(w history.Wire) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reports = append(l.reports, w)
}

func (l *lock) Touch() {}

// TestMayBegin: before a shut gate a player looks once for itself, after a while; when that failed it waits for the gate, however long
// that takes. What it waits there is not our lateness, and counts for what it waits for all the same.
func TestMayBegin(t *testing.T) {
	gate := &lock{shut: true}
	c, err := New(Config{Sink: newNotes(), Engine: Goroutine, Gate: gate})
	if err != nil {
		t.Fatal(err)
	}
	d := c.plain.desks()[0]
	p := &player{d: d, page: c.pages.of("http://127.0.0.1:1/"), due: time.Second, wanted: time.Second}
	at := func(now time.Duration) bool {
		d.now = now
		return p.mayBegin()
	}
	d.seat(p)
	if at(time.Second) || at(2*time.Second-1) {
		t.Error("it does not wait at a shut gate")
	}
	if !at(2 * time.Second) {
		t.Error("it does not look for itself")
	}
	p.begin()
	d.now = p.unreached(syscall.ECONNREFUSED)
	wanted := p.wanted
	if at(d.now) || at(d.now+time.Hour) {
		t.Error("it looks again, and the gate is shut")
	}
	gate.shut = false
	if !at(d.now) || p.due != d.now || p.wanted != wanted {
		t.Errorf("due %v, wanted since %v; it is %v, and it was due at %v", p.due, p.wanted, d.now, wanted)
	}
}

// TestGate is the same over real sockets.
func TestGate(t *testing.T) {
	addr := peertest.Nobody(t)
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			gate := &lock{shut: true}
			r := run(t, Config{Engine: engine, Gate: gate})
			seat := seatAt(addr)
			r.Join(seat)
			r.until(t, seat.Actor, "1 refused: refused")
			e := r.notes.All()[0]
			if e.At < load.HeldFor {
				t.Errorf("it looked for itself after %v", e.At)
			}
			gate.mu.Lock()
			gate.shut = false
			gate.mu.Unlock()
			r.until(t, seat.Actor, "2 refused: refused")
			gate.mu.Lock()
			defer gate.mu.Unlock()
			if got := fmt.Sprint(gate.reports[:2]); got != "[refused refused]" {
				t.Errorf("the gate was told %v", got)
			}
		})
	}
}

// TestOwnLimits: what this machine lacks is told once a second, and is no refusal.
func TestOwnLimits(t *testing.T) {
	full := newNotes()
	c, err := New(Config{Sink: full, Engine: Goroutine})
	if err != nil {
		t.Fatal(err)
	}
	d := c.plain.desks()[0]
	p := &player{d: d, page: c.pages.of("http://127.0.0.1:1/"), actor: "a"}
	d.now = time.Second
	d.seat(p)
	for range 5 {
		p.begin()
		if due := p.unreached(&net.OpError{Op: "dial", Err: syscall.EMFILE}); due != d.now+load.OwnWait {
			t.Errorf("again after %v", due-d.now)
		}
		d.now += load.OwnWait
	}
	if got := fmt.Sprint(full.lines("a")); got != "[trouble: descriptors, 1 trouble: descriptors, 4]" {
		t.Errorf("told: %v", got)
	}
	if s := c.Sample()[0]; s.Limited != 5 || len(s.Refused) != 0 {
		t.Errorf("%+v", s)
	}
}

// TestNames: a name that nobody knows is refused as unreachable, a bad URL as malformed.
func TestNames(t *testing.T) {
	for _, engine := range engines() {
		for url, want := range map[string]string{
			"http://nobody.invalid/s.flv": "1 refused: unreachable", "http://[::1/": "1 refused: malformed", "rtmp://x/y": "1 refused: malformed",
		} {
			r := run(t, Config{Engine: engine})
			r.Join(Seat{Key: "k", Actor: "a", URL: url})
			r.until(t, "a", want)
		}
	}
	if _, err := New(Config{Engine: "steam"}); err == nil {
		t.Error("there is an engine of steam")
	}
}

// TestTimers: each is called when it is due, the earliest first.
func TestTimers(t *testing.T) {
	rng := load.Rand(1, "timers")
	var heap timers
	players := make([]*player, 200)
	for i := range players {
		players[i] = &player{}
	}
	for range 20_000 {
		p := players[rng.IntN(len(players))]
		switch rng.IntN(4) {
		case 0:
			heap.stop(p)
		case 1:
			if first := heap.due(math.MaxInt64); first != nil {
				for _, other := range players {
					if other.place > 0 && other.at < first.at {
						t.Fatalf("%v before %v", first.at, other.at)
					}
				}
			}
		default:
			heap.set(p, time.Duration(rng.IntN(1000)))
		}
		for i, p := range heap.heap {
			if int(p.place) != i+1 {
				t.Fatal("a player is not where it thinks")
			}
		}
	}
	if heap.due(-1) != nil {
		t.Error("called too early")
	}
}
