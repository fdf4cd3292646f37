package load

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
)

// ear follows the sound of a stream by the timestamps, which is all that sound has to be known by. What it finds odd is told only
// once the next picture proves that the publish is still the same.
type ear struct {
	any  bool
	last uint32 // timestamp of the last frame, ms
	sure bool   // each picture since the last frame was the next one of its epoch

	doubt  notice // waits for a picture
	waits  bool
	strict bool // and that has to be the next one of its epoch
}

// forget begins anew.
func (e *ear) forget(o *oddities) {
	if e.waits {
		o.drop(e.doubt)
	}
	*e = ear{}
}

// hear takes a frame of sound.
func (e *ear) hear(f *seen, s media.Sound, o *oddities) {
	step := time.Duration(int32(f.Timestamp-e.last)) * time.Millisecond
	switch {
	case !e.any || e.waits:
	case step < 0:
		e.doubt, e.waits, e.strict = o.notice(history.TimeBack, f), true, false
		e.doubt.o.Detail = timeBack(f.Timestamp, e.last)
	case s.Every > 0 && step > s.Every+s.Every/2+time.Millisecond && e.sure:
		e.doubt, e.waits, e.strict = o.notice(history.Gap, f), true, true
		e.doubt.o.Missing = max(1, int64((step+s.Every/2)/s.Every)-1)
		e.doubt.o.Detail = "audio"
	case s.Distinct && step == 0 && e.sure:
		e.doubt, e.waits, e.strict = o.notice(history.Again, f), true, true
		e.doubt.o.Detail = "audio"
	}
	// What follows a timestamp that went back is no measure: it may go on from where the others are.
	e.any, e.last, e.sure = true, f.Timestamp, !e.any || step >= 0
}

// picture takes a stamped picture: contiguous if it is the one after the last, changed if it is of another epoch.
func (e *ear) picture(contiguous, changed bool, epoch uint32, o *oddities) {
	if changed {
		e.forget(o)
		return
	}
	switch {
	case e.waits && (contiguous || !e.strict):
		e.doubt.epoch = epoch
		o.say(e.doubt)
	case e.waits:
		o.drop(e.doubt)
	}
	e.waits = false
	e.sure = e.sure && contiguous
}
