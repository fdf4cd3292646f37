package report

import (
	"cmp"
	"math"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// From puts the document together from what was planned and what was judged. Lists are never nil, so that the JSON has
// [] for none, and no text of a stranger's is longer than a few kilobytes.
func From(h history.Header, j check.Judgement) Result { return In(phrase.English, h, j) }

// In is From with the sentences that a result carries told in a language: reasons, what is said of a case. The JSON result is told in
// English.
func In(book phrase.Book, h history.Header, j check.Judgement) Result {
	out := j.Outcome
	r := Result{
		Schema:  Schema,
		Verdict: j.Verdict,
		Seed:    h.Seed,
		Repro:   h.Repro,
		Reasons: make([]Reason, 0, len(j.Reasons)),
		Target: Target{
			Profile:    j.Profile,
			Version:    cut(version(j.Server)),
			Embedded:   h.Target.Embedded,
			PublishURL: cut(h.Target.PublishURL),
			PlayURL:    cut(h.Target.PlayURL),
			Log:        h.Target.Log,
		},
		Findings:   make([]Finding, 0, len(j.Findings)),
		Publish:    tally(out.Publish),
		Contenders: tally(out.Contenders),
		Settling:   tally(out.Settling),
		Departures: out.Departures,
		Ended:      out.Ended,
		ArmedLost:  out.ArmedLost,
		Play:       out.Play,
		Returns:    out.Returns,
		Latency:    make(map[string]*Percentiles),
		Keys:       make([]Key, 0, len(out.Keys)),
		Left:       make(map[string]Left),
		Sweep:      swept(out.Gaps, h.Plan),
		Server:     Server{State: "alive", Lines: out.Log.Lines, Unmatched: out.Log.Unmatched},
		Own:        make([]Trouble, 0, len(j.Trouble)),
		Judge: Judge{
			Grace:      millis(h.Judge.Grace),
			StuckAfter: millis(h.Judge.StuckAfter),
			Allow:      append([]string{}, h.Judge.Allow...),
			FailFast:   h.Judge.FailFast,
			FailOnly:   h.Judge.FailOnly,
			TimeScale:  h.Judge.TimeScale,
		},
		Tool:     Tool{Version: h.Tool, OS: h.Machine.OS, Arch: h.Machine.Arch, CPUs: h.Machine.CPUs},
		Started:  h.StartedAt.UTC(),
		Duration: millis(j.Elapsed),
		Stopped:  j.Stopped,
		Unknown:  j.Unknown,
		Viewers:  viewed(out.Viewers),
		Usage:    usage(out.Usage),
		API:      api(out.API),
		Log:      logged(out.Log),
		Load:     loaded(j.Load, h),
		Cases:    suiteCases(book, j.Cases),
		Baseline: besides(h.Judge.Baseline, j),
	}
	for _, reason := range j.Reasons {
		r.Reasons = append(r.Reasons, Reason{Code: reason.Code, Text: cut(reason.Text(book))})
	}
	for _, f := range j.Findings {
		r.Findings = append(r.Findings, finding(book, f))
		r.Server.note(f)
	}
	for _, named := range out.Latency.Named() {
		r.Latency[named.Name] = percentiles(named.Histogram)
	}
	for _, k := range out.Keys {
		k.Key = cut(k.Key)
		r.Keys = append(r.Keys, Key{Key: k, Ownerless: millis(k.Ownerless), Worst: millis(k.Worst)})
	}
	for _, l := range out.Left {
		r.Left[l.How] = Left{Returns: l.Returns, Refused: l.Refused, Recovery: percentiles(l.Recovery)}
	}
	for _, line := range out.Log.First {
		r.Server.First = append(r.Server.First, cut(line))
	}
	for _, t := range j.Trouble {
		r.Own = append(r.Own, Trouble{Code: t.Code, Detail: cut(t.Detail), Count: max(t.Count, 1)})
	}
	r.ask(book, h.Judge.FailOn)
	r.retell(book)
	return r
}

// version is the version in "srs 7.0.2".
func version(server string) string {
	if _, v, ok := strings.Cut(server, " "); ok {
		return v
	}
	return server
}

// tally has the two classes that a report always shows.
func tally(t check.Tally) check.Tally {
	refused := map[profile.Class]int64{profile.Duplicated: 0, profile.Busy: 0}
	for class, n := range t.Refused {
		refused[class] = n
	}
	t.Refused = refused
	return t
}

// finding turns a finding of the judgement into one of the document.
func finding(book phrase.Book, f check.Finding) Finding {
	out := Finding{
		ID: f.ID, Code: string(f.Code), Severity: string(f.Severity), Root: f.Root, CausedBy: f.CausedBy, Allowed: f.Allowed,
		AllowedBy: f.AllowedBy, Status: f.Status, In: f.In, ForGood: f.ForGood, Count: f.Count,
		Keys:     make([]string, 0, len(f.Keys)),
		FirstAt:  f.FirstAt.Milliseconds(),
		Lateness: sorted(f.Lateness),
		Evidence: make([]check.Evidence, 0, len(f.Evidence)),
		Cases:    make([]Case, 0, len(f.Cases)),
	}
	for _, key := range f.Keys {
		out.Keys = append(out.Keys, cut(key))
	}
	for _, e := range f.Evidence {
		bound := cleanBytes
		if f.Code == check.Sanitizer {
			bound = reportBytes
		}
		out.Evidence = append(out.Evidence, check.Evidence{Event: e.Event, Log: cutTo(e.Log, bound), File: cut(e.File)})
	}
	for _, c := range f.Cases {
		out.Cases = append(out.Cases, Case{
			In: cut(c.In), Key: cut(c.Key), Actor: c.Actor, Epoch: c.Epoch, At: millis(c.At), Event: c.Event, Class: c.Class,
			Log: cut(c.Log), TiedBy: c.By, Text: cut(c.Text),
			Since: millis(c.Since), For: millis(c.For), Refused: c.Refused, Settled: c.Settled, Back: c.Back, ForGood: c.ForGood,
			Ghost: c.Ghost, Holder: cut(c.Holder), Frames: cutAll(c.Frames), Crash: dossier(c.Crash), Report: sanitizer(c.Report),
			How: c.How, Other: c.Other, Odd: witnessed(c.Odd),
		})
		if last := &out.Cases[len(out.Cases)-1]; last.Text == "" {
			last.Text = cmp.Or(saw(book, *last), wordsOf(missed(book, out, *last)))
		}
	}
	return out
}

// swept turns the gaps of a sweep, the longest first, into the document's; nil for none. A way of returning is safe from
// the shortest gap on down to which nothing went wrong.
func swept(gaps []check.Gap, plan map[string]any) *Sweep {
	if len(gaps) == 0 {
		return nil
	}
	s := &Sweep{Steps: make([]Step, 0, len(gaps)), From: shortest(plan)}
	wrong := map[bool]bool{}
	for _, g := range gaps {
		asked := millis(g.Asked)
		s.Steps = append(s.Steps, Step{Gap: asked, Armed: g.Armed, Returns: g.Returns, Refused: g.Refused, Wrong: g.Wrong,
			Below: bound(g)})
		wrong[g.Armed] = wrong[g.Armed] || g.Wrong > 0
		if wrong[g.Armed] {
			continue
		}
		if g.Armed {
			s.SafeArmed = &asked
		} else {
			s.SafeFull = &asked
		}
	}
	return s
}

// bound is an upper bound on the probability that a return after a gap goes wrong, by the same reckoning as that of all
// returns: the p of which n returns without one would have had a probability of 5 %.
func bound(g check.Gap) float64 {
	if g.Wrong > 0 || g.Returns <= 0 {
		return 1
	}
	return 1 - math.Pow(0.05, 1/float64(g.Returns))
}

// shortest is the lower end of the range that a plan sweeps, "sweep:0s..500ms"; nil where the plan doesn't say.
func shortest(plan map[string]any) *Millis {
	text, _ := plan["gap"].(string)
	ends, ok := strings.CutPrefix(text, "sweep:")
	if !ok {
		return nil
	}
	from, _, _ := strings.Cut(ends, "..")
	gap, err := time.ParseDuration(from)
	if err != nil {
		return nil
	}
	least := millis(gap)
	return &least
}

// note keeps what a finding says of the server's end.
func (s *Server) note(f check.Finding) {
	switch {
	case f.Code == check.ServerCrashed:
		s.State = "crashed"
		s.Deaths += f.Count
	case f.Code == check.ServerHung && s.State == "alive":
		s.State = "hung"
	case f.Code == check.ServerRestarted:
		s.Restarts += f.Count
		return
	default:
		return // of a server that hung first, its death is what counts
	}
	at := millis(f.FirstAt)
	s.At = &at
	if len(f.Cases) > 0 {
		s.How = f.Cases[0].Text
	}
}

// percentiles sums up a histogram of microseconds.
func percentiles(h *hdrhistogram.Histogram) *Percentiles {
	if h == nil || h.TotalCount() == 0 {
		return &Percentiles{}
	}
	quantile := func(q float64) Millis { return millis(time.Duration(h.ValueAtQuantile(q)) * time.Microsecond) }
	return &Percentiles{
		P50: quantile(50), P90: quantile(90), P95: quantile(95), P99: quantile(99), P999: quantile(99.9), Max: quantile(100),
		Count: h.TotalCount(),
	}
}

// sorted sums up times that stand in ascending order already, by nearest rank; nil for none.
func sorted(times []time.Duration) *Percentiles {
	n := len(times)
	if n == 0 {
		return nil
	}
	rank := func(permille int) Millis { return millis(times[max((n*permille+999)/1000, 1)-1]) }
	return &Percentiles{
		P50: rank(500), P90: rank(900), P95: rank(950), P99: rank(990), P999: rank(999), Max: millis(times[n-1]), Count: int64(n),
	}
}
