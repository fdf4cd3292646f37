package target

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

func TestReadStreams(t *testing.T) {
	const head = "stream,publish_url,play_url\n"
	one := Stream{Name: "a", Publish: "rtmp://h/live/a", Play: "http://h/live/a.flv", At: "F.csv:2"}
	tests := []struct {
		name, text string
		want       []Stream
	}{
		{"one", head + "a,rtmp://h/live/a,http://h/live/a.flv\n", []Stream{one}},
		{"no line end", head + "a,rtmp://h/live/a,http://h/live/a.flv", []Stream{one}},
		{"a byte order mark and CRLF", "\xEF\xBB\xBF" + strings.ReplaceAll(head+"a,rtmp://h/live/a,http://h/live/a.flv\n", "\n", "\r\n"), []Stream{one}},
		{"blanks, quotes, comments, empty lines", "# of the fleet\n\n" + head + "\n# the first\n a , \"rtmp://h/live/a\" ,http://h/live/a.flv\n", nil},
		{"quotes", head + `"a","rtmp://h/live/a","http://h/live/a.flv"`, []Stream{one}},
		{"blanks", head + " a ,\trtmp://h/live/a , http://h/live/a.flv", []Stream{one}},
		{"comments and empty lines", "# of the fleet\n\n" + head + "\n# the first\na,rtmp://h/live/a,http://h/live/a.flv\n", []Stream{{"a", one.Publish, one.Play, "F.csv:6"}}},
		{"another order", "Play_URL,STREAM,publish_url\nhttp://h/live/a.flv,a,rtmp://h/live/a", []Stream{one}},
		{"no players", "stream,publish_url\na,rtmp://h/live/a", []Stream{{"a", one.Publish, "", "F.csv:2"}}},
		{"a comma in a signature", head + `a,"rtmp://h/live/a?sign=1,2",https://h/live/a.flv?k={stream}`, []Stream{
			{"a", "rtmp://h/live/a?sign=1,2", "https://h/live/a.flv?k=a", "F.csv:2"}}},
		{"a name of its own in both", head + "x-1,rtmps://a.test/live/{stream}?s={stream},http://b.test/live/{stream}.flv", []Stream{
			{"x-1", "rtmps://a.test/live/x-1?s=x-1", "http://b.test/live/x-1.flv", "F.csv:2"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readStreams("F.csv", strings.NewReader(tt.text))
			if (err == nil) != (tt.want != nil) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadStreamsProblems(t *testing.T) {
	const head = "stream,publish_url,play_url\n"
	const good = "a,rtmp://h/live/a,http://h/live/a.flv\n"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", []string{"F.csv: holds no stream"}},
		{"a byte order mark", "\xEF\xBB\xBF", []string{"holds no stream"}},
		{"a head", head, []string{"holds no stream"}},
		{"no head", good, []string{`F.csv:1: there is no such column, or it stands there twice: "a"`}},
		{"no publish column", "stream,play_url\na,http://h/a.flv", []string{"F.csv:1: the column publish_url is missing"}},
		{"a column twice", "stream,stream,publish_url\n", []string{"F.csv:1: there is no such column, or it stands there twice"}},
		{"too few fields", head + good + "b,rtmp://h/live/b\n", []string{"F.csv:3: has 2 fields, and the first line names 3"}},
		{"too many fields", head + "a,rtmp://h/live/a?sign=1,2,http://h/a.flv", []string{"F.csv:2: has 4 fields", "a comma in a URL needs quotes"}},
		{"a quote that does not end", head + good + `b,"rtmp://h/live/b` + "\n\n\n", []string{"F.csv:3:", "quote"}},
		{"a quote inside", head + `b,rtmp://h/live/"b",http://h/b.flv`, []string{"F.csv:2:", "quote"}},
		{"no name", head + ",rtmp://h/live/a,http://h/a.flv", []string{"F.csv:2: the stream has no name"}},
		{"a name of a URL", head + "a/b,rtmp://h/live/a,http://h/a.flv", []string{`F.csv:2: the name "a/b"`}},
		{"a name with a terminal sequence", head + "a\x1b[31m,rtmp://h/live/a,http://h/a.flv", []string{`F.csv:2: the name "a"`}},
		{"a URL that is none", head + "a,live/a,http://h/a.flv", []string{"F.csv:2: publish_url live/a: must begin with rtmp:// or rtmps://"}},
		{"swapped", head + "a,http://h/a.flv,rtmp://h/live/a", []string{"F.csv:2: publish_url http://h/a.flv: must begin"}},
		{"no publish URL", head + "a,,http://h/a.flv", []string{"F.csv:2: publish_url is missing"}},
		{"a bad play URL", head + "a,rtmp://h/live/a,http://h:0/a.flv?token=hunter2", []string{"F.csv:2: play_url", "port 0"}},
		{"a name twice", head + good + "a,rtmp://h/live/b,http://h/live/b.flv", []string{"F.csv:3: the stream a stands on F.csv:2 already"}},
		{"a key twice", head + good + "b,rtmp://other/live/a?token=hunter2,http://h/live/b.flv", []string{"F.csv:3: the app/stream live/a stands on F.csv:2 already"}},
		{"a play URL twice", head + good + "b,rtmp://h/live/b,http://h/live/a.flv", []string{"F.csv:3: the play_url http://h/live/a.flv stands on F.csv:2"}},
		{"several", head + "a,x,y\nb,rtmp://h/live/b,z\n" + good, []string{"F.csv:2:", "F.csv:3:"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readStreams("F.csv", strings.NewReader(tt.text))
			if err == nil {
				t.Fatalf("%+v", got)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q lacks %q", err, w)
				}
			}
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "--streams-file F.csv") || strings.Contains(line, "hunter2") || strings.Contains(line, "%!") {
					t.Errorf("%q", line)
				}
			}
		})
	}
}

func TestReadStreamsBounds(t *testing.T) {
	var text strings.Builder
	text.WriteString("stream,publish_url\n")
	for i := range MaxStreams {
		fmt.Fprintf(&text, "s%d,rtmp://h/live/s%d\n", i, i)
	}
	if got, err := readStreams("F.csv", strings.NewReader(text.String())); err != nil || len(got) != MaxStreams {
		t.Errorf("%d streams, %v", len(got), err)
	}
	text.WriteString("more,rtmp://h/live/more\n")
	if _, err := readStreams("F.csv", strings.NewReader(text.String())); err == nil || !strings.Contains(err.Error(), "F.csv:20002: is one stream too many") {
		t.Error(err)
	}
	if _, err := readStreams("F.csv", endless{}); err == nil || !strings.Contains(err.Error(), "longer than 19 MiB") {
		t.Error(err)
	}
	bad := "stream,publish_url\n" + strings.Repeat("x,y\n", 1000)
	if _, err := readStreams("F.csv", strings.NewReader(bad)); strings.Count(err.Error(), "\n") != maxProblems-1 {
		t.Errorf("%d problems", 1+strings.Count(err.Error(), "\n"))
	}
	path := filepath.Join(t.TempDir(), "none.csv")
	if _, err := ReadStreams(path); err == nil || !strings.Contains(err.Error(), path+": cannot be read") {
		t.Error(err)
	}
	os.WriteFile(path, []byte("stream,publish_url\na,rtmp://h/live/a"), 0o600)
	if got, err := ReadStreams(path); err != nil || got[0].At != path+":2" {
		t.Errorf("%+v, %v", got, err)
	}
}

// endless is one quoted field without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '"' + byte(i&1) // no quote stays closed
	}
	return len(p), nil
}

// TestListing: listed streams are used as templates are.
func TestListing(t *testing.T) {
	u := Listing([]Stream{
		{Name: "b", Publish: "rtmps://one.test/live/b?sign=x", Play: "https://one.test/live/b.flv", At: "F.csv:2"},
		{Name: "a", Publish: "rtmp://two.test/app/a", At: "F.csv:3"},
	})
	if err := u.Validate(2, 0); err != nil {
		t.Error(err)
	}
	if err := u.Validate(2, 1); err == nil || !strings.HasPrefix(err.Error(), "--streams-file F.csv:3: has no play_url") {
		t.Error(err)
	}
	if u.Varies() || u.Key("a") != "app/a" || u.Key("b") != "live/b" || u.PlayURL("a") != "" {
		t.Errorf("%+v", u)
	}
	want := Endpoint{Addr: "one.test:443", App: "live", Stream: "b?sign=x", TCURL: "rtmps://one.test/live", TLS: true}
	for _, stream := range []string{"b", "greeting"} { // who asks for another is led to the first
		if diff := cmp.Diff(want, u.Endpoint(stream)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", stream, diff)
		}
	}
	if w := u.Watch(); w.RTMP != "one.test:443" || !w.RTMPS || w.Play != "one.test:443" || !w.HTTPS {
		t.Errorf("%+v", w)
	}
	publish, play := u.places()
	if len(publish) != 2 || len(play) != 1 {
		t.Errorf("%v, %v", publish, play)
	}
}

// TestCheckListed: each place of a file is looked at.
func TestCheckListed(t *testing.T) {
	good, bad := serve(t, shakes), peertest.Nobody(t)
	u := Listing([]Stream{{Name: "a", Publish: "rtmp://" + good + "/live/a"}, {Name: "b", Publish: "rtmp://" + bad + "/live/b"}})
	if err := Check(t.Context(), new(Road), u); err == nil || !strings.HasPrefix(err.Error(), bad+" refuses connections") {
		t.Error(err)
	}
	delete(u.Listed, "b")
	if err := Check(t.Context(), new(Road), u); err != nil {
		t.Error(err)
	}
}

// FuzzStreams: no file breaks anything, and what is taken is whole.
func FuzzStreams(f *testing.F) {
	f.Add("stream,publish_url,play_url\na,rtmp://h/live/a,http://h/live/a.flv\n")
	f.Add("\xEF\xBB\xBFplay_url,stream,publish_url\r\n#x\r\n\"\",b,\"rtmps://h/live/{stream}?a=1,2\"\r\n")
	f.Add("stream,publish_url\n\"\na")
	f.Fuzz(func(t *testing.T, text string) {
		streams, err := readStreams("F", strings.NewReader(text))
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		u, keys := Listing(streams), map[string]bool{}
		for _, s := range streams {
			e, key := u.Endpoint(s.Name), u.Key(s.Name)
			if e.App == "" || e.Stream == "" || !strings.Contains(e.Addr, ":") || keys[key] || s.Name == "" {
				t.Errorf("%+v: %+v", s, e)
			}
			keys[key] = true
		}
	})
}
