package embedded

import (
	"sync"
	"time"
)

// meter counts bytes and says at what rate they went by lately.
type meter struct {
	mu    sync.Mutex
	total int64
	marks [2]mark // set by the first add; while somebody reads, the older one is at most 60 s old
}

type mark struct {
	at    time.Time
	total int64
}

// markEvery is the least time that a rate is averaged over; the name kbps.recv_30s in SRS's API says the same.
const markEvery = 30 * time.Second

func (m *meter) add(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.marks[0].at.IsZero() {
		m.marks[0].at = time.Now()
		m.marks[1] = m.marks[0]
	}
	m.total += int64(n)
}

// read returns the bytes counted, and the rate in kbit/s since the older mark.
func (m *meter) read(now time.Time) (total, kbps int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	since := m.marks[0]
	if !since.at.IsZero() && now.Sub(m.marks[1].at) >= markEvery {
		m.marks = [2]mark{m.marks[1], {now, m.total}}
	}
	if ms := now.Sub(since.at).Milliseconds(); ms > 0 && !since.at.IsZero() {
		kbps = (m.total - since.total) * 8 / ms
	}
	return m.total, kbps
}
