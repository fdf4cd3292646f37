package load

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/flvstorm/flvstorm/report/history"
)

// Bounds of the evidence of one run.
const (
	maxFilesOfOne   = 6  // of one kind
	maxFiles        = 60 // in all
	maxEvidence     = 64 << 20
	maxEvidenceFile = 4 << 20
	// maxReels is how many sessions at a time have the memory for evidence, 64 MiB in all.
	maxReels = 64 << 20 / (2 * reelHalf)
)

// evidenceFolder is where the files stand, below the run's folder.
const evidenceFolder = "evidence"

// Evidence keeps small FLV files of what witnesses found odd, in the run's folder: at most six of a kind, 60 and 64 MiB in
// all. One serves a whole run; it is for any goroutine. Nil keeps nothing.
type Evidence struct {
	// Dir is the run's folder; files stand below its folder "evidence".
	Dir string

	mu    sync.Mutex
	of    map[history.What]int // files
	named map[history.What]int
	files int
	bytes int64
	reels int
	fails bool // one could not be written
}

// full reports whether nothing more will be kept.
func (e *Evidence) full() bool {
	if e == nil {
		return true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fails || e.files >= maxFiles || e.bytes >= maxEvidence
}

// lend reports whether one more session may have a reel. It gives it back with takeBack.
func (e *Evidence) lend() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.reels == maxReels {
		return false
	}
	e.reels++
	return true
}

func (e *Evidence) takeBack() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reels--
}

// reserve reports whether there is room for one more file of a kind, which it then has. size is how many bytes it will have
// at most.
func (e *Evidence) reserve(what history.What, size int64) bool {
	if e == nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fails || e.files >= maxFiles || e.of[what] >= maxFilesOfOne || size > maxEvidenceFile || e.bytes+size > maxEvidence {
		return false
	}
	if e.of == nil {
		e.of = map[history.What]int{}
	}
	e.of[what]++
	e.files++
	e.bytes += size
	return true
}

// free gives back what was reserved for a file that nobody wants after all.
func (e *Evidence) free(what history.What, size int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.of[what]--
	e.files--
	e.bytes -= size
}

// name returns the name of the next file of a kind, below the run's folder and with slashes as in a URL.
func (e *Evidence) name(what history.What, key string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.named == nil {
		e.named = map[history.What]int{}
	}
	e.named[what]++
	return fmt.Sprintf("%s/%s-%s-%d.flv", evidenceFolder, what, fileName(key), e.named[what])
}

// write writes the file of that name, of which reserved bytes were reserved. What can't be written whole is not kept, and
// nothing more is tried: a history should name few files that are not there.
func (e *Evidence) write(name string, b []byte, reserved int64) error {
	path := filepath.Join(e.Dir, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		if err = os.WriteFile(path, b, 0o644); err != nil {
			os.Remove(path)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bytes -= reserved - int64(len(b))
	if err != nil {
		e.fails = true
		return fmt.Errorf("keep %s: %w", name, err)
	}
	return nil
}

// fileName is a key as a part of a file's name on any system.
func fileName(key string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '.', r == '-':
			return r
		}
		return '-'
	}, key)
	return name[:min(len(name), 64)]
}
