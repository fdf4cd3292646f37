package target

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// checkWithin bounds one look at a server before the run.
	checkWithin = 5 * time.Second
	// liveWithin is how long a key gets to show that it is live.
	liveWithin = 1500 * time.Millisecond
	// looksAtOnce bounds how many keys are looked at together.
	looksAtOnce = 256
	// maxHead bounds the head of an HTTP answer, in bytes.
	maxHead = 64 << 10
)

// Check looks at the server before anything is attempted: one RTMP handshake, and one connection to where players go; of
// listed streams it looks at each place once. An error says in one sentence what is wrong, with the address and what is
// likely to be the cause; the run can't begin.
func Check(ctx context.Context, road *Road, u URLs) error {
	publish, play := u.places()
	for _, where := range []struct {
		places []place
		look   func(context.Context, *Road, place) error
	}{{publish, checkRTMP}, {play, checkPlay}} {
		var looks []func(context.Context) error
		for _, p := range where.places {
			looks = append(looks, func(ctx context.Context) error { return where.look(ctx, road, p) })
		}
		if err := together(ctx, looks); err != nil {
			return err
		}
	}
	return nil
}

// place is an address and whether TLS is spoken there.
type place struct {
	addr   string
	secure bool
}

// places returns the places where the URLs lead, each once.
func (u URLs) places() (publish, play []place) {
	streams := []string{"s"}
	if u.Listed != nil {
		streams = streams[:0]
		for _, s := range u.list() {
			streams = append(streams, s.Name)
		}
	}
	for _, stream := range streams {
		if e := u.Endpoint(stream); e.Addr != "" {
			publish = append(publish, place{e.Addr, e.TLS})
		}
		if addr, secure := u.playPlace(stream); addr != "" {
			play = append(play, place{addr, secure})
		}
	}
	return once(publish), once(play)
}

// once returns the places without those that have been there before.
func once(all []place) []place {
	seen := map[place]bool{}
	return slices.DeleteFunc(all, func(p place) bool {
		before := seen[p]
		seen[p] = true
		return before
	})
}

// together runs all looks, many at once, and returns the error of the first that has one. An error ends the others.
func together(ctx context.Context, looks []func(context.Context) error) error {
	looking, enough := context.WithCancel(ctx)
	defer enough()
	found := make([]error, len(looks))
	seats := make(chan struct{}, looksAtOnce)
	var wg sync.WaitGroup
	for i, look := range looks {
		seats <- struct{}{}
		wg.Go(func() {
			defer func() { <-seats }()
			if looking.Err() != nil {
				return
			}
			err := look(looking)
			if err != nil && !errors.Is(looking.Err(), context.Canceled) {
				found[i] = err
				enough()
			}
		})
	}
	wg.Wait()
	for _, err := range found {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// checkPlay connects to where players go.
func checkPlay(parent context.Context, road *Road, p place) error {
	ctx, cancel := context.WithTimeout(parent, checkWithin)
	defer cancel()
	began := time.Now()
	nc, err := road.Dial(ctx, network(p.secure), p.addr)
	if err == nil {
		return nc.Close()
	}
	if p.secure && mayBePlain(err) && speaksHTTP(parent, road, p.addr) {
		return phrase.Errorf(phrase.ReachSpeaksPlain, p.addr, "http", "--play-url")
	}
	return unreached("--play-url", p.addr, time.Since(began), err)
}

// checkRTMP makes an RTMP handshake.
func checkRTMP(parent context.Context, road *Road, p place) error {
	ctx, cancel := context.WithTimeout(parent, checkWithin)
	defer cancel()
	began := time.Now()
	nc, err := road.Dial(ctx, network(p.secure), p.addr)
	if err != nil {
		if p.secure && mayBePlain(err) && speaksRTMP(parent, road, p.addr) {
			return phrase.Errorf(phrase.ReachSpeaksPlain, p.addr, "rtmp", "--publish-url")
		}
		return unreached("--publish-url", p.addr, time.Since(began), err)
	}
	defer nc.Close()
	defer context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })()
	got, err := shake(nc)
	if err == nil {
		return nil
	}
	if !p.secure && SpeaksTLS(parent, road, p.addr) {
		return phrase.Errorf(phrase.ReachSpeaksTLS, p.addr, "rtmps", "--publish-url")
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case len(got) > 0 && got[0] != rtmpVersion:
		return phrase.Errorf(phrase.TargetNotRTMP, p.addr, foreign.Short(foreign.Mask(foreign.Clean(got))), err)
	case isAlert(err):
		return &TLSError{said: insecure(p.addr, err)}
	case timedOut(err):
		return phrase.Errorf(phrase.TargetSilent, p.addr, since(began), err)
	default:
		return phrase.Errorf(phrase.TargetHangsUp, p.addr, err)
	}
}

// unreached says why a connection could not be made.
func unreached(flag, addr string, took time.Duration, err error) error {
	var noTLS *TLSError
	if errors.As(err, &noTLS) {
		return noTLS
	}
	if code := OwnLimit(err); code != "" {
		return phrase.Errorf(phrase.TargetOwnLimit, addr, err)
	}
	switch WireOf(err) {
	case history.WireOurs:
		return err
	case history.WireRefused:
		return phrase.Errorf(phrase.TargetRefuses, addr, flag, err)
	case history.WireTimeout:
		return phrase.Errorf(phrase.TargetNoAnswer, addr, took.Round(time.Millisecond), flag, err)
	default:
		return phrase.Errorf(phrase.TargetUnreached, addr, flag, err)
	}
}

func since(began time.Time) time.Duration { return time.Since(began).Round(100 * time.Millisecond) }

// NobodyLive returns an error naming the first of the streams that is live already, so that a run never takes a stranger's
// stream. It asks for each as a player would and gives it a moment to send a tag: metadata or a sequence header will do,
// because where no GOP is cached the first frame may be long in coming, and only a publisher sends either. The header of
// FLV alone says nothing; lal and node-media-server send it for keys that nobody publishes. What is no HTTP-FLV at all
// is an error too. Without a play URL it can't tell, and returns nil.
func NobodyLive(ctx context.Context, road *Road, u URLs, streams []string) error {
	return nobodyLive(ctx, road, u, streams, liveWithin)
}

func nobodyLive(ctx context.Context, road *Road, u URLs, streams []string, within time.Duration) error {
	client := &http.Client{
		Transport: road.Transport(),
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if err := Followed(via[0].URL, next.URL); err != nil {
				return err
			}
			if len(via) > MaxRedirects {
				return phrase.Errorf(phrase.TargetRedirects, len(via))
			}
			return nil
		},
	}
	defer client.CloseIdleConnections()
	looks := make([]func(context.Context) error, 0, len(streams))
	for _, stream := range streams {
		if u.PlayURL(stream) != "" {
			looks = append(looks, func(ctx context.Context) error { return look(ctx, road, client, u, stream, within) })
		}
	}
	return together(ctx, looks)
}

// Followed returns nil when an answer may send players from one URL to the other: on the same address only, for any
// other may be a stranger's.
func Followed(from, to *url.URL) error {
	if to.Scheme == from.Scheme && Addr(to) == Addr(from) {
		return nil
	}
	if from.Scheme == "http" && to.Scheme == "https" && strings.EqualFold(from.Hostname(), to.Hostname()) {
		return phrase.Errorf(phrase.ReachRedirectTLS, foreign.Mask(to.String()))
	}
	return phrase.Errorf(phrase.TargetRedirect, foreign.Mask(to.String()))
}

// MaxRedirects is how often a server may send us elsewhere on itself.
const MaxRedirects = 3

// look asks for one stream and returns an error when it is live or no HTTP-FLV.
func look(parent context.Context, road *Road, client *http.Client, u URLs, stream string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(parent, within)
	defer cancel()
	where := u.PlayURL(stream)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return phrase.Errorf(phrase.TargetNotURL, "--play-url", foreign.Mask(where), PlayExample)
	}
	req.Header.Set("User-Agent", "flvstorm")
	for _, h := range road.Headers() {
		if h.Is("Host") {
			req.Host = h.Value
		} else {
			req.Header[h.Name] = append(req.Header[h.Name], h.Value)
		}
	}
	resp, err := client.Do(req)
	if err != nil {
		return noAnswer(parent, road, req.URL, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil
	}
	_, err = flv.NewScanner(resp.Body).Next()
	var format *flv.FormatError
	switch {
	case err == nil:
		return phrase.Errorf(phrase.TargetLive, u.Key(stream))
	case errors.As(err, &format):
		return phrase.Errorf(phrase.TargetNotFLV, foreign.Mask(where), err)
	default:
		return nil // silent until the bound, or ended
	}
}

// noAnswer sorts the errors of a request: that nothing came, or that the connection was closed, is what servers do for a
// key that nobody publishes.
func noAnswer(ctx context.Context, road *Road, u *url.URL, err error) error {
	var noTLS *TLSError
	if errors.As(err, &noTLS) {
		if timedOut(err) {
			return nil
		}
		return noTLS
	}
	var sentence *phrase.Error
	if errors.As(err, &sentence) {
		return sentence // a redirect that is not followed
	}
	switch wire := WireOf(err); {
	case OwnLimit(err) != "", wire == history.WireRefused, wire == history.WireUnreachable:
		return unreached("--play-url", Addr(u), 0, err)
	case wire == history.WireMalformed:
		if u.Scheme == "http" && SpeaksTLS(ctx, road, Addr(u)) {
			return phrase.Errorf(phrase.ReachSpeaksTLS, Addr(u), "https", "--play-url")
		}
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err // without the URL, which may hold credentials
		}
		return phrase.Errorf(phrase.TargetNotHTTP, Addr(u), foreign.Short(foreign.Mask(foreign.Clean(err.Error()))))
	default:
		return nil
	}
}
