package probe

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/probe"
)

// look probes a URL, for as long as no test should take.
func look(t *testing.T, raw string, change func(*Config)) probe.Result {
	t.Helper()
	u, err := ParseURL(raw)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{URL: u, Duration: 5 * time.Minute, Road: new(target.Road)}
	if change != nil {
		change(&cfg)
	}
	r, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// speaks is a server that says what a function does with each of its connections, once a request has come.
func speaks(t *testing.T, say func(net.Conn, *http.Request)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer context.AfterFunc(ctx, func() { nc.Close() })()
				defer nc.Close()
				req, err := http.ReadRequest(bufio.NewReader(nc))
				if err == nil {
					say(nc, req)
				}
			}()
		}
	}()
	t.Cleanup(func() {
		cancel()
		l.Close()
		<-done
	})
	return l.Addr().String()
}

// serves is a server that answers with an FLV stream and ends it.
func serves(t *testing.T, stream []byte) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(sends(stream))
	t.Cleanup(s.Close)
	return s
}

func sends(stream []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "video/x-flv")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Server", "test/1")
		w.Write(stream)
	})
}

// socket is a handler that sends a stream by WebSocket, in messages that have nothing to do with its tags.
func socket(t *testing.T, stream []byte, piece int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Errorf("accept: %v", err)
			return
		}
		defer conn.CloseNow()
		for b := stream; len(b) > 0; b = b[min(piece, len(b)):] {
			if conn.Write(r.Context(), websocket.MessageBinary, b[:min(piece, len(b))]) != nil {
				return
			}
		}
		conn.Close(websocket.StatusNormalClosure, "")
	})
}

// ours is so many frames of the built-in source, stamped as a publisher stamps them.
func ours(t *testing.T, frames int) []byte {
	t.Helper()
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	b := flv.AppendHeader(nil, true, true)
	for _, f := range clip.Headers() {
		b = flv.AppendTag(b, f.Type, 0, f.Body)
	}
	seq := uint32(0)
	for i := range frames {
		f := clip.Frame(i)
		body := append([]byte{}, f.Body...)
		if f.StampAt >= 0 {
			stamp := media.Stamp{Epoch: 3, Seq: seq, SentAt: time.Now().UnixNano(), Source: 7, Sum: f.Sum, Config: clip.Config()}
			stamp.Put(body[f.StampAt:])
			seq++
		}
		b = flv.AppendTag(b, f.Type, f.Timestamp(), body)
	}
	return b
}
