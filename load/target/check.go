package target

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/flvstorm/flvstorm/internal/flv"
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

// Check looks at the server before anything is attempted: one RTMP handshake, and one connection to where players go. An
// error says in one sentence what is wrong, with the address and what is likely to be the cause; the run can't begin.
func Check(ctx context.Context, u URLs) error {
	if err := checkRTMP(ctx, u.Endpoint("s").Addr); err != nil {
		return err
	}
	if u.Play == "" {
		return nil
	}
	return checkTCP(ctx, u.PlayAddr())
}

func checkTCP(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	began := time.Now()
	nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return unreached("--play-url", addr, time.Since(began), err)
	}
	return nc.Close()
}

func checkRTMP(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	began := time.Now()
	nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return unreached("--publish-url", addr, time.Since(began), err)
	}
	defer nc.Close()
	defer context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })()
	got, err := shake(nc)
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case len(got) > 0 && got[0] != rtmpVersion:
		return phrase.Errorf(phrase.TargetNotRTMP, addr, short(Mask(clean(got))), err)
	case timedOut(err):
		return phrase.Errorf(phrase.TargetSilent, addr, since(began), err)
	default:
		return phrase.Errorf(phrase.TargetHangsUp, addr, err)
	}
}

// unreached says why a connection could not be made.
func unreached(flag, addr string, took time.Duration, err error) error {
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
func NobodyLive(ctx context.Context, u URLs, streams []string) error {
	return nobodyLive(ctx, u, streams, liveWithin)
}

func nobodyLive(ctx context.Context, u URLs, streams []string, within time.Duration) error {
	if u.Play == "" {
		return nil
	}
	client := &http.Client{
		Transport: &http.Transport{
			DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHead,
		},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if next.URL.Scheme != "http" || Addr(next.URL) != Addr(via[0].URL) {
				return phrase.Errorf(phrase.TargetRedirect, Mask(next.URL.String()))
			}
			if len(via) > maxRedirects {
				return phrase.Errorf(phrase.TargetRedirects, len(via))
			}
			return nil
		},
	}
	defer client.CloseIdleConnections()
	looking, enough := context.WithCancel(ctx)
	defer enough()
	found := make([]error, len(streams))
	places := make(chan struct{}, looksAtOnce)
	var wg sync.WaitGroup
	for i, stream := range streams {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			if found[i] = look(looking, client, u, stream, within); found[i] != nil {
				enough()
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, err := range found {
		if err != nil {
			return err
		}
	}
	return nil
}

// maxRedirects is how often a server may send us elsewhere on itself.
const maxRedirects = 3

// look asks for one stream and returns an error when it is live or no HTTP-FLV.
func look(ctx context.Context, client *http.Client, u URLs, stream string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	where := u.PlayURL(stream)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return phrase.Errorf(phrase.TargetNotURL, "--play-url", Mask(where), PlayExample)
	}
	req.Header.Set("User-Agent", "flvstorm")
	resp, err := client.Do(req)
	if err != nil {
		return noAnswer(req.URL, err)
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
		return phrase.Errorf(phrase.TargetNotFLV, Mask(where), err)
	default:
		return nil // silent until the bound, or ended
	}
}

// noAnswer sorts the errors of a request: that nothing came, or that the connection was closed, is what servers do for a
// key that nobody publishes.
func noAnswer(u *url.URL, err error) error {
	var sentence *phrase.Error
	if errors.As(err, &sentence) {
		return sentence // a redirect that is not followed
	}
	switch wire := WireOf(err); {
	case OwnLimit(err) != "", wire == history.WireRefused, wire == history.WireUnreachable:
		return unreached("--play-url", Addr(u), 0, err)
	case wire == history.WireMalformed:
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err // without the URL, which may hold credentials
		}
		return phrase.Errorf(phrase.TargetNotHTTP, Addr(u), short(Mask(clean([]byte(err.Error())))))
	default:
		return nil
	}
}

// short cuts what a stranger sent to what fits into a sentence.
func short(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
