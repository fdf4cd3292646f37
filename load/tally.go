package load

import (
	"errors"
	"io"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// progressEvery is about how often a player tells what it received. It tells when a frame arrives, so that a thousand
// players need no thousand timers; a stream that stands still is seen by what is not told.
const progressEvery = 500 * time.Millisecond

// tally counts what one session receives and tells it. It is also the reader through which the session's body passes.
type tally struct {
	viewer *viewer
	body   io.Reader
	asked  time.Duration // when the GET was written

	bytes, tags int64         // of the session
	epoch       uint32        // of the last stamped frame looked at
	changes     budget        // of epoch
	video, key  bool          // whether a video frame, a keyframe has come
	last        time.Duration // when the last frame came

	told                time.Duration // the last PlayProgress
	toldBytes, toldTags int64
	maxGap              time.Duration // since told
}

// Read reads the body.
func (t *tally) Read(p []byte) (int, error) {
	n, err := t.body.Read(p)
	if n > 0 {
		t.viewer.Gate.Touch()
		if t.bytes == 0 {
			t.first("byte", t.viewer.Sink.Now())
		}
		t.bytes += int64(n)
	}
	return n, err
}

// count takes an audio or video frame that came at now.
func (t *tally) count(tag flv.Tag, now time.Duration) {
	keyframe := tag.Keyframe()
	changed := false
	if tag.Type == flv.Video && (keyframe || !t.video) {
		t.video = true
		changed = t.stamped(tag.Head, now)
	}
	if t.tags == 0 {
		t.told = now
	} else {
		t.maxGap = max(t.maxGap, now-t.last)
	}
	t.tags++
	t.last = now
	if t.tags == 1 {
		t.first("media", now)
	}
	if keyframe && !t.key {
		t.key = true
		t.first("keyframe", now)
	}
	if changed || now-t.told >= progressEvery {
		t.progress(now)
	}
}

// stamped takes the epoch of a frame. Some servers keep the connection open over a return; then what came before is told
// as the old epoch's, and true says that the new one is to be told at once. Where epochs change without end, a new one counts as
// the old one until it may be told.
func (t *tally) stamped(head []byte, now time.Duration) (changed bool) {
	stamp, ok, err := media.FindStamp(head)
	if !ok || err != nil || t.viewer.source != 0 && stamp.Source != t.viewer.source || stamp.Epoch == t.epoch {
		return false
	}
	if changed = t.epoch != 0; changed {
		if !t.changes.spend(now) {
			return false
		}
		t.progress(now)
	}
	t.epoch = stamp.Epoch
	return changed
}

func (t *tally) first(of string, now time.Duration) {
	t.viewer.record(now, t.epoch, history.PlayFirst{Session: t.viewer.session, Of: of, Since: now - t.asked})
}

// progress tells what came since it last did, if any frame did: a header alone is no progress.
func (t *tally) progress(now time.Duration) {
	if t.tags == t.toldTags {
		return
	}
	t.viewer.record(now, t.epoch, history.PlayProgress{
		Session: t.viewer.session, Tags: t.tags - t.toldTags, Bytes: t.bytes - t.toldBytes, Last: t.last, MaxGap: t.maxGap,
	})
	t.told, t.toldTags, t.toldBytes, t.maxGap = now, t.tags, t.bytes, 0
}

// end tells the rest.
func (t *tally) end(now time.Duration, e history.PlayEnded) {
	t.progress(now)
	e.Session, e.Tags, e.Bytes = t.viewer.session, t.tags, t.bytes
	t.viewer.record(now, t.epoch, e)
}

// EndOf says how a stream ended, by the error that ended it and whether it was inside a tag then.
func EndOf(err error, midTag bool) history.PlayEnded {
	var cut *flv.CutError
	switch {
	case errors.As(err, &cut):
		// A 200 without a body is empty, not torn.
		e := history.PlayEnded{Wire: history.WireEOF, Clean: cut.Offset == 0}
		if !e.Clean {
			e.Text = cut.Error()
		}
		return e
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		// Between two tags; whether HTTP's own end was there too (the last chunk, the full length) says nothing of the
		// stream: SRS never sends a last chunk.
		return history.PlayEnded{Wire: history.WireEOF, Clean: true}
	default:
		return history.PlayEnded{Wire: target.WireOf(err), Clean: !midTag, Text: Brief(err)}
	}
}
