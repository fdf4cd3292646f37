package check

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// epochs are the publishes of one key by their number, as far back as a frame of one may still have to be judged.
type epochs struct {
	name     string
	attempts map[uint32]*attempt
	highest  uint32
	forgot   time.Duration // of all that was forgotten, a successor had been accepted by then
	most     int           // of how many it is asked which may be forgotten
	open     map[*viewing]bool
}

const (
	// fewEpochs are not worth forgetting, maxEpochs are the most that are kept whatever may still ask for them.
	fewEpochs = 8
	maxEpochs = 4096
	// longLeft is how long after a publish that nobody knows to have been accepted its turn is certainly over: the server may
	// come to it late.
	longLeft = time.Second
)

func newEpochs(name string) *epochs {
	return &epochs{name: name, attempts: map[uint32]*attempt{}, most: fewEpochs, open: map[*viewing]bool{}}
}

// add takes an attempt, or what has become of it.
func (m *media) add(k *epochs, a *attempt) {
	k.attempts[a.epoch] = a
	k.highest = max(k.highest, a.epoch)
	m.unheard = slices.DeleteFunc(m.unheard, func(p part) bool {
		return p.example.How == NeverSent && p.example.Key == k.name && p.example.Epoch == a.epoch && p.example.At >= a.sent
	})
	if len(k.attempts) > k.most {
		m.prune(k)
	}
}

// pending reports whether it may yet be heard what became of a.
func (m *media) pending(a *attempt) bool {
	return a != nil && a.fate == pending && m.line.now-a.sent < lost
}

// byOrder compares two publishes by when they were accepted, as far as that is known.
func byOrder(x, y *attempt) int {
	return cmp.Or(cmp.Compare(x.came, y.came), cmp.Compare(x.sent, y.sent), cmp.Compare(x.epoch, y.epoch))
}

// older reports whether x was certainly accepted before y. The order of epochs is that of their acceptance, which came
// at some time between the writing of `publish` and the answer. Two servers have no order between them.
func (m *media) older(x, y *attempt) bool {
	if x == y || apart(x, y) || y.fate != accepted && y.fate != undecided {
		return false
	}
	switch x.fate {
	case accepted:
		return x.came <= y.sent
	case undecided:
		return left(x)+m.line.scaled(longLeft) <= y.sent
	}
	return false
}

// successor is a publish that was accepted after e, and before v's GET, by when e had left: then nothing of e should come
// any more. Nil for none. Where a server goes on with the stream of a publisher that was lost, it is one stream.
func (m *media) successor(v *viewing, e *attempt) *attempt {
	var first *attempt
	for _, y := range v.key.attempts {
		if y.fate != accepted || y.came > v.get || left(e) > v.get || !m.older(e, y) || v.get == never {
			continue
		}
		if y.sent-left(e) <= m.profile.Resumes(e.how) && m.profile.Resumes(e.how) > 0 {
			return nil
		}
		if first == nil || byOrder(y, first) < 0 {
			first = y
		}
	}
	return first
}

// atOnce reports whether two publishes were live at the same time, for longer than a hand-over takes: one that was
// refused, if the other was when it tried.
func (m *media) atOnce(x, y *attempt) bool {
	if x.fate == refused || y.fate == refused {
		return sending(x) > y.sent && sending(y) > x.sent
	}
	if y.came < x.came {
		x, y = y, x
	}
	return min(sending(x), left(y))-y.came >= m.line.scaled(together)
}

// letIn reports whether two publishes were let in at once by a server that lets in one, which is a double-publish.
func (m *media) letIn(x, y *attempt) bool {
	if x.fate != accepted || y.fate != accepted || apart(x, y) {
		return false
	}
	clash, _ := x.key.clash(x, y, m.line.last)
	return clash
}

// apart reports whether two servers answered x and y: then there is no order between them, and no lock.
func apart(x, y *attempt) bool { return x.pid != y.pid && x.pid != "" && y.pid != "" }

// through reports whether h owned its key from before e tried until well after a frame of e came.
func (m *media) through(h, e *attempt, came time.Duration) bool {
	return h.fate == accepted && h.came <= e.sent && sending(h) >= came+m.line.scaled(together)
}

// prune forgets the publishes that no frame can be of any more without being old, whoever receives it: those that left
// before the oldest connection that is open asked, or came to the publish that it has now, and that had a successor then.
func (m *media) prune(k *epochs) {
	until := m.line.settled() - m.wait
	for v := range k.open {
		from := v.get
		if v.head != nil && (v.get == never || v.head.sent > from) {
			from = v.head.sent
		}
		if v.sort(); len(v.runs) > 0 {
			from = min(from, v.runs[0].first)
		}
		until = min(until, from)
	}
	m.forget(k, until, maxEpochs)
	k.most = min(max(2*len(k.attempts), fewEpochs), maxEpochs)
}

// forget forgets what left k before until, and of more than most the half, first those that nobody accepted.
func (m *media) forget(k *epochs, until time.Duration, most int) {
	var newest *attempt // accepted by then
	for _, y := range k.attempts {
		if y.fate == accepted && y.came <= until && (newest == nil || byOrder(y, newest) > 0) {
			newest = y
		}
	}
	if newest != nil {
		maps.DeleteFunc(k.attempts, func(_ uint32, x *attempt) bool {
			over := left(x)
			if !x.owner() {
				over = x.sent + lost // it may send for a while all the same
			}
			if over > min(until, newest.sent) || x.owner() && !m.older(x, newest) {
				return false
			}
			k.forgot = max(k.forgot, newest.came)
			return true
		})
	}
	if len(k.attempts) > most {
		byAge := slices.SortedFunc(maps.Values(k.attempts), func(x, y *attempt) int {
			if x.owner() != y.owner() {
				if x.owner() {
					return 1
				}
				return -1
			}
			return cmp.Or(cmp.Compare(x.sent, y.sent), cmp.Compare(x.epoch, y.epoch))
		})
		for _, x := range byAge[:len(byAge)-most/2] {
			delete(k.attempts, x.epoch)
		}
		k.forgot = never
	}
}

// owner reports whether a had its key, or may have.
func (a *attempt) owner() bool { return a.fate == accepted || a.fate == undecided }

// past is what the next case of a suite must know of a key's publishes, nil for nothing.
func (m *media) past(key string) *epochs {
	k := m.keys[key]
	if k == nil {
		return nil
	}
	p := newEpochs(key)
	p.attempts, p.highest, p.forgot = maps.Clone(k.attempts), k.highest, k.forgot
	m.forget(p, never, fewEpochs)
	return p
}

// since makes a key's publishes of the cases before known to this one.
func (m *media) since(p *epochs) {
	if p == nil || m.keys[p.name] != nil {
		return
	}
	k := m.key(p.name)
	maps.Copy(k.attempts, p.attempts)
	k.highest, k.forgot = p.highest, p.forgot
}
