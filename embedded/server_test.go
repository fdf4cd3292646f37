package embedded

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
)

func TestValidate(t *testing.T) {
	for _, tc := range []struct {
		name string
		cfg  Config
		want []phrase.ID
	}{
		{"zero value", Config{}, nil},
		{"no port", Config{RTMP: "localhost", HTTP: "8080"}, []phrase.ID{phrase.EmbeddedAddress, phrase.EmbeddedAddress}},
		{"unknown bug", Config{Bug: "late-release"}, []phrase.ID{phrase.EmbeddedBugUnknown}},
		{"unknown policy", Config{Absent: "perhaps"}, []phrase.ID{phrase.EmbeddedAbsent}},
		{"negative", Config{GOPBytes: -1, MaxWaiting: -1}, []phrase.ID{phrase.EmbeddedNegative, phrase.EmbeddedNegative}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []phrase.ID
			if err := tc.cfg.Validate(); err != nil {
				for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
					var said *phrase.Error
					if errors.As(e, &said) {
						got = append(got, said.ID)
					}
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPortThatIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, cfg := range []Config{
		{RTMP: l.Addr().String(), HTTP: "127.0.0.1:0"},
		{RTMP: "127.0.0.1:0", HTTP: l.Addr().String()},
	} {
		s, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Run(context.Background())
		if err == nil || !strings.Contains(err.Error(), l.Addr().String()) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want one line that names %s", err, l.Addr())
		}
	}
}

func TestItStopsWithEverybodyConnected(t *testing.T) {
	s, err := New(Config{RTMP: "127.0.0.1:0", HTTP: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	r := &running{Server: s, log: &seenLog{}}
	p := r.publish(t, "s0")
	p.headers()
	p.frames(3)
	v := r.view(t, "s0")
	v.media()
	r.view(t, "s1")
	r.arm(t, "s2")
	cancel(errors.New("the caller's own reason"))
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(patience):
		t.Error("it doesn't stop")
	}
}

// What is published reaches a viewer that waited and one that comes later, whole and in order; the end of the publish
// is a clean end of the body.
func TestPublishAndPlay(t *testing.T) {
	r := start(t, Config{})
	early := r.viewers(t, "s0", 1)[0]
	p := r.publish(t, "s0")
	p.headers()
	const n = 40
	p.frames(n)
	if head := early.response(); head.StatusCode != 200 || head.Header.Get("Content-Type") != "video/x-flv" ||
		head.Header.Get("Access-Control-Allow-Origin") != "*" || !cmp.Equal(head.TransferEncoding, []string{"chunked"}) {
		t.Errorf("head: %+v", head)
	}
	if tag := early.tag(); tag.Type != flv.Script {
		t.Errorf("first tag is %v", tag)
	}
	if header := early.tags.Header(); !header.Audio || !header.Video {
		t.Errorf("header %+v", header)
	}
	for _, kind := range []flv.TagType{flv.Video, flv.Audio} {
		if tag := early.tag(); tag.Type != kind || !tag.IsSequenceHeader() {
			t.Errorf("%v is no sequence header of %v", tag, kind)
		}
	}
	for i := range n {
		tag, want := early.tag(), clip().Frame(i)
		if uint8(tag.Type) != uint8(want.Type) || tag.Timestamp != want.Timestamp() || tag.Size != len(want.Body) {
			t.Fatalf("frame %d: %v", i, tag)
		}
	}
	late := r.view(t, "s0")
	if tag := late.media(); !tag.Keyframe() {
		t.Errorf("a late viewer begins with %v", tag)
	}
	if err := p.c.WriteUnpublish("s0"); err != nil {
		t.Fatal(err)
	}
	for _, v := range []*play{early, late} {
		if _, err := v.end(); err != io.EOF {
			t.Errorf("the stream ended with %v", err)
		}
	}
}

// The log and the reply to connect name a connection in the same way, and the profile reads the log.
func TestLog(t *testing.T) {
	r := start(t, Config{})
	v := r.viewers(t, "s0", 1)[0]
	p := r.publish(t, "s0?fs=token")
	p.headers()
	p.frames(1)
	v.media()
	r.refused(t, "s0")
	p.nc.Close()
	r.log.wait(t, "http: unmount flv stream for sid=/live/s0", 1)

	known, _ := profile.Lookup("embedded")
	id, _ := p.c.Reply().Properties["flvstorm_id"].(string)
	if len(id) != 8 || known.ServerID(p.c.Reply().Properties) != id || known.Version(p.c.Reply().Properties) != "dev" {
		t.Errorf("the reply says %v", p.c.Reply().Properties)
	}
	type seen struct{ Rule, Key, Peer, Level string }
	var got []seen
	var other []string
	for line := range strings.Lines(r.log.String()) {
		parsed, ok := known.ParseLog(line)
		switch {
		case parsed.ID == id && ok:
			got = append(got, seen{parsed.Rule, parsed.Key, parsed.Peer, parsed.Level})
		case parsed.Class != "" || parsed.Rule == "http-client":
			got = append(got, seen{parsed.Rule, parsed.Key, "", parsed.Level})
		case parsed.ID == "":
			other = append(other, line)
		}
	}
	want := []seen{
		{"http-client", "live/s0", "", "INFO"},
		{"rtmp-client", "", p.nc.LocalAddr().String(), "INFO"},
		{"identified", "live/s0", "", "INFO"},
		{"source", "live/s0", "", "INFO"},
		{"publish-busy", "live/s0", "", "ERROR"},
	}
	if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" {
		t.Error(diff)
	}
	if len(other) > 0 {
		t.Errorf("lines without a head: %q", other)
	}
	for _, line := range []string{"RTMP listen at tcp://" + r.RTMPAddr() + ", fd=", "HTTP listen at tcp://" + r.HTTPAddr() + ", fd=",
		"] ready\n", "stream=s0, param=?fs=token,", "http: mount flv stream for sid=/live/s0, mount=/live/s0.flv\n"} {
		if !strings.Contains(r.log.String(), line) {
			t.Errorf("no %q in the log", line)
		}
	}
}

// A publisher that falls silent is closed, and its key is free.
func TestASilentPublisherIsClosed(t *testing.T) {
	for idle := 50 * time.Millisecond; ; idle *= 4 {
		r := start(t, Config{PublisherIdle: idle})
		began := time.Now()
		p := r.publish(t, "s0")
		p.closed = true
		p.headers()
		p.frames(3)
		spoke := time.Since(began)
		err := p.answer()
		if !errors.Is(err, io.EOF) && spoke >= idle {
			t.Logf("it spoke for %v, which may have been to nobody: %v", spoke, err)
			continue
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("got %v, want a FIN", err)
		}
		r.log.wait(t, "client timeout", 1)
		r.publish(t, "s0")
		return
	}
}

// So is one that asks and asks and never reads an answer, which would hold up its reader.
func TestAPublisherThatTakesNoAnswer(t *testing.T) {
	r := start(t, Config{PublisherIdle: time.Second})
	p := r.publish(t, "s0")
	p.nc.SetReadBuffer(1 << 10)
	ping := rtmp.AppendMessage(nil, rtmp.Message{Type: 4, ChunkStream: 2, Payload: []byte{0, 6, 0, 0, 0, 0}}, p.c.ChunkSize())
	flood := bytes.Repeat(ping, 1000)
	p.nc.SetWriteDeadline(time.Now().Add(patience))
	for {
		if _, err := p.nc.Write(flood); err != nil {
			break
		}
	}
	r.log.wait(t, "client timeout", 1)
	r.publish(t, "s0")
}

// So is one that connects and never comes to the point.
func TestAConnectionThatNeverPublishes(t *testing.T) {
	r := start(t, Config{SetupPatience: 50 * time.Millisecond})
	for _, said := range []string{"", "\x03", "GET / HTTP/1.1\r\n\r\n"} {
		nc, err := net.Dial("tcp", r.RTMPAddr())
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		io.WriteString(nc, said)
		nc.SetDeadline(time.Now().Add(patience))
		if _, err := io.Copy(io.Discard, nc); err != nil {
			t.Errorf("after %q: %v, want a FIN", said, err)
		}
	}
}

func TestAnRTMPPlayerIsToldNo(t *testing.T) {
	r := start(t, Config{})
	p := r.arm(t, "s0")
	// The name of a play request stands where that of a publish does; only the command differs.
	body := []byte("\x02\x00\x04play\x00\x40\x14\x00\x00\x00\x00\x00\x00\x05\x02\x00\x02s0")
	p.message(20, 0, body)
	if err := p.answer(); err == nil || !strings.Contains(err.Error(), "NetStream.Play.StreamNotFound") {
		t.Errorf("got %v", err)
	}
}
