package steady

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/crowd"
	"github.com/flvstorm/flvstorm/load/ramp"
	"github.com/google/go-cmp/cmp"
)

// along is the walk of stages.
func along(t *testing.T, text string) ramp.Walk {
	t.Helper()
	stages, err := ramp.ParseStages(text)
	if err != nil {
		t.Fatal(err)
	}
	return ramp.NewStages(stages)
}

// TestOrder holds all that a run tells, sample by sample. The publishers take 200 ms; the run's clock begins at 300 ms.
func TestOrder(t *testing.T) {
	c := play(t, ramp.NewHold(3, ramp.Arrivals{}, 2*s1), nil)
	want := []string{
		"300ms phase start",
		"520ms phase storm",
		"520ms crowd of 0: 220ms, wanted 0, joined 0, left 0",
		"520ms fleet of 0: 220ms, publishing 2",
		"520ms self of 0: 220ms",
		"520ms step 1 players hold 3..3 over 0s hold 2s",
		"520ms holds 1",
		"1s crowd of 1: 480ms, wanted 3, joined 3, left 0",
		"1s fleet of 1: 480ms, publishing 2",
		"1s self of 1: 480ms",
		"2s crowd of 1: 1s, wanted 3, joined 0, left 0",
		"2s fleet of 1: 1s, publishing 2",
		"2s self of 1: 1s",
		"2.52s crowd of 1: 520ms, wanted 3, joined 0, left 0",
		"2.52s fleet of 1: 520ms, publishing 2",
		"2.52s self of 1: 520ms",
		"2.52s ended 1",
		"2.52s phase end",
	}
	if diff := cmp.Diff(want, c.diary.lines(true)); diff != "" || c.err != nil {
		t.Errorf("%v (-want +got)\n%s", c.err, diff)
	}
}

// TestStages: players come where the line crosses the next number, and leave in the same way; steps follow each other without a gap.
func TestStages(t *testing.T) {
	c := play(t, along(t, "0:2,3s:5,5s:5,5s:3,6s:3,8s:1"), func(c *scene) { c.Fleet = nil })
	want := []string{
		"300ms phase start", "300ms phase storm",
		"300ms step 1 players stage 2..5 over 3s hold 0s", "3.3s holds 1", "3.3s ended 1",
		"3.3s step 2 players stage 5..5 over 0s hold 2s", "3.3s holds 2", "5.3s ended 2",
		"5.3s step 3 players stage 3..3 over 0s hold 1s", "5.3s holds 3", "6.3s ended 3",
		"6.3s step 4 players stage 3..1 over 2s hold 0s", "8.3s holds 4", "8.3s ended 4",
		"8.3s phase end",
	}
	if diff := cmp.Diff(want, c.diary.lines(false)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	dues := []time.Duration{300e6, 300e6, 1300e6, 2300e6, 3300e6}
	if diff := cmp.Diff(dues, c.people.dues()); diff != "" || len(c.people.seated) != 1 {
		t.Errorf("%d stay (-want +got)\n%s", len(c.people.seated), diff)
	}
	if diff := cmp.Diff([]time.Duration{5300e6, 7300e6, 8300e6}, c.people.left); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var left []string
	for _, line := range c.diary.lines(true) {
		if strings.Contains(line, "crowd") && !strings.HasSuffix(line, "left 0") {
			left = append(left, line)
		}
	}
	if diff := cmp.Diff([]string{
		"6s crowd of 3: 700ms, wanted 3, joined 0, left 2", "8s crowd of 4: 1s, wanted 2, joined 0, left 1",
		"8.3s crowd of 4: 300ms, wanted 1, joined 0, left 1",
	}, left); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestOpenLoop: when somebody is due hangs on the plan and the seed alone.
func TestOpenLoop(t *testing.T) {
	run := func(seed int64, change func(*scene)) []time.Duration {
		c := play(t, ramp.NewHold(200, ramp.Arrivals{Rate: 50}, 6*s1), func(c *scene) {
			c.Seed, c.Arrivals, c.Fleet = seed, ramp.Arrivals{Rate: 50}, nil
			change(c)
		})
		if c.people.early > ahead || c.people.late > 0 {
			t.Errorf("handed over up to %v before and %v after it was due", c.people.early, c.people.late)
		}
		return c.people.dues()
	}
	usual := run(7, func(*scene) {})
	if len(usual) != 200 {
		t.Errorf("%d came", len(usual))
	}
	slow := run(7, func(c *scene) { c.people.slow = 3 * s1 })
	if diff := cmp.Diff(usual, slow); diff != "" {
		t.Errorf("a crowd that is slow is asked otherwise:\n%s", diff)
	}
	if slices.Equal(usual, run(8, func(*scene) {})) {
		t.Error("another seed, the same arrivals")
	}
	if !slices.IsSorted(usual) {
		t.Error("out of order")
	}
}

// TestTooSlowArrivals: a run is not longer because not all came in time; it never held, then.
func TestTooSlowArrivals(t *testing.T) {
	a := ramp.Arrivals{Rate: 2, Even: true}
	c := play(t, ramp.NewHold(100, a, 2998*time.Millisecond), func(c *scene) { c.Arrivals, c.Fleet = a, nil })
	want := []string{
		"300ms phase start", "300ms phase storm", "300ms step 1 players hold 100..100 over 2.998s hold 0s", "3.298s ended 1",
		"3.298s phase end",
	}
	if diff := cmp.Diff(want, c.diary.lines(false)); diff != "" || len(c.people.all) != 5 {
		t.Errorf("%d came (-want +got)\n%s", len(c.people.all), diff)
	}
}

// TestSearch: a search asks its judge, also one that takes its time, goes down after a failure and tries once more.
func TestSearch(t *testing.T) {
	c := play(t, ramp.NewSearch(ramp.SearchConfig{Start: 1, Max: 2, Hold: 2 * s1}), func(c *scene) {
		c.Fleet = nil
		c.Judge = func(ctx context.Context, step int) (bool, bool, []string) {
			time.Sleep(100 * time.Millisecond)
			if !slices.Contains(c.diary.lines(false), fmt.Sprintf("%v ended %d", c.diary.Now()-100*time.Millisecond, step)) {
				t.Errorf("step %d is judged before it has ended", step)
			}
			if len(c.people.seated) == 2 {
				return false, false, []string{"stall_rate is 0.5"}
			}
			return true, false, nil
		}
	})
	want := []string{
		"300ms phase start", "300ms phase storm",
		"300ms step 1 players search 0..1 over 5ms hold 2s", "305ms holds 1", "2.305s ended 1", "2.405s judged 1: 1 held=true ours=false ",
		"2.405s step 2 players search 1..2 over 5ms hold 2s", "2.41s holds 2", "4.41s ended 2", "4.51s judged 2: 2 held=false ours=false stall_rate is 0.5",
		"4.51s step 3 players search 1..1 over 0s hold 3s", "4.51s holds 3", "7.51s ended 3",
		"7.51s step 4 players search 1..2 over 5ms hold 2s", "7.515s holds 4", "9.515s ended 4", "9.615s judged 4: 2 held=false ours=false stall_rate is 0.5",
		"9.615s phase end",
	}
	if diff := cmp.Diff(want, c.diary.lines(false)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := c.Walk.(*ramp.Search).Result(); got.Held != 1 || got.Failed != 2 {
		t.Errorf("%+v", got)
	}
}

// TestSearchWaitsForAll: what is measured begins when all have come, however the arrivals fell.
func TestSearchWaitsForAll(t *testing.T) {
	a, planned, later := ramp.Arrivals{Rate: 10}, 300*time.Millisecond+2*s1, 0
	for seed := range int64(6) {
		c := play(t, ramp.NewSearch(ramp.SearchConfig{Start: 20, Max: 20, Hold: 2 * s1, Arrivals: a}), func(c *scene) {
			c.Fleet, c.Arrivals, c.Seed = nil, a, seed
			c.Judge = func(context.Context, int) (bool, bool, []string) { return true, false, nil }
		})
		dues := c.people.dues()
		last := dues[len(dues)-1]
		if last > planned {
			later++
		}
		holds := max(last, planned)
		want := []string{fmt.Sprintf("%v holds 1", holds), fmt.Sprintf("%v ended 1", holds+2*s1)}
		if got := c.diary.lines(false)[3:5]; !slices.Equal(got, want) || len(dues) != 20 {
			t.Errorf("%q, want %q; %d came", got, want, len(dues))
		}
	}
	if later == 0 || later == 6 {
		t.Errorf("in %d of 6 runs the last came later than planned: this test needs both", later)
	}
}

// TestSearchWaitsForStreams: what is measured begins when those who have come have got a stream, but for ever nobody waits, and a search that
// has no time knows how long it took.
func TestSearchWaitsForStreams(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration
		want  []string
		cut   bool
	}{
		"at once": {0, []string{"305ms holds 1", "2.305s ended 1", "2.305s judged 1: 1 held=true ours=false "}, false},
		"soon":    {1500 * time.Millisecond, []string{"1.805s holds 1", "3.805s ended 1", "3.805s judged 1: 1 held=true ours=false "}, true},
		"never":   {time.Hour, []string{"5.305s holds 1", "7.305s ended 1", "7.305s judged 1: 1 held=true ours=false "}, true},
	} {
		got := play(t, ramp.NewSearch(ramp.SearchConfig{Start: 1, Max: 2, Hold: 2 * s1, Duration: 5 * s1}), func(s *scene) {
			s.Fleet, s.people.takes = nil, c.takes
			s.Judge = func(context.Context, int) (bool, bool, []string) { return true, false, nil }
		})
		lines := got.diary.lines(false)
		if diff := cmp.Diff(c.want, lines[3:6]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if cut := got.Walk.(*ramp.Search).Result().Cut; cut != c.cut {
			t.Errorf("%s: cut %v\n%s", name, cut, strings.Join(lines, "\n"))
		}
	}
}

// TestSearchDownToNobody: before a load that failed is tried again where none has held, all leave.
func TestSearchDownToNobody(t *testing.T) {
	var left int
	c := play(t, ramp.NewSearch(ramp.SearchConfig{Start: 4, Max: 4, Hold: 2 * s1}), func(c *scene) {
		c.Fleet, c.Witnesses = nil, 1
		c.Witness = func(ctx context.Context, _ crowd.Seat) { <-ctx.Done() }
		c.Judge = func(context.Context, int) (bool, bool, []string) {
			left = len(c.people.left)
			return false, false, []string{"why"}
		}
	})
	if left < 1 || len(c.people.all) < 4 || len(c.diary.lines(false)) < 8 {
		t.Errorf("%d left before the second try, %d came\n%s", left, len(c.people.all), strings.Join(c.diary.lines(false), "\n"))
	}
	for _, line := range c.diary.lines(true) {
		if strings.Contains(line, "crowd of 2: 1s") && !strings.Contains(line, "wanted 0") {
			t.Error(line)
		}
	}
}

// TestOurLimit: when the judge says twice that we were the limit, that is the end.
func TestOurLimit(t *testing.T) {
	c := play(t, ramp.NewSearch(ramp.SearchConfig{Hold: 2 * s1}), func(c *scene) {
		c.Fleet = nil
		c.Judge = func(context.Context, int) (bool, bool, []string) { return false, true, []string{"cpu"} }
	})
	var judged []string
	for _, line := range c.diary.lines(false) {
		if _, said, ok := strings.Cut(line, " judged "); ok {
			judged = append(judged, said)
		}
	}
	want := []string{"1: 10 held=false ours=true cpu", "3: 10 held=false ours=true cpu"}
	if !slices.Equal(judged, want) || !c.Walk.(*ramp.Search).Result().Ours {
		t.Errorf("%q", judged)
	}
}

// TestJudgeWithoutAnswer: a judge is not waited for for ever.
func TestJudgeWithoutAnswer(t *testing.T) {
	c := play(t, ramp.NewSearch(ramp.SearchConfig{Start: 1, Max: 1, Hold: s1}), func(c *scene) {
		c.Fleet, c.Scale = nil, 0.5
		c.Judge = func(ctx context.Context, _ int) (bool, bool, []string) {
			<-ctx.Done()
			return false, true, nil
		}
	})
	if want := 2*(s1+5*time.Millisecond+5*s1) + 3*s1; c.took != want {
		t.Errorf("took %v, want %v", c.took, want)
	}
}

// TestPublishers: where there is no crowd the walk is one of publishers, each of a stream of its own.
func TestPublishers(t *testing.T) {
	c := play(t, along(t, "0:1,2s:3,4s:1"), func(c *scene) { c.Crowd, c.Streams = nil, streams(3) })
	want := []string{
		"300ms phase start", "300ms phase storm",
		"300ms step 1 publishers stage 1..3 over 2s hold 0s", "2.3s holds 1", "2.3s ended 1",
		"2.3s step 2 publishers stage 3..1 over 2s hold 0s", "4.3s holds 2", "4.3s ended 2", "4.3s phase end",
	}
	if diff := cmp.Diff(want, c.diary.lines(false)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var got []string
	for _, b := range c.ships.all {
		got = append(got, fmt.Sprintf("%s %s %s %v", b.Key, b.Stream, b.Actor, b.Due))
	}
	if diff := cmp.Diff([]string{
		"live/s0 s0 pub/live/s0 300ms", "live/s1 s1 pub/live/s1 1.3s", "live/s2 s2 pub/live/s2 2.3s",
	}, got); diff != "" || len(c.ships.berths) != 1 {
		t.Errorf("%d stay (-want +got)\n%s", len(c.ships.berths), diff)
	}
}

// TestPublishersFirst: the publishers of a crowd's streams come one after the other, and are waited for, but not for ever.
func TestPublishersFirst(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*scene)
		storm  string
	}{
		"at our pace":      {func(c *scene) { c.Streams = streams(501) }, "1.5s phase storm"},
		"players dawdle":   {func(c *scene) { c.Arrivals = ramp.Arrivals{Rate: 1, Even: true} }, "520ms phase storm"},
		"one is refused":   {func(c *scene) { c.ships.refuse = 1 }, "10.32s phase storm"},
		"all are refused":  {func(c *scene) { c.ships.refuse = 2; c.Scale = 2 }, "20.32s phase storm"},
		"nobody publishes": {func(c *scene) { c.Fleet = nil }, "300ms phase storm"},
	} {
		got := play(t, ramp.NewHold(0, ramp.Arrivals{}, s1), c.change)
		if lines := got.diary.lines(false); lines[1] != c.storm {
			t.Errorf("%s: %q, want %q", name, lines[1], c.storm)
		}
	}
}

// TestSeats: players are spread over the streams, the witnesses of each come first and leave last, and nobody has the name of one who has left.
func TestSeats(t *testing.T) {
	var witnessed []string
	var mu sync.Mutex
	mix, err := ramp.NewMix(1, ramp.Share{Manner: load.Slow, Part: 1, Rate: 5000})
	if err != nil {
		t.Fatal(err)
	}
	c := play(t, along(t, "0:5,2s:5,2s:1,4s:1,4s:4,5s:4,5s:1,6s:1"), func(c *scene) {
		c.Witnesses, c.Mix = 1, mix
		c.Witness = func(ctx context.Context, seat crowd.Seat) {
			began := c.diary.Now()
			<-ctx.Done()
			mu.Lock()
			defer mu.Unlock()
			witnessed = append(witnessed, fmt.Sprintf("%s %s %v..%v", seat.Actor, seat.Manner, began, c.diary.Now()))
		}
	})
	slices.Sort(witnessed)
	if diff := cmp.Diff([]string{
		"play/live/s0/0 prompt 520ms..6.52s", "play/live/s1/0 prompt 520ms..2.52s", "play/live/s1/2 prompt 4.52s..5.52s",
	}, witnessed); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(c.people.seated) > 0 {
		t.Errorf("%v have stayed", c.people.seated)
	}
	var got []string
	for _, s := range c.people.all {
		got = append(got, fmt.Sprintf("%s %s %s %d %v", s.Key, s.Actor, s.Manner, s.Rate, s.Due))
	}
	if diff := cmp.Diff([]string{
		"live/s0 play/live/s0/1 slow 5000 520ms", "live/s1 play/live/s1/1 slow 5000 520ms", "live/s0 play/live/s0/2 slow 5000 520ms",
		"live/s0 play/live/s0/3 slow 5000 4.52s", "live/s1 play/live/s1/3 slow 5000 4.52s",
	}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestWitnessesAreOnTime: a witness begins when it is due.
func TestWitnessesAreOnTime(t *testing.T) {
	var began []time.Duration
	var mu sync.Mutex
	play(t, along(t, "0:1,2s:3"), func(c *scene) {
		c.Witnesses, c.Fleet = load.AllWitnesses, nil
		c.Witness = func(ctx context.Context, seat crowd.Seat) {
			mu.Lock()
			defer mu.Unlock()
			began = append(began, c.diary.Now(), seat.Due)
		}
	})
	if diff := cmp.Diff([]time.Duration{300e6, 300e6, 1300e6, 1300e6, 2300e6, 2300e6}, began); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestDownAndUpAtOnce: where players have to leave and others come at nearly the same time, those leave that were there.
func TestDownAndUpAtOnce(t *testing.T) {
	c := play(t, along(t, "0:3,1s:3,1s:1,1001ms:3,2s:3"), func(c *scene) { c.Fleet, c.Streams = nil, streams(1) })
	var stay []string
	for _, s := range c.people.seated {
		stay = append(stay, s.Actor)
	}
	if diff := cmp.Diff([]string{"play/live/s0/0", "play/live/s0/3", "play/live/s0/4"}, stay); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestEndedBefore: however far a run is when it is ended, it tells why, and all of it is gone.
func TestEndedBefore(t *testing.T) {
	for name, c := range map[string]struct {
		at    time.Duration
		cause error
		want  []string
	}{
		"before it began":      {0, load.ErrInterrupted, []string{"300ms phase start", "300ms interrupted", "300ms phase end"}},
		"while they publish":   {10 * time.Millisecond, load.ErrServerDead, []string{"300ms phase start", "310ms stopped server-dead", "310ms phase end"}},
		"while they come":      {s1, load.ErrInterrupted, []string{"500ms step 1 players search 2..2 over 1s hold 2s", "1.3s interrupted", "1.3s phase end"}},
		"while it is measured": {2 * s1, load.ErrFailFast, []string{"1.5s holds 1", "2.3s stopped fail-fast", "2.3s phase end"}},
		"while it is judged":   {4 * s1, load.ErrInterrupted, []string{"3.5s ended 1", "4.3s interrupted", "4.3s phase end"}},
		"between":              {9 * s1, load.ErrInterrupted, []string{"8.5s holds 2", "9.3s interrupted", "9.3s phase end"}},
	} {
		a := ramp.Arrivals{Rate: 2, Even: true}
		got := play(t, ramp.NewSearch(ramp.SearchConfig{Start: 2, Max: 2, Hold: 2 * s1, Arrivals: a}), func(s *scene) {
			s.cause, s.endAt, s.Streams, s.Arrivals = c.cause, c.at, streams(1), a
			s.Judge = func(ctx context.Context, _ int) (bool, bool, []string) {
				timer := time.NewTimer(5 * s1)
				defer timer.Stop()
				select {
				case <-timer.C:
				case <-ctx.Done():
				}
				return false, false, nil
			}
		})
		lines := got.diary.lines(false)
		if diff := cmp.Diff(c.want, lines[max(0, len(lines)-len(c.want)):]); diff != "" || got.err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", name, got.err, diff)
		}
	}
}

// TestSentHome: players go before publishers, also when the run is interrupted, and it waits for both, and for what goes on beside.
func TestSentHome(t *testing.T) {
	for name, cause := range map[string]error{"at its end": nil, "interrupted": load.ErrInterrupted} {
		var order []string
		var mu sync.Mutex
		note := func(what string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, what)
		}
		c := play(t, ramp.NewHold(3, ramp.Arrivals{}, s1), func(c *scene) {
			c.cause, c.endAt = cause, 220*time.Millisecond+s1/2
			c.Witnesses = 1
			c.Witness = func(ctx context.Context, seat crowd.Seat) {
				<-ctx.Done()
				time.Sleep(5 * s1)
				note("a witness")
			}
			c.people.slow, c.people.ended = 4*s1, func() { note("the crowd") }
			c.ships.slow, c.ships.ended = 2*s1, func() { note("the fleet") }
			c.Beside = func(ctx context.Context, over <-chan struct{}) {
				if lines := c.diary.lines(false); lines[1] != "520ms phase storm" {
					t.Errorf("begun after %q", lines)
				}
				<-over
				if (ctx.Err() != nil) != (cause != nil) {
					t.Errorf("%s: %v", name, ctx.Err())
				}
				time.Sleep(20 * s1)
				note("what is beside")
			}
		})
		storm := s1
		if cause != nil {
			storm /= 2
		}
		if want := 220*time.Millisecond + storm + 20*s1; c.took != want {
			t.Errorf("%s: took %v, want %v", name, c.took, want)
		}
		if !slices.Equal(order, []string{"a witness", "a witness", "the crowd", "the fleet", "what is beside"}) {
			t.Errorf("%s: %q", name, order)
		}
	}
}

// TestPartFails: when what plays or publishes fails, the run is over, and says so.
func TestPartFails(t *testing.T) {
	fails := errors.New("no epoll")
	for _, of := range []func(*scene) *part{func(c *scene) *part { return &c.people.part }, func(c *scene) *part { return &c.ships.part }} {
		c := play(t, ramp.NewHold(2, ramp.Arrivals{}, time.Hour), func(c *scene) { of(c).fails = fails })
		if !errors.Is(c.err, fails) || c.took > s1 {
			t.Errorf("%v after %v", c.err, c.took)
		}
		lines := c.diary.lines(false)
		if last := lines[len(lines)-1]; !strings.HasSuffix(last, "phase end") || strings.Contains(strings.Join(lines, " "), "stopped") {
			t.Errorf("%q", lines)
		}
	}
}

func TestValidate(t *testing.T) {
	for says, r := range map[string]Run{
		"neither a crowd nor a fleet":  {Walk: ramp.NewHold(1, ramp.Arrivals{}, s1), Streams: streams(1)},
		"1 streams for 2 publishers":   {Walk: ramp.NewHold(2, ramp.Arrivals{}, s1), Streams: streams(1), Fleet: &ships{}},
		"0 streams for 2 publishers":   {Walk: ramp.NewHold(2, ramp.Arrivals{}, s1), Crowd: &people{}},
		"witnesses and nobody to play": {Walk: ramp.NewHold(1, ramp.Arrivals{}, s1), Streams: streams(1), Crowd: &people{}, Witnesses: 1},
	} {
		if err := r.Run(t.Context()); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
