package load

import (
	"bufio"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target"
)

const (
	// MaxHead bounds the head of an answer, in bytes: a server may send headers for ever.
	MaxHead = 64 << 10
	// MaxRedirects is how often a player lets itself be sent elsewhere on the same host.
	MaxRedirects = 3
	// MaxInterim bounds the 1xx answers before the real one (RFC 9110 §15.2).
	MaxInterim = 5
)

// What a player notes of an answer that is none, as PlayRefused.Text. It is evidence, in the words of the history and
// not of the catalogue.
var (
	ErrHeadTooLong = errors.New("head too long")        // no end within MaxHead
	ErrOnlyInterim = errors.New("only interim answers") // MaxInterim of them
)

// stream is one request for an HTTP-FLV stream and its answer, on a connection of its own. It is a client by hand because
// a player has to know when its GET was written and its first byte came, to leave a connection open that has ended,
// and to be cheap a thousand times over; net/http allows none of these.
type stream struct {
	nc    net.Conn
	unbid func() bool // takes the context's hand off the connection
	left  int         // how many bytes the head may still take; negative once it is read
	br    *bufio.Reader
	tags  *flv.Scanner
	from  *sync.Pool
	// arrivals notes when what was read; nil where nobody asks.
	arrivals *arrivals
}

// streams and wideStreams lend the buffers of streams, since players come and go. The wide ones are for those that look at
// every byte: a frame mostly comes in one read.
var (
	streams     = sync.Pool{New: func() any { return bufferedStream(4<<10, 8<<10) }}
	wideStreams = sync.Pool{New: func() any { return bufferedStream(32<<10, 64<<10) }}
)

// bufferedStream makes the buffers of a stream, of so many bytes for HTTP and for FLV.
func bufferedStream(http, tags int) *stream {
	return &stream{
		br:   bufio.NewReaderSize(nil, http),
		tags: flv.NewScannerWith(nil, flv.Options{HeadSize: media.HeadSize, BufferSize: tags}),
	}
}

// newStream takes over nc, which is closed when ctx ends.
func newStream(ctx context.Context, nc net.Conn, wide bool) *stream {
	from := &streams
	if wide {
		from = &wideStreams
	}
	s := from.Get().(*stream)
	s.nc, s.left, s.from = nc, MaxHead, from
	s.unbid = context.AfterFunc(ctx, func() { nc.Close() })
	s.br.Reset(s)
	return s
}

// leave ends the stream and hands its connection back, still open unless ctx has ended.
func (s *stream) leave() net.Conn {
	nc := s.nc
	s.unbid()
	from := s.from
	s.nc, s.unbid, s.from, s.arrivals = nil, nil, nil, nil
	s.br.Reset(nil)
	s.tags.Reset(nil)
	from.Put(s)
	return nc
}

// close ends the stream and its connection.
func (s *stream) close() { s.leave().Close() }

// Read reads from the connection, within the bound of the head until that is read.
func (s *stream) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, ErrHeadTooLong
	}
	if s.left > 0 && len(p) > s.left {
		p = p[:s.left]
	}
	var n int
	var err error
	if s.arrivals != nil {
		n, err = s.arrivals.read(s.nc, p)
	} else {
		n, err = s.nc.Read(p)
	}
	if s.left > 0 {
		s.left -= n
	}
	return n, err
}

// Request is the request for u, as it goes over the wire. The user's headers take the place of ours.
func Request(u *url.URL, agent string, headers []target.Header) []byte {
	var b strings.Builder
	b.WriteString("GET " + u.RequestURI() + " HTTP/1.1\r\n")
	ours := []target.Header{{Name: "Host", Value: u.Host}, {Name: "User-Agent", Value: agent}, {Name: "Accept", Value: "*/*"}}
	if u.User != nil {
		password, _ := u.User.Password()
		ours = append(ours, target.Header{
			Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)),
		})
	}
	for _, h := range ours {
		if !slices.ContainsFunc(headers, func(theirs target.Header) bool { return theirs.Is(h.Name) }) {
			b.WriteString(h.Name + ": " + h.Value + "\r\n")
		}
	}
	for _, h := range headers {
		b.WriteString(h.Name + ": " + h.Value + "\r\n")
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}

// Gateway reports whether an answer is that of a proxy which got none from the server behind it (RFC 9110 §15.6.3 to
// §15.6.5): it is no sign of that server's life. Balancers say 503 where they have nobody to ask.
func Gateway(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

// answer reads the head of the answer, skipping interim ones. It waits for as long as the connection lives: SRS answers a
// request for a key that nobody publishes only when somebody does.
//
// The body must not be closed: that would read it to its end. The connection is.
func (s *stream) answer() (*http.Response, error) {
	for range MaxInterim {
		resp, err := http.ReadResponse(s.br, nil)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode >= 200 {
			s.left = -1
			return resp, nil
		}
	}
	return nil, ErrOnlyInterim
}

// nameOf is what a server calls itself in an answer.
func nameOf(head http.Header) string { return cmp.Or(head.Get("Server"), head.Get("X-Powered-By")) }

// Redirected returns where an answer with this status and Location sends us: nil when it doesn't, and an error when we don't go
// there. Another host, or another port of this one, may be a stranger's.
func Redirected(from *url.URL, status int, where string) (*url.URL, error) {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	to, err := from.Parse(where)
	if where == "" || err != nil {
		return nil, phrase.Errorf(phrase.TargetRedirect, foreign.Mask(where))
	}
	if err := target.Followed(from, to); err != nil {
		return nil, err
	}
	if to.User == nil {
		to.User = from.User
	}
	return to, nil
}
