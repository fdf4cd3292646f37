package crash

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// coreOf is the beginning of a core file as Linux writes it: the header, one segment of notes, and in it the registers,
// which come first, and the process.
func coreOf(pid, group int) []byte {
	le := binary.LittleEndian
	note := func(kind uint32, desc []byte) []byte {
		b := le.AppendUint32(le.AppendUint32(le.AppendUint32(nil, 5), uint32(len(desc))), kind)
		b = append(b, "CORE\x00\x00\x00\x00"...)
		return append(b, desc...)
	}
	info := make([]byte, 136)
	le.PutUint32(info[psInfoPID:], uint32(pid))
	le.PutUint32(info[psInfoGroup:], uint32(group))
	notes := append(note(1, make([]byte, 336)), note(psInfo, info)...)

	b := make([]byte, elfHeader+programHeader)
	copy(b, "\x7fELF\x02\x01")
	le.PutUint64(b[32:], elfHeader)
	le.PutUint16(b[54:], programHeader)
	le.PutUint16(b[56:], 1)
	segment := b[elfHeader:]
	le.PutUint32(segment, noteSegment)
	le.PutUint64(segment[8:], uint64(len(b)))
	le.PutUint64(segment[32:], uint64(len(notes)))
	return append(b, notes...)
}

func TestFindCore(t *testing.T) {
	now := time.Now()
	host := hostname()
	tests := []struct {
		name    string
		setting setting
		signal  string
		limit   int64
		lowered bool
		dumped  bool
		files   map[string][]byte
		want    string // the name of the file
		why     string
	}{
		{name: "plain", setting: setting{pattern: "core"}, files: map[string][]byte{"core": coreOf(7, 7)}, want: "core", why: "overwrite"},
		{name: "with the number", setting: setting{pattern: "core.%p"}, files: map[string][]byte{"core.7": coreOf(7, 7), "core.8": coreOf(8, 8)}, want: "core.7"},
		{name: "core_uses_pid", setting: setting{pattern: "core", usesPID: true}, files: map[string][]byte{"core.7": coreOf(7, 7)}, want: "core.7"},
		{name: "nothing but core_uses_pid", setting: setting{usesPID: true}, files: map[string][]byte{".7": coreOf(7, 7)}, want: ".7"},
		{name: "all of it", setting: setting{pattern: "c-%e-%p-%t-%s-%u-%h-%E-%i-%%-%Z"}, signal: "SIGSEGV",
			files: map[string][]byte{"c-srs-7-1700000000-11-0-" + host + "-!usr!srs-7-%-": coreOf(7, 7)}, want: "c-srs-7-1700000000-11-0-" + host + "-!usr!srs-7-%-"},
		{name: "of another signal", setting: setting{pattern: "core.%s.%p"}, signal: "SIGSEGV", dumped: true,
			files: map[string][]byte{"core.6.7": coreOf(7, 7)}, why: "it was expected at"},
		{name: "a name that is a pattern itself", setting: setting{pattern: "co[r]e*.%p"}, files: map[string][]byte{"co[r]e*.7": coreOf(7, 7), "core.7": coreOf(7, 7)}, want: "co[r]e*.7"},
		{name: "another's", setting: setting{pattern: "core"}, files: map[string][]byte{"core": coreOf(8, 8)}, why: "the kernel wrote none"},
		{name: "below a shell", setting: setting{pattern: "core"}, files: map[string][]byte{"core": coreOf(8, 7)}, want: "core", why: "overwrite"},
		{name: "old", setting: setting{pattern: "core"}, files: map[string][]byte{"old/core": coreOf(7, 7)}, why: "the kernel wrote none"},
		{name: "none", setting: setting{pattern: "core"}, dumped: true, why: "the kernel wrote one: it was expected at"},
		{name: "no room", setting: setting{pattern: "core"}, why: "writable"},
		{name: "limit", setting: setting{pattern: "core"}, limit: -1, why: "ulimit -Hc unlimited"},
		{name: "lowered by itself", setting: setting{pattern: "core"}, limit: -1, lowered: true, why: "disable_coredump=0"},
		{name: "piped", setting: setting{pattern: "|/usr/share/apport/apport -p%p"}, dumped: true, why: `"|/usr/share/apport/apport -p%p"); for a file: sysctl -w kernel.core_pattern=core.%p`},
		{name: "socket", setting: setting{pattern: "@/run/coredump.socket"}, dumped: true, why: "hands cores to a program"},
		{name: "systemd", setting: setting{pattern: "|/usr/lib/systemd/systemd-coredump %P"}, dumped: true, why: "coredumpctl gdb 7"},
		{name: "off", setting: setting{}, why: "core_pattern is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, b := range tt.files {
				name, old := strings.CutPrefix(name, "old/")
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, b, 0o600); err != nil {
					t.Fatal(err)
				}
				if old {
					os.Chtimes(path, now, now.Add(-time.Hour))
				}
			}
			tt.setting.known = true
			// In the table a limit of -1 is one of no bytes, so that zero can be none.
			c := Case{PID: 7, Group: 7, Dir: dir, Signal: tt.signal, CoreDumped: tt.dumped, Limit: -1 - tt.limit, Lowered: tt.lowered, Began: now}
			path, why := findCore(c, tt.setting)
			want := ""
			if tt.want != "" {
				want = filepath.Join(dir, tt.want)
			}
			if path != want || (tt.why == "") != (why == "") || !strings.Contains(why, tt.why) {
				t.Errorf("%q, %q", path, why)
			}
			if !strings.HasPrefix(tt.setting.pattern, "|") && tt.want != "" { // an absolute pattern finds the same
				tt.setting.pattern = filepath.Join(dir, tt.setting.pattern)
				c.Dir = "/nowhere"
				if path, _ := findCore(c, tt.setting); path != want && tt.setting.pattern != dir {
					t.Errorf("absolute: %q", path)
				}
			}
		})
	}
	if path, why := findCore(Case{}, setting{}); path != "" || why != "" {
		t.Errorf("without /proc: %q, %q", path, why)
	}
}

func TestIdentity(t *testing.T) {
	whole := coreOf(7, 9)
	if id, ok := readIdentity(bytes.NewReader(whole)); !ok || id != (identity{7, 9}) {
		t.Errorf("%v, %v", id, ok)
	}
	for n := range whole[:elfHeader+programHeader] {
		if _, ok := readIdentity(bytes.NewReader(whole[:n])); ok {
			t.Errorf("the first %d bytes are enough", n)
		}
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add(coreOf(7, 9))
	f.Add(coreOf(7, 9)[:200])
	f.Fuzz(func(t *testing.T, b []byte) { readIdentity(bytes.NewReader(b)) })
}

func FuzzPattern(f *testing.F) {
	f.Add("core.%p.%", true)
	f.Add(`\[*?%%%e`, false)
	f.Fuzz(func(t *testing.T, pattern string, uses bool) {
		glob := setting{pattern: pattern, usesPID: uses}.glob(Case{Signal: "SIGSEGV"})
		if _, err := filepath.Match(glob, "core"); err != nil {
			t.Errorf("%q becomes %q: %v", pattern, glob, err)
		}
	})
}
