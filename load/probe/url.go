package probe

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Example is a URL for hints.
const Example = "http://127.0.0.1:8080/live/s.flv"

// ParseURL returns the URL of a stream, or one sentence about what is wrong with it.
func ParseURL(raw string) (*url.URL, error) {
	shown := foreign.Mask(foreign.Clean(raw))
	scheme, rest, found := strings.Cut(raw, "://")
	if !found {
		return nil, phrase.Errorf(phrase.ProbeBadURL, shown, Example)
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "ws", "wss":
	case "rtmp", "rtmps":
		host, path, _ := strings.Cut(rest, "/")
		if at := strings.LastIndexByte(host, '@'); at >= 0 {
			host = host[at+1:]
		}
		if u, err := url.Parse("http://" + host); err == nil {
			host = u.Hostname()
		}
		path, _, _ = strings.Cut(path, "?")
		return nil, phrase.Errorf(phrase.ProbeRTMP, shown, foreign.Clean("http://"+host+":8080/"+path+".flv"))
	default:
		return nil, phrase.Errorf(phrase.ProbeScheme, shown, Example)
	}
	if strings.ContainsAny(raw, "{}") {
		return nil, phrase.Errorf(phrase.ProbeTemplate, shown)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, phrase.Errorf(phrase.ProbeBadURL, shown, Example)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, phrase.Errorf(phrase.ProbeBadURL, shown, Example)
		}
	}
	u.Fragment = "" // goes nowhere, and a WebSocket must not have one (RFC 6455 §3)
	return u, nil
}
