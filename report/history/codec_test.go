package history

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// payloads holds one of each kind, every field set, so that a field that gets lost is seen.
var payloads = []Payload{
	Tick{},
	Phase{Name: "storm"},
	Interrupted{},
	Stopped{Why: "fail-fast"},
	OwnTrouble{Code: "ports", Detail: "no port is left", Count: 3},
	Connected{Role: Owner, Conn: 1, Local: "127.0.0.1:5000", Remote: "127.0.0.1:1935", ServerID: "cid7", Token: "t1", ServerPID: "77", Server: "srs 7.0.2", TCP: 1, Setup: 2, Armed: true},
	ArmedLost{Conn: 2, Wire: WireEOF, Why: "closed"},
	PublishSent{Role: Owner, Conn: 3, Armed: true, Try: 1, ServerID: "cid7", Token: "t1", After: 2, Gap: time.Microsecond, AskedGap: 5, Players: -1},
	PublishAccepted{Conn: 4, Rule: "onstatus", Said: 9},
	PublishRefused{Role: Contender, Conn: 5, Sent: 8, Stage: "publish", Wire: WireEOF, Code: "NetStream.Publish.BadName", Text: "<busy> & \"gone\"\nnext", ServerID: "cid8", Token: "t2", Local: "127.0.0.1:5001"},
	PublishUndecided{Conn: 6},
	Departed{Conn: 7, How: "fin", Frames: 10, Bytes: 11, LastSent: 12},
	PublishEnded{Conn: 8, Wire: WireReset, Code: "c", Text: "t", Vanished: true, Frames: 1, Bytes: 2},
	PlayRequested{Session: 1, Manner: "prompt", Local: "127.0.0.1:5002", TCP: 3},
	PlayResponse{Session: 1, Status: 200, Type: "video/x-flv", Server: "SRS"},
	PlayFirst{Session: 1, Of: "keyframe", Since: 4},
	PlayProgress{Session: 1, Tags: 2, Bytes: 3, Last: 4, MaxGap: 5},
	PlayRefused{Session: 1, Wire: WireStatus, Status: 404, Text: "no", Local: "127.0.0.1:5003"},
	PlayEnded{Session: 1, Wire: WireEOF, Clean: true, Tags: 2, Bytes: 3, Text: "x"},
	Watched{
		Session: 1, From: 2, To: 9, Video: 8, Audio: 7, Unstamped: 6, Bytes: 5, First: 10, Last: 11, FirstSent: 8, LastSent: 9,
		FirstTime: 40, LastTime: 80, Key: 10, Ages: []int64{2, 3},
	},
	Stall{Session: 1, Gap: time.Second, Explained: 40 * time.Millisecond},
	Oddity{
		Session: 1, What: Gap, Detail: "12 to 14", Missing: 3, Drained: time.Millisecond, Index: 1, File: "evidence/gap-live-s0-1.flv", More: 4,
		Tags: []SeenTag{
			{Type: "video", Time: 40, Size: 900, Offset: 13, Key: true, Config: true, Stamp: true, Epoch: 3, Seq: 11, Age: 5, At: 6},
			{Type: "audio", Time: 41, Size: 20, Offset: 928, At: 7},
		},
	},
	LogLine{Line: "[x] é\u2028", Time: "now", Level: "ERROR", ID: "cid9", Rule: "busy", Class: "busy", Key: "live/s0", Peer: "127.0.0.1:5000", Token: "t1", Wall: 1700000000123, More: 4},
	Process{State: "exited", PID: 1, Exit: 2, Signal: "SIGSEGV"},
	Probe{Result: "silent", Took: 1, Quiet: 2},
	Crash{PID: 1, Hung: true, Exit: 3, Signal: "SIGABRT", Frames: []string{"f () at a.c:1"}, Core: "/core.1", Folder: "evidence/crash", Notes: []string{"n"}},
	Sanitizer{Tool: "AddressSanitizer", What: "heap-use-after-free", File: "evidence/asan-1.txt", Lines: []string{"==1==ERROR"}, Again: 3, Wall: 1700000000123},
	Usage{PID: 1, CPU: time.Second, RSS: 4096, FDs: 7, Threads: 2},
	API{Took: 5, Error: "no", Wire: WireRefused, Clients: 3, Streams: []APIStream{{Key: "live/s0", Active: true, Publisher: "cid1", Clients: 2, Frames: 9}}, Peers: map[string]string{"cid1": "127.0.0.1:5000"}},
	Case{Name: "return-fin", State: "begin", Why: "w", Plan: map[string]any{"kind": "chaos"}},
	LoadStep{Step: 2, Of: "players", Why: "search", From: 10, To: 20, Over: 3, Hold: 4},
	LoadHolds{Step: 2},
	LoadStepEnded{Step: 2},
	LoadJudged{Step: 2, Load: 20, Held: true, Ours: true, Why: []string{"stall_rate < 0.1: 0.2"}},
	CrowdSample{
		Step: 1, Manner: "prompt", For: 2, Wanted: 3, Connecting: 4, Asking: 5, Playing: 6, Dry: 7, Waiting: 8, Joined: 9, Left: 10, Asked: 11,
		Opened: 12, Began: 13, Ended: 14, Torn: 15, Bad: 16, Refused: map[string]int64{"503": 17}, Limited: 18, Tags: 19, Bytes: 20, Stalls: 21,
		Stalled: 22, Played: 23, Connect: Counts{{24, 1}}, FirstByte: Counts{{25, 1}}, FirstFrame: Counts{{26, 1}, {27, 2}}, Late: Counts{{28, 1}},
	},
	FleetSample{
		Step: 1, For: 2, Wanted: 3, Connecting: 4, Publishing: 5, Blocked: 6, Waiting: 7, Accepted: 8, Refused: map[string]int64{"reset": 9}, Ended: 10,
		Frames: 11, Bytes: 12, Blocks: 13, BlockedFor: 14, Lateness: Counts{{15, 1}}, Behind: Counts{{16, 1}}, Publish: Counts{{17, 1}},
	},
	SelfSample{
		Step: 1, For: 2, CPU: 0.5, Machine: -1, Cores: 2, Lag: Counts{{3, 1}}, GC: 4, Heap: 5, RSS: 6, Descriptors: 7, DescriptorLimit: 8, Ports: 9,
		PortLimit: 10, Late: []string{"lag"},
	},
	Unknown{Name: "from-the-future", Raw: []byte(`{"a":[1,2]}`)},
}

func TestEveryKindSurvivesTheFile(t *testing.T) {
	seen := map[string]bool{}
	enc := newEncoder()
	for _, p := range payloads {
		seen[p.Kind()] = true
		want := Event{Seq: 41, At: 1234567, Due: 1234000, Key: "live/\"s\n0", Actor: "pub/é", Epoch: 3, What: p}
		enc.buf.Reset()
		if err := enc.event(want); err != nil {
			t.Fatalf("%s: %v", p.Kind(), err)
		}
		got, err := decodeEvent(enc.buf.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", p.Kind(), err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", p.Kind(), diff)
		}
	}
	for kind := range kinds {
		if !seen[kind] {
			t.Errorf("kind %s is not tested", kind)
		}
	}
}

func TestALineIsShort(t *testing.T) {
	enc := newEncoder()
	if err := enc.event(Event{Seq: 1, At: 2, What: Tick{}}); err != nil {
		t.Fatal(err)
	}
	if got, want := enc.buf.String(), `{"seq":1,"at":2,"kind":"tick"}`+"\n"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

func TestLinesThatAreNoEvents(t *testing.T) {
	for _, line := range []string{``, `{`, `[]`, `{"seq":1}`, `{"seq":"x","kind":"tick"}`, `{"kind":"phase","data":{"name":5}}`, `{"kind":"tick","epoch":-1}`} {
		if ev, err := decodeEvent([]byte(line)); err == nil {
			t.Errorf("%q became %+v", line, ev)
		}
	}
}

func FuzzDecodeEvent(f *testing.F) {
	enc := newEncoder()
	for _, p := range payloads {
		enc.buf.Reset()
		if err := enc.event(Event{Seq: 1, At: 2, Due: 3, Key: "k", Actor: "a", Epoch: 4, What: p}); err != nil {
			f.Fatal(err)
		}
		f.Add(append([]byte(nil), enc.buf.Bytes()...))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		ev, err := decodeEvent(line)
		if err != nil {
			return
		}
		enc := newEncoder()
		if err := enc.event(ev); err != nil {
			t.Fatalf("%+v was read but can't be written: %v", ev, err)
		}
		again, err := decodeEvent(enc.buf.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", enc.buf.Bytes(), err)
		}
		first := append([]byte(nil), enc.buf.Bytes()...)
		enc.buf.Reset()
		if err := enc.event(again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(first), enc.buf.String()); diff != "" {
			t.Errorf("written twice (-first +second):\n%s", diff)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	enc := newEncoder()
	evs := []Event{
		{Seq: 12345, At: 12345678901, Key: "live/s0", Actor: "play/live/s0/2", Epoch: 3, What: PlayProgress{Session: 3, Tags: 34, Bytes: 12345, Last: 12345678900, MaxGap: 40000000}},
		{Seq: 12346, At: 12345678901, Due: 12345678801, Key: "live/s0", Actor: "pub/live/s0", Epoch: 3, What: PublishSent{Role: Owner, Conn: 40, Armed: true, ServerID: "a1b2c3d4", After: 2, Gap: 100000, Players: -1}},
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if enc.buf.Len() > frameSize {
			enc.buf.Reset()
		}
		if err := enc.event(evs[i&1]); err != nil {
			b.Fatal(err)
		}
	}
}
