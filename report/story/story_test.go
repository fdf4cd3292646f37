package story

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// script is a made-up run, whose times are in ms.
type script struct {
	making
	after uint32 // the epoch that departed last
	try   int    // of the return
}

const key = "live/s0"

func ms(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }

func newScript() *script { return &script{making: making{rng: rand.New(rand.NewPCG(1, 1))}} }

func (s *script) at(at float64, key, actor string, epoch uint32, what history.Payload) {
	s.add(ms(at), key, actor, epoch, what)
}

// accept is a publish that is accepted a millisecond after it was sent.
func (s *script) accept(at float64, key string, epoch uint32, role history.Role, after uint32) {
	s.conn++
	s.at(at-1, key, string(role), epoch, history.PublishSent{Role: role, Conn: s.conn, Try: s.try, After: after, Players: -1})
	s.at(at, key, string(role), epoch, history.PublishAccepted{Conn: s.conn, Said: ms(at)})
}

// refuse is one that is refused, as the log says with a class.
func (s *script) refuse(at float64, key string, epoch uint32, role history.Role, class string) {
	s.conn++
	id := fmt.Sprint(s.conn)
	s.at(at-1, key, string(role), epoch, history.PublishSent{Role: role, Conn: s.conn, Try: s.try, After: s.after, ServerID: id, Players: -1})
	s.at(at, key, string(role), epoch, history.PublishRefused{Role: role, Conn: s.conn, Sent: ms(at - 1), Stage: "publish", Wire: history.WireEOF, ServerID: id})
	if role == history.Owner {
		s.try++
	}
	s.at(at+1, "", "server", 0, history.LogLine{Line: "[ERROR][" + id + "] " + class, Level: "ERROR", ID: id, Class: class, Rule: "publish-" + class})
}

func (s *script) depart(at float64, key string, epoch uint32, how string) {
	s.after, s.try = epoch, 0
	s.events = append(s.events, history.Event{At: ms(at), Due: ms(at), Key: key, Epoch: epoch, What: history.Departed{How: how, Bytes: 125_000}})
}

// story judges and tells it.
func (s *script) story(length float64) Story {
	return fold(s.ordered(ms(length)))
}

func fold(events []history.Event, order ...string) Story {
	f, j := attached()
	for _, e := range events {
		j.Step(e)
		f.Step(e)
	}
	j.Finish()
	return f.Finish(order)
}

// lane says what is on a lane, a line a kind, in ms.
func (l Lane) String() string {
	var b strings.Builder
	of := func(us int64) float64 { return float64(us) / 1000 }
	for _, x := range l.Bars {
		fmt.Fprintf(&b, "bar %v+%v #%d %s %s ×%d\n", of(x.From), of(x.Len), x.Epoch, Outcomes[x.Outcome], Leaves[x.Left], x.N)
	}
	for _, x := range l.Ticks {
		fmt.Fprintf(&b, "tick %v+%v #%d %s %s ×%d\n", of(x.At), of(x.Len), x.Epoch, Classes[x.Class], Roles[x.Role], x.N)
	}
	for _, x := range l.Gaps {
		fmt.Fprintf(&b, "gap %v+%v %s refused %d ×%d\n", of(x.From), of(x.Len), States[x.State], x.Refused, x.N)
	}
	for _, p := range l.Players {
		for _, x := range p.Sessions {
			fmt.Fprintf(&b, "player %s %v+%v %s ×%d\n", p.Name, of(x.From), of(x.Len), Plays[x.Play], x.N)
		}
		for _, x := range p.Dry {
			fmt.Fprintf(&b, "player %s dry %v+%v ×%d\n", p.Name, of(x.From), of(x.Len), x.N)
		}
	}
	return b.String()
}

func TestLanes(t *testing.T) {
	tests := []struct {
		name string
		make func(*script)
		want string
	}{
		{"a return in time, and the end", func(s *script) {
			s.accept(100, key, 1, history.Owner, 0)
			s.refuse(300, key, 2, history.Contender, "busy")
			s.depart(1000, key, 1, "fin")
			s.accept(1020, key, 3, history.Owner, 1)
			s.at(20_001, key, "pub", 3, history.Departed{How: "fin"}) // nothing was due
		}, `
bar 100+900 #1 accepted fin ×1
bar 1020+18981 #3 accepted end ×1
tick 300+0 #2 rightly contender ×1
gap 1000+20 quick refused 0 ×1`},
		{"late, then stuck", func(s *script) {
			s.accept(100, key, 1, history.Owner, 0)
			s.depart(1000, key, 1, "rst")
			s.refuse(1010, key, 2, history.Owner, "busy")
			s.refuse(2500, key, 3, history.Owner, "duplicated")
			s.accept(3000, key, 4, history.Owner, 1)
			s.depart(4000, key, 4, "vanish")
			s.refuse(4500, key, 5, history.Owner, "disposing")
			s.refuse(15_000, key, 6, history.Settling, "disposing")
		}, `
bar 100+900 #1 accepted rst ×1
bar 3000+1000 #4 accepted vanish ×1
tick 1010+0 #2 busy owner ×1
tick 2500+0 #3 duplicated owner ×1
tick 4500+0 #5 disposing owner ×1
tick 15000+0 #6 disposing settling ×1
gap 1000+2000 late refused 2 ×1
gap 4000+16000 stuck refused 2 ×1`},
		{"ended by the server, two at once, settling, undecided", func(s *script) {
			s.accept(100, key, 1, history.Owner, 0)
			s.accept(500, key, 2, history.Contender, 0)
			s.at(900, key, "con", 2, history.Departed{How: "fin"})
			s.at(1000, key, "pub", 1, history.PublishEnded{Wire: history.WireEOF})
			s.at(2000, key, "pub", 3, history.PublishSent{Role: history.Owner, Conn: 90, Players: -1})
			s.at(2400, key, "pub", 3, history.PublishUndecided{Conn: 90})
			s.accept(5000, key, 4, history.Settling, 0)
			s.at(5500, key, "set", 4, history.Departed{How: "fin"})
			s.at(19_000, key, "pub", 5, history.PublishSent{Role: history.Owner, Conn: 91, Players: -1}) // nothing more is heard of it
		}, `
bar 100+900 #1 ended-by-server  ×1
bar 500+400 #2 contender fin ×1
bar 2000+400 #3 undecided  ×1
bar 5000+500 #4 settling fin ×1
bar 19000+1000 #5 undecided  ×1
gap 1000+4000 late refused 0 ×1`},
		{"a departure that is told late", func(s *script) {
			s.accept(100, key, 1, history.Owner, 0)
			s.accept(1003, key, 2, history.Owner, 1)
			s.add(ms(1004), key, "pub", 1, lateEvent{ms(1000), history.Departed{How: "fin"}})
			s.depart(19_000, key, 2, "fin")
			s.refuse(19_100, key, 3, history.Owner, "busy")
		}, `
bar 100+900 #1 accepted fin ×1
bar 1003+17997 #2 accepted fin ×1
tick 19100+0 #3 busy owner ×1
gap 1000+3 quick refused 0 ×1
gap 19000+1000 open refused 1 ×1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript()
			tt.make(s)
			out := s.story(20_000)
			if diff := cmp.Diff(strings.TrimLeft(tt.want, "\n")+"\n", out.Lanes[0].String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// lateEvent is told later than it was.
type lateEvent struct {
	at   time.Duration
	what history.Payload
}

func (l lateEvent) Kind() string { return l.what.Kind() }

func TestPlayers(t *testing.T) {
	s := newScript()
	s.accept(100, key, 1, history.Owner, 0)
	play := func(n int) string { return fmt.Sprintf("play/%s/%d", key, n) }
	// It asks long, plays, misses media while the key is live, and lingers when the publisher has gone.
	s.at(150, key, play(0), 0, history.PlayRequested{Session: 1, Manner: "linger"})
	s.at(400, key, play(0), 1, history.PlayFirst{Session: 1, Of: "media", Since: ms(250)})
	s.at(900, key, play(0), 1, history.PlayProgress{Session: 1, Tags: 10, Bytes: 1000, Last: ms(880), MaxGap: ms(40)})
	s.at(2500, key, play(0), 1, history.PlayProgress{Session: 1, Tags: 10, Bytes: 1000, Last: ms(2480), MaxGap: ms(1200)})
	s.at(5000, key, play(0), 1, history.PlayProgress{Session: 1, Tags: 60, Bytes: 1000, Last: ms(4990), MaxGap: ms(41)})
	s.depart(5000, key, 1, "fin")
	s.at(7000, key, play(0), 1, history.PlayEnded{Session: 1, Wire: history.WireEOF})
	// One of the crowd runs dry, then is refused; one sees a stall; one plays on over a return, where nobody publishes meanwhile.
	s.at(150, key, play(1), 0, history.PlayRequested{Session: 1, Manner: "prompt", Crowd: true})
	s.at(160, key, play(1), 1, history.PlayFirst{Session: 1, Of: "media", Since: ms(10)})
	s.at(2500, key, play(1), 1, history.PlayProgress{Session: 1, Tags: 50, Bytes: 1000, Last: ms(2000), MaxGap: ms(40)})
	s.at(3200, key, play(1), 1, history.PlayProgress{Session: 1, Tags: 1, Bytes: 10, Last: ms(3200), MaxGap: ms(1200)})
	s.at(4000, key, play(1), 1, history.PlayEnded{Session: 1, Wire: history.WireEOF})
	s.at(4100, key, play(1), 0, history.PlayRequested{Session: 2, Manner: "prompt", Crowd: true})
	s.at(4300, key, play(1), 0, history.PlayRefused{Session: 2, Wire: history.WireStatus, Status: 404})
	s.at(200, key, play(10), 0, history.PlayRequested{Session: 1, Manner: "prompt", Witness: true})
	s.at(201, key, play(10), 1, history.PlayFirst{Session: 1, Of: "media", Since: ms(1)})
	s.at(4000, key, play(10), 1, history.Stall{Session: 1, Gap: ms(900)})
	s.at(4990, key, play(10), 1, history.PlayProgress{Session: 1, Tags: 100, Bytes: 10, Last: ms(4990), MaxGap: ms(900)})
	s.accept(8000, key, 2, history.Owner, 1)
	s.at(8070, key, play(10), 2, history.Watched{Session: 1, First: ms(8030), Last: ms(8060)})
	s.at(8500, key, play(10), 2, history.PlayProgress{Session: 1, Tags: 20, Bytes: 10, Last: ms(8499), MaxGap: ms(3040)})
	s.at(8600, key, play(10), 2, history.PlayEnded{Session: 1, Wire: history.WireOurs, Clean: true})
	out := s.story(20_000)
	want := `player 0 150+250 asking ×1
player 0 400+4600 playing ×1
player 0 5000+2000 lingering ×1
player 0 dry 880+1200 ×1
player 1 150+3850 playing ×1
player 1 4100+200 refused ×1
player 1 dry 2000+1200 ×1
player 10 200+8400 playing ×1
player 10 dry 3100+900 ×1
`
	_, got, _ := strings.Cut(out.Lanes[0].String(), "player")
	if diff := cmp.Diff(want, "player"+got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, sp := range out.Spreads {
		if sp.Name == "first-frame" && sp.By == "fin" {
			if len(sp.Counts) != 1 || sp.Counts[0][0] < 29_700 || sp.Counts[0][0] > 30_300 {
				t.Errorf("first frame after a return: %v", sp.Counts)
			}
			return
		}
	}
	t.Errorf("no first frame after a return in %v", out.Spreads)
}

func TestMarks(t *testing.T) {
	s := newScript()
	s.at(1, "", "server", 0, history.Process{State: "started", PID: 7})
	for i := range 100 {
		s.at(100+float64(i), "", "server", 0, history.LogLine{Line: fmt.Sprintf("[2026-01-01 00:00:00.%03d][ERROR][x%d] no room for 127.0.0.1:%d", i, i, 4000+i), Level: "ERROR"})
	}
	s.at(150, "", "server", 0, history.LogLine{Line: "\x1b[31mslow\x1b[0m\u202e disk", Level: "warn", More: 4})
	s.at(160, "", "server", 0, history.LogLine{Line: "all is well", Level: "INFO"})
	s.at(5000, "", "server", 0, history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
	s.at(6000, "", "server", 0, history.Process{State: "started", PID: 8})
	s.at(7000, "", "server", 0, history.Sanitizer{Tool: "AddressSanitizer", What: "heap-use-after-free"})
	s.at(8000, "", "run", 0, history.OwnTrouble{Code: "ports", Detail: "no port is left", Count: 3})
	s.at(9000, "", "run", 0, history.Interrupted{})
	s.at(9001, "", "run", 0, history.Stopped{Why: "fail-fast"})
	want := []Mark{
		{At: 100_000, Len: 99_000, Kind: "log-error", Text: "[2026-01-01 00:00:00.000][ERROR][x0] no room for 127.0.0.1:4000", N: 100},
		{At: 150_000, Kind: "log-warn", Text: "slow disk", N: 5},
		{At: 5_000_000, Kind: "death", Text: "SIGSEGV"},
		{At: 6_000_000, Kind: "restart", Text: "PID 8"},
		{At: 7_000_000, Kind: "sanitizer", Text: "AddressSanitizer: heap-use-after-free"},
		{At: 8_000_000, Kind: "trouble", Text: "ports: no port is left", N: 3},
		{At: 9_000_000, Kind: "interrupted"},
		{At: 9_001_000, Kind: "stopped", Text: "fail-fast"},
	}
	if diff := cmp.Diff(want, s.story(10_000).Marks); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What is written is read again, with the arrays as they are said to be.
func TestJSON(t *testing.T) {
	s := newScript()
	s.accept(100, key, 1, history.Owner, 0)
	s.depart(1000, key, 1, "fin")
	s.refuse(1100, key, 2, history.Owner, "busy")
	s.accept(1200, key, 3, history.Owner, 1)
	s.play(ms(200), ms(900), key, "play/"+key+"/0", 1, 1)
	out := s.story(5000)
	doc, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"bars":[[100000,900000,1,0,2,1],[1200000,3800000,3,0,7,1]]`, `"ticks":[[1100000,0,0,2,1,0]]`, `"gaps":[[1000000,200000,0,1,1]]`,
		`"names":{"outcomes":["accepted",`, `"name":"0","sessions":[[200000,700000,1,1]],"dry":[]`,
	} {
		if !strings.Contains(string(doc), want) {
			t.Errorf("no %s in %.900s", want, doc)
		}
	}
	var again Story
	if err := json.Unmarshal(doc, &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(out, again) {
		t.Errorf("(-written +read)\n%s", cmp.Diff(out, again))
	}
	if err := json.Unmarshal([]byte(`{"lanes":[{"bars":[[1,2]]}]}`), &again); err == nil {
		t.Error("a bar of two numbers was read")
	}
	if strings.Contains(string(must(json.Marshal(fold(nil)))), "null") {
		t.Error("a list of an empty story is null")
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestLanesStandInTheOrderOfTheResult(t *testing.T) {
	s := newScript()
	for i, key := range []string{"live/d", "live/a", "live/c", "live/b"} {
		s.accept(100+float64(i), key, 1, history.Owner, 0)
	}
	var got []string
	for _, l := range fold(s.ordered(ms(1000)), "live/c", "live/nobody", "live/b").Lanes {
		got = append(got, l.Key)
	}
	if want := []string{"live/c", "live/b", "live/a", "live/d"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// totals are what the bars and ticks of a story stand for.
func totals(s Story) (bars, ticks int64) {
	for _, l := range s.Lanes {
		for _, b := range l.Bars {
			bars += b.N
		}
		for _, k := range l.Ticks {
			ticks += k.N
		}
	}
	return bars, ticks
}

// attempts are those that a judgement counted, and how many of them were refused.
func attempts(out check.Outcome) (all, refused int64) {
	for _, t := range []check.Tally{out.Publish, out.Contenders, out.Settling} {
		all += t.Attempts
		for _, n := range t.Refused {
			refused += n
		}
	}
	return all, refused
}
