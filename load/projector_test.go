package load

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// projector is a server that shows a viewer what a test wants it to see.
type projector struct {
	*side
	video, audio []media.Frame // of the clip
}

func newProjector(s *side) *projector {
	p := &projector{side: s}
	for i := range 2 * s.clip.Len() {
		if f := s.clip.Frame(i); f.Type == flv.Video {
			p.video = append(p.video, f)
		} else {
			p.audio = append(p.audio, f)
		}
	}
	return p
}

// begin answers and sends what every stream begins with.
func (p *projector) begin() {
	p.request()
	p.say(head)
	p.Write(p.stream())
}

// body is the body of frame seq, from 1, of an epoch, sent now. edit, if any, changes its stamp.
func (p *projector) body(epoch, seq uint32, edit func(*media.Stamp)) []byte {
	f := p.video[seq-1]
	stamp := media.Stamp{
		Epoch: epoch, Seq: seq, SentAt: time.Now().UnixNano(), Source: media.SourceOf(7, "live/s0"), Sum: f.Sum, Config: p.clip.Config(),
	}
	if edit != nil {
		edit(&stamp)
	}
	b := append([]byte(nil), f.Body...)
	stamp.Put(b[f.StampAt:])
	return b
}

// show sends frames of an epoch, by their numbers, and waits 40 ms behind each.
func (p *projector) show(epoch uint32, seqs ...uint32) {
	for _, seq := range seqs {
		p.tag(flv.Video, 40*(seq-1), p.body(epoch, seq, nil))
	}
}

// tag sends a tag and waits 40 ms; sound doesn't wait.
func (p *projector) tag(typ flv.TagType, ms uint32, body []byte) {
	p.Write(flv.AppendTag(nil, typ, ms, body))
	if typ == flv.Video {
		time.Sleep(40 * time.Millisecond) // in a bubble
	}
}

// sound sends frames of sound with these timestamps.
func (p *projector) sound(ms ...uint32) {
	for _, t := range ms {
		p.tag(flv.Audio, t, p.audio[0].Body)
	}
}

// from returns the numbers from a to b.
func from(a, b uint32) (all []uint32) {
	for ; a <= b; a++ {
		all = append(all, a)
	}
	return all
}

// plain is a picture without a stamp.
func (p *projector) plain(key bool) []byte {
	b := []byte{0x27, 1, 0, 0, 0, 0, 0, 0, 3, 0x41, 0x9a, 0x80}
	if key {
		b[0], b[9] = 0x17, 0x65
	}
	return b
}

// lapse is what one witness told of a server on a made-up clock.
func lapse(t *testing.T, server func(p *projector), change func(*Player)) *notes {
	t.Helper()
	var sink *notes
	synctest.Test(t, func(t *testing.T) {
		sink = newNotes()
		pipes := newPipes(t, func(s *side, n int) {
			if n == 1 {
				server(newProjector(s))
			}
		})
		v, err := newViewer(Player{
			Key: "live/s0", URL: "http://127.0.0.1/live/s0.flv", Sink: sink, Dial: pipes.dial, Source: 7, Witness: true,
			Sound: pipes.clip.Sound(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(&v.Player)
		}
		v.session = 1
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		v.play(ctx, 0)
		v.writing.Wait()
		pipes.sides.Wait()
	})
	return sink
}

// sayOdd says oddities and stalls in short: what, of which epoch, how many, in detail, and where the tag in question was.
func sayOdd(sink *historytest.Notes) []string {
	var said []string
	for _, e := range sink.All() {
		switch w := e.What.(type) {
		case history.Stall:
			said = append(said, fmt.Sprintf("stall of %v, %v explained, epoch %d", w.Gap, w.Explained, e.Epoch))
		case history.Oddity:
			line := string(w.What)
			if w.More > 0 {
				said = append(said, fmt.Sprintf("%s: %d more", line, w.More))
				continue
			}
			if e.Epoch > 0 {
				line += fmt.Sprintf(" %d", e.Epoch)
			}
			if w.Missing > 0 {
				line += fmt.Sprintf(" %d missing", w.Missing)
			}
			if w.Detail != "" {
				line += ": " + w.Detail
			}
			if len(w.Tags) > 0 && w.Tags[w.Index].Stamp {
				line += fmt.Sprintf(" @%d", w.Tags[w.Index].Seq)
			}
			said = append(said, line)
		}
	}
	return said
}

// sayWatched says the stretches in short: epoch, from-to, how many, sound.
func sayWatched(sink *historytest.Notes) []string {
	var said []string
	for _, e := range sink.All() {
		if w, ok := e.What.(history.Watched); ok {
			line := fmt.Sprintf("%d: %d-%d", e.Epoch, w.From, w.To)
			if n := int64(w.To) - int64(w.From) + 1; n != w.Video {
				line += fmt.Sprintf(", %d", w.Video)
			}
			if w.Audio+w.Unstamped > 0 {
				line += fmt.Sprintf(", %d of sound, %d unstamped", w.Audio, w.Unstamped)
			}
			said = append(said, line)
		}
	}
	return said
}

func clipSum(seq int) uint32 { return usual.video[seq-1].Sum }
func clipConfig() uint32     { return usual.clip.Config() }

// tagSize is what the PreviousTagSize behind frame seq says.
func tagSize(seq int) int { return flv.TagHeaderSize + len(usual.video[seq-1].Body) }

// firstTags is where a stream stands behind its first n frames.
func firstTags(n int) int {
	at := len(usual.stream())
	for i := range n {
		at += tagSize(i+1) + flv.TrailerSize
	}
	return at
}
