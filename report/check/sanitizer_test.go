package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

// asan is a report as SRS with AddressSanitizer prints it.
func asan(function string) history.Sanitizer {
	return history.Sanitizer{Tool: "AddressSanitizer", What: "heap-use-after-free", File: "evidence/sanitizer/1.txt", Lines: []string{
		"=================================================================",
		"==4711==ERROR: AddressSanitizer: heap-use-after-free on address 0x60e000000b58 at pc 0x55f5 bp 0x7f sp 0x7f",
		"READ of size 8 at 0x60e000000b58 thread T0",
		"    #0 0x7f0a1c in __interceptor_memcpy ../../sanitizer_common/interceptors.inc:827",
		"    #1 0x55f5e1 in " + function + " src/app/srs_app_source.cpp:2114",
		"    #2 0x55f5e2 in SrsHttpStreamServer::http_mount(ISrsRequest*) /srs/src/app/srs_app_http_stream.cpp:1082:9",
		"    #3 0x55f5e3 in start (/srs/objs/srs+0x1234) (BuildId: 00)",
		"",
		"0x60e000000b58 is located 24 bytes inside of 152-byte region",
		"freed by thread T0 here:",
		"    #0 0x7f0a1d in operator delete(void*) ../../asan_new_delete.cpp:160",
	}}
}

func overflow(n int) history.Sanitizer {
	return history.Sanitizer{Tool: "UndefinedBehaviorSanitizer", What: fmt.Sprintf("signed integer overflow: %d + 1", n),
		Lines: []string{fmt.Sprintf("src/kernel/a.cpp:12:3: runtime error: signed integer overflow: %d + 1", n)}}
}

func TestSanitizer(t *testing.T) {
	leak := history.Sanitizer{Tool: "LeakSanitizer", What: "detected memory leaks", Lines: []string{
		"==1==ERROR: LeakSanitizer: detected memory leaks", "", "Direct leak of 56 byte(s) in 1 object(s) allocated from:",
		"    #0 0x7f in operator new(unsigned long) ../../asan_new_delete.cpp:99", "    #1 0x55 in SrsGoApiV1::SrsGoApiV1() src/a.cpp:1",
	}}
	const use = "sanitizer: AddressSanitizer: heap-use-after-free in SrsLiveSource::on_source_id_changed(SrsContextId)"
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"a report, and it goes on", func(s *script) {
			s.add(900, "", 0, "server", asan("SrsLiveSource::on_source_id_changed(SrsContextId)"))
		}, "fail " + use + "×1()"},
		{"the same twice, and another", func(s *script) {
			s.add(900, "", 0, "server", asan("SrsLiveSource::on_source_id_changed(SrsContextId)"))
			s.add(1000, "", 0, "server", asan("SrsA::b()"))
			s.add(1100, "", 0, "server", asan("SrsLiveSource::on_source_id_changed(SrsContextId)"))
		}, "fail sanitizer: AddressSanitizer: heap-use-after-free in SrsA::b()×1() " + use + "×2()"},
		{"the numbers of a report don't tell it apart, its place does", func(s *script) {
			s.add(900, "", 0, "server", overflow(5))
			s.add(910, "", 0, "server", overflow(2147483647))
		}, "fail sanitizer: UndefinedBehaviorSanitizer: signed integer overflow: N + N at src/kernel/a.cpp:12:3×2()"},
		{"a death that follows is a root too", func(s *script) {
			s.add(900, "", 0, "server", asan("SrsLiveSource::on_source_id_changed(SrsContextId)"))
			s.add(2000, "", 0, "server", history.Process{State: "exited", Signal: "SIGABRT"})
		}, "fail server-crashed×1() " + use + "×1()"},
		{"leaks that are told when we stop it", func(s *script) {
			s.add(19_900, "", 0, "server", history.Process{State: "stopped"})
			s.add(20_500, "", 0, "server", leak)
		}, "fail sanitizer: LeakSanitizer: detected memory leaks in SrsGoApiVN::SrsGoApiVN()×1()"},
		{"a report that is empty", func(s *script) {
			s.add(900, "", 0, "server", history.Sanitizer{})
		}, "fail sanitizer: :×1()"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.cycles(k0, 1, 100, 3)
			tt.write(s)
			out := s.want(strings.ReplaceAll(tt.want, "VN", "V1"))
			for _, f := range out.Findings {
				if f.Code == Sanitizer && !f.Root {
					t.Errorf("%s is no root", f.ID)
				}
			}
		})
	}
}

func TestWhatAReportTells(t *testing.T) {
	s := newScript(t)
	s.cycles(k0, 1, 100, 3)
	r := asan("SrsA::b()")
	s.add(900, "", 0, "server", r)
	f := s.judge().Findings[0]
	c := f.Cases[0]
	if c.Log != r.Lines[1] || c.Report == nil || c.Text != "AddressSanitizer: heap-use-after-free in SrsA::b()" {
		t.Errorf("%+v", c)
	}
	want := []string{
		"SrsA::b() src/app/srs_app_source.cpp:2114",
		"SrsHttpStreamServer::http_mount(ISrsRequest*) /srs/src/app/srs_app_http_stream.cpp:1082:9",
		"start (/srs/objs/srs+0x1234) (BuildId: 00)",
	}
	if !slices.Equal(c.Frames, want) {
		t.Errorf("frames %q", c.Frames)
	}
	if e := f.Evidence[1]; e.Log != strings.Join(r.Lines, "\n") || e.File != r.File {
		t.Errorf("evidence %+v", f.Evidence)
	}
}

// A death within ten seconds of a report is of that report: it says of what, and lends its stack.
func TestADeathOfAReport(t *testing.T) {
	exited := history.Process{State: "exited", PID: 7, Exit: 134}
	const title = "AddressSanitizer: heap-use-after-free in SrsA::b()"
	for _, tt := range []struct {
		name  string
		write func(*script)
		text  string
		frame string
	}{
		{"before", func(s *script) {
			s.add(3000, "", 0, "server", asan("SrsA::b()"))
			s.add(5000, "", 0, "server", exited)
		}, "SIGABRT (exit 134), after " + title, "SrsA::b() src/app/srs_app_source.cpp:2114"},
		{"of a sanitizer that lets it go on, unless it was told to end it", func(s *script) {
			s.add(4200, "", 0, "server", overflow(5))
			s.add(5000, "", 0, "server", exited)
		}, "SIGABRT (exit 134), after UndefinedBehaviorSanitizer: signed integer overflow: N + N at src/kernel/a.cpp:12:3", ""},
		{"of one that let it go on", func(s *script) {
			s.add(3900, "", 0, "server", overflow(5))
			s.add(5000, "", 0, "server", exited)
		}, "SIGABRT (exit 134)", ""},
		{"of two, of which one lets it go on", func(s *script) {
			s.add(3000, "", 0, "server", asan("SrsA::b()"))
			s.add(3100, "", 0, "server", overflow(5))
			s.add(5000, "", 0, "server", exited)
		}, "SIGABRT (exit 134), after " + title, "SrsA::b() src/app/srs_app_source.cpp:2114"},
		{"told after the death", func(s *script) {
			s.add(5000, "", 0, "server", exited)
			s.add(5500, "", 0, "server", asan("SrsA::b()"))
		}, "SIGABRT (exit 134), after " + title, "SrsA::b() src/app/srs_app_source.cpp:2114"},
		{"with a dossier that has a stack", func(s *script) {
			s.add(3000, "", 0, "server", asan("SrsA::b()"))
			s.add(5000, "", 0, "server", exited)
			s.add(6000, "", 0, "server", history.Crash{PID: 7, Frames: []string{"raise", "abort"}})
		}, "SIGABRT (exit 134), after " + title, "raise"},
		{"with a dossier that has none", func(s *script) {
			s.add(3000, "", 0, "server", asan("SrsA::b()"))
			s.add(5000, "", 0, "server", exited)
			s.add(6000, "", 0, "server", history.Crash{PID: 7, Notes: []string{"no core"}})
		}, "SIGABRT (exit 134), after " + title, "SrsA::b() src/app/srs_app_source.cpp:2114"},
		{"long before", func(s *script) {
			s.add(1500, "", 0, "server", asan("SrsA::b()"))
			s.add(12_000, "", 0, "server", exited)
		}, "SIGABRT (exit 134)", ""},
		{"long before, of a slow server", func(s *script) {
			s.header.Judge.TimeScale = 3
			s.add(1500, "", 0, "server", asan("SrsA::b()"))
			s.add(12_000, "", 0, "server", exited)
		}, "SIGABRT (exit 134), after " + title, "SrsA::b() src/app/srs_app_source.cpp:2114"},
		{"of another sanitizer", func(s *script) {
			s.add(3000, "", 0, "server", history.Sanitizer{Tool: "LeakSanitizer", What: "detected memory leaks"})
			s.add(5000, "", 0, "server", exited)
		}, "SIGABRT (exit 134)", ""},
		{"of the process before", func(s *script) {
			s.add(3000, "", 0, "server", asan("SrsA::b()"))
			s.add(3100, "", 0, "server", history.Process{State: "started", PID: 7})
			s.add(5000, "", 0, "server", exited)
		}, "SIGABRT (exit 134)", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.cycles(k0, 1, 100, 3)
			tt.write(s)
			f := s.judge().Findings[0]
			if f.Code != ServerCrashed {
				t.Fatal(f.Code)
			}
			frame := ""
			if c := f.Cases[0]; len(c.Frames) > 0 {
				frame = c.Frames[0]
			}
			if c := f.Cases[0]; c.Text != tt.text || frame != tt.frame {
				t.Errorf("%q, frame %q", c.Text, frame)
			}
		})
	}
}

// A report in a case is the case's; one of leaks is about all of the server's life.
func TestReportsInASuite(t *testing.T) {
	s := newSuite(t)
	s.begin(50, "a")
	s.cycles(caseKey("a"), 1, 100, 3)
	s.add(500, "", 0, "server", asan("SrsA::b()"))
	s.add(1600, "", 0, "server", history.Sanitizer{Tool: "LeakSanitizer", What: "detected memory leaks"})
	s.done(1700, "a")
	out := s.judge()
	if len(out.Findings) != 2 || len(out.Cases[0].Findings) != 1 || out.Cases[0].Findings[0].Cases[0].Text != titleOf(new(asan("SrsA::b()"))) {
		t.Errorf("%s", briefly(out))
	}
}

// A report that comes again is counted as often as it says, in the case in which it came, and is what its own process dies of.
func TestReportsThatComeAgain(t *testing.T) {
	s := newSuite(t)
	again := asan("SrsA::b()")
	again.Again, again.Lines = 1, []string{strings.Replace(again.Lines[1], "4711", "4712", 1), again.Lines[4]}
	for i, name := range []string{"a", "b", "c"} {
		from := 50 + 4000*float64(i)
		s.begin(from, name)
		s.cycles(caseKey(name), 1, from+50, 3)
		switch name {
		case "a":
			s.add(from+1000, "", 0, "server", asan("SrsA::b()"))
			s.add(from+1010, "", 0, "server", history.Process{State: "exited", PID: 4711, Exit: 1})
			s.add(from+1100, "", 0, "server", history.Process{State: "started", PID: 4712})
		case "b":
			s.add(from+1000, "", 0, "server", again)
			s.add(from+1010, "", 0, "server", history.Process{State: "exited", PID: 4712, Exit: 1})
			s.add(from+1100, "", 0, "server", history.Process{State: "started", PID: 4713})
		}
		s.done(from+3500, name)
	}
	out := s.judge()
	var report *Finding
	for i, f := range out.Findings {
		if f.Code == Sanitizer {
			report = &out.Findings[i]
		}
	}
	if report == nil || report.Count != 2 || !slices.Equal(report.In, []string{"a", "b"}) {
		t.Fatalf("%s", briefly(out))
	}
	for i, want := range []int64{1, 1, 0} {
		var deaths, reports int64
		for _, f := range out.Cases[i].Findings {
			switch f.Code {
			case ServerCrashed:
				deaths += f.Count
				if c := f.Cases[0]; c.Report == nil || len(c.Frames) == 0 || c.Report.Again != 0 || !strings.Contains(whole(c.Report), fmt.Sprintf("==%d==", 4711+i)) {
					t.Errorf("the death of %s: %+v", out.Cases[i].Name, c)
				}
			case Sanitizer:
				reports += f.Count
			}
		}
		if deaths != want || reports != want {
			t.Errorf("%s: %d deaths, %d reports, want %d", out.Cases[i].Name, deaths, reports, want)
		}
	}
}

// A server that reports without end fills neither our memory nor the report.
func TestEndlessReports(t *testing.T) {
	s := newScript(t)
	s.cycles(k0, 1, 100, 3)
	for i := range 500 {
		r := asan(fmt.Sprintf("f%d()", i))
		r.Lines = append(r.Lines, strings.Repeat("x", 100_000))
		s.add(900+float64(i), "", 0, "server", r)
	}
	out := s.judge()
	if n := len(out.Findings); n != maxReports+1 {
		t.Errorf("%d findings", n)
	}
	for _, f := range out.Findings {
		for _, e := range f.Evidence {
			if len(e.Log) > wholeReport+10 {
				t.Fatalf("%d bytes of evidence", len(e.Log))
			}
		}
	}
}

func FuzzReport(f *testing.F) {
	f.Add("AddressSanitizer", "heap-use-after-free", strings.Join(asan("f()").Lines, "\n"))
	f.Add("UndefinedBehaviorSanitizer", "overflow: 1", "a.cpp:1:2: runtime error: overflow: 1")
	f.Fuzz(func(t *testing.T, tool, what, text string) {
		r := &history.Sanitizer{Tool: tool, What: what, Lines: strings.Split(text, "\n")}
		if n := len([]rune(titleOf(r))); n > maxTitle {
			t.Errorf("a title of %d characters", n)
		}
		framesOf(r)
		headOf(r)
		if len(whole(r)) > wholeReport+10 {
			t.Error("a report without bound")
		}
	})
}
