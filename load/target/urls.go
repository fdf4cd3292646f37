package target

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Placeholder stands in a URL where the name of the stream goes.
const Placeholder = "{stream}"

// URLs are the two templates by which a server is reached, or a list of streams that have URLs of their own. Validate
// them first; the other methods rely on it.
type URLs struct {
	// Publish is where publishers go: rtmp://host[:1935]/app/{stream}, with a query behind the stream where the server
	// wants one. The older form rtmp://host/app?vhost=name/{stream} is understood too. rtmps://host[:443] is TLS.
	// Empty is right for a load of players alone; keys are then named after Play.
	Publish string
	// Play is where players go: http://host[:80]/app/{stream}.flv or whatever the server makes of it. Empty is right for
	// a load without players. https://host[:443] is TLS.
	Play string
	// Listed are the streams of a file, by their names. Where there are any, Publish and Play are the URLs of the first
	// one (see Listing): they stand for all when the server is greeted and its life is watched.
	Listed map[string]Stream
}

// Endpoint is where and as what to publish.
type Endpoint struct {
	Addr   string // host:port, as in the URL
	App    string
	Stream string // with its query, if any
	TCURL  string
	TLS    bool
}

// Network is how Road.Dial reaches the endpoint.
func (e Endpoint) Network() string { return network(e.TLS) }

// Examples of both, for hints.
const (
	PublishExample = "rtmp://127.0.0.1:1935/live/{stream}"
	PlayExample    = "http://127.0.0.1:8080/live/{stream}.flv"
)

// Validate returns every problem of the templates at once, for a load of this many streams with this many players each.
// Of listed streams the URLs are right already, see ReadStreams.
func (u URLs) Validate(streams, players int) error {
	if u.Listed != nil {
		return u.validateListed(players)
	}
	var problems []error
	publish, play := checkPublish("--publish-url", u.Publish), error(nil)
	if u.Play != "" || players > 0 {
		play = checkURL("--play-url", u.Play, "http", PlayExample)
	}
	for _, err := range []error{publish, play} {
		if err != nil {
			problems = append(problems, err)
		}
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}

	// Two names must make two keys: a placeholder in the query alone does not.
	publishVaries := u.Key("a") != u.Key("b")
	playVaries := u.PlayURL("a") != u.PlayURL("b")
	switch {
	case streams > 1 && !publishVaries:
		problems = append(problems, phrase.Errorf(phrase.TargetNeedsStream, "--publish-url", foreign.Mask(u.Publish), streams, PublishExample))
	case streams > 1 && u.Play != "" && !playVaries:
		problems = append(problems, phrase.Errorf(phrase.TargetNeedsStream, "--play-url", foreign.Mask(u.Play), streams, PlayExample))
	case u.Play != "" && publishVaries && !playVaries:
		problems = append(problems, phrase.Errorf(phrase.TargetOneFixed, "--play-url", foreign.Mask(u.Play), "--publish-url"))
	case u.Play != "" && playVaries && !publishVaries:
		problems = append(problems, phrase.Errorf(phrase.TargetOneFixed, "--publish-url", foreign.Mask(u.Publish), "--play-url"))
	}
	return errors.Join(problems...)
}

// ValidatePlay returns the first problem of the URLs for a load of players alone, on this many streams.
func (u URLs) ValidatePlay(streams int) error {
	if u.Listed != nil {
		return u.validateListed(1)
	}
	if err := checkURL("--play-url", u.Play, "http", PlayExample); err != nil {
		return err
	}
	if streams > 1 && u.PlayURL("a") == u.PlayURL("b") {
		return phrase.Errorf(phrase.TargetNeedsStream, "--play-url", foreign.Mask(u.Play), streams, PlayExample)
	}
	return nil
}

// Varies reports whether the templates hold the placeholder; without it the one stream's name is the user's. So are the
// names of listed streams.
func (u URLs) Varies() bool { return u.Listed == nil && u.Key("a") != u.Key("b") }

// Endpoint returns where the publisher of stream goes; the zero Endpoint without a publish URL.
func (u URLs) Endpoint(stream string) Endpoint {
	raw := u.PublishURL(stream)
	if raw == "" {
		return Endpoint{}
	}
	host, app, name := splitPublish(raw)
	e := Endpoint{Addr: addrOf(host, "rtmp"), App: app, Stream: name, TCURL: "rtmp://" + host + "/" + app}
	if scheme, _, _ := strings.Cut(raw, "://"); strings.EqualFold(scheme, "rtmps") {
		e.TLS, e.Addr, e.TCURL = true, addrOf(host, "rtmps"), "rtmps://"+host+"/"+app
	}
	return e
}

// PublishURL returns the URL by which stream is published.
func (u URLs) PublishURL(stream string) string {
	if s, ok := u.Listed[stream]; ok {
		return s.Publish
	}
	return strings.ReplaceAll(u.Publish, Placeholder, stream)
}

// PlayURL returns where the players of stream go.
func (u URLs) PlayURL(stream string) string {
	if s, ok := u.Listed[stream]; ok {
		return s.Play
	}
	return strings.ReplaceAll(u.Play, Placeholder, stream)
}

// PlayAddr returns the host:port of where players go, empty without a play URL.
func (u URLs) PlayAddr() string { addr, _ := u.playPlace("s"); return addr }

// PlayTLS reports whether players go there by TLS.
func (u URLs) PlayTLS() bool { _, secure := u.playPlace("s"); return secure }

// playPlace returns where the players of stream go, and whether by TLS; an empty address without a play URL.
func (u URLs) playPlace(stream string) (addr string, secure bool) {
	raw := u.PlayURL(stream)
	play, err := url.Parse(raw)
	if err != nil || raw == "" {
		return "", false
	}
	return Addr(play), play.Scheme == "https"
}

// Key returns what publishers of stream contend for: app/stream, without any query. Where nobody publishes it is the path of the
// play URL without its ending, which on most servers says the same.
func (u URLs) Key(stream string) string {
	if u.PublishURL(stream) == "" {
		play, _, _ := strings.Cut(u.PlayURL(stream), "?")
		_, rest, _ := strings.Cut(play, "://")
		_, path, _ := strings.Cut(rest, "/")
		return strings.TrimSuffix(path, ".flv")
	}
	_, app, name := splitPublish(u.PublishURL(stream))
	app, _, _ = strings.Cut(app, "?")
	name, _, _ = strings.Cut(name, "?")
	return app + "/" + name
}

// defaultPorts are those of the schemes.
var defaultPorts = map[string]string{"rtmp": "1935", "rtmps": "443", "http": "80", "https": "443"}

// Addr returns the host:port that an http or rtmp URL leads to, with the scheme's default port.
func Addr(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = defaultPorts[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// checkPublish returns the first problem of a publish URL. flag is where it stands.
func checkPublish(flag, raw string) error {
	if err := checkURL(flag, raw, "rtmp", PublishExample); err != nil {
		return err
	}
	host, app, name := splitPublish(strings.ReplaceAll(raw, Placeholder, "s"))
	if strings.Contains(host, "@") {
		return phrase.Errorf(phrase.TargetUser, flag, foreign.Mask(raw))
	}
	bare, _, _ := strings.Cut(app, "?")
	stream, _, _ := strings.Cut(name, "?")
	if bare == "" || stream == "" || strings.Contains(bare, "//") || strings.HasSuffix(bare, "/") {
		return phrase.Errorf(phrase.TargetNoStream, flag, foreign.Mask(raw), PublishExample)
	}
	return nil
}

// checkURL returns the first problem of a template as a URL of the given scheme, or of that scheme with TLS.
func checkURL(flag, raw, scheme, example string) error {
	if strings.TrimSpace(raw) == "" {
		return phrase.Errorf(phrase.TargetNoURL, flag, example)
	}
	shown := foreign.Mask(raw)
	got, _, found := strings.Cut(raw, "://")
	if !found || !strings.EqualFold(got, scheme) && !strings.EqualFold(got, scheme+"s") {
		return phrase.Errorf(phrase.TargetScheme, flag, shown, scheme, scheme, example)
	}
	filled := strings.ReplaceAll(raw, Placeholder, "s")
	if i := strings.IndexAny(filled, "{}"); i >= 0 {
		return phrase.Errorf(phrase.TargetPlaceholder, flag, shown)
	}
	// RTMP knows no escapes, so a blank would go out as it is; in both it is a slip of the keyboard.
	if strings.ContainsFunc(filled, func(r rune) bool { return r <= ' ' || r == 0x7F }) {
		return phrase.Errorf(phrase.TargetBlank, flag, strconv.Quote(shown), example)
	}
	u, err := url.Parse(filled)
	if err != nil {
		// url.Error quotes the URL with its password, and what it says of it may hold a part of that; ours says where to look.
		return phrase.Errorf(phrase.TargetNotURL, flag, shown, example)
	}
	if u.Hostname() == "" {
		return phrase.Errorf(phrase.TargetNoHost, flag, shown, example)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return phrase.Errorf(phrase.TargetPort, flag, shown, port)
		}
	}
	return nil
}

// splitPublish cuts an rtmp URL into host[:port] as it is written, app and stream. The stream is the last part of the
// path, with the query; a path of one part and a slash in the query is the form app?vhost=name/stream.
func splitPublish(raw string) (host, app, stream string) {
	_, rest, _ := strings.Cut(raw, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		return rest, "", ""
	}
	host, rest = rest[:end], strings.TrimPrefix(rest[end:], "/")
	path, query := rest, ""
	if i := strings.IndexByte(rest, '?'); i >= 0 {
		path, query = rest[:i], rest[i:]
	}
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return host, path[:i], path[i+1:] + query
	}
	if before, after, ok := strings.Cut(query, "/"); ok {
		return host, path + before, after
	}
	return host, path + query, ""
}

// addrOf adds the port of the scheme where host has none. IPv6 addresses stand in brackets, as in a URL.
func addrOf(host, scheme string) string {
	return Addr(&url.URL{Scheme: scheme, Host: unescapeZone(host)})
}

// unescapeZone turns the %25 before the zone of an IPv6 address back into %, as url.Parse does (RFC 6874).
func unescapeZone(host string) string {
	if strings.HasPrefix(host, "[") {
		return strings.Replace(host, "%25", "%", 1)
	}
	return host
}
