package load

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// served is what a server that we script saw of one connection.
type served struct {
	frames int
	stamps []media.Stamp
	err    error // how the connection ended
}

// serveOne answers one publisher as answer says, and reports what it saw when the connection ends.
func serveOne(t *testing.T, answer func(*rtmp.ServerConn) error) (target.Endpoint, <-chan served) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	out := make(chan served, 1)
	go func() {
		var saw served
		defer func() { out <- saw }()
		nc, err := ln.Accept()
		if err != nil {
			saw.err = err
			return
		}
		defer nc.Close()
		s, err := rtmp.NewServerConn(t.Context(), nc, rtmp.ServerConfig{ReplyProperties: map[string]any{"srs_id": "c1d"}})
		if err != nil {
			saw.err = err
			return
		}
		for {
			req, err := s.Next()
			if err != nil {
				saw.err = err
				return
			}
			switch req.Kind {
			case rtmp.Publish:
				if err := answer(s); err != nil {
					saw.err = err
					return
				}
			case rtmp.Media:
				saw.frames++
				if stamp, ok, err := media.FindStamp(req.Media.Payload); ok && err == nil {
					saw.stamps = append(saw.stamps, stamp)
				}
			}
		}
	}()
	return target.Endpoint{Addr: ln.Addr().String(), App: "live", Stream: "s0", TCURL: "rtmp://" + ln.Addr().String() + "/live"}, out
}

func publishers(t *testing.T, p profile.Profile) (*Publishers, *historytest.Notes) {
	t.Helper()
	clip, err := media.Synthetic(media.DefaultSpec())
	if err != nil {
		t.Fatal(err)
	}
	sink := historytest.New()
	return &Publishers{
		Sink: sink, Gate: openGate{}, Clip: clip, Profile: &p, Dial: new(target.Road).Dial, Source: 42,
		Patience: time.Hour, Clock: func() int64 { return int64(sink.Now()) },
	}, sink
}

var someone = Who{Key: "live/s0", Actor: "pub/live/s0", Role: history.Owner}

func TestPublishHoldsUntilItsTime(t *testing.T) {
	defer goleak.VerifyNone(t)
	to, saw := serveOne(t, (*rtmp.ServerConn).Accept)
	p, sink := publishers(t, profile.Profile{Accept: "onstatus", ReplyID: "srs_id"})
	s, failure := p.Connect(t.Context(), to, someone, Attempt{})
	if failure != nil {
		t.Fatal(failure)
	}
	if s.ServerID != "c1d" {
		t.Errorf("ServerID = %q", s.ServerID)
	}
	if _, failure := s.Publish(7); failure != nil {
		t.Fatal(failure)
	}
	said, failure := s.Await(t.Context())
	if failure != nil {
		t.Fatal(failure)
	}
	var accepted []time.Duration
	marks := 0
	r := s.Hold(t.Context(), Holding{
		Said: said, Live: 300 * time.Millisecond,
		Accepted: func(at time.Duration) { accepted = append(accepted, at) },
		Marks:    []Mark{{After: 50 * time.Millisecond, Do: func() { marks++ }}, {After: time.Hour, Do: func() { marks += 100 }}},
	})
	if r.Ended != nil || !r.Accepted || r.Due != said+300*time.Millisecond || r.At < r.Due {
		t.Errorf("Release = %+v, want the time to be up at %v", r, said+300*time.Millisecond)
	}
	if len(accepted) != 1 || accepted[0] != said || marks != 1 {
		t.Errorf("accepted at %v (said %v), %d marks", accepted, said, marks)
	}
	s.Close()
	got := <-saw
	// 300 ms are 8 video frames of 25 a second, or fewer where the machine was busy at the end. None goes out before its time.
	if n := len(got.stamps); n < 1 || n > 8 {
		t.Errorf("%d stamped frames in 300 ms, want up to 8", n)
	}
	for i, stamp := range got.stamps {
		if stamp.Epoch != 7 || stamp.Seq != uint32(i+1) || stamp.Source != media.SourceOf(42, someone.Key) {
			t.Errorf("stamp %d = %+v", i, stamp)
		}
		if due := said + time.Duration(i)*40*time.Millisecond; time.Duration(stamp.SentAt) < due {
			t.Errorf("frame %d was sent at %v, and is due at %v", i, time.Duration(stamp.SentAt), due)
		}
	}
	frames, bytes, last := s.Sent()
	if frames != int64(got.frames) || bytes == 0 || last == 0 {
		t.Errorf("Sent = %d frames, %d bytes, last at %v; the server got %d", frames, bytes, last, got.frames)
	}
	if c, ok := sink.All()[0].What.(history.Connected); !ok || c.ServerID != "c1d" || c.Setup < c.TCP {
		t.Errorf("first event %+v", sink.All()[0])
	}
}

func TestRefusals(t *testing.T) {
	hangUp := func(s *rtmp.ServerConn) error { s.NetConn().Close(); return io.EOF }
	tests := []struct {
		name    string
		profile profile.Profile
		answer  func(*rtmp.ServerConn) error
		stage   string
		wire    history.Wire
		code    string
	}{
		{"closed", profile.Profile{Accept: "onstatus"}, hangUp, "publish", history.WireEOF, ""},
		{"bad name", profile.Profile{Accept: "onstatus"}, func(s *rtmp.ServerConn) error {
			return s.Reject("NetStream.Publish.BadName", "Already publishing.")
		}, "publish", history.WireStatus, "NetStream.Publish.BadName"},
		{"start, then closed", profile.Profile{Accept: "survive", Survive: time.Hour}, func(s *rtmp.ServerConn) error {
			s.Accept()
			return hangUp(s)
		}, "survive", history.WireEOF, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			to, saw := serveOne(t, tt.answer)
			p, _ := publishers(t, tt.profile)
			s, failure := p.Connect(t.Context(), to, someone, Attempt{})
			if failure != nil {
				t.Fatal(failure)
			}
			if _, failure := s.Publish(1); failure != nil {
				t.Fatal(failure)
			}
			said, got := s.Await(t.Context())
			if got == nil {
				got = s.Hold(t.Context(), Holding{Said: said, Live: time.Hour, Accepted: func(time.Duration) {
					t.Error("accepted")
				}}).Ended
			}
			s.Close()
			<-saw
			// A write into a socket that the server closed may meet RST before the reader meets FIN.
			wireOK := got.Wire == tt.wire || tt.stage == "survive" && got.Wire == history.WireReset
			if !wireOK || got.Code != tt.code || got.Stage != tt.stage {
				t.Errorf("refused with %+v, want stage %s, wire %s, code %q", got, tt.stage, tt.wire, tt.code)
			}
		})
	}
}

func TestSurviveAcceptsLate(t *testing.T) {
	defer goleak.VerifyNone(t)
	to, saw := serveOne(t, (*rtmp.ServerConn).Accept)
	p, _ := publishers(t, profile.Profile{Accept: "survive", Survive: 150 * time.Millisecond})
	s, failure := p.Connect(t.Context(), to, someone, Attempt{})
	if failure != nil {
		t.Fatal(failure)
	}
	s.Publish(1)
	said, failure := s.Await(t.Context())
	if failure != nil {
		t.Fatal(failure)
	}
	var at time.Duration
	r := s.Hold(t.Context(), Holding{Said: said, Live: 50 * time.Millisecond, Accepted: func(a time.Duration) { at = a }})
	if at != said+150*time.Millisecond || r.Due != at+50*time.Millisecond {
		t.Errorf("accepted %v after Start, due %v after that; want 150ms and 50ms", at-said, r.Due-at)
	}
	s.Close()
	<-saw
}

func TestContextEndsEverything(t *testing.T) {
	defer goleak.VerifyNone(t)
	// A listener that takes connections and says nothing.
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	p, _ := publishers(t, profile.Profile{Accept: "onstatus"})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan *Failure)
	go func() {
		_, failure := p.Connect(ctx, target.Endpoint{Addr: ln.Addr().String(), App: "live", Stream: "s"}, someone, Attempt{})
		done <- failure
	}()
	cancel()
	if failure := <-done; failure == nil || failure.Wire != history.WireOurs {
		t.Errorf("a cancelled Connect returned %+v", failure)
	}
	// The end of the caller's own time is not the server's silence either.
	ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	_, failure := p.Connect(ctx, target.Endpoint{Addr: ln.Addr().String(), App: "live", Stream: "s"}, someone, Attempt{})
	cancel()
	if failure == nil || failure.Wire != history.WireOurs {
		t.Errorf("a Connect out of time returned %+v", failure)
	}

	to, saw := serveOne(t, func(*rtmp.ServerConn) error { return nil })
	s, failure := p.Connect(t.Context(), to, someone, Attempt{})
	if failure != nil {
		t.Fatal(failure)
	}
	s.Publish(1)
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, failure := s.Await(ctx); failure == nil || failure.Wire != history.WireOurs {
		t.Errorf("a cancelled Await returned %+v", failure)
	}
	s.Close()
	<-saw
}

func TestLostBeforeItWasUsed(t *testing.T) {
	defer goleak.VerifyNone(t)
	to, saw := serveOne(t, (*rtmp.ServerConn).Accept)
	p, _ := publishers(t, profile.Profile{Accept: "onstatus"})
	s, failure := p.Connect(t.Context(), to, someone, Attempt{Armed: true})
	if failure != nil {
		t.Fatal(failure)
	}
	if _, _, lost := s.Lost(); lost {
		t.Error("lost as soon as it was made")
	}
	s.Wire().(*net.TCPConn).CloseWrite() // the scripted server ends when it sees our FIN
	<-saw
	s.reader.Wait()
	if wire, _, lost := s.Lost(); !lost || wire != history.WireEOF {
		t.Errorf("Lost = %v, %v after the server closed", wire, lost)
	}
	s.Close()
}

func TestStampGoesWhereItBelongs(t *testing.T) {
	clip, err := media.Synthetic(media.DefaultSpec())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		f := clip.Frame(i)
		if f.StampAt < 0 {
			continue
		}
		for _, ts := range []uint32{0, 0xFFFFFE, 0xFFFFFF, 0x1000000} {
			msg := rtmp.Message{Type: rtmp.TypeVideo, StreamID: 1, ChunkStream: mediaChunkStream, Timestamp: ts, Payload: f.Body}
			want := media.Stamp{Epoch: 9, Seq: uint32(i), SentAt: 123456789, Source: 7}
			for _, size := range []int{65536, 256} {
				buf := appendStamped([]byte("before"), msg, size, f.StampAt, want)
				// A server learns the chunk size from a message of its own (RTMP 1.0 §5.4.1).
				announced := rtmp.AppendMessage(nil, rtmp.Message{
					Type: rtmp.TypeSetChunkSize, ChunkStream: 2, Payload: binary.BigEndian.AppendUint32(nil, uint32(size)),
				}, 128)
				r := rtmp.NewChunkReader(bytes.NewReader(append(announced, buf[len("before"):]...)), rtmp.Limits{})
				got, err := r.Next()
				if err != nil {
					t.Fatalf("frame %d at %#x, chunks of %d: %v", i, ts, size, err)
				}
				stamp, ok, err := media.FindStamp(got.Payload)
				if !ok || err != nil || stamp != want || got.Timestamp != ts {
					t.Fatalf("frame %d at %#x, chunks of %d: stamp %+v, %v, %v", i, ts, size, stamp, ok, err)
				}
			}
		}
	}
}

// tellTale is a gate that remembers what it was told.
type tellTale struct {
	openGate
	told []history.Wire
}

func (g *tellTale) Report(wire history.Wire) { g.told = append(g.told, wire) }

// TestCallersTimeIsUp connects to a server that says nothing. That our own time is up says nothing of the server either: it
// is no refusal, and no trouble that would close the gate to the others.
func TestCallersTimeIsUp(t *testing.T) {
	defer goleak.VerifyNone(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	p, _ := publishers(t, profile.Profile{Accept: "onstatus"})
	gate := new(tellTale)
	p.Gate = gate
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, failure := p.Connect(ctx, target.Endpoint{Addr: ln.Addr().String(), App: "live", Stream: "s0"}, someone, Attempt{})
	if failure == nil || failure.Wire != history.WireOurs {
		t.Errorf("%+v", failure)
	}
	if len(gate.told) != 0 {
		t.Errorf("the gate was told %q", gate.told)
	}
}

// TestEndOfRunBreaksWrites: a write that our own end broke is not the server's doing; one that the server broke at the same
// time still is.
func TestEndOfRunBreaksWrites(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	p, _ := publishers(t, profile.Profile{})
	for _, tt := range []struct {
		name   string
		ctx    context.Context
		wire   history.Wire
		theirs bool
	}{
		{"stalled", t.Context(), history.WireTimeout, true},
		{"ours", ended, history.WireTimeout, false},
		{"reset at our end", ended, history.WireReset, true},
	} {
		s := &Session{from: p}
		if r := s.broken(tt.ctx, &Failure{Wire: tt.wire}); (r.Ended != nil) != tt.theirs {
			t.Errorf("%s: %+v", tt.name, r.Ended)
		}
	}
}

// TestResetIsToldOnce: a reset that the system told to a write is no end, though who reads after it sees one; an end behind which we wrote is.
func TestResetIsToldOnce(t *testing.T) {
	p, _ := publishers(t, profile.Profile{})
	for _, tt := range []struct {
		write syscall.Errno
		read  error
		want  history.Wire
	}{
		{syscall.ECONNRESET, io.EOF, history.WireReset},
		{syscall.ECONNRESET, syscall.ECONNRESET, history.WireReset},
		{syscall.EPIPE, io.EOF, history.WireEOF},
	} {
		s := &Session{from: p, heard: make(chan heard, 1)}
		s.heard <- heard{err: tt.read}
		if f := s.writeFailed(&net.OpError{Op: "write", Err: tt.write}); f.Wire != tt.want {
			t.Errorf("%v, and then %v: %+v", tt.write, tt.read, f)
		}
	}
}

func TestHoldWaitsForWhatComesBefore(t *testing.T) {
	defer goleak.VerifyNone(t)
	const live, patience = 50 * time.Millisecond, 300 * time.Millisecond
	closed := make(chan struct{})
	close(closed)
	soon := make(chan struct{})
	tests := []struct {
		name   string
		before chan struct{}
		check  func(since time.Duration) bool
	}{
		{"nothing to wait for", closed, func(d time.Duration) bool { return d == live }},
		{"a while", soon, func(d time.Duration) bool { return d > live }},
		{"in vain", make(chan struct{}), func(d time.Duration) bool { return d == live+patience }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			to, saw := serveOne(t, (*rtmp.ServerConn).Accept)
			p, _ := publishers(t, profile.Profile{Accept: "onstatus"})
			s, failure := p.Connect(t.Context(), to, someone, Attempt{})
			if failure != nil {
				t.Fatal(failure)
			}
			s.Publish(1)
			said, failure := s.Await(t.Context())
			if failure != nil {
				t.Fatal(failure)
			}
			h := Holding{Said: said, Live: live, Accepted: func(time.Duration) {}, Before: tt.before, Patience: patience}
			if tt.before == soon {
				// It happens when the time is up already.
				h.Marks = []Mark{{After: live, Do: func() { time.AfterFunc(10*time.Millisecond, func() { close(soon) }) }}}
			}
			r := s.Hold(t.Context(), h)
			if !tt.check(r.Due - said) {
				t.Errorf("due %v after acceptance", r.Due-said)
			}
			s.Close()
			<-saw
		})
	}
}
