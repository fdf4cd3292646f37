package profile

import "time"

// srs is SRS 4 to 7, read from its sources and watched on loopback (5.0.216 and 7.0.2). Its codes keep their number
// across versions; the texts behind them do not, so rules go by the number.
var srs = Profile{
	Name:   "srs",
	Policy: "exclusive",
	// SRS sends onFCPublish before it asks for the lock, and onStatus only once it has it.
	Accept: "onstatus",
	// It sleeps a whole `p1stpt` (20 s) after the publish, then looks every `pnt` (5 s) for new bytes: seen to free a silent
	// publisher 25 s after the publish, or up to 7 s after its last byte.
	Idle:         IdleBound{FirstWithin: 20 * time.Second, First: 25 * time.Second, Later: 10 * time.Second},
	ReplyID:      "srs_id",
	ReplyVersion: "srs_version",
	// [time][LEVEL][pid][cid][errno], the errno only from WARN up. Version 4 spells the levels "Error" and "Warn".
	LogHead:  `^\[(?P<time>[^\]]+)\]\[(?P<level>[A-Za-z]+)\]\[\d+\]\[(?P<id>[^\]]*)\](?:\[\d+\])? ?`,
	LogRules: srsRules,
}

// srsRules are the lines of SRS that matter. Those of a player come first: its refusals carry the same codes, behind
// "process request".
var srsRules = []LogRule{
	{Name: "play-duplicated", Class: Duplicated, Play: true, Contains: "code=4001",
		Match: `code=4001\b.*process request(?:.*vhost=[^/\s]*/(?P<key>\S+) failed)?`},
	{Name: "play-disposing", Class: Disposing, Play: true, Contains: "code=1098",
		Match: `code=1098\b.*process request`},
	{Name: "publish-duplicated", Class: Duplicated, Contains: "code=4001",
		Match: `code=4001\b(?:.*vhost=[^/\s]*/(?P<key>\S+) failed)?`},
	{Name: "publish-disposing", Class: Disposing, Contains: "code=1098",
		Match: `code=1098\b`},
	{Name: "publish-busy", Class: Busy, Contains: "code=1028",
		Match: `code=1028\b(?:.*rtmp: stream [^/\s]*/(?P<key>\S+) is busy)?`},
	// A hook that said no, then the rules of `security` and of `refer`.
	{Name: "hook-denied", Class: Denied, Contains: "on_publish",
		Match: `serve error code=\d+.*\bon_publish\b`},
	{Name: "security-denied", Class: Denied, Contains: "code=",
		Match: `serve error code=(?:1052|1053|1054|2015)\b`},
	{Name: "too-many-connections", Class: Limit, Contains: "code=1074",
		Match: `code=1074\b`},
	// Who is behind a cid.
	{Name: "rtmp-client", Contains: "RTMP client ip=",
		Match: `RTMP client ip=(?P<peer>[^,\s]+), fd=`},
	{Name: "http-client", Contains: "HTTP #",
		Match: `HTTP #\d+ (?P<peer>\S+) GET https?://[^/\s]+/(?P<key>[^\s?,]+)\.flv\b`},
	{Name: "identified", Contains: "client identified",
		Match: `client identified,.* app=(?P<app>[^,\s]+), stream=(?P<stream>[^,\s]+)`},
	{Name: "source", Contains: "source url=",
		Match: `source url=[^/,]*/(?P<key>[^,\s]+)`},
	// What an ordinary run logs at WARN.
	{Name: "peer-left", Noise: true, Contains: "ret=1007", Match: `client disconnect peer\. ret=1007`},
	{Name: "player-let-go", Noise: true, Contains: "ret=4040", Match: `server disconnect\. ret=4040`},
	{Name: "not-stable", Noise: true, Contains: "is not stable", Match: `SRS/\S+ is not stable`},
	{Name: "no-disk-stats", Noise: true, Contains: "disk iops disabled", Match: `disk iops disabled`},
}
