package load

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
	"github.com/google/go-cmp/cmp"
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

// TestWitness shows a witness each kind of oddity, and what looks like one and isn't.
func TestWitness(t *testing.T) {
	tests := []struct {
		name   string
		server func(p *projector)
		want   []string
	}{
		{"nothing odd, joined in the middle", func(p *projector) { p.begin(); p.show(3, from(26, 60)...) }, nil},
		{"two epochs on one connection", func(p *projector) { p.begin(); p.show(1, from(1, 60)...); p.show(2, from(1, 30)...) }, nil},
		{"a missing tail is no loss", func(p *projector) { p.begin(); p.show(1, from(1, 30)...); p.show(1, from(31, 33)...) }, nil},

		{"frames are missing", func(p *projector) { p.begin(); p.show(1, from(1, 10)...); p.show(1, from(13, 60)...) },
			[]string{"gap 1 2 missing: 11 to 12 @13"}},
		{"frames are missing shortly before the end", func(p *projector) { p.begin(); p.show(1, 1, 2, 4) },
			[]string{"gap 1 1 missing: 3 to 3 @4"}},
		{"two holes, one of them filled", func(p *projector) { p.begin(); p.show(1, 1, 3, 5, 2); p.show(1, from(6, 50)...) },
			[]string{"back 1: 2 after 5 @2", "gap 1 1 missing: 4 to 4 @5"}},
		{"a hole filled in part", func(p *projector) { p.begin(); p.show(1, 1, 5, 3); p.show(1, from(6, 50)...) },
			[]string{"back 1: 3 after 5 @3", "gap 1 2 missing: 2 to 4 @5"}},
		{"frames that come after more than a second are lost all the same", func(p *projector) { p.begin(); p.show(1, 1); p.show(1, from(3, 36)...); p.show(1, 2) },
			[]string{"gap 1 1 missing: 2 to 2 @3", "back 1: 2 after 36 @2"}},
		{"frames missing at the end of an epoch", func(p *projector) {
			p.begin()
			p.show(1, from(1, 30)...)
			p.show(1, 32)
			p.show(2, from(1, 70)...)
			p.show(2, 70)
		}, []string{"gap 1 1 missing: 31 to 31 @32", "again 2 @70"}},
		{"a frame twice", func(p *projector) { p.begin(); p.show(1, 1, 2, 3, 3, 4, 2, 5) }, []string{"again 1 @3", "again 1 @2"}},
		{"two frames change places", func(p *projector) { p.begin(); p.show(1, 1, 2, 4, 3, 5, 6) }, []string{"back 1: 3 after 4 @3"}},
		{"frames from before the first", func(p *projector) { p.begin(); p.show(1, 26, 27, 25, 28) }, []string{"back 1: 25 after 27 @25"}},

		{"a stamp is damaged", func(p *projector) {
			p.begin()
			p.show(1, 1, 2)
			b := p.body(1, 3, nil)
			b[p.video[2].StampAt+5] ^= 2
			p.tag(flv.Video, 80, b)
			p.show(1, 4, 5)
		}, []string{"damaged: stamp: checksum is wrong"}},
		{"a picture is altered", func(p *projector) {
			p.begin()
			p.show(1, 1, 2)
			b := p.body(1, 3, func(s *media.Stamp) { s.Sum++ })
			p.tag(flv.Video, 80, b)
			p.show(1, 4, 5)
		}, []string{fmt.Sprintf("altered 1: %08x instead of %08x @3", clipSum(3), clipSum(3)+1)}},
		{"filler is taken out", func(p *projector) {
			p.begin()
			p.show(1, 1, 2)
			b := p.body(1, 3, nil)
			at := 5
			for b[at+4]&0x1f != 12 {
				at += 4 + int(binary.BigEndian.Uint32(b[at:]))
			}
			p.tag(flv.Video, 80, b[:at])
			p.show(1, 4, 5)
		}, nil},
		{"lengths don't add up", func(p *projector) {
			p.begin()
			p.show(1, 1, 2)
			b := p.body(1, 3, nil)
			p.tag(flv.Video, 80, b[:len(b)-1])
			p.show(1, 4, 5)
		}, []string{"sizes 1 @3"}},
		{"lengths of a stranger's picture don't add up", func(p *projector) {
			p.begin()
			b := p.plain(true)
			p.tag(flv.Video, 0, b)
			p.tag(flv.Video, 40, b[:len(b)-1])
		}, []string{"sizes"}},
		{"a stamp from the future", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.tag(flv.Video, 40, p.body(1, 2, func(s *media.Stamp) { s.SentAt += int64(51 * time.Millisecond) }))
			p.tag(flv.Video, 80, p.body(1, 3, func(s *media.Stamp) { s.SentAt += int64(49 * time.Millisecond) }))
		}, []string{"future 1: 51ms ahead @2"}},

		{"a frame of another key", func(p *projector) {
			p.begin()
			p.show(1, 1, 2)
			p.tag(flv.Video, 80, p.body(4, 9, func(s *media.Stamp) { s.Source = 5 }))
			p.show(1, 3, 4)
		}, []string{"foreign 4: source 00000005 @9"}},
		{"a stamp that names no key", func(p *projector) {
			p.begin()
			p.tag(flv.Video, 0, p.body(1, 1, func(s *media.Stamp) { s.Source = 0 }))
		}, nil},
		{"two publishers in turn", func(p *projector) {
			p.begin()
			p.show(1, from(1, 30)...)
			for n := range uint32(3) {
				p.show(2, 1+n)
				p.show(1, 31+n)
			}
		}, []string{"switch 1 2 missing @31", "switch 2 1 missing @2", "switch 1 2 missing @32", "switch 2 1 missing @3", "switch 1 2 missing @33"}},
		{"the start of a session belongs to the epoch before", func(p *projector) { p.begin(); p.show(1, 1, 2, 3); p.show(2, from(1, 9)...) },
			[]string{"switch 2 1 missing @1"}},
		{"back to an epoch before", func(p *projector) { p.begin(); p.show(5, from(1, 30)...); p.show(4, from(1, 9)...) },
			[]string{"switch 4 5 missing @1"}},

		{"no FLV", func(p *projector) { p.request(); p.say(head); p.say("<html><body>") },
			[]string{"file-header: flv: byte 0: no FLV signature: 0x3c6874"}},
		{"a wrong PreviousTagSize", func(p *projector) {
			p.begin()
			p.show(1, 1)
			b := flv.AppendTag(nil, flv.Video, 40, p.body(1, 2, nil))
			b[len(b)-1]++
			p.Write(b)
			p.show(1, 3, 4)
		}, []string{fmt.Sprintf("previous-size: flv: byte %d: PreviousTagSize does not match the tag before it: %d instead of %d @2", firstTags(2)-4, tagSize(2)+1, tagSize(2))}},
		{"a torn tag: what it swallows is not lost", func(p *projector) {
			p.begin()
			p.show(1, 1)
			b := flv.AppendTag(nil, flv.Video, 40, p.body(1, 2, nil))
			p.Write(b[:len(b)-300])
			p.show(1, from(3, 60)...)
		}, []string{fmt.Sprintf("previous-size: flv: byte %d: PreviousTagSize does not match the tag before it: 4294967295 instead of %d @2", firstTags(2)-4, tagSize(2)),
			fmt.Sprintf("tag-header: flv: byte %d: unknown tag type: 0xff @2", firstTags(2))}},
		{"a torn tag is not an altered picture", func(p *projector) {
			p.begin()
			b := flv.AppendTag(nil, flv.Video, 0, p.body(1, 1, nil))
			p.Write(b[:200])
			p.Write(make([]byte, 2000))
		}, []string{fmt.Sprintf("previous-size: flv: byte %d: PreviousTagSize does not match the tag before it: 0 instead of %d @1", firstTags(1)-4, tagSize(1)),
			fmt.Sprintf("tag-header: flv: byte %d: unknown tag type: 0x0 @1", firstTags(1))}},
		{"a tag that swallows another whole", func(p *projector) {
			p.begin()
			p.show(1, 1)
			b := flv.AppendTag(nil, flv.Video, 40, p.body(1, 2, nil))
			size := len(b) + tagSize(3) - flv.TagHeaderSize
			b[1], b[2], b[3] = byte(size>>16), byte(size>>8), byte(size)
			p.Write(b)
			p.show(1, 3, 4, 5)
		}, []string{fmt.Sprintf("previous-size: flv: byte %d: PreviousTagSize does not match the tag before it: %d instead of %d @2",
			firstTags(3)-4, tagSize(3), tagSize(2)+tagSize(3)+4)}},
		{"an encrypted tag", func(p *projector) {
			p.begin()
			b := flv.AppendTag(nil, flv.Video, 0, p.body(1, 1, nil))
			b[0] |= 0x20
			p.Write(b)
			p.show(1, 2, 3)
		}, []string{fmt.Sprintf("tag-header: flv: byte %d: tag is encrypted (filter bit set)", firstTags(0)), "no-keyframe 1 @2"}},
		{"a codec that there is not", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.tag(flv.Video, 40, make([]byte, 3<<20)) // too large to be read whole
			p.tag(flv.Video, 40, []byte{0x1d, 0, 0})  // 13 is in use
			p.show(1, 2, 3)
		}, []string{"tag-header: reserved video codec"}},
		{"a file header in the middle", func(p *projector) {
			p.begin()
			p.show(1, from(1, 30)...)
			p.Write(p.stream())
			p.show(2, from(1, 30)...)
		}, []string{fmt.Sprintf("second-header: flv: byte %d: a file header where a tag should stand @30", firstTags(30))}},
		{"nothing but metadata", func(p *projector) {
			p.begin()
			for range 300 {
				p.tag(flv.Script, 0, p.clip.Headers()[0].Body)
			}
		}, []string{"too-much-script: 200 in a row"}},
		{"much metadata", func(p *projector) {
			p.begin()
			for seq := range uint32(3) {
				for range 150 {
					p.tag(flv.Script, 0, p.clip.Headers()[0].Body)
				}
				p.show(1, seq+1)
			}
		}, nil},
		{"no sequence headers", func(p *projector) {
			p.request()
			p.say(head)
			p.Write(flv.AppendHeader(nil, true, true))
			p.show(1, 1)
			p.sound(0, 21)
			p.show(1, 2)
		}, []string{"no-sequence 1: video @1", "no-sequence: audio"}},
		{"no sequence header of a stranger's sound without one", func(p *projector) {
			p.begin()
			p.tag(flv.Audio, 0, []byte{0x2f, 1, 2})
		}, nil},
		{"no keyframe first", func(p *projector) { p.begin(); p.show(1, from(2, 12)...) }, []string{"no-keyframe 1 @2"}},
		{"no keyframe first, of a stranger's picture", func(p *projector) { p.begin(); p.tag(flv.Video, 0, p.plain(false)) }, []string{"no-keyframe"}},
		{"no keyframe first in a later epoch", func(p *projector) { p.begin(); p.show(1, from(1, 30)...); p.show(2, from(2, 12)...) },
			[]string{"no-keyframe 2 @2"}},
		{"a stray frame is not the start of an epoch", func(p *projector) { p.begin(); p.show(1, from(1, 30)...); p.show(2, 7); p.show(1, from(31, 50)...) },
			[]string{"switch 1 2 missing @31"}},
		{"other parameters than announced", func(p *projector) {
			p.begin()
			for seq := range uint32(3) {
				p.tag(flv.Video, 40*seq, p.body(1, seq+1, func(s *media.Stamp) { s.Config = 5 }))
			}
		}, []string{fmt.Sprintf("unannounced 1: %08x instead of 00000005 @1", clipConfig())}},
		{"a sequence header that is cut", func(p *projector) {
			p.request()
			p.say(head)
			p.Write(flv.AppendHeader(nil, true, true))
			p.tag(flv.Video, 0, p.clip.Headers()[1].Body[:20])
			p.show(1, 1, 2)
		}, []string{"sizes: AVCDecoderConfigurationRecord"}},

		{"timestamps go back", func(p *projector) {
			p.begin()
			p.show(1, 1, 2, 3)
			p.tag(flv.Video, 0, p.body(1, 4, nil))
			p.show(1, 5)
		}, []string{"time-back 1: 0 ms after 80 ms @4"}},
		{"timestamps go round", func(p *projector) {
			p.begin()
			p.tag(flv.Video, 1<<32-20, p.body(1, 1, nil))
			p.tag(flv.Video, 20, p.body(1, 2, nil))
		}, nil},
		{"timestamps start over with an epoch, the sound first", func(p *projector) {
			p.begin()
			for n := range uint32(40) {
				p.show(1, n+1)
				p.sound(40*n, 40*n+20)
			}
			p.sound(0)
			p.show(2, 1)
			p.sound(20)
			p.show(2, 2)
		}, nil},
		{"timestamps start over with an epoch, the picture first", func(p *projector) {
			p.begin()
			for n := range uint32(40) {
				p.show(1, n+1)
				p.sound(40*n, 40*n+20)
			}
			p.show(2, 1)
			p.sound(0, 20)
			p.show(2, 2)
		}, nil},
		{"the sound goes back", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.sound(0, 21, 42, 10)
			p.show(1, 2)
		}, []string{"time-back 1: 10 ms after 42 ms"}},
		{"the sound of a stream without pictures goes back", func(p *projector) { p.begin(); p.sound(5000, 5021, 4000, 4021) },
			[]string{"time-back: 4000 ms after 5021 ms"}},
		{"the sound of a stream without pictures starts over", func(p *projector) {
			p.begin()
			p.sound(5000, 5021, 0, 21, 2000)
			p.tag(flv.Audio, 0, p.clip.Headers()[2].Body)
			p.sound(1500)
		}, nil},
		{"a stranger's pictures go back", func(p *projector) {
			p.begin()
			p.tag(flv.Video, 5000, p.plain(true))
			p.tag(flv.Video, 4000, p.plain(true))
			p.tag(flv.Video, 0, p.plain(true))
		}, []string{"time-back: 4000 ms after 5000 ms"}},
		{"sound is missing", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.sound(0, 21)
			p.show(1, 2)
			p.sound(85, 106)
			p.show(1, 3)
		}, []string{"gap 1 2 missing: audio"}},
		{"sound is missing where pictures are", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.sound(0, 21)
			p.show(1, 3)
			p.sound(85, 106)
			p.show(1, 4)
		}, []string{"gap 1 1 missing: 2 to 2 @3"}},
		{"sound is missing, and the picture behind it", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.sound(0, 21)
			p.show(1, 2)
			p.sound(106)
			p.show(1, 4)
		}, []string{"gap 1 1 missing: 3 to 3 @4"}},
		{"sound is missing before the end of an epoch", func(p *projector) {
			p.begin()
			p.show(1, from(1, 30)...)
			p.sound(1181, 1202)
			p.sound(1400)
			p.show(2, 1)
		}, nil},
		{"a frame of sound twice", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.sound(0, 21, 21, 42)
			p.show(1, 2)
		}, []string{"again 1: audio"}},

		{"a stall", func(p *projector) { p.begin(); p.show(1, 1, 2); time.Sleep(time.Second); p.show(1, 3, 4) },
			[]string{"stall of 1.04s, 40ms explained, epoch 1"}},
		{"a silence that the timestamps explain", func(p *projector) {
			p.begin()
			p.show(1, 1, 2)
			time.Sleep(time.Second)
			p.tag(flv.Video, 1080, p.body(1, 3, nil))
		}, nil},
		{"a silence between two epochs", func(p *projector) {
			p.begin()
			p.show(1, from(1, 30)...)
			time.Sleep(time.Second)
			p.sound(0)
			p.show(2, 1)
		}, nil},
		{"a stranger's stall", func(p *projector) {
			p.begin()
			p.tag(flv.Video, 5000, p.plain(true))
			time.Sleep(time.Second)
			p.tag(flv.Video, 5040, p.plain(true))
		}, []string{"stall of 1.04s, 40ms explained, epoch 0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := lapse(t, tt.server, nil)
			if diff := cmp.Diff(tt.want, sayOdd(sink.Notes)); diff != "" {
				t.Errorf("(-want +got)\n%s%v", diff, sayWatched(sink.Notes))
			}
		})
	}
}

// usual is the clip that projectors show.
var usual = func() *projector {
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		panic(err)
	}
	return newProjector(&side{clip: clip})
}()

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
