package check

import (
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// outage is a time in which the server was down, or answered nobody. What happens in it is a consequence.
type outage struct {
	code  Code // ServerCrashed, ServerHung or ServerRestarted
	from  time.Duration
	until time.Duration // never while it lasts; of one that is over, a grace after the server was back
	in    string        // the case of a suite in which it is a finding
	dying bool          // it was dead, and still looked as if it hung
}

// cutBefore is how long before a death was noticed its first connections may have broken: the kernel closes a dying
// process's sockets before its parent hears of it, and by URL it is noticed by the next probe.
const cutBefore = time.Second

// scaleOf is by how much slower than usual the server may be.
func scaleOf(j history.Judge) float64 {
	if j.TimeScale > 1 {
		return j.TimeScale
	}
	return 1
}

// maxScaled bounds what is scaled, whatever scale a file names.
const maxScaled = time.Hour

// scaled is a time that d of an ordinary server's may take this one. It is not for times that are ours.
func (t *timeline) scaled(d time.Duration) time.Duration { return scaled(d, t.scale) }

func scaled(d time.Duration, scale float64) time.Duration {
	return time.Duration(min(float64(d)*scale, float64(maxScaled)))
}

// outageAt is the outage that explains what happened at that time, nil for none. A death explains more than a hang.
func (t *timeline) outageAt(at time.Duration) *outage {
	var hang *outage
	for _, o := range t.outages {
		if at < o.from || at >= o.until {
			continue
		}
		if o.code != ServerHung {
			return o
		}
		if hang == nil {
			hang = o
		}
	}
	return hang
}

// dead reports whether the server died and is not back.
func (t *timeline) dead() bool {
	for _, o := range t.outages {
		if o.code != ServerHung && o.until == never {
			return true
		}
	}
	return false
}

// brokeAt reports whether a connection that broke at that time may have broken because the server went down.
func (t *timeline) brokeAt(at time.Duration) bool {
	for _, o := range t.outages {
		if o.code != ServerHung && at >= o.from-t.scaled(cutBefore) && at < o.until {
			return true
		}
	}
	return false
}

// downFor is for how long between two times the server was down, as long as nobody could say that it was slow.
func (t *timeline) downFor(from, to time.Duration) (sum time.Duration) {
	for _, o := range t.outages {
		if o.code == ServerHung {
			continue
		}
		if begin, end := max(from, o.from), min(to, o.until); end > begin {
			sum += t.took(begin, end)
			from = end // outages may meet
		}
	}
	return sum
}
