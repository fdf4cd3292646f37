package fleet

import "testing"

// A server takes what is sent while more than half of those that publish are not held up.
func TestTaken(t *testing.T) {
	of := func(free, held, refused int) *Fleet {
		f := new(Fleet)
		for range free {
			f.crowd = append(f.crowd, &publisher{accepted: true})
		}
		for range held {
			f.crowd = append(f.crowd, &publisher{accepted: true, state: blocked})
		}
		for range refused {
			f.crowd = append(f.crowd, &publisher{})
		}
		return f
	}
	for _, tt := range []struct {
		free, held, refused int
		want                bool
	}{
		{0, 0, 0, false}, {0, 0, 5, false}, {1, 0, 5, true}, {0, 3, 0, false}, {2, 2, 0, false}, {3, 2, 9, true},
	} {
		if got := of(tt.free, tt.held, tt.refused).Taken(); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
