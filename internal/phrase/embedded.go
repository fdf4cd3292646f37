package phrase

// Sentences of the embedded server.
const (
	EmbeddedServe     ID = "embedded.serve"
	EmbeddedServeLong ID = "embedded.serve.long"

	EmbeddedFlagRTMP   ID = "embedded.flag.rtmp"
	EmbeddedFlagHTTP   ID = "embedded.flag.http"
	EmbeddedFlagBug    ID = "embedded.flag.bug"
	EmbeddedFlagAbsent ID = "embedded.flag.absent"
	EmbeddedFlagStdin  ID = "embedded.flag.stop-with-stdin"

	EmbeddedAddress    ID = "embedded.address"
	EmbeddedListen     ID = "embedded.listen"
	EmbeddedAbsent     ID = "embedded.absent"
	EmbeddedBugUnknown ID = "embedded.bug-unknown"
	EmbeddedNegative   ID = "embedded.negative"

	EmbeddedBugEarlyRelease     ID = "embedded.bug.early-release"
	EmbeddedBugLeakedAcquire    ID = "embedded.bug.leaked-acquire"
	EmbeddedBugSlowRelease      ID = "embedded.bug.slow-release"
	EmbeddedBugDoubleAccept     ID = "embedded.bug.double-accept"
	EmbeddedBugHalfClosedReject ID = "embedded.bug.half-closed-reject"
	EmbeddedBugStaleGOP         ID = "embedded.bug.stale-gop"
	EmbeddedBugNoEOF            ID = "embedded.bug.no-eof"
	EmbeddedBugSilentPlay       ID = "embedded.bug.silent-play"
	EmbeddedBugTornTag          ID = "embedded.bug.torn-tag"
	EmbeddedBugTSRewind         ID = "embedded.bug.ts-rewind"
	EmbeddedBugNoSequenceHeader ID = "embedded.bug.no-sequence-header"
	EmbeddedBugDropFrames       ID = "embedded.bug.drop-frames"
	EmbeddedBugCrash            ID = "embedded.bug.crash"
	EmbeddedBugHang             ID = "embedded.bug.hang"
	EmbeddedBugLeak             ID = "embedded.bug.leak"
	EmbeddedBugUnevenEOF        ID = "embedded.bug.uneven-eof"
)

// embedded is the English of this area.
var embedded = map[ID]string{
	EmbeddedServe: "the embedded server by itself: RTMP in, HTTP-FLV out",
	EmbeddedServeLong: `Serve runs flvstorm's own server until it is interrupted. Publish with
    ffmpeg -re -i in.mp4 -c copy -f flv rtmp://127.0.0.1:1935/live/s0
and play http://127.0.0.1:8080/live/s0.flv in anything that plays HTTP-FLV. Its log goes to standard output, in the shape of
SRS's log; the API is on the HTTP port, at /api/v1/streams and /api/v1/clients, in the shape of SRS's.

It accepts every publisher that comes back, however soon. With --bug it is broken on purpose, to try what flvstorm finds:
`,

	EmbeddedFlagRTMP:   "address for publishers; port 0 takes a free one",
	EmbeddedFlagHTTP:   "address for viewers and the API; port 0 takes a free one",
	EmbeddedFlagBug:    "break the server in one way: %s",
	EmbeddedFlagAbsent: "what a viewer of a stream that nobody publishes gets: wait (nothing, until somebody does) or 404",
	EmbeddedFlagStdin:  "stop at the end of standard input too",

	EmbeddedAddress:    "%s %q is no address: write HOST:PORT, such as 127.0.0.1:1935, or 127.0.0.1:0 for a free port",
	EmbeddedListen:     "cannot listen for %[1]s on %[2]s: choose another address with %[3]s, or port 0 for a free one (%[4]v)",
	EmbeddedAbsent:     "--absent %q is unknown: it is wait or 404",
	EmbeddedBugUnknown: "--bug %q is unknown: there are %s",
	EmbeddedNegative:   "embedded: %s is negative",

	EmbeddedBugEarlyRelease:     "the stream is free before its HTTP mount is gone; a return in between fails and blocks the stream for good",
	EmbeddedBugLeakedAcquire:    "the stream is torn down behind its back; a return meanwhile is refused and blocks the stream for good",
	EmbeddedBugSlowRelease:      "the stream is free only when the last viewer has hung up, at most 2 s later",
	EmbeddedBugDoubleAccept:     "a second publisher is let in beside the first",
	EmbeddedBugHalfClosedReject: "a second publisher is refused, but what it goes on sending reaches the viewers",
	EmbeddedBugStaleGOP:         "a viewer that comes after a return first gets the last pictures of the publish before",
	EmbeddedBugNoEOF:            "viewers of a publish that has ended are neither ended nor given the next one",
	EmbeddedBugSilentPlay:       "a viewer that comes after a return gets the answer and the FLV header, and then nothing",
	EmbeddedBugTornTag:          "now and then a PreviousTagSize does not match the tag before it",
	EmbeddedBugTSRewind:         "now and then a timestamp goes back",
	EmbeddedBugNoSequenceHeader: "a viewer that comes to a running publish gets its frames without the sequence headers",
	EmbeddedBugDropFrames:       "now and then a frame between two keyframes reaches nobody",
	EmbeddedBugCrash:            "the third return to a stream with viewers ends the process",
	EmbeddedBugHang:             "at the third return to a stream with viewers the server stops answering",
	EmbeddedBugLeak:             "the connection of a publisher that has left is kept for good",
	EmbeddedBugUnevenEOF:        "every third viewer of a publish that ends is kept and gets the next one, while the others are ended",
}
