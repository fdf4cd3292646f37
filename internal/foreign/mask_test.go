package foreign

import "testing"

func TestMask(t *testing.T) {
	tests := []struct{ in, want string }{
		{"http://h/live/s.flv", "http://h/live/s.flv"},
		{"http://me:pw@h/s.flv", "http://***@h/s.flv"},
		{"http://me:p@w#d@h/s.flv", "http://***@h/s.flv"},
		{"rtmp://h/live/s?token=abc", "rtmp://h/live/s?token=***"},
		{"rtmp://h/live/s?a=1&TOKEN=abc&b=2", "rtmp://h/live/s?a=1&TOKEN=***&b=2"},
		{"rtmp://h/live/s?txSecret=abc&txTime=5F", "rtmp://h/live/s?txSecret=***&txTime=5F"},
		{"rtmp://h/live/s?wsSecret=abc&wsTime=5F", "rtmp://h/live/s?wsSecret=***&wsTime=5F"},
		{"rtmp://h/live/s?auth_key=1-2-3", "rtmp://h/live/s?auth_key=***"},
		{"http://h/s?sign=abc%2F;pwd=x", "http://h/s?sign=***"},
		{"http://h/s?X-Amz-Signature=abc&secret=", "http://h/s?X-Amz-Signature=***&secret="},
		{"stream=s0, param=?fs=1&token=abc", "stream=s0, param=?fs=1&token=***"},
		{"--publish-url=rtmp://h/live/s?key=abc --seed 7", "--publish-url=rtmp://h/live/s?key=*** --seed 7"},
		{"live?token=abc", "live?token=***"},
		{`application "live?a=1&token=abc" unknown`, `application "live?a=1&token=***" unknown`},
		{"live/one?sign=abc stream s0?pwd=xyz", "live/one?sign=*** stream s0?pwd=***"},
		{"rtmp://me:pw@h/live?token=abc/{stream}", "rtmp://***@h/live?token=***"},
		{"rtmp://h/live?vhost=v.test/s?key=abc", "rtmp://h/live?vhost=v.test/s?key=***"},
		{"rtmp://h/live?auth=abc/s?key=xyz", "rtmp://h/live?auth=***"},
		{"tcUrl=rtmp%3A%2F%2Fh%2Flive%3Ftoken%3Dabc%26a%3D1", "tcUrl=rtmp%3A%2F%2Fh%2Flive%3Ftoken%3D***"},
		{"http://h/s?mail=a@b.test", "http://h/s?mail=a@b.test"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Mask(tt.in); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.in, got, tt.want)
		}
	}
}

// TestMaskBy: what a server says does not show the credentials of the URL, in whatever shape it repeats them.
func TestMaskBy(t *testing.T) {
	const url = "rtmp://h/live?vhost=v.test/s?token=hunter2&n=1&sign=a/b-c"
	tests := []struct{ in, want string }{
		{"hunter2 is no token", "*** is no token"},
		{"token=hunter2, sign=a/b-c, n=1, vhost=v.test", "token=***, sign=***, n=1, vhost=v.test"},
		{"no /live/s?token=other", "no /live/s?token=***"},
		{"nothing of it", "nothing of it"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := MaskBy(tt.in, url); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
	if got := MaskBy("a=1", "http://h/?key=1"); got != "a=1" {
		t.Errorf("a value that stands everywhere is taken out: %q", got)
	}
}

// TestMaskCommand: a command line that is shown again, to repeat a run, lets nobody in, and can still be read.
func TestMaskCommand(t *testing.T) {
	tests := []struct{ in, want string }{
		{"API_TOKEN=hunter2", "API_TOKEN=***"},
		{"--exec-env=DB_PASSWORD=hunter2 and more", "--exec-env=DB_PASSWORD=*** and more"},
		{"SRS_HTTP_HOOKS_SECRET=a&b", "SRS_HTTP_HOOKS_SECRET=***"},
		{"DATABASE_URL=pg://me:hunter2@h/db", "DATABASE_URL=pg://***@h/db"},
		{"SRS_LISTEN=127.0.0.1:1935", "SRS_LISTEN=127.0.0.1:1935"},
		{"ASAN_OPTIONS=disable_coredump=0:abort_on_error=1", "ASAN_OPTIONS=disable_coredump=0:abort_on_error=1"},
		{"docker run -e API_KEY=hunter2 -p 1935:1935 srs", "docker run -e API_KEY=*** -p 1935:1935 srs"},
		{`docker run -e "API_KEY=hunter2" srs`, `docker run -e "API_KEY=***" srs`},
		{"srs --password hunter2 -c a.conf", "srs --password *** -c a.conf"},
		{"srs --token='a b' -c a.conf", "srs --token=*** -c a.conf"},
		{"srs --no-auth -c a.conf --keyframes=2", "srs --no-auth -c a.conf --keyframes=2"},
		{`curl -H "Authorization: Bearer hunter2" http://h/log`, `curl -H "Authorization: ***" http://h/log`},
		{"objs/srs -c conf/key.conf", "objs/srs -c conf/key.conf"},
	}
	for _, tt := range tests {
		if got := MaskCommand(tt.in); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestMaskSetting(t *testing.T) {
	for in, want := range map[string]string{
		"API_TOKEN=a b's": "API_TOKEN=***", "API_TOKEN=": "API_TOKEN=***", "API_TOKEN": "API_TOKEN",
		"SRS_LISTEN=1935": "SRS_LISTEN=1935", "HOOK=http://h/?token=x": "HOOK=http://h/?token=***", "": "",
	} {
		if got := MaskSetting(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
