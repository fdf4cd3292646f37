package load

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// dialWithin bounds the making of one TCP connection.
const dialWithin = 5 * time.Second

// Dialer makes TCP connections and asks the resolver only once for each name: a run that reconnects thousands of times a
// second would else load the DNS server more than the target. Of the addresses of a name the one that worked last is
// tried first. The zero value is ready; Dial may be called from any goroutine.
type Dialer struct {
	mu    sync.Mutex
	names map[string][]string // host → addresses, the one that worked last first
}

// Dial connects to addr, host:port, within five seconds.
func (d *Dialer) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	// Keep-alive would cost four more system calls a connection, and the tool has better ways to see a dead one.
	dialer := net.Dialer{Timeout: dialWithin, KeepAlive: -1}
	host, port, err := net.SplitHostPort(addr)
	if err != nil || net.ParseIP(host) != nil {
		return dialer.DialContext(ctx, network, addr)
	}
	ips, err := d.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, ip := range ips {
		var nc net.Conn
		if nc, err = dialer.DialContext(ctx, network, net.JoinHostPort(ip, port)); err == nil {
			d.prefer(host, ip)
			return nc, nil
		}
		if WireOf(err) == history.WireOurs || OwnLimit(err) != "" {
			break
		}
	}
	return nil, err
}

func (d *Dialer) lookup(ctx context.Context, host string) ([]string, error) {
	d.mu.Lock()
	ips, ok := d.names[host]
	d.mu.Unlock()
	if ok {
		return ips, nil
	}
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	ips, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names == nil {
		d.names = map[string][]string{}
	}
	d.names[host] = ips
	return ips, nil
}

// prefer puts ip first among the addresses of host. The old list is left as it is: others may be walking it.
func (d *Dialer) prefer(host, ip string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	old := d.names[host]
	if len(old) > 0 && old[0] == ip {
		return
	}
	list := []string{ip}
	for _, other := range old {
		if other != ip {
			list = append(list, other)
		}
	}
	d.names[host] = list
}
