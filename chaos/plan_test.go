package chaos

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/profile"
)

func planOf(t *testing.T, seed int64, change func(*Spec)) Plan {
	t.Helper()
	s := DefaultSpec()
	s.Load.Seed = seed
	if change != nil {
		change(&s)
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	return NewPlan(s, func(i int) string { return fmt.Sprint("s", i) }, func(s string) string { return "live/" + s })
}

func drawn(p Plan, key, n int) []Cycle {
	draw := p.Cycles(key)
	cycles := make([]Cycle, n)
	for i := range cycles {
		cycles[i], _ = draw.Next()
		cycles[i].departure = Departure{}
	}
	return cycles
}

func TestPlanHangsOnSeedAlone(t *testing.T) {
	mixed := func(s *Spec) { s.Gap = Gap{To: 200 * time.Millisecond} }
	a, b, other := planOf(t, 7, mixed), planOf(t, 7, mixed), planOf(t, 8, mixed)
	for key := range 5 {
		if diff := cmp.Diff(drawn(a, key, 40), drawn(b, key, 40), cmp.AllowUnexported(Cycle{}), cmp.Comparer(func(x, y Departure) bool { return x.Name == y.Name })); diff != "" {
			t.Errorf("key %d: the same seed drew other cycles:\n%s", key, diff)
		}
	}
	if one, two := mustJSON(t, a.Print()), mustJSON(t, b.Print()); one != two {
		t.Error("the same seed printed two plans")
	}
	if one, two := mustJSON(t, a.Print()), mustJSON(t, other.Print()); one == two {
		t.Error("another seed printed the same plan")
	}
}

func TestMoreKeysMoveNobody(t *testing.T) {
	few, many := planOf(t, 3, nil), planOf(t, 3, func(s *Spec) { s.Load.Streams, s.Load.Players = 8, 9 })
	for key := range 5 {
		a, b := drawn(few, key, 30), drawn(many, key, 30)
		for i := range a {
			if a[i].Leave != b[i].Leave || a[i].Gap != b[i].Gap {
				t.Fatalf("key %d cycle %d: %v became %v when streams and players were added", key, i, a[i], b[i])
			}
		}
		for i, p := range few.Load.Keys[key].Players {
			if q := many.Load.Keys[key].Players[i]; p != q {
				t.Errorf("player %v became %v when players were added", p, q)
			}
		}
	}
}

func TestNamesMoveNobody(t *testing.T) {
	s := DefaultSpec()
	s.Load.Seed = 5
	key := func(s string) string { return "live/" + s }
	a := NewPlan(s, func(i int) string { return fmt.Sprint("fs-aaaa-", i) }, key)
	b := NewPlan(s, func(i int) string { return fmt.Sprint("fs-bbbb-", i) }, key)
	for i := range a.Load.Keys {
		for n := range a.Load.Keys[i].Players {
			if a.Load.Keys[i].Players[n].StartAt != b.Load.Keys[i].Players[n].StartAt {
				t.Errorf("a run id moved the start of player %d of key %d", n, i)
			}
		}
	}
}

func TestEveryDepartureIsDrawnByWeight(t *testing.T) {
	p := planOf(t, 1, func(s *Spec) { s.Leave, _ = ParseLeave("fin,rst=3"); s.Live = time.Millisecond })
	count := map[string]int{}
	for _, c := range drawn(p, 0, 4000) {
		count[c.Leave]++
	}
	if count["fin"] < 800 || count["fin"] > 1200 || count["fin"]+count["rst"] != 4000 {
		t.Errorf("fin,rst=3 drew %v of 4000; want about 1000 and 3000", count)
	}
}

func TestContendersComeOnEveryFourthCycle(t *testing.T) {
	p := planOf(t, 1, func(s *Spec) { s.Contenders = 2 })
	for key := range 5 {
		n := 0
		for _, c := range drawn(p, key, 40) {
			n += c.Contenders
		}
		if n != 20 {
			t.Errorf("key %d: %d contenders in 40 cycles, want 2 on each tenth", key, n)
		}
	}
	short := planOf(t, 1, func(s *Spec) { s.Live = 50 * time.Millisecond })
	for _, c := range drawn(short, 0, 40) {
		if c.Contenders != 0 {
			t.Error("a contender in a life too short to have a middle")
		}
	}
}

func TestSweepReachesEveryRungBothWays(t *testing.T) {
	p := planOf(t, 1, func(s *Spec) {
		s.Gap = Gap{To: 100 * time.Millisecond, Sweep: true}
		s.Load.Duration = 20 * time.Second
	})
	for key := range 2 {
		seen := map[time.Duration]int{}
		last := time.Hour
		for _, c := range drawn(p, key, 40) {
			if c.Gap > last {
				t.Fatalf("key %d: gap %v after %v; a sweep walks down", key, c.Gap, last)
			}
			last = c.Gap
			seen[c.Gap]++
			if c.Armed != (key%2 == 0) {
				t.Errorf("key %d: armed %v", key, c.Armed)
			}
		}
		if len(seen) != 8 {
			t.Errorf("key %d saw %d rungs of 8: %v", key, len(seen), seen)
		}
	}
}

func TestSpecSaysAllProblemsAtOnce(t *testing.T) {
	s := DefaultSpec()
	s.Load.Streams, s.Live, s.Contenders, s.StuckAfter = 0, 0, -1, time.Millisecond
	err := s.Validate()
	for _, want := range []string{"--streams 0", "--live 0s", "--contenders -1", "--stuck-after 1ms"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no word about %s in: %v", want, err)
		}
	}
	s = DefaultSpec()
	s.Gap = Gap{To: 5 * time.Second, Sweep: true}
	if err := s.Validate(); err == nil || !strings.Contains(err.Error(), "--duration") {
		t.Errorf("a sweep longer than the run was taken: %v", err)
	}
}

func TestTheProductIsBoundedToo(t *testing.T) {
	s := DefaultSpec()
	s.Load.Streams, s.Load.Players = 4000, 5000
	if err := s.Validate(); err == nil || !strings.Contains(err.Error(), "20004000 connections") {
		t.Errorf("20 million connections: %v", err)
	}
	// What is printed of the largest plan stays far below what a history's header may have.
	big := planOf(t, 1, func(s *Spec) { s.Load.Streams, s.Load.Players = 10, 9000 })
	if n := len(mustJSON(t, big.Print())); n > 1<<20 {
		t.Errorf("a plan of 10 x 9000 prints %d bytes", n)
	}
	if n := len(big.Load.Keys[0].Players); n != 9000 {
		t.Errorf("printing cut the plan itself to %d players", n)
	}
}

func TestARangeNeedsItsLongestGap(t *testing.T) {
	s := DefaultSpec()
	s.Gap, s.Load.Duration = Gap{To: 3 * time.Second}, 2*time.Second
	if err := s.Validate(); err == nil || !strings.Contains(err.Error(), "--duration 2s is too short") {
		t.Errorf("--gap 0..3s in 2 s: %v", err)
	}
}

func TestVanishNeedsItsTime(t *testing.T) {
	p := &profile.Profile{Name: "srs", Idle: profile.IdleBound{FirstWithin: 20 * time.Second, First: 25 * time.Second, Later: 10 * time.Second}}
	s := DefaultSpec()
	s.Leave, _ = ParseLeave("vanish")
	if err := s.ValidateFor(p); err == nil || !strings.Contains(err.Error(), "25.5s or more") {
		t.Errorf("10 s of vanishing at a server that takes 25 s: %v", err)
	}
	s.Load.Duration = 30 * time.Second
	if err := s.ValidateFor(p); err != nil {
		t.Error(err)
	}
}

func TestParseLeave(t *testing.T) {
	for _, bad := range []string{"", "quit", "fin,fin", "fin=0", "fin=x", "fin=-1", "fin,,rst", "fin=9999999999"} {
		if l, err := ParseLeave(bad); err == nil {
			t.Errorf("ParseLeave(%q) = %v", bad, l)
		}
	}
	l, err := ParseLeave("unpublish, fin=2,vanish")
	if err != nil || l.String() != "unpublish,fin=2,vanish" {
		t.Errorf("got %q, %v", l.String(), err)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(errors.Join(err))
	}
	return string(b)
}
