package target

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/proc"
	"github.com/flvstorm/flvstorm/report/history"
)

// dialWithin bounds the making of one TCP connection, and then of TLS on it.
const dialWithin = 5 * time.Second

// The networks of Road.Dial.
const (
	TCP = "tcp"
	TLS = "tls" // TLS over TCP
)

// network is how to reach what speaks TLS or doesn't.
func network(secure bool) string {
	if secure {
		return TLS
	}
	return TCP
}

// Road is the way to a server, and everything that connects takes the same: publishers and players, Check, Greet and
// NobodyLive, Watch. So what was asked for (--cacert, --insecure, --connect-to, --header) holds everywhere.
//
// It asks the resolver only once for each name: a run that reconnects thousands of times a second would else load the DNS
// server more than the target. Of the addresses of a name the one that worked last is tried first. The zero value is a
// road without detours that trusts whom this machine trusts; its methods may be called from any goroutine.
type Road struct {
	detours []detour
	headers []Header
	tls     *tls.Config // nil for the defaults
	sources Sources     // that the user named
	around  Sources     // for servers on 127.0.0.0/8 where the user named none

	// resolver is net.DefaultResolver's LookupHost where it is nil.
	resolver func(ctx context.Context, host string) ([]string, error)

	mu    sync.Mutex
	names map[string][]string  // host → addresses, the one that worked last first
	asked map[string]*question // hosts that the resolver is asked for, or did not know a moment ago
}

// RoadConfig is what the user says of the road.
type RoadConfig struct {
	// CACert is a PEM file of the authorities that a server's certificate may come from, in place of this machine's.
	CACert string
	// Insecure takes any certificate.
	Insecure bool
	// ConnectTo are detours in curl's words: HOST1:PORT1:HOST2:PORT2, see parseDetour.
	ConnectTo []string
	// Headers go with every request of a player: "Name: value".
	Headers []string
	// Sources are where connections come from, see ParseSources. The zero value lets the system choose.
	Sources Sources
	// Connections is how many connections will be open or in TIME_WAIT at once, see TimeWait. Where that is more than one address
	// has ports for, and the system chooses, those to 127.0.0.0/8 come from several addresses of that network.
	Connections int
}

// NewRoad returns the road of a configuration, or every problem of it at once, each one line with a hint.
func NewRoad(cfg RoadConfig) (*Road, error) {
	r := &Road{sources: cfg.Sources, around: around(localhost, cfg.Connections, proc.EphemeralPorts())}
	var problems []error
	if cfg.CACert != "" || cfg.Insecure {
		r.tls = &tls.Config{InsecureSkipVerify: cfg.Insecure}
	}
	if cfg.CACert != "" {
		var err error
		if r.tls.RootCAs, err = readAuthorities(cfg.CACert); err != nil {
			problems = append(problems, err)
		}
	}
	for _, text := range cfg.ConnectTo {
		d, err := parseDetour(text)
		if err != nil {
			problems = append(problems, err)
		}
		r.detours = append(r.detours, d)
	}
	var err error
	if r.headers, err = parseHeaders(cfg.Headers); err != nil {
		problems = append(problems, err)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return r, nil
}

// Sources are the addresses that the user named.
func (r *Road) Sources() Sources { return r.sources }

// Headers are those of every request of a player.
func (r *Road) Headers() []Header { return r.headers }

// Dial connects to addr, the host:port of a URL, by "tcp" or "tls", each within five seconds. A detour changes where the
// connection leads, never by which name the server is asked for a certificate. Where TCP was connected and TLS was not,
// the error is a *TLSError.
func (r *Road) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if network != TLS {
		return r.dialTCP(ctx, network, r.lead(addr))
	}
	nc, err := r.dialTCP(ctx, TCP, r.lead(addr))
	if err != nil {
		return nil, err
	}
	return r.secure(ctx, nc, addr)
}

// Transport is the road for requests of HTTP that are no player's, each on a connection of its own.
func (r *Road) Transport() *http.Transport {
	return &http.Transport{
		DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHead, DialContext: r.Dial,
		DialTLSContext: func(ctx context.Context, _, addr string) (net.Conn, error) { return r.Dial(ctx, TLS, addr) },
	}
}

// dialTCP tries the addresses that stand behind addr, the one that worked last first.
func (r *Road) dialTCP(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	ips, err := r.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, ip := range ips {
		var nc net.Conn
		if nc, err = r.dialFrom(ctx, network, ip, port); err == nil {
			if len(ips) > 1 {
				r.prefer(host, ip)
			}
			return nc, nil
		}
		if WireOf(err) == history.WireOurs || OwnLimit(err) != "" {
			break
		}
	}
	return nil, err
}

// dialFrom connects to one address, from the source whose turn it is; while all ports of that are taken, from the next.
func (r *Road) dialFrom(ctx context.Context, network, ip, port string) (nc net.Conn, err error) {
	// Keep-alive would cost four more system calls a connection, and the tool has better ways to see a dead one.
	dialer := net.Dialer{Timeout: dialWithin, KeepAlive: -1}
	addr := net.JoinHostPort(ip, port)
	server, _ := netip.ParseAddr(ip) // a text that is none goes the system's way, which complains of it
	sources := r.toward(server)
	if sources == (Sources{}) {
		return dialer.DialContext(ctx, network, addr)
	}
	dialer.Control = bindAtConnect
	for range min(sources.Len(), turnsOnFull) {
		dialer.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(sources.Next(), 0))
		if nc, err = dialer.DialContext(ctx, network, addr); OwnLimit(err) != limitPorts {
			break
		}
	}
	return nc, err
}

// Below returns the connection that carries TLS, or nc itself where there is none. What is done to it, TLS is not told of.
func Below(nc net.Conn) net.Conn {
	if over, ok := nc.(*tls.Conn); ok {
		return over.NetConn()
	}
	return nc
}
