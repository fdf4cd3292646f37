package target

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

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

	mu    sync.Mutex
	names map[string][]string // host → addresses, the one that worked last first
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
}

// NewRoad returns the road of a configuration, or every problem of it at once, each one line with a hint.
func NewRoad(cfg RoadConfig) (*Road, error) {
	r := &Road{}
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

func (r *Road) dialTCP(ctx context.Context, network, addr string) (net.Conn, error) {
	// Keep-alive would cost four more system calls a connection, and the tool has better ways to see a dead one.
	dialer := net.Dialer{Timeout: dialWithin, KeepAlive: -1}
	host, port, err := net.SplitHostPort(addr)
	if err != nil || net.ParseIP(host) != nil {
		return dialer.DialContext(ctx, network, addr)
	}
	ips, err := r.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, ip := range ips {
		var nc net.Conn
		if nc, err = dialer.DialContext(ctx, network, net.JoinHostPort(ip, port)); err == nil {
			r.prefer(host, ip)
			return nc, nil
		}
		if WireOf(err) == history.WireOurs || OwnLimit(err) != "" {
			break
		}
	}
	return nil, err
}

func (r *Road) lookup(ctx context.Context, host string) ([]string, error) {
	r.mu.Lock()
	ips, ok := r.names[host]
	r.mu.Unlock()
	if ok {
		return ips, nil
	}
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	ips, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.names == nil {
		r.names = map[string][]string{}
	}
	r.names[host] = ips
	return ips, nil
}

// prefer puts ip first among the addresses of host. The old list is left as it is: others may be walking it.
func (r *Road) prefer(host, ip string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.names[host]
	if len(old) > 0 && old[0] == ip {
		return
	}
	list := []string{ip}
	for _, other := range old {
		if other != ip {
			list = append(list, other)
		}
	}
	r.names[host] = list
}

// Below returns the connection that carries TLS, or nc itself where there is none. What is done to it, TLS is not told of.
func Below(nc net.Conn) net.Conn {
	if over, ok := nc.(*tls.Conn); ok {
		return over.NetConn()
	}
	return nc
}
