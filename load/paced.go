package load

import (
	"context"
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/report/history"
)

// What follows is Hold taken apart, for one goroutine that paces thousands of sessions and must not wait for any of them: Begin
// once, then TryDue whenever a frame is due, Ended when the session was told something. It puts the same bytes on the wire.

// Due is what one write of a paced session takes. It is kept from one write to the next, whoever's they are.
type Due struct {
	v     rtmp.Vector
	stamp [media.StampSize]byte
	// Frames and Bytes are what was written, as far as the session is concerned.
	Frames int
	Bytes  int
	// Pictures are when the pictures among the frames were due; of a stream without any, its sound. Sound beside pictures is
	// not late: it rides along with the next of them.
	Pictures []time.Duration
}

const (
	// maxOwn bounds how many bytes of one write are copied. A write that is cut short keeps them until it is through.
	maxOwn = 16 << 10
	// maxBytes bounds one write, so that a publisher that has to catch up does not hold up all others.
	maxBytes = 256 << 10
)

// Begin sends the metadata and the sequence headers, after which frames may follow.
func (s *Session) Begin(ctx context.Context) *Failure {
	defer context.AfterFunc(ctx, func() { s.nc.SetWriteDeadline(time.Unix(1, 0)) })()
	s.seq, s.next, s.bounded, s.accepted = 0, 0, 0, false
	if failure := s.sendHeaders(); failure != nil {
		return failure
	}
	// The deadline of a write that waits is not for those that don't.
	s.nc.SetWriteDeadline(time.Time{})
	return nil
}

// CanTry reports whether TryDue works for the session; else Hold does.
func (s *Session) CanTry() bool { return s.client.CanTry() }

// NextWrite is the timestamp at which the next write is due.
func (s *Session) NextWrite() time.Duration { return s.nextWrite() }

// TryDue writes the frames whose time has come, timestamps beginning at start, as far as the socket takes them at once. What it
// returns is left over, and has to be given to Finish; until then nothing else may be sent.
func (s *Session) TryDue(d *Due, start, now time.Duration) (rest [][]byte, err error) {
	s.gather(d, start, now)
	if d.Frames == 0 {
		return nil, nil
	}
	n, err := s.client.TryMedia(&d.v)
	if err != nil {
		return nil, err
	}
	s.frames += int64(d.Frames)
	s.bytes += int64(d.Bytes)
	s.lastSent = now
	if n < d.v.Size() {
		return d.v.Rest(n), nil
	}
	return nil, nil
}

// gather fills d with the frames that are due.
func (s *Session) gather(d *Due, start, now time.Duration) {
	d.v.Reset()
	d.Frames, d.Bytes, d.Pictures = 0, 0, d.Pictures[:0]
	if s.nextWrite() > now-start {
		return
	}
	size := s.client.ChunkSize()
	for d.Frames < maxCatchUp && d.v.Own() < maxOwn && d.v.Size() < maxBytes {
		f := s.clip.Frame(s.next)
		if start+f.DTS > now {
			break
		}
		if s.paces(f) {
			d.Pictures = append(d.Pictures, start+f.DTS)
		}
		msg, stamp := s.message(f)
		if f.StampAt < 0 {
			d.v.Message(msg, size, rtmp.Patch{})
		} else {
			stamp.Put(d.stamp[:])
			d.v.Message(msg, size, rtmp.Patch{At: f.StampAt, With: d.stamp[:]})
		}
		s.next++
		d.Frames++
	}
	d.Bytes = d.v.Size()
}

// Finish writes what TryDue left over. It waits for the server, for at most as long as any write of media, or until ctx ends.
func (s *Session) Finish(ctx context.Context, rest [][]byte) error {
	s.nc.SetWriteDeadline(time.Now().Add(s.stalls()))
	defer context.AfterFunc(ctx, func() { s.nc.SetWriteDeadline(time.Unix(1, 0)) })()
	if err := s.client.FinishMedia(rest); err != nil {
		return err
	}
	s.nc.SetWriteDeadline(time.Time{})
	return nil
}

// Accept says that the rule of acceptance is met.
func (s *Session) Accept() { s.accepted = true }

// Tell has f called whenever the server has said something since, or has ended the connection. Ended then tells what of it.
// f must not block. What was said before is not told again: ask once after Tell.
func (s *Session) Tell(f func()) { s.told.Store(&f) }

// Ended returns how the server ended the publish, nil when it did not.
func (s *Session) Ended() *Failure {
	for {
		select {
		case h, open := <-s.heard:
			if failure := s.ending(h, open); failure != nil {
				return failure
			}
		default:
			return nil
		}
	}
}

// Broken says what a failed write means. It may wait a moment for what the server has said of it.
func (s *Session) Broken(err error) *Failure { return s.writeFailed(err) }

// Departed is the payload of a departure that has just been made.
func (s *Session) Departed(how string) history.Departed {
	return history.Departed{Conn: s.Conn, How: how, Frames: s.frames, Bytes: s.bytes, LastSent: s.lastSent}
}
