package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// tellFinding tells one finding, without what followed from it.
func (p *page) tellFinding(f Finding) Told {
	t := Told{Finding: f, Rank: ranks[f.rank()], Says: p.say(check.Code(clean(f.Code)).Says()), Facts: p.facts(f), Decided: p.decided(f)}
	if l := f.Lateness; l != nil {
		t.Lateness = p.say(phrase.TableLateness,
			took(l.P50.Duration()), took(l.P90.Duration()), took(l.P99.Duration()), took(l.Max.Duration()))
	}
	for _, key := range f.Keys[:min(len(f.Keys), toldKeys)] {
		t.Keys = append(t.Keys, clean(key))
	}
	if more := len(f.Keys) - len(t.Keys); more > 0 {
		t.KeysMore = p.say(phrase.PageMore, count(int64(more)))
	}
	var shown []Case
	t.Events, shown = p.events(f)
	t.More = p.more(f, shown)
	t.TagsSay, t.Tags = p.tellTags(f)
	for _, c := range firstOfKeys(f.Cases) {
		if c.Odd != nil && c.Odd.File != "" && len(t.Files) < toldCases {
			t.Files = append(t.Files, clean(c.Odd.File))
		}
	}
	t.Endings = p.tellEndings(f)
	return t
}

// byFamily says of codes by what they are found. Refusals are decided one by one, by what ties them to the log.
var byFamily = map[check.Code]phrase.ID{
	check.DoublePublish: phrase.PageByWire, check.PlayerStarved: phrase.PageByPlayers, check.PlayerRefused: phrase.PageByPlayers,
	check.ServerHung: phrase.PageByAnswers, check.ServerRestarted: phrase.PageByAnswers,
	check.Sanitizer: phrase.PageByReport, check.Leak: phrase.PageBySamples,
	check.MixedMedia: phrase.PageByStamps, check.StaleMedia: phrase.PageByStamps, check.MediaLoss: phrase.PageByStamps,
	check.MediaDuplicate: phrase.PageByStamps, check.MediaReorder: phrase.PageByStamps,
	check.MediaCorrupt: phrase.PageByBytes, check.FLVInvalid: phrase.PageByBytes, check.PlayPolicy: phrase.PageByTreatment,
}

// decided says by what a finding was found: of refusals, for how many of the cases in the document which tie holds.
func (p *page) decided(f Finding) []string {
	if says, known := byFamily[check.Code(f.Code)]; known {
		return []string{p.say(says)}
	}
	if f.Code == string(check.ServerCrashed) {
		return p.decidedDeath(f)
	}
	var out []string
	cases := int64(len(f.Cases))
	for _, tie := range []check.Tie{check.ByID, check.ByToken, check.ByPeer, check.ByTime, check.ByLast, check.ByNothing} {
		n := int64(0)
		for _, c := range f.Cases {
			if c.TiedBy == tie {
				n++
			}
		}
		if n > 0 {
			out = append(out, p.say(phrase.PageDecided, count(n), p.many(phrase.OneInstance, phrase.ManyInstances, cases), p.say(tie.Says())))
		}
	}
	return out
}

// decidedDeath says by what it was found that the server died: by its process where that was to be seen, else by how it answered.
func (p *page) decidedDeath(f Finding) []string {
	var out []string
	for _, c := range f.Cases {
		says := p.say(phrase.PageByProcess)
		if slices.ContainsFunc([]phrase.ID{phrase.DiedRefusing, phrase.DiedDeaf, phrase.DiedSaying}, func(id phrase.ID) bool {
			return strings.Contains(c.Text, p.say(id)) || strings.Contains(c.Text, phrase.English.Say(id))
		}) {
			says = p.say(phrase.PageByAnswers)
		}
		if !slices.Contains(out, says) {
			out = append(out, says)
		}
	}
	return out
}

// events are what happened in the first cases of a finding, in the order of time: when the publisher had gone, the refusal with
// the line of the server's log that tells of it, and when the key came back.
func (p *page) events(f Finding) (out []Event, shown []Case) {
	first := firstOfKeys(f.Cases)
	shown = first[:min(len(first), toldCases)]
	for _, c := range shown {
		// The document has the cases of a finding in their order; a picture finds one by its place there.
		n := slices.IndexFunc(f.Cases, func(d Case) bool { return d.Event == c.Event && d.Key == c.Key && d.At == c.At })
		key := clean(c.Key)
		add := func(at Millis, by, text, tone string) {
			out = append(out, Event{At: at, Key: key, By: by, Said: Said{text, tone}, Case: n})
		}
		returning := c.Refused > 0 && c.Since > 0
		if returning {
			add(c.Since, "us", p.say(phrase.PageGone), "dim")
		}
		words := append(p.beside(f, c, accountWidth), p.seen(f, c, accountWidth, alone)...)
		if c.Class != "" && c.Epoch > 0 {
			words = append([]string{p.say(phrase.PageRefused, count(int64(c.Epoch)), clean(c.Actor), clean(string(c.Class)))}, words...)
		}
		for i, word := range words {
			words[i] = said(word).Text
		}
		words = slices.DeleteFunc(words, func(s string) bool { return s == "" })
		if len(words) > 0 {
			add(c.At, "us", strings.Join(words, "\n"), "")
		}
		if log := clean(c.Log); log != "" && c.Report == nil {
			add(c.At, "log", log, "")
			last := &out[len(out)-1]
			if last.Guess = guessed(c); last.Guess {
				last.Text += "\n" + p.say(c.TiedBy.Says())
			}
		}
		if returning && c.Back && c.For > 0 {
			add(c.Since+c.For, "us", p.say(phrase.PageBack), "good")
		}
	}
	slices.SortStableFunc(out, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	return out, shown
}

// tellTags are the tags around what the first case shows that has any.
func (p *page) tellTags(f Finding) (says string, tags *Grid) {
	i := slices.IndexFunc(f.Cases, func(c Case) bool { return c.Odd != nil && len(c.Odd.Tags) > 0 })
	if i < 0 {
		return "", nil
	}
	c := f.Cases[i]
	return p.say(phrase.WitnessedTags, clean(c.Actor), at(c.Odd.Tags[c.Odd.Index].At.Duration())), gridSaid(p.tagGrid(c.Odd))
}

// tellEndings are the server's ends, those in one stack together.
func (p *page) tellEndings(f Finding) []Ending {
	var out []Ending
	for _, e := range p.apart(f, accountWidth) {
		if len(out) == toldCases {
			break
		}
		ending := Ending{Notes: p.cores(e, accountWidth)}
		if len(f.Cases) > 1 {
			ending.Says = p.times(e.cases)
		}
		if dossiers := p.dossiers(e); dossiers != "" {
			ending.Notes = append(ending.Notes, dossiers)
		}
		var notes []string
		for _, c := range e.cases {
			if c.Crash != nil {
				notes = append(notes, c.Crash.Notes...)
			}
		}
		for _, note := range different(notes) {
			ending.Notes = append(ending.Notes, p.say(phrase.TableCrashNote, clean(note)))
		}
		if report := e.cases[0].Report; report != nil && f.Code == string(check.Sanitizer) {
			for _, line := range report.Lines[:min(len(report.Lines), toldReport)] {
				ending.Report = append(ending.Report, clean(line))
			}
			if report.Again > 0 {
				ending.Notes = append(ending.Notes, p.say(phrase.TableCrashMore, count(report.Again)))
			}
			if report.File != "" {
				ending.Notes = append(ending.Notes, p.say(phrase.TableCrashWhole, p.kept(report.File)))
			}
		} else {
			ending.Frames = e.lines
		}
		out = append(out, ending)
	}
	return out
}
