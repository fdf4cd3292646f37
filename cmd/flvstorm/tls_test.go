//go:build unix

package main

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/report/history"
)

// behindTLS puts a terminator before both ports of a server, and returns the flags of chaos that lead there by names, over
// detours.
func behindTLS(t testing.TB, s *outsider, ca *peertest.Authority, cert tls.Certificate) []string {
	t.Helper()
	cfg := &tls.Config{Certificates: []tls.Certificate{cert}}
	return []string{
		"--publish-url", "rtmps://live.test/live/{stream}", "--play-url", "https://play.test/live/{stream}.flv?of={stream}",
		"--cacert", ca.File, "--log", s.log,
		"--connect-to", "live.test:443:" + peertest.Terminate(t, cfg, s.rtmp),
		"--connect-to", "play.test:443:" + peertest.Terminate(t, cfg, s.http),
	}
}

// TestTLS: a good server passes through a terminator, and a broken one is found out through it.
func TestTLS(t *testing.T) {
	t.Parallel()
	ca := peertest.NewAuthority(t)
	cert := ca.Issue(time.Now().Add(time.Hour), "live.test", "play.test")
	t.Run("good", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			s := b.serve()
			d := b.chaos(0, join(behindTLS(t, s, ca, cert), patient, []string{"--duration", "3s", "--leave", "unpublish,fin,rst,cut,halfclose"})...)
			if d.Returns.Returns == 0 || len(d.codes()) != 0 {
				t.Errorf("%d returns, %q", d.Returns.Returns, d.codes())
			}
			s.stop()
		})
	})
	t.Run("early-release", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			s := b.serve("--bug", "early-release")
			d := b.chaos(1, join(behindTLS(t, s, ca, cert), []string{"--duration", "3s", "--fail-fast"})...)
			root(t, d, "duplicated-pattern", "code=4001")
			s.stop()
		})
	})
	t.Run("dead behind its terminator", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			s := b.serve()
			p := b.start(join([]string{"chaos", "--out", "run", "--json", "result.json", "--quiet", "--duration", "2m"}, patient, behindTLS(t, s, ca, cert))...)
			p.until("run", func(events []history.Event) bool {
				for _, e := range events {
					if _, ok := e.What.(history.PublishAccepted); ok {
						return true
					}
				}
				return false
			})
			s.cmd.Process.Kill()
			if o := p.wait(); o.code != 1 {
				t.Fatalf("want exit 1: %v", o)
			}
			died(t, b, b.document("result.json"))
		})
	})
}

// TestTLSLines: what keeps us from a server is one line that says what to do, and nothing is left.
func TestTLSLines(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		ca := peertest.NewAuthority(t)
		b := newBox(t)
		s := b.serve()
		good := ca.Issue(time.Now().Add(time.Hour), "live.test", "play.test")
		fine := behindTLS(t, s, ca, good)
		without := func(flags []string, name string) []string {
			var kept []string
			for i := 0; i < len(flags); i += 2 {
				if flags[i] != name {
					kept = append(kept, flags[i], flags[i+1])
				}
			}
			return kept
		}
		for _, tt := range []struct {
			name, want string
			flags      []string
		}{
			{"expired", `live\.test:443: the certificate of CN=flvstorm test server expired on [-0-9: ]+ UTC: .*--insecure.*`,
				behindTLS(t, s, ca, ca.Issue(time.Now().Add(-time.Hour), "live.test", "play.test"))},
			{"the wrong name", `play\.test:443: the certificate is for live\.test, not for play\.test: .*`,
				behindTLS(t, s, ca, ca.Issue(time.Now().Add(time.Hour), "live.test"))},
			{"an unknown authority", `live\.test:443: the certificate is signed by CN=flvstorm test authority, .* --cacert FILE, .*`, without(fine, "--cacert")},
			{"rtmps where there is no TLS", regexp.QuoteMeta(s.rtmp) + ` does not speak TLS, and answers without it: use rtmp:// in --publish-url`,
				[]string{"--publish-url", "rtmps://" + s.rtmp + "/live/{stream}", "--play-url", "http://" + s.http + "/live/{stream}.flv"}},
			{"another path", `play http://.*/other/fs-.*\.flv: .*, though the stream is being published: .*`,
				[]string{"--publish-url", "rtmp://" + s.rtmp + "/live/{stream}", "--play-url", "http://" + s.http + "/other/{stream}.flv"}},
		} {
			clearLine(t, b, b.run(join([]string{"chaos", "--out", "run", "--json", "result.json"}, tt.flags)...), tt.want)
			if t.Failed() {
				t.Fatal(tt.name)
			}
		}
		s.stop()
	})
}

// guarded puts a proxy before the players' port, which lets in what admit says.
func guarded(t testing.TB, s *outsider, admit func(*http.Request) (status int)) string {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: s.http})
	proxy.FlushInterval = -1
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := admit(r); status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		defer func() {
			if gone := recover(); gone != nil && gone != http.ErrAbortHandler {
				panic(gone)
			}
			// The stream has ended: so does the connection, as it does without a proxy.
			panic(http.ErrAbortHandler)
		}()
		proxy.ServeHTTP(w, r)
	}))
	front.Config.ErrorLog = nil
	t.Cleanup(front.Close)
	return strings.TrimPrefix(front.URL, "http://")
}

// TestHeaders: a header lets players in, and its value stands nowhere but on the wire.
func TestHeaders(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		const secret = "hush-51c2e8"
		b := newBox(t)
		s := b.serve()
		front := guarded(t, s, func(r *http.Request) int {
			if r.Header.Get("X-Token") != secret || r.Host != "edge.test" {
				return http.StatusUnauthorized
			}
			return http.StatusOK
		})
		target := []string{"--publish-url", "rtmp://" + s.rtmp + "/live/{stream}", "--play-url", "http://" + front + "/live/{stream}.flv"}
		clearLine(t, b, b.run(join([]string{"chaos", "--out", "run", "--json", "result.json"}, target)...),
			`play http://.*: 401 Unauthorized, though the stream is being published: .*--header.*`)
		o := b.run(join([]string{"chaos", "--out", "run", "--json", "result.json", "--duration", "2s", "--players", "1"}, patient, target,
			[]string{"--header", "X-Token: " + secret, "--header=Host: edge.test"})...)
		if o.code != 0 {
			t.Fatalf("want exit 0: %v", o)
		}
		events, _ := b.events("run")
		for where, text := range map[string]string{"stdout": o.stdout, "stderr": o.stderr, "the document": b.read("result.json")} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has the header's value: %s", where, text)
			}
		}
		reader, err := history.Open(b.path("run"))
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		if h := reader.Header(); strings.Contains(h.Repro, secret) || !strings.Contains(h.Repro, "X-Token: ***") || len(events) == 0 {
			t.Errorf("the command is kept as %s", h.Repro)
		}
		s.stop()
	})
}

// TestTokenRefusedHalfWay: with a token that is good for a while and then is not, players are denied. That is no finding of the
// server's, and not that they got nothing; but what was asked for was not tested.
func TestTokenRefusedHalfWay(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		s := b.serve()
		var asked atomic.Int32
		front := guarded(t, s, func(*http.Request) int {
			if asked.Add(1) > 4 { // two looks before the run, and two sessions in it
				return http.StatusForbidden
			}
			return http.StatusOK
		})
		d := b.chaos(3, "--publish-url", "rtmp://"+s.rtmp+"/live/{stream}", "--play-url", "http://"+front+"/live/{stream}.flv", "--log", s.log,
			"--streams", "1", "--players", "1", "--contenders", "0", "--duration", "6s", "--grace", "1s")
		if len(d.codes()) != 0 || !d.reason("denied") {
			t.Errorf("found %q, and reasons %+v", d.codes(), d.Reasons)
		}
		s.stop()
	})
}

// TestStreamsFile: streams of a file, by TLS and without, on two servers at once.
func TestStreamsFile(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		ca := peertest.NewAuthority(t)
		b := newBox(t)
		s := b.serve()
		cfg := &tls.Config{Certificates: []tls.Certificate{ca.Issue(time.Now().Add(time.Hour), "live.test", "play.test")}}
		list := "stream,publish_url,play_url\r\n" +
			"one,rtmp://" + s.rtmp + "/live/cam-1?sign=a,http://" + s.http + "/live/cam-1.flv\r\n" +
			"# by TLS\r\n" +
			"two,rtmps://live.test/app/{stream},https://play.test/app/{stream}.flv?sign={stream}-x\r\n"
		if err := os.WriteFile(b.path("F.csv"), []byte(list), 0o600); err != nil {
			t.Fatal(err)
		}
		d := b.chaos(0, join(patient, []string{
			"--streams-file", b.path("F.csv"), "--duration", "3s", "--log", s.log, "--cacert", ca.File,
			"--connect-to", "live.test::" + peertest.Terminate(t, cfg, s.rtmp), "--connect-to", "play.test::" + peertest.Terminate(t, cfg, s.http),
		})...)
		events, _ := b.events("run")
		accepted := map[string]int{}
		for _, e := range events {
			if _, ok := e.What.(history.PublishAccepted); ok {
				accepted[e.Key]++
			}
		}
		if len(accepted) != 2 || accepted["live/cam-1"] == 0 || accepted["app/two"] == 0 || len(d.codes()) != 0 {
			t.Errorf("accepted %v, found %q", accepted, d.codes())
		}
		s.stop()
	})
}
