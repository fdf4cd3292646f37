//go:build unix

package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// TestReading holds that the line says how far the reading got, and is gone when that is done; what nobody waits for is never told.
func TestReading(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		ticks int
		want  string
	}{
		{"done at once", 0, ""},
		{"a while", 2, strings.Repeat("\r\x1b[K"+phrase.English.Say(phrase.CompareReading, "3", "12"), 2) + "\r\x1b[K"},
	} {
		var out bytes.Buffer
		r := &reading{out: &out, book: phrase.English}
		r.told(3, 12)
		ctx, cancel := context.WithCancel(t.Context())
		ticks, done := make(chan time.Time), make(chan struct{})
		go func() {
			defer close(done)
			r.run(ctx, ticks)
		}()
		for range tt.ticks {
			ticks <- time.Time{}
		}
		cancel()
		<-done
		if got := out.String(); got != tt.want {
			t.Errorf("%s: drawn %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestCompareInterrupted holds that who interrupts a comparison gets the status of that, no complaint and no file.
func TestCompareInterrupted(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	runs := "../../docs/gallery/runs/compare/"
	code := run(ctx, []string{"compare", runs + "5.0.216", runs + "7.0.2", "--html", b.dir + "/c.html", "--json", b.dir + "/c.json"}, nil, &stdout, &stderr)
	if code != exitInterrupted || stdout.Len()+stderr.Len() > 0 {
		t.Errorf("status %d, said %q and %q", code, stdout.String(), stderr.String())
	}
	if files := b.files(); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
}
