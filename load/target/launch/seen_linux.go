package launch

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// glimpseOf looks at a process in /proc.
func glimpseOf(pid int) (glimpse, bool) {
	proc := fmt.Sprintf("/proc/%d/", pid)
	g := glimpse{pid: pid, limit: -1}
	var err error
	if g.program, err = os.Readlink(proc + "exe"); err != nil {
		return g, false // not ours to look at
	}
	g.base = loadedAt(proc+"maps", g.program)
	g.program = strings.TrimSuffix(g.program, " (deleted)") // a build that was replaced meanwhile
	g.dir, _ = os.Readlink(proc + "cwd")
	limits, _ := os.ReadFile(proc + "limits")
	for line := range strings.Lines(string(limits)) {
		both, ok := strings.CutPrefix(line, "Max core file size")
		if f := strings.Fields(both); ok && len(f) >= 2 { // soft and hard
			if n, err := strconv.ParseInt(f[0], 10, 64); err == nil {
				g.limit, g.lowered = n, f[0] != f[1]
			}
		}
	}
	return g, true
}

// loadedAt is where a process has the beginning of a file in its memory, by its map (proc_pid_maps(5)); zero if nowhere.
func loadedAt(maps, file string) uint64 {
	f, err := os.Open(maps)
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		// address perms offset dev inode pathname
		if line := lines.Text(); strings.HasSuffix(line, " "+file) {
			fields := strings.Fields(line)
			if len(fields) >= 6 && strings.Trim(fields[2], "0") == "" {
				begin, _, _ := strings.Cut(fields[0], "-")
				base, _ := strconv.ParseUint(begin, 16, 64)
				return base
			}
		}
	}
	return 0
}

// listenersOf are the addresses on which a process listens for TCP connections.
func listenersOf(pid int) []string {
	proc := fmt.Sprintf("/proc/%d/", pid)
	sockets := map[string]bool{}
	fds, err := os.ReadDir(proc + "fd")
	if err != nil {
		return nil
	}
	for _, fd := range fds {
		at, err := os.Readlink(proc + "fd/" + fd.Name())
		if inode, ok := strings.CutPrefix(at, "socket:["); ok && err == nil {
			sockets[strings.TrimSuffix(inode, "]")] = true
		}
	}
	var at []string
	for _, table := range []string{"net/tcp", "net/tcp6"} {
		f, err := os.Open(proc + table)
		if err != nil {
			continue
		}
		for _, l := range listening(f) {
			if sockets[l.inode] {
				at = append(at, l.addr.String())
			}
		}
		f.Close()
	}
	return at
}

// listener is a line of /proc/net/tcp whose socket listens.
type listener struct {
	addr  netip.AddrPort
	inode string
}

// tcpListen is TCP_LISTEN as /proc/net/tcp writes it (proc_net(5), include/net/tcp_states.h).
const tcpListen = "0A"

// listening reads a /proc/net/tcp or tcp6. Lines that it does not understand it leaves out.
func listening(r io.Reader) []listener {
	var found []listener
	for lines := bufio.NewScanner(r); lines.Scan(); {
		// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
		f := strings.Fields(lines.Text())
		if len(f) < 10 || f[3] != tcpListen {
			continue
		}
		if addr, ok := parseHexAddr(f[1]); ok {
			found = append(found, listener{addr: addr, inode: f[9]})
		}
	}
	return found
}

// parseHexAddr reads an address such as 0100007F:1F90: words of 32 bits in the machine's own order, then the port.
func parseHexAddr(s string) (netip.AddrPort, bool) {
	host, port, _ := strings.Cut(s, ":")
	b, err := hex.DecodeString(host)
	n, notPort := strconv.ParseUint(port, 16, 16)
	if err != nil || notPort != nil {
		return netip.AddrPort{}, false
	}
	for i := 0; i+4 <= len(b); i += 4 {
		binary.BigEndian.PutUint32(b[i:], binary.NativeEndian.Uint32(b[i:]))
	}
	addr, ok := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)), ok
}
