package embedded

import (
	"bytes"
	"fmt"
	"io"
	"net/http/httputil"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flvstorm/flvstorm/internal/flv"
)

var (
	keyframe    = []byte{0x17, 1, 0, 0, 0, 'k'}
	interframe  = []byte{0x27, 1, 0, 0, 0, 'p'}
	avcHeader   = []byte{0x17, 0, 0, 0, 0, 1}
	otherHeader = []byte{0x17, 0, 0, 0, 0, 2}
	aacHeader   = []byte{0xaf, 0, 0x12, 0x10}
	aacFrame    = []byte{0xaf, 1, 'a'}
	onMetaData  = []byte("\x02\x00\x0aonMetaData\x08\x00\x00\x00\x01\x00\x0cvideocodecid\x00\x40\x1c\x00\x00\x00\x00\x00\x00\x00\x00\x09")
)

// Whatever is added comes out as the same tags, as raw FLV and as chunks, and a keyframe always begins a batch.
func TestGatherer(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var g gatherer
		var want, raw, framed []byte
		n := rapid.IntRange(1, 40).Draw(rt, "tags")
		for i := range n {
			key := rapid.Bool().Draw(rt, "key")
			body := bytes.Repeat([]byte{byte(i)}, rapid.OneOf(rapid.IntRange(1, 100), rapid.IntRange(1, 100_000)).Draw(rt, "size"))
			g.add(flv.Video, uint32(i), body, key)
			want = flv.AppendTag(want, flv.Video, uint32(i), body)
			if i == n-1 || rapid.Bool().Draw(rt, "take") {
				for j, b := range g.take() {
					raw = append(raw, b.bytes(false)...)
					framed = append(framed, b.bytes(true)...)
					if j == 0 && b.entry && len(raw) == 0 {
						rt.Fatal("empty batch")
					}
				}
			}
			if key && g.open != nil && !g.entry {
				rt.Fatal("a keyframe inside of a batch")
			}
		}
		if !bytes.Equal(raw, want) {
			rt.Fatal("the tags changed")
		}
		body, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(append(framed, finalChunk...))))
		if err != nil || !bytes.Equal(body, want) {
			rt.Fatalf("the chunks don't hold the tags: %v", err)
		}
	})
}

// Batches that were taken never change, although the memory behind them is filled further.
func TestBatchesAreNotOverwritten(t *testing.T) {
	var g gatherer
	var batches []*batch
	var copies [][]byte
	for i := range 1000 {
		g.add(flv.Audio, uint32(i), []byte(fmt.Sprint(i)), false)
		for _, b := range g.take() {
			batches = append(batches, b)
			copies = append(copies, bytes.Clone(b.framed))
		}
	}
	for i, b := range batches {
		if !bytes.Equal(b.framed, copies[i]) {
			t.Fatalf("batch %d was overwritten", i)
		}
	}
}

func TestOpening(t *testing.T) {
	type tag struct {
		kind flv.TagType
		body []byte
	}
	for _, tc := range []struct {
		name         string
		tags         []tag
		audio, video bool
		want         []flv.TagType
	}{
		{"metadata and both", []tag{{flv.Script, onMetaData}, {flv.Video, avcHeader}, {flv.Audio, aacHeader}}, true, true,
			[]flv.TagType{flv.Script, flv.Video, flv.Audio}},
		{"the order of arrival doesn't matter", []tag{{flv.Audio, aacHeader}, {flv.Video, avcHeader}}, true, true,
			[]flv.TagType{flv.Video, flv.Audio}},
		{"metadata names video, audio never comes", []tag{{flv.Script, onMetaData}, {flv.Video, keyframe}}, false, true,
			[]flv.TagType{flv.Script}},
		{"metadata names video, audio comes", []tag{{flv.Script, onMetaData}, {flv.Audio, aacFrame}}, true, true,
			[]flv.TagType{flv.Script}},
		{"no metadata", []tag{{flv.Video, avcHeader}, {flv.Video, keyframe}}, true, true, []flv.TagType{flv.Video}},
		{"another script tag", []tag{{flv.Script, []byte("\x02\x00\x07onCuePo")}}, true, true, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var o opening
			for _, tag := range tc.tags {
				if slot := o.slot(flv.Tag{Type: tag.kind, Head: tag.body}, tag.body); slot != nil {
					o.fill(slot, tag.body)
				}
				o.see(tag.kind)
			}
			s := flv.NewScanner(bytes.NewReader(o.batch().bytes(false)))
			var got []flv.TagType
			for {
				tag, err := s.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, tag.Type)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if h := s.Header(); h.Audio != tc.audio || h.Video != tc.video {
				t.Errorf("header says audio %v, video %v", h.Audio, h.Video)
			}
		})
	}
}

func TestGOPCache(t *testing.T) {
	of := func(entry bool, size int) *batch { return &batch{framed: make([]byte, size), entry: entry} }
	for _, tc := range []struct {
		name string
		in   []*batch
		want int
	}{
		{"nothing before the first keyframe", []*batch{of(false, 1), of(false, 1)}, 0},
		{"a keyframe and what follows", []*batch{of(false, 1), of(true, 1), of(false, 1)}, 2},
		{"the next keyframe begins anew", []*batch{of(true, 1), of(false, 1), of(true, 1)}, 1},
		{"too much is not kept", []*batch{of(true, 60), of(false, 60), of(false, 1)}, 0},
		{"until the next keyframe", []*batch{of(true, 60), of(false, 60), of(true, 1), of(false, 1)}, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := gopCache{max: 100}
			for _, b := range tc.in {
				c.add(b)
			}
			if len(c.batches) != tc.want {
				t.Errorf("%d batches, want %d", len(c.batches), tc.want)
			}
		})
	}
}
