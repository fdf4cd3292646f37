package load

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// TestOverSockets is what net.Pipe can't show: a reset, and the refusal of a port where nobody listens.
func TestOverSockets(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	tests := []struct {
		name   string
		server script
		want   string
	}{
		{"reset before the answer", func(s *side, n int) {
			s.request()
			s.Conn.(*net.TCPConn).SetLinger(0)
		}, "refused: reset"},
		{"reset inside the stream", func(s *side, n int) {
			s.request()
			s.say(head)
			s.Write(s.stream())
			s.Write(s.video(1, 1)[0][:500])
			s.Write(nil)
			s.Conn.(*net.TCPConn).SetLinger(0)
		}, "ended: reset"},
		{"a stream that is cut by a FIN", func(s *side, n int) {
			s.request()
			s.say(head)
			s.Write(s.stream())
			s.Write(s.video(1, 1)[0][:500])
		}, "ended: eof, 1 frames, torn"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := listen(t, tt.server)
			sink := newNotes()
			p := Player{Key: "live/s0", URL: "http://" + addr + "/live/s0.flv", Sink: sink}
			runUntil(t, &p, func() bool { return has(sink.lines(), tt.want) })
			if !has(sink.lines(), tt.want) {
				t.Errorf("no %q in:\n%s", tt.want, strings.Join(sink.lines(), "\n"))
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		sink := newNotes()
		p := Player{Key: "live/s0", URL: "http://" + peertest.Nobody(t) + "/live/s0.flv", Sink: sink}
		runUntil(t, &p, func() bool { return has(sink.lines(), "refused: refused") })
		if !has(sink.lines(), "refused: refused") {
			t.Errorf("no refusal in:\n%s", strings.Join(sink.lines(), "\n"))
		}
	})
}

// runUntil runs p until done says so, or for a long time.
func runUntil(t *testing.T, p *Player, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	watch := &recordWatch{Sink: p.Sink, then: func() {
		if done() {
			cancel()
		}
	}}
	p.Sink = watch
	if err := p.Run(ctx); err != nil {
		t.Error(err)
	}
}

// recordWatch calls then after each event.
type recordWatch struct {
	history.Sink
	then func()
}

func (w *recordWatch) Record(e history.Event) {
	w.Sink.Record(e)
	w.then()
}

// TestRequest: what goes over the wire.
func TestRequest(t *testing.T) {
	const url = "http://me:p%40ss@[::1]:8080/live/s0.flv?token=a%2Fb&n=1"
	const get = "GET /live/s0.flv?token=a%2Fb&n=1 HTTP/1.1\r\n"
	tests := []struct {
		name    string
		headers []target.Header
		want    string
	}{
		{"as it comes", nil, "Host: [::1]:8080\r\nUser-Agent: flvstorm/1.2\r\nAccept: */*\r\nAuthorization: Basic bWU6cEBzcw==\r\n"},
		{"with headers of the user's", []target.Header{{Name: "X-Token", Value: "abc"}, {Name: "Cookie", Value: "a=b"}, {Name: "X-Token", Value: "def"}},
			"Host: [::1]:8080\r\nUser-Agent: flvstorm/1.2\r\nAccept: */*\r\nAuthorization: Basic bWU6cEBzcw==\r\n" +
				"X-Token: abc\r\nCookie: a=b\r\nX-Token: def\r\n"},
		{"in place of ours", []target.Header{{Name: "host", Value: "edge.test"}, {Name: "USER-AGENT", Value: "me"}, {Name: "Authorization", Value: "Bearer x"}},
			"Accept: */*\r\nhost: edge.test\r\nUSER-AGENT: me\r\nAuthorization: Bearer x\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := make(chan string, 1)
			synctest.Test(t, func(t *testing.T) {
				server := newPipes(t, func(s *side, n int) {
					var b strings.Builder
					for line := ""; line != "\r\n"; b.WriteString(line) {
						line, _ = s.in.ReadString('\n')
					}
					got <- b.String()
					s.gone()
				})
				p := Player{URL: url, Sink: newNotes(), Dial: server.dial, Agent: "flvstorm/1.2", Headers: tt.headers}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				p.Run(ctx)
				server.sides.Wait()
			})
			if diff := cmp.Diff(get+tt.want+"\r\n", <-got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlayersByTLS: a player of each manner over TLS, and what it makes of an end of each kind.
func TestPlayersByTLS(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	ca := peertest.NewAuthority(t)
	cfg := &tls.Config{Certificates: []tls.Certificate{ca.Good()}}
	road, err := target.NewRoad(target.RoadConfig{CACert: ca.File})
	if err != nil {
		t.Fatal(err)
	}
	over := func(handle script) script { // the server's side of TLS
		return func(s *side, n int) {
			nc := tls.Server(s.Conn, cfg)
			if nc.HandshakeContext(t.Context()) == nil {
				handle(&side{Conn: nc, in: bufio.NewReader(nc), clip: s.clip}, n)
				nc.Close()
			}
		}
	}
	stream := func(s *side) {
		s.request()
		s.say(head)
		s.Write(s.stream())
		s.Write(s.video(1, 1)[0])
	}
	tests := []struct {
		name   string
		manner Manner
		server script
		dial   func(context.Context, string, string) (net.Conn, error)
		want   string
	}{
		{"an end with close_notify", Prompt, over(func(s *side, _ int) { stream(s) }), road.Dial, "ended: eof, 1 frames"},
		{"an end without it", Prompt, over(func(s *side, _ int) { stream(s); target.Below(s.Conn).Close() }), road.Dial, "ended: eof, 1 frames"},
		{"lingering", Linger, over(func(s *side, _ int) { stream(s) }), road.Dial, "2 ended: eof, 1 frames"},
		{"a reset", Prompt, over(func(s *side, _ int) {
			stream(s)
			target.Below(s.Conn).(*net.TCPConn).SetLinger(0)
			target.Below(s.Conn).Close()
		}), road.Dial, "reset"},
		{"stalled", Stalled, over(func(s *side, _ int) { stream(s); s.gone() }), road.Dial, "1 answer 200"},
		{"an authority that nobody knows", Prompt, over(func(s *side, _ int) { stream(s) }), nil, "refused: malformed"},
		{"no TLS there", Prompt, func(s *side, _ int) { s.say("HTTP/1.1 400 Bad Request\r\n\r\n"); s.gone() }, road.Dial, "refused: malformed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := listen(t, tt.server)
			sink := newNotes()
			p := Player{Key: "live/s0", URL: "https://" + addr + "/live/s0.flv", Sink: sink, Manner: tt.manner, Dial: tt.dial}
			runUntil(t, &p, func() bool { return has(sink.lines(), tt.want) })
			if !has(sink.lines(), tt.want) {
				t.Errorf("no %q in:\n%s", tt.want, strings.Join(sink.lines(), "\n"))
			}
		})
	}
}

// TestGateways: that a proxy has nobody to ask is no sign of life, while any other answer is.
func TestGateways(t *testing.T) {
	for line, want := range map[string]int32{"502 Bad Gateway": 0, "503 Service Unavailable": 0, "504 Gateway Timeout": 0, "404 Not Found": 1, "500 Oh": 1} {
		synctest.Test(t, func(t *testing.T) {
			server := newPipes(t, func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 " + line + "\r\nContent-Length: 0\r\n\r\n")
				s.gone()
			})
			gate := &counting{}
			p := Player{Key: "live/s0", URL: "http://127.0.0.1/live/s0.flv", Sink: newNotes(), Dial: server.dial, Gate: gate}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			p.Run(ctx)
			server.sides.Wait()
			if got := gate.answered.Load(); got != want {
				t.Errorf("%s: reported %d times, want %d", line, got, want)
			}
		})
	}
}

// counting is an open gate that counts the answers of the server.
type counting struct {
	openGate
	answered atomic.Int32
}

func (c *counting) Report(wire history.Wire) {
	if wire == history.WireNone {
		c.answered.Add(1)
	}
}

// FuzzAnswer: whatever a server sends, a session ends, tells its end, and counts no more bytes than came.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(head))
	f.Add([]byte("HTTP/1.1 302 Found\r\nLocation: http://other/\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\nFLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00\r\n0\r\n\r\n"))
	f.Add(append([]byte(head), flv.AppendTag(flv.AppendHeader(nil, true, true), flv.Video, 0, []byte{0x17, 1, 0, 0, 0, 9})...))
	f.Fuzz(func(t *testing.T, answer []byte) {
		sink := newNotes()
		dials := 0
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		p := Player{URL: "http://127.0.0.1/live/s0.flv",
			Sink: &recordWatch{Sink: sink, then: func() {
				if has(sink.lines(), "ended") || has(sink.lines(), "refused") {
					cancel()
				}
			}},
			Dial: func(context.Context, string, string) (net.Conn, error) {
				dials++
				return &canned{answer: answer}, nil
			},
		}
		p.Run(ctx)
		if dials < 1 || dials > 1+MaxRedirects {
			t.Errorf("%d connections for one session", dials)
		}
		for _, e := range sink.All() {
			if end, ok := e.What.(history.PlayEnded); ok && (end.Bytes > int64(len(answer)) || end.Tags > end.Bytes) {
				t.Errorf("%+v of %d bytes", end, len(answer))
			}
		}
	})
}

// canned is a connection that answers anything with the same bytes.
type canned struct {
	net.Conn
	answer []byte
}

func (c *canned) Read(p []byte) (int, error) {
	if len(c.answer) == 0 {
		return 0, syscall.ECONNRESET
	}
	n := copy(p, c.answer)
	c.answer = c.answer[n:]
	return n, nil
}
func (c *canned) Write(p []byte) (int, error) { return len(p), nil }
func (c *canned) Close() error                { return nil }
func (c *canned) LocalAddr() net.Addr         { return &net.TCPAddr{} }

// TestRefusalKeepsSecrets: a server that quotes the request does not get its token into the history.
func TestRefusalKeepsSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := newNotes()
		server := newPipes(t, func(s *side, n int) {
			s.say("no " + s.request().URL.String() + "\r\n")
		})
		p := Player{URL: "http://127.0.0.1/live/s0.flv?token=hunter2", Sink: sink, Dial: server.dial}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		p.Run(ctx)
		server.sides.Wait()
		refused := 0
		for _, e := range sink.All() {
			if r, ok := e.What.(history.PlayRefused); ok {
				refused++
				if strings.Contains(r.Text, "hunter2") || !strings.Contains(r.Text, "token=***") {
					t.Errorf("%q", r.Text)
				}
			}
		}
		if refused != 1 {
			t.Errorf("%d refusals", refused)
		}
	})
}

// Some servers name themselves as the program behind them does.
func TestNameOf(t *testing.T) {
	for _, tt := range []struct {
		head http.Header
		want string
	}{
		{http.Header{"Server": {"SRS/5"}, "X-Powered-By": {"other"}}, "SRS/5"},
		{http.Header{"X-Powered-By": {"Node-Media-Server"}}, "Node-Media-Server"},
		{http.Header{}, ""},
	} {
		if got := nameOf(tt.head); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.head, got, tt.want)
		}
	}
}
