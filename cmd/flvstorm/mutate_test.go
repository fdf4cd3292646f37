//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A mutation breaks one condition of the judgement, or of a witness, on purpose. Some row of the matrix has to come out
// otherwise then; where none does, nothing proves that condition.
type mutation struct {
	// is says what is broken.
	is string
	// file is below the root of the module; old must stand in it exactly once, and new takes its place.
	file, old, new string
	// rows are those that must come out otherwise, as row.String names them, one of them at least. Inside is meant, where there
	// is that, unless "/outside" stands behind the name.
	rows []string
}

// mutations of what judges are tried on the histories that the matrix has made, those of what witnesses on runs of their own.
var mutations = slices.Concat(ofJudgement, ofMedia, ofWitness)

// judges reports whether m breaks what judges a history, and not what makes it.
func (m mutation) judges() bool { return strings.HasPrefix(m.file, "report/") }

// root of the module.
var moduleRoot = filepath.Join("..", "..")

// broken is the text of m's file with m in it.
func (m mutation) broken() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(moduleRoot, filepath.FromSlash(m.file)))
	if err != nil {
		return nil, err
	}
	if n := strings.Count(string(text), m.old); n != 1 {
		return nil, fmt.Errorf("%s: the text to be broken stands there %d times, not once:\n%s", m.file, n, m.old)
	}
	return []byte(strings.Replace(string(text), m.old, m.new, 1)), nil
}

// TestMutationsMatch keeps the table from rotting: what each mutation breaks is there, once, and so are its rows.
func TestMutationsMatch(t *testing.T) {
	names := map[string]bool{}
	for _, m := range mutations {
		if _, err := m.broken(); err != nil {
			t.Errorf("%s: %v", m.is, err)
		}
		if names[m.is] {
			t.Errorf("two mutations are called %q", m.is)
		}
		names[m.is] = true
		if len(m.rows) == 0 || m.old == m.new {
			t.Errorf("%s: it has no rows, or breaks nothing", m.is)
		}
		for _, name := range m.rows {
			if r, _ := rowNamed(name); r.String() == "" {
				t.Errorf("%s: there is no row %q", m.is, name)
			}
		}
	}
}

// rowNamed is the row of that name and where its server stands, the zero row if there is none.
func rowNamed(name string) (r row, where string) {
	name, outside := strings.CutSuffix(name, "/outside")
	for _, r := range slices.Concat(matrix, good) {
		if r.String() == name {
			where = r.places()[0]
			if outside {
				where = "outside"
			}
			return r, where
		}
	}
	return row{}, ""
}

// TestMutate tries all mutations, for `make mutate`: each is built with an overlay over its file, and one of its rows has to
// come out otherwise. It prints a line for each, and fails for those that nothing catches.
func TestMutate(t *testing.T) {
	if os.Getenv("FLVSTORM_MUTATE") == "" {
		t.Skip("takes minutes; make mutate runs it")
	}
	mutations := slices.Clone(mutations)
	if only := os.Getenv("FLVSTORM_MUTATE"); only != "all" {
		mutations = slices.DeleteFunc(mutations, func(m mutation) bool { return !strings.Contains(m.file+" "+m.is, only) })
	}
	kept := keep(t, mutations)
	var all sync.WaitGroup
	var mu sync.Mutex
	caught := 0
	trying := make(chan struct{}, 2)
	for _, m := range mutations {
		all.Go(func() {
			trying <- struct{}{}
			defer func() { <-trying }()
			says, ok := m.try(t, kept)
			mu.Lock()
			defer mu.Unlock()
			fmt.Printf("%-72s %s\n", m.is, says)
			if !ok {
				t.Errorf("%s: %s", m.is, says)
				return
			}
			caught++
		})
	}
	all.Wait()
	fmt.Printf("%d of %d mutations caught\n", caught, len(mutations))
}

// keep makes the run of every row that a mutation of the judgement names, as it should be, and returns where each is kept.
func keep(t *testing.T, mutations []mutation) map[string]*box {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	kept := map[string]*box{}
	making := make(chan struct{}, cap(atOnce))
	for _, m := range mutations {
		if !m.judges() {
			continue
		}
		for _, name := range m.rows {
			mu.Lock()
			_, made := kept[name]
			if !made {
				kept[name] = nil
			}
			mu.Unlock()
			if made {
				continue
			}
			all.Go(func() {
				making <- struct{}{}
				defer func() { <-making }()
				b := newBox(t)
				r, where := rowNamed(name)
				err := r.try(b, "flvstorm", where, 1)
				for n := 1; err != nil && n < 3; n++ {
					b = newBox(t)
					err = r.try(b, "flvstorm", where, 1)
				}
				if err != nil {
					t.Errorf("row %v does not hold without a mutation: %v", r, err)
					return
				}
				mu.Lock()
				kept[name] = b
				mu.Unlock()
			})
		}
	}
	all.Wait()
	return kept
}

// try builds the mutant and looks for a row that comes out otherwise.
func (m mutation) try(t *testing.T, kept map[string]*box) (says string, ok bool) {
	mutant, err := m.build(t)
	if err != nil {
		return err.Error(), false
	}
	otherwise := func(name string) error {
		r, where := rowNamed(name)
		if !m.judges() {
			return r.live(t, where, mutant)
		}
		b := kept[name]
		if b == nil {
			return nil
		}
		file := "mutant-" + filepath.Base(filepath.Dir(mutant)) + ".json"
		cmd := exec.Command(mutant, "report", "run", "--json", file, "--quiet")
		cmd.Dir, cmd.Env = b.dir, environment(b.home)
		out, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); err != nil && code != 1 && code != 3 {
			return fmt.Errorf("%v\n%s", err, out)
		}
		return r.holds(b, file, outcome{args: cmd.Args, code: cmd.ProcessState.ExitCode(), stdout: string(out)})
	}
	for _, name := range m.rows {
		if err := otherwise(name); err != nil {
			return "caught by " + name + ": " + first(err), true
		}
	}
	// Another row may catch it: then the table is wrong.
	if m.judges() {
		for name := range kept {
			if !slices.Contains(m.rows, name) && otherwise(name) != nil {
				return fmt.Sprintf("SURVIVED %q, but %s would catch it", m.rows, name), false
			}
		}
	}
	return fmt.Sprintf("SURVIVED %q", m.rows), false
}

// live makes the run of r with a mutant, and says what is wrong with it, unless the machine may have made that.
func (r row) live(t *testing.T, where, mutant string) error {
	for range 3 {
		b := newBox(t)
		if err := r.try(b, mutant, where, 1); err == nil || b.stoodStill("run") < 300*time.Millisecond {
			return err
		}
	}
	return nil
}

// first is the first line of an error, without the command that follows.
func first(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	line, _, _ = strings.Cut(line, ": [")
	return line[:min(len(line), 120)]
}

// build makes a flvstorm with m in it, without touching a file of the module.
func (m mutation) build(t *testing.T) (program string, err error) {
	text, err := m.broken()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "flvstorm-mutant-")
	if err != nil {
		return "", err
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	original, err := filepath.Abs(filepath.Join(moduleRoot, filepath.FromSlash(m.file)))
	if err != nil {
		return "", err
	}
	changed, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		return "", err
	}
	for name, text := range map[string][]byte{changed: text, overlay: replace} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			return "", err
		}
	}
	program = filepath.Join(dir, "flvstorm")
	if out, err := exec.Command("go", "build", "-ldflags", "-s -w -X main.version=tested", "-overlay", overlay, "-o", program, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("it does not build: %w\n%s", err, out)
	}
	return program, nil
}
