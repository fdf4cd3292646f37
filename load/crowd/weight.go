package crowd

// weight learns whether the bytes of a stream mostly stand in big tags.
type weight struct {
	big, all uint32 // bytes of bodies, of late
}

const (
	// bigTag is from which size on a body is dropped in the kernel rather than copied along with what stands around it.
	//
	// Note: dropping all bodies from 3 KB on, with a small read for what stands between, was tried: a stream of 2 Mbit/s then cost
	// 400 ms of CPU a GB, and 260 ms with copies of 64 KB into the one buffer that stays in the cache. Two system calls more a tag
	// are worth some 20 KB.
	bigTag = 24 << 10
	// memory is over about how many bytes a weight is learned.
	memory = 256 << 10
)

func (w *weight) add(size int) {
	if size >= bigTag {
		w.big += uint32(size)
	}
	if w.all += uint32(size); w.all > memory {
		w.big /= 2
		w.all /= 2
	}
}

// heavy reports whether they do.
func (w *weight) heavy() bool { return w.big > w.all/2 }
