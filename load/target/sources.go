package target

import (
	"context"
	"net"
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

const (
	// TimeWait is how long a connection that we closed first keeps its port on Linux (TCP_TIMEWAIT_LEN). A run that makes n
	// connections a second wants n × TimeWait ports beside those of the open ones.
	TimeWait = 60 * time.Second
	// turnsOnFull is from how many sources one connection is tried while the ports of each turn out to be taken.
	turnsOnFull = 4
	// maxSources bounds the addresses of one run: 28,000 connections each from so many are more than one machine can hold.
	maxSources = 4096
	// fullFrom is from which part of the ports, in percent, the system's one address is taken for too few. The kernel looks for a
	// free port one by one from a random one on, so the last fifth costs more and more, and others use ports too.
	fullFrom = 80
	// fillTo is how far, in percent, the ports of an address are filled where we choose how many addresses there are.
	fillTo = 50
)

// localhost is the first address of 127.0.0.0/8.
var localhost = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// Sources are the local addresses that connections are made from, each in turn. One address has some 28,000 ports for connections
// to one place, those in TIME_WAIT among them. The zero value lets the system choose. Methods may be called from any goroutine.
type Sources struct {
	v4, v6 *ring
}

// ring hands out addresses in turn.
type ring struct {
	addrs []netip.Addr
	next  atomic.Uint64
}

func newRing(addrs []netip.Addr) *ring {
	if len(addrs) == 0 {
		return nil
	}
	return &ring{addrs: addrs}
}

func (r *ring) turn() netip.Addr {
	return r.addrs[(r.next.Add(1)-1)%uint64(len(r.addrs))]
}

// newSources sorts addresses by family, each once.
func newSources(addrs []netip.Addr) Sources {
	var v4, v6 []netip.Addr
	seen := map[netip.Addr]bool{}
	for _, a := range addrs {
		switch {
		case seen[a]:
		case a.Is4():
			v4 = append(v4, a)
		default:
			v6 = append(v6, a)
		}
		seen[a] = true
	}
	return Sources{v4: newRing(v4), v6: newRing(v6)}
}

// Next is the address that the next connection is to be made from. The zero Addr lets the system choose. Where there are addresses
// of both families, it is one for IPv4.
func (s Sources) Next() netip.Addr {
	switch {
	case s.v4 != nil:
		return s.v4.turn()
	case s.v6 != nil:
		return s.v6.turn()
	default:
		return netip.Addr{}
	}
}

// Len is how many addresses there are, 0 where the system chooses.
func (s Sources) Len() int {
	n := 0
	for _, r := range [...]*ring{s.v4, s.v6} {
		if r != nil {
			n += len(r.addrs)
		}
	}
	return n
}

// fits says whether a connection to server can be made from any of the addresses.
func (s Sources) fits(server netip.Addr) bool {
	return s == Sources{} || (s.v4 != nil && server.Unmap().Is4()) || (s.v6 != nil && !server.Unmap().Is4())
}

// toward keeps the addresses of the server's family. Of Sources that don't fit it keeps all, for nothing would mean that the system
// chooses.
func (s Sources) toward(server netip.Addr) Sources {
	switch {
	case s.v4 != nil && server.Unmap().Is4():
		return Sources{v4: s.v4}
	case s.v6 != nil && !server.Unmap().Is4():
		return Sources{v6: s.v6}
	default:
		return s
	}
}

// around returns addresses for connections to a server on 127.0.0.0/8 where one has not ports enough: as many of that network as it takes,
// 127.0.0.1 first. All of them are this machine on Linux, and on Linux alone. Connections counts those that are open or in TIME_WAIT at once.
//
// Note: a server that lets only 127.0.0.1 in refuses the others; --source-ip 127.0.0.1 then keeps to it.
func around(server netip.Addr, connections, ports int) Sources {
	server = server.Unmap()
	if runtime.GOOS != "linux" || !server.Is4() || !server.IsLoopback() || int64(connections)*100 <= int64(ports)*fullFrom {
		return Sources{}
	}
	each := max(ports*fillTo/100, 1)
	n := min(connections/each+1, maxSources)
	addrs := make([]netip.Addr, 0, n)
	for a := localhost; len(addrs) < n; a = a.Next() {
		addrs = append(addrs, a)
	}
	return newSources(addrs)
}

func (s Sources) all() []netip.Addr {
	var all []netip.Addr
	for _, r := range [...]*ring{s.v4, s.v6} {
		if r != nil {
			all = append(all, r.addrs...)
		}
	}
	return all
}

// Check tries whether this machine has all the addresses, before anything is connected. What it has not is one error.
func (s Sources) Check(ctx context.Context) error {
	var missing []netip.Addr
	var first error
	for _, a := range s.all() {
		if err := ctx.Err(); err != nil {
			return err
		}
		// A datagram socket is bound to the addresses that a stream socket is, and leaves no port behind.
		var l net.ListenConfig
		pc, err := l.ListenPacket(ctx, "udp", netip.AddrPortFrom(a, 0).String())
		if err != nil {
			missing = append(missing, a)
			if first == nil {
				first = err
			}
			continue
		}
		pc.Close()
	}
	switch {
	case len(missing) == 0:
		return nil
	case OwnLimit(first) != "" && OwnLimit(first) != limitPorts:
		return phrase.Errorf(phrase.SourcesOwn, missing[0], first)
	case len(missing) == 1:
		return phrase.Errorf(phrase.SourcesMissing, missing[0], missing[0], missing[0].BitLen(), first)
	default:
		return phrase.Errorf(phrase.SourcesMissingMany, missing[0], len(missing)-1, missing[0], missing[0].BitLen(), first)
	}
}
