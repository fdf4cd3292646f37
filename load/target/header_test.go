package target

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHeaders(t *testing.T) {
	got, err := parseHeaders([]string{"X-Token: hunter2", "Host:edge.test:8080", "Cookie: a=b; c=d", "Empty:", "X-Token:\tagain ", "User-Agent: me"})
	want := []Header{
		{"X-Token", "hunter2"}, {"Host", "edge.test:8080"}, {"Cookie", "a=b; c=d"}, {"Empty", ""}, {"X-Token", "again"}, {"User-Agent", "me"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	tests := []struct{ text, want string }{
		{"hunter2", "--header ***: give a name"},
		{"Bearer hunter2: x", "--header ***: give a name"},
		{": hunter2", "--header ***: give a name"},
		{"X : hunter2", "--header ***: give a name"},
		{"Ключ: hunter2", "--header ***: give a name"},
		{"X: a\nY: hunter2", "--header X: ***: a line break"},
		{"X: \x00hunter2", "--header X: ***: a line break"},
		{"X: hunter2" + strings.Repeat("y", maxHeader), "--header X: ***: is longer"},
		{"connection: hunter2", "--header connection: ***: says how"},
		{"Transfer-Encoding: hunter2", "--header Transfer-Encoding: ***: says how"},
		{"Content-Length: 5", "says how"},
		{"Accept-Encoding: gzip", "or would change what is measured"},
		{"Range: bytes=0-", "or would change"},
		{"Host:", "give the name of one host"},
		{"Host: a, b", "give the name of one host"},
		{"Host: http://hunter2/", "give the name of one host"},
	}
	for _, tt := range tests {
		_, err := parseHeaders([]string{tt.text})
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", tt.text, err, tt.want)
		}
	}
	if _, err := parseHeaders([]string{"Host: a", "host: b"}); err == nil || !strings.Contains(err.Error(), "is given twice") {
		t.Error(err)
	}
}

func TestMaskHeader(t *testing.T) {
	for in, want := range map[string]string{
		"X-Token: abc": "X-Token: ***", "X:abc": "X: ***", "abc": "***", "Bearer a: b": "***", "": "***", "X:": "X: ***", "a:b:c": "a: ***",
	} {
		if got := MaskHeader(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzHeaders: what is taken is one line, and what is refused is not shown.
func FuzzHeaders(f *testing.F) {
	for _, s := range []string{"X: y", "Host: h", ":", "X: a\r\nY: b", "TE: x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseHeader(text)
		if err == nil && (!isToken(h.Name) || strings.ContainsAny(h.Value, "\r\n\x00")) {
			t.Errorf("%q is taken for %q: %q", text, h.Name, h.Value)
		}
		if masked := MaskHeader(text); MaskHeader(masked) != masked {
			t.Errorf("%q masked twice: %q, %q", text, masked, MaskHeader(masked))
		}
	})
}
