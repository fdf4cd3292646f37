package story_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/story"
)

// Story and result are of the same times: their percentiles are the same but for how exact a story is, of few times too.
func TestQuantilesAreThoseOfTheResult(t *testing.T) {
	dir := t.TempDir()
	r, err := history.NewRecorder(history.RecorderConfig{Dir: dir, Header: history.Header{Schema: history.Schema}})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Millisecond
	for i := range 55 {
		epoch, conn := uint32(i+1), int64(i+1)
		r.Record(history.Event{At: at, Key: "live/a", Actor: "pub/live/a", Epoch: epoch, What: history.PublishSent{Role: history.Owner, Conn: conn, After: uint32(i)}})
		at += time.Duration(i*i*37+900) * time.Microsecond
		r.Record(history.Event{At: at, Key: "live/a", Actor: "pub/live/a", Epoch: epoch, What: history.PublishAccepted{Conn: conn, Said: at}})
		at += 50 * time.Millisecond
		r.Record(history.Event{At: at, Key: "live/a", Actor: "pub/live/a", Epoch: epoch, What: history.Departed{Conn: conn, How: "fin"}})
		at += time.Millisecond
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	fold := story.NewFold()
	run, err := report.Read(filepath.Clean(dir), nil, fold)
	if err != nil {
		t.Fatal(err)
	}
	result, seen := run.Result(phrase.English), 0
	for _, s := range fold.Finish(nil).Spreads {
		want := result.Latency[s.Name]
		if s.By != "" || want == nil || want.Count < 50 {
			continue
		}
		seen++
		of := s.Quantiles(50, 90, 99, 100)
		for i, p := range []report.Millis{want.P50, want.P90, want.P99, want.Max} {
			if d := of[i] - p.Duration(); d.Abs() > p.Duration()/100+time.Microsecond {
				t.Errorf("%s: %v, in the result %v", s.Name, of[i], p.Duration())
			}
		}
	}
	if seen < 2 {
		t.Errorf("%d distributions were compared", seen)
	}
}
