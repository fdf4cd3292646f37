package story

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// bounded fails the test unless the story keeps within its bounds, all lists are in order, and its JSON is small. It returns how
// many attempts its bars and ticks stand for.
func bounded(t *testing.T, s Story) int64 {
	t.Helper()
	items, mixed := 0, false
	order := func(what string, before *int64, from, length, n int64) {
		items++
		if from < *before || from < 0 || length < 0 || n < 1 {
			mixed = true
			t.Logf("%s %d+%d ×%d after %d", what, from, length, n, *before)
		}
		*before = from
	}
	for _, l := range s.Lanes {
		var bars, ticks, gaps int64
		for _, x := range l.Bars {
			order("bar", &bars, x.From, x.Len, x.N)
		}
		for _, x := range l.Ticks {
			order("tick", &ticks, x.At, x.Len, x.N)
		}
		for _, x := range l.Gaps {
			order("gap", &gaps, x.From, x.Len, x.N)
		}
		if len(l.Players) > maxShown || len(l.Key) > 210 {
			t.Errorf("a lane with %d players, and a key of %d bytes", len(l.Players), len(l.Key))
		}
		for _, p := range l.Players {
			var sessions, dry int64
			for _, x := range p.Sessions {
				order("session", &sessions, x.From, x.Len, x.N)
			}
			for _, x := range p.Dry {
				order("dry", &dry, x.From, x.Len, x.N)
			}
		}
		if mixed {
			t.Fatalf("%s is out of order", l.Key)
		}
	}
	lines := 0
	for _, m := range s.Marks {
		if strings.HasPrefix(m.Kind, "log-") {
			lines++
		}
		if len(m.Text) > markBytes+3 || strings.ContainsFunc(m.Text, func(r rune) bool { return r < ' ' || r == '\u202e' }) {
			t.Errorf("mark %.400q", m.Text)
		}
	}
	for _, c := range s.Charts {
		if len(c.At) > points {
			t.Errorf("%s has %d points", c.Name, len(c.At))
		}
		for _, l := range c.Lines {
			if len(l.Values) != len(c.At) {
				t.Errorf("%s %s has %d values for %d points", c.Name, l.Name, len(l.Values), len(c.At))
			}
		}
	}
	doc, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	packed := len(zipped(doc))
	t.Logf("%d items, %d lanes, %d marks, %d bytes, %d packed, thinned %v", items, len(s.Lanes), len(s.Marks), len(doc), packed, s.Thinned)
	if items > maxItems || len(s.Lanes) > maxLanes || len(s.Marks) > maxMarks || lines > maxLines || packed > 1_200_000 {
		t.Errorf("too much: %d items, %d lanes, %d marks, %d of them lines, %d bytes packed", items, len(s.Lanes), len(s.Marks), lines, packed)
	}
	bars, ticks := totals(s)
	return bars + ticks
}

// held tells the story of events, and what the judge counted.
func held(t *testing.T, events []history.Event) (Story, check.Outcome) {
	t.Helper()
	f, j := attached()
	for i, e := range events {
		e.Seq = int64(i + 1)
		j.Step(e)
		f.Step(e)
		if f.items > maxItems {
			t.Fatalf("%d items", f.items)
		}
	}
	out := j.Finish().Outcome
	return f.Finish(nil), out
}

// Long runs, many keys, one key that is refused without end: each story is bounded, and each attempt is still in it.
func TestStoriesAreBounded(t *testing.T) {
	const n = 250_000 // BenchmarkStory has a million
	for name, events := range map[string]func() []history.Event{
		"chaos":       func() []history.Event { return stormy(n) },
		"load":        func() []history.Event { return steady(n) },
		"10,000 keys": func() []history.Event { return storm(n, 10_000, 4) },
		"refusals": func() []history.Event {
			m := &making{rng: rand.New(rand.NewPCG(5, 6))}
			for i := range n / 3 {
				m.publish(time.Duration(i)*time.Millisecond, "live/s0", uint32(i+1), 0, i, i > 0)
			}
			return m.ordered(time.Duration(n/3) * time.Millisecond)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, out := held(t, events())
			got := bounded(t, s)
			if want, _ := attempts(out); got != want {
				t.Errorf("bars and ticks stand for %d attempts of %d", got, want)
			}
		})
	}
}

// Of more keys than there are lanes those on which something went wrong have one.
func TestTooManyKeys(t *testing.T) {
	m := &making{rng: rand.New(rand.NewPCG(7, 8))}
	const keys = 30_000
	bad := map[string]bool{}
	for k := range keys {
		key := fmt.Sprintf("live/s%d", k)
		m.publish(time.Duration(k)*100*time.Microsecond, key, 1, 0, 0, false)
		if k%10 == 0 {
			bad[key] = true
			at := time.Duration(k)*100*time.Microsecond + 3*time.Second
			m.add(at, key, "pub/"+key, 1, history.Departed{How: "fin"})
			m.publish(at+time.Millisecond, key, 2, 1, 0, true)
		}
	}
	s, _ := held(t, m.ordered(20*time.Second))
	bounded(t, s)
	for _, l := range s.Lanes {
		delete(bad, l.Key)
	}
	if len(bad) > 0 || len(s.Lanes) != maxLanes || s.KeysLeft != keys-maxLanes {
		t.Errorf("%d bad keys have no lane; %d lanes, %d left", len(bad), len(s.Lanes), s.KeysLeft)
	}
}

// What went wrong stays as it was while what went well is merged.
func TestTheGoodIsMergedFirst(t *testing.T) {
	m := &making{rng: rand.New(rand.NewPCG(9, 9))}
	for i := range 60 { // one key is refused now and then, with long gaps
		at := time.Duration(i) * 60 * time.Second
		m.publish(at, "live/bad", uint32(3*i+1), uint32(3*i), 0, false)
		m.add(at+20*time.Second, "live/bad", "pub", uint32(3*i+1), history.Departed{How: "fin"})
		m.publish(at+20*time.Second+time.Millisecond, "live/bad", uint32(3*i+2), uint32(3*i+1), 0, true)
	}
	for i := range 1000 {
		for k := range 100 {
			key, at := fmt.Sprintf("live/s%d", k), time.Duration(i)*3600*time.Millisecond
			m.publish(at, key, uint32(i+1), uint32(i), 0, false)
			m.add(at+3500*time.Millisecond, key, "pub", uint32(i+1), history.Departed{How: "fin"})
		}
	}
	s, _ := held(t, m.ordered(time.Hour))
	bounded(t, s)
	for _, l := range s.Lanes {
		for _, g := range l.Gaps {
			if l.Key == "live/bad" && g.N != 1 {
				t.Fatalf("a gap that was too long stands for %d", g.N)
			}
		}
		for _, b := range l.Bars {
			if l.Key == "live/bad" && b.N != 1 {
				t.Fatalf("a bar on a bad key stands for %d", b.N)
			}
		}
		if len(l.Bars) < 60 {
			t.Errorf("%s has %d bars", l.Key, len(l.Bars))
		}
	}
}

// Texts without an end, times before the run and after all times, numbers that can't be: a story comes of it, and the same twice.
func TestHostileHistories(t *testing.T) {
	huge := strings.Repeat("\x1b[31m\u202e<script>\x00é", 60_000)
	var events []history.Event
	for i := range 200 {
		at := time.Duration(i%7-3) * time.Hour
		if i%100 == 99 {
			at = math.MaxInt64
		}
		key := huge[i%40:]
		for _, what := range []history.Payload{
			history.LogLine{Line: huge, Level: huge[:i%5] + "ERROR", More: math.MaxInt64}, history.LogLine{Line: fmt.Sprint(rune('a'+i%26), huge), Level: "ERROR", Class: huge},
			history.PublishSent{Role: "nobody", Conn: int64(i)}, history.PublishRefused{Role: history.Owner, Conn: int64(i - 5), Wire: "?", Sent: -5},
			history.PublishAccepted{Conn: int64(i - 2), Said: -7}, history.Departed{Conn: int64(i - 9), How: huge, Bytes: math.MaxInt64},
			history.PlayRequested{}, history.PlayFirst{Of: "media", Since: -1}, history.PlayProgress{Tags: -4, Bytes: -4, Last: -9, MaxGap: math.MaxInt64},
			history.PlayProgress{Tags: 4, Bytes: math.MaxInt64, Last: math.MaxInt64, MaxGap: math.MaxInt64}, history.Stall{Gap: math.MaxInt64}, history.PlayEnded{Bytes: math.MaxInt64},
			history.Usage{PID: 1, CPU: time.Duration(-i), RSS: -1}, history.API{Clients: -1}, history.OwnTrouble{Code: huge, Count: -1},
			history.CrowdSample{For: -1, Bytes: math.MinInt64, FirstFrame: history.Counts{{-1, math.MaxInt64}}, Wanted: -4}, history.SelfSample{CPU: math.NaN(), Machine: math.Inf(1), For: math.MaxInt64, Late: []string{huge}},
			history.Phase{Name: huge}, history.Process{State: "started"}, history.Sanitizer{Tool: huge, Again: math.MaxInt64}, history.Tick{},
		} {
			if i > 10 {
				if l, ok := what.(history.LogLine); ok {
					l.Line = fmt.Sprintf("%c%c %s", 'a'+i%26, 'a'+i/26%26, huge[:300])
					what = l
				}
			}
			events = append(events, history.Event{At: at, Key: key[:200+i%100], Actor: key[:100+i%300], Epoch: uint32(i % 3), What: what})
		}
	}
	s, _ := held(t, events)
	bounded(t, s)
	again, _ := held(t, events)
	if !reflect.DeepEqual(s, again) {
		t.Error("told twice, it is another story")
	}
	var csv bytes.Buffer
	if err := s.WriteCSV(&csv); err != nil {
		t.Fatal(err)
	}
}

// FuzzFold tells stories of histories that nobody made: every attempt stays in them, and nothing goes beyond its bound.
func FuzzFold(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21})
	f.Add([]byte("\x02\x10\x03\x11\x06\x20\x02\x30\x04\x31\x02\x40\x05\x50"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var events []history.Event
		at := time.Duration(0)
		for i := 0; i+1 < len(data); i += 2 {
			what, n := data[i], data[i+1]
			at += time.Duration(int8(n)) * 20 * time.Millisecond
			e := history.Event{At: at, Key: fmt.Sprintf("live/s%d", n%3), Actor: fmt.Sprintf("play/%d", n%5), Epoch: uint32(what >> 5)}
			conn, d := int64(n%4), time.Duration(n)*10*time.Millisecond
			switch what % 22 {
			case 0:
				e.What = history.Tick{}
			case 1:
				e.What = history.Phase{Name: []string{"storm", "settling", "end"}[n%3]}
			case 2, 3:
				e.What = history.PublishSent{Role: history.Role(Roles[n%3]), Conn: conn, After: uint32(n % 2)}
			case 4, 5:
				e.What = history.PublishAccepted{Conn: conn, Said: at - d}
			case 6:
				e.What = history.PublishRefused{Role: history.Role(Roles[n%3]), Conn: conn, Sent: at - d, Wire: history.WireEOF}
			case 7:
				e.What = history.PublishUndecided{Conn: conn}
			case 8:
				e.What = history.Departed{Conn: conn, How: Leaves[n%8], Bytes: int64(n)}
			case 9:
				e.What = history.PublishEnded{Conn: conn, Vanished: n%2 == 0}
			case 10:
				e.What = history.PlayRequested{Manner: "prompt", Crowd: n%2 == 0}
			case 11:
				e.What = history.PlayFirst{Of: "media", Since: d}
			case 12:
				e.What = history.PlayProgress{Tags: int64(n % 3), Last: at - d, MaxGap: d, Bytes: int64(n)}
			case 13:
				e.What = history.PlayEnded{Wire: history.WireEOF, Bytes: int64(n)}
			case 14:
				e.What = history.PlayRefused{Wire: history.WireReset}
			case 15:
				e.What = history.Stall{Gap: d}
			case 16:
				e.What = history.Case{Name: fmt.Sprint(n), State: []string{"begin", "end", "skipped"}[n%3]}
			case 17:
				e.What = history.LogLine{Line: string(data[:i]), Level: "ERROR", Class: "busy", Key: e.Key, Wall: int64(n)}
			case 18:
				e.What = history.Process{State: []string{"started", "exited", "gone"}[n%3], PID: int(n)}
			case 19:
				e.What = history.CrowdSample{For: d, Wanted: int(n), Bytes: int64(n), FirstFrame: history.Counts{{int64(n), int64(n)}}}
			case 20:
				e.What = history.SelfSample{For: d, CPU: float64(n), Late: []string{"lag"}, Lag: history.Counts{{int64(n) << 20, 2}}}
			default:
				e.What = history.Probe{Result: "silent", Quiet: d * 100}
			}
			events = append(events, e)
		}
		s, _ := held(t, events)
		bounded(t, s)
	})
}
