package embedded

import (
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// mount is where the media of one publish goes, and who views it: the HTTP-FLV mount of a key. What the publisher sends
// is gathered by add and given to all viewers by deliver. No write waits for a viewer.
type mount struct {
	key *key // whose meters count

	mu      sync.Mutex
	viewers []*viewer
	ended   bool

	every     time.Duration // the least time between two deliveries
	delivered time.Time
	timer     *time.Timer // delivers later; nil until it is needed
	armed     bool

	opening  opening
	started  bool // a frame has come, so the opening is known
	keyframe bool // and a keyframe has come
	gather   gatherer
	gop      gopCache
}

func newMount(k *key) *mount {
	return &mount{key: k, every: k.rules.gather, gop: gopCache{max: k.rules.gopBytes}}
}

// join adds a viewer. If the stream has begun, it gets the opening and the group of pictures under way.
func (m *mount) join(v *viewer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v.slot = len(m.viewers)
	m.viewers = append(m.viewers, v)
	if m.started {
		m.open(v, m.gop.batches, m.opening.videoSeen)
	}
}

// open begins the stream of a viewer, with the lock held.
func (m *mount) open(v *viewer, batches []*batch, late bool) {
	first := m.opening.batch()
	if bug := m.key.rules.bug; bug != nil && bug.opening != nil {
		first = bug.opening(m, v)
	}
	m.key.sent.add(v.open(first, &m.opening, batches, late))
}

// leave takes a viewer off that is on the mount, if it still is.
func (m *mount) leave(v *viewer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v.slot >= len(m.viewers) || m.viewers[v.slot] != v {
		return
	}
	last := len(m.viewers) - 1
	m.viewers[v.slot] = m.viewers[last]
	m.viewers[v.slot].slot = v.slot
	m.viewers[last] = nil
	m.viewers = m.viewers[:last]
}

// add takes one message of the publisher. It goes out with the next flush.
func (m *mount) add(t flv.TagType, timestamp uint32, body []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended || len(body) == 0 {
		return
	}
	m.key.received.add(len(body))
	tag := flv.Tag{Type: t, Timestamp: timestamp, Size: len(body), Head: body[:min(len(body), 16)]}
	if slot := m.opening.slot(tag, body); slot != nil {
		// What came before goes out with the opening it was made for: deliver relies on it that all it has belongs to one.
		m.deliver()
		if t == flv.Video {
			m.gop.clear()
		}
		m.opening.fill(slot, body)
	}
	m.opening.see(t)
	if tag.IsMedia() {
		key := tag.Keyframe()
		if t == flv.Video && !key && !m.keyframe {
			return // nobody could decode it
		}
		m.keyframe = m.keyframe || key
		m.started = true
		m.key.frames.Add(1)
		if bug := m.key.rules.bug; bug != nil && bug.passes != nil && !bug.passes(m, &tag) {
			return
		}
		m.take(t, tag.Timestamp, body, key || !m.opening.videoSeen)
		return
	}
	if m.started {
		m.take(t, timestamp, body, false)
	}
}

// gatherBytes bounds what is held back until the next delivery is due. No stream within reason reaches it.
const gatherBytes = 1 << 20

// take gathers one tag, with the lock held.
func (m *mount) take(t flv.TagType, timestamp uint32, body []byte, entry bool) {
	m.gather.add(t, timestamp, body, entry)
	if bug := m.key.rules.bug; bug != nil && bug.framed != nil {
		bug.framed(m, m.gather.last(len(body)))
	}
	if m.gather.bytes > gatherBytes {
		m.deliver()
	}
}

// flush sees to it that what has been added goes to the viewers: now, or when enough time has passed since the last
// delivery. A write to each viewer for every frame costs more than everything else here.
func (m *mount) flush() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.armed || m.ended || m.gather.empty() {
		return
	}
	wait := m.every - time.Since(m.delivered)
	if wait <= 0 {
		m.deliver()
		return
	}
	m.armed = true
	if m.timer == nil {
		m.timer = time.AfterFunc(wait, m.flushLate)
		return
	}
	m.timer.Reset(wait)
}

// flushLate is flush when the time has come.
func (m *mount) flushLate() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.armed = false
	m.deliver()
}

// deliver gives the viewers what has been added, with the lock held.
func (m *mount) deliver() {
	batches := m.gather.take()
	if m.ended || len(batches) == 0 {
		return
	}
	for _, v := range m.viewers {
		if !v.opened {
			m.open(v, batches, false)
			continue
		}
		m.key.sent.add(v.write(&m.opening, batches))
	}
	for _, b := range batches {
		m.gop.add(b)
	}
	clear(batches)
	// From here and not from where it began: with so many viewers that a delivery takes longer than the time between two, the
	// next would follow at once, and the publisher and who joins would not get the lock between them.
	m.delivered = time.Now()
}

// end takes all viewers off the mount and ends those that have been served by last; it returns the others.
func (m *mount) end(last func(*viewer)) (unserved []*viewer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.deliver()
	m.ended = true
	if m.timer != nil {
		m.timer.Stop()
	}
	for _, v := range m.viewers {
		if v.opened {
			last(v)
		} else {
			unserved = append(unserved, v)
		}
	}
	m.viewers = nil
	m.gop.clear()
	return unserved
}

// viewed says whether anybody views it.
func (m *mount) viewed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.viewers) > 0
}

// appendClients appends the viewers to list.
func (m *mount) appendClients(list []*client) []*client {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.viewers {
		list = append(list, &v.client)
	}
	return list
}
