package codec

import (
	"encoding/binary"
	"fmt"
)

// Audio is what is known of the sound. Fields that nothing says are zero.
type Audio struct {
	Profile  string `json:"profile,omitempty"` // "LC"
	Rate     int    `json:"sample_rate,omitempty"`
	Channels int    `json:"channels,omitempty"`
}

// ParseAudio parses the configuration of a codec. ok is false for codecs whose configuration is not read here.
func ParseAudio(c Name, config []byte) (a Audio, ok bool, err error) {
	switch c {
	case AAC:
		a, err = parseAAC(config)
	case Opus:
		a, err = parseOpus(config)
	default:
		return Audio{}, false, nil
	}
	if err != nil {
		return Audio{}, true, err
	}
	return a, true, nil
}

// aacRates are the frequencies of samplingFrequencyIndex (ISO/IEC 14496-3, table 1.18), aacChannels the number of channels
// by channelConfiguration (table 1.19), 0 where something else says it.
var (
	aacRates    = [...]int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}
	aacChannels = [16]int{0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 0, 8, 0}
)

// aacProfiles names audioObjectType (ISO/IEC 14496-3, table 1.17).
var aacProfiles = map[uint32]string{
	1: "Main", 2: "LC", 3: "SSR", 4: "LTP", 5: "HE", 17: "ER LC", 23: "ER LD", 29: "HE v2", 39: "ER ELD", 42: "xHE",
}

// parseAAC parses an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1), with the SBR and PS that stand in front or behind.
func parseAAC(b []byte) (Audio, error) {
	r := bitReader{b: b}
	kind := r.aacType()
	a := Audio{Rate: r.aacRate()}
	channels := r.u(4)
	a.Channels = aacChannels[channels]
	sbr, ps := kind == 5 || kind == 29, kind == 29
	if sbr {
		a.Rate = r.aacRate() // extensionSamplingFrequency
		kind = r.aacType()
	}
	switch {
	case r.over:
		return Audio{}, ErrShort
	case a.Rate < 1000 || a.Rate > 192000:
		return Audio{}, ErrReserved
	}
	if !sbr && kind == 2 && channels != 0 {
		// GASpecificConfig (4.4.1): frameLengthFlag, dependsOnCoreCoder, extensionFlag; then perhaps the sync extension.
		r.u(1)
		if r.flag() {
			r.skip(14)
		}
		r.u(1)
		if r.u(11) == 0x2b7 && r.aacType() == 5 && r.flag() {
			if rate := r.aacRate(); !r.over && rate >= 1000 && rate <= 192000 {
				sbr, a.Rate = true, rate
				ps = r.u(11) == 0x548 && r.flag()
			}
		}
	}
	name, ok := aacProfiles[kind]
	switch {
	case ps:
		a.Profile, a.Channels = "HE v2", max(a.Channels, 2)
	case sbr:
		a.Profile = "HE"
	case ok:
		a.Profile = name
	default:
		a.Profile = fmt.Sprintf("object type %d", kind)
	}
	return a, nil
}

// aacType reads an audioObjectType.
func (r *bitReader) aacType() uint32 {
	if t := r.u(5); t != 31 {
		return t
	}
	return 32 + r.u(6)
}

// aacRate reads a sampling frequency, 0 where it is reserved.
func (r *bitReader) aacRate() int {
	switch i := int(r.u(4)); {
	case i < len(aacRates):
		return aacRates[i]
	case i == 15:
		return int(r.u(24))
	}
	return 0
}

// parseOpus parses the identification header (RFC 7845, 5.1), which is what enhanced RTMP sends. Opus is always played at 48 kHz.
func parseOpus(b []byte) (Audio, error) {
	if len(b) < 19 {
		return Audio{}, ErrShort
	}
	if string(b[:8]) != "OpusHead" || b[9] == 0 {
		return Audio{}, ErrReserved
	}
	a := Audio{Rate: 48000, Channels: int(b[9])}
	if was := binary.LittleEndian.Uint32(b[12:]); was == 0 || was > 192000 {
		return Audio{}, ErrReserved
	}
	return a, nil
}
