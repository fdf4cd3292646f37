package load

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/google/go-cmp/cmp"
)

// badly sends a tag with a wrong PreviousTagSize behind it.
func (p *projector) badly(typ flv.TagType, ms uint32, body []byte) {
	b := flv.AppendTag(nil, typ, ms, body)
	b[len(b)-1]++
	p.Write(b)
}

// TestWitnessForgets shows a witness what must have no consequences any more, and what must still have them.
func TestWitnessForgets(t *testing.T) {
	tests := []struct {
		name   string
		server func(p *projector)
		want   []string // of the oddities, but for "previous-size" in detail
	}{
		{"sound of two publishers", func(p *projector) {
			p.begin()
			p.show(1, from(1, 30)...)
			p.show(2, 1)
			p.show(1, 31)
			p.sound(1240, 1100)
			p.show(1, 32)
		}, []string{"switch 1 2 missing @31"}},
		{"a loss some time after a fault", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.badly(flv.Video, 40, p.body(1, 2, nil))
			p.show(1, 4, 5, 7)
		}, []string{"previous-size", "gap 1 1 missing: 6 to 6 @7"}},
		{"the lengths of a stranger's picture where its tag is wrong", func(p *projector) {
			p.begin()
			b := p.plain(true)
			p.tag(flv.Video, 0, b)
			p.badly(flv.Video, 40, b[:len(b)-1])
		}, []string{"previous-size"}},
		{"sound is missing around a fault", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.sound(0, 21)
			p.badly(flv.Audio, 42, p.audio[0].Body)
			p.sound(150)
			p.show(1, 2)
		}, []string{"previous-size"}},
		{"more holes than are watched: the oldest is a loss though it is filled", func(p *projector) {
			p.begin()
			p.show(1, 1, 3, 5, 7, 9, 11, 13, 15, 17)
			p.show(1, 19)
			p.show(1, 2, 4, 6, 8, 10, 12, 14, 16, 18)
		}, slices.Concat([]string{"gap 1 1 missing: 2 to 2 @3"}, backs(2, 19))},
		{"as many holes as are watched, all filled", func(p *projector) {
			p.begin()
			p.show(1, 1, 3, 5, 7, 9, 11, 13, 15, 17)
			p.show(1, 2, 4, 6, 8, 10, 12, 14, 16)
		}, backs(2, 17)},
		{"the parameters before a header of another codec", func(p *projector) {
			p.begin()
			p.tag(flv.Video, 0, []byte{0x1c, 0, 0, 0, 0, 1})
			p.tag(flv.Video, 0, p.body(1, 1, func(s *media.Stamp) { s.Config = 5 }))
		}, nil},
		{"the start of a session late in a run", func(p *projector) {
			time.Sleep(time.Minute)
			p.begin()
			p.show(1, 1, 2, 3)
			p.show(2, from(1, 9)...)
		}, []string{"switch 2 1 missing @1"}},
		{"no keyframe first in an epoch that lasted, and back", func(p *projector) {
			p.begin()
			p.show(1, from(1, 30)...)
			p.show(2, from(2, 12)...)
			p.show(1, 31)
		}, []string{"no-keyframe 2 @2", "switch 1 2 missing @31"}},
		{"a wrong size some time before a tag that is none", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.badly(flv.Video, 40, p.body(1, 2, nil))
			p.show(1, 3)
			b := flv.AppendTag(nil, flv.Video, 120, p.body(1, 4, nil))
			b[0] |= 0x20
			p.Write(b)
			p.show(1, 5, 5)
		}, []string{"previous-size", fmt.Sprintf("tag-header: flv: byte %d: tag is encrypted (filter bit set) @3", firstTags(3)), "again 1 @5"}},
		{"a picture too large to be read whole", func(p *projector) {
			p.begin()
			b := p.body(1, 1, func(s *media.Stamp) { s.Sum++ })
			const filler = 3 << 20
			b = append(binary.BigEndian.AppendUint32(b, filler), 12)
			p.tag(flv.Video, 0, append(b, make([]byte, filler-1)...))
		}, nil},
		{"a stamp across the end of what is read of such a picture", func(p *projector) {
			p.begin()
			const front = media.HeadSize - 5 - 4 - 4 - 19 - 10
			b := append([]byte{0x17, 1, 0, 0, 0}, 0, 0, front>>8, front&0xff, 6)
			b = append(b, make([]byte, front-1)...)
			own := p.body(1, 1, nil)[5:]
			b = append(b, own...)
			const filler = 3 << 20
			b = append(binary.BigEndian.AppendUint32(b, filler), 12)
			p.tag(flv.Video, 0, append(b, make([]byte, filler-1)...))
		}, nil},
		{"sound after it went back", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.sound(0, 21, 42, 10)
			p.show(1, 2)
			p.sound(100)
			p.show(1, 3)
		}, []string{"time-back 1: 10 ms after 42 ms"}},
		{"sound that goes back twice", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.sound(0, 21, 10, 5)
			p.show(1, 2)
		}, []string{"time-back 1: 10 ms after 21 ms"}},
		{"sound at an uneven pace", func(p *projector) {
			p.begin()
			p.show(1, 1)
			p.sound(0, 21, 53, 64, 96)
			p.show(1, 2, 3)
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			said := sayOdd(lapse(t, tt.server, nil).Notes)
			for i, s := range said {
				if len(s) > 13 && s[:13] == "previous-size" {
					said[i] = s[:13]
				}
			}
			if diff := cmp.Diff(tt.want, said); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// backs is what is said of the even frames from a on that came behind frame latest.
func backs(a, latest uint32) (said []string) {
	for ; a < latest; a += 2 {
		said = append(said, fmt.Sprintf("back 1: %d after %d @%d", a, latest, a))
	}
	return said
}

// TestManyFaults: a stream that is wrong all over is looked at so far, and the rest of its faults is not counted.
func TestManyFaults(t *testing.T) {
	sink := lapse(t, func(p *projector) {
		p.begin()
		for range maxFaults + 50 {
			p.badly(flv.Audio, 0, p.audio[0].Body)
		}
		p.show(1, 1, 1)
	}, nil)
	told := int64(0)
	for _, o := range odditiesOf(sink, history.PreviousSize) {
		told += max(1, o.More)
	}
	if told != maxFaults {
		t.Errorf("%d faults are told, want %d", told, maxFaults)
	}
	if n := len(odditiesOf(sink, history.Again)); n != 0 {
		t.Errorf("what comes behind them was looked at: %d frames twice", n)
	}
}

// TestMoreIsToldNowAndThen: what goes on and on is told while it does, not only at the end.
func TestMoreIsToldNowAndThen(t *testing.T) {
	sink := lapse(t, func(p *projector) {
		p.begin()
		for range 600 { // 24 s
			p.show(1, 1)
		}
	}, nil)
	var more []int64
	for _, o := range odditiesOf(sink, history.Again) {
		if o.More > 0 {
			more = append(more, o.More)
		}
	}
	// 250 in 10 s, but for the twenty that are told one by one.
	if diff := cmp.Diff([]int64{231, 250, 98}, more); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// odditiesOf are those of a kind.
func odditiesOf(sink *notes, what history.What) (all []history.Oddity) {
	for _, e := range sink.All() {
		if o, ok := e.What.(history.Oddity); ok && o.What == what {
			all = append(all, o)
		}
	}
	return all
}

// TestMayCut: 20 at once, 20 a second, 200 in all.
func TestMayCut(t *testing.T) {
	var s stretches
	at, n := time.Hour, 0
	for range 100 {
		if s.mayCut(at) {
			n++
		}
	}
	if n != cutsAtOnce {
		t.Errorf("%d at once", n)
	}
	for range 100 {
		if at += 10 * time.Millisecond; s.mayCut(at) {
			n++
		}
	}
	if n != cutsAtOnce+cutsPerSecond {
		t.Errorf("%d after a second", n)
	}
	for range 1000 {
		if at += time.Second; s.mayCut(at) {
			n++
		}
	}
	if n != maxCuts {
		t.Errorf("%d in all", n)
	}
}

// TestSequenceGoesRound: whether a frame that is too old to know is older than the first is asked as numbers go round.
func TestSequenceGoesRound(t *testing.T) {
	for _, tt := range []struct {
		name       string
		base, jump uint32
		then       uint32
		want       order
	}{
		{"before the first", 1000, 400, 990, behind},
		{"behind the first", 1000, 400, 1010, again},
		{"before the first, round the end", 5, 400, math.MaxUint32 - 5, behind},
		{"behind the first, round the end", math.MaxUint32 - 10, 400, 2, again},
	} {
		var s sequence
		s.take(tt.base)
		s.take(tt.base + tt.jump)
		if got, _ := s.take(tt.then); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestReelIsBounded: a session works on so many files at a time, and none grows beyond what is reserved for it.
func TestReelIsBounded(t *testing.T) {
	e := &Evidence{}
	var kept []capture
	r := newReel(e, "k", func(c capture) { kept = append(kept, c) })
	const size = 100 << 10
	at := int64(0)
	add := func() (offset int64) {
		offset = at
		b := flv.AppendTag(nil, flv.Video, 0, append([]byte{0x27, 1}, make([]byte, size)...))
		r.came(b)
		at += int64(len(b))
		return offset
	}
	offset := add()
	for n := range maxCaptures + 2 {
		c := r.capture(history.What(fmt.Sprint(n)), nil, offset, at, 0)
		if (c != nil) != (n < maxCaptures) {
			t.Fatalf("file %d: %v", n, c)
		}
		r.name(c)
	}
	for range afterTags + 2 {
		add()
		r.behind(at, 0)
	}
	r.finish()
	if len(kept) != maxCaptures {
		t.Fatalf("%d files", len(kept))
	}
	for _, c := range kept {
		if n := int64(len(c.bytes)); n > c.reserved || n < 3*size {
			t.Errorf("%d bytes, %d were reserved", n, c.reserved)
		}
	}
}
