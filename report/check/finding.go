package check

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// Code names a kind of finding. Codes are the same in every language, and stay what they are.
type Code string

const (
	DuplicatedPattern  Code = "duplicated-pattern"
	StuckBusy          Code = "stuck-busy"
	SlowRelease        Code = "slow-release"
	StreamBusy         Code = "stream-busy"
	Disposing          Code = "disposing"
	UnexplainedRefusal Code = "unexplained-refusal"
	DoublePublish      Code = "double-publish"
	PlayerStarved      Code = "player-starved"
	PlayerRefused      Code = "player-refused"
	ServerCrashed      Code = "server-crashed"
	ServerHung         Code = "server-hung"
	ServerRestarted    Code = "server-restarted"
	Sanitizer          Code = "sanitizer"
	Leak               Code = "leak"
	MixedMedia         Code = "mixed-media"
	StaleMedia         Code = "stale-media"
	MediaLoss          Code = "media-loss"
	MediaDuplicate     Code = "media-duplicate"
	MediaReorder       Code = "media-reorder"
	MediaCorrupt       Code = "media-corrupt"
	FLVInvalid         Code = "flv-invalid"
	PlayPolicy         Code = "play-policy"
)

// Codes are all codes, the gravest first: the order in which findings of the same rank are shown.
var Codes = []Code{
	ServerCrashed, ServerHung, ServerRestarted, Sanitizer, DuplicatedPattern, Disposing, StuckBusy, UnexplainedRefusal,
	SlowRelease, DoublePublish, MixedMedia, StaleMedia, FLVInvalid, MediaCorrupt, MediaLoss, MediaDuplicate, MediaReorder,
	PlayPolicy, PlayerStarved, PlayerRefused, Leak, StreamBusy,
}

// Says is the sentence for what a code says.
func (c Code) Says() phrase.ID { return phrase.ID("finding." + string(c)) }

// Severity says whether a finding fails a run.
type Severity string

const (
	Error Severity = "error"
	Info  Severity = "info"
)

// Finding is one thing that was found out about the server, over all keys that it happened to.
type Finding struct {
	// ID is unique in a judgement: the code for a root, "code<cause" for a consequence, "code/info" for information,
	// "code: what" for one of several of a code that are told apart (sanitizer).
	ID       string   `json:"id"`
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Root says that nothing else caused it. Information is neither root nor consequence.
	Root bool `json:"root"`
	// CausedBy is the code of the finding that this one follows from.
	CausedBy *string `json:"caused_by"`
	// Allowed says that it does not fail the run, AllowedBy why: "allow" (--allow names its code), "fail-only" (--fail-only
	// doesn't) or "baseline" (the baseline has it).
	Allowed   bool   `json:"allowed,omitempty"`
	AllowedBy string `json:"allowed_by,omitempty"`
	// Status says, of an error, whether the baseline has it: "old" or "new". Empty without a baseline.
	Status string `json:"status,omitempty"`
	// In are the cases of the suite in which it was found, in their order; empty for what belongs to none.
	In []string `json:"in,omitempty"`
	// Count is how often: refusals for duplicated-pattern, stream-busy, disposing and unexplained-refusal; returns for
	// slow-release; times that a key got stuck for stuck-busy; what was kept, in its own unit, for leak; connections for
	// mixed-media and stale-media; frames for media-loss, media-duplicate and media-reorder; faults for media-corrupt and
	// flv-invalid; pairs of publishers, players, reports, deaths for the others.
	Count int64    `json:"count"`
	Keys  []string `json:"keys"`
	// FirstAt is when the first of them happened.
	FirstAt time.Duration `json:"-"`
	// ForGood says, of stuck-busy, that every settling try of every key failed while the server answered.
	ForGood bool `json:"for_good,omitempty"`
	// Lateness is, of slow-release, how long after its publisher had gone each key came back, ascending.
	Lateness []time.Duration `json:"-"`
	// Cases are examples: the first of each key, then more, in the order in which they happened.
	Cases []Case `json:"-"`
	// Evidence is what the cases rest on.
	Evidence []Evidence `json:"evidence"`
}

// Evidence is an event of the history, a line of the server's log or a whole report in it, or a file or folder below the
// run's folder. Fields that don't apply are empty.
type Evidence struct {
	Event int64  `json:"event,omitempty"`
	Log   string `json:"log,omitempty"`
	File  string `json:"file,omitempty"`
}

// byTimeAlone reports whether nothing but how long something took speaks for the finding.
func (f *Finding) byTimeAlone() bool {
	switch f.Code {
	case PlayerStarved, MediaLoss:
		return true // that a player kept up with what it lost is known by times only
	case SlowRelease:
		return !slices.ContainsFunc(f.Cases, func(c Case) bool { return c.Refused > 0 })
	}
	return false
}

// Case is one time that a finding happened: the key, the time and the server's log line stand beside each other.
type Case struct {
	In    string // the case of the suite
	Key   string
	Actor string
	Epoch uint32
	At    time.Duration
	Event int64 // its number in the history
	// Class is the class of the refusal, Log the line that says so and By how that line was tied to it.
	Class profile.Class
	Log   string
	By    Tie
	// Text says more in the server's own words: the status it answered with, the signal it died of.
	Text string
	// Since is when the key's publisher had gone, For how long the key was (or has been) refused since then, and Back
	// whether it came back. Refused counts the refusals, Settled those among them that were settling tries. Of a player, Since
	// is when it last got media or, if never, asked first; For is how much of the time since then the key was live, and Back says
	// that media came again.
	Since   time.Duration
	For     time.Duration
	Back    bool
	Refused int64
	Settled int64
	// ForGood says that every settling try failed while the server answered, up to the last one.
	ForGood bool
	// Ghost says that it was refused while the server's API showed nobody who publishes the key; Holder is, the other way
	// round, the server's id of the publisher that had gone and that its API still showed.
	Ghost  bool
	Holder string
	// Frames are the top of the stack that the server died in, hung in or was reported in, the innermost first, Crash is
	// what else could be learned of its end, and Report what a sanitizer said, whole; each where there is one.
	Frames []string
	Crash  *history.Crash
	Report *history.Sanitizer
	// Odd is what a witness saw, with the tags around it.
	Odd *history.Oddity
	// How says how the frames of Epoch came where they should not have, and Other which epoch's should have. For is then how
	// long ago that was clear: since their publisher had left or, of a connection that was Opened, since the other's acceptance.
	How   How
	Other uint32
}

// How is how frames came that should not have.
type How string

const (
	After     How = "after"      // those of a newer publish had come
	Opened    How = "opened"     // the connection was opened after a newer publish had been accepted
	Together  How = "together"   // in turns with those of another live publish
	Refused   How = "refused"    // in turns with those of a live publish, and theirs had been refused
	LongAgo   How = "long-ago"   // of a publish that is no longer remembered, so long ago it was
	NeverSent How = "never-sent" // nobody published under that number
)

// Tie says how a line of the log was tied to a refusal.
type Tie string

const (
	ByNothing Tie = ""
	ByID      Tie = "id"    // the connect reply named the connection as the log does
	ByToken   Tie = "token" // the log shows the token behind the stream's name
	ByPeer    Tie = "peer"  // the log names our address
	ByTime    Tie = "time"  // same key, about the same time: a guess, and marked as one
	ByLast    Tie = "last"  // the last error before the server's end, which may be about something else
)

// Says is the sentence for a Tie.
func (t Tie) Says() phrase.ID {
	switch t {
	case ByID:
		return phrase.TiedByID
	case ByToken:
		return phrase.TiedByToken
	case ByPeer:
		return phrase.TiedByPeer
	case ByTime:
		return phrase.TiedByTime
	case ByLast:
		return phrase.TiedByLast
	}
	return phrase.TiedByNothing
}
