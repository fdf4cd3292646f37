package story

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/report/history"
)

// draw says what a chart shows, a line of text a line.
func draw(s Story, name string) string {
	var b strings.Builder
	for _, c := range s.Charts {
		if c.Name != name {
			continue
		}
		fmt.Fprintln(&b, c.At)
		for _, l := range c.Lines {
			fmt.Fprint(&b, l.Name)
			for _, v := range l.Values {
				if v == nil {
					fmt.Fprint(&b, " -")
				} else {
					fmt.Fprintf(&b, " %v", *v)
				}
			}
			fmt.Fprintln(&b)
		}
	}
	return b.String()
}

// Of a chaos run the charts are made of single events.
func TestChartsOfEvents(t *testing.T) {
	s := newScript()
	s.accept(100, key, 1, history.Owner, 0)
	s.refuse(150, key, 2, history.Contender, "busy")
	s.depart(1000, key, 1, "fin") // 125,000 bytes in 900 ms
	s.refuse(1010, key, 3, history.Owner, "duplicated")
	s.accept(1250, key, 4, history.Owner, 1)
	s.at(250, key, "play/x/0", 0, history.PlayRequested{Session: 1, Manner: "prompt"})
	s.at(250, key, "play/x/0", 1, history.PlayFirst{Session: 1, Of: "media", Since: ms(900)}) // of that 150 since the publish
	s.at(750, key, "play/x/0", 1, history.PlayProgress{Session: 1, Tags: 9, Bytes: 62_500, Last: ms(750), MaxGap: ms(40)})
	s.at(750, key, "play/x/0", 1, history.PlayEnded{Session: 1, Wire: history.WireOurs, Bytes: 62_500})
	for i := range 3 {
		s.at(250+500*float64(i), "", "server", 0, history.Usage{PID: 1, CPU: ms(100 * float64(i)), RSS: 3e6, FDs: -1})
		s.at(251+500*float64(i), "", "server", 0, history.API{Clients: 4 + i, Streams: []history.APIStream{{Key: "a", Active: true}, {Key: "b", Active: i == 0}}})
	}
	out := s.story(1500)
	for name, want := range map[string]string{
		"publish":     "[500000 1500000]\naccepted 1 1\nduplicated 0 1\nrightly 1 0\n",
		"players":     "[125000 375000 625000 875000 1125000 1375000]\nwanted 0 1 1 0 0 0\nplaying 0 1 1 0 0 0\n",
		"bitrate":     "[125000 375000 625000 875000 1125000 1375000]\nin 0.6667 1.111 1.111 1.111 0 0\nout 0 1 1 0 0 0\n",
		"first-frame": "[375000]\np50 150\np90 150\np99 150\nmax 150\n",
		"recovery":    "[1375000]\np50 241\np90 241\np99 241\nmax 241\n",
		"cpu":         "[875000 1375000]\nserver 0.2 0.2\n",
		"memory":      "[375000 875000 1375000]\nserver 3 3 3\n",
		"connections": "[375000 875000 1375000]\nclients 4 5 6\nstreams 2 1 1\nlisted 2 2 2\n",
		"descriptors": "", "lag": "",
	} {
		if diff := cmp.Diff(want, draw(out, name)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// Of a load they are made of samples, one for each manner of player at a time, and what the players tell beside them is not counted twice.
func TestChartsOfSamples(t *testing.T) {
	out := fold(sampled())
	for name, want := range map[string]string{
		"players":     "[1250000 2250000]\nwanted 31 31\nplaying 24 24\ndry 3 3\n",
		"first-frame": "[1250000 2250000]\np50 3.904 3.904\np90 3.904 3.904\np99 1999 1999\nmax 2007 2007\n",
		"lag":         "[1250000 2250000]\np99 3.007 3.007\nmax 3.007 3.007\n",
	} {
		if diff := cmp.Diff(want, draw(out, name)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if late := out.Charts[0].Late; len(late) != 1 || late[0].From != 1_000_000 || late[0].Len != 1_000_000 {
		t.Errorf("late %v", late)
	}
}

// Players of the chaos beside a load are none of the load's, whether there are samples of a crowd or only witnesses.
func TestChartsOfALoadBesideChaos(t *testing.T) {
	for _, c := range []struct {
		name  string
		crowd bool
		want  string
	}{
		{"a crowd", true, "[875000 1375000 1875000]\nwanted 16 16 16\nplaying 11 11 11\ndry 0 0 0\n"},
		{
			"witnesses alone", false, "[125000 375000 625000 875000 1125000 1375000 1625000 1875000]\n" +
				"wanted 0 0 1 1 1 1 1 0.96\nplaying 0 0 1 1 1 1 1 0.96\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScript()
			s.at(0, "", "run", 0, history.Phase{Name: "start"})
			s.accept(20, key, 1, history.Owner, 0)
			s.at(100, "", "run", 0, history.Phase{Name: "storm"})
			s.accept(200, "chaos", 1, history.Owner, 0)
			for _, of := range []string{key, "chaos"} {
				s.at(500, of, "play/"+of+"/0", 0, history.PlayRequested{Session: 1, Manner: "prompt", Witness: true})
				s.at(530, of, "play/"+of+"/0", 1, history.PlayFirst{Session: 1, Of: "media", Since: ms(30)})
				for at := 800.0; of == key && at < 1990; at += 300 { // that of the chaos has nothing meanwhile
					s.at(at, of, "play/"+of+"/0", 1, history.PlayProgress{Session: 1, Tags: 9, Bytes: 9000, Last: ms(at), MaxGap: ms(40)})
				}
				s.at(1990, of, "play/"+of+"/0", 1, history.PlayEnded{Session: 1, Wire: history.WireOurs, Clean: true})
			}
			for _, at := range []float64{750, 1250, 1750} {
				if c.crowd {
					s.at(at, "", "run", 0, history.CrowdSample{For: 500 * time.Millisecond, Wanted: 15, Playing: 10})
				}
			}
			out := fold(s.ordered(ms(2000)))
			if got := draw(out, "players"); got != c.want {
				t.Errorf("players %q, want %q", got, c.want)
			}
			if len(out.Lanes) != 2 || len(out.Lanes[0].Players) != 1 || len(out.Lanes[1].Players) != 1 {
				t.Errorf("lanes %v: what became of all players is shown", out.Lanes)
			}
		})
	}
}

// sampled is a short load.
func sampled() []history.Event {
	s := newScript()
	for i, at := range []float64{1000, 2000} {
		crowd := history.CrowdSample{For: time.Second, Wanted: 15, Playing: 10, Dry: 1, Bytes: 125_000, FirstFrame: history.Counts{{3900, 98}, {2_000_000, 2}}}
		s.at(at, "", "run", 0, crowd)
		crowd.Dark, crowd.Dry, crowd.FirstFrame = 1, 1, nil
		s.at(at+1, "", "run", 0, crowd)
		// Who reads slowly misses media by its own doing, and waits long for a first frame.
		s.at(at+2, "", "run", 0, history.CrowdSample{For: time.Second, Manner: "slow", Dry: 1, FirstFrame: history.Counts{{9_000_000, 1}}})
		s.at(at, "", "run", 0, history.FleetSample{For: time.Second, Bytes: 250_000})
		self := history.SelfSample{For: time.Second, CPU: 0.5, Machine: -1, RSS: 2e6, Descriptors: 9, Lag: history.Counts{{3000, 10}}}
		if i == 1 {
			self.Late = []string{"lag"}
		}
		s.at(at, "", "run", 0, self)
	}
	s.at(500, key, "play/x/0", 0, history.PlayRequested{Session: 1, Manner: "prompt", Crowd: true})
	s.at(510, key, "play/x/0", 1, history.PlayFirst{Session: 1, Of: "media", Since: ms(10)})
	// A witness stands in no sample, and is one of the players all the same.
	s.at(520, key, "play/x/1", 0, history.PlayRequested{Session: 1, Manner: "prompt", Witness: true})
	s.at(530, key, "play/x/1", 1, history.PlayFirst{Session: 1, Of: "media", Since: ms(10)})
	s.at(2490, key, "play/x/1", 1, history.PlayEnded{Session: 1, Wire: history.WireOurs, Clean: true})
	return s.ordered(ms(2500))
}

// What the picture says of a time that a history counts is what a Result says.
func TestTimesOfSamplesAreThoseOfAResult(t *testing.T) {
	for us := int64(1); us < 3600e6; us += us/37 + 1 {
		var h latency.Histogram
		h.Record(time.Duration(us) * time.Microsecond)
		if got, want := highest(h.Counts()[0][0]), h.Quantile(100).Microseconds(); got != want {
			t.Fatalf("%d µs is told as %d, a Result has %d", us, got, want)
		}
	}
}

// Two publishes are never more than two in a second, however short the run is.
func TestFewEventsMakeNoHighRate(t *testing.T) {
	s := newScript()
	s.accept(2050, key, 1, history.Owner, 0)
	s.accept(2100, "live/s1", 1, history.Owner, 0)
	if got, want := draw(s.story(2150), "publish"), "[500000 1500000 2150000]\naccepted 0 0 2\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCSV(t *testing.T) {
	var b strings.Builder
	if err := fold(sampled()).WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := `at_ms,chart,line,value
1250,players,wanted,31
2250,players,wanted,31
1250,players,playing,24
2250,players,playing,24
1250,players,dry,3
2250,players,dry,3
`
	got := b.String()
	if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "1250,lag,max,3.007\n2250,lag,max,3.007\n1000,late,ms,1000\n") {
		t.Errorf("%s", got)
	}
	for _, row := range strings.Split(strings.TrimSpace(got), "\n") {
		if strings.Count(row, ",") != 3 {
			t.Errorf("row %q", row)
		}
	}
}

// However often the windows double, sums, levels and the most stay what they were.
func TestWindowsDouble(t *testing.T) {
	g := &grid{width: narrowest}
	n, l, m, q := add(g, &counted{}), add(g, &level{}), add(g, &gauge{most: true}), add(g, &spread{})
	rng := rand.New(rand.NewPCG(2, 3))
	const end = int64(7200e6)
	area, most := 0.0, 0.0
	for i := range int64(5000) {
		at := i * (end / 5000)
		n.add(g, at, 1)
		length := rng.Int64N(90e6)
		l.add(g, at, at+length, 2)
		area += 2 * float64(length)
		v := rng.Float64()
		m.add(g, at, v)
		most = max(most, v)
		q.add(g, at, 1000+i%1000, 1)
	}
	var sum, drawn, high float64
	var count int64
	for i := range points {
		v, _ := n.value(i, 1e6)
		sum += v
		v, _ = l.value(i, 0)
		drawn += v * float64(g.width)
		if v, ok := m.value(i, 0); ok {
			high = max(high, v)
		}
		if d := q.of[i]; d != nil {
			count += d.count
			if p := d.quantile(50); p < 950 || p > 2050 {
				t.Errorf("median %d", p)
			}
		}
	}
	if sum != 5000 || math.Abs(drawn/area-1) > 1e-6 || high != most || count != 5000 {
		t.Errorf("%v counted, an area of %v for %v, most %v for %v, %d times", sum, drawn, area, high, most, count)
	}
}

func TestTimesAreCountedToATwentieth(t *testing.T) {
	for us := int64(0); us < math.MaxUint32; us += us/50 + 1 {
		b := bucket(us)
		if b < 0 || b >= buckets {
			t.Fatalf("%d has bucket %d", us, b)
		}
		if got := float64(middle(b)); math.Abs(got-float64(us)) > float64(us)/20 {
			t.Errorf("%d µs became %v", us, got)
		}
	}
}
