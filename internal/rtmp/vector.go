package rtmp

// Vector is what one write takes: pieces of memory, one behind the other. Small ones are copied into one buffer, for the kernel
// takes its time over each of many; large ones stay where they are, shared by all who send them.
//
// Its memory is kept by Reset. It is for one goroutine.
type Vector struct {
	buf    []byte
	begun  int // buf[begun:] is not in pieces yet
	pieces []piece
	size   int

	try trial
}

// piece is a part of a Vector.
type piece struct {
	b      []byte
	shared bool // not the Vector's own memory
}

// copyBelow is the size in bytes from which a piece is shared. BenchmarkVector sees no difference over loopback up to some 8 KiB;
// what is shared needs no memory while a server does not take it.
const copyBelow = 4 << 10

// Reset empties v.
func (v *Vector) Reset() {
	clear(v.pieces)
	v.buf, v.begun, v.pieces, v.size = v.buf[:0], 0, v.pieces[:0], 0
}

// Size is how many bytes v is.
func (v *Vector) Size() int { return v.size }

// Own is how many of them are in v's own memory.
func (v *Vector) Own() int { return len(v.buf) }

// Patch is what differs in a payload from one sending to the next: With stands there from the byte At on. It has to lie in
// the first chunk.
type Patch struct {
	At   int
	With []byte
}

// Message adds m as AppendMessage does, with the patch in its payload. The payload must not change until v is reset; the
// patch may.
func (v *Vector) Message(m Message, chunkSize int, patch Patch) {
	v.size -= len(v.buf)
	v.buf = appendHead(v.buf, m)
	at := 0
	if len(patch.With) > 0 {
		// What is in front of the patch is small: it is copied along.
		at = patch.At + len(patch.With)
		v.buf = append(v.buf, m.Payload[:patch.At]...)
		v.buf = append(v.buf, patch.With...)
	}
	id, left := chunkStreamOf(m), chunkSize-at
	for payload := m.Payload[at:]; ; left = chunkSize {
		n := min(left, len(payload))
		v.add(payload[:n])
		if payload = payload[n:]; len(payload) == 0 {
			break
		}
		v.buf = appendBasicHeader(v.buf, 3, id)
		v.buf = appendExtended(v.buf, m.Timestamp)
	}
	v.size += len(v.buf)
}

// add adds a part of a payload. Only what is shared counts for v.size.
func (v *Vector) add(b []byte) {
	if len(b) < copyBelow {
		v.buf = append(v.buf, b...)
		return
	}
	v.cut()
	v.pieces = append(v.pieces, piece{b: b, shared: true})
	v.size += len(b)
}

// cut makes a piece of what was copied since the last one. Where buf grows later, the piece stays in the memory it had.
func (v *Vector) cut() {
	if v.begun < len(v.buf) {
		v.pieces = append(v.pieces, piece{b: v.buf[v.begun:len(v.buf):len(v.buf)]})
		v.begun = len(v.buf)
	}
}

// Rest is what is left of v when n bytes have been written. It stays as it is when v is reset.
func (v *Vector) Rest(n int) [][]byte {
	v.cut()
	var rest [][]byte
	for _, p := range v.pieces {
		if n >= len(p.b) {
			n -= len(p.b)
			continue
		}
		b := p.b[n:]
		if n = 0; !p.shared {
			b = append([]byte(nil), b...)
		}
		rest = append(rest, b)
	}
	return rest
}
