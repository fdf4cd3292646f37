package main

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// keepLast is how many runs are kept in the user's cache directory.
const keepLast = 20

// folder is where a run is kept: the one that --out names, or a new one in the user's cache directory, which goes away
// again when the run passed.
type folder struct {
	path string
	made string // the outermost folder that we made for it, empty where it stood already
	kept bool   // it stands in the user's cache directory, among others of ours
}

// newFolder makes the folder. One that has something in it is refused: a run never overwrites another.
func newFolder(out string) (*folder, error) {
	if out == "" && ci() {
		out = freeRunFolder()
	}
	if out == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		runs := filepath.Join(cache, "flvstorm", "runs")
		made := outermost(runs)
		if err := os.MkdirAll(runs, 0o755); err != nil {
			return nil, cannotRun(phrase.Errorf(phrase.CLINoCache, err))
		}
		path, err := os.MkdirTemp(runs, time.Now().Format("20060102-150405-"))
		if err != nil {
			return nil, cannotRun(phrase.Errorf(phrase.CLINoCache, err))
		}
		return &folder{path: path, made: cmp.Or(made, path), kept: true}, nil
	}
	out = filepath.Clean(out)
	entries, err := os.ReadDir(out)
	switch {
	case err == nil && len(entries) > 0:
		return nil, phrase.Errorf(phrase.CLIOutTaken, out)
	case err == nil:
		return &folder{path: out}, outBad(out, writable(out))
	case !errors.Is(err, os.ErrNotExist):
		return nil, outBad(out, err)
	}
	made := outermost(out)
	if err := os.MkdirAll(out, 0o755); err != nil {
		return nil, outBad(out, err)
	}
	return &folder{path: out, made: made}, nil
}

// outBad says what is wrong with the folder that --out names, if anything is. A full disk is not the command line's fault.
func outBad(out string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return cannotRun(phrase.Errorf(phrase.CLIOutBad, out, reason(err)))
	}
	return phrase.Errorf(phrase.CLIOutBad, out, reason(err))
}

// outermost returns the outermost folder of path that does not exist yet, empty when all do.
func outermost(path string) (missing string) {
	for {
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			return missing
		}
		missing, path = path, filepath.Dir(path)
	}
}

// writable returns why no file can be made in dir, nil where one can.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".flvstorm-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// reason is what the system said, without the name of a file that the user never gave.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// checkFile returns why a document can't be written to path, in the words of its sentence, so that a slip is told before
// the run and not after it. A file in the run's own folder has its place made for it.
func checkFile(says phrase.ID, path, out string) error {
	if path == "" || path == "-" {
		return nil
	}
	dir := filepath.Dir(path)
	if ofRun(path, out) {
		return phrase.Errorf(phrase.CLIOfRun, path)
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return phrase.Errorf(says, path, syscall.EISDIR)
	case err == nil && !info.Mode().IsRegular():
		return nil // a pipe or a terminal: whoever reads it may come later
	case out != "" && filepath.Clean(dir) == filepath.Clean(out):
		return nil
	}
	if err := writable(dir); err != nil {
		return phrase.Errorf(says, path, reason(err))
	}
	return nil
}

// ofRun reports whether path is one of the files that a run consists of, in the folder of a run that is there or is to be made.
func ofRun(path, out string) bool {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	dir, name := filepath.Split(path)
	if name != history.FileName && name != serverLog {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, history.FileName))
	return err == nil || out != "" && filepath.Clean(dir) == filepath.Clean(out)
}

// serverLog is the file of a run that has what the server wrote.
const serverLog = "server.log"

// create makes a file in the folder.
func (f *folder) create(name string) (*os.File, error) {
	file, err := os.Create(filepath.Join(f.path, name))
	if err != nil {
		return nil, phrase.Errorf(phrase.CLIOutBad, f.path, err)
	}
	return file, nil
}

// remove takes away what we put there. Folders that we made around it go as well, unless somebody uses them by now.
func (f *folder) remove() {
	if f.made == "" {
		for _, name := range []string{serverLog, history.FileName, "evidence"} {
			os.RemoveAll(filepath.Join(f.path, name))
		}
		return
	}
	os.RemoveAll(f.path)
	for dir := f.path; dir != f.made; {
		dir = filepath.Dir(dir)
		if os.Remove(dir) != nil {
			return
		}
	}
}

// keep returns the path of a run that stays, and lets the oldest of those go that nobody asked for.
func (f *folder) keep() string {
	if !f.kept {
		return f.path
	}
	parent := filepath.Dir(f.path)
	entries, err := os.ReadDir(parent)
	if err != nil {
		return f.path
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names) // by time, which their names begin with
	for _, old := range names[:max(0, len(names)-keepLast)] {
		os.RemoveAll(filepath.Join(parent, old))
	}
	return f.path
}
