package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// answer sends a request and returns the status and the headers asked for, as one line, and the body.
func (r *running) answer(t *testing.T, request string, headers ...string) (string, string) {
	t.Helper()
	p := r.get(t, request)
	method, _, _ := strings.Cut(request, " ")
	resp, err := http.ReadResponse(p.br, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	line := fmt.Sprint(resp.StatusCode)
	for _, h := range headers {
		line += " " + h + "=" + resp.Header.Get(h)
		if h == "Connection" && resp.Close {
			line += "close"
		}
	}
	if method == http.MethodHead || resp.ContentLength < 0 {
		return line, ""
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	p.nc.Close()
	return line, string(body)
}

func TestHTTP(t *testing.T) {
	const cors = "Access-Control-Allow-Origin"
	r := start(t, Config{Absent: NotFound})
	p := r.publish(t, "live")
	p.headers()
	p.frames(3)
	for _, tc := range []struct {
		name, request string
		headers       []string
		want          string
	}{
		{"HEAD of a live stream", "HEAD /live/live.flv HTTP/1.1\r\nHost: h\r\n\r\n", []string{"Content-Type", cors},
			"200 Content-Type=video/x-flv " + cors + "=*"},
		{"HEAD of none", "HEAD /live/no.flv HTTP/1.1\r\nHost: h\r\n\r\n", []string{cors}, "404 " + cors + "=*"},
		{"GET of none", "GET /live/no.flv HTTP/1.1\r\nHost: h\r\n\r\n", []string{cors}, "404 " + cors + "=*"},
		{"preflight", "OPTIONS /live/live.flv HTTP/1.1\r\nHost: h\r\nOrigin: http://page\r\n\r\n",
			[]string{cors, "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"},
			"204 " + cors + "=* Access-Control-Allow-Methods=GET, HEAD, OPTIONS Access-Control-Allow-Headers=*"},
		{"POST", "POST /live/live.flv HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", []string{"Allow"}, "405 Allow=GET, HEAD, OPTIONS"},
		{"the root", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", nil, "404"},
		{"no app", "GET /s0.flv HTTP/1.1\r\nHost: h\r\n\r\n", nil, "404"},
		{"no name", "GET /live/.flv HTTP/1.1\r\nHost: h\r\n\r\n", nil, "404"},
		{"a name that would break the log", "GET /live/a%0ab.flv HTTP/1.1\r\nHost: h\r\n\r\n", nil, "404"},
		{"an endless name", "GET /live/" + strings.Repeat("a", 4000) + ".flv HTTP/1.1\r\nHost: h\r\n\r\n", nil, "404"},
		{"endless headers", "GET / HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("a", maxRequest) + "\r\n\r\n", []string{"Connection"}, "431 Connection=close"},
		{"not a URL", "GET ://h HTTP/1.1\r\nHost: h\r\n\r\n", nil, "400"},
		{"not HTTP", "hello\r\n\r\n", nil, "400"},
		{"the query is not part of the name", "GET /live/live.flv?token=x HTTP/1.1\r\nHost: h\r\n\r\n", nil, "200"},
		{"an escaped name", "GET /live/l%69ve.flv HTTP/1.1\r\nHost: h\r\n\r\n", nil, "200"},
		{"HTTP/1.0", "GET /api/v1/streams HTTP/1.0\r\n\r\n", []string{"Content-Type"}, "200 Content-Type=application/json"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got, _ := r.answer(t, tc.request, tc.headers...); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// One connection serves one small request after the other.
func TestKeepAlive(t *testing.T) {
	r := start(t, Config{})
	p := r.get(t, "")
	for range 3 {
		io.WriteString(p.nc, "GET /api/v1/streams HTTP/1.1\r\nHost: h\r\n\r\n")
		resp, err := http.ReadResponse(p.br, nil)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
	}
}

// An HTTP/1.0 viewer gets no chunks, and the end of the connection is the end of the stream.
func TestHTTP10(t *testing.T) {
	r := start(t, Config{})
	p := r.publish(t, "s0")
	p.headers()
	p.frames(10)
	v := r.get(t, "GET /live/s0.flv HTTP/1.0\r\n\r\n")
	if head := v.response(); len(head.TransferEncoding) != 0 || head.ContentLength != -1 || !head.Close {
		t.Errorf("head: %+v", head)
	}
	v.media()
	p.nc.Close()
	if _, err := v.end(); err != io.EOF {
		t.Errorf("ended with %v", err)
	}
}

// Without a publisher a viewer waits and gets not a byte; then it is served; no more wait than allowed.
func TestWaiting(t *testing.T) {
	r := start(t, Config{MaxWaiting: 2})
	waiting := r.viewers(t, "s0", 2)
	if got, _ := r.answer(t, "GET /live/s1.flv HTTP/1.1\r\nHost: h\r\n\r\n", "Retry-After"); got != "503 Retry-After=1" {
		t.Errorf("one too many gets %s", got)
	}
	if got, _ := r.answer(t, "HEAD /live/s0.flv HTTP/1.1\r\nHost: h\r\n\r\n"); got != "200" {
		t.Errorf("HEAD gets %s", got)
	}
	if !waiting[0].silent(20 * time.Millisecond) {
		t.Error("bytes before the publish")
	}
	// A publish that brings no media serves nobody: they go on waiting.
	empty := r.publish(t, "s0")
	empty.nc.Close()
	r.log.wait(t, "http: unmount", 1)
	if !waiting[1].silent(20 * time.Millisecond) {
		t.Error("bytes before the media")
	}
	p := r.publish(t, "s0")
	p.headers()
	p.frames(1)
	for _, v := range waiting {
		v.media()
	}
	// They wait no longer, so there is room for others.
	r.viewers(t, "s1", 2)
}

// Under the policy 404 a viewer of a publish that brought no media is told so, for there is nothing to wait for.
func TestDismissed(t *testing.T) {
	r := start(t, Config{Absent: NotFound})
	empty := r.publish(t, "s0")
	v := r.viewers(t, "s0", 1)[0]
	empty.nc.Close()
	if head := v.response(); head.StatusCode != 404 {
		t.Errorf("it gets %s", head.Status)
	}
}

// A viewer that leaves while it waits leaves nothing behind.
func TestLeavingWhileWaiting(t *testing.T) {
	r := start(t, Config{})
	for _, v := range r.viewers(t, "s0", 3) {
		v.reset()
	}
	r.until(t, func() bool {
		r.keys.mu.Lock()
		defer r.keys.mu.Unlock()
		return len(r.keys.all) == 0 && r.keys.rules.waiting.Load() == 0
	})
}

func (p *play) reset() {
	p.nc.SetLinger(0)
	p.nc.Close()
}

func TestAPI(t *testing.T) {
	r := start(t, Config{})
	viewers := r.viewers(t, "s0", 2)
	p := r.publish(t, "s0")
	p.headers()
	p.frames(20)
	for _, v := range viewers {
		for range 20 {
			v.media()
		}
	}
	r.viewers(t, "s1", 1)

	api := func(path string) apiReply {
		t.Helper()
		status, body := r.answer(t, "GET "+path+" HTTP/1.1\r\nHost: h\r\n\r\n")
		var reply apiReply
		if err := json.Unmarshal([]byte(body), &reply); status != "200" || err != nil {
			t.Fatalf("%s: %s, %v", path, status, err)
		}
		return reply
	}
	type stream struct {
		Name, App, URL string
		Clients        int
		Active         bool
		Frames         int64
	}
	var streams []stream
	reply := api("/api/v1/streams/?count=100")
	for _, s := range reply.Streams {
		streams = append(streams, stream{s.Name, s.App, s.URL, s.Clients, s.Publish.Active, s.Frames})
	}
	if diff := cmp.Diff([]stream{{"s0", "live", "/live/s0", 3, true, 20}, {"s1", "live", "/live/s1", 1, false, 0}}, streams); diff != "" {
		t.Error(diff)
	}
	s0 := reply.Streams[0]
	if s0.Publish.CID != p.c.Reply().Properties["flvstorm_id"] || s0.RecvBytes == 0 || s0.SendBytes < 2*s0.RecvBytes {
		t.Errorf("s0 is %+v", s0)
	}
	var publishers, players int
	for _, c := range api("/api/v1/clients").Clients {
		switch {
		case c.Publish && c.ID == s0.Publish.CID && c.IP == "127.0.0.1" && c.Type == "fmle-publish":
			publishers++
		case !c.Publish && len(c.ID) == 8 && c.Type == "flv-play":
			players++
		default:
			t.Errorf("client %+v", c)
		}
	}
	if publishers != 1 || players != 3 {
		t.Errorf("%d publishers, %d players", publishers, players)
	}
	if got := api("/api/v1/clients?start=1&count=2").Clients; len(got) != 2 {
		t.Errorf("a page of two has %d", len(got))
	}
}

func TestMeter(t *testing.T) {
	now := time.Now()
	m := meter{marks: [2]mark{{at: now}, {at: now}}}
	for i, step := range []struct {
		at   time.Duration
		add  int
		kbps int64
	}{
		{0, 0, 0},
		{time.Second, 1000, 8},
		{10 * time.Second, 0, 0},
		{30 * time.Second, 29_000, 8}, // and a new mark
		{60 * time.Second, 60_000, 12},
		{90 * time.Second, 0, 8},
	} {
		m.total += int64(step.add)
		if _, kbps := m.read(now.Add(step.at)); kbps != step.kbps {
			t.Errorf("step %d: %d kbit/s, want %d", i, kbps, step.kbps)
		}
	}
}

// What stands behind a request that is not for us is read before the connection is closed: else it would be reset, and the
// answer with it.
func TestAnswersArriveWhole(t *testing.T) {
	r := start(t, Config{})
	for name, request := range map[string]string{
		"a body":              "POST /live/s0.flv HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("x", 100_000),
		"requests sent ahead": strings.Repeat("GET /api/v1/streams HTTP/1.1\r\nHost: h\r\n\r\n", 1000),
		"HEAD, and more":      "HEAD /live/s0.flv HTTP/1.1\r\nHost: h\r\n\r\n" + strings.Repeat("x", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			p := r.get(t, request)
			if answer, err := io.ReadAll(p.br); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 ") {
				t.Errorf("got %d bytes, then %v", len(answer), err)
			}
		})
	}
}

// fuzzConn is a connection that brings what it holds, a few bytes at a time.
type fuzzConn struct {
	io.Reader
	read     int
	deadline time.Time
}

func (c *fuzzConn) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p[:min(len(p), 100)])
	c.read += n
	return n, err
}

func (c *fuzzConn) SetReadDeadline(t time.Time) error {
	c.deadline = t
	return nil
}

// FuzzRequest throws bytes at the reading of requests. It takes no more than it may, holds nothing over to the next
// request, and knows whom an error is for.
func FuzzRequest(f *testing.F) {
	f.Add("GET /live/s0.flv HTTP/1.1\r\nHost: h\r\n\r\n")
	f.Add("GET /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
	f.Add("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
	f.Add("GET ://h HTTP/1.1\r\nHost: h\r\n\r\n")
	f.Add("OPTIONS * HTTP/1.1\r\n\r\n")
	f.Add("GET / HTTP/1.1\r\nX: " + strings.Repeat("a", maxRequest))
	f.Fuzz(func(t *testing.T, in string) {
		nc := &fuzzConn{Reader: strings.NewReader(in)}
		req, err := readRequest(nc)
		if !nc.deadline.IsZero() {
			t.Error("the deadline still stands")
		}
		if nc.read > maxRequest {
			t.Errorf("%d bytes were read", nc.read)
		}
		var bad *httpError
		switch {
		case err == nil:
			// Of what was read, nothing may stand behind the headers of a connection that is kept.
			if taken := in[:nc.read]; !req.Close && !strings.HasSuffix(taken, "\n\r\n") && !strings.HasSuffix(taken, "\n\n") {
				t.Errorf("%q is kept with something behind", taken)
			}
			stream := strings.TrimSuffix(req.URL.Path, ".flv")
			at := strings.LastIndexByte(stream, '/')
			if name, ok := keyName(stream[:max(at, 0)], stream[at+1:]); ok && (name != printable(name) || len(name) > maxName) {
				t.Errorf("%q names a key", name)
			}
		case errors.As(err, &bad):
			if tooLarge := nc.read == maxRequest; tooLarge != (bad.status == http.StatusRequestHeaderFieldsTooLarge) || !tooLarge && bad.status != http.StatusBadRequest {
				t.Errorf("%d after %d bytes", bad.status, nc.read)
			}
		case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) || nc.read < len(in):
			t.Errorf("%v after %d bytes of %d", err, nc.read, len(in))
		}
	})
}
