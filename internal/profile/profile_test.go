package profile

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestEveryProfileIsWhole(t *testing.T) {
	for _, name := range Names() {
		b, _ := Source(name)
		if _, err := parse(name+".yaml", b); err != nil {
			t.Error(err)
			continue
		}
		p, ok := Lookup(name)
		if !ok || p.Name != name {
			t.Errorf("%s is called %q", name, p.Name)
			continue
		}
		for _, r := range p.LogRules {
			if !strings.Contains(r.Match, "code=") && r.Contains == "" {
				t.Errorf("%s: rule %s is tried on every line", name, r.Name)
			}
		}
		m, err := p.Map()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Read(m)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, back, cmpopts.IgnoreUnexported(Profile{})); diff != "" {
			t.Errorf("%s through a header (-want +got):\n%s", p.Name, diff)
		}
		if back.log == nil {
			t.Errorf("%s: read, but not compiled", p.Name)
		}
	}
}

func TestResolve(t *testing.T) {
	for _, tt := range []struct {
		name   string
		reply  map[string]any
		header string
		want   string
	}{
		{"auto", map[string]any{"srs_version": "7.0.2", "srs_id": "m2b1835l"}, "", "srs"},
		{"", map[string]any{"srs_version": "7.0.2"}, "", "srs"},
		{"auto", map[string]any{"fmsVer": "FMS/3,0,1,123"}, "", "generic"},
		{"auto", map[string]any{"version": "0,37,4"}, "lal0.37.4", "lal"},
		{"auto", map[string]any{"version": "0,37,4"}, "", "generic"},
		{"auto", nil, "SRS/5.0.216(Bee)", "srs"},
		{"auto", nil, "ZLMediaKit(git hash:1c8d3f7/2024-01-01,branch:master)", "zlmediakit"},
		{"auto", nil, "HTTP/2 Express (http2-express)", "node-media-server"},
		{"auto", nil, "nginx/1.22.1", "generic"},                             // it may stand in front of anything
		{"auto", map[string]any{"srs_version": "7.0.2"}, "lal0.37.4", "srs"}, // what speaks RTMP counts first
		{"auto", nil, "", "generic"},
		{"auto", map[string]any{"flvstorm_version": "0.1"}, "", "embedded"},
		{"srs", nil, "", "srs"},
		{"generic", map[string]any{"srs_version": "7.0.2"}, "SRS/7", "generic"},
		{"nosuch", nil, "", ""},
	} {
		p, ok := Resolve(tt.name, tt.reply, tt.header)
		got := ""
		if ok {
			got = p.Name
		}
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Resolve(%q, %v, %q) = %q, %v, want %q", tt.name, tt.reply, tt.header, got, ok, tt.want)
		}
	}
	p, _ := Lookup("srs")
	reply := map[string]any{"srs_version": "7.0.2", "srs_id": "m2b1835l", "srs_pid": 7.0}
	if p.Version(reply) != "7.0.2" || p.ServerID(reply) != "m2b1835l" || p.ServerPID(reply) != "7" {
		t.Errorf("version %q, id %q, pid %q", p.Version(reply), p.ServerID(reply), p.ServerPID(reply))
	}
	g, _ := Lookup("generic")
	if g.Version(reply) != "" || g.ServerID(reply) != "" {
		t.Error("generic reads a reply")
	}
	l, _ := Lookup("lal")
	if v := l.Version(map[string]any{"version": "0,37,4"}); v != "0.37.4" {
		t.Errorf("version %q", v)
	}
	if p.ServerID(map[string]any{"srs_id": 12.0}) != "12" {
		t.Error("an id that is a number is lost")
	}
}

func TestReadOfNothingIsGeneric(t *testing.T) {
	p, err := Read(nil)
	if err != nil || p.Name != "generic" {
		t.Errorf("%v, %v", p, err)
	}
	if _, err := Read(map[string]any{"name": "x", "log_head": "("}); err == nil {
		t.Error("a header with a broken expression: no error")
	}
	if _, err := Read(map[string]any{"name": 5}); err == nil {
		t.Error("a header with a name that is a number: no error")
	}
}

func TestIdleBound(t *testing.T) {
	p, _ := Lookup("srs")
	b := p.Idle
	for _, tt := range []struct{ start, last, want time.Duration }{
		{0, 500 * time.Millisecond, 25 * time.Second},
		{0, 7 * time.Second, 25 * time.Second},
		{time.Second, 20 * time.Second, 26 * time.Second},
		{0, 20 * time.Second, 30 * time.Second},
		{0, 23 * time.Second, 33 * time.Second},
	} {
		if got := b.Until(tt.start, tt.last); got != tt.want {
			t.Errorf("Until(%v, %v) = %v, want %v", tt.start, tt.last, got, tt.want)
		}
	}
}
