package profile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The lines are those of real servers: the codes from the fixtures and from SRS's sources.
func TestSRSLines(t *testing.T) {
	p, _ := Lookup("srs")
	const head = "[2026-11-22 07:54:53.129][ERROR][18154][c7w5sg65][22] "
	at := Parsed{Time: "2026-11-22 07:54:53.129", Level: "ERROR", ID: "c7w5sg65"}
	with := func(change func(*Parsed)) Parsed { c := at; change(&c); return c }
	for _, tt := range []struct {
		name, line string
		want       Parsed
		known      bool
	}{
		{"a publish, duplicated, in red",
			"\x1b[0m\x1b[31m" + head + "serve error code=4001(HttpPatternDuplicated)(Failed to handle HTTP request for pattern duplicated) : service cycle : rtmp: stream service : handle publish : http mount : http: mount flv stream for vhost=/live/s3 failed : pattern=/live/s3.flv exists",
			with(func(p *Parsed) { p.Rule, p.Class, p.Key = "publish-duplicated", Duplicated, "live/s3" }), true},
		{"on a vhost of its own",
			head + "serve error code=4001 : handle publish : http mount : http: mount flv stream for vhost=example.com/live/s3 failed : pattern=example.com/live/s3.flv exists",
			with(func(p *Parsed) { p.Rule, p.Class, p.Key = "publish-duplicated", Duplicated, "live/s3" }), true},
		{"a publish, duplicated, no key", head + "serve error code=4001(X)(y) : something else",
			with(func(p *Parsed) { p.Rule, p.Class = "publish-duplicated", Duplicated }), true},
		{"a play, duplicated",
			head + "serve error code=4001(HttpPatternDuplicated)(x) : process request=0 : cors serve : find handler : http hijack : http mount : http: mount flv stream for vhost=/live/d1 failed : pattern=/live/d1.flv exists",
			with(func(p *Parsed) { p.Rule, p.Class, p.Play, p.Key = "play-duplicated", Duplicated, true, "live/d1" }), true},
		{"busy",
			head + "serve error code=1028(StreamBusy)(Stream already exists or busy) : service cycle : rtmp: stream service : rtmp: stream /live/s1 is busy",
			with(func(p *Parsed) { p.Rule, p.Class, p.Key = "publish-busy", Busy, "live/s1" }), true},
		{"disposing",
			head + "serve error code=1098(StreamDisposing)(Stream is disposing) : service cycle : rtmp: stream service : handle publish : http mount : stream is disposing",
			with(func(p *Parsed) { p.Rule, p.Class = "publish-disposing", Disposing }), true},
		{"a play, disposing",
			head + "serve error code=1098(StreamDisposing)(Stream is disposing) : process request=0 : cors serve : find handler : http hijack : http mount : stream is disposing",
			with(func(p *Parsed) { p.Rule, p.Class, p.Play = "play-disposing", Disposing, true }), true},
		{"another code with the same digits", head + "serve error code=10281(X)(y)", at, false},
		{"a hook", head + "serve error code=4005(HookDenied)(x) : service cycle : rtmp: stream service : rtmp: callback on publish : rtmp on_publish http://127.0.0.1/hook",
			with(func(p *Parsed) { p.Rule, p.Class = "hook-denied", Denied }), true},
		{"security", head + "serve error code=1053(SecurityDeny)(x) : service cycle : rtmp: stream service : rtmp: security check",
			with(func(p *Parsed) { p.Rule, p.Class = "security-denied", Denied }), true},
		{"too many", head + "accept client failed, err is code=1074(ConnectionsExceed)(x) : drop fd=12",
			with(func(p *Parsed) { p.Rule, p.Class = "too-many-connections", Limit }), true},
		{"a connection", "[2026-11-22 07:54:53.129][INFO][18154][c7w5sg65] RTMP client ip=127.0.0.1:38972, fd=30",
			with(func(p *Parsed) { p.Level, p.Rule, p.Peer = "INFO", "rtmp-client", "127.0.0.1:38972" }), true},
		{"a connection over IPv6", "[2026-11-22 07:54:53.129][INFO][18154][c7w5sg65] RTMP client ip=[::1]:38972, fd=30",
			with(func(p *Parsed) { p.Level, p.Rule, p.Peer = "INFO", "rtmp-client", "[::1]:38972" }), true},
		{"a key", "[2026-11-22 07:54:53.129][INFO][18154][c7w5sg65] client identified, type=flash-publish, vhost=127.0.0.1, app=live, stream=s3, param=?fs=1, duration=0ms",
			with(func(p *Parsed) { p.Level, p.Rule, p.Key, p.Token = "INFO", "identified", "live/s3", "1" }), true},
		{"a source", "[2026-11-22 07:54:53.129][INFO][18154][c7w5sg65] source url=/live/s3, ip=127.0.0.1, cache=1/2500, is_edge=0, source_id=/p27b02d2",
			with(func(p *Parsed) { p.Level, p.Rule, p.Key = "INFO", "source", "live/s3" }), true},
		{"a player", "[2026-11-22 07:54:53.129][INFO][18154][c7w5sg65] HTTP #0 127.0.0.1:38960 GET http://127.0.0.1:18080/live/s0.flv?x=1, content-length=-1",
			with(func(p *Parsed) {
				p.Level, p.Rule, p.Peer, p.Key = "INFO", "http-client", "127.0.0.1:38960", "live/s0"
			}), true},
		{"an ordinary end", "\x1b[33m[2026-11-22 07:54:53.129][WARN][18154][c7w5sg65][4] client disconnect peer. ret=1007",
			with(func(p *Parsed) { p.Level, p.Rule, p.Noise = "WARN", "peer-left", true }), true},
		{"a level of version 4", "[2021-11-22 07:54:53.129][Error][18154][c7w5sg65][22] serve error code=1028 : rtmp: stream /live/s1 is busy",
			with(func(p *Parsed) {
				p.Time, p.Rule, p.Class, p.Key = "2021-11-22 07:54:53.129", "publish-busy", Busy, "live/s1"
			}), true},
		{"a warning that no rule knows", "[2026-11-22 07:54:53.129][WARN][18154][c7w5sg65][22] drop 100 messages",
			with(func(p *Parsed) { p.Level = "WARN" }), false},
		{"a line of a stack", "thread [18154][c7w5sg65]: on_publish() [./src/app/srs_app_source.cpp:2596][errno=22] code=4001", Parsed{}, false},
		{"nothing", "", Parsed{}, false},
	} {
		got, known := p.ParseLog(tt.line)
		if known != tt.known {
			t.Errorf("%s: known %v, want %v", tt.name, known, tt.known)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func FuzzParseLog(f *testing.F) {
	for i, name := range Names() {
		for _, s := range seen {
			b, err := os.ReadFile(filepath.Join("testdata", s.file))
			if err != nil {
				f.Fatal(err)
			}
			for line := range strings.Lines(string(b)) {
				if s.profile == name {
					f.Add(uint8(i), strings.TrimSuffix(line, "\n"))
				}
			}
		}
	}
	var profiles []*Profile
	for _, name := range Names() {
		profiles = append(profiles, must(name))
	}
	f.Fuzz(func(t *testing.T, kind uint8, line string) {
		p := profiles[int(kind)%len(profiles)]
		parsed, known := p.ParseLog(line)
		if known != (parsed.Rule != "") {
			t.Errorf("known %v, rule %q", known, parsed.Rule)
		}
		if parsed.Class != "" && !known {
			t.Errorf("class %q of a line that no rule knows", parsed.Class)
		}
		p.LogWall(parsed.Time)
	})
}

func BenchmarkParseLog(b *testing.B) {
	raw, err := os.ReadFile("testdata/srs-7.0.2.log")
	if err != nil {
		b.Fatal(err)
	}
	lines := strings.Split(string(raw), "\n")
	p, _ := Lookup("srs")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.ParseLog(lines[i%len(lines)])
	}
}
