package report

import (
	"cmp"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Bounds of what is shown of a server's end; the JSON has more, and the dossier all.
const (
	framesShown    = 5
	endingsShown   = 3
	sanitizerShown = 6 // lines of a report
	notesShown     = 4
	timesShown     = 3 // of one stack
	placesShown    = 3 // cores and dossiers of one stack
)

// ending is one way in which the server ended, and the times that it did.
type ending struct {
	lines []string // the stack, or the beginning of the sanitizer's report
	cases []Case
}

// endings are what could be learned of the server's ends, below the finding that tells of them: each stack once, with the
// cores and dossiers of those that died in it, and what is missing from these; of a sanitizer's finding, its report.
func (p *page) endings(f Finding, room int) []string {
	all := p.apart(f, room)
	var out, notes []string
	var shown []Case
	for _, e := range all[:min(len(all), endingsShown)] {
		if len(f.Cases) > 1 {
			out = append(out, wrap(p.times(e.cases), room, 2)...)
		}
		out = append(out, e.lines...)
		out = append(out, p.cores(e, room)...)
		if dossiers := p.dossiers(e); dossiers != "" {
			out = append(out, wrap(dossiers, room, 4)...)
		}
		shown = append(shown, e.cases...)
	}
	slices.SortStableFunc(shown, func(a, b Case) int { return cmp.Compare(a.At, b.At) })
	for _, c := range shown {
		if c.Crash != nil {
			notes = append(notes, c.Crash.Notes...)
		}
	}
	for _, note := range different(notes) {
		out = append(out, wrap(p.say(phrase.TableCrashNote, clean(note)), room, 4)...)
	}
	hidden := 0
	for _, e := range all[min(len(all), endingsShown):] {
		hidden += len(e.cases)
	}
	if hidden > 0 {
		out = append(out, p.say(phrase.TableCrashOther, p.many(phrase.OneEnd, phrase.ManyEnds, int64(hidden))))
	}
	return out
}

// apart are the ends of which something is known, those that look the same together.
func (p *page) apart(f Finding, room int) []*ending {
	var all []*ending
	for _, c := range f.Cases {
		var lines []string
		switch {
		case c.Report != nil && f.Code == string(check.Sanitizer):
			lines = p.sanitizer(c.Report, room)
		case len(c.Frames) > 0 || c.Crash == nil:
			lines = frames(c.Frames, room)
		default:
			lines = frames(c.Crash.Frames, room)
		}
		if len(lines) == 0 && (c.Crash == nil || c.Crash.Core+c.Crash.Folder == "" && len(c.Crash.Notes) == 0) {
			continue
		}
		i := slices.IndexFunc(all, func(e *ending) bool { return slices.Equal(e.lines, lines) })
		if i < 0 {
			i = len(all)
			all = append(all, &ending{lines: lines})
		}
		all[i].cases = append(all[i].cases, c)
	}
	return all
}

// times says when the server ended like that.
func (p *page) times(cases []Case) string {
	var when []string
	for _, c := range cases[:min(len(cases), timesShown)] {
		when = append(when, strings.ReplaceAll(at(c.At.Duration()), " ", noBreak))
	}
	text := p.Book.List(when)
	if more := len(cases) - len(when); more > 0 {
		return p.say(phrase.TableCrashAtMore, text, p.many(phrase.OneMoreTime, phrase.ManyMoreTimes, int64(more)))
	}
	return p.say(phrase.TableCrashAt, text)
}

// cores are where the memory of those that died was written to. Of several that were written to one place only the last is
// still there.
func (p *page) cores(e *ending, room int) []string {
	var out, told []string
	for _, c := range slices.Backward(e.cases) {
		if c.Crash == nil || c.Crash.Core == "" || slices.Contains(told, c.Crash.Core) || len(told) == placesShown {
			continue
		}
		told = append(told, c.Crash.Core)
		says := phrase.TableCrashCore
		if deaths, last := p.dumped(c.Crash.Core); c.At < last {
			says = phrase.TableCrashCoreGone
		} else if deaths > 1 {
			says = phrase.TableCrashCoreLast
		}
		out = append(out, wrap(p.say(says, clean(c.Crash.Core)), room, 3)...)
	}
	return out
}

// dumped is how many ends wrote their memory to that place, and when the last of them was.
func (p *page) dumped(core string) (deaths int, last Millis) {
	for _, f := range p.r.Findings {
		for _, c := range f.Cases {
			if c.Crash != nil && c.Crash.Core == core {
				deaths, last = deaths+1, max(last, c.At)
			}
		}
	}
	return deaths, last
}

// dossiers says where all that is known of these ends is kept.
func (p *page) dossiers(e *ending) string {
	var folders []string
	for _, c := range e.cases {
		if c.Crash != nil && c.Crash.Folder != "" {
			folders = append(folders, c.Crash.Folder)
		}
	}
	if len(folders) == 0 {
		return ""
	}
	first := p.kept(folders[0])
	var beside []string
	for _, folder := range folders[1:min(len(folders), placesShown)] {
		beside = append(beside, clean(path.Base(folder)))
	}
	switch more := len(folders) - 1 - len(beside); {
	case len(beside) == 0:
		return p.say(phrase.TableCrashFolder, first)
	case more > 0:
		return p.say(phrase.TableCrashFolders, first, p.say(phrase.TableCaseMore, p.Book.List(beside), count(int64(more))))
	}
	return p.say(phrase.TableCrashFolders, first, p.Book.List(beside))
}

// kept is where something of the run's folder is, with that folder in front where it is known.
func (p *page) kept(name string) string {
	if p.r.Run == "" || filepath.IsAbs(name) {
		return clean(name)
	}
	return clean(filepath.Join(p.r.Run, name))
}

// figure matches what may be another in the same note of another end: sizes, processes.
var figure = regexp.MustCompile(`[0-9]+`)

// different are notes without those that differ by their figures only, of which the last is kept; at most notesShown.
func different(notes []string) []string {
	var out, seen []string
	for _, note := range notes {
		shape := figure.ReplaceAllString(note, "0")
		if i := slices.Index(seen, shape); i >= 0 {
			out[i] = note
			continue
		}
		out, seen = append(out, note), append(seen, shape)
	}
	return out[:min(len(out), notesShown)]
}

// deaths says how often the server died, in a run that fails for it, and of what mostly.
func (p *page) deaths() string {
	var deaths int64
	mostly, times := "", map[string]int{}
	for _, f := range p.r.Findings {
		if f.Code != string(check.ServerCrashed) || !f.fails() {
			continue
		}
		deaths += f.Count
		for _, c := range f.Cases {
			how := p.diedOf(c)
			if how == "" {
				continue
			}
			if times[how]++; times[how] > times[mostly] {
				mostly = how
			}
		}
	}
	if deaths == 0 {
		return ""
	}
	text := p.say(phrase.TableDied, p.many(phrase.OneTime, phrase.ManyTimes, deaths))
	if mostly == "" {
		return text
	}
	if n := int64(times[mostly]); n < deaths { // another one may be another error
		mostly = p.say(phrase.TableDiedMostly, count(n), mostly)
	}
	return p.say(phrase.TableCaseBecause, text, mostly)
}

// diedOf is what the server died of: the signal or what it looked like, and the function in which it was.
func (p *page) diedOf(c Case) string {
	how, stack := c.Text, c.Frames
	if c.Crash != nil {
		how = cmp.Or(c.Crash.Signal, how)
		if len(stack) == 0 {
			stack = c.Crash.Frames
		}
	}
	how = fit(clean(how), 2*keyColumns)
	if len(stack) == 0 || how == "" {
		return how
	}
	if name := function(clean(stack[0])); name != "" {
		return p.say(phrase.TableDiedIn, how, fitMiddle(name, 3*keyColumns))
	}
	return how
}

// frameHead matches what stands before the function of a frame.
var frameHead = regexp.MustCompile(`^(?:#[0-9]+\s+)?(?:0x[0-9a-f]+ in )?`)

// function is the function of a frame, without its number, address, arguments and place.
func function(frame string) string {
	name := frameHead.ReplaceAllString(frame, "")
	const anonymous = "(anonymous namespace)"
	own := strings.ReplaceAll(name, anonymous, strings.Repeat("_", len(anonymous)))
	if i := strings.IndexByte(own, '('); i >= 0 {
		name = name[:i]
	} else if i := strings.Index(own, " at "); i >= 0 {
		name = name[:i]
	}
	return strings.TrimSpace(name)
}

// sanitizer is the beginning of a report, and where the whole of it is.
func (p *page) sanitizer(s *Sanitizer, room int) []string {
	var out []string
	for _, line := range s.Lines {
		if line = clean(line); strings.Trim(line, "=-") == "" {
			continue
		}
		if len(out) == sanitizerShown {
			break
		}
		out = append(out, fitMiddle(line, room))
	}
	if s.Again > 0 {
		out = append(out, p.say(phrase.TableCrashMore, count(s.Again)))
	}
	if s.File != "" {
		out = append(out, wrap(p.say(phrase.TableCrashWhole, p.kept(s.File)), room, 3)...)
	}
	return out
}

// frames are the top of a stack.
func frames(stack []string, room int) []string {
	var out []string
	for i, frame := range stack[:min(len(stack), framesShown)] {
		frame = clean(frame)
		if !strings.HasPrefix(frame, "#") {
			frame = "#" + count(int64(i)) + " " + frame
		}
		for n, line := range wrap(frame, max(room-3, 1), 2) {
			if n > 0 {
				line = "   " + line
			}
			out = append(out, line)
		}
	}
	return out
}
