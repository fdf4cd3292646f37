package crash

import (
	"path/filepath"
	"regexp"
	"strings"
)

// maxFrame bounds one frame's line: names of templates run to kilobytes.
const maxFrame = 160

// unnamed stands for a function without a name.
const unnamed = "??"

// machinery are the beginnings of the names of functions by which a process dies, or which a sanitizer puts between; where
// it was is below them.
var machinery = []string{
	"abort", "raise", "gsignal", "__GI_", "__pthread_kill", "pthread_kill", "__libc_message", "malloc_printerr", "__assert",
	"__libc_start", "_int_free", "__fortify_fail", "__stack_chk_fail", "__chk_fail", "__cxa_", "__cxxabiv1::", "__gnu_cxx::__verbose_terminate_handler",
	"std::terminate", "_Unwind_", "__sanitizer", "__asan", "__lsan", "__ubsan", "__tsan", "__msan", "__interceptor_",
	"___interceptor_", "__interception", "<signal handler called>", "runtime.", "panic", "operator delete", "operator new",
}

// isMachinery reports whether a frame says nothing of the server. lib is the library that it stands in, where the
// debugger names one.
func isMachinery(function, lib string) bool {
	for _, m := range machinery {
		if strings.HasPrefix(function, m) || function == "_start" {
			return true
		}
	}
	for _, l := range []string{"libasan", "libubsan", "liblsan", "libtsan"} {
		if strings.Contains(lib, l) {
			return true
		}
	}
	return false
}

// frame is one call on a stack.
type frame struct {
	function string
	place    string // file:line, or a library
}

// String is the frame as a report shows it.
func (f frame) String() string {
	s := f.function
	if f.place != "" {
		s += " (" + f.place + ")"
	}
	if len(s) > maxFrame {
		s = strings.ToValidUTF8(s[:maxFrame], "") + "…"
	}
	return s
}

// top are the innermost frames that say something, as lines: those with names where there are any.
func top(frames []frame) []string {
	var all, withName []string
	for _, f := range frames {
		if f.function == "" || isMachinery(f.function, f.place) {
			continue
		}
		all = append(all, f.String())
		if f.function != unnamed {
			withName = append(withName, f.String())
		}
	}
	if len(withName) > 0 {
		all = withName
	}
	return all[:min(len(all), topFrames)]
}

// named reports whether any of the frames has a name.
func named(frames []string) bool {
	for _, f := range frames {
		if !strings.HasPrefix(f, unnamed) {
			return true
		}
	}
	return false
}

var (
	// numbered is the beginning of a frame's line, of gdb and of the sanitizers alike.
	numbered = regexp.MustCompile(`^\s*#(\d+)\s+(?:0x[0-9a-fA-F]+(?: in)?\s+)?(.*)$`)
	// gdbPlace is where gdb says that a frame is: behind the arguments, a source or a library.
	gdbPlace = regexp.MustCompile(` (?:at (\S.*:\d+)|from (\S+))$`)
	// asanPlace is where a sanitizer says it: a source with its line, or the binary with an offset.
	asanPlace = regexp.MustCompile(`(?:^| )(?:(\S+?:\d+)(?::\d+)?|\((\S+?)\+0x[0-9a-fA-F]+\)(?: \(BuildId: [0-9a-fA-F]*\))?)$`)
	// goPlace is the second line of a frame of a Go stack.
	goPlace = regexp.MustCompile(`^\s*(/?\S.*\.(?:go|s):\d+)(?: \+0x[0-9a-fA-F]+)?$`)
)

// parseGDB reads the stack that gdb shows behind its mark.
func parseGDB(said string) []string {
	_, stack, ok := strings.Cut(said, "\n"+markStack+"\n")
	if !ok {
		return nil
	}
	stack, _, _ = strings.Cut(stack, "\n"+markThreads+"\n")
	var frames []frame
	for line := range strings.Lines(stack) {
		m := numbered.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil {
			continue
		}
		f := frame{function: m[2]}
		if at := gdbPlace.FindStringSubmatch(m[2]); at != nil {
			f.function = strings.TrimSuffix(m[2], at[0])
			f.place = shorten(at[1])
			if at[2] != "" {
				f.place = filepath.Base(at[2])
			}
		}
		f.function = withoutArguments(f.function)
		frames = append(frames, f)
	}
	return top(frames)
}

// withoutArguments cuts the arguments behind a function's name. They stand in the first bracket that is not part of the
// name itself, as in `(anonymous namespace)::f`, `operator()` and `std::function<void (int)>::operator()`.
func withoutArguments(s string) string {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch rest := s[i:]; {
		case strings.HasPrefix(rest, "operator()"):
			i += len("operator()") - 1
		case strings.HasPrefix(rest, "operator<<"), strings.HasPrefix(rest, "operator>>"), strings.HasPrefix(rest, "operator->"):
			i += len("operator<<") - 1
		case strings.HasPrefix(rest, "operator<"), strings.HasPrefix(rest, "operator>"):
			i += len("operator<") - 1
		case strings.HasPrefix(rest, "(anonymous namespace)"):
			i += len("(anonymous namespace)") - 1
		case rest[0] == '<':
			depth++
		case rest[0] == '>' && i > 0 && s[i-1] != '-':
			depth = max(0, depth-1)
		case rest[0] == '(' && depth == 0 && i > 0:
			return strings.TrimSpace(s[:i])
		}
	}
	return strings.TrimSpace(s)
}

// shorten keeps the end of a path of a source: the last three parts say which file it is.
func shorten(place string) string {
	place = strings.TrimPrefix(filepath.ToSlash(place), "./")
	parts := strings.Split(place, "/")
	if len(parts) <= 4 && !strings.HasPrefix(place, "/") {
		return place
	}
	return strings.Join(parts[max(0, len(parts)-3):], "/")
}

// framesOfLog finds the last stack that the server itself wrote.
func framesOfLog(log []string, dir string) []string {
	for i := len(log) - 1; i >= 0; i-- {
		switch line := log[i]; {
		case strings.Contains(line, "ERROR: ") && strings.Contains(line, "Sanitizer"):
			if frames := asanFrames(log[i+1:], dir); len(frames) > 0 {
				return frames
			}
		case strings.HasPrefix(line, "panic: "), strings.HasPrefix(line, "fatal error: "), strings.HasPrefix(line, "SIGQUIT: "):
			if frames := goFrames(log[i+1:], dir); len(frames) > 0 {
				return frames
			}
		}
	}
	return nil
}

// asanFrames reads the first stack of a sanitizer's report, which is that of the mistake; others, of where the memory was
// freed, follow.
func asanFrames(log []string, dir string) []string {
	var frames []frame
	for _, line := range log {
		m := numbered.FindStringSubmatch(line)
		if m == nil || m[1] == "0" && len(frames) > 0 {
			if len(frames) > 0 {
				break
			}
			continue
		}
		f := frame{function: m[2]}
		if at := asanPlace.FindStringSubmatch(m[2]); at != nil {
			f.function = strings.TrimSuffix(m[2], at[0])
			f.place = shorten(strings.TrimPrefix(at[1], dir+"/"))
			if at[2] != "" {
				f.place = filepath.Base(at[2])
			}
		}
		if f.function = withoutArguments(f.function); f.function == "" {
			f.function = unnamed
		}
		frames = append(frames, f)
	}
	return top(frames)
}

// goFrames reads the first stack of a Go panic: two lines a frame, the call and where it is.
func goFrames(log []string, dir string) []string {
	var frames []frame
	began := false
	for i, line := range log {
		if strings.HasPrefix(line, "goroutine ") {
			if began {
				break
			}
			began = true
			continue
		}
		if !began || i+1 >= len(log) || strings.HasPrefix(line, "created by ") {
			continue
		}
		if at := goPlace.FindStringSubmatch(log[i+1]); at != nil {
			frames = append(frames, frame{function: goFunction(line), place: shorten(strings.TrimPrefix(at[1], dir+"/"))})
		}
	}
	return top(frames)
}

// goFunction is the name in a call such as `main.(*Server).serve(0xc000010000, {0x1, 0x2})`: without the last brackets, and
// without the folder of its package.
func goFunction(call string) string {
	call = strings.TrimSpace(call)
	if strings.HasSuffix(call, ")") {
		depth := 0
		for i := len(call) - 1; i > 0; i-- {
			switch call[i] {
			case ')':
				depth++
			case '(':
				if depth--; depth == 0 {
					call = call[:i]
					return call[strings.LastIndexByte(call, '/')+1:]
				}
			}
		}
	}
	return call[strings.LastIndexByte(call, '/')+1:]
}

// cries are how programs say, in a line, what they die of.
var cries = []string{"ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "ERROR: ThreadSanitizer", "runtime error: ", "panic: ",
	"fatal error: ", "terminate called", "what():", "Assertion ", "stack smashing detected", "double free", "free(): ",
	"malloc(): ", "corrupted ", "SUMMARY: "}

// cry is the first of those lines in the last of the log.
func cry(log []string) string {
	log = log[max(0, len(log)-500):]
	for _, line := range log {
		for _, c := range cries {
			if strings.Contains(line, c) {
				return line[:min(len(line), 300)]
			}
		}
	}
	return ""
}
