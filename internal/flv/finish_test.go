package flv_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/google/go-cmp/cmp"
)

// TestFinish judges each tag before the next is asked for, and finds what Next would have found.
func TestFinish(t *testing.T) {
	body := bytes.Repeat([]byte{0x27, 1}, 200)
	stream := flv.AppendTag(flv.AppendTag(flv.AppendHeader(nil, true, true), flv.Video, 0, body), flv.Video, 40, body)
	wrong := bytes.Clone(stream)
	wrong[13+411+3]++ // the size behind the first tag
	tests := []struct {
		name string
		in   []byte
		want []error // of Finish, tag by tag
	}{
		{"as it should be", stream, []error{nil, nil}},
		{"a wrong size behind the first", wrong, []error{&flv.FormatError{Offset: 13 + 411, What: flv.BadPreviousTagSize, Got: 412, Want: 411}, nil}},
		{"cut in front of the last size", stream[:len(stream)-4], []error{nil, &flv.CutError{Offset: int64(len(stream)) - 4, Tag: 13 + 415}}},
	}
	for _, tt := range tests {
		for _, read := range []bool{false, true} {
			s := flv.NewScanner(bytes.NewReader(tt.in))
			var got []error
			for {
				if _, err := s.Next(); err != nil {
					break
				}
				if read {
					if b, err := s.Body(); err != nil || !bytes.Equal(b, body) {
						t.Errorf("%s: a body of %d bytes, %v", tt.name, len(b), err)
					}
				}
				got = append(got, s.Finish())
				if err := s.Finish(); got[len(got)-1] == nil && err != nil {
					t.Errorf("%s: finished twice: %v", tt.name, err)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", tt.name, diff)
			}
		}
	}
	if err := flv.NewScanner(bytes.NewReader(stream)).Finish(); err != nil {
		t.Errorf("before the first tag: %v", err)
	}
}

// TestSecondHeader goes on behind a file header in the middle of a stream, unless that is no good itself.
func TestSecondHeader(t *testing.T) {
	one := flv.AppendTag(flv.AppendHeader(nil, true, true), flv.Video, 0, []byte{0x17, 1})
	bad := bytes.Clone(one)
	bad[3] = 2
	for _, tt := range []struct {
		name string
		in   []byte
		want []error
	}{
		{"good", append(bytes.Clone(one), one...), []error{nil, &flv.FormatError{Offset: 30, What: flv.SecondHeader}, nil, io.EOF}},
		{"of another version", append(bytes.Clone(one), bad...), []error{nil, &flv.FormatError{Offset: 30, What: flv.SecondHeader}, &flv.FormatError{Offset: 33, What: flv.BadVersion, Got: 2}}},
	} {
		s := flv.NewScanner(bytes.NewReader(tt.in))
		for i, want := range tt.want {
			_, err := s.Next()
			if want == io.EOF && errors.Is(err, io.EOF) {
				continue
			}
			if diff := cmp.Diff(want, err); diff != "" {
				t.Errorf("%s, call %d: (-want +got)\n%s", tt.name, i, diff)
			}
		}
	}
}

func TestNeedsSequence(t *testing.T) {
	for _, tt := range []struct {
		name string
		typ  flv.TagType
		head string
		want bool
	}{
		{"AVC", flv.Video, "\x27\x01", true},
		{"AVC sequence header", flv.Video, "\x17\x00", false},
		{"HEVC by number", flv.Video, "\x2c\x01", true},
		{"H.263", flv.Video, "\x22\x01", false},
		{"AAC", flv.Audio, "\xaf\x01", true},
		{"MP3", flv.Audio, "\x2f\x01", false},
		{"enhanced HEVC", flv.Video, "\xa1hvc1", true},
		{"enhanced HEVC, parameters in band", flv.Video, "\xa1hev1", true},
		{"enhanced AVC", flv.Video, "\xa1avc1", true},
		{"enhanced AV1", flv.Video, "\xa3av01", true},
		{"enhanced VP9", flv.Video, "\xa1vp09", false},
		{"enhanced, unknown", flv.Video, "\xa1xxxx", false},
		{"enhanced, cut", flv.Video, "\xa1hvc", false},
		{"enhanced AAC", flv.Audio, "\x91mp4a", true},
		{"enhanced FLAC", flv.Audio, "\x91fLaC", true},
		{"enhanced MP3", flv.Audio, "\x91.mp3", false},
		{"enhanced tracks", flv.Video, "\xa6\x01hvc1", false},
	} {
		if got := (flv.Tag{Type: tt.typ, Head: []byte(tt.head)}).NeedsSequence(); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestReserved(t *testing.T) {
	for _, tt := range []struct {
		typ  flv.TagType
		head string
		want bool
	}{
		{flv.Video, "\x17\x01", false},
		{flv.Video, "\x10", true},
		{flv.Video, "\x28", true},
		{flv.Video, "\x2b", true},
		{flv.Video, "\x1c", false},
		{flv.Video, "\x1f", false},
		{flv.Video, "\x90hvc1", false}, // enhanced RTMP: the low bits are no codec
		{flv.Video, "\x50", false},     // a command
		{flv.Video, "", false},
		{flv.Audio, "\x08", false},
	} {
		if got := (flv.Tag{Type: tt.typ, Head: []byte(tt.head)}).Reserved(); got != tt.want {
			t.Errorf("%v %x: %v", tt.typ, tt.head, got)
		}
	}
}
