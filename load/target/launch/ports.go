package launch

import (
	"math/rand/v2"
	"net"
	"strconv"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

const (
	// lowestPort and highestPort bound the ports that are picked for a server. They are below those that systems give to
	// outgoing connections (32768 and up on Linux, 49152 elsewhere): one of ours could sit on the server's port when that
	// is started again.
	lowestPort  = 10_000
	highestPort = 29_999
)

// FreePorts returns n different ports of 127.0.0.1 on which nobody listens at the moment.
func FreePorts(n int) ([]int, error) {
	var ports []int
	for _, offset := range rand.Perm(highestPort - lowestPort + 1) {
		if len(ports) == n {
			return ports, nil
		}
		port := lowestPort + offset
		l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		l.Close()
		ports = append(ports, port)
	}
	return nil, phrase.Errorf(phrase.ProcessNoPorts, lowestPort, highestPort)
}
