package phrase

// Sentences about the media that publishers send.
const (
	MediaBadFPS        ID = "media.bad-fps"
	MediaBadBitrate    ID = "media.bad-bitrate"
	MediaBadGOP        ID = "media.bad-gop"
	MediaTooLarge      ID = "media.too-large"
	MediaBitrateTooLow ID = "media.bitrate-too-low"
)

// media is the English of this area.
var media = map[ID]string{
	MediaBadFPS:        "--fps %d is out of bounds; give 1 to %d frames a second",
	MediaBadBitrate:    "--bitrate %d is out of bounds; give bits a second, at most %d",
	MediaBadGOP:        "--gop %v is out of bounds; give a duration of at most %v",
	MediaTooLarge:      "--bitrate %d with --gop %v takes %d MiB of memory for one GOP; at most %d are allowed: lower either",
	MediaBitrateTooLow: "--bitrate %d is too low for %d frames a second; at least %d is possible, or lower --fps",
}
