//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// outsider is a `flvstorm serve` in a process of its own, of which chaos knows only what it knows of any: URLs and a log.
type outsider struct {
	*process
	log        string // its file
	rtmp, http string // host:port
}

// serve starts a server and waits until it says where it listens.
func (b *box) serve(args ...string) *outsider {
	b.t.Helper()
	s := &outsider{log: b.path("outside.log")}
	log, err := os.Create(s.log)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { log.Close() })
	cmd := exec.Command("flvstorm", append([]string{"serve", "--rtmp", "127.0.0.1:0", "--http", "127.0.0.1:0"}, args...)...)
	cmd.Stdout = log
	s.process = b.startCommand(cmd)
	listens := regexp.MustCompile(`\] RTMP listen at tcp://([^,]+),[^$]*\] HTTP listen at tcp://([^,]+),[^$]*\] ready\n`)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for {
		if m := listens.FindStringSubmatch(b.read(s.log)); m != nil {
			s.rtmp, s.http = m[1], m[2]
			return s
		}
		select {
		case <-look.C:
		case <-s.done:
			b.t.Fatalf("serve ended: %v", s.wait())
		case <-enough.C:
			b.t.Fatalf("serve is not ready: %s", b.read(s.log))
		}
	}
}

// flags are those of chaos for this server.
func (s *outsider) flags() []string {
	return []string{
		"--publish-url", "rtmp://" + s.rtmp + "/live/{stream}", "--play-url", "http://" + s.http + "/live/{stream}.flv", "--log", s.log,
	}
}

// stop tells the server to stop, and wants that to be a good end.
func (s *outsider) stop() {
	s.b.t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	if o := s.wait(); o.code != 0 || o.stderr != "" {
		s.b.t.Errorf("serve: %v\n%s", o, s.b.read(s.log))
	}
}

// TestServerGone: a server that is killed, and one that stands still, is told from one that refuses.
func TestServerGone(t *testing.T) {
	t.Parallel()
	storming := func(events []history.Event) bool {
		accepted := 0
		for _, e := range events {
			if _, ok := e.What.(history.PublishAccepted); ok {
				accepted++
			}
		}
		return accepted >= 5
	}
	t.Run("its own, killed", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			p := b.start(join([]string{"chaos", "--out", "run", "--json", "result.json", "--quiet", "--duration", "2m"}, patient)...)
			p.until("run", storming)
			syscall.Kill(b.serverOf("run"), syscall.SIGKILL)
			if o := p.wait(); o.code != 1 {
				t.Fatalf("want exit 1: %v", o)
			}
			d := b.document("result.json")
			died(t, b, d)
			if d.Server.How != "SIGKILL" {
				t.Errorf("it died of %q", d.Server.How)
			}
		})
	})
	t.Run("outside, killed", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			s := b.serve()
			p := b.start(join([]string{"chaos", "--out", "run", "--json", "result.json", "--quiet", "--duration", "2m"}, patient, s.flags())...)
			p.until("run", storming)
			s.cmd.Process.Kill()
			if o := p.wait(); o.code != 1 {
				t.Fatalf("want exit 1: %v", o)
			}
			died(t, b, b.document("result.json"))
		})
	})
	t.Run("outside, stopped", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			s := b.serve()
			p := b.start(join([]string{"chaos", "--out", "run", "--json", "result.json", "--quiet", "--duration", "2m"}, patient, s.flags())...)
			p.until("run", storming)
			s.cmd.Process.Signal(syscall.SIGSTOP)
			if o := p.wait(); o.code != 1 {
				t.Fatalf("want exit 1: %v", o)
			}
			d := b.document("result.json")
			if i := d.finding("server-hung"); i < 0 || !d.Findings[i].Root || d.Server.State != "hung" || d.finding("server-crashed") >= 0 {
				t.Errorf("findings %q, server %+v", d.codes(), d.Server)
			}
		})
	})
}

// serverOf is the process number of the server that a run started, by its history.
func (b *box) serverOf(run string) int {
	b.t.Helper()
	events, _ := b.events(run)
	for _, e := range events {
		if p, ok := e.What.(history.Process); ok && p.State == "started" {
			return p.PID
		}
	}
	b.t.Fatal("the history names no process")
	return 0
}

// TestLiveAlready: a stream that somebody publishes is left alone, and named; the one who publishes it notices nothing.
func TestLiveAlready(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		s := b.serve()
		owner := newBox(t)
		first := owner.start(join([]string{
			"chaos", "--out", "run", "--json", "result.json", "--quiet", "--streams", "2", "--stream-prefix", "cam", "--players", "0",
			"--live", "1h", "--duration", "2h",
		}, s.flags(), patient)...)
		live(t, "http://"+s.http+"/live/cam1.flv")

		for _, tt := range []struct {
			name string
			args []string
			key  string
		}{
			{"by prefix", join(s.flags(), []string{"--stream-prefix", "cam"}), `live/cam[01]`},
			{"by name", []string{
				"--publish-url", "rtmp://" + s.rtmp + "/live/cam1", "--play-url", "http://" + s.http + "/live/cam1.flv", "--streams", "1",
			}, `live/cam1`},
		} {
			o := b.run(join([]string{"chaos", "--out", "other", "--duration", "1s"}, tt.args)...)
			says := regexp.MustCompile(`^flvstorm: ` + tt.key + ` is live already, .* give other names with --stream-prefix\n$`)
			if o.code != 3 || !says.MatchString(o.stderr) || o.stdout != "" {
				t.Errorf("%s: %v", tt.name, o)
			}
			if _, err := os.Stat(b.path("other")); err == nil {
				t.Errorf("%s: the folder of the run is left", tt.name)
			}
		}
		// Its own names keep out of everybody's way.
		b.insist(0, join([]string{"chaos", "--duration", "1s", "--quiet"}, patient, s.flags())...)
		first.interrupt()
		first.wait()
		if d := owner.document("result.json"); d.Ended != 0 || d.Publish.Accepted != 2 || d.Publish.Attempts != 2 {
			t.Errorf("the owner was disturbed: %+v, the server ended %d", d.Publish, d.Ended)
		}
	})
}

// live waits until media comes from a URL.
func live(t testing.TB, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	addr, path, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	defer context.AfterFunc(ctx, func() { nc.Close() })()
	fmt.Fprintf(nc, "GET /%s HTTP/1.0\r\n\r\n", path)
	var got bytes.Buffer
	for buf := make([]byte, 4096); got.Len() < 2000; {
		n, err := nc.Read(buf)
		got.Write(buf[:n])
		if err != nil {
			t.Fatalf("%s: %v after %q", url, err, got.Bytes())
		}
	}
}

// TestLog: the file that --log names is looked for before the run, and missed after it.
func TestLog(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		s := b.serve()
		target := s.flags()[:4]
		for _, tt := range []struct{ log, want string }{
			{"nosuch/server.log", `--log nosuch/server\.log: there is no folder nosuch; give the file that the server writes, or will write`},
			{".", `--log \.: is not a file; give the file that the server writes`},
		} {
			o := b.run(join([]string{"chaos", "--out", "run", "--log", tt.log}, target)...)
			if o.code != exitUsage || o.stdout != "" || !regexp.MustCompile(`^flvstorm: `+tt.want+`\n$`).MatchString(o.stderr) {
				t.Errorf("want exit 2 and a line %q: %v", tt.want, o)
			}
			if _, err := os.Stat(b.path("run")); err == nil {
				t.Errorf("--log %s: the folder of the run is left", tt.log)
			}
		}
		// A departure that this kind of server takes its time to notice needs a run that lasts longer.
		o := b.run(join([]string{"chaos", "--out", "run", "--leave", "vanish", "--profile", "srs"}, target)...)
		want := regexp.MustCompile(`^flvstorm: --profile srs, but the server says that it is embedded .*\nflvstorm: --leave vanish with --duration 10s: a server of profile srs may take \S+ to notice a silent publisher; give --duration \S+ or more\n$`)
		if o.code != exitUsage || o.stdout != "" || !want.MatchString(o.stderr) {
			t.Errorf("%v", o)
		}
		// A log that never comes leaves open what it would have said.
		d := b.chaos(3, join([]string{"--duration", "1s", "--log", "later.log"}, patient, target)...)
		if d.codes() != "" || !d.reason("log-unread") {
			t.Errorf("findings %q, reasons %+v", d.codes(), d.Reasons)
		}
		s.stop()
	})
}

// TestSecrets: what is secret in a URL is sent to the server and told to nobody else, not even where the server's own log
// repeats it.
func TestSecrets(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		const secret = "hush-7f3a9c"
		b := newBox(t)
		s := b.serve("--bug", "early-release")
		o := b.insist(1, "chaos", "--out", "run", "--json", "result.json", "--fail-fast", "--log", s.log,
			"--publish-url", "rtmp://"+s.rtmp+"/live/{stream}?token="+secret, "--play-url", "http://"+s.http+"/live/{stream}.flv?token="+secret)
		if !strings.Contains(b.read(s.log), "token="+secret) {
			t.Error("the server never got the token")
		}
		events, _ := b.events("run")
		reader, err := history.Open(b.path("run"))
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		for where, text := range map[string]string{
			"stdout": o.stdout, "stderr": o.stderr, "the document": b.read("result.json"),
			"the history": fmt.Sprintf("%+v", events), "its header": fmt.Sprintf("%+v", reader.Header()),
		} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s has the token: …%s…", where, text[max(0, i-100):i])
			}
		}
		s.stop()
	})
}
