package target

import (
	"errors"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Header is one field of the requests of players. Its value may let somebody in, so it is never shown.
type Header struct {
	Name, Value string
}

// Is reports whether the header has this name; case does not count (RFC 9110 §5.1).
func (h Header) Is(name string) bool { return strings.EqualFold(h.Name, name) }

// String is the header as it may be shown.
func (h Header) String() string { return h.Name + ": " + foreign.Masked }

// MaskHeader hides the value of a header as --header gives it; what has no name is hidden whole.
func MaskHeader(text string) string {
	name, _, ok := strings.Cut(text, ":")
	if !ok || !isToken(name) {
		return foreign.Masked
	}
	return Header{Name: name}.String()
}

// maxHeader bounds one header, in bytes; common servers take 8 KiB for a whole head.
const maxHeader = 8 << 10

// ours are the fields that say how a message travels (RFC 9110 §7.6.1 and §6.6, RFC 9112 §6): the connection is ours, not the
// user's. So is what would make the answer another than the stream itself.
var ours = []string{
	"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
	"Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Content-Length", "Expect", "Accept-Encoding", "Range",
}

// parseHeaders reads the values of --header, and returns every problem at once.
func parseHeaders(texts []string) ([]Header, error) {
	var headers []Header
	var problems []error
	for _, text := range texts {
		h, err := parseHeader(text)
		if err == nil && h.Is("Host") && slices.ContainsFunc(headers, func(o Header) bool { return o.Is("Host") }) {
			err = phrase.Errorf(phrase.ReachHeaderTwice, h)
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		headers = append(headers, h)
	}
	return headers, errors.Join(problems...)
}

func parseHeader(text string) (Header, error) {
	name, value, ok := strings.Cut(text, ":")
	value = strings.Trim(value, " \t")
	h := Header{Name: name, Value: value}
	switch {
	case !ok, !isToken(name):
		return h, phrase.Errorf(phrase.ReachHeaderName, MaskHeader(text))
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }):
		return h, phrase.Errorf(phrase.ReachHeaderValue, h)
	case len(text) > maxHeader:
		return h, phrase.Errorf(phrase.ReachHeaderLong, h, maxHeader)
	case slices.ContainsFunc(ours, h.Is):
		return h, phrase.Errorf(phrase.ReachHeaderOurs, h)
	case h.Is("Host") && (value == "" || strings.ContainsAny(value, " \t/?#@,")):
		return h, phrase.Errorf(phrase.ReachHeaderHost, h)
	}
	return h, nil
}

// isToken reports whether s can name a field (RFC 9110 §5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}
