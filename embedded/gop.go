package embedded

import (
	"bytes"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// opening is what a player must be told before the first frame: the FLV header, onMetaData and the decoder configurations.
type opening struct {
	metadata, video, audio []byte // tag bodies, nil while unknown
	audioSeen, videoSeen   bool
	built                  *batch // nil when something changed

	// version counts the decoder configurations; zero while there is none.
	version   int
	configs   *batch // nil when one changed
	configsAt uint32 // timestamp of the tags in configs
}

// slot is where a body belongs in the opening, nil if it is no part of it.
func (o *opening) slot(tag flv.Tag, body []byte) *[]byte {
	switch {
	case tag.Type == flv.Script && isMetadata(body):
		return &o.metadata
	case tag.Type == flv.Video && tag.IsSequenceHeader():
		return &o.video
	case tag.Type == flv.Audio && tag.IsSequenceHeader():
		return &o.audio
	}
	return nil
}

// see takes note of a track.
func (o *opening) see(t flv.TagType) {
	o.audioSeen = o.audioSeen || t == flv.Audio
	o.videoSeen = o.videoSeen || t == flv.Video
}

// fill keeps body in its slot.
func (o *opening) fill(slot *[]byte, body []byte) {
	*slot = bytes.Clone(body)
	o.built = nil
	if slot != &o.metadata {
		o.version++
		o.configs = nil
	}
}

// configurations returns the decoder configurations as they are now, for a viewer that missed how they changed and goes
// on at timestamp.
func (o *opening) configurations(timestamp uint32) *batch {
	if o.configs != nil && o.configsAt == timestamp {
		return o.configs
	}
	b := make([]byte, chunkHead, chunkHead+len(o.video)+len(o.audio)+2*(flv.TagHeaderSize+flv.TrailerSize)+chunkTail)
	o.configs, o.configsAt = seal(o.appendConfigurations(b, timestamp), false), timestamp
	return o.configs
}

func (o *opening) appendConfigurations(b []byte, timestamp uint32) []byte {
	if o.video != nil {
		b = flv.AppendTag(b, flv.Video, timestamp, o.video)
	}
	if o.audio != nil {
		b = flv.AppendTag(b, flv.Audio, timestamp, o.audio)
	}
	return b
}

// batch returns the opening as it is now.
func (o *opening) batch() *batch {
	if o.built != nil {
		return o.built
	}
	room := chunkHead + flv.HeaderSize + 4 + chunkTail
	for _, body := range [][]byte{o.metadata, o.video, o.audio} {
		room += flv.TagHeaderSize + len(body) + flv.TrailerSize
	}
	b := o.appendHead(make([]byte, chunkHead, room))
	o.built = seal(o.appendConfigurations(b, 0), false)
	return o.built
}

// appendHead appends the opening without the decoder configurations.
func (o *opening) appendHead(b []byte) []byte {
	audio, video := o.tracks()
	b = flv.AppendHeader(b, audio, video)
	if o.metadata != nil {
		b = flv.AppendTag(b, flv.Script, 0, o.metadata)
	}
	return b
}

// tracks guesses what the header has to announce, when the first frame is there. A player may wait for a track that was
// announced and never comes, and may ignore one that comes unannounced. Metadata says it; what has been seen counts
// too; without metadata both are announced, for the second track's first tag may be on its way.
func (o *opening) tracks() (audio, video bool) {
	if o.metadata == nil {
		return true, true
	}
	return o.audioSeen || bytes.Contains(o.metadata, []byte("audiocodecid")),
		o.videoSeen || bytes.Contains(o.metadata, []byte("videocodecid"))
}

// isMetadata says whether a script body is onMetaData, by the AMF0 string it begins with.
func isMetadata(body []byte) bool {
	return bytes.HasPrefix(body, []byte("\x02\x00\x0aonMetaData"))
}

// gopCache keeps what was sent since the last entry, so that a new viewer has a picture at once.
type gopCache struct {
	max     int // bytes
	batches []*batch
	size    int
}

// add keeps b. A group of pictures that grows beyond the bound is not kept at all.
func (c *gopCache) add(b *batch) {
	if b.entry {
		c.clear()
	} else if len(c.batches) == 0 {
		return
	}
	if c.size += len(b.framed); c.size > c.max {
		c.clear()
		return
	}
	c.batches = append(c.batches, b)
}

// clear forgets everything.
func (c *gopCache) clear() {
	clear(c.batches)
	c.batches, c.size = c.batches[:0], 0
}
