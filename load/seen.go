package load

import (
	"encoding/binary"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
)

// maxVerified is the size of a body up to which a witness reads it whole, in bytes. Of a larger one it knows the head.
const maxVerified = 2 << 20

// seen is one tag as a witness sees it, with all that its body tells. It holds no memory of the stream's.
type seen struct {
	flv.Tag
	at     time.Duration // when its last byte came
	behind time.Duration // for how long the player had then not read all
	lag    time.Duration // for how long, then or at the frame before, it had not had all

	media, sequence, keyframe bool
	reserved                  bool // its codec is none

	needs   bool // it can't be decoded without a sequence header
	plain   bool // an AVC body of the usual kind, whose NAL units can be told apart
	stamped bool
	damage  error // of its stamp
	stamp   media.Stamp
	misfit  bool   // the lengths of its NAL units don't add up
	summed  bool   // sum is known
	sum     uint32 // media.PictureSum, or of a sequence header media.ConfigSum
	lengths int    // of a sequence header: how long the lengths of NAL units are, in bytes; 0 where it doesn't say
}

// look is what a tag's body tells, given the whole of it or nil where it is too long. lengthSize is how long the lengths of the
// NAL units are, by the last sequence header.
func look(tag flv.Tag, body []byte, lengthSize int) seen {
	if body != nil {
		tag.Head = body // the head was the scanner's, which has read on since
	}
	f := seen{Tag: tag, media: tag.IsMedia(), sequence: tag.IsSequenceHeader(), keyframe: tag.Keyframe(), needs: tag.NeedsSequence(), reserved: tag.Reserved()}
	head := tag.Head
	f.Head = nil
	if tag.Type != flv.Video || len(head) == 0 || tag.Enhanced() || head[0]&0x0f != flv.CodecAVC {
		return f
	}
	f.plain = true
	switch {
	case f.sequence && body != nil:
		f.sum, f.summed = media.ConfigSum(body)
		f.lengths, _ = media.LengthSize(body)
		f.misfit = !f.summed
	case f.media:
		f.stamp, f.stamped, f.damage = media.FindStamp(head)
		switch {
		case body == nil:
			if f.damage != nil && len(head) < tag.Size {
				f.stamped, f.damage = false, nil // what is missing was not read
			}
			f.misfit = lengthSize == 4 && startsTooLong(head, tag.Size)
		case f.stamped:
			f.sum, f.summed = media.PictureSum(body)
			f.misfit = !f.summed
		case lengthSize > 0:
			f.misfit = !media.LengthsAddUp(body, lengthSize)
		}
	}
	return f
}

// startsTooLong reports whether the first NAL unit of a picture, of whose body only the head is known, is longer than the body.
func startsTooLong(head []byte, size int) bool {
	const lengthAt, nalAt = 5, 9 // behind frame type and codec, packet type, composition time (FLV 10.1, E.4.3.1 and E.4.3.2)
	return len(head) >= nalAt && int64(binary.BigEndian.Uint32(head[lengthAt:])) > int64(size)-nalAt
}

// end is where in the stream the next tag begins.
func (f *seen) end() int64 { return f.Offset + flv.TagHeaderSize + int64(f.Size) + flv.TrailerSize }

// noted is f as a history tells it. sent is when it was sent on the run's clock, if it is stamped.
func (f *seen) noted(sent time.Duration) history.SeenTag {
	t := history.SeenTag{
		Type: f.Type.String(), Time: f.Timestamp, Size: f.Size, Offset: f.Offset, Key: f.keyframe, Config: f.sequence, At: f.at,
	}
	if f.stamped && f.damage == nil {
		t.Stamp, t.Epoch, t.Seq, t.Age = true, f.stamp.Epoch, f.stamp.Seq, f.at-sent
	}
	return t
}
