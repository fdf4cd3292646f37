//go:build unix

package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// bugs are the ways to break the embedded server, and what has to come of each.
var bugs = []row{
	{bug: "early-release", name: "fail fast", args: []string{"--fail-fast"}, want: "duplicated-pattern",
		check: func(_ *box, d document) error {
			if d.Stopped != "fail-fast" || d.Settling.Attempts != 0 {
				return fmt.Errorf("stopped %q, %d settling tries", d.Stopped, d.Settling.Attempts)
			}
			return rooted(d, "duplicated-pattern", "code=4001")
		}},
	{bug: "early-release", args: []string{"--stuck-after", "3s", "--duration", "5s"},
		want: "duplicated-pattern stuck-busy<duplicated-pattern", check: func(_ *box, d document) error {
			return errors.Join(rooted(d, "duplicated-pattern", "code=4001"), stuck(d, "duplicated-pattern"))
		}},
	{bug: "leaked-acquire", args: []string{"--stuck-after", "3s", "--duration", "5s"},
		want: "disposing stuck-busy<disposing", check: func(_ *box, d document) error {
			return errors.Join(rooted(d, "disposing", "code=1098"), stuck(d, "disposing"))
		}},
	{bug: "slow-release", args: []string{"--stuck-after", "60s", "--duration", "6s"}, want: "slow-release",
		check: func(_ *box, d document) error {
			f := d.Findings[d.finding("slow-release")]
			if l := f.Lateness; l == nil || l.Count != f.Count || l.P50 <= 1000 || l.Max < l.P50 {
				return fmt.Errorf("slow-release %d times, late by %+v", f.Count, l)
			}
			return rooted(d, "slow-release", "code=1028")
		}},
	{bug: "double-accept", args: join(patient, []string{"--duration", "3s"}), want: "double-publish mixed-media<double-publish",
		check: func(_ *box, d document) error {
			if d.Contenders.Accepted == 0 {
				return errors.New("no contender was accepted")
			}
			return rooted(d, "double-publish", "")
		}},
	{bug: "half-closed-reject", args: join(patient, []string{"--duration", "3s"}), want: "mixed-media",
		check: func(b *box, d document) error {
			refused := false
			for _, c := range d.Findings[d.finding("mixed-media")].Cases {
				refused = refused || c.How == "refused"
				if c.How != "refused" && c.How != "together" { // one who tries as the run ends gets no answer
					return fmt.Errorf("the frames of one who was refused, and not: %+v", c)
				}
			}
			if !refused {
				return errors.New("nowhere are they those of one who was refused")
			}
			return evident(b, d, "mixed-media")
		}},
	{bug: "stale-gop", args: join(patient, []string{"--duration", "3s"}), want: "stale-media", check: shown("stale-media")},
	{bug: "no-eof", args: starving, want: "player-starved"},
	{bug: "silent-play", args: starving, want: "player-starved"},
	{bug: "torn-tag", args: join(patient, []string{"--duration", "3s"}), want: "flv-invalid", check: shown("flv-invalid")},
	{bug: "ts-rewind", args: join(patient, []string{"--duration", "3s"}), want: "flv-invalid", check: shown("flv-invalid")},
	{bug: "no-sequence-header", args: join(patient, []string{"--duration", "3s"}), want: "flv-invalid", check: shown("flv-invalid")},
	{bug: "drop-frames", args: join(patient, []string{"--duration", "3s"}), want: "media-loss", check: shown("media-loss")},
	{bug: "uneven-eof", args: join(patient, []string{"--duration", "4s"}), want: "play-policy"},
	{bug: "crash", args: []string{"--duration", "2m"}, want: "server-crashed", check: ended},
	{bug: "hang", args: join(patient, []string{"--duration", "2m"}), want: "server-hung", check: func(_ *box, d document) error {
		if d.Server.State != "hung" || d.Stopped != "server-dead" {
			return fmt.Errorf("server %+v, stopped %q", d.Server, d.Stopped)
		}
		return nil
	}},
	{bug: "leak", asks: true, args: join(patient, []string{"--duration", "6s"}), want: "leak"},

	{bug: "early-release", name: "without its log", deaf: true, args: []string{"--stuck-after", "3s", "--duration", "5s"},
		want: "stuck-busy<unexplained-refusal unexplained-refusal"},
	{bug: "slow-release", name: "within the grace", args: []string{"--grace", "4s", "--stuck-after", "60s", "--duration", "7s"},
		check: transient},

	// The first two need the window between the departure and the end of the viewers.
	{bug: "early-release", name: "without players", args: join(patient, []string{"--players", "0", "--duration", "3s"}), check: unseen},
	{bug: "leaked-acquire", name: "without players", args: join(patient, []string{"--players", "0", "--duration", "3s"}), check: unseen},
	{bug: "early-release", name: "with a gap", args: join(patient, []string{"--gap", "500ms", "--duration", "4s"}), check: unseen},
	{bug: "leaked-acquire", name: "with a gap", args: join(patient, []string{"--gap", "500ms", "--duration", "4s"}), check: unseen},
}

// starving are runs in which a player has the time to starve: a key has to be live for longer than the grace.
var starving = []string{"--live", "2s", "--duration", "7s", "--streams", "3", "--leave", "fin,unpublish"}

// shown wants the evidence of what a witness saw: a file that can be opened, the event, and the tags around it.
func shown(code string) func(*box, document) error {
	return func(b *box, d document) error { return evident(b, d, code) }
}

// rooted wants an error of that code which nothing else caused, with key, time and the server's own words beside each other.
func rooted(d document, code, log string) error {
	i := d.finding(code)
	if i < 0 {
		return fmt.Errorf("no %s, but %q", code, d.codes())
	}
	f := d.Findings[i]
	if !f.Root || f.CausedBy != nil || i != 0 || f.Count < 1 || len(f.Keys) < 1 || f.FirstAt <= 0 || len(f.Evidence) == 0 {
		return fmt.Errorf("%s is not the root, or lacks something: %+v", code, f)
	}
	for _, c := range f.Cases {
		if !strings.HasPrefix(c.Key, "live/") || c.At <= 0 || !strings.Contains(c.Log, log) {
			return fmt.Errorf("a case of %s without key, time or log line: %+v", code, c)
		}
	}
	return nil
}

// root is rooted for a test.
func root(t testing.TB, d document, code, log string) {
	t.Helper()
	if err := rooted(d, code, log); err != nil {
		t.Error(err)
	}
}

// stuck wants keys that stayed busy for good as a consequence of cause.
func stuck(d document, cause string) error {
	i := d.finding("stuck-busy")
	if i < 0 {
		return fmt.Errorf("no stuck-busy, but %q", d.codes())
	}
	f := d.Findings[i]
	if f.Root || f.CausedBy == nil || *f.CausedBy != cause || !f.ForGood {
		return fmt.Errorf("stuck-busy is not for good, or not because of %s: %+v", cause, f)
	}
	for _, c := range f.Cases {
		if !strings.HasPrefix(c.Key, "live/") || c.At < 3000 || !strings.Contains(c.Log, "code=1028") || !c.ForGood {
			return fmt.Errorf("a case of stuck-busy without key, time or log line: %+v", c)
		}
	}
	if d.Settling.Attempts < 3 || d.Settling.Accepted != 0 {
		return fmt.Errorf("settling tried %d times, %d accepted", d.Settling.Attempts, d.Settling.Accepted)
	}
	return nil
}

// unseen wants that there was nothing to be found, although publishers returned.
func unseen(_ *box, d document) error {
	if d.Verdict != "pass" || d.Returns.Returns == 0 || d.Returns.Refused != 0 {
		return fmt.Errorf("verdict %q, %d of %d returns refused", d.Verdict, d.Returns.Refused, d.Returns.Returns)
	}
	return nil
}

// transient wants that publishes were refused, and no more said of it than that.
func transient(_ *box, d document) error {
	if len(d.Findings) != 1 || d.Findings[0].ID != "stream-busy/info" || d.Findings[0].Count == 0 || d.Verdict != "pass" {
		return fmt.Errorf("verdict %q, findings %+v", d.Verdict, d.Findings)
	}
	return nil
}

// ended wants that the end of the server was found, that everything else follows from it, and that nobody hammered at the
// door of the dead.
func ended(b *box, d document) error {
	i := d.finding("server-crashed")
	if i < 0 || !d.Findings[i].Root || d.Server.State != "crashed" || d.Server.At == nil || d.Stopped != "server-dead" {
		return fmt.Errorf("findings %q, server %+v, stopped %q", d.codes(), d.Server, d.Stopped)
	}
	for _, f := range d.Findings {
		if f.Severity == "error" && f.Code != "server-crashed" && f.FirstAt >= int64(*d.Server.At) && f.Root {
			return fmt.Errorf("%s is a root after the server's end", f.Code)
		}
	}
	if d.Settling.Attempts != 0 {
		return fmt.Errorf("%d settling tries on a dead server", d.Settling.Attempts)
	}
	if b.took(d) >= 2*time.Minute { // its --duration
		return fmt.Errorf("the run went on for %v ms", d.Duration)
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
		return fmt.Errorf("%d connections were tried after the server's end", tries)
	}
	return nil
}

// died is ended for a test.
func died(t testing.TB, b *box, d document) {
	t.Helper()
	if err := ended(b, d); err != nil {
		t.Fatal(err)
	}
}

func (b *box) took(d document) time.Duration {
	return time.Duration(d.Duration * float64(time.Millisecond))
}
