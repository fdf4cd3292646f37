package steady

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flvstorm/flvstorm/load/crowd"
	"github.com/flvstorm/flvstorm/load/fleet"
	"github.com/flvstorm/flvstorm/load/ramp"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

const s1 = time.Second

// diary is a Sink whose clock began an odd time ago. It says each event in a line.
type diary struct {
	*historytest.Notes
	offset time.Duration
}

func (d diary) Now() time.Duration { return d.Notes.Now() + d.offset }

func (d diary) Record(e history.Event) {
	if e.At == 0 {
		e.At = d.Now()
	}
	d.Notes.Record(e)
}

// lines says all events; samples only where they are asked for.
func (d diary) lines(samples bool) []string {
	var out []string
	for _, e := range d.All() {
		var said string
		switch p := e.What.(type) {
		case history.Phase:
			said = "phase " + p.Name
		case history.Stopped:
			said = "stopped " + p.Why
		case history.LoadStep:
			said = fmt.Sprintf("step %d %s %s %d..%d over %v hold %v", p.Step, p.Of, p.Why, p.From, p.To, p.Over, p.Hold)
		case history.LoadHolds:
			said = fmt.Sprintf("holds %d", p.Step)
		case history.LoadStepEnded:
			said = fmt.Sprintf("ended %d", p.Step)
		case history.LoadJudged:
			said = fmt.Sprintf("judged %d: %d held=%v ours=%v %s", p.Step, p.Load, p.Held, p.Ours, strings.Join(p.Why, ", "))
		case history.CrowdSample:
			said = fmt.Sprintf("crowd of %d: %v, wanted %d, joined %d, left %d", p.Step, p.For, p.Wanted, p.Joined, p.Left)
		case history.FleetSample:
			said = fmt.Sprintf("fleet of %d: %v, publishing %d", p.Step, p.For, p.Publishing)
		case history.SelfSample:
			said = fmt.Sprintf("self of %d: %v", p.Step, p.For)
		default:
			said = p.Kind()
		}
		if _, _, sampled := strings.Cut(said, " of "); !sampled || samples {
			out = append(out, fmt.Sprintf("%v %s", e.At, said))
		}
	}
	return out
}

// part is what runs until its context ends.
type part struct {
	ran   chan struct{}
	over  chan struct{}
	slow  time.Duration // it takes to end
	ended func()
	fails error // what Run returns at once
}

func newPart() part { return part{ran: make(chan struct{}), over: make(chan struct{})} }

func (p *part) Run(ctx context.Context) error {
	close(p.ran)
	defer close(p.over)
	if p.fails != nil {
		return p.fails
	}
	<-ctx.Done()
	time.Sleep(p.slow)
	if p.ended != nil {
		p.ended()
	}
	return nil
}

// people is a crowd that notes who came and left when.
type people struct {
	part
	sink  history.Sink
	joins time.Duration // how long it takes to take somebody in

	mu     sync.Mutex
	all    []crowd.Seat // that ever joined
	seated []crowd.Seat
	left   []time.Duration
	early  time.Duration // the most by which somebody was handed over before he was due
	late   time.Duration // and after
	takes  time.Duration // from when somebody is due until he has come
	sample history.CrowdSample
}

func (p *people) Join(s crowd.Seat) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all, p.seated = append(p.all, s), append(p.seated, s)
	p.early, p.late = max(p.early, s.Due-p.sink.Now()), max(p.late, p.sink.Now()-s.Due)
	p.sample.Joined++
	if p.joins > 0 {
		time.Sleep(p.joins)
	}
}

func (p *people) Leave(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seated = p.seated[:len(p.seated)-n]
	p.left = append(p.left, p.sink.Now())
	p.sample.Left += int64(n)
}

func (p *people) Sample() []history.CrowdSample {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.sample
	p.sample = history.CrowdSample{}
	out.Manner, out.Wanted = "prompt", len(p.seated)
	return []history.CrowdSample{out}
}

func (p *people) Coming() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, s := range p.seated {
		if p.sink.Now() < s.Due+p.takes {
			n++
		}
	}
	return n
}

func (p *people) dues() []time.Duration {
	var out []time.Duration
	for _, s := range p.all {
		out = append(out, s.Due)
	}
	return out
}

// ships is a fleet of which each is accepted some time after it is due, but for the last few.
type ships struct {
	part
	sink   history.Sink
	takes  time.Duration
	refuse int

	mu     sync.Mutex
	all    []fleet.Berth
	berths []fleet.Berth
}

func (f *ships) Join(b fleet.Berth) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all, f.berths = append(f.all, b), append(f.berths, b)
}

func (f *ships) Leave(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.berths = f.berths[:len(f.berths)-n]
}

func (f *ships) Publishing() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, b := range f.berths {
		if f.sink.Now() >= b.Due+f.takes {
			n++
		}
	}
	return min(n, max(0, len(f.berths)-f.refuse))
}

func (f *ships) Sample() history.FleetSample { return history.FleetSample{Publishing: f.Publishing()} }

// mirror watches the generator.
type mirror struct{ part }

func (m *mirror) Run(ctx context.Context)    { _ = m.part.Run(ctx) }
func (m *mirror) Sample() history.SelfSample { return history.SelfSample{} }

// scene is a run with made-up parts.
type scene struct {
	Run
	diary  diary
	people *people
	ships  *ships
	mirror *mirror

	cause error         // ends the run,
	endAt time.Duration // so long after its beginning
	err   error         // what Run returned
	took  time.Duration
}

// streams are n of them.
func streams(n int) []Stream {
	var out []Stream
	for i := range n {
		name := fmt.Sprintf("s%d", i)
		out = append(out, Stream{Key: "live/" + name, Stream: name, URL: "http://h/live/" + name + ".flv"})
	}
	return out
}

// play makes a run in a bubble. The run's clock is 300 ms ahead of the bubble's.
func play(t *testing.T, walk ramp.Walk, change func(*scene)) *scene {
	t.Helper()
	var c *scene
	synctest.Test(t, func(t *testing.T) {
		d := diary{historytest.New(), 300 * time.Millisecond}
		c = &scene{
			diary: d, people: &people{part: newPart(), sink: d}, ships: &ships{part: newPart(), sink: d, takes: 200 * time.Millisecond},
			mirror: &mirror{newPart()},
		}
		c.Run = Run{Sink: d, Walk: walk, Streams: streams(2), Seed: 1, Crowd: c.people, Fleet: c.ships, Self: c.mirror}
		if change != nil {
			change(c)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		if c.cause != nil {
			defer time.AfterFunc(c.endAt, func() { cancel(c.cause) }).Stop()
		}
		c.err = c.Run.Run(ctx)
		c.took = d.Notes.Now()
		c.checkWindows(t)
		c.checkOver(t)
	})
	return c
}

// checkOver holds that all that was begun is over.
func (c *scene) checkOver(t *testing.T) {
	t.Helper()
	for name, p := range map[string]struct {
		*part
		had bool
	}{"crowd": {&c.people.part, c.Crowd != nil}, "fleet": {&c.ships.part, c.Fleet != nil}, "self": {&c.mirror.part, c.Self != nil}} {
		if !p.had {
			continue
		}
		select {
		case <-p.over:
		default:
			t.Errorf("%s is not over", name)
		}
	}
}

// checkWindows holds that windows have neither holes nor overlaps, that none is longer than a second, and that none goes on where a step
// begins, holds or ends, but for the first few ms.
func (c *scene) checkWindows(t *testing.T) {
	t.Helper()
	from := map[string]time.Duration{}
	for _, e := range c.diary.All() {
		var length time.Duration
		switch p := e.What.(type) {
		case history.CrowdSample:
			length = p.For
		case history.FleetSample:
			length = p.For
		case history.SelfSample:
			length = p.For
		case history.LoadStep, history.LoadHolds, history.LoadStepEnded:
			if began, ok := from["crowd-sample"]; ok && e.At-began >= briefest {
				t.Errorf("a %s at %v amidst a window that began at %v", e.What.Kind(), e.At, began)
			}
			continue
		default:
			continue
		}
		kind := e.What.Kind()
		if _, ok := from[kind]; !ok {
			from[kind] = c.diary.offset
		}
		if e.At-length != from[kind] || length <= 0 || length > s1+briefest+c.people.joins && kind != "self-sample" {
			t.Errorf("a %s at %v of %v, the one before ended at %v", kind, e.At, length, from[kind])
		}
		from[kind] = e.At
	}
}
