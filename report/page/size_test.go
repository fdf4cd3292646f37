package page

import (
	"fmt"
	"testing"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/story"
)

// Bounds of a page, in bytes.
const (
	ordinary = 300 << 10
	largest  = 5 << 20
)

// TestOrdinarySize holds that the page of an ordinary run is small.
func TestOrdinarySize(t *testing.T) {
	for _, name := range []string{"pass", "early-release", "sweep", "load-hold"} {
		if html := render(t, told(resultOf(t, name))); len(html) > ordinary {
			t.Errorf("the page of %s has %d bytes", name, len(html))
		}
	}
}

// TestLargestSize makes a page of ten thousand keys, each with a finding and a long line of the log, and of as many epochs as a story keeps.
func TestLargestSize(t *testing.T) {
	r := told(resultOf(t, "early-release"))
	f := &r.English.Findings[0]
	example, key := f.Cases[0], r.English.Keys[0]
	f.Keys, f.Cases, r.English.Keys = nil, nil, nil
	for i := range 10_000 {
		name := fmt.Sprintf("live/a-stream-with-a-name-%d", i)
		c, k := example, key
		c.Key, c.Log, c.Epoch, k.Key.Key = name, fmt.Sprintf("[%d] %s pattern=/%s.flv exists", i*7919%10007, example.Log, name), uint32(i), name
		f.Keys, f.Cases, r.English.Keys = append(f.Keys, name), append(f.Cases, c), append(r.English.Keys, k)
	}
	r.Chinese = r.English
	r.Story.Lanes = nil
	for i := range 2000 {
		lane := story.Lane{Key: fmt.Sprintf("live/a-stream-with-a-name-%d", i)}
		for n := range 20 {
			at := int64(n*1_800_000 + i*7919%1_000_003)
			lane.Bars = append(lane.Bars, story.Bar{From: at, Len: 1_700_001 + at%977, Epoch: uint32(n), N: 1})
			lane.Gaps = append(lane.Gaps, story.Gap{From: at + 1_700_000, Len: 1000 + at%991, N: 1})
		}
		r.Story.Lanes = append(r.Story.Lanes, lane)
	}
	html := render(t, r)
	if len(html) > largest {
		t.Errorf("the page has %d bytes", len(html))
	}
	page := parse(t, html)
	page.wellFormed(t)
	if len(page.elements) > 10_000 {
		t.Errorf("the page has %d elements", len(page.elements))
	}
	t.Logf("%d bytes, %d elements", len(html), len(page.elements))
}

// TestMoreIsSaid holds that what a list leaves out is said.
func TestMoreIsSaid(t *testing.T) {
	r := resultOf(t, "early-release")
	f := &r.Findings[0]
	for i := range 300 {
		f.Keys = append(f.Keys, fmt.Sprintf("live/x%d", i))
	}
	told := r.Tell(phrase.English)
	if n, more := len(told.Findings[0].Keys), told.Findings[0].KeysMore; n >= 300 || more != fmt.Sprintf("and %s more in the JSON", report.Count(int64(len(f.Keys)-n))) {
		t.Errorf("%d keys, %q", n, more)
	}
}
