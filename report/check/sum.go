package check

import (
	"cmp"
	"slices"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/flvstorm/flvstorm/internal/profile"
)

// add adds the figures of another part of the same run, such as a case of a suite. What is of the server as a whole is in
// none of the parts.
func (o *Outcome) add(other *Outcome) {
	o.Publish.add(&other.Publish)
	o.Contenders.add(&other.Contenders)
	o.Settling.add(&other.Settling)
	o.Ended += other.Ended
	o.ArmedLost += other.ArmedLost
	o.Departures += other.Departures
	o.Play.add(&other.Play)
	o.Returns.Returns += other.Returns.Returns
	o.Returns.Refused += other.Returns.Refused
	o.Returns.Undecided += other.Returns.Undecided
	o.Returns.weigh()
	o.Latency.add(&other.Latency)
	o.Viewers.add(&other.Viewers)
	o.addKeys(other.Keys)
	for _, g := range other.Gaps {
		o.addGap(g)
	}
	slices.SortFunc(o.Gaps, longestFirst)
	for _, l := range other.Left {
		o.addLeft(l)
	}
	slices.SortFunc(o.Left, func(a, b Left) int { return cmp.Compare(a.How, b.How) })
}

func (t *Tally) add(other *Tally) {
	t.Attempts += other.Attempts
	t.Accepted += other.Accepted
	t.Undecided += other.Undecided
	t.Correct += other.Correct
	if t.Refused == nil {
		t.Refused = map[profile.Class]int64{}
	}
	for class, n := range other.Refused {
		t.Refused[class] += n
	}
}

func (p *Play) add(other *Play) {
	p.Players += other.Players
	p.Sessions += other.Sessions
	p.Refused += other.Refused
	p.Ended += other.Ended
	p.Cut += other.Cut
	p.Bytes += other.Bytes
	p.Tags += other.Tags
}

// weigh says what the returns are worth.
func (r *Returns) weigh() {
	r.Below = 1
	if r.Refused == 0 {
		r.Below = power(r.Decided())
	}
}

// addKeys adds keys; one that came again, in another round of its case, stays one.
func (o *Outcome) addKeys(keys []Key) {
	at := make(map[string]int, len(o.Keys))
	for i, k := range o.Keys {
		at[k.Key] = i
	}
	for _, k := range keys {
		i, ok := at[k.Key]
		if !ok {
			at[k.Key] = len(o.Keys)
			o.Keys = append(o.Keys, k)
			continue
		}
		sum := &o.Keys[i]
		sum.Attempts += k.Attempts
		sum.Accepted += k.Accepted
		sum.Refused += k.Refused
		sum.Errors += k.Errors
		sum.Ownerless = max(sum.Ownerless, k.Ownerless)
		sum.Worst = max(sum.Worst, k.Worst)
	}
	worstFirst(o.Keys)
}

func (o *Outcome) addGap(g Gap) {
	i := slices.IndexFunc(o.Gaps, func(sum Gap) bool { return sum.Asked == g.Asked && sum.Armed == g.Armed })
	if i < 0 {
		o.Gaps = append(o.Gaps, g)
		return
	}
	sum := &o.Gaps[i]
	sum.Returns += g.Returns
	sum.Refused += g.Refused
	sum.Wrong += g.Wrong
}

func (o *Outcome) addLeft(l Left) {
	i := slices.IndexFunc(o.Left, func(sum Left) bool { return sum.How == l.How })
	if i < 0 {
		i = len(o.Left)
		o.Left = append(o.Left, Left{How: l.How, Recovery: newHistogram()})
	}
	sum := &o.Left[i]
	sum.Returns += l.Returns
	sum.Refused += l.Refused
	merge(sum.Recovery, l.Recovery)
}

// each are the histograms, in the order of Named.
func (l *Latency) each() []**hdrhistogram.Histogram {
	return []**hdrhistogram.Histogram{
		&l.Connect, &l.Accept, &l.GapArmed, &l.GapFull, &l.Recovery, &l.FirstByte, &l.FirstMedia, &l.FirstKeyframe, &l.TagGap,
	}
}

func (l *Latency) add(other *Latency) {
	from := other.each()
	for i, h := range l.each() {
		merge(*h, *from[i])
	}
}

func merge(into, from *hdrhistogram.Histogram) {
	if from != nil && from.TotalCount() > 0 {
		into.Merge(from)
	}
}

// compact shrinks the histograms to what 1 % of precision needs, those without a value to nothing: a suite has many cases,
// and each would keep megabytes of zeros.
func (o *Outcome) compact() {
	for _, h := range o.Latency.each() {
		*h = compact(*h)
	}
	for i := range o.Left {
		o.Left[i].Recovery = compact(o.Left[i].Recovery)
	}
	o.Viewers.compact()
}

func compact(h *hdrhistogram.Histogram) *hdrhistogram.Histogram {
	if h == nil || h.TotalCount() == 0 {
		return nil
	}
	small := hdrhistogram.New(1, 2*max(h.Max(), 1), 2)
	small.Merge(h)
	return small
}
