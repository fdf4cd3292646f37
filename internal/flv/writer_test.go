package flv_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/flvstorm/flvstorm/internal/flv"
)

func TestAppend(t *testing.T) {
	tests := []struct {
		name      string
		got, want string
	}{
		{"header of both", string(flv.AppendHeader(nil, true, true)), "FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"},
		{"header of audio", string(flv.AppendHeader(nil, true, false)), "FLV\x01\x04\x00\x00\x00\x09\x00\x00\x00\x00"},
		{"header of video", string(flv.AppendHeader([]byte("x"), false, true)), "xFLV\x01\x01\x00\x00\x00\x09\x00\x00\x00\x00"},
		{"tag in parts", string(flv.AppendTag(nil, flv.Video, 0x01020304, []byte("ab"), nil, []byte("c"))),
			"\x09\x00\x00\x03\x02\x03\x04\x01\x00\x00\x00abc\x00\x00\x00\x0e"},
		{"empty tag", string(flv.AppendTag([]byte("x"), flv.Audio, 0)), "x\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0b"},
		{"largest size", string(flv.AppendTrailer(flv.AppendTagHeader(nil, flv.Script, 0, flv.MaxBodySize), flv.MaxBodySize)),
			"\x12\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x0a"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %x, want %x", tt.name, tt.got, tt.want)
		}
	}
}

// oneWrite counts writes and fails from the nth on.
type oneWrite struct {
	bytes.Buffer
	writes, fail int
}

var errFull = errors.New("disk is full")

func (w *oneWrite) Write(p []byte) (int, error) {
	if w.writes++; w.writes == w.fail {
		return 0, errFull
	}
	return w.Buffer.Write(p)
}

func TestWriter(t *testing.T) {
	out := &oneWrite{fail: 4}
	w := flv.NewWriter(out)
	if err := w.WriteHeader(true, true); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteTag(flv.Video, 7, []byte("ab"), []byte("c")); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteTag(flv.Video, 7, make([]byte, flv.MaxBodySize), []byte("c")); err == nil {
		t.Error("a body that is too long was written")
	}
	if err := w.WriteTag(flv.Audio, 8); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteTag(flv.Audio, 9); !errors.Is(err, errFull) {
		t.Errorf("%v instead of the writer's error", err)
	}
	want := flv.AppendTag(flv.AppendTag(flv.AppendHeader(nil, true, true), flv.Video, 7, []byte("abc")), flv.Audio, 8)
	if !bytes.Equal(out.Bytes(), want) || out.writes != 4 {
		t.Errorf("%x in %d writes", out.Bytes(), out.writes)
	}
}
