package load

// seenWindow is how many of the last frames of an epoch are known one by one. One that is older and comes is taken for
// one that had come.
const seenWindow = 256

// order is where a frame stands among those of its epoch that came before it.
type order uint8

const (
	firstOne order = iota // nothing of the epoch had come
	nextOne               // the one after the latest
	ahead                 // beyond that: others are missing, so far
	behind                // before the latest, and had not come
	again                 // had come, or is too old to know
)

// sequence follows the numbers of one epoch's frames over one connection. The zero value has seen none.
type sequence struct {
	any  bool
	base uint32 // the first that came: a viewer joins where it joins
	next uint32 // behind the latest
	seen [seenWindow / 64]uint64
}

// take takes the next frame that came. missing is how many frames lie between it and the latest, if it is ahead. Numbers
// are compared as they go round after 2³².
func (s *sequence) take(n uint32) (o order, missing int64) {
	if !s.any {
		s.any, s.base, s.next = true, n, n+1
		s.mark(n)
		return firstOne, 0
	}
	jump := int32(n - s.next)
	switch {
	case jump >= 0:
		for i := range min(uint32(jump), seenWindow) {
			s.unmark(n - 1 - i)
		}
		s.next = n + 1
		s.mark(n)
		if jump == 0 {
			return nextOne, 0
		}
		return ahead, int64(jump)
	case s.next-n > seenWindow:
		if int32(n-s.base) < 0 {
			return behind, 0
		}
		return again, 0
	case s.marked(n):
		return again, 0
	}
	s.mark(n)
	return behind, 0
}

func (s *sequence) mark(n uint32)        { s.seen[n%seenWindow/64] |= 1 << (n % 64) }
func (s *sequence) unmark(n uint32)      { s.seen[n%seenWindow/64] &^= 1 << (n % 64) }
func (s *sequence) marked(n uint32) bool { return s.seen[n%seenWindow/64]&(1<<(n%64)) != 0 }
