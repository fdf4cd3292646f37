package embedded

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// The API of SRS, as far as it concerns streams and clients: the same paths, names and shapes, so that what samples a real
// server samples this one.

type apiReply struct {
	Code    int         `json:"code"`
	Server  string      `json:"server"`
	PID     string      `json:"pid"`
	Streams []apiStream `json:"streams,omitzero"`
	Clients []apiClient `json:"clients,omitzero"`
}

type apiStream struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	VHost     string     `json:"vhost"`
	App       string     `json:"app"`
	URL       string     `json:"url"`
	LiveMS    int64      `json:"live_ms"` // of the last publish's start, unix
	Clients   int        `json:"clients"` // publisher and viewers, also those that wait
	Frames    int64      `json:"frames"`
	SendBytes int64      `json:"send_bytes"`
	RecvBytes int64      `json:"recv_bytes"`
	KBPS      apiRate    `json:"kbps"`
	Publish   apiPublish `json:"publish"`
}

type apiRate struct {
	Recv int64 `json:"recv_30s"`
	Send int64 `json:"send_30s"`
}

type apiPublish struct {
	Active bool   `json:"active"`
	CID    string `json:"cid,omitempty"`
}

type apiClient struct {
	ID        string  `json:"id"` // the cid of the log
	VHost     string  `json:"vhost"`
	Stream    string  `json:"stream"`
	IP        string  `json:"ip"`
	URL       string  `json:"url"`
	Name      string  `json:"name"`
	Type      string  `json:"type"`
	Publish   bool    `json:"publish"`
	Alive     float64 `json:"alive"` // seconds
	SendBytes int64   `json:"send_bytes"`
	RecvBytes int64   `json:"recv_bytes"`
	KBPS      apiRate `json:"kbps"`
}

// page is the part of a list that is asked for.
type page struct{ start, count int }

// pageOf reads start and count; count is 10 where it is missing, as in SRS.
func pageOf(req *http.Request) page {
	query := req.URL.Query()
	p := page{count: 10}
	if n, err := strconv.Atoi(query.Get("count")); err == nil && n >= 0 {
		p.count = n
	}
	if n, err := strconv.Atoi(query.Get("start")); err == nil && n >= 0 {
		p.start = n
	}
	return p
}

func cut[T any](p page, list []T) []T {
	list = list[min(p.start, len(list)):]
	return list[:min(p.count, len(list))]
}

func (s *Server) apiReply() apiReply {
	return apiReply{Server: "vid-" + s.id, PID: strconv.Itoa(s.log.pid)}
}

// sortedKeys returns the keys by name.
func (s *Server) sortedKeys() []*key {
	list := s.keys.list()
	slices.SortFunc(list, func(a, b *key) int { return cmp.Compare(a.name, b.name) })
	return list
}

func (s *Server) apiStreams(p page) apiReply {
	reply := s.apiReply()
	reply.Streams = []apiStream{}
	for _, k := range cut(p, s.sortedKeys()) {
		reply.Streams = append(reply.Streams, k.apiStream(time.Now()))
	}
	return reply
}

func (s *Server) apiClients(p page) apiReply {
	reply := s.apiReply()
	list := []apiClient{}
	now := time.Now()
	for _, k := range s.sortedKeys() {
		publisher, viewers := k.clients()
		if publisher != nil {
			list = append(list, k.apiClient(publisher, true, now))
		}
		for _, v := range viewers {
			list = append(list, k.apiClient(v, false, now))
		}
		for _, c := range k.leftovers() {
			list = append(list, k.apiClient(c, true, now))
		}
	}
	reply.Clients = cut(p, list)
	return reply
}

// apiID names a key.
func (k *key) apiID() string { return "vid-" + k.name }

func (k *key) apiStream(now time.Time) apiStream {
	app, stream := k.parts()
	a := apiStream{ID: k.apiID(), Name: stream, VHost: "vid-default", App: app, URL: k.sid()}
	a.SendBytes, a.KBPS.Send = k.sent.read(now)
	a.RecvBytes, a.KBPS.Recv = k.received.read(now)
	publisher, viewers := k.clients()
	a.Clients = len(viewers) + len(k.leftovers())
	if publisher != nil {
		a.Clients++
		a.Publish = apiPublish{Active: true, CID: publisher.cid}
		a.LiveMS = publisher.since.UnixMilli()
	}
	a.Frames = k.frames.Load()
	return a
}

func (k *key) apiClient(c *client, publish bool, now time.Time) apiClient {
	_, stream := k.parts()
	a := apiClient{ID: c.cid, VHost: "vid-default", Stream: k.apiID(), IP: c.addr.Addr().String(), URL: k.sid(), Name: stream,
		Type: "flv-play", Publish: publish, Alive: now.Sub(c.since).Seconds()}
	if publish {
		a.Type = "fmle-publish"
	}
	a.SendBytes, a.KBPS.Send = c.sent.read(now)
	a.RecvBytes, a.KBPS.Recv = c.received.read(now)
	return a
}
