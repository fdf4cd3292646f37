package beside

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What the kernel says of a process and of the sockets of its peers.

// cpuOf is what a process has used, all of its threads, in user and kernel mode, to the nanosecond: its CPU clock as of
// clock_getcpuclockid(3). (/proc/PID/stat counts in ticks of 10 ms.)
func cpuOf(pid int) (time.Duration, error) {
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|2), &t); err != nil {
		return 0, fmt.Errorf("CPU clock of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}

// memoryOf is what a process has resident, and the most that it had, in bytes (proc_pid_status(5)).
func memoryOf(pid int) (now, peak int64, err error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, 0, err
	}
	for line := range bytes.Lines(status) {
		for name, to := range map[string]*int64{"VmRSS:": &now, "VmHWM:": &peak} {
			if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
				fmt.Sscanf(string(rest), "%d kB", to)
				*to <<= 10
			}
		}
	}
	if now == 0 {
		return 0, 0, errors.New("no VmRSS in its status")
	}
	return now, peak, nil
}

// received is how many bytes each connected socket has got that is connected to a server's address, by its own port. That
// is sock_diag(7): a dump of the TCP sockets with that peer, with their tcp_info.
func received(server netip.AddrPort) (map[uint16]uint64, error) {
	const (
		sockDiagByFamily = 20
		inetDiagInfo     = 2
		established      = 1 << 1
		requestSize      = 56
		messageSize      = 72 // of inet_diag_msg, before its attributes
		ourPort          = 4  // in it, in network order, and the peer's after it
	)
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
	if err != nil {
		return nil, fmt.Errorf("sock_diag: %w", err)
	}
	defer unix.Close(fd)
	host := binary.NativeEndian
	req := make([]byte, unix.SizeofNlMsghdr+requestSize)
	host.PutUint32(req[0:], uint32(len(req)))
	host.PutUint16(req[4:], sockDiagByFamily)
	host.PutUint16(req[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	body := req[unix.SizeofNlMsghdr:]
	body[0], body[1], body[2] = unix.AF_INET, unix.IPPROTO_TCP, 1<<(inetDiagInfo-1)
	host.PutUint32(body[4:], established)
	binary.BigEndian.PutUint16(body[10:], server.Port())
	if err := unix.Sendto(fd, req, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, fmt.Errorf("sock_diag: %w", err)
	}
	all := map[uint16]uint64{}
	buf := make([]byte, 64<<10)
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if err != nil {
			return nil, fmt.Errorf("sock_diag: %w", err)
		}
		for rest := buf[:n]; len(rest) >= unix.SizeofNlMsghdr; {
			size, kind := int(host.Uint32(rest)), host.Uint16(rest[4:])
			if kind == unix.NLMSG_DONE {
				return all, nil
			}
			if kind == unix.NLMSG_ERROR || size < unix.SizeofNlMsghdr+messageSize || size > len(rest) {
				return nil, fmt.Errorf("sock_diag: message of kind %d and %d bytes", kind, size)
			}
			message := rest[unix.SizeofNlMsghdr:size]
			rest = rest[min(len(rest), (size+3)&^3):]
			for attr := message[messageSize:]; len(attr) >= 4; {
				size := int(host.Uint16(attr))
				if size < 4 || size > len(attr) {
					break
				}
				const at = 4 + unsafe.Offsetof(unix.TCPInfo{}.Bytes_received)
				if host.Uint16(attr[2:]) == inetDiagInfo && size >= int(at)+8 {
					all[binary.BigEndian.Uint16(message[ourPort:])] = host.Uint64(attr[at:])
				}
				attr = attr[min(len(attr), (size+3)&^3):]
			}
		}
	}
}
