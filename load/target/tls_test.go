package target

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/report/history"
)

// secured meets each connection with handle under TLS.
func secured(t *testing.T, cfg *tls.Config, handle func(net.Conn)) string {
	t.Helper()
	return serve(t, func(nc net.Conn) {
		over := tls.Server(nc, cfg)
		if over.HandshakeContext(t.Context()) == nil {
			handle(over)
		}
	})
}

// road makes a road that has nothing wrong with it.
func road(t *testing.T, cfg RoadConfig) *Road {
	t.Helper()
	r, err := NewRoad(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestCertificates: what is wrong with a certificate is one line, and --insecure goes past it.
func TestCertificates(t *testing.T) {
	ca := peertest.NewAuthority(t)
	now := time.Now()
	tests := []struct {
		name string
		cert tls.Certificate
		road RoadConfig
		want []string // none for a good one
	}{
		{"good", ca.Good(), RoadConfig{CACert: ca.File}, nil},
		{"an unknown authority", ca.Good(), RoadConfig{}, []string{"signed by CN=flvstorm test authority, whom this machine does not know", "--cacert FILE"}},
		{"another authority", ca.Good(), RoadConfig{CACert: peertest.NewAuthority(t).File}, []string{"flvstorm test authority", "--cacert FILE"}},
		{"expired", ca.Issue(now.Add(-time.Minute), "127.0.0.1"), RoadConfig{CACert: ca.File}, []string{
			"certificate of CN=flvstorm test server expired on " + now.Add(-time.Minute).UTC().Format("2006-01-02 15:04") + " UTC", "--insecure"}},
		{"not yet valid", ca.Issue(now.Add(48*time.Hour), "127.0.0.1"), RoadConfig{CACert: ca.File}, []string{"is not valid before 20", "clock"}},
		{"for others", ca.Issue(now.Add(time.Hour), "a.test", "192.0.2.1"), RoadConfig{CACert: ca.File}, []string{
			"the certificate is for a.test, 192.0.2.1, not for 127.0.0.1", "--connect-to"}},
		{"for many others", ca.Issue(now.Add(time.Hour), "a", "b", "c", "d", "e", "f"), RoadConfig{CACert: ca.File}, []string{"for a, b, c, d, e, …, not"}},
		{"for a name that is no name", ca.Issue(now.Add(time.Hour), "\x1b[31ma.test"), RoadConfig{CACert: ca.File}, []string{"certificate"}},
		{"for nobody", ca.Issue(now.Add(time.Hour)), RoadConfig{CACert: ca.File}, []string{"for CN=flvstorm test server, not for"}},
		{"wrong in each way, and never mind", ca.Issue(now.Add(-time.Minute), "a.test"), RoadConfig{Insecure: true}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := secured(t, &tls.Config{Certificates: []tls.Certificate{tt.cert}}, shakes)
			r := road(t, tt.road)
			err := Check(t.Context(), r, URLs{Publish: "rtmps://" + addr + "/live/{stream}", Play: "https://" + addr + "/live/{stream}.flv"})
			if len(tt.want) == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var noTLS *TLSError
			if !errors.As(err, &noTLS) || !strings.HasPrefix(err.Error(), addr) || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Fatalf("%q", err)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q lacks %q", err, w)
				}
			}
			if wire := WireOf(err); wire != history.WireMalformed {
				t.Errorf("wire %q", wire)
			}
			if result, _ := probe(t.Context(), r.Dial, place{addr, true}, 5*time.Second); result != alive {
				t.Errorf("a probe says %q: the server answers, if not well", result)
			}
		})
	}
}

// TestServerName: with a detour the server is asked for, and has to show, the certificate of the URL's name.
func TestServerName(t *testing.T) {
	ca := peertest.NewAuthority(t)
	asked := make(chan string, 10)
	cfg := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		asked <- hello.ServerName
		cert := ca.Issue(time.Now().Add(time.Hour), "live.test")
		return &cert, nil
	}}
	addr := secured(t, cfg, func(nc net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(nc)); err == nil {
			io.WriteString(nc, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		}
	})
	r := road(t, RoadConfig{CACert: ca.File, ConnectTo: []string{"LIVE.test:443:" + addr}})
	u := URLs{Publish: "rtmps://live.test/live/{stream}", Play: "https://live.test/live/{stream}.flv"}
	if err := NobodyLive(t.Context(), r, u, []string{"s0"}); err != nil {
		t.Error(err)
	}
	if name := <-asked; name != "live.test" {
		t.Errorf("asked for %q", name)
	}
	nc, err := r.Dial(t.Context(), TLS, "live.test:443")
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, ok := Below(nc).(*net.TCPConn); !ok || Below(Below(nc)) != Below(nc) {
		t.Errorf("below is %T", Below(nc))
	}
	if name := <-asked; name != "live.test" {
		t.Errorf("asked for %q", name)
	}
	if _, err := r.Dial(t.Context(), TLS, addr); err == nil || !strings.Contains(err.Error(), "is for live.test, not for 127.0.0.1") {
		t.Errorf("by the address: %v", err)
	}
}

// TestPlainAndTLS: the wrong one of rtmp and rtmps, of http and https, is told as such.
func TestPlainAndTLS(t *testing.T) {
	ca := peertest.NewAuthority(t)
	good := &tls.Config{Certificates: []tls.Certificate{ca.Good()}}
	answers := func(nc net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(nc)); err == nil {
			io.WriteString(nc, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		}
	}
	// An RTMP server that is sent a TLS hello waits for more, or closes.
	picky := func(nc net.Conn) {
		first := make([]byte, 1)
		if io.ReadFull(nc, first); first[0] == rtmpVersion {
			shakesAfter(nc)
		}
	}
	rtmp, rtmps, choosy := serve(t, shakes), secured(t, good, shakes), serve(t, picky)
	web, https := serve(t, answers), secured(t, good, answers)
	tests := []struct{ name, publish, play, want string }{
		{"rtmp on rtmps", "rtmp://" + rtmps, "http://" + web, rtmps + " speaks TLS: use rtmps:// in --publish-url"},
		{"rtmps on rtmp that closes", "rtmps://" + choosy, "http://" + web, choosy + " does not speak TLS, and answers without it: use rtmp:// in --publish-url"},
		{"https on http", "rtmp://" + rtmp, "https://" + web, web + " does not speak TLS, and answers without it: use http:// in --play-url"},
		{"rtmps on http", "rtmps://" + web, "http://" + web, web},
		{"both by TLS", "rtmps://" + rtmps, "https://" + https, ""},
	}
	r := road(t, RoadConfig{CACert: ca.File})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Check(t.Context(), r, URLs{Publish: tt.publish + "/live/{stream}", Play: tt.play + "/live/{stream}.flv"})
			if (err == nil) != (tt.want == "") || err != nil && !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
	t.Run("http on https", func(t *testing.T) {
		// What a server of TLS says to plain HTTP differs: Go's says it in plain words, others send an alert, or close.
		if !SpeaksTLS(t.Context(), r, https) || SpeaksTLS(t.Context(), r, web) || SpeaksTLS(t.Context(), r, peertest.Nobody(t)) {
			t.Error("TLS is not told from HTTP")
		}
		addr := serve(t, func(nc net.Conn) {
			in := bufio.NewReader(nc)
			if first, _ := in.Peek(1); len(first) == 1 && first[0] == 'G' {
				nc.Write([]byte{21, 3, 1, 0, 2, 2, 70}) // protocol_version
				return
			}
			nc.Write([]byte{21, 3, 3, 0, 2, 2, 40}) // handshake_failure
			io.Copy(io.Discard, in)
		})
		err := NobodyLive(t.Context(), r, URLs{Publish: PublishExample, Play: "http://" + addr + "/live/{stream}.flv"}, []string{"s0"})
		if err == nil || !strings.HasPrefix(err.Error(), addr+" speaks TLS: use https:// in --play-url") {
			t.Error(err)
		}
	})
}

// shakesAfter answers the rest of a handshake whose first byte has been read.
func shakesAfter(nc net.Conn) {
	c1 := make([]byte, sizeC1)
	if _, err := io.ReadFull(nc, c1); err != nil {
		return
	}
	nc.Write(append(append([]byte{rtmpVersion}, c1...), c1...))
	io.Copy(io.Discard, nc)
}

// TestWireOfTLS goes by errors that TLS really returns.
func TestWireOfTLS(t *testing.T) {
	ca := peertest.NewAuthority(t)
	good := &tls.Config{Certificates: []tls.Certificate{ca.Good()}}
	wantsOurs := &tls.Config{Certificates: good.Certificates, ClientAuth: tls.RequireAnyClientCert}
	r := road(t, RoadConfig{CACert: ca.File})
	read := func(addr string, within time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		nc, err := r.Dial(ctx, TLS, addr)
		if err != nil {
			return err
		}
		defer nc.Close()
		defer context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })()
		if _, err = io.ReadAll(nc); err == nil {
			err = io.EOF
		}
		return err
	}
	const long, short = 5 * time.Minute, 50 * time.Millisecond
	tests := []struct {
		name   string
		addr   string
		within time.Duration
		want   history.Wire
	}{
		{"close_notify and FIN", secured(t, good, func(nc net.Conn) { nc.Close() }), long, history.WireEOF},
		{"FIN alone", secured(t, good, func(nc net.Conn) { Below(nc).Close() }), long, history.WireEOF},
		{"FIN inside a record", secured(t, good, func(nc net.Conn) { Below(nc).Write([]byte{23, 3, 3, 1, 0}) }), long, history.WireEOF},
		{"RST", secured(t, good, func(nc net.Conn) { Below(nc).(*net.TCPConn).SetLinger(0); Below(nc).Close() }), long, history.WireReset},
		{"an alert", secured(t, wantsOurs, shakes), long, history.WireReset},
		{"silence", secured(t, good, func(nc net.Conn) { io.Copy(io.Discard, nc) }), short, history.WireTimeout},
		{"silence from the start", serve(t, func(nc net.Conn) { io.Copy(io.Discard, nc) }), short, history.WireTimeout},
		{"FIN in the handshake", serve(t, func(nc net.Conn) { nc.Read(make([]byte, 64<<10)) }), long, history.WireEOF},
		{"no TLS", serve(t, func(nc net.Conn) { io.WriteString(nc, "SSH-2.0-OpenSSH\r\n"); io.Copy(io.Discard, nc) }), long, history.WireMalformed},
		{"nobody listens", peertest.Nobody(t), long, history.WireRefused},
		{"a record that was tampered with", secured(t, good, func(nc net.Conn) {
			Below(nc).Write(append([]byte{23, 3, 3, 0, 32}, make([]byte, 32)...))
			io.Copy(io.Discard, nc)
		}), long, history.WireMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := read(tt.addr, tt.within)
			if got := WireOf(err); got != tt.want {
				t.Errorf("%q (%v), want %q", got, err, tt.want)
			}
			if limit := OwnLimit(err); limit != "" {
				t.Errorf("%v is taken for our limit %q", err, limit)
			}
		})
	}
}

func TestRoadProblems(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.pem")
	long := filepath.Join(dir, "long.pem")
	os.WriteFile(empty, []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), 0o600)
	os.WriteFile(long, make([]byte, maxAuthorities+1), 0o600)
	_, err := NewRoad(RoadConfig{
		CACert: empty, ConnectTo: []string{"a:b", "h:1:x:70000"}, Headers: []string{"hunter2", "X: a\r\nY: hunter2"},
	})
	want := []string{
		"--cacert " + empty + ": holds no certificate",
		`--connect-to "a:b": give HOST1:PORT1:HOST2:PORT2`,
		`--connect-to "h:1:x:70000": the port 70000`,
		"--header ***: give a name",
		"--header X: ***: a line break",
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%q", err)
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], w) || strings.Contains(lines[i], "hunter2") || strings.Contains(lines[i], "%!") {
			t.Errorf("%q, want %q", lines[i], w)
		}
	}
	for path, w := range map[string]string{filepath.Join(dir, "none"): "cannot be read", dir: "cannot be read", long: "longer than 1 MiB"} {
		if _, err := NewRoad(RoadConfig{CACert: path}); err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
