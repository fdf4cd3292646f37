//go:build unix

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/history"
)

// again wants `flvstorm report` to say of a run of the suite what was said when it was made, to the byte.
func (o outcome) again(b *box) {
	b.t.Helper()
	document, junit := b.read("result.json"), b.read("result.xml")
	report := b.run("report", "run", "--no-color", "--json", "again.json", "--junit", "again.xml")
	if report.code != o.code {
		b.t.Errorf("want exit %d: %v", o.code, report)
	}
	for _, same := range []struct{ what, first, again string }{
		{"report", o.stdout, report.stdout}, {"document", document, b.read("again.json")}, {"JUnit report", junit, b.read("again.xml")},
	} {
		if diff := cmp.Diff(strings.Split(same.first, "\n"), strings.Split(same.again, "\n")); diff != "" {
			b.t.Errorf("the %s is another (-first +again):\n%s", same.what, diff)
		}
	}
}

// TestSmoke: the whole suite is green on a good server.
func TestSmoke(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		names := newBox(t).everyCase()
		calmly(t, 300*time.Millisecond, func(b *box) error {
			o, d := b.smoke("--self-test")
			if o.code != 0 {
				return fmt.Errorf("want exit 0: %v", o)
			}
			for _, name := range names {
				if d.said()[name] != "pass" {
					t.Errorf("%s: %q", name, d.said()[name])
				}
			}
			if failed, skipped := b.junit(names); d.Verdict != "pass" || len(failed)+len(skipped) > 0 || d.Returns.Returns < 200 {
				t.Errorf("verdict %q of %d returns; failed %q, skipped %q", d.Verdict, d.Returns.Returns, failed, skipped)
			}
			if seen := refusals(d.Publish) + refusals(d.Contenders); d.Log.Tied["id"] != seen || seen == 0 {
				t.Errorf("%d refusals, tied by %v", seen, d.Log.Tied)
			}
			o.again(b)
			return nil
		})
	})
}

// TestSmokeBugs: each bug turns those cases red that are made for it, under its own code, and leaves the others alone.
func TestSmokeBugs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		bug, only string
		exec      bool // it is somebody's server, by its command line
		want      map[string]string
		root      string // and the case that it was found in
		in        string
	}{
		{"early-release", "publish-and-play,return-fin,released", false, map[string]string{
			"publish-and-play": "pass", "return-fin": "fail", "released": "fail",
		}, "duplicated-pattern", "return-fin"},
		{"leaked-acquire", "publish-and-play,return-unpublish", false, map[string]string{
			"publish-and-play": "pass", "return-unpublish": "fail",
		}, "disposing", "return-unpublish"},
		{"slow-release", "publish-and-play,return-fin,released", false, map[string]string{
			"publish-and-play": "pass", "return-fin": "fail", "released": "pass",
		}, "slow-release", "return-fin"},
		{"double-accept", "publish-and-play,contenders,released", false, map[string]string{
			"publish-and-play": "pass", "contenders": "fail", "released": "pass",
		}, "double-publish", "contenders"},
		// It is started again for the next case.
		{"crash", "drop-together,contenders,released", false, map[string]string{
			"drop-together": "fail", "contenders": "pass", "released": "pass",
		}, "server-crashed", "drop-together"},
		{"crash", "drop-together,contenders", true, map[string]string{
			"drop-together": "fail", "contenders": "pass",
		}, "server-crashed", "drop-together"},
	} {
		name := tt.bug
		if tt.exec {
			name += " of a server by --exec"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				calmly(t, 300*time.Millisecond, func(b *box) error {
					target := []string{"--bug", tt.bug}
					if tt.exec {
						serve, _, flags := ours(t)
						target = append(flags[:4:4], "--exec", serve+" --bug "+tt.bug)
					}
					o, d := b.smoke(join(target, []string{"--only", tt.only})...)
					if o.code != 1 {
						return fmt.Errorf("want exit 1: %v", o)
					}
					if diff := cmp.Diff(tt.want, d.said()); diff != "" {
						return fmt.Errorf("cases (-want +got):\n%s%v", diff, o)
					}
					i := d.finding(tt.root)
					if i != 0 || !d.Findings[0].Root {
						t.Fatalf("the first finding is not %s, but %q", tt.root, d.codes())
					}
					for _, c := range d.Cases {
						if found := slices.Contains(c.Findings, tt.root); found != (c.Name == tt.in) {
							t.Errorf("%s: %q", c.Name, c.Findings)
						}
					}
					var red []string
					for _, c := range d.Cases {
						if c.Verdict == "fail" {
							red = append(red, c.Name)
						}
					}
					if failed, _ := b.junit(strings.Split(tt.only, ",")); !slices.Equal(failed, red) {
						t.Errorf("in the JUnit report failed %q, in the document %q", failed, red)
					}
					o.again(b)
					return nil
				})
			})
		})
	}
}

// TestSmokeChosen: only what was chosen is tried, as often as was asked for, each time with streams of its own.
func TestSmokeChosen(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		calmly(t, 300*time.Millisecond, func(b *box) error {
			o, d := b.smoke("--self-test", "--only", "publish-and-play,play-in-gap,released", "--skip", "released", "--repeat", "2")
			if o.code != 0 {
				return fmt.Errorf("want exit 0: %v", o)
			}
			want := []string{"publish-and-play", "play-in-gap", "publish-and-play #2", "play-in-gap #2"}
			var got []string
			for _, c := range d.Cases {
				got = append(got, c.Name)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			keys, cases := map[string]int{}, 0
			events, _ := b.events("run")
			for _, e := range events {
				switch p := e.What.(type) {
				case history.Case:
					if p.State == "begin" {
						cases++
					}
				case history.PublishSent:
					if in, ok := keys[e.Key]; ok && in != cases {
						t.Errorf("%s is published in two cases", e.Key)
					}
					keys[e.Key] = cases
				}
			}
			if cases != 4 || len(keys) != 2*(3+4) {
				t.Errorf("%d keys in %d cases", len(keys), cases)
			}
			b.junit(want)
			return nil
		})
	})
}

// TestSmokeInterrupted: Ctrl-C in the middle ends the suite; the report is written, with the cases that were left.
func TestSmokeInterrupted(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		p := b.start("smoke", "--self-test", "--out", "run", "--json", "result.json", "--junit", "result.xml", "--no-color", "--grace", "5s", "--stuck-after", "9s")
		p.until("run", func(events []history.Event) bool {
			began := 0
			for _, e := range events {
				if c, ok := e.What.(history.Case); ok && c.State == "begin" {
					began++
				}
			}
			return began == 2
		})
		server := b.serverOf("run")
		p.interrupt()
		o := p.wait()
		if o.code != 130 || !strings.Contains(o.stdout, "INTERRUPTED") {
			t.Fatalf("want exit 130 and a report: %v", o)
		}
		gone(t, server)
		var d suiteDocument
		b.into("result.json", &d)
		names := b.everyCase()
		if d.Verdict != "interrupted" || d.codes() != "" || len(d.Cases) != len(names) {
			t.Fatalf("verdict %q, findings %q, cases %v", d.Verdict, d.codes(), d.said())
		}
		for _, c := range d.Cases[2:] {
			// Another may have begun before the signal came.
			if c.State != "skipped" && c.Name != d.Cases[2].Name || c.State == "skipped" && !strings.Contains(c.Why, "interrupted") {
				t.Errorf("%+v", c)
			}
		}
		if d.Cases[0].Verdict != "pass" || d.Cases[1].Verdict == "fail" {
			t.Errorf("%+v", d.Cases[:2])
		}
		if _, skipped := b.junit(names); len(skipped) < len(names)-3 {
			t.Errorf("in the JUnit report were skipped %q", skipped)
		}
		o.again(b)
	})
}

// TestSmokeServerDies: with a server that is not ours to start again, the suite is over, and says where.
func TestSmokeServerDies(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		calmly(t, 300*time.Millisecond, func(b *box) error {
			s := b.serve("--bug", "crash")
			o, d := b.smoke(append(s.flags(), "--only", "publish-and-play,drop-together,contenders,released")...)
			if o.code != 1 {
				t.Fatalf("want exit 1: %v", o)
			}
			want := map[string]string{"publish-and-play": "pass", "drop-together": "fail", "contenders": "skipped", "released": "skipped"}
			if diff := cmp.Diff(want, d.said()); diff != "" {
				return fmt.Errorf("(-want +got):\n%s%v", diff, o)
			}
			for _, name := range []string{"contenders", "released"} {
				if !strings.Contains(d.why(name), "the server died in drop-together") {
					t.Errorf("%s: %q", name, d.why(name))
				}
			}
			if i := d.finding("server-crashed"); i != 0 || d.Stopped != "server-dead" {
				t.Errorf("findings %q, stopped %q", d.codes(), d.Stopped)
			}
			o.again(b)
			return nil
		})
	})
}
