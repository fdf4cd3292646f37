package check

import (
	"fmt"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// What a case of a suite came to.
const (
	CaseRan     = "ran"
	CaseSkipped = "skipped"
	CaseCut     = "cut" // it began and did not come to its end
)

// CaseJudgement is what came of one case of a suite.
type CaseJudgement struct {
	// Name is unique in the suite: a case that came again is told from the first by its round, "return-fin #2".
	Name  string
	State string // CaseRan, CaseSkipped or CaseCut
	Why   string // of one that was skipped or cut short, in the words of who ran it
	// Verdict, Reasons, Findings and Outcome are those of a run that is only this case. Latencies are kept to 1 %.
	Verdict  Verdict
	Reasons  []Reason
	Findings []Finding
	Outcome  Outcome
	// Began and Ended are its times in the run. One that was skipped has the same for both.
	Began time.Duration
	Ended time.Duration
}

const (
	// maxCasesOfSuite bounds how many cases are judged apart. What comes after counts for the suite only.
	maxCasesOfSuite = 10_000
	// maxLate bounds how many cases that are over still hear what comes late.
	maxLate = 8
)

// suite keeps the cases of a run apart.
//
// A case hears what happens on its keys, and they are its own; and what happens to the server as a whole while it is open.
// It stays open for a moment after its end: a refusal's line of the log comes up to a second late, a player's end is told
// after the case's. Of what comes then, that on its keys belongs to it alone, and lines of the log go to it and to the next
// case alike, for a line finds its refusal by connection, address or key. A death is that of the case in which it happened,
// or, until the next one begins, of the one that has just ended; later it is the suite's. A case that begins while the server
// is still down has that for the cause of what it meets.
type suite struct {
	cases  []*suiteCase
	open   []*suiteCase // those that still hear something, by age
	now    *suiteCase   // the one that is under way
	rounds map[string]int
	owners map[string]owner   // of keys
	ours   map[string]bool    // keys that a case which is over had accepted
	past   map[string]*epochs // the publishes of each key in the cases that are over
	late   time.Duration      // how long a case hears what comes late
	sum    Outcome            // of the cases that are finished
	more   int                // cases beyond the bound
	last   time.Duration
}

// suiteCase is a case of a suite: while it is open by its trial, then by what came of it.
type suiteCase struct {
	CaseJudgement
	over     bool // it has ended, one way or another
	trial    *trial
	gathered *gathered
}

// owner is to which case a key belongs now, and belonged before.
type owner struct{ now, before *suiteCase }

// turn takes the beginning or the end of a case.
func (j *Judge) turn(e history.Event, p history.Case) {
	s := j.suite
	if s == nil {
		s = &suite{rounds: map[string]int{}, owners: map[string]owner{}, ours: map[string]bool{}, past: map[string]*epochs{}, late: j.refusals.settleAfter, sum: newFigures(nil, nil, false).out}
		j.suite = s
	}
	switch p.State {
	case "begin":
		s.cut()
		if c := s.add(e, p); c != nil {
			own := &ownTrouble{grace: j.own.grace, brief: true}
			c.State, c.trial = CaseCut, newTrial(j.header, j.profile, own, j.rules, j.logs, &j.kept, j.refusals.hearing)
			c.trial.checkers = append(c.trial.checkers, own)
			c.trial.name = c.Name
			c.trial.line.now, c.trial.line.began = e.At, e.At
			for _, o := range j.line.outages {
				if o.until == never {
					c.trial.line.goesDown(o) // the server is still down
				}
			}
			c.trial.line.phase("storm", e.At) // unless it says itself when that begins
			s.now = c
			s.open = append(s.open, c)
		}
	case "end":
		if c := s.now; c != nil && c.named(p.Name) {
			c.State, c.Why, c.Ended = CaseRan, p.Why, e.At
			c.trial.line.phase("end", e.At)
			s.now, c.over = nil, true
		}
	case "skipped":
		if c := s.add(e, p); c != nil {
			c.State, c.Why, c.Ended, c.over = CaseSkipped, p.Why, e.At, true
			c.gathered = newGathered()
		}
	}
	for len(s.open) > maxLate {
		j.close(s.open[0])
		s.open = s.open[1:]
	}
}

// named reports whether that is the case's name, whichever round it is.
func (c *suiteCase) named(name string) bool { return CaseName(c.Name) == CaseName(name) }

// add notes a case under a name of its own, nil if there are too many.
func (s *suite) add(e history.Event, p history.Case) *suiteCase {
	if len(s.cases) >= maxCasesOfSuite {
		s.more++
		return nil
	}
	name := CaseName(p.Name)
	s.rounds[name]++
	c := &suiteCase{CaseJudgement: CaseJudgement{Name: name, Began: e.At, Ended: e.At}}
	if n := s.rounds[name]; n > 1 {
		c.Name = fmt.Sprintf("%s #%d", name, n)
	}
	s.cases = append(s.cases, c)
	return c
}

// cut ends the case that is under way, which was not told to have ended.
func (s *suite) cut() {
	if s.now != nil {
		s.now.Ended, s.now.over = s.last, true
		s.now = nil
	}
}

// at is the case to which belongs what happened to the server at that time, nil for none that is still open.
func (s *suite) at(at time.Duration) *suiteCase {
	for _, c := range slices.Backward(s.open) {
		if at >= c.Began && (!c.over || at <= c.Ended+s.late) {
			return c
		}
	}
	return nil
}

// route hands an event to the trials that it concerns.
func (j *Judge) route(e history.Event) {
	s := j.suite
	s.last = max(s.last, e.At)
	if e.Key != "" {
		if _, line := e.What.(history.LogLine); !line {
			s.ownerOf(e, j.trial).step(e)
			return
		}
	}
	switch e.What.(type) {
	case history.Phase, history.Stopped:
		if s.now != nil {
			s.now.trial.step(e) // a phase of a case is none of the suite's
			return
		}
		j.trial.step(e)
	case history.Interrupted, history.OwnTrouble:
		if s.now != nil {
			s.now.trial.step(e)
		}
		j.trial.step(e)
	case history.Tick:
		j.each(func(t *trial) { t.step(e) })
		s.open = slices.DeleteFunc(s.open, func(c *suiteCase) bool {
			if !c.over || e.At <= c.Ended+s.late {
				return false
			}
			j.close(c)
			return true
		})
	default:
		j.each(func(t *trial) { t.step(e) })
	}
}

// ownerOf is the trial of the case to which e's key belongs. A key belongs to the case in which something was last begun on
// it; one that no case has begun anything on, to none.
func (s *suite) ownerOf(e history.Event, none *trial) *trial {
	o := s.owners[e.Key]
	if begins(e) {
		if c := s.at(e.At); c != nil && c != o.now && (o.now == nil || c.Began >= o.now.Began) {
			o = owner{c, o.now}
			s.owners[e.Key] = o
			if s.ours[e.Key] || o.before != nil && o.before.accepted(e.Key) {
				c.trial.line.ours(e)
			}
			c.trial.media.since(s.pastOf(e.Key, o.before, none))
		}
	}
	c := o.now
	if c != nil && o.before != nil && e.At < c.Began {
		c = o.before
	}
	switch {
	case c == nil:
		return none
	case c.trial == nil:
		return deaf // too late to count
	}
	return c.trial
}

// pastOf is what is known of a key's publishes before the case that takes it over now. They were those of before, or, as long
// as no case had begun anything on it, of none.
func (s *suite) pastOf(key string, before *suiteCase, none *trial) *epochs {
	switch {
	case before == nil:
		return none.media.past(key)
	case before.trial == nil:
		return s.past[key]
	}
	return before.trial.media.past(key)
}

// accepted reports whether a publish of key was accepted in the case, as long as that is open.
func (c *suiteCase) accepted(key string) bool {
	return c.trial != nil && c.trial.line.keys[key] != nil && c.trial.line.keys[key].accepted
}

// ours says that a key which is heard of for the first time was ours before: if it is refused now, no stranger holds it.
func (t *timeline) ours(e history.Event) {
	if t.keys[e.Key] == nil {
		t.open(e.Key, e.At).accepted = true
	}
}

// deaf is a trial that hears nothing.
var deaf = &trial{}

// begins reports whether something is begun with e, by us.
func begins(e history.Event) bool {
	switch p := e.What.(type) {
	case history.Connected, history.PublishSent, history.PlayRequested, history.PlayRefused:
		return true
	case history.PublishRefused:
		return p.Sent == 0
	}
	return false
}

// close judges a case that hears nothing any more, and keeps of it only that.
func (j *Judge) close(c *suiteCase) {
	t := c.trial
	t.finish()
	t.closed = true
	for name, k := range t.line.keys {
		if k.accepted {
			j.suite.ours[name] = true
		}
	}
	for name := range t.media.keys {
		j.suite.past[name] = t.media.past(name)
	}
	c.gathered = t.found.gather(nil)
	c.Outcome = t.figures.outcome()
	t.line.ended = c.State == CaseRan // whatever phases it had
	if s := t.line.several; s != nil {
		j.line.answer(s.one, s.other)
	}
	t.line.several = j.line.several
	c.Verdict, c.Reasons = t.verdict(c.findings(j.rules), &c.Outcome, nil)
	if t.line.serverName != "" {
		j.line.serverName = t.line.serverName
	}
	j.suite.sum.add(&c.Outcome)
	c.Outcome.compact()
	c.trial = nil
}

// findings are those of the case alone.
func (c *suiteCase) findings(rules *rules) []Finding {
	g := newGathered()
	g.merge(c.gathered, c.Name)
	return g.findings(rules)
}

// gather puts together what was found in all cases, and what belongs to none.
func (s *suite) gather(none *gathered) *gathered {
	g := newGathered()
	g.merge(none, "")
	for _, c := range s.cases {
		if c.gathered != nil {
			g.merge(c.gathered, c.Name)
		} else {
			g.merge(c.trial.found.gather(c.trial.refusals.undecided()), c.Name)
		}
	}
	return g
}

// proven reports whether a case holds an error that nothing later can take back.
func (s *suite) proven(rules *rules) bool {
	for _, c := range s.cases {
		if c.trial == nil {
			if c.Verdict == Fail {
				return true
			}
			continue
		}
		g := newGathered()
		g.merge(c.trial.found.gather(c.trial.refusals.undecided()), c.Name)
		if c.trial.proven(g.findings(rules)) {
			return true
		}
	}
	return false
}

// finishSuite judges the suite: by its cases, and by what belongs to none of them.
func (j *Judge) finishSuite() Judgement {
	s := j.suite
	s.cut()
	for _, c := range s.open {
		j.close(c)
	}
	s.open = nil
	j.addLeaks()
	none := j.found.gather(nil)
	wide := newGathered()
	wide.merge(none, "")
	fails := failing(wide.findings(j.rules), j.own.tooLate(), false)

	outcome := j.figures.outcome()
	outcome.add(&s.sum)
	out := j.judgement(s.gather(none).findings(j.rules), outcome)
	out.Elapsed = max(out.Elapsed, s.last)
	var ran []string
	for _, c := range s.cases {
		c.Findings = c.findings(j.rules) // again, for what became known of the server's end meanwhile
		out.Cases = append(out.Cases, c.CaseJudgement)
		fails = fails || c.Verdict == Fail
		if c.State == CaseRan {
			ran = append(ran, c.Name)
		}
	}
	reasons, lost := j.suiteReasons(&out.Outcome)
	out.Verdict, out.Reasons = weigh(out.Findings, j.line.interrupted, fails, reasons, lost)
	out.Gone = j.rules.gone(out.Findings, ran, len(ran) > 0)
	return out
}
