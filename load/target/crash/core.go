package crash

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// setting is where the kernel puts core files (core(5)).
type setting struct {
	pattern string // kernel.core_pattern
	usesPID bool   // kernel.core_uses_pid
	known   bool   // false where there is no /proc
}

func settings() setting {
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	uses, _ := os.ReadFile("/proc/sys/kernel/core_uses_pid")
	return setting{
		pattern: strings.TrimRight(string(pattern), "\n"), usesPID: strings.TrimSpace(string(uses)) == "1", known: err == nil,
	}
}

// findCore returns the path of the core file of c, or why there is none. With a path, why may be a word of warning.
func findCore(c Case, s setting) (path, why string) {
	say := phrase.English.Say
	switch {
	case !s.known:
		return "", ""
	case strings.HasPrefix(s.pattern, "|") && strings.Contains(s.pattern, "systemd-coredump"):
		return "", say(phrase.CrashSystemd, c.PID)
	case strings.HasPrefix(s.pattern, "|"), strings.HasPrefix(s.pattern, "@"):
		return "", say(phrase.CrashPiped, s.pattern)
	case s.pattern == "" && !s.usesPID:
		return "", say(phrase.CrashOff)
	case c.Limit == 0 && c.Lowered:
		return "", say(phrase.CrashLowered)
	case c.Limit == 0:
		return "", say(phrase.CrashLimit, c.Limit)
	}
	place := filepath.Join(escape(c.Dir), s.glob(c))
	if strings.HasPrefix(s.pattern, "/") {
		place = s.glob(c)
	}
	candidates, _ := filepath.Glob(place) // it fails only for a malformed pattern, and escape sees to that
	var newest time.Time
	for _, candidate := range candidates {
		info, err := os.Lstat(candidate)
		if err != nil || !info.Mode().IsRegular() || info.ModTime().Before(c.Began.Add(-time.Second)) || info.ModTime().Before(newest) {
			continue
		}
		if id, ok := identify(candidate); ok && id.pid != c.PID && (c.Group == 0 || id.group != c.Group) {
			continue
		}
		path, newest = candidate, info.ModTime()
	}
	switch {
	case path != "" && !s.usesPID && !strings.Contains(s.pattern, "%p") && !strings.Contains(s.pattern, "%P"):
		return path, say(phrase.CrashOverwrites, s.pattern)
	case path != "":
		return path, ""
	case c.CoreDumped:
		return "", say(phrase.CrashNoCore, place, s.pattern)
	default:
		return "", say(phrase.CrashNotDumped, filepath.Dir(place))
	}
}

// glob is the pattern with what is known of the process filled in, and a * for the rest.
func (s setting) glob(c Case) string {
	var b strings.Builder
	hasPID := false
	for p := s.pattern; p != ""; {
		verb := byte(0)
		if p[0] == '%' && len(p) > 1 {
			verb = p[1]
		}
		switch {
		case p[0] == '%' && verb == 0: // a single % at the end is dropped
			p = p[1:]
			continue
		case p[0] != '%':
			b.WriteString(escape(p[:1]))
			p = p[1:]
			continue
		case verb == '%':
			b.WriteByte('%')
		case verb == 'p' || verb == 'P':
			// A process of another namespace has another number there, and the one that died may be below ours: the
			// file itself tells whose it is.
			hasPID = true
			b.WriteByte('*')
		case verb == 's':
			b.WriteString(signalGlob(c.Signal))
		case verb == 'h':
			b.WriteString(hostname())
		case strings.IndexByte("uigdtehEfcCFI", verb) >= 0:
			b.WriteByte('*')
		}
		p = p[2:]
	}
	if s.usesPID && !hasPID {
		b.WriteString(".*")
	}
	return b.String()
}

func signalGlob(name string) string {
	for n, s := range signals {
		if s == name {
			return strconv.Itoa(int(n))
		}
	}
	return "*"
}

// signals are the numbers of those signals that leave a core.
var signals = map[syscall.Signal]string{
	syscall.SIGSEGV: "SIGSEGV", syscall.SIGABRT: "SIGABRT", syscall.SIGFPE: "SIGFPE", syscall.SIGILL: "SIGILL",
	syscall.SIGQUIT: "SIGQUIT", syscall.SIGTRAP: "SIGTRAP", syscall.SIGBUS: "SIGBUS",
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "*"
	}
	return escape(name)
}

// escape keeps what stands in a name from being a pattern of filepath.Glob.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

// identity is whose a core file is.
type identity struct {
	pid, group int
}

// Layout of ELF64 (System V ABI, gABI 4.1, "ELF Header", "Program Header", "Note Section") and of prpsinfo on 64-bit Linux
// (include/linux/elfcore.h, struct elf_prpsinfo).
const (
	elfHeader     = 64
	programHeader = 56
	noteSegment   = 4 // PT_NOTE
	psInfo        = 3 // NT_PRPSINFO
	psInfoPID     = 24
	psInfoGroup   = 32
	// maxHeaders and maxNotes bound the search: the kernel writes the notes as the first segment, and this one second.
	maxHeaders = 16
	maxNotes   = 64 << 10
)

func identify(path string) (identity, bool) {
	f, err := os.Open(path)
	if err != nil {
		return identity{}, false
	}
	defer f.Close()
	return readIdentity(f)
}

// readIdentity reads whose a core file is. It knows little-endian 64-bit ones.
func readIdentity(r io.ReaderAt) (identity, bool) {
	var header [elfHeader]byte
	if _, err := r.ReadAt(header[:], 0); err != nil || string(header[:6]) != "\x7fELF\x02\x01" {
		return identity{}, false
	}
	le := binary.LittleEndian
	table, size, count := le.Uint64(header[32:]), le.Uint16(header[54:]), le.Uint16(header[56:])
	if size < programHeader || table > 1<<20 {
		return identity{}, false
	}
	for i := range min(count, maxHeaders) {
		var segment [programHeader]byte
		if _, err := r.ReadAt(segment[:], int64(table)+int64(i)*int64(size)); err != nil {
			return identity{}, false
		}
		if le.Uint32(segment[:]) != noteSegment {
			continue
		}
		offset, length := le.Uint64(segment[8:]), le.Uint64(segment[32:])
		if offset > 1<<62 {
			return identity{}, false
		}
		notes := make([]byte, min(length, maxNotes))
		n, _ := r.ReadAt(notes, int64(offset))
		if id, ok := ofNotes(notes[:n]); ok {
			return id, true
		}
	}
	return identity{}, false
}

// ofNotes looks for the note that names the process.
func ofNotes(notes []byte) (identity, bool) {
	le := binary.LittleEndian
	for len(notes) >= 12 {
		name, desc, kind := uint64(le.Uint32(notes)), uint64(le.Uint32(notes[4:])), le.Uint32(notes[8:])
		begin := 12 + (name+3)&^3
		end := begin + desc
		if end > uint64(len(notes)) {
			return identity{}, false
		}
		if kind == psInfo && desc >= psInfoGroup+4 {
			d := notes[begin:]
			return identity{pid: int(le.Uint32(d[psInfoPID:])), group: int(le.Uint32(d[psInfoGroup:]))}, true
		}
		notes = notes[min((end+3)&^3, uint64(len(notes))):]
	}
	return identity{}, false
}
