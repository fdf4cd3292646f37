package load

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"syscall"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// Mark is something to do at an offset from the acceptance of a publish. Do must not block: the frames wait for it.
type Mark struct {
	After time.Duration
	Do    func()
}

// Holding is a publish that the server has started: what it sends, and until when.
type Holding struct {
	// Said is when the server said Start; timestamps begin there.
	Said time.Duration
	// Live is how long to publish, from acceptance.
	Live time.Duration
	// Accepted is called once, when the profile's rule of acceptance is met.
	Accepted func(at time.Duration)
	// Marks are done in the order given.
	Marks []Mark
	// Before, if any, has to be closed before the time is up, or the departure waits for it, for at most Patience.
	Before   <-chan struct{}
	Patience time.Duration
	// Phase is how long after Said the timestamps begin.
	Phase time.Duration
	// Writing and Wrote are called before and after each write of frames, if they are not nil.
	Writing func(at time.Duration)
	Wrote   func(Written)

	waited bool
}

// Written is one write of frames.
type Written struct {
	At       time.Duration // when it was begun
	Until    time.Duration // when it returned
	Frames   int
	Bytes    int
	Pictures []time.Duration // when the pictures among the frames were due (see Due); valid until Wrote returns
}

// over reports whether the publish may end at now, and else when to look again. A departure that had to wait was due when
// the wait ended.
func (h *Holding) over(accepted, now time.Duration) (due, again time.Duration) {
	due = accepted + h.Live
	if now < due {
		return 0, due
	}
	if h.Before == nil {
		return due, 0
	}
	select {
	case <-h.Before:
		if h.waited {
			return now, 0
		}
		return due, 0
	default:
	}
	h.waited = true
	if due += h.Patience; now >= due {
		return due, 0
	}
	return 0, due
}

// Release says why a held publish came to its end.
type Release struct {
	// Due is when it should have ended; zero unless its time was up.
	Due time.Duration
	// Accepted is whether the rule of acceptance had been met.
	Accepted bool
	// Ended is how the server ended it, nil when it didn't: then the time was up or ctx ended.
	Ended *Failure
	At    time.Duration
}

// Hold sends the clip, paced by its timestamps from h.Said, until the time is up, ctx ends, or the server ends the
// publish. It returns in the goroutine that sent the last frame, so that a departure follows at once.
func (s *Session) Hold(ctx context.Context, h Holding) Release {
	var (
		clock  = s.from.Sink
		accept = h.Said + s.from.Profile.AcceptAfter()
		marks  = h.Marks
		timer  = time.NewTimer(0)
	)
	defer timer.Stop()
	defer context.AfterFunc(ctx, func() { s.nc.SetWriteDeadline(time.Unix(1, 0)) })()
	s.seq, s.next, s.bounded, s.accepted = 0, 0, 0, false
	start := h.Said + h.Phase
	if failure := s.sendHeaders(); failure != nil {
		return s.broken(ctx, failure)
	}
	for {
		now := clock.Now()
		if !s.accepted && now >= accept {
			s.accepted = true
			h.Accepted(accept)
		}
		for s.accepted && len(marks) > 0 && now >= accept+marks[0].After {
			marks[0].Do()
			marks = marks[1:]
		}
		due, again := h.over(accept, now)
		if s.accepted && due > 0 {
			return Release{Due: due, Accepted: true, At: now}
		}
		if failure := s.sendTold(start, now, &h); failure != nil {
			return s.broken(ctx, failure)
		}

		wake := start + s.nextWrite()
		if !s.accepted {
			wake = min(wake, accept)
		} else {
			if len(marks) > 0 {
				wake = min(wake, accept+marks[0].After)
			}
			wake = min(wake, again)
		}
		var before <-chan struct{}
		if h.waited {
			before = h.Before
		}
		timer.Reset(max(0, wake-clock.Now()))
		select {
		case <-timer.C:
		case <-before:
		case <-ctx.Done():
			return Release{Accepted: s.accepted, At: clock.Now()}
		case said, open := <-s.heard:
			if failure := s.ending(said, open); failure != nil {
				return Release{Accepted: s.accepted, Ended: failure, At: clock.Now()}
			}
		}
	}
}

// broken is the release after a write failed. The end of ctx breaks writes too, and that is not the server's doing.
func (s *Session) broken(ctx context.Context, failure *Failure) Release {
	if ctx.Err() != nil && failure.Wire == history.WireTimeout {
		failure = nil
	}
	return Release{Accepted: s.accepted, Ended: failure, At: s.from.Sink.Now()}
}

// Shout sends the clip to a server that has refused it, until the socket breaks or ctx ends. It is what encoders do that
// do not understand a refusal, and what has to reach no viewer.
func (s *Session) Shout(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	defer context.AfterFunc(ctx, func() { s.nc.SetWriteDeadline(time.Unix(1, 0)) })()
	start := s.from.Sink.Now()
	s.seq, s.next, s.bounded = 0, 0, 0
	for failed := s.sendHeaders(); failed == nil; failed = s.sendDue(start, s.from.Sink.Now()) {
		timer.Reset(max(0, start+s.nextWrite()-s.from.Sink.Now()))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
}

// ending tells whether what was heard ends the publish. Before acceptance it is a refusal at the stage "survive".
func (s *Session) ending(h heard, open bool) *Failure {
	stage := s.stage()
	switch {
	case !open:
		return s.refusal(stage, history.WireEOF, "", "")
	case h.err != nil:
		return s.refusal(stage, target.WireOf(h.err), "", h.err.Error())
	case h.status.Refuses():
		return s.refusal(stage, history.WireStatus, h.status.Code, h.status.Text)
	}
	return nil
}

// stage is where a publish ends that ends now.
func (s *Session) stage() string {
	if s.accepted {
		return "publish"
	}
	return "survive"
}

// maxCatchUp bounds how many frames go out in one write when we are late: a second of 120 frames/s with its audio.
const maxCatchUp = 256

// buffers lends the memory in which frames are put together; an idle publisher holds none.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// nextWrite is the timestamp at which the next write is due: that of the next picture. Sound rides along with it, as it
// does in an encoder's muxer; a write for each of its frames would triple the number of system calls.
func (s *Session) nextWrite() time.Duration {
	first := s.clip.Frame(s.next).DTS
	for i := range maxRide {
		if f := s.clip.Frame(s.next + i); f.Type == flv.Video {
			return f.DTS
		}
	}
	return first
}

// maxRide bounds how many frames of sound may wait for a picture; with fewer pictures sound goes out by itself.
const maxRide = 8

// sendDue writes every frame whose time has come, in one write.
func (s *Session) sendDue(start, now time.Duration) *Failure {
	if start+s.nextWrite() > now {
		return nil
	}
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	*buf = (*buf)[:0]
	n := 0
	for ; n < maxCatchUp; n++ {
		f := s.clip.Frame(s.next)
		if start+f.DTS > now {
			break
		}
		*buf = s.append(*buf, f)
		s.next++
	}
	return s.send(*buf, n)
}

// sendTold is sendDue, told to whoever wants to know.
func (s *Session) sendTold(start, now time.Duration, h *Holding) *Failure {
	if h.Wrote == nil || start+s.nextWrite() > now {
		return s.sendDue(start, now)
	}
	h.Writing(now)
	w := Written{At: now}
	first, bytes := s.next, s.bytes
	failure := s.sendDue(start, now)
	for i := first; i < s.next; i++ {
		if f := s.clip.Frame(i); s.paces(f) {
			w.Pictures = append(w.Pictures, start+f.DTS)
		}
	}
	w.Until, w.Frames, w.Bytes = s.from.Sink.Now(), s.next-first, int(s.bytes-bytes)
	h.Wrote(w)
	return failure
}

// paces reports whether a write is due when f is.
func (s *Session) paces(f media.Frame) bool { return f.Type == flv.Video || !s.clip.Info().Video }

// sendHeaders writes the metadata and the sequence headers.
func (s *Session) sendHeaders() *Failure {
	var buf []byte
	headers := s.clip.Headers()
	for _, f := range headers {
		if f.Type == flv.Script {
			// A client tells the server to keep the metadata for those who come later, as ffmpeg and OBS do.
			f.Body = append([]byte(media.SetDataFrame), f.Body...)
		}
		buf = s.append(buf, f)
	}
	return s.send(buf, len(headers))
}

// send writes n frames in one write.
func (s *Session) send(buf []byte, n int) *Failure {
	now := s.from.Sink.Now()
	if within := s.stalls(); now > s.bounded-within/2 {
		// Renewed every few seconds only: setting a deadline costs a good part of a small write.
		s.bounded = now + within
		s.nc.SetWriteDeadline(time.Now().Add(within))
	}
	if _, err := s.client.WriteMedia(buf); err != nil {
		return s.writeFailed(err)
	}
	s.frames += int64(n)
	s.bytes += int64(len(buf))
	s.lastSent = s.from.Sink.Now()
	return nil
}

// stalls is how long a write of media may wait.
func (s *Session) stalls() time.Duration { return cmp.Or(s.from.Patience, stallWithin) }

// writeFailed tells a broken socket from our own end. A server that refuses or ends a publish often says why before it
// closes; the reader has that, and it says more than a broken pipe does.
func (s *Session) writeFailed(err error) *Failure {
	wire := target.WireOf(err)
	if wire == history.WireReset {
		wait := time.NewTimer(50 * time.Millisecond)
		defer wait.Stop()
		for {
			select {
			case h, open := <-s.heard:
				f := s.ending(h, open)
				if f == nil {
					continue
				}
				if f.Wire == history.WireEOF && errors.Is(err, syscall.ECONNRESET) {
					// The system tells a reset once, here to the write: who reads after it sees an end.
					return s.refusal(s.stage(), wire, "", err.Error())
				}
				return f
			case <-wait.C:
				return s.refusal(s.stage(), wire, "", err.Error())
			}
		}
	}
	return s.refusal(s.stage(), wire, "", err.Error())
}

// append adds one frame to buf as an RTMP message, and writes its stamp over the place kept for it.
func (s *Session) append(buf []byte, f media.Frame) []byte {
	msg, stamp := s.message(f)
	size := s.client.ChunkSize()
	if f.StampAt < 0 {
		return rtmp.AppendMessage(buf, msg, size)
	}
	return appendStamped(buf, msg, size, f.StampAt, stamp)
}

// message is a frame as it is sent, and its stamp, if it has a place for one.
func (s *Session) message(f media.Frame) (rtmp.Message, media.Stamp) {
	msg := rtmp.Message{
		Type: rtmp.TypeID(f.Type), StreamID: s.client.StreamID(), ChunkStream: mediaChunkStream,
		Timestamp: uint32(f.DTS / time.Millisecond), Payload: f.Body,
	}
	if f.StampAt < 0 {
		return msg, media.Stamp{}
	}
	s.seq++
	return msg, media.Stamp{
		Epoch: s.epoch, Seq: s.seq, SentAt: s.from.now(), Source: s.source, Sum: f.Sum, Config: s.clip.Config(),
	}
}

// mediaChunkStream is a chunk stream of its own for media, so that prebuilt chunks never meet the state of a command's.
const mediaChunkStream = 6

// appendStamped appends msg with stamp in the place kept for it. The stamp always lies in the first chunk: it is within
// the first hundred bytes of a frame, and we announce chunks of 64 KiB.
func appendStamped(buf []byte, msg rtmp.Message, chunkSize, at int, stamp media.Stamp) []byte {
	// RTMP 1.0 §5.3.1: a basic header of one byte, a message header of type 0, and an extended timestamp where the
	// message header's three bytes do not hold it.
	head := 1 + 11
	if msg.Timestamp >= 0xFFFFFF {
		head += 4
	}
	at += len(buf) + head
	buf = rtmp.AppendMessage(buf, msg, chunkSize)
	stamp.Put(buf[at : at+media.StampSize])
	return buf
}

// NextFrame returns the bytes of the frame that would be sent next, for a departure in the middle of a message.
func (s *Session) NextFrame() []byte {
	return s.append(nil, s.clip.Frame(s.next))
}
