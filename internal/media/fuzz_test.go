package media

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// FuzzLoad: whatever the file, Load refuses it with a sentence, or makes a loop of it that goes forward and whose pictures
// have room for a stamp.
func FuzzLoad(f *testing.F) {
	c, err := Synthetic(Spec{FPS: 2, Bitrate: 50_000})
	if err != nil {
		f.Fatal(err)
	}
	file := record(f, c, 600*time.Millisecond)
	f.Add(file)
	f.Add(file[:len(file)-3])
	f.Add(file[:200])
	f.Add([]byte("FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := load("x.flv", bytes.NewReader(in))
		if err != nil {
			var refused *phrase.Error
			if !errors.As(err, &refused) {
				t.Fatalf("%v has no sentence", err)
			}
			return
		}
		if c.Len() == 0 || c.Duration() <= 0 || len(c.Headers()) < 2 {
			t.Fatalf("%d frames in %v", c.Len(), c.Duration())
		}
		if c.Info().Video && !bytes.Contains(c.Frame(0).Body, stampUUID[:]) {
			t.Fatal("frame 0 is no stamped picture")
		}
		last := time.Duration(0)
		for i := range min(3*c.Len(), 10_000) {
			frame := c.Frame(i)
			if frame.DTS < last {
				t.Fatalf("frame %d goes back from %v to %v", i, last, frame.DTS)
			}
			last = frame.DTS
			if frame.StampAt < 0 {
				continue
			}
			want := Stamp{Epoch: 3, Seq: uint32(i)}
			body := bytes.Clone(frame.Body)
			want.Put(body[frame.StampAt:])
			if got, ok, err := FindStamp(body); !ok || err != nil || got != want {
				t.Fatalf("frame %d: %+v %v %v", i, got, ok, err)
			}
		}
	})
}

// FuzzFindStamp: never panics, and what it finds is what Put would write at that place.
func FuzzFindStamp(f *testing.F) {
	for _, s := range stamps {
		f.Add(stampedBody(s))
	}
	f.Add(stampedBody(stamps[0])[:40])
	f.Fuzz(func(t *testing.T, in []byte) {
		s, ok, err := FindStamp(in)
		if !ok && err != nil {
			t.Fatal("an error for a stamp that is not there")
		}
		if !ok || err != nil {
			return
		}
		var b [StampSize]byte
		s.Put(b[:])
		if !bytes.Contains(in, b[:]) {
			t.Fatalf("%+v is not what %x says", s, in)
		}
	})
}

// FuzzConfig: the parsers of sequence headers never panic, and say sizes that can be.
func FuzzConfig(f *testing.F) {
	f.Add(avcConfig(sps(shapes[Usual], 25, 200_000), pps()))
	f.Add(avcConfig(sps(shapes[Other], 25, 200_000), pps()))
	f.Add(aacConfig(48000))
	f.Fuzz(func(t *testing.T, in []byte) {
		if r, err := parseAVCRecord(in); err == nil {
			if r.width < 1 || r.width > maxSide || r.height < 1 || r.height > maxSide || r.lengthSize < 1 || r.lengthSize > 4 {
				t.Fatalf("%+v", r)
			}
		}
		if a, err := parseAudioConfig(in); err == nil && (a.rate < 1 || a.channels < 0 || a.channels > 15) {
			t.Fatalf("%+v", a)
		}
	})
}
