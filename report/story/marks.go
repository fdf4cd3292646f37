package story

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// maxMarks bounds the marks of a story, maxLines those of them that are lines of the log, and markBytes the text of one.
	maxMarks  = 2_000
	maxLines  = 400
	markBytes = 300
	// flood is how near together lines that say the same are one, in µs.
	flood = 1_000_000
	// silentProbes in a row make a server that hangs, as long as every connection has been silent so long, in µs.
	silentProbes = 3
	silentFor    = 3_000_000
)

// mark is a Mark with what it is merged by.
type mark struct {
	Mark
	shape string // of a line of the log, what it says without numbers
	class bool   // it says why somebody was refused
}

// marks gathers what concerns all keys.
type marks struct {
	other []mark
	lines []mark
	near  int64          // how near together lines that say the same are one; it doubles when there are too many
	last  map[string]int // of lines, the last one of a shape
	heard int64

	process bool // we see the process
	running bool
	pid     string // as the connect reply told it
	silent  int
}

func newMarks() marks { return marks{near: flood, last: map[string]int{}} }

func (m *marks) step(e history.Event, at int64) {
	switch p := e.What.(type) {
	case history.LogLine:
		m.logged(p, at)
	case history.Process:
		m.processed(p, at)
	case history.Crash:
		if p.Hung {
			m.add(at, "hung", strings.Join(p.Frames[:min(len(p.Frames), 1)], ""), 1)
		}
	case history.Probe:
		m.probed(p, at)
	case history.Sanitizer:
		m.add(at, "sanitizer", p.Tool+": "+p.What, max(p.Again, 1))
	case history.Stopped:
		m.add(at, "stopped", p.Why, 1)
	case history.Interrupted:
		m.add(at, "interrupted", "", 1)
	case history.OwnTrouble:
		m.add(at, "trouble", strings.TrimSuffix(p.Code+": "+p.Detail, ": "), max(p.Count, 1))
	}
}

func (m *marks) processed(p history.Process, at int64) {
	m.process = true
	switch p.State {
	case "exited":
		m.add(at, "death", cmp.Or(p.Signal, fmt.Sprintf("exit %d", p.Exit)), 1)
	case "gone":
		m.add(at, "death", "", 1)
	case "started":
		if m.running {
			m.add(at, "restart", fmt.Sprintf("PID %d", p.PID), 1)
		}
		m.running = true
	}
	m.silent = 0
}

// connected takes the number of the process as the server tells it: where we don't see the process, another one is a restart.
func (m *marks) connected(p history.Connected, at int64) {
	if p.ServerPID == "" || p.ServerPID == m.pid {
		return
	}
	if m.pid != "" && !m.process {
		m.add(at, "restart", "PID "+p.ServerPID, 1)
	}
	m.pid = p.ServerPID
}

func (m *marks) probed(p history.Probe, at int64) {
	if p.Result != "silent" {
		m.silent = 0
		return
	}
	if m.silent++; m.silent == silentProbes && micros(p.Quiet) >= silentFor {
		m.add(at, "hung", "", 1)
	}
}

// add notes what is no line of the log. If there are too many the last one stands for what follows of its kind.
func (m *marks) add(at int64, kind, what string, n int64) {
	n = min(n, maxCount)
	m.heard += n
	next := mark{Mark: Mark{At: at, Kind: kind, Text: text(what, markBytes), N: n}}
	for i := len(m.other) - 1; i >= 0 && i >= len(m.other)-20; i-- {
		if last := &m.other[i]; last.Kind == kind && last.Text == next.Text && at-last.At-last.Len <= flood {
			last.take(next)
			return
		}
	}
	if len(m.other) >= maxMarks-maxLines {
		i := len(m.other) - 1
		for i > 0 && m.other[i].Kind != kind {
			i--
		}
		m.other[i].take(next)
		return
	}
	m.other = append(m.other, next)
}

// maxCount bounds what one mark stands for, whoever says so.
const maxCount = 1 << 40

// take makes of two one that lasts until the later.
func (m *mark) take(o mark) {
	m.Len = max(m.Len, o.At+o.Len-m.At)
	m.N = min(m.N+o.N, maxCount)
}

func (m *marks) logged(p history.LogLine, at int64) {
	level := strings.ToUpper(p.Level[:min(len(p.Level), 16)])
	kind := "log-error"
	switch {
	case strings.HasPrefix(level, "WARN"):
		kind = "log-warn"
	case strings.HasPrefix(level, "ERR"), level == "FATAL", level == "PANIC", level == "CRITICAL", level == "ALERT", level == "EMERG":
	default:
		return
	}
	n := 1 + min(max(p.More, 0), maxCount)
	m.heard += n
	shape := kind + shapeOf(p.Line)
	next := mark{Mark: Mark{At: at, Kind: kind, N: n}, shape: shape, class: p.Class != ""}
	if i, ok := m.last[shape]; ok && at-m.lines[i].At <= m.near {
		m.lines[i].take(next)
		return
	}
	next.Text = text(p.Line, markBytes)
	m.last[shape] = len(m.lines)
	m.lines = append(m.lines, next)
	for len(m.lines) > 2*maxLines {
		m.thin()
	}
}

// shapeOf is what a line says, without the numbers in it: times, ids, ports.
func shapeOf(line string) string {
	const most = 200
	b := make([]byte, 0, most)
	for i := 0; i < len(line) && len(b) < most; i++ {
		switch c := line[i]; {
		case c >= '0' && c <= '9':
			for i+1 < len(line) && alphanumeric(line[i+1]) {
				i++
			}
			for len(b) > 0 && alphanumeric(b[len(b)-1]) {
				b = b[:len(b)-1]
			}
			b = append(b, '#')
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

func alphanumeric(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }

// thin merges lines until there are few enough: those that say the same first, then neighbours that weigh the same, the lightest
// first.
func (m *marks) thin() {
	slices.SortStableFunc(m.lines, func(a, b mark) int { return cmp.Compare(a.At, b.At) })
	before := len(m.lines)
	m.near *= 2
	m.join(func(k mark) string { return k.shape }, m.near, 3)
	for weight := 0; weight < 3 && len(m.lines) > before*3/4; weight++ {
		m.join(func(k mark) string { return fmt.Sprint(k.weight()) }, 1<<62, weight)
	}
	clear(m.last)
	for i, k := range m.lines {
		m.last[k.shape] = i
	}
}

// weight is how much a line of the log says: nothing but trouble, an error, why somebody was refused.
func (m *mark) weight() int {
	switch {
	case m.Kind == "log-warn":
		return 0
	case !m.class:
		return 1
	}
	return 2
}

// join merges each second one of those that are alike, that near together and no heavier than weight into the one before it.
func (m *marks) join(like func(mark) string, near int64, weight int) {
	last := map[string]int{}
	out := m.lines[:0]
	for _, k := range m.lines {
		if k.weight() > weight {
			out = append(out, k)
			continue
		}
		of := like(k)
		if i, ok := last[of]; ok && k.At-out[i].At <= near {
			out[i].take(k)
			delete(last, of)
			continue
		}
		last[of] = len(out)
		out = append(out, k)
	}
	clear(m.lines[len(out):])
	m.lines = out
}

// told are the marks in the order of time.
func (m *marks) told() []Mark {
	for len(m.lines) > maxLines {
		m.thin()
	}
	out := []Mark{}
	for _, k := range append(slices.Clone(m.other), m.lines...) {
		if k.N == 1 {
			k.N = 0 // as the JSON leaves it out
		}
		out = append(out, k.Mark)
	}
	slices.SortStableFunc(out, func(a, b Mark) int { return cmp.Compare(a.At, b.At) })
	return out
}
