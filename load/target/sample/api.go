package sample

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// askWithin bounds one look at an API, in which at most two lists are asked for.
	askWithin = 2 * time.Second
	// maxAnswer bounds an answer, in bytes.
	maxAnswer = 8 << 20
	// maxListed and maxListedText bound how many streams, and how many addresses, one look may tell of, and their text in
	// bytes: an event has to fit into a line of a history.
	maxListed     = 4096
	maxListedText = 192 << 10
)

// api asks a server's API for what the profile says can be asked. Errors are sentences for the user; no secret stands in
// them, nor in anything that the server says.
type api struct {
	known  *profile.API
	base   *url.URL
	client *http.Client
	header [2]string // name and value; empty for none
	query  string
	hide   func(string) string // replaces secrets
	within time.Duration       // bounds one look
}

// denied is an error that the next question will meet again: we are not let in, or this is no such API.
type denied struct{ error }

func (d denied) Unwrap() error { return d.error }

// newAPI reads where and how to ask. It asks nothing.
func newAPI(where string, p *profile.Profile, env func(string) string, client *http.Client) (*api, error) {
	if p == nil || p.API == nil || p.API.Streams == nil && p.API.Clients == nil {
		name := "generic"
		if p != nil {
			name = p.Name
		}
		return nil, phrase.Errorf(phrase.SampleNoAPI, foreign.Mask(where), name, readable())
	}
	base, err := url.Parse(where)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, phrase.Errorf(phrase.SampleNotURL, foreign.Mask(where), cmp.Or(p.Shipped.API, "http://127.0.0.1:1985"))
	}
	if env == nil {
		env = os.Getenv
	}
	a := &api{known: p.API, base: base, within: askWithin}
	secrets := &secrets{env: env}
	secrets.ofURL(base)
	if p.API.Header != "" {
		name, value, _ := strings.Cut(secrets.fill(p.API.Header, func(s string) string { return s }), ":")
		a.header = [2]string{strings.TrimSpace(name), strings.TrimSpace(value)}
	}
	a.query = secrets.fill(p.API.Query, url.QueryEscape)
	if secrets.missing != "" {
		return nil, phrase.Errorf(phrase.SampleNoSecret, foreign.Mask(where), p.Name, secrets.missing, secrets.missing)
	}
	a.hide = secrets.masker()
	a.client = onlyThere(client, base)
	return a, nil
}

// readable are the names of the profiles whose API can be read.
func readable() string {
	var names []string
	for _, name := range profile.Names() {
		if p, _ := profile.Lookup(name); p.API != nil && (p.API.Streams != nil || p.API.Clients != nil) {
			names = append(names, p.Name)
		}
	}
	return strings.Join(names, ", ")
}

// onlyThere is a client like c that follows no redirect to another host: our secrets are not for it.
func onlyThere(c *http.Client, base *url.URL) *http.Client {
	if c == nil {
		c = &http.Client{Transport: new(target.Road).Transport()}
	}
	there := *c
	there.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		switch {
		case next.URL.Scheme != base.Scheme || target.Addr(next.URL) != target.Addr(base):
			return phrase.Errorf(phrase.TargetRedirect, target.Addr(next.URL))
		case len(via) > target.MaxRedirects:
			return phrase.Errorf(phrase.TargetRedirects, len(via))
		}
		next.Close = true
		return nil
	}
	return &there
}

// look asks for the streams, and for the clients' addresses too when peers says so or nothing else tells how many clients
// there are.
func (a *api) look(ctx context.Context, peers bool) (history.API, error) {
	ctx, cancel := context.WithTimeout(ctx, a.within)
	defer cancel()
	began := time.Now()
	out := history.API{Clients: -1}
	if a.known.Streams != nil {
		if err := a.streams(ctx, a.known.Streams, &out); err != nil {
			return history.API{}, err
		}
	}
	if a.known.Clients != nil && (peers || a.known.Streams == nil || a.known.Streams.Count == "") {
		if err := a.clients(ctx, a.known.Clients, &out); err != nil {
			return history.API{}, err
		}
	}
	out.Took = time.Since(began)
	return out, nil
}

// apiRoom bounds what one look tells.
type apiRoom struct{ count, text int }

func (l *apiRoom) full(texts ...string) bool {
	l.count++
	for _, s := range texts {
		l.text += len(s)
	}
	return l.count > maxListed || l.text > maxListedText
}

// streams asks for the streams. Several items of one key, such as a server lists for each protocol, are one stream.
func (a *api) streams(ctx context.Context, l *profile.APIList, out *history.API) error {
	streams, over := map[string]history.APIStream{}, false
	var room apiRoom
	rule, is := activeRule(l.Active)
	paths := append([]string{rule, l.Publisher, l.Count, l.Frames}, l.Key...)
	err := a.ask(ctx, l, newListReader(l.List, paths, func(v []apiValue) {
		key := a.hide(apiKey(v[4:]))
		if key == "" {
			return
		}
		s := history.APIStream{Key: key, Active: is(v[0]), Publisher: a.hide(v[1].says()), Clients: -1}
		if n, ok := v[2].number(); ok {
			s.Clients = int(min(n, 1<<30))
		}
		s.Frames, _ = v[3].number()
		had, twice := streams[key]
		if twice {
			s = joined(had, s)
		} else if over = over || room.full(key, s.Publisher); over {
			return
		}
		streams[key] = s
	}))
	if err != nil {
		return err
	}
	if over {
		return denied{phrase.Errorf(phrase.SampleTooMany, a.at(l), maxListed)}
	}
	out.Streams = slices.SortedFunc(maps.Values(streams), func(x, y history.APIStream) int { return cmp.Compare(x.Key, y.Key) })
	if l.Count == "" {
		return nil
	}
	out.Clients = 0
	for _, s := range out.Streams {
		if s.Clients < 0 {
			out.Clients = -1
			return nil
		}
		out.Clients = min(out.Clients+s.Clients, 1<<30)
	}
	return nil
}

// joined is what two items say of one stream.
func joined(a, b history.APIStream) history.APIStream {
	a.Active = a.Active || b.Active
	a.Publisher = cmp.Or(a.Publisher, b.Publisher)
	a.Clients = max(a.Clients, b.Clients)
	a.Frames = max(a.Frames, b.Frames)
	return a
}

// clients asks for the clients. Their number counts where the streams don't tell it.
func (a *api) clients(ctx context.Context, l *profile.APIList, out *history.API) error {
	peers, count := map[string]string{}, 0
	var room apiRoom
	err := a.ask(ctx, l, newListReader(l.List, []string{l.ID, l.Peer}, func(v []apiValue) {
		count++
		id, peer := a.hide(v[0].says()), a.hide(v[1].says())
		if id != "" && peer != "" && !room.full(id, peer) {
			peers[id] = peer
		}
	}))
	if err != nil {
		return err
	}
	if out.Clients < 0 {
		out.Clients = min(count, 1<<30)
	}
	if len(peers) > 0 {
		out.Peers = peers
	}
	return nil
}

// at is where a list is asked for, without its query.
func (a *api) at(l *profile.APIList) string {
	path, _, _ := strings.Cut(l.Path, "?")
	return a.hide(foreign.Mask(a.base.Scheme + "://" + a.base.Host + strings.TrimRight(a.base.Path, "/") + path))
}

// where is the URL of a list.
func (a *api) where(l *profile.APIList) *url.URL {
	u := *a.base
	path, query, _ := strings.Cut(l.Path, "?")
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/")+path, ""
	u.RawQuery = strings.Join(slices.DeleteFunc([]string{query, a.query, u.RawQuery}, func(s string) bool { return s == "" }), "&")
	return &u
}

// ask asks for a list and reads it.
func (a *api) ask(ctx context.Context, l *profile.APIList, into *listReader) error {
	req := (&http.Request{
		Method: http.MethodGet, URL: a.where(l), Header: http.Header{"User-Agent": {"flvstorm"}, "Accept": {"application/json"}},
		Close: true, // an idle connection of ours would count as one of the server's
	}).WithContext(ctx)
	if a.header[0] != "" {
		req.Header.Set(a.header[0], a.header[1])
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return a.unanswered(ctx, l, err)
	}
	defer resp.Body.Close()
	var start prefix
	body := &io.LimitedReader{R: io.TeeReader(resp.Body, &start), N: maxAnswer}
	if resp.StatusCode != http.StatusOK {
		_, err := io.CopyN(io.Discard, body, prefixBytes)
		if err != nil && ctx.Err() != nil {
			return a.unanswered(ctx, l, err)
		}
		return a.status(l, resp.StatusCode, start)
	}
	found, err := into.read(body)
	switch {
	case body.N <= 0:
		return denied{phrase.Errorf(phrase.SampleLong, a.at(l), maxAnswer>>20)}
	case err != nil && ctx.Err() != nil:
		return a.unanswered(ctx, l, err)
	case err != nil:
		return denied{phrase.Errorf(phrase.SampleNotJSON, a.at(l), a.quote(start))}
	case !found:
		return denied{phrase.Errorf(phrase.SampleNoList, a.at(l), l.List, a.quote(start))}
	}
	return nil
}

// status is the error of an answer that is no 200.
func (a *api) status(l *profile.APIList, status int, start prefix) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return denied{phrase.Errorf(phrase.SampleDenied, a.at(l), status, a.quote(start))}
	case http.StatusNotFound:
		return denied{phrase.Errorf(phrase.SampleNotFound, a.at(l), a.quote(start))}
	}
	return phrase.Errorf(phrase.SampleStatus, a.at(l), status, a.quote(start))
}

// unanswered is the error of a question that got no answer, without the URL, which may hold secrets.
func (a *api) unanswered(ctx context.Context, l *profile.APIList, err error) error {
	var sentence *phrase.Error
	var outer *url.Error
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case ctx.Err() != nil:
		return &phrase.Error{ID: phrase.SampleSlow, Args: []any{a.at(l), a.within}, Cause: ctx.Err()}
	case errors.As(err, &sentence): // a redirect that is not followed
		return denied{phrase.Errorf(phrase.SampleRedirect, a.at(l), a.hide(sentence.Error()))}
	case errors.As(err, &outer):
		err = outer.Err
	}
	return phrase.Errorf(phrase.SampleUnreached, a.at(l),
		&foreign.Error{Text: foreign.Short(a.hide(foreign.Mask(foreign.Clean(err.Error())))), Cause: err})
}

// quote is the beginning of an answer, as part of a sentence.
func (a *api) quote(start prefix) string {
	// What was cut off may be the rest of a secret; so a little more is read than is shown.
	return foreign.Short(a.hide(foreign.Mask(foreign.Clean(start.text))))
}

// prefix keeps the beginning of what is written to it.
type prefix struct{ text []byte }

const prefixBytes = 2 << 10

func (p *prefix) Write(b []byte) (int, error) {
	p.text = append(p.text, b[:min(len(b), prefixBytes-len(p.text))]...)
	return len(b), nil
}
