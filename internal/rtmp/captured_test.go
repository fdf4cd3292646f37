package rtmp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// The files in testdata are what real publishers sent over TCP to a ServerConn, from the first byte of the handshake,
// cut where a few messages of media had come. -update records them again, with what their decoding gave.
var update = flag.Bool("update", false, "record testdata again, with the ffmpeg and curl of this machine")

// A capture is one real publisher.
type capture struct {
	name string
	cfg  ServerConfig
	keep int // bytes
	// publish returns the command that publishes to url.
	publish func(ctx context.Context, url, flv string) *exec.Cmd
}

// source is the input of an ffmpeg that makes a second of picture and sound.
const source = "-hide_banner -loglevel error -f lavfi -i testsrc2=size=128x96:rate=25 -f lavfi -i sine=frequency=440:sample_rate=44100 " +
	"-c:v libx264 -preset ultrafast -tune zerolatency -g 25 -pix_fmt yuv420p -b:v 100k -c:a aac -b:a 32k -flags +bitexact -t 1 "

var captures = []capture{
	{name: "ffmpeg", keep: 16 << 10, publish: func(ctx context.Context, url, _ string) *exec.Cmd {
		return exec.CommandContext(ctx, "ffmpeg", strings.Fields(source+"-f flv "+url)...)
	}},
	{
		// The timestamp passes 0xFFFFFF ms in the middle, in chunks of 128 bytes.
		name: "ffmpeg-extended-timestamp", keep: 24 << 10, cfg: ServerConfig{ChunkSize: 128},
		publish: func(ctx context.Context, url, _ string) *exec.Cmd {
			return exec.CommandContext(ctx, "ffmpeg", strings.Fields(source+"-output_ts_offset 16776.9 -f flv "+url)...)
		},
	},
	{
		// The library of OBS.
		name: "librtmp", keep: 12 << 10,
		publish: func(ctx context.Context, url, flv string) *exec.Cmd {
			return exec.CommandContext(ctx, "curl", "-sS", "-T", flv, url)
		},
	},
	{
		name: "librtmp-extended-timestamp", keep: 24 << 10,
		publish: func(ctx context.Context, url, flv string) *exec.Cmd {
			return exec.CommandContext(ctx, "curl", "-sS", "-T", strings.TrimSuffix(flv, ".flv")+"-late.flv", url)
		},
	},
}

// step is what a test compares of a Request.
type step struct {
	Kind      RequestKind
	Stream    string
	Type      TypeID `json:",omitempty"`
	Timestamp uint32 `json:",omitempty"`
	Bytes     int    `json:",omitempty"`
	CRC       uint32 `json:",omitempty"` // of the payload
}

func stepOf(r Request) step {
	s := step{Kind: r.Kind, Stream: r.Stream, Type: r.Media.Type, Timestamp: r.Media.Timestamp, Bytes: len(r.Media.Payload)}
	if s.Bytes > 0 {
		s.CRC = crc32.ChecksumIEEE(r.Media.Payload)
	}
	return s
}

// conversation is what a captured publisher said, decoded.
type conversation struct {
	App   string
	Steps []step
}

// converse serves nc to its end, accepting everything.
func converse(nc net.Conn, cfg ServerConfig) (c conversation, err error) {
	s, err := NewServerConn(context.Background(), nc, cfg)
	if err != nil {
		return c, err
	}
	c.App = s.App()
	for {
		req, err := s.Next()
		if err != nil {
			return c, err
		}
		c.Steps = append(c.Steps, stepOf(req))
		if req.Kind == Publish {
			if err := s.Accept(); err != nil {
				return c, err
			}
		}
	}
}

func TestCaptured(t *testing.T) {
	if *update {
		record(t)
	}
	for _, tt := range captures {
		t.Run(tt.name, func(t *testing.T) {
			wire, err := os.ReadFile(filepath.Join("testdata", tt.name+".rtmp"))
			if err != nil {
				t.Fatal(err)
			}
			golden, err := os.ReadFile(filepath.Join("testdata", tt.name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want conversation
			if err := json.Unmarshal(golden, &want); err != nil {
				t.Fatal(err)
			}
			for _, whole := range []bool{true, false} {
				got, err := converse(&replay{in: bytes.NewReader(wire), byByte: !whole}, tt.cfg)
				if !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
					t.Errorf("ended with %v", err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("whole reads: %v (-want +got):\n%s", whole, diff)
				}
			}
		})
	}
}

// TestCapturedExtended holds that the captures show what they are for.
func TestCapturedExtended(t *testing.T) {
	for _, name := range []string{"ffmpeg-extended-timestamp", "librtmp-extended-timestamp"} {
		wire, err := os.ReadFile(filepath.Join("testdata", name+".rtmp"))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := converse(&replay{in: bytes.NewReader(wire)}, ServerConfig{})
		var below, above int
		last := uint32(0)
		for _, s := range got.Steps {
			if s.Kind != Media || s.Type == TypeData {
				continue
			}
			if s.Timestamp+100 < last {
				t.Errorf("%s: timestamp %d after %d", name, s.Timestamp, last)
			}
			last = s.Timestamp
			if s.Timestamp < extended {
				below++
			} else {
				above++
			}
		}
		if below == 0 || above < 5 {
			t.Errorf("%s: %d timestamps below %#x, %d above", name, below, extended, above)
		}
	}
}

// makeSources makes a second of picture and sound as FLV, once from zero and once from 0.3 s before 0xFFFFFF ms.
func makeSources(ctx context.Context, t *testing.T) (file, late string) {
	t.Helper()
	dir := t.TempDir()
	file, late = filepath.Join(dir, "source.flv"), filepath.Join(dir, "source-late.flv")
	for _, args := range []string{source + file, source + "-output_ts_offset 16776.9 " + late} {
		if out, err := exec.CommandContext(ctx, "ffmpeg", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Fatalf("ffmpeg: %v\n%s", err, out)
		}
	}
	return file, late
}

// record makes testdata anew.
func record(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	flv, _ := makeSources(ctx, t)
	for _, c := range captures {
		wire, _ := publishReal(ctx, t, c, flv)
		wire = wire[:min(len(wire), c.keep)]
		got, _ := converse(&replay{in: bytes.NewReader(wire)}, c.cfg)
		golden, err := json.MarshalIndent(got, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		for ext, b := range map[string][]byte{".rtmp": wire, ".json": append(golden, '\n')} {
			if err := os.WriteFile(filepath.Join("testdata", c.name+ext), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// publishReal lets a real publisher publish to a ServerConn, and returns what it sent and what that was.
func publishReal(ctx context.Context, t *testing.T, c capture, flv string) ([]byte, conversation) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	cmd := c.publish(ctx, fmt.Sprintf("rtmp://%s/live/s0?token=1", ln.Addr()), flv)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	nc, wait, err := meet(ln, cmd)
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out.Bytes())
	}
	defer nc.Close()
	tee := &teeConn{Conn: nc}
	got, err := converse(tee, c.cfg)
	if err != io.EOF && !errors.Is(err, syscall.ECONNRESET) {
		// ffmpeg closes without reading our answer to FCUnpublish, and the kernel makes that a reset.
		t.Errorf("%v: ended with %v", cmd, err)
	}
	nc.Close()
	if err := wait(); err != nil {
		t.Errorf("%v: %v\n%s", cmd, err, out.Bytes())
	}
	return tee.seen.Bytes(), got
}

// meet starts a program and accepts the connection that it opens to ln. The error is that of a program which ended without
// one, as it does at the latest when its context ends. Otherwise wait returns how it ended.
func meet(ln net.Listener, program *exec.Cmd) (nc net.Conn, wait func() error, err error) {
	if err := program.Start(); err != nil {
		return nil, nil, err
	}
	ended := make(chan error, 1)
	go func() {
		err := program.Wait()
		ln.Close()
		ended <- err
	}()
	wait = func() error { return <-ended }
	if nc, err = ln.Accept(); err != nil {
		return nil, nil, errors.Join(err, wait())
	}
	return nc, wait, nil
}

// TestMeetNobody holds that a program which fails before it connects does not keep its test waiting.
func TestMeetNobody(t *testing.T) {
	for _, args := range [][]string{{"-test.run", "^$"}, {"-test.bad-flag"}} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		nc, _, err := meet(ln, exec.CommandContext(t.Context(), os.Args[0], args...))
		if nc != nil || !errors.Is(err, net.ErrClosed) {
			t.Errorf("%q: %v, %v", args, nc, err)
		}
	}
}

// TestRealPublishers lets ffmpeg and librtmp publish now, where they are installed.
func TestRealPublishers(t *testing.T) {
	peertest.Program(t, "ffmpeg")
	peertest.CurlRTMP(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	flv, _ := makeSources(ctx, t)
	for _, c := range captures {
		t.Run(c.name, func(t *testing.T) {
			_, got := publishReal(ctx, t, c, flv)
			if len(got.Steps) == 0 || got.Steps[0].Kind != Publish || got.Steps[0].Stream != "s0?token=1" || got.App != "live" {
				t.Fatalf("began with %+v", got)
			}
			var media, unpublish int
			for _, s := range got.Steps {
				switch s.Kind {
				case Media:
					media++
				case Unpublish:
					unpublish++
				}
			}
			if media < 60 || unpublish != 1 {
				t.Errorf("%d media messages, %d unpublishes", media, unpublish)
			}
		})
	}
}

// teeConn keeps what was read.
type teeConn struct {
	net.Conn
	seen bytes.Buffer
}

func (c *teeConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.seen.Write(p[:n])
	return n, err
}

// replay is a net.Conn whose peer said everything beforehand and hears nothing.
type replay struct {
	net.Conn // nil: nothing else is called
	in       io.Reader
	byByte   bool
	mu       sync.Mutex
	sent     bytes.Buffer
}

func (r *replay) Read(p []byte) (int, error) {
	if r.byByte && len(p) > 1 {
		p = p[:1]
	}
	return r.in.Read(p)
}

func (r *replay) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sent.Write(p)
}

func (r *replay) Close() error                     { return nil }
func (r *replay) SetDeadline(time.Time) error      { return nil }
func (r *replay) SetReadDeadline(time.Time) error  { return nil }
func (r *replay) SetWriteDeadline(time.Time) error { return nil }
