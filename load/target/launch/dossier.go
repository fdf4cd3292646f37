package launch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/proc"
	"github.com/flvstorm/flvstorm/load/target/crash"
	"github.com/flvstorm/flvstorm/report/history"
)

// maxDossiers is how many folders of dossiers a run gets; a server that dies more often dies of the same.
const maxDossiers = 20

// glimpse is what was seen of the server while it lived, and can't be seen any more of a dead one.
type glimpse struct {
	pid     int    // of the process that listens: below the one that was started where that is a shell or a script
	program string // its binary
	dir     string // where it runs, and so where a core file goes
	limit   int64  // on its core file, in bytes; -1 for none
	lowered bool   // by itself: its guard had raised it as far as it could
	base    uint64 // where its binary is loaded
}

// fatal are the signals that a process gets for a mistake of its own.
var fatal = []string{"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS"}

// tellOfDeath makes the dossier and records it, if the server died of itself, or of a mistake while we stopped it.
func (p *Process) tellOfDeath() {
	if p.folder == "" || p.end.asked && !slices.Contains(fatal, p.end.signal) {
		return
	}
	p.readyMu.Lock()
	seen := p.seen
	p.readyMu.Unlock()
	c := p.caseOf(seen)
	var folder string
	c.Folder, folder = p.newFolder()
	found := crash.Investigate(p.tell, c)
	found.Folder = folder
	p.sink.Record(history.Event{Actor: "server", What: found})
}

// Examine takes the stacks of the server as it stands, which may hang, and records them. It stops the server meanwhile, and is
// bounded in time.
func (p *Process) Examine(ctx context.Context) history.Crash {
	if p.gone.Err() != nil {
		return history.Crash{PID: p.PID(), Notes: []string{phrase.English.Say(phrase.ProcessNoExamine)}}
	}
	seen := p.look()
	if seen.pid == 0 {
		seen.pid, seen.program = p.PID(), p.program
	}
	if p.symbols != "" {
		seen.program = p.symbols
	}
	folder, below := p.newFolder()
	found := crash.Stacks(ctx, seen.pid, seen.program, folder)
	found.Folder = below
	p.sink.Record(history.Event{Actor: "server", What: found})
	return found
}

// caseOf is the case of the server's death, as far as it is known here.
func (p *Process) caseOf(seen glimpse) crash.Case {
	c := crash.Case{
		PID: p.PID(), Group: p.PID(), Program: p.program, Dir: p.dir, Limit: -1, Began: p.began,
		Exit: p.end.exit, Signal: p.end.signal, CoreDumped: p.end.core, Log: p.said.lines(tailLines),
	}
	if seen.pid != 0 {
		c.PID, c.Program, c.Dir, c.Limit, c.Lowered = seen.pid, seen.program, seen.dir, seen.limit, seen.lowered
		c.Base = seen.base
		c.CoreDumped = c.CoreDumped || seen.pid != p.PID() // nobody told us: its parent knows
	}
	if p.symbols != "" {
		c.Program = p.symbols
	}
	if c.Dir == "" {
		c.Dir, _ = os.Getwd()
	}
	return c
}

// newFolder makes the folder of a dossier, and returns its path and the part of it below the run's folder. Both are empty
// where there is none to be made.
func (p *Process) newFolder() (path, below string) {
	if p.folder == "" {
		return "", ""
	}
	for i := range maxDossiers {
		name := "crash"
		if i > 0 {
			name += "-" + strconv.Itoa(i+1)
		}
		path := filepath.Join(p.folder, name)
		err := os.MkdirAll(p.folder, 0o755)
		if err == nil {
			err = os.Mkdir(path, 0o755)
		}
		switch {
		case err == nil:
			return path, filepath.Base(p.folder) + "/" + name
		case !errors.Is(err, fs.ErrExist):
			p.trouble(err)
			return "", ""
		}
	}
	return "", ""
}

// look sees who and where the server is.
func (p *Process) look() glimpse {
	pid := p.PID()
	for _, relative := range proc.Tree(p.cmd.Process.Pid) {
		if len(listenersOf(relative)) > 0 {
			pid = relative
			break
		}
	}
	seen, ok := glimpseOf(pid)
	if !ok {
		return glimpse{}
	}
	return seen
}

// listens are the addresses on which the server, or anything that it started, listens.
func (p *Process) listens() []string {
	var at []string
	for _, pid := range proc.Tree(p.cmd.Process.Pid) {
		at = append(at, listenersOf(pid)...)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// statusText says how a process ended.
func statusText(e ending) string {
	if e.signal != "" {
		return e.signal
	}
	return phrase.English.Say(phrase.CrashStatus, e.exit)
}
