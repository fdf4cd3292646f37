package load

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/report/history"
)

// tee is the reader through which a witness's session passes: a tally, and the reel.
type tee struct {
	t *tally
	r *reel
}

// Read reads the body.
func (t tee) Read(p []byte) (int, error) {
	n, err := t.t.Read(p)
	t.r.came(p[:n])
	return n, err
}

// witness reads the stream to its end as watch does, and all of it. Unlike a player that only counts it goes on behind a tag
// that is wrong, while what comes looks like tags.
func (v *viewer) witness(ctx context.Context, s *stream, resp *http.Response, asked time.Duration) ending {
	t := tally{viewer: v, body: resp.Body, asked: asked}
	w := v.newWitness(asked)
	s.tags.Reset(tee{&t, w.reel})
	var err error
	for err == nil {
		err = w.next(s, &t)
	}
	now := v.Sink.Now()
	e := EndOf(err, s.tags.MidTag() && t.bytes > 0)
	if ctx.Err() != nil {
		e = history.PlayEnded{Wire: history.WireOurs, Clean: true}
	}
	w.end(now)
	w.reel.finish()
	if ctx.Err() != nil {
		v.writing.Wait() // what follows is the player's last event
	}
	t.end(now, e)
	return v.ended(ctx, s, &t, e, now)
}

// newWitness makes the witness of a session.
func (v *viewer) newWitness(asked time.Duration) *witness {
	w := &witness{session: v.session, source: v.source, sound: v.Sound, tell: v.record}
	w.clock = func() int64 { return v.Clock() - int64(v.Sink.Now()) }
	w.reel = newReel(v.Evidence, v.Key, v.keep)
	w.begin(asked)
	return w
}

// keep writes a file of evidence, beside what the player does: a disk may take its time.
func (v *viewer) keep(c capture) {
	v.writing.Go(func() {
		if err := v.Evidence.write(c.name, c.bytes, c.reserved); err != nil {
			v.record(v.Sink.Now(), 0, history.OwnTrouble{Code: "disk", Detail: Brief(err), Count: 1})
		}
	})
}

// begin makes w ready for the first tag.
func (w *witness) begin(asked time.Duration) {
	w.wall = w.clock()
	w.lag.asked = asked
	w.stretches = stretches{session: w.session, asked: asked, tell: w.tell}
	w.oddities = oddities{session: w.session, tell: w.tell, reel: w.reel, cut: w.cut}
}

// next reads one tag and takes it when its end has been seen. The error is that of the end of the stream: its own, or that
// what comes is no FLV any more.
func (w *witness) next(s *stream, t *tally) error {
	tag, err := s.tags.Next()
	if err != nil {
		return w.excuse(err, s.arrivals.at)
	}
	if tag.IsMedia() {
		t.count(tag, s.arrivals.at)
	}
	if w.faults >= maxFaults {
		return nil // it has been told; what comes is counted
	}
	var body []byte
	if tag.Size <= maxVerified {
		if body, err = s.tags.Body(); err != nil {
			return err
		}
	}
	f := look(tag, body, w.lengths)
	f.at, f.behind = s.arrivals.at, s.arrivals.behind()
	w.reel.tag(&f, body)
	err = s.tags.Finish()
	w.torn = false
	// Without its size behind it, the tag may have swallowed others, or a part of one.
	w.take(&f, err != nil)
	w.reel.behind(f.end(), f.at)
	if err != nil {
		return w.excuse(err, s.arrivals.at)
	}
	return nil
}

// excuse returns nil for a fault of the format behind which the stream may go on. Where the size of a tag was wrong and then
// no tag stands behind it, nobody can tell where the next one begins.
func (w *witness) excuse(err error, at time.Duration) error {
	var fault *flv.FormatError
	if !errors.As(err, &fault) {
		return err
	}
	lost := false
	switch fault.What {
	case flv.BadSignature, flv.BadVersion, flv.BadDataOffset:
		lost = true
	case flv.BadPreviousTagSize:
		w.torn = true
	case flv.BadTagType, flv.BadStreamID, flv.Encrypted:
		lost = w.torn
	}
	if w.faults < maxFaults {
		w.fault(fault, at)
	}
	if lost {
		return err
	}
	return nil
}

// arrivalsOf makes what notes the arrivals on a witness's connection.
func arrivalsOf(s *stream, sink history.Sink) *arrivals {
	_, over := s.nc.(*tls.Conn)
	return &arrivals{sink: sink, tls: over}
}
