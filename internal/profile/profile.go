// Package profile holds what is known of each kind of server: how it says yes and no to a publisher, how long it takes
// a silent one for live, what its log lines mean. It is data; nothing here connects, reads or judges.
//
// To learn a new server, add one file with one Profile and one line to All.
package profile

import "time"

// Profile is what is known of one kind of server. A resolved profile stands in the header of every history, as JSON.
type Profile struct {
	Name string `json:"name"`
	// Policy says what happens to a second publisher on a live key: "exclusive" (refused), "takeover" (the old one is
	// closed) or "unknown".
	Policy string `json:"policy"`
	// Accept is the rule by which a publish counts as accepted: "onstatus" (NetStream.Publish.Start) or "survive".
	Accept string `json:"accept"`
	// Survive is how long the connection must outlive Publish.Start under the rule "survive".
	Survive time.Duration `json:"survive_ns,omitempty"`
	// Idle bounds how long a publisher that fell silent may still count as live.
	Idle IdleBound `json:"idle"`
	// ReplyID is the property of the connect reply that names the connection in the log ("srs_id"), ReplyVersion the one
	// that tells the version. A server whose reply has ReplyVersion is of this kind.
	ReplyID      string `json:"reply_id,omitempty"`
	ReplyVersion string `json:"reply_version,omitempty"`
	// LogHead matches the head of a log line; its groups named time, level and id are read.
	LogHead string `json:"log_head,omitempty"`
	// LogRules are tried in order on what follows the head of every line; the first that matches names it.
	LogRules []LogRule `json:"log_rules,omitempty"`

	log *logParser // of LogHead and LogRules, see Compile
}

// LogRule gives a log line its meaning.
type LogRule struct {
	Name string `json:"name"`
	// Contains is a text without which Match can't match. Most lines of a log are of no interest; it spares them the
	// regular expression.
	Contains string `json:"contains,omitempty"`
	// Match is a regular expression; its groups named key (or app and stream), peer and id are read.
	Match string `json:"match"`
	// Class is the class of refusal the line stands for (see Class), "" for lines that only identify.
	Class Class `json:"class,omitempty"`
	// Play says that it was a player who was refused, not a publisher.
	Play bool `json:"play,omitempty"`
	// Noise marks lines at WARN or above that belong to an ordinary run.
	Noise bool `json:"noise,omitempty"`
}

// Class is what a server said when it refused.
type Class string

const (
	Busy        Class = "busy"        // somebody publishes the key already
	Duplicated  Class = "duplicated"  // the old HTTP mount of the key still stands
	Disposing   Class = "disposing"   // the old stream is being torn down
	BadName     Class = "bad-name"    // NetStream.Publish.BadName
	Denied      Class = "denied"      // 401, 403, a hook
	Limit       Class = "limit"       // too many connections
	Closed      Class = "closed"      // closed without a word
	Timeout     Class = "timeout"     // no answer
	Unreachable Class = "unreachable" // no connection
)

// IdleBound is how long after a silent departure a server may keep its key. With a publish younger than FirstWithin when
// it fell silent, the bound is the publish's start plus First; else the last byte plus Later.
type IdleBound struct {
	FirstWithin time.Duration `json:"first_within_ns,omitempty"`
	First       time.Duration `json:"first_ns,omitempty"`
	Later       time.Duration `json:"later_ns"`
}

// Until returns by when a publish that began at start and sent its last byte at last must have been let go, all three on
// one clock.
func (b IdleBound) Until(start, last time.Duration) time.Duration {
	if last-start < b.FirstWithin {
		return start + b.First
	}
	return last + b.Later
}

// AcceptAfter is how long after Publish.Start a publish counts as accepted: zero under the rule "onstatus".
func (p *Profile) AcceptAfter() time.Duration {
	if p.Accept == "survive" {
		return p.Survive
	}
	return 0
}
