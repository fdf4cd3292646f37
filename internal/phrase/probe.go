package phrase

// Sentences of flvstorm probe: what is said of one stream.
const (
	ProbeNoStream        ID = "probe.no-stream"
	ProbeEmpty           ID = "probe.empty"
	ProbeNoStreamHint    ID = "probe.no-stream-hint"
	ProbeGotNothing      ID = "probe.got-nothing"
	ProbeGotAnswer       ID = "probe.got-answer"
	ProbeGotHeader       ID = "probe.got-header"
	ProbeGotTags         ID = "probe.got-tags"
	ProbeRefused         ID = "probe.refused"
	ProbeNotFLV          ID = "probe.not-flv"
	ProbeNotFLVHint      ID = "probe.not-flv-hint"
	ProbeNoSequence      ID = "probe.no-sequence"
	ProbeNoSequenceHint  ID = "probe.no-sequence-hint"
	ProbeNoKeyframe      ID = "probe.no-keyframe"
	ProbeNoKeyframeHint  ID = "probe.no-keyframe-hint"
	ProbeNotKey          ID = "probe.not-key"
	ProbeNotKeyHint      ID = "probe.not-key-hint"
	ProbeTimeBack        ID = "probe.time-back"
	ProbeTimeBackHint    ID = "probe.time-back-hint"
	ProbeFormat          ID = "probe.format"
	ProbeFormatHint      ID = "probe.format-hint"
	ProbeSyncLost        ID = "probe.sync-lost"
	ProbeCut             ID = "probe.cut"
	ProbeCutHint         ID = "probe.cut-hint"
	ProbeScript          ID = "probe.script"
	ProbeScriptHint      ID = "probe.script-hint"
	ProbeBadSetup        ID = "probe.bad-setup"
	ProbeBadSetupHint    ID = "probe.bad-setup-hint"
	ProbeTooLong         ID = "probe.too-long"
	ProbeCodecNumber     ID = "probe.codec-number"
	ProbeCorrupt         ID = "probe.corrupt"
	ProbeCorruptHint     ID = "probe.corrupt-hint"
	ProbeOtherSetup      ID = "probe.other-setup"
	ProbeOtherSetupHint  ID = "probe.other-setup-hint"
	ProbeLost            ID = "probe.lost"
	ProbeLostHint        ID = "probe.lost-hint"
	ProbeAgain           ID = "probe.again"
	ProbeAgainHint       ID = "probe.again-hint"
	ProbeReorder         ID = "probe.reorder"
	ProbeReorderHint     ID = "probe.reorder-hint"
	ProbeMixed           ID = "probe.mixed"
	ProbeMixedHint       ID = "probe.mixed-hint"
	ProbeEnded           ID = "probe.ended"
	ProbeEndedHint       ID = "probe.ended-hint"
	ProbeStall           ID = "probe.stall"
	ProbeSilent          ID = "probe.silent"
	ProbeStallHint       ID = "probe.stall-hint"
	ProbeJump            ID = "probe.jump"
	ProbeJumpHint        ID = "probe.jump-hint"
	ProbeApart           ID = "probe.apart"
	ProbeApartHint       ID = "probe.apart-hint"
	ProbeDrift           ID = "probe.drift"
	ProbeDriftHint       ID = "probe.drift-hint"
	ProbeMissing         ID = "probe.missing"
	ProbeMissingHint     ID = "probe.missing-hint"
	ProbeStops           ID = "probe.stops"
	ProbeStopsHint       ID = "probe.stops-hint"
	ProbeClaim           ID = "probe.claim"
	ProbeClaimHint       ID = "probe.claim-hint"
	ProbeClaims          ID = "probe.claims"
	ProbeClaimsHint      ID = "probe.claims-hint"
	ProbeUnknown         ID = "probe.unknown"
	ProbeUnknownHint     ID = "probe.unknown-hint"
	ProbeFlags           ID = "probe.flags"
	ProbeFlagsHint       ID = "probe.flags-hint"
	ProbeGOP             ID = "probe.gop"
	ProbeOpenGOP         ID = "probe.open-gop"
	ProbeGOPHint         ID = "probe.gop-hint"
	ProbeType            ID = "probe.type"
	ProbeNoType          ID = "probe.no-type"
	ProbeTypeHint        ID = "probe.type-hint"
	ProbeCORS            ID = "probe.cors"
	ProbeCORSHint        ID = "probe.cors-hint"
	ProbeOldHEVC         ID = "probe.old-hevc"
	ProbeOldHEVCHint     ID = "probe.old-hevc-hint"
	ProbeProfile         ID = "probe.profile"
	ProbeProfileHint     ID = "probe.profile-hint"
	ProbeNoStamps        ID = "probe.no-stamps"
	ProbeNoStampsHint    ID = "probe.no-stamps-hint"
	ProbeNothingYet      ID = "probe.nothing-yet"
	ProbeStalledOnce     ID = "probe.stalled-once"
	ProbeRedirectedOnce  ID = "probe.redirected-once"
	ProbeSaveDash        ID = "probe.save-dash"
	ProbeJSONMedia       ID = "probe.json-media"
	ProbeNewSetup        ID = "probe.new-setup"
	ProbeNewSetupHint    ID = "probe.new-setup-hint"
	ProbeRestart         ID = "probe.restart"
	ProbeRestartHint     ID = "probe.restart-hint"
	ProbeLimit           ID = "probe.limit"
	ProbeLimitHint       ID = "probe.limit-hint"
	ProbeIsError         ID = "probe.is-error"
	ProbeIsWarning       ID = "probe.is-warning"
	ProbeIsNote          ID = "probe.is-note"
	ProbeWordOK          ID = "probe.word-ok"
	ProbeWordFaulty      ID = "probe.word-faulty"
	ProbeWordNone        ID = "probe.word-none"
	ProbeWordStopped     ID = "probe.word-stopped"
	ProbeLooked          ID = "probe.looked"
	ProbeNoErrors        ID = "probe.no-errors"
	ProbeOneError        ID = "probe.one-error"
	ProbeManyErrors      ID = "probe.many-errors"
	ProbeOneWarning      ID = "probe.one-warning"
	ProbeManyWarnings    ID = "probe.many-warnings"
	ProbeNothingCame     ID = "probe.nothing-came"
	ProbeRowAnswer       ID = "probe.row-answer"
	ProbeRowFirst        ID = "probe.row-first"
	ProbeRowVideo        ID = "probe.row-video"
	ProbeRowAudio        ID = "probe.row-audio"
	ProbeRowGOP          ID = "probe.row-gop"
	ProbeRowStart        ID = "probe.row-start"
	ProbeRowTimes        ID = "probe.row-times"
	ProbeRowDelivery     ID = "probe.row-delivery"
	ProbeRowMetadata     ID = "probe.row-metadata"
	ProbeRowStamps       ID = "probe.row-stamps"
	ProbeRowSaved        ID = "probe.row-saved"
	ProbeChunked         ID = "probe.chunked"
	ProbeServer          ID = "probe.server"
	ProbeCORSIs          ID = "probe.cors-is"
	ProbeWebSocket       ID = "probe.websocket"
	ProbeRedirected      ID = "probe.redirected"
	ProbeFirstConnected  ID = "probe.first-connected"
	ProbeFirstAnswered   ID = "probe.first-answered"
	ProbeFirstByte       ID = "probe.first-byte"
	ProbeFirstAudio      ID = "probe.first-audio"
	ProbeFirstVideo      ID = "probe.first-video"
	ProbeFirstKeyframe   ID = "probe.first-keyframe"
	ProbeFirstPlayable   ID = "probe.first-playable"
	ProbeFPS             ID = "probe.fps"
	ProbeDeclared        ID = "probe.declared"
	ProbeDepth           ID = "probe.depth"
	ProbeBFrames         ID = "probe.b-frames"
	ProbeCodecID         ID = "probe.codec-id"
	ProbeChannels        ID = "probe.channels"
	ProbeMono            ID = "probe.mono"
	ProbeStereo          ID = "probe.stereo"
	ProbeNoFrames        ID = "probe.no-frames"
	ProbeGOPOf           ID = "probe.gop-of"
	ProbeGOPRange        ID = "probe.gop-range"
	ProbeGOPOpen         ID = "probe.gop-open"
	ProbeStartMedia      ID = "probe.start-media"
	ProbeStartCache      ID = "probe.start-cache"
	ProbeTimesFrom       ID = "probe.times-from"
	ProbeTimesOffset     ID = "probe.times-offset"
	ProbeTimesSkew       ID = "probe.times-skew"
	ProbeTimesDrift      ID = "probe.times-drift"
	ProbeTimesEven       ID = "probe.times-even"
	ProbeTimesUneven     ID = "probe.times-uneven"
	ProbeJitter          ID = "probe.jitter"
	ProbeArrived         ID = "probe.arrived"
	ProbeNoStall         ID = "probe.no-stall"
	ProbeStalled         ID = "probe.stalled"
	ProbeLongestGap      ID = "probe.longest-gap"
	ProbeStampFrames     ID = "probe.stamp-frames"
	ProbeStampVerified   ID = "probe.stamp-verified"
	ProbeStampNone       ID = "probe.stamp-none"
	ProbeStampSome       ID = "probe.stamp-some"
	ProbeStampLatency    ID = "probe.stamp-latency"
	ProbeStampRelative   ID = "probe.stamp-relative"
	ProbeSavedIs         ID = "probe.saved-is"
	ProbeFound           ID = "probe.found"
	ProbeFoundAt         ID = "probe.found-at"
	ProbeFoundTimes      ID = "probe.found-times"
	ProbeShort           ID = "probe.short"
	ProbeLong            ID = "probe.long"
	ProbeSample          ID = "probe.sample"
	ProbeDuration        ID = "probe.duration"
	ProbeSave            ID = "probe.save"
	ProbeSameClock       ID = "probe.same-clock"
	ProbeNoURL           ID = "probe.no-url"
	ProbeTwoURLs         ID = "probe.two-urls"
	ProbeRTMP            ID = "probe.rtmp"
	ProbeScheme          ID = "probe.scheme"
	ProbeBadURL          ID = "probe.bad-url"
	ProbeTemplate        ID = "probe.template"
	ProbeDurationBad     ID = "probe.duration-bad"
	ProbeSaveThere       ID = "probe.save-there"
	ProbeSaveBad         ID = "probe.save-bad"
	ProbeSaveSame        ID = "probe.save-same"
	ProbeSaveFailed      ID = "probe.save-failed"
	ProbeNotReached      ID = "probe.not-reached"
	ProbeNoConnection    ID = "probe.no-connection"
	ProbeHungUp          ID = "probe.hung-up"
	ProbeStatus          ID = "probe.status"
	ProbeStatusMissing   ID = "probe.status-missing"
	ProbeStatusDenied    ID = "probe.status-denied"
	ProbeStatusNoUpgrade ID = "probe.status-no-upgrade"
)

// probe is the English of this area.
var probe = map[ID]string{
	ProbeNoStream:       "%s in the first %s",
	ProbeEmpty:          "%s, and then the server ended it",
	ProbeNoStreamHint:   "is anybody publishing this stream, and is the path right (app, name, .flv)? Some servers answer anybody, and wait",
	ProbeGotNothing:     "no answer at all",
	ProbeGotAnswer:      "an answer, but not a byte of a stream",
	ProbeGotHeader:      "an answer and the FLV header, but no tag",
	ProbeGotTags:        "an answer, an FLV header and metadata, but no audio or video frame",
	ProbeRefused:        "%v",
	ProbeNotFLV:         "the answer is not FLV (%v)",
	ProbeNotFLVHint:     "is that the URL of the stream itself, rather than of a page or of HLS?",
	ProbeNoSequence:     "%s %v frames came without a sequence header before them",
	ProbeNoSequenceHint: "no player can decode them; the server has to send the sequence headers to each viewer first, from its cache",
	ProbeNoKeyframe:     "%d video frames, and no keyframe among them",
	ProbeNoKeyframeHint: "no picture can be shown; does the encoder make keyframes at all? try a longer --duration, or a keyframe interval of 2 s",
	ProbeNotKey:         "the first video frame is not a keyframe",
	ProbeNotKeyHint:     "players show nothing, or grey, up to the next keyframe; turn the server's GOP cache on, or let it wait for a keyframe",
	ProbeTimeBack:       "timestamps go back: %v from %d to %d ms",
	ProbeTimeBackHint:   "players stall or drop frames there; does the server mix two publishers, or rewrite timestamps?",
	ProbeFormat:         "%v",
	ProbeFormatHint:     "a reader that checks it stops here; others lose their place",
	ProbeSyncLost:       "given up after %d faults: what comes is not FLV any more",
	ProbeCut:            "the stream ends in the middle of a tag (%v)",
	ProbeCutHint:        "the server closed the connection with half a tag sent; a player loses that frame, a recording is damaged",
	ProbeScript:         "more than %d script tags in a row without a frame between them",
	ProbeScriptHint:     "players read each of them; something publishes data without end",
	ProbeBadSetup:       "the %s decoder configuration can't be read: %v",
	ProbeBadSetupHint:   "players will not start; look at what the encoder sends as its sequence header",
	ProbeTooLong:        "%d bytes are too many",
	ProbeCodecNumber:    "codec %d",
	ProbeCorrupt:        "a frame is not what its publisher sent, by its stamp",
	ProbeCorruptHint:    "something between the publisher and here has changed or damaged it",
	ProbeOtherSetup:     "a frame was coded with other parameters than the last sequence header has, by its stamp",
	ProbeOtherSetupHint: "decoders show garbage; the server sent the sequence header of another publish",
	ProbeLost:           "frames are missing, by their stamps; the first gap is of %d",
	ProbeLostHint:       "the server dropped them, or this connection was too slow for the bit rate",
	ProbeAgain:          "a frame came twice, by its stamp",
	ProbeAgainHint:      "the server sent the same frame again: from its cache and live?",
	ProbeReorder:        "a frame came after a later one, by its stamp",
	ProbeReorderHint:    "decoders need frames in the order in which they were sent",
	ProbeMixed:          "frames of two publishes come mixed, by their stamps",
	ProbeMixedHint:      "the server lets two publishers into one stream, or keeps frames of one that ended",
	ProbeEnded:          "the server ended the stream after %s",
	ProbeEndedHint:      "right if its publisher left then; else see the server's log, it may limit connections in time",
	ProbeStall:          "a stall: nothing for %s, of which timestamps explain %s",
	ProbeSilent:         "nothing has come for the last %s",
	ProbeStallHint:      "a player with less in its buffer stands still; is it the encoder's uplink, the server, or the way here?",
	ProbeJump:           "timestamps jump: %v from %d to %d ms",
	ProbeJumpHint:       "players wait or skip there; did the encoder stand still, or did the server lose frames?",
	ProbeApart:          "%v comes %s ahead of %v",
	ProbeApartHint:      "players have to hold that much back; does the encoder interleave audio and video?",
	ProbeDrift:          "timestamps run %+.1f %% against the clock here",
	ProbeDriftHint:      "a player runs dry, or falls ever further behind; is the source live, or a file sent at another pace?",
	ProbeMissing:        "%v is announced, and none came",
	ProbeMissingHint:    "players that believe it wait for it before they start (mpegts.js: hasAudio, hasVideo)",
	ProbeStops:          "%v stopped coming after %s, while the rest went on",
	ProbeStopsHint:      "players stall when one of the two runs dry; look at the encoder's source",
	ProbeClaim:          "metadata say %s %v, and it is %v",
	ProbeClaimHint:      "players that lay out by metadata show it wrongly until they decode; was the stream transcoded without new metadata?",
	ProbeClaims:         "metadata can't be read: %v",
	ProbeClaimsHint:     "players that parse them strictly may stop; look at what the encoder sends as onMetaData",
	ProbeUnknown:        "an unknown %v codec: %s",
	ProbeUnknownHint:    "few players will know it either",
	ProbeFlags:          "the FLV header announces no %v, and it came",
	ProbeFlagsHint:      "most players look at the tags; strict ones leave it out",
	ProbeGOP:            "keyframes are up to %v s apart",
	ProbeOpenGOP:        "no second keyframe in %v s of video",
	ProbeGOPHint:        "a viewer waits so long for a picture, or gets so much delay from a cache; 1 to 2 s is usual for live",
	ProbeType:           "Content-Type is %s, rather than video/x-flv",
	ProbeNoType:         "no Content-Type in the answer, rather than video/x-flv",
	ProbeTypeHint:       "players don't mind, but proxies and CDNs may treat it as what it says",
	ProbeCORS:           "no Access-Control-Allow-Origin in the answer",
	ProbeCORSHint:       "a web page of another origin can't play it; some servers send it only if asked: --header 'Origin: https://example.com'",
	ProbeOldHEVC:        "HEVC by codec id 12, which the FLV specification does not know",
	ProbeOldHEVCHint:    "mpegts.js and Chinese CDNs take it, ffmpeg and OBS only as enhanced RTMP (hvc1)",
	ProbeProfile:        "%s %s, %s at %d bits: most browsers, phones and TVs decode 4:2:0 at 8 bits only",
	ProbeProfileHint:    "they show nothing, or green; let the encoder write 4:2:0 at 8 bits, with ffmpeg by -pix_fmt yuv420p",
	ProbeNoStamps:       "--same-clock changes nothing: no frame has a stamp to measure latency by",
	ProbeNoStampsHint:   "only publishers of flvstorm stamp their frames: flvstorm load --publish-url …",
	ProbeNothingYet:     "no frame came",
	ProbeStalledOnce:    "stalled once, for %s",
	ProbeRedirectedOnce: "redirected once",
	ProbeSaveDash:       "--save -: a recording goes to a file, not to standard output; name one, for example --save s.flv",
	ProbeJSONMedia:      "--json %s: is a recording, and is not overwritten; name another file for the document",
	ProbeNewSetup:       "the %v decoder configuration changed on the way: %s → %s",
	ProbeNewSetupHint:   "some players need a restart for that; did the publisher change, or its resolution?",
	ProbeRestart:        "timestamps begin anew, from %d to %d ms, behind new headers",
	ProbeRestartHint:    "the publisher came back, and the server kept its viewers; not every player goes on there",
	ProbeLimit:          "ended after %d MiB, the most that a probe takes",
	ProbeLimitHint:      "choose a shorter --duration",
	ProbeIsError:        "error",
	ProbeIsWarning:      "warn",
	ProbeIsNote:         "note",
	ProbeWordOK:         "OK",
	ProbeWordFaulty:     "FAULTY",
	ProbeWordNone:       "NO STREAM",
	ProbeWordStopped:    "INTERRUPTED",
	ProbeLooked:         "%s in %s",
	ProbeNoErrors:       "no errors",
	ProbeOneError:       "1 error",
	ProbeManyErrors:     "%d errors",
	ProbeOneWarning:     "1 warning",
	ProbeManyWarnings:   "%d warnings",
	ProbeNothingCame:    "nothing to look at",
	ProbeRowAnswer:      "answer",
	ProbeRowFirst:       "first",
	ProbeRowVideo:       "video",
	ProbeRowAudio:       "audio",
	ProbeRowGOP:         "GOP",
	ProbeRowStart:       "start",
	ProbeRowTimes:       "timestamps",
	ProbeRowDelivery:    "delivery",
	ProbeRowMetadata:    "metadata",
	ProbeRowStamps:      "stamps",
	ProbeRowSaved:       "saved",
	ProbeChunked:        "chunked",
	ProbeServer:         "server %s",
	ProbeCORSIs:         "CORS %s",
	ProbeWebSocket:      "WebSocket",
	ProbeRedirected:     "redirected %d times",
	ProbeFirstConnected: "connected",
	ProbeFirstAnswered:  "answered",
	ProbeFirstByte:      "byte",
	ProbeFirstAudio:     "audio",
	ProbeFirstVideo:     "video",
	ProbeFirstKeyframe:  "keyframe",
	ProbeFirstPlayable:  "playable",
	ProbeFPS:            "%s fps",
	ProbeDeclared:       "%s fps declared",
	ProbeDepth:          "%d bits",
	ProbeBFrames:        "B-frames (shown up to %d ms later)",
	ProbeCodecID:        "codec id %d",
	ProbeChannels:       "%d channels",
	ProbeMono:           "mono",
	ProbeStereo:         "stereo",
	ProbeNoFrames:       "configuration only, no frames",
	ProbeGOPOf:          "%s s, %s frames, over %d of them",
	ProbeGOPRange:       "%s s (%s to %s), %s frames (%s to %s), over %d of them",
	ProbeGOPOpen:        "one keyframe, and %s s since",
	ProbeStartMedia:     "%s of media in the first 300 ms (%s)",
	ProbeStartCache:     "a cache: viewers start at once, and that much behind",
	ProbeTimesFrom:      "%d to %d ms",
	ProbeTimesOffset:    "audio begins %+.0f ms from video",
	ProbeTimesSkew:      "on average %+.0f ms apart on the way",
	ProbeTimesDrift:     "run %+.2f %% against our clock",
	ProbeTimesEven:      "never back, no jumps",
	ProbeTimesUneven:    "steps back: %d, jumps: %d, new beginnings: %d",
	ProbeJitter:         "jitter %s p50, %s p99, %s most",
	ProbeArrived:        "%s fps as they arrive",
	ProbeNoStall:        "no stall",
	ProbeStalled:        "stalled %d times, %s in all",
	ProbeLongestGap:     "longest gap %s",
	ProbeStampFrames:    "%d frames of epoch %s",
	ProbeStampVerified:  "pictures verified: %d",
	ProbeStampNone:      "none lost, twice or out of order",
	ProbeStampSome:      "%d lost, %d twice, %d out of order, %d damaged",
	ProbeStampLatency:   "latency %s p50, %s p99, %s most",
	ProbeStampRelative:  "latency above the fastest frame's: %s p50, %s p99, %s most",
	ProbeSavedIs:        "%s, %s",
	ProbeFound:          "%s (%s)",
	ProbeFoundAt:        "at %s",
	ProbeFoundTimes:     "%d times, first at %s",
	ProbeShort:          "One stream: what it is, how it comes, what is wrong with it",
	ProbeLong: `Pulls one stream over HTTP-FLV or WebSocket-FLV and tells everything about it: codecs, resolution, bit rates,
keyframes, timestamps, how soon the first frame comes and how evenly the rest, and what is wrong with it.

URL is that of the stream: http://, https://, ws:// or wss://. It knows H.264, HEVC (by codec id 12 and by enhanced RTMP),
AV1 and others.

Exit status: 0 no errors (warnings and notes don't count), 1 errors, 2 bad usage, 3 nothing could be looked at,
130 interrupted; what was seen until then is reported.`,
	ProbeSample: `  flvstorm probe http://127.0.0.1:8080/live/s.flv
  flvstorm probe ws://127.0.0.1:8000/live/s.flv --duration 30s
  flvstorm probe https://example.com/live/s.flv --save s.flv --json -`,
	ProbeDuration:        "how long to look, from the connection on",
	ProbeSave:            "write what comes to `FILE.flv`, up to the last whole tag; an existing file is not overwritten",
	ProbeSameClock:       "the publisher is flvstorm on this machine, or its clock is the same: latency is absolute",
	ProbeNoURL:           "which stream? Give one URL, for example flvstorm probe %s",
	ProbeTwoURLs:         "flvstorm probe looks at one stream, and %q is a second argument; see --help",
	ProbeRTMP:            "%s: probe pulls HTTP-FLV or WebSocket-FLV, not RTMP; give the play URL of the same stream, for example %s",
	ProbeScheme:          "%s: must begin with http://, https://, ws:// or wss://, for example %s",
	ProbeBadURL:          "%s: is not a URL; give it in full, for example %s",
	ProbeTemplate:        "%s: has {stream} or other braces in it; probe looks at one stream: write its name",
	ProbeDurationBad:     "--duration %v: must be between 100ms and 24h",
	ProbeSaveThere:       "--save %s: is there already, and is not overwritten; name a new file",
	ProbeSaveBad:         "--save %s: %v; name a file in a folder that can be written",
	ProbeSaveSame:        "--save and --json both write %s; name two files",
	ProbeSaveFailed:      "--save %s: %v; what was written until then is there",
	ProbeNotReached:      "%s: %s",
	ProbeNoConnection:    "%s: no connection: %s; is the server running, and is the address right?",
	ProbeHungUp:          "%s: the connection ended before an answer came (%s); is that an HTTP port?",
	ProbeStatus:          "%s: %s",
	ProbeStatusMissing:   "%s: %s; does anybody publish this stream, and are app, name and ending right?",
	ProbeStatusDenied:    "%s: %s; does the server want a token in the URL or a --header?",
	ProbeStatusNoUpgrade: "%s: the server answers %s and makes no WebSocket of it; try http:// in place of ws://",
}
