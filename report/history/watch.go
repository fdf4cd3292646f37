package history

import "time"

// What a witness sees: a player that reads every frame. It tells what it received in stretches, and what was wrong with it frame
// by frame; whether that is the server's fault is for the judgement to say, which knows who published when.

// Watched is one stretch of frames that a witness received without anything odd between them: all of one epoch, which is
// that of the event. It is told about every 500 ms, and whenever a stretch ends: with its epoch, with an Oddity, with the
// session. All times are on the run's clock.
type Watched struct {
	Session int `json:"session"`
	// From and To are the sequence numbers of the first and the last stamped video frame, Video how many there were.
	From  uint32 `json:"from"`
	To    uint32 `json:"to"`
	Video int64  `json:"video"`
	// Audio counts audio frames, Unstamped video frames without a stamp, Bytes all of their tags.
	Audio     int64 `json:"audio,omitempty"`
	Unstamped int64 `json:"unstamped,omitempty"`
	Bytes     int64 `json:"bytes"`
	// First and Last are when the first and the last stamped frame arrived, FirstSent and LastSent when they had been sent,
	// and FirstTime and LastTime their FLV timestamps, ms.
	First     time.Duration `json:"first_ns"`
	Last      time.Duration `json:"last_ns"`
	FirstSent time.Duration `json:"first_sent_ns"`
	LastSent  time.Duration `json:"last_sent_ns"`
	FirstTime uint32        `json:"first_time"`
	LastTime  uint32        `json:"last_time"`
	// Key is when its first keyframe arrived, zero where it has none.
	Key time.Duration `json:"key_ns,omitempty"`
	// Ages are how old the frames were when they arrived that were sent after the player's GET, in µs.
	Ages []int64 `json:"ages_us,omitempty"`
}

// Stall is a silence in the middle of an epoch that was longer than the timestamps around it explain by half a second or
// more. At is when it ended.
type Stall struct {
	Session   int           `json:"session"`
	Gap       time.Duration `json:"gap_ns"`       // between the arrivals of the two tags
	Explained time.Duration `json:"explained_ns"` // by their timestamps
}

// Oddity is something that a witness saw and that an orderly stream doesn't have. The event's Epoch is the epoch of the
// frame, where it had a stamp. At is when the tag arrived.
type Oddity struct {
	Session int  `json:"session"`
	What    What `json:"what"`
	// Detail says more: numbers, and names of fields of the format. Nothing of a stranger's text is in it.
	Detail string `json:"detail,omitempty"`
	// Missing is, of a Gap, how many frames did not come; of a Switch, the epoch before.
	Missing int64 `json:"missing,omitempty"`
	// Drained says, of a Gap, for how long before it the player had not had all that there was for it: it had not read it, or
	// frames came that much later than usual. One that is behind, or behind a narrow path, has no claim to every frame.
	Drained time.Duration `json:"drained_ns,omitempty"`
	// Tags are the last ones before the tag in question and that tag itself, which Index names; one or two may come after it.
	Tags  []SeenTag `json:"tags,omitempty"`
	Index int       `json:"index"`
	// File is a small FLV around it, below the run's folder; empty where there were too many already.
	File string `json:"file,omitempty"`
	// More is how many more of this kind the session had, which are not told one by one; then the rest says nothing.
	More int64 `json:"more,omitempty"`
}

// What is what a witness found odd.
type What string

const (
	// Of the sequence of frames within an epoch, by the stamps.
	Gap   What = "gap"   // frames are missing, and did not come later
	Again What = "again" // a frame that had come came again
	Back  What = "back"  // a frame came after one that is later in the stream
	// Of the content.
	Damaged What = "damaged" // a stamp whose own checksum is wrong, or that is cut
	Altered What = "altered" // the picture is not what the publisher sent, by the stamp's checksum of it
	Sizes   What = "sizes"   // the lengths of the NAL units don't add up to the tag
	Future  What = "future"  // a stamp from the future: nobody can have sent that yet
	// Of whose frames they are.
	Switch  What = "switch"  // the epoch went back to an earlier one, or changed right at the start of a session
	Foreign What = "foreign" // a stamp of this run, but of another key
	// Of the FLV (Adobe FLV 10.1, annex E) and of what a decoder needs.
	FileHeader    What = "file-header"     // signature, version or DataOffset (E.2)
	PreviousSize  What = "previous-size"   // PreviousTagSize is not the size of the tag before (E.3)
	TagHeader     What = "tag-header"      // unknown type, encrypted, StreamID not zero (E.4.1)
	TimeBack      What = "time-back"       // a timestamp goes back within an epoch
	NoSequence    What = "no-sequence"     // a frame came, and no sequence header of its codec before it
	NoKeyframe    What = "no-keyframe"     // the first picture of a session, or of an epoch, is no keyframe
	Unannounced   What = "unannounced"     // a frame was coded with other parameters than the last sequence header has
	SecondHeader  What = "second-header"   // an FLV file header in the middle of a stream
	TooMuchScript What = "too-much-script" // hundreds of script tags and no frame between them
)

func (Watched) Kind() string { return "watched" }
func (Stall) Kind() string   { return "stall" }
func (Oddity) Kind() string  { return "oddity" }

// SeenTag is one tag as a witness received it.
type SeenTag struct {
	Type   string        `json:"type"` // "audio", "video", "script"
	Time   uint32        `json:"time"` // FLV timestamp, ms
	Size   int           `json:"size"` // of the body, bytes
	Offset int64         `json:"offset"`
	Key    bool          `json:"key,omitempty"`      // a keyframe
	Config bool          `json:"sequence,omitempty"` // a sequence header
	Stamp  bool          `json:"stamp,omitempty"`    // the following three are known
	Epoch  uint32        `json:"epoch,omitempty"`
	Seq    uint32        `json:"seq,omitempty"`
	Age    time.Duration `json:"age_ns,omitempty"`
	At     time.Duration `json:"at_ns"` // when it arrived
}
