package report

import (
	"testing"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// seen is what five witnesses saw of a server that keeps its viewers, most of the time.
func seen() check.Viewers {
	v := check.New(history.Header{}).Finish().Outcome.Viewers
	v.Witnesses, v.Frames, v.Unstamped = 5, 12_340, 17
	for i := range int64(90) {
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
