package phrase

// What the witnesses saw, and how viewers were treated over a return.
const (
	PolicyHeld      ID = "viewers.policy-held"
	PolicyEnded     ID = "viewers.policy-ended"
	PolicyContinued ID = "viewers.policy-continued"
	PolicyRestarted ID = "viewers.policy-restarted"

	ViewersTitle     ID = "viewers.title"
	ViewersEnd       ID = "viewers.end"
	ViewersStayed    ID = "viewers.stayed"
	ViewersStayedKey ID = "viewers.stayed-key"
	ViewersBackByte  ID = "viewers.back-byte"
	ViewersBack      ID = "viewers.back"
	ViewersBackKey   ID = "viewers.back-key"
	ViewersLost      ID = "viewers.lost"
	ViewersStall     ID = "viewers.stall"
	ViewersLatency   ID = "viewers.latency"

	ViewersRead      ID = "viewers.read"
	OneWitness       ID = "viewers.one-witness"
	ManyWitnesses    ID = "viewers.many-witnesses"
	ViewersSome      ID = "viewers.some"
	ViewersNone      ID = "viewers.none"
	OneUnstamped     ID = "viewers.one-unstamped"
	ManyUnstamped    ID = "viewers.many-unstamped"
	ViewersPolicy    ID = "viewers.policy"
	ViewersOther     ID = "viewers.other"
	ViewersUnknown   ID = "viewers.unknown"
	ViewersAreEnded  ID = "viewers.are-ended"
	ViewersAreHeld   ID = "viewers.are-held"
	ViewersEither    ID = "viewers.either"
	ViewersContinued ID = "viewers.continued"
	ViewersRestarted ID = "viewers.restarted"
	ViewersLearned   ID = "viewers.learned"
)

// viewers is the English of this area.
var viewers = map[ID]string{
	PolicyHeld:      "kept after %s, and got the next publish; others are ended",
	PolicyEnded:     "ended after %s; others are kept for the next publish",
	PolicyContinued: "kept after %s, and the timestamps went on; for others they start over",
	PolicyRestarted: "kept after %s, and the timestamps started over; for others they go on",

	ViewersTitle:     "What a return cost the viewers",
	ViewersEnd:       "departure to the viewer's end or last frame",
	ViewersStayed:    "publish to first frame, stayed",
	ViewersStayedKey: "publish to first keyframe, stayed",
	ViewersBackByte:  "publish or GET to first byte, came again",
	ViewersBack:      "publish or GET to first frame, came again",
	ViewersBackKey:   "publish or GET to first keyframe, came again",
	ViewersLost:      "media lost around a return",
	ViewersStall:     "stall beyond what timestamps explain",
	ViewersLatency:   "age of a frame on arrival",

	ViewersRead:      "%s read %s.",
	OneWitness:       "%s witness",
	ManyWitnesses:    "%s witnesses",
	ViewersSome:      "%s bore no stamp: whose they were, and whether one was missing, could not be verified.",
	ViewersNone:      "none of the frames that viewers got bore a stamp: nothing was verified of whose they were, and whether any was missing or old",
	OneUnstamped:     "%s video frame",
	ManyUnstamped:    "%s video frames",
	ViewersPolicy:    "After %s viewers are %s; %s seen.",
	ViewersOther:     "After %s viewers are %s; %s seen, %s of them treated otherwise.",
	ViewersUnknown:   "treated as no profile says, and too few were seen to learn it",
	ViewersAreEnded:  "ended",
	ViewersAreHeld:   "kept for the next publish",
	ViewersEither:    "ended or kept, by when they came",
	ViewersContinued: "%s, timestamps going on",
	ViewersRestarted: "%s, timestamps starting over",
	ViewersLearned:   "%s (learned in this run)",
}
