package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/probe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// errorsOf are the texts of the errors found.
func errorsOf(r probe.Result) string {
	var all []string
	for _, f := range r.Findings {
		if f.Severity == probe.Error {
			all = append(all, string(f.Code)+": "+f.Text)
		}
	}
	return strings.Join(all, "; ")
}

// TestWays looks at our own source by every way there is: what it finds is the same.
func TestWays(t *testing.T) {
	stream := ours(t, 300)
	plain, secure := serves(t, stream), httptest.NewTLSServer(sends(stream))
	t.Cleanup(secure.Close)
	ws, wss := httptest.NewServer(socket(t, stream, 1000)), httptest.NewTLSServer(socket(t, stream, 7))
	t.Cleanup(ws.Close)
	t.Cleanup(wss.Close)
	road, err := target.NewRoad(target.RoadConfig{Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, url string
		tls, ws   bool
	}{
		{"http", plain.URL + "/live/s.flv", false, false},
		{"https", secure.URL + "/live/s.flv", true, false},
		{"ws", strings.Replace(ws.URL, "http", "ws", 1) + "/live/s.flv#there", false, true},
		{"wss", strings.Replace(wss.URL, "http", "ws", 1) + "/live/s.flv", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := look(t, c.url, func(cfg *Config) { cfg.Road = road })
			if r.Verdict != probe.OK || r.Stop != probe.StopEOF || r.Bytes != int64(len(stream)) {
				t.Errorf("%s, %s after %d of %d bytes: %s", r.Verdict, r.Stop, r.Bytes, len(stream), errorsOf(r))
			}
			if a := r.Answer; a == nil || a.WebSocket != c.ws || (a.TLS != "") != c.tls {
				t.Errorf("answer %+v", a)
			}
			if v := r.Video; v == nil || v.Codec != "H.264" || v.Width == 0 || v.FPS != 25 || v.GOP == nil {
				t.Errorf("video %+v", v)
			}
			if s := r.Stamps; s == nil || s.Frames != r.Video.Frames || s.Verified != s.Frames || s.Lost+s.Duplicate+s.Reordered+s.Corrupt+s.OtherSetup != 0 {
				t.Errorf("stamps %+v", s)
			}
			f := r.First
			if f.Connected == nil || f.Answered == nil || f.Playable == nil || *f.Connected > *f.Answered || *f.Answered > *f.Playable {
				t.Errorf("first %+v", f)
			}
		})
	}
}

// TestHeaders holds that the user's headers go along, by both ways, and take the place of ours.
func TestHeaders(t *testing.T) {
	stream := ours(t, 50)
	seen := make(chan *http.Request, 1)
	asks := func(h http.Handler) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen <- r.Clone(context.Background())
			h.ServeHTTP(w, r)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	road, err := target.NewRoad(target.RoadConfig{Headers: []string{"X-Token: abc", "User-Agent: mine", "Host: other.test"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{asks(sends(stream)), strings.Replace(asks(socket(t, stream, 100)), "http", "ws", 1)} {
		r := look(t, strings.Replace(at, "://", "://me:secret@", 1)+"/s.flv?token=abc", func(cfg *Config) { cfg.Road = road })
		req := <-seen
		user, password, _ := req.BasicAuth()
		if req.Header.Get("X-Token") != "abc" || req.UserAgent() != "mine" || req.Host != "other.test" || user != "me" || password != "secret" {
			t.Errorf("%s asked with %v for %s", at, req.Header, req.Host)
		}
		if r.Verdict != probe.OK || strings.Contains(r.URL, "secret") || strings.Contains(r.URL, "abc") {
			t.Errorf("%s: %s, URL %s", at, r.Verdict, r.URL)
		}
	}
}

// TestHostile looks at servers that lie, break off and never end. Each is told what it is, within its bounds.
func TestHostile(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
	stream := ours(t, 100)
	says := func(parts ...string) func(net.Conn, *http.Request) {
		return func(nc net.Conn, _ *http.Request) {
			for _, p := range parts {
				io.WriteString(nc, p)
			}
		}
	}
	forever := func(first, then string) func(net.Conn, *http.Request) {
		return func(nc net.Conn, _ *http.Request) {
			for _, err := io.WriteString(nc, first); err == nil; {
				_, err = io.WriteString(nc, then)
			}
		}
	}
	hangs := func(first string) func(net.Conn, *http.Request) {
		return func(nc net.Conn, _ *http.Request) {
			io.WriteString(nc, first)
			io.Copy(io.Discard, nc)
		}
	}
	wrong := bytes.Clone(stream)
	copy(wrong[9:], "\x00\x00\x00\x07")
	torn := string(stream[:len(stream)-100])
	huge := string(flv.AppendHeader(nil, true, true)) + "\x09\xff\xff\xff" + strings.Repeat("\x00", 7) + "\x17\x00"
	flood := flv.AppendHeader(nil, true, true)
	for range 1000 {
		flood = flv.AppendTag(flood, flv.Script, 0, []byte("\x02\x00\x0aonMetaData\x03\x00\x00\x09"))
	}
	for _, c := range []struct {
		name    string
		say     func(net.Conn, *http.Request)
		verdict probe.Verdict
		stop    probe.Stop
		text    string
	}{
		{"a head without an end", forever("HTTP/1.1 200 OK\r\n", "X: "+strings.Repeat("x", 1000)+"\r\n"), probe.NoStream, probe.StopRefused, "no-stream: .*header"},
		{"interim answers without an end", forever("", "HTTP/1.1 100 Continue\r\n\r\n"), probe.NoStream, probe.StopRefused, "no-stream: .*header"},
		{"no answer", hangs(""), probe.NoStream, probe.StopDuration, "no answer at all in the first"},
		{"half a head", hangs("HTTP/1.1 200 OK\r\nX:"), probe.NoStream, probe.StopDuration, "no answer at all in the first"},
		{"nothing behind the head", hangs(head), probe.NoStream, probe.StopDuration, "not a byte"},
		{"nothing behind the FLV header", hangs(head + "FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"), probe.NoStream, probe.StopDuration, "the FLV header, but no tag"},
		{"an empty answer", says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), probe.NoStream, probe.StopEOF, "then the server ended it"},
		{"a closed connection", says(), probe.NoStream, probe.StopRefused, "ended before an answer"},
		{"no HTTP", says("220 mail.test ESMTP\r\n"), probe.NoStream, probe.StopRefused, "malformed"},
		{"not found", says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), probe.NoStream, probe.StopRefused, "404 Not Found; does anybody publish"},
		{"forbidden", says("HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\n\x1b[2Jgo away"), probe.NoStream, probe.StopRefused, "403 Forbidden; does the server want a token"},
		{"a status without end", forever("HTTP/1.1 500 Oh\r\n\r\n", "no"), probe.NoStream, probe.StopRefused, "500 Internal Server Error"},
		{"sent round", says("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"), probe.NoStream, probe.StopRefused, "sends us elsewhere 4 times"},
		{"a page", says(head, "<!doctype html>\x1b[2J<title>hello</title>"), probe.Faulty, probe.StopNotFLV, "flv-invalid: the answer is not FLV"},
		{"a wrong size", says(head, string(wrong)), probe.Faulty, probe.StopEOF, "PreviousTagSize"},
		{"torn", says(head, torn), probe.Faulty, probe.StopCut, "middle of a tag"},
		{"a tag of 16 MiB that never comes", hangs(head + huge), probe.NoStream, probe.StopDuration, "but no tag"},
		{"a thousand metadata", says(head, string(flood), string(stream[13:])), probe.Faulty, probe.StopEOF, "more than 100 script tags"},
		{"noise behind a header", forever(head+string(stream[:9]), strings.Repeat("nonsense", 4000)), probe.Faulty, probe.StopSync, "not FLV any more"},
		{"a chunk of no size", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), probe.NoStream, probe.StopError, "invalid byte in chunk length"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r probe.Result
			for within := 200 * time.Millisecond; ; within *= 10 { // until it is enough for what comes to be read
				r = look(t, "http://"+speaks(t, c.say)+"/live/s.flv", func(cfg *Config) {
					if c.stop == probe.StopDuration {
						cfg.Duration = within
					}
				})
				if c.stop != probe.StopDuration || matches(errorsOf(r), c.text) || within > 10*time.Second {
					break
				}
			}
			if r.Verdict != c.verdict || r.Stop != c.stop {
				t.Errorf("%s, %s; want %s, %s: %+v", r.Verdict, r.Stop, c.verdict, c.stop, r.Findings)
			}
			if !matches(errorsOf(r), c.text) || strings.ContainsRune(errorsOf(r), 0x1b) {
				t.Errorf("errors %q, want %q", errorsOf(r), c.text)
			}
		})
	}
}

// matches reports whether said has the parts of want, which stand apart by ".*", in their order.
func matches(said, want string) bool {
	for part := range strings.SplitSeq(want, ".*") {
		_, rest, ok := strings.Cut(said, part)
		if !ok {
			return false
		}
		said = rest
	}
	return true
}

// TestHostileSockets is the same for servers that are asked for a WebSocket.
func TestHostileSockets(t *testing.T) {
	for _, c := range []struct {
		name string
		say  func(net.Conn, *http.Request)
		text string
	}{
		{"no WebSocket", func(nc net.Conn, _ *http.Request) {
			io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}, "makes no WebSocket of it"},
		{"not found", func(nc net.Conn, _ *http.Request) {
			io.WriteString(nc, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		}, "404 Not Found"},
		{"a wrong handshake", func(nc net.Conn, _ *http.Request) {
			io.WriteString(nc, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n")
		}, "no-stream"},
		{"nothing", func(net.Conn, *http.Request) {}, "ended before an answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := look(t, "ws://"+speaks(t, c.say)+"/s.flv", nil)
			if r.Verdict != probe.NoStream || !matches(errorsOf(r), c.text) {
				t.Errorf("%s: %s, want %s", r.Verdict, errorsOf(r), c.text)
			}
		})
	}
}

// TestRedirects holds that a probe goes where the same server sends it, and nowhere else.
func TestRedirects(t *testing.T) {
	stream := ours(t, 50)
	var asked atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(other.Close)
	for scheme, handler := range map[string]http.Handler{"http": sends(stream), "ws": socket(t, stream, 100)} {
		mux := http.NewServeMux()
		mux.Handle("/s.flv", handler)
		mux.Handle("/here", http.RedirectHandler("/s.flv", http.StatusFound))
		mux.Handle("/there", http.RedirectHandler(other.URL+"/s.flv", http.StatusFound))
		s := httptest.NewServer(mux)
		t.Cleanup(s.Close)
		at := strings.Replace(s.URL, "http", scheme, 1)
		if r := look(t, at+"/there", nil); r.Verdict != probe.NoStream || !strings.Contains(errorsOf(r), other.URL) {
			t.Errorf("%s: elsewhere: %s: %s", scheme, r.Verdict, errorsOf(r))
		}
		if r := look(t, at+"/here", nil); r.Verdict != probe.OK || r.Answer.Redirects != 1 {
			t.Errorf("%s: here: %s: %s, %+v", scheme, r.Verdict, errorsOf(r), r.Answer)
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("a stranger was asked %d times", n)
	}
}

// TestNobody looks where nobody listens.
func TestNobody(t *testing.T) {
	addr := peertest.Nobody(t)
	for _, scheme := range []string{"http", "ws", "https", "wss"} {
		r := look(t, scheme+"://"+addr+"/s.flv", nil)
		if r.Verdict != probe.NoStream || !strings.Contains(errorsOf(r), "no connection") || r.First.Connected != nil {
			t.Errorf("%s: %s: %s", scheme, r.Verdict, errorsOf(r))
		}
	}
}

// TestTLS tells a wrong scheme and an unknown authority apart.
func TestTLS(t *testing.T) {
	plain := serves(t, ours(t, 10))
	secure := httptest.NewUnstartedServer(sends(ours(t, 10)))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.TLS = &tls.Config{}
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for at, want := range map[string]string{
		strings.Replace(plain.URL, "http", "https", 1): "does not speak TLS",
		secure.URL: "whom this machine does not know",
	} {
		if r := look(t, at+"/s.flv", nil); r.Verdict != probe.NoStream || !strings.Contains(errorsOf(r), want) {
			t.Errorf("%s: %s: %s", at, r.Verdict, errorsOf(r))
		}
	}
}

// TestEnds holds how a probe ends by itself: in time, at its bound, by its context.
func TestEnds(t *testing.T) {
	stream := ours(t, 100)
	endless := "http://" + speaks(t, func(nc net.Conn, _ *http.Request) {
		io.WriteString(nc, "HTTP/1.1 200 OK\r\n\r\n")
		nc.Write(stream)
		io.Copy(io.Discard, nc)
	}) + "/s.flv"
	for within := 300 * time.Millisecond; ; within *= 10 { // until it is enough for what comes to be read
		r := look(t, endless, func(c *Config) { c.Duration = within })
		if r.Stop == probe.StopDuration && r.Verdict == probe.OK {
			break
		}
		if within > 10*time.Second {
			t.Fatalf("in time: %s, %s: %s", r.Stop, r.Verdict, errorsOf(r))
		}
	}
	if r := look(t, endless, func(c *Config) { c.most = 10_000 }); r.Stop != probe.StopLimit || r.Bytes != 10_000 || r.Verdict != probe.OK {
		t.Errorf("at its bound: %s, %s, %d bytes: %s", r.Stop, r.Verdict, r.Bytes, errorsOf(r))
	}
	u, _ := ParseURL(endless)
	for within := 200 * time.Millisecond; ; within *= 10 {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(within, cancel)
		r, err := Run(ctx, Config{URL: u, Duration: time.Hour, Road: new(target.Road)})
		if err == nil && r.Stop == probe.StopInterrupted && r.Verdict == probe.Interrupted && r.Video != nil {
			break
		}
		if within > 10*time.Second {
			t.Fatalf("by its context: %s, %s, %v", r.Stop, r.Verdict, err)
		}
	}
}

// TestSave holds that what is saved is what came, up to the last whole tag, and that nothing is there when nothing came.
func TestSave(t *testing.T) {
	stream := ours(t, 100)
	last := len(stream)
	s := flv.NewScanner(bytes.NewReader(stream))
	for {
		tag, err := s.Next()
		if err != nil {
			break
		}
		last = int(tag.Offset)
	}
	for _, c := range []struct {
		name string
		sent []byte
		want []byte
	}{
		{"whole", stream, stream},
		{"cut in a tag", stream[:len(stream)-5], stream[:last]},
		{"cut in a header", stream[:last+5], stream[:last]},
		{"no FLV", []byte("<!doctype html><html></html>"), nil},
		{"nothing", nil, nil},
		{"half a file header", stream[:7], nil},
		{"a file header", stream[:9], nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.flv")
			r := look(t, serves(t, c.sent).URL, func(cfg *Config) { cfg.Save = path })
			got, err := os.ReadFile(path)
			if c.want == nil {
				if !errors.Is(err, os.ErrNotExist) || r.Saved != "" {
					t.Errorf("there is a file of %d bytes, %v; said to be %q", len(got), err, r.Saved)
				}
				return
			}
			if !bytes.Equal(got, c.want) || r.Saved != path || r.SavedBytes != int64(len(c.want)) {
				t.Errorf("%d bytes, %v; want %d; said %q, %d", len(got), err, len(c.want), r.Saved, r.SavedBytes)
			}
		})
	}
	t.Run("a file that came meanwhile", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "s.flv")
		if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
		u, _ := ParseURL(serves(t, stream).URL)
		r, err := Run(t.Context(), Config{URL: u, Duration: time.Minute, Road: new(target.Road), Save: path})
		var sentence *phrase.Error
		got, _ := os.ReadFile(path)
		if !errors.As(err, &sentence) || sentence.ID != phrase.ProbeSaveFailed || string(got) != "mine" || r.Verdict != probe.OK || r.Saved != "" {
			t.Errorf("%v, %s, saved %q, file %q", err, r.Verdict, r.Saved, got)
		}
	})
}

func TestParseURL(t *testing.T) {
	for raw, want := range map[string]string{
		"http://h/live/s.flv":         "",
		"WSS://h:443/live/s.flv?a=b":  "",
		"http://[::1]:80/s.flv":       "",
		"h/live/s.flv":                "give it in full",
		"":                            "give it in full",
		"rtmp://h/live/s?token=abc":   "http://h:8080/live/s.flv",
		"rtmp://me:pw@[::1]:1935/a/s": "not RTMP",
		"file:///etc/passwd":          "must begin with",
		"http:///s.flv":               "give it in full",
		"http://h:0/s.flv":            "give it in full",
		"http://h:99999/s.flv":        "give it in full",
		"http://h/a b":                "give it in full",
		"http://h/%zz":                "give it in full",
		"http://h/live/{stream}.flv":  "{stream}",
	} {
		_, err := ParseURL(raw)
		said := fmt.Sprint(err)
		if want == "" && err != nil || want != "" && !strings.Contains(said, want) {
			t.Errorf("%q: %v, want %q", raw, err, want)
		}
		if strings.Contains(said, "abc") || strings.Contains(said, "pw") {
			t.Errorf("%q: a credential in %q", raw, said)
		}
	}
}
