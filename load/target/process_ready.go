package target

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Ready runs wait, which returns when the server can be used, and records that it is ready. When the server ends first,
// wait's context is cancelled and the error says how it ended. When ctx's time is over first, the error says what wait
// said last, and where the server listens instead if it does.
//
// wait may be run again later: when the process that was started ends well and leaves another behind, it tells whether
// that has become the server.
func (p *Process) Ready(ctx context.Context, wait func(context.Context) error) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.gone, cancel)()
	err := wait(waiting)
	switch {
	case p.gone.Err() != nil:
		return phrase.Errorf(phrase.TargetDied, p.name, p.end.text, p.LastWords())
	case err == nil:
		p.readyMu.Lock()
		p.wait, p.seen = wait, p.look()
		p.readyMu.Unlock()
		p.record("ready", ending{})
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		if at := p.listens(); len(at) > 0 {
			return phrase.Errorf(phrase.ProcessElsewhere, p.name, err, strings.Join(at, ", "), p.LastWords())
		}
		return phrase.Errorf(phrase.TargetNotReady, p.name, p.LastWords(), err)
	default:
		return err
	}
}

const (
	// firstPoll and lastPoll are the times between two looks at a server that is starting, doubling from one to the other.
	firstPoll = 20 * time.Millisecond
	lastPoll  = 250 * time.Millisecond
)

// WaitReady returns nil when the server can be used: it answers an RTMP handshake, and takes connections where players go. When
// ctx ends first the error says what does not, and how. It is a wait for Process.Ready.
func WaitReady(ctx context.Context, road *Road, u URLs) error {
	publish, play := u.places()
	var doors []*waited
	for _, at := range publish {
		doors = append(doors, &waited{addr: at.addr, look: func(ctx context.Context) error { return checkRTMP(ctx, road, at) }})
	}
	for _, at := range play {
		doors = append(doors, &waited{addr: at.addr, look: func(ctx context.Context) error { return checkPlay(ctx, road, at) }})
	}
	for every := firstPoll; ; every = min(2*every, lastPoll) {
		open := true
		for _, d := range doors {
			open = d.try(ctx) && open
		}
		if open {
			return nil
		}
		if within(ctx, every, nil); ctx.Err() != nil {
			break
		}
	}
	var said []string
	for _, d := range doors {
		said = append(said, d.say())
	}
	return &foreign.Error{Text: strings.Join(said, ", "), Cause: ctx.Err()}
}

// waited is an address of a server that is starting.
type waited struct {
	addr string
	look func(context.Context) error
	last error // what the last look that was not cut short found
	open bool
}

// try looks, and reports whether the address answers. One that did is looked at no more.
func (d *waited) try(ctx context.Context) bool {
	if d.open {
		return true
	}
	err := d.look(ctx)
	if err == nil || ctx.Err() == nil || d.last == nil {
		d.last = err
	}
	d.open = err == nil
	return d.open
}

func (d *waited) say() string {
	if d.open {
		return phrase.English.Say(phrase.ProcessAnswers, d.addr)
	}
	return phrase.English.Say(phrase.ProcessSilent, d.addr, WireOf(d.last))
}

const (
	// lowestPort and highestPort bound the ports that are picked for a server. They are below those that systems give to
	// outgoing connections (32768 and up on Linux, 49152 elsewhere): one of ours could sit on the server's port when that
	// is started again.
	lowestPort  = 10_000
	highestPort = 29_999
)

// FreePorts returns n different ports of 127.0.0.1 on which nobody listens at the moment.
func FreePorts(n int) ([]int, error) {
	var ports []int
	for _, offset := range rand.Perm(highestPort - lowestPort + 1) {
		if len(ports) == n {
			return ports, nil
		}
		port := lowestPort + offset
		l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		l.Close()
		ports = append(ports, port)
	}
	return nil, phrase.Errorf(phrase.ProcessNoPorts, lowestPort, highestPort)
}
