package phrase

// Sentences about the media that publishers send.
const (
	MediaBadFPS        ID = "media.bad-fps"
	MediaBadBitrate    ID = "media.bad-bitrate"
	MediaBadGOP        ID = "media.bad-gop"
	MediaTooLarge      ID = "media.too-large"
	MediaBitrateTooLow ID = "media.bitrate-too-low"

	MediaUnreadable    ID = "media.unreadable"
	MediaNoFile        ID = "media.no-file"
	MediaEmpty         ID = "media.empty"
	MediaFileTooLarge  ID = "media.file-too-large"
	MediaTooManyFrames ID = "media.too-many-frames"

	MediaNotFLV             ID = "media.not-flv"
	MediaBadVersion         ID = "media.bad-version"
	MediaBadDataOffset      ID = "media.bad-data-offset"
	MediaBadPreviousTagSize ID = "media.bad-previous-tag-size"
	MediaBadTagType         ID = "media.bad-tag-type"
	MediaEncrypted          ID = "media.encrypted"
	MediaBadStreamID        ID = "media.bad-stream-id"
	MediaCut                ID = "media.cut"

	MediaVideoCodec    ID = "media.video-codec"
	MediaAudioCodec    ID = "media.audio-codec"
	MediaEnhanced      ID = "media.enhanced"
	MediaNoConfig      ID = "media.no-config"
	MediaBadConfig     ID = "media.bad-config"
	MediaConfigChanges ID = "media.config-changes"
	MediaBadFrame      ID = "media.bad-frame"
	MediaTimeBack      ID = "media.time-back"
	MediaNoKeyframe    ID = "media.no-keyframe"
	MediaNoFrames      ID = "media.no-frames"
)

// What --media accepts, and how to get there.
const (
	mediaAccepted = "; accepted is an FLV file with H.264 (codec id 7), AAC (sound format 10) or both"
	mediaRemux    = "; write it anew with: ffmpeg -i FILE -c copy NEW.flv"
	mediaRecode   = mediaAccepted + ", as of: ffmpeg -i FILE -c:v libx264 -c:a aac NEW.flv"
)

// media is the English of this area.
var media = map[ID]string{
	MediaBadFPS:        "--fps %d is out of bounds; give 1 to %d frames a second",
	MediaBadBitrate:    "--bitrate %d is out of bounds; give bits a second, at most %d",
	MediaBadGOP:        "--gop %v is out of bounds; give a duration of at most %v",
	MediaTooLarge:      "--bitrate %d with --gop %v takes %d MiB of memory for one GOP; at most %d are allowed: lower either",
	MediaBitrateTooLow: "--bitrate %d is too low for %d frames a second; at least %d is possible, or lower --fps",

	MediaUnreadable:    "--media %s cannot be read: %v",
	MediaNoFile:        "--media %s is no regular file" + mediaAccepted,
	MediaEmpty:         "--media %s is empty: it ends at byte 0" + mediaAccepted,
	MediaFileTooLarge:  "--media %s has %d MiB; at most %d are accepted, cut it with: ffmpeg -i FILE -t 60 -c copy NEW.flv",
	MediaTooManyFrames: "--media %s: byte %d: its frames take more than %d MiB of memory; cut it with: ffmpeg -i FILE -t 60 -c copy NEW.flv",

	MediaNotFLV:             "--media %s is not FLV: no signature at byte %d" + mediaAccepted,
	MediaBadVersion:         "--media %s: byte %d: FLV version %d; only version 1 is known" + mediaAccepted,
	MediaBadDataOffset:      "--media %s: byte %d: the file header says that the data begins at byte %d" + mediaRemux,
	MediaBadPreviousTagSize: "--media %s: byte %d: PreviousTagSize is %d instead of %d" + mediaRemux,
	MediaBadTagType:         "--media %s: byte %d: a tag of unknown type %#02x; the file is damaged there" + mediaRemux,
	MediaEncrypted:          "--media %s: byte %d: the tag is encrypted" + mediaAccepted,
	MediaBadStreamID:        "--media %s: byte %d: StreamID is %d instead of 0" + mediaRemux,
	MediaCut:                "--media %s is cut short: it ends at byte %d, inside the tag at byte %d" + mediaRemux,

	MediaVideoCodec:    "--media %s: byte %d: the video is %s (codec id %d)" + mediaRecode,
	MediaAudioCodec:    "--media %s: byte %d: the audio is %s (sound format %d)" + mediaRecode,
	MediaEnhanced:      "--media %s: byte %d: the codec is %s of enhanced RTMP" + mediaRecode,
	MediaNoConfig:      "--media %s: byte %d: %s comes before its sequence header (%s)" + mediaRemux,
	MediaBadConfig:     "--media %s: byte %d: the sequence header (%s) is damaged: %v" + mediaRecode,
	MediaConfigChanges: "--media %s: byte %d: another sequence header; accepted is one for the whole file, as of: ffmpeg -i FILE -c:v libx264 -c:a aac NEW.flv",
	MediaBadFrame:      "--media %s: byte %d: the lengths inside the frame do not add up; the file is damaged there" + mediaRemux,
	MediaTimeBack:      "--media %s: byte %d: the timestamp goes back from %d to %d ms" + mediaRemux,
	MediaNoKeyframe:    "--media %s has no keyframe (IDR picture) up to its end at byte %d" + mediaRecode,
	MediaNoFrames:      "--media %s has neither video nor audio up to its end at byte %d" + mediaRecode,
}
