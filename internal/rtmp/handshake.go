package rtmp

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	rtmpVersion   = 3                   // RTMP 1.0, section 5.2.2
	handshakePart = 1536                // C1, S1, C2 and S2
	handshakeSize = 1 + 2*handshakePart // what each side sends in all
)

// hello is the memory of one handshake. It is large and short-lived, so it is pooled.
type hello struct {
	in  [handshakeSize]byte // what the other side sent
	out [handshakeSize]byte
}

var hellos = sync.Pool{New: func() any {
	// The random bytes tell a C1 or S1 from those of other connections at the same time (section 5.2.3): those of two in
	// a row on the same memory differ in their time and in the eight bytes that greet renews.
	h := &hello{}
	random(h.out[1+8 : 1+handshakePart])
	return h
}}

// random fills b with random bytes that nobody's safety hangs on.
func random(b []byte) {
	for len(b) > 0 {
		var word [8]byte
		binary.LittleEndian.PutUint64(word[:], rand.Uint64())
		b = b[copy(b, word[:]):]
	}
}

// clientHandshake sends C0 and C1 in one write, reads S0, S1 and S2, and appends C2 to dst: it leaves together with
// connect. S2 is not compared with C1, for servers that don't echo it are in use and nothing depends on it.
func clientHandshake(rw io.ReadWriter, dst []byte) ([]byte, error) {
	h := hellos.Get().(*hello)
	defer hellos.Put(h)
	h.greet()
	if _, err := rw.Write(h.out[:1+handshakePart]); err != nil {
		return dst, err
	}
	if err := h.read(rw, handshakeSize); err != nil {
		return dst, err
	}
	return h.appendReply(dst), nil
}

// serverHandshake reads C0 and C1, sends S0, S1 and S2 in one write, and reads C2.
func serverHandshake(rw io.ReadWriter) error {
	h := hellos.Get().(*hello)
	defer hellos.Put(h)
	if err := h.read(rw, 1+handshakePart); err != nil {
		return err
	}
	h.greet()
	if _, err := rw.Write(h.appendReply(h.out[:1+handshakePart])); err != nil {
		return err
	}
	_, err := io.ReadFull(rw, h.in[:handshakePart])
	return whole(err)
}

// greet makes out begin with C0 and C1, or S0 and S1. Version zero in C1 asks for the plain handshake, without digests.
func (h *hello) greet() {
	h.out[0] = rtmpVersion
	part := h.out[1 : 1+handshakePart]
	binary.BigEndian.PutUint32(part, uint32(time.Now().UnixMilli()))
	clear(part[4:8])
	random(part[8:16])
}

// read reads n bytes of a handshake: version, C1 or S1, and perhaps S2. The version is looked at as soon as it is there:
// a peer that speaks something else may never send as much.
func (h *hello) read(r io.Reader, n int) error {
	got, err := io.ReadAtLeast(r, h.in[:n], 1)
	if err != nil {
		return err
	}
	if version := h.in[0]; version != rtmpVersion {
		return &FormatError{What: fmt.Sprintf("the handshake begins with byte %#02x, not with version 3", version)}
	}
	_, err = io.ReadFull(r, h.in[got:n])
	return whole(err)
}

// appendReply appends the echo of what the other side sent (S2, or C2): its time, our time, its random bytes.
func (h *hello) appendReply(dst []byte) []byte {
	dst = append(dst, h.in[1:1+4]...)
	dst = binary.BigEndian.AppendUint32(dst, uint32(time.Now().UnixMilli()))
	return append(dst, h.in[1+8:1+handshakePart]...)
}

// whole makes an end of the source inside of something an unexpected one.
func whole(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
