package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// Odd is what a witness saw that an orderly stream does not have.
type Odd struct {
	What   history.What `json:"what"`
	Detail string       `json:"detail,omitempty"`
	// Missing is how many frames did not come, Drained how long before that the player had last read all that there was.
	Missing int64  `json:"missing,omitempty"`
	Drained Millis `json:"drained_ms,omitempty"`
	// Tags are some as they came, of which Index is the one in question.
	Tags  []Tag `json:"tags,omitempty"`
	Index int   `json:"index"`
	// File is a small FLV around it, below the run's folder.
	File string `json:"file,omitempty"`
}

// Tag is an FLV tag as a witness received it. Time is its timestamp, Offset where in the stream it begins, and Epoch, Frame
// and Age are known of a frame with a stamp.
type Tag struct {
	Type     string  `json:"type"`
	Time     uint32  `json:"timestamp_ms"`
	Size     int     `json:"size"`
	Offset   int64   `json:"offset"`
	Keyframe bool    `json:"keyframe,omitempty"`
	Sequence bool    `json:"sequence_header,omitempty"`
	Epoch    uint32  `json:"epoch,omitempty"`
	Frame    *uint32 `json:"frame,omitempty"`
	Age      *Millis `json:"age_ms,omitempty"`
	At       Millis  `json:"at_ms"`
}

// Of the tags around what was odd, so many before it are kept, and so many after it.
const (
	tagsBefore = 4
	tagsAfter  = 2
)

// witnessed is what a witness found odd, nil where it found nothing. A history may hold anything: the tag in question is
// one of those kept, whatever it says.
func witnessed(o *history.Oddity) *Odd {
	if o == nil {
		return nil
	}
	out := &Odd{
		What: history.What(cut(string(o.What))), Detail: cut(o.Detail), Missing: o.Missing, Drained: millis(o.Drained), File: cut(o.File),
	}
	if len(o.Tags) == 0 {
		return out
	}
	index := min(max(o.Index, 0), len(o.Tags)-1)
	first := max(index-tagsBefore, 0)
	out.Index = index - first
	for _, t := range o.Tags[first:min(index+1+tagsAfter, len(o.Tags))] {
		tag := Tag{Type: cut(t.Type), Time: t.Time, Size: t.Size, Offset: t.Offset, Keyframe: t.Key, Sequence: t.Config, At: millis(t.At)}
		if t.Stamp {
			age := millis(t.Age)
			tag.Epoch, tag.Frame, tag.Age = t.Epoch, &t.Seq, &age
		}
		out.Tags = append(out.Tags, tag)
	}
	return out
}

// byWhat are the sentences for what is odd in a frame or in the form of a stream.
var byWhat = map[history.What]phrase.ID{
	history.Again: phrase.WitnessedAgain, history.Back: phrase.WitnessedBack, history.Damaged: phrase.WitnessedDamaged,
	history.Altered: phrase.WitnessedAltered, history.Sizes: phrase.WitnessedSizes, history.Future: phrase.WitnessedFuture,
	history.Foreign: phrase.WitnessedForeign, history.FileHeader: phrase.WitnessedFileHeader,
	history.PreviousSize: phrase.WitnessedPreviousSize, history.TagHeader: phrase.WitnessedTagHeader,
	history.TimeBack: phrase.WitnessedTimeBack, history.NoSequence: phrase.WitnessedNoSequence,
	history.NoKeyframe: phrase.WitnessedNoKeyframe, history.Unannounced: phrase.WitnessedUnannounced,
	history.SecondHeader: phrase.WitnessedSecondHeader, history.TooMuchScript: phrase.WitnessedTooMuchScript,
}

// byForm are those whose detail is a sentence of its own, with the place: what the scanner says of bytes that are not FLV.
var byForm = []history.What{history.FileHeader, history.PreviousSize, history.TagHeader, history.SecondHeader}

// byPlace are those that are looked up in the bytes of the stream, and whose detail does not say where.
var byPlace = []history.What{history.Sizes, history.Damaged}

// byOrder are those whose detail is what came after what.
var byOrder = []history.What{history.Back, history.TimeBack}

// saw is in one sentence what a witness saw in a case; empty of a case that is no witness's.
func saw(book phrase.Book, c Case) string {
	switch c.How {
	case check.After:
		text := book.Say(phrase.WitnessedAfter, c.Epoch, c.Other)
		if c.For > 0 {
			text = book.Say(phrase.WitnessedGone, text, took(c.For.Duration()))
		}
		return text
	case check.Opened:
		return book.Say(phrase.WitnessedOpened, c.Epoch, took(c.For.Duration()), c.Other)
	case check.Together:
		return book.Say(phrase.WitnessedTogether, min(c.Epoch, c.Other), max(c.Epoch, c.Other))
	case check.Refused:
		return book.Say(phrase.WitnessedRefused, c.Epoch, c.Other)
	case check.LongAgo:
		return book.Say(phrase.WitnessedLongAgo, c.Epoch)
	case check.NeverSent:
		return book.Say(phrase.WitnessedNeverSent, c.Epoch)
	}
	if c.Odd == nil || c.Odd.What == history.Switch { // a change of epochs is evidence, and no fault
		return ""
	}
	detail := clean(c.Odd.Detail)
	says, known := byWhat[c.Odd.What]
	text := book.Say(phrase.WitnessedOther, clean(string(c.Odd.What)))
	switch {
	case c.Odd.What == history.Gap:
		return missing(book, c.Odd)
	case detail != "" && slices.Contains(byForm, c.Odd.What):
		return strings.TrimPrefix(book.Again(detail), "flv: ")
	case known:
		text = book.Say(says)
	}
	if detail != "" {
		if that, before, ok := strings.Cut(detail, " after "); ok && slices.Contains(byOrder, c.Odd.What) {
			detail = book.Say(phrase.WitnessedThatAfter, that, before)
		}
		text = book.Say(phrase.WitnessedDetail, text, detail)
	}
	if len(c.Odd.Tags) > 0 && slices.Contains(byPlace, c.Odd.What) {
		text = book.Say(phrase.WitnessedByte, text, count(c.Odd.Tags[c.Odd.Index].Offset))
	}
	return text
}

// missing says how many frames did not come, and between which.
func missing(book phrase.Book, o *Odd) string {
	n, many := max(o.Missing, 1), phrase.ManyFrames
	if n == 1 {
		many = phrase.OneFrame
	}
	frames := book.Say(many, count(n))
	if len(o.Tags) == 0 || o.Tags[o.Index].Frame == nil {
		return book.Say(phrase.WitnessedGap, frames)
	}
	last := o.Tags[o.Index]
	for _, t := range slices.Backward(o.Tags[:o.Index]) {
		if t.Frame != nil && t.Epoch == last.Epoch && *t.Frame < *last.Frame {
			return book.Say(phrase.WitnessedGapBetween, frames, *t.Frame, *last.Frame)
		}
	}
	return book.Say(phrase.WitnessedGap, frames)
}

// missed says in one sentence for how long a player got no media; empty of a case that is no player's.
func missed(book phrase.Book, f Finding, c Case) string {
	who, long := clean(c.Actor), strings.ReplaceAll(took(c.For.Duration()), " ", noBreak)
	since := strings.ReplaceAll(at(c.Since.Duration()), " ", noBreak)
	var text string
	switch check.Code(f.Code) {
	case check.PlayerStarved:
		text = book.Say(phrase.WitnessedStarved, who, long, since)
	case check.PlayerRefused:
		times := book.Say(phrase.OneTime)
		if c.Refused != 1 {
			times = book.Say(phrase.ManyTimes, count(c.Refused))
		}
		text = book.Say(phrase.WitnessedDenied, who, times, clean(c.Text), long, since)
	default:
		return ""
	}
	if c.Back {
		return book.Say(phrase.WitnessedFedAgain, text)
	}
	return book.Say(phrase.WitnessedToTheEnd, text)
}

// howOften is how often something was found, in what its code counts.
func (p *page) howOften(f Finding) string {
	switch check.Code(f.Code) {
	case check.MediaLoss, check.MediaDuplicate, check.MediaReorder:
		return p.many(phrase.OneFrame, phrase.ManyFrames, f.Count)
	case check.MixedMedia, check.StaleMedia:
		return p.many(phrase.OneViewing, phrase.ManyViewings, f.Count)
	}
	return p.many(phrase.OneTime, phrase.ManyTimes, f.Count)
}

// around is what a person can look at of a finding: the tags around what its first case shows, with type, timestamp, size,
// whose frame it is and how old it was, and a mark before the one in question; and the files that hold those of its first
// cases. Nothing where no case has any.
func (p *page) around(f Finding, room, bound int) []string {
	var out []string
	if i := slices.IndexFunc(f.Cases, func(c Case) bool { return c.Odd != nil && len(c.Odd.Tags) > 0 }); i >= 0 {
		c := f.Cases[i]
		out = wrap(p.say(phrase.WitnessedTags, clean(c.Actor), at(c.Odd.Tags[c.Odd.Index].At.Duration())), room, 2)
		for line := range strings.Lines(p.tags(c.Odd, room)) {
			out = append(out, strings.TrimRight(line, "\n"))
		}
	}
	return append(out, p.files(f, room, bound)...)
}

// files are those of the first cases, each on a line of its own: a path is there to be copied. They are below the run's
// folder, which the end of the report names.
func (p *page) files(f Finding, room, bound int) []string {
	var all []string
	for _, c := range firstOfKeys(f.Cases) {
		if c.Odd != nil && c.Odd.File != "" && len(all) < min(bound, moreSights) {
			all = append(all, clean(c.Odd.File))
		}
	}
	if len(all) == 0 {
		return nil
	}
	out := wrap(p.say(phrase.WitnessedFiles), room, 0)
	for _, file := range all {
		for _, line := range wrap(file, room-2, 0) {
			out = append(out, "  "+line)
		}
	}
	return out
}

// seenBy is which player saw a case, unless that is told above the tags of the first one.
func (p *page) seenBy(c Case, how fullness) string {
	if how == full && c.Odd != nil && len(c.Odd.Tags) > 0 || c.Actor == "" {
		return ""
	}
	return p.say(phrase.WitnessedBy, clean(c.Actor))
}

// tags is the table of them.
func (p *page) tags(o *Odd, room int) string {
	look := p.Look
	look.Width = room
	text, err := p.tagGrid(o).draw(look)
	p.err = cmp.Or(p.err, err)
	return text
}

func (p *page) tagGrid(o *Odd) *grid {
	g := &grid{
		header: []string{"", p.say(phrase.WitnessedTag), p.say(phrase.WitnessedTime), p.say(phrase.WitnessedBytes),
			p.say(phrase.WitnessedFrame), p.say(phrase.WitnessedAge)},
		align: "llrrrr", spare: []int{3, 2},
	}
	for i, t := range o.Tags {
		mark, colour := " ", plainInk
		if i == o.Index {
			mark, colour = "▶", red
		}
		kind := fit(clean(t.Type), keyColumns)
		switch {
		case t.Sequence:
			kind = p.say(phrase.WitnessedSequence, kind)
		case t.Keyframe:
			kind = p.say(phrase.WitnessedKeyframe, kind)
		}
		frame, age := "", ""
		if t.Frame != nil {
			frame = count(int64(t.Epoch)) + "/" + count(int64(*t.Frame))
		}
		if t.Age != nil {
			age = took(t.Age.Duration())
		}
		cells := []string{mark, kind, count(int64(t.Time)) + " ms", count(int64(t.Size)), frame, age}
		for n, cell := range cells {
			cells[n] = p.paint(colour, cell)
		}
		g.row(cells...)
	}
	return g
}
