//go:build linux

package launch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// TestWaitReady: the error says which of the two does not answer.
func TestWaitReady(t *testing.T) {
	rtmp, http := address(t), address(t)
	u := target.URLs{Publish: "rtmp://" + rtmp + "/live/{stream}", Play: "http://" + http + "/live/{stream}.flv"}
	p, _, _ := guarded(t, playing("listen", childAddr+"="+rtmp))
	ctx, cancel := context.WithCancel(t.Context())
	waited := make(chan error)
	go func() {
		waited <- p.Ready(ctx, func(ctx context.Context) error { return target.WaitReady(ctx, new(target.Road), u) })
	}()
	historytest.Eventually(t, "its port", func() bool { return len(p.listens()) == 1 })
	half := u
	half.Play = ""
	if err := target.WaitReady(t.Context(), new(target.Road), half); err != nil {
		t.Error(err)
	}
	cancel()
	err := <-waited
	if want := fmt.Sprintf("%s does not answer (refused)", http); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v", err)
	}
	l, err := net.Listen("tcp4", http)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := target.WaitReady(t.Context(), new(target.Road), u); err != nil {
		t.Error(err)
	}
}

// TestElsewhere: a server that listens on another port than it was asked on says so to who knows where to look.
func TestElsewhere(t *testing.T) {
	asked, there := address(t), address(t)
	for _, mode := range []string{"listen", "daemon"} {
		p, _, _ := guarded(t, playing(mode, childAddr+"="+there))
		historytest.Eventually(t, "its port", func() bool { return len(p.listens()) == 1 })
		var err error
		for within := 50 * time.Millisecond; within < 10*time.Second; within *= 5 { // until it is enough to be refused
			ctx, cancel := context.WithTimeout(t.Context(), within)
			err = p.Ready(ctx, func(ctx context.Context) error {
				return target.WaitReady(ctx, new(target.Road), target.URLs{Publish: "rtmp://" + asked + "/live/{stream}"})
			})
			cancel()
			if err != nil && strings.Contains(err.Error(), "refused") {
				break
			}
		}
		for _, want := range []string{asked + " does not answer (refused)", "listens on " + there + " instead", "--publish-url"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", mode, err)
			}
		}
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestDiesBeforeItIsReady(t *testing.T) {
	p, sink, _ := guarded(t, playing("talk"))
	err := p.Ready(t.Context(), func(ctx context.Context) error {
		return target.WaitReady(ctx, new(target.Road), target.URLs{Publish: "rtmp://" + address(t) + "/live/{stream}"})
	})
	for _, want := range []string{"ended before it was ready (exit status 3)", "one | two | three"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v", err)
		}
	}
	if sink.Saw("ready 0 ") {
		t.Errorf("%v", sink.Lines())
	}
}

func TestFreePorts(t *testing.T) {
	ports, err := FreePorts(50)
	if err != nil || len(ports) != 50 {
		t.Fatalf("%v, %v", ports, err)
	}
	seen := map[int]bool{}
	for _, p := range ports {
		if seen[p] || p < lowestPort || p > highestPort {
			t.Errorf("port %d", p)
		}
		seen[p] = true
	}
	if _, err := FreePorts(highestPort); err == nil || !strings.Contains(err.Error(), "no free ports") {
		t.Errorf("%v", err)
	}
}

// procNetTCP is as Linux wrote it on a little-endian machine, with one line that is cut.
const procNetTCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22222 1 0000000000000000 100 0 0 10 0
   1: 00000000:078F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 33333 1 0000000000000000 100 0 0 10 0
   2: 0100007F:A2B0 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 44444 1 0000000000000000 100 0 0 10 0
   3: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 5
   4: 01000`

func TestListening(t *testing.T) {
	var got []string
	for _, l := range listening(strings.NewReader(procNetTCP)) {
		got = append(got, l.addr.String()+" "+l.inode)
	}
	want := []string{"127.0.0.1:8080 22222", "0.0.0.0:1935 33333", "[::1]:80 5"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzListening(f *testing.F) {
	f.Add(procNetTCP)
	f.Add(" 1: :0 2 0A 4 5 6 7 8 9")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range listening(strings.NewReader(text)) {
			if l.addr == (netip.AddrPort{}) {
				t.Errorf("an empty address of %q", text)
			}
		}
	})
}
