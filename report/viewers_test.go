package report

import (
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// seen is what five witnesses saw of a server that keeps its viewers, most of the time.
func seen() check.Viewers {
	v := check.New(history.Header{}).Finish().Outcome.Viewers
	v.Witnesses, v.Frames, v.Unstamped, v.Served, v.Unserved = 5, 12_340, 17, 90, 2
	for i := range int64(90) {
		v.Frozen.RecordValue(2_003_000 + 900*i)
		v.End.RecordValue(800 + 70*i)
		v.Stayed.Byte.RecordValue(1_000 + 90*i)
		v.Stayed.Keyframe.RecordValue(9_000 + 900*i)
		v.Stayed.Frame.RecordValue(1_000 + 90*i)
		v.Lost.RecordValue(40_000 * (i % 3))
		v.Latency.RecordValue(41_000 + 500*i)
	}
	for i := range int64(3) {
		v.Back.Byte.RecordValue(1_000 + 90*i)
		v.Back.Keyframe.RecordValue(2_000 + 90*i)
		v.Back.Frame.RecordValue(2_000 + 90*i)
	}
	v.Stall.RecordValue(1_240_000)
	v.Policy = []check.Treatment{
		{Leave: "fin", Viewers: "hold", Timestamps: "restart", From: "learned", Seen: 31, Other: 3},
		{Leave: "rst", Viewers: "hold", Timestamps: "restart", From: "learned", Seen: 30},
		{Leave: "unpublish", Viewers: "end", From: "profile", Seen: 1_031},
		{Leave: "vanish", Seen: 1},
	}
	return v
}

func viewersSeen() Result {
	j := judgement()
	j.Outcome.Viewers = seen()
	return From(header(), j)
}

// unserved is a run whose viewers never got another publish.
func unserved() Result {
	j := judgement()
	j.Outcome.Viewers = check.Viewers{Witnesses: 5, Frames: 65, Unserved: 5}
	return From(header(), j)
}

// unverified is a run against a server that takes the stamps out of all frames.
func unverified() Result {
	j := judgement()
	j.Outcome.Viewers = check.Viewers{Witnesses: 5, Unstamped: 12_340, Audio: 900}
	return From(header(), j)
}

func TestUnverified(t *testing.T) {
	for _, tt := range []struct {
		seen check.Viewers
		want string
	}{
		{check.Viewers{Witnesses: 1, Frames: 9}, ""},
		{check.Viewers{Witnesses: 1, Frames: 9, Unstamped: 1}, "some"},
		{check.Viewers{Witnesses: 1, Frames: 9, Audio: 5}, ""},
		{check.Viewers{Witnesses: 1, Unstamped: 1}, "all"},
		{check.Viewers{Witnesses: 1, Audio: 5}, "all"},
		{check.Viewers{Witnesses: 1}, ""}, // nothing came at all
	} {
		if got := viewed(tt.seen).Unverified; got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.seen, got, tt.want)
		}
	}
	if viewed(check.Viewers{Unstamped: 5}) != nil {
		t.Error("viewers of a run without a witness")
	}
}

// TestServed holds what is said of how many viewers got the next publish.
func TestServed(t *testing.T) {
	for _, tt := range []struct {
		served, unserved, departures, frames int64
		want                                 string
	}{
		{45, 0, 9, 1, " 45 of 45 times a viewer got the next publish.\n"},
		{43, 2, 9, 1, " 43 of 45 times a viewer got the next publish.\n"},
		{0, 5, 9, 1, " Nobody got the next publish: 0 of 5 times.\n"},
		{0, 0, 9, 1, " No viewer had a next publish for longer than the grace: what a return costs is\n not known.\n"},
		{0, 0, 0, 1, ""}, // nobody left
		{0, 0, 9, 0, ""}, // the frames bore no stamp,
	} {
		p := &page{r: Result{Departures: tt.departures}}
		if p.served(&Viewers{Frames: tt.frames, Served: tt.served, Unserved: tt.unserved}); p.text.String() != tt.want {
			t.Errorf("%d served, %d not, %d departures: %q, want %q", tt.served, tt.unserved, tt.departures, p.text.String(), tt.want)
		}
	}
}

// TestViewersUnread holds that a run whose frames nobody read says so, and one without any says nothing.
func TestViewersUnread(t *testing.T) {
	const want = "\nWhat a return cost the viewers\n Nobody read the frames: there was no witness.\n"
	for _, tt := range []struct {
		r    Result
		want string
	}{
		{Result{Publish: check.Tally{Attempts: 1}}, want},
		{Result{Play: check.Play{Sessions: 1}}, want},
		{Result{}, ""},
	} {
		p := &page{r: tt.r}
		if p.viewers(); p.text.String() != tt.want {
			t.Errorf("%+v: %q", tt.r, p.text.String())
		}
	}
}

// TestTreatment holds which is the rule, and which the exception.
func TestTreatment(t *testing.T) {
	for _, tt := range []struct {
		t    check.Treatment
		want string
	}{
		{check.Treatment{Leave: "cut, fin", Viewers: "hold", Timestamps: "continue", From: "profile", Seen: 55, Other: 49},
			"By the profile, viewers are kept for the next publish (timestamps going on) after cut, fin: of 55 seen, 49 were treated otherwise."},
		{check.Treatment{Leave: "rst", Viewers: "end", From: "learned", Seen: 1_031},
			"As learned in this run, viewers are ended after rst: so were all 1,031 seen."},
		{check.Treatment{Leave: "fin", Viewers: "either", From: "profile", Seen: 3},
			"By the profile, viewers are ended or kept (by when they came) after fin: so were all 3 seen."},
		{check.Treatment{Leave: "vanish", Seen: 1}, "How viewers are treated after vanish no profile says, and too few were seen to learn it: 1."},
	} {
		if got := (&page{}).treatment(tt.t); got != tt.want {
			t.Errorf("\n got %s\nwant %s", got, tt.want)
		}
	}
}

// A change of epochs is the evidence of a case that has words of its own, and not what was odd.
func TestPolicyCase(t *testing.T) {
	const text = "play/live/s0/0 was kept after fin"
	c := Case{Text: text, Odd: &Odd{What: history.Switch, Detail: "x"}}
	if got := strings.Join((&page{}).words(Finding{}, c, 60, brief), "|"); got != text {
		t.Errorf("%q, want %q", got, text)
	}
}
