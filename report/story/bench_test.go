package story

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// BenchmarkStory is what the story of a run of 1,000,000 events costs beside the judgement: each of them is judged twice, with and
// without a Fold. Memory is what the Fold and its Story hold in the end.
func BenchmarkStory(b *testing.B) {
	for _, run := range []struct {
		name   string
		events func(int) []history.Event
	}{{"chaos", stormy}, {"load", steady}} {
		b.Run(run.name, func(b *testing.B) {
			events := run.events(1_000_000)
			var with, without time.Duration
			var held, size, packed float64
			for b.Loop() {
				began := time.Now()
				judge := check.New(header())
				for _, e := range events {
					judge.Step(e)
				}
				judge.Finish()
				without += time.Since(began)
				before := heap()
				judge = nil
				began = time.Now()
				f, judge := attached()
				for _, e := range events {
					judge.Step(e)
					f.Step(e)
				}
				judge.Finish()
				s := f.Finish(nil)
				with += time.Since(began)
				f.judge, judge = nil, nil
				held = max(held, heap()-before)
				doc, err := json.Marshal(s)
				if err != nil {
					b.Fatal(err)
				}
				size, packed = float64(len(doc)), float64(len(zipped(doc)))
				runtime.KeepAlive(f)
			}
			n := float64(b.N)
			b.ReportMetric((with-without).Seconds()/n, "extra-s/Mevents")
			b.ReportMetric(without.Seconds()/n, "judge-s/Mevents")
			b.ReportMetric(held/(1<<20), "held-MiB")
			b.ReportMetric(size/1e6, "json-MB")
			b.ReportMetric(packed/1e6, "gzip-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// heap is how many bytes are in use.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func zipped(doc []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(doc)
	w.Close()
	return b.Bytes()
}

func header() history.Header {
	return history.Header{
		Schema:  history.Schema,
		Profile: map[string]any{"name": "srs", "policy": "exclusive", "accept": "onstatus", "reply_id": "srs_id", "viewers": "end"},
		Judge:   history.Judge{Grace: time.Second, StuckAfter: 10 * time.Second},
	}
}

func attached() (*Fold, *check.Judge) {
	f, j := NewFold(), check.New(header())
	f.Attach(header(), j)
	return f, j
}

// making is a run in the making.
type making struct {
	events []history.Event
	rng    *rand.Rand
	conn   int64
}

func (m *making) add(at time.Duration, key, actor string, epoch uint32, what history.Payload) {
	m.events = append(m.events, history.Event{At: at, Key: key, Actor: actor, Epoch: epoch, What: what})
}

// publish adds a try and its answer.
func (m *making) publish(at time.Duration, key string, epoch, after uint32, try int, refused bool) time.Duration {
	m.conn++
	actor, id := "pub/"+key, fmt.Sprintf("c%d", m.conn)
	m.add(at, key, actor, epoch, history.PublishSent{Role: history.Owner, Conn: m.conn, Try: try, After: after, ServerID: id, Players: -1})
	at += time.Millisecond + time.Duration(m.rng.IntN(2_000_000))
	if refused {
		m.add(at, "", "server", 0, history.LogLine{Line: "[ERROR][" + id + "] busy", Level: "ERROR", ID: id, Class: "busy", Rule: "publish-busy"})
		m.add(at+time.Millisecond, key, actor, epoch, history.PublishRefused{
			Role: history.Owner, Conn: m.conn, Sent: at, Stage: "publish", Wire: history.WireEOF, ServerID: id, Try: try, After: after,
		})
		return 0
	}
	m.add(at, key, actor, epoch, history.PublishAccepted{Conn: m.conn, Rule: "onstatus", Said: at})
	return at
}

// play adds a session of a player that tells of itself.
func (m *making) play(from, to time.Duration, key, actor string, epoch uint32, session int) {
	m.add(from, key, actor, 0, history.PlayRequested{Session: session, Manner: "prompt"})
	m.add(from+time.Millisecond, key, actor, 0, history.PlayResponse{Session: session, Status: 200})
	m.add(from+2*time.Millisecond, key, actor, epoch, history.PlayFirst{Session: session, Of: "media", Since: 2 * time.Millisecond})
	tags := int64(0)
	for at := from + 500*time.Millisecond; at < to; at += 500 * time.Millisecond {
		m.add(at, key, actor, epoch, history.PlayProgress{Session: session, Tags: 36, Bytes: 18310, Last: at - 9*time.Millisecond, MaxGap: 41 * time.Millisecond})
		tags += 36
	}
	m.add(to, key, actor, epoch, history.PlayEnded{Session: session, Wire: history.WireEOF, Clean: true, Tags: tags, Bytes: tags * 500})
}

// ordered are the events in the order of their times, numbered, with ticks and the phases.
func (m *making) ordered(end time.Duration) []history.Event {
	for at := history.TickEvery; at < end; at += history.TickEvery {
		m.add(at, "", "run", 0, history.Tick{})
	}
	m.add(0, "", "run", 0, history.Phase{Name: "storm"})
	m.add(end, "", "run", 0, history.Phase{Name: "end"})
	slices.SortStableFunc(m.events, func(a, b history.Event) int { return cmp.Compare(a.At, b.At) })
	for i := range m.events {
		e := &m.events[i]
		e.Seq = int64(i + 1)
		if late, ok := e.What.(lateEvent); ok {
			e.At, e.What = late.at, late.what
		}
	}
	return m.events
}

// stormy are so many events of 500 keys with four players each, whose publishers return every three seconds; one return in four
// is refused twice.
func stormy(n int) []history.Event { return storm(n, 500, 4) }

func storm(n, keys, players int) []history.Event {
	const cycle = 3 * time.Second
	m := &making{rng: rand.New(rand.NewPCG(1, 2))}
	round := 0
	for ; len(m.events) < n*99/100; round++ {
		for k := range keys {
			key := fmt.Sprintf("live/s%d", k)
			at := time.Duration(round)*cycle + time.Duration(k)*cycle/time.Duration(keys) + 10*time.Millisecond
			epoch, after := uint32(round*3+1), uint32(0)
			if round > 0 {
				after = epoch - 3
			}
			accepted := time.Duration(0)
			for try := 0; accepted == 0; try++ {
				accepted = m.publish(at+time.Duration(try)*20*time.Millisecond, key, epoch, after, try, after > 0 && k%4 == 0 && try < 2)
				if accepted == 0 {
					epoch++
				}
			}
			leave := at + cycle - time.Millisecond
			for p := range players {
				m.play(accepted+time.Millisecond, leave+2*time.Millisecond, key, fmt.Sprintf("play/%s/%d", key, p), epoch, round+1)
			}
			m.add(leave, key, "pub/"+key, epoch, history.Departed{Conn: m.conn, How: "fin", Frames: 75, Bytes: 90_000, LastSent: leave - 30*time.Millisecond})
		}
	}
	return m.ordered(time.Duration(round+1) * cycle)
}

// steady are so many events of 18,000 players of the crowd on 20 keys, with samples.
func steady(n int) []history.Event {
	const keys, players = 20, 18_000
	m := &making{rng: rand.New(rand.NewPCG(3, 4))}
	for k := range keys {
		m.publish(10*time.Millisecond, fmt.Sprintf("live/s%d", k), 1, 0, 0, false)
	}
	end := time.Duration(0)
	next := make([]time.Duration, players)
	for p := range next {
		next[p] = time.Second + time.Duration(p)*2*time.Millisecond
	}
	for session := 1; len(m.events) < n*98/100; session++ {
		for p := range players {
			key, at := fmt.Sprintf("live/s%d", p%keys), next[p]
			actor := fmt.Sprintf("play/%s/%d", key, p/keys)
			m.add(at, key, actor, 0, history.PlayRequested{Session: session, Manner: "prompt", Crowd: true})
			if m.rng.IntN(50) == 0 {
				m.add(at+time.Millisecond, key, actor, 0, history.PlayRefused{Session: session, Wire: history.WireReset})
				next[p] = at + time.Second
				continue
			}
			m.add(at+2*time.Millisecond, key, actor, 0, history.PlayFirst{Session: session, Of: "media", Since: 2 * time.Millisecond})
			stay := 40*time.Second + time.Duration(m.rng.IntN(40_000))*time.Millisecond
			if m.rng.IntN(10) == 0 {
				dry := at + stay/2
				m.add(dry, key, actor, 0, history.PlayProgress{Session: session, Tags: 800, Bytes: 400_000, Last: dry - 500*time.Millisecond, MaxGap: 45 * time.Millisecond})
				m.add(dry+100*time.Millisecond, key, actor, 0, history.PlayProgress{Session: session, Tags: 1, Bytes: 500, Last: dry + 100*time.Millisecond, MaxGap: 600 * time.Millisecond})
			}
			m.add(at+stay, key, actor, 0, history.PlayEnded{Session: session, Wire: history.WireEOF, Clean: true, Tags: 1600, Bytes: 800_000})
			next[p] = at + stay + 100*time.Millisecond
			end = max(end, next[p])
		}
	}
	end += time.Second
	for at := time.Second; at < end; at += time.Second {
		times := history.Counts{{900, 200}, {1500, 70}, {4000, 5}}
		m.add(at, "", "run", 0, history.CrowdSample{
			Step: 1, Manner: "prompt", For: time.Second, Wanted: players, Playing: players, Bytes: players * 18_000, FirstFrame: times,
		})
		m.add(at, "", "run", 0, history.FleetSample{Step: 1, For: time.Second, Wanted: keys, Publishing: keys, Bytes: 9000})
		m.add(at, "", "run", 0, history.SelfSample{Step: 1, For: time.Second, CPU: 0.9, Machine: 1.8, Cores: 2, Lag: times, RSS: 50 << 20})
	}
	return m.ordered(end)
}
