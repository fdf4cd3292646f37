package chaos

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// TestGuest holds that a storm beside another run ends with that, settles, and leaves all other phases and the end to be told by its
// host; and that it ends by itself where its own time is shorter.
func TestGuest(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, c := range []struct {
		name        string
		host, storm time.Duration
	}{{"the host ends it", 3 * time.Second, 30 * time.Second}, {"its time is over", time.Hour, 3 * time.Second}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				clip, err := media.Synthetic(media.Spec{})
				if err != nil {
					t.Fatal(err)
				}
				over := make(chan struct{})
				ends := time.AfterFunc(c.host, func() { close(over) })
				defer ends.Stop()
				sink := &tape{historytest.New()}
				s := &server{t: t, owned: map[string]bool{}, sizes: map[string][]int{}, over: over}
				p := scripted(Script{Stream: "a", Cycles: []Cycle{{Live: time.Hour, Leave: "fin"}}})
				p.Spec.Load.Duration = c.storm
				if took := s.run(sink, p, clip, nil, nil); took < 3*time.Second || took > 10*time.Second {
					t.Errorf("took %v, want 3 s and a settling", took)
				}
				var phases []string
				for _, e := range sink.All() {
					switch what := e.What.(type) {
					case history.Phase:
						phases = append(phases, what.Name)
					case history.Stopped, history.Interrupted:
						t.Errorf("told %s, which is its host's", what.Kind())
					}
				}
				if diff := cmp.Diff([]string{"settling"}, phases); diff != "" {
					t.Errorf("phases (-want +got):\n%s", diff)
				}
			})
		})
	}
}
