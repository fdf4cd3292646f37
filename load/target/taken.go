package target

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// takenWithin is how long a place gets to answer.
const takenWithin = time.Second

// Taken returns an error when somebody answers already where a server is about to be started: the run would test that
// one, or both at once, for some servers share their ports without a word (SO_REUSEPORT).
//
// A proxy in front of the server to be started (a load balancer, something that ends TLS) is there before it, takes
// connections, and closes them or says 502: that is nobody.
func Taken(ctx context.Context, road *Road, u URLs) error {
	publish, play := u.places()
	var looks []func(context.Context) error
	add := func(places []place, hello string) {
		for _, p := range places {
			looks = append(looks, func(ctx context.Context) error {
				if somebody(ctx, road, p, hello) {
					return phrase.Errorf(phrase.TargetTaken, p.addr)
				}
				return nil
			})
		}
	}
	add(publish, "")
	add(play, "GET / HTTP/1.0\r\nUser-Agent: flvstorm\r\n\r\n")
	return together(ctx, looks)
}

// somebody reports whether a place takes a connection and does anything with it but to close it. Without a hello it is
// greeted as RTMP is.
func somebody(ctx context.Context, road *Road, at place, hello string) bool {
	ctx, cancel := context.WithTimeout(ctx, takenWithin)
	defer cancel()
	nc, err := road.Dial(ctx, network(at.secure), at.addr)
	if err != nil {
		return false
	}
	defer nc.Close()
	defer context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })()
	var got []byte
	if hello == "" {
		got, err = shake(nc)
	} else if _, err = io.WriteString(nc, hello); err == nil {
		got = make([]byte, len("HTTP/1.1 502"))
		var n int
		n, err = io.ReadFull(nc, got)
		if got = got[:n]; n == cap(got) && got[9] == '5' {
			return false
		}
	}
	var hungUp bool
	switch WireOf(err) {
	case history.WireEOF, history.WireReset:
		hungUp = len(got) == 0
	}
	return !hungUp && !errors.Is(ctx.Err(), context.Canceled)
}
