package report

import (
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Bounds of what is shown of a server's end; the JSON has more, and the dossier all.
const (
	framesShown    = 5
	crashesShown   = 3
	sanitizerShown = 6 // lines of a report
	notesShown     = 3
)

// endings are what could be learned of the server's ends, below the finding that tells of them: the core and the dossier,
// what is missing from it, the report of a sanitizer. Frames stand with the cases already.
func (p *page) endings(f Finding, room int) []string {
	switch check.Code(f.Code) {
	case check.ServerCrashed, check.ServerHung:
		return p.crashes(f, room)
	case "sanitizer":
		return p.sanitizers(room)
	}
	return nil
}

// crashes are the dossiers of a finding.
func (p *page) crashes(f Finding, room int) []string {
	var out []string
	shown := 0
	for _, c := range p.r.Server.Crashes {
		if c.Hung != (f.Code == string(check.ServerHung)) {
			continue
		}
		if shown++; shown > crashesShown {
			break
		}
		text := p.say(phrase.TableCrashAt, at(c.At.Duration()))
		if how := clean(c.How); how != "" {
			text = p.say(phrase.TableCrashHow, text, how)
		}
		out = append(out, wrap(text, room, 2)...)
		if !slices.ContainsFunc(f.Cases, func(known Case) bool { return slices.Equal(known.Frames, c.Frames) }) {
			out = append(out, frames(c.Frames, room)...)
		}
		for _, place := range []struct {
			says phrase.ID
			path string
		}{{phrase.TableCrashCore, c.Core}, {phrase.TableCrashFolder, c.Folder}} {
			if path := clean(place.path); path != "" {
				out = append(out, wrap(p.say(place.says, path), room, 3)...)
			}
		}
		for _, note := range c.Notes[:min(len(c.Notes), notesShown)] {
			out = append(out, wrap(p.say(phrase.TableCrashNote, clean(note)), room, 4)...)
		}
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

// sanitizers are the first reports of sanitizers.
func (p *page) sanitizers(room int) []string {
	var out []string
	reports := p.r.Server.Sanitizers
	for i, s := range reports[:min(len(reports), crashesShown)] {
		if i > 0 && room < accountWidth {
			out = append(out, "")
		}
		out = append(out, wrap(p.say(phrase.TableCrashSanitizer, at(s.At.Duration()), clean(s.Tool), clean(s.What)), room, 3)...)
		for _, line := range s.Lines[:min(len(s.Lines), sanitizerShown)] {
			if line = clean(line); line != "" {
				out = append(out, "  "+fit(line, room-2))
			}
		}
		if file := clean(s.File); file != "" {
			out = append(out, wrap(p.say(phrase.TableCrashWhole, file), room, 3)...)
		}
	}
	if more := len(reports) - crashesShown; more > 0 {
		out = append(out, p.say(phrase.TableCrashMore, count(int64(more))))
	}
	return out
}
