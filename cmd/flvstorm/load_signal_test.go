//go:build unix

package main

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// seen says that an event of this kind has come so often.
func seen(kind string, times int) func([]history.Event) bool {
	return func(events []history.Event) bool {
		n := 0
		for _, e := range events {
			if e.What.Kind() == kind {
				n++
			}
		}
		return n >= times
	}
}

// moments are those in which a load may be ended.
var moments = []struct {
	name string
	args []string
	come func([]history.Event) bool
}{
	{"while they come", []string{"--players", "1000", "--arrive", "20/s:even", "--duration", "2h"}, seen("play-requested", 10)},
	{"while they stay", []string{"--players", "50", "--streams", "2", "--slow", "10%@100k", "--idle", "10%", "--duration", "2h"}, seen("load-holds", 1)},
	{"in the middle of a search", []string{"--find-limit", "sessions >= 0", "--start", "2", "--max", "2000", "--hold", "1s"}, seen("load-judged", 2)},
	{"among publishers", []string{"--publish-only", "--streams", "30", "--duration", "2h"}, seen("fleet-sample", 2)},
}

// TestLoadInterrupted: Ctrl-C ends a load cleanly, whatever it is at. What was measured is reported, and no process is left.
func TestLoadInterrupted(t *testing.T) {
	t.Parallel()
	for _, tt := range moments {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				p := b.start(join([]string{"load", "--out", "run", "--json", "result.json", "--no-color"}, tt.args, patient)...)
				p.until("run", tt.come)
				p.interrupt()
				o := p.wait()
				if o.code != 130 || !strings.Contains(o.stdout, "INTERRUPTED") || strings.Contains(o.stderr, "flvstorm: ") {
					t.Errorf("want exit 130 and a report: %v", o)
				}
				var d steadyDocument
				b.into("result.json", &d)
				if d.Verdict != "interrupted" || !d.reason("interrupted") || d.codes() != "" || d.Load.Sessions+d.Load.Frames == 0 {
					t.Errorf("verdict %q, findings %q, %+v", d.Verdict, d.codes(), d.Load.loadFigures)
				}
				gone(t, b.serverOf("run"))
				if _, whole := b.events("run"); !whole {
					t.Error("the history is torn")
				}
				b.againSteady(o)
			})
		})
	}
}

// TestLoadSecondInterrupt quits at once, whatever the first one is still waiting for: here a reader of the document, who never comes.
func TestLoadSecondInterrupt(t *testing.T) {
	t.Parallel()
	for _, tt := range moments[:3] {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				if err := syscall.Mkfifo(b.path("pipe"), 0o644); err != nil {
					t.Fatal(err)
				}
				p := b.start(join([]string{"load", "--out", "run", "--json", "pipe", "--quiet"}, tt.args, patient)...)
				p.until("run", tt.come)
				p.interrupt()
				p.until("run", func(events []history.Event) bool {
					for _, e := range events {
						if end, ok := e.What.(history.Process); ok && end.State == "stopped" {
							return true
						}
					}
					return false
				})
				again := time.NewTicker(oneWish)
				defer again.Stop()
				for range 2 {
					<-again.C
					p.interrupt()
				}
				if o := p.wait(); o.code != 130 || o.stdout != "" {
					t.Errorf("%v", o)
				}
				gone(t, b.serverOf("run"))
			})
		})
	}
}

// TestLoadServerGone: a server that is killed under load is found dead, and the load ends soon, whatever it is at.
func TestLoadServerGone(t *testing.T) {
	t.Parallel()
	for _, tt := range moments {
		t.Run("its own, "+tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				p := b.start(join([]string{"load", "--out", "run", "--json", "result.json", "--no-color"}, tt.args, patient)...)
				p.until("run", tt.come)
				syscall.Kill(b.serverOf("run"), syscall.SIGKILL)
				o := p.wait()
				if o.code != 1 {
					t.Fatalf("want exit 1: %v", o)
				}
				d := b.document("result.json")
				died(t, b, d)
				if d.Server.How != "SIGKILL" {
					t.Errorf("it died of %q", d.Server.How)
				}
				b.againSteady(o)
			})
		})
	}
	for _, tt := range []struct {
		name string
		args func(*outsider) []string
	}{
		{"outside", func(s *outsider) []string { return join(s.flags(), []string{"--players", "10"}) }},
		{"outside, played only", func(s *outsider) []string {
			return []string{"--play-only", "--play-url", "http://" + s.http + "/live/show.flv", "--players", "10"}
		}},
		{"outside, searched", func(s *outsider) []string { return join(s.flags(), moments[2].args) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				s := b.serve()
				args := tt.args(s)
				if args[0] == "--play-only" {
					owner := newBox(t)
					owner.start("load", "--quiet", "--publish-only", "--duration", "2h", "--publish-url", "rtmp://"+s.rtmp+"/live/show",
						"--play-url", args[2])
					live(t, args[2])
				}
				p := b.start(join([]string{"load", "--out", "run", "--json", "result.json", "--quiet", "--duration", "2h"}, patient, args)...)
				p.until("run", seen("crowd-sample", 2))
				s.cmd.Process.Kill()
				if o := p.wait(); o.code != 1 {
					t.Fatalf("want exit 1: %v", o)
				}
				died(t, b, b.document("result.json"))
			})
		})
	}
}
