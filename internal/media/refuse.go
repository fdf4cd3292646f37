package media

import (
	"errors"
	"fmt"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/yutopp/go-flv/tag"
)

// faults are the sentences for what the scanner may find wrong with a file. All but the first take the value found.
var faults = map[flv.Fault]phrase.ID{
	flv.BadSignature:       phrase.MediaNotFLV,
	flv.BadVersion:         phrase.MediaBadVersion,
	flv.BadDataOffset:      phrase.MediaBadDataOffset,
	flv.BadPreviousTagSize: phrase.MediaBadPreviousTagSize,
	flv.BadTagType:         phrase.MediaBadTagType,
	flv.Encrypted:          phrase.MediaEncrypted,
	flv.BadStreamID:        phrase.MediaBadStreamID,
}

// unscannable says an error of the scanner to the user.
func (l *loader) unscannable(err error) error {
	var format *flv.FormatError
	var cut *flv.CutError
	switch {
	case errors.As(err, &cut):
		return phrase.Errorf(phrase.MediaCut, l.path, cut.Offset, cut.Tag)
	case errors.As(err, &format):
		switch id := faults[format.What]; format.What {
		case flv.BadSignature, flv.Encrypted:
			return phrase.Errorf(id, l.path, format.Offset)
		case flv.BadPreviousTagSize:
			return phrase.Errorf(id, l.path, format.Offset, format.Got, format.Want)
		default:
			return phrase.Errorf(id, l.path, format.Offset, format.Got)
		}
	}
	return phrase.Errorf(phrase.MediaUnreadable, l.path, err)
}

// videoCodec names a CodecID (FLV 10.1, E.4.3.1), also those that only some servers know.
func videoCodec(id tag.CodecID) string {
	switch id {
	case tag.CodecIDJPEG:
		return "JPEG"
	case tag.CodecIDSorensonH263:
		return "Sorenson H.263"
	case tag.CodecIDScreenVideo, tag.CodecIDScreenVideoVersion2:
		return "Screen Video"
	case tag.CodecIDOn2VP6, tag.CodecIDOn2VP6WithAlphaChannel:
		return "VP6"
	case flv.CodecHEVC:
		return "H.265"
	case 13:
		return "AV1"
	}
	return "of an unknown codec"
}

// audioCodec names a SoundFormat (FLV 10.1, E.4.2.1), also those that only some servers know.
func audioCodec(f tag.SoundFormat) string {
	switch f {
	case tag.SoundFormatLinearPCMPlatformEndian, tag.SoundFormatLinearPCMLittleEndian:
		return "PCM"
	case tag.SoundFormatADPCM:
		return "ADPCM"
	case tag.SoundFormatMP3, tag.SoundFormatMP3_8kHz:
		return "MP3"
	case tag.SoundFormatNellymoser, tag.SoundFormatNellymoser16kHzMono, tag.SoundFormatNellymoser8kHzMono:
		return "Nellymoser"
	case tag.SoundFormatG711ALawLogarithmicPCM, tag.SoundFormatG711muLawLogarithmicPCM:
		return "G.711"
	case tag.SoundFormatSpeex:
		return "Speex"
	case 13:
		return "Opus"
	}
	return "of an unknown codec"
}

// fourCC is the codec that a body of enhanced RTMP names.
func fourCC(b []byte) string {
	if len(b) < 5 {
		return "????"
	}
	return fmt.Sprintf("%q", b[1:5])
}
