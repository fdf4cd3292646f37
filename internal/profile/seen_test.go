package profile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seen are excerpts of logs that real servers wrote under a few publishes and plays, with how often each rule is in them.
var seen = []struct {
	profile, file string
	want          map[string]int
}{
	// A run that hit the window, and the same load on a version that has none.
	{"srs", "srs-7.0.2.log", map[string]int{
		"rtmp-client": 2, "http-client": 1, "identified": 2, "source": 3, "publish-duplicated": 1,
		"player-let-go": 1, "not-stable": 1, "no-disk-stats": 1,
	}},
	{"srs", "srs-5.0.216.log", map[string]int{
		"rtmp-client": 1, "http-client": 1, "identified": 1, "source": 3,
		"peer-left": 1, "player-let-go": 1, "no-disk-stats": 1,
	}},
	// A publisher with a token, a player, a second publisher with its own token, and how they left.
	{"srs", "srs-5.0.216-token.log", map[string]int{
		"rtmp-client": 2, "http-client": 1, "identified": 2, "source": 2, "publish-busy": 1,
		"peer-left": 4, "no-disk-stats": 1, "network-stats": 1,
	}},
	// Publishes and plays into the teardown, and the end of the server.
	{"srs", "srs-7.0.18.log", map[string]int{
		"http-client": 2, "publish-disposing": 1, "play-disposing": 2, "player-let-go": 1,
		"not-stable": 1, "no-disk-stats": 1, "network-stats": 1, "cleaning-up": 5,
	}},
	{"lal", "lal-0.37.4.log", map[string]int{
		"connection": 2, "publish": 2, "player": 1, "publish-busy": 1, "refused-command": 1,
	}},
	{"node-media-server", "node-media-server-4.4.3.log", map[string]int{
		"publisher": 1, "player": 1, "publish-busy": 1,
	}},
	{"livego", "livego-master.log", map[string]int{
		"connection": 3, "publisher": 3, "taken-over": 1, "end-of-sequence": 1, "peer-left": 2,
	}},
	{"nginx-http-flv", "nginx-rtmp-1.22.1.log", map[string]int{
		"publish": 2, "already-publishing": 1,
	}},
}

// Every line at WARN or above of an ordinary run is understood, and every time is read.
func TestLogsThatWereSeen(t *testing.T) {
	for _, tt := range seen {
		p, _ := Lookup(tt.profile)
		b, err := os.ReadFile(filepath.Join("testdata", tt.file))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		last := int64(0)
		for line := range strings.Lines(string(b)) {
			line = strings.TrimSuffix(line, "\n")
			parsed, known := p.ParseLog(line)
			switch {
			case known:
				got[parsed.Rule]++
			case parsed.Level == "WARN", parsed.Level == "ERROR", parsed.Level == "FATAL":
				t.Errorf("%s: no rule knows %q", tt.file, line)
			}
			if parsed.Time == "" {
				continue
			}
			var ok bool
			if last, ok = p.LogWall(parsed.Time); !ok {
				t.Errorf("%s: the time %q is not read", tt.file, parsed.Time)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.file, diff)
		}
		if last == 0 {
			t.Errorf("%s: no line has a time", tt.file)
		}
	}
}

// Single lines, of those logs or of others that the same servers wrote.
func TestLinesOfOtherServers(t *testing.T) {
	for _, tt := range []struct {
		profile, line string
		want          Parsed
		known         bool
	}{
		{"lal", "2026/11/22 12:27:40.078267 \x1b[22;31mERROR \x1b[0m[GROUP1] in stream already exist at group. add=RTMPPUBSUB2, exist=RTMPPUBSUB1 - group__in.go:54",
			Parsed{Time: "2026/11/22 12:27:40.078267", Level: "ERROR", ID: "RTMPPUBSUB2", Rule: "publish-busy", Class: Busy}, true},
		{"lal", "2026/11/22 12:27:40.078127 \x1b[22;36m INFO \x1b[0m[RTMPPUBSUB2] < R publish('s0?a=b&fs=abc-2') - server_session.go:475",
			Parsed{Time: "2026/11/22 12:27:40.078127", Level: "INFO", ID: "RTMPPUBSUB2", Rule: "publish", Token: "abc-2"}, true},
		{"lal", "2026/11/22 12:27:40.078127 \x1b[22;36m INFO \x1b[0m[RTMPPUBSUB2] < R publish('s0') - server_session.go:475",
			Parsed{Time: "2026/11/22 12:27:40.078127", Level: "INFO", ID: "RTMPPUBSUB2", Rule: "publish"}, true},
		{"lal", "2026/11/22 12:27:39.945631 \x1b[22;36m INFO \x1b[0m[RTMPPUBSUB2] lifecycle new rtmp ServerSession. session=0x252652b1e1a0, remote addr=127.0.0.1:52162 - server_session.go:113",
			Parsed{Time: "2026/11/22 12:27:39.945631", Level: "INFO", ID: "RTMPPUBSUB2", Rule: "connection", Peer: "127.0.0.1:52162"}, true},
		{"lal", "2026/11/22 12:43:38.278327 \x1b[22;36m INFO \x1b[0m[RTMPPUBSUB1] lifecycle dispose rtmp ServerSession. err=lal.logic: simple auth failed since url param lal_secret not found - server_session.go:549",
			Parsed{Time: "2026/11/22 12:43:38.278327", Level: "INFO", ID: "RTMPPUBSUB1", Rule: "publish-denied", Class: Denied}, true},
		{"lal", "2026/11/22 12:43:38.308583 \x1b[22;36m INFO \x1b[0m[FLVPUBSUB2] dispose by observer. err=lal.logic: simple auth failed since url param lal_secret not found - http_server_handler.go:74",
			Parsed{Time: "2026/11/22 12:43:38.308583", Level: "INFO", ID: "FLVPUBSUB2", Rule: "play-denied", Class: Denied, Play: true}, true},
		{"lal", "width: 320", Parsed{}, false},
		{"node-media-server", "[11/22/2026, 12:27:40 PM] [ERROR] RTMP session mwrtb4tixa62newb 127.0.0.1:34256 push /live/s0 error, streamPath=/live/s0 already has a publisher",
			Parsed{Time: "11/22/2026, 12:27:40 PM", Level: "ERROR", ID: "mwrtb4tixa62newb", Rule: "publish-busy", Class: Busy, Peer: "127.0.0.1:34256", Key: "live/s0"}, true},
		{"node-media-server", "[11/22/2026, 12:27:40 PM] [ERROR] RTMP session x 127.0.0.1:34256 push /live/s0 error, publish stream /live/s0 authentication verification failed",
			Parsed{Time: "11/22/2026, 12:27:40 PM", Level: "ERROR", ID: "x", Rule: "publish-denied", Class: Denied, Peer: "127.0.0.1:34256", Key: "live/s0"}, true},
		{"livego", `time="2026-11-22T12:27:36Z" level=error msg="CheckKey err: invalid key err=s0?fs=abc-1 does not exists" func="github.com/gwuhaolin/livego/protocol/rtmp.(*Server).handleConn()" file=" rtmp.go:139"`,
			Parsed{Time: "2026-11-22T12:27:36Z", Level: "ERROR", Rule: "bad-key", Class: Denied}, true},
		{"livego", `time="2026-11-22T12:28:36Z" level=debug msg="publisher <key: live/s1, URL: rtmp://127.0.0.1:12935/live/s1, UID: 869Re9hBTpiORHMn, Inter: false>closed: stop old" func="x"`,
			Parsed{Time: "2026-11-22T12:28:36Z", Level: "DEBUG", ID: "869Re9hBTpiORHMn", Rule: "taken-over", Key: "live/s1"}, true},
		{"livego", `time="2026-11-22T12:28:36Z" level=debug msg="new client, connect remote: 127.0.0.1:35268local:127.0.0.1:12935" func="x"`,
			Parsed{Time: "2026-11-22T12:28:36Z", Level: "DEBUG", Rule: "connection", Peer: "127.0.0.1:35268"}, true},
		{"nginx-http-flv", "2026/11/22 12:30:08 [error] 20004#20004: *3 live: already publishing, client: 127.0.0.1, server: 127.0.0.1:15935",
			Parsed{Time: "2026/11/22 12:30:08", Level: "ERROR", ID: "3", Rule: "already-publishing", Class: BadName}, true},
		{"nginx-http-flv", "2026/11/22 12:30:08 [info] 20004#20004: *3 publish: name='s0' args='fs=abc-2' type=live silent=0, client: 127.0.0.1, server: 127.0.0.1:15935",
			Parsed{Time: "2026/11/22 12:30:08", Level: "INFO", ID: "3", Rule: "publish", Token: "abc-2"}, true},
		{"nginx-http-flv", "2026/11/22 12:30:08 [notice] 20004#20004: exit",
			Parsed{Time: "2026/11/22 12:30:08", Level: "INFO"}, false},
		{"zlmediakit", "2026-06-05 11:30:12.123 W [MediaServer] [1234-event poller 0] RtmpSession.cpp:123 operator() | Already publishing:rtmp://x/live/s0",
			Parsed{Time: "2026-06-05 11:30:12.123", Level: "WARN", Rule: "already-publishing", Class: BadName}, true},
	} {
		p, _ := Lookup(tt.profile)
		got, known := p.ParseLog(tt.line)
		if known != tt.known {
			t.Errorf("%s: %q is known: %v", tt.profile, tt.line, known)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", tt.profile, tt.line, diff)
		}
	}
}

func TestLogWall(t *testing.T) {
	for _, tt := range []struct {
		profile, time string
		want          int64
		ok            bool
	}{
		{"srs", "2026-11-22 12:27:36.840", 1795350456840, true},
		{"lal", "2026/11/22 12:27:36.840332", 1795350456840, true},
		{"node-media-server", "11/22/2026, 12:27:36 PM", 1795350456000, true},
		{"node-media-server", "11/22/2026, 12:27:36\u202fPM", 1795350456000, true}, // as newer ICU writes it
		{"node-media-server", "22.11.2026, 12:27:36", 0, false},
		{"livego", "2026-11-22T20:27:36+08:00", 1795350456000, true},
		{"nginx-http-flv", "2026/11/22 12:27:36", 1795350456000, true},
		{"srs", "", 0, false},
		{"srs", "yesterday", 0, false},
		{"srs", "0001-01-01 00:00:00.000", 0, false},
		{"generic", "2026-11-22 12:27:36.840", 0, false},
	} {
		p, _ := Lookup(tt.profile)
		if got, ok := p.LogWall(tt.time); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %q is %d, %v, want %d, %v", tt.profile, tt.time, got, ok, tt.want, tt.ok)
		}
	}
}
