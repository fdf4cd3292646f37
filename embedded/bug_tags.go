package embedded

import (
	"encoding/binary"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// nowAndThen is at which frames something goes wrong: at each so-many-th of a key.
const nowAndThen = 25

// torn-tag writes now and then the size of the body alone as PreviousTagSize, where it has to be that of the whole tag
// (FLV 10.1, E.3). The tags themselves are whole.
var tornTag = Bug{
	Name: "torn-tag",
	Does: phrase.EmbeddedBugTornTag,
	framed: func(m *mount, tag []byte) {
		if m.key.frames.Load()%nowAndThen == 0 {
			trailer := tag[len(tag)-flv.TrailerSize:]
			binary.BigEndian.PutUint32(trailer, binary.BigEndian.Uint32(trailer)-flv.TagHeaderSize)
		}
	},
}

// ts-rewind has now and then a frame be 200 ms older than it is.
var tsRewind = Bug{
	Name: "ts-rewind",
	Does: phrase.EmbeddedBugTSRewind,
	passes: func(m *mount, tag *flv.Tag) bool {
		if m.key.frames.Load()%nowAndThen == 0 && tag.Timestamp > 200 {
			tag.Timestamp -= 200
		}
		return true
	},
}

// drop-frames loses every eighth picture that is no keyframe.
var dropFrames = Bug{
	Name: "drop-frames",
	Does: phrase.EmbeddedBugDropFrames,
	passes: func(m *mount, tag *flv.Tag) bool {
		if tag.Type != flv.Video || tag.Keyframe() {
			return true
		}
		m.key.remembers.pictures++
		return m.key.remembers.pictures%8 != 0
	},
}
