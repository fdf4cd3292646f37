package check

import (
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// media judges what the witnesses received: whose frames, which of them, and whether they were as they had been sent.
type media struct {
	line    *timeline
	found   *found
	profile *profile.Profile
}

func newMedia(line *timeline, found *found, p *profile.Profile) *media {
	return &media{line: line, found: found, profile: p}
}

func (m *media) Step(e history.Event) {}

func (m *media) Finish() {}
