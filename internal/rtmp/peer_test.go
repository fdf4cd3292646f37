package rtmp

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gortmplib"
	peer "github.com/bluenviron/gortmplib/pkg/message"
	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/peertest"
)

// peerFrames are timestamps and sizes on both sides of what one chunk and 24 bits hold.
var peerFrames = []struct {
	at   uint32
	size int
}{{0, 5}, {40, 1000}, {80, 70_000}, {extended - 1, 70_000}, {extended, 70_000}, {extended + 40, 200_000}, {1 << 31, 70_000}, {1<<31 + 40, 5}}

// frameBody is an FLV video body that gortmplib takes for an H.264 access unit.
func frameBody(size int) []byte {
	return append([]byte{0x17, 1, 0, 0, 0}, payload(size-5)...)
}

// TestPeerClient lets gortmplib publish to us.
func TestPeerClient(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	got := make(chan conversation, 1)
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() {
		nc, err := ln.Accept()
		if err != nil {
			t.Error(err)
			close(got)
			return
		}
		defer nc.Close()
		c, err := converse(nc, ServerConfig{ReplyProperties: map[string]any{"srs_id": "x"}})
		if err != io.EOF {
			t.Errorf("ended with %v", err)
		}
		got <- c
	})
	u, err := url.Parse(fmt.Sprintf("rtmp://%s/live/s0?token=1", ln.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	c := &gortmplib.Client{URL: u, Publish: true}
	if err := c.Initialize(ctx); err != nil {
		t.Fatal(err)
	}
	want := []step{{Kind: Publish, Stream: "s0?token=1"}}
	for _, f := range peerFrames {
		body := frameBody(f.size)
		err := c.Write(&peer.Video{ChunkStreamID: peer.VideoChunkStreamID, MessageStreamID: 0x1000000, DTS: time.Duration(f.at) * time.Millisecond,
			Codec: peer.CodecH264, IsKeyFrame: true, Type: peer.VideoTypeAU, Payload: body[5:]})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, step{Kind: Media, Stream: "s0?token=1", Type: TypeVideo, Timestamp: f.at, Bytes: f.size, CRC: crc32.ChecksumIEEE(body)})
	}
	c.Close()
	if diff := cmp.Diff(want, (<-got).Steps); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPeerServer publishes to gortmplib.
func TestPeerServer(t *testing.T) {
	for _, chunk := range []int{128, 4096, 65536} {
		t.Run(fmt.Sprint(chunk), func(t *testing.T) {
			nc, far := dial(t)
			served := make(chan error, 1)
			var got []step
			go func() {
				served <- func() error {
					s := &gortmplib.ServerConn{RW: far}
					if err := s.Initialize(); err != nil {
						return err
					}
					if err := s.Accept(); err != nil {
						return err
					}
					if !s.Publish || s.URL.String() != "rtmp://h/live/s0?token=1" {
						t.Errorf("publish: %v, URL %s", s.Publish, s.URL)
					}
					for len(got) < len(peerFrames) {
						m, err := s.Read()
						if err != nil {
							return err
						}
						if v, ok := m.(*peer.Video); ok {
							body := append([]byte{0x17, byte(v.Type), 0, 0, 0}, v.Payload...)
							got = append(got, step{Timestamp: uint32(v.DTS / time.Millisecond), Bytes: len(body), CRC: crc32.ChecksumIEEE(body)})
						}
					}
					return nil
				}()
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			c, err := NewClient(ctx, nc, ClientConfig{App: "live", TCURL: "rtmp://h/live", ChunkSize: chunk})
			if err == nil {
				err = c.Open(ctx, "s0?token=1")
			}
			if err == nil {
				err = c.WritePublish("s0?token=1")
			}
			if err != nil {
				t.Fatal(err)
			}
			if s, err := c.Status(ctx); err != nil || s.Code != codePublishStart || s.Command != "onStatus" {
				t.Fatalf("%+v, %v", s, err)
			}
			var want []step
			for _, f := range peerFrames {
				body := frameBody(f.size)
				if _, err := c.WriteMedia(AppendMessage(nil, Message{Type: TypeVideo, StreamID: c.StreamID(), Timestamp: f.at, Payload: body}, c.ChunkSize())); err != nil {
					t.Fatal(err)
				}
				want = append(want, step{Timestamp: f.at, Bytes: f.size, CRC: crc32.ChecksumIEEE(body)})
			}
			if err := <-served; err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestCapturedSecondOpinion lets gortmplib read the captured chunks.
func TestCapturedSecondOpinion(t *testing.T) {
	for _, tt := range captures {
		t.Run(tt.name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join("testdata", tt.name+".rtmp"))
			if err != nil {
				t.Fatal(err)
			}
			got, _ := readAll(NewChunkReader(bytes.NewReader(b[handshakeSize:]), Limits{}))
			want := secondOpinion(t, b[handshakeSize:])
			if diff := diffMessages(want, got); diff != "" || len(got) < 20 {
				t.Errorf("%d messages (-gortmplib +ours):\n%s", len(got), diff)
			}
		})
	}
}

// TestRealMedia publishes a file with librtmp and compares every tag with the file.
func TestRealMedia(t *testing.T) {
	peertest.Program(t, "ffmpeg")
	peertest.CurlRTMP(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	file, late := makeSources(ctx, t)
	for _, c := range captures[2:] {
		name := file
		if strings.Contains(c.name, "extended") {
			name = late
		}
		_, got := publishReal(ctx, t, c, file)
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		want := []step{{Kind: Publish, Stream: "s0?token=1"}}
		for tags := flv.NewScanner(f); ; {
			tag, err := tags.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			body, err := tags.Body()
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, stepOf(Request{Kind: Media, Stream: "s0?token=1",
				Media: Message{Type: TypeID(tag.Type), Timestamp: tag.Timestamp, Payload: body}}))
		}
		want = append(want, step{Kind: Unpublish, Stream: "s0?token=1"})
		if diff := cmp.Diff(want, got.Steps); diff != "" {
			t.Errorf("%s (-file +wire):\n%s", c.name, diff)
		}
	}
}

// TestRealPlayer lets rtmpdump play, which is refused.
func TestRealPlayer(t *testing.T) {
	peertest.Program(t, "rtmpdump")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	program := exec.CommandContext(ctx, "rtmpdump", "-r", fmt.Sprintf("rtmp://%s/live/s0", ln.Addr()), "-o", os.DevNull)
	var out bytes.Buffer
	program.Stderr = &out
	nc, wait, err := meet(ln, program)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	defer nc.Close()
	s, err := NewServerConn(ctx, nc, ServerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Next()
	if err != nil || r.Kind != Play || r.Stream != "s0" {
		t.Fatalf("%+v, %v", r, err)
	}
	if err := s.Reject("NetStream.Play.StreamNotFound", "only HTTP-FLV here"); err != nil {
		t.Fatal(err)
	}
	nc.(*net.TCPConn).CloseWrite()
	_ = wait() // it fails, as it should
	if !strings.Contains(out.String(), "NetStream.Play.StreamNotFound") {
		t.Errorf("rtmpdump said:\n%s", out.String())
	}
}
