package rtmp

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValues(t *testing.T) {
	metadata := []byte("\x02\x00\x0aonMetaData\x08\x00\x00\x00\x02\x00\x05width\x00\x40\x84\x00\x00\x00\x00\x00\x00\x00\x06stereo\x01\x01\x00\x00\x09")
	want := []any{"onMetaData", map[string]any{"width": 640.0, "stereo": true}}
	got, err := Values(metadata)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for n := 1; n < len(metadata); n++ {
		got, err := Values(metadata[:n])
		if n == 13 {
			continue // between two values
		}
		if err == nil || len(got) > 1 {
			t.Errorf("cut at %d: %v, %v", n, got, err)
		}
	}
	if got, err := Values(nil); got != nil || err != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
	// 20 bytes that announce four billion elements, and a tower of objects.
	if _, err := Values([]byte("\x0a\xff\xff\xff\xff\x05\x05")); err == nil {
		t.Error("an array that is not there")
	}
	deep := []byte{}
	for range 1000 {
		deep = append(deep, 3, 0, 1, 'a')
	}
	if _, err := Values(deep); err == nil {
		t.Error("nested a thousand deep")
	}
	if got, _ := Values([]byte{0, 0x7f, 0xf8, 0, 0, 0, 0, 0, 1}); len(got) != 1 || !math.IsNaN(got[0].(float64)) {
		t.Errorf("no number: %v", got)
	}
}
