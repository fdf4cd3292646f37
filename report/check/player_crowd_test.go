package check

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// crowd is a player of the crowd: what it did, at which times.
func (s *script) crowd(at float64, manner string) {
	s.add(at, k0, 0, p0, history.PlayRequested{Session: 1, Manner: manner, Crowd: true})
}

// first is the first frame of a crowd's player.
func (s *script) first(at float64) {
	s.add(at, k0, 0, p0, history.PlayFirst{Session: 1, Of: "media", Since: ms(1)})
	s.add(at, k0, 0, p0, history.PlayFirst{Session: 1, Of: "keyframe", Since: ms(1)})
}

// dry says at a time that nothing has come since another, and again that media came.
func (s *script) dry(at, last float64) {
	s.add(at, k0, 0, p0, history.PlayProgress{Session: 1, Tags: 100, Bytes: 1000, Last: ms(last), MaxGap: ms(40)})
}

func (s *script) again(at float64) {
	s.add(at, k0, 0, p0, history.PlayProgress{Session: 1, Tags: 2, Bytes: 10, Last: ms(at), MaxGap: ms(5000)})
}

// drip is a single frame after a silence, still that nothing has come since.
func (s *script) drip(at float64) {
	s.add(at, k0, 0, p0, history.PlayProgress{Session: 1, Tags: 1, Bytes: 10, Last: ms(at), MaxGap: ms(4000)})
}

func (s *script) still(at, last float64) {
	s.add(at, k0, 0, p0, history.PlayProgress{Session: 1, Last: ms(last)})
}

func (s *script) step(why string) {
	s.add(1, "", 0, "run", history.LoadStep{Step: 1, Of: "players", Why: why, From: 1, To: 1, Hold: 10 * time.Second})
}

// late are so many seconds in which the generator was.
func (s *script) late(seconds int) {
	for i := range seconds {
		s.add(float64(1000*(i+1)), "", 0, "run", history.SelfSample{Step: 1, For: time.Second, Late: []string{"lag"}})
	}
}

// noAnswer is a refusal of a session.
func (s *script) noAnswer(at float64, session, status int) {
	s.add(at, k0, 0, p0, history.PlayRefused{Session: session, Wire: history.WireStatus, Status: status})
}

func TestCrowd(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"silence is media", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.eof(14000, 1, 400)
		}, "pass"},
		{"until it says otherwise", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.dry(8600, 8000)
		}, "fail player-starved×1(live/s0)"},
		{"or says it long after", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.dry(10600, 8000)
			s.again(10700)
		}, "fail player-starved×1(live/s0)"},
		{"a short silence is none", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			for at := 2000.0; at < 12000; at += 2000 {
				s.dry(at+600, at)
				s.again(at + 900)
			}
		}, "pass"},
		{"media after a long one ends it, and the next one counts from its own beginning", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.dry(2600, 2000)
			s.again(5000)
			s.dry(9600, 9000)
		}, "fail player-starved×2(live/s0)"},
		{"the silence that it tells of when it is over counts", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.dry(2600, 2000)
			s.add(3600, k0, 0, p0, history.PlayProgress{Session: 1, Tags: 2, Bytes: 10, Last: ms(3600), MaxGap: ms(1600)})
		}, "fail player-starved×1(live/s0)"},
		{"silent because nobody publishes", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.depart(k0, 1, 2000)
			s.dry(2600, 2000)
			s.accept(k0, 2, 9000, 9001)
			s.again(9100)
		}, "pass"},
		{"told after the session was over", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.eof(3000, 1, 90)
			s.dry(9000, 4000)
		}, "pass"},
		{"nothing ever", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "churn")
			s.ok(151, 1)
		}, "fail player-starved×1(live/s0)"},
		{"a slow one reads when it likes", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "slow")
			s.ok(151, 1)
			s.first(3000)
			s.dry(8600, 8000)
		}, "pass"},
		{"what a slow one left unread is no time in which it was refused", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "slow")
			s.ok(151, 1)
			s.first(3000)
			s.dry(8600, 5000)
			s.eof(8700, 1, 100)
			for at := 8701.0; at < 9200; at += 200 {
				s.crowd(at, "slow")
				s.noAnswer(at+1, 1, 503)
			}
			s.crowd(9300, "slow")
			s.ok(9301, 1)
		}, "pass"},
		{"an idle one never", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "idle")
			s.ok(151, 1)
		}, "pass"},
		{"but it may be refused", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "idle")
			s.ok(151, 1)
			s.eof(5000, 1, 0)
			for at := 5001.0; at < 12000; at += 500 {
				s.crowd(at, "idle")
				s.noAnswer(at+1, 1, 503)
			}
		}, "fail player-refused×1(live/s0)"},
		{"so may any", func(s *script) {
			s.accept(k0, 1, 100, 101)
			for at := 200.0; at < 5000; at += 500 {
				s.crowd(at, "prompt")
				s.noAnswer(at+1, 1, 503)
			}
		}, "fail player-refused×1(live/s0)"},
		{"a frame every five seconds is none at all", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.dry(700, 160)
			for at := 5000.0; at < 12000; at += 5000 {
				s.drip(at)
				s.still(at+600, at)
			}
		}, "fail player-starved×3(live/s0)"},
		{"a frame every 400 ms is too little to play, and stands in the figures", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.eof(13000, 1, 32)
		}, "pass"},
		{"a single frame, and then nothing", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.dry(2600, 2000)
			s.drip(2700)
			s.still(3300, 2700)
		}, "fail player-starved×1(live/s0)"},
		{"ended by the server, and served again", func(s *script) {
			s.accept(k0, 1, 100, 101)
			for at := 200.0; at < 13000; at += 1000 {
				s.crowd(at, "prompt")
				s.ok(at+1, 1)
				s.first(at + 10)
				s.eof(at+900, 1, 20)
			}
		}, "pass"},
		{"ended by the server, and given an empty stream from then on", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.eof(2000, 1, 40)
			for at := 2001.0; at < 13000; at += 500 {
				s.crowd(at, "prompt")
				s.ok(at+1, 1)
				s.eof(at+2, 1, 0)
			}
		}, "fail player-starved×1(live/s0)"},
		{"ended by the server, and asking in vain", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.eof(2000, 1, 40)
			s.crowd(2001, "prompt")
		}, "fail player-starved×1(live/s0)"},
		{"proven, although we were late", func(s *script) {
			s.step("hold")
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.accept(k0, 2, 300, 301, try{role: history.Contender})
			s.late(5)
		}, "fail double-publish×1(live/s0)"},
		{"by time alone, which proves nothing where we were late", func(s *script) {
			s.step("hold")
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.dry(8600, 8000)
			s.late(5)
		}, "inconclusive player-starved×1(live/s0)"},
		{"nothing proven, and we were late", func(s *script) {
			s.step("hold")
			s.accept(k0, 1, 100, 101)
			s.crowd(150, "prompt")
			s.ok(151, 1)
			s.first(160)
			s.late(5)
		}, "inconclusive"},
		{"what a search goes beyond is no error", func(s *script) {
			s.step("search")
			s.accept(k0, 1, 100, 101)
			for at := 200.0; at < 5000; at += 500 {
				s.crowd(at, "prompt")
				s.noAnswer(at+1, 1, 503)
			}
		}, "pass player-refused/info×1(live/s0)"},
		{"a limit of the server's is what a load is for", func(s *script) {
			s.step("hold")
			s.accept(k0, 1, 100, 101)
			s.add(150, k0, 0, "play/live/s0/9", history.PlayRequested{Session: 1, Manner: "prompt", Crowd: true})
			s.add(151, k0, 0, "play/live/s0/9", history.PlayFirst{Session: 1, Of: "media"})
			for at := 200.0; at < 5000; at += 500 {
				s.crowd(at, "prompt")
				s.noAnswer(at+1, 1, 429)
			}
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}

// TestHalfACrowd holds that those are found, and no others, to whom a server stops sending, among many whom it serves.
func TestHalfACrowd(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	const many = 40
	for i := range many {
		actor := fmt.Sprintf("play/live/s0/%d", i)
		s.add(150, k0, 0, actor, history.PlayRequested{Session: 1, Manner: "prompt", Crowd: true})
		s.add(151, k0, 0, actor, history.PlayResponse{Session: 1, Status: 200})
		s.add(160, k0, 0, actor, history.PlayFirst{Session: 1, Of: "media"})
	}
	for i := 0; i < many; i += 2 {
		s.add(5600+float64(i), k0, 0, fmt.Sprintf("play/live/s0/%d", i),
			history.PlayProgress{Session: 1, Tags: 200, Bytes: 1, Last: ms(5000 + float64(i))})
	}
	s.want("fail player-starved×20(live/s0)")
	for _, f := range s.judge().Findings {
		for _, c := range f.Cases {
			var n int
			if fmt.Sscanf(c.Actor, "play/live/s0/%d", &n); n%2 != 0 {
				t.Errorf("%s was served", c.Actor)
			}
		}
	}
}

// TestCrowdIsFoundInOrder holds that what is found of players at one time stands in the order in which they came, whoever spoke first.
func TestCrowdIsFoundInOrder(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	for i := range 4 {
		actor := fmt.Sprintf("play/live/s0/%d", i)
		s.add(150, k0, 0, actor, history.PlayRequested{Session: 1, Manner: "prompt", Crowd: true})
		s.add(160, k0, 0, actor, history.PlayFirst{Session: 1, Of: "media"})
	}
	for i := range 4 {
		s.add(5600+float64(i), k0, 0, fmt.Sprintf("play/live/s0/%d", 3-i), history.PlayProgress{Session: 1, Tags: 200, Bytes: 1, Last: ms(5000)})
	}
	var got string
	for _, f := range s.judge().Findings {
		for _, c := range f.Cases {
			got += c.Actor[len(c.Actor)-1:]
		}
	}
	if got != "0123" {
		t.Errorf("found in the order %s", got)
	}
}

// TestCrowdFigures holds that what a player of the crowd tells of twice is counted once, and that its silences, which are all that
// it tells, are no measure of the time between frames.
func TestCrowdFigures(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.crowd(150, "prompt")
	s.ok(151, 1)
	s.first(160)
	s.dry(2600, 2000)
	s.again(2700)
	s.add(9000, k0, 0, p0, history.PlayEnded{Session: 1, Wire: history.WireOurs, Clean: true, Tags: 102, Bytes: 5000})
	out := s.judge().Outcome
	if out.Play.Tags != 102 || out.Play.Bytes != 5000 || out.Play.Sessions != 1 {
		t.Errorf("%+v", out.Play)
	}
	if n := out.Latency.TagGap.TotalCount(); n != 0 {
		t.Errorf("%d times between frames", n)
	}
}

// TestCrowdIsPlayed holds that a run is not taken for one without media because its record breaks off before anybody of the crowd
// has told of more than a first frame.
func TestCrowdIsPlayed(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	for _, actor := range []string{"play/live/s0/1", "play/live/s0/2"} {
		s.add(150, k0, 0, actor, history.PlayRequested{Session: 1, Manner: "prompt", Crowd: true})
		s.add(160, k0, 0, actor, history.PlayFirst{Session: 1, Of: "media"})
	}
	j := s.judge()
	for _, r := range j.Reasons {
		if r.Code == "no-media" {
			t.Errorf("%v: %s", j.Verdict, r.Code)
		}
	}
}

// TestSilentCrowdIsNoHang holds that a server which serves the crowd is not hung, nor dead behind its API, although nobody tells of
// media but in samples.
func TestSilentCrowdIsNoHang(t *testing.T) {
	for _, bytes := range []int64{0, 1000} {
		for _, how := range []string{"silent", "deaf"} {
			t.Run(fmt.Sprint(how, bytes), func(t *testing.T) {
				s := newScript(t)
				s.accept(k0, 1, 100, 101)
				s.crowd(150, "prompt")
				s.ok(151, 1)
				s.first(160)
				s.add(200, "", 0, "server", history.Probe{Result: "alive"})
				s.add(300, "", 0, "server", history.API{})
				for at := 1000.0; at < 14000; at += 1000 {
					s.add(at, "", 0, "run", history.CrowdSample{Step: 1, Manner: "prompt", For: time.Second, Wanted: 1, Playing: 1, Bytes: bytes})
				}
				for at := 5000.0; at < 14000; at += 1000 {
					s.dry(at, 160)
				}
				for at := 4000.0; at < 13000; at += 1500 {
					if how == "silent" {
						s.add(at, "", 0, "server", history.Probe{Result: "silent", Took: ms(900), Quiet: ms(at - 160)})
					} else {
						s.add(at, "", 0, "server", history.Probe{Result: "refused"})
						s.add(at+1, "", 0, "server", history.API{Error: "connection refused", Wire: history.WireRefused})
					}
				}
				if how == "deaf" {
					s.events = keep(s.events, func(e history.Event) bool { _, is := e.What.(history.Probe); return !is || e.At < ms(4400) })
				}
				code := map[string]string{"silent": "server-hung", "deaf": "server-crashed"}[how]
				got := brief(s.judge())
				if found := strings.Contains(got, code); found != (bytes == 0) {
					t.Errorf("%d bytes a second: %s", bytes, got)
				}
			})
		}
	}
}

func keep(events []history.Event, f func(history.Event) bool) (out []history.Event) {
	for _, e := range events {
		if f(e) {
			out = append(out, e)
		}
	}
	return out
}

// BenchmarkCrowd is what a tick costs with 18,000 players who have all that they want, and one who has not.
func BenchmarkCrowd(b *testing.B) {
	for _, n := range []int{1, 18000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			j := New(newScript(nil).header)
			step := func(at float64, actor string, what history.Payload) {
				j.Step(history.Event{At: ms(at), Key: k0, Actor: actor, What: what})
			}
			step(0, "run", history.Phase{Name: "storm"})
			step(1, "pub/"+k0, history.PublishSent{Role: history.Owner, Conn: 1})
			step(2, "pub/"+k0, history.PublishAccepted{Conn: 1})
			for i := range n {
				actor := fmt.Sprint("play/live/s0/", i)
				step(3, actor, history.PlayRequested{Session: 1, Manner: "prompt", Crowd: true})
				step(4, actor, history.PlayResponse{Session: 1, Status: 200})
				step(5, actor, history.PlayFirst{Session: 1, Of: "media"})
			}
			at := 5.0
			tick := func() {
				at += 100
				step(at, "", history.Tick{})
			}
			for range 50 {
				tick()
			}
			b.ReportAllocs()
			for b.Loop() {
				tick()
			}
		})
	}
}

// TestCrowdIsToldLate holds that a hunger is over with media, also with media that came before it was found and is told after: there
// is no second word of it.
func TestCrowdIsToldLate(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.crowd(150, "prompt")
	s.ok(151, 1)
	s.add(4000, k0, 0, p0, lateEvent{ms(1000), history.PlayFirst{Session: 1, Of: "media", Since: ms(1)}})
	j := s.want("fail player-starved×1(live/s0)")
	if c := j.Findings[0].Cases[0]; !c.Back || c.For > 5*time.Second {
		t.Errorf("back %v, after %v", c.Back, c.For)
	}
}
