package profile

import "time"

// Embedded is flvstorm's own server. Its log is shaped like that of SRS, so it is read by the same rules.
var Embedded = Profile{
	Name:   "embedded",
	Policy: "exclusive",
	// Publish.Start as onStatus is sent once the key is taken, as by SRS.
	Accept: "onstatus",
	// It closes a publisher 5 s after its last byte; the rest is for a loaded machine.
	Idle:         IdleBound{Later: 6 * time.Second},
	ReplyID:      "flvstorm_id",
	ReplyVersion: "flvstorm_version",
	LogHead:      srs.LogHead,
	LogRules: append([]LogRule{
		{Name: "publisher-silent", Noise: true, Contains: "client timeout", Match: `client timeout`},
	}, srsRules...),
}
