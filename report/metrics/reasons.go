package metrics

import (
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// maxReasons bounds how many ways of being refused are told apart, by the codes that servers send: a server may make one up for each
	// attempt.
	maxReasons = 24
	// maxReason bounds the length of one, in bytes: "NetStream.Publish.BadName" is 25.
	maxReason = 64
	other     = "other"
)

// reasons counts by reason, of which there are never more than the wires, maxReasons and other.
type reasons struct {
	by      map[string]int64
	foreign int
}

// newReasons counts these from zero, so that the first of each is an increase. Others come when they happen: what a server may say is not
// known before (prometheus.io/docs/practices/instrumentation, "Avoid missing metrics").
func newReasons(known ...string) reasons {
	r := reasons{by: map[string]int64{}}
	for _, reason := range known {
		r.by[reason] = 0
	}
	return r
}

// wires are how connections fail, whatever a server says.
var wires = []string{
	string(history.WireEOF), string(history.WireReset), string(history.WireTimeout), string(history.WireRefused),
	string(history.WireUnreachable), string(history.WireMalformed),
}

func (r *reasons) add(reason string, n int64) {
	if _, known := r.by[reason]; !known && !isWire(reason) {
		if r.foreign == maxReasons || !plain(reason) {
			reason = other
		} else {
			r.foreign++
		}
	}
	r.by[reason] += n
}

// reason is how something was refused: by the code of the server's status where it sent one, else by how the connection failed.
func reason(wire history.Wire, code string) string {
	if wire == history.WireStatus && code != "" {
		return code
	}
	return string(wire)
}

// isWire says whether a reason is one of ours, which always have room.
func isWire(reason string) bool {
	switch history.Wire(reason) {
	case history.WireStatus, history.WireEOF, history.WireReset, history.WireTimeout, history.WireRefused, history.WireUnreachable,
		history.WireMalformed, history.WireOurs:
		return true
	}
	return false
}

// plain says whether a reason looks like a code: letters, digits, dots, dashes and underscores.
func plain(reason string) bool {
	if reason == "" || len(reason) > maxReason {
		return false
	}
	for _, c := range []byte(reason) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
