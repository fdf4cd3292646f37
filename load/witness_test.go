package load

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/google/go-cmp/cmp"
)

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
