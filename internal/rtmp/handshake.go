package rtmp

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/yutopp/go-rtmp/handshake"
)

const (
	rtmpVersion   = 3                   // RTMP 1.0, section 5.2.2
	handshakePart = 1536                // C1, S1, C2 and S2
	handshakeSize = 1 + 2*handshakePart // what each side sends in all
)

// hello is the memory of one handshake. It is large and short-lived, so it is pooled.
type hello struct {
	ours, theirs handshake.S1C1
	echo         handshake.S2C2
	in           [handshakeSize]byte
	out          bytes.Buffer
	enc          *handshake.Encoder
	src          bytes.Reader
	dec          *handshake.Decoder
}

var hellos = sync.Pool{New: func() any {
	h := &hello{}
	h.enc = handshake.NewEncoder(&h.out)
	h.dec = handshake.NewDecoder(&h.src)
	return h
}}

// clientHandshake sends C0 and C1 in one write, reads S0, S1 and S2, and appends C2 to dst: it leaves together with
// connect. S2 is not compared with C1, for servers that don't echo it are in use and nothing depends on it.
func clientHandshake(rw io.ReadWriter, dst []byte) ([]byte, error) {
	h := hellos.Get().(*hello)
	defer hellos.Put(h)
	h.out.Reset()
	if err := h.greet(); err != nil {
		return dst, err
	}
	if _, err := rw.Write(h.out.Bytes()); err != nil {
		return dst, err
	}
	if err := h.read(rw, handshakeSize); err != nil {
		return dst, err
	}
	h.out.Reset()
	if err := h.reply(); err != nil {
		return dst, err
	}
	return append(dst, h.out.Bytes()...), nil
}

// serverHandshake reads C0 and C1, sends S0, S1 and S2 in one write, and reads C2.
func serverHandshake(rw io.ReadWriter) error {
	h := hellos.Get().(*hello)
	defer hellos.Put(h)
	h.out.Reset()
	if err := h.read(rw, 1+handshakePart); err != nil {
		return err
	}
	if err := h.greet(); err != nil {
		return err
	}
	if err := h.reply(); err != nil {
		return err
	}
	if _, err := rw.Write(h.out.Bytes()); err != nil {
		return err
	}
	_, err := io.ReadFull(rw, h.in[:handshakePart])
	return whole(err)
}

// greet appends C0 and C1, or S0 and S1. Version zero in C1 asks for the plain handshake, without digests.
func (h *hello) greet() error {
	if _, err := rand.Read(h.ours.Random[:]); err != nil {
		return err
	}
	h.ours.Time = uint32(time.Now().UnixMilli())
	version := handshake.S0C0(rtmpVersion)
	if err := h.enc.EncodeS0C0(&version); err != nil {
		return err
	}
	return h.enc.EncodeS1C1(&h.ours)
}

// read reads n bytes of a handshake: version, C1 or S1, and perhaps S2. The version is looked at as soon as it is there:
// a peer that speaks something else may never send as much.
func (h *hello) read(r io.Reader, n int) error {
	got, err := io.ReadAtLeast(r, h.in[:n], 1)
	if err != nil {
		return err
	}
	var version handshake.S0C0
	h.src.Reset(h.in[:n])
	if err := h.dec.DecodeS0C0(&version); err != nil {
		return err
	}
	if version != rtmpVersion {
		return &FormatError{What: fmt.Sprintf("the handshake begins with byte %#02x, not with version 3", byte(version))}
	}
	if _, err := io.ReadFull(r, h.in[got:n]); err != nil {
		return whole(err)
	}
	return h.dec.DecodeS1C1(&h.theirs)
}

// reply appends the echo of what the other side sent: S2, or C2.
func (h *hello) reply() error {
	h.echo.Time, h.echo.Time2 = h.theirs.Time, uint32(time.Now().UnixMilli())
	h.echo.Random = h.theirs.Random
	return h.enc.EncodeS2C2(&h.echo)
}

// whole makes an end of the source inside of something an unexpected one.
func whole(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
