package crowd

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// slack is how long somebody may wait at a gate that is open.
const slack = time.Millisecond

// changeEvery bounds how often a player tells that the epoch of its stream has changed: a server may make them up.
const changeEvery = 100 * time.Millisecond

// slowest is how long a player that is refused again and again waits at most: there are thousands.
const slowest = 2 * time.Second

// player is a Seat that has been taken. It is told what happens on its connection by its engine, tells that on, and says when it wants
// to ask again. All its methods are called with the desk's mu held, by whoever deals with it.
type player struct {
	d      *desk
	page   *page
	key    string
	actor  string
	rng    *rand.Rand // of a churning one
	stay   time.Duration
	rate   int
	source uint32 // of its key's stamps

	// Of the engine.
	cancel context.CancelFunc // makes the goroutine leave
	at     time.Duration      // when it wants to be called
	place  int32              // in the timers, from 1
	slot   int32              // at the desk
	fd     int32              // of the epoll loop
	try    int8               // which address of the host
	turns  int8               // from how many sources
	paced  bool               // its stream is read at the pace of its loop
	again  bool               // it has more to read than it may at a time
	rest   []byte             // of the request
	heavy  weight

	manner   manner
	standing standing
	shutOut  bool // the last connection could not be made
	came     bool // it has got a stream, or as an idle one has asked for it
	playback playback

	// Of the session.
	session  int
	due      time.Duration // when we are to begin it
	wanted   time.Duration // since when it is due; a gate that is shut is the server's doing, and puts off only the other
	held     time.Duration // since when it waits for the gate, zero for not
	began    time.Duration // its dial
	asked    time.Duration // when the GET was written
	wait     load.Backoff
	to       *page // where it was redirected
	local    string
	hops     int8
	gotByte  bool
	gotMedia bool
	gotKey   bool
	opened   bool // status 200
	silent   bool // it has told that nothing comes
	epoch    uint32
	changed  bool          // the tag at hand is the first of another epoch, and that is to be told
	change   time.Duration // when that was told last
	last     time.Duration // when the last frame came
	first    time.Duration // when the first did
	gap      time.Duration // the longest between two, since told
	tags     int64
	told     int64 // tags and bytes that have been told
	toldB    int64
	stream   parser
}

func (p *player) counts() *counts { return &p.d.counts[p.manner] }

// stands notes how far the player is.
func (p *player) stands(s standing) {
	c := p.counts()
	if p.standing != gone {
		c.at[p.standing]--
	}
	if p.standing = s; s != gone {
		c.at[s]++
	}
}

// comes notes that the player has got what it came for.
func (p *player) comes() {
	if !p.came {
		p.came = true
		p.counts().came++
	}
}

func (p *player) record(due time.Duration, what history.Payload) {
	p.d.cfg.Sink.Record(history.Event{At: p.d.now, Due: due, Key: p.key, Actor: p.actor, Epoch: p.epoch, What: what})
}

// mayBegin asks the gate. A player that is held because others were refused looks once for itself: else its history would not tell
// that it is asking, and in vain.
func (p *player) mayBegin() bool {
	now := p.d.now
	if !p.d.cfg.Gate.Open() {
		if p.held == 0 {
			p.held = max(now, 1)
		}
		if p.shutOut || now-p.held < load.HeldFor {
			return false
		}
	}
	if p.held > 0 && now-p.held > slack {
		p.due = now // the server kept us waiting; that is not our lateness
	}
	p.held = 0
	return true
}

// begin begins a session.
func (p *player) begin() {
	p.session++
	p.began = p.d.now
	p.counts().late.Record(p.d.now - p.due)
	p.to, p.hops = nil, 0
	p.asked, p.local = 0, ""
	p.gotByte, p.gotMedia, p.gotKey, p.opened, p.silent, p.changed = false, false, false, false, false, false
	p.epoch, p.last, p.gap, p.tags, p.told, p.toldB, p.change = 0, 0, 0, 0, 0, 0, 0
	p.dials()
}

// dials begins a connection of the session.
func (p *player) dials() {
	p.try, p.turns = 0, 0
	p.stands(connecting)
}

// here is where the session asks.
func (p *player) here() *page { return cmp.Or(p.to, p.page) }

// connected says that the connection stands.
func (p *player) connected(local string) {
	p.local = local
	p.shutOut = false
	if p.hops == 0 {
		p.counts().connect.Record(p.d.now - p.wanted)
	}
	p.stream.reset()
}

// requested says that the GET has been written.
func (p *player) requested(tcp time.Duration) {
	p.stands(asking)
	if p.hops > 0 {
		return
	}
	p.asked = p.d.now
	if p.manner == idle {
		p.comes()
	}
	p.counts().asked++
	p.record(p.due, history.PlayRequested{
		Session: p.session, Manner: string(manners[p.manner]), Local: p.local, TCP: tcp, Crowd: true,
	})
}

// errMoved ends a connection whose answer sends the player elsewhere, to player.to.
var errMoved = errors.New("redirected")

// refusal is an answer that is no stream.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return "status " + strconv.Itoa(r.status) }

// answered takes the answer.
func (p *player) answered(a *answer) error {
	if !load.Gateway(a.status) {
		p.d.cfg.Gate.Report(history.WireNone)
	}
	from := p.here()
	to, err := load.Redirected(from.url, a.status, a.location)
	if err == nil && to != nil {
		if p.hops < load.MaxRedirects {
			p.hops++
			p.to = p.d.pages.redirected(from, to)
			return errMoved
		}
		err = phrase.Errorf(phrase.TargetRedirects, int(p.hops)+1)
	}
	p.record(0, history.PlayResponse{
		Session: p.session, Status: a.status, Type: short(a.kind), Server: short(cmp.Or(a.server, a.powered)),
	})
	switch {
	case err != nil:
		return &refusal{status: a.status, text: load.Brief(err)}
	case a.status != http.StatusOK:
		return &refusal{status: a.status, text: http.StatusText(a.status)}
	}
	p.opened = true
	p.counts().opened++
	p.stands(playing)
	return nil
}

// short cuts a text of the server's to what is worth keeping.
func short(text string) string { return foreign.Cut(text, 200) }

// fed takes what was read.
func (p *player) fed(b []byte) error {
	before := p.stream.offset
	err := p.stream.feed(b, p)
	p.counted(p.stream.offset - before)
	return err
}

// skipped says that so many bytes were dropped unseen.
func (p *player) skipped(n int64) error {
	err := p.stream.skip(n)
	p.counted(n)
	return err
}

// counted counts bytes of the body.
func (p *player) counted(n int64) {
	if n == 0 {
		return
	}
	p.counts().bytes += n
	if !p.gotByte {
		p.gotByte = true
		p.counts().firstByte.Record(p.d.now - p.wanted)
	}
}

// tag takes a tag.
func (p *player) tag(t flv.Tag) {
	p.heavy.add(t.Size)
	if !t.IsMedia() {
		return
	}
	now := p.d.now
	key := t.Keyframe()
	if len(t.Head) > kindSize {
		p.stamped(t.Head)
	}
	p.counts().tags++
	p.playback.came(now, t.Timestamp, p.d.cfg.Buffer, &p.counts().played)
	if p.tags > 0 {
		p.gap = max(p.gap, now-p.last)
	}
	p.tags++
	p.last = now
	if !p.gotMedia {
		p.gotMedia, p.first = true, now
		p.comes()
		p.counts().began++
		p.counts().firstFrame.Record(now - p.wanted)
		p.record(0, history.PlayFirst{Session: p.session, Of: "media", Since: now - p.asked})
	}
	if key && !p.gotKey {
		p.gotKey = true
		p.record(0, history.PlayFirst{Session: p.session, Of: "keyframe", Since: now - p.asked})
	}
	if p.silent || p.changed {
		p.silent, p.changed = false, false
		p.progress()
	}
}

// stamped takes the epoch of a frame. Some servers keep the connection open over a return; then what came before is told as the old
// epoch's, and the new one at once.
func (p *player) stamped(head []byte) {
	stamp, ok, err := media.FindStamp(head)
	if !ok || err != nil || p.source != 0 && stamp.Source != p.source || stamp.Epoch == p.epoch {
		return
	}
	if p.epoch != 0 {
		if p.change != 0 && p.d.now-p.change < changeEvery {
			return
		}
		p.progress()
		p.change, p.changed = p.d.now, true
	}
	p.epoch = stamp.Epoch
}

// fault takes what is no FLV.
func (p *player) fault(flv.Fault) { p.counts().bad++ }

// silence reports whether it is to be told that nothing comes.
func (p *player) silence() bool {
	return p.standing == playing && p.tags > 0 && !p.silent && p.d.now-p.last > silentAfter
}

// progress tells what came since it last did, if anything.
func (p *player) progress() {
	if p.tags != p.told {
		p.tells()
	}
}

// tells is the same where nothing came too: that it has become silent again after a single frame is no less true.
func (p *player) tells() {
	p.record(0, history.PlayProgress{
		Session: p.session, Tags: p.tags - p.told, Bytes: p.stream.offset - p.toldB, Last: p.last, MaxGap: p.gap,
	})
	p.told, p.toldB, p.gap = p.tags, p.stream.offset, 0
}

// unreached ends a session that got no connection, and returns when the next is due. A limit of this machine is no answer of the
// server's.
func (p *player) unreached(err error) time.Duration {
	d := p.d
	p.shutOut = true
	if code := target.OwnLimit(err); code != "" {
		p.counts().limited++
		if n := d.own.Count(d.now); n > 0 {
			p.record(0, history.OwnTrouble{Code: code, Detail: load.Brief(err), Count: n})
		}
		return p.pause(max(load.OwnWait, p.wait.Next()))
	}
	d.cfg.Gate.Report(target.WireOf(err))
	p.refused(history.PlayRefused{Wire: target.WireOf(err), Text: load.Brief(err)})
	return p.pause(p.wait.Next())
}

func (p *player) refused(r history.PlayRefused) {
	r.Session = p.session
	p.counts().refuse(refusedBy(r), 1)
	p.record(0, r)
}

// ended ends a session whose connection has ended, by the error that ended it, and returns when the next is due: at once after one
// that carried media, else after a growing wait.
func (p *player) ended(err error) time.Duration {
	c := p.counts()
	if malformed(err) {
		c.bad++
	}
	if !p.opened && p.manner != idle { // who reads nothing does not know
		r := history.PlayRefused{Wire: target.WireOf(err), Local: p.local}
		var no *refusal
		if errors.As(err, &no) {
			r.Wire, r.Status, r.Text = history.WireStatus, no.status, no.text
		} else {
			r.Text = load.Brief(err)
		}
		p.refused(r)
		return p.pause(p.wait.Next())
	}
	e := load.EndOf(err, p.stream.midTag() && p.stream.offset > 0)
	c.ended++
	if !e.Clean {
		c.torn++
	}
	p.close(e)
	if p.gotMedia && p.d.now-p.asked >= load.BriefSession {
		p.wait.Reset()
		return p.pause(0)
	}
	return p.pause(p.wait.Next())
}

// malformed reports whether a stream ended because it was none.
func malformed(err error) bool {
	var format *flv.FormatError
	return errors.As(err, &format) || errors.Is(err, errChunkSize) || errors.Is(err, errChunkEnd)
}

// left ends a session that the player leaves of itself, and returns when the next is due.
func (p *player) left() time.Duration {
	p.close(history.PlayEnded{Wire: history.WireOurs, Clean: true})
	p.playback = playback{}
	return p.pause(0)
}

// close tells the rest of a session.
func (p *player) close(e history.PlayEnded) {
	p.playback.settle(p.d.now, &p.counts().played)
	p.playback.ended()
	p.progress()
	e.Session, e.Tags, e.Bytes = p.session, p.tags, p.stream.offset
	p.record(0, e)
}

// pause makes the player wait, and returns until when.
func (p *player) pause(wait time.Duration) time.Duration {
	p.stands(waiting)
	p.epoch = 0
	p.due = p.d.now + wait
	p.wanted = p.due
	return p.due
}

// leaves is the last of a player: what is still open has been closed by now.
func (p *player) leaves() {
	if p.session > 0 {
		if p.standing != playing {
			p.tags, p.told, p.stream.offset = 0, 0, 0
		}
		p.close(history.PlayEnded{Wire: history.WireOurs, Clean: true})
	}
	p.playback = playback{}
	p.d.unseat(p)
}

// buffer is how much the kernel is to keep for a player that does not read what comes, in bytes, so that the server feels it; zero for
// others.
func (p *player) buffer() int {
	switch p.manner {
	case slow:
		return max(8<<10, p.rate/8)
	case idle:
		return 4 << 10
	}
	return 0
}

// sip is how much a slow player may read each sipEvery, in bytes.
func (p *player) sip() int {
	return max(1, int(int64(p.rate)*int64(sipEvery)/int64(8*time.Second)))
}

// wire is how the session ends whose connection could not be read, by the error that says so.
func (p *player) wire(err error) error {
	if errors.Is(err, io.EOF) {
		return p.stream.end()
	}
	return err
}

// stays is for how long a churning player stays this time: exponentially distributed, so that when one leaves says nothing of when
// another does.
func (p *player) stays() time.Duration {
	return time.Duration(p.rng.ExpFloat64() * float64(p.stay))
}
