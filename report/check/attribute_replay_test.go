package check

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// storm is a made-up run of a thousand refused attempts, a few milliseconds apart, beside the log of a server that writes
// three lines about each: who connected, what for, and why not.
type storm struct {
	ids     int  // how many ids the server has; zero for one each, negative for none in the connect reply
	tokens  bool // behind the stream's name
	proxied bool // the log has another's ports, every tenth of them by chance one of ours
	late    time.Duration
	refused time.Duration // how late we see the refusal
	named   bool          // the line that names the connection comes after the one that explains
}

const (
	stormSize  = 1000
	stormEvery = 3 * time.Millisecond
	stormKeys  = 10
	// zone is the log's clock against ours.
	zone = 8*time.Hour + 250*time.Millisecond
)

var stormBegan = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

func wallAt(at time.Duration) int64 { return stormBegan.Add(at + zone).UnixMilli() }

var stormClasses = []string{"busy", "duplicated", "disposing"}

func (w storm) local(i int) string { return fmt.Sprintf("127.0.0.1:%d", 20_000+i) }

// peer is what the server sees in place of local.
func (w storm) peer(i int) string {
	switch {
	case !w.proxied:
		return w.local(i)
	case i%10 == 0:
		return w.local((i + stormKeys) % stormSize)
	}
	return fmt.Sprintf("127.0.0.1:%d", 40_000+i)
}

func (w storm) script(t *testing.T) *script {
	s := newScript(t)
	s.header.StartedAt = stormBegan
	random := rand.New(rand.NewPCG(1, 2))
	at := time.Second
	var read time.Duration
	logged := func(wall time.Duration, p history.LogLine) {
		p.Wall = wallAt(wall)
		read = max(read, wall)
		if w.late > 0 {
			read = max(read, wall+time.Duration(random.Int64N(int64(w.late))))
		}
		s.events = append(s.events, history.Event{At: read, Key: p.Key, Actor: "server", What: p})
	}
	for i := range stormKeys {
		key := fmt.Sprintf("live/s%d", i)
		s.accept(key, 1, 100, 101)
		s.depart(key, 1, 600)
	}
	type line struct {
		at time.Duration
		p  history.LogLine
	}
	var waiting []line // lines of different connections stand between each other
	for i := range stormSize {
		at += stormEvery
		key := fmt.Sprintf("live/s%d", i%stormKeys)
		id := fmt.Sprintf("c%d", i)
		if w.ids > 0 {
			id = fmt.Sprintf("c%d", i%w.ids)
		}
		replied, token := id, ""
		if w.ids < 0 {
			replied = ""
		}
		if w.tokens {
			token = fmt.Sprintf("t%d", i)
		}
		epoch, conn := uint32(2+i/stormKeys), int64(1000+i)
		add := func(at time.Duration, what history.Payload) {
			s.events = append(s.events, history.Event{At: at, Key: key, Epoch: epoch, Actor: "pub/" + key, What: what})
		}
		add(at-ms(2), history.Connected{Role: history.Owner, Conn: conn, ServerID: replied, Token: token, Local: w.local(i), Setup: ms(1)})
		add(at, history.PublishSent{Role: history.Owner, Conn: conn, Try: i, ServerID: replied, Token: token, Players: -1})
		add(at+ms(4)+w.refused, history.PublishRefused{
			Role: history.Owner, Conn: conn, Sent: at, Stage: "publish", Wire: history.WireEOF, ServerID: replied, Token: token, Local: w.local(i), Try: i,
		})
		class := stormClasses[i%len(stormClasses)]
		who := line{at - ms(2), history.LogLine{Line: "who", Rule: "rtmp-client", ID: id, Peer: w.peer(i)}}
		why := line{at + ms(3.5), history.LogLine{Line: fmt.Sprintf("why %d", i), Level: "ERROR", Rule: "publish-" + class, Class: class, ID: id}}
		what := line{at + ms(0.5), history.LogLine{Line: "what", Rule: "identified", ID: id, Key: key, Token: token}}
		if w.named {
			what.at = why.at + ms(0.5)
		}
		waiting = append(waiting, who, why, what)
	}
	for len(waiting) > 0 {
		first := 0
		for i := range min(len(waiting), 30) {
			if waiting[i].at < waiting[first].at {
				first = i
			}
		}
		logged(waiting[first].at, waiting[first].p)
		waiting = append(waiting[:first], waiting[first+1:]...)
	}
	s.length = 30 * time.Second
	return s
}

// refusals judges the run and returns all its refusals beside what was judged.
func (w storm) refusals(t *testing.T) ([]*refusal, Judgement) {
	s := w.script(t)
	j := New(s.header)
	var all []*refusal
	for i, e := range s.ordered() {
		e.Seq = int64(i + 1)
		j.Step(e)
		if _, ok := e.What.(history.PublishRefused); ok {
			all = append(all, j.refusals.settling[len(j.refusals.settling)-1])
		}
	}
	return all, j.Finish()
}

// Every refusal of a thousand has the line that its own attempt left in the log, whatever stands between.
func TestEveryRefusalHasItsOwnLine(t *testing.T) {
	const lag = 800 * time.Millisecond
	for _, tt := range []struct {
		name string
		storm
		by Tie
	}{
		{"ids", storm{}, ByID},
		{"ids, the log late", storm{late: lag}, ByID},
		{"ids, the refusals late", storm{refused: lag}, ByID},
		{"ids that come again, the log late", storm{ids: 40, late: lag}, ByID},
		{"ids that come again, the refusals late", storm{ids: 40, refused: lag}, ByID},
		{"ids, through a proxy", storm{proxied: true, late: lag}, ByID},
		{"ids and tokens, through a proxy", storm{tokens: true, proxied: true}, ByID},
		{"tokens", storm{ids: -1, tokens: true, late: lag}, ByToken},
		{"tokens, named after the refusal", storm{ids: -1, tokens: true, named: true, proxied: true, late: lag}, ByToken},
		{"tokens, named after the refusal, which is late", storm{ids: -1, tokens: true, named: true, refused: lag}, ByToken},
		{"tokens, through a proxy", storm{ids: -1, tokens: true, proxied: true, late: lag}, ByToken},
		{"addresses", storm{ids: -1, late: lag}, ByPeer},
		{"addresses, the refusals late", storm{ids: -1, refused: lag}, ByPeer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all, out := tt.refusals(t)
			if len(all) != stormSize {
				t.Fatalf("%d refusals", len(all))
			}
			wrong := 0
			for i, r := range all {
				if r.log == nil || r.log.Line != fmt.Sprintf("why %d", i) || r.by != tt.by {
					if wrong++; wrong == 1 {
						t.Errorf("refusal %d by %q to %+v", i, r.by, r.log)
					}
				}
			}
			if wrong > 0 {
				t.Errorf("%d of %d have not their own line", wrong, stormSize)
			}
			log := out.Outcome.Log
			if log.Tied[tt.by] != stormSize || len(log.Tied) != 1 {
				t.Errorf("tied %v", log.Tied)
			}
			if log.Offset == nil || (*log.Offset-zone+tt.refused).Abs() > 5*time.Millisecond || log.OffsetFrom != stormSize {
				t.Errorf("offset %v of %d pairs", log.Offset, log.OffsetFrom)
			}
			if (log.Proxy != nil) != tt.proxied {
				t.Errorf("proxy %+v", log.Proxy)
			}
			if log.Proxy != nil && (log.Proxy.Count < stormSize*9/10 || log.Proxy.Ours == log.Proxy.Seen) {
				t.Errorf("proxy %+v", log.Proxy)
			}
		})
	}
}

// Behind a proxy that leaves neither ids nor tokens, addresses say nothing, even where one is by chance one of ours: what is
// left are guesses, and they are marked.
func TestBehindAProxyThereAreOnlyGuesses(t *testing.T) {
	for _, refused := range []time.Duration{0, 100 * time.Millisecond} {
		all, out := storm{ids: -1, proxied: true, refused: refused}.refusals(t)
		for i, r := range all {
			if r.by != ByTime && r.by != ByNothing {
				t.Fatalf("refusal %d by %q", i, r.by)
			}
		}
		if tied := out.Outcome.Log.Tied; tied[ByTime] == 0 || tied[ByTime]+tied[ByNothing] != stormSize {
			t.Errorf("tied %v", tied)
		}
	}
}

// A guess goes by the line's own time where the clock of the log is known, so that a log that is read late is no loss.
func TestAGuessGoesByTheLogsClock(t *testing.T) {
	s := newScript(t)
	s.header.StartedAt = stormBegan
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600)
	line := func(at, wall float64, class, id string) {
		s.add(at, "", 0, "server", history.LogLine{
			Line: class, Level: "ERROR", ID: id, Class: class, Rule: "publish-" + class, Key: k0, Wall: wallAt(ms(wall)),
		})
	}
	s.refuse(k0, 2, 600.1, 605, try{id: "known"})
	line(1500, 604, "busy", "known")
	s.refuse(k0, 3, 700, 705)
	s.refuse(k0, 4, 1600, 1605)
	line(1610, 704, "duplicated", "late") // came when the second was refused, and is about the first
	line(2500, 1604, "disposing", "later")
	s.accept(k0, 5, 1700, 1701)
	out := s.judge()
	refused := out.Outcome.Publish.Refused
	if refused[profile.Busy] != 1 || refused[profile.Duplicated] != 1 || refused[profile.Disposing] != 1 {
		t.Errorf("refused %v", refused)
	}
	if tied := out.Outcome.Log.Tied; tied[ByID] != 1 || tied[ByTime] != 2 {
		t.Errorf("tied %v", tied)
	}
}
