package report

// The states that a renderer asks for: of a case of a suite, and of a finding beside a baseline.
const (
	skipped = "skipped"
	fresh   = "new"
	old     = "old"
)

// SuiteCase is what came of one case of a suite.
type SuiteCase struct {
	Name string `json:"name"`
	What string `json:"what,omitempty"` // it tries, in a sentence
	// State is "ran", "skipped" of one that makes no sense here, or "cut" of one that began and did not come to its end; Why
	// says why.
	State   string `json:"state"`
	Verdict string `json:"verdict,omitempty"` // as a run's; empty of a skipped one
	Why     string `json:"why,omitempty"`
	// Began is when it did, on the run's clock.
	Began    Millis   `json:"began_ms"`
	Duration Millis   `json:"duration_ms"`
	Reasons  []Reason `json:"reasons,omitempty"`
	// Findings are the codes of its errors, causes first. Found says more of them, with few examples: those of the whole run
	// have more.
	Findings []string  `json:"findings"`
	Found    []Finding `json:"found,omitempty"`
	// Attempts, Accepted and Returns are its publishers', as of the whole run.
	Attempts int64 `json:"attempts"`
	Accepted int64 `json:"accepted"`
	Returns  int64 `json:"returns"`
}

// Comparison is how the run compares with an earlier one, by what was found.
type Comparison struct {
	Run     string `json:"run"`
	Verdict string `json:"verdict,omitempty"` // that run's
	// New and Old are errors of this run, Gone those that only the baseline has: codes (of a sanitizer's report, with what it
	// says), of a suite with the case and a slash before them.
	New  []string `json:"new"`
	Old  []string `json:"old"`
	Gone []string `json:"gone"`
}

// Log is what the server's log told.
type Log struct {
	// Shapes are the kinds of lines at WARN or above that no rule of the profile knows, the most frequent first; Other counts
	// the lines whose shapes were too many to be told apart.
	Shapes []Shape `json:"shapes"`
	Other  int64   `json:"other_shapes,omitempty"`
	// Offset is how much later than ours the clock is that the log shows; nil where no line was tied to an attempt. OffsetFrom
	// is the number of lines that it was inferred from.
	Offset     *Millis `json:"offset_ms,omitempty"`
	OffsetFrom int64   `json:"offset_from,omitempty"`
	// Tied counts refusals by how a line of the log was tied to them, "none" where there was no line.
	Tied map[string]int64 `json:"tied,omitempty"`
	// Proxy says that the server sees other addresses than ours, Unverified what was tried and may not have come through to
	// it: departures by their names, and "gap 0" for returns without a gap.
	Proxy      *Proxy   `json:"proxy,omitempty"`
	Unverified []string `json:"unverified,omitempty"`
}

// Proxy is what shows that somebody stands between us and the server.
type Proxy struct {
	Ours  string `json:"ours"` // the address of one of our connections
	Seen  string `json:"seen"` // as the server saw it
	Count int64  `json:"count"`
}

// Shape is one kind of line: what is different in each of them is left out.
type Shape struct {
	Shape string `json:"shape"`
	Count int64  `json:"count"`
	Level string `json:"level,omitempty"`
	First string `json:"first,omitempty"` // of these lines
}

// Crash is what could be learned of one end of the server's process, or of one that hung.
type Crash struct {
	PID    int      `json:"pid,omitempty"`
	Hung   bool     `json:"hung,omitempty"` // it was still there, and these are its stacks
	Exit   int      `json:"exit,omitempty"`
	Signal string   `json:"signal,omitempty"`
	Frames []string `json:"frames,omitempty"`
	Core   string   `json:"core,omitempty"`
	Folder string   `json:"folder,omitempty"` // of the dossier, below the run's
	Notes  []string `json:"notes,omitempty"`
}

// Sanitizer is one report of a sanitizer.
type Sanitizer struct {
	Tool  string   `json:"tool"`
	What  string   `json:"what"`
	File  string   `json:"file,omitempty"` // the whole report, below the run's folder
	Lines []string `json:"lines"`
	// Again is how many more of it came that were not kept.
	Again int64 `json:"again,omitempty"`
}

// Usage is what the server's process used, with all that it started.
type Usage struct {
	Samples int64 `json:"samples"`
	CPU     CPU   `json:"cpu"`
	Memory  Level `json:"memory_bytes"`
	FDs     Level `json:"descriptors"` // -1 where the system doesn't let them be counted
	Threads Level `json:"threads"`
	// Sanitizer says that a sanitizer was in the process: its memory proves nothing.
	Sanitizer bool `json:"sanitizer,omitempty"`
}

// CPU is the processor time that the server took from the first sample to the last. Mean and Peak are shares of one
// processor, in percent; PerReturn is left out where the returns were too few to tell it.
type CPU struct {
	Took      Millis  `json:"took_ms,omitempty"`
	Mean      float64 `json:"mean_percent"`
	Peak      float64 `json:"peak_percent"`
	PerReturn Millis  `json:"per_return_ms,omitempty"`
}

// Level is one figure over a run.
type Level struct {
	First int64 `json:"first"`
	Max   int64 `json:"max"`
	Last  int64 `json:"last"`
	// PerReturn is by how much it grew with each return of a publisher; nil where that can't be told.
	PerReturn *float64 `json:"per_return,omitempty"`
}

// API is what the server's API showed.
type API struct {
	Samples int64  `json:"samples"`
	Failed  int64  `json:"failed"` // times that it could not be asked, Error why at first
	Error   string `json:"error,omitempty"`
	// Clients are connections, -1 where the API doesn't say; Streams those that somebody published.
	Clients Level        `json:"clients"`
	Streams Level        `json:"streams"`
	Took    *Percentiles `json:"took_ms,omitempty"`
}
