package target

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/peertest"
)

// serve meets each connection with handle until the test ends, and returns the address.
func serve(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer nc.Close()
				defer context.AfterFunc(ctx, func() { nc.Close() })()
				handle(nc)
			})
		}
	})
	t.Cleanup(func() {
		cancel()
		l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

// shakes answers an RTMP handshake.
func shakes(nc net.Conn) {
	hello := make([]byte, 1+sizeC1)
	if _, err := io.ReadFull(nc, hello); err != nil {
		return
	}
	nc.Write(append(append([]byte{rtmpVersion}, hello[1:]...), hello[1:]...))
	io.Copy(io.Discard, nc)
}

// slowly writes a few bytes at a time.
type slowly struct{ net.Conn }

func (s slowly) Write(p []byte) (int, error) {
	for n := 0; n < len(p); n += 500 {
		if _, err := s.Conn.Write(p[n:min(n+500, len(p))]); err != nil {
			return n, err
		}
	}
	return len(p), nil
}

// says reports whether err begins and goes on like that.
func says(err error, first, then string) bool {
	return err != nil && strings.HasPrefix(err.Error(), first) && strings.Contains(err.Error(), then)
}

// patiently tries what has to go well within some time, a short one that is enough on most machines, and then longer ones.
func patiently(t *testing.T, try func(within time.Duration) error) {
	t.Helper()
	for within := 100 * time.Millisecond; ; within *= 10 {
		err := try(within)
		if err == nil {
			return
		}
		if within > 5*time.Second {
			t.Fatal(err)
		}
	}
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name   string
		server func(net.Conn)
		want   string // empty if the server is good
	}{
		{"good", shakes, ""},
		{"good, in pieces", func(nc net.Conn) { shakes(slowly{nc}) }, ""},
		{"says nothing", func(nc net.Conn) { io.Copy(io.Discard, nc) }, "says nothing for"},
		{"falls silent half way", func(nc net.Conn) {
			nc.Write(append([]byte{rtmpVersion}, make([]byte, 100)...))
			io.Copy(io.Discard, nc)
		}, "says nothing for"},
		{"closes at once", func(nc net.Conn) {}, "closes the connection during the RTMP handshake"},
		{"closes half way", func(nc net.Conn) {
			io.ReadFull(nc, make([]byte, 1+sizeC1))
			nc.Write(append([]byte{rtmpVersion}, make([]byte, 100)...))
		}, "closes the connection during the RTMP handshake"},
		{"an HTTP server", func(nc net.Conn) {
			io.ReadFull(nc, make([]byte, 1+sizeC1))
			nc.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
		}, `is not RTMP, it answers "HTTP/1.1 400 Bad Request"`},
		{"garbage at once", func(nc net.Conn) {
			nc.Write([]byte("\x1b[31mSSH-2.0-OpenSSH\xff"))
			io.ReadFull(nc, make([]byte, 1+sizeC1))
		}, `is not RTMP, it answers "SSH-2.0-OpenSSH?"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, tt.server)
			if !strings.HasPrefix(tt.want, "says nothing") {
				err := Check(t.Context(), new(Road), URLs{Publish: "rtmp://" + addr + "/live/{stream}"})
				if tt.want == "" && err != nil || tt.want != "" && !says(err, addr, tt.want) {
					t.Errorf("%v, want %s %s", err, addr, tt.want)
				}
				return
			}
			patiently(t, func(within time.Duration) error {
				ctx, cancel := context.WithTimeout(t.Context(), within)
				defer cancel()
				if err := Check(ctx, new(Road), URLs{Publish: "rtmp://" + addr + "/live/{stream}"}); !says(err, addr, tt.want) {
					return fmt.Errorf("%v, want %s %s", err, addr, tt.want)
				}
				return nil
			})
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		err := Check(t.Context(), new(Road), URLs{Publish: "rtmp://" + peertest.Nobody(t) + "/live/{stream}"})
		if err == nil || !strings.Contains(err.Error(), "refuses connections") || !strings.Contains(err.Error(), "--publish-url") {
			t.Error(err)
		}
	})
	t.Run("nobody listens for players", func(t *testing.T) {
		err := Check(t.Context(), new(Road), URLs{Publish: "rtmp://" + serve(t, shakes) + "/live/{stream}", Play: "http://" + peertest.Nobody(t) + "/live/{stream}.flv"})
		if err == nil || !strings.Contains(err.Error(), "refuses connections") || !strings.Contains(err.Error(), "--play-url") {
			t.Error(err)
		}
	})
	t.Run("no such host", func(t *testing.T) {
		err := Check(t.Context(), new(Road), URLs{Publish: "rtmp://no-such-host.invalid/live/{stream}"})
		if err == nil || !strings.Contains(err.Error(), "can't be reached") {
			t.Error(err)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		addr := serve(t, func(nc net.Conn) { nc.Read(make([]byte, 1)); cancel(); io.Copy(io.Discard, nc) })
		if err := Check(ctx, new(Road), URLs{Publish: "rtmp://" + addr + "/live/{stream}"}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestNobodyLive(t *testing.T) {
	stream := flv.AppendHeader(nil, true, true)
	script := flv.AppendTag(stream[:len(stream):len(stream)], flv.Script, 0, []byte("\x02\x00\x0aonMetaData\x03\x00\x00\x09"))
	meta := flv.AppendTag(script[:len(script):len(script)], flv.Video, 0, []byte{0x17, 0, 0, 0, 0, 1})
	live := flv.AppendTag(meta[:len(meta):len(meta)], flv.Video, 0, []byte{0x17, 1, 0, 0, 0, 0, 0, 0, 1, 9})
	ok := "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
	say := func(text string) func(net.Conn, *http.Request) {
		return func(nc net.Conn, _ *http.Request) { io.WriteString(nc, text) }
	}
	hold := func(text string) func(net.Conn, *http.Request) {
		return func(nc net.Conn, _ *http.Request) { io.WriteString(nc, text); io.Copy(io.Discard, nc) }
	}
	tests := []struct {
		name   string
		server func(net.Conn, *http.Request)
		want   string // empty if nobody is live
	}{
		{"no answer before somebody publishes", hold(""), ""},
		{"404", say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), ""},
		{"a header and then nothing", hold(ok + string(stream)), ""},
		{"sequence headers and then nothing", hold(ok + string(meta)), "live/s1 is live already"},
		{"metadata and then nothing", hold(ok + string(script)), "live/s1 is live already"},
		{"an audio header and then nothing", hold(ok + string(flv.AppendTag(stream[:len(stream):len(stream)], flv.Audio, 0, []byte{0xAF, 0, 0x12, 0x10}))), "live/s1 is live already"},
		{"an empty answer", say(ok), ""},
		{"closed at once", say(""), ""},
		{"cut in the head", say("HTTP/1.1 200 O"), ""},
		{"live", hold(ok + string(live)), "live/s1 is live already"},
		{"live behind a redirect", func(nc net.Conn, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/edge") {
				io.WriteString(nc, ok+string(live))
				return
			}
			io.WriteString(nc, "HTTP/1.1 302 Found\r\nLocation: /edge/s.flv\r\nContent-Length: 0\r\n\r\n")
		}, "live/s1 is live already"},
		{"sent to another host", say("HTTP/1.1 302 Found\r\nLocation: http://198.51.100.7/?token=hunter2\r\nContent-Length: 0\r\n\r\n"), "sends us to another host (http://198.51.100.7/?token=***)"},
		{"sent in a circle", say("HTTP/1.1 302 Found\r\nLocation: /live/s1.flv\r\nContent-Length: 0\r\n\r\n"), "sends us elsewhere"},
		{"a page", say(ok + "<html>hello, world</html>"), "is not FLV"},
		{"garbage that quotes us", say("no /live/s1.flv?token=hunter2\r\n"), "does not speak HTTP"},
		{"garbage", say("SSH-2.0-OpenSSH\r\n"), "does not speak HTTP"},
		{"a head without end", func(nc net.Conn, _ *http.Request) {
			io.WriteString(nc, "HTTP/1.1 200 OK\r\n")
			for {
				if _, err := io.WriteString(nc, "X-More: and more and more and more\r\n"); err != nil {
					return
				}
			}
		}, "does not speak HTTP"},
		{"a head that trickles", func(nc net.Conn, _ *http.Request) {
			io.WriteString(nc, "HTTP/1.1 200 OK\r\n")
			for i := 0; ; i++ {
				if _, err := fmt.Fprintf(nc, "X-%d: 1\r\n", i); err != nil {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, func(nc net.Conn) {
				req, err := http.ReadRequest(bufio.NewReader(nc))
				if err != nil {
					return
				}
				if strings.HasSuffix(req.URL.Path, "s0.flv") {
					io.Copy(io.Discard, nc) // only s1 behaves as the case says
					return
				}
				tt.server(nc, req)
			})
			u := URLs{Publish: "rtmp://h/live/{stream}", Play: "http://" + addr + "/live/{stream}.flv"}
			if tt.want == "" {
				patiently(t, func(within time.Duration) error {
					return nobodyLive(t.Context(), new(Road), u, []string{"s0", "s1"}, within)
				})
				return
			}
			err := nobodyLive(t.Context(), new(Road), u, []string{"s0", "s1"}, 5*time.Minute)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

func TestNobodyLiveEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	addr := serve(t, func(nc net.Conn) { nc.Read(make([]byte, 1)); cancel(); io.Copy(io.Discard, nc) })
	u := URLs{Publish: "rtmp://h/live/{stream}", Play: "http://" + addr + "/live/{stream}.flv"}
	if err := NobodyLive(ctx, new(Road), u, []string{"s0", "s1", "s2"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := NobodyLive(t.Context(), new(Road), URLs{Publish: PublishExample}, []string{"s0"}); err != nil {
		t.Errorf("without a play URL: %v", err)
	}
	u.Play = "http://" + peertest.Nobody(t) + "/live/{stream}.flv"
	if err := NobodyLive(t.Context(), new(Road), u, []string{"s0"}); err == nil || !strings.Contains(err.Error(), "refuses connections") {
		t.Errorf("nobody listens: %v", err)
	}
}
