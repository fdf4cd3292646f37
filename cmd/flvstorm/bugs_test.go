//go:build unix

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// bugs are the ways to break the embedded server, and what has to come of each.
var bugs = []struct {
	bug   string
	name  string
	args  []string
	code  int
	check func(*testing.T, *box, document)
}{
	{"early-release", "fail fast", []string{"--fail-fast"}, 1, func(t *testing.T, b *box, d document) {
		root(t, d, "duplicated-pattern", "code=4001")
		if d.Stopped != "fail-fast" || d.finding("stuck-busy") >= 0 || d.Settling.Attempts != 0 {
			t.Errorf("stopped %q, findings %q, %d settling tries", d.Stopped, d.codes(), d.Settling.Attempts)
		}
	}},
	{"early-release", "to the end", []string{"--stuck-after", "3s", "--duration", "5s"}, 1, func(t *testing.T, b *box, d document) {
		root(t, d, "duplicated-pattern", "code=4001")
		stuck(t, d, "duplicated-pattern")
	}},
	{"leaked-acquire", "to the end", []string{"--stuck-after", "3s", "--duration", "5s"}, 1, func(t *testing.T, b *box, d document) {
		root(t, d, "disposing", "code=1098")
		stuck(t, d, "disposing")
	}},
	{"slow-release", "to the end", []string{"--stuck-after", "60s", "--duration", "6s"}, 1, func(t *testing.T, b *box, d document) {
		root(t, d, "slow-release", "code=1028")
		f := d.Findings[d.finding("slow-release")]
		if l := f.Lateness; l == nil || l.Count != f.Count || l.P50 <= 1000 || l.Max < l.P50 {
			t.Errorf("slow-release %d times, late by %+v", f.Count, l)
		}
		if d.finding("stuck-busy") >= 0 || d.finding("duplicated-pattern") >= 0 {
			t.Errorf("findings %q", d.codes())
		}
	}},
	{"double-accept", "to the end", join(patient, []string{"--duration", "3s"}), 1, func(t *testing.T, b *box, d document) {
		root(t, d, "double-publish", "")
		if d.codes() != "double-publish" || d.Contenders.Accepted == 0 {
			t.Errorf("findings %q, %d contenders accepted", d.codes(), d.Contenders.Accepted)
		}
	}},
	{"crash", "to the end", []string{"--duration", "2m"}, 1, func(t *testing.T, b *box, d document) {
		died(t, b, d)
	}},
	{"early-release", "without players", join(patient, []string{"--players", "0", "--duration", "3s"}), 0, unseen},
	{"leaked-acquire", "without players", join(patient, []string{"--players", "0", "--duration", "3s"}), 0, unseen},
	{"early-release", "with a gap", join(patient, []string{"--gap", "500ms", "--duration", "4s"}), 0, unseen},
	{"leaked-acquire", "with a gap", join(patient, []string{"--gap", "500ms", "--duration", "4s"}), 0, unseen},
}

// TestBugs runs chaos on every bug, once on its own server, and once from outside on one that somebody else started: what
// is found is the same, for nothing is known of the bug but what anybody can see.
func TestBugs(t *testing.T) {
	t.Parallel()
	for _, tt := range bugs {
		for _, where := range []string{"inside", "outside"} {
			t.Run(tt.bug+" "+tt.name+" "+where, func(t *testing.T) {
				t.Parallel()
				try := func(b *box) error {
					target, server := []string{"--bug", tt.bug}, (*outsider)(nil)
					if where == "outside" {
						server = b.serve("--bug", tt.bug)
						target = server.flags()
					}
					o := b.run(join([]string{"chaos", "--out", "run", "--json", "result.json", "--quiet", "--seed", "1"}, target, tt.args)...)
					if o.code != tt.code {
						return fmt.Errorf("want exit %d: %v", tt.code, o)
					}
					d := b.document("result.json")
					tt.check(t, b, d)
					if d.Target.Embedded == (where == "outside") || d.Target.Profile != "embedded" {
						t.Errorf("target %+v", d.Target)
					}
					// Two bugs have the name of what is found of them.
					if where == "outside" && !strings.Contains(d.codes(), tt.bug) && strings.Contains(b.read("result.json"), tt.bug) {
						t.Errorf("the document knows the bug's name: %s", b.read("result.json"))
					}
					if server != nil && tt.bug != "crash" {
						server.stop()
					}
					return nil
				}
				// A machine that stands still for longer than the gap may hit the window after all.
				calmly(t, 300*time.Millisecond, try)
			})
		}
	}
}

// root wants an error of that code which nothing else caused, with key, time and the server's own words beside each other.
func root(t *testing.T, d document, code, log string) {
	t.Helper()
	i := d.finding(code)
	if i < 0 {
		t.Fatalf("no %s, but %q", code, d.codes())
	}
	f := d.Findings[i]
	if !f.Root || f.CausedBy != nil || i != 0 || f.Count < 1 || len(f.Keys) < 1 || f.FirstAt <= 0 || len(f.Evidence) == 0 {
		t.Errorf("%s is not the root, or lacks something: %+v", code, f)
	}
	for _, c := range f.Cases {
		if !strings.HasPrefix(c.Key, "live/") || c.At <= 0 || !strings.Contains(c.Log, log) {
			t.Errorf("a case of %s without key, time or log line: %+v", code, c)
		}
	}
}

// stuck wants keys that stayed busy for good as a consequence of cause.
func stuck(t *testing.T, d document, cause string) {
	t.Helper()
	i := d.finding("stuck-busy")
	if i < 0 {
		t.Fatalf("no stuck-busy, but %q", d.codes())
	}
	f := d.Findings[i]
	if f.Root || f.CausedBy == nil || *f.CausedBy != cause || !f.ForGood {
		t.Errorf("stuck-busy is not for good, or not because of %s: %+v", cause, f)
	}
	for _, c := range f.Cases {
		if !strings.HasPrefix(c.Key, "live/") || c.At < 3000 || !strings.Contains(c.Log, "code=1028") || !c.ForGood {
			t.Errorf("a case of stuck-busy without key, time or log line: %+v", c)
		}
	}
	if d.Settling.Attempts < 3 || d.Settling.Accepted != 0 {
		t.Errorf("settling tried %d times, %d accepted", d.Settling.Attempts, d.Settling.Accepted)
	}
}

// unseen wants that there was nothing to be found, although publishers returned.
func unseen(t *testing.T, _ *box, d document) {
	t.Helper()
	if d.Verdict != "pass" || d.codes() != "" || d.Returns.Returns == 0 || d.Returns.Refused != 0 {
		t.Errorf("verdict %q, findings %q, %d of %d returns refused", d.Verdict, d.codes(), d.Returns.Refused, d.Returns.Returns)
	}
}

// died wants that the end of the server was found, that everything else follows from it, and that nobody hammered at the
// door of the dead.
func died(t *testing.T, b *box, d document) {
	t.Helper()
	i := d.finding("server-crashed")
	if i < 0 || !d.Findings[i].Root || d.Server.State != "crashed" || d.Server.At == nil || d.Stopped != "server-dead" {
		t.Fatalf("findings %q, server %+v, stopped %q", d.codes(), d.Server, d.Stopped)
	}
	for _, f := range d.Findings {
		if f.Severity == "error" && f.Code != "server-crashed" && f.FirstAt >= int64(*d.Server.At) && f.Root {
			t.Errorf("%s is a root after the server's end", f.Code)
		}
	}
	if d.Settling.Attempts != 0 {
		t.Errorf("%d settling tries on a dead server", d.Settling.Attempts)
	}
	if b.took(d) > time.Minute {
		t.Errorf("the run went on for %v ms", d.Duration)
	}
	tries := 0
	events, _ := b.events("run")
	for _, e := range events {
		if e.At.Seconds()*1000 < *d.Server.At {
			continue
		}
		switch e.What.(type) {
		case history.PublishRefused, history.PlayRefused, history.Probe, history.ArmedLost:
			tries++
		}
	}
	if tries > 150 {
		t.Errorf("%d connections were tried after the server's end", tries)
	}
}

func (b *box) took(d document) time.Duration {
	return time.Duration(d.Duration * float64(time.Millisecond))
}
