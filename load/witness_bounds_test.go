package load

import (
	"bytes"
	"context"
	"math"
	"net"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWatched(t *testing.T) {
	tests := []struct {
		name   string
		server func(p *projector)
		want   []string
	}{
		{"every 500 ms", func(p *projector) { p.begin(); p.show(1, from(26, 57)...) }, []string{"1: 26-39", "1: 40-53", "1: 54-57"}},
		{"with its epoch", func(p *projector) { p.begin(); p.show(1, 1, 2); p.show(2, 1, 2) }, []string{"1: 1-2", "2: 1-2"}},
		{"up to a hole", func(p *projector) { p.begin(); p.show(1, 1, 2, 4, 5) }, []string{"1: 1-2", "1: 4-5"}},
		{"without what came twice", func(p *projector) { p.begin(); p.show(1, 1, 2, 2, 3) }, []string{"1: 1-2", "1: 3-3"}},
		{"with what came late, by itself", func(p *projector) { p.begin(); p.show(1, 1, 3, 2, 4) }, []string{"1: 1-1", "1: 3-3", "1: 2-2", "1: 4-4"}},
		{"with sound", func(p *projector) { p.begin(); p.show(1, 1); p.sound(0, 21); p.show(1, 2) }, []string{"1: 1-2, 2 of sound, 0 unstamped"}},
		{"of no epoch", func(p *projector) {
			p.begin()
			p.sound(0, 21)
			p.tag(flv.Video, 0, p.plain(true))
			p.show(1, 1)
		}, []string{"0: 0-0, 0, 2 of sound, 1 unstamped", "1: 1-1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, sayWatched(lapse(t, tt.server, nil).Notes)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestWatchedInFull holds all that a stretch says, of frames of which the first was sent before the player had asked.
func TestWatchedInFull(t *testing.T) {
	sink := lapse(t, func(p *projector) {
		old := p.body(1, 25, nil)
		time.Sleep(time.Millisecond)
		p.request()
		time.Sleep(10 * time.Millisecond)
		p.say(head)
		p.Write(p.stream())
		p.tag(flv.Video, 960, old)
		for seq := range uint32(2) {
			b := p.body(1, 26+seq, nil)
			time.Sleep(5 * time.Millisecond)
			p.tag(flv.Video, 1000+40*seq, b)
		}
	}, nil)
	ms := time.Millisecond
	size := func(seq int) int64 { return int64(tagSize(seq) + flv.TrailerSize) }
	got := historytest.Of[history.Watched](sink.Notes)
	want := []history.Watched{{
		Session: 1, From: 25, To: 27, Video: 3, Bytes: size(25) + size(26) + size(27), First: 11 * ms, Last: 101 * ms,
		FirstSent: 0, LastSent: 96 * ms, FirstTime: 960, LastTime: 1040, Key: 56 * ms, Ages: []int64{5000, 5000},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestWitnessIsBounded floods a witness with oddities of several kinds, and with two publishers in turn: it tells so many, and how many
// more there were.
func TestWitnessIsBounded(t *testing.T) {
	sink := lapse(t, func(p *projector) {
		p.begin()
		for n := range uint32(2000) {
			p.show(1+n%2, 1+n/2%300, 1+n/2%300)
			p.tag(flv.Video, 0, p.body(1, 3, func(s *media.Stamp) { s.Sum++ }))
		}
	}, nil)
	of := map[history.What]int{}
	more := map[history.What]int64{}
	stretches := 0
	for _, e := range sink.All() {
		switch w := e.What.(type) {
		case history.Oddity:
			if w.More > 0 {
				more[w.What] += w.More
				continue
			}
			of[w.What]++
		case history.Watched:
			stretches++
		}
	}
	for what, n := range of {
		if n > toldOfOne || n == toldOfOne && more[what] == 0 {
			t.Errorf("%s: %d told, and %d more", what, n, more[what])
		}
	}
	if of[history.Altered] != toldOfOne || more[history.Altered] != 2000-toldOfOne {
		t.Errorf("altered: %d told, and %d more, want 2000 in all", of[history.Altered], more[history.Altered])
	}
	seconds := 2000 * 3 * 40 / 1000
	if most := maxCuts + 3*2*seconds; stretches > most || stretches < seconds {
		t.Errorf("%d stretches in %d s, want at most %d", stretches, seconds, most)
	}
}

// TestForgedEpochsAreBounded: a server that makes up an epoch for each frame is told as often as any, and no frame is told twice.
func TestForgedEpochsAreBounded(t *testing.T) {
	for _, tt := range []struct {
		name string
		key  bool // of each frame
	}{{"pictures", false}, {"keyframes", true}} {
		t.Run(tt.name, func(t *testing.T) {
			const frames = 5000
			sink := lapse(t, func(p *projector) {
				p.begin()
				for n := range uint32(frames) {
					b := p.body(1, 1+n%2, func(s *media.Stamp) { s.Epoch = 1 + n })
					if b[0] = 0x27; tt.key {
						b[0] = 0x17
					}
					p.Write(flv.AppendTag(nil, flv.Video, 40, b)) // all at the same instant
				}
			}, nil)
			of := map[string]int{}
			tags := int64(0)
			for _, e := range sink.All() {
				of[e.What.Kind()]++
				switch w := e.What.(type) {
				case history.PlayProgress:
					tags += w.Tags
				case history.PlayEnded:
					if w.Tags != frames || tags != frames {
						t.Errorf("%d frames, %d of them in between, want %d", w.Tags, tags, frames)
					}
				}
			}
			if most := maxEpochs + 1 + cutsAtOnce; of["watched"] > most || of["watched"] < cutsAtOnce {
				t.Errorf("%d stretches, want at most %d", of["watched"], most)
			}
			if most := 2*cutsAtOnce + 1; of["play-progress"] > most || tt.key && of["play-progress"] < cutsAtOnce {
				t.Errorf("%d times progress, want at most %d", of["play-progress"], most)
			}
		})
	}
}

// TestSequence makes orderly rows of frames disorderly and asks for exactly what was done to them.
func TestSequence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.OneOf(rapid.Uint32Range(0, 400), rapid.Uint32Range(math.MaxUint32-200, math.MaxUint32)).Draw(t, "base")
		var s sequence
		came := map[uint32]bool{}
		next := base
		for i := range 400 {
			n := next
			if i > 0 {
				switch rapid.IntRange(0, 9).Draw(t, "what") {
				case 0:
					n += rapid.Uint32Range(1, 20).Draw(t, "jump")
				case 1:
					n -= rapid.Uint32Range(1, seenWindow).Draw(t, "back")
				}
			}
			want, missing := nextOne, int64(0)
			switch {
			case i == 0:
				want = firstOne
			case came[n]:
				want = again
			case int32(n-next) < 0:
				want = behind
			case n != next:
				want, missing = ahead, int64(n-next)
			}
			got, gone := s.take(n)
			if got != want || gone != missing {
				t.Fatalf("frame %d after %d: %v with %d missing, want %v with %d", n, next-1, got, gone, want, missing)
			}
			came[n] = true
			if int32(n-next) >= 0 {
				next = n + 1
			}
		}
	})
}

// TestWitnessTellsWhatWasDone loses, doubles and displaces frames by chance and holds what is told against it.
func TestWitnessTellsWhatWasDone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var row []uint32
		want := map[string]int64{}
		for n := uint32(1); n <= 300; n++ {
			switch rapid.IntRange(0, 39).Draw(rt, "what") {
			case 0:
				if n > 1 && n < 300 && want["gap"] < 20 {
					want["gap"]++ // a hole beside another is one hole of two
					continue
				}
			case 1:
				if want["again"] < 20 {
					row = append(row, n)
					want["again"]++
				}
			case 2:
				if n > 1 && n < 300 && want["back"] < 20 {
					row = append(row, n+1)
					want["back"]++
					row = append(row, n)
					n++
					continue
				}
			}
			row = append(row, n)
		}
		sink := lapse(t, func(p *projector) {
			p.begin()
			p.show(1, row...)
		}, nil)
		got := map[string]int64{}
		for _, o := range historytest.Of[history.Oddity](sink.Notes) {
			got[string(o.What)] += max(1, o.Missing)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Errorf("(-done +told)\n%s%v", diff, row)
		}
		frames := int64(0)
		for _, w := range historytest.Of[history.Watched](sink.Notes) {
			frames += w.Video
		}
		if n := int64(len(row)) - want["again"]; frames != n {
			rt.Errorf("%d frames told of %d", frames, n)
		}
	})
}

// FuzzWitness feeds a witness anything: it tells no more than its bounds allow, and ends when the stream does.
func FuzzWitness(f *testing.F) {
	p := usual
	good := p.stream()
	for i, v := range p.video[:8] {
		b := append([]byte(nil), v.Body...)
		media.Stamp{Epoch: 1 + uint32(i/5), Seq: uint32(i % 3), Source: media.SourceOf(7, "live/s0"), Sum: v.Sum, Config: p.clip.Config()}.Put(b[v.StampAt:])
		good = flv.AppendTag(good, v.Type, v.Timestamp(), b)
		good = flv.AppendTag(good, flv.Audio, v.Timestamp(), p.audio[0].Body)
	}
	f.Add(good)
	f.Add(good[:2500])
	f.Add(append(bytes.Clone(good[:3000]), good...))
	f.Add(append(p.stream(), 9, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0x17, 1))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		sink := newNotes()
		v, err := newViewer(Player{Key: "live/s0", URL: "http://h/s.flv", Sink: sink, Source: 7, Witness: true, Evidence: &Evidence{Dir: dir}, Sound: p.clip.Sound()})
		if err != nil {
			t.Fatal(err)
		}
		v.Dial = func(context.Context, string, string) (net.Conn, error) {
			return &canned{answer: append([]byte(head), b...)}, nil
		}
		v.play(t.Context(), 0)
		v.writing.Wait()
		events := sink.All()
		// At most so many oddities of each of 17 kinds and what more there were, stretches before their time, those of the
		// epochs that are left, and what a player tells.
		if most := 17*(toldOfOne+1) + cutsAtOnce + maxEpochs + 1 + 2*cutsAtOnce + 30; len(events) > most {
			t.Errorf("%d events of %d bytes", len(events), len(b))
		}
		if _, ended := events[len(events)-1].What.(history.PlayEnded); !ended {
			t.Errorf("the last event is %+v", events[len(events)-1])
		}
	})
}
