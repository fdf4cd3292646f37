package embedded

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	requestPatience = 10 * time.Second // for a request to arrive, and between two on one connection
	maxRequest      = 16 << 10         // bytes of a request's line and headers
)

// requestBuffers are as large as an ordinary request. They are held only while a request is read, so that thousands of
// viewers hold none.
var requestBuffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 1<<10) }}

// serveHTTP serves one HTTP connection: any number of small requests, or one stream.
//
// Note: net/http's server was left aside. It holds 8 KB and a second goroutine for each connection, and thousands of
// viewers that reconnect twice a second are what this server is made for. Requests are parsed by net/http all the same.
func (s *Server) serveHTTP(ctx context.Context, nc *net.TCPConn) {
	for {
		req, err := readRequest(nc)
		s.keys.rules.hangs()
		var bad *httpError
		switch {
		case errors.As(err, &bad):
			s.respond(nc, &http.Request{Method: http.MethodGet, Close: true}, bad.status, nil)
			finish(nc, s.cfg.farewell)
			return
		case err != nil:
			return
		}
		if !s.route(nc, req) {
			finish(nc, s.cfg.farewell) // what came besides the request must not cost the answer
			return
		}
	}
}

// httpError is a request that is answered with a status and not served.
type httpError struct{ status int }

func (e *httpError) Error() string { return http.StatusText(e.status) }

// requestConn is what readRequest needs of a connection.
type requestConn interface {
	io.Reader
	SetReadDeadline(time.Time) error
}

// readRequest reads one request. An *httpError is to be answered, any other error ends the connection.
func readRequest(nc requestConn) (*http.Request, error) {
	br := requestBuffers.Get().(*bufio.Reader)
	limited := &io.LimitedReader{R: nc, N: maxRequest}
	br.Reset(limited)
	defer func() {
		br.Reset(nil)
		requestBuffers.Put(br)
	}()
	nc.SetReadDeadline(time.Now().Add(requestPatience))
	defer nc.SetReadDeadline(time.Time{})
	req, err := http.ReadRequest(br)
	var failed *net.OpError // not net.Error, which an error about a URL is too
	switch {
	case err == nil:
		// A body, or a second request sent ahead, lies in the buffer that is given back: such a connection is closed
		// after the answer.
		req.Close = req.Close || br.Buffered() > 0 || req.ContentLength != 0
		return req, nil
	case limited.N <= 0:
		return nil, &httpError{http.StatusRequestHeaderFieldsTooLarge}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &failed):
		return nil, err
	}
	return nil, &httpError{http.StatusBadRequest}
}

// route answers one request and says whether the connection can take another.
func (s *Server) route(nc *net.TCPConn, req *http.Request) bool {
	path := req.URL.Path
	stream, isStream := strings.CutSuffix(path, ".flv")
	switch {
	case req.Method == http.MethodOptions:
		return s.respond(nc, req, http.StatusNoContent, nil)
	case req.Method != http.MethodGet && req.Method != http.MethodHead:
		return s.respond(nc, req, http.StatusMethodNotAllowed, nil)
	case isStream:
		at := strings.LastIndexByte(stream, '/')
		if name, ok := keyName(stream[:max(at, 0)], stream[at+1:]); ok {
			return s.stream(nc, req, name)
		}
	case strings.TrimSuffix(path, "/") == "/api/v1/streams":
		return s.respond(nc, req, http.StatusOK, s.apiStreams(pageOf(req)))
	case strings.TrimSuffix(path, "/") == "/api/v1/clients":
		return s.respond(nc, req, http.StatusOK, s.apiClients(pageOf(req)))
	}
	return s.respond(nc, req, http.StatusNotFound, nil)
}

// stream serves a key as HTTP-FLV until the publish or the viewer ends. Under the policy to wait not a byte is sent before
// there is a publish.
func (s *Server) stream(nc *net.TCPConn, req *http.Request, name string) bool {
	k := s.keys.hold(name)
	defer s.keys.drop(k)
	chunked := req.ProtoAtLeast(1, 1)
	if req.Method == http.MethodHead {
		// What GET would say once it says something.
		if s.cfg.Absent == NotFound && !k.live() {
			return s.respond(nc, req, http.StatusNotFound, nil)
		}
		send(nc, s.streamHead(chunked))
		return false
	}
	raw, err := nc.SyscallConn()
	if err != nil {
		return false
	}
	v := &viewer{client: newClient(nc), conn: nc, raw: raw, chunked: chunked, head: s.streamHead(chunked),
		done: make(chan struct{}), drains: &s.conns, limits: &s.cfg}
	s.log.info(v.cid, "HTTP #0 %s GET http://%s%s, content-length=-1", v.addr, printable(req.Host), printable(req.URL.RequestURI()))
	result := k.attach(v)
	if result == attached {
		// A viewer has nothing more to say: what it sends is thrown away, and its end is the end.
		nothing := make([]byte, 64)
		for err == nil {
			_, err = nc.Read(nothing)
		}
		k.detach(v)
		close(v.done)
		result = attachment(v.dismissed.Load())
	}
	switch result {
	case absent:
		return s.respond(nc, req, http.StatusNotFound, nil)
	case crowded:
		return s.respond(nc, req, http.StatusServiceUnavailable, nil)
	}
	return false
}

// streamHead is the response to a GET of a stream. Chunks let an HTTP/1.1 player tell the end from a failure; for HTTP/1.0
// the end of the connection is the end of the body (RFC 9112 §6.3).
func (s *Server) streamHead(chunked bool) []byte {
	b := s.appendHead(make([]byte, 0, 320), http.StatusOK, true)
	b = append(b, "Content-Type: video/x-flv\r\nCache-Control: no-store\r\n"...)
	if chunked {
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	}
	return append(b, "\r\n"...)
}

// respond answers with a status, and with v as JSON where there is one. It says whether the connection can go on.
func (s *Server) respond(nc *net.TCPConn, req *http.Request, status int, v any) bool {
	var body []byte
	kind := "text/plain; charset=utf-8"
	switch {
	case v != nil:
		kind = "application/json"
		var err error
		if body, err = json.Marshal(v); err != nil {
			status, body = http.StatusInternalServerError, []byte(err.Error())
		}
	case status != http.StatusNoContent:
		body = []byte(http.StatusText(status) + "\n")
	}
	closing := req.Close || !req.ProtoAtLeast(1, 1)
	b := s.appendHead(nil, status, closing)
	switch status {
	case http.StatusNoContent:
		b = append(b, "Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\nAccess-Control-Allow-Headers: *\r\nAccess-Control-Max-Age: 86400\r\n"...)
	case http.StatusMethodNotAllowed:
		b = append(b, "Allow: GET, HEAD, OPTIONS\r\n"...)
	case http.StatusServiceUnavailable:
		b = append(b, "Retry-After: 1\r\n"...)
	}
	if status != http.StatusNoContent {
		b = fmt.Appendf(b, "Content-Type: %s\r\nContent-Length: %d\r\n", kind, len(body))
	}
	b = append(b, "\r\n"...)
	if req.Method != http.MethodHead {
		b = append(b, body...)
	}
	return send(nc, b) && !closing
}

// send writes a whole answer, and says whether the peer took it.
func send(nc *net.TCPConn, b []byte) bool {
	nc.SetWriteDeadline(time.Now().Add(requestPatience))
	defer nc.SetWriteDeadline(time.Time{})
	_, err := nc.Write(b)
	return err == nil
}

// appendHead begins a response with what every response has. Any page may read it (CORS), as with SRS.
func (s *Server) appendHead(b []byte, status int, closing bool) []byte {
	b = fmt.Appendf(b, "HTTP/1.1 %d %s\r\nServer: flvstorm/%s\r\nAccess-Control-Allow-Origin: *\r\nDate: ", status, http.StatusText(status), s.cfg.Version)
	b = time.Now().UTC().AppendFormat(b, http.TimeFormat)
	if closing {
		b = append(b, "\r\nConnection: close"...)
	}
	return append(b, "\r\n"...)
}
