package chaos

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/load"
)

// What witnesses may rely on is what holds of everything that their key is sent: a rate, or silence, in one cycle or of a
// rival counts for all of it.
func TestSounds(t *testing.T) {
	clip := func(v media.Variant) *media.Clip {
		c, err := media.Synthetic(media.Spec{Variant: v})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	usual, other, silent := clip(media.Usual), clip(media.Other), clip(media.VideoOnly)
	cycle := func(clip string) Cycle { return Cycle{Live: time.Second, Leave: "fin", Clip: clip} }
	run := Run{
		Publishers: &load.Publishers{Clip: usual}, Clips: map[string]*media.Clip{"other": other, "silent": silent},
		Plan: scripted(
			Script{Stream: "a", Cycles: []Cycle{cycle(""), cycle("")}},
			Script{Stream: "b", Cycles: []Cycle{cycle(""), cycle("other")}},
			Script{Stream: "c", Cycles: []Cycle{cycle("other"), cycle("silent")}},
			Script{Stream: "d", Cycles: []Cycle{cycle("")}, Rival: &Rival{Cycles: []Cycle{cycle("other")}}},
		),
	}
	slower := max(usual.Sound().Every, other.Sound().Every)
	want := []media.Sound{usual.Sound(), {Every: slower, Distinct: true}, {}, {Every: slower, Distinct: true}}
	if diff := cmp.Diff(want, run.sounds()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if usual.Sound() == other.Sound() {
		t.Error("the two variants sound alike, so that nothing is told apart")
	}
}
