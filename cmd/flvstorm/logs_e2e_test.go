//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// through puts a plain TCP proxy before an address, as a container's ports have one: the server sees another source port. It
// returns where the proxy listens.
func through(t testing.TB, backend string) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		for {
			front, err := ln.Accept()
			if err != nil {
				return
			}
			all.Go(func() { pass(ctx, front.(*net.TCPConn), backend) })
		}
	})
	t.Cleanup(func() {
		cancel()
		ln.Close()
		all.Wait()
	})
	return ln.Addr().String()
}

// pass passes on what both sides send, and the end of what they send; a reset too becomes an end.
func pass(ctx context.Context, front *net.TCPConn, backend string) {
	defer front.Close()
	nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", backend)
	if err != nil {
		return
	}
	back := nc.(*net.TCPConn)
	defer back.Close()
	defer context.AfterFunc(ctx, func() {
		front.Close()
		back.Close()
	})()
	var both sync.WaitGroup
	both.Go(func() {
		io.Copy(back, front)
		back.CloseWrite()
	})
	both.Go(func() {
		io.Copy(front, back)
		front.CloseWrite()
	})
	both.Wait()
}

// TestAttribution: each refusal carries the line of its own attempt, however the log comes, also through a proxy that changes
// the port.
func TestAttribution(t *testing.T) {
	t.Parallel()
	tail := peertest.Program(t, "tail")
	for _, tt := range []struct {
		name    string
		proxied bool
		args    func(s *outsider) []string
		stdin   func(t testing.TB, s *outsider) io.Reader
	}{
		{"--log -", false, func(*outsider) []string { return []string{"--log", "-"} }, func(t testing.TB, s *outsider) io.Reader {
			cmd := exec.Command(tail, "-n", "+1", "-f", s.log)
			cmd.SysProcAttr = bound()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				cmd.Process.Kill()
				cmd.Wait()
			})
			return out
		}},
		{"--log-cmd", false, func(s *outsider) []string { return []string{"--log-cmd", "tail -n +1 -f " + s.log} }, nil},
		{"--log behind a proxy", true, func(s *outsider) []string { return []string{"--log", s.log} }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				s := b.serve("--bug", "early-release")
				rtmp, http := s.rtmp, s.http
				how := []string{"--leave", "fin", "--duration", "6s"}
				if tt.proxied {
					rtmp, http = through(t, s.rtmp), through(t, s.http)
					how = []string{"--leave", "fin=2,rst=2,vanish", "--duration", "9s", "--seed", "1"}
				}
				args := join([]string{
					"chaos", "--out", "run", "--json", "result.json", "--no-color", "--stuck-after", "3s",
					"--publish-url", "rtmp://" + rtmp + "/live/{stream}", "--play-url", "http://" + http + "/live/{stream}.flv",
				}, how, tt.args(s))
				cmd := exec.Command("flvstorm", args...)
				if tt.stdin != nil {
					cmd.Stdin = tt.stdin(t, s)
				}
				atOnce <- struct{}{}
				o := b.startCommand(cmd).wait()
				<-atOnce
				if o.code != 1 {
					t.Fatalf("want exit 1: %v", o)
				}
				var d observed
				b.into("result.json", &d)
				root(t, d.document, "duplicated-pattern", "code=4001")
				seen := refusals(d.Publish) + refusals(d.Contenders) + refusals(d.Settling)
				if d.Log.Tied["id"] != seen || seen < 5 || len(d.Log.Tied) != 1 {
					t.Errorf("%d refusals, tied by %v", seen, d.Log.Tied)
				}
				if (d.Log.Proxy != nil) != tt.proxied {
					t.Errorf("proxy %+v", d.Log.Proxy)
				}
				if tt.proxied {
					for _, of := range []string{"rst", "vanish", "gap 0"} {
						if !slices.Contains(d.Log.Unverified, of) {
							t.Errorf("%s is not unverified: %q", of, d.Log.Unverified)
						}
					}
					text := strings.Join(strings.Fields(o.stdout), " ")
					if !strings.Contains(text, "behind a proxy or NAT: the server sees 127.0.0.1:") || !strings.Contains(text, "unverified, for a proxy may not carry it through: ") {
						t.Errorf("the report does not say so: %v", o)
					}
				}
				s.stop()
			})
		})
	}
}

// TestPIDKilled: a server that is not ours and that --pid names is found dead at once when it is, and not by its silence.
func TestPIDKilled(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		s := b.serve()
		p := b.start(join([]string{"chaos", "--out", "run", "--json", "result.json", "--quiet", "--duration", "2m"}, patient, s.flags(),
			[]string{"--pid", strconv.Itoa(s.cmd.Process.Pid)})...)
		p.until("run", under(time.Second))
		s.cmd.Process.Kill()
		if o := p.wait(); o.code != 1 {
			t.Fatalf("want exit 1: %v", o)
		}
		d := b.document("result.json")
		died(t, b, d)
		if i := d.finding("server-crashed"); i < 0 || !strings.Contains(d.Findings[i].Cases[0].Text+d.Server.How, "process") {
			t.Errorf("it is not said that the process is gone: %+v, %+v", d.Server, d.Findings)
		}
	})
}

// TestWatchedFromOutside: of a server that is not ours, process and API are looked at where --pid and --api say.
func TestWatchedFromOutside(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		s := b.serve()
		d := b.watched(0, join(s.flags(), patient, []string{
			"--pid", strconv.Itoa(s.cmd.Process.Pid), "--api", "http://" + s.http, "--duration", "3s",
		})...)
		if d.Usage == nil || d.Usage.Samples < 2 || d.Usage.Memory.Max < 1<<20 || d.Usage.Threads.Max < 2 {
			t.Errorf("the process: %+v", d.Usage)
		}
		if d.API == nil || d.API.Samples < 2 || d.API.Failed > 0 || d.API.Streams.Max < 1 || d.API.Clients.Max < 5 || d.API.Streams.Last != 0 {
			t.Errorf("the API: %+v", d.API)
		}
		s.stop()
	})
}

// TestMissingSecret: an API that wants a secret which nobody gave is one line that says where it is taken from.
func TestMissingSecret(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		s := b.serve()
		profile := b.path("mine.yaml")
		text := `
name: mine
like: embedded
api:
  header: 'Authorization: Bearer ${FLVSTORM_TEST_SECRET}'
  streams:
    path: /api/v1/streams
    list: streams
    key: [url]
`
		if err := os.WriteFile(profile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args := join(s.flags(), patient, []string{"--profile", profile, "--api", "http://" + s.http, "--duration", "1s", "--players", "1"})
		o := b.run(join([]string{"chaos", "--out", "run", "--json", "result.json"}, args)...)
		if want := regexp.MustCompile(`^flvstorm: .*"mine" needs .* the environment variable FLVSTORM_TEST_SECRET .*\n$`); o.code != exitUsage || !want.MatchString(o.stderr) || o.stdout != "" {
			t.Errorf("%v", o)
		}
		if _, err := os.Stat(b.path("run")); err == nil {
			t.Error("the folder of the run is left")
		}
		// With it, it is used, and seen nowhere.
		const secret = "hush-0a61d4"
		o = b.startCommand(exec.Command("env", join([]string{"FLVSTORM_TEST_SECRET=" + secret, "flvstorm", "chaos", "--out", "run", "--json", "result.json"}, args)...)).wait()
		var d observed
		b.into("result.json", &d)
		if o.code != 0 || d.API == nil || d.API.Samples == 0 || d.API.Failed > 0 {
			t.Errorf("the API: %+v: %v", d.API, o)
		}
		events, _ := b.events("run")
		for where, text := range map[string]string{"stdout": o.stdout, "stderr": o.stderr, "the document": b.read("result.json"), "the history": fmt.Sprintf("%+v", events)} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has the secret", where)
			}
		}
		s.stop()
	})
}
