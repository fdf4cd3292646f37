package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
)

// worstShown is how many of the worst keys are shown, slowestShown how many where nothing went wrong with any, and
// unmatchedShown how many lines of the log that nobody knows.
const (
	worstShown   = 5
	slowestShown = 3

	unmatchedShown = 3
)

// outcomes counts attempts by what came of them, and what the players saw.
func (p *page) outcomes() {
	p.title(p.say(phrase.TableOutcome))
	type column struct {
		name  phrase.ID
		tally check.Tally
	}
	columns := []column{{phrase.TableColPublishers, p.r.Publish}}
	if p.r.Contenders.Attempts > 0 {
		columns = append(columns, column{phrase.TableColContenders, p.r.Contenders})
	}
	if p.r.Settling.Attempts > 0 {
		columns = append(columns, column{phrase.TableColSettling, p.r.Settling})
	}
	g := &grid{header: []string{""}, align: "l" + strings.Repeat("r", len(columns))}
	tallies := make([]check.Tally, len(columns))
	for i, c := range columns {
		g.header = append(g.header, p.say(c.name))
		tallies[i] = c.tally
	}
	row := func(name string, of func(check.Tally) int64) {
		cells := []string{name}
		for _, t := range tallies {
			cells = append(cells, count(of(t)))
		}
		g.row(cells...)
	}
	row(p.say(phrase.TableAttempts), func(t check.Tally) int64 { return t.Attempts })
	row(p.say(phrase.TableAccepted), func(t check.Tally) int64 { return t.Accepted })
	row(p.say(phrase.TableUndecided), func(t check.Tally) int64 { return t.Undecided })
	for _, class := range classes(tallies) {
		row(p.say(phrase.TableRefused, clean(string(class))), func(t check.Tally) int64 { return t.Refused[class] })
	}
	row(p.say(phrase.TableRightly), func(t check.Tally) int64 { return t.Correct })
	p.grid(g)
	if p.r.Ended > 0 {
		p.prose(plainInk, 1, p.say(phrase.TableEnded, p.many(phrase.OnePublish, phrase.ManyPublishes, p.r.Ended)))
	}
	if p.r.ArmedLost > 0 {
		p.prose(plainInk, 1, p.say(phrase.TableArmedLost, p.many(phrase.OneArmed, phrase.ManyArmed, p.r.ArmedLost)))
	}
	p.prose(plainInk, 1, p.players())
}

// players sums up what the players saw.
func (p *page) players() string {
	play := p.r.Play
	if play.Sessions == 0 {
		return p.say(phrase.TableNoPlayers)
	}
	return p.say(phrase.TablePlayers,
		p.many(phrase.OneSession, phrase.ManySessions, play.Sessions),
		p.many(phrase.OnePlayer, phrase.ManyPlayers, play.Players),
		count(play.Refused), count(play.Ended), count(play.Cut), p.many(phrase.OneFrame, phrase.ManyFrames, play.Tags), strings.ReplaceAll(size(play.Bytes), " ", noBreak))
}

// classes are the classes of refusal that occurred, duplicated and busy always and first.
func classes(tallies []check.Tally) []profile.Class {
	out := []profile.Class{profile.Duplicated, profile.Busy}
	for _, t := range tallies {
		for class, n := range t.Refused {
			if n > 0 && !slices.Contains(out, class) {
				out = append(out, class)
			}
		}
	}
	slices.Sort(out[2:])
	return out
}

// latency shows how long things took, as percentiles.
func (p *page) latency() {
	named := []struct {
		name  string
		title phrase.ID
	}{
		{"recovery", phrase.TableRecovery},
		{"first_byte", phrase.TableFirstByte},
		{"first_media", phrase.TableFirstMedia},
		{"first_keyframe", phrase.TableFirstKeyframe},
		{"tag_gap", phrase.TableTagGap},
		{"gap_armed", phrase.TableGapArmed},
		{"gap_full", phrase.TableGapFull},
		{"accept", phrase.TableAccept},
		{"connect", phrase.TableConnect},
	}
	var rows []timesRow
	for _, n := range named {
		if p.r.Load != nil && (n.name == "first_byte" || n.name == "first_media") {
			continue // those of all players stand in the section of the load
		}
		rows = append(rows, timesRow{n.title, p.r.Latency[n.name]})
	}
	g := p.distributions(rows)
	if len(g.rows) == 0 {
		return
	}
	p.title(p.say(phrase.TableLatency))
	p.grid(g)
}

// timesRow is a row of times.
type timesRow struct {
	title phrase.ID
	times *Percentiles
}

// distributions are times as percentiles, a row each, without those that nothing is known of.
func (p *page) distributions(rows []timesRow) *grid {
	g := &grid{header: []string{"", "p50", "p90", "p99", p.say(phrase.TableColMax), p.say(phrase.TableColCount)}, align: "lrrrrr", spare: []int{2}}
	for _, row := range rows {
		if l := row.times; l != nil && l.Count != 0 {
			g.row(p.say(row.title), took(l.P50.Duration()), took(l.P90.Duration()), took(l.P99.Duration()),
				took(l.Max.Duration()), count(l.Count))
		}
	}
	return g
}

// departures shows how keys came back, by how their publishers had left.
func (p *page) departures() {
	if len(p.r.Left) == 0 {
		return
	}
	p.title(p.say(phrase.TableLeft))
	g := &grid{header: []string{p.say(phrase.TableColLeft), p.say(phrase.TableColReturns), p.say(phrase.TableColRefused), "p50",
		"p99", p.say(phrase.TableColMax)}, align: "lrrrrr", spare: []int{3, 4}}
	for _, how := range slices.Sorted(maps.Keys(p.r.Left)) {
		l := p.r.Left[how]
		cells := []string{clean(how), count(l.Returns), count(l.Refused), "–", "–", "–"}
		if t := l.Recovery; t != nil && t.Count > 0 {
			cells = append(cells[:3], took(t.P50.Duration()), took(t.P99.Duration()), took(t.Max.Duration()))
		}
		g.row(cells...)
	}
	p.grid(g)
}

// worstKeys shows the keys that fared worst; the document has them in that order.
func (p *page) worstKeys() {
	keys := p.r.Keys
	if len(keys) == 0 || p.r.steady() && keys[0].Errors == 0 {
		return
	}
	bound, title := p.atMost(worstShown, toldWorst), p.say(phrase.TableWorst)
	if keys[0].Errors == 0 {
		// Refusals that are no error make no key a bad one; what is left to tell keys apart is how long they took.
		bound, title = p.atMost(slowestShown, toldSlowest), p.say(phrase.TableSlowest)
		keys = slices.Clone(keys)
		slices.SortStableFunc(keys, func(a, b Key) int { return cmp.Compare(b.Worst, a.Worst) })
	}
	shown := keys[:min(len(keys), bound)]
	if len(shown) < len(keys) {
		title = p.say(phrase.TableSome, title, count(int64(len(shown))), count(int64(len(keys))))
	}
	p.title(title)
	p.sayBeginning()
	var names []string
	for _, k := range shown {
		names = append(names, k.Key.Key)
	}
	names = p.shortened(names)
	g := &grid{header: []string{p.say(phrase.TableColKey), p.say(phrase.TableColFindings), p.say(phrase.TableColRefused),
		p.say(phrase.TableColAccepted), p.say(phrase.TableColRecovery)}, align: "lrrrr", spare: []int{3, 1}}
	for i, k := range shown {
		colour := plainInk
		if k.Errors > 0 {
			colour = red
		}
		slowest := "–"
		if k.Worst > 0 {
			slowest = took(k.Worst.Duration())
		}
		g.row(p.paint(cyan, names[i]), p.paint(colour, count(k.Errors)), count(k.Refused),
			count(k.Accepted), slowest)
	}
	p.grid(g)
	p.sayNames(shown)
}

// settling says what the tries after the load came to.
func (p *page) settling() {
	t := p.r.Settling
	if t.Attempts == 0 {
		return
	}
	p.title(p.say(phrase.TableSettling))
	tries := p.many(phrase.OneTry, phrase.ManyTries, t.Attempts)
	if t.Accepted == 0 {
		p.prose(red, 1, p.say(phrase.TableSettlingNone, tries))
		return
	}
	p.prose(plainInk, 1, p.say(phrase.TableSettlingSome, tries, count(t.Accepted)))
}

// own says what of ours was in the way.
func (p *page) own() {
	untold := slices.DeleteFunc(slices.Clone(p.r.Own), func(t Trouble) bool {
		return slices.ContainsFunc(p.r.Reasons, func(r Reason) bool { return r.Code == t.Code }) // said at the top
	})
	if len(untold) == 0 && p.r.Unknown == 0 {
		return
	}
	p.title(p.say(phrase.TableOwn))
	for _, t := range untold {
		times := p.many(phrase.OneTime, phrase.ManyTimes, t.Count)
		p.prose(yellow, 1, p.say(phrase.TableOwnOne, clean(t.Code), times, clean(t.Detail)))
	}
	if p.r.Unknown > 0 {
		p.prose(yellow, 1, p.say(phrase.TableUnknown, p.many(phrase.OneEvent, phrase.ManyEvents, p.r.Unknown)))
	}
}
