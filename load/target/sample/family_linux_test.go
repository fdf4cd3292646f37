package sample

import (
	"os"
	"testing"
	"time"
)

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
