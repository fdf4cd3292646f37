package report

import (
	"cmp"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// IssueStory is what a report for a tracker tells beside a Result: what happened around the first case of the first cause, in time.
// The zero value is right where there is no history at hand; then only what the Result has is told.
type IssueStory struct {
	Key string
	// From is when the story begins: when the publisher of the key left or, where none did, its first moment.
	From time.Duration
	// Left is how the publisher had left, empty where none had; Live for how long it had published before.
	Left string
	Live time.Duration
	// Returned says that the key was published again, Gap how long after the departure, and Armed that the connection for it had
	// been made before.
	Returned bool
	Gap      time.Duration
	Armed    bool
	// Contender says that another publisher tried while one was live.
	Contender bool
	// Players are those who had the stream when the publisher left.
	Players int
	// Moments are in their order; Left out are those behind the last one.
	Moments []IssueMoment
	LeftOut int
	// Elsewhere is how much happened meanwhile on other keys, OtherKeys on how many, where the case is about the whole server.
	Elsewhere, OtherKeys int
	// Back is how long after its departure the key was accepted again, zero where it was not.
	Back time.Duration
	// Clocked says that lines of the log stand at their own time, which is known to about a millisecond; those that have none are marked.
	Clocked bool
}

// IssueMoment is one thing that happened.
type IssueMoment struct {
	At   time.Duration
	What MomentKind
	// Who is the actor, How how it left or why it was refused, in the words of the wire.
	Who, How string
	Armed    bool
	// Read says that a line of the log stands where it was read: when it was written is not known.
	Read bool
	// Times is how often it happened in a row, the last time at Until.
	Times int
	Until time.Duration
}

// MomentKind says what happened.
type MomentKind string

// The kinds of moments.
const (
	MomentLeft     MomentKind = "left"
	MomentSent     MomentKind = "sent"
	MomentRetry    MomentKind = "retry"
	MomentContends MomentKind = "contends"
	MomentSettling MomentKind = "settling"
	MomentAccepted MomentKind = "accepted"
	MomentRefused  MomentKind = "refused"
	MomentEnded    MomentKind = "ended"
	MomentNoPlay   MomentKind = "play-refused"
	MomentPlayEnd  MomentKind = "play-ended"
	MomentServer   MomentKind = "server"
	MomentLog      MomentKind = "log"
)

// Bounds of a story.
const (
	momentsKept   = 24
	momentsBefore = 2 * time.Second  // of a case without a key
	momentsAfter  = 60 * time.Second // of a key that is to come back
	momentsSoon   = time.Second      // of anything else, and of lines of the log that name no key
)

// IssueStory reads from the history of a kept run what happened around the first case of its first cause. A run that was not kept,
// or found nothing, has none; a history that breaks off is read as far as it goes.
func (k Judged) IssueStory(r Result) (IssueStory, error) {
	f, c, ok := r.firstCase()
	if !ok || k.Dir == "" {
		return IssueStory{}, nil
	}
	reader, err := history.Open(k.Dir)
	if err != nil {
		return IssueStory{}, err
	}
	defer reader.Close()
	t := newTeller(f, c)
	t.clock = clockOf(r)
	for {
		e, err := reader.Next()
		if err != nil {
			if errors.Is(err, io.EOF) || k.Torn != nil {
				err = nil
			}
			return t.story(), err
		}
		t.step(e)
	}
}

// causes are the gravest causes of a failure, those that its sentence tells of, in the order in which they came: what comes first may
// be what brought the graver one about. Where all causes are excused it is the gravest that followed.
func (r Result) causes() (out []Finding) {
	for _, f := range r.Findings {
		if f.fails() && f.Root && len(out) < toldCauses && !slices.ContainsFunc(out, func(g Finding) bool { return g.Code == f.Code }) {
			out = append(out, f)
		}
	}
	if at := slices.IndexFunc(r.Findings, Finding.fails); len(out) == 0 && at >= 0 {
		out = append(out, r.Findings[at])
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return cmp.Compare(a.FirstAt, b.FirstAt) })
	return out
}

// firstCase is the first case of the first cause.
func (r Result) firstCase() (Finding, Case, bool) {
	causes := r.causes()
	if len(causes) == 0 {
		return Finding{}, Case{}, false
	}
	first := causes[0]
	if len(first.Cases) == 0 {
		return first, Case{At: Millis(first.FirstAt)}, true
	}
	return first, first.Cases[0], true
}

// teller folds the events of a run to a story.
type teller struct {
	key     string
	at      time.Duration
	whole   bool          // the case is about no key
	until   time.Duration // when the story ends
	moments []keyedMoment
	live    map[string]time.Duration // when the publisher of a key was accepted
	playing map[string]bool          // players of the key
	last    IssueStory               // of the last departure before the case
	clock   *logClock                // of the server's log, nil where it is not known
}

// logClock tells when a line of the log was written.
type logClock struct{ begin time.Time } // of the run, by the clock of the log

// logPrecision is how well the clock of a log is known: its lines and the offset between the clocks are in milliseconds.
const logPrecision = time.Millisecond

// clockOf is the clock of a run's log as far as its lines could be tied to what happened.
func clockOf(r Result) *logClock {
	if r.Log == nil || r.Log.Offset == nil || r.Started.IsZero() {
		return nil
	}
	return &logClock{begin: r.Started.Add(r.Log.Offset.Duration())}
}

// written is when a line was written that was read at a time: never later than that.
func (c *logClock) written(read time.Duration, line history.LogLine) (at time.Duration, known bool) {
	if c == nil || line.Wall <= 0 {
		return read, false
	}
	return min(time.UnixMilli(line.Wall).Sub(c.begin), read), true
}

// keyedMoment is a moment and whose it is.
type keyedMoment struct {
	IssueMoment
	key string
}

func newTeller(f Finding, c Case) *teller {
	at, after := c.At.Duration(), momentsSoon
	if ofReturn(f.Code) {
		after = momentsAfter
	}
	return &teller{key: c.Key, at: at, whole: c.Key == "", until: at + after, live: map[string]time.Duration{}, playing: map[string]bool{}}
}

func (t *teller) step(e history.Event) {
	server := e.Key == "" || e.Actor == "server"
	if !t.whole && e.Key != t.key && !server {
		return
	}
	if e.At > t.until || t.whole && e.At < t.at-momentsBefore {
		return
	}
	m := keyedMoment{IssueMoment{At: e.At, Who: e.Actor, Times: 1, Until: e.At}, e.Key}
	switch p := e.What.(type) {
	case history.Departed:
		if e.At <= t.at {
			t.begin(e, p)
		}
		m.What, m.How = MomentLeft, p.How
	case history.PublishSent:
		m.What, m.Armed = sentAs(p.Role, p.Try), p.Armed
		if p.Role == history.Owner && p.Try == 0 && p.After != 0 && !t.last.Returned && t.last.Left != "" {
			t.last.Returned, t.last.Gap, t.last.Armed = true, max(e.At-t.last.From, 0), p.Armed
		}
		t.last.Contender = t.last.Contender || p.Role == history.Contender && e.At <= t.at
	case history.PublishAccepted:
		m.What = MomentAccepted
		t.live[e.Key] = e.At
		if t.last.Left != "" && t.last.Back == 0 && strings.HasPrefix(e.Actor, "pub/") {
			t.last.Back = e.At - t.last.From
		}
	case history.PublishRefused:
		m.What, m.How = MomentRefused, cmp.Or(strings.TrimSpace(p.Code+" "+p.Text), wireSays(p.Wire))
		if p.Role == history.Settling && p.Sent == 0 {
			m.What = MomentSettling
		}
	case history.PublishEnded:
		m.What, m.How = MomentEnded, wireSays(p.Wire)
		if p.Wire == history.WireOurs {
			return
		}
	case history.PlayResponse:
		t.playing[e.Actor] = p.Status == 200
		return
	case history.PlayRefused:
		m.What, m.How = MomentNoPlay, wireSays(p.Wire)
		if p.Status != 0 {
			m.How = "HTTP " + count(int64(p.Status))
		}
	case history.PlayEnded:
		delete(t.playing, e.Actor)
		if p.Wire == history.WireOurs {
			return
		}
		m.What, m.How = MomentPlayEnd, wireSays(p.Wire)
	case history.Process:
		m.What, m.How = MomentServer, strings.TrimSpace(p.State+" "+p.Signal)
		if p.State != "exited" && p.State != "gone" {
			return
		}
	case history.LogLine:
		if p.Level != "ERROR" && p.Level != "FATAL" && p.Class == "" || !t.about(cmp.Or(p.Key, e.Key), e.At) {
			return
		}
		m.What, m.How, m.key = MomentLog, p.Line, cmp.Or(p.Key, e.Key)
		at, known := t.clock.written(e.At, p)
		m.At, m.Until, m.Read = at, at, !known
	default:
		return
	}
	t.add(m)
}

// about reports whether a line of the log with that key, or none, may be about the case. One that names no key is so only near it.
func (t *teller) about(key string, at time.Duration) bool {
	return t.whole || key == t.key || key == "" && at <= t.at+momentsSoon
}

// wireSays is how a connection failed or ended, by the names that the systems have for it.
func wireSays(w history.Wire) string {
	switch w {
	case history.WireEOF:
		return "EOF"
	case history.WireReset:
		return "ECONNRESET"
	case history.WireRefused:
		return "ECONNREFUSED"
	}
	return string(w)
}

// sentAs is what an attempt to publish is.
func sentAs(role history.Role, try int) MomentKind {
	switch {
	case role == history.Contender:
		return MomentContends
	case role == history.Settling:
		return MomentSettling
	case try > 0:
		return MomentRetry
	}
	return MomentSent
}

// begin says that the publisher of the key left: what was before that is no part of the story.
func (t *teller) begin(e history.Event, p history.Departed) {
	contender := t.last.Contender
	t.last = IssueStory{Key: e.Key, From: e.At, Left: p.How, Contender: contender}
	if since, ok := t.live[e.Key]; ok {
		t.last.Live = e.At - since
	}
	for actor, on := range t.playing {
		if on && strings.HasPrefix(actor, "play/"+e.Key+"/") {
			t.last.Players++
		}
	}
	if t.whole {
		return // others leave at about the same time
	}
	t.moments = slices.DeleteFunc(t.moments, func(m keyedMoment) bool { return before(m, e.At) })
}

// before reports whether a moment is no part of a story that began at a time. A line of the log may have come a little ahead of what it
// follows.
func before(m keyedMoment, from time.Duration) bool {
	return m.At < from && (m.What != MomentLog || from-m.At > logPrecision)
}

// keptAhead bounds what is kept while the story is not told yet: what comes before the case, of a whole server, matters most near it.
const keptAhead = 4 * momentsKept

func (t *teller) add(m keyedMoment) {
	t.moments = append(t.moments, m)
	if t.whole && m.At < t.at && len(t.moments) > keptAhead {
		t.moments = t.moments[1:]
	}
	if len(t.moments) > 1<<14 {
		t.moments = t.moments[:1<<14]
	}
}

// story puts the moments in their order, and those that are alike together.
func (t *teller) story() IssueStory {
	out := t.last
	out.Key, out.Clocked = cmp.Or(out.Key, t.key, t.nearest()), t.clock != nil
	if !t.whole && out.Left != "" { // a line that was read later may be of before
		t.moments = slices.DeleteFunc(t.moments, func(m keyedMoment) bool { return before(m, out.From) })
	}
	slices.SortStableFunc(t.moments, func(a, b keyedMoment) int { return cmp.Compare(a.At, b.At) })
	var moments []IssueMoment
	others := map[string]bool{}
	for _, m := range t.moments {
		if t.whole && out.Key != "" && m.key != "" && m.key != out.Key {
			out.Elsewhere++ // one key tells what every key tells
			others[m.key] = true
			continue
		}
		moments = append(moments, m.IssueMoment)
	}
	out.OtherKeys = len(others)
	if t.whole {
		// The last ones before the case, and what came after it.
		at := max(slices.IndexFunc(moments, func(m IssueMoment) bool { return m.At >= t.at }), 0)
		moments = moments[max(at-momentsKept/2, 0):]
	}
	told := together(moments)
	if len(told) > momentsKept {
		for _, m := range told[momentsKept:] {
			out.LeftOut += m.Times
		}
		told = told[:momentsKept]
	}
	out.Moments = told
	if out.Left == "" && len(told) > 0 {
		out.From = told[0].At
	}
	return out
}

// nearest is the key to which something happened last before a case that is about the whole server: where nobody left, it tells what
// every key tells.
func (t *teller) nearest() (key string) {
	for _, m := range t.moments {
		if m.key != "" && m.What != MomentLog && (m.At <= t.at || key == "") {
			key = m.key
		}
	}
	return key
}

// issueDigits are what tells lines of a log apart that say the same.
var issueDigits = regexp.MustCompile(`[0-9a-z]*[0-9][0-9a-z]*`)

// togetherAfter is from which try on those that come to the same are told as one.
const togetherAfter = 2

// together tells retries that come to the same, after the first of them, as one moment.
func together(moments []IssueMoment) []IssueMoment {
	var out []IssueMoment
	shape := func(m IssueMoment) string {
		if m.What == MomentLog {
			return string(m.What) + issueDigits.ReplaceAllString(logHead.ReplaceAllString(m.How, ""), "0")
		}
		return string(m.What) + m.How
	}
	seen := map[string]int{}
	last := map[string]int{} // where the moment stands that takes the rest in
	for _, m := range moments {
		s := shape(m)
		if seen[s]++; seen[s] <= togetherAfter || m.What == MomentLeft || m.What == MomentAccepted || m.What == MomentServer {
			last[s] = len(out)
			out = append(out, m)
			continue
		}
		at := last[s]
		out[at].Times++
		out[at].Until = m.At
		if m.Who != out[at].Who {
			out[at].Who = allOf(out[at].Who)
		}
	}
	return out
}

// allOf names all the players of a key by one of them: play/live/s0/*.
func allOf(who string) string {
	if at := strings.LastIndexByte(who, '/'); strings.HasPrefix(who, "play/") && at > 0 {
		return who[:at] + "/*"
	}
	return who
}
