package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Bounds of a sentence: how many causes it tells of, how much follows from each, and how long what a stranger wrote may be in it.
const (
	toldCauses   = 2
	toldEffects  = 2
	toldReason   = 200 // columns
	toldStranger = 60
)

// Sentence is what came of the run as a person would say it: the causes of a failure and what followed from them, what a pass is
// worth, or why nobody can say and what to do. One line; numbers stand before their units with a no-break space. What strangers
// wrote in it is cleaned, but not escaped for any markup.
func (r Result) Sentence(book phrase.Book) string {
	p := plainly(r, book)
	text := p.inSentence()
	if first, n := utf8.DecodeRuneInString(text); first < utf8.RuneSelf {
		text = string(unicode.ToUpper(first)) + text[n:]
	}
	text = p.say(phrase.SentenceEnd, text)
	if safe := p.safeFrom(); safe != "" {
		return p.say(phrase.PageAndThen, text, p.say(phrase.SentenceEnd, safe))
	}
	return text
}

// inSentence is the sentence without its end.
func (p *page) inSentence() string {
	switch p.r.Verdict {
	case check.Fail:
		return p.toldFailure()
	case check.Pass:
		return p.toldPass()
	case check.Interrupted:
		soFar := p.say(phrase.SentenceNoneYet)
		if p.r.Returns.Decided() > 0 || p.r.steady() {
			soFar = p.say(phrase.SentenceSoFar, p.toldPower())
		}
		return p.say(phrase.SentenceInterrupted, long(p.r.Duration.Duration()), soFar)
	}
	return p.toldOpen()
}

// cause is all that was found with one code and failed the run.
type cause struct {
	Finding
	effects []Finding
	often   string // "3 times"
}

// failing are the codes that fail the run, the gravest first: roots or, where their causes are excused, what followed from those.
func (p *page) failing() []cause {
	var out []cause
	gather := func(of func(Finding) bool) {
		for _, f := range p.r.Findings {
			if !f.fails() || !of(f) {
				continue
			}
			i := slices.IndexFunc(out, func(c cause) bool { return c.Code == f.Code })
			if i < 0 {
				f.Keys = slices.Clone(f.Keys)
				out = append(out, cause{Finding: f, effects: slices.DeleteFunc(effectsOf(f, p.r.Findings), func(e Finding) bool { return !e.fails() })})
				continue
			}
			c := &out[i]
			c.Count, c.FirstAt, c.ForGood = c.Count+f.Count, min(c.FirstAt, f.FirstAt), c.ForGood && f.ForGood
			for _, key := range f.Keys {
				if !slices.Contains(c.Keys, key) {
					c.Keys = append(c.Keys, key)
				}
			}
		}
	}
	gather(func(f Finding) bool { return f.Root })
	if len(out) == 0 {
		gather(func(Finding) bool { return true })
	}
	for i := range out {
		out[i].often = p.many(phrase.OneTime, phrase.ManyTimes, out[i].Count)
	}
	return out
}

// toldFailure are the two gravest causes in the order in which they happened, and how many more there are.
func (p *page) toldFailure() string {
	all := withoutReports(p.failing())
	some := slices.Clone(all)
	slices.SortStableFunc(some, func(a, b cause) int { return cmp.Compare(gravity(a.Code), gravity(b.Code)) })
	some = some[:min(len(all), toldCauses)]
	slices.SortStableFunc(some, func(a, b cause) int { return cmp.Compare(a.FirstAt, b.FirstAt) })
	text := ""
	returned := false // it was said what the publishers did
	for _, c := range some {
		clause := p.then(c, p.clause(c))
		if ofReturn(c.Code) && !returned {
			returned = true
			clause = p.afterReturn(clause)
		}
		text = p.Book.Statements(text, clause)
	}
	if more := len(all) - len(some); more > 0 {
		text = p.say(phrase.SentenceMore, text, p.many(phrase.SentenceOneMore, phrase.SentenceManyMore, int64(more)))
	}
	failed, made := p.casesFailed()
	if failed > 0 && text != "" {
		text = p.say(phrase.SentenceCasesFailed, count(failed), count(made), text)
	}
	return cmp.Or(p.Book.Statements(p.toldExceeded(), text), p.say(phrase.SentenceNothing))
}

// gravity orders codes, the gravest first.
func gravity(code string) int { return slices.Index(check.Codes, check.Code(code)) }

// withoutReports are the causes without those reports of sanitizers that the server died of: its death tells of them.
func withoutReports(all []cause) []cause {
	i := slices.IndexFunc(all, func(c cause) bool { return c.Code == string(check.ServerCrashed) && c.Count == 1 })
	if i < 0 || len(all[i].Cases) == 0 || all[i].Cases[0].Report == nil {
		return all
	}
	died := all[i].Cases[0].Report
	return slices.DeleteFunc(all, func(c cause) bool {
		if c.Code != string(check.Sanitizer) || len(c.Cases) == 0 {
			return false
		}
		r := c.Cases[0].Report
		return r != nil && r.Tool == died.Tool && r.What == died.What && r.File == died.File
	})
}

// casesFailed is how many cases of a suite failed, and how many were made.
func (p *page) casesFailed() (failed, made int64) {
	for _, c := range p.r.Cases {
		if c.State == skipped {
			continue
		}
		made++
		if c.Verdict == check.Fail.String() {
			failed++
		}
	}
	return failed, made
}

// ofReturn says of a code that it is about publishers who come back.
func ofReturn(code string) bool {
	return slices.Contains([]check.Code{check.DuplicatedPattern, check.Disposing, check.StuckBusy, check.UnexplainedRefusal,
		check.SlowRelease, check.StreamBusy, check.StaleMedia}, check.Code(code))
}

// ofKeys are codes of which is told how many keys they happened to.
var ofKeys = map[check.Code]phrase.ID{
	check.DuplicatedPattern: phrase.SentenceDuplicated,
	check.Disposing:         phrase.SentenceDisposing,
	check.StuckBusy:         phrase.SentenceStuck,
	check.StreamBusy:        phrase.SentenceBusy,
}

// ofCount are codes of which is told how often they happened, in their own unit.
var ofCount = map[check.Code]struct{ says, one, many phrase.ID }{
	check.MixedMedia:     {phrase.SentenceMixed, phrase.SentenceOneConn, phrase.SentenceConns},
	check.StaleMedia:     {phrase.SentenceStale, phrase.SentenceOneConn, phrase.SentenceConns},
	check.MediaLoss:      {phrase.SentenceLoss, phrase.OneFrame, phrase.ManyFrames},
	check.MediaDuplicate: {phrase.SentenceTwice, phrase.OneFrame, phrase.ManyFrames},
	check.MediaReorder:   {phrase.SentenceReorder, phrase.OneFrame, phrase.ManyFrames},
	check.MediaCorrupt:   {phrase.SentenceCorrupt, phrase.OneTime, phrase.ManyTimes},
	check.FLVInvalid:     {phrase.SentenceInvalid, phrase.OneTime, phrase.ManyTimes},
	check.PlayPolicy:     {phrase.SentencePolicy, phrase.OneTime, phrase.ManyTimes},
	check.PlayerStarved:  {phrase.SentenceNoMedia, phrase.OnePlayer, phrase.ManyPlayers},
	check.PlayerRefused:  {phrase.SentenceNoPlay, phrase.OnePlayer, phrase.ManyPlayers},
}

// clause is what a cause says.
func (p *page) clause(c cause) string {
	code := check.Code(c.Code)
	if id, ok := ofKeys[code]; ok {
		return p.say(id, p.keysWere(c))
	}
	if of, ok := ofCount[code]; ok {
		return p.say(of.says, p.many(of.one, of.many, c.Count))
	}
	first := Case{}
	if len(c.Cases) > 0 {
		first = c.Cases[0]
	}
	said := fit(clean(p.Book.Again(first.Text)), toldStranger)
	when := moment(Millis(c.FirstAt).Duration())
	switch code {
	case check.UnexplainedRefusal:
		return p.say(phrase.SentenceUnexplained, p.keysWere(c), unbroken(setting(p.r.Judge.Grace.Duration())))
	case check.SlowRelease:
		if late, ok := latest(c.Finding); ok {
			return p.say(phrase.SentenceSlow, p.keysSubject(c), long(late))
		}
		return p.say(phrase.SentenceSlowUnknown, p.keysSubject(c))
	case check.DoublePublish:
		return p.say(phrase.SentenceDouble, p.keysSubject(c))
	case check.Leak:
		return p.say(phrase.SentenceLeak, cmp.Or(said, c.often))
	case check.ServerCrashed:
		switch {
		case c.Count > 1:
			return p.say(phrase.SentenceDiedOften, count(c.Count), when)
		case first.Report != nil:
			return p.say(phrase.SentenceDiedHow, when, fit(clean(first.Report.Tool+": "+first.Report.What), toldStranger))
		case p.diedOf(first) != "":
			return p.say(phrase.SentenceDiedHow, when, fit(p.diedOf(first), toldStranger))
		}
		return p.say(phrase.SentenceDied, when)
	case check.ServerHung:
		return p.say(phrase.SentenceHung, when)
	case check.ServerRestarted:
		return p.say(phrase.SentenceRestarted, when)
	case check.Sanitizer:
		return p.say(phrase.SentenceSanitizer, cmp.Or(said, c.often))
	}
	return p.say(phrase.SentenceOther, c.often, fit(clean(c.Code), toldStranger))
}

// then adds to what a cause says what followed from it.
func (p *page) then(c cause, text string) string {
	told := 0
	tell := func(id phrase.ID, args ...any) {
		if told < toldEffects {
			text, told = p.say(id, append([]any{text}, args...)...), told+1
		}
	}
	busy := c.effects
	if c.Code == string(check.StuckBusy) {
		busy = append([]Finding{c.Finding}, busy...)
	}
	for _, e := range busy {
		switch code := check.Code(e.Code); code {
		case check.StuckBusy:
			if e.ForGood {
				tell(phrase.SentenceForGood)
			} else if longest := longest(e.Cases); longest > 0 {
				tell(phrase.SentenceBusyFor, long(longest))
			}
		case check.SlowRelease:
			if late, ok := latest(e); ok {
				tell(phrase.SentenceBackIn, long(late))
			}
		case check.ServerCrashed:
			tell(phrase.SentenceThenDied)
		case check.ServerHung:
			tell(phrase.SentenceThenHung)
		case check.PlayerStarved, check.PlayerRefused:
			tell(phrase.SentenceStarved, p.many(phrase.OnePlayer, phrase.ManyPlayers, e.Count))
		}
	}
	return text
}

// latest is how late the last key of a slow-release came back.
func latest(f Finding) (time.Duration, bool) {
	if f.Lateness == nil || f.Lateness.Count == 0 {
		return longest(f.Cases), longest(f.Cases) > 0
	}
	return f.Lateness.Max.Duration(), true
}

// longest is how long the key of a case was refused at most.
func longest(cases []Case) time.Duration {
	var most Millis
	for _, c := range cases {
		most = max(most, c.For)
	}
	return most.Duration()
}

// keysWere says how many of all keys something happened to, with the verb; keysSubject without.
func (p *page) keysWere(c cause) string {
	switch n, of := p.keysOf(c); {
	case of == 1:
		return p.say(phrase.SentenceOnlyWas)
	case n == 1:
		return p.say(phrase.SentenceKeyWas, count(n), count(of))
	default:
		return p.say(phrase.SentenceKeysWere, count(n), count(of))
	}
}

func (p *page) keysSubject(c cause) string {
	n, of := p.keysOf(c)
	if of == 1 {
		return p.say(phrase.SentenceOnly)
	}
	return p.say(phrase.SentenceKeys, count(n), count(of))
}

func (p *page) keysOf(c cause) (n, of int64) {
	n = int64(len(c.Keys))
	return n, max(n, int64(len(p.r.Keys)))
}

// afterReturn puts before a text when publishers came back: after which gap, as far as the result knows.
func (p *page) afterReturn(text string) string {
	from, to, ok := p.gaps()
	switch {
	case !ok:
		return p.say(phrase.SentenceAfter, text)
	case to == 0:
		return p.say(phrase.SentenceAtOnce, text)
	case from == to:
		return p.say(phrase.SentenceLater, gapOf(to), text)
	case from == 0:
		return p.say(phrase.SentenceWithin, gapOf(to), text)
	}
	return p.say(phrase.SentenceBetween, gapOf(from), gapOf(to), text)
}

// gaps are the gaps after which publishers came back: of a sweep those after which it went wrong, else what the command asked for.
func (p *page) gaps() (from, to time.Duration, ok bool) {
	if s := p.r.Sweep; s != nil {
		for _, step := range s.Steps {
			if gap := step.Gap.Duration(); step.Wrong > 0 {
				if !ok {
					from, to, ok = gap, gap, true
				}
				from, to = min(from, gap), max(to, gap)
			}
		}
		return from, to, ok
	}
	words := shellWords(p.r.Repro)
	if len(words) < 2 || words[1] != "chaos" {
		return 0, 0, false
	}
	gap := "0"
	for i, word := range words {
		if value, found := strings.CutPrefix(word, "--gap="); found {
			gap = value
		} else if word == "--gap" && i+1 < len(words) {
			gap = words[i+1]
		}
	}
	low, high, ranged := strings.Cut(gap, "..")
	from, err := time.ParseDuration(low)
	if err != nil || from < 0 {
		return 0, 0, false
	}
	if !ranged {
		return from, from, true
	}
	to, err = time.ParseDuration(high)
	return from, to, err == nil && to >= from
}

// toldPass is what a pass is worth.
func (p *page) toldPass() string {
	text := p.toldPower()
	if _, made := p.casesFailed(); made > 0 {
		if left := int64(len(p.r.Cases)) - made; left > 0 {
			text = p.say(phrase.SentenceCasesLeft, count(made), count(left), text)
		} else {
			text = p.say(phrase.SentenceCasesPassed, count(made), text)
		}
	}
	var excused []string
	for _, f := range p.r.Findings {
		if f.Severity == string(check.Error) && f.Allowed && !slices.Contains(excused, clean(f.Code)) {
			excused = append(excused, clean(f.Code))
		}
	}
	if len(excused) > 0 {
		text = p.say(phrase.SentenceExcused, text, p.Book.List(excused))
	}
	return text
}

// toldPower is what the absence of failures is worth.
func (p *page) toldPower() string {
	returns := p.r.Returns
	switch {
	case p.r.steady():
		return p.toldLoad()
	case returns.Decided() == 0:
		return p.say(phrase.SentenceNoReturn, long(p.r.Duration.Duration()))
	case returns.Refused > 0:
		text := p.say(phrase.SentenceRefused, count(returns.Refused), count(returns.Decided()))
		if slowest := p.r.Latency["recovery"]; p.r.Verdict == check.Pass && slowest != nil && slowest.Count > 0 {
			text = p.say(phrase.SentenceAllBack, text, long(slowest.Max.Duration()))
		}
		return text
	}
	return p.say(phrase.SentenceNoneRefused, count(returns.Decided()), unbroken(below(returns.Below)))
}

// toldOpen says why nobody can say, and what to do about it.
func (p *page) toldOpen() string {
	reasons := p.r.Reasons
	torn := slices.IndexFunc(reasons, func(r Reason) bool { return r.Code == "torn" })
	switch {
	case torn == 0 && len(reasons) == 1:
		return p.say(phrase.SentenceTorn, long(p.r.Duration.Duration()))
	case p.r.open():
		return p.toldOpenCases()
	case len(reasons) == 0:
		return p.say(phrase.SentenceNothing)
	case reasons[0].Code == "generator-limit" && p.r.Load != nil && p.r.Load.Limit != nil:
		return p.advised(reasons[0], p.limitSays(p.r.Load))
	}
	return p.advised(reasons[0], p.say(phrase.SentenceOpen, p.reason(reasons[0])))
}

// reason is why a run, or a case, came to no verdict.
func (p *page) reason(r Reason) string { return fit(clean(p.Book.Again(r.Text)), toldReason) }

// toldOpenCases says which cases of a suite came to no verdict.
func (p *page) toldOpenCases() string {
	var open []SuiteCase
	made := int64(0)
	for _, c := range p.r.Cases {
		if c.State == skipped {
			continue
		}
		made++
		if c.Verdict != check.Pass.String() {
			open = append(open, c)
		}
	}
	why := Reason{Text: open[0].Why}
	if len(open[0].Reasons) > 0 {
		why = open[0].Reasons[0]
	}
	return p.advised(why, p.say(phrase.SentenceOpenCases, count(int64(len(open))), count(made), fit(clean(open[0].Name), toldStranger), p.reason(why)))
}

// advice is what to do about a reason whose text doesn't say it.
var advice = map[string]phrase.ID{
	"late-actions":    phrase.SentenceDoLate,
	"generator-late":  phrase.SentenceDoLate,
	"generator-limit": phrase.SentenceDoLate,
	"unresolved":      phrase.SentenceDoLonger,
	"threshold":       phrase.SentenceDoThreshold,
}

// advised adds to why a run is open what to do about it.
func (p *page) advised(reason Reason, text string) string {
	do, ok := advice[reason.Code]
	if !ok {
		if !slices.ContainsFunc(p.r.Own, func(t Trouble) bool { return t.Code == reason.Code }) {
			return text
		}
		do = phrase.SentenceDoOurs
	}
	return p.say(phrase.SentenceOpenDo, text, p.say(do))
}

// long writes how long something took, without a place to break a line at.
func long(d time.Duration) string { return unbroken(took(d)) }

// gapOf writes a gap.
func gapOf(d time.Duration) string { return unbroken(setting(d)) }

// moment writes when something happened as one would say it: 0.9 s.
func moment(d time.Duration) string {
	if d < 100*time.Millisecond {
		return long(d)
	}
	return fmt.Sprintf("%.1f%ss", d.Seconds(), noBreak)
}
