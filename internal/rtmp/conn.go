package rtmp

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// maxQueue is how many bytes of replies may wait for a peer that asks and asks and does not read.
const maxQueue = 64 << 10

var errQueue = errors.New("the peer asks for more replies than it reads")

// sender is the writing half of a connection, shared by one goroutine that reads (and has to answer pings) and one that
// writes media. Whatever is written is whole chunks, so the two never mix inside one.
//
// Invariant: the reader never waits for the writer. Its replies are queued; if the writer is busy it takes them along.
type sender struct {
	nc net.Conn

	mu   sync.Mutex      // held around writes to nc
	held bool            // mu is held by a try that was cut short, until finish; of the one who writes media
	raw  syscall.RawConn // of nc, for try

	qmu     sync.Mutex
	queue   []byte
	waiting atomic.Bool // queue is not empty
}

// post queues b, to leave with the next write or flush.
func (s *sender) post(b []byte) error {
	s.qmu.Lock()
	defer s.qmu.Unlock()
	if len(s.queue)+len(b) > maxQueue {
		return errQueue
	}
	s.queue = append(s.queue, b...)
	s.waiting.Store(len(s.queue) > 0)
	return nil
}

// postControl queues a protocol control message of one or two 32-bit numbers.
func (s *sender) postControl(t TypeID, payload []byte) error {
	var buf [32]byte
	return s.post(AppendMessage(buf[:0], Message{Type: t, Payload: payload}, initialChunkSize))
}

// acknowledge queues an Acknowledgement (section 5.4.3).
func (s *sender) acknowledge(received uint32) error {
	return s.postControl(TypeAck, binary.BigEndian.AppendUint32(nil, received))
}

// write sends what is queued, and then b with one write. It counts the bytes of b.
func (s *sender) write(b []byte) (n int, err error) {
	s.mu.Lock()
	if err = s.flushLocked(context.Background()); err == nil {
		n, err = s.nc.Write(b)
	}
	s.mu.Unlock()
	if err == nil {
		err = s.flush(context.Background())
	}
	return n, err
}

// try sends what is queued, and then v, as far as the connection takes it at once. Where that is not all of it, nobody else
// writes until finish has written the rest.
func (s *sender) try(v *Vector) (n int, err error) {
	if !s.canTry() {
		return 0, errors.ErrUnsupported
	}
	if !s.mu.TryLock() {
		return 0, nil // a reply is on its way, and the server takes its time to read it
	}
	if q := s.takeQueue(); len(q) > 0 {
		n, err := v.try.write(s.raw, []piece{{b: q}})
		if err != nil || n < len(q) {
			s.putBack(q[n:]) // whoever writes next begins with it
			s.mu.Unlock()
			return 0, err
		}
	}
	v.cut()
	n, err = v.try.write(s.raw, v.pieces)
	if s.held = err == nil && n < v.size; !s.held {
		s.mu.Unlock()
	}
	return n, err
}

// canTry reports whether there is a descriptor to try on.
func (s *sender) canTry() bool {
	if s.raw == nil {
		s.raw = rawOf(s.nc)
	}
	return s.raw != nil
}

// finish writes what is left of a try, and waits until it is gone. In front of it may stand what has been queued before, but not
// where the try was cut short inside of it.
func (s *sender) finish(rest [][]byte) error {
	if s.held {
		s.held = false
	} else {
		s.mu.Lock()
		if err := s.flushLocked(context.Background()); err != nil {
			s.mu.Unlock()
			return err
		}
	}
	pieces := net.Buffers(rest)
	_, err := pieces.WriteTo(s.nc)
	s.mu.Unlock()
	if err == nil {
		err = s.flush(context.Background())
	}
	return err
}

// flush sends what is queued, unless another goroutine is writing: that one does it then.
func (s *sender) flush(ctx context.Context) error {
	for s.waiting.Load() && s.mu.TryLock() {
		err := s.flushLocked(ctx)
		s.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// flushLocked sends what is queued. What the end of ctx keeps from leaving stays queued, so that the chunks stay whole.
func (s *sender) flushLocked(ctx context.Context) error {
	q := s.takeQueue()
	if len(q) == 0 {
		return nil
	}
	release := bound(ctx, s.nc.SetWriteDeadline)
	n, err := s.nc.Write(q)
	late := release()
	if err == nil {
		s.qmu.Lock()
		defer s.qmu.Unlock()
		if s.queue == nil && cap(q) <= 1<<10 {
			s.queue = q[:0]
		}
		return nil
	}
	s.putBack(q[n:])
	if late != nil {
		return late
	}
	return err
}

// putBack queues again, in front of all else, what has not left.
func (s *sender) putBack(q []byte) {
	s.qmu.Lock()
	defer s.qmu.Unlock()
	s.queue = append(q[:len(q):len(q)], s.queue...)
	s.waiting.Store(true)
}

// takeQueue empties the queue.
func (s *sender) takeQueue() []byte {
	if !s.waiting.Load() {
		return nil
	}
	s.qmu.Lock()
	defer s.qmu.Unlock()
	q := s.queue
	s.queue = nil
	s.waiting.Store(false)
	return q
}

// past is a deadline that ends every wait at once.
var past = time.Unix(1, 0)

// bound makes the end of ctx end what waits under the deadline that set sets. The function it returns ends that: it takes
// the deadline back and returns the context's error if it had been set.
func bound(ctx context.Context, set func(time.Time) error) (release func() error) {
	if ctx.Done() == nil {
		return func() error { return nil }
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		_ = set(past) // a closed connection ends the wait too
	})
	return func() error {
		if stop() {
			return nil
		}
		<-done
		_ = set(time.Time{})
		return ctx.Err()
	}
}
