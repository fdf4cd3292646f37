package rtmp

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"testing"
)

// joined is what v would write.
func joined(v *Vector) []byte { return bytes.Join(v.Rest(0), nil) }

// patterned is n bytes of which no two parts look alike.
func patterned(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return b
}

func TestVectorIsAppendMessage(t *testing.T) {
	patch := Patch{At: 40, With: []byte("stamp")}
	var v Vector
	for _, size := range []int{0, 1, 45, 100, copyBelow - 1, copyBelow, copyBelow + 45, 65536, 65537, 200_000} {
		for _, chunk := range []int{64, 128, 4096, 65536} {
			for _, at := range []uint32{0, 0xFFFFFE, 0xFFFFFF, 0x1000000} {
				first := Message{Type: TypeAudio, StreamID: 1, ChunkStream: 6, Timestamp: at, Payload: patterned(size)}
				second := Message{Type: TypeVideo, StreamID: 0x01020304, ChunkStream: 600, Timestamp: at, Payload: patterned(size + 45)}
				v.Reset()
				v.Message(first, chunk, Patch{})
				v.Message(second, chunk, patch)
				want := AppendMessage(nil, first, chunk)
				second.Payload = bytes.Clone(second.Payload)
				copy(second.Payload[patch.At:], patch.With)
				want = AppendMessage(want, second, chunk)
				if got := joined(&v); !bytes.Equal(got, want) || v.Size() != len(want) {
					t.Fatalf("%d bytes in chunks of %d at %#x: a Vector of %d bytes is not what AppendMessage makes of it, %d bytes",
						size, chunk, at, v.Size(), len(want))
				}
			}
		}
	}
}

func TestVectorRest(t *testing.T) {
	var v Vector
	for _, size := range []int{10, copyBelow, 10, 3 * copyBelow} {
		v.Message(Message{Type: TypeVideo, Payload: patterned(size)}, 65536, Patch{})
	}
	want := joined(&v)
	for _, n := range []int{0, 1, 11, 12, 22, 23, 500, 22 + 12 + copyBelow, len(want) - 1, len(want)} {
		rest := v.Rest(n)
		if got := bytes.Join(rest, nil); !bytes.Equal(got, want[n:]) {
			t.Errorf("after %d of %d bytes %d are left, or others", n, len(want), len(got))
		}
	}
	rest := v.Rest(5)
	v.Reset()
	v.Message(Message{Type: TypeAudio, Payload: make([]byte, 30)}, 65536, Patch{})
	if got := bytes.Join(rest, nil); !bytes.Equal(got, want[5:]) {
		t.Error("what was left over has changed with the Vector")
	}
}

// TestTryMedia writes into a socket that nobody reads, until it takes no more, while the peer asks for replies.
func TestTryMedia(t *testing.T) {
	near, far := tcpPair(t)
	s := &sender{nc: near}
	if !s.canTry() {
		t.Skip("writes can't be tried here")
	}
	var v Vector
	var want []byte
	var rest [][]byte
	reply := AppendMessage(nil, Message{Type: TypeUserControl, Payload: []byte("pong")}, initialChunkSize)
	for i := 0; rest == nil; i++ {
		if i > 10_000 {
			t.Fatal("the socket takes everything")
		}
		v.Reset()
		v.Message(Message{Type: TypeVideo, Timestamp: uint32(i), Payload: patterned(20_000)}, 65536, Patch{})
		if i%7 == 0 {
			if err := s.post(reply); err != nil {
				t.Fatal(err)
			}
			want = append(want, reply...)
		}
		want = append(want, joined(&v)...)
		n, err := s.try(&v)
		if err != nil {
			t.Fatal(err)
		}
		if n < v.Size() {
			rest = v.Rest(n)
		}
	}
	// The rest of a message goes in front of a reply, whoever comes first.
	if err := s.post(reply); err != nil {
		t.Fatal(err)
	}
	if err := s.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want = append(want, reply...)
	held := s.held
	got := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(far)
		got <- b
	}()
	if err := s.finish(rest); err != nil {
		t.Fatal(err)
	}
	near.Close()
	if b := <-got; !bytes.Equal(b, want) {
		t.Errorf("the peer read %d bytes, want %d, or others (cut inside a message: %v)", len(b), len(want), held)
	}
}

// tcpPair is a connection and its other end.
func tcpPair(t testing.TB) (near, far *net.TCPConn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	nc, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	other, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		nc.Close()
		other.Close()
	})
	return nc.(*net.TCPConn), other.(*net.TCPConn)
}

// BenchmarkVector tells from what size on a piece is better shared than copied: a message in a head, a copied part and one that
// is either.
func BenchmarkVector(b *testing.B) {
	for _, size := range []int{512, 1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10} {
		for _, shared := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d/shared=%v", size, shared), func(b *testing.B) {
				near, far := tcpPair(b)
				done := make(chan struct{})
				go func() {
					defer close(done)
					io.Copy(io.Discard, far)
				}()
				s := &sender{nc: near}
				if !s.canTry() {
					b.Skip("writes can't be tried here")
				}
				body := patterned(size)
				b.SetBytes(int64(size))
				var v Vector
				for b.Loop() {
					v.Reset()
					v.buf = appendHead(v.buf, Message{Type: TypeVideo, Payload: body})
					if shared {
						v.cut()
						v.pieces = append(v.pieces, piece{b: body, shared: true})
					} else {
						v.buf = append(v.buf, body...)
					}
					v.size = 12 + size
					n, err := s.try(&v)
					if err == nil && n < v.size {
						err = s.finish(v.Rest(n))
					}
					if err != nil {
						b.Fatal(err)
					}
				}
				near.Close()
				<-done
			})
		}
	}
}
