package fleet

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// TestFleetPublishes has some publish for a while and depart, and looks at what the server got and at what is told of it.
func TestFleetPublishes(t *testing.T) {
	s := serve(t, nil)
	f, notes, stop := sail(t, s, nil)
	const publishers = 20
	join(f, publishers)
	soon(t, "30 pictures of each", func() bool {
		for _, v := range s.visits() {
			if len(v.got()) < 60 {
				return false
			}
		}
		return len(s.visits()) == publishers
	})
	if n := f.Publishing(); n != publishers {
		t.Errorf("%d publish, want %d", n, publishers)
	}
	sample := f.Sample()
	stop()
	for _, v := range s.visits() {
		soon(t, "its connection ends", func() bool { return v.end() != nil })
		if !errors.Is(v.end(), io.EOF) {
			t.Errorf("%s ended by %v, want a FIN", v.stream, v.end())
		}
		inOrder(t, v, 1)
	}
	if sample.Wanted != publishers || sample.Publishing != publishers || sample.Accepted != publishers || sample.Blocked != 0 ||
		sample.Frames < 60*publishers-3*publishers || sample.Bytes == 0 || sample.Lateness == nil || sample.Publish == nil {
		t.Errorf("sample %+v", sample)
	}
	for _, d := range historytest.Of[history.Departed](notes) {
		if d.How != "fin" || d.Frames == 0 || d.LastSent == 0 {
			t.Errorf("departed %+v", d)
		}
	}
	accepted, sent := historytest.Of[history.PublishAccepted](notes), historytest.Of[history.PublishSent](notes)
	if len(accepted) != publishers || len(sent) != publishers || len(historytest.Of[history.Departed](notes)) != publishers {
		t.Errorf("%d sent, %d accepted, want %d and as many departed", len(sent), len(accepted), publishers)
	}
}

// inOrder looks at what a server got of one publish: headers, and then all frames in order, each stamped with the epoch.
func inOrder(t *testing.T, v *visit, epoch uint32) {
	t.Helper()
	var seq, last uint32
	for i, f := range v.got() {
		if f.bad != nil {
			t.Fatalf("%s: frame %d: %v", v.stream, i, f.bad)
		}
		if f.at < last {
			t.Fatalf("%s: frame %d at %d ms after %d ms", v.stream, i, f.at, last)
		}
		last = f.at
		if f.stamp == (media.Stamp{}) {
			continue
		}
		if seq++; f.kind != rtmp.TypeVideo || f.stamp.Epoch != epoch || f.stamp.Seq != seq || f.stamp.Source != media.SourceOf(42, "live/"+v.stream) {
			t.Fatalf("%s: picture %d has stamp %+v", v.stream, seq, f.stamp)
		}
		if want := (seq - 1) * 40; f.at != want {
			t.Fatalf("%s: picture %d is at %d ms, want %d", v.stream, seq, f.at, want)
		}
	}
	if seq == 0 {
		t.Fatalf("%s: no picture", v.stream)
	}
}

// TestLeave has the last of a fleet depart, at whatever they are.
func TestLeave(t *testing.T) {
	s := serve(t, nil)
	f, notes, _ := sail(t, s, nil)
	join(f, 5)
	soon(t, "all publish", func() bool { return f.Publishing() == 5 })
	f.Join(Berth{Key: "live/late", Stream: "late", Actor: "pub/live/late", Due: time.Hour})
	f.Leave(3) // the late one has not begun, and never will
	soon(t, "two have departed", func() bool { return len(historytest.Of[history.Departed](notes)) == 2 })
	if n := f.Publishing(); n != 3 {
		t.Errorf("%d publish, want 3", n)
	}
	for _, e := range notes.All() {
		if _, ok := e.What.(history.Departed); ok && e.Key != "live/s3" && e.Key != "live/s4" {
			t.Errorf("%s has departed", e.Key)
		}
	}
	f.Join(Berth{Key: "live/s4", Stream: "s4", Actor: "pub/live/s4"})
	soon(t, "s4 publishes again", func() bool { return f.Publishing() == 4 })
	soon(t, "with a frame", func() bool { vs := s.visits(); return len(vs) == 6 && len(vs[5].got()) > 5 })
	inOrder(t, s.visits()[5], 2)
	f.Leave(100)
	soon(t, "nobody is left", func() bool { return f.Sample().Wanted == 0 && len(historytest.Of[history.Departed](notes)) == 6 })
}
