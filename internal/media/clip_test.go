package media

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/google/go-cmp/cmp"
)

func TestTimestamp(t *testing.T) {
	tests := []struct {
		dts  time.Duration
		want uint32
	}{
		{0, 0},
		{33333333 * time.Nanosecond, 33},
		{66666666 * time.Nanosecond, 67},
		{time.Hour, 3_600_000},
		{(1<<32 - 1) * time.Millisecond, 1<<32 - 1},
		{(1<<32 + 5) * time.Millisecond, 5},
	}
	for _, tt := range tests {
		if got := (Frame{DTS: tt.dts}).Timestamp(); got != tt.want {
			t.Errorf("%v: %d, want %d", tt.dts, got, tt.want)
		}
	}
}

// TestClipIsShared lets many publishers use one clip: they get the same bodies, whichever lap they are in, and none of
// them costs memory.
func TestClipIsShared(t *testing.T) {
	c, err := Synthetic(Spec{})
	if err != nil {
		t.Fatal(err)
	}
	for k := range c.Len() {
		a, b := c.Frame(k), c.Frame(k+1000*c.Len())
		if &a.Body[0] != &b.Body[0] || b.DTS-a.DTS != 1000*c.Duration() {
			t.Fatalf("frame %d is another in lap 1000: %v and %v", k, a.DTS, b.DTS)
		}
	}
	before := c.Frame(0).Body
	kept := bytes.Clone(before)
	var all sync.WaitGroup
	for p := range 16 {
		all.Go(func() {
			var stamp [StampSize]byte
			for i := range 2 * c.Len() {
				f := c.Frame(i)
				if f.StampAt < 0 {
					continue
				}
				want := Stamp{Epoch: uint32(p), Seq: uint32(i), SentAt: rand.Int64(), Source: 3}
				want.Put(stamp[:])
				sent := append(append(bytes.Clone(f.Body[:f.StampAt]), stamp[:]...), f.Body[f.StampAt+StampSize:]...)
				if got, ok, err := FindStamp(sent[:min(len(sent), HeadSize)]); !ok || err != nil || got != want {
					t.Errorf("publisher %d, frame %d: %+v %v %v", p, i, got, ok, err)
				}
			}
		})
	}
	all.Wait()
	if !bytes.Equal(before, kept) {
		t.Error("a publisher changed what all share")
	}
	if n := testing.AllocsPerRun(10, func() {
		for i := range c.Len() {
			f := c.Frame(i)
			if f.StampAt < 0 {
				continue
			}
			var stamp [StampSize]byte
			Stamp{Seq: uint32(i)}.Put(stamp[:])
			if _, ok, err := FindStamp(f.Body); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations for %d frames", n, c.Len())
	}
}

func TestHeaders(t *testing.T) {
	c, err := Synthetic(Spec{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Len() != 8*25+375 || c.Duration() != 8*time.Second {
		t.Errorf("%d frames in %v", c.Len(), c.Duration())
	}
	type kind struct {
		Type    flv.TagType
		Seq     bool
		StampAt int
	}
	var got []kind
	for _, f := range c.Headers() {
		got = append(got, kind{f.Type, flv.Tag{Type: f.Type, Head: f.Body}.IsSequenceHeader(), f.StampAt})
		if f.DTS != 0 || f.Keyframe {
			t.Errorf("%+v", f)
		}
	}
	want := []kind{{flv.Script, false, -1}, {flv.Video, true, -1}, {flv.Audio, true, -1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// BenchmarkSynthetic makes the default clip.
func BenchmarkSynthetic(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Synthetic(Spec{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFrame hands out a frame and stamps it.
func BenchmarkFrame(b *testing.B) {
	c, err := Synthetic(Spec{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var stamp [StampSize]byte
	for i := 0; b.Loop(); i++ {
		if f := c.Frame(i); f.StampAt >= 0 {
			Stamp{Epoch: 1, Seq: uint32(i), SentAt: int64(i)}.Put(stamp[:])
		}
	}
}

// BenchmarkFindStamp finds the stamp of a frame.
func BenchmarkFindStamp(b *testing.B) {
	body := stampedBody(stamps[1])
	b.ReportAllocs()
	for b.Loop() {
		if _, ok, err := FindStamp(body); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

// TestSound holds what a reader may rely on against the timestamps that are sent.
func TestSound(t *testing.T) {
	every := func(rate int) time.Duration {
		return (1024*time.Second + time.Duration(rate) - 1) / time.Duration(rate)
	}
	for v, want := range map[Variant]Sound{
		Usual: {Every: every(48000), Distinct: true}, Other: {Every: every(32000), Distinct: true}, VideoOnly: {}, AudioOnly: {Every: every(48000), Distinct: true},
	} {
		c, err := Synthetic(Spec{Variant: v})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Sound(); got.Every-want.Every > 1 || want.Every-got.Every > 1 || got.Distinct != want.Distinct {
			t.Errorf("variant %d: %+v, want %+v", v, got, want)
		}
	}
	a, b := Sound{Every: 20, Distinct: true}, Sound{Every: 30}
	if got := a.With(b); got != (Sound{Every: 30}) || a.With(a) != a || a.With(Sound{}) != (Sound{}) {
		t.Errorf("both: %+v", got)
	}
}
