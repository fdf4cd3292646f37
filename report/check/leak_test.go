package check

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// watched is a run of one key, with a return every half second for so many seconds, and then an end after which the server
// is looked at for some more. Settling and end come right behind the storm.
func watched(t *testing.T, seconds int) *script {
	s := newScript(t)
	s.header.Target.Exec = "objs/srs -e"
	s.header.Target.PublishURL = "rtmp://127.0.0.1/live/{stream}"
	s.length = time.Duration(seconds+6) * time.Second
	_, at := s.cycles(k0, 1, 100, 2*seconds)
	s.settling(at + 100)
	s.add(at+200, "", 0, "run", history.Phase{Name: "end"})
	s.noEnd = true
	s.add(at+5000, "", 0, "run", history.Tick{})
	return s
}

const serverPID = 77

// uses samples the process at each second, by the number of returns until then.
func (s *script) uses(seconds int, at func(second, returns int) history.Usage) {
	for i := range seconds {
		u := at(i, 2*i)
		if u.PID == 0 {
			u.PID = serverPID
		}
		s.add(float64(1000*i)+0.5, "", 0, "server", u)
	}
}

// shows samples the API.
func (s *script) shows(at float64, streams ...history.APIStream) {
	a := history.API{Took: ms(2), Streams: streams}
	for _, x := range streams {
		a.Clients += x.Clients
	}
	s.add(at, "", 0, "server", a)
}

// clean is a server that holds 20 descriptors and two for each player while it is under load.
func clean(second, _ int) history.Usage {
	u := history.Usage{RSS: 50 << 20, FDs: 20, Threads: 4, CPU: time.Duration(second) * 50 * time.Millisecond}
	if second > 0 && second <= 30 {
		u.FDs = 26 + second%3
	}
	return u
}

// after is clean with more descriptors, by the number of returns.
func with(more func(second, returns int) int) func(int, int) history.Usage {
	return func(second, returns int) history.Usage {
		u := clean(second, returns)
		u.FDs += more(second, min(returns, 60))
		return u
	}
}

func TestDescriptorsThatAreKept(t *testing.T) {
	onePerReturn := with(func(_, returns int) int { return returns })
	for _, tt := range []struct {
		name string
		use  func(second, returns int) history.Usage
		to   func(*script)
		want string
	}{
		{"none", clean, nil, "pass"},
		{"one for each return", onePerReturn, nil, "fail leak×60()"},
		{"one for every fourth return, on and on", with(func(_, n int) int { return n / 4 }), nil, "fail leak×15()"},
		{"a pool that is opened at first, and stays", with(func(second, _ int) int { return 15 * b2i(second > 0) }), nil, "pass"},
		{"a few that are opened once", with(func(second, _ int) int { return 6 * b2i(second > 3) }), nil, "pass"},
		{"let go of after a while", func(second, n int) history.Usage {
			u := onePerReturn(second, n)
			if second == 34 {
				u.FDs = 20
			}
			return u
		}, nil, "pass"},
		{"nobody may count them", func(int, int) history.Usage { return history.Usage{FDs: -1} }, nil, "pass"},
		{"a process that others use, too", onePerReturn, func(s *script) { s.header.Target.Exec = "" }, "pass"},
		{"a process whose API shows nobody else", onePerReturn, func(s *script) {
			s.header.Target.Exec = ""
			for i := range 30 {
				s.shows(1000*float64(i)+700, history.APIStream{Key: k0, Active: true, Clients: 3})
			}
			s.shows(34_000)
		}, "fail leak×60()"},
		{"a process whose API shows somebody else", onePerReturn, func(s *script) {
			s.header.Target.Exec = ""
			s.shows(700)
			s.shows(9700, history.APIStream{Key: "live/theirs", Clients: 1})
		}, "pass"},
		{"the server is started again, and needs some to begin with", func(second, _ int) history.Usage {
			u := clean(second, 0)
			switch {
			case second < 10:
			case second < 12:
				u.PID, u.FDs = serverPID+1, 5
			default:
				u.PID, u.FDs = serverPID+1, 40
			}
			return u
		}, func(s *script) {
			s.add(9900, "", 0, "server", history.Process{State: "stopped", PID: serverPID})
			s.add(9910, "", 0, "server", history.Process{State: "started", PID: serverPID + 1})
			s.add(11900, "", 0, "server", history.Process{State: "ready", PID: serverPID + 1})
		}, "pass"},
		{"the run broke off before its end", onePerReturn, func(s *script) {
			s.events = s.events[:len(s.events)-36]
		}, "pass"},
		{"the end of a silent publisher was not told to the server", with(func(second, _ int) int { return 9 * b2i(second > 0) }), func(s *script) {
			for i := range 9 {
				s.add(29000+float64(i), k1, uint32(i+1), "pub/"+k1, history.Departed{Conn: int64(9000 + i), How: "vanish"})
			}
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := watched(t, 30).showing()
			s.uses(36, tt.use)
			if tt.to != nil {
				tt.to(s)
			}
			out := s.judge()
			got := brief(out)
			for _, other := range []string{" server-crashed", " server-restarted"} {
				got, _, _ = strings.Cut(got, other)
			}
			if got = strings.Replace(got, "inconclusive", "pass", 1); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			for _, f := range out.Findings {
				if f.Code == Leak && (f.Cases[0].Text == "" || f.Cases[0].Event == 0) {
					t.Errorf("a leak without words: %+v", f.Cases[0])
				}
			}
		})
	}
}

// showing makes the profile one whose API shows streams.
func (s *script) showing() *script {
	p, err := profile.Read(s.header.Profile)
	if err != nil {
		s.t.Fatal(err)
	}
	p.API = &profile.API{Streams: &profile.APIList{Path: "/streams", Key: []string{"url"}, Count: "clients"}}
	if s.header.Profile, err = p.Map(); err != nil {
		s.t.Fatal(err)
	}
	return s
}

func TestWhatTheAPIStillShows(t *testing.T) {
	stream := func(active bool, clients int) history.APIStream {
		return history.APIStream{Key: k0, Active: active, Clients: clients, Publisher: "p9"}
	}
	for _, tt := range []struct {
		name   string
		before []history.APIStream
		after  []history.APIStream // twice
		then   []history.APIStream // once more
		to     func(*script)
		want   string
	}{
		{"nothing", nil, nil, nil, nil, "pass"},
		{"an empty stream", nil, []history.APIStream{stream(false, 0)}, []history.APIStream{stream(false, 0)}, nil, "pass"},
		{"connections", nil, []history.APIStream{stream(false, 4)}, []history.APIStream{stream(false, 3)}, nil, "fail leak×3(live/s0)"},
		{"connections that were there before", []history.APIStream{stream(false, 3)}, []history.APIStream{stream(false, 3)}, []history.APIStream{stream(false, 3)}, nil, "pass"},
		{"connections that go late", nil, []history.APIStream{stream(true, 4)}, nil, nil, "pass"},
		{"a publisher", nil, []history.APIStream{stream(true, 0)}, []history.APIStream{stream(true, 0)}, nil, "fail leak×1(live/s0)"},
		{"a publisher with players counts the connections", nil, []history.APIStream{stream(true, 2)}, []history.APIStream{stream(true, 2)}, nil, "fail leak×2(live/s0)"},
		{"what others have", nil, []history.APIStream{{Key: "live/theirs", Active: true, Clients: 9}}, []history.APIStream{{Key: "live/theirs", Active: true, Clients: 9}}, nil, "pass"},
		{"it doesn't count", nil, []history.APIStream{stream(false, -1)}, []history.APIStream{stream(false, -1)}, nil, "pass"},
		{"a stream that is held for whoever comes back", nil, []history.APIStream{stream(true, 0)}, []history.APIStream{stream(true, 0)}, func(s *script) {
			s.header.Profile["policy"], s.header.Profile["resume_ns"] = "grace", float64(30*time.Second)
		}, "pass"},
		{"a name that others may have, on a server that is not ours", nil, []history.APIStream{stream(true, 2)}, []history.APIStream{stream(true, 2)}, func(s *script) {
			s.header.Target.Exec, s.header.Target.PublishURL = "", "rtmp://h/live/s0"
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := watched(t, 4).showing()
			s.shows(1, tt.before...)
			s.shows(2000, stream(true, 4))
			for _, at := range []float64{6000, 6300} {
				s.shows(at, tt.after...)
			}
			s.shows(8000, tt.then...)
			s.shows(8600, tt.then...)
			if tt.to != nil {
				tt.to(s)
			}
			s.want(tt.want)
		})
	}
}

// A key that got stuck holds what it holds because of that.
func TestWhatIsKeptHasACause(t *testing.T) {
	s := newScript(t).showing()
	s.header.Target.Exec = "objs/srs -e"
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 2000)
	s.refuseAgain(k0, 2, 2000.1, 14_000, "duplicated")
	s.settling(15_000)
	s.add(19_000, "", 0, "run", history.Phase{Name: "end"})
	s.shows(1)
	s.shows(21_000, history.APIStream{Key: k0, Active: true, Clients: 1, Publisher: "lives0-2"})
	s.shows(21_600, history.APIStream{Key: k0, Active: true, Clients: 1, Publisher: "lives0-2"})
	s.add(22_000, "", 0, "run", history.Tick{})
	s.noEnd = true
	out := s.judge()
	for _, f := range out.Findings {
		if f.Code == Leak && (f.Root || *f.CausedBy != string(DuplicatedPattern)) {
			t.Errorf("%+v", f)
		}
		if f.Code == Leak {
			return
		}
	}
	t.Errorf("no leak: %s", brief(out))
}

func TestMemoryThatGrows(t *testing.T) {
	const seconds = 60
	noise := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		name string
		rss  func(second float64) float64 // MB
		want string
	}{
		{"not at all", func(float64) float64 { return 50 }, "pass"},
		{"noise", func(float64) float64 { return 50 + 5*noise.Float64() }, "pass"},
		{"200 KB a return", func(s float64) float64 { return 50 + 0.4*s }, "fail leak×1()"},
		{"200 KB a return, with noise", func(s float64) float64 { return 50 + 0.4*s + noise.Float64() }, "fail leak×1()"},
		{"a pool that fills in ten seconds", func(s float64) float64 { return 50 + 4*min(s, 10) }, "pass"},
		{"a pool that fills in forty", func(s float64) float64 { return 50 + min(s, 40) }, "pass"},
		{"one step", func(s float64) float64 { return 50 + 16*math.Floor(s/35) }, "pass"},
		{"ever rarer steps", func(s float64) float64 { return 50 + 8*math.Floor(math.Log2(1+s)) }, "pass"},
		{"a heap that is doubled and swept", func(s float64) float64 { return 50 + math.Mod(3*s, 30) }, "pass"},
		{"a logarithm", func(s float64) float64 { return 50 + 20*math.Log(1+s) }, "pass"},
		{"a root", func(s float64) float64 { return 50 + 6*math.Sqrt(s) }, "pass"},
		{"too little to be told", func(s float64) float64 { return 50 + 0.02*s }, "pass"},
		{"less and less", func(s float64) float64 { return 90 - 0.4*s }, "pass"},
	} {
		for _, under := range []string{"", "sanitizer", "short", "stranger", "suite"} {
			t.Run(tt.name+" "+under, func(t *testing.T) {
				s := watched(t, seconds)
				n, want := seconds+6, tt.want
				switch under {
				case "short":
					s, n = watched(t, 12), 18
				case "stranger":
					s.header.Target.Exec = ""
				case "suite":
					s.add(0, "", 0, "run", history.Case{Name: "one", State: "begin"})
					s.add(float64(1000*seconds+1000), "", 0, "run", history.Case{Name: "one", State: "end"})
				}
				if under != "" {
					want = "pass"
				}
				s.uses(n, func(second, _ int) history.Usage {
					return history.Usage{RSS: int64(tt.rss(float64(second)) * (1 << 20)), FDs: 20, Sanitizer: under == "sanitizer"}
				})
				if got := strings.Replace(brief(s.judge()), "inconclusive", "pass", 1); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

func TestUseInFigures(t *testing.T) {
	s := watched(t, 30).showing()
	s.uses(36, with(func(_, n int) int { return n }))
	s.shows(1)
	s.shows(5000, history.APIStream{Key: k0, Active: true, Clients: 5}, history.APIStream{Key: k1, Clients: 1})
	s.add(6000, "", 0, "server", history.API{Error: "first", Clients: -1})
	s.add(7000, "", 0, "server", history.API{Error: "second", Clients: -1})
	s.shows(33_000)
	out := s.judge().Outcome
	use, api := out.Usage, out.API
	if use == nil || api == nil {
		t.Fatalf("%v, %v", use, api)
	}
	if use.Samples != 36 || use.CPU != 35*50*time.Millisecond || math.Abs(use.Mean-5) > 0.1 || math.Abs(use.Peak-5) > 0.1 || use.PerReturn != 0 {
		t.Errorf("%+v", use)
	}
	if use.FDs.First != 20 || use.FDs.Last != 80 || use.FDs.Max < 80 || use.FDs.PerReturn == nil || math.Abs(*use.FDs.PerReturn-1) > 0.1 {
		t.Errorf("descriptors %+v", use.FDs)
	}
	if use.RSS.First != 50<<20 || use.RSS.PerReturn == nil || *use.RSS.PerReturn != 0 || use.Threads.Max != 4 {
		t.Errorf("memory %+v, threads %+v", use.RSS, use.Threads)
	}
	if api.Samples != 3 || api.Errors != 2 || api.FirstError != "first" || api.Took.TotalCount() != 3 {
		t.Errorf("%+v", api)
	}
	if api.Clients != (Level{First: 0, Max: 6, Last: 0}) || api.Streams != (Level{First: 0, Max: 1, Last: 0}) {
		t.Errorf("clients %+v, streams %+v", api.Clients, api.Streams)
	}
	if out := watched(t, 2).judge().Outcome; out.Usage != nil || out.API != nil {
		t.Errorf("nobody looked, and there is %v, %v", out.Usage, out.API)
	}
}

// The cost of a return shows where the returns are not always as many.
func TestCostOfAReturn(t *testing.T) {
	var points []point
	returns := int64(0)
	for i := range 40 {
		n := int64(i % 7)
		returns += n
		points = append(points, point{
			at: time.Duration(i) * time.Second, returns: returns, span: time.Second,
			cost: 100*time.Millisecond + time.Duration(n)*3*time.Millisecond,
		})
	}
	if got := costOfReturn(points); got != 3*time.Millisecond {
		t.Errorf("a return costs %v, want 3ms", got)
	}
	for i := range points {
		points[i].cost = 100 * time.Millisecond
	}
	if got := costOfReturn(points); got != 0 {
		t.Errorf("a return costs %v where it costs nothing", got)
	}
	if got := costOfReturn(nil); got != 0 {
		t.Errorf("a return costs %v without a sample", got)
	}
}

func TestLongRunsAreThinned(t *testing.T) {
	u := newUsage(history.Header{}, &profile.Profile{})
	u.Step(history.Event{What: history.Phase{Name: "storm"}})
	const samples = 10 * maxPoints
	for i := range samples {
		u.Step(history.Event{At: time.Duration(i) * time.Second, What: history.Usage{PID: 1, CPU: time.Duration(i) * time.Millisecond}})
	}
	var cost time.Duration
	for _, p := range u.points {
		cost += p.cost
	}
	if len(u.points) > maxPoints || cost < (samples-100)*time.Millisecond || u.use.CPU != (samples-1)*time.Millisecond {
		t.Errorf("%d points of %v, all in all %v", len(u.points), cost, u.use.CPU)
	}
}

// What a suite leaves behind belongs to no single case of it.
func TestWhatASuiteLeaves(t *testing.T) {
	s := watched(t, 30)
	s.add(50, "", 0, "run", history.Case{Name: "returns", State: "begin"})
	s.add(30_400, "", 0, "run", history.Case{Name: "returns", State: "end"})
	s.uses(36, with(func(_, returns int) int { return returns }))
	out := s.judge()
	if grew := out.Outcome.Usage.RSS.PerReturn; grew != nil {
		t.Errorf("memory grows by %v a return, over cases that differ", *grew)
	}
	for _, f := range out.Findings {
		if f.Code == Leak {
			if len(f.In) > 0 || f.Count != 60 || out.Verdict != Fail {
				t.Errorf("%+v, %v", f, out.Verdict)
			}
			return
		}
	}
	t.Errorf("no leak: %s", brief(out))
}
