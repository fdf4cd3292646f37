package check

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

var policiesOfLocks = []string{"exclusive", "grace", "takeover", "unknown"}

// seeds are those of the property tests: the same ones always, some of which once showed a fault, and one of its own for this run.
func seeds(t *testing.T) []uint64 {
	own := rand.Uint64()
	t.Logf("the seed of this run is %d", own)
	return []uint64{1, 2, 3, 4, 5, 3637513388808832668, 8312810869788239722, 12610858993769423613, own}
}

// fit asks a lock whether acts can have happened.
func fit(policy string, acts []act) bool {
	l := lock{
		rules:    newLockRules(&profile.Profile{Policy: policy, Accept: "onstatus", Idle: profile.IdleBound{Later: time.Hour}}, 1),
		attempts: map[int64]*attempt{},
	}
	tries := make([]*attempt, len(acts))
	for i, a := range acts {
		try := &attempt{epoch: uint32(i + 1), fate: a.fate, sent: units(a.sent), came: units(a.came), wrote: true}
		if try.departed = a.left != forever; try.departed {
			try.departedAt, try.lastSent, try.how = units(a.left), units(a.left), "fin"
		}
		if a.fate == accepted && a.gone != a.left {
			try.how, try.proven, try.provenAt = "vanish", true, units(a.gone)
		}
		if a.fate == undecided {
			try.came = try.sent
		}
		tries[i] = try
		l.attempts[int64(i+1)] = try
		if a.fate == accepted || a.fate == undecided {
			l.own(try)
		}
	}
	for _, a := range tries {
		l.depart(a)
	}
	for i, a := range tries {
		if a.fate == refused && policy != "unknown" && !l.refuses(a, a.sent, a.came, -1) {
			return false
		}
		for _, b := range tries[:i] {
			if a.fate == accepted && b.fate == accepted {
				if clash, _ := l.clash(a, b, never); clash {
					return false
				}
			}
		}
	}
	return true
}

// The lock looks at intervals and never at an order. Porcupine tries all orders. They must say the same of every small history.
func TestLockAgainstPorcupine(t *testing.T) {
	const each = 1000
	for _, policy := range policiesOfLocks {
		t.Run(policy, func(t *testing.T) {
			disagree := func(acts []act) bool { return fit(policy, acts) != legal(policy, acts, 0) }
			yes, no := 0, 0
			for _, seed := range seeds(t) {
				r := rand.New(rand.NewPCG(seed, 0))
				for n := range each {
					acts := someActs(r)
					if disagree(acts) {
						least := smallest(acts, disagree)
						t.Fatalf("seed %d, history %d: the lock says %v, porcupine %v of\n%sand of no less than\n%s",
							seed, n, fit(policy, acts), legal(policy, acts, 0), told(acts), told(least))
					}
					if fit(policy, acts) {
						yes++
					} else {
						no++
					}
				}
			}
			// A test that never sees one of the two shows nothing.
			if all := yes + no; policy != "unknown" && (yes < all/20 || no < all/20) {
				t.Errorf("%d histories fit, %d don't", yes, no)
			}
		})
	}
}

// graceUnits is the grace of such a run, in half units, so that no refusal comes right at its end.
const graceUnits = 5

// played is acts as a run that a judge hears, all of one key.
func played(t *testing.T, policy string, acts []act) *script {
	s := newScript(t)
	p, _ := profile.Lookup("srs")
	q := *p
	q.Policy, q.Idle = policy, profile.IdleBound{Later: time.Hour}
	m, err := q.Map()
	if err != nil {
		t.Fatal(err)
	}
	s.header.Profile = m
	s.header.Judge = history.Judge{Grace: graceUnits * unit / 2, StuckAfter: 10 * unit}
	at := func(n int64) float64 { return float64(units(n)) / float64(time.Millisecond) }
	answer := func(n int64) float64 { return at(n) + 1 }
	s.length = 30 * time.Second
	for i, a := range acts {
		epoch := uint32(i + 1)
		o := try{id: fmt.Sprint(epoch)}
		switch a.fate {
		case accepted:
			s.accept(k0, epoch, at(a.sent), answer(a.came), o)
		case refused:
			s.refuse(k0, epoch, at(a.sent), answer(a.came), o)
		case undecided:
			s.undecided(k0, epoch, at(a.sent), at(a.left), o)
		case pending:
			s.sent(k0, epoch, at(a.sent), o)
		}
		if a.fate != accepted || a.left == forever {
			continue
		}
		how := "fin"
		if a.gone != a.left {
			how = "vanish"
			if a.gone != forever {
				s.ended(k0, epoch, at(a.gone), true)
			}
		}
		s.depart(k0, epoch, at(a.left), how)
	}
	return s
}

// errorsIn are the codes of the errors in a judgement.
func errorsIn(out Judgement) map[Code]bool {
	codes := map[Code]bool{}
	for _, f := range out.Findings {
		if f.Severity == Error {
			codes[f.Code] = true
		}
	}
	return codes
}

// without are the acts of every other fate.
func without(acts []act, f fate) []act {
	var out []act
	for _, a := range acts {
		if a.fate != f {
			out = append(out, a)
		}
	}
	return out
}

// The whole judgement finds two publishers where porcupine does, whatever else happens on the key.
func TestJudgeOfTwoPublishersAgainstPorcupine(t *testing.T) {
	for _, policy := range policiesOfLocks {
		t.Run(policy, func(t *testing.T) {
			for _, seed := range seeds(t) {
				r := rand.New(rand.NewPCG(seed, 1))
				for range 40 {
					acts := someActs(r)
					disagree := func(acts []act) bool {
						two := !legal(policy, without(acts, refused), 0)
						return errorsIn(played(t, policy, acts).judge())[DoublePublish] != two
					}
					if disagree(acts) {
						t.Fatalf("seed %d: they disagree on\n%sand on no less than\n%s", seed, told(acts), told(smallest(acts, disagree)))
					}
				}
			}
		})
	}
}

// The whole judgement finds an error in refusals where porcupine can't explain them by a server that notices each departure
// within the grace. Here the server answers at once: how long it may take to is another matter.
func TestJudgeOfRefusalsAgainstPorcupine(t *testing.T) {
	for _, policy := range []string{"exclusive", "grace"} {
		t.Run(policy, func(t *testing.T) {
			right, wrong := 0, 0
			for _, seed := range seeds(t) {
				r := rand.New(rand.NewPCG(seed, 2))
				for range 60 {
					acts := someActs(r)
					for i := range acts {
						a := &acts[i]
						for _, at := range []*int64{&a.sent, &a.left, &a.gone} {
							if *at != forever {
								*at++
							}
						}
						if a.came != forever {
							a.came = a.sent
						}
					}
					// A key that was never ours proves nothing.
					acts = append([]act{{fate: accepted, left: 1, gone: 1}}, acts...)
					explained := func(acts []act) bool { return legal(policy, halves(acts), graceUnits) }
					disagree := func(acts []act) bool {
						return len(acts) > 0 && acts[0].sent == 0 && legal(policy, without(acts, refused), 0) &&
							(len(errorsIn(played(t, policy, acts).judge())) == 0) != explained(acts)
					}
					if disagree(acts) {
						least := smallest(acts, disagree)
						t.Fatalf("seed %d: porcupine explains it: %v; the judgement of no less than\n%sis %s",
							seed, explained(acts), told(least), brief(played(t, policy, least).judge()))
					}
					if explained(acts) {
						right++
					} else {
						wrong++
					}
				}
			}
			if right < 20 || wrong < 20 {
				t.Errorf("%d explained, %d not", right, wrong)
			}
		})
	}
}

// halves are acts in half units.
func halves(acts []act) []act {
	acts = slices.Clone(acts)
	for i := range acts {
		for _, at := range []*int64{&acts[i].sent, &acts[i].came, &acts[i].left, &acts[i].gone} {
			if *at != forever {
				*at *= 2
			}
		}
	}
	return acts
}

// What the lock makes of histories that porcupine's units are too coarse for, or that it takes a whole run to see.
func TestWhatALockExplains(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"where the newest takes over, a live owner is no reason to refuse", func(s *script) {
			s.use("livego")
			s.accept(k0, 1, 100, 101)
			s.refuseAgain(k0, 2, 1000, 3000, "")
		}, "fail unexplained-refusal×9(live/s0)"},
		{"but one that then got in was only kept waiting", func(s *script) {
			s.use("livego")
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 1000, 1001)
			s.accept(k0, 3, 1500, 1501)
		}, "pass stream-busy/info×1(live/s0)"},
		{"one whose answer the history does not tell may have been the owner", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.sent(k0, 2, 600.1, try{})
			s.refuse(k0, 3, 3000, 3001, try{role: history.Contender})
			s.noEnd, s.length = true, 4*time.Second
		}, "inconclusive"},
		{"but not if it was sent only later", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 3000, 3001, try{role: history.Contender})
			s.sent(k0, 3, 3100, try{})
			s.noEnd, s.length = true, 4*time.Second
		}, "fail unexplained-refusal×1(live/s0)"},
		{"an owner explains a refusal also where another was let in later", func(s *script) {
			s.accept(k0, 1, 100, 101)
			conn := s.sent(k0, 3, 300, try{role: history.Contender})
			s.add(2000, k0, 3, "pub/"+k0, lateEvent{ms(301), history.PublishRefused{Role: history.Contender, Conn: conn, Sent: ms(300)}})
			s.accept(k0, 2, 500, 501, try{role: history.Contender})
			s.depart(k0, 2, 800)
			s.depart(k0, 1, 1000)
		}, "fail double-publish×1(live/s0)"},
		{"one that was cut off while another had the key never had it", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.undecided(k0, 2, 650, 5000, try{role: history.Contender})
			s.refuse(k0, 3, 3000, 3001)
			s.accept(k0, 4, 4000, 4001)
			s.depart(k0, 4, 8000)
		}, "fail unexplained-refusal×1(live/s0) slow-release<unexplained-refusal×1(live/s0)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}

// An owner is remembered as long as a publish is under way that it may have stood in the way of.
func TestALockForgets(t *testing.T) {
	l := lock{rules: newLockRules(&profile.Profile{Policy: "exclusive", Accept: "onstatus"}, 1), attempts: map[int64]*attempt{}}
	for i, at := range []float64{100, 700} {
		l.own(&attempt{epoch: uint32(i + 1), fate: accepted, sent: ms(at), came: ms(at + 1), departed: true, departedAt: ms(at + 50), how: "fin"})
	}
	waiting := &attempt{epoch: 3, fate: pending, sent: ms(140)}
	l.attempts[3] = waiting
	if l.forget(ms(9000), ms(100)); len(l.owners) != 2 || !l.owned(waiting, ms(140), ms(160)) {
		t.Errorf("forgotten, although a publish of its time is under way: %d owners", len(l.owners))
	}
	if l.forget(ms(9000), ms(140)); len(l.owners) != 1 {
		t.Errorf("%d owners are kept for a publish of which nothing more will be heard", len(l.owners))
	}
}

// A history may tell of more publishers at once than any run has. Each is looked at, and not with each other.
func TestManyOwnersAtOnce(t *testing.T) {
	s := newScript(t)
	j := New(s.header)
	const n = 3 * maxOwners
	for i := range n {
		at := time.Duration(i) * time.Millisecond
		j.Step(history.Event{At: at, Key: k0, Epoch: uint32(i + 1), What: history.PublishSent{Conn: int64(i + 1)}})
		j.Step(history.Event{At: at, Key: k0, Epoch: uint32(i + 1), What: history.PublishAccepted{Conn: int64(i + 1)}})
		if i%100 == 0 {
			j.Step(history.Event{At: at, What: history.Tick{}})
		}
	}
	if k := j.line.keys[k0]; len(k.owners) > maxOwners || len(k.attempts) > maxOwners {
		t.Errorf("%d owners and %d attempts kept", len(k.owners), len(k.attempts))
	}
	if f := j.Finish().Findings; len(f) == 0 || f[0].Code != DoublePublish || f[0].Count > maxRivals*n {
		t.Errorf("found %v", f)
	}
}
