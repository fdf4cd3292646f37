package probe

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/probe"
)

// open makes the request and returns the stream of the answer.
func (r *run) open(ctx context.Context) (io.ReadCloser, error) {
	hops := 0
	client := &http.Client{
		Transport: r.Road.Transport(),
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if hops = len(via); hops > target.MaxRedirects {
				return phrase.Errorf(phrase.TargetRedirects, hops)
			}
			return target.Followed(via[len(via)-1].URL, req.URL)
		},
	}
	var mark arrivals
	ctx = httptrace.WithClientTrace(ctx, mark.trace(r.now))
	body, resp, err := r.ask(ctx, client)
	r.told(&mark, resp, hops)
	if err != nil {
		return nil, r.unanswered(ctx, resp, mark.wasConnected(), err)
	}
	return body, nil
}

// ask asks by the way that the scheme names.
func (r *run) ask(ctx context.Context, client *http.Client) (io.ReadCloser, *http.Response, error) {
	header, host := r.headers()
	if r.socket() {
		conn, resp, err := websocket.Dial(ctx, r.URL.String(), &websocket.DialOptions{
			HTTPClient: client, HTTPHeader: header, Host: host, CompressionMode: websocket.CompressionDisabled,
		})
		if err != nil {
			return nil, resp, err
		}
		return messages{websocket.NetConn(ctx, conn, websocket.MessageBinary), conn}, resp, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL.String(), nil)
	if err != nil {
		return nil, nil, phrase.Errorf(phrase.ProbeBadURL, r.shown(), Example)
	}
	req.Header, req.Host = header, host
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, resp, errStatus
	}
	return resp.Body, resp, nil
}

// errStatus says that the answer has another status than 200.
var errStatus = errors.New("status")

// socket reports whether the stream comes by WebSocket.
func (r *run) socket() bool { return r.URL.Scheme == "ws" || r.URL.Scheme == "wss" }

// headers are those of the request: ours, and the user's in their place.
func (r *run) headers() (header http.Header, host string) {
	header = http.Header{"User-Agent": {r.Agent}, "Accept": {"*/*"}}
	theirs := map[string]bool{}
	for _, h := range r.Road.Headers() {
		if h.Is("Host") {
			host = h.Value
			continue
		}
		name := http.CanonicalHeaderKey(h.Name)
		if !theirs[name] {
			header.Del(name)
		}
		theirs[name] = true
		header.Add(name, h.Value)
	}
	return header, host
}

// messages is a WebSocket as a stream of bytes. It is closed without the farewell, for which a server might keep us waiting.
type messages struct {
	io.Reader
	conn *websocket.Conn
}

func (m messages) Close() error { return m.conn.CloseNow() }

// Read reads the messages one after the other. An end without a farewell is an end like any other.
func (m messages) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	var said websocket.CloseError
	if errors.As(err, &said) {
		err = io.EOF
	}
	return n, err
}

// arrivals notes what the transport's goroutines see.
type arrivals struct {
	mu        sync.Mutex
	connected *time.Duration
	answered  *time.Duration
	remote    string
}

func (a *arrivals) trace(now func() time.Duration) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			a.mu.Lock()
			defer a.mu.Unlock()
			if at := now(); a.connected == nil {
				a.connected = &at
			}
			a.remote = info.Conn.RemoteAddr().String()
		},
		GotFirstResponseByte: func() {
			a.mu.Lock()
			defer a.mu.Unlock()
			at := now()
			a.answered = &at // the last one is that of the stream, behind any redirects
		},
	}
}

func (a *arrivals) wasConnected() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.connected != nil
}

// told tells the watch what HTTP brought.
func (r *run) told(mark *arrivals, resp *http.Response, hops int) {
	mark.mu.Lock()
	defer mark.mu.Unlock()
	if mark.connected != nil {
		r.watch.Connected(*mark.connected)
	}
	if resp == nil || mark.answered == nil {
		return
	}
	short := func(name string) string { return foreign.Short(foreign.Clean(resp.Header.Get(name))) }
	a := probe.Answer{
		Status: resp.StatusCode, Type: short("Content-Type"), Server: cmp.Or(short("Server"), short("X-Powered-By")),
		CORS: short("Access-Control-Allow-Origin"), Length: max(resp.ContentLength, 0),
		WebSocket: r.socket(), Remote: mark.remote, Redirects: hops,
	}
	for _, coding := range resp.TransferEncoding {
		a.Chunked = a.Chunked || strings.EqualFold(coding, "chunked")
	}
	if resp.TLS != nil {
		a.TLS = tls.VersionName(resp.TLS.Version)
	}
	r.watch.Answered(*mark.answered, a)
}

// unanswered says why there is no stream.
func (r *run) unanswered(ctx context.Context, resp *http.Response, connected bool, err error) error {
	var sentence *phrase.Error
	var outer *url.Error
	switch {
	case errors.As(err, &sentence): // of TLS, or a redirect that is not followed
		return sentence
	case resp != nil && (resp.StatusCode != http.StatusOK || r.socket()):
		return r.refused(resp)
	case errors.As(err, &outer):
		err = outer.Err // without the URL, which may hold credentials
	}
	addr := target.Addr(r.dialled())
	switch wire := target.WireOf(err); {
	case target.OwnLimit(err) != "":
		return phrase.Errorf(phrase.ReachOurs, addr, r.brief(err))
	case !connected:
		return phrase.Errorf(phrase.ProbeNoConnection, r.shown(), r.brief(err))
	case wire == history.WireMalformed && r.dialled().Scheme == "http" && target.SpeaksTLS(ctx, r.Road, addr):
		return phrase.Errorf(phrase.ReachSpeaksTLS, addr, map[bool]string{false: "https", true: "wss"}[r.socket()], "URL")
	default:
		return phrase.Errorf(phrase.ProbeHungUp, r.shown(), r.brief(err))
	}
}

// dialled is the URL with the scheme of HTTP.
func (r *run) dialled() *url.URL {
	u := *r.URL
	u.Scheme = strings.Replace(u.Scheme, "ws", "http", 1)
	return &u
}

// refused says with which status, and what that mostly means.
func (r *run) refused(resp *http.Response) error {
	status := strings.TrimSpace(strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode))
	id := phrase.ProbeStatus
	switch {
	case resp.StatusCode == http.StatusNotFound:
		id = phrase.ProbeStatusMissing
	case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusForbidden:
		id = phrase.ProbeStatusDenied
	case r.socket() && resp.StatusCode < 400:
		id = phrase.ProbeStatusNoUpgrade
	}
	return phrase.Errorf(id, r.shown(), status)
}
