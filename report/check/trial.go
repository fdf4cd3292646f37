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
	media    *media
	own      *ownTrouble
	rules    *rules
	name     string // of the case, empty for the whole run
	closed   bool   // it was judged
	// checkers are stepped in this order: each may read those before it. Adding one that looks at keys means one file and
	// one line in newTrial; one that looks at the server as a whole stands in New.
	checkers []Checker
}

func newTrial(h history.Header, p *profile.Profile, own *ownTrouble, rules *rules, logs *logs, kept *int, hearing *hearing) *trial {
	line := newTimeline(p, h.Judge)
	found := &found{line: line, kept: kept}
	tied := newAttribution(line, p, logs)
	figures := newFigures(line, found, h.Plan["sweep"] == true)
	refusals := newRefusals(line, tied, found, figures, hearing, h.Judge)
	players := newPlayers(line, found, refusals.ruled, refusals.grace)
	media := newMedia(line, found, p)
	viewers := newViewers(line, &figures.out.Viewers, refusals.grace)
	return &trial{
		line: line, found: found, figures: figures, refusals: refusals, players: players, media: media, own: own, rules: rules,
		checkers: []Checker{
			line,
			tied,
			figures,
			refusals,
			&double{line: line, found: found},
			players,
			media,
			viewers,
			newPolicies(line, found, p, viewers),
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
	reasons := append(t.own.reasons(), t.line.several.reasons()...)
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
	var lost untried
	reasons = append(reasons, t.untested(out, &lost)...)
	rest, cut, by := t.without(t.refusals.unresolved)
	if len(rest) > 0 && !t.players.search {
		add("unresolved", phrase.WhyUnresolved, len(rest), rest[0])
	}
	if len(cut) > 0 {
		lost.add(by, phrase.WhyExcusedKeys, len(cut), cut[0])
	}
	switch o := t.cutShort(); {
	case t.line.stopped == "":
	case o != nil:
		lost.add(o, phrase.WhyExcusedEnd)
	default:
		add("stopped", phrase.WhyStopped, stoppedBy(t.line.stopped))
	}
	return weigh(findings, t.line.interrupted, failing(findings, t.own.tooLate(), unplayed(out)), reasons, lost)
}

// untested are the reasons why what was asked for was not tried, or not everywhere: the server's rules and limits, keys
// that were never ours, URLs that don't meet. What a rule explains has no second reason, and what an excused outage kept
// from a case of a suite goes to lost.
func (t *trial) untested(out *Outcome, lost *untried) []Reason {
	var reasons []Reason
	add := func(code string, says phrase.ID, args ...any) {
		reasons = append(reasons, Reason{Code: code, Says: says, Args: args})
	}
	ruled := t.refusals.ruled
	var cut *outage // a run that is nothing but an outage is no pass
	if t.own.brief {
		cut = t.cutShort()
	}
	rest, never, by := t.without(t.refusals.strange)
	switch {
	case !untouched(out):
		if len(rest) > 0 && !t.players.search {
			add("never-ours", phrase.WhyNeverOurs, len(rest), rest[0])
		}
		if len(never) > 0 {
			lost.add(by, phrase.WhyExcusedKeys, len(never), never[0])
		}
	case len(ruled) > 0:
	case cut != nil:
		lost.add(cut, phrase.WhyExcusedAll)
	default:
		add("nothing", phrase.WhyNothing)
	}
	if unplayed(out) && !ruled.play() {
		if cut != nil {
			lost.add(cut, phrase.WhyExcusedPlay)
		} else {
			add("no-media", phrase.WhyNoMedia, out.Play.Sessions)
		}
	}
	for _, rule := range slices.SortedFunc(maps.Keys(ruled), rule.compare) {
		if t.players.load && rule.class == profile.Limit {
			continue // how many a server allows is what a load is for
		}
		add(string(rule.class), rule.says(), some(ruled[rule]))
	}
	return reasons
}

// untouched reports whether nothing of ours ever got in.
func untouched(out *Outcome) bool {
	return out.Publish.Accepted+out.Contenders.Accepted == 0 && out.Play.Tags == 0
}

// unplayed reports whether streams were published and none of several players ever got a frame of one: then nobody knows
// whether what they asked for was what was published.
func unplayed(out *Outcome) bool {
	return out.Play.Players > 1 && out.Play.Tags == 0 && out.Publish.Accepted > 0
}
