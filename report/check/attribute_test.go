package check

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

func TestTies(t *testing.T) {
	const owned, gone, sent, at = 101, 600, 600.1, 605.0
	for _, tt := range []struct {
		name   string
		refuse try
		lines  func(*script)
		by     Tie
		class  profile.Class
	}{
		{"by id, the line after the refusal", try{id: "c"},
			func(s *script) { s.log(at+900, "busy", "c", k0) }, ByID, profile.Busy},
		{"by id, the line before the refusal", try{id: "c"},
			func(s *script) { s.log(at-1, "busy", "c", "") }, ByID, profile.Busy},
		{"by id, although a line of another stands nearer", try{id: "c"},
			func(s *script) { s.log(at, "disposing", "d", k0); s.log(at+900, "busy", "c", k0) }, ByID, profile.Busy},
		{"by id, too late", try{id: "c"},
			func(s *script) { s.log(at+2300, "busy", "c", k0) }, ByNothing, profile.Closed},
		{"the id of another", try{id: "c"},
			func(s *script) { s.log(at+1, "busy", "d", k0) }, ByNothing, profile.Closed},
		{"by address, named by another line", try{local: "1.2.3.4:5"}, func(s *script) {
			s.add(at-3, "", 0, "server", history.LogLine{Rule: "rtmp-client", ID: "c", Peer: "1.2.3.4:5"})
			s.log(at+900, "busy", "c", "")
		}, ByPeer, profile.Busy},
		{"by address, the line before the refusal", try{local: "1.2.3.4:5"}, func(s *script) {
			s.add(at-3, "", 0, "server", history.LogLine{Rule: "rtmp-client", ID: "c", Peer: "1.2.3.4:5"})
			s.log(at-1, "busy", "c", "")
		}, ByPeer, profile.Busy},
		{"by time, the line after", try{},
			func(s *script) { s.log(at+250, "busy", "c", k0) }, ByTime, profile.Busy},
		{"by time, the line before", try{},
			func(s *script) { s.log(at-250, "busy", "c", k0) }, ByTime, profile.Busy},
		{"by time, too far", try{},
			func(s *script) { s.log(at+251, "busy", "c", k0) }, ByNothing, profile.Closed},
		{"by time, another key", try{},
			func(s *script) { s.log(at+1, "busy", "c", k1) }, ByNothing, profile.Closed},
		{"by time, the key named by another line", try{}, func(s *script) {
			s.add(at-3, "", 0, "server", history.LogLine{Rule: "identified", ID: "c", Key: k0})
			s.log(at+1, "disposing", "c", "")
		}, ByTime, profile.Disposing},
		{"by time, the nearer of two", try{}, func(s *script) {
			s.log(at-90, "disposing", "d", k0)
			s.log(at+80, "busy", "c", k0)
		}, ByTime, profile.Busy},
		{"not by time to a player's line", try{}, func(s *script) {
			s.add(at, "", 0, "server", history.LogLine{Class: "disposing", Rule: "play-disposing", ID: "p", Key: k0})
		}, ByNothing, profile.Closed},
		{"no line at all", try{}, func(*script) {}, ByNothing, profile.Closed},
		{"the wire: bad name", try{wire: history.WireStatus, code: "NetStream.Publish.BadName"}, func(*script) {}, ByNothing, profile.BadName},
		{"the wire: rejected", try{wire: history.WireStatus, code: "NetConnection.Connect.Rejected"}, func(*script) {}, ByNothing, profile.Denied},
		{"the wire: a status whose text looks like a class is not guessed at",
			try{wire: history.WireStatus, code: "NetStream.Failed", text: "stream busy, pattern duplicated"}, func(*script) {}, ByNothing, profile.Closed},
		{"the wire: silence", try{wire: history.WireTimeout}, func(*script) {}, ByNothing, profile.Timeout},
		{"the wire: reset", try{wire: history.WireReset}, func(*script) {}, ByNothing, profile.Closed},
		{"the wire: refused", try{wire: history.WireRefused, stage: "tcp", unsent: true}, func(*script) {}, ByNothing, profile.Unreachable},
		{"the log before the wire", try{id: "c", wire: history.WireStatus, code: "NetStream.Publish.BadName"},
			func(s *script) { s.log(at+1, "duplicated", "c", k0) }, ByID, profile.Duplicated},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.accept(k0, 1, 100, owned)
			s.depart(k0, 1, gone)
			s.refuse(k0, 2, sent, at, tt.refuse)
			tt.lines(s)
			s.accept(k0, 3, 1100, 1101)
			out := s.judge()
			if got := out.Outcome.Publish.Refused[tt.class]; got != 1 {
				t.Errorf("refused %v, want one %s", out.Outcome.Publish.Refused, tt.class)
			}
			found := 0
			for _, f := range out.Findings {
				if f.Cases[0].Actor == "" {
					continue // of a player
				}
				found++
				if f.Cases[0].By != tt.by {
					t.Errorf("tied by %q, want %q", f.Cases[0].By, tt.by)
				}
			}
			if found != 1 && tt.class != profile.Unreachable {
				t.Errorf("%s", brief(out))
			}
		})
	}
}

// One line explains one refusal.
func TestALineIsUsedOnce(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600)
	s.refuse(k0, 2, 600.1, 601)
	s.refuse(k0, 3, 620, 621)
	s.log(602, "busy", "c", k0)
	s.accept(k0, 4, 700, 701)
	out := s.judge()
	if out.Outcome.Publish.Refused[profile.Busy] != 1 || out.Outcome.Publish.Refused[profile.Closed] != 1 {
		t.Errorf("refused %v", out.Outcome.Publish.Refused)
	}
}

// Lines of connections come by the thousand; none is remembered for ever.
func TestAttributionForgets(t *testing.T) {
	s := newScript(t)
	s.length = 10 * time.Minute
	for i := range 6000 {
		at := float64(i) * 100
		id := "c" + time.Duration(i).String()
		s.add(at, "", 0, "server", history.LogLine{Rule: "identified", ID: id, Key: k0})
		s.log(at, "busy", id, k0)
	}
	j := New(s.header)
	for _, e := range s.ordered() {
		j.Step(e)
	}
	tied := j.refusals.tied
	if n := len(tied.logs.names.by); n > 1300 {
		t.Errorf("%d names remembered", n)
	}
	if n := len(tied.lines); n > 100 {
		t.Errorf("%d lines remembered", n)
	}
	if n := len(tied.free.id); n > 100 {
		t.Errorf("%d ids remembered", n)
	}
}

// A connection that is named again and again holds up none of those behind it.
func TestANameThatStaysIsInNobodysWay(t *testing.T) {
	s := newScript(t)
	s.length = 10 * time.Minute
	for i := range 6000 {
		at := float64(i) * 100
		s.add(at, "", 0, "server", history.LogLine{Rule: "identified", ID: "stays", Key: k0})
		s.add(at, "", 0, "server", history.LogLine{Rule: "identified", ID: "c" + time.Duration(i).String(), Key: k0})
		s.add(at, k0, 0, p0, history.PlayRequested{Local: "1.2.3.4:" + time.Duration(i).String()})
		s.add(at, k0, 0, p0, history.PlayRequested{Local: "1.2.3.4:5"})
	}
	j := New(s.header)
	for _, e := range s.ordered() {
		j.Step(e)
	}
	tied := j.refusals.tied
	if n := len(tied.logs.names.by); n > 1300 || n != len(tied.logs.names.age) || tied.logs.names.by["stays"].key == "" {
		t.Errorf("%d names remembered, %d listed", n, len(tied.logs.names.age))
	}
	if n := len(tied.viewers); n > 110 || n != len(tied.viewed) {
		t.Errorf("%d viewers remembered, %d listed", n, len(tied.viewed))
	}
}

// A player's refusal stands in the log.
func TestRefusedPlaysInTheLog(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"a play was refused, duplicated", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(700, "", 0, "server", history.LogLine{Line: "x", Class: "duplicated", Rule: "play-duplicated", ID: "p", Key: k0})
		}, "fail duplicated-pattern×1(live/s0)"},
		{"a play was refused, disposing, and its key stands in another line", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(690, "", 0, "server", history.LogLine{Line: "h", Rule: "http-client", ID: "p", Key: k0, Peer: "1.2.3.4:5"})
			s.add(700, "", 0, "server", history.LogLine{Line: "x", Class: "disposing", Rule: "play-disposing", ID: "p"})
		}, "pass disposing/info×1(live/s0)"},
		{"a stranger's play", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(700, "", 0, "server", history.LogLine{Line: "x", Class: "duplicated", Rule: "play-duplicated", ID: "p", Key: "live/other"})
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}

// A line that refused a player is tied to it where it names the player's address, and else to nobody.
func TestWhoWasRefusedAPlay(t *testing.T) {
	for _, tt := range []struct {
		peer string
		want Tie
	}{{"1.2.3.4:5", ByPeer}, {"1.2.3.4:6", ByNothing}, {"", ByNothing}} {
		s := newScript(t)
		s.cycles(k0, 1, 100, 3)
		s.add(680, k0, 0, p0, history.PlayRequested{Session: 1, Local: "1.2.3.4:5"})
		s.add(690, "", 0, "server", history.LogLine{Line: "h", Rule: "http-client", ID: "p", Key: k0, Peer: tt.peer})
		s.add(700, "", 0, "server", history.LogLine{Line: "x", Class: "duplicated", Rule: "play-duplicated", ID: "p"})
		if c := s.want("fail duplicated-pattern×1(live/s0)").Findings[0].Cases[0]; c.By != tt.want || c.Log != "x" {
			t.Errorf("from %q: %+v", tt.peer, c)
		}
	}
}

// replay makes events of a real server's log: what a run beside it would have seen.
func replay(t *testing.T, file string, refusedAfter time.Duration) (events []history.Event, end time.Duration) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, _ := profile.Lookup("srs")
	type publisher struct {
		key   string
		epoch uint32
		conn  int64
		sent  time.Duration
	}
	publishers, epochs, conns := map[string]*publisher{}, map[string]uint32{}, int64(0)
	var start time.Time
	add := func(at time.Duration, q *publisher, what history.Payload) {
		e := history.Event{At: at, What: what}
		if q != nil {
			e.Key, e.Epoch, e.Actor = q.key, q.epoch, "pub/"+q.key
		}
		events = append(events, e)
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		parsed, known := p.ParseLog(lines.Text())
		if parsed.Time == "" {
			continue
		}
		wall, err := time.Parse("2006-01-02 15:04:05.000", parsed.Time)
		if err != nil {
			t.Fatal(err)
		}
		if start.IsZero() {
			start = wall
		}
		at := wall.Sub(start) + time.Millisecond
		end = max(end, at)
		q := publishers[parsed.ID]
		switch {
		case parsed.Rule == "rtmp-client":
			conns++
			publishers[parsed.ID] = &publisher{conn: conns}
			add(at, nil, history.Connected{Role: history.Owner, Conn: conns, ServerID: parsed.ID, Local: parsed.Peer})
		case parsed.Rule == "identified" && q != nil:
			epochs[parsed.Key]++
			q.key, q.epoch, q.sent = parsed.Key, epochs[parsed.Key], at
			add(at, q, history.PublishSent{Role: history.Owner, Conn: q.conn, ServerID: parsed.ID, After: q.epoch - 1, Gap: 1})
		case strings.Contains(lines.Text(), "] start publish ") && q != nil:
			add(at, q, history.PublishAccepted{Conn: q.conn, Said: at})
		case strings.Contains(lines.Text(), "cleanup when unpublish") && q != nil:
			add(at-100*time.Microsecond, q, history.Departed{Conn: q.conn, How: "fin"})
		case parsed.Class != "" && q != nil:
			add(at+refusedAfter, q, history.PublishRefused{
				Role: history.Owner, Conn: q.conn, Sent: q.sent, Stage: "publish", Wire: history.WireEOF, ServerID: parsed.ID,
			})
		}
		if known && !parsed.Noise {
			add(at, nil, history.LogLine{
				Line: lines.Text(), Level: parsed.Level, ID: parsed.ID, Rule: parsed.Rule, Class: string(parsed.Class),
				Key: parsed.Key, Peer: parsed.Peer,
			})
		}
	}
	return events, end
}

// The log of the server that started it all: five keys dropped at once, each return met the old mount, then it died.
func TestTheBugInARealLog(t *testing.T) {
	for _, after := range []time.Duration{ms(-2), ms(2)} {
		s := newScript(t)
		events, end := replay(t, "testdata/srs-7.0.2.log", after)
		s.events = append(s.events, events...)
		s.length = end + 2*time.Second
		s.events = append(s.events, history.Event{At: end + ms(10), Actor: "server", What: history.Process{State: "exited", Signal: "SIGSEGV"}})
		out := s.want("fail server-crashed×1() duplicated-pattern×5(live/s0,live/s1,live/s2,live/s3,live/s4)")
		for _, c := range out.Findings[1].Cases {
			if c.By != ByID || !strings.Contains(c.Log, "code=4001") || !strings.Contains(c.Log, c.Key) {
				t.Errorf("case %+v", c)
			}
		}
		if out.Findings[0].Cases[0].Text != "SIGSEGV" {
			t.Errorf("died of %+v", out.Findings[0].Cases)
		}
	}
}

// The same load on a server without the bug.
func TestARealLogWithoutTheBug(t *testing.T) {
	s := newScript(t)
	events, end := replay(t, "testdata/srs-5.0.216.log", 0)
	s.events = append(s.events, events...)
	s.length = end + 2*time.Second
	out := s.want("pass")
	if out.Outcome.Publish.Accepted < 10 || out.Outcome.Returns.Returns < 5 || out.Outcome.Returns.Refused != 0 {
		t.Errorf("%+v %+v", out.Outcome.Publish, out.Outcome.Returns)
	}
}
