package smoke

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
)

// What cases send beside what every publisher sends, by the names that their cycles have.
const (
	Other     = "other"      // another size, profile and sampling rate
	AudioOnly = "audio-only" // no picture
	VideoOnly = "video-only" // no sound
	Heavy     = "heavy"      // fills the buffers between the server and a player that does not read
)

// heavyBitrate fills what a socket may keep, which on Linux grows to 4 MiB (net.ipv4.tcp_wmem), within the two seconds that a
// publish lives.
const heavyBitrate = 20_000_000

// GOP is from keyframe to keyframe in the suite. A server that keeps no pictures for newcomers has a player wait for the next
// keyframe, and that must not look like starving in publishes that live for a second or two.
const GOP = 250 * time.Millisecond

// Clips makes them, for chaos.Run.
func Clips() (map[string]*media.Clip, error) {
	clips := map[string]*media.Clip{}
	for name, spec := range map[string]media.Spec{
		Other:     {Variant: media.Other, GOP: GOP},
		AudioOnly: {Variant: media.AudioOnly},
		VideoOnly: {Variant: media.VideoOnly, GOP: GOP},
		Heavy:     {Bitrate: heavyBitrate, GOP: GOP},
	} {
		clip, err := media.Synthetic(spec)
		if err != nil {
			return nil, err
		}
		clips[name] = clip
	}
	return clips, nil
}
