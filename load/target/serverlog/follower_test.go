package serverlog

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// Lines of a real SRS 7.0.2 on a terminal, and what is made of them.
const (
	srsHead     = "[2026-11-22 07:54:53.129]"
	srsListen   = srsHead + "[INFO][18154][3841p35p] RTMP listen at tcp://127.0.0.1:19350, fd=6\n"
	srsClient   = srsHead + "[INFO][18154][m2b1835l] RTMP client ip=127.0.0.1:38938, fd=9\n"
	srsKnown    = srsHead + "[INFO][18154][4g278728] http: mount flv stream for sid=/live/s4, mount=/live/s4.flv\n"
	srsTaken    = "\x1b[31m" + srsHead + "[ERROR][18154][c7w5sg65][22] serve error code=1028(StreamBusy)(Stream already exists or busy) : service cycle : rtmp: stream service : rtmp: stream /live/s1 is busy\n"
	srsStack    = "thread [18154][c7w5sg65]: do_cycle() [src/app/srs_app_rtmp_conn.cpp:289][errno=22]\n"
	srsNoise    = "\x1b[0m\x1b[33m" + srsHead + "[WARN][18154][owmi7ktc][11] server disconnect. ret=4040\n"
	srsLoud     = "\x1b[33m" + srsHead + "[WARN][18154][owmi7ktc][11] the disk is slow, url=/live/s1?token=hunter2\n"
	saidClient  = "INFO rtmp-client id=m2b1835l key= peer=127.0.0.1:38938"
	saidTaken   = "ERROR publish-busy id=c7w5sg65 key=live/s1 peer="
	saidLoud    = "WARN " + srsHead + "[WARN][18154][owmi7ktc][11] the disk is slow, url=/live/s1?token=***"
	everyOne    = srsListen + srsClient + srsKnown + srsTaken + srsStack + srsNoise + srsLoud
	afterFollow = 10 * pollEvery
)

var saidEvery = []string{saidClient, saidTaken, saidLoud}

func follower(t *testing.T, sink history.Sink) *Follower {
	t.Helper()
	p, ok := profile.Lookup("srs")
	if !ok {
		t.Fatal("no profile srs")
	}
	return New(p, sink)
}

// TestFollowerTakesWhatMatters: known refusals, who is who, and what is loud; no chatter, no noise, no stack.
func TestFollowerTakesWhatMatters(t *testing.T) {
	for _, step := range []int{1, 7, 1000, len(everyOne)} {
		synctest.Test(t, func(t *testing.T) {
			sink := historytest.New()
			f := follower(t, sink)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- f.Run(ctx) }()
			for rest := everyOne; rest != ""; {
				n := min(step, len(rest))
				f.Write([]byte(rest[:n]))
				rest = rest[n:]
			}
			time.Sleep(time.Second)
			if diff := cmp.Diff(saidEvery, sink.Lines()); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			f.Write([]byte(strings.TrimSuffix(srsTaken, "\n"))) // the last line of a process may lack its end
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(append(saidEvery[:3:3], saidTaken), sink.Lines()); diff != "" {
				t.Errorf("events at the end (-want +got):\n%s", diff)
			}
			for _, e := range sink.All() {
				if l := e.What.(history.LogLine); e.Actor != "server" || e.Key != l.Key || strings.ContainsAny(l.Line, "\x1b\n") {
					t.Errorf("%+v", e)
				}
			}
		})
	}
}

func TestListeners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follower(t, historytest.New())
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go f.Run(ctx)
		soon, stop := context.WithTimeout(ctx, time.Second)
		defer stop()
		f.Write([]byte(srsListen + "HTTP-API listen at tcp://127.0.0.1:1985\n"))
		if at, err := f.Listeners(soon); err == nil {
			t.Errorf("not known yet: %+v", at)
		}
		f.Write([]byte(srsHead + "[INFO][1][a] HTTP listen at tcp://[::1]:8080\nRTMP listen at tcp://10.0.0.1:1\n"))
		at, err := f.Listeners(ctx)
		if want := (Listening{RTMP: "127.0.0.1:19350", HTTP: "[::1]:8080"}); at != want || err != nil {
			t.Errorf("%+v, %v", at, err)
		}
	})
}

// TestFlood: 100 MB of log are not kept in memory, what is left out is counted, and nothing blocks the process.
func TestFlood(t *testing.T) {
	sink := historytest.New()
	f := follower(t, sink)
	block := []byte(strings.Repeat(srsLoud, 100))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	written := int64(0)
	for written < 100<<20 { // before Run, so that nobody reads
		n, err := f.Write(block)
		if err != nil {
			t.Fatal(err)
		}
		written += int64(n)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > queued*foreign.MaxRaw {
		t.Errorf("%d MB are held", grown>>20)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.Run(ctx)
	seconds := int64(sink.Now()/time.Second) + 1 // begun since the clock was
	var dropped, shown int64
	for _, e := range sink.All() {
		switch w := e.What.(type) {
		case history.OwnTrouble:
			if w.Code == "dropped-events" {
				dropped += w.Count
			}
		case history.LogLine:
			shown++
		}
	}
	if want := written/int64(len(srsLoud)) - queued; dropped != want {
		t.Errorf("%d lines told as dropped, want %d", dropped, want)
	}
	if shown > seconds*(otherPerSecond+1) {
		t.Errorf("%d lines in the history of %d s", shown, seconds)
	}
}

// TestComplaintsInACircle: loud lines without a rule are thinned, and how many is said; those with a rule are kept.
func TestComplaintsInACircle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := historytest.New()
		f := follower(t, sink)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- f.Run(ctx) }()
		time.Sleep(time.Second) // nobody misses what was logged before the run
		for range 3 {
			f.Write([]byte(strings.Repeat(srsLoud, 3*otherPerSecond) + strings.Repeat(srsTaken, 3*otherPerSecond)))
			time.Sleep(time.Second)
		}
		cancel()
		<-done
		count := map[string]int{}
		for _, l := range sink.Lines() {
			count[l]++
		}
		want := map[string]int{
			saidTaken: 9 * otherPerSecond, saidLoud: 3 * otherPerSecond,
			fmt.Sprintf("WARN (%d more lines at WARN or above were left out here)", 2*otherPerSecond): 3,
		}
		if diff := cmp.Diff(want, count); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

// TestFollowFile is a log on disk in all its fates. Each step is done and then given time; the lines that follow from it
// are named beside it by a letter.
func TestFollowFile(t *testing.T) {
	line := func(name string) string {
		return fmt.Sprintf("%s[WARN][1][id][11] line %s\n", srsHead, name)
	}
	write := func(path, text string) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			panic(err)
		}
		f.WriteString(text)
		f.Close()
	}
	tests := []struct {
		name  string
		steps []func(path string) // the first comes before Open, the last right before the end
		want  []string
	}{
		{
			name: "what stood there before is not read",
			steps: []func(string){
				func(p string) { write(p, line("a")+line("b")) },
				func(p string) { write(p, line("c")) },
				func(p string) { write(p, line("d")+line("e")) },
				func(p string) { write(p, strings.TrimSuffix(line("f"), "\n")) },
			},
			want: []string{"c", "d", "e", "f"},
		},
		{
			name: "it comes late, and is read from its beginning",
			steps: []func(string){
				func(p string) {},
				func(p string) {},
				func(p string) { write(p, line("a")) },
				func(p string) { write(p, line("b")) },
			},
			want: []string{"a", "b"},
		},
		{
			name: "a line in pieces",
			steps: []func(string){
				func(p string) { write(p, "") },
				func(p string) { write(p, line("a")[:30]) },
				func(p string) { write(p, line("a")[30:]) },
				func(p string) {},
			},
			want: []string{"a"},
		},
		{
			name: "cut short and written anew",
			steps: []func(string){
				func(p string) { write(p, line("a")+line("b")) },
				func(p string) { write(p, line("c")) },
				func(p string) { os.Truncate(p, 0) },
				func(p string) { write(p, line("d")) },
				func(p string) { os.Truncate(p, 0); write(p, line("e")[:20]) },
				func(p string) { write(p, line("e")[20:]) },
			},
			want: []string{"c", "d", "e"},
		},
		{
			name: "renamed, and its successor comes later",
			steps: []func(string){
				func(p string) { write(p, line("a")) },
				func(p string) { write(p, line("b")) },
				func(p string) { write(p, line("c")); os.Rename(p, p+".1") },
				func(p string) { write(p+".1", line("d")) },
				func(p string) { write(p, "") },
				func(p string) { write(p+".1", line("e")) },
				func(p string) { write(p+".1", line("f")); write(p, line("g")) },
				func(p string) { write(p, line("h")) },
			},
			want: []string{"b", "c", "d", "e", "f", "g", "h"},
		},
		{
			name: "rotated twice",
			steps: []func(string){
				func(p string) { write(p, line("a")) },
				func(p string) { os.Rename(p, p+".1"); write(p, line("b")) },
				func(p string) { os.Rename(p, p+".2"); write(p, line("c")) },
				func(p string) { write(p, line("d")) },
			},
			want: []string{"b", "c", "d"},
		},
		{
			name: "removed for good",
			steps: []func(string){
				func(p string) { write(p, line("a")) },
				func(p string) { write(p, line("b")); os.Remove(p) },
				func(p string) {},
			},
			want: []string{"b"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "server.log")
			synctest.Test(t, func(t *testing.T) {
				sink := historytest.New()
				f := follower(t, sink)
				tt.steps[0](path)
				if err := f.Open(path); err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { done <- f.Run(ctx) }()
				last := len(tt.steps) - 1
				for _, step := range tt.steps[1:last] {
					step(path)
					time.Sleep(afterFollow)
				}
				tt.steps[last](path)
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
				var got []string
				for _, l := range sink.Lines() {
					got = append(got, l[strings.LastIndex(l, " ")+1:])
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestFileThatNeverComes(t *testing.T) {
	sink := historytest.New()
	f := follower(t, sink)
	if err := f.Open(filepath.Join(t.TempDir(), "server.log")); err != nil {
		t.Fatal(err)
	}
	if !f.Missing() {
		t.Error("a file that does not exist is not missing")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.Run(ctx)
	if diff := cmp.Diff([]string{"trouble log-unread 0"}, sink.Lines()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestFileThatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.log")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := follower(t, historytest.New())
	if err := f.Open(path); err != nil || f.Missing() {
		t.Errorf("%v, missing %v", err, f.Missing())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.Run(ctx) // closes it
	if follower(t, historytest.New()).Missing() {
		t.Error("missing without a file to read")
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	closed := filepath.Join(dir, "closed.log")
	if err := os.WriteFile(closed, nil, 0); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ path, want string }{
		{dir, "is not a file"},
		{filepath.Join(dir, "missing", "server.log"), "there is no folder"},
		{closed, "cannot be read"},
		{filepath.Join(closed, "server.log"), "cannot be read"},
	}
	for _, tt := range tests {
		if tt.path == closed && os.Geteuid() == 0 {
			continue // nothing is closed to root
		}
		err := follower(t, historytest.New()).Open(tt.path)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.path, err, tt.want)
		}
	}
}

// What a program says when it dies has no head of its log's, and is the line that matters most.
func TestLastWordsAreHeard(t *testing.T) {
	sink := historytest.New()
	f := follower(t, sink)
	f.Write([]byte("==7==ERROR: AddressSanitizer: SEGV on unknown address 0x38\n    #0 0x55 in main\npanic: boom\njust a line\n"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.Run(ctx)
	want := []string{"FATAL sanitizer id= key= peer=", "FATAL panic: boom", "AddressSanitizer: SEGV"}
	if diff := cmp.Diff(want, sink.Lines()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}
