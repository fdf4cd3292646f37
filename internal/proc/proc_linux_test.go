package proc

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
	alive := Reading{Began: 1234263, CPU: 1550 * time.Millisecond, RSS: 250 * pageSize, Threads: 3, Virtual: 1596338176}
	for _, tt := range []struct {
		name, line string
		want       Reading
		gone       bool
	}{
		{"an ordinary name", statLine("srs"), alive, false},
		{"a name with brackets and blanks", statLine(") Z 1 (x) 9"), alive, false},
		{"no name", statLine(""), alive, false},
		{"a name that is not UTF-8", statLine("\xff\xfe"), alive, false},
		{"a zombie", strings.NewReplacer(") S ", ") Z ", " 20 0 3 0 ", " 20 0 1 0 ").Replace(statLine("srs")), Reading{}, true},
		{"its first thread has ended", strings.Replace(statLine("srs"), ") S ", ") Z ", 1), alive, false},
		{"dead", strings.Replace(statLine("srs"), ") S ", ") X ", 1), Reading{}, true},
		{"cut", statLine("srs")[:60], Reading{}, true},
		{"empty", "", Reading{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, r, err := parseStat([]byte(tt.line))
			if gone := errors.Is(err, errGone); gone != tt.gone {
				t.Fatalf("gone %v, want %v (%v)", gone, tt.gone, err)
			}
			if tt.gone {
				return
			}
			if err != nil || k != (Kin{PID: 42, Parent: 7}) {
				t.Errorf("%+v, %v", k, err)
			}
			if diff := cmp.Diff(tt.want, r); diff != "" {
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
	before, err := Read(os.Getpid())
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
	after, err := Read(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if got := after.FDs - before.FDs; got < more || got > more+5 { // what else runs in this process may open some
		t.Errorf("%d more descriptors, want %d", got, more)
	}
	if after.RSS < 1<<20 || after.Threads < 2 || after.Began != before.Began {
		t.Errorf("%+v", after)
	}
}
