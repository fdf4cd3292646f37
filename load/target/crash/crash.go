// Package crash finds out where a server was when it died, or where it hangs, and puts what it finds into a folder of the
// run: the dossier.
//
//  1. Investigate is told of a death. It looks for the core file where the kernel was told to put it (core(5)), and makes
//     sure that it is this process's and not an older one's.
//  2. gdb says what stands on the stacks; the frames of the thread that died come first, without those of the machinery
//     by which a process dies (abort, raise, a sanitizer).
//  3. Without a core the frames come from what the server itself said: the report of AddressSanitizer, a panic of Go.
//  4. Stacks does the second step for a process that still runs.
//
// What can't be had is said in the notes, with what to do to have it next time. Everything is bounded: gdb in time and in
// what it says, the dossier in size. A core file stays where it is.
//
// What gdb, a core file and a log say is a stranger's: none of it is trusted to be whole or true.
package crash

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// Case is a death to be looked into.
type Case struct {
	// PID is the process that died, Group the number of its process group: one that died below a shell that we know only by
	// name has that in its core.
	PID, Group int
	// Program is its binary, Dir where it ran.
	Program, Dir string
	// Base is where the binary was loaded; zero where nobody has seen it.
	Base uint64
	// Exit or Signal is how it ended. CoreDumped says that the kernel wrote a core, or may have.
	Exit       int
	Signal     string
	CoreDumped bool
	// Limit is on the size of its core, in bytes; negative for none. Lowered says that the process made it so itself.
	Limit   int64
	Lowered bool
	// Began is when it was started: a core from before that is another's.
	Began time.Time
	// Log is the end of what it said, fit to be shown: no credentials, no control characters.
	Log []string
	// Folder gets the dossier; empty keeps none.
	Folder string
}

const (
	// keptLines is how much of the log goes into the dossier.
	keptLines = 50
	// topFrames is how many frames a report shows.
	topFrames = 5
	// maxText bounds each file of the dossier, in bytes.
	maxText = 1 << 20
)

// dumps are the signals whose default action is to leave a core (signal(7)).
var dumps = []string{"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS", "SIGQUIT", "SIGXCPU", "SIGXFSZ"}

// Investigate finds out what it can before ctx ends, and writes summary.txt, last.log and, where there is a core,
// backtrace.txt.
func Investigate(ctx context.Context, c Case) history.Crash {
	found := history.Crash{PID: c.PID, Exit: c.Exit, Signal: c.Signal}
	say := phrase.English.Say
	var stacks string
	sanitized := mentions(c.Log, "AddressSanitizer")
	if c.CoreDumped || slices.Contains(dumps, c.Signal) {
		core, why := findCore(c, settings())
		switch {
		case core != "":
			found.Core = core
			found.Frames, stacks, found.Notes = fromCore(ctx, c.Program, core)
			if info, err := os.Stat(core); err == nil {
				found.Notes = append(found.Notes, say(phrase.CrashLeftCore, core, info.Size()>>20))
			}
		case sanitized:
			found.Notes = append(found.Notes, say(phrase.CrashASAN))
		}
		if why != "" && (core != "" || !sanitized) {
			found.Notes = append(found.Notes, why)
		}
	} else if sanitized {
		found.Notes = append(found.Notes, say(phrase.CrashASAN))
	}
	if c.Signal == "SIGKILL" {
		found.Notes = append(found.Notes, say(phrase.CrashKilled))
	}
	if !named(found.Frames) {
		if said := framesOfLog(c.Log, c.Dir); len(said) > 0 {
			found.Frames = said
		} else if sanitized {
			found.Frames = frameOfPC(ctx, c)
		}
	}
	if last := cry(c.Log); last != "" {
		found.Notes = append([]string{say(phrase.CrashSaid, last)}, found.Notes...)
	}
	how := c.Signal
	if how == "" {
		how = say(phrase.CrashStatus, c.Exit)
	}
	return keep(c.Folder, found, say(phrase.CrashDied, c.PID, how), map[string]string{
		"last.log":      strings.Join(c.Log[max(0, len(c.Log)-keptLines):], "\n"),
		"backtrace.txt": stacks,
	})
}

// Stacks takes the stacks of a process that runs, with gdb, which stops it meanwhile. program is its binary; empty has gdb
// look for that.
func Stacks(ctx context.Context, pid int, program, folder string) history.Crash {
	found := history.Crash{PID: pid, Hung: true}
	var stacks string
	found.Frames, stacks, found.Notes = fromProcess(ctx, program, pid)
	return keep(folder, found, phrase.English.Say(phrase.CrashHung, pid), map[string]string{
		"backtrace.txt": stacks,
		"threads.txt":   threads(pid),
	})
}

// keep writes the dossier, and notes on what was found if it can't.
func keep(folder string, found history.Crash, headline string, files map[string]string) history.Crash {
	if folder == "" {
		return found
	}
	var s strings.Builder
	s.WriteString(headline + "\n")
	if len(found.Frames) > 0 {
		s.WriteString("\n" + phrase.English.Say(phrase.CrashFrames) + "\n")
		for i, f := range found.Frames {
			fmt.Fprintf(&s, "  #%d %s\n", i, f)
		}
	}
	if len(found.Notes) > 0 {
		s.WriteString("\n" + strings.Join(found.Notes, "\n") + "\n")
	}
	files["summary.txt"] = s.String()
	var failed []error
	for name, text := range files {
		if text == "" {
			continue
		}
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		failed = append(failed, os.WriteFile(filepath.Join(folder, name), []byte(text[:min(len(text), maxText)]), 0o644))
	}
	if err := errors.Join(failed...); err != nil {
		found.Notes = append(found.Notes, phrase.English.Say(phrase.CrashNotKept, strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	return found
}

// maxThreads bounds how many threads are listed.
const maxThreads = 1000

// threads says of each thread of a process what the kernel knows: its state, and where it sleeps. Empty where there is no
// /proc.
func threads(pid int) string {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	var s strings.Builder
	for _, task := range tasks[:min(len(tasks), maxThreads)] {
		status, err := os.ReadFile(filepath.Join(task, "status"))
		if err != nil {
			continue
		}
		where, _ := os.ReadFile(filepath.Join(task, "wchan"))
		fmt.Fprintf(&s, "%s %s, %s, wchan %s\n", filepath.Base(task), field(string(status), "Name:"), field(string(status), "State:"), where)
	}
	return readable(s.String()) // a process names its threads as it likes
}

// field is what stands behind a name in a file such as /proc/PID/status.
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func mentions(log []string, what string) bool {
	return slices.ContainsFunc(log, func(line string) bool { return strings.Contains(line, what) })
}
