package fleet

import (
	"context"
	"math/bits"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// state is what a publisher does, and with that who has it in hand.
type state int8

const (
	waiting    state = iota // in the wheel, until it is due to be negotiated
	connecting              // with a negotiator, or waiting for one
	publishing              // in the wheel, until its next frame is due
	writing                 // with the pacing goroutine
	blocked                 // with a goroutine of its own that writes what was left over
	holding                 // with a goroutine of its own for as long as it publishes
	parting                 // with one who closes its connection
	gone
)

// publisher is one place of the fleet. Its fields are guarded by the fleet's mutex, but those of the publish belong to whoever
// has it in hand.
type publisher struct {
	fleet *Fleet
	Berth
	epoch  *atomic.Uint32 // of the last attempt at the key
	number int            // how many had joined before

	state   state
	leaving bool
	cancel  context.CancelFunc // ends what somebody does with it who waits; nil while nobody does

	// Of the wheel.
	due           time.Duration
	before, after *publisher
	slot          int32
	held          bool

	// Of the way to a publish.
	wanted time.Duration // since when it should be published
	base   time.Duration // since when the key has had no owner
	try    int
	pace   load.Retries

	// Of the publish.
	session  *load.Session
	start    time.Duration // where its timestamps begin
	accept   time.Duration // when it is accepted, if nothing comes between
	said     time.Duration
	accepted bool
	since    time.Duration // of the write that the server does not take, or up to when that has been told
	stuck    bool          // something of it has been told, where writes wait
	freed    time.Duration // until when its frames were late because of the server
	ended    *load.Failure // why a blocked one is interrupted
}

// record makes an event of p's.
func (p *publisher) record(epoch uint32, at time.Duration, what history.Payload) {
	p.fleet.sink.Record(history.Event{At: at, Key: p.Key, Actor: p.Actor, Epoch: epoch, What: what})
}

// pictures is how long a picture of clip stands, or a frame of its sound where there is none.
func pictures(clip *media.Clip) time.Duration {
	if fps := clip.Info().FPS; clip.Info().Video && fps > 0 {
		return time.Duration(float64(time.Second) / fps)
	}
	return max(1, clip.Duration()/time.Duration(max(1, clip.Len())))
}

// phase returns where the timestamps of publisher n begin that was told to start at said: less than a picture later, and such
// that the pictures of any number of publishers in succession are spread evenly. The multiples of the golden ratio are
// (Knuth, TAOCP 6.4): each falls into the largest gap that those before have left.
func phase(n int, said, every time.Duration) time.Duration {
	const golden = 0x9E3779B97F4A7C15 // of 2^64
	place, _ := bits.Mul64(uint64(n)*golden, uint64(every))
	wait := (time.Duration(place) - said) % every
	if wait < 0 {
		wait += every
	}
	return said + wait
}

// next is when p has to be looked at again: for its next frame, or because the rule of acceptance is met.
func (p *publisher) next() time.Duration {
	due := p.start + p.session.NextWrite()
	if !p.accepted {
		due = min(due, p.accept)
	}
	return due
}
