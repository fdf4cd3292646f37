package history

import "time"

// A run under steady load tells what its players and publishers do in Samples of about a second: what tens of thousands of
// them do one by one would be more than anybody reads. Beside that each of them tells of its sessions as always, but a
// player of the crowd keeps silent about its media while that flows.

// LoadStep says how many are wanted from now on. A run walks its steps one after the other; they are numbered from 1.
type LoadStep struct {
	Step int `json:"step"`
	// Of is what there are so many of: "players" or "publishers", over all keys.
	Of string `json:"of"`
	// Why is "hold" (the plain run), "stage" (of --stages) or "search" (of --find-limit).
	Why string `json:"why"`
	// From and To are how many are wanted at the beginning and at the end of Over; To for Hold after that.
	From int           `json:"from"`
	To   int           `json:"to"`
	Over time.Duration `json:"over_ns"`
	Hold time.Duration `json:"hold_ns"`
}

// LoadHolds says that all that a step wanted have come, or should have: a step of a search is measured from here on.
type LoadHolds struct {
	Step int `json:"step"`
}

// LoadStepEnded says that a step is over.
type LoadStepEnded struct {
	Step int `json:"step"`
}

// LoadJudged says what a search made of a step: whether the load held, or why it did not. With Ours nobody knows: the
// generator itself was at its limit.
type LoadJudged struct {
	Step int      `json:"step"`
	Load int      `json:"load"`
	Held bool     `json:"held"`
	Ours bool     `json:"ours,omitempty"`
	Why  []string `json:"why,omitempty"`
}

// Counts is a distribution of times as a histogram: pairs of a time in µs and how many were about that long, the shortest
// first. A time is exact to about a hundredth. Counts of several samples add up.
type Counts [][2]int64

// CrowdSample is what the players of one manner did since the sample before. At is the end of its window.
type CrowdSample struct {
	Step   int           `json:"step"`
	Manner string        `json:"manner"`
	For    time.Duration `json:"for_ns"` // the length of the window
	Wanted int           `json:"wanted"` // players that have joined and have not left

	// How many of them, at the end of the window, have no connection yet, have asked and got no answer yet, get the stream,
	// get it but have run dry, or wait before they ask again.
	Connecting int `json:"connecting"`
	Asking     int `json:"asking"`
	Playing    int `json:"playing"`
	Dry        int `json:"dry"`
	Waiting    int `json:"waiting"`
	// Dark are those of Connecting, Asking and Waiting whose viewers saw pictures and see none now, for the server ended their session.
	Dark int `json:"dark,omitempty"`

	// What happened in the window: players that joined and left, requests written, streams promised (status 200), sessions that
	// got a first frame, sessions that the server ended, those of them that it cut inside a tag, and tags that were no FLV.
	Joined int64 `json:"joined"`
	Left   int64 `json:"left"`
	Asked  int64 `json:"asked"`
	Opened int64 `json:"opened"`
	Began  int64 `json:"began"`
	Ended  int64 `json:"ended"`
	Torn   int64 `json:"torn"`
	Bad    int64 `json:"bad"`
	// Refused are sessions that got no stream, by what they got: "refused", "reset", "timeout", "eof", "malformed", "unreachable",
	// or a status such as "503".
	Refused map[string]int64 `json:"refused,omitempty"`
	// Limited counts connections that a limit of this machine prevented.
	Limited int64 `json:"limited,omitempty"`

	Tags  int64 `json:"tags"`
	Bytes int64 `json:"bytes"` // of the bodies of answers
	// Stalls counts how often a player ran dry or dark, Stalled for how long altogether, Played for how long the pictures moved. They go on over
	// the end of a session by the server, until there is another.
	Stalls  int64         `json:"stalls"`
	Stalled time.Duration `json:"stalled_ns"`
	Played  time.Duration `json:"played_ns"`

	// Times since the session was due: until TCP was connected, the first byte of the body, the first frame.
	Connect    Counts `json:"connect_us,omitempty"`
	FirstByte  Counts `json:"first_byte_us,omitempty"`
	FirstFrame Counts `json:"first_frame_us,omitempty"`
	// Late is how late sessions were begun by us.
	Late Counts `json:"late_us,omitempty"`
}

// FleetSample is what the publishers did since the sample before. At is the end of its window.
type FleetSample struct {
	Step   int           `json:"step"`
	For    time.Duration `json:"for_ns"`
	Wanted int           `json:"wanted"`

	// How many of them, at the end of the window, are on their way to being accepted, publish, publish but have a write that the
	// server does not take, or wait before they try again.
	Connecting int `json:"connecting"`
	Publishing int `json:"publishing"`
	Blocked    int `json:"blocked"`
	Waiting    int `json:"waiting"`

	// What happened in the window.
	Accepted int64            `json:"accepted"`
	Refused  map[string]int64 `json:"refused,omitempty"` // by wire, as of CrowdSample, or the code of the server's status
	Ended    int64            `json:"ended"`             // publishes that the server ended
	Frames   int64            `json:"frames"`
	Bytes    int64            `json:"bytes"`
	// Blocks counts writes that the socket did not take at once, BlockedFor for how long altogether.
	Blocks     int64         `json:"blocks"`
	BlockedFor time.Duration `json:"blocked_ns"`
	// Lateness is how late frames were written, from when they were due, while nothing was blocked; what waited behind a blocked write
	// is the server's and stands in Behind.
	Lateness Counts `json:"lateness_us,omitempty"`
	Behind   Counts `json:"behind_us,omitempty"`
	// Publish is the time from when a publish was due until it was accepted.
	Publish Counts `json:"publish_us,omitempty"`
}

// SelfSample is how the generator itself was since the sample before: what it measures can be trusted only while it keeps up.
type SelfSample struct {
	Step int           `json:"step"`
	For  time.Duration `json:"for_ns"`
	// CPU is how many cores we used, Machine how many were used by all on this machine (negative where unknown), Cores how many we may.
	CPU     float64 `json:"cpu"`
	Machine float64 `json:"machine_cpu"`
	Cores   int     `json:"cores"`
	// Lag is how late timers of ours woke.
	Lag Counts `json:"lag_us,omitempty"`
	// GC is for how long the garbage collector stopped us, Heap and RSS what we hold, in bytes.
	GC   time.Duration `json:"gc_ns"`
	Heap int64         `json:"heap"`
	RSS  int64         `json:"rss"`
	// Descriptors are open, of at most DescriptorLimit; Ports are local ports taken by connections to the server, TIME_WAIT among them,
	// of at most PortLimit. Negative where unknown.
	Descriptors     int `json:"descriptors"`
	DescriptorLimit int `json:"descriptor_limit"`
	Ports           int `json:"ports"`
	PortLimit       int `json:"port_limit"`
	// Late says why the window can't be trusted: "lag", "cpu", "gc", "descriptors", "ports", "clock". Nil for one that can.
	Late []string `json:"late,omitempty"`
}

func (LoadStep) Kind() string      { return "load-step" }
func (LoadHolds) Kind() string     { return "load-holds" }
func (LoadStepEnded) Kind() string { return "load-step-ended" }
func (LoadJudged) Kind() string    { return "load-judged" }
func (CrowdSample) Kind() string   { return "crowd-sample" }
func (FleetSample) Kind() string   { return "fleet-sample" }
func (SelfSample) Kind() string    { return "self-sample" }
