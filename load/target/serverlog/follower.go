// Package serverlog reads the log of the server under test while a run goes on, and tells what in it matters.
//
//  1. The log comes from the server itself where we started it (Write), from a file (Open, as `tail -F` does), from a pipe
//     (Read), or from a program that prints it (Command).
//  2. It is cut into lines; each is cleaned, and dated by when it came.
//  3. Lines that a rule of the profile knows, those at WARN or above, and what programs say when they die are passed on as
//     history.LogLine. There is room for so many a second; what finds none is counted and told.
//  4. The report of a sanitizer stands among the server's own lines. It is put together again, told once as
//     history.Sanitizer, and kept whole as evidence.
//
// A log that stops, or can't be read, is our own trouble and never the server's.
package serverlog

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// queued and queuedBytes are how much of what a process says may wait to be looked at: some seconds of a server that
	// a thousand publishers a second come to.
	queued      = 1 << 16
	queuedBytes = 16 << 20
	// refusedPerSecond, namedPerSecond and otherPerSecond bound how many lines a second go into the history: those that
	// stand for a refusal, those that say who is who, and those that are only loud. A run attempts far less than the first
	// two; a server that complains in a circle does more than the third.
	refusedPerSecond = 5000
	namedPerSecond   = 20_000
	otherPerSecond   = 100
)

// Follower reads a server's log and passes on the lines that a rule of the profile knows and those at WARN or above,
// as history.LogLine, and the reports of sanitizers, as history.Sanitizer. The log comes from a process that we started,
// through Write; from a file, after Open; from a pipe, after Read; or from a program that prints it, after Command. Run
// does the work; a log that comes faster than it can be looked at is cut, counted and told, never kept in memory.
type Follower struct {
	// Evidence is the folder in which reports of sanitizers are kept whole; empty for not at all. It is made when there is
	// one to keep, and history.Sanitizer.File names the file with the last element of its path. Set it before Run.
	Evidence string
	// Guard is Command.Guard for the program that Command starts. Set it before that.
	Guard []string

	profile *profile.Profile
	sink    history.Sink
	file    *file   // of Open
	stream  *stream // of Read and Command

	mu      sync.Mutex // guards split
	split   splitter
	queue   chan logged
	bytes   atomic.Int64 // in the queue
	skipped atomic.Int64 // lines that did not fit in the queue

	// Of Run's goroutine alone.
	refused, named, other allowance
	reports               reports

	lost int64 // lines left out that a rule knew, not told yet
	loud int64 // other lines left out, not told yet

	listenMu  sync.Mutex
	listening Listening
	heard     chan struct{} // closed when both addresses are known
}

// logged is a line as it was written, and when.
type logged struct {
	at  time.Duration
	raw []byte
}

// Listening is where a server says that it listens, host:port.
type Listening struct {
	RTMP, HTTP string
}

// New makes a Follower of a log whose lines the profile explains.
func New(p *profile.Profile, sink history.Sink) *Follower {
	return &Follower{
		profile: p, sink: sink, queue: make(chan logged, queued), heard: make(chan struct{}),
		reports: reports{soon: allowance{each: againPerSecond}},
		refused: allowance{each: refusedPerSecond}, named: allowance{each: namedPerSecond}, other: allowance{each: otherPerSecond},
	}
}

// Use names the profile that explains the log, where it was not known yet when the log began: what kind of server it is
// shows only once it has been greeted. Call it before Run; what is written until then waits.
func (f *Follower) Use(p *profile.Profile) { f.profile = p }

// Write takes what the process says. It never blocks and never fails.
func (f *Follower) Write(p []byte) (int, error) {
	now := f.sink.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.split.feed(p, func(line []byte) { f.enqueue(now, line) })
	return len(p), nil
}

func (f *Follower) enqueue(at time.Duration, line []byte) {
	if f.bytes.Add(int64(len(line))) <= queuedBytes {
		select {
		case f.queue <- logged{at: at, raw: append([]byte(nil), line...)}:
			return
		default:
		}
	}
	f.bytes.Add(-int64(len(line)))
	f.skipped.Add(1)
}

// Run reads the log until ctx is done, and then what was written before that. It returns nil; a log that can't be read
// any more is told as our own trouble.
func (f *Follower) Run(ctx context.Context) error {
	f.reports.folder = f.Evidence
	switch {
	case f.file != nil:
		f.followFile(ctx)
	case f.stream != nil:
		f.followStream(ctx)
	default:
		f.followQueue(ctx)
	}
	f.reports.flush(f.sink)
	f.tell()
	return nil
}

// Listeners waits until the log has named the addresses of RTMP and HTTP, and returns them.
func (f *Follower) Listeners(ctx context.Context) (Listening, error) {
	select {
	case <-f.heard:
		f.listenMu.Lock()
		defer f.listenMu.Unlock()
		return f.listening, nil
	case <-ctx.Done():
		return Listening{}, ctx.Err()
	}
}

func (f *Follower) followQueue(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case l := <-f.queue:
			f.take(l)
		case <-tick.C:
			f.tell()
		case <-ctx.Done():
			for range len(f.queue) { // not more: a server may go on talking
				f.take(<-f.queue)
			}
			f.mu.Lock()
			f.split.flush(func(line []byte) { f.line(f.sink.Now(), line) })
			f.mu.Unlock()
			return
		}
	}
}

// take looks at a line of the queue.
func (f *Follower) take(l logged) {
	f.bytes.Add(-int64(len(l.raw)))
	f.line(l.at, l.raw)
}

// line looks at one line of the log.
func (f *Follower) line(at time.Duration, raw []byte) {
	indented := foreign.CleanIndented(raw)
	text := strings.TrimSpace(indented)
	f.hearListener(text)
	parsed, known := f.profile.ParseLog(text)
	wall, _ := f.profile.LogWall(parsed.Time)
	if wall != 0 {
		f.reports.wall = wall
	}
	switch f.reports.take(at, indented, known || parsed.Time != "", f.sink) {
	case firstLine:
		parsed.Rule, parsed.Level = sanitizerRule, "FATAL"
	case laterLine, repeated:
		return
	}
	if text == "" {
		return
	}
	if !f.keep(at, text, parsed, known) {
		return
	}
	if parsed.Level == "" && lastWord(text) {
		parsed.Level = "FATAL"
	}
	f.sink.Record(history.Event{At: at, Key: parsed.Key, Actor: "server", What: history.LogLine{
		Line: foreign.Mask(text), Time: parsed.Time, Level: parsed.Level, ID: parsed.ID, Rule: parsed.Rule,
		Class: string(parsed.Class), Key: parsed.Key, Peer: parsed.Peer, Token: parsed.Token, Wall: wall,
	}})
}

// sanitizerRule stands as the rule of the first line of a sanitizer's report, which is told as a whole beside it.
const sanitizerRule = "sanitizer"

// keep reports whether a line goes into the history, and counts it when it only finds no room there. What is logged before
// the clock of the run begins is missed by nobody.
func (f *Follower) keep(at time.Duration, text string, parsed profile.Parsed, known bool) bool {
	loud := !parsed.Noise && (severe(parsed.Level) || lastWord(text))
	names := known && parsed.ID != "" && (parsed.Key != "" || parsed.Peer != "" || parsed.Token != "")
	var room, missed = &f.other, &f.loud
	switch {
	case known && parsed.Class != "":
		room, missed = &f.refused, &f.lost
	case names:
		room, missed = &f.named, &f.lost
	case !loud:
		return false
	}
	if room.take(at) {
		return true
	}
	if at > 0 {
		*missed++
	}
	return false
}

// deadly is what programs say, without a head of their log's, when they die: sanitizers, C and C++ runtimes, Go.
var deadly = []string{"ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error: ", "Segmentation fault", "SIGSEGV",
	"SIGABRT", "panic: ", "fatal error: ", "terminate called", "stack smashing detected", "double free"}

// lastWord reports whether a line is one of those.
func lastWord(line string) bool {
	return slices.ContainsFunc(deadly, func(word string) bool { return strings.Contains(line, word) })
}

// severe reports whether a level, as a log spells it, is WARN or above.
func severe(level string) bool {
	switch strings.ToUpper(level) {
	case "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL", "PANIC":
		return true
	}
	return false
}

// tell records what was left out since it last did, and a sanitizer's report of which nothing more comes. Run calls it
// about once a second and at the end.
func (f *Follower) tell() {
	f.reports.expire(f.sink.Now(), f.sink)
	f.reports.recount(f.sink)
	if lost := f.lost + f.skipped.Swap(0); lost > 0 {
		f.sink.Record(history.Event{Actor: "server", What: history.OwnTrouble{
			Code: "dropped-events", Count: lost, Detail: phrase.English.Say(phrase.TargetLogFlood),
		}})
	}
	if f.loud > 0 {
		f.sink.Record(history.Event{Actor: "server", What: history.LogLine{
			Level: "WARN", Line: phrase.English.Say(phrase.TargetLogMore, f.loud), More: f.loud,
		}})
	}
	f.lost, f.loud = 0, 0
}

var (
	rtmpListens = regexp.MustCompile(`\bRTMP listen at tcp://([^\s,]+)`)
	httpListens = regexp.MustCompile(`(?:^|[\s\]])HTTP listen at tcp://([^\s,]+)`)
)

// hearListener keeps the addresses that the server says it listens on, the first of each.
func (f *Follower) hearListener(line string) {
	if !strings.Contains(line, "listen at tcp://") {
		return
	}
	f.listenMu.Lock()
	defer f.listenMu.Unlock()
	if f.listening.RTMP != "" && f.listening.HTTP != "" {
		return
	}
	if m := rtmpListens.FindStringSubmatch(line); m != nil && f.listening.RTMP == "" {
		f.listening.RTMP = m[1]
	}
	if m := httpListens.FindStringSubmatch(line); m != nil && f.listening.HTTP == "" {
		f.listening.HTTP = m[1]
	}
	if f.listening.RTMP != "" && f.listening.HTTP != "" {
		close(f.heard)
	}
}

// allowance lets so many things happen in each second of the run's clock.
type allowance struct {
	each   int
	second time.Duration
	used   int
}

func (a *allowance) take(now time.Duration) bool {
	if s := now.Truncate(time.Second); s != a.second {
		a.second, a.used = s, 0
	}
	a.used++
	return a.used <= a.each
}
