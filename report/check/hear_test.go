package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

// fates judges a script and says what was told of its attempts, one word an attempt in the order of their epochs.
func (s *script) fates() (string, Judgement) {
	s.t.Helper()
	j := New(s.header)
	var words []string
	j.Hear(func(f Fate) {
		word := fmt.Sprintf("%s#%d:%s:%s", f.Key, f.Epoch, f.Role, [...]string{"undecided", "accepted", "refused"}[f.End])
		if f.End == EndRefused {
			word += ":" + string(f.Class)
			if f.Rightly {
				word += ":rightly"
			}
			if f.By != ByNothing {
				word += ":by-" + string(f.By)
			}
		}
		if f.Back {
			word += fmt.Sprintf(":%s:%v", f.Left, f.Recovery)
		}
		words = append(words, word)
	})
	for i, e := range s.ordered() {
		e.Seq = int64(i + 1)
		j.Step(e)
	}
	out := j.Finish()
	slices.Sort(words)
	return strings.Join(words, " "), out
}

func TestFatesAreTold(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.refuse(k0, 2, 300, 302, try{role: history.Contender, id: "a"})
	s.log(303, "busy", "a", k0)
	s.depart(k0, 1, 1000, "rst")
	s.refuse(k0, 3, 1001, 1003, try{after: 1, id: "b"})
	s.log(1500, "duplicated", "b", k0) // long after the refusal
	s.refuse(k0, 4, 1100, 1102, try{try: 1, after: 1, wire: history.WireTimeout})
	s.accept(k0, 5, 1200, 1203, try{try: 2, after: 1})
	s.undecided(k1, 1, 100, 200)
	s.sent(k1, 2, 19_000, try{}) // nothing more is heard of it
	got, out := s.fates()
	want := "live/s0#1:owner:accepted live/s0#2:contender:refused:busy:rightly:by-id live/s0#3:owner:refused:duplicated:by-id " +
		"live/s0#4:owner:refused:timeout live/s0#5:owner:accepted:rst:202ms live/s1#1:owner:undecided live/s1#2:owner:undecided"
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if n := out.Outcome.Publish.Attempts + out.Outcome.Contenders.Attempts; n != 7 {
		t.Errorf("%d attempts were counted", n)
	}
}

// What the cases of a suite decide is told too, each attempt once.
func TestFatesOfCasesAreTold(t *testing.T) {
	s := newScript(t)
	for i, name := range []string{"one", "two"} {
		at := float64(1000 + 5000*i)
		s.add(at, "", 0, "run", history.Case{Name: name, State: "begin"})
		key := "live/" + name
		s.accept(key, 1, at+100, at+101)
		s.refuse(key, 2, at+200, at+201, try{role: history.Contender, id: name})
		s.log(at+1100, "busy", name, key) // after the case has ended
		s.add(at+1000, "", 0, "run", history.Case{Name: name, State: "end"})
	}
	got, _ := s.fates()
	want := "live/one#1:owner:accepted live/one#2:contender:refused:busy:rightly:by-id " +
		"live/two#1:owner:accepted live/two#2:contender:refused:busy:rightly:by-id"
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// A judge tells the same of a run whether or not anybody hears.
func TestHearingChangesNothing(t *testing.T) {
	s := newScript(t)
	next, at := s.cycles(k0, 1, 100, 4)
	s.refuseAgain(k0, next, at, at+3000, "busy")
	_, heard := s.fates()
	if got, want := brief(heard), brief(s.judge()); got != want {
		t.Errorf("heard %s, else %s", got, want)
	}
}
