package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestKeepTakesOnlyOurs holds that a folder of the user's never goes, whatever it is called, and that of ours the oldest do.
func TestKeepTakesOnlyOurs(t *testing.T) {
	fill := func(runs string, n int) {
		for i := range n {
			if err := os.MkdirAll(filepath.Join(runs, fmt.Sprintf("20200101-%06d-x", i)), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	count := func(runs string) int {
		entries, err := os.ReadDir(runs)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	users := filepath.Join(t.TempDir(), "flvstorm", "runs")
	fill(users, 25)
	f, err := newFolder(filepath.Join(users, "mine"))
	if err != nil {
		t.Fatal(err)
	}
	if f.keep(); count(users) != 26 {
		t.Errorf("of 26 folders beside --out %d are left", count(users))
	}

	cache := t.TempDir()
	t.Setenv("CI", "") // a pipeline's runs go elsewhere
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	ours, err := newFolder("")
	if err != nil {
		t.Fatal(err)
	}
	runs := filepath.Dir(ours.path)
	fill(runs, 25)
	if ours.keep(); count(runs) != keepLast {
		t.Errorf("%d runs kept, want %d", count(runs), keepLast)
	}
	if _, err := os.Stat(ours.path); err != nil {
		t.Errorf("the newest run is gone: %v", err)
	}
}
