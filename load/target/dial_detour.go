package target

import (
	"net"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// detour leads connections for host:port to another place. An empty host or port stands for any before the turn, and for
// the one that was asked for behind it.
type detour struct {
	host, port     string
	toHost, toPort string
}

// parseDetour reads HOST1:PORT1:HOST2:PORT2 as curl's --connect-to has it: any part may be empty, and an IPv6 address
// stands in brackets. That all parts are empty is a slip.
func parseDetour(text string) (detour, error) {
	var parts []string
	rest, more := text, true
	for more && len(parts) < 4 {
		var part string
		if strings.HasPrefix(rest, "[") {
			end := strings.IndexByte(rest, ']')
			if end < 0 || net.ParseIP(unzoned(rest[1:end])) == nil {
				return detour{}, phrase.Errorf(phrase.ReachConnectTo, text)
			}
			part, rest = rest[1:end], rest[end+1:]
			if rest != "" && rest[0] != ':' {
				return detour{}, phrase.Errorf(phrase.ReachConnectTo, text)
			}
			_, rest, more = strings.Cut(rest, ":")
		} else {
			part, rest, more = strings.Cut(rest, ":")
			if strings.ContainsAny(part, "/[]@?# \t\r\n") {
				return detour{}, phrase.Errorf(phrase.ReachConnectTo, text)
			}
		}
		parts = append(parts, part)
	}
	if more || len(parts) != 4 || parts[2] == "" && parts[3] == "" {
		return detour{}, phrase.Errorf(phrase.ReachConnectTo, text)
	}
	for _, port := range []string{parts[1], parts[3]} {
		if n, err := strconv.Atoi(port); port != "" && (err != nil || n < 1 || n > 65535) {
			return detour{}, phrase.Errorf(phrase.ReachConnectToPort, text, port)
		}
	}
	return detour{host: parts[0], port: parts[1], toHost: parts[2], toPort: parts[3]}, nil
}

// lead returns where a connection for addr goes: by the first detour that matches.
func (r *Road) lead(addr string) string {
	if len(r.detours) == 0 {
		return addr
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	for _, d := range r.detours {
		if d.host != "" && !strings.EqualFold(d.host, host) || d.port != "" && d.port != port {
			continue
		}
		if d.toHost != "" {
			host = d.toHost
		}
		if d.toPort != "" {
			port = d.toPort
		}
		return net.JoinHostPort(host, port)
	}
	return addr
}

// unzoned takes the zone off an IPv6 address: it says something to this machine alone.
func unzoned(host string) string {
	host, _, _ = strings.Cut(host, "%")
	return host
}
