package load

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
	"github.com/google/go-cmp/cmp"
)

// readings is a connection of which each read takes its time and brings so many bytes.
type readings struct {
	net.Conn
	reads []reading
}

type reading struct {
	waits time.Duration
	n     int
}

func (r *readings) Read([]byte) (int, error) {
	now := r.reads[0]
	r.reads = r.reads[1:]
	time.Sleep(now.waits) // in a bubble
	return now.n, nil
}

// TestArrivals holds when a player is taken to have read all that had come: each read is 100 ms after the one before, into room for
// 10 bytes.
func TestArrivals(t *testing.T) {
	const ms = time.Millisecond
	quick := func(ns ...int) (all []reading) {
		for _, n := range ns {
			all = append(all, reading{0, n})
		}
		return all
	}
	tests := []struct {
		name  string
		tls   bool
		reads []reading
		want  []time.Duration // behind, of each
	}{
		{"short reads", false, quick(3, 3, 9, 1), []time.Duration{100 * ms, 0, 0, 0}},
		{"full reads", false, quick(3, 3, 10, 10, 10), []time.Duration{100 * ms, 0, 100 * ms, 200 * ms, 300 * ms}},
		{"full from the start", false, quick(10, 10), []time.Duration{100 * ms, 200 * ms}},
		{"a short read after full ones is as far behind as these", false, quick(3, 3, 10, 10, 3, 3), []time.Duration{100 * ms, 0, 100 * ms, 200 * ms, 300 * ms, 0}},
		{"short and full in turn", false, quick(3, 10, 3, 10, 3), []time.Duration{100 * ms, 100 * ms, 200 * ms, 100 * ms, 200 * ms}},
		{"over TLS, that had to wait", true, []reading{{5 * ms, 3}, {5 * ms, 10}}, []time.Duration{5 * ms, 5 * ms}},
		{"over TLS, that did not", true, []reading{{5 * ms, 3}, {0, 3}, {0, 3}, {1 * ms, 3}}, []time.Duration{5 * ms, 100 * ms, 200 * ms, ms}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, nc := arrivals{sink: newNotes(), tls: tt.tls}, &readings{reads: tt.reads}
				var got []time.Duration
				for range tt.want {
					next := time.Duration(len(got)+1) * 100 * ms
					time.Sleep(next - a.sink.Now())
					a.read(nc, make([]byte, 10))
					got = append(got, a.behind())
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		})
	}
}

// TestDrained shows a gap that a witness could not have hindered and one that it could: on a path that is too narrow all that
// comes is read at once, and comes late.
func TestDrained(t *testing.T) {
	const ms = time.Millisecond
	// send sends frame seq that was sent to the server so long ago.
	send := func(p *projector, seq uint32, ago time.Duration) {
		p.tag(flv.Video, 40*(seq-1), p.body(1, seq, func(s *media.Stamp) { s.SentAt -= int64(ago) }))
	}
	tests := []struct {
		name   string
		server func(p *projector)
		want   time.Duration
	}{
		{"all in time", func(p *projector) { p.begin(); p.show(1, 1, 2, 4) }, 0},
		{"later and later before it", func(p *projector) {
			p.begin()
			time.Sleep(time.Second)
			send(p, 1, 0)
			send(p, 2, 400*ms)
			send(p, 3, 900*ms)
			send(p, 3, 900*ms)
			send(p, 5, 0)
		}, 900 * ms},
		{"late behind it", func(p *projector) {
			p.begin()
			time.Sleep(time.Second)
			send(p, 1, 0)
			send(p, 3, 700*ms)
		}, 700 * ms},
		{"late long before it", func(p *projector) {
			p.begin()
			time.Sleep(time.Second)
			send(p, 1, 0)
			send(p, 2, 900*ms)
			send(p, 3, 10*ms)
			send(p, 5, 20*ms)
		}, 20 * ms},
		{"a server that always holds back so much", func(p *projector) {
			p.begin()
			time.Sleep(3 * time.Second)
			send(p, 1, 2100*ms)
			send(p, 2, 2000*ms)
			send(p, 4, 2010*ms)
		}, 10 * ms},
		{"a server that sends what it has gathered", func(p *projector) {
			p.begin()
			time.Sleep(time.Second)
			for seq := range uint32(9) {
				p.Write(flv.AppendTag(nil, flv.Video, 40*seq, p.body(1, 1+seq, func(s *media.Stamp) { s.SentAt -= int64(350*ms) - int64(seq)*int64(40*ms) })))
			}
			time.Sleep(360 * ms)
			send(p, 11, 320*ms)
		}, 290 * ms},
		{"a cache at once, from before the GET", func(p *projector) {
			p.begin()
			send(p, 1, 9*time.Second)
			send(p, 2, 8*time.Second)
			send(p, 4, 7*time.Second)
		}, 80 * ms},
		{"a cache, slowly", func(p *projector) {
			p.begin()
			send(p, 1, 9*time.Second)
			time.Sleep(time.Second)
			send(p, 2, 9*time.Second)
			send(p, 4, 9*time.Second)
		}, 1080 * ms},
		{"another key's frame is no measure", func(p *projector) {
			p.begin()
			time.Sleep(3 * time.Second)
			p.show(1, 1, 2)
			p.tag(flv.Video, 80, p.body(1, 9, func(s *media.Stamp) { s.Source, s.SentAt = 5, s.SentAt-int64(2*time.Second) }))
			p.show(1, 4)
		}, 0},
		{"a stamp from the future is no measure", func(p *projector) {
			p.begin()
			send(p, 1, -time.Hour)
			send(p, 2, 0)
			send(p, 4, 0)
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := lapse(t, tt.server, nil)
			gaps := 0
			for _, o := range historytest.Of[history.Oddity](sink.Notes) {
				want := time.Duration(0) // nobody asks, of another kind
				if o.What == history.Gap {
					gaps++
					want = tt.want
				}
				if o.Drained != want {
					t.Errorf("%s: %v, want %v", o.What, o.Drained, want)
				}
			}
			if gaps != 1 {
				t.Errorf("%d gaps", gaps)
			}
		})
	}
}

// TestLagOfTheFrameBefore: that the gap itself is found with an empty socket says little when the frame before it was not.
func TestLagOfTheFrameBefore(t *testing.T) {
	const ms = time.Millisecond
	var l lag
	for i, tt := range []struct{ behind, want time.Duration }{{700 * ms, 700 * ms}, {0, 700 * ms}, {0, 0}, {3 * ms, 3 * ms}} {
		if got := l.frame(&seen{behind: tt.behind}, false, 0); got != tt.want {
			t.Errorf("frame %d: %v, want %v", i, got, tt.want)
		}
	}
}
