// Package profile holds what is known of each kind of server: how it says yes and no to a publisher, how long it takes
// a silent one for live, what its log lines mean. It is data; nothing here connects or judges.
//
//  1. Each kind is a YAML file in the folder known, with comments that say where a fact comes from. A user's own file is
//     read by the same rules (Load), and a mistake in it is told with its line.
//  2. Resolve picks one, by its name or by how the server introduces itself, and At narrows it to the server's version.
//  3. The profile stands in the header of the history (Map), so that a saved run is judged by what was known then (Read).
//
// To learn a new server, add one file and one line to the list in known.go.
package profile

import "time"

// Profile is what is known of one kind of server. A resolved profile stands in the header of every history, as JSON.
type Profile struct {
	Name string `json:"name"`
	// Policy says what happens to a second publisher on a live key: "exclusive" (refused), "takeover" (the old one is
	// closed), "grace" (refused, but one that follows a lost publisher within Resume goes on with its stream) or "unknown".
	Policy string `json:"policy"`
	// Accept is the rule by which a publish counts as accepted: "onstatus" (NetStream.Publish.Start) or "survive".
	Accept string `json:"accept"`
	// Survive is how long the connection must outlive Publish.Start under the rule "survive".
	Survive time.Duration `json:"survive_ns,omitempty"`
	// Idle bounds how long a publisher that fell silent may still count as live.
	Idle IdleBound `json:"idle"`
	// ReplyMark is a property that only a connect reply of this kind of server has.
	ReplyMark string `json:"reply_mark,omitempty"`
	// ReplyID is the property of the connect reply that names the connection in the log ("srs_id"), ReplyVersion the one
	// that tells the version.
	ReplyID      string `json:"reply_id,omitempty"`
	ReplyVersion string `json:"reply_version,omitempty"`
	// ReplyPID is the property that names the server's process ("srs_pid").
	ReplyPID string `json:"reply_pid,omitempty"`
	// Server matches the Server header of the answers to players, where this kind of server is told by it. Where the
	// answers have none, X-Powered-By stands for it.
	Server string `json:"server,omitempty"`
	// Token is the parameter of a stream name's query that the server logs beside its id of the connection and strips from
	// the key ("fs"); empty where a query would become a part of the key.
	Token string `json:"token,omitempty"`
	// Absent is what a player of a key gets that nobody publishes: "wait" (nothing, until somebody does), "header" (a header
	// of FLV, and then nothing) or "404"; empty where that is not known.
	Absent string `json:"absent,omitempty"`
	// Viewers is what becomes of a viewer when its publish ends: "end" (so does its connection), "hold" (it is kept, and gets
	// the next publish) or "either" (some are ended, others kept); empty where that is not known. EndsWithin is how long it may
	// take to end them all: a publish that comes back sooner may find them still there. Timestamps is how they go on for one
	// that is held: "continue" or "restart".
	Viewers    string        `json:"viewers,omitempty"`
	EndsWithin time.Duration `json:"ends_within_ns,omitempty"`
	Timestamps string        `json:"timestamps,omitempty"`
	// Shipped is where the server is reached as it comes, Container where its usual container image has it.
	Shipped   Places `json:"shipped"`
	Container Places `json:"container"`
	// Departures are those after which this kind of server does not do as its Policy says, by their names.
	Departures map[string]Departure `json:"departures,omitempty"`
	// Resume is, of policy "grace", how long a publisher that is lost may be followed by another.
	Resume time.Duration `json:"resume_ns,omitempty"`
	// API says what can be asked of the server while it runs; nil where nothing is known.
	API *API `json:"api,omitempty"`
	// Exec is how a server of this kind is told its ports when we start it; nil where only its own configuration can.
	Exec *Exec `json:"exec,omitempty"`
	// Hints are likely causes of what a first look at the server may meet.
	Hints []Hint `json:"hints,omitempty"`
	// LogHead matches the head of a log line; its groups named time, level and id are read. LogTime is the layout of that
	// time, as package time has it.
	LogHead string `json:"log_head,omitempty"`
	LogTime string `json:"log_time,omitempty"`
	// LogRules are tried in order on what follows the head of every line; the first that matches names it.
	LogRules []LogRule `json:"log_rules,omitempty"`

	log  *logParser // of LogHead and LogRules, see Compile
	text *text      // what it was read from, for At; nil after Read
}

// Places are the URLs by which a server is reached, with {stream} where the name of the stream goes.
type Places struct {
	Publish string `json:"publish,omitempty"`
	Play    string `json:"play,omitempty"`
	API     string `json:"api,omitempty"`
}

// Departure is how a server takes one kind of departure.
type Departure struct {
	// Ignored says that the server does not act on it: only the end of the TCP connection frees the key.
	Ignored bool `json:"ignored,omitempty"`
	// Policy and Resume are those of the profile, after this departure.
	Policy string        `json:"policy,omitempty"`
	Resume time.Duration `json:"resume_ns,omitempty"`
	// Viewers and Timestamps are those of the profile, after this departure.
	Viewers    string `json:"viewers,omitempty"`
	Timestamps string `json:"timestamps,omitempty"`
}

// API is what can be asked of a server over HTTP, as JSON. Fields are named by paths of names with dots between, those of
// a list from its item on. A list on the way of a path stands for all its items, so "data.groups.subs" is the subs of
// every group.
type API struct {
	Streams *APIList `json:"streams,omitempty"`
	Clients *APIList `json:"clients,omitempty"`
	// Header and Query let us in, such as "Authorization: Bearer ${NMS_TOKEN}" and "secret=${ZLM_SECRET}". What stands
	// in ${} comes from the environment and is never written down.
	Header string `json:"header,omitempty"`
	Query  string `json:"query,omitempty"`
}

// APIList is one list that an API gives.
type APIList struct {
	Path string `json:"path"` // with its query
	// List is where the list stands in the answer; a map counts as the list of its values, null as an empty one. Empty is the
	// answer itself.
	List string `json:"list,omitempty"`
	// Key is one path to app/stream, or two, to app and stream. A slash before app does not count.
	Key []string `json:"key,omitempty"`
	// Active says that somebody publishes: a path to true, or to anything that isn't empty, zero or null; or "path=text",
	// where it must be that text. Where it is empty, so is the question: every item of the list is being published.
	Active    string `json:"active,omitempty"`
	Publisher string `json:"publisher,omitempty"` // the server's id of the publisher's connection
	Count     string `json:"count,omitempty"`     // how many clients: a number, or a list
	Frames    string `json:"frames,omitempty"`
	ID        string `json:"id,omitempty"`   // of a client: the server's id of the connection
	Peer      string `json:"peer,omitempty"` // of a client: its address
}

// Exec is how a server is started without a configuration of the user's. In Args and Env, {rtmp}, {http} and {api} stand for
// the ports picked for it.
type Exec struct {
	Args []string `json:"args,omitempty"` // for a command that has none
	Env  []string `json:"env,omitempty"`  // each K=V
	// Places are its URLs then, with {rtmp}, {http} and {api}.
	Places Places `json:"places"`
}

// Hint is a likely cause: of a play that was answered with a status, of a publish that was refused.
type Hint struct {
	When string `json:"when"` // "play-404", "play-401", "play-silent", "play-closed", "publish-closed", …
	Says string `json:"says"` // one sentence, in English
}

// LogRule gives a log line its meaning.
type LogRule struct {
	Name string `json:"name"`
	// Contains is a text without which Match can't match. Most lines of a log are of no interest; it spares them the
	// regular expression.
	Contains string `json:"contains,omitempty"`
	// Match is a regular expression; its groups named key (or app and stream), peer, id and token are read.
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

// Classes are all of them.
var Classes = []Class{Busy, Duplicated, Disposing, BadName, Denied, Limit, Closed, Timeout, Unreachable}

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
