package check

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

func TestTallies(t *testing.T) {
	s := newScript(t)
	con, set := history.Contender, history.Settling
	s.accept(k0, 1, 100, 101)
	s.refuse(k0, 2, 300, 301, try{role: con, id: "c"})
	s.log(302, "busy", "c", k0)
	s.undecided(k0, 3, 310, 400, try{role: con})
	s.depart(k0, 1, 600)
	s.refuse(k0, 4, 600.1, 601, try{id: "d", after: 1})
	s.log(602, "disposing", "d", k0)
	s.refuse(k0, 5, 620, 621, try{try: 1, after: 1})
	s.accept(k0, 6, 700, 701, try{try: 2, after: 1})
	s.ended(k0, 6, 1200, false)
	s.undecided(k0, 7, 1220, 1300)
	s.sent(k0, 8, 1400, try{}) // its end is never heard of
	s.settling(1500)
	s.refuse(k0, 9, 3000, 3001, try{role: set, id: "e"})
	s.log(3002, "busy", "e", k0)
	s.accept(k0, 10, 5000, 5001, try{role: set})
	s.depart(k0, 10, 5300)
	out := s.judge().Outcome
	want := Tally{Attempts: 6, Accepted: 2, Undecided: 2, Refused: map[profile.Class]int64{
		profile.Duplicated: 0, profile.Busy: 0, profile.Disposing: 1, profile.Closed: 1,
	}}
	if diff := cmp.Diff(want, out.Publish); diff != "" {
		t.Errorf("publish (-want +got):\n%s", diff)
	}
	want = Tally{Attempts: 2, Undecided: 1, Refused: map[profile.Class]int64{profile.Duplicated: 0, profile.Busy: 1}, Correct: 1}
	if diff := cmp.Diff(want, out.Contenders); diff != "" {
		t.Errorf("contenders (-want +got):\n%s", diff)
	}
	want = Tally{Attempts: 2, Accepted: 1, Refused: map[profile.Class]int64{profile.Duplicated: 0, profile.Busy: 1}}
	if diff := cmp.Diff(want, out.Settling); diff != "" {
		t.Errorf("settling (-want +got):\n%s", diff)
	}
	if out.Ended != 1 || out.Departures != 2 {
		t.Errorf("%d ended, %d departures", out.Ended, out.Departures)
	}
}

func TestReturnsAndWhatAPassIsWorth(t *testing.T) {
	s := newScript(t)
	s.cycles(k0, 1, 100, 11) // the first is no return
	out := s.judge().Outcome
	if out.Returns.Returns != 10 || out.Returns.Refused != 0 || math.Abs(out.Returns.Below-0.2589) > 1e-3 {
		t.Errorf("%+v", out.Returns)
	}
	// Those without an answer show nothing: neither one that was cut off nor one that still waits.
	s = newScript(t)
	e, at := s.cycles(k0, 1, 100, 11)
	s.undecided(k0, e, at, at+30, try{after: e - 1})
	s.cycles(k1, 1, 100, 1)
	s.sent(k1, 2, 700, try{after: 1})
	out = s.judge().Outcome
	if out.Returns.Returns != 12 || out.Returns.Undecided != 2 || math.Abs(out.Returns.Below-0.2589) > 1e-3 {
		t.Errorf("%+v", out.Returns)
	}
	s = newScript(t)
	e, at = s.cycles(k0, 1, 100, 3)
	s.refuse(k0, e, at, at+1, try{after: e - 1})
	s.refuse(k0, e+1, at+20, at+21, try{after: e - 1, try: 1})
	s.accept(k0, e+2, at+60, at+61, try{after: e - 1, try: 2})
	out = s.judge().Outcome
	if out.Returns.Returns != 3 || out.Returns.Refused != 1 || out.Returns.Below != 1 {
		t.Errorf("%+v", out.Returns)
	}
}

// A return that never got to write its publish is a return all the same, and refused.
func TestReturnsThatGotNoConnection(t *testing.T) {
	for _, tt := range []struct {
		name string
		no   try
	}{
		{"tcp", try{stage: "tcp", wire: history.WireRefused}},
		{"handshake", try{stage: "handshake", wire: history.WireTimeout}},
		{"connect", try{stage: "connect", wire: history.WireStatus, code: "NetConnection.Connect.Failed"}},
		{"create", try{stage: "create"}},
		{"publish", try{stage: "publish"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.no.unsent, tt.no.after = tt.name != "publish", 3
			e, at := s.cycles(k0, 1, 100, 3)
			s.refuse(k0, e, at+1, at+2, tt.no)
			again := tt.no
			again.try = 1
			s.refuse(k0, e+1, at+20, at+21, again)
			s.accept(k0, e+2, at+60, at+61, try{after: 3, try: 2})
			out := s.judge().Outcome
			if out.Returns.Returns != 3 || out.Returns.Refused != 1 || out.Returns.Below != 1 {
				t.Errorf("%+v", out.Returns)
			}
			left := out.Left[0]
			if left.How != "fin" || left.Returns != 3 || left.Refused != 1 || left.Recovery.TotalCount() != 3 {
				t.Errorf("%+v", left)
			}
			if got := left.Recovery.Max(); got < 60_000 || got > 62_000 {
				t.Errorf("recovery took %d µs, want 61 ms", got)
			}
		})
	}
	// One that met a live owner is counted, and not held against the server.
	s := newScript(t)
	e, at := s.cycles(k0, 1, 100, 3)
	s.accept(k0, e, at, at+1, try{role: history.Contender})
	s.refuse(k0, e+1, at+2, at+3, try{stage: "create", unsent: true, after: 3})
	if out := s.judge().Outcome.Returns; out.Returns != 3 || out.Refused != 0 {
		t.Errorf("%+v", out)
	}
}

// Names that we don't know, as a foreign or a damaged history may have them, cost no more than one.
func TestUnknownDeparturesAreOne(t *testing.T) {
	s := newScript(t)
	at, epoch := 100.0, uint32(1)
	for i := range 30 {
		s.accept(k0, epoch, at, at+1, try{after: epoch - 1})
		s.depart(k0, epoch, at+50, append([]string{"rst"}, fmt.Sprintf("way-%d", i))[min(i, 1)])
		at, epoch = at+51, epoch+1
	}
	var got []string
	for _, l := range s.judge().Outcome.Left {
		got = append(got, fmt.Sprintf("%s %d", l.How, l.Returns))
	}
	if diff := cmp.Diff([]string{"other 28", "rst 1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPower(t *testing.T) {
	for n, want := range map[int64]float64{0: 1, 1: 0.95, 59: 0.0495, 1640: 0.001825} {
		if got := power(n); math.Abs(got-want) > 1e-4*want+1e-4 && n > 0 || n == 0 && got != 1 {
			t.Errorf("power(%d) = %v, want %v", n, got, want)
		}
	}
	// None of n refused must have a probability of at most 5 % at the bound.
	for _, n := range []int64{1, 10, 1640, 1e6} {
		if q := math.Pow(1-power(n), float64(n)); q > 0.05+1e-9 {
			t.Errorf("n %d: %v", n, q)
		}
	}
}

func TestLatency(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 103)
	s.depart(k0, 1, 600)
	s.accept(k0, 2, 600.15, 602, try{after: 1, armed: true, gap: 0.15, due: 600})
	s.depart(k0, 2, 1100)
	s.accept(k0, 3, 1102, 1104, try{after: 2, gap: 2})
	s.depart(k0, 3, 1600)
	s.refuse(k0, 4, 1600.1, 1601, try{after: 3, armed: true, gap: 0.1, due: 1600})
	s.accept(k0, 5, 1620, 1640, try{after: 3, try: 1})
	s.depart(k0, 5, 2100)
	// An armed connection was lost: its return is no figure for a gap.
	s.add(2050, k0, 0, "pub/"+k0, history.ArmedLost{})
	s.accept(k0, 6, 2190, 2191, try{after: 5, gap: 90})
	s.add(2191, k0, 0, p0, history.PlayRequested{Session: 1})
	s.add(2200, k0, 0, p0, history.PlayFirst{Session: 1, Of: "byte", Since: ms(9)})
	s.add(2210, k0, 0, p0, history.PlayFirst{Session: 1, Of: "media", Since: ms(19)})
	s.add(2220, k0, 0, p0, history.PlayFirst{Session: 1, Of: "keyframe", Since: ms(29)})
	s.add(2600, k0, 0, p0, history.PlayProgress{Session: 1, Tags: 9, Bytes: 100, Last: ms(2600), MaxGap: ms(77)})
	s.depart(k0, 6, 2700)
	// This player asked long before anybody published: the wait is not the server's.
	s.add(2750, k0, 0, "play/live/s0/2", history.PlayRequested{Session: 1})
	s.accept(k0, 7, 9000, 9001)
	s.add(9041, k0, 7, "play/live/s0/2", history.PlayFirst{Session: 1, Of: "media", Since: ms(6291)})
	out := s.judge().Outcome
	type figure struct {
		N        int64
		Min, Max time.Duration
	}
	got := map[string]figure{}
	for _, h := range out.Latency.Named() {
		got[h.Name] = figure{
			h.TotalCount(), time.Duration(h.Min()) * time.Microsecond, time.Duration(h.Max()) * time.Microsecond,
		}
	}
	want := map[string]figure{
		"connect": {7, ms(1), ms(1)}, "accept": {6, ms(1), ms(20)},
		"gap_armed": {2, ms(0.1), ms(0.15)}, "gap_full": {1, ms(2), ms(2)},
		"recovery": {4, ms(2), ms(91)}, "first_byte": {1, ms(9), ms(9)}, "first_media": {2, ms(19), ms(40)},
		"first_keyframe": {1, ms(29), ms(29)}, "tag_gap": {1, ms(77), ms(77)},
	}
	near := cmp.Comparer(func(a, b time.Duration) bool { return (a - b).Abs() <= max(a, b)/500 })
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if out.ArmedLost != 1 || out.Returns.Returns != 4 {
		t.Errorf("%d lost, %+v", out.ArmedLost, out.Returns)
	}
}

func TestPlayFigures(t *testing.T) {
	s := newScript(t)
	s.get(50, 1, "prompt")
	s.ok(60, 1)
	s.accept(k0, 1, 100, 101)
	s.media(150, 1150, 1) // two progresses of 20 tags, 1000 bytes
	s.add(1200, k0, 0, p0, history.PlayEnded{Session: 1, Wire: history.WireEOF, Clean: false, Tags: 43, Bytes: 2300})
	s.get(1210, 2, "prompt")
	s.no(1211, 2, 404)
	s.get(1250, 3, "prompt")
	s.ok(1260, 3)
	s.add(1300, k0, 0, p0, history.PlayEnded{Session: 3, Wire: history.WireOurs, Clean: true, Tags: 1, Bytes: 10})
	s.add(1300, k0, 0, "play/live/s0/2", history.PlayRefused{Wire: history.WireRefused})
	got := s.judge().Outcome.Play
	want := Play{Players: 2, Sessions: 3, Refused: 2, Ended: 1, Cut: 1, Bytes: 2310, Tags: 44}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheWorstKeyComesFirst(t *testing.T) {
	s := newScript(t)
	for i, k := range []string{"live/good", "live/slow", "live/busy", "live/bug"} {
		s.accept(k, 1, 100, 101)
		s.depart(k, 1, 600)
		late := 0.0
		switch i {
		case 1:
			late = 100
		case 2:
			s.refuseAgain(k, 2, 600.1, 610, "busy")
		case 3:
			s.refuseAgain(k, 2, 600.1, 610, "duplicated")
		}
		s.accept(k, 9, 620, 630+late, try{after: 1, try: 1})
	}
	var got []string
	keys := s.judge().Outcome.Keys
	for _, k := range keys {
		got = append(got, k.Key)
	}
	if diff := cmp.Diff([]string{"live/bug", "live/busy", "live/slow", "live/good"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if keys[0].Attempts != 3 || keys[3].Attempts != 2 || keys[2].Ownerless != ms(130) {
		t.Errorf("%+v", keys)
	}
	if keys[0].Errors != 1 || keys[0].Refused != 1 || keys[0].Accepted != 2 || keys[2].Worst != ms(130) {
		t.Errorf("%+v", keys)
	}
}

func TestServerIsNamed(t *testing.T) {
	s := newScript(t)
	s.add(50, k0, 0, "pub/"+k0, history.Connected{Conn: 99, Server: "srs 7.0.2"})
	s.cycles(k0, 1, 100, 2)
	out := s.judge()
	if out.Server != "srs 7.0.2" || out.Profile != "srs" || out.Elapsed != s.length {
		t.Errorf("%q %q %v", out.Server, out.Profile, out.Elapsed)
	}
}

func BenchmarkStep(b *testing.B) {
	s := newScript(&testing.T{})
	s.length = 50 * time.Minute
	for _, k := range []string{k0, k1, "live/s2", "live/s3", "live/s4"} {
		s.cycles(k, 1, 100, 2000)
	}
	for i := range 100_000 {
		s.add(200+10*float64(i), k0, 0, p0, history.PlayProgress{Session: 1, Tags: 2, Bytes: 1000, Last: ms(200 + 10*float64(i))})
	}
	events := s.ordered()
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		j := New(s.header)
		for _, e := range events {
			j.Step(e)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(events)), "ns/event")
}

// An acceptance is judged only when no earlier event can come any more, and by then its key has seen other returns.
func TestRecoveryOfReturnsThatFollowEachOtherQuickly(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	at := 120.0
	for epoch := uint32(2); epoch < 22; epoch++ {
		s.depart(k0, epoch-1, at)
		s.accept(k0, epoch, at+0.1, at+30, try{after: epoch - 1})
		at += 50
	}
	recovery := s.judge().Outcome.Latency.Recovery
	if low, high := recovery.Min(), recovery.Max(); recovery.TotalCount() != 20 || low < 29_000 || high > 31_000 {
		t.Errorf("%d recoveries of %d to %d µs, want 20 of 30 ms", recovery.TotalCount(), low, high)
	}
}
