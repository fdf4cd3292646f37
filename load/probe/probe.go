// Package probe is one player that looks at one stream: it connects over HTTP or WebSocket, reads FLV, and tells a
// report/probe.Watch what came and when. It judges nothing.
//
//  1. open makes the request, over the same road as every player of the tool (TLS, detours, headers), and hands back
//     a stream of bytes: the body of the answer, or the binary messages of a WebSocket one after the other.
//  2. The bytes pass a keeper, which writes them to a file where the user wants that, and a scanner.
//  3. Each tag, fault and ending goes to the Watch with its time.
//
// It ends by itself: after a time, after so many bytes, or with its context; its connection is closed then.
package probe

import (
	"context"
	"errors"
	"io"
	"net/url"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/probe"
)

// MaxBytes is how much of a stream a probe takes: an hour at 9 Mbit/s.
const MaxBytes = 4 << 30

// Config says what to look at. Validate the URL with Check first.
type Config struct {
	URL *url.URL
	// Duration is how long to look, from the connection on. Required.
	Duration time.Duration
	// Road is how the server is reached. Required.
	Road *target.Road
	// Agent is the User-Agent. Default "flvstorm".
	Agent string
	// Save is the file that what comes is written to, "" for none. It is made when a stream has begun, and must not exist.
	Save string
	// SameClock says that the publisher's clock is this machine's.
	SameClock bool

	most int64 // in place of MaxBytes, for tests
}

// Run looks at the stream until the duration is over, the stream ends, or ctx does, which is no error. What the server does
// is told in the Result; an error is about the file of Save alone, and comes together with the Result.
func Run(ctx context.Context, cfg Config) (probe.Result, error) {
	if cfg.Agent == "" {
		cfg.Agent = "flvstorm"
	}
	if cfg.most == 0 {
		cfg.most = MaxBytes
	}
	r := &run{
		Config: cfg, began: time.Now(), parent: ctx,
		watch: probe.NewWatch(probe.Options{URL: foreign.Mask(cfg.URL.String()), SameClock: cfg.SameClock}),
	}
	ctx, cancel := context.WithTimeout(ctx, cfg.Duration)
	defer cancel()
	body, err := r.open(ctx)
	if err != nil {
		if stop, planned := r.planned(ctx); planned {
			return r.watch.End(r.now(), stop, nil), nil
		}
		return r.watch.End(r.now(), probe.StopRefused, r.why(err)), nil
	}
	defer body.Close()
	return r.read(ctx, body)
}

// run is a probe at work.
type run struct {
	Config
	began  time.Time
	parent context.Context
	watch  *probe.Watch
	left   int64 // of the bytes that it may take
}

func (r *run) now() time.Duration { return time.Since(r.began) }

// planned reports whether it was we who ended the probe.
func (r *run) planned(ctx context.Context) (probe.Stop, bool) {
	switch {
	case r.parent.Err() != nil:
		return probe.StopInterrupted, true
	case ctx.Err() != nil:
		return probe.StopDuration, true
	}
	return "", false
}

// errLimit says that a probe has taken all that it may.
var errLimit = errors.New("more than a probe takes")

// read reads the stream to its end.
func (r *run) read(ctx context.Context, body io.Reader) (probe.Result, error) {
	r.left = r.most
	keep := &keeper{path: r.Save, from: readFunc(func(p []byte) (int, error) {
		if r.left <= 0 {
			return 0, errLimit
		}
		n, err := body.Read(p[:min(int64(len(p)), r.left)])
		r.left -= int64(n)
		r.watch.Byte(r.now(), n)
		return n, err
	})}
	tags := flv.NewScannerWith(keep, flv.Options{HeadSize: probe.HeadSize})
	known := false
	var err error
	for {
		var tag flv.Tag
		tag, err = tags.Next()
		if !known && tags.Header().Version != 0 {
			known = true
			r.watch.Header(tags.Header())
		}
		var format *flv.FormatError
		if errors.As(err, &format) {
			if known && r.watch.Fault(r.now(), format) {
				continue
			}
			break
		}
		if err != nil {
			break
		}
		keep.whole(tag.Offset)
		r.watch.Tag(r.now(), tag, tags.Body)
	}
	var cut *flv.CutError
	if errors.As(err, &cut) {
		keep.whole(cut.Tag)
	} else if !tags.MidTag() {
		keep.whole(tags.Offset())
	}
	result := r.watch.End(r.now(), r.stop(ctx, err, known), r.why(err))
	saved, failure := keep.close()
	if saved > 0 {
		result.Saved, result.SavedBytes = r.Save, saved
	}
	return result, failure
}

// stop says why reading ended.
func (r *run) stop(ctx context.Context, err error, known bool) probe.Stop {
	var format *flv.FormatError
	var cut *flv.CutError
	if errors.As(err, &format) {
		if known {
			return probe.StopSync
		}
		return probe.StopNotFLV
	}
	if errors.Is(err, errLimit) {
		return probe.StopLimit
	}
	if stop, planned := r.planned(ctx); planned {
		return stop
	}
	switch {
	case errors.As(err, &cut) && known:
		return probe.StopCut
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return probe.StopEOF // between tags; SRS never sends a last chunk
	case target.WireOf(err) == history.WireReset:
		return probe.StopReset
	}
	return probe.StopError
}

// why is an error in words for the user, without what a URL may hide, as the Result tells it.
func (r *run) why(err error) error {
	var sentence *phrase.Error
	var format *flv.FormatError
	var cut *flv.CutError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &sentence):
		return sentence
	case errors.As(err, &format), errors.As(err, &cut):
		return err
	}
	return phrase.Errorf(phrase.ProbeNotReached, r.shown(), r.brief(err))
}

// shown is the URL without credentials.
func (r *run) shown() string { return foreign.Mask(r.URL.String()) }

// brief is what an error says, which may quote a stranger and our URL.
func (r *run) brief(err error) string {
	return foreign.Short(foreign.MaskBy(foreign.Clean(err.Error()), r.URL.String()))
}

// readFunc is a reader that is a function.
type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
