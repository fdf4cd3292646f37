package serverlog

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// follow has a follower of SRS's log read text at once and returns what it made of it.
func follow(t *testing.T, evidence, text string) []history.Event {
	t.Helper()
	sink := historytest.New()
	f := follower(t, sink)
	f.Evidence = evidence
	f.Write([]byte(text))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.Run(ctx)
	return sink.All()
}

// sanitizerReports are the reports among events.
func sanitizerReports(events []history.Event) (out []history.Sanitizer) {
	for _, e := range events {
		if s, ok := e.What.(history.Sanitizer); ok {
			out = append(out, s)
		}
	}
	return out
}

func testdata(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Reports as gcc 12 writes them, with nothing, and with the server's own lines, between their lines.
func TestSanitizerReports(t *testing.T) {
	tests := []struct {
		file        string
		want        []string
		first, last string // of the last report
	}{
		{"uaf", []string{"AddressSanitizer: heap-use-after-free"},
			"==22480==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000013", "==22480==ABORTING"},
		{"segv", []string{"UndefinedBehaviorSanitizer: store to null pointer of type 'volatile int'", "AddressSanitizer: SEGV"},
			"==22485==ERROR: AddressSanitizer: SEGV on unknown address", "==22485==ABORTING"},
		{"nested", []string{"AddressSanitizer: SEGV"},
			"==14683==ERROR: AddressSanitizer: SEGV on unknown address", "AddressSanitizer: nested bug in the same thread, aborting."},
		{"leak", []string{"LeakSanitizer: 82 byte(s) leaked in 2 allocation(s)"},
			"==22503==ERROR: LeakSanitizer: detected memory leaks", "SUMMARY: AddressSanitizer: 82 byte(s) leaked in 2 allocation(s)."},
		{"ub", []string{"UndefinedBehaviorSanitizer: signed integer overflow: 2147483647 + 2 cannot be represented in type 'int'"},
			"uaf.c:8:30: runtime error: signed integer overflow", "    #4 0x55de8cfbd180 in _start (/src/uaf+0x2180)"},
		{"race", []string{"ThreadSanitizer: data race"},
			"WARNING: ThreadSanitizer: data race (pid=22528)", "SUMMARY: ThreadSanitizer: data race /src/uaf.c:16 in main"},
	}
	for _, tt := range tests {
		for _, among := range []string{"", srsClient, srsTaken + srsStack} {
			text := testdata(t, "sanitizer-"+tt.file+".txt")
			whole := strings.Join(strings.Split(text, "\n"), "\n"+among)
			got := sanitizerReports(follow(t, "", srsClient+whole+srsKnown+"and on it goes\n"))
			var said []string
			for _, s := range got {
				said = append(said, s.Tool+": "+s.What)
			}
			if diff := cmp.Diff(tt.want, said); diff != "" {
				t.Errorf("%s among %q (-want +got):\n%s", tt.file, among, diff)
				continue
			}
			last := got[len(got)-1]
			if lines := last.Lines; !strings.HasPrefix(lines[0], tt.first) || lines[len(lines)-1] != tt.last {
				t.Errorf("%s among %q:\n%s", tt.file, among, strings.Join(lines, "\n"))
			}
			for _, s := range got {
				for _, l := range s.Lines {
					if !strings.Contains(text, l) {
						t.Errorf("%s: %q is no line of the report", tt.file, l)
					}
				}
			}
		}
	}
}

// Every line of a report is in it, in order.
func TestAReportIsWhole(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "evidence")
	text := testdata(t, "sanitizer-uaf.txt")
	got := sanitizerReports(follow(t, folder, srsClient+strings.ReplaceAll(text, "\nSUMMARY", "\n"+srsTaken+"SUMMARY")+srsClient))
	want := text[strings.Index(text, "\n")+1:] // the rule above it says nothing
	if len(got) != 1 || strings.Join(got[0].Lines, "\n") != trimLines(want) {
		t.Fatalf("%+v", got)
	}
	if got[0].File != "evidence/sanitizer-1.txt" {
		t.Errorf("kept in %q", got[0].File)
	}
	kept, err := os.ReadFile(filepath.Join(folder, "sanitizer-1.txt"))
	if err != nil || string(kept) != trimLines(want)+"\n" {
		t.Errorf("kept %q, %v", kept, err)
	}
}

func trimLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// A report that repeats is told whole once. What a process dies of is told each time, by its beginning; what it goes on after
// is counted, as are more different ones than anybody reads.
func TestReportsThatRepeat(t *testing.T) {
	var log strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&log, "%sa.c:3:5: runtime error: signed integer overflow: %d + 1 cannot be represented in type 'int'\n    #0 0x%x in f /src/a.c:3\n", srsClient, i, i)
	}
	uaf := testdata(t, "sanitizer-uaf.txt")
	for _, pid := range []string{"22480", "22481", "22482"} {
		log.WriteString(strings.ReplaceAll(uaf, "22480", pid))
	}
	events := follow(t, t.TempDir(), log.String())
	got := sanitizerReports(events)
	if len(got) != 5 || got[1].Again != 0 || got[2].Again != 1 || got[3].Again != 1 || got[4].Again != 999 {
		t.Fatalf("%d reports: %+v", len(got), got)
	}
	for i, r := range got[2:4] {
		first := fmt.Sprintf("==%d==ERROR: AddressSanitizer: heap-use-after-free", 22481+i)
		if last := r.Lines[len(r.Lines)-1]; !strings.HasPrefix(r.Lines[0], first) || !strings.Contains(last, " in _start ") {
			t.Errorf("again, from %q to %q", r.Lines[0], last)
		}
		if r.File == "" || r.File != got[1].File {
			t.Errorf("again, kept in %q, the first in %q", r.File, got[1].File)
		}
	}
	loud := 0
	for _, e := range events {
		if l, ok := e.What.(history.LogLine); ok && l.Rule == sanitizerRule {
			loud++
		}
	}
	if loud != 4 { // the first of each, and a repeated end of the program
		t.Errorf("%d first lines in the history", loud)
	}

	log.Reset()
	for i := range 10 * maxReports {
		fmt.Fprintf(&log, "a.c:%d:5: runtime error: shift exponent is too large\n", i)
	}
	got = sanitizerReports(follow(t, "", log.String()))
	if len(got) != maxReports+1 || got[maxReports].Again != 9*maxReports {
		t.Errorf("%d reports, the last %+v", len(got), got[len(got)-1])
	}
}

// A report is masked, bounded, and ends when nothing more of it comes.
func TestReportsAreBounded(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "evidence")
	begins := "==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1\n"
	frames := strings.Repeat("    #1 0x2 in f(rtmp://h/live/s?token=hunter2) "+strings.Repeat("x", 300)+"\n", 2*reportBytes/300)
	got := sanitizerReports(follow(t, folder, begins+frames))
	if len(got) != 1 || len(got[0].Lines) != shownLines || strings.Contains(got[0].Lines[1], "hunter2") {
		t.Fatalf("%d reports", len(got))
	}
	kept, err := os.ReadFile(filepath.Join(folder, "sanitizer-1.txt"))
	if err != nil || len(kept) > reportBytes+1000 || strings.Contains(string(kept), "hunter2") || !strings.Contains(string(kept), "left out") {
		t.Errorf("%d bytes kept, %v", len(kept), err)
	}

	synctest.Test(t, func(t *testing.T) {
		sink := historytest.New()
		f := follower(t, sink)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- f.Run(ctx) }()
		f.Write([]byte(begins))
		time.Sleep(reportQuiet + 2*time.Second)
		if n := len(sanitizerReports(sink.All())); n != 1 {
			t.Errorf("%d reports when nothing more comes", n)
		}
		f.Write([]byte(begins))
		for range int(reportLasts/time.Second) + 2 {
			f.Write([]byte("    #1 0x2 in f\n"))
			time.Sleep(time.Second)
		}
		f.Write([]byte("the server speaks\n"))
		cancel()
		<-done
		if n := len(sanitizerReports(sink.All())); n != 2 {
			t.Errorf("%d reports when there is no end to them", n)
		}
	})
}

// What comes again while the server runs is told as it comes, each second, not at the end of the run: it belongs to the case in
// which it came.
func TestReportsThatRepeatAreToldInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := historytest.New()
		f := follower(t, sink)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- f.Run(ctx) }()
		for range 3 {
			f.Write([]byte("a.c:3:5: runtime error: shift exponent 32 is too large\nthe server speaks\n"))
		}
		time.Sleep(1500 * time.Millisecond)
		if got := sanitizerReports(sink.All()); len(got) != 2 || got[1].Again != 2 {
			t.Errorf("while it runs: %+v", got)
		}
		cancel()
		<-done
		if got := sanitizerReports(sink.All()); len(got) != 2 {
			t.Errorf("at the end: %+v", got)
		}
	})
}

// What SRS logs of its own report is no news: neither a report, nor lines that no rule knows. What it logs besides is.
func TestReportsThatTheServerLogsToo(t *testing.T) {
	text := testdata(t, "sanitizer-uaf.txt")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	var echo strings.Builder
	for _, line := range lines[:len(lines)-1] {
		switch {
		case line == "":
			continue
		case strings.HasPrefix(line, "    #"):
			line += ", r0=1093"
		}
		fmt.Fprintf(&echo, "%s[ERROR][1][a][0] %s\n", srsHead, line)
	}
	other := srsHead + "[ERROR][1][a][0] the disk is full\n"
	for name, log := range map[string]string{
		"within it": strings.Join(lines[:len(lines)-1], "\n") + "\n" + echo.String() + other + lines[len(lines)-1] + "\n",
		"after it":  text + echo.String() + other,
	} {
		events := follow(t, "", log+strings.ReplaceAll(text, "22480", "22481"))
		if got := sanitizerReports(events); len(got) != 2 || got[1].Again != 1 || got[0].Lines[len(got[0].Lines)-1] != "==22480==ABORTING" {
			t.Errorf("%s: %d reports: %+v", name, len(got), got)
		}
		var said []string
		for _, e := range events {
			if l, ok := e.What.(history.LogLine); ok && l.Rule != sanitizerRule {
				said = append(said, l.Line)
			}
		}
		if len(said) != 1 || said[0] != strings.TrimSpace(other) {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// A folder that can't be written to costs the file, not the report, and is told once.
func TestReportsThatCannotBeKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sink := historytest.New()
	f := follower(t, sink)
	f.Evidence = filepath.Join(file, "evidence")
	f.Write([]byte(testdata(t, "sanitizer-uaf.txt") + testdata(t, "sanitizer-leak.txt")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.Run(ctx)
	want := []string{
		"FATAL sanitizer id= key= peer=", "trouble internal 0", "AddressSanitizer: heap-use-after-free",
		"FATAL sanitizer id= key= peer=", "LeakSanitizer: 82 byte(s) leaked in 2 allocation(s)",
	}
	if diff := cmp.Diff(want, sink.Lines()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// A panic of Go, and a line that only names a sanitizer, are no reports.
func TestNoReports(t *testing.T) {
	for _, text := range []string{
		"panic: runtime error: index out of range [3] with length 2\n\ngoroutine 1 [running]:\n",
		srsHead + "[WARN][1][a][11] AddressSanitizer: is on\n",
		"==1==WARNING: ASan is ignoring requested __asan_handle_no_return\n",
		"AddressSanitizer:DEADLYSIGNAL\n",
		"SUMMARY: AddressSanitizer: 82 byte(s) leaked in 2 allocation(s).\n",
	} {
		if got := sanitizerReports(follow(t, "", text)); len(got) != 0 {
			t.Errorf("%q is taken for %+v", text, got)
		}
	}
}

// FuzzReports: whatever a log says, what is made of it is bounded, and no line of it is made up.
func FuzzReports(f *testing.F) {
	for _, name := range []string{"uaf", "segv", "leak", "ub", "race"} {
		f.Add(testdata(f, "sanitizer-"+name+".txt"), uint16(3))
	}
	f.Add("==0==ERROR: 0Sanitizer: : 0", uint16(41))
	f.Add("==1==ERROR: XSanitizer: y\n\n\nSUMMARY: \nx:1: runtime error: z\n    #0 \n", uint16(9000))
	f.Fuzz(func(t *testing.T, log string, pace uint16) {
		sink := historytest.New()
		r := reports{soon: allowance{each: againPerSecond}}
		at, begun := time.Duration(0), 0
		for line := range strings.SplitSeq(log, "\n") {
			at += time.Duration(pace) * time.Millisecond
			if r.take(at, foreign.CleanIndented([]byte(line)), false, sink) == firstLine {
				begun++
			}
		}
		r.flush(sink)
		got := sanitizerReports(sink.All())
		whole := 0
		for _, s := range got {
			if s.Again == 0 {
				whole++
			}
		}
		if len(got) > 2*begun || whole > maxReports {
			t.Errorf("%d reports, %d of them whole, of %d that began", len(got), whole, begun)
		}
		for _, s := range got {
			if len(s.Lines) == 0 || len(s.Lines) > shownLines || s.Tool == "" || s.What == "" {
				t.Errorf("%+v", s)
			}
		}
	})
}
