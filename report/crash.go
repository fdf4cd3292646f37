package report

import (
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Bounds of what is shown of a server's end; the JSON has more, and the dossier all.
const (
	framesShown    = 5
	endingsShown   = 3
	sanitizerShown = 6 // lines of a report
	notesShown     = 3
)

// endings are what could be learned of the server's ends, below the finding that tells of them: the stack, the core and the
// dossier, what is missing from it; and of a sanitizer's finding, its report.
func (p *page) endings(f Finding, room int) []string {
	var out []string
	told := 0
	for _, c := range f.Cases {
		lines := p.dossier(c, room)
		if c.Report != nil && f.Code == string(check.Sanitizer) {
			lines = p.sanitizer(c.Report, room)
		}
		if len(lines) == 0 {
			continue
		}
		if told++; told > endingsShown {
			break // each has its place in the JSON
		}
		if len(f.Cases) > 1 {
			out = append(out, p.say(phrase.TableCrashAt, at(c.At.Duration())))
		}
		out = append(out, lines...)
	}
	return out
}

// dossier is the stack of an end, and where the rest of what is known of it stands.
func (p *page) dossier(c Case, room int) []string {
	stack := c.Frames
	if c.Crash == nil {
		return frames(stack, room)
	}
	if len(stack) == 0 {
		stack = c.Crash.Frames
	}
	out := frames(stack, room)
	for _, place := range []struct {
		says phrase.ID
		path string
	}{{phrase.TableCrashCore, c.Crash.Core}, {phrase.TableCrashFolder, c.Crash.Folder}} {
		if path := clean(place.path); path != "" {
			out = append(out, wrap(p.say(place.says, path), room, 3)...)
		}
	}
	for _, note := range c.Crash.Notes[:min(len(c.Crash.Notes), notesShown)] {
		out = append(out, wrap(p.say(phrase.TableCrashNote, clean(note)), room, 4)...)
	}
	return out
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
	if file := clean(s.File); file != "" {
		out = append(out, wrap(p.say(phrase.TableCrashWhole, file), room, 3)...)
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
