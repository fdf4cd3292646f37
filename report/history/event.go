// Package history is the record of one run: what was attempted, what came back over the wire, what the server logged,
// and what became of its process. Everything that judges a run reads only this.
//
//  1. The parts of a run (publishers, players, log follower, process) hand Events to a Recorder.
//  2. The Recorder owns the one monotonic clock, adds a tick every 100 ms so that timeouts are events too, passes each
//     event to live listeners, and writes the file without ever blocking the part that reported.
//  3. A Reader gives the same events back in the same order, on another machine, years later.
//
// The package is a leaf: it knows neither sockets nor verdicts.
package history

import "time"

// Event is one thing that happened. Times are offsets on the run's monotonic clock, from its start.
type Event struct {
	// Seq is the number of the event in the run, from 1, set by the Recorder.
	Seq int64
	// At is when it happened.
	At time.Duration
	// Due is when it should have happened; zero where nothing was planned. Latency counts from here (coordinated omission).
	Due time.Duration
	// Key is the app/stream it concerns, such as "live/s0"; empty where it concerns the whole server.
	Key string
	// Actor is who reports: "pub/live/s0", "con/live/s0" (contender), "set/live/s0" (settling), "play/live/s0/2", "server", "run".
	Actor string
	// Epoch is the number of the attempt it belongs to, per key from 1; zero where it belongs to none.
	Epoch uint32
	// What happened.
	What Payload
}

// Payload is what happened, one type a kind. Kind is the stable name under which it stands in a file.
type Payload interface {
	Kind() string
}

// Role says why an attempt to publish was made.
type Role string

const (
	Owner     Role = "owner"     // the planned publisher of the key, first or returning, or its retry
	Contender Role = "contender" // another publisher, while the owner is live
	Settling  Role = "settling"  // after the load, to see whether the key is usable again
)

// Wire says how a connection failed or ended, as seen from our side.
type Wire string

const (
	WireNone        Wire = ""            // it did not end
	WireStatus      Wire = "status"      // an onStatus or _error said so
	WireEOF         Wire = "eof"         // the server sent FIN
	WireReset       Wire = "reset"       // the server sent RST, or a write found the socket broken
	WireTimeout     Wire = "timeout"     // nothing came within the bound
	WireRefused     Wire = "refused"     // the TCP connection was refused (ECONNREFUSED)
	WireUnreachable Wire = "unreachable" // no route, host down, name not found
	WireMalformed   Wire = "malformed"   // what came was not the protocol
	WireOurs        Wire = "ours"        // we closed it, as planned
)

// Header is the first record of a history: what judging the run again needs.
type Header struct {
	Schema    string         `json:"schema"` // "flvstorm.history/1"
	Tool      string         `json:"tool"`   // version of flvstorm
	Command   []string       `json:"command"`
	Repro     string         `json:"repro"` // the command line that repeats the run, credentials masked
	Seed      int64          `json:"seed"`
	StartedAt time.Time      `json:"started_at"` // wall clock at offset zero
	Machine   Machine        `json:"machine"`
	Target    Target         `json:"target"`
	Plan      map[string]any `json:"plan"`    // the plan as printed by the room that made it
	Profile   map[string]any `json:"profile"` // the resolved profile: internal/profile.Profile as JSON
	Judge     Judge          `json:"judge"`
}

// Machine is where the run was made.
type Machine struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPUs int    `json:"cpus"`
}

// Target is what the run was made against, credentials masked.
type Target struct {
	Embedded   bool   `json:"embedded"` // started by us as `serve`
	PublishURL string `json:"publish_url"`
	PlayURL    string `json:"play_url"`
	Log        string `json:"log,omitempty"` // where the log came from
	// Exec is the command that started the server, masked; API and PID what else of it was looked at.
	Exec string `json:"exec,omitempty"`
	API  string `json:"api,omitempty"`
	PID  int    `json:"pid,omitempty"`
	// Config are files that the command names, as they were when it was started: the server's configuration, as far as it is known.
	Config []ConfigFile `json:"config,omitempty"`
}

// ConfigFile is a file of a server's configuration.
type ConfigFile struct {
	Path   string `json:"path"`           // as the command line has it, masked
	SHA256 string `json:"sha256"`         // of Text where there is one, else of the file as it was
	Text   string `json:"text,omitempty"` // at most 32 KiB, what lets somebody in hidden; empty where it is longer or can't be hidden well
}

// Judge is what the user asked the judgement to go by.
type Judge struct {
	Grace      time.Duration `json:"grace_ns"`
	StuckAfter time.Duration `json:"stuck_after_ns"`
	Allow      []string      `json:"allow,omitempty"`
	FailFast   bool          `json:"fail_fast,omitempty"`
	// FailOnly are the only codes that fail the run; empty for all.
	FailOnly []string `json:"fail_only,omitempty"`
	// FailOn are expressions over the result that fail the run where they are true.
	FailOn []string `json:"fail_on,omitempty"`
	// TimeScale is by how much slower than usual the server may be (a sanitizer, a small machine); zero is one. Grace and
	// StuckAfter are scaled already.
	TimeScale float64   `json:"time_scale,omitempty"`
	Baseline  *Baseline `json:"baseline,omitempty"`
}

// Baseline is an earlier run whose findings don't fail this one.
type Baseline struct {
	Run     string `json:"run"`               // its folder
	Verdict string `json:"verdict,omitempty"` // what that run came to
	// Suite says that the run was a suite.
	Suite bool `json:"suite,omitempty"`
	// Findings are its errors: the code (of a sanitizer's report, with what it says), and before it the case and a slash
	// where it was found in one.
	Findings []string `json:"findings"`
}

// Tick says that time has passed; the Recorder makes one every TickEvery.
type Tick struct{}

// TickEvery is the interval of Ticks.
const TickEvery = 100 * time.Millisecond

// Phase says that the run enters a phase: "start", "storm" (the load and chaos of --duration), "settling", "end".
type Phase struct {
	Name string `json:"name"`
}

// Interrupted says that the user asked the run to stop (SIGINT).
type Interrupted struct{}

// Stopped says that the run ended itself before its duration, and why: "fail-fast", "server-dead".
type Stopped struct {
	Why string `json:"why"`
}

// OwnTrouble is a failure or limit of ours, not of the server. Code is one of "descriptors", "ports", "memory", "disk",
// "dropped-events", "armed-late", "log-ended" (the program or pipe that gave us the log ended before the run did), "log-unread"
// (it was not read, or not to its end), "internal".
type OwnTrouble struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Count  int64  `json:"count,omitempty"`
}

// Connected says that a publisher's connection finished handshake and connect.
type Connected struct {
	Role     Role   `json:"role"`
	Conn     int64  `json:"conn"` // our number of the connection, unique in the run
	Local    string `json:"local"`
	Remote   string `json:"remote"`
	ServerID string `json:"server_id,omitempty"` // the log's id of this connection (SRS: srs_id)
	Token    string `json:"token,omitempty"`     // in the query of the stream name, to be found again in the log
	Server   string `json:"server,omitempty"`    // kind and version as the connect reply tells: "srs 7.0.2"
	// ServerPID is the number of the server's process as the connect reply tells it, empty where it doesn't.
	ServerPID string        `json:"server_pid,omitempty"`
	TCP       time.Duration `json:"tcp_ns"`   // dial until connected
	Setup     time.Duration `json:"setup_ns"` // dial until the connect reply
	Armed     bool          `json:"armed"`    // made ahead of a departure
}

// ArmedLost says that an armed connection was lost before it was used; the return makes a full one.
type ArmedLost struct {
	Conn int64  `json:"conn"`
	Wire Wire   `json:"wire"`
	Why  string `json:"why"`
}

// PublishSent says that `publish` has been written; At is the return of that write. With it the attempt begins, for
// connections that get as far; an attempt that fails earlier has only its PublishRefused.
type PublishSent struct {
	Role     Role   `json:"role"`
	Conn     int64  `json:"conn"`
	Armed    bool   `json:"armed"`
	Try      int    `json:"try"` // 0 for a planned return, then the number of the retry
	ServerID string `json:"server_id,omitempty"`
	Token    string `json:"token,omitempty"`
	// After is the epoch whose departure this try follows, 0 for a key's first. Gap is measured from the departing system
	// call's return to this write's return, AskedGap is what the plan said. Only try 0 after a departure has them.
	After    uint32        `json:"after,omitempty"`
	Gap      time.Duration `json:"gap_ns,omitempty"`
	AskedGap time.Duration `json:"asked_gap_ns,omitempty"`
	// Players says how many players are left on the key, -1 unless the settling says it.
	Players int `json:"players"`
}

// PublishAccepted says that the server accepted the attempt by the profile's rule. At is when the rule was met; with
// "survive", Said is when the server said Start.
type PublishAccepted struct {
	Conn int64         `json:"conn"`
	Rule string        `json:"rule"` // "onstatus" or "survive"
	Said time.Duration `json:"said_ns"`
}

// PublishRefused says that the server refused the attempt, or that it never got that far. Sent is the offset of its
// PublishSent, zero when `publish` was never written; then Stage tells how far it came.
type PublishRefused struct {
	Role     Role          `json:"role"`
	Conn     int64         `json:"conn"`
	Sent     time.Duration `json:"sent_ns"`
	Stage    string        `json:"stage"` // "tcp", "tls", "handshake", "connect", "create", "publish", "survive"
	Wire     Wire          `json:"wire"`
	Code     string        `json:"code,omitempty"` // of the onStatus or _error
	Text     string        `json:"text,omitempty"` // its description
	ServerID string        `json:"server_id,omitempty"`
	Token    string        `json:"token,omitempty"`
	Local    string        `json:"local,omitempty"`
	// Try, After and AskedGap are those of the PublishSent that would have followed; only an owner's refusal has them.
	Try      int           `json:"try"`
	After    uint32        `json:"after,omitempty"`
	AskedGap time.Duration `json:"asked_gap_ns,omitempty"`
}

// PublishUndecided says that our own departure came before the "survive" rule could tell.
type PublishUndecided struct {
	Conn int64 `json:"conn"`
}

// Departed says that an owner left; At is the return of the departing system call.
type Departed struct {
	Conn   int64  `json:"conn"`
	How    string `json:"how"` // "unpublish", "fin", "rst", "cut", "vanish", "halfclose"
	Frames int64  `json:"frames"`
	Bytes  int64  `json:"bytes"`
	// LastSent is when the last frame was written, for the idle bound of a vanish.
	LastSent time.Duration `json:"last_sent_ns"`
}

// PublishEnded says that the server ended an accepted publish, or (after a vanish or halfclose) closed its connection,
// which proves that the key's owner is gone. Vanished is true for the latter; with WireOurs the run itself closed the
// socket of a silent publisher, so that the server knew from then on.
type PublishEnded struct {
	Conn     int64  `json:"conn"`
	Wire     Wire   `json:"wire"`
	Code     string `json:"code,omitempty"`
	Text     string `json:"text,omitempty"`
	Vanished bool   `json:"vanished,omitempty"`
	Frames   int64  `json:"frames"`
	Bytes    int64  `json:"bytes"`
}

// PlayRequested says that a player has sent its GET. Session counts per player from 1.
type PlayRequested struct {
	Session int           `json:"session"`
	Manner  string        `json:"manner"` // "prompt", "linger", "stalled", "slow", "churn", "idle"
	Local   string        `json:"local"`
	TCP     time.Duration `json:"tcp_ns"`
	// Witness says that this player reads every frame: it tells Watched, Stall and Oddity.
	Witness bool `json:"witness,omitempty"`
	// Crowd says that this player keeps silent about its media while that flows: after its first frame it makes a PlayProgress
	// only when nothing has come for some 500 ms, and one when media comes again.
	Crowd bool `json:"crowd,omitempty"`
}

// PlayResponse is the status line and headers of the answer. At is when they were complete.
type PlayResponse struct {
	Session int    `json:"session"`
	Status  int    `json:"status"`
	Type    string `json:"type,omitempty"`
	Server  string `json:"server,omitempty"`
}

// PlayFirst is the first media of a session: which of "byte" (the first of the body), "media" (first audio or video
// frame) or "keyframe" came first now. Epoch of the event is the stamp's where there is one.
type PlayFirst struct {
	Session int           `json:"session"`
	Of      string        `json:"of"`
	Since   time.Duration `json:"since_ns"` // since the GET was written
}

// PlayProgress sums what a player received since its last PlayProgress, made about every 500 ms while media flows.
type PlayProgress struct {
	Session int           `json:"session"`
	Tags    int64         `json:"tags"` // audio and video frames
	Bytes   int64         `json:"bytes"`
	Last    time.Duration `json:"last_ns"`    // when the last frame arrived
	MaxGap  time.Duration `json:"max_gap_ns"` // longest time between two frames
}

// PlayRefused says that a session got no stream: the connection failed, or the status was not 200. Redirects to
// another host count as refused.
type PlayRefused struct {
	Session int    `json:"session"`
	Wire    Wire   `json:"wire"`
	Status  int    `json:"status,omitempty"`
	Text    string `json:"text,omitempty"`
	Local   string `json:"local,omitempty"`
}

// PlayEnded says that a session which had status 200 ended. Clean is true when the body ended between two tags.
type PlayEnded struct {
	Session int    `json:"session"`
	Wire    Wire   `json:"wire"`
	Clean   bool   `json:"clean"`
	Tags    int64  `json:"tags"`
	Bytes   int64  `json:"bytes"`
	Text    string `json:"text,omitempty"`
}

// Unknown is an event of a kind that this flvstorm does not know, from a newer one. It is kept, counted and skipped.
type Unknown struct {
	Name string
	Raw  []byte
}

func (Tick) Kind() string             { return "tick" }
func (Phase) Kind() string            { return "phase" }
func (Interrupted) Kind() string      { return "interrupted" }
func (Stopped) Kind() string          { return "stopped" }
func (OwnTrouble) Kind() string       { return "own-trouble" }
func (Connected) Kind() string        { return "connected" }
func (ArmedLost) Kind() string        { return "armed-lost" }
func (PublishSent) Kind() string      { return "publish-sent" }
func (PublishAccepted) Kind() string  { return "publish-accepted" }
func (PublishRefused) Kind() string   { return "publish-refused" }
func (PublishUndecided) Kind() string { return "publish-undecided" }
func (Departed) Kind() string         { return "departed" }
func (PublishEnded) Kind() string     { return "publish-ended" }
func (PlayRequested) Kind() string    { return "play-requested" }
func (PlayResponse) Kind() string     { return "play-response" }
func (PlayFirst) Kind() string        { return "play-first" }
func (PlayProgress) Kind() string     { return "play-progress" }
func (PlayRefused) Kind() string      { return "play-refused" }
func (PlayEnded) Kind() string        { return "play-ended" }
func (u Unknown) Kind() string        { return u.Name }
