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
