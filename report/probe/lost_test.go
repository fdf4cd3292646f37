package probe

import (
	"testing"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
)

// TestLostFrames plays a stamped stream with frames that never come, and with one that comes late: it was not lost after all.
func TestLostFrames(t *testing.T) {
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	var pictures [][]byte
	for i := 0; len(pictures) < 100; i++ {
		f := clip.Frame(i)
		if f.Type != flv.Video {
			continue
		}
		body := append([]byte(nil), f.Body...)
		media.Stamp{Epoch: 1, Seq: uint32(len(pictures)), Source: 9, Sum: f.Sum, Config: clip.Config()}.Put(body[f.StampAt:])
		pictures = append(pictures, body)
	}
	for _, tt := range []struct {
		name  string
		order func(n int) int // of the picture that comes n-th, -1 for none
		want  int64
	}{
		{"all", func(n int) int { return n }, 0},
		{"three missing", func(n int) int {
			if n >= 40 && n < 43 {
				return -1
			}
			return n
		}, 3},
		{"two exchanged", func(n int) int {
			switch n {
			case 50:
				return 51
			case 51:
				return 50
			}
			return n
		}, 0},
	} {
		s := newShow(false, true)
		for _, f := range clip.Headers() {
			s.tag(0, f.Type, 0, f.Body)
		}
		for n := range pictures {
			if i := tt.order(n); i >= 0 {
				s.tag(40*n, flv.Video, uint32(40*i), pictures[i])
			}
		}
		var lost int64
		for _, f := range s.end(4000).Findings {
			if f.Code == faultLost.code {
				lost = f.Count
				if f.At != 43*40 {
					t.Errorf("%s: first missed at %v ms", tt.name, f.At)
				}
			}
		}
		if lost != tt.want {
			t.Errorf("%s: %d lost, want %d", tt.name, lost, tt.want)
		}
	}
}
