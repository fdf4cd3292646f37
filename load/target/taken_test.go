package target

import (
	"errors"
	"io"
	"net"
	"testing"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// TestTaken: a place where somebody listens is taken, also when it is the players' alone; one where nobody does is free, and so
// is one with a proxy that has nobody behind it.
func TestTaken(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	taken := ln.Addr().String()
	nobody := peertest.Nobody(t)
	defer ln.Close()
	proxy := serve(t, func(nc net.Conn) { nc.Read(make([]byte, 4096)) })
	gateway := serve(t, func(nc net.Conn) {
		nc.Read(make([]byte, 4096))
		io.WriteString(nc, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
	})
	web := serve(t, func(nc net.Conn) {
		nc.Read(make([]byte, 4096))
		io.WriteString(nc, "HTTP/1.1 404 Not Found\r\n\r\n")
	})
	for _, tt := range []struct {
		publish, play string
		want          bool
	}{
		{nobody, nobody, false}, {taken, nobody, true}, {nobody, taken, true}, {taken, taken, true},
		{proxy, proxy, false}, {nobody, gateway, false}, {nobody, web, true}, {proxy, web, true},
	} {
		u := URLs{Publish: "rtmp://" + tt.publish + "/live/{stream}", Play: "http://" + tt.play + "/live/{stream}.flv"}
		for try := 1; ; try++ { // it looks for no longer than a second
			err := Taken(t.Context(), new(Road), u)
			var sentence *phrase.Error
			if got := errors.As(err, &sentence) && sentence.ID == phrase.TargetTaken; got == tt.want {
				break
			}
			if try == 5 {
				t.Errorf("publish %s, play %s: %v", tt.publish, tt.play, err)
				break
			}
		}
	}
}
