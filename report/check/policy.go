package check

import (
	"cmp"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// Treatment is how the viewers of a publish that ended were treated, by the departure.
type Treatment struct {
	Leave string `json:"leave"`
	// Viewers is what is expected: "end", "hold" or "either", and Timestamps, for those that are held, "continue" or "restart";
	// empty where that is not known. From says where that comes from: "profile", or "learned" from this run.
	Viewers    string `json:"viewers"`
	Timestamps string `json:"timestamps"`
	From       string `json:"from"`
	// Seen is of how many viewers it was seen how they were treated, Other how many of them were treated otherwise.
	Seen  int64 `json:"seen"`
	Other int64 `json:"other"`
}

// addTreatment adds t to those of the same departure and expectation.
func addTreatment(all []Treatment, t Treatment) []Treatment {
	i := slices.IndexFunc(all, func(o Treatment) bool {
		return o.Leave == t.Leave && o.Viewers == t.Viewers && o.Timestamps == t.Timestamps && o.From == t.From
	})
	if i < 0 {
		all = append(all, t)
		slices.SortFunc(all, func(a, b Treatment) int {
			return cmp.Or(cmp.Compare(a.Leave, b.Leave), cmp.Compare(a.Viewers, b.Viewers), cmp.Compare(a.Timestamps, b.Timestamps),
				cmp.Compare(a.From, b.From))
		})
		return all
	}
	all[i].Seen += t.Seen
	all[i].Other += t.Other
	return all
}

// treated is what became of one viewer when the publish left that it watched.
type treated struct {
	key, actor string
	left       *attempt
	next       *attempt // the publish after that, nil for none
	viewers    string   // "end" or "hold"
	timestamps string   // of one that was held: "continue", "restart", or empty
	at         time.Duration
	event      int64
	odd        *history.Oddity // the change to the next one, as its witness kept it
}

// gap is how long the server had known that the publisher was gone when the next one came.
func (p *policies) gap(t treated) time.Duration {
	if t.next == nil {
		return never
	}
	return t.next.sent - t.left.key.gone(t.left)
}

// clean reports whether the next publisher, if there was one, got in at its first try.
func (t treated) clean() bool { return t.next == nil || t.next.try == 0 }

// policies finds viewers that were treated otherwise over a return than this server treats them: than its profile says,
// or than it did before, where no profile says anything. Both ways are right, and so is either where
//
//   - the server may not have come yet to ending them when the next publish was there,
//   - the next one may have taken the key over before the old one's end was noticed,
//   - the time was over in which a stream is held for another publisher.
type policies struct {
	line    *timeline
	found   *found
	profile *profile.Profile
	viewers *viewers
	rules   map[string]*treatment // by departure
}

// treatment is what is expected of a server after one kind of departure.
type treatment struct {
	viewers, timestamps expectation
	seen, other         int64
}

// expectation is a value that is known, or that is being learned.
type expectation struct {
	value   string
	learned bool
	first   string // what it was the first time, and since then
	agreed  int    // how often
}

// enough is how many viewers in a row must have been treated alike for that to be the server's way.
const enough = 3

func newPolicies(line *timeline, found *found, p *profile.Profile, v *viewers) *policies {
	return &policies{line: line, found: found, profile: p, viewers: v, rules: map[string]*treatment{}}
}

func (p *policies) Step(e history.Event) {
	if _, tick := e.What.(history.Tick); tick {
		p.take()
	}
}

func (p *policies) Finish() {
	p.take()
	for how, r := range p.rules {
		if r.seen == 0 {
			continue
		}
		t := Treatment{
			Leave: how, Viewers: r.viewers.value, Timestamps: r.timestamps.value, From: "profile", Seen: r.seen, Other: r.other,
		}
		switch {
		case r.viewers.learned || r.viewers.value != "" && r.timestamps.learned:
			t.From = "learned"
		case r.viewers.value == "":
			t.From = ""
		}
		p.viewers.out.Policy = addTreatment(p.viewers.out.Policy, t)
	}
}

// take judges what the viewers have told of since.
func (p *policies) take() {
	for _, t := range p.viewers.treated {
		p.judge(t)
	}
	p.viewers.treated = p.viewers.treated[:0]
}

func (p *policies) judge(t treated) {
	how := t.left.how
	if !slices.Contains(departures, how) {
		how = otherDeparture
	}
	r := p.rules[how]
	if r == nil {
		r = &treatment{}
		r.viewers.value, r.timestamps.value = p.profile.Treats(how)
		p.rules[how] = r
	}
	if p.outside(t, how, r) {
		return
	}
	r.seen++
	switch {
	case !r.viewers.meets(t.viewers, t.clean()):
		p.deviates(t, how, r, t.viewers, r.viewers.learned)
	case r.viewers.value == "either" && r.timestamps.value == "": // by when they came, and who knows by what else
	case t.timestamps != "" && !r.timestamps.meets(t.timestamps, t.clean()):
		p.deviates(t, how, r, t.timestamps, r.timestamps.learned)
	}
}

// outside reports whether another treatment would have been as right.
func (p *policies) outside(t treated, how string, r *treatment) bool {
	gap, late := p.gap(t), p.line.scaled(lateEnd)
	if resumes := p.profile.Resumes(how); resumes > 0 && gap >= resumes && gap != never {
		return true
	}
	ended := t.at - t.left.key.gone(t.left)
	switch {
	case r.viewers.value == "hold" && !r.viewers.learned:
		return t.viewers == "end" && ended > late // by a timeout of the server's
	case p.profile.Policy == "takeover", r.viewers.learned, r.viewers.value == "":
		return gap < late || t.viewers == "end" && ended > late
	}
	return gap < p.line.scaled(p.profile.EndsWithin)
}

// meets reports whether got is as expected, and learns from it as long as nothing is.
func (x *expectation) meets(got string, clean bool) bool {
	switch {
	case x.value == "either":
		return true
	case x.value != "":
		return x.value == got
	case !clean:
		return true
	case x.first != got:
		x.first, x.agreed = got, 0
	}
	if x.agreed++; x.agreed >= enough {
		x.value, x.learned = got, true
	}
	return true
}

// deviation is what is said of a viewer that was treated in a way in which the profile says that none is, or in which no viewer
// was in this run so far.
var deviation = map[string]struct{ profile, learned phrase.ID }{
	"hold":     {phrase.PolicyHeld, phrase.PolicyHeldSoFar},
	"end":      {phrase.PolicyEnded, phrase.PolicyEndedSoFar},
	"continue": {phrase.PolicyContinued, phrase.PolicyContinuedSoFar},
	"restart":  {phrase.PolicyRestarted, phrase.PolicyRestartedSoFar},
}

func (p *policies) deviates(t treated, how string, r *treatment, got string, learned bool) {
	r.other++
	says := deviation[got].profile
	if learned {
		says = deviation[got].learned
	}
	text := phrase.English.Say(says, t.actor, how)
	if !t.clean() {
		text = phrase.English.Say(phrase.PolicyRefusedFirst, text)
	}
	p.found.add(part{code: PlayPolicy, count: 1, example: Case{
		Key: t.key, Actor: t.actor, Epoch: t.left.epoch, At: t.at, Event: t.event, Since: t.left.departedAt, Text: text, Odd: t.odd,
	}})
}
