package check

import (
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
	"github.com/google/go-cmp/cmp"
)

func TestProxies(t *testing.T) {
	const ours = "127.0.0.1:5000"
	connect := func(id, token string) func(*script) {
		return func(s *script) {
			s.add(699, k0, 0, "pub/"+k0, history.Connected{Conn: 900, ServerID: id, Token: token, Local: ours})
		}
	}
	log := func(p history.LogLine) func(*script) {
		return func(s *script) { s.add(700, "", 0, "server", p) }
	}
	api := func(peer string) func(*script) {
		return func(s *script) {
			for _, at := range []float64{800, 2000, 4000} {
				s.add(at, "", 0, "server", history.API{Peers: map[string]string{"c": peer, "stranger": "9.9.9.9:9"}})
			}
		}
	}
	for _, tt := range []struct {
		name  string
		write []func(*script)
		want  *Proxy
	}{
		{"nothing known", nil, nil},
		{"the log sees us", []func(*script){connect("c", ""), log(history.LogLine{ID: "c", Peer: ours})}, nil},
		{"in other words", []func(*script){connect("c", ""), log(history.LogLine{ID: "c", Peer: "[::ffff:127.0.0.1]:5000"})}, nil},
		{"another port", []func(*script){connect("c", ""), log(history.LogLine{ID: "c", Peer: "127.0.0.1:6000"})}, &Proxy{ours, "127.0.0.1:6000", 1}},
		{"another host", []func(*script){connect("c", ""), log(history.LogLine{ID: "c", Peer: "172.17.0.1:5000"})}, &Proxy{ours, "172.17.0.1:5000", 1}},
		{"another host, no port", []func(*script){connect("c", ""), log(history.LogLine{ID: "c", Peer: "172.17.0.1"})}, &Proxy{ours, "172.17.0.1", 1}},
		{"no port", []func(*script){connect("c", ""), log(history.LogLine{ID: "c", Peer: "127.0.0.1"})}, nil},
		{"no address", []func(*script){connect("c", ""), log(history.LogLine{ID: "c", Peer: "somebody"})}, nil},
		{"by token", []func(*script){connect("", "t"), log(history.LogLine{ID: "c", Peer: "127.0.0.1:6000"}), log(history.LogLine{ID: "c", Token: "t", Key: k0})},
			&Proxy{ours, "127.0.0.1:6000", 1}},
		{"a stranger", []func(*script){connect("c", ""), log(history.LogLine{ID: "d", Peer: "127.0.0.1:6000"})}, nil},
		{"a stranger on our key is no proof", []func(*script){connect("c", ""), log(history.LogLine{ID: "d", Peer: "127.0.0.1:6000", Key: k0})}, nil},
		{"the API sees us", []func(*script){connect("c", ""), api(ours)}, nil},
		{"the API names hosts only, and then the log ports", []func(*script){connect("c", ""), func(s *script) {
			s.add(705, "", 0, "server", history.API{Peers: map[string]string{"c": "127.0.0.1"}})
			s.add(2800, "", 0, "server", history.LogLine{ID: "c", Peer: "127.0.0.1:6000"})
		}}, &Proxy{ours, "127.0.0.1:6000", 1}},
		{"the API sees another, again and again", []func(*script){connect("c", ""), api("10.0.0.1:7")}, &Proxy{ours, "10.0.0.1:7", 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.cycles(k0, 1, 100, 3)
			for _, write := range tt.write {
				write(s)
			}
			out := s.judge().Outcome.Log
			if diff := cmp.Diff(tt.want, out.Proxy); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if (len(out.Unverified) > 0) != (tt.want != nil) {
				t.Errorf("unverified %v", out.Unverified)
			}
		})
	}
}

// What may not have come through a proxy is named, if it was tried.
func TestUnverified(t *testing.T) {
	for _, tt := range []struct {
		how  string
		gap  float64
		want []string
	}{
		{"fin", 10, nil},
		{"fin", 0, []string{"gap 0"}},
		{"unpublish", 10, nil},
		{"rst", 10, []string{"rst"}},
		{"vanish", 0, []string{"vanish", "gap 0"}},
		{"halfclose", 10, []string{"halfclose"}},
	} {
		s := newScript(t)
		s.accept(k0, 1, 100, 101, try{id: "c", local: "127.0.0.1:5000"})
		s.add(100, "", 0, "server", history.LogLine{ID: "c", Peer: "127.0.0.1:6000"})
		s.depart(k0, 1, 600, tt.how)
		s.add(610, k0, 2, "pub/"+k0, history.PublishSent{Role: history.Owner, Conn: 99, After: 1, AskedGap: ms(tt.gap)})
		out := s.judge().Outcome.Log
		if diff := cmp.Diff(tt.want, out.Unverified); diff != "" || out.Proxy == nil {
			t.Errorf("%s, gap %v (-want +got):\n%s", tt.how, tt.gap, diff)
		}
	}
}

// A player's refusal is tied by its address only where the server sees ours.
func TestNoViewerIsKnownBehindAProxy(t *testing.T) {
	s := newScript(t)
	s.cycles(k0, 1, 100, 3)
	s.accept(k1, 1, 100, 101, try{id: "c", local: "127.0.0.1:5000"})
	s.add(100, "", 0, "server", history.LogLine{ID: "c", Peer: "127.0.0.1:6000"})
	s.add(1680, k0, 0, p0, history.PlayRequested{Session: 1, Local: "1.2.3.4:5"})
	s.add(1690, "", 0, "server", history.LogLine{Line: "h", Rule: "http-client", ID: "p", Key: k0, Peer: "1.2.3.4:5"})
	s.add(1700, "", 0, "server", history.LogLine{Line: "x", Class: "duplicated", Rule: "play-duplicated", ID: "p"})
	if c := s.want("fail duplicated-pattern×1(live/s0)").Findings[0].Cases[0]; c.By != ByNothing || c.Log != "x" {
		t.Errorf("%+v", c)
	}
}
