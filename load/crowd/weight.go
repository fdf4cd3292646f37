package crowd

// weight learns whether the bytes of a stream mostly stand in big tags.
type weight struct {
	big, all uint32 // bytes of bodies, of late
}

const (
	// bigTag is from which size on it is cheaper to drop a body in the kernel than to copy it along with what stands around it: two
	// system calls more against so many bytes.
	bigTag = 3 << 10
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
