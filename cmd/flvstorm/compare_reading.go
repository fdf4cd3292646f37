package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// How long nobody is told that runs are being read, and how often it is told anew after that.
const (
	quietFor  = 2 * time.Second
	tellAgain = 500 * time.Millisecond
)

// reading tells a person at a terminal how far the reading of runs has got, on one line that is wiped when it is done. Elsewhere, and
// where it is done before anybody wonders, it says nothing.
type reading struct {
	out  io.Writer
	book phrase.Book

	read, all atomic.Int64
	drawn     bool
}

// aTerminal reports whether w is one.
func aTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// told takes note of how many runs have been read.
func (r *reading) told(read, all int) {
	r.read.Store(int64(read))
	r.all.Store(int64(all))
}

// run draws at each tick until ctx ends, and wipes the line then.
func (r *reading) run(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ticks:
			r.drawn = true
			fmt.Fprint(r.out, "\r\x1b[K"+r.book.Say(phrase.CompareReading, strconv.FormatInt(r.read.Load(), 10), strconv.FormatInt(r.all.Load(), 10)))
		case <-ctx.Done():
			if r.drawn {
				fmt.Fprint(r.out, "\r\x1b[K")
			}
			return
		}
	}
}

// watch draws while the runs are read, and returns what ends that.
func (r *reading) watch() (end func()) {
	if !aTerminal(r.out) {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(tellAgain)
		defer ticker.Stop()
		select {
		case <-time.After(quietFor):
			r.run(ctx, ticker.C)
		case <-ctx.Done():
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
