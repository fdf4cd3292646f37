package load

import (
	"context"
	"io"
	"net"
	"testing"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
)

// silence is a Sink for benchmarks: it ends the player after so many sessions.
type silence struct {
	*notes
	left int
	stop context.CancelFunc
}

func (s *silence) Record(e history.Event) {
	switch e.What.(type) {
	case history.PlayEnded, history.PlayRefused:
		if s.left--; s.left == 0 {
			s.stop()
		}
	}
}

// BenchmarkSession is one whole session over loopback, both sides of it: connect, request, answer, two frames, end. The
// wait after so short a session is left out.
func BenchmarkSession(b *testing.B) {
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		b.Fatal(err)
	}
	answer := append([]byte(head), (&side{clip: clip}).stream()...)
	for _, f := range (&side{clip: clip}).video(2, 1) {
		answer = append(answer, f...)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	go func() {
		buf := make([]byte, 4096)
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			nc.Read(buf)
			nc.Write(answer)
			nc.Close()
		}
	}()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	v, err := newViewer(Player{URL: "http://" + l.Addr().String() + "/live/s0.flv", Sink: &silence{notes: newNotes(), left: -1}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		v.session++
		v.play(ctx, 0)
	}
}

// BenchmarkRead is what a player does with the stream itself: chunked HTTP, 2 Mbit/s frames, no socket.
func BenchmarkRead(b *testing.B) {
	clip, err := media.Synthetic(media.Spec{Bitrate: 2_000_000})
	if err != nil {
		b.Fatal(err)
	}
	loop := []byte{}
	for i := range clip.Len() {
		f := clip.Frame(i)
		loop = flv.AppendTag(loop, f.Type, f.Timestamp(), f.Body)
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	p := Player{URL: "http://127.0.0.1/s.flv", Sink: &silence{notes: newNotes(), left: 1, stop: cancel},
		Dial: func(context.Context, string, string) (net.Conn, error) {
			start := append([]byte(head), (&side{clip: clip}).stream()...)
			return &looped{canned: canned{answer: start}, loop: loop, left: b.N}, nil
		},
	}
	b.SetBytes(int64(len(loop)))
	b.ReportAllocs()
	b.ResetTimer()
	p.Run(ctx)
}

// looped answers with the start once and then with the loop so many times.
type looped struct {
	canned
	loop []byte
	left int
}

func (l *looped) Read(p []byte) (int, error) {
	if len(l.answer) == 0 {
		if l.left == 0 {
			return 0, io.EOF
		}
		l.left--
		l.answer = l.loop
	}
	return l.canned.Read(p)
}
