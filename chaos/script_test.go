package chaos

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

const ms = time.Millisecond

// tape is a Sink that keeps what it hears, for a bubble.
type tape struct{ *historytest.Notes }

// of are the events of a key in the order of their times.
func (t *tape) of(key string) []history.Event {
	var events []history.Event
	for _, e := range t.All() {
		if e.Key == key {
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(a, b history.Event) int { return int(a.At - b.At) })
	return events
}

// open is a gate that always is.
type open struct{}

func (open) Wait(ctx context.Context) error { return ctx.Err() }
func (open) Report(history.Wire)            {}
func (open) Touch()                         {}

// server is a right one behind net.Pipe: a key has one publisher, and is free when its connection ends. A player gets
// nothing.
type server struct {
	t     *testing.T
	sides sync.WaitGroup
	mu    sync.Mutex
	owned map[string]bool
	sizes map[string][]int // of the video sequence headers, by key
	mute  bool             // it answers no publish, and frees no key
	over  <-chan struct{}  // the run is a guest until then
}

func (s *server) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	s.sides.Go(func() {
		defer theirs.Close()
		if addr == "play" {
			http.ReadRequest(bufio.NewReader(theirs))
			theirs.Read(make([]byte, 1)) // until the player leaves
			return
		}
		s.publisher(theirs)
	})
	return ours, nil
}

func (s *server) publisher(nc net.Conn) {
	conn, err := rtmp.NewServerConn(s.t.Context(), nc, rtmp.ServerConfig{})
	if err != nil {
		return
	}
	key := ""
	free := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if key != "" {
			s.owned[key] = false
		}
		key = ""
	}
	defer func() {
		if !s.mute {
			free()
		}
	}()
	for {
		r, err := conn.Next()
		if err != nil {
			return
		}
		switch r.Kind {
		case rtmp.Publish:
			name := conn.App() + "/" + r.Stream
			s.mu.Lock()
			busy := s.owned[name]
			s.owned[name] = true
			s.mu.Unlock()
			if busy {
				return
			}
			key = name
			if s.mute {
				continue
			}
			conn.Accept()
		case rtmp.Unpublish:
			free()
		case rtmp.Media:
			if body := r.Media.Payload; r.Media.Type == rtmp.TypeVideo && len(body) > 1 && body[1] == 0 {
				s.mu.Lock()
				s.sizes[key] = append(s.sizes[key], len(body))
				s.mu.Unlock()
			}
		}
	}
}

// play makes the run of a plan of scripts in a bubble, and returns what was recorded and how long it took.
func play(t *testing.T, p Plan, clips map[string]*media.Clip) (*tape, *server, time.Duration) {
	t.Helper()
	return playOn(t, p, clips, nil)
}

func playOn(t *testing.T, p Plan, clips map[string]*media.Clip, epochs *Epochs) (*tape, *server, time.Duration) {
	t.Helper()
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	sink := &tape{historytest.New()}
	s := &server{t: t, owned: map[string]bool{}, sizes: map[string][]int{}}
	return sink, s, s.run(sink, p, clip, clips, epochs)
}

// run makes the run of a plan against s, and returns how long it took.
func (s *server) run(sink *tape, p Plan, clip *media.Clip, clips map[string]*media.Clip, epochs *Epochs) time.Duration {
	run := Run{
		Plan: p, Sink: sink, Gate: open{}, Clips: clips, Epochs: epochs, Over: s.over,
		Endpoint: func(stream string) target.Endpoint {
			return target.Endpoint{Addr: "publish", App: "live", Stream: stream, TCURL: "rtmp://publish/live"}
		},
		PlayURL: func(stream string) string { return "http://play/live/" + stream + ".flv" },
		Publishers: &load.Publishers{
			Sink: sink, Gate: open{}, Clip: clip, Profile: &profile.Profile{Accept: "onstatus", Idle: profile.IdleBound{Later: time.Second}},
			Dial: s.dial, Source: 1,
		},
		Player: func() *load.Player {
			return &load.Player{Sink: sink, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) { return s.dial(ctx, "", "play") }}
		},
	}
	run.Run(s.t.Context())
	took := sink.Now()
	s.sides.Wait()
	return took
}

func scripted(scripts ...Script) Plan {
	spec := DefaultSpec()
	spec.Load.Duration = 30 * time.Second
	return NewScripted(spec, scripts, func(stream string) string { return "live/" + stream })
}

// told are the kinds of events of a key, those of publishers and of players apart, each as "who kind".
func told(events []history.Event, kinds ...string) []string {
	var lines []string
	for _, e := range events {
		if slices.Contains(kinds, e.What.Kind()) {
			who, _, _ := strings.Cut(e.Actor, "/")
			lines = append(lines, who+" "+e.What.Kind())
		}
	}
	return lines
}

func TestAScriptIsWalkedAndOver(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		p := scripted(
			Script{Stream: "a", Cycles: []Cycle{
				{Live: 300 * ms, Leave: "fin", Gap: 50 * ms, Armed: true}, {Live: 200 * ms, Leave: "unpublish"},
			}},
			Script{Stream: "b", StartAt: 100 * ms, Cycles: []Cycle{{Live: 100 * ms, Leave: "halfclose", Gap: time.Hour}}},
		)
		sink, _, took := play(t, p, nil)
		if took > 2*time.Second {
			t.Errorf("550 ms of script took %v", took)
		}
		want := []string{
			"pub publish-sent", "pub publish-accepted", "pub departed",
			"pub publish-sent", "pub publish-accepted", "pub departed",
		}
		kinds := []string{"publish-sent", "publish-accepted", "publish-refused", "departed"}
		if diff := cmp.Diff(want, told(sink.of("live/a"), kinds...)); diff != "" {
			t.Errorf("live/a (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want[:3], told(sink.of("live/b"), kinds...)); diff != "" {
			t.Errorf("live/b (-want +got):\n%s", diff)
		}
		var how []string
		for _, e := range sink.of("live/a") {
			switch what := e.What.(type) {
			case history.Departed:
				how = append(how, what.How)
			case history.PublishSent:
				if what.After == 1 && (!what.Armed || what.Gap < 50*ms) {
					t.Errorf("the return: %+v", what)
				}
			}
		}
		if diff := cmp.Diff([]string{"fin", "unpublish"}, how); diff != "" {
			t.Errorf("departures (-want +got):\n%s", diff)
		}
	})
}

// TestUnsettledPlanAsksNobody: where a later run asks for what is stuck, there is no settling; and the players stay for a moment
// after the last departure, so that the server takes it with them there.
func TestUnsettledPlanAsksNobody(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, unsettled := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := scripted(Script{Stream: "a", Players: []Entrance{{Manner: load.Prompt}}, Cycles: []Cycle{{Live: 200 * ms, Leave: "fin"}}})
			p.Unsettled = unsettled
			sink, _, _ := play(t, p, nil)
			settled := false
			var left, gone time.Duration
			for _, e := range sink.All() {
				switch what := e.What.(type) {
				case history.Phase:
					settled = settled || what.Name == "settling"
				case history.Departed:
					left = e.At
				case history.PlayEnded:
					gone = max(gone, e.At)
				}
			}
			if settled == unsettled {
				t.Errorf("unsettled %t: settling %t", unsettled, settled)
			}
			if left == 0 || unsettled && gone < left+lookBack || !unsettled && gone >= left+lookBack {
				t.Errorf("unsettled %t: the publisher left at %v, its player at %v", unsettled, left, gone)
			}
		})
	}
}

// TestAStuckScriptEndsWithItsTime: the duration bounds a storm whose scripts don't come to their end.
// TestKeysLeaveTogether although they came one after the other, but for one that came too late to live as long as it has to.
func TestKeysLeaveTogether(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		p := scripted(
			Script{Stream: "a", Cycles: []Cycle{{Live: 100 * ms, Until: time.Second, Leave: "fin"}}},
			Script{Stream: "b", StartAt: 300 * ms, Cycles: []Cycle{{Live: 100 * ms, Until: time.Second, Leave: "fin"}}},
			Script{Stream: "c", StartAt: 1500 * ms, Cycles: []Cycle{{Live: 100 * ms, Until: time.Second, Leave: "fin"}}},
		)
		sink, _, _ := play(t, p, nil)
		for key, want := range map[string]time.Duration{"live/a": time.Second, "live/b": time.Second, "live/c": 1600 * ms} {
			events := sink.of(key)
			if last := events[len(events)-1]; last.What.Kind() != "departed" || last.At.Round(10*ms) != want {
				t.Errorf("%s: %s at %v, want a departure at %v", key, last.What.Kind(), last.At, want)
			}
		}
		if got := p.Scripts[2].Lasts(); got != 1600*ms {
			t.Errorf("lasts %v", got)
		}
	})
}

func TestAStuckScriptEndsWithItsTime(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		p := scripted(
			Script{Stream: "a", Cycles: []Cycle{{Live: time.Hour, Leave: "fin"}}},
			Script{Stream: "a", StartAt: 100 * ms, Cycles: []Cycle{{Live: time.Second, Leave: "fin"}}},
		)
		if _, _, took := play(t, p, nil); took < 30*time.Second || took > 60*time.Second {
			t.Errorf("a storm of 30 s took %v", took)
		}
	})
}

// A storm may end while a publish waits for its answer. Where it had waited for long enough, the settling asks.
func TestAnUnansweredPublishIsSettled(t *testing.T) {
	defer goleak.VerifyNone(t)
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		lasts time.Duration
		asked bool
	}{{500 * ms, false}, {1500 * ms, true}} {
		synctest.Test(t, func(t *testing.T) {
			p := NewPlan(DefaultSpec(), func(int) string { return "a" }, func(stream string) string { return "live/" + stream })
			p.Spec.Load.Streams, p.Load.Keys = 1, p.Load.Keys[:1]
			p.Spec.Load.Duration = tt.lasts
			sink := &tape{historytest.New()}
			s := &server{t: t, owned: map[string]bool{}, sizes: map[string][]int{}, mute: true}
			s.run(sink, p, clip, nil, nil)
			asked := slices.ContainsFunc(sink.All(), func(e history.Event) bool { return e.Actor == "set/live/a" })
			if asked != tt.asked {
				t.Errorf("after a storm of %v with an unanswered publish: the settling asked %v", tt.lasts, asked)
			}
		})
	}
}

func TestAnEntranceIsInTheGap(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		cycle := Cycle{Live: 300 * ms, Leave: "rst", Gap: 200 * ms}
		p := scripted(Script{Stream: "a", Cycles: []Cycle{cycle, cycle, cycle}, Players: []Entrance{
			{Manner: load.Prompt, Wait: 20 * ms}, {Manner: load.Prompt, After: 2, Wait: 100 * ms}, {Manner: load.Prompt, After: 9},
		}})
		sink, _, _ := play(t, p, nil)
		want := []string{
			"pub publish-sent", "play play-requested", "pub departed", "pub publish-sent", "pub departed", "play play-requested",
			"pub publish-sent", "pub departed",
		}
		if diff := cmp.Diff(want, told(sink.of("live/a"), "publish-sent", "departed", "play-requested")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestARivalHasItsTurn: refused while the owner lives, let in when it has left, at once and not at the pace of a retry.
func TestARivalHasItsTurn(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		live := Cycle{Live: 3 * time.Second, Leave: "fin"}
		p := scripted(Script{
			Stream: "a", Cycles: []Cycle{live}, Rival: &Rival{StartAt: 1000 * ms, Cycles: []Cycle{{Live: 500 * ms, Leave: "rst"}}},
		})
		sink, _, _ := play(t, p, nil)
		var left, came time.Duration
		epochs := map[uint32]bool{}
		for _, e := range sink.of("live/a") {
			switch what := e.What.(type) {
			case history.PublishRefused:
				if e.Actor != "con/live/a" || what.Role != history.Contender {
					t.Errorf("%s refused as %s", e.Actor, what.Role)
				}
			case history.PublishSent:
				if epochs[e.Epoch] {
					t.Errorf("epoch %d stands twice", e.Epoch)
				}
				epochs[e.Epoch] = true
			case history.Departed:
				if left == 0 {
					left = e.At
				}
			case history.PublishAccepted:
				came = e.At
			}
		}
		if len(epochs) < 5 || came < left || came > left+2*load.FirstRetry {
			t.Errorf("%d attempts; the owner left at %v and the rival came at %v", len(epochs), left, came)
		}
		last := told(sink.of("live/a"), "publish-accepted", "departed")
		want := []string{"pub publish-accepted", "pub departed", "con publish-accepted", "con departed"}
		if diff := cmp.Diff(want, last); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestEachCycleSendsItsClip reads which sequence header came on the wire, over armed connections and full ones.
func TestEachCycleSendsItsClip(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		other, err := media.Synthetic(media.Spec{Variant: media.Other})
		if err != nil {
			t.Fatal(err)
		}
		usual, err := media.Synthetic(media.Spec{})
		if err != nil {
			t.Fatal(err)
		}
		p := scripted(Script{Stream: "a", Cycles: []Cycle{
			{Live: 100 * ms, Leave: "fin", Armed: true}, {Live: 100 * ms, Leave: "fin", Clip: "other"}, {Live: 100 * ms, Leave: "fin"},
		}})
		_, s, _ := play(t, p, map[string]*media.Clip{"other": other})
		small, large := len(usual.Headers()[1].Body), len(other.Headers()[1].Body)
		if diff := cmp.Diff([]int{small, large, small}, s.sizes["live/a"]); diff != "" || small == large {
			t.Errorf("sizes of sequence headers (-want +got):\n%s", diff)
		}
	})
}

// TestEpochsGoOn from one run to the next, each key's own.
func TestEpochsGoOn(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		cycle := Cycle{Live: 100 * ms, Leave: "fin"}
		var epochs Epochs
		playOn(t, scripted(Script{Stream: "a", Cycles: []Cycle{cycle, cycle}}), nil, &epochs)
		sink, _, _ := playOn(t, scripted(Script{Stream: "a", Cycles: []Cycle{cycle}}, Script{Stream: "b", Cycles: []Cycle{cycle}}), nil, &epochs)
		for key, want := range map[string]uint32{"live/a": 3, "live/b": 1} {
			for _, e := range sink.of(key) {
				if e.What.Kind() == "publish-accepted" && e.Epoch != want {
					t.Errorf("%s: epoch %d, want %d", key, e.Epoch, want)
				}
			}
		}
	})
}

func TestAScriptIsPrinted(t *testing.T) {
	p := scripted(Script{
		Stream: "a", Cycles: []Cycle{{Live: time.Second, Leave: "cut", Gap: ms, Armed: true}, {Live: ms, Leave: "fin", Gap: ms, Armed: true}},
		Players: []Entrance{{Manner: load.Stalled, After: 1, Wait: 5 * ms}},
		Rival:   &Rival{StartAt: 7 * ms, Cycles: []Cycle{{Live: 9 * ms, Leave: "fin"}}},
	})
	want := `{"duration_ns":30000000000,"keys":[{"key":"live/a","stream":"a","start_at_ns":0,` +
		`"players":[{"actor":"play/live/a/0","manner":"stalled","start_at_ns":5000000,"after":1}],` +
		`"cycles":[{"live_ns":1000000000,"leave":"cut","gap_ns":1000000,"armed":true},{"live_ns":1000000,"leave":"fin","gap_ns":0,"armed":false}],` +
		`"rival":{"start_at_ns":7000000,"cycles":[{"live_ns":9000000,"leave":"fin","gap_ns":0,"armed":false}]}}],` +
		`"kind":"script","players":1,"streams":1,"witnesses":1}`
	if diff := cmp.Diff(want, mustJSON(t, p.Print())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := p.Scripts[0].Lasts(); got != 1011*ms {
		t.Errorf("lasts %v", got)
	}
}

func TestAScriptWithoutADepartureIsAMistake(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a departure that there is not was taken")
		}
	}()
	scripted(Script{Stream: "a", Cycles: []Cycle{{Live: time.Second, Leave: "quit"}}})
}
