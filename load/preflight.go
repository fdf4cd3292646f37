package load

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// preflightLive is how long the publish of a preflight lasts at least: some servers close what they refuse only then.
	preflightLive = 500 * time.Millisecond
	// preflightPlay is how long its player may wait for a frame.
	preflightPlay = 3 * time.Second
	// preflightAlone is how long its publisher goes on when the player has left, so that the server has seen it leave: SRS
	// does so only when it writes again, and it gathers 350 ms for each write.
	preflightAlone = 500 * time.Millisecond
	// preflightClose is how long the server may take to close the connection of a publisher that has said goodbye.
	preflightClose = time.Second
)

// PreflightConfig says where a preflight leads.
type PreflightConfig struct {
	Road *target.Road
	URLs target.URLs
	// Stream is the name to publish, one that the run does not use later where the URLs leave the choice.
	Stream  string
	Clip    *media.Clip
	Profile *profile.Profile
	// Recognize returns what is known of the server that calls itself so in its answer to a player, for the hint of a failure.
	// Nil, or an answer of nil, is Profile.
	Recognize func(server string) *profile.Profile
	// Players says that the stream is played too.
	Players bool
	// PlayOnly says that somebody else publishes the stream, so that it is only played.
	PlayOnly bool
	// Agent is the User-Agent. Default "flvstorm".
	Agent string
	// Scale is how many times slower than usual the server may be. Default 1.
	Scale float64
}

// PreflightResult is what a preflight learned.
type PreflightResult struct {
	// Server is the Server header of the answer to the player, empty where there was none.
	Server string
	// Media is how long after the publish was let in the player had its first frame, zero without players.
	Media time.Duration
}

// Preflight tries the whole way once, before a run whose failures would all have one cause: one publish, and one play of
// it that has to bring a frame. The error is one line that says how far it came and what is likely to be the cause. The
// result holds what was learned up to there.
//
// It leaves the key as it was, and gives no server's bug a chance: the player leaves while the publisher is still there,
// the publisher says goodbye and waits for the server to close, and nobody returns.
func Preflight(ctx context.Context, cfg PreflightConfig) (PreflightResult, error) {
	if cfg.Scale <= 0 {
		cfg.Scale = 1
	}
	if cfg.Agent == "" {
		cfg.Agent = "flvstorm"
	}
	// What the publisher and the player do is no part of a history: there is none yet.
	f := &preflight{cfg: cfg, sink: unheard{time.Now()}, source: rand.Uint32()}
	err := f.fly(ctx)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return f.result, err
}

// preflight is a Preflight at work.
type preflight struct {
	cfg    PreflightConfig
	sink   unheard
	source uint32 // the id of its run of one
	result PreflightResult
}

// unheard is a Sink that keeps nothing.
type unheard struct{ began time.Time }

func (u unheard) Now() time.Duration   { return time.Since(u.began) }
func (u unheard) Record(history.Event) {}

func (f *preflight) scaled(d time.Duration) time.Duration {
	return time.Duration(f.cfg.Scale * float64(d))
}

func (f *preflight) fly(ctx context.Context) error {
	if f.cfg.PlayOnly {
		return f.play(ctx, f.sink.Now())
	}
	publishers := &Publishers{
		Sink: f.sink, Gate: openGate{}, Clip: f.cfg.Clip, Profile: f.cfg.Profile, Dial: f.cfg.Road.Dial, Source: f.source,
	}
	to := f.cfg.URLs.Endpoint(f.cfg.Stream)
	s, failure := publishers.Connect(ctx, to, Who{Key: f.cfg.URLs.Key(f.cfg.Stream), Role: history.Owner}, Attempt{})
	if failure != nil {
		return f.notPublished(failure)
	}
	defer s.Close()
	var said time.Duration
	if _, failure = s.Publish(1); failure == nil {
		said, failure = s.Await(ctx)
	}
	if failure != nil {
		return f.notPublished(failure)
	}

	// The hold lasts until the player is done, which ends when the hold does.
	playing, enough := context.WithCancel(ctx)
	defer enough()
	played := make(chan struct{})
	var unplayed error
	go func() {
		defer close(played)
		if f.cfg.Players {
			unplayed = f.play(playing, said)
		}
	}()
	r := s.Hold(ctx, Holding{
		Said: said, Live: preflightLive, Accepted: func(time.Duration) {}, Before: played,
		Patience: 3 * f.scaled(preflightPlay), // more than the player takes, with a second look for TLS
	})
	enough()
	<-played
	if r.Ended != nil {
		return f.notPublished(r.Ended)
	}
	f.leave(ctx, s)
	return unplayed
}

// leave ends the publish as an encoder does that was told to, and waits until the server is through with it.
func (f *preflight) leave(ctx context.Context, s *Session) {
	if s.Unpublish() != nil {
		return // the server was faster
	}
	ctx, cancel := context.WithTimeout(ctx, f.scaled(preflightClose))
	defer cancel()
	s.Linger(ctx)
}

// notPublished says that the publish failed.
func (f *preflight) notPublished(failure *Failure) error {
	to := f.cfg.URLs.Endpoint(f.cfg.Stream)
	where := foreign.Mask(f.cfg.URLs.PublishURL(f.cfg.Stream))
	show := func(text string) string {
		return short(foreign.Clean(foreign.MaskBy(text, f.cfg.URLs.PublishURL(f.cfg.Stream))))
	}
	text := show(failure.Text)
	when, id := "publish-closed", phrase.ReachPublishClosed
	switch {
	case failure.Ours:
		return phrase.Errorf(phrase.ReachOurs, to.Addr, text)
	case failure.Stage == "tls":
		return phrase.Errorf(phrase.ReachPublishTLS, where, text)
	case failure.Wire == history.WireRefused, failure.Wire == history.WireUnreachable:
		return phrase.Errorf(phrase.ReachPublish, where, text)
	case failure.Wire == history.WireStatus:
		said := show(strings.TrimSpace(failure.Code + " " + failure.Text))
		return phrase.Errorf(phrase.ReachPublishStatus, where, said, f.likely("publish-denied", f.cfg.Profile, phrase.ReachMayDeny))
	case failure.Wire == history.WireTimeout:
		when, id = "publish-silent", phrase.ReachPublishSilent
	case failure.Wire == history.WireMalformed:
		return phrase.Errorf(phrase.ReachPublish, where, text)
	}
	why := phrase.ReachMayClose
	if when == "publish-silent" {
		why = phrase.ReachMayHang
	}
	return phrase.Errorf(id, where, failure.Stage, f.likely(when, f.cfg.Profile, why))
}

// likely is the cause that the profile knows for what was met, in its words, else what it mostly is.
func (f *preflight) likely(when string, known *profile.Profile, mostly phrase.ID) any {
	if known != nil {
		if hint := known.Hint(when); hint != "" {
			return hint
		}
	}
	return mostly
}

// pulled is what one try to play came to.
type pulled struct {
	media  bool
	status int   // of the answer, 0 without one
	err    error // what was wrong with it, or with getting there
	told   error // a sentence that needs nothing added
}

// forGood reports whether asking again will bring nothing else. Where a stream is not there yet, servers say 404, wait,
// or hang up.
func (p pulled) forGood() bool {
	var format *flv.FormatError
	switch {
	case p.told != nil, errors.As(p.err, &format):
		return true
	case p.status == 0:
		return target.WireOf(p.err) == history.WireMalformed
	default:
		return p.status >= 400 && p.status < 500 && p.status != http.StatusNotFound
	}
}

// play pulls the stream until it brings a frame. A server may need a moment from letting a publisher in to letting
// players in, so a failure counts only when it lasts.
func (f *preflight) play(ctx context.Context, said time.Duration) error {
	u, err := url.Parse(f.cfg.URLs.PlayURL(f.cfg.Stream))
	if err != nil {
		return phrase.Errorf(phrase.TargetNotURL, "--play-url", foreign.Mask(f.cfg.URLs.PlayURL(f.cfg.Stream)), target.PlayExample)
	}
	within := f.scaled(preflightPlay)
	asking, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var last *pulled
	var wait Backoff
	for {
		got := f.pull(asking, u)
		if got.media {
			f.result.Media = f.sink.Now() - said
			if !f.cfg.PlayOnly {
				pauseFor(ctx, f.scaled(preflightAlone))
			}
			return nil
		}
		if asking.Err() == nil || last == nil || got.status != 0 {
			last = &got // that time was up tells less than what came before
		}
		if got.forGood() || !pauseFor(asking, wait.Next()) {
			return f.notPlayed(ctx, u, within, *last)
		}
	}
}

// pauseFor waits, and reports whether ctx let it.
func pauseFor(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// pull makes one request, follows where it may be sent, and reads until the first frame.
func (f *preflight) pull(ctx context.Context, u *url.URL) pulled {
	for hop := 0; ; hop++ {
		nc, err := f.cfg.Road.Dial(ctx, Network(u), target.Addr(u))
		if err != nil {
			return pulled{err: err}
		}
		s := newStream(ctx, nc, false)
		to, got := f.ask(s, u, hop)
		s.close()
		if to == nil {
			return got
		}
		u = to
	}
}

// ask sends the request on s and reads the answer. It returns where the answer sends us, if it does.
func (f *preflight) ask(s *stream, u *url.URL, hop int) (to *url.URL, got pulled) {
	if _, err := s.nc.Write(Request(u, f.cfg.Agent, f.cfg.Road.Headers())); err != nil {
		return nil, pulled{err: err}
	}
	resp, err := s.answer()
	if err != nil {
		return nil, pulled{err: err}
	}
	f.result.Server = short(foreign.Clean(nameOf(resp.Header)))
	if to, err = Redirected(u, resp.StatusCode, resp.Header.Get("Location")); err == nil && to != nil && hop >= MaxRedirects {
		err = phrase.Errorf(phrase.TargetRedirects, hop+1)
	}
	switch {
	case err != nil:
		return nil, pulled{status: resp.StatusCode, told: err}
	case to != nil:
		return to, pulled{}
	case resp.StatusCode != http.StatusOK:
		return nil, pulled{status: resp.StatusCode}
	}
	s.tags.Reset(resp.Body)
	own := media.SourceOf(f.source, f.cfg.URLs.Key(f.cfg.Stream))
	for {
		tag, err := s.tags.Next()
		if err != nil {
			return nil, pulled{status: resp.StatusCode, err: err}
		}
		if stamp, ok, err := media.FindStamp(tag.Head); ok && err == nil && stamp.Source != 0 && stamp.Source != own && !f.cfg.PlayOnly {
			return nil, pulled{told: phrase.Errorf(phrase.ReachPlayOther, foreign.Mask(u.String()))}
		}
		if tag.IsMedia() {
			return nil, pulled{media: true}
		}
	}
}

// notPlayed says that the play failed though the stream is being published.
func (f *preflight) notPlayed(ctx context.Context, u *url.URL, within time.Duration, got pulled) error {
	known := f.cfg.Profile
	if f.cfg.Recognize != nil && f.result.Server != "" {
		if p := f.cfg.Recognize(f.result.Server); p != nil {
			known = p
		}
	}
	where := foreign.Mask(u.String())
	var noTLS *target.TLSError
	var format *flv.FormatError
	wire := target.WireOf(got.err)
	// What a port with TLS makes of a request without it: a plain word, an alert, or an end.
	puzzled := got.status == http.StatusBadRequest ||
		got.status == 0 && (wire == history.WireMalformed || wire == history.WireEOF || wire == history.WireReset)
	if u.Scheme == "http" && puzzled && target.SpeaksTLS(ctx, f.cfg.Road, target.Addr(u)) {
		return phrase.Errorf(phrase.ReachSpeaksTLS, target.Addr(u), "https", "--play-url")
	}
	said := func(what any, when string, mostly phrase.ID) error {
		if f.cfg.PlayOnly && mostly == phrase.ReachMayMiss {
			return phrase.Errorf(phrase.ReachPlayAlone, where, what)
		}
		return phrase.Errorf(phrase.ReachPlay, where, what, f.likely(when, known, mostly))
	}
	switch {
	case got.told != nil:
		return got.told
	case errors.As(got.err, &noTLS):
		return noTLS
	case target.OwnLimit(got.err) != "":
		return phrase.Errorf(phrase.ReachOurs, target.Addr(u), Brief(got.err))
	case got.status != 0 && got.status != http.StatusOK:
		status := strconv.Itoa(got.status)
		mostly, ok := mostlyBy[got.status]
		if !ok {
			mostly = phrase.ReachMayMiss
		}
		return said(strings.TrimSpace(status+" "+http.StatusText(got.status)), "play-"+status, mostly)
	case errors.As(got.err, &format):
		return said(phrase.Errorf(phrase.ReachNoFLV, format), "play-not-flv", phrase.ReachMayMiss)
	case wire == history.WireRefused, wire == history.WireUnreachable, wire == history.WireMalformed:
		return phrase.Errorf(phrase.ReachPlayNot, where, Brief(got.err))
	case wire == history.WireEOF, wire == history.WireReset:
		return said(phrase.ReachPlayEnds, "play-closed", phrase.ReachMayMiss)
	default:
		return said(phrase.Errorf(phrase.ReachPlaySilent, within), "play-silent", phrase.ReachMayMiss)
	}
}

// mostlyBy is what a status mostly means where the profile knows no more.
var mostlyBy = map[int]phrase.ID{
	http.StatusUnauthorized: phrase.ReachMayDeny, http.StatusForbidden: phrase.ReachMayDeny,
	http.StatusTooManyRequests: phrase.ReachMayLimit, http.StatusServiceUnavailable: phrase.ReachMayLimit,
	http.StatusBadGateway: phrase.ReachMayGateway, http.StatusGatewayTimeout: phrase.ReachMayGateway,
}
