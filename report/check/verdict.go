package check

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// Verdict is what a run amounts to. The zero value is Inconclusive: a judgement that nobody made claims nothing.
type Verdict int

const (
	Inconclusive Verdict = iota
	Pass
	Fail
	Interrupted
)

var verdictNames = [...]string{"inconclusive", "pass", "fail", "interrupted"}

func (v Verdict) String() string {
	if v < 0 || int(v) >= len(verdictNames) {
		return fmt.Sprintf("Verdict(%d)", int(v))
	}
	return verdictNames[v]
}

// MarshalText gives a verdict its name in JSON.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// ExitCode is the exit status that the verdict stands for.
func (v Verdict) ExitCode() int {
	switch v {
	case Pass:
		return 0
	case Fail:
		return 1
	case Interrupted:
		return 130
	}
	return 3
}

// Reason is why a run is inconclusive or interrupted, as a sentence of the catalogue.
type Reason struct {
	Code string    `json:"code"`
	Says phrase.ID `json:"-"`
	Args []any     `json:"-"`
}

// Text is the sentence.
func (r Reason) Text(book phrase.Book) string { return book.Say(r.Says, r.Args...) }

// lateShare is the share of late actions above which the machine, not the server, may have made the result.
const lateShare = 0.01

// ownTrouble keeps what of ours was missing or in the way: limits, drops, and actions that came later than planned.
type ownTrouble struct {
	grace   time.Duration
	told    []history.OwnTrouble // summed by code
	actions int64
	late    int64
}

func (o *ownTrouble) Finish() {}

func (o *ownTrouble) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.OwnTrouble:
		o.trouble(p)
	case history.Departed, history.PublishSent, history.Connected, history.PlayRequested:
		if started, ok := started(e); ok && e.Due != 0 {
			o.actions++
			if started-e.Due > o.grace/4 {
				o.late++
			}
		}
	}
}

// started is when we began an action; what passed after that is the server's time. It reports false for an action that
// began with another event.
func started(e history.Event) (time.Duration, bool) {
	switch p := e.What.(type) {
	case history.PublishSent:
		return e.At, p.Armed // on a full connection it began with Connected
	case history.Connected:
		return e.At - p.Setup, !p.Armed
	case history.PlayRequested:
		return e.At - p.TCP, true
	}
	return e.At, true
}

func (o *ownTrouble) trouble(p history.OwnTrouble) {
	p.Count = max(p.Count, 1)
	for i := range o.told {
		if o.told[i].Code == p.Code {
			o.told[i].Count += p.Count
			return
		}
	}
	o.told = append(o.told, p)
}

// tooLate reports whether so much happened late that the machine may have made the result.
func (o *ownTrouble) tooLate() bool {
	return o.actions > 0 && float64(o.late) > lateShare*float64(o.actions)
}

// reasons say what of ours keeps a clean run from being a pass.
func (o *ownTrouble) reasons() []Reason {
	var out []Reason
	for _, p := range o.told {
		if p.Code == "armed-late" {
			continue // the return made a full connection instead, and is counted with those
		}
		out = append(out, Reason{Code: p.Code, Says: phrase.WhyTrouble, Args: []any{p.Code, p.Count, p.Detail}})
	}
	if o.tooLate() {
		out = append(out, Reason{Code: "late-actions", Says: phrase.WhyLate,
			Args: []any{100 * float64(o.late) / float64(o.actions), o.grace / 4}})
	}
	return out
}

// verdict goes in this order: a proven finding fails the run, whatever else was; then comes the user's interrupt; then
// what was missing; and what is left is a pass.
func (j *Judge) verdict(findings []Finding) (Verdict, []Reason) {
	reasons := j.own.reasons()
	line, out := j.line, j.figures.outcome()
	add := func(code string, says phrase.ID, args ...any) {
		reasons = append(reasons, Reason{Code: code, Says: says, Args: args})
	}
	if j.broken != nil {
		add("profile", phrase.WhyProfile, j.broken)
	}
	if !line.ended {
		add("cut", phrase.WhyCut, line.last.Seconds())
	}
	if out.Publish.Accepted+out.Contenders.Accepted == 0 && out.Play.Tags == 0 {
		add("nothing", phrase.WhyNothing)
	} else if keys := j.refusals.strange; len(keys) > 0 {
		add("never-ours", phrase.WhyNeverOurs, len(keys), keys[0])
	}
	for _, class := range slices.Sorted(maps.Keys(j.refusals.ruled)) {
		keys := j.refusals.ruled[class]
		add(string(class), phrase.WhyRuled, len(keys), class, keys[0])
	}
	if n := len(j.refusals.unresolved); n > 0 {
		add("unresolved", phrase.WhyUnresolved, n, j.refusals.unresolved[0])
	}
	if j.unplayed() {
		add("no-media", phrase.WhyNoMedia, out.Play.Sessions)
	}
	if line.stopped != "" {
		add("stopped", phrase.WhyStopped, line.stopped)
	}
	if line.interrupted {
		reasons = append([]Reason{{Code: "interrupted", Says: phrase.WhyInterrupted}}, reasons...)
	}
	switch {
	case failing(findings, j.own.tooLate(), j.unplayed()):
		return Fail, reasons
	case line.interrupted:
		return Interrupted, reasons
	case len(reasons) > 0:
		return Inconclusive, reasons
	}
	return Pass, nil
}

// unplayed reports whether streams were published and none of several players ever got a frame of one: then nobody knows
// whether what they asked for was what was published.
func (j *Judge) unplayed() bool {
	out := &j.figures.out
	return out.Play.Players > 1 && out.Play.Tags == 0 && out.Publish.Accepted > 0
}

// failing reports whether findings hold one that is proven and not allowed. What hangs on time alone proves nothing where
// our own actions came late, and what players missed proves nothing where they never got anything.
func failing(findings []Finding, late, unplayed bool) bool {
	for _, f := range findings {
		switch {
		case f.Severity != Error || f.Allowed:
		case late && f.byTimeAlone():
		case unplayed && (f.Code == PlayerRefused || f.Code == PlayerStarved):
		default:
			return true
		}
	}
	return false
}
