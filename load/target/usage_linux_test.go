package target

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// statLine is /proc/42/stat of a program of that name, in state S with 3 threads.
func statLine(name string) string {
	return "42 (" + name + ") S 7 42 42 0 -1 4194560 700 0 0 0 120 30 4 1 20 0 3 0 1234263 1596338176 250 18446744073709551615 0 0\n"
}

func TestParseStat(t *testing.T) {
	alive := reading{began: 1234263, cpu: 1550 * time.Millisecond, rss: 250 * pageSize, threads: 3, virtual: 1596338176}
	for _, tt := range []struct {
		name, line string
		want       reading
		gone       bool
	}{
		{"an ordinary name", statLine("srs"), alive, false},
		{"a name with brackets and blanks", statLine(") Z 1 (x) 9"), alive, false},
		{"no name", statLine(""), alive, false},
		{"a name that is not UTF-8", statLine("\xff\xfe"), alive, false},
		{"a zombie", strings.NewReplacer(") S ", ") Z ", " 20 0 3 0 ", " 20 0 1 0 ").Replace(statLine("srs")), reading{}, true},
		{"its first thread has ended", strings.Replace(statLine("srs"), ") S ", ") Z ", 1), alive, false},
		{"dead", strings.Replace(statLine("srs"), ") S ", ") X ", 1), reading{}, true},
		{"cut", statLine("srs")[:60], reading{}, true},
		{"empty", "", reading{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, r, err := parseStat([]byte(tt.line))
			if gone := errors.Is(err, errGone); gone != tt.gone {
				t.Fatalf("gone %v, want %v (%v)", gone, tt.gone, err)
			}
			if tt.gone {
				return
			}
			if err != nil || k != (kin{pid: 42, parent: 7}) {
				t.Errorf("%+v, %v", k, err)
			}
			if diff := cmp.Diff(tt.want, r, cmp.AllowUnexported(reading{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzParseStat holds that no name of a program leads the reading of its line astray.
func FuzzParseStat(f *testing.F) {
	if line, err := os.ReadFile("/proc/self/stat"); err == nil {
		f.Add(line)
	}
	f.Add([]byte(statLine(") Z 1 (")))
	f.Add([]byte("1 (x) Z"))
	f.Fuzz(func(t *testing.T, line []byte) { parseStat(line) })
}

func TestDescriptorsAreCounted(t *testing.T) {
	const more = 40
	before, err := readProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for range more {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
	}
	after, err := readProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if got := after.fds - before.fds; got < more || got > more+5 { // what else runs in this process may open some
		t.Errorf("%d more descriptors, want %d", got, more)
	}
	if after.rss < 1<<20 || after.threads < 2 || after.began != before.began {
		t.Errorf("%+v", after)
	}
}

func TestAFamilyIsSummed(t *testing.T) {
	cmd := sleeper(t)
	f, err := newFamily(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	use, ok := f.use(time.Now(), false)
	if !ok || len(f.began) != 2 || use.Threads != 2 || use.FDs < 4 || use.RSS == 0 || use.Sanitizer {
		t.Errorf("%+v, %v, members %v", use, ok, f.began)
	}
	for pid := range f.began {
		if pid != cmd.Process.Pid {
			f.began[pid]-- // the number stands for another process by now
		}
	}
	if use, ok = f.use(time.Now(), false); !ok || use.Threads != 1 || len(f.began) != 1 {
		t.Errorf("%+v, %v: a process that isn't the member any more counts", use, ok)
	}
	f.began[f.head]--
	if _, ok = f.use(time.Now(), false); ok {
		t.Error("another process under the same number is taken for the head")
	}
}

// What a member used is not given back when it ends.
func TestCPUNeverFalls(t *testing.T) {
	f, err := newFamily(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	f.cpu = time.Hour
	if use, ok := f.use(time.Now(), true); !ok || use.CPU != time.Hour {
		t.Errorf("%+v, %v", use, ok)
	}
}

func BenchmarkUse(b *testing.B) {
	f, err := newFamily(os.Getpid())
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	f.use(now, true)
	b.ReportAllocs()
	for b.Loop() {
		f.use(now, false)
	}
}

func BenchmarkUseWithTable(b *testing.B) {
	f, err := newFamily(os.Getpid())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		f.use(time.Time{}, true)
	}
}
