package load

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// BriefSession is how short a session with media may be and still be followed by the next one at once. A server that
// hands out a cached picture and hangs up would else be asked as fast as the machine can.
const BriefSession = 50 * time.Millisecond

// DialWithin bounds the making of one connection, TLS included.
const DialWithin = 5 * time.Second

// HeldFor is how long a player waits at a closed gate before it looks once for itself.
const HeldFor = time.Second

// Player pulls one key over HTTP-FLV, session after session, until it is told to stop. It takes one goroutine, one
// socket (and the lingering ones), and about 24 KB, stack included, while a session lasts; as a witness about 120 KB, and half a
// MiB more where its Evidence has that to lend.
type Player struct {
	Key   string
	Actor string
	// URL is where the stream is pulled: http://host[:port]/path?query, or https://.
	URL string
	// Headers go with every request. They replace ours of the same name.
	Headers []target.Header
	// Manner is how it behaves at the end of a stream. Default Prompt.
	Manner Manner
	Sink   history.Sink
	// Gate is waited at before each dial, but see HeldFor; nil is one that is always open.
	Gate Gate
	// Dial makes the connections, of network target.TCP or target.TLS, within DialWithin. Default a Road of this player's own.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Agent is the User-Agent. Default "flvstorm".
	Agent string
	// Source is the run's id, as its publishers have it: frames of other runs and other keys have no epoch. Zero takes every
	// stamp.
	Source uint32
	// Witness makes it read every frame and tell what it saw; Evidence is where it keeps what it found odd, nil for nowhere.
	Witness  bool
	Evidence *Evidence
	// Sound is what a witness may rely on in the sound of all that is published for its key; zero where nothing is known.
	Sound media.Sound
	// Clock is that of the Publishers, by which a witness knows how old frames are. Default that of the machine.
	Clock func() int64
}

// Run plays until ctx ends, and returns when the player's last connection is closed. An error means that the player could
// not be run at all; what the server does is events. The last event of a player is always a PlayEnded with WireOurs, so
// that nobody waits for it any longer; it bears the number of the last session, also when that has ended before.
func (p *Player) Run(ctx context.Context) error {
	v, err := newViewer(*p)
	if err != nil {
		return err
	}
	defer v.writing.Wait()
	defer v.lingering.closeAll()
	for due := v.Sink.Now(); ; {
		if due = v.pause(ctx, due); ctx.Err() != nil {
			break
		}
		v.session++
		end := v.play(ctx, due)
		if ctx.Err() != nil && end.told {
			return nil
		}
		due = v.next(end)
	}
	v.writing.Wait()
	if v.session > 0 {
		v.record(v.Sink.Now(), 0, history.PlayEnded{Session: v.session, Wire: history.WireOurs, Clean: true})
	}
	return nil
}

// viewer is a Player at work.
type viewer struct {
	Player
	url       *url.URL
	source    uint32 // of its key's stamps
	session   int
	wait      Backoff
	lingering lingering
	trouble   trouble
	shutOut   bool           // the last connection could not be made
	writing   sync.WaitGroup // of evidence
}

// ending says how a session ended.
type ending struct {
	told  bool // a PlayEnded with WireOurs has been recorded
	media bool
	ours  bool // by a limit of this machine
	asked time.Duration
	at    time.Duration
}

func newViewer(p Player) (*viewer, error) {
	u, err := url.Parse(p.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, phrase.Errorf(phrase.TargetNotURL, "--play-url", foreign.Mask(p.URL), target.PlayExample)
	}
	if p.Gate == nil {
		p.Gate = openGate{}
	}
	if p.Dial == nil {
		p.Dial = new(target.Road).Dial
	}
	if p.Manner == "" {
		p.Manner = Prompt
	}
	if p.Clock == nil {
		p.Clock = func() int64 { return time.Now().UnixNano() }
	}
	if p.Agent == "" {
		p.Agent = "flvstorm"
	}
	return &viewer{Player: p, url: u, source: media.SourceOf(p.Source, p.Key)}, nil
}

// pause waits until due and then for the gate, unless ctx ends before. It returns when the next session is due now.
func (v *viewer) pause(ctx context.Context, due time.Duration) time.Duration {
	if wait := due - v.Sink.Now(); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return due
		}
	}
	came := v.Sink.Now()
	v.pass(ctx)
	if now := v.Sink.Now(); now-came > slack {
		return now // the server kept us waiting; that is not our lateness
	}
	return due
}

// pass waits for the gate. A player that is held because others were refused looks once for itself: else its history
// would not tell that it is asking, and in vain.
func (v *viewer) pass(ctx context.Context) {
	if !v.shutOut {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, HeldFor)
		defer cancel()
	}
	v.Gate.Wait(ctx)
}

// next returns when the next session is due: at once after one that carried media, else after a growing wait.
func (v *viewer) next(end ending) time.Duration {
	switch {
	case end.ours:
		return end.at + OwnWait
	case end.media && end.at-end.asked >= BriefSession:
		v.wait.Reset()
		return end.at
	default:
		return end.at + v.wait.Next()
	}
}

// play makes one session: connection, request, answer, stream.
func (v *viewer) play(ctx context.Context, due time.Duration) ending {
	u, asked := v.url, time.Duration(0)
	for hop := 0; ; hop++ {
		began := v.Sink.Now()
		nc, err := v.dial(ctx, u)
		if err != nil {
			return v.unreached(ctx, err)
		}
		tcp := v.Sink.Now() - began
		local := nc.LocalAddr().String()
		if v.Manner == Stalled {
			Shrink(nc)
		}
		s := newStream(ctx, nc, v.Witness)
		if v.Witness {
			s.arrivals = arrivalsOf(s, v.Sink)
		}
		if _, err := nc.Write(Request(u, v.Agent, v.Headers)); err != nil {
			s.close()
			return v.refused(ctx, asked, history.PlayRefused{Wire: target.WireOf(err), Text: Brief(err), Local: local})
		}
		if hop == 0 {
			asked = v.Sink.Now()
			v.Sink.Record(history.Event{At: asked, Due: due, Key: v.Key, Actor: v.Actor, What: history.PlayRequested{
				Session: v.session, Manner: string(v.Manner), Local: local, TCP: tcp, Witness: v.Witness,
			}})
		}
		resp, err := s.answer()
		if err != nil {
			s.close()
			return v.refused(ctx, asked, history.PlayRefused{Wire: target.WireOf(err), Text: Brief(err), Local: local})
		}
		if !Gateway(resp.StatusCode) {
			v.Gate.Report(history.WireNone)
		}
		to, err := Redirected(u, resp.StatusCode, resp.Header.Get("Location"))
		if err == nil && to != nil && hop >= MaxRedirects {
			err = phrase.Errorf(phrase.TargetRedirects, hop+1)
		}
		if err == nil && to != nil {
			s.close()
			u = to
			continue
		}
		v.record(v.Sink.Now(), 0, history.PlayResponse{
			Session: v.session, Status: resp.StatusCode,
			Type: short(resp.Header.Get("Content-Type")), Server: short(nameOf(resp.Header)),
		})
		if err != nil || resp.StatusCode != http.StatusOK {
			s.close()
			text := http.StatusText(resp.StatusCode)
			if err != nil {
				text = Brief(err)
			}
			return v.refused(ctx, asked, history.PlayRefused{
				Wire: history.WireStatus, Status: resp.StatusCode, Text: text, Local: local,
			})
		}
		if v.Manner == Stalled {
			return v.stall(ctx, s, asked)
		}
		if v.Witness {
			return v.witness(ctx, s, resp, asked)
		}
		return v.watch(ctx, s, resp, asked)
	}
}

// dial connects within DialWithin and tells the gate when that fails. That it worked says little: the kernel takes
// connections for a server that hangs.
func (v *viewer) dial(ctx context.Context, u *url.URL) (net.Conn, error) {
	dialing, cancel := context.WithTimeout(ctx, DialWithin)
	defer cancel()
	nc, err := v.Dial(dialing, Network(u), target.Addr(u))
	v.shutOut = err != nil
	if err != nil && ctx.Err() == nil && target.OwnLimit(err) == "" {
		v.Gate.Report(target.WireOf(err))
	}
	return nc, err
}

// Network is how to reach where an http or https URL leads.
func Network(u *url.URL) string {
	if u.Scheme == "https" {
		return target.TLS
	}
	return target.TCP
}

// unreached ends a session that got no connection. A limit of this machine is no answer of the server's.
func (v *viewer) unreached(ctx context.Context, err error) ending {
	if code := target.OwnLimit(err); code != "" {
		now := v.Sink.Now()
		if n := v.trouble.count(now); n > 0 {
			v.record(now, 0, history.OwnTrouble{Code: code, Detail: Brief(err), Count: n})
		}
		return ending{ours: true, at: now}
	}
	return v.refused(ctx, 0, history.PlayRefused{Wire: target.WireOf(err), Text: Brief(err)})
}

// refused ends a session that got no stream, unless it was we who ended it.
func (v *viewer) refused(ctx context.Context, asked time.Duration, r history.PlayRefused) ending {
	now := v.Sink.Now()
	if ctx.Err() == nil {
		r.Session = v.session
		v.record(now, 0, r)
	}
	return ending{asked: asked, at: now}
}

// watch reads the stream to its end.
func (v *viewer) watch(ctx context.Context, s *stream, resp *http.Response, asked time.Duration) ending {
	t := tally{viewer: v, body: resp.Body, asked: asked}
	s.tags.Reset(&t)
	var err error
	for err == nil {
		tag, failure := s.tags.Next()
		if err = failure; err == nil && tag.IsMedia() {
			t.count(tag, v.Sink.Now())
		}
	}
	now := v.Sink.Now()
	e := EndOf(err, s.tags.MidTag() && t.bytes > 0)
	if ctx.Err() != nil {
		e = history.PlayEnded{Wire: history.WireOurs, Clean: true} // wherever we left, the server tore nothing
	}
	t.end(now, e)
	return v.ended(ctx, s, &t, e, now)
}

// ended lets go of a stream that has ended, in the manner of the player.
func (v *viewer) ended(ctx context.Context, s *stream, t *tally, e history.PlayEnded, now time.Duration) ending {
	if nc := s.leave(); v.Manner == Linger && e.Wire == history.WireEOF && ctx.Err() == nil {
		v.lingering.keep(nc)
	} else {
		nc.Close()
	}
	return ending{told: e.Wire == history.WireOurs, media: t.tags > 0, asked: t.asked, at: now}
}

// stall holds the connection without reading it.
func (v *viewer) stall(ctx context.Context, s *stream, asked time.Duration) ending {
	defer s.close()
	timer := time.NewTimer(StallFor)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	now := v.Sink.Now()
	v.record(now, 0, history.PlayEnded{Session: v.session, Wire: history.WireOurs, Clean: true})
	// It has left of itself, so it comes back at once.
	return ending{told: true, media: true, asked: asked, at: now}
}

// Shrink makes the receive buffer of a stalled player small, so that the server feels it before long.
func Shrink(nc net.Conn) {
	if tcp, ok := target.Below(nc).(interface{ SetReadBuffer(int) error }); ok {
		tcp.SetReadBuffer(4 << 10)
	}
}

func (v *viewer) record(at time.Duration, epoch uint32, what history.Payload) {
	v.Sink.Record(history.Event{At: at, Key: v.Key, Actor: v.Actor, Epoch: epoch, What: what})
}

// Brief is the text of an error for the history. It may quote what a stranger sent.
func Brief(err error) string {
	var sentence *phrase.Error
	if errors.As(err, &sentence) {
		return sentence.Error()
	}
	return short(foreign.Mask(err.Error()))
}

// short cuts a text of the server's to what is worth keeping.
func short(text string) string { return foreign.Cut(text, 200) }
