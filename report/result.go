// Package report says what came of a run: to people as tables on a terminal, to programs as JSON and an exit status, to
// pipelines as JUnit, annotations and a summary in Markdown.
//
//  1. report/check folds the events of a history to a Judgement.
//  2. From turns header and Judgement into a Result, the one document that everything is rendered from. It is the JSON
//     result as it stands, so no renderer knows more than a reader of the JSON.
//  3. Look.Print draws the tables, Result.WriteJSON the document, WriteJUnit and Markdown what pipelines show; Output does
//     what the flags of output ask for, the same after a run and for `flvstorm report RUN`.
//
// Live is apart: it draws the line that moves while a run goes on, from the same events.
//
// Baseline reads a kept run as one to compare with.
//
// Much of what is printed here was written by the server under test. Every such text goes through clean before it reaches
// a terminal or a file for a pipeline, and every list is bounded there; the JSON has all that the judgement kept.
package report

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
)

// Schema names the document. It only grows within one number.
const Schema = "flvstorm.result/1"

// Result is everything that is known of a run once it was judged. Times are milliseconds.
type Result struct {
	Schema  string        `json:"schema"`
	Verdict check.Verdict `json:"verdict"`
	Seed    int64         `json:"seed"`
	// Repro is the command that repeats the run. The seed fixes what is attempted, not how the kernel interleaves it.
	Repro    string    `json:"repro"`
	Target   Target    `json:"target"`
	Findings []Finding `json:"findings"`
	// Publish counts the planned publishers and their retries; contenders and settling tries are counted apart.
	Publish check.Tally             `json:"publish"`
	Play    check.Play              `json:"play"`
	Latency map[string]*Percentiles `json:"latency_ms"`
	Server  Server                  `json:"server"`

	// Reasons say what was missing, or what of ours was in the way; a pass has none.
	Reasons    []Reason      `json:"reasons"`
	Returns    check.Returns `json:"returns"`
	Contenders check.Tally   `json:"contenders"`
	Settling   check.Tally   `json:"settling"`
	// Departures counts publishers that left as planned, Ended publishes that the server ended, ArmedLost connections
	// made ahead and lost before they were used.
	Departures int64 `json:"departures"`
	Ended      int64 `json:"ended_by_server"`
	ArmedLost  int64 `json:"armed_lost"`
	Keys       []Key `json:"keys"` // the worst first
	// Left is what came of returns by the departure before them, by its name.
	Left  map[string]Left `json:"returns_after"`
	Sweep *Sweep          `json:"sweep,omitempty"`
	Own   []Trouble       `json:"own_trouble"`
	// Unknown counts events of kinds that this flvstorm does not know; they were skipped.
	Unknown  int64     `json:"unknown_events,omitempty"`
	Judge    Judge     `json:"judge"`
	Tool     Tool      `json:"tool"`
	Started  time.Time `json:"started_at"`
	Duration Millis    `json:"duration_ms"`
	// Stopped says why the run ended itself early: "fail-fast", "server-dead".
	Stopped string `json:"stopped,omitempty"`
	// Run is the folder in which the run was kept, if it was.
	Run string `json:"run,omitempty"`

	// Load is what a run under steady load came to; nil of any other. Thresholds are the expressions of --fail-on, in their order.
	Load       *Load       `json:"load,omitempty"`
	Thresholds []Threshold `json:"thresholds,omitempty"`
	// Viewers is what the players saw that read every frame; nil where none did.
	Viewers *Viewers `json:"viewers,omitempty"`
	// Cases are what came of the cases of a suite, in their order; nil of any other run.
	Cases    []SuiteCase `json:"cases,omitempty"`
	Baseline *Comparison `json:"baseline,omitempty"`
	// Log, Usage and API are what the server's log, process and API told beside what the findings rest on.
	Log   *Log   `json:"log,omitempty"`
	Usage *Usage `json:"usage,omitempty"`
	API   *API   `json:"api,omitempty"`
}

// Reason is one thing that a verdict hangs on beside the findings.
type Reason struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Target is the server under test, as far as a stranger can tell.
type Target struct {
	Profile    string `json:"profile"`
	Version    string `json:"version"` // as the connect reply told it, empty where it didn't
	Embedded   bool   `json:"embedded"`
	PublishURL string `json:"publish_url"`
	PlayURL    string `json:"play_url"`
	Log        string `json:"log,omitempty"`
}

// Finding is one thing that was found out about the server, over all keys that it happened to.
type Finding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Root     bool   `json:"root"`
	// CausedBy is the code of the finding that this one follows from.
	CausedBy *string          `json:"caused_by"`
	Count    int64            `json:"count"`
	Keys     []string         `json:"keys"`
	FirstAt  int64            `json:"first_at_ms"`
	Evidence []check.Evidence `json:"evidence"`

	// ID is unique in the document; two findings may have one code, a cause on some keys and a consequence on others.
	ID string `json:"id"`
	// Status is "new" or "old" beside a baseline, and empty without one; In are the cases of a suite that it was found in.
	Status string   `json:"status,omitempty"`
	In     []string `json:"in,omitempty"`
	// Allowed says that it does not fail the run, AllowedBy why: "allow", "fail-only" or "baseline". ForGood says, of
	// stuck-busy, that every settling try failed while the server answered.
	Allowed   bool   `json:"allowed,omitempty"`
	AllowedBy string `json:"allowed_by,omitempty"`
	ForGood   bool   `json:"for_good,omitempty"`
	// Lateness is, of slow-release, how long after its publisher had gone a key came back.
	Lateness *Percentiles `json:"lateness_ms,omitempty"`
	// Cases are examples: the first of each key, then more, in the order in which they happened.
	Cases []Case `json:"cases"`
}

// Case is one time that a finding happened.
type Case struct {
	In     string        `json:"in,omitempty"` // the case of the suite
	Key    string        `json:"key,omitempty"`
	Actor  string        `json:"actor,omitempty"`
	Epoch  uint32        `json:"epoch,omitempty"`
	At     Millis        `json:"at_ms"`
	Event  int64         `json:"event,omitempty"`
	Class  profile.Class `json:"class,omitempty"`
	Log    string        `json:"log,omitempty"`
	TiedBy check.Tie     `json:"tied_by,omitempty"` // how the line was tied to the refusal
	Text   string        `json:"text,omitempty"`
	// Since is when the key's publisher had gone, For how long the key was (or has been) refused, Refused how often, Settled how
	// many of those were settling tries, and Back whether it came back. Of player-starved and player-refused, Since is when the
	// player last got media or asked first, For how long the key was live since then, and Back says that media came again.
	Since   Millis `json:"since_ms,omitempty"`
	For     Millis `json:"for_ms,omitempty"`
	Refused int64  `json:"refused,omitempty"`
	Settled int64  `json:"settled,omitempty"`
	Back    bool   `json:"back"`
	ForGood bool   `json:"for_good,omitempty"`
	// Frames are the top of the stack that a server died in, the innermost first.
	Frames []string `json:"frames,omitempty"`
	// Crash is what could be learned of the server's end, Report what a sanitizer said.
	Crash  *Crash     `json:"crash,omitempty"`
	Report *Sanitizer `json:"report,omitempty"`
	// Ghost says that the key was refused as busy while the server's API showed no publisher of it.
	Ghost bool `json:"ghost_busy,omitempty"`
	// Holder is the server's id of the publisher that had gone and that its API still showed.
	Holder string `json:"holder,omitempty"`
	// How says how frames of Epoch came that should not have, or not any more, and Other which epoch's should have; Odd is what a
	// witness saw, with the tags around it.
	How   check.How `json:"how,omitempty"`
	Other uint32    `json:"other_epoch,omitempty"`
	Odd   *Odd      `json:"odd,omitempty"`
}

// Percentiles are a distribution of times.
type Percentiles struct {
	P50   Millis `json:"p50"`
	P90   Millis `json:"p90"`
	P95   Millis `json:"p95"`
	P99   Millis `json:"p99"`
	P999  Millis `json:"p999"`
	Max   Millis `json:"max"`
	Count int64  `json:"count"`
}

// Left is what came of the returns after one kind of departure.
type Left struct {
	Returns  int64        `json:"returns"`
	Refused  int64        `json:"refused"` // first tries, although nobody owned the key
	Recovery *Percentiles `json:"recovery_ms"`
}

// Key is what came of one key.
type Key struct {
	check.Key
	Ownerless Millis `json:"ownerless_ms"` // longest time from a departure to the acceptance after it
	Worst     Millis `json:"recovery_ms"`  // longest recovery
}

// Sweep is what came of returns by their gap, for a run that swept it.
type Sweep struct {
	Steps []Step `json:"steps"` // by gap, the longest first, armed before full
	// SafeArmed and SafeFull are the gaps from which on no return went wrong, by how the connection was made; nil where
	// even the longest gap was not safe, or none was tried.
	SafeArmed *Millis `json:"safe_armed_ms"`
	SafeFull  *Millis `json:"safe_full_ms"`
	// From is the shortest gap of the plan; a run that was too short for it has no step of it.
	From *Millis `json:"from_ms,omitempty"`
}

// Step is one gap of a sweep: how many returns there were, how many first tries were refused although nobody owned the
// key, and of how many returns an error came.
type Step struct {
	Gap     Millis `json:"gap_ms"`
	Armed   bool   `json:"armed"`
	Returns int64  `json:"returns"`
	Refused int64  `json:"refused"`
	Wrong   int64  `json:"wrong"`
	// Below is an upper bound, with 95 % confidence, on the probability that such a return goes wrong: 1, saying nothing,
	// where one did.
	Below float64 `json:"below"`
}

// Server is what became of the server: "alive", "crashed", "hung".
type Server struct {
	State string  `json:"state"`
	At    *Millis `json:"at_ms,omitempty"` // when it died or fell silent
	How   string  `json:"how,omitempty"`   // in the server's or the system's words
	// Lines counts the lines of its log that a rule of the profile knows, or at WARN or above; Unmatched those that no rule
	// knows, of which First are the first.
	Lines     int64    `json:"log_lines"`
	Unmatched int64    `json:"log_unmatched"`
	First     []string `json:"log_unmatched_first,omitempty"`
	// Deaths counts how often it died, Restarts how often it was another process that nobody had seen begin.
	Deaths   int64 `json:"deaths,omitempty"`
	Restarts int64 `json:"restarts,omitempty"`
}

// Trouble is a failure or a limit of ours, not of the server.
type Trouble struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Count  int64  `json:"count"`
}

// Judge is what the judgement went by.
type Judge struct {
	Grace      Millis   `json:"grace_ms"`
	StuckAfter Millis   `json:"stuck_after_ms"`
	Allow      []string `json:"allow"`
	FailFast   bool     `json:"fail_fast"`
	// FailOnly are the only codes that fail the run, empty for all; TimeScale is by how much the times above were stretched.
	FailOnly  []string `json:"fail_only,omitempty"`
	TimeScale float64  `json:"time_scale,omitempty"`
}

// Tool is which flvstorm made the run, and where.
type Tool struct {
	Version string `json:"version"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	CPUs    int    `json:"cpus"`
}
