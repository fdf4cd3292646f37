package load

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/embedded"
	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load/target"
)

// reference runs the embedded server until the test ends, and returns its two addresses and its log.
func reference(t *testing.T, bug string) (rtmpAddr, httpAddr string, log *said) {
	t.Helper()
	log = &said{}
	server, err := embedded.New(embedded.Config{RTMP: "127.0.0.1:0", HTTP: "127.0.0.1:0", Bug: bug, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return server.RTMPAddr(), server.HTTPAddr(), log
}

// said keeps what is written to it.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// flight is a preflight over templates of URLs.
func flight(t *testing.T, publish, play string) PreflightConfig {
	t.Helper()
	clip, err := media.Synthetic(media.DefaultSpec())
	if err != nil {
		t.Fatal(err)
	}
	known, _ := profile.Lookup("generic")
	return PreflightConfig{
		Road: &target.Road{}, URLs: target.URLs{Publish: publish, Play: play}, Stream: "pre", Clip: clip, Profile: known,
		Players: play != "",
	}
}

// patiently flies with a server that may be as fast as on most machines, and then with one that may be slower, until the error is what it
// has to be.
func patiently(t *testing.T, f PreflightConfig, first float64, says ...string) error {
	t.Helper()
	for scale := first; ; scale *= 10 {
		f.Scale = scale
		f.Profile = &profile.Profile{Name: "x", Accept: "survive", Survive: time.Duration(scale * float64(500*time.Millisecond))}
		_, err := Preflight(t.Context(), f)
		if scale >= 5 || err != nil && !slices.ContainsFunc(says, func(what string) bool { return !strings.Contains(err.Error(), what) }) {
			return err
		}
	}
}

func TestPreflight(t *testing.T) {
	defer goleak.VerifyNone(t)
	t.Run("good", func(t *testing.T) {
		rtmpAt, httpAt, _ := reference(t, "")
		got, err := Preflight(t.Context(), flight(t, "rtmp://"+rtmpAt+"/live/{stream}", "http://"+httpAt+"/live/{stream}.flv"))
		if err != nil || got.Server == "" || got.Media <= 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("without players", func(t *testing.T) {
		rtmpAt, _, _ := reference(t, "")
		if _, err := Preflight(t.Context(), flight(t, "rtmp://"+rtmpAt+"/live/{stream}", "")); err != nil {
			t.Error(err)
		}
	})
	t.Run("by TLS", func(t *testing.T) {
		rtmpAt, httpAt, _ := reference(t, "")
		ca := peertest.NewAuthority(t)
		cfg := &tls.Config{Certificates: []tls.Certificate{ca.Issue(time.Now().Add(time.Hour), "live.test")}}
		front, web := peertest.Terminate(t, cfg, rtmpAt), peertest.Terminate(t, cfg, httpAt)
		f := flight(t, "rtmps://live.test/live/{stream}", "https://live.test:8443/live/{stream}.flv")
		var err error
		if f.Road, err = target.NewRoad(target.RoadConfig{CACert: ca.File, ConnectTo: []string{"live.test:443:" + front, ":8443:" + web}}); err != nil {
			t.Fatal(err)
		}
		if got, err := Preflight(t.Context(), f); err != nil || got.Server == "" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// TestPreflightPoisonsNothing: a server with the bug that flvstorm is about takes the key again after a preflight, whose
// player was gone before the publisher was.
func TestPreflightPoisonsNothing(t *testing.T) {
	t.Parallel()
	rtmpAt, httpAt, log := reference(t, "early-release")
	f := flight(t, "rtmp://"+rtmpAt+"/live/cam", "http://"+httpAt+"/live/cam.flv")
	for range 2 {
		if _, err := Preflight(t.Context(), f); err != nil {
			t.Errorf("%v; the log:\n%s", err, log)
		}
	}
}

// publishedBy answers publishers as the server of a case does, and reports what came, one connection after the other.
func publishedBy(t *testing.T, answer func(*rtmp.ServerConn) error) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	wg.Go(func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer nc.Close()
				defer context.AfterFunc(ctx, func() { nc.Close() })()
				s, err := rtmp.NewServerConn(ctx, nc, rtmp.ServerConfig{})
				for err == nil {
					var req rtmp.Request
					if req, err = s.Next(); err == nil && req.Kind == rtmp.Publish {
						err = answer(s)
					}
				}
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

// TestPreflightSaysWhy: each way to fail is one line with its likely cause.
func TestPreflightSaysWhy(t *testing.T) {
	t.Parallel()
	accept := (*rtmp.ServerConn).Accept
	answers := func(line, body string) script {
		return func(s *side, _ int) {
			s.request()
			s.say("HTTP/1.1 " + line + "\r\nServer: ZLMediaKit(git)\r\nConnection: close\r\n\r\n" + body)
		}
	}
	tests := []struct {
		name    string
		publish func(*rtmp.ServerConn) error
		play    script
		want    []string
	}{
		{"busy", func(s *rtmp.ServerConn) error { return s.Reject("NetStream.Publish.BadName", "Already publishing") }, nil,
			[]string{"publish rtmp://", "/live/pre?token=***: the server refuses: NetStream.Publish.BadName Already publishing"}},
		{"denied", func(s *rtmp.ServerConn) error { return s.Reject("NetStream.Publish.Denied", "token=hunter2 is wrong") }, nil,
			[]string{"NetStream.Publish.Denied token=***", "want a token"}},
		{"closed", func(*rtmp.ServerConn) error { return io.EOF }, nil, []string{"closes the connection at the stage \"publish\" without a word", "its log may say"}},
		{"started and then closed", func(s *rtmp.ServerConn) error { s.Accept(); return io.EOF }, nil, []string{"closes the connection"}},
		{"404", accept, answers("404 Not Found", ""), []string{"play http://", "/live/pre.flv?token=***: 404 Not Found, though the stream is being published: ", "plays /app/s.live.flv"}},
		{"401", accept, answers("401 Unauthorized", ""), []string{"401 Unauthorized", "--header"}},
		{"403", accept, answers("403 Forbidden", ""), []string{"403 Forbidden", "token"}},
		{"too many", accept, answers("503 Service Unavailable", ""), []string{"503 Service Unavailable", "too many connections"}},
		{"a gateway", accept, answers("502 Bad Gateway", ""), []string{"502 Bad Gateway", "proxy"}},
		{"an unknown status", accept, answers("999 What", ""), []string{": 999, though"}},
		{"a page", accept, answers("200 OK", "<html>hello</html>"), []string{"is not FLV"}},
		{"elsewhere", accept, answers("302 Found\r\nLocation: http://198.51.100.7/?token=hunter2", ""), []string{"sends us to another host"}},
		{"to TLS", accept, answers("301 Moved\r\nLocation: https://127.0.0.1/live/pre.flv?token=hunter2", ""), []string{"sends us to TLS (https://127.0.0.1/live/pre.flv?token=***)"}},
		{"in a circle", accept, answers("302 Found\r\nLocation: /live/pre.flv", ""), []string{"elsewhere 4 times"}},
		{"closed without an answer", accept, func(s *side, _ int) { s.request() }, []string{"the connection ends before a frame"}},
		{"ended after the header", accept, func(s *side, _ int) { s.request(); s.say(head); s.Write(s.stream()) }, []string{"the connection ends before a frame"}},
		{"silent", accept, func(s *side, _ int) { s.request(); s.gone() }, []string{"no frame within 300ms"}},
		{"silent after the header", accept, func(s *side, _ int) { s.request(); s.say(head); s.Write(s.stream()); s.gone() }, []string{"no frame within 300ms"}},
		{"another stream", accept, func(s *side, _ int) { s.request(); s.say(head); s.Write(s.stream()); s.play(1, 3, 0); s.gone() }, []string{"brings another stream"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := flight(t, "rtmp://"+publishedBy(t, tt.publish)+"/live/{stream}?token=hunter2", "")
			if tt.play != nil {
				f.URLs.Play, f.Players = "http://"+listen(t, tt.play)+"/live/{stream}.flv?token=hunter2", true
			}
			f.Recognize = func(server string) *profile.Profile {
				if strings.HasPrefix(server, "ZLMediaKit") {
					return &profile.Profile{Hints: []profile.Hint{{When: "play-404", Says: "ZLMediaKit plays /app/s.live.flv"}}}
				}
				return nil
			}
			err := patiently(t, f, 0.1, tt.want...)
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q lacks %q", err, w)
				}
			}
			if strings.Contains(err.Error(), "hunter2") || strings.ContainsAny(err.Error(), "\n\x1b") || strings.Contains(err.Error(), "%!") {
				t.Errorf("%q", err)
			}
		})
	}
	t.Run("no answer to publish", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := flight(t, "rtmp://"+publishedBy(t, func(*rtmp.ServerConn) error { cancel(); return nil })+"/live/{stream}", "")
		if _, err := Preflight(ctx, f); !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted: %v", err)
		}
		if err := (&preflight{cfg: f}).notPublished(&Failure{Stage: "publish", Wire: "timeout"}); !strings.Contains(err.Error(), `no answer at the stage "publish"`) {
			t.Error(err)
		}
		err := (&preflight{cfg: f}).notPublished(&Failure{Stage: "publish", Wire: "timeout"})
		if said := phrase.Chinese.Render(err); !strings.Contains(said, "没有应答；服务器是不是无响应") {
			t.Errorf("in Chinese: %s", said)
		}
	})
}

// TestPreflightWaits: a server that needs a moment to let players in is given it.
func TestPreflightWaits(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	play := listen(t, func(s *side, n int) {
		s.request()
		if asked.Add(1) < 3 {
			s.say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
			return
		}
		s.say(head)
		s.Write(s.stream())
		f := s.clip.Frame(0) // the place of its stamp is empty, as where a server takes stamps out
		s.Write(flv.AppendTag(nil, f.Type, f.Timestamp(), f.Body))
		s.gone()
	})
	f := flight(t, "rtmp://"+publishedBy(t, (*rtmp.ServerConn).Accept)+"/live/{stream}", "http://"+play+"/live/{stream}.flv")
	f.Scale = 5
	if got, err := Preflight(t.Context(), f); err != nil || got.Server != "test" || asked.Load() != 3 {
		t.Errorf("%+v, %v, asked %d times", got, err, asked.Load())
	}
}

// TestPreflightPlainAndTLS: the wrong one of http and https is told.
func TestPreflightPlainAndTLS(t *testing.T) {
	t.Parallel()
	rtmpAt, httpAt, _ := reference(t, "")
	ca := peertest.NewAuthority(t)
	web := peertest.Terminate(t, &tls.Config{Certificates: []tls.Certificate{ca.Good()}}, httpAt)
	for _, tt := range []struct{ play, want string }{
		{"http://" + web + "/live/{stream}.flv", web + " speaks TLS: use https:// in --play-url"},
		{"https://" + web + "/live/{stream}.flv", "whom this machine does not know"},
	} {
		f := flight(t, "rtmp://"+rtmpAt+"/live/{stream}", tt.play)
		if err := patiently(t, f, 0.2, tt.want); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.play, err)
		}
	}
}
