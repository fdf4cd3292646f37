package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// keepLast is how many runs are kept in the user's cache directory.
const keepLast = 20

// folder is where a run is kept: the one that --out names, or a new one in the user's cache directory, which goes away
// again when the run passed.
type folder struct {
	path string
	made bool // by us: then we may remove it
}

// newFolder makes the folder. One that has something in it is refused: a run never overwrites another.
func newFolder(out string) (*folder, error) {
	if out == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		runs := filepath.Join(cache, "flvstorm", "runs")
		if err := os.MkdirAll(runs, 0o755); err != nil {
			return nil, cannotRun(phrase.Errorf(phrase.CLINoCache, err))
		}
		path, err := os.MkdirTemp(runs, time.Now().Format("20060102-150405-"))
		if err != nil {
			return nil, cannotRun(phrase.Errorf(phrase.CLINoCache, err))
		}
		return &folder{path: path, made: true}, nil
	}
	entries, err := os.ReadDir(out)
	switch {
	case err == nil && len(entries) > 0:
		return nil, phrase.Errorf(phrase.CLIOutTaken, out)
	case err == nil:
		return &folder{path: out}, nil
	case !errors.Is(err, os.ErrNotExist):
		return nil, phrase.Errorf(phrase.CLIOutBad, out, err)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		if errors.Is(err, syscall.ENOSPC) {
			return nil, cannotRun(phrase.Errorf(phrase.CLIOutBad, out, err))
		}
		return nil, phrase.Errorf(phrase.CLIOutBad, out, err)
	}
	return &folder{path: out, made: true}, nil
}

// create makes a file in the folder.
func (f *folder) create(name string) (*os.File, error) {
	file, err := os.Create(filepath.Join(f.path, name))
	if err != nil {
		return nil, phrase.Errorf(phrase.CLIOutBad, f.path, err)
	}
	return file, nil
}

// remove takes away what we put there.
func (f *folder) remove() {
	if f.made {
		os.RemoveAll(f.path)
		return
	}
	for _, name := range []string{"server.log", "history.jsonl.zst"} {
		os.Remove(filepath.Join(f.path, name))
	}
}

// keep returns the path of a run that stays, and lets the oldest of those go that nobody asked for.
func (f *folder) keep() string {
	parent := filepath.Dir(f.path)
	if filepath.Base(parent) != "runs" || filepath.Base(filepath.Dir(parent)) != "flvstorm" {
		return f.path
	}
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
