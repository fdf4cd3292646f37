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

	EmbeddedBugEarlyRelease  ID = "embedded.bug.early-release"
	EmbeddedBugLeakedAcquire ID = "embedded.bug.leaked-acquire"
	EmbeddedBugSlowRelease   ID = "embedded.bug.slow-release"
	EmbeddedBugDoubleAccept  ID = "embedded.bug.double-accept"
	EmbeddedBugCrash         ID = "embedded.bug.crash"
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

	EmbeddedBugEarlyRelease:  "the stream is free before its HTTP mount is gone; a return in between fails and blocks the stream for good",
	EmbeddedBugLeakedAcquire: "the stream is torn down behind its back; a return meanwhile is refused and blocks the stream for good",
	EmbeddedBugSlowRelease:   "the stream is free only when the last viewer has hung up, at most 2 s later",
	EmbeddedBugDoubleAccept:  "a second publisher is let in beside the first",
	EmbeddedBugCrash:         "the third return to a stream with viewers ends the process",
}
