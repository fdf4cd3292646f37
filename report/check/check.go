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
type Judge struct {
	header   history.Header
	profile  *profile.Profile
	broken   error // of reading the profile
	line     *timeline
	refusals *refusals
	figures  *figures
	own      *ownTrouble
	found    *found
	// checkers are stepped in this order: each may read those before it. Adding one means one file and one line in New.
	checkers []Checker
}

// New makes the judge of the run with this header.
func New(h history.Header) *Judge {
	p, err := profile.Read(h.Profile)
	if err != nil {
		p, _ = profile.Read(nil) // a header that can't be understood is told by the verdict
	}
	line := newTimeline(p)
	found := &found{line: line, allow: map[Code]bool{}}
	for _, code := range h.Judge.Allow {
		found.allow[Code(code)] = true
	}
	server := &server{line: line, found: found}
	tied := newAttribution(line, p)
	figures := newFigures(line, found, h.Plan["sweep"] == true)
	refusals := newRefusals(line, tied, found, figures, h.Judge)
	own := &ownTrouble{grace: refusals.grace}
	return &Judge{
		header: h, profile: p, broken: err, line: line, refusals: refusals, figures: figures, own: own, found: found,
		checkers: []Checker{
			line,
			server,
			tied,
			figures,
			refusals,
			&double{line: line, found: found, exclusive: p.Policy == "exclusive"},
			newPlayers(line, found, refusals.grace),
			own,
		},
	}
}

// Step takes the next event.
func (j *Judge) Step(e history.Event) {
	for _, c := range j.checkers {
		c.Step(e)
	}
}

// Findings are those so far. What isn't decided yet, for a key may still come back in time, is not among them.
func (j *Judge) Findings() []Finding {
	return j.found.findings(j.refusals.undecided())
}

// Proven reports whether an error was found that nothing later in the run can take back and that isn't allowed.
func (j *Judge) Proven() bool {
	// The rest of the run may show that we were late, or that no player ever gets anything.
	return failing(j.Findings(), true, j.figures.out.Play.Tags == 0)
}

// Finish says that the run is over and judges it.
func (j *Judge) Finish() Judgement {
	for _, c := range j.checkers {
		c.Finish()
	}
	out := Judgement{
		Findings: j.found.findings(nil),
		Outcome:  j.figures.outcome(),
		Elapsed:  j.line.last,
		Profile:  j.profile.Name,
		Server:   j.line.serverName,
		Trouble:  j.own.told,
		Unknown:  j.line.unknown,
		Stopped:  j.line.stopped,
	}
	out.Verdict, out.Reasons = j.verdict(out.Findings)
	return out
}

// Judgement is what came of a run.
type Judgement struct {
	Verdict  Verdict  `json:"verdict"`
	Reasons  []Reason `json:"reasons,omitempty"`
	Findings []Finding
	Outcome  Outcome
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
