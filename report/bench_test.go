package report

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/flvstorm/flvstorm/report/history"
)

const million = 1_000_000

// BenchmarkMillionEvents is `flvstorm report RUN` on two kept runs of 1,000,000 events, each in a process of its own: a chaos run
// with half of its players as witnesses, and one of 18,000 players under steady load.
func BenchmarkMillionEvents(b *testing.B) {
	for _, run := range []struct {
		name   string
		events func() []history.Event
	}{{"chaos", chaosEvents}, {"load", loadEvents}} {
		b.Run(run.name, func(b *testing.B) {
			dir := b.TempDir()
			writeRun(b, dir, run.events())
			runtime.GC()
			var cpu time.Duration
			var peak float64
			for b.Loop() {
				child := exec.Command(os.Args[0], "-test.run=^TestJudgeARunForTheBenchmark$", "-test.v")
				child.Env = append(os.Environ(), "FLVSTORM_BENCH_RUN="+dir)
				out, err := child.CombinedOutput()
				if err != nil {
					b.Fatalf("%v: %s", err, out)
				}
				cpu += child.ProcessState.UserTime() + child.ProcessState.SystemTime()
				_, after, _ := strings.Cut(string(out), "peak ")
				var kb float64
				fmt.Sscan(after, &kb)
				peak = max(peak, kb)
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/Mevents")
			b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s/Mevents")
			b.ReportMetric(peak/1024, "peak-MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// TestJudgeARunForTheBenchmark is the process that BenchmarkMillionEvents measures.
func TestJudgeARunForTheBenchmark(t *testing.T) {
	dir := os.Getenv("FLVSTORM_BENCH_RUN")
	if dir == "" {
		t.Skip("only for BenchmarkMillionEvents")
	}
	result, err := reread(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	var table, doc bytes.Buffer
	if err := errors.Join(Look{}.Print(&table, result), result.WriteJSON(&doc)); err != nil {
		t.Fatal(err)
	}
	if keep := os.Getenv("FLVSTORM_BENCH_KEEP"); keep != "" {
		if err := os.WriteFile(keep, append(doc.Bytes(), table.Bytes()...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if result.Publish.Accepted == 0 || result.Unknown > 0 {
		t.Errorf("%+v", result.Publish)
	}
	status, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(status), "VmHWM:") // proc(5); empty elsewhere
	fmt.Println("peak", strings.Fields(after + " 0")[0])
}

// writeRun keeps events as a Recorder would have: the ticks between them, all in the order of their times and numbered, in frames
// of a second's worth of lines.
func writeRun(b *testing.B, dir string, events []history.Event) {
	slices.SortStableFunc(events, func(a, b history.Event) int { return cmp.Compare(a.At, b.At) })
	f, err := os.Create(filepath.Join(dir, history.FileName))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	enc, err := zstd.NewWriter(f, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(256<<10))
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(enc, 256<<10)
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	h := header()
	h.Target.Embedded = false
	h.Profile = map[string]any{"name": "srs", "policy": "exclusive", "accept": "onstatus", "reply_id": "srs_id", "viewers": "end"}
	if err := lines.Encode(h); err != nil {
		b.Fatal(err)
	}
	for i, e := range events {
		line := struct {
			Seq   int             `json:"seq"`
			At    time.Duration   `json:"at"`
			Due   time.Duration   `json:"due,omitempty"`
			Key   string          `json:"key,omitempty"`
			Actor string          `json:"actor,omitempty"`
			Epoch uint32          `json:"epoch,omitempty"`
			Kind  string          `json:"kind"`
			Data  history.Payload `json:"data,omitempty"`
		}{i + 1, e.At, e.Due, e.Key, e.Actor, e.Epoch, e.What.Kind(), e.What}
		if _, tick := e.What.(history.Tick); tick {
			line.Data = nil
		}
		if err := lines.Encode(line); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(w.Flush(), enc.Close()); err != nil {
		b.Fatal(err)
	}
}

// script is a run in the making.
type script struct {
	events []history.Event
	rng    *rand.Rand
	conn   int64
}

func (s *script) add(at time.Duration, key, actor string, epoch uint32, what history.Payload) {
	s.events = append(s.events, history.Event{At: at, Key: key, Actor: actor, Epoch: epoch, What: what})
}

// log adds a line of the server's log.
func (s *script) log(at time.Duration, id, rule, class, line string) {
	stamp := time.UnixMilli(1795365234305 + at.Milliseconds()).UTC().Format("2006-01-02 15:04:05.000")
	s.add(at, "", "server", 0, history.LogLine{
		Line: "[" + stamp + "][INFO][31872][" + id + "] " + line, Time: stamp, Level: "INFO", ID: id, Rule: rule, Class: class,
		Wall: 1795365234305 + at.Milliseconds(),
	})
}

// between adds ticks and the phases, up to the end.
func (s *script) between(end time.Duration) []history.Event {
	for at := history.TickEvery; at < end; at += history.TickEvery {
		s.add(at, "", "run", 0, history.Tick{})
	}
	s.add(0, "", "run", 0, history.Phase{Name: "start"})
	s.add(1, "", "run", 0, history.Phase{Name: "storm"})
	s.add(end, "", "run", 0, history.Phase{Name: "settling"})
	s.add(end+time.Second, "", "run", 0, history.Phase{Name: "end"})
	return s.events
}

// publish adds one try to publish and its answer: the lines of the log, the refusal or the acceptance.
func (s *script) publish(at time.Duration, key string, epoch, after uint32, try int, refused bool) (accepted time.Duration) {
	s.conn++
	id, token, actor := fmt.Sprintf("c%07d", s.conn), fmt.Sprintf("tok-%d", s.conn), "pub/"+key
	local := fmt.Sprintf("127.0.0.1:%d", 32768+s.conn%28000)
	s.add(at-4*time.Millisecond, key, actor, 0, history.Connected{
		Role: history.Owner, Conn: s.conn, Local: local, Remote: "127.0.0.1:1935", ServerID: id, Token: token, Server: "srs 5.0.216",
		ServerPID: "31872", TCP: 300 * time.Microsecond, Setup: 3 * time.Millisecond, Armed: true,
	})
	s.log(at-4*time.Millisecond, id, "rtmp-client", "", "RTMP client ip="+local+", fd=11")
	sent := history.PublishSent{Role: history.Owner, Conn: s.conn, Armed: true, Try: try, ServerID: id, Token: token, After: after, Players: -1}
	if try == 0 && after > 0 {
		sent.Gap, sent.AskedGap = 200*time.Microsecond, 0
	}
	s.add(at, key, actor, epoch, sent)
	answer := at + time.Millisecond + time.Duration(s.rng.IntN(2_000_000))
	if refused {
		s.log(answer, id, "publish-busy", "busy", "serve error code=1028(StreamBusy)(Stream already exists or busy) : service cycle : rtmp: stream "+key+" is busy")
		s.add(answer+time.Millisecond, key, actor, epoch, history.PublishRefused{
			Role: history.Owner, Conn: s.conn, Sent: at, Stage: "publish", Wire: history.WireEOF, Text: "EOF", ServerID: id, Token: token,
			Local: local, Try: try, After: after,
		})
		return 0
	}
	s.add(answer, key, actor, epoch, history.PublishAccepted{Conn: s.conn, Rule: "onstatus", Said: answer})
	return answer
}

// play adds one session of a player, up to its end. Every 500 ms the player tells what it got, as a witness also of which frames.
func (s *script) play(from, to time.Duration, key, actor string, epoch uint32, session int, witness bool) {
	s.add(from, key, actor, 0, history.PlayRequested{Session: session, Manner: "prompt", Local: "127.0.0.1:51034", TCP: 120 * time.Microsecond, Witness: witness})
	s.add(from+time.Millisecond, key, actor, 0, history.PlayResponse{Session: session, Status: 200, Type: "video/x-flv", Server: "SRS/5.0.216(Bee)"})
	for i, of := range []string{"byte", "media", "keyframe"} {
		since := time.Millisecond * time.Duration(i+2)
		s.add(from+since, key, actor, epoch, history.PlayFirst{Session: session, Of: of, Since: since})
	}
	seq, tags := uint32(1), int64(0)
	for at := from + 500*time.Millisecond; at < to; at += 500 * time.Millisecond {
		s.add(at, key, actor, epoch, history.PlayProgress{Session: session, Tags: 36, Bytes: 18310, Last: at - 9*time.Millisecond, MaxGap: 41 * time.Millisecond})
		tags += 36
		if !witness {
			continue
		}
		first := at - 490*time.Millisecond
		w := history.Watched{
			Session: session, From: seq, To: seq + 11, Video: 12, Audio: 24, Bytes: 18000, First: first, Last: at - 10*time.Millisecond,
			FirstSent: first - 800*time.Microsecond, LastSent: at - 11*time.Millisecond, FirstTime: seq * 40, LastTime: (seq + 11) * 40,
		}
		for range 12 {
			w.Ages = append(w.Ages, 500+int64(s.rng.IntN(1000)))
		}
		seq += 12
		s.add(at, key, actor, epoch, w)
	}
	s.add(to, key, actor, epoch, history.PlayEnded{Session: session, Wire: history.WireEOF, Clean: true, Tags: tags, Bytes: tags * 500})
}

// chaosEvents are 500 keys with four players each, whose publishers leave every three seconds and come straight back; one return in
// four is refused twice.
func chaosEvents() []history.Event {
	const keys, players, cycle = 500, 4, 3 * time.Second
	s := &script{rng: rand.New(rand.NewPCG(1, 2))}
	round := 0
	for ; len(s.events) < million*99/100; round++ {
		for k := range keys {
			key := fmt.Sprintf("live/s%d", k)
			at := time.Duration(round)*cycle + time.Duration(k)*cycle/keys + 10*time.Millisecond
			epoch := uint32(round*3 + 1)
			after := uint32(0)
			if round > 0 {
				after = epoch - 3
			}
			accepted := time.Duration(0)
			for try := 0; accepted == 0; try++ {
				accepted = s.publish(at+time.Duration(try)*20*time.Millisecond, key, epoch, after, try, after > 0 && k%4 == 0 && try < 2)
				if accepted == 0 {
					epoch++
				}
			}
			leave := at + cycle - time.Millisecond
			for p := range players {
				s.play(accepted+time.Millisecond, leave+2*time.Millisecond, key, fmt.Sprintf("play/%s/%d", key, p), epoch, round+1, p < players/2)
			}
			s.add(leave, key, "pub/"+key, epoch, history.Departed{Conn: s.conn, How: "fin", Frames: 75, Bytes: 90_000, LastSent: leave - 30*time.Millisecond})
		}
	}
	return s.between(time.Duration(round+1) * cycle)[:]
}

// loadEvents are 18,000 players of 20 keys who come back as soon as their session ends, after a minute or so, with a sample a
// second of the crowd, the fleet and the generator itself.
func loadEvents() []history.Event {
	const keys, players = 20, 18_000
	s := &script{rng: rand.New(rand.NewPCG(3, 4))}
	for k := range keys {
		s.publish(10*time.Millisecond, fmt.Sprintf("live/s%d", k), 1, 0, 0, false)
	}
	end := time.Duration(0)
	next := make([]time.Duration, players)
	for p := range next {
		next[p] = time.Second + time.Duration(p)*2*time.Millisecond
	}
	for session := 1; len(s.events) < million*98/100; session++ {
		for p := range players {
			key, at := fmt.Sprintf("live/s%d", p%keys), next[p]
			actor := fmt.Sprintf("play/%s/%d", key, p/keys)
			s.add(at, key, actor, 0, history.PlayRequested{Session: session, Manner: "prompt", Local: "127.0.0.1:51034", TCP: 120 * time.Microsecond, Crowd: true})
			if s.rng.IntN(50) == 0 {
				s.add(at+time.Millisecond, key, actor, 0, history.PlayRefused{Session: session, Wire: history.WireReset, Text: "connection reset by peer", Local: "127.0.0.1:51034"})
				next[p] = at + time.Second
				continue
			}
			s.add(at+time.Millisecond, key, actor, 0, history.PlayResponse{Session: session, Status: 200, Type: "video/x-flv", Server: "SRS/5.0.216(Bee)"})
			s.add(at+2*time.Millisecond, key, actor, 0, history.PlayFirst{Session: session, Of: "media", Since: 2 * time.Millisecond})
			s.add(at+3*time.Millisecond, key, actor, 0, history.PlayFirst{Session: session, Of: "keyframe", Since: 3 * time.Millisecond})
			stay := 40*time.Second + time.Duration(s.rng.IntN(40_000))*time.Millisecond
			if s.rng.IntN(10) == 0 { // it runs dry once
				dry := at + stay/2
				s.add(dry, key, actor, 0, history.PlayProgress{Session: session, Tags: 800, Bytes: 400_000, Last: dry - 500*time.Millisecond, MaxGap: 45 * time.Millisecond})
				s.add(dry+100*time.Millisecond, key, actor, 0, history.PlayProgress{Session: session, Tags: 1, Bytes: 500, Last: dry + 100*time.Millisecond, MaxGap: 600 * time.Millisecond})
			}
			s.add(at+stay, key, actor, 0, history.PlayEnded{Session: session, Wire: history.WireEOF, Clean: true, Tags: 1600, Bytes: 800_000})
			next[p] = at + stay + 100*time.Millisecond
			end = max(end, next[p])
		}
	}
	end += time.Second
	s.add(2, "", "run", 0, history.LoadStep{Step: 1, Of: "players", Why: "hold", To: players, Hold: end})
	for at := time.Second; at < end; at += time.Second {
		var times history.Counts
		for us := int64(500); us < 5000; us += 50 {
			times = append(times, [2]int64{us, int64(s.rng.IntN(9) + 1)})
		}
		s.add(at, "", "run", 0, history.CrowdSample{
			Step: 1, Manner: "prompt", For: time.Second, Wanted: players, Playing: players, Asked: 280, Opened: 275, Began: 275, Ended: 270,
			Tags: players * 36, Bytes: players * 18_000, Played: players * time.Second, Connect: times, FirstByte: times, FirstFrame: times, Late: times,
		})
		s.add(at, "", "run", 0, history.FleetSample{Step: 1, For: time.Second, Wanted: keys, Publishing: keys, Frames: 25 * keys, Bytes: 9000, Lateness: times})
		s.add(at, "", "run", 0, history.SelfSample{Step: 1, For: time.Second, CPU: 0.9, Machine: 1.8, Cores: 2, Lag: times, GC: time.Millisecond, Heap: 5 << 20, RSS: 50 << 20})
	}
	return s.between(end)
}
