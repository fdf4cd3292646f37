package load

import (
	"bytes"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
)

// TestPacedSendsWhatHoldSends compares the bytes of frames that are tried with those of frames that are waited for, over a lap and
// where timestamps no longer fit 24 bits.
func TestPacedSendsWhatHoldSends(t *testing.T) {
	for _, bitrate := range []int{50_000, 200_000, 8_000_000} {
		clip, err := media.Synthetic(media.Spec{Bitrate: bitrate})
		if err != nil {
			t.Fatal(err)
		}
		far := clip.Len() * int(0xFFFFFF*time.Millisecond/clip.Duration()) // frames up to 4 h 39 min
		for _, from := range []int{0, clip.Len() - 5, far - 20} {
			to, _ := serveOne(t, (*rtmp.ServerConn).Accept)
			p, _ := publishers(t, profile.Profile{Accept: "onstatus"})
			p.Clip, p.Clock = clip, func() int64 { return 1234567890123456789 }
			s, failure := p.Connect(t.Context(), to, someone, Attempt{})
			if failure != nil {
				t.Fatal(failure)
			}
			s.Publish(3)
			s.seq, s.next = uint32(from), from
			var want []byte
			frames := clip.Len() + 40
			for i := range frames {
				want = s.append(want, clip.Frame(from+i))
			}
			s.seq = uint32(from)
			var got []byte
			var due Due
			start, now := time.Duration(0), clip.Frame(from).DTS
			sent, pictures := 0, 0
			for sent < frames {
				s.gather(&due, start, now)
				for _, b := range restOf(&due) {
					got = append(got, b...)
				}
				sent += due.Frames
				pictures += len(due.Pictures)
				if due.Bytes > maxBytes+maxOwn+1<<20 {
					t.Fatalf("one write of %d bytes", due.Bytes)
				}
				now = max(now, start+s.nextWrite())
				if sent > frames/2 {
					now += 400 * time.Millisecond // it catches up
				}
			}
			n := min(len(got), len(want))
			if !bytes.Equal(got[:n], want[:n]) || sent > frames+2*maxCatchUp {
				t.Errorf("%d bit/s from frame %d: %d frames, %d bytes, want %d and %d, or others", bitrate, from, sent, len(got), frames, len(want))
			}
			if pictures < frames/4 || pictures == sent {
				t.Errorf("%d of %d frames are pictures", pictures, sent)
			}
			s.Close()
		}
	}
}

func restOf(d *Due) [][]byte {
	if d.Frames == 0 {
		return nil
	}
	return d.v.Rest(0)
}

// TestGatherCatchesUp bounds one write of a publisher that is far behind.
func TestGatherCatchesUp(t *testing.T) {
	to, _ := serveOne(t, (*rtmp.ServerConn).Accept)
	p, _ := publishers(t, profile.Profile{Accept: "onstatus"})
	clip, err := media.Synthetic(media.Spec{Bitrate: 8_000_000})
	if err != nil {
		t.Fatal(err)
	}
	p.Clip = clip
	s, failure := p.Connect(t.Context(), to, someone, Attempt{})
	if failure != nil {
		t.Fatal(failure)
	}
	defer s.Close()
	var due Due
	for s.next < 2000 {
		before := s.next
		s.gather(&due, 0, time.Hour)
		if due.Frames == 0 || due.Frames > maxCatchUp || due.Bytes > maxBytes+64<<10 || s.next != before+due.Frames {
			t.Fatalf("%d frames, %d bytes in one write; on from %d to %d", due.Frames, due.Bytes, before, s.next)
		}
	}
	s.gather(&due, 0, 0)
	if due.Frames != 0 || due.Bytes != 0 || len(due.Pictures) != 0 {
		t.Errorf("nothing is due, and it takes %d frames", due.Frames)
	}
}
