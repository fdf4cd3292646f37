package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// script is a made-up run. Its lines may be written in any order: a run hands them to the judge in the order of their
// times, with ticks between, as the Recorder does.
type script struct {
	t      *testing.T
	header history.Header
	events []history.Event
	conns  int64
	length time.Duration
	noEnd  bool
	stalls []span          // times without ticks
	last   []history.Event // handed to the judge in the end
}

const (
	k0 = "live/s0"
	k1 = "live/s1"
)

// ms is a time of a script.
func ms(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }

// newScript is a run of SRS with the default thresholds, of 20 s of which 15 are storm.
func newScript(t *testing.T) *script {
	p, _ := profile.Lookup("srs")
	m, err := p.Map()
	if err != nil {
		t.Fatal(err)
	}
	s := &script{t: t, length: 20 * time.Second, header: history.Header{
		Schema: history.Schema, Profile: m,
		Judge: history.Judge{Grace: time.Second, StuckAfter: 10 * time.Second},
	}}
	s.add(0, "", 0, "run", history.Phase{Name: "start"})
	s.add(0, "", 0, "run", history.Phase{Name: "storm"})
	return s
}

func (s *script) use(name string) *script {
	p, ok := profile.Lookup(name)
	if !ok {
		s.t.Fatalf("no profile %s", name)
	}
	m, err := p.Map()
	if err != nil {
		s.t.Fatal(err)
	}
	s.header.Profile = m
	return s
}

func (s *script) add(at float64, key string, epoch uint32, actor string, what history.Payload) {
	s.events = append(s.events, history.Event{At: ms(at), Key: key, Epoch: epoch, Actor: actor, What: what})
}

func (s *script) settling(at float64) { s.add(at, "", 0, "run", history.Phase{Name: "settling"}) }

// try is an attempt of a script. Its zero value is the owner's.
type try struct {
	role   history.Role
	try    int
	after  uint32
	id     string // the server's
	pid    string // of its process
	local  string
	said   float64
	stage  string
	wire   history.Wire
	code   string
	text   string
	unsent bool
	armed  bool
	gap    float64
	due    float64
}

func (o try) actor(key string) string {
	switch o.role {
	case history.Contender:
		return "con/" + key
	case history.Settling:
		return "set/" + key
	}
	return "pub/" + key
}

// sent writes a publish.
func (s *script) sent(key string, epoch uint32, at float64, o try) int64 {
	if o.role == "" {
		o.role = history.Owner
	}
	s.conns++
	s.add(at-0.2, key, 0, o.actor(key), history.Connected{
		Role: o.role, Conn: s.conns, ServerID: o.id, ServerPID: o.pid, Local: o.local, Setup: ms(1), Armed: o.armed,
	})
	s.events = append(s.events, history.Event{At: ms(at), Due: ms(o.due), Key: key, Epoch: epoch, Actor: o.actor(key), What: history.PublishSent{
		Role: o.role, Conn: s.conns, Try: o.try, After: o.after, ServerID: o.id, Armed: o.armed, Gap: ms(o.gap), Players: -1,
	}})
	return s.conns
}

// accept is a publish that is accepted.
func (s *script) accept(key string, epoch uint32, sent, at float64, opts ...try) {
	o := one(opts)
	conn := s.sent(key, epoch, sent, o)
	said := o.said
	if said == 0 {
		said = at
	}
	s.add(at, key, epoch, o.actor(key), history.PublishAccepted{Conn: conn, Rule: "onstatus", Said: ms(said)})
}

// refuse is a publish that is refused, by FIN unless the options say otherwise.
func (s *script) refuse(key string, epoch uint32, sent, at float64, opts ...try) {
	o := one(opts)
	if o.role == "" {
		o.role = history.Owner
	}
	if o.wire == "" {
		o.wire = history.WireEOF
	}
	if o.stage == "" {
		o.stage = "publish"
	}
	p := history.PublishRefused{
		Role: o.role, Stage: o.stage, Wire: o.wire, Code: o.code, Text: o.text, ServerID: o.id, Local: o.local,
		Try: o.try, After: o.after,
	}
	if !o.unsent {
		p.Conn = s.sent(key, epoch, sent, o)
		p.Sent = ms(sent)
	}
	s.add(at, key, epoch, o.actor(key), p)
}

func (s *script) undecided(key string, epoch uint32, sent, at float64, opts ...try) {
	o := one(opts)
	s.add(at, key, epoch, o.actor(key), history.PublishUndecided{Conn: s.sent(key, epoch, sent, o)})
}

func one(opts []try) try {
	if len(opts) > 0 {
		return opts[0]
	}
	return try{}
}

func (s *script) depart(key string, epoch uint32, at float64, how ...string) {
	p := history.Departed{How: "fin", LastSent: ms(at - 10)}
	if len(how) > 0 {
		p.How = how[0]
	}
	s.add(at, key, epoch, "pub/"+key, p)
}

func (s *script) ended(key string, epoch uint32, at float64, vanished bool) {
	s.add(at, key, epoch, "pub/"+key, history.PublishEnded{Wire: history.WireEOF, Vanished: vanished})
}

// log is a line that refused somebody; id names the connection.
func (s *script) log(at float64, class, id, key string) {
	s.add(at, key, 0, "server", history.LogLine{
		Line: fmt.Sprintf("[ERROR][%s] %s", id, class), Level: "ERROR", ID: id, Class: class, Rule: "publish-" + class, Key: key,
	})
}

// busyFrom refuses a key again and again from a time on, as the engine does: quickly under the grace, then slower.
// Each refusal has its line in the log, of the class.
func (s *script) refuseAgain(key string, epoch uint32, from, until float64, class string) uint32 {
	at, pause := from, 20.0
	for n := 1; at < until; n++ {
		id := fmt.Sprintf("%s-%d", strings.ReplaceAll(key, "/", ""), epoch)
		s.refuse(key, epoch, at, at+1, try{id: id, try: n})
		if class != "" {
			s.log(at+1.5, class, id, key)
		}
		at += pause
		pause = min(2*pause, 250)
		if at > from+1000 {
			pause = 500
		}
		epoch++
	}
	return epoch
}

// cycles is an owner that lives and returns at once, n times, from a time on; it returns when the last one is accepted.
func (s *script) cycles(key string, epoch uint32, at float64, n int) (uint32, float64) {
	for range n {
		s.accept(key, epoch, at, at+1, try{after: epoch - 1})
		at += 500
		s.depart(key, epoch, at)
		at += 0.1
		epoch++
	}
	return epoch, at
}

// ordered are the events as a judge hears them, with ticks.
func (s *script) ordered() []history.Event {
	events := slices.Clone(s.events)
	if !s.noEnd {
		events = append(events, history.Event{At: s.length, Actor: "run", What: history.Phase{Name: "end"}})
	}
	slices.SortStableFunc(events, func(a, b history.Event) int { return int(a.At - b.At) })
	var out []history.Event
	tick := history.TickEvery
	for _, e := range events {
		for ; tick <= e.At; tick += history.TickEvery {
			if !slices.ContainsFunc(s.stalls, func(stall span) bool { return stall.from < tick && tick < stall.to }) {
				out = append(out, history.Event{At: tick, Actor: "run", What: history.Tick{}})
			}
		}
		if late, ok := e.What.(lateEvent); ok {
			e.At, e.What = late.at, late.what
		}
		out = append(out, e)
	}
	return out
}

// judge hands the events to a judge, whose live view must never claim what the end takes back.
func (s *script) judge() Judgement {
	s.t.Helper()
	s.last = s.ordered()
	return judged(s.t, s.header, s.last)
}

func judged(t *testing.T, header history.Header, events []history.Event) Judgement {
	t.Helper()
	j := New(header)
	proven := false
	for i, e := range events {
		e.Seq = int64(i + 1)
		j.Step(e)
		if _, tick := e.What.(history.Tick); tick {
			proven = proven || j.Proven()
		}
	}
	out := j.Finish()
	if proven && out.Verdict != Fail {
		t.Errorf("proven while it ran, but the verdict is %v", out.Verdict)
	}
	for _, tally := range []Tally{out.Outcome.Publish, out.Outcome.Contenders, out.Outcome.Settling} {
		sum := tally.Accepted + tally.Undecided
		for _, n := range tally.Refused {
			sum += n
		}
		if sum != tally.Attempts {
			t.Errorf("%d attempts, but %d fates: %+v", tally.Attempts, sum, tally)
		}
	}
	return out
}

// brief says what a judgement found, one word a finding: "stuck-busy<duplicated-pattern×1(live/s0)".
func brief(out Judgement) string {
	words := []string{out.Verdict.String()}
	for _, f := range out.Findings {
		word := fmt.Sprintf("%s×%d(%s)", f.ID, f.Count, strings.Join(f.Keys, ","))
		if f.ForGood {
			word += "!"
		}
		if f.Allowed {
			word += "~"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// want fails the test unless the run is judged so.
func (s *script) want(want string) Judgement {
	s.t.Helper()
	out := s.judge()
	if got := brief(out); got != want {
		s.t.Errorf("\n got %s\nwant %s", got, want)
		for _, r := range out.Reasons {
			s.t.Logf("reason %s", r.Code)
		}
	}
	return out
}

// lateEvent is a payload that a script hands over later than it happened; unwrap makes it what it is.
type lateEvent struct {
	at   time.Duration
	what history.Payload
}

func (l lateEvent) Kind() string { return l.what.Kind() }
