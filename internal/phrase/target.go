package phrase

// Sentences about the server under test: its URLs, its process, its log, and what is seen of it before a run.
const (
	TargetNoURL       ID = "target.no-url"
	TargetScheme      ID = "target.scheme"
	TargetNotURL      ID = "target.not-url"
	TargetBlank       ID = "target.blank"
	TargetNoHost      ID = "target.no-host"
	TargetPort        ID = "target.port"
	TargetUser        ID = "target.user"
	TargetNoStream    ID = "target.no-stream"
	TargetPlaceholder ID = "target.placeholder"
	TargetNeedsStream ID = "target.needs-stream"
	TargetOneFixed    ID = "target.one-fixed"

	TargetRefuses   ID = "target.refuses"
	TargetUnreached ID = "target.unreached"
	TargetNoAnswer  ID = "target.no-answer"
	TargetOwnLimit  ID = "target.own-limit"
	TargetSilent    ID = "target.silent"
	TargetHangsUp   ID = "target.hangs-up"
	TargetNotRTMP   ID = "target.not-rtmp"
	TargetNotHTTP   ID = "target.not-http"
	TargetNotFLV    ID = "target.not-flv"
	TargetLive      ID = "target.live"
	TargetTaken     ID = "target.taken"
	TargetRedirect  ID = "target.redirect"
	TargetRedirects ID = "target.redirects"

	TargetNotStarted ID = "target.not-started"
	TargetDied       ID = "target.died"
	TargetNotReady   ID = "target.not-ready"
	TargetNoWords    ID = "target.no-words"

	TargetLogNoFolder ID = "target.log-no-folder"
	TargetLogNotFile  ID = "target.log-not-file"
	TargetLogNotRead  ID = "target.log-not-read"
	TargetLogNotKept  ID = "target.log-not-kept"
	TargetLogFlood    ID = "target.log-flood"
	TargetLogMore     ID = "target.log-more"
	TargetLogBehind   ID = "target.log-behind"
	TargetLogNever    ID = "target.log-never"
)

// target is the English of this area.
var target = map[ID]string{
	TargetNoURL:       "%s is missing: give the server's URL, for example %s",
	TargetScheme:      "%s %s: must begin with %s:// or %ss://, for example %s",
	TargetNotURL:      "%s %s: is not a URL: look at the host and the port; it should look like %s",
	TargetBlank:       "%s %s: has a blank or a control character in it; it should look like %s",
	TargetNoHost:      "%s %s: names no host; it should look like %s",
	TargetPort:        "%s %s: the port %s is not between 1 and 65535",
	TargetUser:        "%s %s: RTMP has no place for a user before the host; give a token as the server wants it, mostly as ?token=… behind the stream",
	TargetNoStream:    "%s %s: names no app and stream; it should look like %s",
	TargetPlaceholder: "%s %s: only {stream} is filled in; take other braces out",
	TargetNeedsStream: "%s %s: %d streams need {stream} in place of the stream's name, as in %s; or use --streams 1",
	TargetOneFixed:    "%s %s: has no {stream} but %s has one: players would pull another stream than is published; put it in both or in none",

	TargetRefuses:   "%s refuses connections: is the server running, and does %s name its port? (%v)",
	TargetUnreached: "%s can't be reached: look at the host in %s (%v)",
	TargetNoAnswer:  "%s does not answer within %v: is a firewall between, or is it the wrong host in %s? (%v)",
	TargetOwnLimit:  "cannot connect to %s because this machine ran out of something: %v; raise the limit (ulimit -n) or ask for less",
	TargetSilent:    "%s takes the connection and then says nothing for %v: is it an RTMP server, and is it hanging? (%v)",
	TargetHangsUp:   "%s closes the connection during the RTMP handshake: is it an RTMP server, and does it let this machine in? (%v)",
	TargetNotRTMP:   "%s is not RTMP, it answers %q: is that another service's port? (%v)",
	TargetNotHTTP:   "%s does not speak HTTP: %s; is --play-url the right port?",
	TargetNotFLV:    "%s answers with something that is not FLV: is --play-url right? (%v)",
	TargetTaken:     "%s answers already, before --exec was started: stop what listens there, or give other ports in the URLs",
	TargetLive:      "%s is live already, and flvstorm never takes over a stream of somebody else's: stop that publisher, or give other names with --stream-prefix",
	TargetRedirect:  "the answer sends us to another host (%s), which is not followed",
	TargetRedirects: "the answer sends us elsewhere %d times in a row, which is not followed further",

	TargetNotStarted: "cannot start the server %s: %v",
	TargetDied:       "the server %s ended before it was ready (%s); its last words: %s",
	TargetNotReady:   "the server %s is not ready in time; its last words: %s (%v)",
	TargetNoWords:    "none",

	TargetLogNoFolder: "--log %s: there is no folder %s; give the file that the server writes, or will write",
	TargetLogNotFile:  "--log %s: is not a file; give the file that the server writes",
	TargetLogNotRead:  "--log %s: cannot be read: %v",
	TargetLogNotKept:  "the server's output is not kept any more: %v",
	TargetLogFlood:    "the server's log came faster than it could be read, and lines of it were left out",
	TargetLogMore:     "(%d more lines at WARN or above were left out here)",
	TargetLogBehind:   "--log %s: grew faster than it could be read; its end was left out",
	TargetLogNever:    "--log %s: the file never came into being, so nothing is known of the server's log",
}
