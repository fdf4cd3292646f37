package phrase

// How frames came that should not have: what a case of stale or mixed media says.
const (
	WitnessedAfter     ID = "witnessed.after"
	WitnessedGone      ID = "witnessed.gone"
	WitnessedOpened    ID = "witnessed.opened"
	WitnessedTogether  ID = "witnessed.together"
	WitnessedRefused   ID = "witnessed.refused"
	WitnessedLongAgo   ID = "witnessed.long-ago"
	WitnessedNeverSent ID = "witnessed.never-sent"
)

// What a witness found odd, by history.What.
const (
	WitnessedGap           ID = "witnessed.gap"
	WitnessedGapBetween    ID = "witnessed.gap.between"
	WitnessedAgain         ID = "witnessed.again"
	WitnessedBack          ID = "witnessed.back"
	WitnessedDamaged       ID = "witnessed.damaged"
	WitnessedAltered       ID = "witnessed.altered"
	WitnessedSizes         ID = "witnessed.sizes"
	WitnessedFuture        ID = "witnessed.future"
	WitnessedForeign       ID = "witnessed.foreign"
	WitnessedFileHeader    ID = "witnessed.file-header"
	WitnessedPreviousSize  ID = "witnessed.previous-size"
	WitnessedTagHeader     ID = "witnessed.tag-header"
	WitnessedTimeBack      ID = "witnessed.time-back"
	WitnessedNoSequence    ID = "witnessed.no-sequence"
	WitnessedNoKeyframe    ID = "witnessed.no-keyframe"
	WitnessedUnannounced   ID = "witnessed.unannounced"
	WitnessedSecondHeader  ID = "witnessed.second-header"
	WitnessedTooMuchScript ID = "witnessed.too-much-script"
	WitnessedOther         ID = "witnessed.other"
	WitnessedDetail        ID = "witnessed.detail"
	WitnessedByte          ID = "witnessed.byte"
	WitnessedThatAfter     ID = "witnessed.that-after"
)

// What a player did not get.
const (
	WitnessedStarved  ID = "witnessed.starved"
	WitnessedDenied   ID = "witnessed.denied"
	WitnessedToTheEnd ID = "witnessed.to-the-end"
	WitnessedFedAgain ID = "witnessed.fed-again"
)

// The tags around it.
const (
	WitnessedTags     ID = "witnessed.tags"
	WitnessedTag      ID = "witnessed.tag"
	WitnessedTime     ID = "witnessed.time"
	WitnessedBytes    ID = "witnessed.bytes"
	WitnessedFrame    ID = "witnessed.frame"
	WitnessedAge      ID = "witnessed.age"
	WitnessedKeyframe ID = "witnessed.keyframe"
	WitnessedSequence ID = "witnessed.sequence"
	WitnessedFiles    ID = "witnessed.files"
	WitnessedBy       ID = "witnessed.by"
	OneViewing        ID = "one.viewing"
	ManyViewings      ID = "many.viewings"
)

// witnessed is the English of this area.
var witnessed = map[ID]string{
	WitnessedAfter:     "frames of epoch %d after those of epoch %d",
	WitnessedGone:      "%s; their publisher had left %s before",
	WitnessedOpened:    "frames of epoch %d, on a connection opened %s after epoch %d was accepted",
	WitnessedTogether:  "frames of epochs %d and %d in turns; both publishers were live",
	WitnessedRefused:   "frames of epoch %d, which was refused, among those of epoch %d",
	WitnessedLongAgo:   "frames of epoch %d, which ended many publishes ago",
	WitnessedNeverSent: "frames of epoch %d, and nobody published under that number",

	WitnessedGap:           "%s missing, for a player that kept up",
	WitnessedGapBetween:    "%s missing between %d and %d, for a player that kept up",
	WitnessedAgain:         "a frame came a second time",
	WitnessedBack:          "a frame came after one that was sent later",
	WitnessedDamaged:       "the stamp in a frame is damaged",
	WitnessedAltered:       "a picture is not the one that was sent",
	WitnessedSizes:         "the lengths in a frame don't add up to its tag",
	WitnessedFuture:        "a frame says that it was sent at a time that had not come",
	WitnessedForeign:       "frames of another key",
	WitnessedFileHeader:    "the stream has no valid FLV header",
	WitnessedPreviousSize:  "PreviousTagSize is not the size of the tag before it",
	WitnessedTagHeader:     "a tag's header is not valid",
	WitnessedTimeBack:      "a timestamp goes back",
	WitnessedNoSequence:    "frames, and no sequence header of their codec before them",
	WitnessedNoKeyframe:    "the first picture is no keyframe",
	WitnessedUnannounced:   "frames coded otherwise than the sequence header says",
	WitnessedSecondHeader:  "an FLV header in the middle of the stream",
	WitnessedTooMuchScript: "hundreds of script tags, and no frame between them",
	WitnessedOther:         "something that this flvstorm has no words for: %s",
	WitnessedDetail:        "%s: %s",
	WitnessedByte:          "%s, at byte\u00a0%s",
	WitnessedThatAfter:     "%s after %s",

	WitnessedStarved:  "%s got nothing for %s of live time since %s",
	WitnessedDenied:   "%s was refused %s (%s) and got nothing for %s of live time since %s",
	WitnessedToTheEnd: "%s, to the end",
	WitnessedFedAgain: "%s, then media again",

	WitnessedTags:     "as it came to %s, at %s:",
	WitnessedTag:      "tag",
	WitnessedTime:     "timestamp",
	WitnessedBytes:    "bytes",
	WitnessedFrame:    "epoch/frame",
	WitnessedAge:      "age",
	WitnessedKeyframe: "%s, keyframe",
	WitnessedSequence: "%s, sequence header",
	WitnessedFiles:    "to be played, in the run's folder:",
	WitnessedBy:       "seen by %s",
	OneViewing:        "%s connection",
	ManyViewings:      "%s connections",
}
