package page

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/story"
)

// finding is one finding as the layout sets it.
type finding struct {
	ID, Code  string
	Tone      string // of its rank: bad, effect, warn, info
	Rank      text
	Says      text
	Facts     text
	Decided   []text
	Lateness  text
	Keys      []string
	KeysMore  text
	Events    []event
	Rest      []event // those that are folded, and what says so
	RestSays  text
	More      text
	Tags      *table
	Files     []string
	Endings   []ending
	Effects   []finding
	Sanitizer string // the ID of the card with the sanitizer's report that it died of; empty for none
	Meaning   string // where its code is explained; empty for nowhere
	Goto      string // where it is on the timeline, as JSON; empty for nowhere
	KeyColumn bool   // its events have keys
}

// event is one line of the evidence.
type event struct {
	At, Key, By string
	What        toned
	Guess       bool
	Goto        string
}

// ending is one way in which the server ended.
type ending struct {
	Says           text
	Frames, Report []string
	Rest           []string // of the report, which is folded
	RestSays       text
	Notes          []text
}

// rankTones and rankNames are how ranks look and what they are called.
var (
	rankTones = map[string]string{"cause": "bad", "effect": "effect", "excused": "warn", "info": "info"}
	rankNames = map[string]phrase.ID{
		"cause": phrase.PageCause, "effect": phrase.PageEffect, "excused": phrase.PageExcused, "info": phrase.PageInfo,
	}
)

// newFinding puts two tellings of a finding beside each other. End is when the run ended, in µs.
func newFinding(end int64) func(en, zh report.Told) finding {
	return func(en, zh report.Told) finding { return setFinding(end, en, zh) }
}

func setFinding(end int64, en, zh report.Told) finding {
	f := finding{
		ID: "finding-" + slug(en.Finding.ID), Code: report.Clean(en.Finding.Code), Tone: rankTones[en.Rank], Rank: both(rankNames[en.Rank]),
		Says: text{en.Says, zh.Says}, Facts: text{en.Facts, zh.Facts}, Decided: lines(en.Decided, zh.Decided),
		Lateness: text{en.Lateness, zh.Lateness}, Keys: en.Keys, KeysMore: text{en.KeysMore, zh.KeysMore},
		More: text{en.More, zh.More}, Tags: tabled(en.Tags, zh.Tags, text{en.TagsSay, zh.TagsSay}, false), Files: en.Files,
		Effects: eachOf(en.Effects, zh.Effects, newFinding(end)),
		Endings: eachOf(en.Endings, zh.Endings, func(en, zh report.Ending) ending {
			e := ending{Says: text{en.Says, zh.Says}, Frames: en.Frames, Report: en.Report, Notes: lines(en.Notes, zh.Notes)}
			if len(e.Report) > reportShown+reportRest {
				e.Report, e.Rest = e.Report[:reportShown], e.Report[reportShown:]
				e.RestSays = both(phrase.PageReportRest, report.Count(int64(len(e.Rest))))
			}
			return e
		}),
	}
	f.Events = eachOf(en.Events, zh.Events, func(a, b report.Event) event {
		f.KeyColumn = f.KeyColumn || a.Key != ""
		return event{
			At: unbroken(report.At(a.At)), Key: a.Key, By: a.By, What: said(a.Said, b.Said), Guess: a.Guess,
			Goto: place(en.Finding, a.Case, end),
		}
	})
	f.fold()
	if slices.Contains(check.Codes, check.Code(en.Finding.Code)) {
		f.Meaning = manual + string(en.Finding.Code)
	}
	f.Goto = place(en.Finding, 0, end)
	return f
}

// reportShown is how many lines of a sanitizer's report stand open, reportRest from how many more on those are folded.
const (
	reportShown = 16
	reportRest  = 4
)

// linkReports leads from a server's death to the card of the sanitizer's report that it followed.
func linkReports(cards []finding, told []report.Told) {
	for i := range cards {
		if i >= len(told) || told[i].Finding.Code != string(check.ServerCrashed) {
			continue
		}
		for _, c := range told[i].Finding.Cases {
			if c.Report == nil {
				continue
			}
			for _, other := range told {
				if other.Finding.Code == string(check.Sanitizer) && slices.ContainsFunc(other.Finding.Cases, func(d report.Case) bool {
					return d.Report != nil && d.Report.Tool == c.Report.Tool && d.Report.What == c.Report.What
				}) {
					cards[i].Sanitizer = "finding-" + slug(other.Finding.ID)
				}
			}
		}
	}
}

// manual is where the codes of findings are explained, each below its own name.
const manual = "https://github.com/flvstorm/flvstorm/blob/main/docs/findings.md#"

// place is where the timeline shows a case of a finding: {"key", "from", "to", "finding"}, times in µs. Without such a case it is
// when the finding was first made. What is no printable ASCII is escaped.
func place(f report.Finding, i int, end int64) string {
	from := f.FirstAt * 1000
	to, key := from, ""
	if i >= 0 && i < len(f.Cases) {
		c := f.Cases[i]
		key = story.Name(c.Key) // as its lane is called
		from, to = c.At.Duration().Microseconds(), c.At.Duration().Microseconds()
		if since := c.Since.Duration().Microseconds(); since > 0 && c.For > 0 {
			from, to = min(from, since), max(to, since+c.For.Duration().Microseconds())
		}
	}
	from = max(from, 0)
	if end > 0 {
		to = min(to, end)
	}
	to = max(to, from+1) // the timeline itself shows some time around it
	out, err := json.Marshal(struct {
		Key     string `json:"key"`
		From    int64  `json:"from"`
		To      int64  `json:"to"`
		Finding string `json:"finding"`
	}{key, from, to, f.ID})
	if err != nil {
		return "" // strings and numbers always can be written
	}
	return printable(string(out))
}

// printable is JSON with everything beyond ASCII escaped, which can only stand inside of its strings.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= ' ' && r <= '~':
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// slug is a finding's ID as an ID of HTML and part of a link: letters, digits and hyphens, different for different IDs. A sanitizer's
// finding has what it says in its ID.
func slug(id string) string {
	var b strings.Builder
	for _, c := range []byte(id) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
			b.WriteByte(c)
		default:
			b.WriteString("_" + strconv.FormatUint(uint64(c), 16))
		}
		if b.Len() > 120 {
			return b.String()[:100] + "_" + strconv.Itoa(len(id)) + sum(id)
		}
	}
	return b.String()
}
