package target

import (
	"errors"
	"net/netip"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// ParseSources reads what --source-ip was given, each time it was: an address, a range "10.0.0.5-10.0.0.9" with both its ends, or a
// prefix "127.0.0.0/8" without its network and broadcast address. Of more than 4096 addresses the first are used. The error
// holds every problem, each one line with a hint. Whether this machine has the addresses is for Check.
func ParseSources(texts []string) (Sources, error) {
	var addrs []netip.Addr
	var problems []error
	for _, text := range texts {
		first, last, err := parseSpan(text)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for a := first; len(addrs) < maxSources; a = a.Next() {
			addrs = append(addrs, a)
			if a == last {
				break
			}
		}
	}
	if len(problems) > 0 {
		return Sources{}, errors.Join(problems...)
	}
	return newSources(addrs), nil
}

// parseSpan returns the first and the last address that a text names.
func parseSpan(text string) (first, last netip.Addr, err error) {
	from, to, isRange := strings.Cut(text, "-")
	switch {
	case strings.Contains(text, "/"):
		return parsePrefix(text)
	case isRange:
		first, err = netip.ParseAddr(from)
		if err == nil {
			last, err = netip.ParseAddr(to)
		}
		first, last = first.Unmap(), last.Unmap()
		if err == nil && (first.Is4() != last.Is4() || first.Zone() != last.Zone() || last.Less(first)) {
			return first, last, phrase.Errorf(phrase.SourcesRange, text)
		}
	default:
		first, err = netip.ParseAddr(text)
		first = first.Unmap()
		last = first
	}
	if err != nil {
		return first, last, phrase.Errorf(phrase.SourcesNotAddress, text)
	}
	for _, a := range []netip.Addr{first, last} {
		if !clients(a) {
			return first, last, phrase.Errorf(phrase.SourcesNobody, text, a)
		}
	}
	return first, last, nil
}

// parsePrefix returns the first and the last host of a network.
func parsePrefix(text string) (first, last netip.Addr, err error) {
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4In6() {
		return first, last, phrase.Errorf(phrase.SourcesNotAddress, text)
	}
	if p != p.Masked() {
		return first, last, phrase.Errorf(phrase.SourcesBits, text, p.Masked(), p.Addr())
	}
	first, last = p.Addr(), lastOf(p)
	if p.Addr().BitLen()-p.Bits() > 1 { // RFC 3021, RFC 6164: a network of two has no addresses for others than them
		first = first.Next() // of IPv6 it stands for any router (RFC 4291 §2.6.1)
		if last.Is4() {
			last = last.Prev()
		}
	}
	if !clients(first) || !clients(last) {
		return first, last, phrase.Errorf(phrase.SourcesNobody, text, p.Addr())
	}
	return first, last, nil
}

// lastOf is the last address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(b)
	return last
}

// clients says whether a connection can come from an address at all: not from many, nor from 0.0.0.0/8 or 255.255.255.255 (RFC 1122
// §3.2.1.3).
func clients(a netip.Addr) bool {
	if a.Is4() && (a.As4()[0] == 0 || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})) {
		return false
	}
	return !a.IsUnspecified() && !a.IsMulticast()
}
