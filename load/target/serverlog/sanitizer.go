package serverlog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// reportLines and reportBytes are how much of one report is kept whole, shownLines how much of it goes into the history.
	// A report of leaks has ten lines and more for each place that leaks.
	reportLines = 20_000
	reportBytes = 2 << 20
	shownLines  = 200
	// reportLasts bounds a report that does not end, reportQuiet one that is not gone on with: a process prints its report
	// in one go, though a slow one looks up the names in a stack for seconds.
	reportLasts = time.Minute
	reportQuiet = 5 * time.Second
	// maxReports is how many different reports are told. What comes after them is counted with the last.
	maxReports = 50
	// shownAgain is how many lines go into the history of a report that was told before. Of a tool whose process dies of
	// what it reports so many a second are told at once; others are counted meanwhile.
	shownAgain, againPerSecond = 24, 10
)

// reports puts the reports of sanitizers together from the lines of a log, in which they stand among the server's own
// lines. A report begins with a line that only sanitizers write and ends with its summary or what follows that; one that
// is cut off ends when nothing more of it comes. The same report again, as UndefinedBehaviorSanitizer gives it each time
// that it passes the place, is only counted.
//
// The forms are those of compiler-rt and libsanitizer (asan_report.cpp, lsan_common.cpp, ubsan_diag.cpp, tsan_report.cpp).
type reports struct {
	folder string // where they are kept whole, or empty
	open   *sanitized
	wall   int64 // of the last line of the server's own
	told   []*sanitized
	ended  *sanitized // the last that ended
	soon   allowance  // of reports that came before and are told at once
	// failed says that a report could not be kept and that this has been told.
	failed bool
}

// sanitized is one report, or one that is coming in.
type sanitized struct {
	history.Sanitizer
	place        string // where it happened, the same each time
	began, heard time.Duration
	lines        []string
	begins       map[string]bool // the first words of its lines
	bytes, cut   int
	summed       bool // its summary has come
	among        bool // the line before was the server's own
	// again counts how often it came again since that was told, and last is the last of these.
	again int64
	last  *sanitized
}

// part says what a line is to a report.
type part int

const (
	noPart part = iota
	firstLine
	laterLine
	repeated // the first line of a report that has been told already
)

var (
	// reportBegins is the first line of a report of AddressSanitizer, LeakSanitizer, MemorySanitizer or ThreadSanitizer.
	// Something may stand before it, such as the name of a container.
	reportBegins = regexp.MustCompile(`(?:==\d+==(?:ERROR|WARNING)|WARNING): (\w+Sanitizer): (\S.*)`)
	// undefined is the same of UndefinedBehaviorSanitizer. (A panic of Go has no place before its "runtime error".)
	undefined = regexp.MustCompile(`(\S+:\d+(?::\d+)?): runtime error: (\S.*)`)
	// reportBody is what follows: stacks, shadow bytes, registers, legends, what the report says of addresses and threads.
	reportBody = regexp.MustCompile(`^(?:\s+\S|#\d+ |==\d+==|=+$|-+$|=>0x|SUMMARY: |Shadow |(?:READ|WRITE) of size|` +
		`0x[0-9a-f]+ is |(?:freed|previously allocated|allocated) by |Thread T\d|(?:Direct|Indirect) leak of |(?i:hint): |` +
		`Address 0x|AddressSanitizer[ :]|Objects leaked|\S+:\d+(?::\d+)?: note: )`)
	// undefinedBody is what follows a line of UndefinedBehaviorSanitizer: a stack, a note, bytes and a mark below them.
	undefinedBody = regexp.MustCompile(`^(?:\s*#\d+ |\s*[0-9a-f?]{2}(?: +[0-9a-f?]{2})+\s*$|\s*\^|\S+:\d+(?::\d+)?: note: |SUMMARY: )`)
	// whatEnds is where the name of a trouble ends and its circumstances begin.
	whatEnds = regexp.MustCompile(` on (?:unknown )?address\b| on 0x| \(pid=| in thread | 0x|: `)
	// leaked is the sum of a report of leaks.
	leaked = regexp.MustCompile(`^SUMMARY: \w+: (\d+ byte\(s\) leaked in \d+ allocation\(s\))`)
	// frame is a line of a stack, without the address.
	frame = regexp.MustCompile(`^\s*#\d+ (?:0x[0-9a-f]+ )?(?:in )?(.+)`)
)

const undefinedTool = "UndefinedBehaviorSanitizer"

// take looks at a line, cleaned but for its indent. Own says that the log's head shows it to be the server's own. The
// report that the line ends, or that ended before it, is told to sink.
func (r *reports) take(at time.Duration, line string, own bool, sink history.Sink) part {
	r.expire(at, sink)
	if begun := beginning(line); begun != nil && !own {
		r.finish(sink)
		begun.began, begun.heard, begun.Wall = at, at, r.wall
		r.open = begun
		begun.add(line)
		if slices.ContainsFunc(r.told, begun.same) && begun.Tool == undefinedTool {
			return repeated
		}
		return firstLine
	}
	b := r.open
	if own {
		if heard := cmp.Or(b, r.ended); heard != nil && at-heard.heard <= reportQuiet && heard.echoed(line) {
			heard.heard = at
			return laterLine
		}
	}
	switch {
	case b == nil || own:
		if b != nil {
			b.among = true
		}
		return noPart
	case b.summed && line == "", b.Tool == undefinedTool && !b.among && !undefinedBody.MatchString(line):
		r.finish(sink)
		return noPart
	case !b.body(line) && (b.among || b.summed || lastWord(line)):
		return noPart // of the server's own: more of a line before it
	}
	b.heard, b.among = at, false
	b.add(line)
	summary := strings.HasPrefix(line, "SUMMARY: ")
	b.summed = b.summed || summary
	switch {
	case summary && b.Tool != "AddressSanitizer", // which goes on with the shadow bytes
		strings.HasSuffix(line, "==ABORTING"), strings.HasSuffix(line, ", aborting."), // which it says of a bug in the report itself
		b.Tool == "ThreadSanitizer" && strings.HasPrefix(line, "======"):
		r.finish(sink)
	}
	return laterLine
}

// expire ends a report of which nothing more comes.
func (r *reports) expire(now time.Duration, sink history.Sink) {
	if b := r.open; b != nil && (now-b.heard > reportQuiet || now-b.began > reportLasts) {
		r.finish(sink)
	}
}

// flush ends the report that is coming in, and tells what came again.
func (r *reports) flush(sink history.Sink) {
	r.finish(sink)
	r.recount(sink)
}

// recount tells what came again since it last did.
func (r *reports) recount(sink history.Sink) {
	for _, b := range r.told {
		b.recount(sink)
	}
}

// finish tells the open report, if there is one.
func (r *reports) finish(sink history.Sink) {
	b := r.open
	if b == nil {
		return
	}
	r.open, r.ended = nil, b
	for len(b.lines) > 1 && b.lines[len(b.lines)-1] == "" {
		b.lines = b.lines[:len(b.lines)-1]
	}
	if b.place == "" {
		b.place = firstStack(b.lines)
	}
	first := slices.IndexFunc(r.told, b.same)
	if first < 0 && len(r.told) >= maxReports {
		first = maxReports - 1
	}
	if first >= 0 {
		told := r.told[first]
		b.Lines, b.lines = b.opening(), nil
		told.again, told.last = told.again+1, b
		if b.Tool == "AddressSanitizer" && r.soon.take(b.heard) {
			told.recount(sink)
		}
		return
	}
	r.told = append(r.told, b)
	if r.folder != "" {
		r.keep(b, sink)
	}
	b.Lines = slices.Clone(b.lines[:min(len(b.lines), shownLines)])
	b.lines = nil
	sink.Record(history.Event{At: b.heard, Actor: "server", What: b.Sanitizer})
}

// recount tells how often b came again since that was told.
func (b *sanitized) recount(sink history.Sink) {
	if b.again == 0 {
		return
	}
	again := b.last.Sanitizer
	again.Again = b.again
	if b.same(b.last) {
		again.File = b.File
	}
	sink.Record(history.Event{At: b.last.heard, Actor: "server", What: again})
	b.again, b.last = 0, nil
}

// opening is a report up to the end of its first stack, which tells it from others.
func (b *sanitized) opening() []string {
	stack := false
	for i, line := range b.lines {
		of := frame.MatchString(line)
		if i == shownAgain || stack && !of {
			return slices.Clone(b.lines[:i])
		}
		stack = stack || of
	}
	return b.lines
}

// keep writes the report to a file of its own.
func (r *reports) keep(b *sanitized, sink history.Sink) {
	text := strings.Join(b.lines, "\n") + "\n"
	if b.cut > 0 {
		text += phrase.English.Say(phrase.LogsReportCut, b.cut) + "\n"
	}
	name, err := create(r.folder, text)
	if err == nil {
		b.File = filepath.Base(r.folder) + "/" + name
		return
	}
	if !r.failed {
		r.failed = true
		sink.Record(history.Event{Actor: "server", What: history.OwnTrouble{
			Code: cmp.Or(target.OwnLimit(err), "internal"), Detail: phrase.English.Say(phrase.LogsNoEvidence, r.folder, err),
		}})
	}
}

// create writes text to the first of sanitizer-1.txt, sanitizer-2.txt … that isn't there: a server may have two logs that are
// followed.
func create(folder, text string) (name string, err error) {
	if err = os.MkdirAll(folder, 0o777); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		name = fmt.Sprintf("sanitizer-%d.txt", n)
		f, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) && n <= 2*maxReports {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.WriteString(text)
		return name, errors.Join(err, f.Close())
	}
}

// beginning is the report that begins with line, nil if none does.
func beginning(line string) *sanitized {
	if strings.Contains(line, "Sanitizer: ") {
		if m := reportBegins.FindStringSubmatch(line); m != nil {
			what := m[2]
			if i := whatEnds.FindStringIndex(what); i != nil && i[0] > 0 {
				what = what[:i[0]]
			}
			return &sanitized{Sanitizer: history.Sanitizer{Tool: m[1], What: what}}
		}
	}
	if strings.Contains(line, ": runtime error: ") {
		if m := undefined.FindStringSubmatch(line); m != nil {
			return &sanitized{Sanitizer: history.Sanitizer{Tool: undefinedTool, What: m[2]}, place: m[1]}
		}
	}
	return nil
}

// body reports whether line looks like a later line of b.
func (b *sanitized) body(line string) bool {
	if b.Tool == undefinedTool {
		return undefinedBody.MatchString(line)
	}
	return line == "" || reportBody.MatchString(line)
}

// add takes one line more, or counts it when there are too many.
func (b *sanitized) add(line string) {
	line = foreign.Mask(line)
	if len(b.lines) >= reportLines || b.bytes+len(line) > reportBytes {
		b.cut++
	} else {
		b.lines = append(b.lines, line)
		b.bytes += len(line) + 1
	}
	if words := strings.Fields(line); len(words) > 0 && len(b.begins) < shownLines {
		if b.begins == nil {
			b.begins = map[string]bool{}
		}
		b.begins[firstWords(words)] = true
	}
	if m := leaked.FindStringSubmatch(line); m != nil {
		b.What = m[1]
	}
}

// echoed reports whether line, which is the server's own, only says what a line of the report says, behind the head of its
// log and maybe with more at its end: SRS logs the reports of AddressSanitizer once more, line by line (asan_report_callback).
func (b *sanitized) echoed(line string) bool {
	words := strings.Fields(line)
	for i := 1; i < min(len(words), headWords+1); i++ {
		rule := len(words[i]) > headWords && strings.Trim(words[i], "=") == "" // which stands above a report
		if rule || b.begins[firstWords(words[i:])] {
			return true
		}
	}
	return false
}

// headWords is how many words the head of a log's line has at most.
const headWords = 8

// firstWords are those that tell one line of a report from another.
func firstWords(words []string) string { return strings.Join(words[:min(len(words), 3)], " ") }

// firstStack is the first stack of a report without its addresses.
func firstStack(lines []string) string {
	var frames []string
	for _, line := range lines {
		if m := frame.FindStringSubmatch(line); m != nil {
			frames = append(frames, m[1])
		} else if len(frames) > 0 {
			break
		}
	}
	return strings.Join(frames, "\n")
}

// same reports whether b and other are about the same trouble at the same place. What UndefinedBehaviorSanitizer says has
// the values of the moment in it, so the place decides.
func (b *sanitized) same(other *sanitized) bool {
	return b.Tool == other.Tool && (b.What == other.What || b.Tool == undefinedTool) && b.place == other.place
}
