package target

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/foreign"
)

func TestEndpoint(t *testing.T) {
	tests := []struct {
		url  string
		want Endpoint
		key  string
	}{
		{"rtmp://127.0.0.1:1935/live/{stream}", Endpoint{"127.0.0.1:1935", "live", "s0", "rtmp://127.0.0.1:1935/live", false}, "live/s0"},
		{"rtmp://example.com/live/{stream}", Endpoint{"example.com:1935", "live", "s0", "rtmp://example.com/live", false}, "live/s0"},
		{"RTMP://example.com/live/{stream}", Endpoint{"example.com:1935", "live", "s0", "rtmp://example.com/live", false}, "live/s0"},
		{"rtmp://[::1]:19350/live/{stream}", Endpoint{"[::1]:19350", "live", "s0", "rtmp://[::1]:19350/live", false}, "live/s0"},
		{"rtmp://[::1]/live/{stream}", Endpoint{"[::1]:1935", "live", "s0", "rtmp://[::1]/live", false}, "live/s0"},
		{"rtmp://[fe80::1%25eth0]/live/{stream}", Endpoint{"[fe80::1%eth0]:1935", "live", "s0", "rtmp://[fe80::1%25eth0]/live", false}, "live/s0"},
		{"rtmp://h/live/{stream}?token=a/b&x=1", Endpoint{"h:1935", "live", "s0?token=a/b&x=1", "rtmp://h/live", false}, "live/s0"},
		{"rtmp://h/app/instance/{stream}", Endpoint{"h:1935", "app/instance", "s0", "rtmp://h/app/instance", false}, "app/instance/s0"},
		{"rtmp://h/live?vhost=v.test/{stream}", Endpoint{"h:1935", "live?vhost=v.test", "s0", "rtmp://h/live?vhost=v.test", false}, "live/s0"},
		{"rtmp://h/live?vhost=v.test/{stream}?token=a/b", Endpoint{"h:1935", "live?vhost=v.test", "s0?token=a/b", "rtmp://h/live?vhost=v.test", false}, "live/s0"},
		{"rtmp://h/{stream}/main", Endpoint{"h:1935", "s0", "main", "rtmp://h/s0", false}, "s0/main"},
		{"rtmps://h/live/{stream}", Endpoint{"h:443", "live", "s0", "rtmps://h/live", true}, "live/s0"},
		{"rtmps://[::1]:1936/live/{stream}?sign=a{stream}b/c", Endpoint{"[::1]:1936", "live", "s0?sign=as0b/c", "rtmps://[::1]:1936/live", true}, "live/s0"},
		{"RTMPS://h:1/live?vhost=v.test/{stream}", Endpoint{"h:1", "live?vhost=v.test", "s0", "rtmps://h:1/live?vhost=v.test", true}, "live/s0"},
		{"rtmp://h/live/cam", Endpoint{"h:1935", "live", "cam", "rtmp://h/live", false}, "live/cam"},
	}
	for _, tt := range tests {
		u := URLs{Publish: tt.url}
		if err := u.Validate(1, 0); err != nil {
			t.Errorf("%s: %v", tt.url, err)
		}
		if diff := cmp.Diff(tt.want, u.Endpoint("s0")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.url, diff)
		}
		if got := u.Key("s0"); got != tt.key {
			t.Errorf("%s: key %s, want %s", tt.url, got, tt.key)
		}
	}
}

func TestPlayURL(t *testing.T) {
	tests := []struct{ url, want, addr string }{
		{"http://127.0.0.1:8080/live/{stream}.flv", "http://127.0.0.1:8080/live/s0.flv", "127.0.0.1:8080"},
		{"http://example.com/live/{stream}.flv?k={stream}", "http://example.com/live/s0.flv?k=s0", "example.com:80"},
		{"http://[::1]/x?app=live&stream={stream}", "http://[::1]/x?app=live&stream=s0", "[::1]:80"},
		{"http://me:secret@h:81/{stream}", "http://me:secret@h:81/s0", "h:81"},
		{"https://h/live/{stream}.flv", "https://h/live/s0.flv", "h:443"},
		{"HTTPS://h:8443/live/{stream}.flv?sign=1-{stream}-2", "HTTPS://h:8443/live/s0.flv?sign=1-s0-2", "h:8443"},
		{"", "", ""},
	}
	for _, tt := range tests {
		u := URLs{Publish: PublishExample, Play: tt.url}
		if err := u.Validate(3, 0); err != nil {
			t.Errorf("%s: %v", tt.url, err)
		}
		if got := u.PlayURL("s0"); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.url, got, tt.want)
		}
		if got := u.PlayAddr(); got != tt.addr {
			t.Errorf("%s: address %q, want %q", tt.url, got, tt.addr)
		}
		if got := u.PlayTLS(); got != strings.HasPrefix(strings.ToLower(tt.url), "https:") {
			t.Errorf("%s: TLS %v", tt.url, got)
		}
	}
}

func TestValidate(t *testing.T) {
	const good, play = "rtmp://h/live/{stream}", "http://h:8080/live/{stream}.flv"
	tests := []struct {
		name             string
		publish, play    string
		streams, players int
		want             []string // parts of the sentences; none means no error
	}{
		{"good", good, play, 5, 3, nil},
		{"no players", good, "", 5, 0, nil},
		{"one stream of a fixed name", "rtmp://h/live/cam", "http://h/live/cam.flv", 1, 3, nil},
		{"both missing", "", "", 5, 3, []string{"--publish-url is missing", "--play-url is missing"}},
		{"no scheme", "127.0.0.1:1935/live/{stream}", play, 5, 3, []string{"--publish-url 127.0.0.1:1935/live/{stream}: must begin with rtmp://"}},
		{"rtmps", "rtmps://h/live/{stream}", play, 5, 3, nil},
		{"https", good, "https://h/live/{stream}.flv", 5, 3, nil},
		{"rtmpt", "rtmpt://h/live/{stream}", play, 5, 3, []string{"must begin with rtmp:// or rtmps://"}},
		{"ws", good, "wss://h/live/{stream}.flv", 5, 3, []string{"--play-url wss://h/live/{stream}.flv: must begin with http:// or https://"}},
		{"swapped", play, good, 5, 3, []string{"--publish-url", "--play-url"}},
		{"no host", "rtmp:///live/{stream}", play, 5, 3, []string{"names no host"}},
		{"no host but a port", "rtmp://:1935/live/{stream}", play, 5, 3, []string{"names no host"}},
		{"port 0", "rtmp://h:0/live/{stream}", play, 5, 3, []string{"port 0 is not between"}},
		{"port 70000", good, "http://h:70000/{stream}", 5, 3, []string{"port 70000 is not between"}},
		{"port of letters", "rtmp://h:abc/live/{stream}", play, 5, 3, []string{"is not a URL"}},
		{"no stream", "rtmp://h/live", play, 5, 3, []string{"names no app and stream"}},
		{"empty stream", "rtmp://h/live/", play, 1, 3, []string{"names no app and stream"}},
		{"no app", "rtmp://h/{stream}", play, 5, 3, []string{"names no app and stream"}},
		{"double slash", "rtmp://h/live//{stream}", play, 5, 3, []string{"names no app and stream"}},
		{"several streams, fixed name", "rtmp://h/live/cam", play, 5, 3, []string{"5 streams need {stream}", "--streams 1"}},
		{"several streams, fixed play name", good, "http://h/live/cam.flv", 5, 3, []string{"--play-url", "5 streams need {stream}"}},
		{"placeholder in the query alone", "rtmp://h/live/cam?s={stream}", play, 5, 3, []string{"5 streams need {stream}"}},
		{"one stream, play fixed", good, "http://h/live/cam.flv", 1, 3, []string{"--play-url http://h/live/cam.flv: has no {stream}"}},
		{"one stream, publish fixed", "rtmp://h/live/cam", play, 1, 3, []string{"--publish-url rtmp://h/live/cam: has no {stream}"}},
		{"another placeholder", "rtmp://h/live/{name}", play, 5, 3, []string{"only {stream} is filled in"}},
		{"a blank", "rtmp://h/live/{stream} ", play, 5, 3, []string{"has a blank"}},
		{"a line break", good, "http://h/live/{stream}\r\nX: y", 5, 3, []string{"has a blank", `\r\n`}},
		{"a user", "rtmp://me:hunter2@h/live/{stream}", play, 5, 3, []string{"no place for a user"}},
		{"secrets in a wrong URL", "rtmp://h:99999/live/{stream}?token=hunter2", "http://me:hunter2@h:x/{stream}", 5, 3, []string{"token=***", "***@h"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := URLs{Publish: tt.publish, Play: tt.play}.Validate(tt.streams, tt.players)
			if (err == nil) != (tt.want == nil) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q lacks %q", err, w)
				}
			}
			if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "%!")) {
				t.Errorf("%q", err)
			}
		})
	}
}

// FuzzURLs: no template breaks anything, what is valid makes a full endpoint, and no secret gets into a sentence.
func FuzzURLs(f *testing.F) {
	for _, s := range []string{PublishExample, "rtmp://[::1]:1/a?v=b/{stream}?c/d", "rtmp://u:hunter2@h/a/{stream}", "://", "rtmp://h/a/b#c/d"} {
		f.Add(s, PlayExample)
	}
	f.Add(PublishExample, "http://u:hunter2@h:x/?token=hunter2")
	f.Fuzz(func(t *testing.T, publish, play string) {
		u := URLs{Publish: publish, Play: play}
		if err := u.Validate(2, 1); err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		e := u.Endpoint("s0")
		if e.App == "" || e.Stream == "" || !strings.Contains(e.Addr, ":") || !strings.HasPrefix(e.TCURL, "rtmp") || e.TLS != strings.HasPrefix(e.TCURL, "rtmps:") {
			t.Errorf("%q: %+v", publish, e)
		}
		if u.Key("s0") == u.Key("s1") || u.PlayURL("s0") == u.PlayURL("s1") || u.PlayAddr() == "" {
			t.Errorf("%q %q: keys %s %s", publish, play, u.Key("s0"), u.Key("s1"))
		}
		if m := foreign.Mask(publish); foreign.Mask(m) != m {
			t.Errorf("%q masked twice: %q, %q", publish, m, foreign.Mask(m))
		}
	})
}

// Where nobody of ours publishes, streams are named by where they are played.
func TestPlayAlone(t *testing.T) {
	tests := []struct {
		play    string
		streams int
		key     string
		want    string // part of the sentence; empty for no error
	}{
		{"http://h/live/{stream}.flv", 3, "live/s0", ""},
		{"https://me:pw@h:8443/a/b/{stream}.flv?t={stream}", 3, "a/b/s0", ""},
		{"http://h/live/cam.flv", 1, "live/cam", ""},
		{"http://h/live/cam.flv", 2, "live/cam", "2 streams need {stream}"},
		{"", 1, "", "--play-url is missing"},
		{"rtmp://h/live/cam", 1, "live/cam", "must begin with http://"},
	}
	for _, tt := range tests {
		u := URLs{Play: tt.play}
		err := u.ValidatePlay(tt.streams)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: error %v, want %q", tt.play, err, tt.want)
		}
		if got := u.Key("s0"); got != tt.key {
			t.Errorf("%s: key %s, want %s", tt.play, got, tt.key)
		}
		if e := u.Endpoint("s0"); e != (Endpoint{}) {
			t.Errorf("%s: publishers go to %+v", tt.play, e)
		}
		publish, play := u.places()
		if len(publish) > 0 || tt.play != "" && len(play) != 1 {
			t.Errorf("%s: places %v and %v", tt.play, publish, play)
		}
	}
}
