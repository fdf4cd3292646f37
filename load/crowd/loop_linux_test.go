package crowd

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// idleLoop is a loop that nobody runs, with n players that are seated.
func idleLoop(t *testing.T, cfg Config, n int, url string) (*loop, []*player) {
	t.Helper()
	cfg.Engine, cfg.Loops = Epoll, 1
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l := c.plain.(*loops).loops[0]
	if err := l.open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.everybodyLeaves()
		l.close()
	})
	l.now = cfg.Sink.Now()
	players := make([]*player, n)
	for i := range players {
		p := &player{d: &l.desk, page: c.pages.of(url), key: "live/s0", actor: fmt.Sprint(i), fd: -1, due: l.now, wanted: l.now}
		l.seat(p)
		players[i] = p
	}
	return l, players
}

// asked is how many have begun a session.
func asked(players []*player) int {
	n := 0
	for _, p := range players {
		n += min(p.session, 1)
	}
	return n
}

// TestTurnEnds: where thousands are to be called at once, those who have other things to say have their turn in between.
func TestTurnEnds(t *testing.T) {
	l, players := idleLoop(t, Config{Sink: newNotes()}, 3*batch, "nowhere")
	for _, p := range players {
		l.timers.set(p, l.now)
	}
	for i := range 3 {
		l.turn(t.Context(), nil)
		if n := asked(players); n != (i+1)*batch {
			t.Fatalf("%d have had their turn after %d turns", n, i+1)
		}
		if i < 2 && l.wait() != 0 {
			t.Errorf("it waits for %v, and some are due", l.wait())
		}
	}
}

// TestGateOpens: so it is when a gate opens before which thousands wait; and none is asked before it does but who looks for itself.
func TestGateOpens(t *testing.T) {
	gate := &lock{shut: true}
	l, players := idleLoop(t, Config{Sink: newNotes(), Gate: gate}, 2*batch+10, "nowhere")
	for i, p := range players {
		p.shutOut = i >= 10
		l.begin(t.Context(), p)
		p.held = -time.Minute // for so long
	}
	l.asked = -time.Minute
	l.turn(t.Context(), nil)
	if n := asked(players); n != 10 || len(l.atGate) != 2*batch {
		t.Fatalf("%d have looked for themselves, %d wait", n, len(l.atGate))
	}
	gate.shut = false
	l.asked = -time.Minute
	for i := range 2 {
		l.turn(t.Context(), nil)
		if n := asked(players); n != 10+(i+1)*batch {
			t.Fatalf("%d have had their turn after %d turns", n, i+1)
		}
		if i == 0 && l.wait() != 0 {
			t.Errorf("it waits for %v, and the gate is open", l.wait())
		}
	}
	if len(l.atGate) != 0 {
		t.Errorf("%d wait", len(l.atGate))
	}
}

// TestLateForAConnection: one that was made in time is no failure of the server's, however late we see it.
func TestLateForAConnection(t *testing.T) {
	notes := newNotes()
	addr := listen(t, func(s *side, n int) { s.gone() })
	l, players := idleLoop(t, Config{Sink: notes}, 1, "http://"+addr+"/")
	p := players[0]
	l.begin(t.Context(), p)
	historytest.Eventually(t, "it is resolved", func() bool {
		l.emptyInbox()
		l.obey(t.Context())
		return p.fd >= 0
	})
	historytest.Eventually(t, "the connection stands", func() bool { return writable(int(p.fd)) })
	l.called(t.Context(), p)
	if p.standing != asking || !has(notes.lines("0"), "1 asks") {
		t.Errorf("standing %d: %v", p.standing, notes.lines("0"))
	}
}

// TestUnreadIsNoSilence: where we have not read for a while, the server is not silent.
func TestUnreadIsNoSilence(t *testing.T) {
	goOn := make(chan bool)
	addr := listen(t, func(s *side, n int) {
		s.play(3, 1)
		<-goOn
		s.Write(frames(s.clip, 4, 1)[3])
		s.gone()
	})
	notes := newNotes()
	l, players := idleLoop(t, Config{Sink: notes}, 1, "http://"+addr+"/")
	p := players[0]
	l.begin(t.Context(), p)
	historytest.Eventually(t, "it plays", func() bool {
		n, err := l.await(10 * time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		l.turn(t.Context(), l.events[:n])
		return p.tags == 3
	})
	goOn <- true
	historytest.Eventually(t, "something comes", func() bool { return l.unread(p) })
	l.now += time.Second
	if l.sweep(l.unread); p.silent {
		t.Error("it is called silent, and we have not read it")
	}
	if err := l.read(t.Context(), p, true); !err || p.tags != 4 {
		t.Fatalf("%d frames", p.tags)
	}
	l.now += time.Second
	if l.sweep(l.unread); !p.silent {
		t.Error("silence is not told")
	}
}

// shortOfDescriptors, in the environment, makes this test binary a crowd at an address that has too few of them.
const shortOfDescriptors = "FLVSTORM_SHORT_OF_DESCRIPTORS"

// TestShortOfDescriptors: a crowd that comes to the end of its descriptors plays with those it has, says what it lacks, refuses nobody in
// the server's name, and goes on when there are more. It is a process of its own that has too few.
func TestShortOfDescriptors(t *testing.T) {
	if addr := os.Getenv(shortOfDescriptors); addr != "" {
		testShortOfDescriptors(t, addr)
		return
	}
	addr := listen(t, func(s *side, n int) { s.play(3, 1); s.gone() })
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestShortOfDescriptors$", "-test.count=1")
	child.Env = append(os.Environ(), shortOfDescriptors+"="+addr)
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func testShortOfDescriptors(t *testing.T, addr string) {
	const players, few = 200, 80
	r := run(t, Config{Engine: Epoll})
	limit := unix.Rlimit{}
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: few, Max: limit.Max}); err != nil {
		t.Fatal(err)
	}
	for i := range players {
		seat := seatAt(addr)
		seat.Actor = fmt.Sprint(i)
		r.Join(seat)
	}
	var sum total
	historytest.Eventually(t, "some play, the others can't", func() bool {
		r.total(&sum, load.Prompt)
		return sum.Playing+sum.Dry > few/2 && sum.Limited >= players && sum.Playing+sum.Dry+sum.Waiting == players
	})
	if len(sum.refused) != 0 || sum.Ended != 0 || sum.Playing+sum.Dry > few {
		t.Errorf("%+v", sum)
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	historytest.Eventually(t, "all play", func() bool {
		r.total(&sum, load.Prompt)
		return sum.Playing+sum.Dry == players
	})
	told := 0
	for i := range players {
		for _, line := range r.notes.lines(fmt.Sprint(i)) {
			if strings.HasPrefix(line, "trouble: descriptors") {
				told++
			}
		}
	}
	if most := 2 * (1 + int(r.notes.Now()/time.Second)); told == 0 || told > most || len(sum.refused) != 0 { // each loop once a second
		t.Errorf("told %d times; refused %v", told, sum.refused)
	}
}

// TestIdleIsEnded: an idle player sees that the server has closed its connection, with what it has not read still there, and asks again.
func TestIdleIsEnded(t *testing.T) {
	for name, end := range map[string]func(*side){
		"eof":   func(*side) {},
		"reset": func(s *side) { s.Conn.(*net.TCPConn).SetLinger(0) },
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, Config{Engine: Epoll})
			seat := seatAt(listen(t, func(s *side, n int) {
				s.play(3, 1)
				end(s)
			}))
			seat.Manner = load.Idle
			r.Join(seat)
			r.until(t, seat.Actor, "3 asks, idle")
			if want := "1 ended: " + name + ", 0 frames"; !has(r.notes.lines(seat.Actor), want) {
				t.Errorf("no %q", want)
			}
			var sum total
			if r.total(&sum, load.Idle); len(sum.refused) != 0 || sum.Ended < 2 {
				t.Errorf("%+v, refused %v", sum.CrowdSample, sum.refused)
			}
		})
	}
}

// TestTorrent: one to whom more comes than may be read at a time reads on in its turns, to the end, and stands in line but once.
func TestTorrent(t *testing.T) {
	const most = 4 << 10
	addr := listen(t, func(s *side, n int) { s.play(100, 1) })
	notes := newNotes()
	l, players := idleLoop(t, Config{Sink: notes}, 1, "http://"+addr+"/")
	p := players[0]
	l.begin(t.Context(), p)
	historytest.Eventually(t, "it is asked, and something has come", func() bool {
		n, err := l.await(10 * time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if p.standing != asking {
			l.turn(t.Context(), l.events[:n])
		}
		return p.standing == asking && l.unread(p)
	})
	historytest.Eventually(t, "it has read to the end", func() bool { // in its own time: the other side may still be writing
		before := p.stream.offset
		l.left = most
		l.event(t.Context(), p, unix.EPOLLIN|unix.EPOLLRDHUP) // the kernel tells it again and again
		l.left = most
		l.more(t.Context())
		if len(l.again) > 1 || p.stream.offset-before > 4*most+dropSize {
			t.Fatalf("it stands in line %d times, and has read %d bytes", len(l.again), p.stream.offset-before)
		}
		return p.session > 1 || p.standing == waiting
	})
	if want := "1 ended: eof, 100 frames"; !has(notes.lines("0"), want) {
		t.Errorf("no %q in %v", want, notes.lines("0"))
	}
}

// TestTorrents: of several who all have more to read than a turn allows, each has its turn.
func TestTorrents(t *testing.T) {
	addr := listen(t, func(s *side, n int) { s.play(100, 1) })
	notes := newNotes()
	l, players := idleLoop(t, Config{Sink: notes}, 4, "http://"+addr+"/")
	for _, p := range players {
		l.begin(t.Context(), p)
	}
	historytest.Eventually(t, "all are asked, and more has come than an answer's headers", func() bool {
		n, err := l.ready(l.epoll)
		if err != nil {
			t.Fatal(err)
		}
		all := true
		for i := range l.events[:n] {
			if e := &l.events[i]; e.Fd == noSlot {
				l.emptyInbox()
			} else if p := l.players[e.Fd]; p.standing == connecting {
				l.event(t.Context(), p, e.Events&unix.EPOLLOUT)
			}
		}
		l.obey(t.Context())
		for _, p := range players {
			if p.fd < 0 {
				return false
			}
			come, err := unix.IoctlGetInt(int(p.fd), unix.TIOCINQ)
			all = all && err == nil && come > 1000
		}
		return all
	})
	l.left = 0
	for _, p := range players {
		l.event(t.Context(), p, unix.EPOLLIN)
	}
	for range players {
		l.left = 1 // one reads, and it is used up
		l.more(t.Context())
	}
	for _, p := range players {
		if p.stream.offset == 0 && p.session == 1 {
			t.Errorf("player %s has had no turn", p.actor)
		}
	}
}
