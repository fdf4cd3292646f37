package report

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// TestExtremes holds that numbers at the edges of what a file can say, and times that jump, are judged and drawn: a history
// may come from anybody.
func TestExtremes(t *testing.T) {
	p, _ := profile.Lookup("node-media-server")
	m, err := p.Map()
	if err != nil {
		t.Fatal(err)
	}
	for _, big := range []int64{0, 1, -1, 1 << 62, math.MinInt64, math.MaxInt64} {
		h := history.Header{Profile: m}
		h.Target.Exec = "x"
		h.Judge.TimeScale = 1e300
		j := check.New(h)
		seq := int64(0)
		ev := func(at int64, key string, what history.Payload) {
			seq++
			j.Step(history.Event{Seq: seq, At: time.Duration(at), Key: key, Actor: "pub/" + key, Epoch: uint32(big), What: what})
		}
		for i := int64(0); i < 60; i++ {
			at := big
			if i%2 == 0 {
				at = i * 1e9
			}
			ev(at, "", history.Phase{Name: "storm"})
			ev(at, "", history.Case{Name: fmt.Sprint("c", i%7), State: []string{"begin", "end", "skipped", "odd"}[i%4]})
			ev(at, "", history.Usage{PID: 1, CPU: time.Duration(big), RSS: big, FDs: int(big), Threads: int(big)})
			ev(at, "", history.API{
				Took: time.Duration(big), Clients: int(big), Peers: map[string]string{"a": "[::1]:5", "": ""},
				Streams: []history.APIStream{{Key: "k", Clients: int(big), Active: true}},
			})
			ev(at, "k", history.Connected{Conn: i, Local: "1.2.3.4:5", ServerID: "a", ServerPID: fmt.Sprint(i), Setup: time.Duration(big)})
			ev(at, "k", history.PublishSent{Conn: i, After: uint32(big), Players: int(big), Try: int(big)})
			ev(at, "k", history.PublishAccepted{Conn: i})
			ev(at, "k", history.Departed{Conn: i, How: "vanish", LastSent: time.Duration(big)})
			ev(at, "k", history.PublishRefused{Conn: i, Sent: time.Duration(big), ServerID: "a", Local: "1.2.3.4:5"})
			ev(at, "", history.LogLine{
				Line: "x", ID: "a", Wall: big, More: big, Class: "busy", Key: "k", Peer: "9.9.9.9:1", Rule: "publish-busy",
			})
			ev(at, "", history.Process{State: []string{"started", "ready", "exited", "gone", "forked"}[i%5], PID: int(big), Exit: int(big)})
			ev(at, "", history.Crash{PID: int(big), Frames: make([]string, 50), Notes: make([]string, 50)})
			ev(at, "", history.Sanitizer{Tool: "AddressSanitizer", Again: big})
			ev(at, "", history.Probe{Result: "silent", Took: time.Duration(big), Quiet: time.Duration(big)})
			ev(at, "", history.Probe{Result: "refused"})
			ev(at, "k", history.PlayRequested{Manner: "x", Local: "1.1.1.1:1"})
			ev(at, "k", history.PlayRefused{Status: 403})
			ev(at, "k", history.PlayEnded{Tags: big, Bytes: big})
			ev(at, "", history.Tick{})
			j.Findings()
			j.Proven()
		}
		r := From(h, j.Finish())
		var b strings.Builder
		if err := r.WriteJUnit(&b); err != nil {
			t.Errorf("%d, JUnit: %v", big, err)
		}
		if err := r.annotate(&b, phrase.English); err != nil {
			t.Errorf("%d, annotations: %v", big, err)
		}
		look := Look{Width: 80, Book: phrase.English}
		if err := look.Print(&b, r); err != nil {
			t.Errorf("%d, tables: %v", big, err)
		}
		if err := r.WriteJSON(&b); err != nil {
			t.Errorf("%d, JSON: %v", big, err)
		}
		r.Markdown(phrase.English)
	}
}
