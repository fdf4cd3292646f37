package history

import "time"

// What the server under test says and does beside its answers: its log, its process, its API.

// LogLine is a line of the server's log that a rule of the profile knows, or one at WARN or above.
type LogLine struct {
	Line  string `json:"line"`            // without ANSI colours, at most 2 KiB
	Time  string `json:"time,omitempty"`  // as the line has it
	Level string `json:"level,omitempty"` // "INFO", "WARN", "ERROR"
	ID    string `json:"id,omitempty"`    // the server's id of the connection (SRS: cid)
	Rule  string `json:"rule,omitempty"`  // name of the rule that matched
	Class string `json:"class,omitempty"` // class of refusal that the rule stands for
	Key   string `json:"key,omitempty"`   // app/stream, where the line names it
	Peer  string `json:"peer,omitempty"`  // client address, where the line names it
	Token string `json:"token,omitempty"` // of the stream name's query, where the line shows it
	// Wall is the line's own time in milliseconds since 1970, read as if its clock showed UTC; zero where it has none.
	Wall int64 `json:"wall_ms,omitempty"`
	// More is how many lines at WARN or above this one stands for, which were too many to be kept one by one.
	More int64 `json:"more,omitempty"`
}

// Process is news of the server's process: "started", "ready", "exited" (unplanned), "stopped" (by us), "gone" (a process
// that is not ours is no longer there), "forked" (it went into the background: from now on PID is the server).
type Process struct {
	State  string `json:"state"`
	PID    int    `json:"pid,omitempty"`
	Exit   int    `json:"exit,omitempty"`
	Signal string `json:"signal,omitempty"`
}

// Probe is a fresh connection made only to see whether the server lives: "alive" (handshake answered), "refused",
// "silent" (accepted or not, nothing came within the bound).
type Probe struct {
	Result string        `json:"result"`
	Took   time.Duration `json:"took_ns"`
	// Quiet is how long every old connection has been silent.
	Quiet time.Duration `json:"quiet_ns"`
}

// Crash is what could be learned about the end of a process, or about one that hangs. It comes some time after the end
// itself; At is when it was known.
type Crash struct {
	PID    int    `json:"pid,omitempty"`
	Hung   bool   `json:"hung,omitempty"` // it was still there, and these are its stacks
	Exit   int    `json:"exit,omitempty"`
	Signal string `json:"signal,omitempty"`
	// Frames are the top of the stack that it died in, the innermost first, each as one line.
	Frames []string `json:"frames,omitempty"`
	// Core is the path of the core file, Folder that of the dossier below the run's folder.
	Core   string `json:"core,omitempty"`
	Folder string `json:"folder,omitempty"`
	// Notes say what is missing from the dossier and how to have it next time.
	Notes []string `json:"notes,omitempty"`
}

// Sanitizer is a whole report of AddressSanitizer, LeakSanitizer, UndefinedBehaviorSanitizer or ThreadSanitizer.
type Sanitizer struct {
	Tool string `json:"tool"`           // "AddressSanitizer", "UndefinedBehaviorSanitizer", …
	What string `json:"what"`           // "heap-use-after-free", "signed integer overflow: …"
	File string `json:"file,omitempty"` // below the run's folder, where the report was kept whole
	// Lines are the report, at most the first 200 lines.
	Lines []string `json:"lines"`
	// Again says that this stands for so many more of a report that was told before; Lines are then those
	// of the last of them, up to the end of its first stack.
	Again int64 `json:"again,omitempty"`
	// Wall is that of the line of the log before it, which may be from before the run.
	Wall int64 `json:"wall_ms,omitempty"`
}

// Usage is what the server's process, with all that it started, uses at the moment.
type Usage struct {
	PID     int           `json:"pid"`
	CPU     time.Duration `json:"cpu_ns"` // user and system, since it began
	RSS     int64         `json:"rss"`    // bytes
	FDs     int           `json:"fds"`    // -1 where we may not count them
	Threads int           `json:"threads"`
	// Sanitizer says that a sanitizer runs in it, which keeps freed memory on purpose.
	Sanitizer bool `json:"sanitizer,omitempty"`
}

// API is what the server's API shows at the moment.
type API struct {
	Took  time.Duration `json:"took_ns"`
	Error string        `json:"error,omitempty"` // it could not be asked, and why; then the rest is empty
	// Wire says of an error how the connection failed. It is WireMalformed where there was an answer, and not to the question.
	Wire Wire `json:"wire,omitempty"`
	// Clients is how many connections the server counts, -1 where it doesn't say.
	Clients int         `json:"clients"`
	Streams []APIStream `json:"streams,omitempty"`
	// Peers are the clients' addresses as the server sees them, by its id of the connection; only asked for now and then.
	Peers map[string]string `json:"peers,omitempty"`
}

// APIStream is one stream as the API shows it.
type APIStream struct {
	Key       string `json:"key"`
	Active    bool   `json:"active"`              // somebody publishes it
	Publisher string `json:"publisher,omitempty"` // the server's id of that connection
	Clients   int    `json:"clients"`             // -1 where the API doesn't say
	Frames    int64  `json:"frames,omitempty"`
}

// Case says that a case of a suite begins, ends, or is skipped and why. What happens between begin and end belongs to it.
type Case struct {
	Name  string `json:"name"`
	State string `json:"state"` // "begin", "end", "skipped"
	Why   string `json:"why,omitempty"`
	// Plan is the plan of the case, as the room that made it printed it; of "begin" only.
	Plan map[string]any `json:"plan,omitempty"`
}

func (LogLine) Kind() string   { return "log" }
func (Process) Kind() string   { return "process" }
func (Probe) Kind() string     { return "probe" }
func (Crash) Kind() string     { return "crash" }
func (Sanitizer) Kind() string { return "sanitizer" }
func (Usage) Kind() string     { return "usage" }
func (API) Kind() string       { return "api" }
func (Case) Kind() string      { return "case" }
