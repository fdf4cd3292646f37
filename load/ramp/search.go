package ramp

import (
	"errors"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
)

// SearchConfig says how to look for the largest load that a server carries.
type SearchConfig struct {
	// Start is the first load that is tried, Max the largest. Defaults 10 and load.MaxActors.
	Start, Max int
	// Hold is for how long each load is measured. Default 10 s.
	Hold time.Duration
	// Arrivals is how fast the missing ones come. By default 200 a second, or a twentieth of the step's load where that is more, whatever
	// Hold is: what is looked for is how many a server carries, and not how many it can greet at once.
	Arrivals Arrivals
	// Duration ends the search: no step is begun that would take longer by plan. Zero is as long as it takes.
	Duration time.Duration
}

const (
	defaultStart = 10
	defaultHold  = 10 * time.Second
	// minHold lets at least one whole second be measured.
	minHold, maxHold = time.Second, time.Hour
	// ownPace is how many a second arrive in a search that names no rate, at least, and ownPart which part of a step's load.
	ownPace = 200
	ownPart = 0.05
	// settleLeast is for how long nothing is measured after a failure, at least: who came then may still stand in the server's backlog.
	settleLeast = 3 * time.Second
	// graceLeast is how long those who have come may take to get a stream, at least, before a load is measured.
	graceLeast = 5 * time.Second
	// near is by which part of the load that held the one that did not may be above it when the search is content.
	near = 0.05
)

func (c SearchConfig) withDefaults() SearchConfig {
	if c.Max == 0 {
		c.Max = load.MaxActors
	}
	if c.Start == 0 {
		c.Start = min(defaultStart, c.Max)
	}
	if c.Hold == 0 {
		c.Hold = defaultHold
	}
	return c
}

// Validate returns every problem at once.
func (c SearchConfig) Validate() error {
	c = c.withDefaults()
	var problems []error
	if c.Max < 1 || c.Max > load.MaxActors {
		problems = append(problems, phrase.Errorf(phrase.RampMax, c.Max, load.MaxActors))
	} else if c.Start < 1 || c.Start > c.Max {
		problems = append(problems, phrase.Errorf(phrase.RampStart, c.Start, c.Max))
	}
	if c.Hold < minHold || c.Hold > maxHold {
		problems = append(problems, phrase.Errorf(phrase.RampHold, c.Hold, minHold, maxHold))
	}
	if len(problems) == 0 && c.Duration != 0 {
		if first := c.trial(0, c.Start).Length(); c.Duration < first {
			problems = append(problems, phrase.Errorf(phrase.RampSearchShort, c.Duration, c.Hold, first.Round(time.Millisecond), 2*first.Round(time.Second)))
		}
	}
	return errors.Join(problems...)
}

// Search looks for the largest load that holds: it doubles from Start for as long as the load holds, up to Max, and then halves the
// distance between the largest that held and the least that did not, until that is a twentieth (or one).
//
// A load that did not hold is tried once more before that counts, for one bad moment of a machine would else halve the result; so is
// one at which the generator was late, and only a second time of that ends the search. Before each new try after one
// that failed the load goes down to the largest that held, or to nobody, for half of Hold and at least 3 s, so that nothing is measured in
// what the failure left behind.
type Search struct {
	cfg   SearchConfig
	steps int
	spent time.Duration

	here   int  // what the last step ended with
	trial  int  // the load of the step that is to be judged; 0 for none
	down   bool // the load has to go down before the next try
	doubt  doubt
	result SearchResult
}

// doubt is a load that did not hold at its first try.
type doubt struct {
	load int // 0 for none
	why  []string
	ours bool
}

// SearchResult is what a search has found so far.
type SearchResult struct {
	// Held is the largest load that held, 0 if none did. Failed is the least above it that did not, and Why; 0 if none failed.
	Held, Failed int
	Why          []string
	// Ours says that at Failed the generator was the limit, so that nobody knows what the server would have done.
	Ours bool
	// Cut says that Duration was over before Held and Failed were near each other.
	Cut bool
}

// NewSearch begins a search. The config is one that Validate finds right.
func NewSearch(cfg SearchConfig) *Search { return &Search{cfg: cfg.withDefaults()} }

// Most is Max.
func (s *Search) Most() int { return s.cfg.Max }

// Next is the next step. There is none after a Measured one that was not judged.
func (s *Search) Next() (Step, bool) {
	load, ok := s.pick()
	if !ok || s.trial != 0 || s.result.Cut {
		return Step{}, false
	}
	step := s.cfg.trial(s.here, load)
	needs := step.Length()
	if s.down {
		step = Step{Why: WhySearch, From: s.result.Held, To: s.result.Held, Hold: max(s.cfg.Hold/2, settleLeast)}
		needs = step.Length() + s.cfg.trial(s.result.Held, load).Length()
	}
	if s.cfg.Duration > 0 && s.spent+needs > s.cfg.Duration {
		s.result.Cut = true
		return Step{}, false
	}
	s.down = false
	if step.Measured {
		s.trial = load
	}
	s.steps++
	s.spent += step.Length()
	s.here = step.To
	step.N = s.steps
	return step, true
}

// pick is the load to be tried next, and false when the search is done.
func (s *Search) pick() (int, bool) {
	r := s.result
	switch apart := r.Failed - r.Held; {
	case r.Ours:
		return 0, false
	case s.doubt.load > 0:
		return s.doubt.load, true
	case r.Failed == 0 && r.Held == 0:
		return s.cfg.Start, true
	case r.Failed == 0:
		return min(2*r.Held, s.cfg.Max), r.Held < s.cfg.Max
	default:
		return r.Held + apart/2, apart > 1 && float64(apart) > near*float64(r.Held)
	}
}

// trial is the step that measures a load, begun with this many.
func (c SearchConfig) trial(here, load int) Step {
	s := Step{Why: WhySearch, From: here, To: load, Hold: c.Hold, Grace: max(c.Hold, graceLeast), Measured: true}
	more := max(0, load-here)
	if c.Arrivals.Rate > 0 {
		s.From, s.Over = load, c.Arrivals.Take(more)
		return s
	}
	s.Over = Arrivals{Rate: max(ownPace, ownPart*float64(load))}.Take(more)
	return s
}

// Waited takes by how much the step that is under way is longer than planned.
func (s *Search) Waited(d time.Duration) { s.spent += d }

// Judged takes how the last step went.
func (s *Search) Judged(held, ours bool, why []string) {
	load := s.trial
	if load == 0 {
		return
	}
	s.trial = 0
	if held && !ours {
		s.doubt = doubt{}
		s.result.Held = load
		return
	}
	s.down = true
	if s.doubt.load == 0 {
		s.doubt = doubt{load, why, ours}
		return
	}
	s.doubt = doubt{}
	s.result.Failed, s.result.Why, s.result.Ours = load, why, ours
}

// Result is what has been found. A load that failed at its first try, and got no second, has not held.
func (s *Search) Result() SearchResult {
	r := s.result
	if s.doubt.load > 0 {
		r.Failed, r.Why, r.Ours = s.doubt.load, s.doubt.why, s.doubt.ours
	}
	return r
}
