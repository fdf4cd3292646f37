package serverlog

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target/launch"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// lateQuiet is for how long nothing may come after the end of a run until the log counts as read, lateLasts the bound on
	// that: a container's log passes through other hands on its way to us.
	lateQuiet = 200 * time.Millisecond
	lateLasts = 2 * time.Second
	// askedWithin is how long the program that prints the log has to end when it is asked to.
	askedWithin = 500 * time.Millisecond
)

// stream is a log that is handed to us piece by piece, and that may end by itself. Whoever hands it over waits until we
// have read it: it is not the server that waits.
type stream struct {
	chunks chan logged // at any piece, not only whole lines
	start  func()      // begins to fill chunks; nil when that has begun
	// stop begins to end that. What it returns is closed when nothing of it is left, and nil where it can't be ended.
	stop  func() <-chan struct{}
	quit  chan struct{} // closed when nobody takes from chunks any more
	ended chan struct{} // closed when the stream is at its end and all of it has been taken
	how   func() string // says of an ended stream how that came
}

func newStream() *stream {
	return &stream{chunks: make(chan logged), quit: make(chan struct{}), ended: make(chan struct{})}
}

// pass hands over one piece of the log. It reports false when nobody wants it any more.
func (s *stream) pass(at time.Duration, b []byte) bool {
	select {
	case s.chunks <- logged{at: at, raw: append([]byte(nil), b...)}:
		return true
	case <-s.quit:
		return false
	}
}

// Read makes the follower read r, which name names to the user ("--log -"), in place of what Write gets. When r comes to
// its end before the run does, that is told as our own trouble. A read that can't be interrupted, such as that of a
// terminal, is left behind when Run returns.
func (f *Follower) Read(name string, r io.Reader) {
	s := newStream()
	var failure error
	s.start = func() {
		go func() {
			defer close(s.ended)
			buf := make([]byte, 32<<10)
			for {
				n, err := r.Read(buf)
				if n > 0 && !s.pass(f.sink.Now(), buf[:n]) {
					return
				}
				if err != nil {
					failure = err
					return
				}
			}
		}()
	}
	s.stop = func() <-chan struct{} {
		file, ok := r.(interface{ SetReadDeadline(time.Time) error })
		if ok && file.SetReadDeadline(time.Unix(1, 0)) == nil {
			return s.ended
		}
		return nil
	}
	s.how = func() string {
		end := phrase.English.Say(phrase.LogsEnd)
		if !errors.Is(failure, io.EOF) {
			end = failure.Error()
		}
		return phrase.English.Say(phrase.LogsEnded, name, end)
	}
	f.stream = s
}

// Command starts the program words[0] with the rest as its arguments, as --log-cmd has them, and makes the follower read
// what it prints in place of what Write gets. Run has to be called then: it ends the program and all that this started.
// When the program ends before the run does, that is told as our own trouble.
func (f *Follower) Command(words []string) error {
	if len(words) == 0 || words[0] == "" {
		return phrase.Errorf(phrase.LogsNoCommand)
	}
	s := newStream()
	name := foreign.MaskCommand(strings.Join(words, " "))
	end := new(lastState)
	process, err := launch.Start(launch.Command{
		Path: words[0], Args: words[1:], Guard: f.Guard, StopWithin: askedWithin, Sink: end, Output: []io.Writer{streamWriter{s, f.sink}},
	})
	if err != nil {
		if said := new(phrase.Error); errors.As(err, &said) && said.Cause != nil {
			err = said.Cause
		}
		return phrase.Errorf(phrase.LogsNotStarted, name, err)
	}
	go func() {
		<-process.Done()
		close(s.ended)
	}()
	s.stop = func() <-chan struct{} {
		left := make(chan struct{})
		go func() {
			defer close(left)
			process.Stop(context.Background())
		}()
		return left
	}
	s.how = func() string {
		return phrase.English.Say(phrase.LogsCommandEnds, name, end.say(), process.LastWords())
	}
	f.stream = s
	return nil
}

// streamWriter is where the program that prints a log writes to.
type streamWriter struct {
	*stream
	sink history.Sink
}

// Write never fails, so that the program is not told of trouble when nobody reads any more.
func (w streamWriter) Write(b []byte) (int, error) {
	w.pass(w.sink.Now(), b)
	return len(b), nil
}

// lastState is a Sink that keeps only how a process ended. It is not the server's, and is no part of the history.
type lastState struct {
	end atomic.Pointer[history.Process]
}

func (l *lastState) Now() time.Duration { return 0 }

func (l *lastState) Record(e history.Event) {
	if p, ok := e.What.(history.Process); ok && p.State != "started" {
		l.end.Store(&p)
	}
}

// say says how the process ended.
func (l *lastState) say() string {
	p := l.end.Load()
	switch {
	case p == nil:
		return phrase.English.Say(phrase.LogsEnd)
	case p.Signal != "":
		return phrase.English.Say(phrase.LogsSignal, p.Signal)
	}
	return phrase.English.Say(phrase.LogsExit, p.Exit)
}

// followStream takes the log as it comes until ctx is done, and then what is still on its way.
func (f *Follower) followStream(ctx context.Context) {
	s := f.stream
	if s.start != nil {
		s.start()
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	ended := s.ended
	for ctx.Err() == nil {
		select {
		case c := <-s.chunks:
			f.chunk(c)
		case <-tick.C:
			f.tell()
		case <-ended:
			ended = nil
			f.flushLine()
			f.sink.Record(history.Event{Actor: "server", What: history.OwnTrouble{Code: "log-ended", Detail: s.how()}})
		case <-ctx.Done():
		}
	}
	if ended != nil {
		f.late(s)
	}
	for left := s.stop(); left != nil; {
		select {
		case c := <-s.chunks: // until it is at its end it may say more, and waits for us to take it
			f.chunk(c)
		case <-left:
			left = nil
		}
	}
	close(s.quit)
	f.flushLine()
}

// late takes what is still on its way when the run is over.
func (f *Follower) late(s *stream) {
	last, quiet := time.NewTimer(lateLasts), time.NewTimer(lateQuiet)
	defer last.Stop()
	defer quiet.Stop()
	for {
		select {
		case c := <-s.chunks:
			f.chunk(c)
			quiet.Reset(lateQuiet)
		case <-s.ended:
			return
		case <-quiet.C:
			return
		case <-last.C:
			return
		}
	}
}

// chunk looks at a piece of the log.
func (f *Follower) chunk(c logged) {
	f.split.feed(c.raw, func(line []byte) { f.line(c.at, line) })
}

// flushLine looks at a last line that has no end.
func (f *Follower) flushLine() {
	f.split.flush(func(line []byte) { f.line(f.sink.Now(), line) })
}
