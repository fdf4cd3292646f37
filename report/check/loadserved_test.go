package check

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/history"
)

// besides folds what actors of keys tell, a millisecond after another.
type besides struct {
	*LoadFold
	at time.Duration
}

func (l *besides) tells(key, actor string, what ...history.Payload) {
	for _, p := range what {
		l.at += time.Millisecond
		l.Step(history.Event{At: l.at, Due: l.at - 300*time.Microsecond, Key: key, Actor: actor, What: p})
	}
}

func (l *besides) window(wanted, playing int, tags int64) {
	l.at = l.at.Truncate(time.Second) + time.Second
	l.Step(history.Event{At: l.at, Actor: "run", What: crowdOf(1, "prompt", history.CrowdSample{Wanted: wanted, Playing: playing, Tags: tags})})
	l.Step(history.Event{At: l.at, Actor: "run", What: history.SelfSample{Step: 1, For: time.Second}})
}

func newTold(players int, published ...string) *besides {
	l := &besides{LoadFold: NewLoad()}
	for _, key := range published {
		l.tells(key, "pub/"+key, history.Connected{Role: history.Owner})
	}
	l.tells("", "run", history.Phase{Name: "storm"}, history.LoadStep{Step: 1, Of: "players", Why: "hold", To: players})
	return l
}

var witnessSession = []history.Payload{
	history.PlayRequested{Session: 1, Manner: "prompt", Witness: true}, history.PlayResponse{Session: 1, Status: 200},
	history.PlayFirst{Of: "byte"}, history.PlayFirst{Of: "media"}, history.PlayFirst{Of: "keyframe"}, history.PlayProgress{Tags: 3, Bytes: 100},
}

// TestWitnessesCount holds that witnesses, who stand in no sample, are players as all others, and that those of the chaos beside are not.
func TestWitnessesCount(t *testing.T) {
	l := newTold(11, "live/s0", "live/s1")
	l.tells("live/chaos0", "play/live/chaos0/0", witnessSession...)
	l.tells("live/chaos0", "pub/live/chaos0", history.PublishAccepted{}, history.Departed{})
	l.tells("live/s0", "play/live/s0/0", witnessSession...)
	l.window(9, 9, 90)
	p := l.Figures().Figures.Plays
	if p.Wanted != 10 || p.Playing != 10 || p.Sessions != 1 || p.Opened != 1 || p.Tags != 93 || p.Bytes != 100 {
		t.Errorf("%+v", p)
	}
	if p.FirstFrame.Count != 1 || p.FirstFrame.Max < 3200*time.Microsecond || p.FirstFrame.Max > 3400*time.Microsecond || p.Connect.Count != 1 || p.FirstByte.Count != 1 {
		t.Errorf("first frame %+v, byte %+v, connected %+v", p.FirstFrame, p.FirstByte, p.Connect)
	}
	l.tells("live/s0", "play/live/s0/0", history.PlayEnded{Wire: history.WireEOF, Tags: 5, Bytes: 130})
	if w, up := l.beside.among(9, 11); w != 1 || up != 0 {
		t.Errorf("%d of %d witnesses play after the server ended the session", up, w)
	}
	l.tells("live/s0", "play/live/s0/0", witnessSession[0], history.PlayRefused{Wire: history.WireStatus, Status: 404}, witnessSession[0],
		history.PlayRefused{Wire: history.WireReset}, history.PlayEnded{Wire: history.WireOurs})
	p = l.Figures().Figures.Plays
	if diff := cmp.Diff(map[string]int64{"404": 1, "reset": 1}, p.Refused); diff != "" || p.Ended != 1 || p.Torn != 1 || p.Bytes != 130 || p.Sessions != 3 {
		t.Errorf("%+v %s", p, diff)
	}
	if len(l.beside.playing) > 0 || l.beside.up != 0 {
		t.Errorf("%+v after it has left", l.beside)
	}
}

// TestWitnessAlone holds that a load of one player, who is a witness, has all its figures.
func TestWitnessAlone(t *testing.T) {
	l := newTold(1)
	l.tells("live/s0", "play/live/s0/0", witnessSession...)
	for range 3 {
		l.at += time.Second
		l.tells("live/s0", "play/live/s0/0", history.PlayProgress{Tags: 25, Bytes: 125_000})
		l.tells("", "run", history.SelfSample{Step: 1, For: time.Second})
	}
	got := l.Figures()
	p := got.Figures.Plays
	rate, ok := p.ServedRate()
	if p.Wanted != 1 || p.Playing != 1 || p.Sessions != 1 || p.Opened != 1 || p.FirstFrame.Count != 1 || rate != 1 || !ok || p.Mbit < 0.9 || p.Mbit > 1.1 {
		t.Errorf("%+v, served %v", p, rate)
	}
	if s := got.Steps[0].Figures.Plays; s.Wanted != 1 || s.Playing != 1 || s.Sessions != 1 || s.Bytes != p.Bytes {
		t.Errorf("of the step: %+v", s)
	}
	if !slices.ContainsFunc(got.Series, func(p LoadPoint) bool { return p.Playing == 1 && p.MbitIn > 0.9 }) {
		t.Errorf("%+v", got.Series)
	}
}

// TestServedRate holds of what time players had the stream: of that in which somebody who reads wanted it.
func TestServedRate(t *testing.T) {
	l := newTold(100)
	l.window(100, 100, 1)
	l.window(100, 20, 1)
	l.window(100, 20, 1)
	l.Step(history.Event{At: l.at, What: crowdOf(1, "idle", history.CrowdSample{Wanted: 50})})
	l.Step(history.Event{At: l.at, What: crowdOf(1, "slow", history.CrowdSample{Wanted: 10, Playing: 5, Dry: 2})})
	l.Step(history.Event{At: l.at, What: crowdOf(1, "churn", history.CrowdSample{Wanted: 10, Playing: 3})})
	got := l.Figures()
	for _, p := range []Plays{got.Figures.Plays, got.Steps[0].Figures.Plays} {
		if rate, ok := p.ServedRate(); !ok || rate != 150.0/320 || p.Waiting != 83 {
			t.Errorf("served %v, %d wait at the end", rate, p.Waiting)
		}
	}
	if rate, _ := got.Manners["slow"].ServedRate(); rate != 0.7 {
		t.Errorf("slow ones are served %v", rate)
	}
	if _, ok := got.Manners["idle"].ServedRate(); ok {
		t.Error("who reads nothing is served")
	}
}

// TestDark holds that viewers before a dark picture count as stalled and not as served, where the server ended their sessions.
func TestDark(t *testing.T) {
	l := newTold(10)
	l.Step(history.Event{At: time.Second, What: crowdOf(1, "prompt", history.CrowdSample{Wanted: 10, Playing: 1, Dry: 2, Asking: 3, Waiting: 4, Dark: 6})})
	got := l.Figures()
	for _, p := range []Plays{got.Figures.Plays, got.Manners["prompt"]} {
		if rate, ok := p.ServedRate(); !ok || rate != 0.3 || p.DryMax != 8 || p.Playing != 3 {
			t.Errorf("served %v, %d stalled, %d played", rate, p.DryMax, p.Playing)
		}
	}
}

// TestOnTheWay holds that who is on the way just when a window ends is not taken for unserved in all of it, and who stays without is.
func TestOnTheWay(t *testing.T) {
	for _, c := range []struct {
		name    string
		playing []int // of 10, at the end of each window
		want    float64
	}{
		{"all at once", []int{0, 10, 10, 10}, 1},
		{"one by one", []int{9, 10, 9, 10}, 1},
		{"some never", []int{4, 4, 4, 4}, 0.4},
		{"nobody, and no more is known", []int{0}, 0},
		{"an outage", []int{10, 0, 0, 10}, 0.75},
		{"the last one comes", []int{10, 10, 10, 9}, 1},
	} {
		l := newTold(10)
		for _, n := range c.playing {
			l.window(10, n, 1)
		}
		if rate, _ := l.Figures().Figures.Plays.ServedRate(); rate != c.want {
			t.Errorf("%s: served %v, want %v", c.name, rate, c.want)
		}
	}
}

// TestNobodyServed holds when a run says that a stream which others publish was over before it was.
func TestNobodyServed(t *testing.T) {
	for _, c := range []struct {
		name      string
		published []string
		tags      []int64 // of each window; negative: nobody is wanted
		want      float64
	}{
		{"it goes on", nil, []int64{5, 5, 5, 5}, 0},
		{"over", nil, []int64{5, 5, 0, 0}, 2},
		{"within the grace", nil, []int64{5, 5, 5, 0}, 0},
		{"it came back", nil, []int64{5, 0, 0, 5}, 0},
		{"never there", nil, []int64{0, 0, 0, 0}, 0},
		{"nobody is left", nil, []int64{5, 5, -1, -1}, 0},
		{"ours", []string{"live/s0"}, []int64{5, 5, 0, 0}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newTold(10, c.published...)
			for _, tags := range c.tags {
				wanted := 10
				if tags < 0 {
					wanted = 0
				}
				l.window(wanted, wanted, tags)
			}
			got := l.silent(time.Second)
			if (len(got) > 0) != (c.want > 0) || len(got) > 0 && got[0].Args[0] != c.want {
				t.Errorf("%+v, want silence from %v s on", got, c.want)
			}
		})
	}
}
