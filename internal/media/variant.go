package media

// Variant is one of the kinds of stream that can be made: a server must not mix up what it kept of one with the next.
type Variant uint8

const (
	// Usual is 256 × 144 pixels in Constrained Baseline, with sound at 48 kHz.
	Usual Variant = iota
	// Other differs from Usual in all that a sequence header says: 320 × 240 pixels in High, with sound at 32 kHz.
	Other
	// VideoOnly is the picture of Usual without sound.
	VideoOnly
	// AudioOnly is the sound of Usual without a picture, so its frames carry no stamps. All of Bitrate is its own, up to the
	// 109 kbit/s that silence can take.
	AudioOnly
)

// shape is what a Variant is made of.
type shape struct {
	width, height int  // of the picture in macroblocks of 16 × 16 pixels, with nothing to crop; 0 without a picture
	high          bool // profile High, else Constrained Baseline
	rate          int  // of the sound, Hz; 0 without sound
}

// shapes of the variants.
var shapes = [...]shape{
	Usual:     {width: 16, height: 9, rate: 48000},
	Other:     {width: 20, height: 15, high: true, rate: 32000},
	VideoOnly: {width: 16, height: 9},
	AudioOnly: {rate: 48000},
}

// macroblocks is how many a picture has.
func (s shape) macroblocks() int { return s.width * s.height }

// lapSeconds is how long a lap takes: the least number of seconds that hold a whole number of frames of sound, so that
// picture and sound meet where it closes.
func (s shape) lapSeconds() int {
	a, b := aacSamples, s.rate
	for b > 0 {
		a, b = b, a%b
	}
	return aacSamples / a
}
