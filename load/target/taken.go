package target

import (
	"context"
	"errors"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// takenWithin is how long a place gets to answer before it counts as free.
const takenWithin = time.Second

// Taken returns an error when somebody answers already where a server is about to be started: the run would test that
// one, or both at once, for some servers share their ports without a word (SO_REUSEPORT).
func Taken(ctx context.Context, road *Road, u URLs) error {
	publish, play := u.places()
	var looks []func(context.Context) error
	for _, p := range once(append(publish, play...)) {
		looks = append(looks, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, takenWithin)
			defer cancel()
			nc, err := road.Dial(ctx, TCP, p.addr)
			if err != nil {
				return nil
			}
			return errors.Join(nc.Close(), phrase.Errorf(phrase.TargetTaken, p.addr))
		})
	}
	return together(ctx, looks)
}
