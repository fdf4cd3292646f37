package target

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// unknownFor is for how long a name that the resolver did not know is not asked for again. Thousands of players may want it at
// once, and each would wait for an answer of its own.
const unknownFor = time.Second

// question is what the resolver was asked, by one for all who want to know.
type question struct {
	answered chan struct{} // closed when err and until hold
	err      error
	until    time.Time // err is the answer until then
}

// Resolve returns where Dial would connect to for addr, the address that worked last first: for who makes sockets itself, and
// binds them to an address of Toward. It takes detours, and asks the resolver only once for a name.
func (r *Road) Resolve(ctx context.Context, addr string) ([]netip.AddrPort, error) {
	host, service, err := net.SplitHostPort(r.lead(addr))
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, &net.AddrError{Err: "invalid port", Addr: service}
	}
	ips, err := r.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	var to []netip.AddrPort
	for _, ip := range ips {
		a, err := netip.ParseAddr(ip)
		if err != nil {
			return nil, &net.AddrError{Err: "invalid address", Addr: ip}
		}
		to = append(to, netip.AddrPortFrom(a.Unmap(), uint16(port)))
	}
	return to, nil
}

// Toward returns the sources of connections to a server, of which each connection takes the Next. The zero value lets the system
// choose.
func (r *Road) Toward(server netip.AddrPort) Sources { return r.toward(server.Addr()) }

func (r *Road) toward(server netip.Addr) Sources {
	if r.sources != (Sources{}) {
		return r.sources.toward(server)
	}
	if server = server.Unmap(); server.Is4() && server.IsLoopback() {
		return r.around
	}
	return Sources{}
}

// addresses returns the addresses of a host that the sources can reach, the one that worked last first.
func (r *Road) addresses(ctx context.Context, host string) ([]string, error) {
	ips := []string{host}
	if net.ParseIP(unzoned(host)) == nil {
		var err error
		if ips, err = r.lookup(ctx, host); err != nil {
			return nil, err
		}
	}
	if r.sources == (Sources{}) {
		return ips, nil
	}
	var fit []string
	for _, ip := range ips {
		if a, err := netip.ParseAddr(ip); err == nil && r.sources.fits(a) {
			fit = append(fit, ip)
		}
	}
	if len(fit) == 0 {
		return nil, phrase.Errorf(phrase.SourcesFamily, host, &net.AddrError{Err: "no suitable address", Addr: host})
	}
	return fit, nil
}

// lookup asks the resolver for a name, unless it was asked before. Whoever comes meanwhile waits for the same answer.
func (r *Road) lookup(ctx context.Context, host string) ([]string, error) {
	for {
		r.mu.Lock()
		if ips, ok := r.names[host]; ok {
			r.mu.Unlock()
			return ips, nil
		}
		q := r.asked[host]
		if q == nil || q.over() {
			q = &question{answered: make(chan struct{})}
			if r.asked == nil {
				r.asked = map[string]*question{}
			}
			r.asked[host] = q
			r.mu.Unlock()
			return r.ask(ctx, host, q)
		}
		r.mu.Unlock()
		select {
		case <-q.answered:
			if q.err != nil && !q.over() {
				return nil, q.err
			}
			// It was answered well and stands in names, or who asked gave up and somebody else has to ask.
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// over says whether a question has been answered and the answer has expired.
func (q *question) over() bool {
	select {
	case <-q.answered:
		return !time.Now().Before(q.until)
	default:
		return false
	}
}

// ask asks the resolver and tells all who wait. That we gave up is no answer.
func (r *Road) ask(ctx context.Context, host string, q *question) ([]string, error) {
	defer close(q.answered)
	within, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	resolve := r.resolver
	if resolve == nil {
		resolve = net.DefaultResolver.LookupHost
	}
	ips, err := resolve(within, host)
	if err != nil {
		if ctx.Err() == nil {
			q.err, q.until = err, time.Now().Add(unknownFor)
		}
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.names == nil {
		r.names = map[string][]string{}
	}
	r.names[host] = ips
	delete(r.asked, host)
	return ips, nil
}

// prefer puts ip first among the addresses of host. The old list is left as it is: others may be walking it.
func (r *Road) prefer(host, ip string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.names[host]
	if len(old) == 0 || old[0] == ip {
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
