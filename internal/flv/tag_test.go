package flv_test

import (
	"testing"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/google/go-cmp/cmp"
)

func TestTagKinds(t *testing.T) {
	type kind struct {
		Key, Seq, Media, Enhanced bool
		CTS                       int32
	}
	tests := []struct {
		name string
		typ  flv.TagType
		head string
		want kind
	}{
		{"AVC keyframe", flv.Video, "\x17\x01\x00\x00\x50", kind{Key: true, Media: true, CTS: 80}},
		{"AVC inter frame, negative composition time", flv.Video, "\x27\x01\xff\xff\xfe", kind{Media: true, CTS: -2}},
		{"AVC sequence header", flv.Video, "\x17\x00\x00\x00\x00\x01", kind{Seq: true}},
		{"AVC end of sequence", flv.Video, "\x17\x02\x00\x00\x00", kind{}},
		{"AVC, one byte", flv.Video, "\x17", kind{}},
		{"AVC, cut composition time", flv.Video, "\x17\x01\x00\x00", kind{Key: true, Media: true}},
		{"HEVC by number", flv.Video, "\x1c\x01\x00\x00\x28", kind{Key: true, Media: true, CTS: 40}},
		{"HEVC sequence header by number", flv.Video, "\x1c\x00\x00\x00\x00", kind{Seq: true}},
		{"VP6 keyframe", flv.Video, "\x14\x00", kind{Key: true, Media: true}},
		{"command frame", flv.Video, "\x57\x00", kind{}},
		{"enhanced sequence start", flv.Video, "\x90hvc1\x01", kind{Seq: true, Enhanced: true}},
		{"enhanced keyframe", flv.Video, "\x91hvc1\x00\x00\x28", kind{Key: true, Media: true, Enhanced: true, CTS: 40}},
		{"enhanced keyframe without composition time", flv.Video, "\x93hvc1\x00\x00\x28", kind{Key: true, Media: true, Enhanced: true}},
		{"enhanced inter frame", flv.Video, "\xa1hvc1\x00\x00", kind{Media: true, Enhanced: true}},
		{"enhanced end", flv.Video, "\x92hvc1", kind{Enhanced: true}},
		{"enhanced metadata", flv.Video, "\x94hvc1", kind{Enhanced: true}},
		{"enhanced command", flv.Video, "\xd1hvc1", kind{Enhanced: true}},
		{"AAC", flv.Audio, "\xaf\x01\x21", kind{Media: true}},
		{"AAC sequence header", flv.Audio, "\xaf\x00\x11\x88", kind{Seq: true}},
		{"AAC, one byte", flv.Audio, "\xaf", kind{}},
		{"MP3", flv.Audio, "\x2f\x00", kind{Media: true}},
		{"enhanced audio start", flv.Audio, "\x90Opus", kind{Seq: true, Enhanced: true}},
		{"enhanced audio", flv.Audio, "\x91Opus", kind{Media: true, Enhanced: true}},
		{"enhanced sequence start for MPEG-2 TS", flv.Video, "\x95av01", kind{Seq: true, Enhanced: true}},
		{"enhanced tracks, frames", flv.Video, "\x96\x01hvc1", kind{Key: true, Media: true, Enhanced: true}},
		{"enhanced tracks, sequence start", flv.Video, "\x96\x00hvc1", kind{Seq: true, Enhanced: true}},
		{"enhanced tracks, one byte", flv.Video, "\x96", kind{Enhanced: true}},
		{"enhanced with modifier", flv.Video, "\xa7\x02", kind{Media: true, Enhanced: true}},
		{"enhanced audio tracks", flv.Audio, "\x95\x01Opus", kind{Media: true, Enhanced: true}},
		{"enhanced audio channels", flv.Audio, "\x94Opus", kind{Enhanced: true}},
		{"script", flv.Script, "\x02\x00\x0aonMetaData", kind{}},
		{"empty video", flv.Video, "", kind{}},
		{"empty audio", flv.Audio, "", kind{}},
	}
	for _, tt := range tests {
		tag := flv.Tag{Type: tt.typ, Head: []byte(tt.head)}
		got := kind{tag.Keyframe(), tag.IsSequenceHeader(), tag.IsMedia(), tag.Enhanced(), tag.CompositionTime()}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, diff)
		}
	}
}

func TestTagTypeString(t *testing.T) {
	got := []string{flv.Audio.String(), flv.Video.String(), flv.Script.String(), flv.TagType(3).String()}
	if diff := cmp.Diff([]string{"audio", "video", "script", "unknown"}, got); diff != "" {
		t.Error(diff)
	}
}
