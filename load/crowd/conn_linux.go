package crowd

import (
	"context"
	"errors"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
)

const (
	// readSize is how much is copied out of a socket at once. It stays in the cache of a core.
	readSize = 64 << 10
	// peekSize is how much is copied where bodies are dropped: what stands between two big tags, the small ones in there too.
	peekSize = 1 << 10
	// dropSize is how much is dropped at once.
	dropSize = 256 << 10
	// turnSize is how much one player reads before others have their turn.
	turnSize = 256 << 10
	// loopSize is how much all of them read before the timers, and those who want to look at the desk, have theirs.
	loopSize = 8 << 20
	// mostTurns is from how many sources a connection is tried while the ports of each turn out to be taken.
	mostTurns = 4
)

// resolve makes a connection as soon as it is known where to.
func (l *loop) resolve(ctx context.Context, p *player) {
	if err := p.page.err; err != nil {
		l.failed(ctx, p, err)
		return
	}
	then := func(err error) { l.post(order{what: resolved, player: p, err: err}) }
	if p.here().host.where(ctx, l.resolver.Go, then) {
		l.dial(ctx, p, nil)
	}
}

// dial begins a connection to the address whose turn it is.
func (l *loop) dial(ctx context.Context, p *player, err error) {
	if err != nil {
		l.failed(ctx, p, err)
		return
	}
	to, sources, ok := p.here().host.address(int(p.try))
	if !ok {
		l.failed(ctx, p, errNoAddress)
		return
	}
	fd, err := open(to, sources.Next(), p.buffer())
	for ; errors.Is(err, unix.EADDRNOTAVAIL) && int(p.turns) < min(mostTurns, sources.Len())-1; p.turns++ {
		fd, err = open(to, sources.Next(), p.buffer())
	}
	if err == nil {
		// Once for all: an edge says that it is connected, each later one that something came.
		events := uint32(unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET)
		if p.manner == slow || p.manner == idle {
			events &^= unix.EPOLLIN
		}
		err = unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events, Fd: p.slot, Pad: pad(p)})
		if err != nil {
			unix.Close(fd)
			err = os.NewSyscallError("epoll_ctl", err)
		}
	}
	if err != nil {
		l.failed(ctx, p, err)
		return
	}
	p.fd = int32(fd)
	l.timers.set(p, l.now+load.DialWithin)
}

// errNoAddress is of a host that has a name and no address.
var errNoAddress = &os.SyscallError{Syscall: "connect", Err: unix.EHOSTUNREACH}

// failed is when no connection could be made to an address. The next one of the host is tried, but not where it was we who could not.
func (l *loop) failed(ctx context.Context, p *player, err error) {
	l.hangUp(p)
	if host := p.here().host; host != nil && target.OwnLimit(err) == "" {
		if _, _, more := host.address(int(p.try) + 1); more {
			p.try++
			l.dial(ctx, p, nil)
			return
		}
	}
	l.timers.set(p, p.unreached(err))
}

// event deals with what the kernel tells of a connection. It reports whether something came.
func (l *loop) event(ctx context.Context, p *player, events uint32) (touched bool) {
	if p.standing == connecting {
		if !l.connected(ctx, p, events) {
			return false
		}
	} else if len(p.rest) > 0 && events&unix.EPOLLOUT != 0 && !l.request(ctx, p) {
		return false
	}
	switch p.manner {
	case idle:
		if events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) != 0 {
			err := outcome(int(p.fd))
			if err == nil {
				err = p.stream.end()
			}
			l.over(ctx, p, err)
		}
		return false
	case slow:
		return false // it reads in its own time, and so sees the end
	}
	if events&^unix.EPOLLOUT == 0 {
		return false
	}
	return l.read(ctx, p, events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) != 0)
}

// connected goes on with a connection that is made. It reports whether it is.
func (l *loop) connected(ctx context.Context, p *player, events uint32) bool {
	if err := outcome(int(p.fd)); err != nil {
		l.failed(ctx, p, err)
		return false
	}
	if events&unix.EPOLLOUT == 0 {
		return false
	}
	p.here().host.worked(int(p.try))
	p.connected(localOf(int(p.fd)))
	tcp := l.now - p.began
	p.rest = p.here().request
	if !l.request(ctx, p) {
		return false
	}
	p.requested(tcp)
	switch p.manner {
	case slow:
		l.timers.set(p, l.now+sipEvery)
	case churn:
		l.timers.set(p, l.now+p.stays())
	default:
		l.timers.stop(p)
	}
	return true
}

// request writes what is left of the request. It reports whether the connection stands.
func (l *loop) request(ctx context.Context, p *player) bool {
	n, err := unix.Write(int(p.fd), p.rest)
	switch {
	case err == unix.EAGAIN:
	case err != nil:
		l.over(ctx, p, os.NewSyscallError("write", err))
		return false
	default:
		p.rest = p.rest[n:]
	}
	return true
}

// read takes what came. The edge of an end comes but once, so with last it reads until it has seen that.
func (l *loop) read(ctx context.Context, p *player, last bool) (touched bool) {
	if p.again {
		return false // its turn comes
	}
	for budget := min(turnSize, l.left); budget > 0; {
		asked, got, err := l.receive(p, dropSize)
		budget -= got
		l.left -= got
		switch {
		case err == unix.EAGAIN:
			return touched
		case err != nil:
			l.over(ctx, p, err)
			return true
		case got < asked && !last:
			l.flows(p)
			return true // there is no more
		}
		touched = true
	}
	l.again = append(l.again, ref{p, p.session})
	p.again = true
	return touched
}

// flows makes a player whose stream flows one of those that are read at a pace.
func (l *loop) flows(p *player) {
	if p.paced || !p.gotMedia || l.now-p.first < freshFor {
		return
	}
	err := unix.EpollCtl(l.steady, unix.EPOLL_CTL_ADD, int(p.fd), &unix.EpollEvent{
		Events: unix.EPOLLIN | unix.EPOLLRDHUP | unix.EPOLLET, Fd: p.slot, Pad: pad(p),
	})
	if err != nil {
		return // then it stays where it is
	}
	unix.EpollCtl(l.epoll, unix.EPOLL_CTL_DEL, int(p.fd), nil)
	p.paced = true
	l.paced++
}

// more lets those read on who had more than was read at a time.
func (l *loop) more(ctx context.Context) (touched bool) {
	done := 0
	for n := len(l.again); done < n && l.left > 0; done++ {
		r := l.again[done]
		if p := r.player; p.again && !r.stale() {
			p.again = false
			touched = l.read(ctx, p, true) || touched // who has more still goes to the end of the line
		}
	}
	l.again = slices.Delete(l.again, 0, done)
	return touched
}

// receive drops what the parser need not see, or else reads what comes, at most so many bytes of it. It returns for how many it asked
// the kernel and how many it got; EAGAIN, or how the session ends.
func (l *loop) receive(p *player, most int) (asked, got int, err error) {
	skip := int(min(p.stream.skippable(), dropSize, int64(most)))
	drop := skip >= bigTag
	b, flags := l.buf, 0
	switch {
	case drop:
		asked, b, flags = skip, l.void, unix.MSG_TRUNC
	case p.heavy.heavy():
		asked = min(skip+peekSize, len(l.buf), most)
	default:
		asked = min(len(l.buf), most)
	}
	got, errno := receive(int(p.fd), b, asked, flags)
	switch {
	case errno == unix.EAGAIN:
		return asked, 0, errno
	case errno != 0:
		return asked, 0, os.NewSyscallError("read", errno)
	case got == 0:
		return asked, 0, p.stream.end()
	case drop:
		return asked, got, p.skipped(int64(got))
	default:
		return asked, got, p.fed(b[:got])
	}
}

// sip is how a slow player reads: so much as its rate allows for the time, and no more later if there was less.
func (l *loop) sip(ctx context.Context, p *player) (touched bool) {
	l.timers.set(p, l.now+sipEvery)
	for left := p.sip(); left > 0; {
		_, got, err := l.receive(p, left)
		left -= got
		switch {
		case err == unix.EAGAIN:
			return touched
		case err != nil:
			l.over(ctx, p, err)
			return true
		}
		touched = true
	}
	return touched
}

// unread reports whether something has come for a player that it has not read: then the server is not silent, but the player slow, or we.
func (l *loop) unread(p *player) bool {
	n, err := unix.IoctlGetInt(int(p.fd), unix.TIOCINQ) // tcp(7): SIOCINQ
	return err == nil && n > 0
}

// over ends a connection that has ended, or has led elsewhere.
func (l *loop) over(ctx context.Context, p *player, err error) {
	l.hangUp(p)
	if err == errMoved {
		p.dials()
		p.began = l.now
		l.resolve(ctx, p)
		return
	}
	l.later(ctx, p, p.ended(err))
}
