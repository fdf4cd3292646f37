package crowd

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/flvstorm/flvstorm/load"
)

const (
	// paceEvery is how often those are read whose stream flows. What a server sends is gathered in their sockets meanwhile: a wake-up
	// for each write of each connection would cost more than the reading. That a frame may look so much later than it came is little
	// beside the buffer of a viewer; and by then there is nothing left of a session of which a time is taken.
	paceEvery = 40 * time.Millisecond
	// freshFor is for how long a stream is read at once that has just begun: what a server has kept for a new viewer comes faster than the
	// stream, and must not be held up.
	freshFor = time.Second
	// batch is how many events are taken from the kernel at once. Between two batches others may look at the desk.
	batch = 256
)

// loop deals with a part of the players on one goroutine.
type loop struct {
	desk
	timers timers
	epoll  int      // of those to be heard at once: connections that are made, answers, streams that begin
	file   *os.File // is epoll
	raw    syscall.RawConn
	steady int           // of those that are read every paceEvery
	paced  int           // how many these are
	looked time.Duration // when they were read last
	events []unix.EpollEvent
	buf    []byte // what is read
	void   []byte // where what is dropped would stand; the kernel never writes there
	again  []ref  // players that have more to read than they may at a time, each once
	left   int    // how much may be read in this turn
	todo   []order
	// atGate wait because the gate is shut, those first that came first.
	atGate   []ref
	swept    time.Duration
	asked    time.Duration // the gate
	resolver sync.WaitGroup

	box   sync.Mutex // of what follows
	wake  int        // an eventfd, -1 while there is none
	inbox []order
	shut  bool
}

// ref is a player in one of its sessions.
type ref struct {
	player  *player
	session int
}

func (r ref) stale() bool { return r.player.session != r.session || r.player.standing == gone }

// order is what others want of a loop.
type order struct {
	what   task
	player *player
	err    error
}

type task uint8

const (
	joins    task = iota
	leaves        // the player
	resolved      // the host of a player that dials, or err
)

func newLoop(c *Crowd) *loop {
	l := &loop{epoll: -1, wake: -1}
	c.furnish(&l.desk)
	return l
}

// open makes what the loop waits with.
func (l *loop) open() error {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		unix.Close(epoll)
		return os.NewSyscallError("eventfd", err)
	}
	steady, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		unix.Close(epoll)
		unix.Close(wake)
		return os.NewSyscallError("epoll_create1", err)
	}
	unix.SetNonblock(epoll, true) // else the file would block a thread
	l.file = os.NewFile(uintptr(epoll), "epoll")
	raw, err := l.file.SyscallConn()
	if err != nil {
		l.file.Close()
		unix.Close(wake)
		unix.Close(steady)
		return err
	}
	l.epoll, l.raw, l.steady = epoll, raw, steady
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, wake, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: noSlot}); err != nil {
		l.file.Close()
		unix.Close(wake)
		unix.Close(steady)
		return os.NewSyscallError("epoll_ctl", err)
	}
	l.events = make([]unix.EpollEvent, batch)
	l.buf, l.void = make([]byte, readSize), make([]byte, dropSize)
	l.box.Lock()
	l.wake = wake
	if len(l.inbox) > 0 {
		l.rouse() // for those that came before
	}
	l.box.Unlock()
	return nil
}

// noSlot is the eventfd's.
const noSlot = -1

func (l *loop) close() {
	l.box.Lock()
	defer l.box.Unlock()
	unix.Close(l.wake)
	l.file.Close()
	unix.Close(l.steady)
	l.wake, l.shut, l.inbox = -1, true, nil
}

// post hands the loop an order. It never blocks.
func (l *loop) post(o order) {
	l.box.Lock()
	defer l.box.Unlock()
	if l.shut {
		return
	}
	l.inbox = append(l.inbox, o)
	if len(l.inbox) == 1 {
		l.rouse()
	}
}

// rouse wakes the loop. The box is held.
func (l *loop) rouse() {
	if l.wake >= 0 {
		var one [8]byte
		binary.NativeEndian.PutUint64(one[:], 1)
		unix.Write(l.wake, one[:])
	}
}

// run deals with players until ctx ends, and makes all of them leave then.
func (l *loop) run(ctx context.Context) error {
	defer l.close()
	defer l.resolver.Wait()
	stop := context.AfterFunc(ctx, func() {
		l.box.Lock()
		defer l.box.Unlock()
		l.rouse()
	})
	defer stop()
	for {
		n, err := l.await(l.wait())
		if err != nil {
			l.everybodyLeaves()
			return err
		}
		if ctx.Err() != nil {
			l.everybodyLeaves()
			return nil
		}
		l.turn(ctx, l.events[:n])
		if l.paced > 0 && l.cfg.Sink.Now() >= l.looked+paceEvery {
			l.looked = l.cfg.Sink.Now()
			l.pace(ctx)
		}
	}
}

// pace reads the streams that flow, each once: who has more by then waits for the next time, or nobody else would have a turn where we
// can't keep up.
func (l *loop) pace(ctx context.Context) {
	for left := l.paced; left > 0 && ctx.Err() == nil; left -= batch {
		n, err := l.ready(l.steady)
		if err != nil || n == 0 {
			return
		}
		l.turn(ctx, l.events[:n])
		if n < len(l.events) {
			return
		}
	}
}

// wait is for how long nothing is to be done unless something happens; negative for ever.
func (l *loop) wait() time.Duration {
	if len(l.again) > 0 || len(l.todo) > 0 {
		return 0
	}
	if len(l.players) == len(l.free) {
		return -1
	}
	until := l.swept + sweepEvery
	if at, ok := l.timers.next(); ok {
		until = min(until, at)
	}
	if l.paced > 0 {
		until = min(until, l.looked+paceEvery)
	}
	if len(l.atGate) > 0 {
		until = min(until, l.asked+gateEvery)
	}
	return max(0, until-l.cfg.Sink.Now())
}

// await waits for events so long and returns how many there are.
//
// It waits where Go's own goroutines wait for sockets, which can wait for an epoll(7) too. A goroutine that waits in epoll_wait(2) itself
// is a system call to the scheduler, whose monitor looks after it again and again until it takes its place from it.
func (l *loop) await(wait time.Duration) (n int, err error) {
	if wait == 0 {
		return l.ready(l.epoll)
	}
	var deadline time.Time
	if wait > 0 {
		deadline = time.Now().Add(wait)
	}
	if err := l.file.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	failed := l.raw.Read(func(fd uintptr) bool {
		n, err = l.ready(int(fd))
		return n > 0 || err != nil
	})
	if err == nil && !errors.Is(failed, os.ErrDeadlineExceeded) {
		err = failed
	}
	return n, err
}

// ready takes what events there are now.
func (l *loop) ready(epoll int) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(&l.events[0])), uintptr(len(l.events)), 0, 0, 0)
	if errno != 0 && errno != unix.EINTR {
		return 0, os.NewSyscallError("epoll_wait", errno)
	}
	if errno != 0 {
		return 0, nil
	}
	return int(n), nil
}

// turn deals with what happened.
func (l *loop) turn(ctx context.Context, events []unix.EpollEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left, l.now = loopSize, l.cfg.Sink.Now()
	touched := l.more(ctx)
	for i := range events {
		e := &events[i]
		if e.Fd == noSlot {
			l.emptyInbox()
			continue
		}
		p := l.players[e.Fd]
		// Of a connection that has been closed since the kernel told of it, or of the one before it in this place.
		if p == nil || p.fd < 0 || e.Pad != pad(p) {
			continue
		}
		l.now = l.cfg.Sink.Now()
		touched = l.event(ctx, p, e.Events) || touched
	}
	l.obey(ctx)
	l.now = l.cfg.Sink.Now()
	// No more at a time: where each fails at once, the first would be due again before the last has been called.
	for range batch {
		p := l.timers.due(l.now)
		if p == nil {
			break
		}
		touched = l.called(ctx, p) || touched
		l.now = l.cfg.Sink.Now()
	}
	if len(l.atGate) > 0 && l.now >= l.asked+gateEvery {
		l.askGate(ctx)
	}
	if l.now >= l.swept+sweepEvery {
		l.swept = l.now
		l.sweep(l.unread)
	}
	if touched {
		l.cfg.Gate.Touch()
	}
}

// pad tells the events of one connection of a place from those of another.
func pad(p *player) int32 { return int32(p.session)<<4 | int32(p.hops)<<2 | int32(p.try+p.turns)&3 }

func (l *loop) emptyInbox() {
	var count [8]byte
	unix.Read(l.wake, count[:])
	l.box.Lock()
	defer l.box.Unlock()
	l.todo = append(l.todo, l.inbox...)
	l.inbox = nil
}

// obey does what others want, a batch of it at a time.
func (l *loop) obey(ctx context.Context) {
	n := min(len(l.todo), batch)
	for _, o := range l.todo[:n] {
		l.now = l.cfg.Sink.Now()
		p := o.player
		switch o.what {
		case joins:
			l.seat(p)
			l.later(ctx, p, p.due)
		case leaves:
			l.hangUp(p)
			p.leaves()
		case resolved:
			if p.standing == connecting && p.fd < 0 {
				l.dial(ctx, p, o.err)
			}
		}
	}
	if l.todo = l.todo[n:]; len(l.todo) == 0 {
		l.todo = nil
	}
}

// later makes a player begin its next session when that is due.
func (l *loop) later(ctx context.Context, p *player, due time.Duration) {
	if due > l.now {
		l.timers.set(p, due)
		return
	}
	l.begin(ctx, p)
}

// begin begins a session, or makes the player wait at the gate.
func (l *loop) begin(ctx context.Context, p *player) {
	if !p.mayBegin() {
		l.atGate = append(l.atGate, ref{p, p.session})
		return
	}
	p.begin()
	l.resolve(ctx, p)
}

// askGate lets those through who may begin.
func (l *loop) askGate(ctx context.Context) {
	l.asked = l.now
	came := l.atGate
	l.atGate = came[:0] // each puts back one at most, itself
	open := l.cfg.Gate.Open()
	left := batch
	for _, r := range came {
		p := r.player
		switch {
		case r.stale():
		case left == 0, !open && (p.shutOut || l.now-p.held < load.HeldFor):
			l.atGate = append(l.atGate, r)
		default:
			left--
			l.begin(ctx, p)
		}
	}
	clear(came[len(l.atGate):])
	if left == 0 {
		l.asked -= gateEvery // the others as soon as the rest of us has had its turn
	}
}

// called is when a player's timer has run out.
func (l *loop) called(ctx context.Context, p *player) (touched bool) {
	switch {
	case p.standing == waiting:
		l.begin(ctx, p)
	case p.standing == connecting:
		if p.fd >= 0 && writable(int(p.fd)) {
			return l.event(ctx, p, unix.EPOLLOUT) // it has long been made, and we are late
		}
		l.failed(ctx, p, os.ErrDeadlineExceeded)
	case p.manner == churn:
		l.hangUp(p)
		due := p.left()
		l.later(ctx, p, due)
	case p.manner == slow:
		touched = l.sip(ctx, p)
	}
	return touched
}

// everybodyLeaves ends all sessions and all players.
func (l *loop) everybodyLeaves() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = l.cfg.Sink.Now()
	for _, p := range l.players {
		if p != nil {
			l.hangUp(p)
			p.leaves()
		}
	}
	l.players, l.free = nil, nil
}

// hangUp closes the connection of a player, if it has one.
func (l *loop) hangUp(p *player) {
	l.timers.stop(p)
	if p.fd >= 0 {
		unix.Close(int(p.fd))
		p.fd, p.rest, p.again = -1, nil, false
		if p.paced {
			p.paced = false
			l.paced--
		}
	}
}
