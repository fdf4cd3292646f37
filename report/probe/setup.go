package probe

import (
	"fmt"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/codec"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// setupSays is in a few words what the last configuration says.
func (t *track) setupSays() string {
	words := []string{string(t.setupOf)}
	if v, ok, err := codec.ParseVideo(t.setupOf, t.setup); ok && err == nil {
		words = append(words, v.Profile, v.Level, fmt.Sprintf("%d×%d", v.Width, v.Height))
		if v.Chroma != "" && v.Chroma != "4:2:0" {
			words = append(words, v.Chroma)
		}
		if v.Depth > 8 {
			words = append(words, phrase.English.Say(phrase.ProbeDepth, v.Depth))
		}
	} else if a, ok, err := codec.ParseAudio(t.setupOf, t.setup); ok && err == nil {
		words = append(words, a.Profile, fmt.Sprintf("%g kHz", float64(a.Rate)/1000), channels(a.Channels))
	}
	return strings.Join(words, " ")
}

// channels says how many there are.
func channels(n int) string {
	switch n {
	case 1:
		return phrase.English.Say(phrase.ProbeMono)
	case 2:
		return phrase.English.Say(phrase.ProbeStereo)
	}
	return phrase.English.Say(phrase.ProbeChannels, n)
}

// judgeProfile judges who can decode the picture. Browsers, phones and TVs do H.264 up to High, in hardware and without: 8 bits,
// and 4:2:0. Who has HEVC has Main 10 too.
func (w *Watch) judgeProfile(at time.Duration) {
	v, ok, err := codec.ParseVideo(w.video.setupOf, w.video.setup)
	if !ok || err != nil || w.video.frames == 0 || v.Chroma == "" {
		return
	}
	chroma := v.Chroma != "4:2:0" && v.Chroma != "4:0:0"
	switch {
	case w.video.setupOf == codec.H264 && (chroma || v.Depth > 8):
		w.add(faultProfile, at, w.video.setupOf, v.Profile, v.Chroma, v.Depth)
	case w.video.setupOf == codec.HEVC && (chroma || v.Depth > 10):
		w.add(faultRext, at, w.video.setupOf, v.Profile, v.Chroma, v.Depth)
	}
}
