package steady

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/crowd"
	"github.com/flvstorm/flvstorm/load/fleet"
)

// seats are the places of players, or of publishers where they are what there is a load of: numbered from 0, taken in order, given
// up in reverse. Seat n is of stream n modulo the streams. The witnesses have the first ones.
type seats struct {
	run  *Run
	here int // how many are taken
	// named counts the players that a stream ever had: none bears the name of one before.
	named []int

	witnesses []context.CancelFunc
	playing   sync.WaitGroup
}

func newSeats(r *Run) seats { return seats{run: r, named: make([]int, len(r.Streams))} }

// join takes the next seat for somebody who is due then.
func (s *seats) join(due time.Duration) {
	n := s.here
	s.here++
	if s.run.Crowd == nil {
		s.run.Fleet.Join(s.run.berth(n, due))
		return
	}
	i := n % len(s.run.Streams)
	stream := s.run.Streams[i]
	seat := crowd.Seat{
		Key: stream.Key, URL: stream.URL, Actor: "play/" + stream.Key + "/" + strconv.Itoa(s.named[i]), Manner: load.Prompt, Due: due,
	}
	s.named[i]++
	if s.run.Witnesses == load.AllWitnesses || n < s.run.Witnesses*len(s.run.Streams) {
		s.witness(seat)
		return
	}
	share := s.run.Mix.Seat(n)
	seat.Manner, seat.Rate, seat.Stay = share.Manner, share.Rate, share.Stay
	s.run.Crowd.Join(seat)
}

// berth is the place of publisher n.
func (r *Run) berth(n int, due time.Duration) fleet.Berth {
	stream := r.Streams[n]
	return fleet.Berth{Key: stream.Key, Stream: stream.Stream, Actor: "pub/" + stream.Key, Due: due}
}

// witness lets a witness play. It goes on until it is sent away, whatever becomes of the run's context.
func (s *seats) witness(seat crowd.Seat) {
	ctx, cancel := context.WithCancel(context.Background())
	s.witnesses = append(s.witnesses, cancel)
	s.playing.Go(func() {
		timer := time.NewTimer(seat.Due - s.run.Sink.Now())
		defer timer.Stop()
		select {
		case <-timer.C:
			s.run.Witness(ctx, seat)
		case <-ctx.Done():
		}
	})
}

// leave gives up the last n seats.
func (s *seats) leave(n int) {
	if n = min(n, s.here); n == 0 {
		return
	}
	s.here -= n
	if s.run.Crowd == nil {
		s.run.Fleet.Leave(n)
		return
	}
	stay := min(len(s.witnesses), s.here)
	if of := n - (len(s.witnesses) - stay); of > 0 {
		s.run.Crowd.Leave(of)
	}
	for _, cancel := range s.witnesses[stay:] {
		cancel()
	}
	s.witnesses = s.witnesses[:stay]
}

// dismiss sends the witnesses away and waits for them.
func (s *seats) dismiss() {
	for _, cancel := range s.witnesses {
		cancel()
	}
	s.playing.Wait()
}
