package check_test

import (
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// A server that logs one refusal over and over, as fast as lines are taken, is judged in a moment: it was once a matter of
// the cube of the lines.
func TestFloodOfOneRefusal(t *testing.T) {
	p, _ := profile.Lookup("srs")
	m, err := p.Map()
	if err != nil {
		t.Fatal(err)
	}
	j := check.New(history.Header{Profile: m})
	began := time.Now()
	for i := range 20_000 {
		j.Step(history.Event{Seq: int64(i + 1), At: time.Duration(i) * 200 * time.Microsecond, What: history.LogLine{
			Line: "serve error code=1028", Level: "ERROR", ID: "7k2m", Rule: "publish-busy", Class: string(profile.Busy),
			Key: "live/s0", Peer: "127.0.0.1:50001",
		}})
	}
	j.Finish()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("20,000 lines of one connection took %v", took)
	}
}
