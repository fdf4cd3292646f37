// Package check judges a run: it folds the events of its history to findings, an outcome in figures and a verdict.
//
//  1. The timeline keeps who published which key from when to when, and gives every attempt its fate.
//  2. Attribution ties lines of the server's log to refusals; they may come before or after them.
//  3. The checkers look for what went wrong, each for its own thing: refusals of a key that nobody owned, two owners at
//     once, players without media, a server that died.
//  4. Findings are put together by code and cause: roots first, consequences under them, information last.
//  5. The verdict weighs the findings, and what of ours was missing or in the way.
//
// There are no goroutines and no clock here but the times of the events, so a run is judged the same while it goes on, for
// the live line and --fail-fast, and years later from its file. Nothing here knows which server it was, or which bug.
package check

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// Checker is a fold over the events of a run. Step gets each event in the order of Seq; their times may be some
// milliseconds out of order. Finish says that no more will come.
type Checker interface {
	Step(history.Event)
	Finish()
}

// Judge is all checkers together. Its methods are for one goroutine.
//
// A suite is a run of several cases, which history.Case marks. Each case is judged by a trial of its own: a death in one
// makes nothing in the next its consequence. What belongs to the run as a whole is judged over the whole: the server's life
// and log, what it uses, what of ours was in the way.
type Judge struct {
	*trial  // of what belongs to no case: of a run without cases, of everything
	header  history.Header
	profile *profile.Profile
	broken  error // of reading the profile
	rules   *rules
	usage   *usage
	logs    *logs
	load    *LoadFold
	kept    int
	suite   *suite // nil as long as there was no case
	// wide are the checkers of the server as a whole; they are stepped before any trial's.
	wide []Checker
}

// New makes the judge of the run with this header.
func New(h history.Header) *Judge {
	p, err := profile.Read(h.Profile)
	if err != nil {
		p, _ = profile.Read(nil) // a header that can't be understood is told by the verdict
	}
	j := &Judge{header: h, profile: p, broken: err, rules: newRules(h.Judge), usage: newUsage(h, p), logs: newLogs(h, p), load: NewLoad()}
	own := &ownTrouble{grace: graceOf(h.Judge), load: j.load}
	j.trial = newTrial(h, p, own, j.rules, j.logs, &j.kept, &hearing{})
	j.wide = []Checker{
		own,
		j.load,
		j.usage,
		j.logs,
		&server{whole: j.trial, at: j.trialAt, now: j.trialNow, scale: scaleOf(h.Judge), grace: own.grace},
	}
	return j
}

// Step takes the next event.
func (j *Judge) Step(e history.Event) {
	if c, ok := e.What.(history.Case); ok {
		j.turn(e, c)
	}
	for _, c := range j.wide {
		c.Step(e)
	}
	if j.suite == nil {
		j.trial.step(e)
		return
	}
	j.route(e)
}

// trialAt is the trial to which belongs what happened to the server at that time.
func (j *Judge) trialAt(at time.Duration) *trial {
	if j.suite != nil {
		if c := j.suite.at(at); c != nil {
			return c.trial
		}
	}
	return j.trial
}

// trialNow is the trial of what happens now.
func (j *Judge) trialNow() *trial {
	if j.suite != nil && j.suite.now != nil {
		return j.suite.now.trial
	}
	return j.trial
}

// each calls f with every trial that still hears something.
func (j *Judge) each(f func(*trial)) {
	f(j.trial)
	if j.suite != nil {
		for _, c := range j.suite.open {
			f(c.trial)
		}
	}
}

// Findings are those so far. What isn't decided yet, for a key may still come back in time, is not among them.
func (j *Judge) Findings() []Finding {
	g := j.found.gather(j.refusals.undecided())
	if j.suite != nil {
		g = j.suite.gather(g)
	}
	return g.findings(j.rules)
}

// Proven reports whether an error was found that nothing later in the run can take back and that isn't allowed.
func (j *Judge) Proven() bool {
	if j.suite != nil && j.suite.proven(j.rules) {
		return true
	}
	return j.trial.proven(j.found.gather(j.refusals.undecided()).findings(j.rules))
}

// Finish says that the run is over and judges it.
func (j *Judge) Finish() Judgement {
	for _, c := range j.wide {
		c.Finish()
	}
	j.trial.finish()
	if j.suite != nil {
		return j.finishSuite()
	}
	j.addLeaks()
	out := j.judgement(j.found.gather(nil).findings(j.rules), j.figures.outcome())
	out.Verdict, out.Reasons = j.verdict(out.Findings, &out.Outcome, j.broken)
	out.Gone = j.rules.gone(out.Findings, nil, j.line.ended && !j.line.interrupted)
	return out
}

// judgement is what is said of every run, whether or not it had cases.
func (j *Judge) judgement(findings []Finding, outcome Outcome) Judgement {
	outcome.Log = j.logs.outcome()
	j.usage.outcome(&outcome)
	return Judgement{
		Findings: findings,
		Outcome:  outcome,
		Elapsed:  j.line.last,
		Profile:  j.profile.Name,
		Server:   j.line.serverName,
		Trouble:  j.own.told,
		Unknown:  j.line.unknown,
		Stopped:  j.line.stopped,
		Load:     j.load.Figures(),
	}
}

// Judgement is what came of a run.
type Judgement struct {
	Verdict Verdict `json:"verdict"`
	// Reasons say what a verdict hangs on beside the findings; a pass has one only if errors were found that don't count.
	Reasons []Reason `json:"reasons,omitempty"`
	// Findings are those of the run, Outcome its figures; of a suite, those of all its cases together.
	Findings []Finding
	Outcome  Outcome
	// Cases are those of a suite in their order, nil for any other run. Gone are the errors of the baseline that did not
	// come again, as the baseline names them.
	Cases []CaseJudgement
	Gone  []string
	// Load is what a run under steady load came to, nil of any other.
	Load *Load
	// Elapsed is how long the run lasted, as far as its history goes.
	Elapsed time.Duration
	// Profile is the name of the resolved profile, Server kind and version as the connect reply told them.
	Profile string
	Server  string
	// Trouble is what of our own went wrong or met a limit, by code.
	Trouble []history.OwnTrouble
	// Unknown counts events of kinds that this flvstorm does not know; they were skipped.
	Unknown int64
	// Stopped says why the run ended itself early: "fail-fast", "server-dead".
	Stopped string
}
