package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
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

// Reason is why a run is inconclusive or interrupted, or a pass in spite of errors, as a sentence of the catalogue. Args
// may hold Reasons, which are said in the same language.
type Reason struct {
	Code string    `json:"code"`
	Says phrase.ID `json:"-"`
	Args []any     `json:"-"`
}

// Text is the sentence.
func (r Reason) Text(book phrase.Book) string {
	args := slices.Clone(r.Args)
	for i, arg := range args {
		if inner, ok := arg.(Reason); ok {
			args[i] = inner.Text(book)
		}
	}
	return book.Say(r.Says, args...)
}

// lateShare is the share of late actions above which the machine, not the server, may have made the result.
const lateShare = 0.01

// ownTrouble keeps what of ours was missing or in the way: limits, drops, and actions that came later than planned.
type ownTrouble struct {
	grace   time.Duration
	brief   bool                 // it is about one case of a suite
	told    []history.OwnTrouble // summed by code
	actions int64
	late    int64
	load    *LoadFold // how we kept up with a steady load; nil where that is not asked
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

// briefShare is lateShare for one case of a suite: a case has so few actions that one hiccup of the machine is more than
// that, and two of them are no measure. The suite as a whole is held to lateShare.
const briefShare = 0.05

// tooLate reports whether so much happened late that the machine may have made the result.
func (o *ownTrouble) tooLate() bool {
	if o.load != nil {
		if _, _, _, too := o.load.late(); too {
			return true
		}
	}
	return o.actionsLate()
}

func (o *ownTrouble) actionsLate() bool {
	if o.brief {
		return o.late > 1 && float64(o.late) > briefShare*float64(o.actions)
	}
	return o.actions > 0 && float64(o.late) > lateShare*float64(o.actions)
}

// troubled is the reason that trouble of ours makes. What is about the server's log says so, and needs no count.
func troubled(p history.OwnTrouble) Reason {
	if strings.HasPrefix(p.Code, "log-") {
		return Reason{Code: p.Code, Says: phrase.WhyLog, Args: []any{p.Detail}}
	}
	times := Reason{Says: phrase.OneTime}
	if p.Count > 1 {
		times = Reason{Says: phrase.ManyTimes, Args: []any{strconv.FormatInt(p.Count, 10)}}
	}
	return Reason{Code: p.Code, Says: phrase.WhyTrouble, Args: []any{p.Code, times, p.Detail}}
}

// reasons say what of ours keeps a clean run from being a pass.
func (o *ownTrouble) reasons() []Reason {
	var out []Reason
	for _, p := range o.told {
		if p.Code == "armed-late" {
			continue // the return made a full connection instead, and is counted with those
		}
		out = append(out, troubled(p))
	}
	if o.actionsLate() {
		out = append(out, Reason{Code: "late-actions", Says: phrase.WhyLate,
			Args: []any{100 * float64(o.late) / float64(o.actions), o.grace / 4}})
	}
	if o.load != nil {
		out = append(out, o.load.reasons()...)
		out = append(out, o.load.silent(o.grace)...)
	}
	return out
}

// weigh is the order in which a verdict is found. Lost is what a pass leaves open, because of what the user excused.
func weigh(findings []Finding, interrupted, fails bool, reasons, lost []Reason) (Verdict, []Reason) {
	if interrupted {
		reasons = append([]Reason{{Code: "interrupted", Says: phrase.WhyInterrupted}}, reasons...)
	}
	switch {
	case fails:
		return Fail, reasons
	case interrupted:
		return Interrupted, reasons
	case len(reasons) > 0:
		return Inconclusive, reasons
	}
	return Pass, append(excused(findings), lost...)
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
