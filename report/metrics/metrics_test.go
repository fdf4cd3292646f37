package metrics

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/report/history"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the golden files anew")

// started returns an exporter that serves, and its address.
func started(t *testing.T, cfg Config) (*Exporter, string) {
	t.Helper()
	e := New(cfg)
	if e.Addr() != "" {
		t.Errorf("it is served at %s before it listens", e.Addr())
	}
	if err := e.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	})
	return e, "http://" + e.Addr() + "/metrics"
}

// client keeps no connection, so that no goroutine is left of it.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func scrape(t testing.TB, url string) string {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v\n%s", url, resp.Status, err, body)
	}
	return string(body)
}

func feed(e *Exporter, actor string, whats ...history.Payload) {
	for _, what := range whats {
		e.Step(history.Event{Key: "live/s0", Actor: actor, What: what})
	}
}

// load is some seconds of a run under steady load.
func load(e *Exporter) {
	feed(e, "run", history.Tick{}, history.LoadStep{Step: 1, Of: "players", To: 100}, history.Process{State: "started"}, history.Process{State: "ready"})
	feed(e, "pub/live/s0", history.Connected{}, history.PublishSent{}, history.PublishAccepted{})
	feed(e, "pub/live/s1", history.PublishRefused{Wire: history.WireStatus, Code: "NetStream.Publish.BadName"}, history.PublishRefused{Wire: history.WireReset})
	feed(e, "play/live/s0/0", history.PlayRequested{Manner: "prompt", Crowd: true}, history.PlayResponse{Status: 200},
		history.PlayFirst{Of: "media", Since: time.Second}, history.PlayProgress{Bytes: 1 << 40}, history.PlayEnded{Bytes: 1 << 40})
	feed(e, "play/live/s0/1", history.PlayRequested{Manner: "prompt"}, history.PlayResponse{Status: 200},
		history.PlayFirst{Of: "byte", Since: 50 * time.Millisecond}, history.PlayFirst{Of: "media", Since: 60 * time.Millisecond},
		history.PlayFirst{Of: "keyframe", Since: 70 * time.Millisecond}, history.PlayProgress{Bytes: 1000}, history.PlayProgress{Bytes: 500})
	feed(e, "play/live/s0/2", history.PlayRefused{Wire: history.WireStatus, Status: 503}, history.PlayRefused{Wire: history.WireTimeout})
	feed(e, "run",
		history.CrowdSample{
			Step: 1, Manner: "prompt", Wanted: 90, Connecting: 1, Asking: 2, Playing: 80, Dry: 3, Waiting: 4, Bytes: 1_000_000,
			Stalls: 2, Stalled: 1500 * time.Millisecond, Played: time.Minute, FirstFrame: history.Counts{{40_000, 10}, {450_000, 5}, {20_000_000, 1}},
		},
		history.CrowdSample{Step: 1, Manner: "slow", Wanted: 10, Playing: 10, Bytes: 1000, Stalls: 20, Stalled: time.Minute},
		history.CrowdSample{Step: 1, Manner: "prompt", Wanted: 90, Playing: 90, Bytes: 500_000, Stalls: 1, Played: time.Minute},
		history.FleetSample{
			Step: 1, Wanted: 20, Connecting: 1, Publishing: 17, Blocked: 2, Bytes: 7_000_000, Lateness: history.Counts{{100, 1000}, {3000, 10}},
		},
		history.SelfSample{
			CPU: 0.75, RSS: 1 << 26, Descriptors: 220, DescriptorLimit: 20_000, Ports: -1, Lag: history.Counts{{80, 99}, {30_000, 1}},
			Late: []string{"lag", "cpu"},
		},
		history.SelfSample{CPU: 0.5, RSS: 1 << 26, Descriptors: 221, Ports: 110, Late: []string{"lag"}},
	)
	feed(e, "pub/live/s0", history.Departed{Bytes: 1 << 40})
}

// storm is some of a run of chaos.
func storm(e *Exporter) {
	feed(e, "pub/live/s0", history.Connected{}, history.PublishSent{}, history.PublishAccepted{}, history.Departed{Bytes: 1000},
		history.PublishSent{}, history.PublishAccepted{}, history.PublishEnded{Bytes: 50, Wire: history.WireEOF}, history.PublishEnded{Vanished: true, Bytes: 9},
		history.PublishSent{})
	feed(e, "pub/live/s1", history.Connected{}, history.PublishSent{}, history.PublishAccepted{})
	feed(e, "con/live/s1", history.PublishRefused{Wire: history.WireStatus, Code: "NetStream.Publish.BadName"})
	for session := range 2 {
		feed(e, "play/live/s0/0", history.PlayRequested{Session: session}, history.PlayResponse{}, history.PlayFirst{Of: "media", Since: 250 * time.Millisecond},
			history.PlayProgress{Bytes: 100}, history.PlayEnded{Bytes: 130})
	}
	feed(e, "play/live/s0/1", history.PlayRequested{}, history.PlayResponse{}, history.PlayFirst{Of: "media"})
	feed(e, "server", history.Probe{Result: "silent"})
}

func TestGolden(t *testing.T) {
	for name, run := range map[string]func(*Exporter){"load": load, "chaos": storm, "nothing": func(*Exporter) {}} {
		cfg := Config{Version: "1.2.3"}
		if name == "chaos" {
			cfg.Found = func() map[string]int64 { return map[string]int64{"publish.refused.busy": 3, "played.stale": 1} }
		}
		e, url := started(t, cfg)
		run(e)
		got := scrape(t, url)
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s is not as it was (-want +got); -update writes it anew:\n%s", path, diff)
		}
	}
}

// TestNames holds the names against the rules of Prometheus.
func TestNames(t *testing.T) {
	e := New(Config{Found: func() map[string]int64 { return map[string]int64{"a.b": 1} }})
	load(e)
	r, err := e.registry()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := testutil.GatherAndLint(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	n, err := testutil.GatherAndCount(r)
	if err != nil || n < len(all) {
		t.Errorf("%d series of %d metrics, %v", n, len(all), err)
	}
}

// TestWhatServersMakeUp: a server can't make the tool or Prometheus hold ever more, nor break the format.
func TestWhatServersMakeUp(t *testing.T) {
	e, url := started(t, Config{})
	for i := range 10_000 {
		feed(e, "pub/live/s0", history.PublishRefused{Wire: history.WireStatus, Code: fmt.Sprint("NetStream.Publish.", i)})
		feed(e, "pub/live/s0", history.PublishRefused{Wire: history.WireStatus, Code: strings.Repeat("x", i)})
		feed(e, fmt.Sprint("play/live/s0/", i%7), history.PlayRefused{Wire: history.WireStatus, Status: i})
	}
	feed(e, "pub/live/s0", history.PublishRefused{Wire: history.WireTimeout},
		history.PublishRefused{Wire: history.WireStatus, Code: "a\"}\nevil 1\n\xff"}, history.PublishRefused{Wire: history.WireStatus})
	got := scrape(t, url)
	if n := strings.Count(got, "refused_total{"); n > 2*(maxReasons+10) {
		t.Errorf("%d series of refusals", n)
	}
	for _, want := range []string{
		`flvstorm_publish_refused_total{by="timeout"} 1`, `flvstorm_publish_refused_total{by="status"} 2`, // an empty code too
		`flvstorm_publish_refused_total{by="NetStream.Publish.3"} 1`, `flvstorm_publish_refused_total{by="other"} `,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in:\n%s", want, got)
		}
	}
	e, url = started(t, Config{})
	for _, code := range []string{"a\"}\nevil 1", "\xff", "NetStream Publish", strings.Repeat("x", maxReason+1), "ü"} {
		feed(e, "pub/live/s0", history.PublishRefused{Wire: history.WireStatus, Code: code})
	}
	if got := scrape(t, url); !strings.Contains(got, `flvstorm_publish_refused_total{by="other"} 5`) {
		t.Errorf("what a server said stands there as it is:\n%s", got)
	}
}

func TestScrapesDuringARun(t *testing.T) {
	e, url := started(t, Config{Found: func() map[string]int64 { return map[string]int64{"a.b": 1} }})
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 100 {
			load(e)
			storm(e)
		}
	})
	for range 3 {
		wg.Go(func() {
			for range 20 {
				if got := scrape(t, url); !strings.Contains(got, "flvstorm_players{") {
					t.Errorf("no players in:\n%s", got)
				}
			}
		})
	}
	wg.Wait()
	if got := scrape(t, url); !strings.Contains(got, `flvstorm_publish_accepted_total 400`) {
		t.Errorf("after 400 accepted publishes:\n%s", got)
	}
}

func TestOnlyMetricsAreServed(t *testing.T) {
	_, url := started(t, Config{})
	for _, tt := range []struct {
		method, url string
		status      int
	}{
		{"GET", url, 200}, {"HEAD", url, 200}, {"POST", url, 405}, {"GET", strings.TrimSuffix(url, "metrics"), 200}, {"GET", url + "/x", 404}, {"GET", url + "/../debug/pprof", 404},
	} {
		req, err := http.NewRequest(tt.method, tt.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != tt.status {
			t.Errorf("%s %s: %s, want %d", tt.method, tt.url, resp.Status, tt.status)
		}
	}
	if page := scrape(t, strings.TrimSuffix(url, "metrics")); !strings.Contains(page, `href="metrics"`) {
		t.Errorf("no link in %s", page)
	}
	req, _ := http.NewRequest("GET", url, nil)
	req.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if !bytes.HasSuffix(body, []byte("# EOF\n")) {
		t.Errorf("OpenMetrics ends with %q", body[max(0, len(body)-20):])
	}
}

func TestListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for addr, want := range map[string]string{
		"":                      "give an address and a port",
		":":                     "give an address and a port",
		"localhost":             "give an address and a port",
		"127.0.0.1":             "give an address and a port",
		"127.0.0.1:http":        "give an address and a port",
		"127.0.0.1:65536":       "give an address and a port",
		"-1":                    "give an address and a port",
		"::1:9464":              "give an address and a port",
		"http://127.0.0.1:9464": "give an address and a port",
		taken.Addr().String():   "is another run using that port?",
		":" + port:              "is another run using that port?",
		"203.0.113.7:0":         "cannot listen there",
	} {
		e := New(Config{})
		err := e.Listen(addr)
		if err == nil {
			e.server.listener.Close()
			t.Errorf("%q is taken as %s", addr, e.Addr())
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "--metrics") {
			t.Errorf("%q: %v; want one line with %q", addr, err, want)
		}
		if strings.Contains(want, "another run") && !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%q: %v does not say why", addr, err)
		}
	}
	for addr, want := range map[string]string{"0": "127.0.0.1:", ":0": "127.0.0.1:", "[::1]:0": "[::1]:", "localhost:0": "127.0.0.1:", "0.0.0.0:0": "[::]:"} {
		e := New(Config{})
		if err := e.Listen(addr); err != nil {
			t.Logf("%s: %v", addr, err)
			continue
		}
		e.server.listener.Close()
		if !strings.HasPrefix(e.Addr(), want) && addr != "0.0.0.0:0" {
			t.Errorf("%q is %s, want %s", addr, e.Addr(), want)
		}
	}
}

// TestServeEnds: a scrape that takes its answer never does not keep the run from ending.
func TestServeEnds(t *testing.T) {
	e := New(Config{})
	if err := e.Listen("0"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	nc, err := net.Dial("tcp", e.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := io.WriteString(nc, "GET /metrics HTTP/1.1\r\nHost:"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- e.Serve(ctx) }()
	scrape(t, "http://"+e.Addr()+"/metrics")
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	nc.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := io.Copy(io.Discard, nc); errors.Is(err, os.ErrDeadlineExceeded) { // a reset, where what it had said was not read
		t.Errorf("who asked half a question still has a connection: %v", err)
	}
}

func TestHistogram(t *testing.T) {
	h := newHistogram(1, 2)
	h.addCounts(history.Counts{{500_000, 3}, {1_000_000, 1}, {1_500_000, 2}, {9_000_000, 1}, {-5, 1}, {1, -7}})
	within, count := h.buckets()
	if diff := cmp.Diff(map[float64]uint64{1: 5, 2: 7}, within); diff != "" || count != 8 {
		t.Errorf("%d altogether, within (-want +got):\n%s", count, diff)
	}
	if h.sum != 1_500_000+1_000_000+3_000_000+9_000_000 {
		t.Errorf("the sum is %d µs", h.sum)
	}
}

func BenchmarkStep(b *testing.B) {
	e := New(Config{})
	ev := history.Event{Actor: "play/live/s0/1", What: history.PlayProgress{Bytes: 1}}
	feed(e, ev.Actor, history.PlayRequested{})
	for b.Loop() {
		e.Step(ev)
	}
}

// TestFindingsMade: the sum of findings is there before there are any, and does not go back when one is taken back. In OpenMetrics no two
// families have one name, a counter's being that without _total.
func TestFindingsMade(t *testing.T) {
	found := map[string]int64{}
	e, url := started(t, Config{Found: func() map[string]int64 { return found }})
	for _, step := range []struct{ a, b, want int64 }{{0, 0, 0}, {2, 1, 3}, {1, 1, 3}, {1, 4, 5}} {
		found["a"], found["b"] = step.a, step.b
		if want, got := fmt.Sprintf("flvstorm_findings_made_total %d\n", step.want), scrape(t, url); !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	names := map[string]bool{}
	for _, m := range all {
		name, _, _ := strings.Cut(strings.TrimPrefix(m.desc.String(), `Desc{fqName: "`), `"`)
		if name = strings.TrimSuffix(name, "_total"); names[name] {
			t.Errorf("two families are named %s", name)
		}
		names[name] = true
	}
	if len(names) != len(all) || e.Addr() == "" {
		t.Errorf("%d names of %d metrics", len(names), len(all))
	}
}

// TestManners: who behaves otherwise is counted apart, and what is typical falls into buckets of its own.
func TestManners(t *testing.T) {
	e, url := started(t, Config{})
	feed(e, "play/live/s0/0", history.PlayRequested{Manner: "slow"}, history.PlayFirst{Of: "media", Since: 2 * time.Millisecond},
		history.PlayEnded{Wire: history.WireEOF}, history.PlayRequested{Manner: "slow"}, history.PlayEnded{Wire: history.WireOurs})
	feed(e, "run", history.CrowdSample{Manner: "churn", Ended: 3, FirstFrame: history.Counts{{1500, 4}, {2_400, 1}, {4000, 1}}})
	got := scrape(t, url)
	for _, want := range []string{
		`player_sessions_total{manner="prompt"} 0`, `player_sessions_total{manner="slow"} 2`, `player_sessions_total{manner="churn"} 0`,
		`player_sessions_ended_total{manner="slow"} 1`, `player_sessions_ended_total{manner="churn"} 3`,
		`first_frame_seconds_bucket{manner="slow",le="0.001"} 0`, `first_frame_seconds_bucket{manner="slow",le="0.0025"} 1`,
		`first_frame_seconds_bucket{manner="churn",le="0.0025"} 5`, `first_frame_seconds_bucket{manner="churn",le="0.005"} 6`,
		`first_frame_seconds_count{manner="prompt"} 0`, `play_refused_total{by="timeout"} 0`, `generator_late_windows_total{why="gc"} 0`,
	} {
		if !strings.Contains(got, "flvstorm_"+want+"\n") {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}
