package target

import (
	"context"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

const (
	// firstPoll and lastPoll are the times between two looks at a server that is starting, doubling from one to the other.
	firstPoll = 20 * time.Millisecond
	lastPoll  = 250 * time.Millisecond
)

// WaitReady returns nil when the server can be used: it answers an RTMP handshake, and takes connections where players go. When
// ctx ends first the error says what does not, and how. It is what launch.Process.Ready waits with.
func WaitReady(ctx context.Context, road *Road, u URLs) error {
	publish, play := u.places()
	var doors []*waited
	for _, at := range publish {
		doors = append(doors, &waited{addr: at.addr, look: func(ctx context.Context) error { return checkRTMP(ctx, road, at) }})
	}
	for _, at := range play {
		doors = append(doors, &waited{addr: at.addr, look: func(ctx context.Context) error { return checkPlay(ctx, road, at) }})
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for every := firstPoll; ; every = min(2*every, lastPoll) {
		open := true
		for _, d := range doors {
			open = d.try(ctx) && open
		}
		if open {
			return nil
		}
		timer.Reset(every)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
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
