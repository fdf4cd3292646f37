package phrase

// What the witnesses saw, and how viewers were treated over a return.
const (
	PolicyHeld           ID = "viewers.policy-held"
	PolicyHeldSoFar      ID = "viewers.policy-held-so-far"
	PolicyEnded          ID = "viewers.policy-ended"
	PolicyEndedSoFar     ID = "viewers.policy-ended-so-far"
	PolicyContinued      ID = "viewers.policy-continued"
	PolicyContinuedSoFar ID = "viewers.policy-continued-so-far"
	PolicyRestarted      ID = "viewers.policy-restarted"
	PolicyRestartedSoFar ID = "viewers.policy-restarted-so-far"
	PolicyRefusedFirst   ID = "viewers.policy-refused-first"

	ViewersTitle     ID = "viewers.title"
	ViewersUnread    ID = "viewers.unread"
	ViewersServed    ID = "viewers.served"
	ViewersNobody    ID = "viewers.nobody"
	ViewersNoNext    ID = "viewers.no-next"
	ViewersFrozen    ID = "viewers.frozen"
	ViewersLost      ID = "viewers.lost"
	ViewersEnd       ID = "viewers.end"
	ViewersStayed    ID = "viewers.stayed"
	ViewersStayedKey ID = "viewers.stayed-key"
	ViewersBackByte  ID = "viewers.back-byte"
	ViewersBack      ID = "viewers.back"
	ViewersBackKey   ID = "viewers.back-key"
	ViewersStall     ID = "viewers.stall"
	ViewersLatency   ID = "viewers.latency"
	ViewersSince     ID = "viewers.since"

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
	ViewersByProfile ID = "viewers.by-profile"
	ViewersLearned   ID = "viewers.learned"
)

// viewers is the English of this area.
var viewers = map[ID]string{
	PolicyHeld:           "%s was kept after %s, and got the next publish; by the profile viewers are ended",
	PolicyHeldSoFar:      "%s was kept after %s, and got the next publish; viewers so far were ended",
	PolicyEnded:          "%s was ended after %s; by the profile viewers are kept for the next publish",
	PolicyEndedSoFar:     "%s was ended after %s; viewers so far were kept for the next publish",
	PolicyContinued:      "%s was kept after %s, and timestamps went on; by the profile they start over",
	PolicyContinuedSoFar: "%s was kept after %s, and timestamps went on; for viewers so far they started over",
	PolicyRestarted:      "%s was kept after %s, and timestamps started over; by the profile they go on",
	PolicyRestartedSoFar: "%s was kept after %s, and timestamps started over; for viewers so far they went on",
	PolicyRefusedFirst:   "%s (next publish: after a refused try)",

	ViewersTitle:     "What a return cost the viewers",
	ViewersUnread:    "Nobody read the frames: there was no witness.",
	ViewersServed:    "%s of %s times a viewer got the next publish.",
	ViewersNobody:    "Nobody got the next publish: 0 of %s times.",
	ViewersNoNext:    "No viewer had a next publish for longer than the grace: what a return costs is not known.",
	ViewersFrozen:    "picture stood still over a return",
	ViewersLost:      "media lost around a return",
	ViewersEnd:       "departure to viewer's end or last frame",
	ViewersStayed:    "stayed: to first frame",
	ViewersStayedKey: "stayed: to first keyframe",
	ViewersBackByte:  "came again: to first byte",
	ViewersBack:      "came again: to first frame",
	ViewersBackKey:   "came again: to first keyframe",
	ViewersStall:     "silence that timestamps don't explain",
	ViewersLatency:   "age of a frame on arrival",
	ViewersSince:     "Stayed, came again: since the accepted publish, or the viewer's GET if later.",

	ViewersRead:      "%s read %s.",
	OneWitness:       "%s witness",
	ManyWitnesses:    "%s witnesses",
	ViewersSome:      "%s bore no stamp: whose they were, and whether one was missing, could not be verified.",
	ViewersNone:      "none of the frames that viewers got bore a stamp: nothing was verified of whose they were, and whether any was missing or old",
	OneUnstamped:     "%s video frame",
	ManyUnstamped:    "%s video frames",
	ViewersPolicy:    "%s after %s: so were all %s seen.",
	ViewersOther:     "%s after %s: of %s seen, %s were treated otherwise.",
	ViewersUnknown:   "How viewers are treated after %s no profile says, and too few were seen to learn it: %s.",
	ViewersAreEnded:  "ended",
	ViewersAreHeld:   "kept for the next publish",
	ViewersEither:    "ended or kept (by when they came)",
	ViewersContinued: "%s (timestamps going on)",
	ViewersRestarted: "%s (timestamps starting over)",
	ViewersByProfile: "By the profile, viewers are %s",
	ViewersLearned:   "As learned in this run, viewers are %s",
}
