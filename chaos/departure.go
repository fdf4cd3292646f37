package chaos

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
)

// Departure is one way in which a publisher leaves.
type Departure struct {
	Name string
	// Leave does everything up to and including the departing system call, and returns right after it.
	Leave func(s *load.Session) error
	// Stays says that the socket stays open on our side, until the server ends it or the run does.
	Stays bool
	// Silent says that the server is told nothing: it must find out by itself, within the profile's idle bound.
	Silent bool
}

// Departures are the ways to leave, in the order of the help. Adding one means one function and one line here.
var Departures = []Departure{
	{Name: "unpublish", Leave: leaveUnpublish, Stays: true},
	{Name: "fin", Leave: leaveFIN},
	{Name: "rst", Leave: leaveRST},
	{Name: "cut", Leave: leaveCut},
	{Name: "vanish", Leave: leaveVanish, Stays: true, Silent: true},
	{Name: "halfclose", Leave: leaveHalfClose, Stays: true},
}

// DepartureNames lists the names of all departures, in the order of the help.
func DepartureNames() []string {
	var names []string
	for _, d := range Departures {
		names = append(names, d.Name)
	}
	return names
}

// Under TLS, too, departures act on the TCP connection below. Only unpublish is a goodbye, and says close_notify; after every
// other one the peer sees the TCP connection end without it (RFC 8446 §6.1 calls that a truncation), as when an encoder
// dies. A terminator in front of a server ends its own connection to it either way, in its own manner and time: an rst, a
// halfclose or a vanish may reach the server as something else.

// leaveUnpublish says goodbye and then closes its sending half.
func leaveUnpublish(s *load.Session) error { return s.Unpublish() }

// leaveFIN closes the connection with nothing said.
func leaveFIN(s *load.Session) error { return s.HangUp() }

// leaveRST resets the connection.
func leaveRST(s *load.Session) error {
	if tcp, ok := s.Wire().(*net.TCPConn); ok {
		// A linger time of zero makes close(2) send RST instead of FIN.
		tcp.SetLinger(0)
	}
	return s.Wire().Close()
}

// leaveCut closes in the middle of a message: half of the next frame's chunk has been written. Under TLS the record around
// it is whole, for of half a record nothing would get through.
func leaveCut(s *load.Session) error {
	s.Hush()
	frame := s.NextFrame()
	_, err := s.Client().WriteMedia(frame[:len(frame)/2])
	return errors.Join(err, s.HangUp())
}

// leaveVanish does nothing at all: no byte follows, and the socket stays open, as when a cable is pulled.
func leaveVanish(*load.Session) error { return nil }

// leaveHalfClose closes our sending half and reads on. A TLS peer that is given a FIN for a close_notify mostly closes
// altogether.
func leaveHalfClose(s *load.Session) error { return s.CloseWrite() }

// Leave is a choice of departures with weights, as --leave gives it: "fin,rst=2". It is a flag value.
type Leave []Choice

// Choice is one departure of a Leave and its weight, at least 1.
type Choice struct {
	Departure Departure
	Weight    int
}

// maxWeight bounds a weight, so that their sum cannot overflow.
const maxWeight = 1_000_000

// ParseLeave reads the value of --leave.
func ParseLeave(text string) (Leave, error) {
	var l Leave
	for item := range strings.SplitSeq(text, ",") {
		name, weight, weighted := strings.Cut(strings.TrimSpace(item), "=")
		i := slices.IndexFunc(Departures, func(d Departure) bool { return d.Name == name })
		if i < 0 {
			return nil, phrase.Errorf(phrase.ChaosLeaveUnknown, name, phrase.Names(DepartureNames()))
		}
		if slices.ContainsFunc(l, func(c Choice) bool { return c.Departure.Name == name }) {
			return nil, phrase.Errorf(phrase.ChaosLeaveTwice, name)
		}
		c := Choice{Departure: Departures[i], Weight: 1}
		if weighted {
			n, err := strconv.Atoi(weight)
			if err != nil || n < 1 || n > maxWeight {
				return nil, phrase.Errorf(phrase.ChaosLeaveWeight, item, maxWeight)
			}
			c.Weight = n
		}
		l = append(l, c)
	}
	return l, nil
}

// Set reads a flag's value.
func (l *Leave) Set(text string) (err error) {
	*l, err = ParseLeave(text)
	return err
}

// Type names the kind of value in the help.
func (l *Leave) Type() string { return "list" }

// String is the choice as it would be given to --leave.
func (l *Leave) String() string {
	var items []string
	for _, c := range *l {
		item := c.Departure.Name
		if c.Weight != 1 {
			item = fmt.Sprintf("%s=%d", item, c.Weight)
		}
		items = append(items, item)
	}
	return strings.Join(items, ",")
}

// draw returns one departure by weight.
func (l Leave) draw(r *rand.Rand) Departure {
	total := 0
	for _, c := range l {
		total += c.Weight
	}
	n := r.IntN(total)
	for _, c := range l {
		if n -= c.Weight; n < 0 {
			return c.Departure
		}
	}
	return l[len(l)-1].Departure
}

// silent reports whether one of the departures tells the server nothing.
func (l Leave) silent() bool {
	return slices.ContainsFunc(l, func(c Choice) bool { return c.Departure.Silent })
}
