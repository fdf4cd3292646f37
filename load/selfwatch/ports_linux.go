package selfwatch

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Sizes and numbers of sock_diag(7), of which golang.org/x/sys/unix has but some.
const (
	sockDiagByFamily = 20
	sizeRequest      = unix.SizeofNlMsghdr + 56 // nlmsghdr, inet_diag_req_v2
	sizeDiag         = 72                       // inet_diag_msg
	dumpBuffer       = 64 << 10
	// withPort are the states, as bits, in which a socket that is connected has a port: all but TCP_CLOSE (7) and TCP_LISTEN (10).
	withPort = 1<<13 - 1 - 1 - 1<<7 - 1<<10
)

var errDump = errors.New("not what sock_diag(7) says")

// countPorts counts the local ports that connections to one of the places take, those in TIME_WAIT among them: to the place that has
// most, as connections to different ones may share ports. It returns -1 where that can't be known.
//
// Note: /proc/net/tcp has the same, as text, and of all sockets of the machine: it took eight times as long.
func countPorts(to []place) int {
	most := 0
	for _, p := range to {
		families := []uint8{unix.AF_INET, unix.AF_INET6}
		if p.addr.Is4() {
			families = families[:1]
		} else if p.addr.Is6() {
			families = families[1:]
		}
		n := 0
		for _, family := range families {
			found, err := dump(family, p)
			if err != nil {
				return -1
			}
			n += found
		}
		most = max(most, n)
	}
	return most
}

// dump asks the kernel for the sockets of one family that lead to a place, and counts them.
func dump(family uint8, to place) (int, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	// It answers at once; should it not, nobody would wait for it.
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 1}); err != nil {
		return 0, err
	}
	if err := unix.Sendto(fd, request(family, to.port), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return 0, err
	}
	buf := make([]byte, dumpBuffer)
	for total := 0; ; {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return 0, err
		}
		found, done, err := countDump(buf[:n], to)
		if err != nil {
			return 0, err
		}
		if total += found; done {
			return total, nil
		}
	}
}

// request is an inet_diag_req_v2 for all TCP sockets that are connected to a port.
func request(family uint8, port uint16) []byte {
	b := make([]byte, sizeRequest)
	binary.NativeEndian.PutUint32(b[0:], sizeRequest)
	binary.NativeEndian.PutUint16(b[4:], sockDiagByFamily)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	b[16], b[17] = family, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(b[20:], withPort)
	binary.BigEndian.PutUint16(b[26:], port) // idiag_dport
	return b
}

// countDump counts the sockets of one part of an answer, and says whether it was the last.
func countDump(b []byte, to place) (n int, done bool, err error) {
	for len(b) > 0 {
		if len(b) < unix.SizeofNlMsghdr {
			return n, false, errDump
		}
		size := int(binary.NativeEndian.Uint32(b))
		if size < unix.SizeofNlMsghdr || size > len(b) {
			return n, false, errDump
		}
		switch binary.NativeEndian.Uint16(b[4:]) {
		case unix.NLMSG_DONE:
			return n, true, nil
		case unix.NLMSG_ERROR:
			return n, false, errDump
		case sockDiagByFamily:
			if size < unix.SizeofNlMsghdr+sizeDiag {
				return n, false, errDump
			}
			if leads(b[unix.SizeofNlMsghdr:], to) {
				n++
			}
		}
		b = b[min((size+3)&^3, len(b)):] // NLMSG_ALIGN
	}
	return n, false, nil
}

// leads says whether an inet_diag_msg is of a connection to a place.
func leads(msg []byte, to place) bool {
	if binary.BigEndian.Uint16(msg[6:]) != to.port {
		return false
	}
	if !to.addr.IsValid() {
		return true
	}
	dst := msg[24:40]
	if msg[0] == unix.AF_INET {
		dst = dst[:4]
	}
	addr, _ := netip.AddrFromSlice(dst)
	return addr.Unmap() == to.addr.WithZone("")
}
