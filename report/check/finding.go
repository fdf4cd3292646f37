package check

import (
	"cmp"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
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
	Leak               Code = "leak"
)

// Codes are all codes, the gravest first: the order in which findings of the same rank are shown.
var Codes = []Code{
	ServerCrashed, ServerHung, DuplicatedPattern, Disposing, StuckBusy, UnexplainedRefusal, SlowRelease, DoublePublish,
	PlayerStarved, PlayerRefused, Leak, StreamBusy,
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
	// ID is unique in a judgement: the code for a root, "code<cause" for a consequence, "code/info" for information.
	ID       string   `json:"id"`
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Root says that nothing else caused it. Information is neither root nor consequence.
	Root bool `json:"root"`
	// CausedBy is the code of the finding that this one follows from.
	CausedBy *string `json:"caused_by"`
	// Allowed says that the user excused this code.
	Allowed bool `json:"allowed,omitempty"`
	// Count is how often: refusals for duplicated-pattern, stream-busy, disposing and unexplained-refusal; returns for
	// slow-release; times that a key got stuck for stuck-busy; what was kept, in its own unit, for leak; pairs of publishers,
	// players, deaths for the others.
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

// Evidence is an event of the history, or a line of the server's log. Fields that don't apply are empty.
type Evidence struct {
	Event int64  `json:"event,omitempty"`
	Log   string `json:"log,omitempty"`
}

// byTimeAlone reports whether nothing but how long something took speaks for the finding.
func (f *Finding) byTimeAlone() bool {
	switch f.Code {
	case PlayerStarved:
		return true
	case SlowRelease:
		return !slices.ContainsFunc(f.Cases, func(c Case) bool { return c.Refused > 0 })
	}
	return false
}

// Case is one time that a finding happened: the key, the time and the server's log line stand beside each other.
type Case struct {
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
	// whether it came back. Refused counts the refusals, Settled those among them that were settling tries.
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
}

// Tie says how a line of the log was tied to a refusal.
type Tie string

const (
	ByNothing Tie = ""
	ByID      Tie = "id"   // the connect reply named the connection as the log does
	ByPeer    Tie = "peer" // the log names our address
	ByTime    Tie = "time" // same key, about the same time: a guess, and marked as one
	ByLast    Tie = "last" // the last error before the server's end, which may be about something else
)

// Says is the sentence for a Tie.
func (t Tie) Says() phrase.ID {
	switch t {
	case ByID:
		return phrase.TiedByID
	case ByPeer:
		return phrase.TiedByPeer
	case ByTime:
		return phrase.TiedByTime
	case ByLast:
		return phrase.TiedByLast
	}
	return phrase.TiedByNothing
}

// bounds on what a finding carries: a symptom that repeats a million times is no better known by its thousandth case.
const (
	maxCases       = 400
	maxCasesPerKey = 8
	maxEvidence    = 40
)

// part is one time that a finding happened, before they are put together.
type part struct {
	code    Code
	info    bool
	cause   Code // "" for a root
	count   int64
	late    time.Duration // of slow-release
	example Case
}

// gathered puts parts together to findings, one a (code, severity, cause). It can be copied cheaply only by clone.
type gathered struct {
	byID map[string]*group
}

// group is a Finding under construction.
type group struct {
	Finding
	keys    map[string]int // cases kept of each key
	notGood bool
	total   int64 // parts
}

func newGathered() *gathered { return &gathered{byID: map[string]*group{}} }

func (p *part) id() string {
	switch {
	case p.info:
		return string(p.code) + "/info"
	case p.cause != "":
		return string(p.code) + "<" + string(p.cause)
	}
	return string(p.code)
}

func (g *gathered) add(p part) {
	id := p.id()
	f := g.byID[id]
	if f == nil {
		f = &group{keys: map[string]int{}}
		f.ID, f.Code, f.Severity, f.FirstAt = id, p.code, Error, p.example.At
		f.Root = p.cause == ""
		if p.cause != "" {
			cause := string(p.cause)
			f.CausedBy = &cause
		}
		if p.info {
			f.Severity, f.Root = Info, false
		}
		g.byID[id] = f
	}
	f.total++
	f.Count += p.count
	f.FirstAt = min(f.FirstAt, p.example.At)
	f.notGood = f.notGood || !p.example.ForGood
	if p.code == SlowRelease {
		f.Lateness = append(f.Lateness, p.late)
	}
	kept, seen := f.keys[p.example.Key]
	if !seen || kept < maxCasesPerKey && len(f.Cases) < maxCases {
		f.keys[p.example.Key]++
		f.Cases = append(f.Cases, p.example)
	}
}

// findings are the gathered ones, roots first, then their consequences, then information.
func (g *gathered) findings(allow map[Code]bool) []Finding {
	out := make([]Finding, 0, len(g.byID))
	for _, f := range g.byID {
		out = append(out, f.finish(allow[f.Code]))
	}
	rank := func(f Finding) int {
		switch {
		case f.Root:
			return 0
		case f.Severity == Error:
			return 1
		}
		return 2
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(slices.Index(Codes, a.Code), slices.Index(Codes, b.Code)),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return out
}

func (f *group) finish(allowed bool) Finding {
	out := f.Finding
	out.Allowed = allowed
	out.ForGood = f.Code == StuckBusy && !f.notGood
	out.Keys = make([]string, 0, len(f.keys))
	for key := range f.keys {
		if key != "" {
			out.Keys = append(out.Keys, key)
		}
	}
	slices.Sort(out.Keys)
	out.Lateness = slices.Sorted(slices.Values(f.Lateness))
	out.Cases = slices.Clone(f.Cases)
	slices.SortStableFunc(out.Cases, func(a, b Case) int { return cmp.Compare(a.At, b.At) })
	out.Evidence = []Evidence{}
	for _, c := range out.Cases {
		if len(out.Evidence) >= maxEvidence {
			break
		}
		if c.Event != 0 {
			out.Evidence = append(out.Evidence, Evidence{Event: c.Event})
		}
		if c.Log != "" {
			out.Evidence = append(out.Evidence, Evidence{Log: c.Log})
		}
	}
	return out
}
