package crowd

import (
	"context"
	"net/netip"
	"net/url"
	"sync"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
)

// page is what all players of one URL share.
type page struct {
	url     *url.URL
	request []byte
	host    *host
	err     error // the URL is none
}

// pages are the pages and hosts of a crowd.
type pages struct {
	cfg   *Config
	mu    sync.Mutex
	pages map[string]*page
	hosts map[string]*host
}

// of returns the page of a URL.
func (s *pages) of(raw string) *page {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pages[raw]
	if p == nil {
		p = s.make(raw)
		s.pages[raw] = p
	}
	return p
}

func (s *pages) make(raw string) *page {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return &page{url: &url.URL{}, err: phrase.Errorf(phrase.TargetNotURL, "--play-url", foreign.Mask(raw), target.PlayExample)}
	}
	return s.at(u)
}

// at makes the page of a URL, which is not kept: a redirected session's.
func (s *pages) at(u *url.URL) *page {
	addr := target.Addr(u)
	h := s.hosts[addr]
	if h == nil {
		h = &host{cfg: s.cfg, addr: addr}
		s.hosts[addr] = h
	}
	return &page{url: u, request: load.Request(u, s.cfg.Agent, s.cfg.Road.Headers()), host: h}
}

// redirected is the page that a session of from was sent to, on the same host.
func (s *pages) redirected(from *page, to *url.URL) *page {
	return &page{url: to, request: load.Request(to, s.cfg.Agent, s.cfg.Road.Headers()), host: from.host}
}

// secure reports whether the page is reached by TLS.
func (p *page) secure() bool { return p.url.Scheme == "https" }

// host is one host:port and where it really is.
type host struct {
	cfg  *Config
	addr string

	mu      sync.Mutex
	known   bool
	asking  bool
	at      []netip.AddrPort
	sources []target.Sources // of connections to each
	waiting []func(error)
}

// where reports whether it is known where the host is. If not, then is called when it is, or with why it is not to be known, on another
// goroutine; ask is called with what has to be done on a goroutine of its own for that.
func (h *host) where(ctx context.Context, ask func(func()), then func(error)) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known {
		return true
	}
	h.waiting = append(h.waiting, then)
	if !h.asking {
		h.asking = true
		ask(func() { h.ask(ctx) })
	}
	return false
}

// ask asks for the addresses and tells all who wait.
func (h *host) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, load.DialWithin)
	defer cancel()
	at, err := h.cfg.Road.Resolve(ctx, h.addr)
	h.mu.Lock()
	h.asking = false
	if err == nil {
		h.known, h.at = true, at
		for _, a := range at {
			h.sources = append(h.sources, h.cfg.Road.Toward(a))
		}
	}
	waiting := h.waiting
	h.waiting = nil
	h.mu.Unlock()
	for _, then := range waiting {
		then(err)
	}
}

// address is the try-th of a host that is known, and the sources of connections to it.
func (h *host) address(try int) (netip.AddrPort, target.Sources, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if try >= len(h.at) {
		return netip.AddrPort{}, target.Sources{}, false
	}
	return h.at[try], h.sources[try], true
}

// worked puts the try-th address first.
func (h *host) worked(try int) {
	if try == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if try < len(h.at) {
		h.at[0], h.at[try] = h.at[try], h.at[0]
		h.sources[0], h.sources[try] = h.sources[try], h.sources[0]
	}
}
