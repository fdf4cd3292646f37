package embedded

import (
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// viewer is one player on a key: what its socket has not taken yet, and what to do about that.
//
// Writing costs no goroutine as long as the socket takes everything at once: the publisher's goroutine writes without
// waiting. What is left goes to a goroutine of the viewer's own that lives until the socket has taken it all. What comes
// meanwhile is queued up to a bound; beyond it the queue is dropped and the viewer goes on at the next keyframe; and a
// viewer whose socket takes nothing for too long is closed.
type viewer struct {
	client
	conn    *net.TCPConn
	raw     syscall.RawConn
	chunked bool
	head    []byte        // the response up to the body, which leaves with the first bytes of the stream
	done    chan struct{} // closed when the connection has ended
	drains  *sync.WaitGroup
	limits  *Config

	dismissed atomic.Uint32 // the attachment that ended the wait, if not attached

	// Guarded by the key's lock.
	mount *mount
	left  bool
	late  bool // it came when the publish that it gets stood already

	// Guarded by the mount's lock.
	slot    int // in mount.viewers
	opened  bool
	resumes bool // it had its fill of an earlier publish; only a bug has one go on

	mu       sync.Mutex
	queue    [][]byte // whole batches
	queued   int      // bytes in queue
	draining bool     // the viewer's own goroutine writes
	skipping bool     // until the next entry
	told     int      // version of the configurations that were queued last
	taken    int      // version of those that no drop can take back any more
	ending   bool     // nothing more is to come
	last     func()   // what to do with the connection when everything is sent
	attempt  tryWrite
}

// open begins the stream with its opening, which is that of o, and the batches that follow it. With late, the viewer has come
// in the middle: without a keyframe it has to wait for one. It returns how many bytes of the stream were taken on.
func (v *viewer) open(begin *batch, o *opening, batches []*batch, late bool) int {
	v.opened = true
	v.mu.Lock()
	defer v.mu.Unlock()
	first := begin.bytes(v.chunked)
	// One slice, so that no bound can drop the opening and keep what follows.
	v.enqueue(append(v.head[:len(v.head):len(v.head)], first...))
	v.head = nil
	v.told, v.taken = o.version, o.version
	v.skipping = late && len(batches) == 0
	n := v.enqueueAll(o, batches)
	v.push()
	return len(first) + n
}

// write sends batches, whose opening is o. It never waits for the socket. It returns how many bytes were taken on.
func (v *viewer) write(o *opening, batches []*batch) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ending {
		return 0
	}
	n := v.enqueueAll(o, batches)
	v.push()
	return n
}

// hangUp ends the stream, and closes the connection when everything is sent.
func (v *viewer) hangUp() {
	v.end(func() { v.conn.Close() })
}

// halfClose ends the stream, and leaves it to the viewer to close the connection.
func (v *viewer) halfClose() {
	v.end(func() { v.conn.CloseWrite() })
}

// abort closes the connection as it is.
func (v *viewer) abort() { v.conn.Close() }

// dismiss ends the wait of a viewer that has not been served a byte. Its connection's goroutine says why.
func (v *viewer) dismiss(why attachment) {
	v.dismissed.Store(uint32(why))
	v.conn.SetReadDeadline(time.Unix(1, 0))
}

func (v *viewer) end(last func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ending, v.last = true, last
	if v.chunked {
		v.enqueue([]byte(finalChunk))
	}
	if v.draining {
		v.conn.SetWriteDeadline(time.Now().Add(v.limits.end))
	}
	v.push()
}

// enqueueAll queues batches as far as the viewer may have them. A new decoder configuration is a batch like others, and may
// be among those that it may not: then it comes with the entry at which the viewer goes on, which was made for it.
func (v *viewer) enqueueAll(o *opening, batches []*batch) int {
	n := 0
	for _, b := range batches {
		bytes := b.bytes(v.chunked)
		if v.draining && v.queued > 0 && v.queued+len(bytes) > v.limits.ViewerBytes {
			v.drop()
		}
		if v.skipping && !b.entry {
			continue
		}
		if v.skipping && v.told != o.version {
			configurations := o.configurations(b.begins).bytes(v.chunked)
			v.enqueue(configurations)
			n += len(configurations)
		}
		v.skipping = false
		v.enqueue(bytes)
		n += len(bytes)
	}
	if !v.skipping {
		v.told = o.version
	}
	v.sent.add(n)
	return n
}

func (v *viewer) enqueue(b []byte) {
	v.queue = append(v.queue, b)
	v.queued += len(b)
}

// push gives the queue to the socket, as far as it takes it at once.
func (v *viewer) push() {
	if v.draining {
		return
	}
	n, err := 0, error(nil)
	if len(v.queue) > 0 {
		n, err = v.attempt.write(v.raw, v.queue)
	}
	if err != nil {
		v.drop()
		v.conn.Close()
		return
	}
	if n == v.queued {
		clear(v.queue)
		v.queue, v.queued, v.taken = v.queue[:0], 0, v.told
		if v.ending {
			v.last()
		}
		return
	}
	v.queued -= n
	for n > 0 {
		if n < len(v.queue[0]) {
			v.queue[0] = v.queue[0][n:]
			break
		}
		n -= len(v.queue[0])
		v.pop()
	}
	v.draining = true
	taken := v.take()
	v.drains.Go(func() { v.drain(taken) })
}

// drop forgets what is queued; the viewer goes on at the next entry.
func (v *viewer) drop() {
	v.queue, v.queued, v.skipping = nil, 0, true
	v.told = v.taken
}

func (v *viewer) pop() {
	v.queue[0] = nil
	v.queue = v.queue[1:]
}

// take moves the front of the queue to whoever writes it: at least one slice, so that a batch that was written in part is
// never dropped.
func (v *viewer) take() net.Buffers {
	var taken net.Buffers
	for size := 0; len(v.queue) > 0 && size < 64<<10; v.pop() {
		taken = append(taken, v.queue[0])
		size += len(v.queue[0])
		v.queued -= len(v.queue[0])
	}
	if len(v.queue) == 0 {
		v.taken = v.told
	}
	return taken
}

// drain is the life of the viewer's own goroutine: write taken, then what has been queued meanwhile, until nothing is.
func (v *viewer) drain(taken net.Buffers) {
	for {
		v.mu.Lock()
		patience := v.limits.ViewerPatience
		if v.ending {
			patience = v.limits.end
		}
		v.conn.SetWriteDeadline(time.Now().Add(patience))
		v.mu.Unlock()
		_, err := taken.WriteTo(v.conn)
		v.mu.Lock()
		if err != nil {
			// It stays draining, so that nobody else writes; its reader takes it off the key.
			v.drop()
			v.conn.Close()
			v.mu.Unlock()
			return
		}
		if len(v.queue) == 0 {
			v.draining = false
			v.conn.SetWriteDeadline(time.Time{})
			if v.ending {
				v.last()
			}
			v.mu.Unlock()
			return
		}
		taken = v.take()
		v.mu.Unlock()
	}
}

// endPatience is how long a viewer may take to read the rest of a stream that has ended. Nobody waits for it: the key is
// free already.
const endPatience = 2 * time.Second
