package check

import (
	"net/netip"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// Proxy is what stands between us and the server, as it shows: our end of a connection has one address, and the server
// sees another.
type Proxy struct {
	Ours, Seen string // of the first connection that showed it
	Count      int64  // connections that did
}

const (
	// sightAfter is how long after a line it is looked at: what we know of the connection may be told after it.
	sightAfter = time.Second
	// maxSightings bounds how many wait for that.
	maxSightings = 10_000
)

// proxy compares the addresses of our connections with those that the server sees. Certain is what ids and tokens tell;
// where there are none, an address that the log names beside a key of ours is likely that of one of our connections.
type proxy struct {
	clock *logClock
	names *names

	ours      map[string]*ourEnd // by the server's id of the connection, and by token
	age       []since
	addresses map[string]*ourAddress
	addressed []since
	keys      map[string]bool // that we published

	waiting         []sighting
	certain, likely count
	first           Proxy

	used map[string]bool // departures that were made, and "gap 0"
}

// count is how many connections have the same address on both ends, and how many another.
type count struct{ same, other int64 }

func (c count) total() int64 { return c.same + c.other }

// ourEnd is a connection of ours.
type ourEnd struct {
	at    time.Duration
	local string
	seen  bool // it has been compared, or can't be: another had the same name
}

// ourAddress is an address that one end of ours has, or had last.
type ourAddress struct {
	at  time.Duration
	key string // that was asked for from there
}

// sighting is a connection as the server sees it.
type sighting struct {
	at              time.Duration
	wall            int64
	id, token, peer string
	key             string
}

func newProxy(clock *logClock, names *names) *proxy {
	return &proxy{
		clock: clock, names: names, ours: map[string]*ourEnd{}, addresses: map[string]*ourAddress{},
		keys: map[string]bool{}, used: map[string]bool{},
	}
}

func (x *proxy) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.Connected:
		x.connection(e, p.ServerID, p.Token, p.Local)
	case history.PublishSent:
		x.keys[e.Key] = true
		if p.Try == 0 && p.After != 0 && p.AskedGap == 0 {
			x.used[noGap] = true
		}
	case history.PublishRefused:
		x.connection(e, p.ServerID, p.Token, p.Local)
	case history.Departed:
		x.used[p.How] = true
	case history.PlayRequested:
		x.address(e, p.Local)
	case history.LogLine:
		if c := x.names.by[p.ID]; c != nil && (p.Peer != "" || p.Token != "" || p.Key != "") && c.peer != "" {
			x.sight(sighting{e.At, c.wall, p.ID, c.token, c.peer, c.key})
		}
	case history.API:
		for id, peer := range p.Peers {
			x.sight(sighting{at: e.At, id: id, peer: peer})
		}
	case history.Tick:
		x.look(e.At - sightAfter)
		x.forget(e.At)
	}
}

func (x *proxy) Finish() { x.look(never) }

// connection remembers a connection of ours under the names that the server may have for it.
func (x *proxy) connection(e history.Event, id, token, local string) {
	x.address(e, local)
	for _, name := range []string{idName(id), tokenName(token)} {
		if name == "" || local == "" {
			continue
		}
		c := x.ours[name]
		switch {
		case c == nil:
			x.age = append(x.age, since{name, e.At})
			x.ours[name] = &ourEnd{at: e.At, local: local}
		case c.local != local:
			*c = ourEnd{at: e.At, local: local, seen: true}
		}
	}
}

func idName(id string) string {
	if id == "" {
		return ""
	}
	return "id " + id
}

func tokenName(token string) string {
	if token == "" {
		return ""
	}
	return "token " + token
}

// address remembers an address of ours.
func (x *proxy) address(e history.Event, local string) {
	if local = plainAddress(local); local == "" {
		return
	}
	if _, ok := x.addresses[local]; !ok {
		x.addressed = append(x.addressed, since{local, e.At})
	}
	x.addresses[local] = &ourAddress{e.At, e.Key}
}

func (x *proxy) sight(s sighting) {
	if len(x.waiting) < maxSightings {
		x.waiting = append(x.waiting, s)
	}
}

// look compares what was sighted until a time.
func (x *proxy) look(until time.Duration) {
	n := 0
	for ; n < len(x.waiting) && x.waiting[n].at <= until; n++ {
		x.compare(x.waiting[n])
	}
	x.waiting = slices.Delete(x.waiting, 0, n)
}

func (x *proxy) compare(s sighting) {
	c := x.ours[idName(s.id)]
	if c == nil {
		c = x.ours[tokenName(s.token)]
	}
	if c != nil {
		same, known := sameAddress(c.local, s.peer)
		switch {
		case c.seen || !known:
			return
		case same:
			x.certain.same++
		default:
			if x.certain.other++; x.certain.other == 1 {
				x.first = Proxy{Ours: c.local, Seen: s.peer}
			}
		}
		c.seen = true
		x.clock.connected(c.at, s.wall)
		return
	}
	if !x.keys[s.key] || x.clock.before(s.at, s.wall) {
		return
	}
	if a := x.addresses[plainAddress(s.peer)]; a != nil && a.key == s.key {
		x.likely.same++
	} else {
		x.likely.other++
	}
}

// between reports whether it is certain that a proxy stands between.
func (x *proxy) between() bool { return x.certain.other > x.certain.same }

// direct reports whether the server has been seen to see our addresses, doubted whether it was seen not to. Both may be
// false, when nothing is known yet.
func (x *proxy) direct() bool {
	return x.certain.same > x.certain.other || x.certain.total() == 0 && x.likely.same > x.likely.other
}

func (x *proxy) doubted() bool {
	return x.between() || x.certain.total() == 0 && x.likely.other > x.likely.same
}

// forget drops connections and addresses that are too old to be of use.
func (x *proxy) forget(now time.Duration) {
	for _, name := range expired(&x.age, now-keepNames, func(name string) time.Duration { return x.ours[name].at }) {
		delete(x.ours, name)
	}
	for _, a := range expired(&x.addressed, now-keepNames, func(a string) time.Duration { return x.addresses[a].at }) {
		delete(x.addresses, a)
	}
}

// noGap names returns without a gap.
const noGap = "gap 0"

// frail is what a proxy may not carry through: it has its own connection to the server, which it closes in its own way and
// time.
var frail = []string{"rst", "halfclose", "vanish", noGap}

// unverified is what of that was tried.
func (x *proxy) unverified() (out []string) {
	for _, what := range frail {
		if x.used[what] {
			out = append(out, what)
		}
	}
	return out
}

// outcome is the proxy, nil if there is none for certain.
func (x *proxy) outcome() *Proxy {
	if !x.between() {
		return nil
	}
	p := x.first
	p.Count = x.certain.other
	return &p
}

// sameAddress compares two addresses in whatever form. Without a port, only another host says something.
func sameAddress(ours, seen string) (same, known bool) {
	a, err := netip.ParseAddrPort(ours)
	if err != nil {
		return false, false
	}
	if b, err := netip.ParseAddrPort(seen); err == nil {
		return a.Port() == b.Port() && sameHost(a.Addr(), b.Addr()), true
	}
	b, err := netip.ParseAddr(seen)
	if err != nil || sameHost(a.Addr(), b) {
		return false, false
	}
	return false, true
}

func sameHost(a, b netip.Addr) bool { return a.Unmap().WithZone("") == b.Unmap().WithZone("") }

// plainAddress gives an address one form, and leaves what is none as it is.
func plainAddress(s string) string {
	if a, err := netip.ParseAddrPort(s); err == nil {
		return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port()).String()
	}
	return s
}
