package check

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// maxReports bounds how many different reports of a sanitizer are told apart; what comes after is counted together.
	maxReports = 50
	// wholeReport bounds the text of one.
	wholeReport = 64 << 10
	// atOnce is how soon a process ends that ends because of a report after which others go on.
	atOnce = time.Second
	// maxTitle bounds what one is called.
	maxTitle = 200
)

// reported takes a report of a sanitizer: a finding of its own, always a root, and what the server died of, if it dies
// now. A leak is reported by a process that ends anyway, and is about all of its life.
func (s *server) reported(e history.Event, p history.Sanitizer) {
	leak := strings.Contains(p.Tool, "Leak")
	t := s.at(e.At)
	if leak {
		t = s.whole
	}
	title := titleOf(&p)
	of, report := title, s.reports[title]
	count := max(p.Again, 1)
	c := Case{At: e.At, Event: e.Seq, Text: title, Log: headOf(&p), Frames: topOf(framesOf(&p))}
	switch {
	case report != nil: // the first of them is kept whole
	case len(s.reports) < maxReports:
		if s.reports == nil {
			s.reports = map[string]*history.Sanitizer{}
		}
		report, c.Report = &p, &p
		s.reports[title] = report
	default:
		of, report = phrase.English.Say(phrase.SanitizerMore), &history.Sanitizer{Tool: p.Tool, What: p.What}
	}
	t.found.add(part{code: Sanitizer, of: of, count: count, example: c})
	if p.Again > 0 {
		p.Again, report = 0, &p // the process that dies now says it itself
	}
	if leak {
		return
	}
	// AddressSanitizer takes its time to report, and then the process ends. The others let it go on, unless it was built or
	// asked to end: then it does so at once.
	within := lastWords
	if !strings.Contains(p.Tool, "Address") {
		within = atOnce
	}
	within = scaled(within, s.scale)
	if n := s.down; n != nil && n.report == nil && e.At-n.outage.from <= within {
		n.report = report
		return
	}
	if s.report != nil && e.At+within < s.diesBy {
		return // it is more likely to die of that one
	}
	s.report, s.saidAt, s.diesBy = report, e.At, e.At+within
}

// topOf are as many frames as a case has.
func topOf(frames []string) []string { return slices.Clone(frames[:min(len(frames), maxFrames)]) }

// frame matches a line of a stack as the sanitizers print it: "    #0 0x55d0 in SrsSource::x() src/a.cpp:12:3".
var frame = regexp.MustCompile(`^\s*#(\d+) 0x[0-9a-fA-F]+ +(?:in +)?(\S.*)$`)

// ofRuntime matches the functions in which a sanitizer itself looks: they are on top of every stack and say nothing.
var ofRuntime = regexp.MustCompile(`^(?:__interceptor_|__asan_|__sanitizer_|__lsan_|___interceptor_|wrap_)|` +
	`^(?:malloc|calloc|realloc|free|memcpy|memmove|memset|str\w+|operator (?:new|delete)(?:\[\])?)\b`)

// framesOf are the functions of the first stack of a report, the innermost first, each as one line without its address.
func framesOf(r *history.Sanitizer) []string {
	var out []string
	for _, line := range r.Lines {
		m := frame.FindStringSubmatch(line)
		switch {
		case m == nil && len(out) > 0, m != nil && m[1] == "0" && len(out) > 0:
			return out
		case m == nil:
			continue
		}
		if text := strings.TrimSpace(m[2]); len(out) > 0 || !ofRuntime.MatchString(text) {
			out = append(out, text)
		} else if m[1] == "0" {
			out = nil
		}
	}
	return out
}

// place matches where a report of UndefinedBehaviorSanitizer says that it happened.
var place = regexp.MustCompile(`^(\S+:\d+(?::\d+)?): runtime error: `)

// number matches what differs from one time to the next of the same report.
var number = regexp.MustCompile(`0x[0-9a-fA-F]+|-?\b\d+\b`)

// titleOf is what tells reports apart: tool, what, and where. Numbers in what it says are of one time only.
func titleOf(r *history.Sanitizer) string {
	title := r.Tool + ": " + number.ReplaceAllString(r.What, "N")
	switch frames := framesOf(r); {
	case len(frames) > 0:
		title += " in " + function(frames[0])
	case place.MatchString(headOf(r)):
		title += " at " + place.FindStringSubmatch(headOf(r))[1]
	}
	if cut := []rune(title); len(cut) > maxTitle {
		title = string(cut[:maxTitle])
	}
	return strings.Join(strings.Fields(title), " ")
}

// function is a frame without file and module: "SrsSource::x()".
func function(frame string) string {
	for _, sep := range []string{" (/", " /", " (BuildId"} {
		frame, _, _ = strings.Cut(frame, sep)
	}
	if i := strings.LastIndexByte(frame, ' '); i > 0 && strings.ContainsAny(frame[i:], ".:") && strings.ContainsRune(frame[i:], '.') {
		frame = frame[:i] // a path that does not begin with a slash
	}
	return frame
}

// headOf is the line of a report that says most: the one that names the tool, else the first that says anything.
func headOf(r *history.Sanitizer) string {
	first := ""
	for _, line := range r.Lines {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "ERROR: ") || strings.Contains(line, "runtime error: ") || strings.Contains(line, "WARNING: ") {
			return line
		}
		if first == "" && strings.Trim(line, "=-") != "" {
			first = line
		}
	}
	if first == "" {
		return r.What
	}
	return first
}

// whole is a report as one text.
func whole(r *history.Sanitizer) string {
	text := strings.Join(r.Lines, "\n")
	if len(text) > wholeReport {
		text = strings.ToValidUTF8(text[:wholeReport], "") + "\n…"
	}
	return text
}
