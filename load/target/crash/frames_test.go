package crash

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// gdbSaid is how gdb shows the stack of an SRS that aborts, with its machinery.
const gdbSaid = `warning: core file may not match
Program terminated with signal SIGABRT, Aborted.

=== the stack ===
#0  __pthread_kill_implementation (threadid=<optimized out>, signo=6, no_tid=0) at ./nptl/pthread_kill.c:44
#1  0x00007f4eedd9524a in __GI_raise (sig=6) at ../sysdeps/posix/raise.c:26
#2  0x00007f4eedd7d4f2 in __GI_abort () at ./stdlib/abort.c:79
#3  0x000055d0aa in __sanitizer::Abort () from /usr/lib/libasan.so.8
#4  0x000055d0ab in std::terminate() () from /lib/x86_64-linux-gnu/libstdc++.so.6
#5  <signal handler called>
#6  0x000055d0ac in (anonymous namespace)::mount (this=0x602000, pattern="x"...) at src/app/srs_app_http_stream.cpp:1030
#7  0x000055d0ad in std::function<void (int)>::operator()(int) const (this=0x1, __args#0=3) at /usr/include/c++/12/bits/std_function.h:591
#8  0x000055d0ae in std::map<std::__cxx11::basic_string<char>, Srs*, std::less<int> >::operator[] (k=...) at ./src/app/srs.hpp:7
#9  operator<< (o=..., s=...) at /builds/srv/srs/trunk/src/kernel/srs_kernel_log.cpp:12
#10 0x000055d0af in SrsBuffer::operator-> (this=0x0) at a.cpp:1
#11 0x00007f in start_thread (arg=<optimized out>) from /lib/x86_64-linux-gnu/libc.so.6
#12 0x00007f in ?? ()

=== all threads ===

Thread 1 (LWP 7):
#0  another (x=1) at b.c:2
`

func TestParseGDB(t *testing.T) {
	want := []string{
		"(anonymous namespace)::mount (src/app/srs_app_http_stream.cpp:1030)",
		"std::function<void (int)>::operator() (12/bits/std_function.h:591)",
		"std::map<std::__cxx11::basic_string<char>, Srs*, std::less<int> >::operator[] (src/app/srs.hpp:7)",
		"operator<< (src/kernel/srs_kernel_log.cpp:12)",
		"SrsBuffer::operator-> (a.cpp:1)",
	}
	if diff := cmp.Diff(want, parseGDB(gdbSaid)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	unnamedOnly := "\n" + markStack + "\n#0  0x1 in ?? ()\n#1  0x2 in ?? () from /lib/libfoo.so\n"
	if got := parseGDB(unnamedOnly); len(got) != 2 || named(got) || got[1] != "?? (libfoo.so)" {
		t.Errorf("%q", got)
	}
	if got := parseGDB("No symbol table is loaded."); got != nil {
		t.Errorf("%q", got)
	}
}

func FuzzParseGDB(f *testing.F) {
	f.Add(gdbSaid)
	f.Add("\n" + markStack + "\n#0  f (x) at \n#1\n#2 (((<<<>>> at y:1")
	f.Fuzz(func(t *testing.T, said string) {
		frames := parseGDB(said)
		for _, frame := range frames {
			if len(frame) > maxFrame+len("…") || strings.Contains(frame, "\n") || utf8.ValidString(said) && !utf8.ValidString(frame) {
				t.Errorf("a frame %q", frame)
			}
		}
		if len(frames) > topFrames {
			t.Errorf("%d frames", len(frames))
		}
	})
}

func lines(s string) []string { return strings.Split(s, "\n") }

func TestFramesOfLog(t *testing.T) {
	tests := []struct {
		name string
		log  string
		want []string
	}{
		{"AddressSanitizer", `[2026-11-22 10:00:00.000][INFO][7][abc] #0 nothing of a stack
=================================================================
==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x60300000 at pc 0x55 bp 0x7f sp 0x7f
WRITE of size 8 at 0x603 thread T0
#0 0x7f01 in __interceptor_free ../../../../src/libsanitizer/asan/asan_malloc_linux.cpp:52
#1 0x55d0 in SrsLiveSource::on_publish(SrsRequest*, int) src/app/srs_app_source.cpp:2310
#2 0x55d1 in (anonymous namespace)::f(std::function<void (int)>) /home/u/srs/trunk/src/app/srs_app_rtmp_conn.cpp:1012:5
#3 0x55d2 in st_thread_create /build/srs/sched.c:666
#4 0x55d3  (/usr/local/srs/objs/srs+0x1234) (BuildId: abcdef)
#5 0x7f02 in __libc_start_main ../csu/libc-start.c:360

freed by thread T0 here:
#0 0x7f03 in another(int) src/app/other.cpp:1
SUMMARY: AddressSanitizer: heap-use-after-free`, []string{
			"SrsLiveSource::on_publish (src/app/srs_app_source.cpp:2310)",
			"(anonymous namespace)::f (src/app/srs_app_rtmp_conn.cpp:1012)",
			"st_thread_create (build/srs/sched.c:666)",
		}},
		{"Go", `2026/11/22 10:00:00 INFO x
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4]

goroutine 34 [running]:
panic({0x1, 0x2})
/usr/local/go/src/runtime/panic.go:770 +0x132
github.com/q191201771/lal/pkg/logic.(*Group).addPublisher(0xc000, {0x1, 0x2})
/home/u/lal/pkg/logic/group.go:123 +0x45
main.main.func1()
/home/u/lal/main.go:7 +0x1d
created by main.main in goroutine 1
/home/u/lal/main.go:5 +0x3

goroutine 1 [select]:
main.other()
/home/u/lal/main.go:9 +0x1d
exit status 2`, []string{"logic.(*Group).addPublisher (pkg/logic/group.go:123)", "main.main.func1 (u/lal/main.go:7)"}},
		{"nothing", "a\nb\n#0 0x1 in f x.c:1", nil},
		{"cut", "panic: x\ngoroutine 1 [running]:\nmain.main()", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, framesOfLog(lines(tt.log), "/srv")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzFramesOfLog(f *testing.F) {
	f.Add("ERROR: AddressSanitizer: x\n#0 0x1 in f(int) a.c:1\n#1 0x2 (b+0x3)")
	f.Add("panic: x\ngoroutine 1 [running]:\na.b(c)\n/d.go:1 +0x1\n((\n/d.go:1")
	f.Fuzz(func(t *testing.T, log string) {
		for _, frame := range framesOfLog(lines(log), "/srv") {
			if len(frame) > maxFrame+len("…") {
				t.Errorf("a frame of %d bytes", len(frame))
			}
		}
		cry(lines(log))
	})
}
