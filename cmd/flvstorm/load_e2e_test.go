//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/history"
)

// steadyDocument is the JSON result of a load as far as these tests look into it.
type steadyDocument struct {
	document
	Load struct {
		loadFigures
		Of, Why string
		Manners map[string]loadFigures
		Steps   []struct {
			loadFigures
			From, To int64
			Held     *bool
			Ours     bool
			Reasons  []string
		}
		Limit *struct {
			Expr         string
			Held, Failed int64
			Reasons      []string
			Ours         bool
		}
	}
	Thresholds []struct {
		Expr string
	}
}

type loadFigures struct {
	Measured    float64          `json:"measured_ms"`
	Wanted      int64            `json:"players_wanted"`
	Playing     int64            `json:"players_playing"`
	Publishers  int64            `json:"publishers_wanted"`
	Publishing  int64            `json:"publishers_publishing"`
	Refused     map[string]int64 `json:"play_refused"`
	RefusedRate float64          `json:"refused_rate"`
	StallRate   float64          `json:"stall_rate"`
	FirstFrame  struct {
		P50, Max float64
		Count    int64
	} `json:"first_frame_ms"`
	Sessions, Opened, Ended, Torn, Tags, Bytes, Stalls int64
	BadTags                                            int64   `json:"bad_tags"`
	Frames                                             int64   `json:"frames_sent"`
	MbitIn                                             float64 `json:"mbit_in"`
	MbitOut                                            float64 `json:"mbit_out"`
	Generator                                          struct {
		Windows     int64
		LateWindows int64 `json:"late_windows"`
		Late        map[string]int64
		Descriptors int64 `json:"descriptors_max"`
		RSS         int64 `json:"rss_max"`
	}
}

// load makes a steady run that is kept in the folder "run" of the box, and reads its document. It wants this status, or on a machine
// that is too busy for any figure that flvstorm says that, and nothing else.
func (b *box) load(code int, args ...string) (steadyDocument, outcome) {
	b.t.Helper()
	o := b.loading(args...)
	return b.steady(code, o), o
}

// loading makes a steady run that is kept in the folder "run" of the box.
func (b *box) loading(args ...string) outcome {
	b.t.Helper()
	return b.run(append([]string{"load", "--out", "run", "--json", "result.json", "--no-color"}, args...)...)
}

// steady reads what came of a steady run.
func (b *box) steady(code int, o outcome) (d steadyDocument) {
	b.t.Helper()
	if _, err := os.Stat(b.path("result.json")); err != nil {
		b.t.Fatalf("want exit %d: %v", code, o)
	}
	b.into("result.json", &d)
	if o.code == code {
		return d
	}
	if o.code != exitCannotRun || len(d.Reasons) != 1 || !d.reason("generator-late") || d.codes() != "" {
		b.t.Fatalf("want exit %d: %v", code, o)
	}
	b.t.Logf("the machine is too busy: %s", d.Reasons[0].Text)
	return d
}

// againSteady wants `flvstorm report` to say of the run what was said when it was made, to the byte.
func (b *box) againSteady(o outcome) {
	b.t.Helper()
	r := b.run("report", "run", "--no-color", "--json", "again.json")
	if r.code != o.code {
		b.t.Errorf("want exit %d: %v", o.code, r)
	}
	for _, same := range [][3]string{{"report", o.stdout, r.stdout}, {"document", b.read("result.json"), b.read("again.json")}} {
		if diff := cmp.Diff(strings.Split(same[1], "\n"), strings.Split(same[2], "\n")); diff != "" {
			b.t.Errorf("the %s is another (-first +again):\n%s", same[0], diff)
		}
	}
}

// TestLoad: the plain run on the server of its own, and each name of the documents in its result.
func TestLoad(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		d, o := b.load(0, join([]string{
			"--players", "10", "--streams", "2", "--duration", "2s", "--fail-on", "bad_tags > 0", "--fail-on", "count(first_frame_ms) > 1000",
		}, patient)...)
		l := d.Load
		if l.Of != "players" || l.Why != "hold" || l.Wanted != 20 || l.Playing != 20 || l.Publishing != 2 || len(l.Refused) > 0 || l.BadTags+l.Ended > 0 {
			t.Errorf("%+v", l.loadFigures)
		}
		// Two of them are witnesses, who are players as all others.
		if l.Sessions != 20 || l.Opened != 20 || l.FirstFrame.Count != 20 || l.Tags == 0 || l.Bytes == 0 || l.MbitIn <= 0 || l.Frames == 0 || l.Measured < 2000 {
			t.Errorf("%+v", l.loadFigures)
		}
		if len(l.Steps) != 1 || l.Steps[0].To != 20 || len(d.Thresholds) != 2 || l.Limit != nil || len(l.Manners) > 0 {
			t.Errorf("%+v, %+v", l.Steps, d.Thresholds)
		}
		if !strings.Contains(o.stdout, "\n ✓ --fail-on bad_tags > 0: bad_tags is 0\n") {
			t.Errorf("no ✓ heads the summary: %v", o)
		}
		b.againSteady(o)

		var raw struct{ Load map[string]any }
		b.into("result.json", &raw)
		for _, name := range documentedNames(t) {
			var at any = raw.Load
			for part := range strings.SplitSeq(name, ".") {
				object, _ := at.(map[string]any)
				at = object[part]
				if at == nil {
					t.Errorf("docs/load.md names %s, the result has none", name)
				}
			}
		}
		gone(t, b.serverOf("run"))
	})
}

// documentedNames are those of the table of names in docs/load.md.
func documentedNames(t testing.TB) (names []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "load.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| name | what it is |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	for line := range strings.Lines(table) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		for _, m := range regexp.MustCompile("`([a-z_.]+)`").FindAllStringSubmatch(cell, -1) {
			names = append(names, m[1])
		}
	}
	if len(names) < 25 {
		t.Fatalf("only %d names found in docs/load.md: %q", len(names), names)
	}
	return names
}

// TestLoadExceeded: a threshold that is passed fails the run and heads the summary, what nobody can know leaves it open, and a kept
// run can be asked again.
func TestLoadExceeded(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		h := newHouse(t, (*guest).feed)
		b := newBox(t)
		d, o := b.load(1, join([]string{
			"--players", "10", "--witnesses", "0", "--duration", "1s", "--fail-on", "sessions > 9", "--fail-on", "refused_rate > 0",
		}, h.flags())...)
		if !regexp.MustCompile(`(?m)^ ✗ --fail-on sessions > 9: sessions is 10$`).MatchString(o.stdout) || !regexp.MustCompile(`(?m)^ ✓ --fail-on refused_rate > 0: refused_rate is 0$`).MatchString(o.stdout) {
			t.Errorf("%v", o)
		}
		if d.Load.Sessions != 10 || d.codes() != "" {
			t.Errorf("%+v, findings %q", d.Load.loadFigures, d.codes())
		}
		b.againSteady(o)
		// Nobody publishes here, so nobody knows how late a frame was.
		d, o = newBox(t).load(3, join([]string{
			"--players", "2", "--witnesses", "0", "--duration", "1s", "--fail-on", "p99(publish_lateness_ms) > 5",
		}, h.flags())...)
		if !d.reason("threshold") {
			t.Errorf("reasons %+v: %v", d.Reasons, o)
		}
	})
}

// TestLoadStages: the load follows its stages, up and down.
func TestLoadStages(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		d, o := b.load(0, join([]string{"--stages", "0:4,1s:20,1500ms:20,2s:2,3s:2", "--streams", "2"}, patient)...)
		l := d.Load
		var walked []string
		for _, s := range l.Steps {
			walked = append(walked, fmt.Sprint(s.From, "-", s.To))
		}
		if got := strings.Join(walked, " "); l.Why != "stage" || l.Playing != 20 || !strings.HasSuffix(got, "4-20 20-20 20-2 2-2") {
			t.Errorf("%d played at most, steps %s: %v", l.Playing, got, o)
		}
		var last history.CrowdSample
		left := int64(0)
		events, _ := b.events("run")
		for _, e := range events {
			if s, ok := e.What.(history.CrowdSample); ok {
				last = s
				left += s.Left
			}
		}
		// Those two are the witnesses, one of each stream; eighteen were of the crowd.
		if left < 18 || last.Wanted != 0 {
			t.Errorf("%d of the crowd left, %d are left", left, last.Wanted)
		}
		b.againSteady(o)
	})
}

// TestLoadArrivals: players come when the plan says, though the server answers nobody.
func TestLoadArrivals(t *testing.T) {
	t.Parallel()
	for _, arrive := range []string{"40/s:even", "40/s"} {
		t.Run(arrive, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				h := newHouse(t, func(g *guest) {
					if g.n == 1 { // the look before the run
						g.feed()
					}
					g.gone()
				})
				b := newBox(t)
				o := b.run(join([]string{
					"load", "--out", "run", "--json", "result.json", "--players", "20", "--witnesses", "0", "--arrive", arrive, "--duration", "2s",
					"--seed", "1",
				}, h.flags())...)
				var d steadyDocument
				b.into("result.json", &d)
				if o.code != exitCannotRun || d.Load.Sessions != 20 || d.Load.Opened != 0 || h.asked.Load() != 21 || d.codes() != "" {
					t.Fatalf("%d asked: %v", h.asked.Load(), o)
				}
				var due []time.Duration
				events, _ := b.events("run")
				for _, e := range events {
					if _, ok := e.What.(history.PlayRequested); ok {
						due = append(due, e.Due)
					}
				}
				slices.Sort(due)
				even := true
				for i := range due[1:] {
					even = even && due[i+1]-due[i] == 25*time.Millisecond
				}
				if even != strings.HasSuffix(arrive, "even") || due[19]-due[0] > 2*time.Second {
					t.Errorf("they were due at %v", due)
				}
			})
		})
	}
}

// TestLoadPublishers: a load of publishers alone.
func TestLoadPublishers(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		d, o := b.load(0, join([]string{"--publish-only", "--streams", "15", "--arrive", "30/s:even", "--duration", "2s"}, patient)...)
		l := d.Load
		if l.Of != "publishers" || l.Publishers != 15 || l.Publishing != 15 || l.Wanted != 0 || l.Sessions != 0 || l.Frames == 0 || l.MbitOut <= 0 ||
			d.Publish.Accepted != 15 || d.codes() != "" {
			t.Errorf("%+v: %v", l.loadFigures, o)
		}
		b.againSteady(o)
	})
}

// TestLoadPlayOnly plays what another load publishes, which notices nothing.
func TestLoadPlayOnly(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		s := b.serve()
		owner := newBox(t)
		first := owner.start(join([]string{
			"load", "--out", "run", "--json", "result.json", "--quiet", "--publish-only", "--streams", "2", "--stream-prefix", "cam", "--duration", "2h",
		}, s.flags()[:4], patient)...)
		live(t, "http://"+s.http+"/live/cam1.flv")
		d, o := b.load(0, join([]string{
			"--play-only", "--play-url", "http://" + s.http + "/live/{stream}.flv", "--stream-prefix", "cam", "--streams", "2", "--players", "8",
			"--duration", "2s",
		}, patient)...)
		if l := d.Load; l.Playing != 16 || l.Publishers != 0 || d.Publish.Attempts != 0 || l.Tags == 0 || d.codes() != "" {
			t.Errorf("%+v, findings %q: %v", l.loadFigures, d.codes(), o)
		}
		b.againSteady(o)
		first.interrupt()
		first.wait()
		if d := owner.document("result.json"); d.Ended != 0 || d.Publish.Accepted != 2 {
			t.Errorf("who publishes was disturbed: %+v, the server ended %d", d.Publish, d.Ended)
		}
		s.stop()
	})
}

// TestLoadBesideChaos: what chaos finds on its keys is found, and is no trouble of the load's.
func TestLoadBesideChaos(t *testing.T) {
	t.Parallel()
	for _, bug := range []string{"", "early-release"} {
		t.Run("bug "+bug, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				args := join([]string{"--players", "6", "--streams", "2", "--chaos", "2", "--live", "300ms", "--leave", "fin", "--duration", "3s"}, patient)
				if bug == "" {
					if d, o := b.load(0, args...); d.codes() != "" || d.Returns.Returns == 0 || d.Load.Playing != 12 {
						t.Errorf("findings %q, %d returns, %d playing: %v", d.codes(), d.Returns.Returns, d.Load.Playing, o)
					}
					return
				}
				d, o := b.load(1, append(args, "--bug", bug, "--fail-fast")...)
				i := d.finding("duplicated-pattern")
				if i != 0 {
					t.Fatalf("findings %q: %v", d.codes(), o)
				}
				for _, f := range d.Findings {
					for _, key := range f.Keys {
						if f.Severity == "error" && !strings.HasPrefix(key, "live/schaos") {
							t.Errorf("%s on %s, which no publisher leaves", f.Code, key)
						}
					}
				}
				if l := d.Load; l.Playing != 12 || l.Ended != 0 || len(l.Refused) > 0 {
					t.Errorf("the load was disturbed: %+v", l.loadFigures)
				}
				b.againSteady(o)
			})
		})
	}
}

// TestLoadManners: who is slow, goes or never reads has figures of his own, and those of the others are clean of him.
func TestLoadManners(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		d, o := b.load(0, join([]string{
			"--players", "40", "--slow", "25%@20k", "--churn", "25%@300ms", "--idle", "25%", "--duration", "3s", "--bitrate", "300k", "--witnesses", "0",
		}, patient)...)
		l := d.Load
		for _, manner := range []string{"prompt", "slow", "churn", "idle"} {
			if m := l.Manners[manner]; m.Wanted < 8 || m.Wanted > 12 || m.Sessions < m.Wanted || len(m.Refused) > 0 {
				t.Errorf("%s: %+v", manner, m)
			}
		}
		slow, churn, idle := l.Manners["slow"], l.Manners["churn"], l.Manners["idle"]
		if slow.Stalls == 0 || slow.Bytes >= l.Manners["prompt"].Bytes {
			t.Errorf("slow players do not lag behind: %+v", slow)
		}
		if churn.Sessions < 30 {
			t.Errorf("nobody comes and goes: %+v", churn)
		}
		if idle.Tags != 0 || idle.Bytes != 0 {
			t.Errorf("idle players read: %+v", idle)
		}
		if l.FirstFrame.Count >= l.Sessions || l.Wanted != 40 {
			t.Errorf("%+v: %v", l.loadFigures, o)
		}
		b.againSteady(o)
	})
}

// TestLoadMetrics: while a run goes on it says how it stands.
func TestLoadMetrics(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		addr := "127.0.0.1:" + freePort(t)
		p := b.start(join([]string{
			"load", "--out", "run", "--json", "result.json", "--quiet", "--players", "12", "--duration", "2h", "--metrics", addr,
		}, patient)...)
		want := regexp.MustCompile(`(?m)^flvstorm_players\{.*state="playing".*\} 12$(?s:.*)^flvstorm_players_wanted 12$(?s:.*)^flvstorm_publishers\{.*state="publishing".*\} 1$`)
		line := regexp.MustCompile(`^(#.*|[a-z_]+(\{.*\})? [-+0-9.eInfNa]+)$`)
		look := time.NewTicker(100 * time.Millisecond)
		defer look.Stop()
		enough := time.After(patience)
		for text := ""; !want.MatchString(text); {
			select {
			case <-look.C:
			case <-p.done:
				t.Fatalf("ended before its time: %v", p.wait())
			case <-enough:
				t.Fatalf("never is the number of players what it should be:\n%s", text)
			}
			resp, err := http.Get("http://" + addr + "/metrics")
			if err != nil {
				continue // it does not listen yet
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
				t.Fatalf("%v, %+v", err, resp)
			}
			text = string(body)
			for l := range strings.Lines(text) {
				if !line.MatchString(strings.TrimSuffix(l, "\n")) {
					t.Fatalf("no metric: %q", l)
				}
			}
		}
		p.interrupt()
		p.wait()
		if _, err := http.Get("http://" + addr + "/metrics"); err == nil {
			t.Error("metrics are served after the end")
		}
		var raw map[string]json.RawMessage
		b.into("result.json", &raw)
	})
}
