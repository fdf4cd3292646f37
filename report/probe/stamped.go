package probe

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
)

// maxEpochs bounds the list of epochs.
const maxEpochs = 16

// recent is how many sequence numbers behind the newest are remembered.
const recent = 512

// stamps follows what the frames of a publisher of flvstorm tell. Those of another source than the first are not followed.
type stamps struct {
	Stamps
	source uint32
	epoch  uint32
	base   uint32          // sequence number of its first frame
	newest uint32          // of its newest
	seen   map[uint32]bool // of this epoch, the last few
	ages   []time.Duration // of frames after the burst
	past   map[uint32]bool // epochs that are over
}

// frame takes a stamped frame, whole. wall is the time by this machine's clock, setup the sum of the parameter sets that the
// stream announced, zero where it is not known.
func (s *stamps) frame(stamp media.Stamp, body []byte, setup uint32, wall time.Time, live bool) (faults []fault) {
	if s.Frames == 0 {
		s.source = stamp.Source
	}
	if s.Frames == 0 || stamp.Epoch != s.epoch {
		if s.past[stamp.Epoch] || stamp.Source != s.source {
			faults = append(faults, faultMixed)
		}
		s.begin(stamp)
	} else {
		faults = append(faults, s.follow(stamp.Seq)...)
	}
	s.Frames++
	if live && len(s.ages) < maxSamples {
		s.ages = append(s.ages, time.Duration(wall.UnixNano()-stamp.SentAt))
	}
	if stamp.Config != 0 && setup != 0 && stamp.Config != setup {
		s.OtherSetup++
		faults = append(faults, faultOtherSetup)
	}
	switch sum, ok := media.PictureSum(body); {
	case stamp.Sum == 0 || body == nil:
	case !ok, sum != stamp.Sum:
		s.Corrupt++
		faults = append(faults, faultCorrupt)
	default:
		s.Verified++
	}
	return faults
}

// begin begins an epoch.
func (s *stamps) begin(stamp media.Stamp) {
	if s.past == nil {
		s.past = map[uint32]bool{}
	}
	if s.Frames > 0 && len(s.past) < maxSamples {
		s.past[s.epoch] = true
	}
	if len(s.Epochs) < maxEpochs && !slices.Contains(s.Epochs, stamp.Epoch) {
		s.Epochs = append(s.Epochs, stamp.Epoch)
	}
	s.source, s.epoch, s.base, s.newest, s.seen = stamp.Source, stamp.Epoch, stamp.Seq, stamp.Seq, map[uint32]bool{stamp.Seq: true}
}

// follow takes the next frame of an epoch. One that comes late was not lost after all.
func (s *stamps) follow(seq uint32) []fault {
	switch ahead := int64(seq) - int64(s.newest); {
	case s.seen[seq]:
		s.Duplicate++
		return []fault{faultAgain}
	case ahead < 0:
		s.Reordered++
		if int64(seq) > int64(s.base) { // else it was before what we came for
			s.Lost = max(s.Lost-1, 0)
		}
		s.seen[seq] = true
		return []fault{faultReorder}
	default:
		s.Lost += ahead - 1
		s.seen[seq] = true
		delete(s.seen, seq-recent)
		if len(s.seen) > 2*recent {
			s.seen = map[uint32]bool{seq: true} // after great gaps the numbers to forget are others
		}
		s.newest = seq
		return nil
	}
}

// result is what was found; nil where no frame has a stamp.
func (s *stamps) result(sameClock bool) *Stamps {
	if s.Frames == 0 && s.Corrupt == 0 {
		return nil
	}
	s.Absolute = sameClock
	if !sameClock && len(s.ages) > 0 {
		least := slices.Min(s.ages)
		for i := range s.ages {
			s.ages[i] -= least
		}
	}
	s.Latency = quantiles(s.ages)
	return &s.Stamps
}
