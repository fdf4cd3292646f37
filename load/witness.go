package load

import (
	"fmt"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// future is how far ahead of the clock a stamp may be.
	future = 50 * time.Millisecond
	// startOfSession is how long a session is young: an epoch that ends then was hardly what the player had asked for.
	startOfSession = time.Second
	// stallOver is how much longer than its timestamps explain a silence has to be.
	stallOver = 500 * time.Millisecond
	// restartBelow is the timestamp below which a stream may have begun anew, in ms.
	restartBelow = 1000
	// keyframePatience is how many pictures have to come of an epoch that began without a keyframe before that is told: stray frames
	// of another publisher are a matter of their own.
	keyframePatience = 8
	// scriptsInARow is how many script tags may come without a frame between them.
	scriptsInARow = 200
	// maxFaults is how many faults of the format a session may have before it is no longer looked at.
	maxFaults = 100
	// maxEpochs is how many epochs are known at a time.
	maxEpochs = 8
)

// witness follows what one session receives, tag by tag, and tells it: stretches, stalls, oddities. It is a fold over
// what was seen and when, and knows no socket; whether something is the server's fault is not its business.
type witness struct {
	session int
	source  uint32       // of the key's stamps; zero takes all
	sound   media.Sound  // of what is published
	wall    int64        // Unix time of the run's clock at zero, in ns
	clock   func() int64 // reads wall anew
	tell    tell

	lag       lag
	stretches stretches
	oddities  oddities
	reel      *reel
	ear       ear

	faults   int  // of the format
	torn     bool // the last tag was not followed by its size
	scripts  int  // in a row
	pictures bool // any has come

	announced [2]bool // whether a sequence header has come: of video, audio
	config    uint32  // ConfigSum of the last one of AVC, if knownSum
	knownSum  bool
	lengths   int     // of its NAL units' lengths, bytes
	lacking   [2]bool // it is told that there is no sequence header
	fresh     [2]bool // one came since the last frame

	epochs  [maxEpochs]epoch
	current *epoch // of the last stamped frame, nil before the first
	plain   epoch  // frames of no epoch, before the first
	frames  int64  // stamped ones
	highest uint32 // epoch
	first   time.Duration
	mixed   bool // epochs came back: what has no stamp belongs to nobody knows whom
	unread  int64
	holes   int // open, of all epochs

	before seen // the last frame, of any kind
	any    bool // there was one
	stall  notice
	stalls history.Stall
}

// epoch is what one session has seen of one epoch.
type epoch struct {
	number   uint32
	used     int64 // when last, in frames of the session
	frames   int64
	seq      sequence
	holes    []hole
	stretch  stretch
	timed    bool
	last     uint32 // timestamp of the latest picture
	forgiven bool   // frames were swallowed by a fault of the format
	keyless  notice // it began without a keyframe, and that is not told yet
	waits    bool
	warned   bool // that its parameters were not announced
}

// take takes the next tag. doubtful says that the format around it was wrong, so that it may not be what it seems.
func (w *witness) take(f *seen, doubtful bool) {
	w.oddities.show(f.noted(w.sent(f)))
	track := 0
	if f.Type == flv.Audio {
		track = 1
	}
	switch {
	case f.Type == flv.Script:
		if w.scripts++; w.scripts == scriptsInARow {
			w.odd(history.TooMuchScript, f, fmt.Sprintf("%d in a row", scriptsInARow))
		}
	case f.sequence:
		w.announce(f, track, doubtful)
	case f.reserved:
		if !doubtful {
			w.odd(history.TagHeader, f, "reserved video codec")
		}
	case f.media:
		w.scripts = 0
		if f.needs && !w.announced[track] && !w.lacking[track] && !doubtful {
			w.lacking[track] = true
			w.odd(history.NoSequence, f, f.Type.String())
		}
		w.flow(f, track)
		f.lag = w.lag.frame(f, f.stamped && f.damage == nil && !w.foreign(f), w.sent(f))
		if track == 1 {
			w.audio(f)
		} else {
			w.video(f, doubtful)
		}
		w.before, w.any, w.fresh[track] = *f, true, false
		w.flush(f.at)
	}
}

// sent is when a stamped frame was sent, on the run's clock.
func (w *witness) sent(f *seen) time.Duration { return time.Duration(f.stamp.SentAt - w.wall) }

// odd tells an oddity of the tag shown last.
func (w *witness) odd(what history.What, f *seen, detail string) {
	n := w.oddities.notice(what, f)
	n.o.Detail = detail
	w.oddities.say(n)
}

// announce takes a sequence header.
func (w *witness) announce(f *seen, track int, doubtful bool) {
	w.announced[track], w.fresh[track] = true, true
	if track == 1 {
		w.ear.forget(&w.oddities)
		return
	}
	if !f.plain {
		w.knownSum = false
		return
	}
	if f.misfit && !doubtful {
		w.odd(history.Sizes, f, "AVCDecoderConfigurationRecord")
	}
	w.config, w.knownSum, w.lengths = f.sum, f.summed, f.lengths
}

// flow looks for stalls. Which epoch a frame belongs to is known for certain when the next stamped one has come.
func (w *witness) flow(f *seen, track int) {
	if !w.any {
		return
	}
	gap := f.at - w.before.at
	explained := max(0, time.Duration(int32(f.Timestamp-w.before.Timestamp))*time.Millisecond)
	if gap-explained <= stallOver {
		return
	}
	w.stalls = history.Stall{Session: w.session, Gap: gap, Explained: explained}
	w.stall = notice{at: f.at}
	if w.current == nil && !f.stamped {
		if !w.restarted(f, track) && int32(f.Timestamp-w.before.Timestamp) >= 0 {
			w.tell(f.at, 0, w.stalls)
		}
		w.stalls = history.Stall{}
	}
}

// restarted reports whether a frame without a stamp may be of another publish than the one before.
func (w *witness) restarted(f *seen, track int) bool {
	return w.fresh[track] || f.Timestamp < restartBelow
}

// video takes a picture.
func (w *witness) video(f *seen, doubtful bool) {
	began := !w.pictures
	w.pictures = true
	switch {
	case f.damage != nil:
		if !doubtful {
			w.odd(history.Damaged, f, f.damage.Error())
		}
		w.unread++
	case !f.stamped:
		w.unstamped(f, began, doubtful)
	case w.foreign(f):
		w.odd(history.Foreign, f, fmt.Sprintf("source %08x", f.stamp.Source))
	default:
		w.stamped(f, doubtful)
	}
}

// foreign reports whether the stamp is that of another key.
func (w *witness) foreign(f *seen) bool {
	return w.source != 0 && f.stamp.Source != 0 && f.stamp.Source != w.source
}

// unstamped takes a picture that carries no stamp.
func (w *witness) unstamped(f *seen, began, doubtful bool) {
	if began && !f.keyframe && !doubtful {
		w.odd(history.NoKeyframe, f, "")
	}
	if f.misfit && !doubtful {
		w.odd(history.Sizes, f, "")
	}
	e := w.belongs()
	if e == &w.plain {
		if e.timed && int32(f.Timestamp-e.last) < 0 && !w.restarted(f, 0) {
			w.odd(history.TimeBack, f, timeBack(f.Timestamp, e.last))
		}
		e.timed, e.last = true, f.Timestamp
	}
	w.stretches.other(&e.stretch, f, false)
}

// belongs is the epoch to which a frame without a stamp is counted.
func (w *witness) belongs() *epoch {
	if w.current == nil {
		return &w.plain
	}
	return w.current
}

// audio takes a frame of sound.
func (w *witness) audio(f *seen) {
	w.stretches.other(&w.belongs().stretch, f, true)
	if w.current == nil {
		if w.ear.any && int32(f.Timestamp-w.ear.last) < 0 && !w.restarted(f, 1) {
			w.odd(history.TimeBack, f, timeBack(f.Timestamp, w.ear.last))
		}
		w.ear.any, w.ear.last, w.ear.sure = true, f.Timestamp, false
		return
	}
	if !w.mixed {
		w.ear.hear(f, w.sound, &w.oddities)
	}
}

// stamped takes a picture of ours.
func (w *witness) stamped(f *seen, doubtful bool) {
	changed := w.current == nil || w.current.number != f.stamp.Epoch
	if changed {
		w.change(f)
	}
	e := w.current
	w.frames++
	e.frames++
	e.used = w.frames
	if !doubtful {
		w.content(e, f)
	}
	o, missing := e.seq.take(f.stamp.Seq)
	contiguous := o == nextOne && !changed
	switch o {
	case firstOne:
		if !f.keyframe && !doubtful {
			e.keyless, e.waits = w.oddities.notice(history.NoKeyframe, f), true
		}
	case ahead:
		if missing -= w.unread; missing > 0 && !e.forgiven {
			w.open(e, f, missing)
		}
	case behind:
		w.fill(e, f.stamp.Seq)
		w.odd(history.Back, f, fmt.Sprintf("%d after %d", f.stamp.Seq, e.seq.next-1))
	case again:
		w.odd(history.Again, f, "")
	}
	w.unread, e.forgiven = 0, false
	if o <= ahead {
		if e.timed && int32(f.Timestamp-e.last) < 0 {
			w.odd(history.TimeBack, f, timeBack(f.Timestamp, e.last))
		}
		e.timed, e.last = true, f.Timestamp
	}
	w.settle(e, contiguous, changed)
	if o != again {
		if e.stretch.open && e.stretch.Video > 0 && f.stamp.Seq != e.stretch.To+1 && w.stretches.mayCut(f.at) {
			w.stretches.end(&e.stretch, e.number, f.at)
		}
		w.stretches.picture(&e.stretch, f, w.sent(f))
	}
	if w.holes > 0 {
		w.age()
	}
}

// change goes over to the epoch of f.
func (w *witness) change(f *seen) {
	if w.current == nil {
		w.first = f.at
		w.stretches.end(&w.plain.stretch, 0, f.at)
	} else {
		back, soon := f.stamp.Epoch <= w.highest, f.at-w.first < startOfSession
		if back || soon {
			n := w.oddities.notice(history.Switch, f)
			n.o.Missing = int64(w.current.number)
			w.oddities.say(n)
		}
		w.mixed = w.mixed || back
		if w.current.stretch.open && w.stretches.mayCut(f.at) {
			w.stretches.end(&w.current.stretch, w.current.number, f.at)
		}
		for i := range w.epochs {
			if e := &w.epochs[i]; e.waits && back {
				e.waits = false
				w.oddities.drop(e.keyless)
			}
		}
	}
	w.highest = max(w.highest, f.stamp.Epoch)
	w.current = w.find(f.stamp.Epoch, f.at)
}

// find returns what is known of an epoch. One of the others is forgotten where there are too many.
func (w *witness) find(number uint32, at time.Duration) *epoch {
	oldest := &w.epochs[0]
	for i := range w.epochs {
		e := &w.epochs[i]
		if e.used > 0 && e.number == number {
			return e
		}
		if e.used < oldest.used {
			oldest = e
		}
	}
	if oldest.stretch.open && !w.stretches.mayCut(at) {
		oldest.stretch.open = false // nobody has so many at a time: what it had counts for the session only
	}
	w.forget(oldest, at)
	*oldest = epoch{number: number}
	return oldest
}

// forget tells what is left of an epoch.
func (w *witness) forget(e *epoch, at time.Duration) {
	if e.waits {
		w.oddities.say(e.keyless)
		e.waits = false
	}
	for len(e.holes) > 0 {
		w.lose(e)
	}
	w.stretches.end(&e.stretch, e.number, at)
}

// content holds a picture against its stamp.
func (w *witness) content(e *epoch, f *seen) {
	switch {
	case f.misfit:
		w.odd(history.Sizes, f, "")
	case f.summed && f.stamp.Sum != 0 && f.sum != f.stamp.Sum:
		w.odd(history.Altered, f, fmt.Sprintf("%08x instead of %08x", f.sum, f.stamp.Sum))
	}
	if w.sent(f) > f.at+future {
		w.wall = w.clock() // it may have been set
		if ahead := w.sent(f) - f.at; ahead > future {
			w.odd(history.Future, f, fmt.Sprintf("%v ahead", ahead.Round(time.Millisecond)))
		}
	}
	if w.knownSum && f.stamp.Config != 0 && f.stamp.Config != w.config && !e.warned {
		e.warned = true
		w.odd(history.Unannounced, f, fmt.Sprintf("%08x instead of %08x", w.config, f.stamp.Config))
	}
}

// settle tells what had to wait for a stamped frame: now it is known what came before it belongs to.
func (w *witness) settle(e *epoch, contiguous, changed bool) {
	if w.stalls.Gap > 0 {
		if !changed {
			w.tell(w.stall.at, e.number, w.stalls)
		}
		w.stalls = history.Stall{}
	}
	w.ear.picture(contiguous, changed, e.number, &w.oddities)
	if e.waits && e.frames >= keyframePatience {
		e.waits = false
		w.oddities.say(e.keyless)
	}
}

// fault takes a fault of the format.
func (w *witness) fault(err *flv.FormatError, at time.Duration) {
	w.faults++
	what := history.TagHeader
	switch err.What {
	case flv.BadSignature, flv.BadVersion, flv.BadDataOffset:
		what = history.FileHeader
	case flv.BadPreviousTagSize:
		what = history.PreviousSize
	case flv.SecondHeader:
		what = history.SecondHeader
	}
	// What the fault has swallowed did not get lost on the way.
	for i := range w.epochs {
		w.epochs[i].forgiven = true
	}
	w.ear.forget(&w.oddities)
	f := seen{Tag: flv.Tag{Offset: err.Offset}, at: at}
	end := err.Offset
	if what == history.FileHeader {
		end += flv.HeaderSize // it is all that there is to show
	}
	n := w.oddities.noticeTo(what, &f, end)
	n.o.Detail = err.Error()
	w.oddities.say(n)
}

// flush tells the stretches that have gone on for long enough.
func (w *witness) flush(at time.Duration) {
	if w.current == nil {
		w.flushOne(&w.plain, at)
		return
	}
	for i := range w.epochs {
		w.flushOne(&w.epochs[i], at)
	}
}

func (w *witness) flushOne(e *epoch, at time.Duration) {
	if e.stretch.open && at-e.stretch.began >= progressEvery {
		w.stretches.end(&e.stretch, e.number, at)
	}
}

// cut tells the stretches before their time, because something odd comes between.
func (w *witness) cut(at time.Duration) {
	for _, e := range []*epoch{&w.plain, w.current} {
		if e != nil && e.stretch.open && w.stretches.mayCut(at) {
			w.stretches.end(&e.stretch, e.number, at)
		}
	}
}

// end tells what is left when the session ends.
func (w *witness) end(at time.Duration) {
	for i := range w.epochs {
		w.forget(&w.epochs[i], at)
	}
	w.stretches.end(&w.plain.stretch, 0, at)
	w.oddities.finish(at)
}

// timeBack says how a timestamp goes back.
func timeBack(now, before uint32) string { return fmt.Sprintf("%d ms after %d ms", now, before) }
