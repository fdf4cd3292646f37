package proc

import (
	"errors"
	"os"
	"strconv"
	"strings"
)

const (
	// ianaPorts is how many ports IANA gives to clients, 49152 to 65535 (RFC 6335 §6): what other systems use.
	ianaPorts = 65535 - 49152 + 1
	// portRange says which ports Linux gives to clients, as two numbers (ip(7)): 32768 and 60999 unless somebody changed them.
	portRange = "/proc/sys/net/ipv4/ip_local_port_range"
)

var errPortRange = errors.New("no range of ports")

// EphemeralPorts is how many local ports the system has for connections from one address to one place.
func EphemeralPorts() int {
	text, err := os.ReadFile(portRange)
	if err != nil {
		return ianaPorts
	}
	n, err := parsePortRange(string(text))
	if err != nil {
		return ianaPorts
	}
	return n
}

// parsePortRange reads the first and the last port, and returns how many there are.
func parsePortRange(text string) (int, error) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0, errPortRange
	}
	first, err := strconv.ParseUint(fields[0], 10, 16)
	if err != nil {
		return 0, err
	}
	last, err := strconv.ParseUint(fields[1], 10, 16)
	if err != nil {
		return 0, err
	}
	if last < first {
		return 0, errPortRange
	}
	return int(last-first) + 1, nil
}
