package check

import (
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
}

const (
	// fewEpochs are not worth forgetting, maxEpochs are the most that are kept whatever may still ask for them.
	fewEpochs = 8
	maxEpochs = 4096
	// longLeft is how long after a publish that nobody knows to have been accepted its turn is certainly over: the server may
	// come to it late.
	longLeft = time.Second
)

func (k *epochs) add(a *attempt) {
	k.attempts[a.epoch] = a
	k.highest = max(k.highest, a.epoch)
}

// pending reports whether it may yet be heard what became of a.
func (m *media) pending(a *attempt) bool {
	return a != nil && a.fate == pending && m.line.now-a.sent < lost
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
		if first == nil || y.came < first.came {
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
func (m *media) prune() {
	low := map[*epochs]time.Duration{}
	for _, v := range m.open {
		from := v.get
		if v.head != nil && (v.get == never || v.head.sent > from) {
			from = v.head.sent
		}
		for _, r := range v.runs[:min(len(v.runs), 1)] {
			from = min(from, r.first)
		}
		if old, ok := low[v.key]; !ok || from < old {
			low[v.key] = from
		}
	}
	for _, k := range m.keys {
		if len(k.attempts) <= fewEpochs {
			continue
		}
		until := m.line.settled() - m.wait
		if from, ok := low[k]; ok {
			until = min(until, from)
		}
		m.forget(k, until)
	}
}

// forget forgets what left k before until.
func (m *media) forget(k *epochs, until time.Duration) {
	var newest *attempt // accepted by then
	for _, y := range k.attempts {
		if y.fate == accepted && y.came <= until && (newest == nil || y.came > newest.came) {
			newest = y
		}
	}
	if newest != nil {
		maps.DeleteFunc(k.attempts, func(_ uint32, x *attempt) bool {
			over := left(x)
			if x.fate == refused || x.fate == pending {
				over = x.sent + lost // it may send for a while all the same
			}
			if over > min(until, newest.sent) || (x.fate == accepted || x.fate == undecided) && !m.older(x, newest) {
				return false
			}
			k.forgot = max(k.forgot, newest.came)
			return true
		})
	}
	if len(k.attempts) > maxEpochs {
		byTime := slices.SortedFunc(maps.Values(k.attempts), func(x, y *attempt) int { return int(min(max(x.sent-y.sent, -1), 1)) })
		for _, x := range byTime[:len(byTime)-maxEpochs] {
			delete(k.attempts, x.epoch)
		}
		k.forgot = never
	}
}
