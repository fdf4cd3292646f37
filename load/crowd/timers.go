package crowd

import "time"

// timers is a heap of players by when each wants to be called, the earliest first. A player stands in it once or not at all.
type timers struct {
	heap []*player
}

// set makes p be called at.
func (t *timers) set(p *player, at time.Duration) {
	p.at = at
	if p.place == 0 {
		t.heap = append(t.heap, p)
		p.place = int32(len(t.heap))
	}
	t.up(int(p.place) - 1)
	t.down(int(p.place) - 1)
}

// stop makes p not be called.
func (t *timers) stop(p *player) {
	if p.place == 0 {
		return
	}
	i, last := int(p.place)-1, len(t.heap)-1
	t.swap(i, last)
	t.heap[last] = nil
	t.heap = t.heap[:last]
	p.place = 0
	if i < last {
		t.up(i)
		t.down(i)
	}
}

// due takes the first player whose time has come, nil if there is none.
func (t *timers) due(now time.Duration) *player {
	if len(t.heap) == 0 || t.heap[0].at > now {
		return nil
	}
	p := t.heap[0]
	t.stop(p)
	return p
}

// next is when somebody wants to be called.
func (t *timers) next() (time.Duration, bool) {
	if len(t.heap) == 0 {
		return 0, false
	}
	return t.heap[0].at, true
}

func (t *timers) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if t.heap[parent].at <= t.heap[i].at {
			return
		}
		t.swap(i, parent)
		i = parent
	}
}

func (t *timers) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.heap); child++ {
			if t.heap[child].at < t.heap[least].at {
				least = child
			}
		}
		if least == i {
			return
		}
		t.swap(i, least)
		i = least
	}
}

func (t *timers) swap(i, j int) {
	t.heap[i], t.heap[j] = t.heap[j], t.heap[i]
	t.heap[i].place, t.heap[j].place = int32(i+1), int32(j+1)
}
