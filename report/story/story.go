// Package story tells how a run went in time, for pictures: who published which key when, who was refused, what players got,
// what became of the server, and how the figures moved.
//
//  1. A Fold hears every event of a history, beside the judge, who tells it the class of each refusal.
//  2. What would be too much for a picture is merged while it comes: an hour of returns that went well is some bars that say how
//     many they stand for. What went wrong stays as it was as long as there is any room. Thinned says what was merged.
//  3. Finish gives the Story. Its JSON is what the page of a report draws, and what `--format csv` writes.
//
// Nothing is judged here.
package story

import "github.com/flvstorm/flvstorm/report/history"

// Story is a run in time. Times are µs on the run's clock; a pair of from and length is a span of it.
type Story struct {
	End int64 `json:"end"` // when the last event was
	// Phases are "storm", "settling" and so on, Cases those of a suite.
	Phases []Span `json:"phases"`
	Cases  []Span `json:"cases"`
	// Lanes are the keys, the worst first. KeysLeft is how many have none.
	Lanes    []Lane `json:"lanes"`
	KeysLeft int64  `json:"keys_left"`
	// Marks are what concerns all keys: deaths, restarts, faults, lines of the log.
	Marks  []Mark  `json:"marks"`
	Charts []Chart `json:"charts"`
	// Spreads are distributions of times.
	Spreads []Spread  `json:"spreads"`
	Thinned []Thinned `json:"thinned"`
}

// Span is a named span of time; in JSON {"name":…,"from":…,"len":…}.
type Span struct {
	Name string `json:"name"`
	From int64  `json:"from"`
	Len  int64  `json:"len"`
}

// Lane is what happened on one key. Bars, ticks, gaps and sessions stand in the order of time, each an array in JSON, whose
// members are named here in their order. N is how many are merged in one: 1 as a rule.
type Lane struct {
	Key string `json:"key"`
	// Bars are publishes: [from, len, epoch, outcome, left, n]. An outcome is an index of Outcomes, left one of Leaves (0 where it
	// did not leave as planned, or where those that are merged left in several ways).
	Bars []Bar `json:"bars"`
	// Ticks are refusals: [at, class, role, epoch, n, len]; len is over how long n of them are spread.
	Ticks []Tick `json:"ticks"`
	// Gaps are the times in which nobody owned the key after somebody had: [from, len, state, refused, n]. State is an index of States.
	Gaps []Gap `json:"gaps"`
	// Players are those of the key; of a crowd that tells nothing of its single players there are none.
	Players []Player `json:"players"`
}

// What the indexes of a lane stand for. The JSON has them too, as "names", so that a reader needs no table of ours.
var (
	Outcomes = []string{"accepted", "ended-by-server", "undecided", "contender", "settling"}
	Leaves   = []string{"", "unpublish", "fin", "rst", "cut", "vanish", "halfclose", "end"}
	Roles    = []string{"owner", "contender", "settling"}
	Classes  = []string{"busy", "duplicated", "disposing", "bad-name", "denied", "limit", "closed", "timeout", "unreachable", "rightly"}
	States   = []string{"quick", "late", "stuck", "open"} // back within grace; later; refused for as long as stuck-after; not back when its case or the run ended, but asked for
	Plays    = []string{"asking", "playing", "refused", "lingering"}
)

// Bar is a publish.
type Bar struct {
	From, Len     int64
	Epoch         uint32
	Outcome, Left int
	N             int64
}

// Tick is a refusal. One that was right, for the key had a live owner, is of the class "rightly".
type Tick struct {
	At          int64
	Class, Role int
	Epoch       uint32
	N, Len      int64
}

// Gap is a time without an owner.
type Gap struct {
	From, Len int64
	State     int
	Refused   int64
	N         int64
}

// Player is one player of a key.
type Player struct {
	Name string `json:"name"` // "0", "1", …
	// Sessions are [from, len, play, n], play an index of Plays; Dry are the times without media in sessions that had some: [from, len, n].
	Sessions []Session `json:"sessions"`
	Dry      []Dry     `json:"dry"`
}

// Session is what a player had from when to when.
type Session struct {
	From, Len int64
	Play      int
	N         int64
}

// Dry is a time without media.
type Dry struct{ From, Len, N int64 }

// Mark is something that concerns all keys.
type Mark struct {
	At  int64 `json:"at"`
	Len int64 `json:"len,omitempty"` // of what lasts
	// Kind is "death", "hung", "restart", "fault", "log-error", "log-warn", "sanitizer", "stopped", "interrupted", "trouble".
	Kind string `json:"kind"`
	Text string `json:"text"` // a line of the log, the system's words, ours; cut to some hundred bytes
	N    int64  `json:"n,omitempty"`
}

// Chart is some figures over the same points in time. A value that is not known is null.
type Chart struct {
	// Name is one of "publish" (attempts a second: "accepted" and each class of refusal), "players" ("wanted", "playing", "dry"),
	// "bitrate" ("in" and "out", Mbit/s), "first-frame" and "recovery" ("p50", "p90", "p99", "max", ms), "cpu" ("server",
	// "generator", "machine": cores), "memory" ("server", "generator": MB), "descriptors" ("server", "generator"), "connections" (as the API shows them:
	// "clients"; "streams", those that somebody publishes; "listed", all that it lists, where that was ever more), "lag" ("p99", "max": ms, how late the generator's own timers were).
	Name  string  `json:"name"`
	At    []int64 `json:"at"`
	Lines []Line  `json:"lines"`
	// Late are spans in which the generator could not be trusted.
	Late []Span `json:"late,omitempty"`
}

// Line is one figure of a chart; it has a value for each of the chart's points.
type Line struct {
	Name   string     `json:"name"`
	Values []*float64 `json:"values"`
}

// Spread is a distribution of times.
type Spread struct {
	// Name is "recovery" (a return until accepted), "first-frame" (after a return until a player has a frame of it), or one of the names of
	// Result.Latency; By is the departure before it, empty for all.
	Name string `json:"name"`
	By   string `json:"by,omitempty"`
	// Counts are pairs of µs and how many were about that long.
	Counts history.Counts `json:"counts"`
}

// Thinned says that so many of something stand for Of of them.
type Thinned struct {
	What string `json:"what"` // "bars", "ticks", "gaps", "sessions", "dry", "marks", "keys"
	Kept int64  `json:"kept"`
	Of   int64  `json:"of"`
}
