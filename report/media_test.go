package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// picture is a frame as a witness received it.
func picture(epoch, seq uint32, time uint32, size int) history.SeenTag {
	return history.SeenTag{Type: "video", Time: time, Size: size, Offset: 48_000 + int64(seq), Stamp: true, Epoch: epoch, Seq: seq,
		Key: seq%50 == 0, Age: 1700 * 1000, At: 2600 * ms}
}

// sight is a finding of what witnesses saw, with one case for each oddity.
func sight(code check.Code, cause check.Code, count int64, cases ...check.Case) check.Finding {
	f := check.Finding{ID: string(code), Code: code, Severity: check.Error, Root: cause == "", Count: count, FirstAt: 2612 * ms}
	if cause != "" {
		f.ID, f.CausedBy = string(code+"<"+cause), caused(cause)
	}
	for i, c := range cases {
		c.Key, c.At, c.Event = fmt.Sprintf("live/s%d", i), time.Duration(2612+40*i)*ms, int64(900+i)
		c.Actor = fmt.Sprintf("play/%s/0", c.Key)
		if c.Odd != nil && len(c.Odd.Tags) > 0 {
			c.Odd.Index, c.Odd.File = len(c.Odd.Tags)-1, fmt.Sprintf("evidence/%s-live-s%d-1.flv", c.Odd.What, i)
			f.Evidence = append(f.Evidence, check.Evidence{File: c.Odd.File})
		}
		f.Keys, f.Cases = append(f.Keys, c.Key), append(f.Cases, c)
		f.Evidence = append(f.Evidence, check.Evidence{Event: c.Event})
	}
	return f
}

// watched is a run in which the witnesses saw everything that can be wrong with media.
func watched() Result {
	h, j := header(), judgement()
	odd := func(what history.What, detail string, tags ...history.SeenTag) *history.Oddity {
		return &history.Oddity{What: what, Detail: detail, Tags: tags}
	}
	sound := history.SeenTag{Type: "audio", Time: 5960, Size: 186, Offset: 47_100, At: 2590 * ms}
	header := history.SeenTag{Type: "video", Size: 52, Config: true, Offset: 13, At: 2580 * ms}
	gap := odd(history.Gap, "", picture(4, 140, 5600, 811), sound, picture(4, 141, 5640, 798), picture(4, 154, 6160, 802))
	gap.Missing, gap.Drained = 12, 14*ms
	j.Verdict = check.Fail
	j.Findings = []check.Finding{
		{ID: "double-publish", Code: check.DoublePublish, Severity: check.Error, Root: true, Count: 1, Keys: []string{"live/s0"},
			FirstAt: 512 * ms, Cases: []check.Case{{Key: "live/s0", Actor: "con/live/s0", Epoch: 4, At: 512 * ms, Event: 40}}},
		sight(check.StaleMedia, "", 7,
			check.Case{Epoch: 3, Other: 4, How: check.Opened, For: 35 * ms, Odd: odd(history.Switch, "", header,
				picture(3, 100, 4000, 8112), picture(3, 101, 4040, 811), picture(4, 7, 280, 805))},
			check.Case{Epoch: 3, Other: 4, How: check.After, For: 212 * ms},
			check.Case{Epoch: 1, How: check.LongAgo}),
		sight(check.FLVInvalid, "", 3,
			check.Case{Epoch: 4, Odd: odd(history.PreviousSize, "flv: byte 48211: PreviousTagSize does not match the tag before it: 11 instead of 211", picture(4, 140, 5600, 811), sound, picture(4, 141, 5640, 798))},
			check.Case{Epoch: 4, Odd: odd(history.TimeBack, "5,640 ms after 6,000 ms", picture(4, 150, 6000, 8112), picture(4, 151, 5640, 798))},
			check.Case{Odd: odd(history.NoSequence, "", picture(4, 0, 0, 8112))}),
		sight(check.MediaCorrupt, "", 2, check.Case{Epoch: 4, Odd: odd(history.Altered, "", sound, picture(4, 141, 5640, 798))},
			check.Case{Epoch: 77, How: check.NeverSent}),
		sight(check.MediaLoss, "", 12, check.Case{Epoch: 4, Odd: gap}),
		sight(check.MediaDuplicate, "", 1, check.Case{Epoch: 4, Odd: odd(history.Again, "", picture(4, 141, 5640, 798), picture(4, 141, 5640, 798))}),
		sight(check.MediaReorder, "", 1, check.Case{Epoch: 4, Odd: odd(history.Back, "", picture(4, 142, 5680, 798), picture(4, 141, 5640, 798))}),
		sight(check.MixedMedia, check.DoublePublish, 2,
			check.Case{Epoch: 3, Other: 4, How: check.Together, Odd: odd(history.Switch, "", picture(3, 140, 5600, 811), picture(4, 3, 120, 790), picture(3, 141, 5640, 798))},
			check.Case{Epoch: 5, Other: 4, How: check.Refused}),
		sight(check.PlayerStarved, "", 2, check.Case{Since: 1100 * ms, For: 4512 * ms}, check.Case{Since: 1100 * ms, For: 1306 * ms, Back: true}),
		sight(check.PlayerRefused, "", 2, check.Case{Since: 1100 * ms, For: 4512 * ms, Refused: 12, Text: "404"},
			check.Case{Since: 40 * ms, For: 1306 * ms, Refused: 1, Text: "refused", Back: true}),
	}
	h.Repro = "flvstorm chaos --seed 7 --witnesses all"
	r := From(h, j)
	r.Run = "/home/ada/.cache/flvstorm/runs/20261122-100000-1"
	return r
}

// TestWhatAWitnessSaw holds that everything odd has a sentence of its own, and that the document has it in English.
func TestWhatAWitnessSaw(t *testing.T) {
	said := map[string]history.What{}
	for _, what := range []history.What{
		history.Gap, history.Again, history.Back, history.Damaged, history.Altered, history.Sizes, history.Future, history.Foreign,
		history.FileHeader, history.PreviousSize, history.TagHeader, history.TimeBack, history.NoSequence, history.NoKeyframe,
		history.Unannounced, history.SecondHeader, history.TooMuchScript, "of-a-newer-flvstorm",
	} {
		text := saw(phrase.English, Case{Odd: &Odd{What: what}})
		if other, ok := said[text]; ok || text == "" || strings.Contains(text, "witnessed.") || strings.Contains(text, "%!") {
			t.Errorf("%s is told as %q, like %s", what, text, other)
		}
		said[text] = what
	}
	for _, how := range []check.How{check.After, check.Opened, check.Together, check.Refused, check.LongAgo, check.NeverSent} {
		text := saw(phrase.English, Case{How: how, Epoch: 3, Other: 4, For: 5})
		if _, ok := said[text]; ok || text == "" || strings.Contains(text, "witnessed.") || strings.Contains(text, "%!") {
			t.Errorf("%s is told as %q", how, text)
		}
		said[text] = history.What(how)
	}
	if text := saw(phrase.English, Case{Text: "HTTP 404"}); text != "" {
		t.Errorf("of no witness: %q", text)
	}
	scanned := &Odd{What: history.PreviousSize, Detail: "flv: byte 9: it is wrong", Tags: []Tag{{Offset: 5}}}
	if text := saw(phrase.English, Case{Odd: scanned}); text != "byte 9: it is wrong" {
		t.Errorf("a fault of the form: %q", text)
	}
	inside := &Odd{What: history.Sizes, Detail: "9 of 5", Tags: []Tag{{Offset: 1500}}}
	if text := saw(phrase.English, Case{Odd: inside}); text != "the lengths in a frame don't add up to its tag: 9 of 5, at byte\u00a01,500" {
		t.Errorf("a fault in a frame: %q", text)
	}
	for _, f := range watched().Findings {
		for _, c := range f.Cases {
			if (c.Text == "") != (f.Code == string(check.DoublePublish)) {
				t.Errorf("%s: its text is %q", f.Code, c.Text)
			}
		}
	}
}

// TestBetweenWhichFrames holds between which frames some are missing.
func TestBetweenWhichFrames(t *testing.T) {
	for _, tt := range []struct {
		name  string
		tags  []history.SeenTag
		index int
		want  string
	}{
		{"two frames of one epoch", []history.SeenTag{picture(4, 141, 0, 1), {Type: "audio"}, picture(4, 154, 0, 1)}, 2, "12 frames missing between 141 and 154, for a player that kept up"},
		{"the one before is another's", []history.SeenTag{picture(3, 141, 0, 1), picture(4, 154, 0, 1)}, 1, "12 frames missing, for a player that kept up"},
		{"an index that is none", []history.SeenTag{picture(4, 141, 0, 1), picture(4, 154, 0, 1)}, 9, "12 frames missing between 141 and 154, for a player that kept up"},
		{"an index before the first", []history.SeenTag{picture(4, 141, 0, 1), picture(4, 154, 0, 1)}, -9, "12 frames missing, for a player that kept up"},
		{"nothing is known", nil, 0, "12 frames missing, for a player that kept up"},
	} {
		o := witnessed(&history.Oddity{What: history.Gap, Missing: 12, Tags: tt.tags, Index: tt.index})
		if got := saw(phrase.English, Case{Odd: o}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestManyTags holds that no more tags are shown than help, whatever a history holds.
func TestManyTags(t *testing.T) {
	var tags []history.SeenTag
	for i := range uint32(1000) {
		tags = append(tags, picture(4, i, i, 1))
	}
	o := witnessed(&history.Oddity{What: history.Again, Tags: tags, Index: 500})
	if len(o.Tags) != tagsBefore+1+tagsAfter || o.Tags[o.Index].Frame == nil || *o.Tags[o.Index].Frame != 500 {
		t.Errorf("%d tags, the one in question is %d: %+v", len(o.Tags), o.Index, o.Tags)
	}
}

// TestPathsAreWhole holds that the path of a file can be copied: it stands on a line of its own, whole, in however few columns,
// and once for each case that is shown.
func TestPathsAreWhole(t *testing.T) {
	r := watched()
	for _, columns := range []int{narrowest, 60, 80, 140} {
		var out strings.Builder
		if err := (Look{Width: columns}).Print(&out, r); err != nil {
			t.Fatal(err)
		}
		lines := strings.FieldsFunc(out.String(), func(c rune) bool { return c == '\n' })
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		for _, file := range []string{"previous-size-live-s0-1", "time-back-live-s1-1", "no-sequence-live-s2-1"} {
			if path := "evidence/" + file + ".flv"; !slices.Contains(lines, path) {
				t.Errorf("%d columns: no line is %s", columns, path)
			}
		}
	}
}

// TestStampsOfLogsAreWhole holds that the date of a log line is not torn from its time where there is room for both.
func TestStampsOfLogsAreWhole(t *testing.T) {
	p := &page{Look: Look{Width: usual}}
	for _, log := range []string{
		"[2026-11-22 16:47:00.417][ERROR][1][x] serve error code=1028(StreamBusy) : stream is busy",
		"2026/11/22 16:47:00 [error] 7#7: *3 live: already publishing, client: 127.0.0.1",
	} {
		for room := 26; room < 60; room++ {
			text := strings.Join(p.words(Finding{}, Case{Log: log, TiedBy: check.ByID}, room, full), "\n")
			if !strings.Contains(text, "22 16:47:00") {
				t.Errorf("%d columns:\n%s", room, text)
			}
		}
	}
}

// TestWhoSaw holds that a text names the player of each case.
func TestWhoSaw(t *testing.T) {
	p := plainly(watched(), phrase.English)
	for _, f := range p.r.Findings {
		text := strings.Join(p.account(f), "\n")
		for _, c := range f.Cases {
			if !strings.Contains(text, "  seen by "+c.Actor+"\n") && !strings.Contains(text, "\n  "+c.Actor+" ") && f.Code != string(check.DoublePublish) {
				t.Errorf("%s: nothing of %s in\n%s", f.Code, c.Actor, text)
			}
		}
	}
}

// TestTimesOfPlayersAreWhole holds that no number is torn from its unit, in however few columns, and that the document has
// plain blanks.
func TestTimesOfPlayersAreWhole(t *testing.T) {
	p := &page{Look: Look{Width: usual}}
	f, c := Finding{Code: string(check.PlayerRefused)}, Case{Actor: "play/live/s0/1", Since: 86, For: 3040, Refused: 16, Text: "404"}
	for room := 24; room < 80; room++ {
		for _, line := range p.words(f, c, room, full) {
			if strings.HasPrefix(line, "s ") || strings.HasPrefix(line, "s,") {
				t.Errorf("%d columns: %q", room, line)
			}
		}
	}
	for _, f := range watched().Findings {
		for _, c := range f.Cases {
			if strings.HasPrefix(f.Code, "player-") && strings.Contains(c.Text, noBreak) {
				t.Errorf("the document has %q", c.Text)
			}
		}
	}
}
