package check

import (
	"maps"
	"slices"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// trial is one fresh set of checkers: over a whole run, or over one case of a suite, which knows nothing of the others.
type trial struct {
	line     *timeline
	found    *found
	figures  *figures
	refusals *refusals
	players  *players
	own      *ownTrouble
	// checkers are stepped in this order: each may read those before it. Adding one that looks at keys means one file and
	// one line in newTrial; one that looks at the server as a whole stands in New.
	checkers []Checker
}

func newTrial(h history.Header, p *profile.Profile, own *ownTrouble, logs *logs, kept *int) *trial {
	line := newTimeline(p, h.Judge)
	found := &found{line: line, kept: kept}
	tied := newAttribution(line, p, logs)
	figures := newFigures(line, found, h.Plan["sweep"] == true)
	refusals := newRefusals(line, tied, found, figures, h.Judge)
	players := newPlayers(line, found, refusals.ruled, refusals.grace)
	return &trial{
		line: line, found: found, figures: figures, refusals: refusals, players: players, own: own,
		checkers: []Checker{
			line,
			tied,
			figures,
			refusals,
			&double{line: line, found: found, exclusive: p.Policy == "exclusive" || p.Policy == "grace", survive: p.AcceptAfter()},
			players,
		},
	}
}

func (t *trial) step(e history.Event) {
	for _, c := range t.checkers {
		c.Step(e)
	}
}

func (t *trial) finish() {
	for _, c := range t.checkers {
		c.Finish()
	}
}

// proven reports whether findings hold an error that nothing later in the run can take back: the rest of it may yet show
// that we were late, or that no player ever gets anything.
func (t *trial) proven(findings []Finding) bool {
	return failing(findings, true, t.figures.out.Play.Tags == 0)
}

// verdict weighs the findings of a trial that is finished: a proven finding fails it, whatever else was; then comes the
// user's interrupt; then what was missing; and what is left is a pass.
func (t *trial) verdict(findings []Finding, out *Outcome, broken error) (Verdict, []Reason) {
	reasons := t.own.reasons()
	add := func(code string, says phrase.ID, args ...any) {
		reasons = append(reasons, Reason{Code: code, Says: says, Args: args})
	}
	if broken != nil {
		add("profile", phrase.WhyProfile, broken)
	}
	switch {
	case t.line.ended:
	case t.own.brief:
		add("cut", phrase.WhyCaseCut)
	default:
		add("cut", phrase.WhyCut, t.line.last.Seconds())
	}
	reasons = append(reasons, t.untested(out)...)
	if n := len(t.refusals.unresolved); n > 0 {
		add("unresolved", phrase.WhyUnresolved, n, t.refusals.unresolved[0])
	}
	if t.line.stopped != "" {
		add("stopped", phrase.WhyStopped, t.line.stopped)
	}
	return weigh(findings, t.line.interrupted, failing(findings, t.own.tooLate(), unplayed(out)), reasons)
}

// untested are the reasons why what was asked for was not tried, or not everywhere: the server's rules and limits, keys
// that were never ours, URLs that don't meet. What a rule explains has no second reason.
func (t *trial) untested(out *Outcome) []Reason {
	var reasons []Reason
	add := func(code string, says phrase.ID, args ...any) {
		reasons = append(reasons, Reason{Code: code, Says: says, Args: args})
	}
	ruled := t.refusals.ruled
	switch {
	case out.Publish.Accepted+out.Contenders.Accepted == 0 && out.Play.Tags == 0:
		if len(ruled) == 0 {
			add("nothing", phrase.WhyNothing)
		}
	case len(t.refusals.strange) > 0:
		add("never-ours", phrase.WhyNeverOurs, len(t.refusals.strange), t.refusals.strange[0])
	}
	if unplayed(out) && !ruled.play() {
		add("no-media", phrase.WhyNoMedia, out.Play.Sessions)
	}
	for _, rule := range slices.SortedFunc(maps.Keys(ruled), rule.compare) {
		add(string(rule.class), rule.says(), some(ruled[rule]))
	}
	return reasons
}

// unplayed reports whether streams were published and none of several players ever got a frame of one: then nobody knows
// whether what they asked for was what was published.
func unplayed(out *Outcome) bool {
	return out.Play.Players > 1 && out.Play.Tags == 0 && out.Publish.Accepted > 0
}
