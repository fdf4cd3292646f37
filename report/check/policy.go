package check

import (
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// policies finds viewers that were treated otherwise over a return than this server treats them.
type policies struct {
	line    *timeline
	found   *found
	profile *profile.Profile
	viewers *viewers
}

func newPolicies(line *timeline, found *found, p *profile.Profile, v *viewers) *policies {
	return &policies{line: line, found: found, profile: p, viewers: v}
}

func (p *policies) Step(e history.Event) {}

func (p *policies) Finish() {}
