package chaos

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// clock is a Sink that keeps nothing.
type clock struct{ began time.Time }

func (c clock) Now() time.Duration   { return time.Since(c.began) }
func (c clock) Record(history.Event) {}

// openGate is a gate that is always open.
type openGate struct{}

func (openGate) Wait(ctx context.Context) error { return ctx.Err() }
func (openGate) Report(history.Wire)            {}
func (openGate) Touch()                         {}

// parting is what a server sees of a departure.
type parting struct {
	Goodbye bool         // FCUnpublish or deleteStream
	Wire    history.Wire // how the connection ended
	Torn    bool         // inside a message
	Notify  bool         // TLS said close_notify before
}

// tapped keeps the type of the last record of TLS that came, which under TLS 1.2 shows an alert as such.
type tapped struct {
	net.Conn
	mu   sync.Mutex
	came []byte
}

func (c *tapped) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.came = append(c.came, p[:n]...)
	return n, err
}

// lastRecord walks over the records (RFC 8446 §5.1): a type, a version and a length each.
func (c *tapped) lastRecord() (kind byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for b := c.came; len(b) >= 5; {
		kind = b[0]
		b = b[min(len(b), 5+int(b[3])<<8+int(b[4])):]
	}
	return kind
}

// sees serves one publisher, by TLS where cfg is not nil, and tells how it left.
func sees(t *testing.T, cfg *tls.Config) (addr string, left <-chan parting) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out := make(chan parting, 1)
	go func() {
		raw, err := l.Accept()
		if err != nil {
			return
		}
		tap := &tapped{Conn: raw}
		var nc net.Conn = raw
		if cfg != nil {
			nc = tls.Server(tap, cfg)
		}
		defer nc.Close()
		var p parting
		s, err := rtmp.NewServerConn(t.Context(), nc, rtmp.ServerConfig{})
		for err == nil {
			var req rtmp.Request
			switch req, err = s.Next(); req.Kind {
			case rtmp.Publish:
				err = s.Accept()
			case rtmp.Unpublish:
				p.Goodbye = true
			}
		}
		p.Wire, p.Torn = target.WireOf(err), errors.Is(err, io.ErrUnexpectedEOF)
		p.Notify = tap.lastRecord() == 21
		out <- p
	}()
	t.Cleanup(func() { l.Close() })
	return l.Addr().String(), out
}

// TestDepartures: what each departure looks like to the server, without TLS and with it.
func TestDepartures(t *testing.T) {
	defer goleak.VerifyNone(t)
	ca := peertest.NewAuthority(t)
	// TLS 1.2 shows which records are alerts; both versions treat them alike.
	cfg := &tls.Config{Certificates: []tls.Certificate{ca.Good()}, MaxVersion: tls.VersionTLS12}
	road, err := target.NewRoad(target.RoadConfig{CACert: ca.File})
	if err != nil {
		t.Fatal(err)
	}
	clip, err := media.Synthetic(media.DefaultSpec())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]parting{
		"unpublish": {Goodbye: true, Wire: history.WireEOF, Notify: true},
		"fin":       {Wire: history.WireEOF},
		"rst":       {Wire: history.WireReset},
		"cut":       {Wire: history.WireEOF, Torn: true},
		"vanish":    {Wire: history.WireEOF}, // only when the run closes the socket
		"halfclose": {Wire: history.WireEOF},
	}
	for _, d := range Departures {
		for scheme, cfg := range map[string]*tls.Config{"rtmp": nil, "rtmps": cfg} {
			t.Run(d.Name+" by "+scheme, func(t *testing.T) {
				addr, left := sees(t, cfg)
				pubs := &load.Publishers{
					Sink: clock{time.Now()}, Gate: openGate{}, Clip: clip, Profile: &profile.Profile{Accept: "onstatus"}, Dial: road.Dial,
					Patience: time.Hour, // however slow this machine is
				}
				s, failure := pubs.Connect(t.Context(), target.URLs{Publish: scheme + "://" + addr + "/live/{stream}"}.Endpoint("s0"),
					load.Who{Key: "live/s0", Role: history.Owner}, load.Attempt{})
				if failure != nil {
					t.Fatalf("%+v", failure)
				}
				s.Publish(1)
				said, failure := s.Await(t.Context())
				if failure != nil {
					t.Fatalf("%+v", failure)
				}
				s.Hold(t.Context(), load.Holding{Said: said, Live: 100 * time.Millisecond, Accepted: func(time.Duration) {}})
				if err := d.Leave(s); err != nil {
					t.Error(err)
				}
				if !d.Stays {
					if _, err := s.Wire().Write([]byte{0}); err == nil || !strings.Contains(err.Error(), "closed") {
						t.Errorf("the socket is still open: %v", err)
					}
				}
				if d.Silent {
					select {
					case p := <-left:
						t.Errorf("the server was told: %+v", p)
					default:
					}
					s.Close()
				}
				expect := want[d.Name]
				expect.Notify = expect.Notify && scheme == "rtmps"
				if diff := cmp.Diff(expect, <-left); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				s.Close()
			})
		}
	}
}
